/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/options.h"
#include "cli/session.h"
#include "install/query.h"
#include "install/run.h"

#define WATCH_MS 2000

struct nodes {
    struct rw_session session;
    struct rw_query *query;
    uv_timer_t again;
    bool watch;
    char *shown; /* the table as last printed */
    int exit_code;
};

static void end(struct nodes *nodes, int exit_code)
{
    if (!nodes->query)
        return;
    nodes->exit_code = exit_code;
    rw_query_free(nodes->query, NULL, NULL);
    nodes->query = NULL;
    uv_close((uv_handle_t *)&nodes->again, NULL);
    rw_session_quiet(&nodes->session);
}

static void on_again(uv_timer_t *timer)
{
    struct nodes *nodes = timer->data;
    rw_query_repeat(nodes->query);
}

static void show(struct nodes *nodes, const struct rw_reply *reply)
{
    struct rw_buf table = {0};
    for (size_t i = 0; i < reply->count; i++)
        if (strcmp(reply->pairs[i].key, "row") == 0)
            rw_buf_addf(&table, "%s\n", reply->pairs[i].value);
    bool terminal = nodes->watch && isatty(STDOUT_FILENO);
    if (terminal)
        printf("\033[H\033[2J%s", rw_buf_str(&table));
    else if (!nodes->shown || strcmp(nodes->shown, rw_buf_str(&table)) != 0)
        printf("%s%s", nodes->shown ? "\n" : "", rw_buf_str(&table));
    fflush(stdout);
    free(nodes->shown);
    nodes->shown = rw_buf_take(&table);
}

static void on_done(void *context, size_t host, const struct rw_reply *reply,
                    const struct rw_findings *findings)
{
    struct nodes *nodes = context;
    (void)host;
    if (reply)
        show(nodes, reply);
    else
        rw_cli_print_findings(stderr, findings);
    if (nodes->watch)
        uv_timer_start(&nodes->again, on_again, WATCH_MS, 0);
    else
        end(nodes, reply ? RW_OUTCOME_DONE : RW_OUTCOME_FAILED);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct nodes *nodes = context;
    rw_session_question(&nodes->session, host, question);
}

static void on_answer(void *context, size_t host, const char *text)
{
    struct nodes *nodes = context;
    if (nodes->query)
        rw_query_answer(nodes->query, host, text);
}

static void on_stop(void *context)
{
    end(context, RW_OUTCOME_INTERRUPTED);
}

int rw_cmd_nodes(const struct rw_options *options)
{
    struct nodes nodes = {.watch = options->watch};
    int rc = rw_session_begin(&nodes.session, options, false);
    if (rc != 0)
        return rc;
    nodes.session.stop = on_stop;
    nodes.session.stop_context = &nodes;
    nodes.session.answer = on_answer;
    nodes.session.answer_context = &nodes;
    uv_timer_init(&nodes.session.loop, &nodes.again);
    nodes.again.data = &nodes;
    struct rw_query_options query = {
        .contact = rw_session_contact(&nodes.session),
        .script = "nodes",
        .key = "row",
    };
    struct rw_query_listener listener = {on_question, on_done, &nodes};
    nodes.query = rw_query_start(&nodes.session.loop, &query, &listener);
    rw_session_run(&nodes.session);
    rw_session_end(&nodes.session);
    free(nodes.shown);
    return nodes.exit_code;
}
