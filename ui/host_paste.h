/* SPDX-License-Identifier: Apache-2.0 */
/* Taking over a list of hosts: pasted, or from a file; a screen on top of step 2. */
#ifndef RW_UI_HOST_PASTE_H
#define RW_UI_HOST_PASTE_H

#include <stddef.h>

#include "ui/ui.h"
#include "wizard/wizard.h"

struct rw_host_paste;

struct rw_host_paste *rw_host_paste_new(struct rw_wizard *wizard);
void rw_host_paste_free(struct rw_host_paste *paste);
/* Shows the screen that waits for a list. */
void rw_host_paste_open(struct rw_host_paste *paste, struct rw_ui *ui);
/* Shows what a text would import, and imports it once that is confirmed. */
void rw_host_paste_take(struct rw_wizard *wizard, struct rw_ui *ui, const char *text, size_t size);

#endif
