/* SPDX-License-Identifier: Apache-2.0 */
#include "install/host_lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/life.h"
#include "base/mem.h"
#include "plan/node_scripts.h"

#define BEAT_MS          15000
#define LIFE_S           60
#define TAKE_MS          30000
#define RELEASE_MS       3000
#define HOST_NAME        256
#define CONSOLE_FILE_MAX 256

struct lock_host {
    struct rw_host_lock *lock;
    size_t index;
    struct rw_remote_job *job;
    char *boot; /* when the host was started, as it was taken; NULL: not held */
    bool settled;
    int64_t seen; /* when the host got a sign of life last, in rw_clock_ms() */
    bool silent;  /* reported that it got none in time */
};

struct rw_host_lock {
    struct rw_life life; /* held by each script that runs */
    uv_loop_t *loop;
    struct rw_host_lock_options options;
    struct rw_host_lock_listener listener;
    char *fence, *console, *owner, *pid;
    struct lock_host *hosts;
    size_t count;
    size_t waiting; /* hosts that are not settled */
    bool told, lost;
    struct rw_findings findings;
    uv_timer_t beats;
};

/* ---- who we are ---- */

static char *random_name(void)
{
    unsigned char bytes[8];
    struct rw_buf text = {0};
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        abort();
    for (size_t i = 0; i < sizeof bytes; i++)
        rw_buf_addf(&text, "%02x", bytes[i]);
    return rw_buf_take(&text);
}

/* In a file beside the journal, which may be damaged and begun anew. Where it cannot be kept, the
 * next run waits until the lock of this one has expired. */
static char *console_name(struct rw_journal *journal)
{
    char *dir = rw_file_dirname(rw_journal_path(journal)), *path = rw_asprintf("%s/console", dir);
    struct rw_buf text = {0};
    struct rw_error err;
    rw_file_read(path, CONSOLE_FILE_MAX, &text, &err);
    char *name = rw_strndup(rw_buf_str(&text), strcspn(rw_buf_str(&text), "\r\n"));
    if (!*name) {
        free(name);
        name = random_name();
        rw_file_write(path, name, strlen(name), 0600, &err);
    }
    rw_buf_done(&text);
    free(path);
    free(dir);
    return name;
}

static char *owner_name(void)
{
    char host[HOST_NAME] = "";
    const char *user = getenv("USER");
    gethostname(host, sizeof host - 1);
    return user && *user ? rw_asprintf("%s@%s", user, host)
                         : rw_asprintf("%ld@%s", (long)getuid(), host);
}

/* ---- scripts ---- */

static void run_script(struct lock_host *host, const char *action, int timeout_ms,
                       void (*done)(void *context, const struct rw_remote_result *result))
{
    struct rw_host_lock *lock = host->lock;
    char life[16];
    snprintf(life, sizeof life, "%d", LIFE_S);
    struct rw_script_var vars[] = {
        {"action", action},
        {"lock", lock->fence},
        {"console", lock->console},
        {"cluster", lock->options.cluster->name},
        {"owner", lock->owner},
        {"pid", lock->pid},
        {"boot", host->boot ? host->boot : ""},
        {"life", life},
        {"take_over", lock->options.take_over ? "yes" : "no"},
    };
    struct rw_buf body = {0};
    rw_node_script_add(&body, "lock");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .urgent = true,
        .timeout_ms = timeout_ms,
        .done = done,
        .context = host,
    };
    rw_life_hold(&lock->life);
    host->job = rw_remote_run(rw_contact_remote(lock->options.contact, host->index), &script);
    rw_buf_done(&body);
}

static void free_lock(void *object)
{
    struct rw_host_lock *lock = object;
    for (size_t i = 0; i < lock->count; i++)
        free(lock->hosts[i].boot);
    free(lock->hosts);
    free(lock->fence);
    free(lock->console);
    free(lock->owner);
    free(lock->pid);
    rw_findings_done(&lock->findings);
    free(lock);
}

/* ---- signs of life ---- */

static const char *text_of(const struct rw_reply *reply, const char *key)
{
    const char *text = rw_reply_get(reply, key);
    return text && *text ? text : "?";
}

static void add_taken(struct rw_findings *findings, const char *host, const char *owner,
                      const char *pid, const char *since)
{
    char *life = rw_asprintf("%d", LIFE_S);
    rw_findings_add(findings, RW_F_LOCK_TAKEN, host, "owner", owner, "pid", pid, "since", since,
                    "life", life, NULL);
    free(life);
}

void rw_host_lock_taken(struct rw_findings *findings, const char *host,
                        const struct rw_reply *reply)
{
    add_taken(findings, host, text_of(reply, "taken"), text_of(reply, "taken_pid"),
              text_of(reply, "taken_since"));
}

/* The lock has expired on the host, and others may take it. Reported once, until it is held
 * again. */
static void judge_silence(struct lock_host *host)
{
    struct rw_host_lock *lock = host->lock;
    const struct rw_host *wanted = &lock->options.cluster->hosts[host->index];
    if (host->silent || rw_clock_ms() - host->seen < LIFE_S * 1000)
        return;
    struct rw_findings one = {0};
    char *life = rw_asprintf("%d", LIFE_S);
    rw_finding_set(rw_contact_finding(&one, RW_F_LOCK_SILENT, wanted), "life", life);
    free(life);
    host->silent = true;
    if (lock->listener.silent)
        lock->listener.silent(lock->listener.context, &one.items[0]);
    rw_findings_done(&one);
}

static void on_beat(void *context, const struct rw_remote_result *result)
{
    struct lock_host *host = context;
    struct rw_host_lock *lock = host->lock;
    const struct rw_reply *reply = &result->reply;
    host->job = NULL;
    rw_life_drop(&lock->life);
    if (lock->life.ending)
        return;
    if (lock->lost)
        return;
    if (result->rc != 0) {
        judge_silence(host);
        return;
    }
    host->seen = rw_clock_ms();
    host->silent = false;
    if (rw_reply_get(reply, "held")) {
        struct rw_findings one = {0};
        add_taken(&one, lock->options.cluster->hosts[host->index].name, text_of(reply, "held"),
                  text_of(reply, "pid"), text_of(reply, "since"));
        lock->lost = true;
        lock->listener.lost(lock->listener.context, &one.items[0]);
        rw_findings_done(&one);
    } else if (rw_reply_get(reply, "boot")) {
        rw_strset(&host->boot, rw_reply_get(reply, "boot"));
    }
}

static void on_beat_timer(uv_timer_t *timer)
{
    struct rw_host_lock *lock = timer->data;
    for (size_t i = 0; i < lock->count; i++)
        if (lock->hosts[i].boot && !lock->hosts[i].job)
            run_script(&lock->hosts[i], "beat", BEAT_MS, on_beat);
}

/* ---- taking ---- */

static void on_released(void *context, const struct rw_remote_result *result)
{
    struct lock_host *host = context;
    (void)result;
    host->job = NULL;
    rw_life_drop(&host->lock->life);
}

/* The order of the hosts, not that of their answers. */
static void sort_findings(struct rw_host_lock *lock)
{
    struct rw_findings sorted = {0};
    for (size_t i = 0; i < lock->count; i++)
        for (size_t k = 0; k < lock->findings.count; k++)
            if (strcmp(lock->findings.items[k].host, lock->options.cluster->hosts[i].name) == 0)
                rw_findings_copy(&sorted, &lock->findings.items[k]);
    rw_findings_done(&lock->findings);
    lock->findings = sorted;
}

static void settled(struct lock_host *host)
{
    struct rw_host_lock *lock = host->lock;
    if (host->settled)
        return;
    host->settled = true;
    if (--lock->waiting > 0)
        return;
    lock->told = true;
    sort_findings(lock);
    for (size_t i = 0; lock->findings.count && i < lock->count; i++) {
        if (!lock->hosts[i].boot)
            continue;
        rw_strset(&lock->hosts[i].boot, NULL);
        run_script(&lock->hosts[i], "leave", RELEASE_MS, on_released);
    }
    uv_timer_start(&lock->beats, on_beat_timer, BEAT_MS, BEAT_MS);
    rw_contact_use(lock->options.contact, NULL);
    lock->listener.done(lock->listener.context, &lock->findings);
}

/* The finding about the same owner on another host, or NULL. */
static const struct rw_finding *held_before(const struct rw_host_lock *lock,
                                            const struct rw_reply *reply)
{
    for (size_t i = 0; i < lock->findings.count; i++) {
        const struct rw_finding *finding = &lock->findings.items[i];
        if (finding->id == RW_F_LOCK_HELD &&
            rw_reply_is(reply, "held", rw_finding_get(finding, "owner")) &&
            rw_reply_is(reply, "pid", rw_finding_get(finding, "pid")))
            return finding;
    }
    return NULL;
}

static void add_held(struct rw_host_lock *lock, const struct rw_host *host,
                     const struct rw_reply *reply)
{
    /* One owner reads the same on all hosts, even if their ages differ by a second. */
    const struct rw_finding *before = held_before(lock, reply);
    int64_t age = rw_reply_number(reply, "age", 0);
    char *left = rw_asprintf("%ld", (long)(LIFE_S - age));
    char *values[] = {rw_strdup(before ? rw_finding_get(before, "since") : text_of(reply, "since")),
                      rw_strdup(before ? rw_finding_get(before, "age") : text_of(reply, "age")),
                      rw_strdup(before ? rw_finding_get(before, "left") : left)};
    rw_findings_add(&lock->findings, RW_F_LOCK_HELD, host->name, "owner", text_of(reply, "held"),
                    "pid", text_of(reply, "pid"), "since", values[0], "age", values[1], "left",
                    values[2], NULL);
    for (size_t i = 0; i < RW_COUNT(values); i++)
        free(values[i]);
    free(left);
}

static void on_taken(void *context, const struct rw_remote_result *result)
{
    struct lock_host *host = context;
    struct rw_host_lock *lock = host->lock;
    const struct rw_reply *reply = &result->reply;
    const struct rw_host *wanted = &lock->options.cluster->hosts[host->index];
    const char *command = rw_reply_get(reply, "failed");
    host->job = NULL;
    rw_life_drop(&lock->life);
    if (lock->life.ending)
        return;
    /* A host on which no script runs to its end is the run's matter, like one that cannot be logged
     * in to: nothing is changed there without the lock. */
    if (result->rc != 0) {
        settled(host);
        return;
    }
    if (rw_reply_get(reply, "held")) {
        add_held(lock, wanted, reply);
    } else if (command) {
        struct rw_finding *finding = rw_contact_finding(&lock->findings, RW_F_HOST_COMMAND, wanted);
        rw_finding_set(finding, "command", command);
        rw_finding_set(finding, "status", rw_reply_get(reply, "failed_status"));
        rw_finding_set(finding, "line", result->err);
    } else {
        host->boot = rw_strdup(text_of(reply, "boot"));
        host->seen = rw_clock_ms();
    }
    settled(host);
}

static void take(struct rw_host_lock *lock, size_t index)
{
    struct lock_host *host = &lock->hosts[index];
    if (lock->life.ending || host->settled || host->job)
        return;
    if (rw_contact_remote(lock->options.contact, index))
        run_script(host, "take", TAKE_MS, on_taken);
    else
        settled(host); /* a host that cannot be logged in to cannot be changed either */
}

static void on_contact(void *context, size_t index)
{
    take(context, index);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct rw_host_lock *lock = context;
    lock->listener.question(lock->listener.context, host, question);
}

static void begin(void *object)
{
    struct rw_host_lock *lock = object;
    for (size_t i = 0; i < lock->count && !lock->told; i++)
        if (rw_contact_state(lock->options.contact, i) != RW_CONTACT_WAITING)
            take(lock, i);
}

struct rw_host_lock *rw_host_lock_start(uv_loop_t *loop, const struct rw_host_lock_options *options,
                                        const struct rw_host_lock_listener *listener)
{
    struct rw_host_lock *lock = rw_calloc(1, sizeof *lock);
    lock->loop = loop;
    lock->options = *options;
    lock->listener = *listener;
    lock->fence = random_name();
    lock->console = console_name(options->journal);
    lock->owner = owner_name();
    lock->pid = rw_asprintf("%ld", (long)getpid());
    lock->count = lock->waiting = options->cluster->host_count;
    lock->hosts = rw_calloc(lock->count, sizeof *lock->hosts);
    for (size_t i = 0; i < lock->count; i++)
        lock->hosts[i] = (struct lock_host){.lock = lock, .index = i};
    rw_life_init(&lock->life, loop, lock, free_lock);
    uv_timer_init(loop, &lock->beats);
    lock->beats.data = lock;
    /* At once: what a host asks before anybody hears it is refused. */
    struct rw_contact_user user = {on_contact, on_question, NULL, lock};
    rw_contact_use(options->contact, &user);
    rw_life_later(&lock->life, begin);
    return lock;
}

const char *rw_host_lock_fence(const struct rw_host_lock *lock)
{
    return lock->fence;
}

const char *rw_host_lock_boot(const struct rw_host_lock *lock, size_t host)
{
    return lock->hosts[host].boot ? lock->hosts[host].boot : "";
}

/* ---- the end ---- */

void rw_host_lock_free(struct rw_host_lock *lock, void (*closed)(void *context), void *context)
{
    if (!lock || !rw_life_end(&lock->life, NULL, closed, context))
        return;
    if (!lock->told)
        rw_contact_use(lock->options.contact, NULL);
    for (size_t i = 0; i < lock->count; i++) {
        struct lock_host *host = &lock->hosts[i];
        /* A script under way may have succeeded anyway. */
        bool may_be_held = host->boot || (host->job && !lock->told);
        if (host->job)
            rw_remote_cancel(host->job);
        if (may_be_held && rw_contact_remote(lock->options.contact, i))
            run_script(host, "leave", RELEASE_MS, on_released);
    }
    rw_life_close(&lock->life, (uv_handle_t *)&lock->beats);
}
