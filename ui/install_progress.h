/* SPDX-License-Identifier: Apache-2.0 */
/* How far an install is, on one scale from its checks to its end. Pure. */
#ifndef RW_UI_INSTALL_PROGRESS_H
#define RW_UI_INSTALL_PROGRESS_H

#include "wizard/wizard.h"

#define RW_PROGRESS_FULL 1000

/* From 0 to RW_PROGRESS_FULL, which only an install that has ended well has: the steps weigh as
 * much as the time that the real RKE2 takes for them; those of several hosts at once count as one.
 */
int rw_install_progress(const struct rw_wizard_run *run, const struct rw_cluster *cluster);

#endif
