/* SPDX-License-Identifier: Apache-2.0 */
#include "install/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/life.h"
#include "base/mem.h"
#include "plan/node_scripts.h"

#define TIMEOUT_MS 20000

struct rw_query {
    struct rw_life life;
    uv_loop_t *loop;
    struct rw_query_options options;
    struct rw_query_listener listener;
    struct rw_remote **remotes; /* one per host, made when its turn comes */
    size_t host;                /* being asked */
    size_t tries;               /* hosts passed in this round */
    char *reason;               /* why the last one gave no answer */
    struct rw_buf asked;
};

static void ask(void *object);

static void next(struct rw_query *query, const char *reason)
{
    rw_strset(&query->reason, reason);
    query->host = (query->host + 1) % query->options.contact.cluster->host_count;
    query->tries++;
    ask(query);
}

static void on_answer(void *context, const struct rw_remote_result *result)
{
    struct rw_query *query = context;
    if (query->life.ending)
        return;
    if (result->rc == 0 && rw_reply_get(&result->reply, query->options.key)) {
        query->listener.done(query->listener.context, query->host, &result->reply, NULL);
        return;
    }
    const char *error = rw_reply_get(&result->reply, "error");
    if (error && strcmp(error, "absent") == 0)
        error = N_("RKE2 has not been started there yet");
    next(query, result->rc != 0 ? result->error.message
                : error         ? error
                                : N_("RKE2 has not been started there yet"));
}

static void run(struct rw_query *query)
{
    struct rw_buf body = {0};
    rw_node_script_add(&body, query->options.script);
    struct rw_remote_script script = {
        .body = body.data, .timeout_ms = TIMEOUT_MS, .done = on_answer, .context = query};
    rw_remote_run(query->remotes[query->host], &script);
    rw_buf_done(&body);
}

static void on_opened(void *context, struct rw_remote *remote, int rc, const struct rw_error *err)
{
    struct rw_query *query = context;
    query->remotes[query->host] = remote;
    if (query->life.ending)
        return;
    if (rc == 0)
        run(query);
    else
        next(query, err->message);
}

static void on_question(void *context, struct rw_remote *remote,
                        const struct rw_remote_question *question)
{
    struct rw_query *query = context;
    if (query->life.ending)
        rw_remote_answer(remote, NULL);
    else
        query->listener.question(query->listener.context, query->host, question);
}

static void give_up(struct rw_query *query)
{
    struct rw_findings findings = {0};
    rw_findings_add(&findings, RW_F_NODES_NO_SERVER, NULL, "_reason", query->reason, "asked",
                    rw_buf_str(&query->asked), NULL);
    query->listener.done(query->listener.context, query->host, NULL, &findings);
    rw_findings_done(&findings);
}

static void ask(void *object)
{
    struct rw_query *query = object;
    static const struct rw_remote_handler handler = {on_opened, on_question, NULL};
    const struct rw_cluster *cluster = query->options.contact.cluster;
    while (query->tries < cluster->host_count &&
           cluster->hosts[query->host].role != RW_ROLE_SERVER) {
        query->host = (query->host + 1) % cluster->host_count;
        query->tries++;
    }
    if (query->tries >= cluster->host_count) {
        give_up(query);
        return;
    }
    rw_buf_addf(&query->asked, "%s%s", query->asked.len ? ", " : "",
                cluster->hosts[query->host].name);
    if (query->remotes[query->host]) {
        run(query);
        return;
    }
    struct rw_jump jump;
    struct rw_remote_options options =
        rw_contact_login(&query->options.contact, query->host, &jump);
    query->remotes[query->host] = rw_remote_open(query->loop, &options, &handler, query);
    rw_jump_done(&jump);
}

static void free_query(void *object)
{
    struct rw_query *query = object;
    free(query->remotes);
    free(query->reason);
    rw_buf_done(&query->asked);
    free(query);
}

struct rw_query *rw_query_start(uv_loop_t *loop, const struct rw_query_options *options,
                                const struct rw_query_listener *listener)
{
    struct rw_query *query = rw_calloc(1, sizeof *query);
    rw_life_init(&query->life, loop, query, free_query);
    query->loop = loop;
    query->options = *options;
    query->listener = *listener;
    query->remotes = rw_calloc(options->contact.cluster->host_count, sizeof *query->remotes);
    query->reason = rw_strdup("");
    rw_life_later(&query->life, ask);
    return query;
}

void rw_query_repeat(struct rw_query *query)
{
    query->tries = 0;
    rw_buf_clear(&query->asked);
    rw_life_later(&query->life, ask);
}

void rw_query_answer(struct rw_query *query, size_t host, const char *answer)
{
    if (query->remotes[host])
        rw_remote_answer(query->remotes[host], answer);
}

void rw_query_free(struct rw_query *query, void (*closed)(void *context), void *context)
{
    if (!query || !rw_life_end(&query->life, NULL, closed, context))
        return;
    for (size_t i = 0; i < query->options.contact.cluster->host_count; i++)
        if (query->remotes[i])
            rw_remote_close(query->remotes[i], rw_life_drop, rw_life_hold(&query->life));
}
