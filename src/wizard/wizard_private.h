/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of src/wizard only: the parts of the wizard.
 *
 *     document.c   what is typed; document_check.c what is wrong with it (pure)
 *     store.c      files of the state folder
 *     wizard.c     life, and the ways to change values: all save, and wake the live part
 *     undo.c       the document as it was before changes
 *     open.c       which cluster is open
 *     steps.c      steps, gates, findings of a step
 *     live.c       connections to the hosts as they are typed, and what the hosts say of themselves
 *     questions.c  what the hosts ask
 *     checks.c     the checks of steps 3 and 4; override.c the reasons to override
 *     repair.c     repairs of what step 4 has found
 *     install.c    the install as it is reported, its table; install_log.c what happened on hosts
 *     command.c    commands for somebody who wants to look or do it by hand
 *     result.c     the kubeconfig
 *     bundle.c     the support bundle
 *     releases.c   which releases there are
 *     unfinished.c installs that did not end well */
#ifndef RW_WIZARD_WIZARD_PRIVATE_H
#define RW_WIZARD_WIZARD_PRIVATE_H

#include "base/life.h"
#include "bundle/bundle.h"
#include "contact/contact.h"
#include "contact/logins.h"
#include "install/journal.h"
#include "install/query.h"
#include "net/http.h"
#include "operation/operation.h"
#include "wizard/store.h"
#include "wizard/wizard.h"

/* ---- undo.c ---- */

enum { WIZARD_MARKS_MAX = 50 };

struct wizard_mark {
    unsigned serial;
    char *what;
    struct rw_document *before;
};

struct wizard_undo {
    struct wizard_mark marks[WIZARD_MARKS_MAX];
    size_t count;
    unsigned last_serial;
};

void undo_done(struct wizard_undo *undo);

/* ---- live.c ---- */

enum facts_state {
    FACTS_UNKNOWN,
    FACTS_ASKED,
    FACTS_KNOWN,
};

/* The facts of a host without measurements, for as long as it is connected to in the same way. */
struct live_facts {
    unsigned id; /* of the host in the document */
    enum facts_state state;
    unsigned turn; /* which reading this is; answers of earlier ones do not count */
    struct rw_host_facts own;
};

struct wizard_live {
    struct rw_cluster *cluster; /* the hosts that can be connected to, as they were then; or NULL */
    unsigned *ids;              /* by host of that cluster */
    struct rw_logins logins;    /* of that cluster */
    struct rw_findings unreadable; /* files of passwords: A-26 */
    struct rw_contact *contact;    /* or NULL */
    bool closing;                  /* the contact is being closed */
    struct rw_ssh_keys *keys;
    struct rw_ssh_jumps *jumps;
    struct live_facts *facts;
    size_t fact_count;
    unsigned turn;
};

/* Brings the connections in line with the document, when no work is under way on them. */
void live_sync(struct rw_wizard *wizard);
/* Uses this cluster, with all hosts of the document, from now on; taken over. */
void live_adopt(struct rw_wizard *wizard, struct rw_cluster *cluster);
/* Whether the connections are those of the document. */
bool live_is_current(const struct rw_wizard *wizard);
/* Becomes the user of the contact again, and reads hosts that were connected meanwhile. */
void live_resume(struct rw_wizard *wizard);
/* Closes all connections; closed() comes from the loop. */
void live_close(struct rw_wizard *wizard, void (*closed)(void *context));
void live_done(struct rw_wizard *wizard);
/* Index of a host in live.cluster by its id, or -1. */
int live_index(const struct wizard_live *live, unsigned id);
/* What the host with this id says of itself; NULL: it was never asked. */
struct live_facts *live_facts_of(const struct wizard_live *live, unsigned id);
/* Hosts that have no name yet get the one they have themselves. False: no name has changed. */
bool live_name_hosts(struct rw_wizard *wizard);
/* Of a host that is logged in to: whether its own name has still to come, or to be taken over. */
bool live_awaits_name(const struct rw_wizard *wizard, size_t host);

/* ---- questions.c ---- */

enum question_source {
    FROM_CONTACT,
    FROM_QUERY,
};

/* Ready to be asked. */
void questions_init(struct rw_wizard *wizard);
void question_add(struct rw_wizard *wizard, enum question_source source, unsigned id,
                  const struct rw_host *host, const struct rw_remote_question *question);
/* The same for a host of the live part; for listeners, whose context is the wizard. */
void question_of_host(void *context, size_t host, const struct rw_remote_question *question);

/* ---- checks.c ---- */

enum check_slot {
    SLOT_DNS,
    SLOT_REQUIREMENTS,
    SLOT_COUNT,
};

/* The parts that may be checked again alone: RW_CHECK_DNS and RW_CHECK_HOSTS come first, then
 * RW_CHECK_PORTS. */
enum { SLOT_PARTS = 2 };

struct wizard_slot {
    struct rw_check *shown[SLOT_PARTS];   /* have ended; who found out what is shown of a part */
    const struct rw_check_result *result; /* that of the last one, or `merged` */
    struct rw_check_result merged;        /* of two checks */
    struct rw_check *running;
    bool wanted;
    unsigned parts; /* wanted, or running */
    enum rw_check_part part;
    size_t done, total;
    int64_t ended_ms;
};

struct wizard_checks {
    struct wizard_slot slots[SLOT_COUNT];
    size_t closing; /* checks that are being freed */
    uv_timer_t again;
};

/* Wants a check, and begins it as soon as it may. */
void checks_want(struct rw_wizard *wizard, enum check_slot slot);
void checks_pump(struct rw_wizard *wizard);
/* Forgets all checks and their results; true when none is left to be closed. */
bool checks_drop(struct rw_wizard *wizard);
/* The step that is open now wants its check. */
void checks_enter(struct rw_wizard *wizard);
bool checks_busy(const struct rw_wizard *wizard);

/* ---- override.c ---- */

/* Those of the cluster that is open, as its journal has them. */
void reasons_load(struct rw_wizard *wizard);

/* ---- name_servers.c ---- */

/* Those that were typed, the last list counts; NULL: none. A check may still use one before. */
struct wizard_name_servers {
    char ***lists;
    size_t count;
};

/* Takes over what the draft says. */
void name_servers_load(struct rw_wizard *wizard);
/* Those that a check has to ask, ended by NULL; NULL: those of this machine. */
const char *const *name_servers_list(const struct rw_wizard *wizard);
void name_servers_done(struct wizard_name_servers *servers);

/* ---- repair.c ---- */

struct wizard_repair {
    bool running;
    struct rw_operation *operation; /* while it is */
    struct rw_fixes fixes;
    bool *chosen;
    size_t total;
    struct rw_wizard_repair *ended;
    size_t ended_count;
    void (*done)(void *context, const struct rw_wizard_repair *repairs, size_t count);
    void *context;
};

/* ---- install.c ---- */

enum install_state {
    INSTALL_NONE,
    INSTALL_ACTIVE, /* from being on record until everything is closed */
    INSTALL_ENDED,
};

struct wizard_install {
    enum install_state state;
    struct rw_operation *operation; /* ACTIVE; else NULL */
    struct rw_cluster *cluster;     /* until the connections are free, and the live part takes it */
    void (*contact_closed)(void *context);
    void *contact_closed_context;
    const struct rw_node_table *nodes; /* as kubectl prints them, or NULL */
    struct rw_findings locked;         /* L-01, while the user is asked */
    struct rw_findings restarts;       /* C-05, the same */
    int64_t begun, ended;
    enum rw_outcome outcome;
    bool changed, skip_agents;
    char *version;
    char *founder; /* NULL before the plan is made */
    struct rw_wizard_task *tasks;
    size_t task_count;
    struct rw_findings findings;
    size_t check_findings;
    bool held;
    const char *phase, *notice;
    size_t together; /* so many further servers join at once */
    size_t check_done, check_total;
    struct rw_wizard_lost *lost;
    size_t lost_count;
    struct rw_wizard_log *log;
    size_t log_count;
    uint64_t log_dropped;
};

bool install_active(const struct rw_wizard *wizard);
/* The connections are free now. */
void install_pump(struct rw_wizard *wizard);
void install_done(struct wizard_install *install);

/* ---- install_log.c ---- */

void install_note(struct wizard_install *install, const struct rw_event *event);
void install_forget_log(struct wizard_install *install);

/* ---- result.c ---- */

struct wizard_result {
    struct rw_query *query; /* NULL: nothing is fetched */
    struct rw_kubeconfig_proof *proof;
    struct rw_cluster *cluster;
    struct rw_logins logins;
    char *path;
    void (*done)(void *context, const struct rw_wizard_kubeconfig *result);
    void *context;
};

/* ---- bundle.c ---- */

struct wizard_bundle {
    struct rw_bundle *bundle; /* or NULL */
    bool running, written;
    size_t done, total;
    unsigned *ids; /* of its hosts in the document, by index */
    char *path;
    struct rw_findings findings;
};

/* Ends it; the connections follow. True when nothing is left to be closed. */
bool bundle_drop(struct rw_wizard *wizard);
/* A secret was typed. */
void bundle_know(struct rw_wizard *wizard, const char *secret);
void bundle_done(struct wizard_bundle *bundle);

void result_answer(struct rw_wizard *wizard, unsigned host, const char *text);
void result_cancel(struct rw_wizard *wizard);

/* ---- releases.c ---- */

struct wizard_releases {
    enum rw_wizard_releases_state state;
    struct rw_http *http; /* or NULL */
    struct rw_channels channels;
    char *reason;
};

/* The step that is open now may want to know them. */
void releases_enter(struct rw_wizard *wizard);
void releases_done(struct wizard_releases *releases);

/* ---- */

struct rw_wizard {
    struct rw_life life;
    uv_loop_t *loop;
    struct rw_wizard_options options;
    struct rw_wizard_listener listener;
    struct rw_document *document;
    struct wizard_undo undo;
    struct rw_draft draft; /* cluster NULL: not named yet, so not saved */
    int lock;              /* descriptor of draft.lock, or -1 */
    struct rw_error save_error;
    struct rw_store_memory memory;
    enum rw_wizard_step step;
    struct wizard_live live;
    struct rw_questions questions;
    struct wizard_checks checks;
    struct wizard_repair repair;
    struct wizard_install install;
    struct wizard_result result;
    struct wizard_bundle bundle;
    char *report; /* path of the one that was written last, or NULL */
    struct wizard_name_servers name_servers;
    struct rw_reasons reasons; /* to override findings */
    struct wizard_releases releases;
};

/* wizard.c */
void wizard_changed(struct rw_wizard *wizard); /* notifies the listener */
void wizard_soon(struct rw_wizard *wizard);    /* sync, checks, questions: from the loop */
void wizard_save(struct rw_wizard *wizard);
void wizard_edited(struct rw_wizard *wizard); /* saves, and wakes the live part */
/* Goes on with the end of the wizard, when that has begun. */
void wizard_settle_closing(struct rw_wizard *wizard);

#endif
