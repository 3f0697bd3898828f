/* SPDX-License-Identifier: Apache-2.0 */
/* The log of the install on one host: the steps, and the journal of its service while the run
 * waited for it. Follows the run while it is open. */
#ifndef RW_UI_HOST_LOG_H
#define RW_UI_HOST_LOG_H

#include "ui/log_view.h"
#include "ui/ui.h"
#include "wizard/wizard.h"

/* `struct rw_host_log log = {0};` is ready; it must not move in memory. To rw_host_log_done(). */
struct rw_host_log {
    struct rw_wizard *wizard;
    bool all;    /* a timeline of all hosts */
    bool hushed; /* without the lines of the journal */
    char *host;
    struct rw_screen screen;
    struct rw_item item;
    struct rw_log_view view;
    size_t language; /* of what stands in the view */
    uint64_t next;   /* number of the entry that comes next, those dropped counted */
};

void rw_host_log_open(struct rw_host_log *log, struct rw_ui *ui, struct rw_wizard *wizard,
                      const char *host);
void rw_host_log_done(struct rw_host_log *log);
/* Appends one entry as a line without its end, in the current language; brief: of a line of the
 * journal only the message. */
void rw_host_log_text(struct rw_buf *out, const struct rw_wizard_log *entry, bool brief);

#endif
