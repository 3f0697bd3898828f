/* SPDX-License-Identifier: Apache-2.0 */
/* A run of the install, or of a reset, on hosts that are a table of replies. Begun with what makes
 * a fresh install of the demo cluster succeed; a test adds the rows that are different. */
#ifndef RW_TESTS_UNIT_FAKE_RUN_H
#define RW_TESTS_UNIT_FAKE_RUN_H

#include "install/host_lock.h"
#include "install/run.h"
#include "unit/fake_hosts.h"

#define FAKE_VERSION "v1.26.12+rke2r1"
/* What membership.sh answers on a host without RKE2; more lines may follow. */
#define FAKE_FRESH "boot=b1\ntoken=none\n"
/* A part of what only the step `configure` sends. */
#define FAKE_CONFIGURE " 0600 keep"
/* The actions of a server after its wait. */
#define FAKE_UNPINNED "take /etc/rancher/rke2/config.yaml.d/50-rke2-wizard-join.yaml"

struct fake_run {
    struct rw_cluster *cluster; /* hosts' addresses are their names; three servers, one agent */
    char *state;                /* folder */
    struct rw_journal *journal;
    struct rw_contact *contact;
    struct rw_run_options options; /* may be changed before fake_run_start() */
    struct rw_run *run;
    bool refuse; /* answers "no" to the confirmation */
    bool ended, confirmed;
    enum rw_outcome outcome;
    bool changed;
    struct rw_findings findings; /* all that were reported */
    struct rw_buf
        log; /* "task@host state\n", "finding CODE severity host\n", "host name text\n" … */
};

/* hosts: as in the answers file, or NULL: ha-m1, ha-m2, ha-m3 and the agent ha-w1. */
void fake_run_begin(struct fake_run *f, const char *hosts);
void fake_run_start(struct fake_run *f);
/* Starts, and runs to the end; gives its outcome. */
enum rw_outcome fake_run_all(struct fake_run *f);
/* Closes all; every handle has to be gone. */
void fake_run_finish(struct fake_run *f);

/* Whether the log has this line. */
bool fake_run_has(const struct fake_run *f, const char *line);
/* The last state of a task as its name, as "join@ha-m2"; "planned" before it had another. */
const char *fake_run_state(const struct fake_run *f, const char *task);
/* Whether the task came to its end before the other one began. */
bool fake_run_before(const struct fake_run *f, const char *task, const char *other);
/* Goes on until the task is in this state. */
void fake_run_until(struct fake_run *f, const char *task, const char *state);
/* The same as expectations of a test, which show the whole log when they are wrong. */
void fake_expect_state(const struct fake_run *f, const char *task, const char *state);
void fake_expect_line(const struct fake_run *f, const char *line);
void fake_expect_no_line(const struct fake_run *f, const char *line);
/* A line of the journal of the service on a host that is waited for; false when it is not
 * followed. */
bool fake_run_journal(const char *host, const char *message);

#endif
