/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on a cluster, without a network: the layers below are a table of calls that the test
 * answers, and the listener writes down what it gets. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "install/override.h"
#include "operation/operation_private.h"
#include "unit/helpers.h"

/* ---- a world ---- */

static uv_loop_t loop;
static char *folder;
static struct rw_cluster *cluster;
static struct rw_operation *operation;
static struct rw_buf seen;   /* what the listener got, a word each */
static struct rw_buf called; /* what was called below, a word each */
static bool is_closed;
static enum rw_outcome outcome;

static struct rw_plan plan; /* not read here */
static struct rw_findings none, held, failing;

static void said(struct rw_buf *where, const char *word)
{
    rw_buf_addf(where, "%s%s", where->len ? " " : "", word);
}

/* ---- two listeners ---- */

static void on_begun(void *context, const struct rw_findings *findings)
{
    (void)context;
    said(&seen, findings->count ? "begun-with-findings" : "begun");
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    (void)context;
    (void)host;
    (void)question;
    said(&seen, "question");
}

static void on_event(void *context, const struct rw_event *event)
{
    (void)context;
    if (event->kind == RW_EVENT_FINDING)
        said(&seen, rw_finding_code(event->finding->id));
    else if (event->kind == RW_EVENT_END)
        said(&seen, rw_outcome_name(event->outcome));
    else if (event->kind == RW_EVENT_PHASE)
        said(&seen, "phase");
    else if (event->kind == RW_EVENT_OVERRIDE)
        said(&seen, "override");
    else if (event->kind == RW_EVENT_REPAIR)
        said(&seen, event->failure ? "not-repaired" : "repaired");
}

static void on_closed(void *context, enum rw_outcome how)
{
    (void)context;
    said(&seen, "closed");
    operation = NULL;
    outcome = how;
    is_closed = true;
}

/* A person answers later. */
static void on_gate_wait(void *context, const struct rw_gate *gate)
{
    (void)context;
    said(&seen, !gate->result ? "held" : gate->open ? "gate-shut" : "gate-open");
}

static void on_confirm_wait(void *context, const struct rw_plan *what, const char *version,
                            bool exists)
{
    (void)context;
    (void)what;
    (void)version;
    (void)exists;
    said(&seen, "confirm");
}

/* A program answers at once, from inside of the call. */
static void on_gate_refuse(void *context, const struct rw_gate *gate)
{
    on_gate_wait(context, gate);
    if (!gate->result)
        rw_operation_take_over(operation, false);
}

static void on_confirm_yes(void *context, const struct rw_plan *what, const char *version,
                           bool exists)
{
    on_confirm_wait(context, what, version, exists);
    rw_operation_confirm(operation, true);
}

static const struct rw_operation_listener person = {.begun = on_begun,
                                                    .question = on_question,
                                                    .gate = on_gate_wait,
                                                    .confirm = on_confirm_wait,
                                                    .event = on_event,
                                                    .closed = on_closed};
static const struct rw_operation_listener program = {.begun = on_begun,
                                                     .question = on_question,
                                                     .gate = on_gate_refuse,
                                                     .confirm = on_confirm_yes,
                                                     .event = on_event,
                                                     .closed = on_closed};

/* ---- what is below: it writes down that it was called ---- */

static void do_lock(struct rw_operation *o)
{
    said(&called, o->take_over ? "take-lock" : "lock");
}

static void do_release(struct rw_operation *o)
{
    (void)o;
    said(&called, "release");
}

static void do_check(struct rw_operation *o)
{
    (void)o;
    said(&called, "check");
}

static void do_free_check(struct rw_operation *o)
{
    (void)o;
    said(&called, "free-check");
}

static void do_work(struct rw_operation *o)
{
    (void)o;
    said(&called, "work");
}

static void work_ends(enum rw_outcome how)
{
    operation_event(operation, (struct rw_event){.kind = RW_EVENT_END, .outcome = how});
}

static void do_confirm(struct rw_operation *o, bool go)
{
    (void)o;
    said(&called, go ? "go" : "decline");
    if (!go)
        work_ends(RW_OUTCOME_INTERRUPTED);
}

/* The run would bring to an end what is under way. */
static void do_hold(struct rw_operation *o)
{
    (void)o;
    said(&called, "hold");
}

static void do_stop(struct rw_operation *o)
{
    (void)o;
    said(&called, "stop");
    work_ends(RW_OUTCOME_INTERRUPTED);
}

static void do_lose(struct rw_operation *o, const struct rw_finding *finding)
{
    said(&called, "lose");
    operation_event(o, (struct rw_event){.kind = RW_EVENT_FINDING, .finding = finding});
    work_ends(RW_OUTCOME_FAILED);
}

static void do_close(struct rw_operation *o, enum operation_part part)
{
    static const char *const names[] = {"-check", "-lock", "-contact", "-work"};
    said(&called, names[part]);
    operation_part_gone(o);
}

static const struct operation_hands hands = {
    .lock = do_lock,
    .release = do_release,
    .check = do_check,
    .free_check = do_free_check,
    .work = do_work,
    .confirm = do_confirm,
    .hold = do_hold,
    .stop = do_stop,
    .lose = do_lose,
    .close = do_close,
};

/* ---- beginning and ending ---- */

static void add_finding(struct rw_findings *findings, enum rw_finding_id id)
{
    rw_findings_add(findings, id, "ha-m1", NULL);
}

static void begin_world(void)
{
    folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    uv_loop_init(&loop);
    cluster = demo_cluster();
    add_finding(&held, RW_F_LOCK_HELD);
    add_finding(&failing, RW_F_CPU_MINIMUM);
    add_finding(&failing, RW_F_CPU_MINIMUM);
    cr_assert_eq(failing.items[0].severity, RW_SEVERITY_FAIL);
}

static void end_world(void)
{
    cr_assert_eq(uv_loop_close(&loop), 0, "handles are left");
    rw_findings_done(&held);
    rw_findings_done(&failing);
    rw_cluster_free(cluster);
    rw_buf_done(&seen);
    rw_buf_done(&called);
    folder_remove(folder);
}

static void begin(enum rw_operation_kind kind, const struct rw_operation_listener *listener,
                  struct rw_operation_options options)
{
    struct rw_findings findings = {0};
    rw_buf_clear(&seen);
    rw_buf_clear(&called);
    is_closed = false;
    options.kind = kind;
    options.cluster = cluster;
    cr_assert_eq(rw_operation_begin(&loop, &options, listener, &operation, &findings), 0);
    cr_assert_eq(findings.count, 0);
    operation->hands = &hands;
}

/* Lends connections that are not used. */
static void start(void)
{
    rw_operation_start(operation, (struct rw_contact *)&plan);
}

static void finish(void)
{
    cr_assert_not(is_closed, "closed() came from inside of a call");
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert(is_closed);
}

static void expect_seen(const char *what)
{
    cr_expect_str_eq(rw_buf_str(&seen), what);
}

static void expect_called(const char *what)
{
    cr_expect_str_eq(rw_buf_str(&called), what);
}

static void checked(const struct rw_findings *findings)
{
    struct rw_check_result result = {.findings = *findings};
    operation_checked(operation, &result);
}

/* Leads an install to a state, as it would come there. */
static void lead_to(enum rw_operation_state state)
{
    if (state >= RW_STATE_LOCKING)
        start();
    if (state == RW_STATE_HELD || state == RW_STATE_RELEASING)
        operation_locked(operation, &held);
    if (state == RW_STATE_RELEASING)
        rw_operation_take_over(operation, true);
    if (state >= RW_STATE_CHECKING)
        operation_locked(operation, &none);
    if (state >= RW_STATE_CHECKED)
        checked(&none);
    if (state >= RW_STATE_LOOKING)
        operation_told(operation, RW_INPUT_CHECK_GONE);
    if (state >= RW_STATE_CONFIRMING)
        operation_planned(operation, &plan, "v1", false);
    if (state >= RW_STATE_WORKING)
        rw_operation_confirm(operation, true);
    cr_assert_eq(operation->state, state);
}

/* ---- the way through ---- */

Test(operation, an_install_goes_through_all_phases, .init = begin_world, .fini = end_world)
{
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    lead_to(RW_STATE_WORKING);
    work_ends(RW_OUTCOME_DONE);
    finish();
    expect_seen("begun phase gate-open confirm done closed");
    expect_called("lock check free-check work go -check -lock -contact -work");
    cr_expect_eq(outcome, RW_OUTCOME_DONE);
}

Test(operation, a_listener_that_answers_at_once_sees_the_same, .init = begin_world,
     .fini = end_world)
{
    begin(RW_OPERATION_INSTALL, &program, (struct rw_operation_options){0});
    lead_to(RW_STATE_LOOKING);
    operation_planned(operation, &plan, "v1", false);
    work_ends(RW_OUTCOME_DONE);
    finish();
    expect_seen("begun phase gate-open confirm done closed");
    expect_called("lock check free-check work go -check -lock -contact -work");
}

Test(operation, a_reset_checks_nothing, .init = begin_world, .fini = end_world)
{
    begin(RW_OPERATION_RESET, &program, (struct rw_operation_options){0});
    start();
    operation_locked(operation, &none);
    operation_planned(operation, &plan, "", true);
    work_ends(RW_OUTCOME_DONE);
    finish();
    expect_seen("begun confirm done closed");
    expect_called("lock work go -check -lock -contact -work");
}

Test(operation, repairs_were_chosen_before, .init = begin_world, .fini = end_world)
{
    static struct rw_fix fix = {.host = (char *)"ha-m1", .title = "Turn swap off"};
    struct rw_fixes fixes = {&fix, 1};
    bool chosen = true;
    begin(RW_OPERATION_REPAIR, &person,
          (struct rw_operation_options){.fixes = &fixes, .chosen = &chosen});
    start();
    operation_event(operation, (struct rw_event){.kind = RW_EVENT_REPAIR});
    work_ends(RW_OUTCOME_DONE);
    finish();
    expect_seen("begun repaired done closed");
    expect_called("work -check -lock -contact -work");
}

/* ---- ends ---- */

Test(operation, early_ends_are_told_and_close_everything, .init = begin_world, .fini = end_world)
{
    static const struct {
        enum rw_operation_state state;
        enum rw_operation_input input;
        const char *told;
        enum rw_outcome outcome;
    } ends[] = {
        {RW_STATE_HELD, RW_INPUT_LEAVE_LOCK, "blocked closed", RW_OUTCOME_BLOCKED},
        {RW_STATE_CHECKING, RW_INPUT_GATE_SHUT, "blocked closed", RW_OUTCOME_BLOCKED},
        {RW_STATE_CHECKING, RW_INPUT_NO_REPORT, "failed closed", RW_OUTCOME_FAILED},
        {RW_STATE_CONFIRMING, RW_INPUT_DECLINE, "interrupted closed", RW_OUTCOME_INTERRUPTED},
    };
    for (size_t i = 0; i < RW_COUNT(ends); i++) {
        begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
        lead_to(ends[i].state);
        rw_buf_clear(&seen);
        operation_told(operation, ends[i].input);
        finish();
        expect_seen(ends[i].told);
        cr_expect_eq(outcome, ends[i].outcome);
        cr_expect(strstr(rw_buf_str(&called), "-check -lock -contact -work"));
    }
}

Test(operation, can_be_stopped_in_every_state, .init = begin_world, .fini = end_world)
{
    for (int state = RW_STATE_BEGUN; state < RW_STATE_CLOSING; state++) {
        for (int hold = 0; hold < 2; hold++) {
            begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
            lead_to((enum rw_operation_state)state);
            rw_buf_clear(&seen);
            if (hold) {
                /* What is under way is brought to its end first. */
                cr_expect_eq(rw_operation_hold(operation), state >= RW_STATE_LOOKING);
                if (state >= RW_STATE_LOOKING)
                    work_ends(RW_OUTCOME_INTERRUPTED);
            } else {
                rw_operation_stop(operation);
            }
            rw_operation_stop(operation); /* once more is nothing */
            finish();
            expect_seen("interrupted closed");
            cr_expect_eq(outcome, RW_OUTCOME_INTERRUPTED, "state %d", state);
            cr_expect(strstr(rw_buf_str(&called), "-check -lock -contact -work"));
        }
    }
}

Test(operation, ends_in_every_state_when_its_lock_is_lost, .init = begin_world, .fini = end_world)
{
    struct rw_findings lost = {0};
    add_finding(&lost, RW_F_LOCK_TAKEN);
    for (int state = RW_STATE_CHECKING; state < RW_STATE_CLOSING; state++) {
        begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
        lead_to((enum rw_operation_state)state);
        rw_buf_clear(&seen);
        operation_lost(operation, &lost.items[0]);
        finish();
        expect_seen("L-02 failed closed");
        cr_expect_eq(outcome, RW_OUTCOME_FAILED, "state %d", state);
    }
    /* Before it was held, and after the end, there is nothing to lose. */
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    lead_to(RW_STATE_HELD);
    operation_lost(operation, &lost.items[0]);
    cr_expect_eq(operation->state, RW_STATE_HELD);
    rw_operation_stop(operation);
    operation_lost(operation, &lost.items[0]);
    finish();
    expect_seen("begun phase held interrupted closed");
    rw_findings_done(&lost);
}

Test(operation, what_comes_too_late_is_nothing, .init = begin_world, .fini = end_world)
{
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    lead_to(RW_STATE_CHECKING);
    rw_operation_confirm(operation, true);
    rw_operation_take_over(operation, true);
    rw_operation_start(operation, NULL);
    cr_expect_eq(operation->state, RW_STATE_CHECKING);
    rw_operation_stop(operation);
    checked(&none);
    operation_locked(operation, &none);
    work_ends(RW_OUTCOME_DONE);
    finish();
    expect_seen("begun phase interrupted closed");
}

/* ---- the lock of another console ---- */

Test(operation, a_lock_is_taken_over_when_the_user_says_so, .init = begin_world, .fini = end_world)
{
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    start();
    operation_locked(operation, &held);
    expect_seen("begun phase held");
    rw_operation_take_over(operation, true);
    expect_called("lock release");
    operation_told(operation, RW_INPUT_RELEASED);
    expect_called("lock release take-lock");
    operation_locked(operation, &none);
    cr_expect_eq(operation->state, RW_STATE_CHECKING);
    rw_operation_stop(operation);
    finish();
}

Test(operation, a_lock_that_is_left_blocks_also_from_inside_of_the_gate, .init = begin_world,
     .fini = end_world)
{
    begin(RW_OPERATION_RESET, &program, (struct rw_operation_options){0});
    start();
    operation_locked(operation, &held);
    finish();
    expect_seen("begun held blocked closed");
    cr_expect_eq(outcome, RW_OUTCOME_BLOCKED);
}

/* ---- the gate ---- */

/* A reason in the journal of the cluster, to free(). */
static char *kept_reason(enum rw_finding_id id)
{
    struct rw_reasons reasons = {0};
    rw_reasons_load(&reasons, "demo");
    char *reason = rw_strdup(rw_reasons_of(&reasons, id));
    rw_reasons_done(&reasons);
    return reason;
}

Test(operation, a_finding_that_fails_shuts_the_gate_until_there_is_a_reason, .init = begin_world,
     .fini = end_world)
{
    static const char *const overrides[] = {"H-99=no such code", "R-10=it is a lab", NULL};
    const char *given[] = {overrides[0], NULL, NULL};
    char *option = rw_asprintf("%s=it is a lab", rw_finding_code(RW_F_CPU_MINIMUM));
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    lead_to(RW_STATE_CHECKING);
    checked(&failing);
    finish();
    expect_seen("begun phase gate-shut blocked closed");
    cr_expect_null(kept_reason(RW_F_CPU_MINIMUM));

    given[1] = option;
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){.overrides = given});
    lead_to(RW_STATE_CHECKING);
    checked(&failing);
    cr_expect_eq(operation->state, RW_STATE_CHECKED);
    cr_expect(operation_excuses(operation, &failing.items[0]), "also when the run finds it");
    rw_operation_stop(operation);
    finish();
    expect_seen("begun phase gate-open override override override interrupted closed");
    free(option);

    /* It is remembered until an install is through. */
    char *reason = kept_reason(RW_F_CPU_MINIMUM);
    cr_expect_str_eq(reason, "it is a lab");
    free(reason);
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    lead_to(RW_STATE_CHECKING);
    checked(&failing);
    operation_told(operation, RW_INPUT_CHECK_GONE);
    operation_planned(operation, &plan, "v1", false);
    rw_operation_confirm(operation, true);
    work_ends(RW_OUTCOME_DONE);
    finish();
    cr_expect_null(kept_reason(RW_F_CPU_MINIMUM));
}

Test(operation, an_essential_that_is_unknown_shuts_the_gate_until_there_is_a_reason,
     .init = begin_world, .fini = end_world)
{
    static const char *const given[] = {"R-02=it is a lab", NULL};
    struct rw_findings unknown = {0};
    rw_findings_add(&unknown, RW_F_CHECK_UNKNOWN, "ha-m1", "_check", "processors", NULL);
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    lead_to(RW_STATE_CHECKING);
    checked(&unknown);
    finish();
    expect_seen("begun phase gate-shut blocked closed");

    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){.overrides = given});
    lead_to(RW_STATE_CHECKING);
    checked(&unknown);
    cr_expect_eq(operation->state, RW_STATE_CHECKED);
    rw_operation_stop(operation);
    finish();
    expect_seen("begun phase gate-open override interrupted closed");
    rw_findings_done(&unknown);
}

Test(operation, a_host_that_nobody_is_logged_in_to_is_no_unknown_essential, .init = begin_world,
     .fini = end_world)
{
    struct rw_findings away = {0};
    rw_findings_add(&away, RW_F_HOST_NOT_CHECKED, "ha-w1", "reason", "refused", "away", "yes",
                    NULL);
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    lead_to(RW_STATE_CHECKING);
    checked(&away);
    cr_expect_eq(operation->state, RW_STATE_CHECKED);
    rw_operation_stop(operation);
    finish();
    rw_findings_done(&away);
}

Test(operation, hosts_that_cannot_be_logged_in_to_do_not_shut_the_gate, .init = begin_world,
     .fini = end_world)
{
    struct rw_check_result result = {.findings = failing, .login_count = failing.count};
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    lead_to(RW_STATE_CHECKING);
    operation_checked(operation, &result);
    cr_expect_eq(operation->state, RW_STATE_CHECKED);
    rw_operation_stop(operation);
    finish();
}

Test(operation, the_report_is_written_or_it_ends, .init = begin_world, .fini = end_world)
{
    struct rw_operation_options options = {.report = in_folder(folder, "report.md")};
    begin(RW_OPERATION_INSTALL, &person, options);
    lead_to(RW_STATE_CHECKING);
    checked(&failing);
    finish();
    char *text = read_text(options.report);
    cr_assert_not_null(text, "also when the gate is shut");
    cr_expect(strstr(text, rw_finding_code(RW_F_CPU_MINIMUM)));
    free(text);
    options.report = in_folder(folder, "nowhere/report.md");
    begin(RW_OPERATION_INSTALL, &person, options);
    lead_to(RW_STATE_CHECKING);
    checked(&none);
    finish();
    expect_seen("begun phase gate-open J-07 failed closed");
    cr_expect_eq(RW_F_REPORT_UNWRITABLE, rw_finding_by_code("J-07"));
}

Test(reasons, are_listed_once_each_and_read_from_options)
{
    struct rw_reasons reasons = {0};
    struct rw_override list[RW_FINDING_COUNT];
    struct rw_findings findings = {0};
    cr_expect_not(rw_reasons_give(&reasons, "H-01"));
    cr_expect_not(rw_reasons_give(&reasons, "H-01="));
    cr_expect_not(rw_reasons_give(&reasons, "X-99=why"));
    cr_expect(rw_reasons_give(&reasons, "R-10=why=not"));
    enum rw_finding_id id = rw_finding_by_code("R-10");
    cr_expect_str_eq(rw_reasons_of(&reasons, id), "why=not");
    rw_findings_add(&findings, id, "a", NULL);
    rw_findings_add(&findings, id, "b", NULL);
    findings.items[0].severity = findings.items[1].severity = RW_SEVERITY_FAIL;
    cr_expect_eq(rw_reasons_list(&reasons, &findings, list, RW_COUNT(list)), 1);
    cr_expect_eq(rw_reasons_open(&reasons, findings.items, 2), 0);
    /* One that only warns needs none. */
    findings.items[0].severity = findings.items[1].severity = RW_SEVERITY_WARN;
    cr_expect_eq(rw_reasons_list(&reasons, &findings, list, RW_COUNT(list)), 0);
    cr_expect_eq(rw_reasons_list(&reasons, NULL, list, RW_COUNT(list)), 1);
    rw_findings_done(&findings);
    rw_reasons_done(&reasons);
}

/* ---- before it begins ---- */

Test(operation, is_not_begun_while_a_file_with_a_secret_cannot_be_read, .init = begin_world,
     .fini = end_world)
{
    struct rw_operation_options options = {.kind = RW_OPERATION_INSTALL, .cluster = cluster};
    struct rw_findings findings = {0};
    rw_strset(&cluster->hosts[0].login.password_file, "/nowhere/pw");
    rw_strset(&cluster->token_file, "/nowhere/token");
    rw_strset(&cluster->token, NULL);
    rw_strset(&cluster->proxy.password_file, "/nowhere/proxy");
    cr_assert_neq(rw_operation_begin(&loop, &options, &person, &operation, &findings), 0);
    cr_assert_eq(findings.count, 3);
    cr_expect_eq(findings.items[0].id, RW_F_ANSWERS_TOKEN_FILE);
    cr_expect_eq(findings.items[1].id, RW_F_ANSWERS_PROXY_FILE);
    cr_expect_eq(findings.items[2].id, RW_F_ANSWERS_PASSWORD_FILE);
    cr_expect_null(read_text(in_folder(folder, "rke2-wizard/demo/journal.db")));
    rw_findings_done(&findings);
}

Test(operation, is_not_begun_twice, .init = begin_world, .fini = end_world)
{
    begin(RW_OPERATION_INSTALL, &person, (struct rw_operation_options){0});
    struct rw_operation_options options = {.kind = RW_OPERATION_RESET, .cluster = cluster};
    struct rw_operation *second = NULL;
    struct rw_findings findings = {0};
    cr_assert_eq(rw_operation_begin(&loop, &options, &person, &second, &findings), RW_EBUSY);
    cr_expect_eq(findings.items[0].id, RW_F_JOURNAL_LOCKED);
    rw_findings_done(&findings);
    rw_operation_stop(operation);
    finish();
}
