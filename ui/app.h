/* SPDX-License-Identifier: Apache-2.0 */
/* The wizard on its screens: terminal and model on one loop. */
#ifndef RW_UI_APP_H
#define RW_UI_APP_H

#include <stdbool.h>

#include "cli/options.h"

/* Opens the screens and comes back when the user has left; the outcome is then printed on the
 * normal screen. False: this terminal cannot show them, *exit_code is untouched, and nothing was
 * done. */
bool rw_app_run(const struct rw_options *options, int *exit_code);

#endif
