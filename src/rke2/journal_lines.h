/* SPDX-License-Identifier: Apache-2.0 */
/* Interprets the lines of RKE2's journal. One table; source: rke2 and k3s sources, and the issues
 * named in the entries. Pure. */
#ifndef RW_RKE2_JOURNAL_LINES_H
#define RW_RKE2_JOURNAL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"

enum rw_line_kind {
    RW_LINE_NOTHING,  /* says nothing to an installer */
    RW_LINE_PROGRESS, /* a step of a normal start */
    RW_LINE_WAIT,     /* stuck on something that may pass by itself */
    RW_LINE_CAUSE,    /* something that does not pass without somebody's help */
    RW_LINE_RESTART,  /* systemd starts the service again after it ended */
    RW_LINE_UP,       /* READY was sent */
};

struct rw_line_meaning {
    enum rw_line_kind kind;
    const char *progress;       /* PROGRESS: what happens, translatable; else NULL */
    enum rw_finding_id finding; /* WAIT and CAUSE */
    long restarts;              /* RESTART: systemd's restart counter */
};

/* Looks one line of `journalctl -u rke2-<role> -o cat` up. line need not end with NUL. */
struct rw_line_meaning rw_journal_line(enum rw_role role, const char *line, size_t length);

/* Gives the text of msg="…" of a logfmt line without its quoting, or the whole line when there is
 * none; printable, to free(). */
char *rw_journal_message(const char *line, size_t length);

/* Whether the line is of level=fatal. */
bool rw_journal_fatal(const char *line, size_t length);

#endif
