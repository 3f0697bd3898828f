/* SPDX-License-Identifier: Apache-2.0 */
/* The wizard without a screen: its document, the state of the hosts, the progress of the install.
 * The plain form (cli) and the screens (ui) are two ways to look at it.
 *
 * Nothing here prints. Calls come from the thread of the loop; callbacks come from the loop. Every
 * change is saved before the call returns (store.h). */
#ifndef RW_WIZARD_WIZARD_H
#define RW_WIZARD_WIZARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "check/check.h"
#include "check/fix.h"
#include "check/report.h"
#include "check/requirements.h"
#include "cluster/cluster.h"
#include "cluster/host_list.h"
#include "finding/finding.h"
#include "install/kubeconfig_proof.h"
#include "install/run.h"
#include "operation/question.h"
#include "rke2/channels.h"
#include "wizard/document.h"

struct rw_wizard;

/* ---- steps ---- */

enum rw_wizard_step {
    RW_WIZARD_WELCOME,
    RW_WIZARD_HOSTS,
    RW_WIZARD_DNS,
    RW_WIZARD_REQUIREMENTS,
    RW_WIZARD_SETTINGS,
    RW_WIZARD_REVIEW,
    RW_WIZARD_INSTALL,
    RW_WIZARD_DONE,
    RW_WIZARD_STEPS,
};
struct rw_wizard_step_info {
    const char *id;    /* stable, for draft.json */
    const char *title; /* translatable */
};
const struct rw_wizard_step_info *rw_wizard_step_info(enum rw_wizard_step step);

/* Whether a step may be left forward, and what is in the way. */
struct rw_wizard_gate {
    size_t failures; /* problems that fail and are not overridden */
    size_t waiting;  /* hosts that are being connected to, or that ask something */
    bool running;    /* a check or an install has not ended, or has not begun */
};
bool rw_wizard_gate_open(const struct rw_wizard_gate *gate);
/* Why it is closed, in the current language, to free(); NULL when it is open. */
char *rw_wizard_gate_text(const struct rw_wizard_gate *gate);

/* ---- life ---- */

/* Everything is borrowed until the wizard is freed. */
struct rw_wizard_options {
    bool accept_new_host_keys;
    int timeout_s; /* for a node to become ready; 0: the table's */
    const struct rw_requirements *requirements;
    const char *const *name_servers; /* ended by NULL; NULL: those of this machine */
    const char *channels_url;        /* of the channel server; NULL: none is asked */
    const char *report;              /* file for the checks of an install, or NULL */
};

struct rw_wizard_listener {
    /* Something is different: hosts, questions, checks, the install. May come often. */
    void (*changed)(void *context);
    /* The events of the install, from the checks before it to RW_EVENT_END; may be NULL. */
    void (*event)(void *context, const struct rw_event *event);
    void *context;
};

struct rw_wizard *rw_wizard_new(uv_loop_t *loop, const struct rw_wizard_options *options,
                                const struct rw_wizard_listener *listener);
/* At any time. Stops the install like rw_wizard_stop(). closed() (may be NULL) comes from the
 * loop. */
void rw_wizard_free(struct rw_wizard *wizard, void (*closed)(void *context), void *context);

/* ---- which cluster ---- */

/* The language that was chosen last, or NULL; borrowed until it is set again. */
const char *rw_wizard_language(const struct rw_wizard *wizard);
void rw_wizard_set_language(struct rw_wizard *wizard, const char *language);
/* The cluster that was open last, or NULL; borrowed. */
const char *rw_wizard_last(const struct rw_wizard *wizard);

/* Opens a file of answers, finished or not: its draft continues while the file is unchanged.
 * Findings report what could not be read. RW_ENOTFOUND, RW_EBUSY (another wizard has it open). When
 * the file names no cluster it is not saved until rw_wizard_name() is called. */
int rw_wizard_open_file(struct rw_wizard *wizard, const char *path, struct rw_findings *findings);
/* Opens the draft of a cluster, or the answers of its last install. */
int rw_wizard_open(struct rw_wizard *wizard, const char *cluster, struct rw_findings *findings);
/* Begins a new cluster, with a name that no other has (W-02, W-03). */
int rw_wizard_begin(struct rw_wizard *wizard, const char *name, struct rw_findings *findings);
/* Names what is open, or gives it another name as long as nothing was installed (W-02 to W-04). */
int rw_wizard_name(struct rw_wizard *wizard, const char *name, struct rw_findings *findings);
/* Begins anew: the draft of this cluster is put aside, an empty one with its name is opened. What
 * stands on hosts, journal and token stay. */
int rw_wizard_start_over(struct rw_wizard *wizard, const char *cluster,
                         struct rw_findings *findings);
/* The file of -f that the draft came from, or NULL; borrowed. */
const char *rw_wizard_file(const struct rw_wizard *wizard);
/* Writes the answers, without secrets, mode 0600. */
int rw_wizard_write(struct rw_wizard *wizard, const char *path, struct rw_error *err);
/* When it was saved last, wall milliseconds, 0: never; and why the last try failed, or NULL. */
int64_t rw_wizard_saved(const struct rw_wizard *wizard);
const struct rw_error *rw_wizard_save_error(const struct rw_wizard *wizard);

enum rw_wizard_step rw_wizard_step(const struct rw_wizard *wizard);
/* Opens a step: any before this one; one further only as far as the gates are open. RW_EBUSY
 * when a gate or a running install is in the way. Steps 3 and 4 begin their checks; step 3 looks
 * again every ten seconds while it is open. */
int rw_wizard_go(struct rw_wizard *wizard, enum rw_wizard_step step);
struct rw_wizard_gate rw_wizard_gate(const struct rw_wizard *wizard, enum rw_wizard_step step);
/* Adds what is wrong at a step: with the values, with reaching the hosts, what its check found.
 * Overridden findings are in it too. */
void rw_wizard_findings(const struct rw_wizard *wizard, enum rw_wizard_step step,
                        struct rw_findings *findings);

/* ---- values ---- */

/* Read it by document.h; change it only by the calls below, which save and connect. */
const struct rw_document *rw_wizard_document(const struct rw_wizard *wizard);
/* rw_document_set(), for all keys but "cluster". */
bool rw_wizard_set(struct rw_wizard *wizard, int host, const char *key, const char *text);
size_t rw_wizard_add_host(struct rw_wizard *wizard);
size_t rw_wizard_add_list(struct rw_wizard *wizard, const struct rw_host_list *list);
void rw_wizard_remove_host(struct rw_wizard *wizard, size_t host);
void rw_wizard_first_server(struct rw_wizard *wizard, size_t host);

/* Keeps the values as they are, to come back to them; what (N_(), or what was typed) is what is
 * about to be done. Gives a number for the calls below. The oldest of many are dropped. The token,
 * and other files beside the draft, are not in it. */
unsigned rw_wizard_mark(struct rw_wizard *wizard, const char *what);
/* What has been done since then is one thing now. */
void rw_wizard_mark_end(struct rw_wizard *wizard, unsigned serial);
/* Whether anything was changed since then. */
bool rw_wizard_marked(const struct rw_wizard *wizard, unsigned serial);
/* What rw_wizard_undo() would take back, or NULL; borrowed. */
const char *rw_wizard_undoable(struct rw_wizard *wizard);
/* Takes back what was done since the last mark, or since that one; nothing while an install runs.
 */
void rw_wizard_undo(struct rw_wizard *wizard);
void rw_wizard_undo_to(struct rw_wizard *wizard, unsigned serial);

/* Whether an install of this cluster has done anything on a host: nodes of it may exist. */
bool rw_wizard_exists(const struct rw_wizard *wizard);
/* Whether the last run of that cluster was an install that ended well, by its journal. */
bool rw_wizard_installed(const char *cluster);

/* Keeps a token beside the journal, in place of any other, which stays as token.old-SECONDS when
 * the cluster exists; "" makes a new one. RW_EINVAL with *reason set to a static translatable text
 * when no token may be like this; RW_EIO with *err. */
int rw_wizard_set_token(struct rw_wizard *wizard, const char *token, const char **reason,
                        struct rw_error *err);
/* The token as far as it is known, to rw_secret_free(); NULL: one will be made. */
char *rw_wizard_token(const struct rw_wizard *wizard);

/* Which releases there are: asked of the channel server as step SETTINGS is opened, and again
 * when it is opened after that failed. */
enum rw_wizard_releases_state {
    RW_WIZARD_RELEASES_UNKNOWN, /* no server was asked */
    RW_WIZARD_RELEASES_ASKED,
    RW_WIZARD_RELEASES_KNOWN,
    RW_WIZARD_RELEASES_FAILED, /* the last time; channels that were known before still are */
};
/* Borrowed until control returns to the loop. */
struct rw_wizard_releases {
    enum rw_wizard_releases_state state;
    const struct rw_channels *channels;
    const char *reason; /* FAILED: why, translatable, or what the library says */
};
struct rw_wizard_releases rw_wizard_releases(const struct rw_wizard *wizard);
/* Asks now, unless it is asking. */
void rw_wizard_ask_releases(struct rw_wizard *wizard);

/* ---- hosts ---- */

enum rw_wizard_host_state {
    RW_WIZARD_HOST_UNKNOWN,    /* not enough is typed to connect */
    RW_WIZARD_HOST_CONNECTING, /* or waits for its turn */
    RW_WIZARD_HOST_ASKING,     /* a question waits for an answer */
    RW_WIZARD_HOST_OPEN,       /* logged in, with root rights */
    RW_WIZARD_HOST_FAILED,
};

/* Borrowed until control returns to the loop. */
struct rw_wizard_host {
    enum rw_wizard_host_state state;
    const struct rw_finding *failure; /* FAILED; else NULL */
    const char *key_type;             /* of the host key, "" when it was not shown yet */
    const char *fingerprint;
    const char *os;                  /* "" when not known yet */
    const struct rw_host_facts *own; /* what it says of itself unmeasured; NULL: nothing yet */
};
struct rw_wizard_host rw_wizard_host(const struct rw_wizard *wizard, size_t host);
/* What findings and questions call a host: its name, or its address until it has one, which it gets
 * from the host itself. Borrowed; NULL: neither. */
const char *rw_wizard_host_name(const struct rw_host *host);
/* Whether a host has no name yet and is about to give its own, so that none is missing. It counts
 * as RW_WIZARD_HOST_CONNECTING until then. */
bool rw_wizard_host_is_asked(const struct rw_wizard *wizard, size_t host);
/* Connects again to hosts that have failed, and reads again what the others say of themselves. */
void rw_wizard_reconnect(struct rw_wizard *wizard);

/* ---- questions of hosts ---- */

size_t rw_wizard_question_count(const struct rw_wizard *wizard);
/* Its strings are borrowed until control returns to the loop or it is answered. */
struct rw_host_question rw_wizard_question(const struct rw_wizard *wizard, size_t index);
/* text NULL refuses. A passphrase, and a password of the same user, serves all hosts that ask for
 * it, now or later; it is kept in memory alone. A serial that is gone does nothing. */
void rw_wizard_answer(struct rw_wizard *wizard, unsigned serial, const char *text);
/* Refuses it, and whatever asks the same, until rw_wizard_reconnect() or until a value is changed.
 */
void rw_wizard_not_now(struct rw_wizard *wizard, unsigned serial);
/* Trusts all host keys that wait to be confirmed. */
void rw_wizard_trust_all(struct rw_wizard *wizard);

/* ---- checks ---- */

/* Looks again, at step DNS or REQUIREMENTS. */
void rw_wizard_recheck(struct rw_wizard *wizard, enum rw_wizard_step step);
/* The same for a part of step REQUIREMENTS: RW_CHECK_HOSTS or RW_CHECK_PORTS. The results of the
 * other stay. */
void rw_wizard_recheck_part(struct rw_wizard *wizard, enum rw_check_part part);
/* Name servers that the DNS check asks instead of those of this machine: addresses, separated by
 * blanks or commas; "" for none. Kept in the draft; the check begins anew. RW_EINVAL with *wrong,
 * to free(), when a word is no address. */
int rw_wizard_set_name_servers(struct rw_wizard *wizard, const char *text, char **wrong);
/* The addresses as typed, separated by blanks, or NULL; borrowed until it is set again. */
const char *rw_wizard_name_servers(const struct rw_wizard *wizard);
struct rw_wizard_check {
    bool running;
    enum rw_check_part part; /* running: what is being done, and how far it is */
    size_t done, total;
    const struct rw_check_result *result; /* of the last one that ended, or NULL; borrowed until
                                             control returns to the loop */
    const struct rw_cluster *cluster;     /* what its indexes mean */
    int64_t age_ms;                       /* since it ended */
    int64_t next_ms;                      /* until the next one begins by itself, or -1 */
};
struct rw_wizard_check rw_wizard_check(const struct rw_wizard *wizard, enum rw_wizard_step step);

/* A repair that has ended. */
struct rw_wizard_repair {
    char *host;
    const char *title; /* translatable */
    char *lines;       /* that ran, each ended by "\n" */
    char *failure;     /* why it failed, or NULL */
};
/* Adds what can be repaired of what step 4 has found. */
void rw_wizard_fixes(const struct rw_wizard *wizard, struct rw_fixes *fixes);
/* Carries repairs out on the hosts: those of *fixes that are chosen, by index; *fixes is taken
 * over. done() comes once, from the loop; its arguments are borrowed. After that everything is
 * checked anew. At least one has to be chosen. With *fixes as it was: RW_EBUSY while a check, an
 * install or a repair is running; else findings say why the journal cannot record them. */
int rw_wizard_fix(struct rw_wizard *wizard, struct rw_fixes *fixes, const bool *chosen,
                  void (*done)(void *context, const struct rw_wizard_repair *repairs, size_t count),
                  void *context, struct rw_findings *findings);
/* Whether repairs are being carried out; how many have ended, and of how many. */
bool rw_wizard_fixing(const struct rw_wizard *wizard, size_t *done, size_t *total);

/* Writes the report of a check to a file, which becomes the one of rw_wizard_report(). An error
 * with J-07. */
int rw_wizard_write_report(struct rw_wizard *wizard, const struct rw_wizard_check *check,
                           const char *path, struct rw_findings *findings);
/* The report that was written last, for the last step to name it; path is copied. NULL: none. */
void rw_wizard_set_report(struct rw_wizard *wizard, const char *path);
const char *rw_wizard_report(const struct rw_wizard *wizard);

/* Overrides a finding with a reason; "" takes that back. Kept in the journal until the install has
 * completed. */
int rw_wizard_override(struct rw_wizard *wizard, enum rw_finding_id id, const char *reason,
                       struct rw_findings *findings);
/* The reason, or NULL; borrowed. */
const char *rw_wizard_override_reason(const struct rw_wizard *wizard, enum rw_finding_id id);
/* All of them, in the order of the catalogue; reasons are borrowed. Gives the number. */
size_t rw_wizard_overrides(const struct rw_wizard *wizard, struct rw_override *list, size_t max);

/* ---- review and install ---- */

/* Appends the text of `rke2-wizard plan`. Gate of SETTINGS and HOSTS open. */
void rw_wizard_plan_text(const struct rw_wizard *wizard, struct rw_buf *out);

struct rw_wizard_task {
    char *host;
    enum rw_step step;
    enum rw_task_state state;
    int64_t begun_ms, took_ms; /* rw_clock_ms(), 0: not yet */
    const char *progress;      /* where a waiting task is, translatable, or NULL */
};
/* Begins the install, or begins it again after it has ended: what is done is not done again. Checks
 * everything first. RW_EBUSY while one runs; else findings say why it cannot begin. */
int rw_wizard_install(struct rw_wizard *wizard, struct rw_findings *findings);
/* Answers rw_wizard_run().locked: the lock is taken over, or the install ends as blocked. */
void rw_wizard_take_over(struct rw_wizard *wizard, bool take);
/* Answers rw_wizard_run().restarts: the nodes are restarted, or the install ends unchanged. */
void rw_wizard_restart(struct rw_wizard *wizard, bool go);
/* Stops watching; work that has begun on hosts continues there. */
void rw_wizard_stop(struct rw_wizard *wizard);
/* Begins nothing new: what is under way is brought to its end, then the install ends as
 * interrupted. */
void rw_wizard_hold(struct rw_wizard *wizard);
/* Goes on to the last step although agents are missing. */
void rw_wizard_skip_agents(struct rw_wizard *wizard);
#define RW_WIZARD_LOG_MAX 5000 /* entries; the oldest are dropped */
/* Something that happened: an event without its finding, kept as it was reported. */
struct rw_wizard_log {
    enum rw_event_kind
        kind; /* HOST, TASK, ACTION, PROGRESS, SLOW, FINDING (text: its fact), LINE */
    int64_t elapsed_ms;
    char *host;
    enum rw_step step; /* or RW_STEP_COUNT */
    const char *key;   /* of ACTION, static */
    char *text;
    enum rw_task_state state; /* of TASK */
};
/* A host whose connection is lost, and is being tried again. */
struct rw_wizard_lost {
    char *host;
    int64_t since_ms; /* rw_clock_ms() */
};
struct rw_wizard_run {
    bool running, ended;
    bool held;                      /* rw_wizard_hold() was called */
    const char *phase;              /* what is being done, translatable, or NULL */
    const char *notice;             /* what has to be known meanwhile, translatable, or NULL */
    size_t together;                /* so many further servers join at once; 0 before the plan */
    size_t check_done, check_total; /* of the checks before it */
    enum rw_outcome outcome;        /* ended */
    bool changed;                   /* anything on any host */
    int64_t elapsed_ms;
    const char *version;                /* "" until it is known */
    const char *founder;                /* the same, NULL */
    const struct rw_wizard_task *tasks; /* in the order of the plan */
    size_t task_count;
    const struct rw_findings *findings; /* of its checks and of the run */
    size_t check_findings;              /* so many of them, the first, are of its checks */
    const struct rw_findings *locked;   /* L-01: another console is working, and whether to take
                                           over is asked; or NULL */
    const struct rw_findings *restarts; /* C-05: nodes that run would be restarted, and whether to
                                           do so is asked; or NULL */
    const struct rw_node_table *nodes;  /* as kubectl prints them, or NULL */
    const struct rw_wizard_lost *lost;
    size_t lost_count;
    int64_t lost_limit_ms;           /* a host that is lost for so long is given up */
    const struct rw_wizard_log *log; /* what is about hosts, in order */
    size_t log_count;
    uint64_t log_dropped; /* entries before the first */
};
/* Borrowed until control returns to the loop. */
struct rw_wizard_run rw_wizard_run(const struct rw_wizard *wizard);
/* The task where a host is: at what failed, else at its first one that is not over, else at its
 * last. NULL when it has none yet. */
const struct rw_wizard_task *rw_wizard_run_task(const struct rw_wizard_run *run, const char *host);
/* Appends commands to paste: how to log in to this host, how to follow its task, and the commands
 * that the task runs there. Translated, without secrets; nothing when there is no such host. */
void rw_wizard_command(const struct rw_wizard *wizard, const char *host, struct rw_buf *out);

/* Borrowed for the time of the callback. */
struct rw_wizard_kubeconfig {
    const char *path;                          /* "~/" is expanded */
    const struct rw_findings *failure;         /* why it is not written, or NULL */
    const struct rw_kubeconfig_proven *proven; /* what a request with it was answered; or NULL */
};
/* Fetches the administrator's kubeconfig into a file, mode 0600, in place of one that is there, and
 * tries it. done() comes once, from the loop. One at a time: RW_EBUSY. */
int rw_wizard_kubeconfig(struct rw_wizard *wizard, const char *path,
                         void (*done)(void *context, const struct rw_wizard_kubeconfig *result),
                         void *context);

/* Makes the support bundle (bundle/bundle.h) over the connections, beside an install too. One at a
 * time: RW_EBUSY; else findings say why it cannot be begun. */
int rw_wizard_make_bundle(struct rw_wizard *wizard, struct rw_findings *findings);
struct rw_wizard_bundle {
    bool running, written;              /* written: the last one that ended */
    size_t done, total;                 /* hosts */
    const char *path;                   /* absolute, or NULL: none was begun */
    const struct rw_findings *findings; /* hosts that are missing in it, or why there is none */
};
/* Borrowed until control returns to the loop. */
struct rw_wizard_bundle rw_wizard_bundle(const struct rw_wizard *wizard);

/* ---- installs that did not end well ---- */

struct rw_wizard_unfinished {
    char *cluster;
    int64_t started; /* wall milliseconds */
    char *outcome;   /* as in the journal: "", "failed", … */
    size_t nodes_done, nodes;
    bool running; /* another process is working on it */
};
struct rw_wizard_unfinished_list {
    struct rw_wizard_unfinished *items;
    size_t count;
};
/* Reads the journals of all clusters; the latest first. */
void rw_wizard_find_unfinished(struct rw_wizard_unfinished_list *list);
void rw_wizard_unfinished_done(struct rw_wizard_unfinished_list *list);

#endif
