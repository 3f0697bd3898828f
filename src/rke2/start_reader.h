/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the journal of a service that starts, line by line: where it is, why it does not get on,
 * and when that is enough to give up. A reason counts as long as nothing got on after it: a step of
 * the start that lies beyond the place where it came takes it back. Pure; the time is given. */
#ifndef RW_RKE2_START_READER_H
#define RW_RKE2_START_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "rke2/host_logs.h"
#include "rke2/journal_lines.h"

#define RW_READER_CAUSES_MAX    3  /* a cause that was named so often does not pass by itself */
#define RW_READER_RESTARTS_MAX  5  /* ends of the service that no reason explains */
#define RW_READER_RESTARTS_TOLD 2  /* from here on they are reported */
#define RW_READER_STALL_S       20 /* without progress, then the logs of the host are looked at */

struct rw_start_reader {
    enum rw_role role;
    const char *host; /* of the findings; borrowed */
    const char *name; /* that nodes register at; borrowed */
    char *node;       /* the name that RKE2 uses for the host; NULL: that of the host */
    char *kubelet; /* the last line of its own log, which is in no journal; NULL or "": unknown */

    bool seen[RW_JOURNAL_STEPS]; /* steps of this life of the service */
    size_t step;                 /* the furthest of them; 0: none */
    size_t stuck_at;             /* the furthest when a reason came, or the service ended */
    bool stuck;                  /* something counts that a later step takes back */
    const char *progress;        /* that was given last */
    int64_t moved_ms;            /* when it began, or a step came last */
    int64_t looked_ms;           /* when the logs were last asked for */
    long restarts;               /* after an end that waiting does not explain */
    enum rw_finding_id cause;    /* RW_FINDING_COUNT: none */
    int causes;                  /* how often it came */
    bool told[RW_FINDING_COUNT];
    enum rw_finding_id waits; /* what this life waits for, and since when, in ms */
    int64_t waits_since;
    enum rw_line_kind ends_by; /* what the last fatal line of this life is */
    bool ended;                /* systemd said so; what follows is its own until the next start */
    bool fatal;                /* `said` is fatal */
    char *said;                /* the last line of this life, or the fatal one */
    char *words;               /* the same of the last life that ended; NULL: none did */
    char *exit;                /* how it ended */
    char *settings;            /* keys that a complaint is about, "a, b"; "" */
    char *noted;               /* keys that were reported, as ",a,b," */
    struct rw_findings last;   /* at most one: the last reason */
    bool hidden;               /* it is one that only the logs of the host gave */
    struct rw_findings now;    /* at most one: what the last line gave */
};

struct rw_start_reading {
    const char *progress;             /* a step that begins, translatable; else NULL */
    const struct rw_finding *finding; /* to report, with its severity; else NULL; the reader's */
    bool failed;                      /* this does not pass: finding is why */
    bool up;                          /* the service says that it is up */
};

/* host and name are borrowed. rw_start_reader_done() frees what it holds. */
void rw_start_reader_begin(struct rw_start_reader *reader, int64_t now_ms, enum rw_role role,
                           const char *host, const char *name);
void rw_start_reader_done(struct rw_start_reader *reader);
/* Takes one line, without its end; now_ms is any clock that does not go back. excused: other hosts
 * are at fault at this time, their complaints are reported and not counted. */
struct rw_start_reading rw_start_read(struct rw_start_reader *reader, int64_t now_ms, bool excused,
                                      const char *line, size_t length);
/* In how many ms the logs of the host have to be looked at, because nothing gets on and no reason
 * was given; 0: now, -1: not unless something changes. rw_start_looking() says that it is done. */
int64_t rw_start_look_due(const struct rw_start_reader *reader, int64_t now_ms);
void rw_start_looking(struct rw_start_reader *reader, int64_t now_ms);
/* Takes what the logs say (host_logs.h), as a reason that the journal gave. */
struct rw_start_reading rw_start_hidden(struct rw_start_reader *reader, int64_t now_ms,
                                        bool excused, const struct rw_log_reason *reason);
/* The last reason that still stands, or NULL; the reader's. */
const struct rw_finding *rw_start_reason(const struct rw_start_reader *reader);
/* What the service said last: as it ended, or while it runs. Never NULL; the reader's. */
const char *rw_start_last_words(const struct rw_start_reader *reader);

#endif
