/* SPDX-License-Identifier: Apache-2.0 */
#include "check/dns_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/life.h"
#include "base/mem.h"
#include "check/host_look.h"
#include "plan/node_scripts.h"

#define SCRIPT_MS 60000
/* Questions to each name server; more when its answers differ, see dns_verdict.c. */
#define ROUNDS             4
#define ROUNDS_PER_SERVER  8
#define ROUNDS_MAX         80
#define ROUNDS_WITHOUT_ANY 2 /* after that many failures no more are asked */
#define ROUNDS_ON_HOST     "3"
#define SLOW_S             5 /* a failure on a host that took so long is a silent name server */

struct dns_asking {
    struct rw_dns_check *check;
    size_t asker;              /* index in the evidence */
    struct rw_remote_job *job; /* of those that are hosts, while it runs */
};

struct rw_dns_check {
    struct rw_life life; /* held by each script that runs */
    uv_loop_t *loop;
    struct rw_dns_check_options options;
    struct rw_dns_check_listener listener;
    struct rw_dns *dns;
    struct dns_asking *servers, *hosts;
    size_t server_count, host_count;
    size_t pending; /* askers that are not through */
    struct rw_dns_evidence evidence;
    struct rw_dns_verdicts verdicts;
};

static void through(struct rw_dns_check *check)
{
    if (--check->pending > 0)
        return;
    rw_dns_judge(&check->verdicts, check->options.cluster, &check->evidence);
    check->listener.done(check->listener.context, &check->verdicts, &check->evidence);
}

/* ---- name servers ---- */

static void ask_server(struct dns_asking *asking);

static bool enough(const struct rw_dns_check *check, const struct rw_dns_asker *asker)
{
    size_t failures = 0, wanted = ROUNDS;
    for (size_t i = 0; i < asker->round_count; i++)
        failures += asker->rounds[i].code != RW_DNS_OK;
    if (failures >= ROUNDS_WITHOUT_ANY)
        return true;
    if (rw_dns_asker_varies(asker))
        wanted = ROUNDS_PER_SERVER * rw_cluster_servers(check->options.cluster);
    return asker->round_count >= (wanted < ROUNDS_MAX ? wanted : ROUNDS_MAX);
}

static void on_answer(void *context, const struct rw_dns_answer *answer)
{
    struct dns_asking *asking = context;
    struct rw_dns_check *check = asking->check;
    if (check->life.ending)
        return;
    struct rw_dns_asker *asker = &check->evidence.askers[asking->asker];
    struct rw_dns_round *round = rw_dns_asker_round(asker, answer->code);
    for (size_t i = 0; i < answer->count; i++)
        rw_dns_round_add(round, answer->items[i].text, answer->items[i].ttl);
    if (answer->alias_count > 0)
        rw_strset(&asker->target, answer->aliases[answer->alias_count - 1].name);
    if (enough(check, asker))
        through(check);
    else
        ask_server(asking);
}

static void ask_server(struct dns_asking *asking)
{
    struct rw_dns_check *check = asking->check;
    struct rw_dns_options options = {
        .server = check->evidence.askers[asking->asker].server,
        .name = check->options.cluster->registration_name,
    };
    rw_dns_ask(check->dns, &options, on_answer, asking);
}

/* ---- hosts ---- */

void rw_dns_check_read(struct rw_dns_evidence *evidence, size_t index, const struct rw_reply *reply)
{
    struct rw_dns_asker *asker = &evidence->askers[index];
    struct rw_buf servers = {0};
    bool slow =
        rw_reply_is(reply, "status", "124") || rw_reply_number(reply, "seconds", 0) >= SLOW_S;
    for (size_t i = 0; i < reply->count; i++) {
        const char *key = reply->pairs[i].key, *value = reply->pairs[i].value;
        if (strcmp(key, "server") == 0) {
            rw_buf_addf(&servers, "%s%s", servers.len ? ", " : "", value);
        } else if (strcmp(key, "own") == 0 && asker->host >= 0) {
            rw_dns_evidence_own(evidence, (size_t)asker->host, value);
        } else if (strcmp(key, "file") == 0) {
            asker->hosts_file = true;
        } else if (strcmp(key, "answer") == 0) {
            struct rw_dns_round *round = rw_dns_asker_round(asker, RW_DNS_OK);
            for (const char *at = value; *at;) {
                size_t length = strcspn(at, " ");
                char *address = rw_strndup(at, length);
                rw_dns_round_add(round, address, RW_DNS_TTL_UNKNOWN);
                free(address);
                at += length + (at[length] == ' ');
            }
            if (round->count == 0)
                round->code = slow ? RW_DNS_TIMEOUT : RW_DNS_FAILED;
        }
    }
    if (asker->round_count == 0)
        rw_strset(&asker->not_asked, rw_reply_is(reply, "error", "getent")
                                         ? "getent: not found"
                                         : "resolve-name: no answer");
    free(asker->server);
    asker->server = rw_buf_take(&servers);
}

static void on_reply(void *context, const struct rw_remote_result *result)
{
    struct dns_asking *asking = context;
    struct rw_dns_check *check = asking->check;
    asking->job = NULL;
    rw_life_drop(&check->life);
    if (check->life.ending)
        return;
    if (result->rc == 0)
        rw_dns_check_read(&check->evidence, asking->asker, &result->reply);
    else
        rw_strset(&check->evidence.askers[asking->asker].not_asked, result->error.message);
    through(check);
}

static void ask_host(struct dns_asking *asking, size_t host)
{
    struct rw_dns_check *check = asking->check;
    struct rw_remote *remote = rw_contact_remote(check->options.contact, host);
    if (!remote) {
        const char *reason = rw_contact_reason(check->options.contact, host);
        rw_strset(&check->evidence.askers[asking->asker].not_asked, reason ? reason : "no login");
        check->pending--;
        return;
    }
    char *stagger = rw_host_stagger(host);
    const struct rw_script_var vars[] = {{"name", check->options.cluster->registration_name},
                                         {"rounds", ROUNDS_ON_HOST},
                                         {"stagger", stagger}};
    struct rw_buf body = {0};
    rw_node_script_add(&body, "resolve-name");
    struct rw_remote_script script = {.vars = vars,
                                      .var_count = RW_COUNT(vars),
                                      .body = body.data,
                                      .timeout_ms = SCRIPT_MS,
                                      .done = on_reply,
                                      .context = asking};
    rw_life_hold(&check->life);
    asking->job = rw_remote_run(remote, &script);
    free(stagger);
    rw_buf_done(&body);
}

/* ---- interface ---- */

static void add_server(struct rw_dns_check *check, const char *server)
{
    struct dns_asking *asking = &check->servers[check->server_count++];
    asking->check = check;
    asking->asker = check->evidence.asker_count;
    rw_dns_evidence_asker(&check->evidence, -1, server);
}

static void add_servers(struct rw_dns_check *check)
{
    const char *const *given = check->options.servers;
    struct rw_dns_servers own = {0};
    size_t count = 0;
    if (!given)
        rw_dns_servers(&own, NULL);
    while (given && given[count])
        count++;
    check->servers = rw_calloc(count + own.count + 1, sizeof *check->servers);
    for (size_t i = 0; i < count; i++)
        add_server(check, given[i]);
    for (size_t i = 0; i < own.count; i++)
        add_server(check, own.items[i]);
    rw_dns_servers_done(&own);
}

static void begun(void *object)
{
    through(object);
}

static void free_check(void *object)
{
    struct rw_dns_check *check = object;
    rw_dns_verdicts_done(&check->verdicts);
    rw_dns_evidence_done(&check->evidence);
    free(check->servers);
    free(check->hosts);
    free(check);
}

struct rw_dns_check *rw_dns_check_start(uv_loop_t *loop, const struct rw_dns_check_options *options,
                                        const struct rw_dns_check_listener *listener)
{
    struct rw_dns_check *check = rw_calloc(1, sizeof *check);
    check->loop = loop;
    check->options = *options;
    check->listener = *listener;
    rw_life_init(&check->life, loop, check, free_check);
    check->dns = rw_dns_new(loop);
    check->host_count = options->cluster->host_count;
    check->hosts = rw_calloc(check->host_count, sizeof *check->hosts);
    add_servers(check);
    for (size_t i = 0; i < check->host_count; i++) {
        check->hosts[i] = (struct dns_asking){.check = check, .asker = check->evidence.asker_count};
        rw_dns_evidence_asker(&check->evidence, (int)i, "");
    }
    /* One for ourselves: there may be nothing to ask, and done() comes from the loop. */
    check->pending = check->server_count + check->host_count + 1;
    for (size_t i = 0; i < check->server_count; i++)
        ask_server(&check->servers[i]);
    for (size_t i = 0; i < check->host_count; i++)
        ask_host(&check->hosts[i], i);
    rw_life_later(&check->life, begun);
    return check;
}

void rw_dns_check_free(struct rw_dns_check *check, void (*closed)(void *context), void *context)
{
    if (!check || !rw_life_end(&check->life, NULL, closed, context))
        return;
    for (size_t i = 0; i < check->host_count; i++)
        if (check->hosts[i].job)
            rw_remote_cancel(check->hosts[i].job);
    rw_dns_free(check->dns, rw_life_drop, rw_life_hold(&check->life));
}
