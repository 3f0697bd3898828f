/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "check/check.h"
#include "cli/check_show.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/spinner.h"
#include "operation/operation.h"

/* Between two checks of --watch. */
#define WATCH_MS 5000

struct check {
    struct rw_session session;
    const struct rw_options *options;
    struct rw_contact *contact;
    struct rw_check *check;
    struct rw_spinner *spinner;
    uv_timer_t again;
    int64_t begun;
    struct rw_fixes fixes;       /* of --fix */
    bool *chosen;                /* by index of the fix */
    size_t asked;                /* fixes that were asked about */
    bool fixed;                  /* that was done */
    struct rw_operation *repair; /* while it is carried out */
    struct rw_findings shown;    /* what --watch has shown last */
    size_t rounds;
    bool blocked; /* by the last check */
    bool ended;
    int exit_code;
};

static void begin(struct check *check);

/* ---- the end ---- */

static void on_contact_closed(void *context)
{
    struct check *check = context;
    rw_session_quiet(&check->session);
}

static void on_check_gone(void *context)
{
    struct check *check = context;
    rw_contact_free(check->contact, on_contact_closed, check);
}

static void end(struct check *check, int exit_code)
{
    if (check->ended)
        return;
    check->ended = true;
    check->exit_code = exit_code;
    rw_spinner_free(check->spinner);
    uv_close((uv_handle_t *)&check->again, NULL);
    if (check->check)
        rw_check_free(check->check, on_check_gone, check);
    else
        on_check_gone(check);
    check->check = NULL;
}

/* ---- a check has ended ---- */

static bool same_findings(const struct rw_findings *a, const struct rw_findings *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!rw_finding_equal(&a->items[i], &b->items[i]))
            return false;
    return true;
}

/* Shows the result; --watch only what is new. False when it cannot be written. */
static bool show(struct check *check, const struct rw_check_result *result)
{
    const struct rw_cluster *cluster = check->session.cluster;
    bool known = check->rounds++ > 0 && same_findings(&check->shown, &result->findings);
    rw_spinner_erase(check->spinner);
    if (!known)
        (check->options->json ? rw_check_show_json : rw_check_show)(cluster, result);
    rw_findings_done(&check->shown);
    for (size_t i = 0; i < result->findings.count; i++)
        rw_findings_copy(&check->shown, &result->findings.items[i]);
    struct rw_report report = {.cluster = cluster, .result = result, .wall_ms = rw_clock_wall_ms()};
    return fflush(stdout) == 0 && rw_check_write_report(check->options->report, &report);
}

static void on_again(uv_timer_t *timer)
{
    struct check *check = timer->data;
    rw_contact_retry(check->contact);
    begin(check);
}

static void on_round_gone(void *context)
{
    struct check *check = context;
    if (check->ended)
        return;
    rw_spinner_say(check->spinner, rw_strdup(_("waiting before the next check; ^C stops it")));
    uv_timer_start(&check->again, on_again, WATCH_MS, 0);
}

/* ---- repairs ---- */

static void ask_fix(struct check *check);

static void on_repair_event(void *context, const struct rw_event *event)
{
    struct check *check = context;
    if (check->ended || event->kind != RW_EVENT_REPAIR)
        return;
    rw_spinner_erase(check->spinner);
    fprintf(check->options->json ? stderr : stdout, _("%s: %s: %s\n"), event->host, _(event->text),
            event->failure ? event->failure : _("done"));
}

static void on_repair_closed(void *context, enum rw_outcome outcome)
{
    struct check *check = context;
    (void)outcome;
    check->repair = NULL;
    if (check->ended)
        return;
    putc('\n', check->options->json ? stderr : stdout);
    begin(check);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct check *check = context;
    rw_session_question(&check->session, host, question);
}

static void carry_out(struct check *check)
{
    struct rw_findings findings = {0};
    struct rw_operation_options options = {
        .kind = RW_OPERATION_REPAIR,
        .cluster = check->session.cluster,
        .fixes = &check->fixes,
        .chosen = check->chosen,
    };
    struct rw_operation_listener listener = {.question = on_question,
                                             .event = on_repair_event,
                                             .closed = on_repair_closed,
                                             .context = check};
    size_t count = 0;
    for (size_t i = 0; i < check->fixes.count; i++)
        count += check->chosen[i];
    if (count == 0) {
        end(check, check->blocked ? RW_OUTCOME_BLOCKED : RW_OUTCOME_DONE);
    } else if (rw_operation_begin(&check->session.loop, &options, &listener, &check->repair,
                                  &findings) == 0) {
        rw_spinner_say(check->spinner, rw_strdup(_("repairing")));
        rw_operation_start(check->repair, check->contact);
    } else {
        rw_cli_print_findings(stderr, &findings);
        end(check, RW_OUTCOME_FAILED);
    }
    rw_findings_done(&findings);
}

static void on_fix_answer(void *context, const char *text)
{
    struct check *check = context;
    if (check->ended)
        return;
    check->chosen[check->asked++] = rw_ask_is_yes(text);
    ask_fix(check);
}

/* Asks about the next repair; after the last one they are carried out. */
static void ask_fix(struct check *check)
{
    struct rw_buf text = {0};
    if (check->asked == check->fixes.count) {
        carry_out(check);
        return;
    }
    rw_fix_print(&text, &check->fixes.items[check->asked]);
    if (check->options->yes) {
        fputs(rw_buf_str(&text), check->options->json ? stderr : stdout);
        check->chosen[check->asked++] = true;
        rw_buf_done(&text);
        ask_fix(check);
        return;
    }
    rw_buf_adds(&text, _("Run these commands on the host? [y/N] "));
    rw_ask_put(check->session.ask, rw_buf_str(&text), true, on_fix_answer, check);
    rw_buf_done(&text);
}

static void on_fixes_begin(void *context)
{
    struct check *check = context;
    if (!check->ended)
        ask_fix(check);
}

/* Whether there is something to repair; then the next step is to ask. */
static bool repair(struct check *check, const struct rw_check_result *result)
{
    if (!check->options->fix || check->fixed)
        return false;
    check->fixed = true;
    rw_fixes_find(&check->fixes, &result->findings);
    if (check->fixes.count == 0)
        return false;
    check->chosen = rw_calloc(check->fixes.count, sizeof *check->chosen);
    rw_check_free(check->check, on_fixes_begin, check);
    check->check = NULL;
    return true;
}

static bool watch_on(const struct check *check)
{
    int64_t limit = (int64_t)check->options->timeout_s * 1000;
    return check->options->watch && (limit == 0 || rw_clock_ms() - check->begun + WATCH_MS < limit);
}

static void on_done(void *context, const struct rw_check_result *result)
{
    struct check *check = context;
    bool blocked = rw_check_blocks(result);
    check->blocked = blocked;
    if (!show(check, result)) {
        end(check, RW_OUTCOME_FAILED);
    } else if (repair(check, result)) {
        return;
    } else if (blocked && watch_on(check)) {
        rw_check_free(check->check, on_round_gone, check);
        check->check = NULL;
    } else {
        end(check, blocked ? RW_OUTCOME_BLOCKED : RW_OUTCOME_DONE);
    }
}

/* ---- the command ---- */

static void on_answer(void *context, size_t host, const char *text)
{
    struct check *check = context;
    if (!check->ended)
        rw_contact_answer(check->contact, host, text);
}

static void on_progress(void *context, enum rw_check_part part, size_t done, size_t total)
{
    struct check *check = context;
    rw_spinner_say(check->spinner,
                   rw_asprintf("%s %zu/%zu", rw_check_part_title(part), done, total));
}

static void begin(struct check *check)
{
    const struct rw_options *options = check->options;
    struct rw_check_options wanted = {
        .cluster = check->session.cluster,
        .contact = check->contact,
        .parts = options->only ? rw_check_parts(options->only) : RW_CHECK_ALL,
        .requirements = &check->session.requirements,
        .name_servers = options->name_servers.count ? options->name_servers.items : NULL,
    };
    struct rw_check_listener listener = {on_question, on_progress, on_done, check};
    check->check = rw_check_start(&check->session.loop, &wanted, &listener);
}

static void on_stop(void *context)
{
    end(context, RW_OUTCOME_INTERRUPTED);
}

int rw_cmd_check(const struct rw_options *options)
{
    struct check check = {.options = options, .begun = rw_clock_ms()};
    struct rw_session *session = &check.session;
    int rc = rw_session_begin(session, options, true);
    if (rc != 0)
        return rc;
    if (options->fix && !options->yes && !session->ask) {
        fprintf(stderr, "rke2-wizard: %s\n",
                _("there is no terminal to ask on; add --yes to continue without asking"));
        rw_session_end(session);
        return RW_OUTCOME_USAGE;
    }
    session->stop = on_stop;
    session->stop_context = &check;
    session->answer = on_answer;
    session->answer_context = &check;
    struct rw_contact_options contact = rw_session_contact(session);
    check.contact = rw_contact_new(&session->loop, &contact);
    check.spinner = rw_spinner_new(&session->loop, session->ask, options->json);
    uv_timer_init(&session->loop, &check.again);
    check.again.data = &check;
    begin(&check);
    rw_session_run(session);
    rw_session_end(session);
    rw_findings_done(&check.shown);
    rw_fixes_done(&check.fixes);
    free(check.chosen);
    return check.exit_code;
}
