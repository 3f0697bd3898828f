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
    RW_LINE_NOTE,     /* something that stops nothing, and that the user should know */
    RW_LINE_WAIT,     /* stuck on something that may pass by itself */
    RW_LINE_CAUSE,    /* something that does not pass without somebody's help */
    RW_LINE_SETTING,  /* names a setting of which a line that follows complains */
    RW_LINE_ENDED,    /* systemd says that the process of the service has ended */
    RW_LINE_RESTART,  /* systemd starts the service again after it ended */
    RW_LINE_UP,       /* READY was sent */
};

#define RW_JOURNAL_STEPS 128 /* more than the greatest number of a step */

struct rw_line_meaning {
    enum rw_line_kind kind;
    const char *progress; /* PROGRESS, WAIT with grace: what happens, translatable; else NULL */
    size_t step;          /* PROGRESS: later steps of a start have greater numbers, from 1 */
    enum rw_finding_id finding; /* NOTE, WAIT and CAUSE; else RW_FINDING_COUNT */
    bool sure;                  /* CAUSE: once is enough */
    int patience_s;             /* WAIT: after which it has failed; 0: not before the deadline */
    int grace_s;                /* WAIT: before which it is a step like others, `progress` */
};

/* Looks one line of `journalctl -u rke2-<role> -o cat` up. line need not end with NUL. A reason
 * counts only from a line about this node: a fatal one, which ends this node's process, or one of
 * the forms in which it reports its own start. Its words about others do not count. */
struct rw_line_meaning rw_journal_line(enum rw_role role, const char *line, size_t length);

/* Gives the text of msg="…" of a logfmt line without its quoting, or the whole line when there is
 * none; printable, to free(). */
char *rw_journal_message(const char *line, size_t length);

/* Whether the line is of level=fatal. */
bool rw_journal_fatal(const char *line, size_t length);

/* Whether systemd speaks of the unit here, and not a program of it. */
bool rw_journal_systemd(const char *line, size_t length);

/* The key of config.yaml that a SETTING line, as text (rw_journal_message()), is about. RKE2 names
 * a place in its own structures, as "ClusterIPRange.IP.slice[13]"; one that is not known is given
 * as it is. Also of an "Unknown flag --KEY found in config.yaml". "" when text names none. To
 * free(). */
char *rw_journal_setting(const char *text);

/* How the process ended, of an ENDED line as text: "1/FAILURE", "9/KILL"; "?" when it does not say.
 * To free(). */
char *rw_journal_exit(const char *text);

/* The host that a complaint about a connection, as text, wanted to reach at first, NULL when it
 * names none but the node itself. To free(). */
char *rw_journal_asked(const char *text);

#endif
