/* SPDX-License-Identifier: Apache-2.0 */
/* The hosts of an install as rows of a table: each with the step it is at. They are read anew for
 * each drawing, so that they show what is true then. */
#ifndef RW_UI_INSTALL_ROWS_H
#define RW_UI_INSTALL_ROWS_H

#include <stdint.h>

#include "ui/host_head.h"
#include "wizard/wizard.h"

struct rw_install_row {
    struct rw_host_head head;
    size_t step, steps; /* which of its tasks it is at, from 1; 0: none yet */
    const char *doing;  /* translatable, or NULL */
    enum rw_task_state state;
    bool waits;      /* for others */
    bool stopped;    /* the run ended in the middle of it */
    int64_t lost_ms; /* how long the connection has been lost; -1: it is not */
    int64_t left_ms; /* lost: until the host is given up */
    int64_t time_ms; /* -1: nothing has begun */
};

/* `struct rw_install_rows rows = {0};` is empty. To rw_install_rows_done(). */
struct rw_install_rows {
    struct rw_install_row *items; /* in the order of the cluster's hosts */
    size_t count;
};

void rw_install_rows_read(struct rw_install_rows *rows, const struct rw_cluster *cluster,
                          const struct rw_wizard_run *run);
void rw_install_rows_done(struct rw_install_rows *rows);
/* A table that shows them; they are borrowed and may be read anew. */
struct rw_table rw_install_rows_table(struct rw_install_rows *rows);

/* About how long the run still takes, in milliseconds; -1 when no node of a role that is still to
 * come has been timed. */
int64_t rw_install_time_left(const struct rw_wizard_run *run);

#endif
