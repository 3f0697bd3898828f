/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/operate.h"

#include "base/error.h"

static void on_begun(void *context, const struct rw_findings *findings)
{
    (void)context;
    rw_cli_print_findings(stderr, findings);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct rw_operate *operate = context;
    rw_session_question(&operate->session, host, question);
}

static void on_answer(void *context, size_t host, const char *text)
{
    struct rw_operate *operate = context;
    if (operate->operation)
        rw_operation_answer(operate->operation, host, text);
}

static void on_event(void *context, const struct rw_event *event)
{
    struct rw_operate *operate = context;
    rw_progress_event(operate->progress, event);
}

static void on_closed(void *context, enum rw_outcome outcome)
{
    struct rw_operate *operate = context;
    operate->operation = NULL;
    operate->exit_code = (int)outcome;
    rw_progress_free(operate->progress);
    operate->progress = NULL;
    rw_session_quiet(&operate->session);
}

static void on_stop(void *context)
{
    struct rw_operate *operate = context;
    if (operate->operation)
        rw_operation_stop(operate->operation);
}

void rw_operate_say(struct rw_operate *operate, const char *text)
{
    if (operate->operation)
        rw_progress_event(operate->progress,
                          &(struct rw_event){.kind = RW_EVENT_PHASE,
                                             .elapsed_ms = rw_operation_elapsed(operate->operation),
                                             .text = text});
}

static void start(struct rw_operate *operate)
{
    struct rw_session *session = &operate->session;
    operate->progress = rw_progress_new(&session->loop, session->cluster, operate->options->json,
                                        false, session->ask);
    session->stop = on_stop;
    session->answer = on_answer;
    session->stop_context = session->answer_context = operate;
    rw_operation_start(operate->operation, NULL);
    rw_session_run(session);
}

int rw_operate(struct rw_operate *operate, struct rw_operation_options *what,
               void (*gate)(void *operate, const struct rw_gate *gate),
               void (*confirm)(void *operate, const struct rw_plan *plan, const char *version,
                               bool cluster_exists),
               bool *busy)
{
    struct rw_session *session = &operate->session;
    struct rw_operation_listener listener = {.begun = on_begun,
                                             .question = on_question,
                                             .gate = gate,
                                             .confirm = confirm,
                                             .event = on_event,
                                             .closed = on_closed,
                                             .context = operate};
    struct rw_findings findings = {0};
    what->cluster = session->cluster;
    what->logins = &session->logins;
    what->contact = rw_session_contact(session);
    what->take_over = operate->options->take_over;
    what->answers_file = operate->options->file;
    int rc = rw_operation_begin(&session->loop, what, &listener, &operate->operation, &findings);
    *busy = rc == RW_EBUSY;
    /* It is watched then. */
    if (*busy && what->kind == RW_OPERATION_INSTALL)
        findings.items[0].severity = RW_SEVERITY_WARN;
    rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    operate->exit_code = RW_OUTCOME_FAILED;
    if (rc == 0)
        start(operate);
    return operate->exit_code;
}
