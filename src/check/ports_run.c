/* SPDX-License-Identifier: Apache-2.0 */
#include "check/ports_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/life.h"
#include "base/mem.h"
#include "net/tcp_probe.h"
#include "plan/node_scripts.h"

/* Connections from one host at the same time. */
#define SLOTS 64
/* Seconds that a full set of connections without an answer takes. */
#define ROUND_S     14   /* two tries */
#define SLOW_S      12   /* for answers of hosts that are busy, */
#define TESTS_PER_S 8    /* and of many that share a machine */
#define ANSWER_MS   3000 /* for the way there and back */
#define LISTEN_MS   15000
#define COLLECT_MS  10000
#define CLEAN_UP_MS 3000
#define CONNECT_MS  6000
#define NONCE_MS    15000

/* On each host, one after the other; all hosts are through one before the next begins. */
enum phase {
    LISTEN,
    CONNECT,
    COLLECT,
    DONE,
};

struct ports_host {
    struct rw_ports_check *check;
    size_t index;
    struct rw_remote *remote;  /* NULL: left out */
    struct rw_remote_job *job; /* of this phase, or of the cleaning up */
    bool listening;            /* a listener may be up on it */
    bool lost;                 /* it did not answer the first script */
};

struct ports_probe {
    struct rw_ports_check *check;
    struct rw_ports_cell *cell;
    struct rw_tcp_probe *probe; /* NULL when it is through */
};

struct rw_ports_check {
    struct rw_life life; /* held while hosts are cleaned up */
    uv_loop_t *loop;
    struct rw_ports_check_options options;
    struct rw_ports_check_listener listener;
    struct rw_ports_matrix matrix;
    struct rw_findings findings;
    struct ports_host *hosts;
    size_t host_count;
    struct ports_probe *probes;
    size_t probe_count;
    char *service;
    char *bodies[DONE];
    enum phase phase;
    size_t pending;          /* hosts and probes that are not through this phase, and one more
                                while it begins */
    size_t steps, steps_all; /* for the progress */
    uv_timer_t limit;        /* of the cleaning up */
    bool late;               /* listeners still running end by themselves */
};

static void through(struct rw_ports_check *check);
static void collect_from(struct ports_host *host, int timeout_ms);

/* ---- one script on one host ---- */

static size_t tests_from(const struct rw_ports_check *check, size_t source)
{
    size_t count, tests = 0;
    for (size_t target = 0; target < check->host_count; target++) {
        rw_ports_pair(&check->matrix, (int)source, target, &count);
        tests += count;
    }
    return tests;
}

static int connect_limit_s(size_t tests)
{
    return (int)(tests / SLOTS + 1) * ROUND_S + SLOW_S + (int)(tests / TESTS_PER_S);
}

/* How long a listener may live: what the phases after it can take at most. */
static int listen_limit_s(const struct rw_ports_check *check)
{
    size_t most = 0;
    for (size_t i = 0; i < check->host_count; i++) {
        size_t tests = tests_from(check, i);
        most = tests > most ? tests : most;
    }
    return (LISTEN_MS + COLLECT_MS + ANSWER_MS) / 1000 + connect_limit_s(most);
}

static void run_script(struct ports_host *host, enum phase phase, const struct rw_script_var *vars,
                       size_t count, int timeout_ms,
                       void (*done)(void *context, const struct rw_remote_result *result))
{
    struct rw_remote_script script = {.vars = vars,
                                      .var_count = count,
                                      .body = host->check->bodies[phase],
                                      .timeout_ms = timeout_ms,
                                      .done = done,
                                      .context = host};
    host->job = rw_remote_run(host->remote, &script);
}

static const char *failure(const struct rw_remote_result *result)
{
    return *result->error.message ? result->error.message : rw_error_text(result->rc);
}

static void on_listening(void *context, const struct rw_remote_result *result)
{
    struct ports_host *host = context;
    struct rw_ports_check *check = host->check;
    host->job = NULL;
    if (check->life.ending && !check->late) {
        collect_from(host, CLEAN_UP_MS);
        return;
    }
    host->lost = result->rc != 0;
    if (result->rc == 0)
        rw_ports_read_listen(&check->matrix, host->index, &result->reply);
    else
        rw_ports_untested(&check->matrix, host->index, failure(result), failure(result));
    through(check);
}

static void listen_on(struct ports_host *host)
{
    struct rw_ports_check *check = host->check;
    struct rw_buf tcp = {0}, udp = {0};
    char *limit = rw_asprintf("%d", listen_limit_s(check));
    rw_ports_listen_list(&tcp, &check->matrix, host->index, false);
    rw_ports_listen_list(&udp, &check->matrix, host->index, true);
    const struct rw_script_var vars[] = {{"service", check->service},
                                         {"nonce", check->matrix.hosts[host->index].nonce},
                                         {"tcp", rw_buf_str(&tcp)},
                                         {"udp", rw_buf_str(&udp)},
                                         {"limit", limit}};
    host->listening = true;
    run_script(host, LISTEN, vars, RW_COUNT(vars), LISTEN_MS, on_listening);
    rw_buf_done(&tcp);
    rw_buf_done(&udp);
    free(limit);
}

static void on_connected(void *context, const struct rw_remote_result *result)
{
    struct ports_host *host = context;
    struct rw_ports_check *check = host->check;
    host->job = NULL;
    if (check->life.ending)
        return;
    if (result->rc == 0)
        rw_ports_read_connect(&check->matrix, host->index, &result->reply);
    else
        rw_ports_untested(&check->matrix, host->index, NULL, failure(result));
    through(check);
}

static void connect_from(struct ports_host *host)
{
    struct rw_ports_check *check = host->check;
    struct rw_buf tcp = {0}, udp = {0};
    int limit_s = connect_limit_s(tests_from(check, host->index));
    char *self = rw_asprintf("%zu", host->index), *slots = rw_asprintf("%d", SLOTS),
         *limit = rw_asprintf("%d", limit_s);
    rw_ports_connect_list(&tcp, &check->matrix, check->options.cluster, host->index, false);
    rw_ports_connect_list(&udp, &check->matrix, check->options.cluster, host->index, true);
    const struct rw_script_var vars[] = {{"self", self},
                                         {"tcp", rw_buf_str(&tcp)},
                                         {"udp", rw_buf_str(&udp)},
                                         {"slots", slots},
                                         {"limit", limit}};
    run_script(host, CONNECT, vars, RW_COUNT(vars), limit_s * 1000 + ANSWER_MS, on_connected);
    rw_buf_done(&tcp);
    rw_buf_done(&udp);
    free(self);
    free(slots);
    free(limit);
}

static void on_collected(void *context, const struct rw_remote_result *result)
{
    struct ports_host *host = context;
    struct rw_ports_check *check = host->check;
    host->job = NULL;
    if (result->rc == 0)
        host->listening = false;
    if (!check->life.ending && result->rc == 0)
        rw_ports_read_collect(&check->matrix, host->index, &result->reply);
    through(check);
}

static void collect_from(struct ports_host *host, int timeout_ms)
{
    struct rw_ports_check *check = host->check;
    bool zone =
        !check->life.ending && check->matrix.hosts[host->index].manager == RW_FIREWALL_FIREWALLD;
    const struct rw_script_var vars[] = {
        {"service", check->service},
        {"zone", zone ? "yes" : "no"},
        {"address", check->options.cluster->hosts[host->index].address}};
    run_script(host, COLLECT, vars, RW_COUNT(vars), timeout_ms, on_collected);
}

/* ---- from here ---- */

static void on_probed(void *context, enum rw_tcp_probe_code code, const char *line)
{
    static const enum rw_ports_result results[] = {
        [RW_TCP_PROBE_SILENT] = RW_PORTS_FILTERED,
        [RW_TCP_PROBE_REFUSED] = RW_PORTS_REFUSED,
        [RW_TCP_PROBE_UNREACHABLE] = RW_PORTS_ICMP,
        [RW_TCP_PROBE_CANCELED] = RW_PORTS_UNKNOWN,
    };
    struct ports_probe *probe = context;
    struct rw_ports_check *check = probe->check;
    probe->probe = NULL;
    if (code == RW_TCP_PROBE_OPEN)
        rw_ports_answered(&check->matrix, probe->cell, line);
    else if (code == RW_TCP_PROBE_LATE)
        probe->cell->note = rw_ports_late;
    else if (code == RW_TCP_PROBE_UNRESOLVED)
        probe->cell->note = N_("this machine cannot resolve the host name");
    else if (code == RW_TCP_PROBE_FAILED)
        probe->cell->note = N_("the connection could not be started");
    else
        probe->cell->result = results[code];
    through(check);
}

static void probe_target(struct rw_ports_check *check, size_t target)
{
    size_t count;
    struct rw_ports_cell *cells = rw_ports_pair(&check->matrix, RW_PORTS_CONSOLE, target, &count);
    for (size_t i = 0; i < count; i++) {
        enum rw_ports_state state = rw_ports_state(&check->matrix, target, cells[i].port);
        if (state != RW_PORTS_S_LISTENING && state != RW_PORTS_S_RKE2)
            continue;
        struct rw_tcp_probe_options options = {
            .address = check->options.cluster->hosts[target].address,
            .port = cells[i].port->number,
            .connect_ms = CONNECT_MS,
            .read_ms = state == RW_PORTS_S_LISTENING ? NONCE_MS : 0,
        };
        struct ports_probe *probe = &check->probes[check->probe_count++];
        *probe = (struct ports_probe){.check = check, .cell = &cells[i]};
        check->pending++;
        probe->probe = rw_tcp_probe_start(check->loop, &options, on_probed, probe);
    }
}

/* ---- phases ---- */

static void finish(struct rw_ports_check *check)
{
    check->phase = DONE;
    rw_ports_judge(&check->findings, &check->matrix, check->options.cluster);
    check->listener.done(check->listener.context, &check->matrix, &check->findings);
}

static void begin_phase(struct rw_ports_check *check)
{
    check->pending = 1;
    if (check->phase == CONNECT)
        for (size_t i = 0; i < check->host_count; i++)
            probe_target(check, i);
    for (size_t i = 0; i < check->host_count; i++) {
        struct ports_host *host = &check->hosts[i];
        if (!host->remote || (check->phase == CONNECT && host->lost))
            continue;
        check->pending++;
        if (check->phase == LISTEN)
            listen_on(host);
        else if (check->phase == CONNECT)
            connect_from(host);
        else
            collect_from(host, host->lost ? CLEAN_UP_MS : COLLECT_MS);
    }
}

static void cleaned_up(struct rw_ports_check *check)
{
    rw_life_close(&check->life, (uv_handle_t *)&check->limit);
    rw_life_drop(&check->life);
}

/* One host or probe less to wait for. */
static void through(struct rw_ports_check *check)
{
    check->pending--;
    if (check->life.ending) {
        if (check->pending == 0)
            cleaned_up(check);
        return;
    }
    check->steps++;
    if (check->listener.progress)
        check->listener.progress(check->listener.context,
                                 check->steps < check->steps_all ? check->steps : check->steps_all,
                                 check->steps_all);
    if (check->life.ending || check->pending > 0)
        return;
    check->phase++;
    if (check->phase == DONE) {
        finish(check);
    } else {
        begin_phase(check);
        through(check);
    }
}

static void begin(void *object)
{
    struct rw_ports_check *check = object;
    begin_phase(check);
    through(check);
}

/* ---- interface ---- */

static char *body_of(const char *name)
{
    struct rw_buf body = {0};
    rw_node_script_add(&body, name);
    return rw_buf_take(&body);
}

static void prepare_host(struct rw_ports_check *check, size_t index)
{
    struct ports_host *host = &check->hosts[index];
    *host = (struct ports_host){.check = check, .index = index};
    rw_script_nonce(check->matrix.hosts[index].nonce);
    if (rw_contact_state(check->options.contact, index) == RW_CONTACT_OPEN)
        host->remote = rw_contact_remote(check->options.contact, index);
    else
        rw_ports_untested(&check->matrix, index, N_("the login failed"), N_("the login failed"));
}

static void free_check(void *object)
{
    struct rw_ports_check *check = object;
    rw_findings_done(&check->findings);
    rw_ports_matrix_done(&check->matrix);
    for (size_t i = 0; i < DONE; i++)
        free(check->bodies[i]);
    free(check->service);
    free(check->probes);
    free(check->hosts);
    free(check);
}

struct rw_ports_check *rw_ports_check_start(uv_loop_t *loop,
                                            const struct rw_ports_check_options *options,
                                            const struct rw_ports_check_listener *listener)
{
    struct rw_ports_check *check = rw_calloc(1, sizeof *check);
    char nonce[RW_SCRIPT_NONCE_SIZE];
    check->loop = loop;
    check->options = *options;
    check->listener = *listener;
    check->host_count = options->cluster->host_count;
    check->hosts = rw_calloc(check->host_count, sizeof *check->hosts);
    rw_ports_matrix_init(&check->matrix, options->cluster, options->cni);
    check->probes = rw_calloc(check->matrix.first[check->host_count] + 1, sizeof *check->probes);
    rw_script_nonce(nonce);
    check->service = rw_asprintf("rke2-wizard-ports-%s", nonce);
    check->bodies[LISTEN] = body_of("ports-listen");
    check->bodies[CONNECT] = body_of("ports-connect");
    check->bodies[COLLECT] = body_of("ports-collect");
    for (size_t i = 0; i < check->host_count; i++) {
        prepare_host(check, i);
        check->steps_all += check->hosts[i].remote ? DONE : 0;
    }
    check->steps_all += DONE + check->matrix.first[check->host_count];
    rw_life_init(&check->life, loop, check, free_check);
    uv_timer_init(loop, &check->limit);
    check->limit.data = check;
    rw_life_later(&check->life, begin);
    return check;
}

/* ---- ending ---- */

static void on_clean_up_late(uv_timer_t *timer)
{
    struct rw_ports_check *check = timer->data;
    check->late = true;
    for (size_t i = 0; i < check->host_count; i++)
        if (check->hosts[i].job)
            rw_remote_cancel(check->hosts[i].job);
}

/* A listener that is just being set up must be there before it can be ended: on_listening() goes
 * on. */
static void clean_up(struct ports_host *host)
{
    struct rw_ports_check *check = host->check;
    if (host->job && check->phase == CONNECT)
        rw_remote_cancel(host->job);
    if (host->job || (host->listening && check->phase != DONE))
        check->pending++;
    if (!host->job && host->listening && check->phase != DONE)
        collect_from(host, CLEAN_UP_MS);
}

void rw_ports_check_free(struct rw_ports_check *check, void (*closed)(void *context), void *context)
{
    if (!check || !rw_life_end(&check->life, NULL, closed, context))
        return;
    rw_life_hold(&check->life);
    check->pending = 1;
    for (size_t i = 0; i < check->probe_count; i++) {
        if (!check->probes[i].probe)
            continue;
        check->pending++;
        rw_tcp_probe_cancel(check->probes[i].probe);
    }
    for (size_t i = 0; i < check->host_count; i++)
        clean_up(&check->hosts[i]);
    uv_timer_start(&check->limit, on_clean_up_late, CLEAN_UP_MS, 0);
    through(check);
}
