/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/fake_hosts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "plan/node_scripts.h"
#include "remote/script.h"
#include "unit/clock.h"

#define TABLES_MAX 16
#define HOSTS_MAX  128
#define TIMES_MAX  64
#define CONNECT_MS 10
#define LONGEST_MS 86400000

struct link;

struct fake_exec {
    struct link *link;
    struct fake_exec *next;
    const struct fake_reply *reply;
    char *sent; /* command line, line end, input */
    char nonce[RW_SCRIPT_NONCE_SIZE];
    bool begun, canceled, refused;
    struct rw_ssh_command command;
    uv_timer_t timer;
};

struct host {
    char *address;
    struct link *links; /* the connections that are open, or being made */
    size_t sessions;    /* allowed on a connection; 0: any number */
    int refuse_rc, refuse_times;
    enum rw_ssh_problem problem;
    const char *said;
    bool asks;
    size_t connects;
    int64_t connected_at[TIMES_MAX];
};

/* A connection: what a handle of the transport points to. */
struct link {
    struct host *host;
    struct link *next;
    struct rw_ssh_handler handler;
    void *context;
    uv_timer_t timer; /* opening; later closing */
    struct fake_exec *execs;
    bool opened, lost, closing, changed_key;
    int handles; /* the timer, and those of its commands */
    void (*closed)(void *context);
    void *closed_context;
};

struct asked {
    struct host *host;
    char *sent;
};

static struct {
    uv_loop_t loop;
    struct {
        const struct fake_reply *rows;
        size_t count;
        int *used;
    } tables[TABLES_MAX];
    size_t table_count;
    struct host hosts[HOSTS_MAX];
    size_t host_count;
    struct asked *asked;
    size_t asked_count;
    const char *peak_script, *peak_with;
    size_t peak;
} world;

static struct host *host_at(const char *address)
{
    for (size_t i = 0; i < world.host_count; i++)
        if (strcmp(world.hosts[i].address, address) == 0)
            return &world.hosts[i];
    cr_assert_lt(world.host_count, HOSTS_MAX);
    struct host *host = &world.hosts[world.host_count++];
    *host = (struct host){.address = rw_strdup(address)};
    return host;
}

/* False: it was not on the list any more. */
static bool unlist(struct link *link)
{
    struct link **at = &link->host->links;
    while (*at && *at != link)
        at = &(*at)->next;
    if (!*at)
        return false;
    *at = link->next;
    return true;
}

/* ---- what fits ---- */

static bool fits(const char *address, const char *sent, const char *host, const char *script,
                 const char *with)
{
    return (!host || strcmp(address, host) == 0) &&
           (!script || strstr(sent, rw_node_script(script))) && (!with || strstr(sent, with));
}

/* Every login is root, where no row says otherwise. */
static const struct fake_reply root_probe = {.with = FAKE_PROBE, .lines = "rw_uid=0\n"};

static const struct fake_reply *take_reply(const char *address, const char *sent)
{
    bool probe = fits(address, sent, NULL, NULL, FAKE_PROBE);
    for (size_t t = world.table_count; t-- > 0;) {
        for (size_t i = 0; i < world.tables[t].count; i++) {
            const struct fake_reply *row = &world.tables[t].rows[i];
            if ((row->times && world.tables[t].used[i] >= row->times) || (probe && !row->with) ||
                !fits(address, sent, row->host, row->script, row->with))
                continue;
            world.tables[t].used[i]++;
            return row;
        }
    }
    if (probe)
        return &root_probe;
    cr_assert_fail("%s has no answer to:\n%s", address, sent);
    return NULL;
}

/* ---- commands ---- */

static void free_link(struct link *link)
{
    if (--link->handles > 0)
        return;
    void (*closed)(void *) = link->closed;
    void *context = link->closed_context;
    free(link);
    if (closed)
        closed(context);
}

static void on_exec_closed(uv_handle_t *handle)
{
    struct fake_exec *exec = handle->data;
    struct link *link = exec->link;
    free(exec->sent);
    free(exec);
    free_link(link);
}

/* The command is over; it is released before its owner is notified. */
static void end_exec(struct fake_exec *exec, struct rw_ssh_result *result)
{
    struct fake_exec **at = &exec->link->execs;
    while (*at != exec)
        at = &(*at)->next;
    *at = exec->next;
    exec->command.done(exec->command.context, result);
    rw_buf_done(&result->out);
    rw_buf_done(&result->err);
    uv_close((uv_handle_t *)&exec->timer, on_exec_closed);
}

static void break_exec(struct fake_exec *exec, int rc)
{
    struct rw_ssh_result result = {.rc = rc, .exit_status = -1};
    rw_error_set(&result.error, rc, rc == RW_ECANCELED ? "canceled" : "the connection was cut");
    end_exec(exec, &result);
}

static void output(struct fake_exec *exec, struct rw_ssh_result *result, const char *text)
{
    if (exec->command.output)
        exec->command.output(exec->command.context, text, strlen(text));
    else
        rw_buf_adds(&result->out, text);
}

static void mark(struct fake_exec *exec, struct rw_ssh_result *result, const char *which)
{
    char text[80];
    if (!*exec->nonce)
        return;
    snprintf(text, sizeof text, "\n@@rke2-wizard-%s %s", which, exec->nonce);
    output(exec, result, text);
    if (strcmp(which, "end") == 0) {
        snprintf(text, sizeof text, " %d", exec->reply->status);
        output(exec, result, text);
    }
    output(exec, result, "\n");
}

static void answer_lines(struct fake_exec *exec, struct rw_ssh_result *result)
{
    struct rw_buf text = {0};
    for (const char *at = exec->reply->lines ? exec->reply->lines : ""; *at; at++) {
        if (rw_text_starts(at, "%h")) {
            rw_buf_adds(&text, exec->link->host->address);
            at++;
        } else {
            rw_buf_addc(&text, *at);
        }
    }
    output(exec, result, rw_buf_str(&text));
    rw_buf_done(&text);
}

static void lose(struct link *link);

static void on_exec_late(uv_timer_t *timer)
{
    break_exec(timer->data, RW_ETIMEOUT);
}

static void on_exec_timer(uv_timer_t *timer)
{
    struct fake_exec *exec = timer->data;
    const struct fake_reply *reply = exec->reply;
    struct link *link = exec->link;
    if (exec->canceled) {
        break_exec(exec, RW_ECANCELED);
        return;
    }
    if (exec->refused) {
        break_exec(exec, RW_EBUSY);
        return;
    }
    if (reply->then)
        reply->then(link->host->address);
    if (link->lost || link->closing)
        return;
    if (reply->end == FAKE_CUTS) {
        lose(link);
        return;
    }
    struct rw_ssh_result result = {.exit_status = reply->status};
    exec->begun = true;
    if (reply->end != FAKE_REFUSES)
        mark(exec, &result, "begin");
    answer_lines(exec, &result);
    if (reply->err && reply->end != FAKE_HOLDS)
        rw_buf_adds(&result.err, reply->err);
    if (reply->end == FAKE_ENDS) {
        mark(exec, &result, "end");
        end_exec(exec, &result);
    } else if (reply->end == FAKE_HOLDS && exec->command.timeout_ms) {
        uv_timer_start(&exec->timer, on_exec_late, (uint64_t)exec->command.timeout_ms, 0);
    } else if (reply->end == FAKE_REFUSES) {
        end_exec(exec, &result);
    } else if (reply->end == FAKE_DIES) {
        result.exit_status = -1;
        snprintf(result.signal, sizeof result.signal, "KILL");
        end_exec(exec, &result);
    }
}

static void note_peak(void)
{
    size_t now = fake_running(NULL, world.peak_script, world.peak_with);
    if ((world.peak_script || world.peak_with) && now > world.peak)
        world.peak = now;
}

static struct rw_ssh_exec *start_exec(struct rw_ssh *ssh, const struct rw_ssh_command *command)
{
    struct link *link = (struct link *)ssh;
    struct fake_exec *exec = rw_calloc(1, sizeof *exec);
    cr_assert(link->opened && !link->lost && !link->closing, "a command without a connection");
    size_t running = 0;
    for (const struct fake_exec *other = link->execs; other; other = other->next)
        running += !other->refused;
    exec->link = link;
    size_t allowed = link->host->sessions;
    exec->refused = allowed == FAKE_NO_SESSION || (allowed && running >= allowed);
    cr_assert(!exec->refused || command->at_once, "it would wait");
    exec->command = *command;
    exec->sent = rw_asprintf("%s\n%.*s", command->command, (int)command->input_size,
                             (const char *)command->input);
    const char *begin = strstr(exec->sent, "@@rke2-wizard-begin ");
    if (begin)
        sscanf(begin, "@@rke2-wizard-begin %16[0-9a-f]", exec->nonce);
    if (!exec->refused) {
        *rw_array_add(world.asked, world.asked_count) =
            (struct asked){link->host, rw_strdup(exec->sent)};
        exec->reply = take_reply(link->host->address, exec->sent);
    }
    struct fake_exec **at = &link->execs;
    while (*at)
        at = &(*at)->next;
    *at = exec;
    link->handles++;
    uv_timer_init(&world.loop, &exec->timer);
    exec->timer.data = exec;
    uv_timer_start(&exec->timer, on_exec_timer, exec->refused ? 0 : (uint64_t)exec->reply->after_ms,
                   0);
    note_peak();
    return (struct rw_ssh_exec *)exec;
}

static void cancel_exec(struct rw_ssh_exec *handle)
{
    struct fake_exec *exec = (struct fake_exec *)handle;
    exec->canceled = true;
    uv_timer_start(&exec->timer, on_exec_timer, 0, 0);
}

/* ---- connections ---- */

static void break_execs(struct link *link, int rc)
{
    while (link->execs)
        break_exec(link->execs, rc);
}

static void lose(struct link *link)
{
    struct rw_error err;
    link->lost = true;
    unlist(link);
    break_execs(link, RW_ECLOSED);
    rw_error_set(&err, RW_ECLOSED, "the connection was cut");
    if (!link->closing)
        link->handler.lost(link->context, &err);
}

static void tell_opened(struct link *link, int rc)
{
    struct rw_error err = {0};
    link->opened = rc == 0;
    if (rc != 0) {
        unlist(link);
        rw_error_set(&err, rc, "%s: the reason", link->host->address);
    }
    link->handler.opened(link->context, rc, &err);
}

static void on_link_timer(uv_timer_t *timer)
{
    struct link *link = timer->data;
    struct host *host = link->host;
    if (host->asks) {
        struct rw_ssh_question question = {.kind = RW_SSH_ASK_HOST_KEY,
                                           .key_type = "ssh-ed25519",
                                           .fingerprint = "SHA256:x",
                                           .attempt = 1};
        host->asks = false;
        link->handler.question(link->context, &question);
        return;
    }
    int rc = host->refuse_times ? host->refuse_rc : 0;
    if (host->refuse_times > 0)
        host->refuse_times--;
    link->changed_key = rc == RW_EHOSTKEY;
    tell_opened(link, rc);
}

static struct rw_ssh *open_link(uv_loop_t *loop, const struct rw_ssh_options *options,
                                const struct rw_ssh_handler *handler, void *context)
{
    struct link *link = rw_calloc(1, sizeof *link);
    link->host = host_at(options->address);
    link->handler = *handler;
    link->context = context;
    link->handles = 1;
    link->next = link->host->links;
    link->host->links = link;
    if (link->host->connects < TIMES_MAX)
        link->host->connected_at[link->host->connects] = (int64_t)uv_now(loop);
    link->host->connects++;
    uv_timer_init(loop, &link->timer);
    link->timer.data = link;
    uv_timer_start(&link->timer, on_link_timer, CONNECT_MS, 0);
    return (struct rw_ssh *)link;
}

static void on_answered(uv_timer_t *timer)
{
    tell_opened(timer->data, 0);
}

static void on_refused(uv_timer_t *timer)
{
    tell_opened(timer->data, RW_EHOSTKEY);
}

static void answer_link(struct rw_ssh *ssh, const char *answer)
{
    struct link *link = (struct link *)ssh;
    bool yes = answer && strcmp(answer, "yes") == 0;
    uv_timer_start(&link->timer, yes ? on_answered : on_refused, 0, 0);
}

static struct rw_ssh_info info_of(const struct rw_ssh *ssh)
{
    const struct link *link = (const struct link *)ssh;
    return (struct rw_ssh_info){.methods = "publickey",
                                .tried = "key k",
                                .host_key_type = "ssh-ed25519",
                                .fingerprint = "SHA256:x",
                                .known_hosts = "known_hosts",
                                .host_key_changed = link->changed_key,
                                .algorithms = "",
                                .banner = "SSH-2.0-fake",
                                .problem = link->host->problem,
                                .said = link->host->said ? link->host->said : "",
                                .attempts = 4,
                                .missing = "MAC",
                                .offered = "umac-128-etm@openssh.com",
                                .advice = {"MACs", "hmac-sha2-512", link->host->said != NULL},
                                .library = "1.10.0",
                                .timeout_s = 60};
}

static void on_link_closed(uv_handle_t *handle)
{
    free_link(handle->data);
}

static void on_close_timer(uv_timer_t *timer)
{
    struct link *link = timer->data;
    struct rw_error err;
    rw_error_set(&err, RW_ECANCELED, "closed");
    if (!link->opened && !link->lost && unlist(link))
        link->handler.opened(link->context, RW_ECANCELED, &err);
    break_execs(link, RW_ECANCELED);
    uv_close((uv_handle_t *)&link->timer, on_link_closed);
}

static void close_link(struct rw_ssh *ssh, void (*closed)(void *context), void *context)
{
    struct link *link = (struct link *)ssh;
    link->closing = true;
    link->closed = closed;
    link->closed_context = context;
    if (link->opened)
        unlist(link);
    uv_timer_start(&link->timer, on_close_timer, 0, 0);
}

const struct rw_transport fake_transport = {
    .open = open_link,
    .answer = answer_link,
    .info = info_of,
    .close = close_link,
    .exec = start_exec,
    .cancel = cancel_exec,
};

/* ---- the world ---- */

void fake_begin(void)
{
    cr_assert_eq(uv_loop_init(&world.loop), 0);
}

uv_loop_t *fake_loop(void)
{
    return &world.loop;
}

void fake_add(const struct fake_reply *rows, size_t count)
{
    cr_assert_lt(world.table_count, TABLES_MAX);
    world.tables[world.table_count].rows = rows;
    world.tables[world.table_count].count = count;
    world.tables[world.table_count++].used = rw_calloc(count, sizeof(int));
}

/* Does what can be done now; gives how long nothing can be done after it, or -1: never again. Time
 * does not pass while a thread works. */
static int turn(void)
{
    uv_run(&world.loop, world.loop.active_reqs.count > 0 ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    uv_update_time(&world.loop);
    if (world.loop.active_reqs.count > 0)
        return 0;
    return uv_loop_alive(&world.loop) ? uv_backend_timeout(&world.loop) : -1;
}

void fake_wait(const bool *flag)
{
    int64_t passed = 0;
    while (!*flag) {
        int wait = turn();
        if (*flag)
            return;
        cr_assert_geq(wait, 0, "nothing happens any more");
        cr_assert_lt(passed, LONGEST_MS, "it does not happen within a day");
        passed += wait;
        clock_skip(wait);
    }
}

void fake_pass(int64_t ms)
{
    for (;;) {
        int wait = turn();
        if (wait == 0)
            continue;
        int64_t step = wait < 0 || wait > ms ? ms : wait;
        if (ms <= 0)
            return;
        clock_skip(step);
        ms -= step;
    }
}

void fake_finish(void)
{
    for (int wait; (wait = turn()) >= 0;)
        clock_skip(wait);
    cr_assert_eq(uv_loop_close(&world.loop), 0, "a handle is left open");
    for (size_t i = 0; i < world.asked_count; i++)
        free(world.asked[i].sent);
    free(world.asked);
    for (size_t i = 0; i < world.host_count; i++)
        free(world.hosts[i].address);
    for (size_t i = 0; i < world.table_count; i++)
        free(world.tables[i].used);
    memset(&world, 0, sizeof world);
    clock_back();
}

void fake_problem(const char *host, int rc, enum rw_ssh_problem problem, const char *said)
{
    fake_refuse(host, rc, -1);
    host_at(host)->problem = problem;
    host_at(host)->said = said;
}

void fake_refuse(const char *host, int rc, int times)
{
    host_at(host)->refuse_rc = rc;
    host_at(host)->refuse_times = times;
}

void fake_ask(const char *host)
{
    host_at(host)->asks = true;
}

void fake_cut(const char *host)
{
    for (struct link *link = host_at(host)->links, *next; link; link = next) {
        next = link->next;
        if (link->opened)
            lose(link);
    }
}

void fake_sessions(const char *host, size_t count)
{
    host_at(host)->sessions = count;
}

size_t fake_links(const char *host)
{
    size_t count = 0;
    for (const struct link *link = host_at(host)->links; link; link = link->next)
        count++;
    return count;
}

size_t fake_connects(const char *host)
{
    return host_at(host)->connects;
}

int64_t fake_connected_at(const char *host, size_t index)
{
    cr_assert_lt(index, host_at(host)->connects);
    return host_at(host)->connected_at[index];
}

size_t fake_count(const char *host, const char *script, const char *with)
{
    size_t count = 0;
    for (size_t i = 0; i < world.asked_count; i++)
        count += fits(world.asked[i].host->address, world.asked[i].sent, host, script, with);
    return count;
}

const char *fake_sent(const char *host, const char *script, const char *with)
{
    for (size_t i = world.asked_count; i-- > 0;)
        if (fits(world.asked[i].host->address, world.asked[i].sent, host, script, with))
            return world.asked[i].sent;
    return NULL;
}

void fake_count_peak(const char *script, const char *with)
{
    world.peak_script = script;
    world.peak_with = with;
    world.peak = 0;
}

size_t fake_peak(void)
{
    return world.peak;
}

size_t fake_running(const char *host, const char *script, const char *with)
{
    size_t count = 0;
    for (size_t i = 0; i < world.host_count; i++) {
        for (const struct link *link = world.hosts[i].links; link; link = link->next)
            for (const struct fake_exec *exec = link->execs; exec; exec = exec->next)
                count += !exec->canceled && !exec->refused &&
                         fits(link->host->address, exec->sent, host, script, with);
    }
    return count;
}

bool fake_say(const char *host, const char *script, const char *line)
{
    for (const struct link *link = host_at(host)->links; link; link = link->next) {
        for (struct fake_exec *exec = link->execs; exec; exec = exec->next) {
            if (exec->canceled || !exec->begun || !fits(host, exec->sent, NULL, script, NULL))
                continue;
            char *text = rw_asprintf("%s\n", line);
            exec->command.output(exec->command.context, text, strlen(text));
            free(text);
            return true;
        }
    }
    return false;
}
