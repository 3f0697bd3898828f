/* SPDX-License-Identifier: Apache-2.0 */
/* The last lines of a log: followed, scrolled back, moved sideways, searched. */
#ifndef RW_UI_LOG_VIEW_H
#define RW_UI_LOG_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/entry.h"
#include "ui/widget.h"

#define RW_LOG_LINE_MAX 4096 /* bytes of a line that are kept */

struct rw_log_view {
    char **lines; /* a ring of max, safe for a terminal */
    size_t max;
    uint64_t first, end;   /* numbers of the oldest line, and of the one to come */
    uint64_t top;          /* the first one in sight, unless it follows */
    bool follow;           /* shows the end, also when lines come */
    int left;              /* cells moved sideways */
    struct rw_buf partial; /* a line that has not ended yet */
    size_t page;           /* lines in sight */
    bool cut;

    struct rw_entry search;
    bool searching; /* the search field stands in the last row */
    bool missed;    /* nothing was found */
    uint64_t hit;   /* the line found last */
};

extern const struct rw_widget_class rw_log_view_class;

/* Keeps the last max > 0 lines. To rw_log_view_done(). */
void rw_log_view_init(struct rw_log_view *view, size_t max);
void rw_log_view_done(struct rw_log_view *view);
void rw_log_view_clear(struct rw_log_view *view);
/* Adds bytes as they come; lines end with "\n". */
void rw_log_view_add(struct rw_log_view *view, const char *bytes, size_t size);
/* A line by its number in [first, end); borrowed. */
const char *rw_log_view_line(const struct rw_log_view *view, uint64_t number);

#endif
