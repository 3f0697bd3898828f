/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/ui_states.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "install/journal.h"
#include "ui/host_questions.h"
#include "ui/run_questions.h"
#include "unit/helpers.h"
#include "unit/ui_given.h"
#include "wizard/wizard_private.h"

#define DEADLINE_MS 10000

/* ---- bases ---- */

static void begin(const char *name)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, name, &findings), 0);
    rw_findings_done(&findings);
}

void ui_open_demo(void)
{
    static const char list_text[] = "ha-m1 127.0.0.1 server\nha-m2 127.0.0.2 server ops\n"
                                    "ha-m3 127.0.0.3 server\nha-w1 127.0.0.4 agent\n";
    struct rw_findings findings = {0};
    struct rw_host_list list = {0};
    begin("ha-demo");
    rw_wizard_set(scene.wizard, RW_DOCUMENT_CLUSTER, "port", "1");
    rw_host_list_read(&list, list_text, strlen(list_text), "list", &findings);
    cr_assert_eq(rw_wizard_add_list(scene.wizard, &list), 4);
    rw_wizard_set(scene.wizard, RW_DOCUMENT_CLUSTER, "registration-name", "rke2.demo.kingsd.top");
    rw_host_list_done(&list);
    rw_findings_done(&findings);
}

void ui_wait_until(bool (*holds)(void))
{
    int64_t end = rw_clock_ms() + DEADLINE_MS;
    while (!holds() && rw_clock_ms() < end)
        uv_run(&scene.loop, UV_RUN_ONCE);
    cr_assert(holds(), "it did not come");
}

bool ui_all_failed(void)
{
    for (size_t i = 0; i < scene_answers()->host_count; i++)
        if (rw_wizard_host(scene.wizard, i).state != RW_WIZARD_HOST_FAILED)
            return false;
    return true;
}

/* ---- 1 ---- */

/* An install of ha-demo that did not get on; then with answers of another cluster, which is open.
 */
static void give_open_unfinished(void)
{
    struct rw_journal *journal;
    struct rw_error err;
    long pid = 0;
    ui_open_demo();
    char *dir = rw_journal_dir("ha-demo");
    cr_assert_eq(rw_journal_open(dir, &journal, &pid, &err), 0);
    rw_journal_begin(journal, "install", "cluster: ha-demo\n");
    rw_journal_task(journal, "found@ha-m1", "ha-m1", "found", "done", 1);
    rw_journal_task(journal, "join@ha-m2", "ha-m2", "join", "failed", 1);
    rw_journal_end(journal, "failed");
    rw_journal_close(journal);
    free(dir);
}

static void give_unfinished(void)
{
    give_open_unfinished();
    begin("other");
}

/* ---- 2 ---- */

static void wait_for_failures(void)
{
    ui_wait_until(ui_all_failed);
}

static struct rw_host_questions questions;

static void ask(size_t host, const struct rw_ssh_question *ssh)
{
    struct rw_remote_question question = {.ssh = ssh, .attempt = 1};
    question_add(scene.wizard, FROM_CONTACT, scene.wizard->document->ids[host],
                 &given.cluster->hosts[host], &question);
}

/* What hosts ask stands there as a dialog. */
static void show_questions(void)
{
    scene_show(RW_WIZARD_HOSTS);
    questions = (struct rw_host_questions){
        .wizard = scene.wizard,
        .ui = &scene.ui,
        .since_ms = rw_clock_ms() - 60000, /* nothing else is waited for */
    };
    rw_host_questions_look(&questions);
}

static const struct rw_ssh_question host_key = {
    .kind = RW_SSH_ASK_HOST_KEY,
    .key_type = "ssh-ed25519",
    .fingerprint = "SHA256:q3FkVt0b9aLmZt0P6W1r7yN5cJ2dX8uE4sH0gKiTmQo",
};

static void give_host_key(void)
{
    ask(1, &host_key);
    show_questions();
}

static void ask_host_keys(void)
{
    for (size_t i = 0; i < 4; i++)
        ask(i, &host_key);
}

static void give_host_keys(void)
{
    ask_host_keys();
    show_questions();
}

static void give_password(void)
{
    struct rw_ssh_question password = {.kind = RW_SSH_ASK_PASSWORD};
    ask(1, &password);
    show_questions();
}

/* ---- 3 ---- */

static void give_dns_asking(void)
{
    scene.wizard->checks.slots[SLOT_DNS].wanted = true;
}

static void give_dns_good(void)
{
    give_dns(given_all_servers);
}

static void give_dns_wrong(void)
{
    give_dns(given_one_wrong);
}

/* Each sees another answer: the agent, a stranger, a hosts file, no such name, no answer. */
static void give_dns_all(void)
{
    static const char *const agent[] = {"192.168.205.85", "192.168.205.88", NULL};
    static const char *const file[] = {"192.168.205.86", NULL};
    static const char *const stranger[] = {"10.9.9.9", "2001:db8:1234:5678:9abc:def0:1234:5678",
                                           NULL};
    give_dns_answer(-1, RW_DNS_OK, agent);
    give_dns_answer(0, RW_DNS_OK, stranger);
    give_dns_answer(1, RW_DNS_OK, file)->hosts_file = true;
    give_dns_answer(2, RW_DNS_NXDOMAIN, NULL);
    give_dns_answer(3, RW_DNS_TIMEOUT, NULL);
    give_dns_verdicts();
}

/* More name servers and hosts than two lines take. */
static void give_dns_many(void)
{
    static const char *const servers[] = {"2001:db8:1234:5678:9abc:def0:1234:1", "114.114.114.114",
                                          "2001:db8:1234:5678:9abc:def0:1234:2", "223.5.5.5"};
    for (size_t i = 0; i < RW_COUNT(servers); i++)
        rw_dns_round_add(
            rw_dns_asker_round(rw_dns_evidence_asker(&given.evidence, -1, servers[i]), RW_DNS_OK),
            "192.168.205.85", 60);
    give_dns(given_all_servers);
}

/* ---- 4 ---- */

static void give_requirements_running(void)
{
    struct wizard_slot *slot = &scene.wizard->checks.slots[SLOT_REQUIREMENTS];
    slot->wanted = true;
}

static void give_repairing(void)
{
    give_requirements();
    scene.wizard->repair.running = true;
    scene.wizard->repair.total = 2;
}

/* ---- 6 ---- */

static void give_override(void)
{
    struct rw_findings findings = {0};
    cr_assert_eq(
        rw_wizard_override(scene.wizard, RW_F_DNS_MISS, "records come tomorrow", &findings), 0);
    rw_findings_done(&findings);
}

/* A host that cannot be, and a token that is kept. */
static void give_bad_values(void)
{
    const char *reason;
    struct rw_error err;
    rw_wizard_set(scene.wizard, 1, "name", "HA_M2");
    rw_wizard_set(scene.wizard, 2, "address", "192.168.205.85");
    cr_assert_eq(rw_wizard_set_token(scene.wizard, "my-shared-secret", &reason, &err), 0);
}

/* ---- 7 and 8 ---- */

static void give_checking(void)
{
    struct wizard_install *install = &scene.wizard->install;
    install->state = INSTALL_ACTIVE;
    install->begun = rw_clock_ms() - 14500;
    install->phase = N_("checking all hosts");
    install->check_done = 38;
    install->check_total = 52;
}

static struct rw_run_questions run_questions;

/* Another console is working. */
static void give_locked(void)
{
    static const char *const names[] = {"ha-m1", "ha-w1"};
    give_checking();
    for (size_t i = 0; i < RW_COUNT(names); i++)
        rw_findings_add(&scene.wizard->install.locked, RW_F_LOCK_HELD, names[i], "owner",
                        "carol@console2", "pid", "4711", "since", "2026-11-22 14:02:11", "age", "5",
                        "left", "55", NULL);
    scene_show(RW_WIZARD_INSTALL);
    run_questions = (struct rw_run_questions){.wizard = scene.wizard, .ui = &scene.ui};
    rw_run_questions_look(&run_questions);
}

/* Nodes that run would be restarted. */
static void give_restarts(void)
{
    static const char *const names[] = {"ha-m1", "ha-m2", "ha-m3"};
    give_checking();
    for (size_t i = 0; i < RW_COUNT(names); i++)
        rw_findings_add(&scene.wizard->install.restarts, RW_F_RESTART, names[i], "_what",
                        "tls-san, node-taint", NULL);
    scene_show(RW_WIZARD_INSTALL);
    run_questions = (struct rw_run_questions){.wizard = scene.wizard, .ui = &scene.ui};
    rw_run_questions_look(&run_questions);
}

/* A line of the journal that is longer than the screen. */
static void give_long(void)
{
    give_install();
    give_note(
        "ha-m2", RW_EVENT_LINE, NULL,
        "time=\"2026-11-22T14:02:11Z\" level=info msg=\"Cluster-Http-Server 2026/11/22 14:02:11 "
        "http: TLS handshake error from 192.168.205.88:41532: remote error: tls: bad "
        "certificate\"");
}

/* The second server is a member, the third is not yet. */
static void give_two_members(void)
{
    give_install();
    scene.wizard->install.notice = N_("Two etcd members: keep both running");
}

static void give_failed(void)
{
    give_install();
    rw_findings_add(&scene.wizard->install.findings, RW_F_START_DEADLINE, "ha-m1", "minutes",
                    "20:00 min", "_state", N_("the cluster has no such node"), "line", "-", "unit",
                    "rke2-server", "address", "192.168.205.85", "port", "22", "user", "root", NULL);
    give_end(RW_OUTCOME_FAILED);
}

/* The cable of the agent was pulled. */
static void give_lost(void)
{
    struct wizard_install *install = &scene.wizard->install;
    give_install();
    for (size_t i = 0; i < install->task_count; i++)
        if (strcmp(install->tasks[i].host, "ha-w1") == 0 &&
            install->tasks[i].state == RW_TASK_PLANNED)
            install->tasks[i].state = RW_TASK_RUNNING;
    *rw_array_add(install->lost, install->lost_count) =
        (struct rw_wizard_lost){rw_strdup("ha-w1"), rw_clock_ms() - 42500};
}

static void give_agents_missing(void)
{
    give_install();
    give_end(RW_OUTCOME_AGENTS_MISSING);
}

static void give_skipped(void)
{
    give_agents_missing();
    scene.wizard->install.skip_agents = true;
}

static void give_done(void)
{
    give_install();
    for (size_t i = 0; i < scene.wizard->install.task_count; i++)
        scene.wizard->install.tasks[i].state = RW_TASK_DONE;
    give_end(RW_OUTCOME_DONE);
}

/* ---- the table ---- */

const struct ui_state ui_states[] = {
    {"welcome-first", UI_BARE, RW_WIZARD_WELCOME, NULL, NULL, false},
    {"welcome-wrong", UI_BARE, RW_WIZARD_WELCOME, NULL, ENTER CLEAR "Bad Name" ENTER, false},
    {"welcome-known", UI_BARE, RW_WIZARD_WELCOME, give_unfinished, BACK_TAB, true},
    {"welcome-unfinished", UI_BARE, RW_WIZARD_WELCOME, give_unfinished,
     BACK_TAB BACK_TAB HOME ENTER, true},
    {"welcome-open-unfinished", UI_BARE, RW_WIZARD_WELCOME, give_open_unfinished, ENTER, true},
    {"welcome-start-over", UI_BARE, RW_WIZARD_WELCOME, give_unfinished, BACK_TAB BACK_TAB "s",
     true},
    {"hosts-empty", UI_NAMED, RW_WIZARD_HOSTS, NULL, NULL, false},
    {"hosts-connecting", UI_GIVEN, RW_WIZARD_HOSTS, NULL, NULL, false},
    {"hosts-failed", UI_DEMO, RW_WIZARD_HOSTS, wait_for_failures, NULL, false},
    {"hosts-key", UI_GIVEN, RW_WIZARD_HOSTS, give_host_key, NULL, false},
    {"hosts-keys", UI_GIVEN, RW_WIZARD_HOSTS, give_host_keys, NULL, false},
    {"hosts-new", UI_GIVEN, RW_WIZARD_HOSTS, ask_host_keys, NULL, false},
    {"hosts-password", UI_GIVEN, RW_WIZARD_HOSTS, give_password, "secret", false},
    {"hosts-delete", UI_GIVEN, RW_WIZARD_HOSTS, NULL, "d", false},
    {"hosts-paste", UI_NAMED, RW_WIZARD_HOSTS, NULL, "p", false},
    {"hosts-pasted", UI_NAMED, RW_WIZARD_HOSTS, NULL,
     PASTE("ha-w2 127.0.0.3 agent\nha-w2 127.0.0.4 agent\nha-w3 127.0.0.5 what\n"), false},
    {"hosts-preview", UI_GIVEN, RW_WIZARD_HOSTS, NULL,
     PASTE("[rke2_servers]\rha-m1 ansible_host=127.0.0.1\rha-m4 ansible_host=127.0.0.9\r"
           "[rke2_agents]\rha-w2 ansible_host=127.0.0.8 ansible_user=ops ansible_password=x\r"),
     false},
    {"hosts-quit", UI_GIVEN, RW_WIZARD_HOSTS, NULL, "\003", false},
    {"host-form", UI_GIVEN, RW_WIZARD_HOSTS, NULL, ENTER, false},
    {"host-form-wrong", UI_NAMED, RW_WIZARD_HOSTS, NULL,
     "aHA_M1" TAB "no_address" TAB TAB CLEAR "Bad User" TAB CLEAR "70000" TAB, false},
    {"common-login", UI_GIVEN, RW_WIZARD_HOSTS, NULL, "l", false},
    {"dns-empty", UI_NAMED, RW_WIZARD_DNS, NULL, NULL, false},
    {"dns-asking", UI_GIVEN, RW_WIZARD_DNS, give_dns_asking, NULL, false},
    {"dns-good", UI_GIVEN, RW_WIZARD_DNS, give_dns_good, NULL, false},
    {"dns-problems", UI_GIVEN, RW_WIZARD_DNS, give_dns_wrong, NULL, false},
    {"dns-all-problems", UI_GIVEN, RW_WIZARD_DNS, give_dns_all, NULL, false},
    {"dns-records", UI_GIVEN, RW_WIZARD_DNS, give_dns_wrong, BACK_TAB BACK_TAB BACK_TAB ENTER,
     false},
    {"dns-ignore", UI_GIVEN, RW_WIZARD_DNS, give_dns_wrong, "o", false},
    {"dns-reason", UI_GIVEN, RW_WIZARD_DNS, give_dns_wrong, "orke2.demo.kingsd.top" ENTER, false},
    {"dns-ignored", UI_GIVEN, RW_WIZARD_DNS, give_dns_wrong,
     "orke2.demo.kingsd.top" ENTER "the records are made by another department, which has promised "
     "them for tomorrow morning" ENTER,
     false},
    {"dns-many", UI_GIVEN, RW_WIZARD_DNS, give_dns_many, NULL, false},
    {"requirements-running", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements_running, NULL,
     false},
    {"requirements-problems", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements, NULL, false},
    {"requirements-all-problems", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements_bad, NULL,
     false},
    {"requirements-good", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements_good, NULL, false},
    {"requirements-all", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements, "m", false},
    {"requirements-by-host", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements, "mm" ENTER,
     false},
    {"requirements-ports", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements, "mmm", false},
    {"requirements-fix", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements, DOWN "x", false},
    {"requirements-fix-run", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements,
     DOWN "x" BACK_TAB ENTER, false},
    {"requirements-repairing", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_repairing, NULL, false},
    {"requirements-override", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements, "o", false},
    {"requirements-report", UI_GIVEN, RW_WIZARD_REQUIREMENTS, give_requirements, "w", false},
    {"settings", UI_GIVEN, RW_WIZARD_SETTINGS, NULL, NULL, false},
    {"settings-wrong", UI_GIVEN, RW_WIZARD_SETTINGS, NULL,
     TAB TAB TAB "bad_name!" TAB TAB "nonsense" TAB "none" TAB, false},
    {"settings-advanced", UI_GIVEN, RW_WIZARD_SETTINGS, NULL,
     "a" TAB CLEAR "cilium" TAB CLEAR "/opt/rke2" TAB
     "http://me:Pr0xy-secret@proxy.example.com:3128" TAB ".example.org 10.0.0.0/8" TAB
     "r.example.com:5000" TAB,
     false},
    {"settings-advanced-wrong", UI_GIVEN, RW_WIZARD_SETTINGS, NULL,
     "a" TAB CLEAR "weave" TAB CLEAR "opt" TAB "proxy" TAB "-" TAB "!" TAB, false},
    {"settings-token", UI_GIVEN, RW_WIZARD_SETTINGS, NULL, "tmy-shared-secret" ENTER "s", false},
    {"settings-long-token", UI_GIVEN, RW_WIZARD_SETTINGS, NULL,
     "tK10c843b1f6b8bb761942b9b2d5a4aa6a3b5b0f2a3f2d0d5d1c1e6a0f3a7a94d1e77"
     "::server:3c2a8b5c4d1e6f7a8b9c0d1e2f3a4b5c" ENTER "s",
     false},
    {"settings-type", UI_GIVEN, RW_WIZARD_SETTINGS, NULL, "tmy-shared", false},
    {"settings-refused", UI_GIVEN, RW_WIZARD_SETTINGS, NULL, "tbad token" ENTER, false},
    {"settings-generate", UI_GIVEN, RW_WIZARD_SETTINGS, NULL, "tmy-shared-secret" ENTER "g", false},
    {"review", UI_GIVEN, RW_WIZARD_REVIEW, give_override, NULL, false},
    {"review-problems", UI_GIVEN, RW_WIZARD_REVIEW, give_bad_values, NULL, false},
    {"review-blocked", UI_GIVEN, RW_WIZARD_REVIEW, give_bad_values, F10, false},
    {"review-plan", UI_GIVEN, RW_WIZARD_REVIEW, NULL, "p", false},
    {"review-write", UI_GIVEN, RW_WIZARD_REVIEW, NULL, "w", false},
    {"review-install", UI_GIVEN, RW_WIZARD_REVIEW, NULL, ENTER, false},
    {"install-checking", UI_GIVEN, RW_WIZARD_INSTALL, give_checking, NULL, false},
    {"install-locked", UI_GIVEN, RW_WIZARD_INSTALL, give_locked, NULL, false},
    {"install-restarts", UI_GIVEN, RW_WIZARD_INSTALL, give_restarts, NULL, false},
    {"install-running", UI_GIVEN, RW_WIZARD_INSTALL, give_install, NULL, false},
    {"install-two-members", UI_GIVEN, RW_WIZARD_INSTALL, give_two_members, NULL, false},
    {"install-command", UI_GIVEN, RW_WIZARD_INSTALL, give_install, "c", false},
    {"install-long", UI_GIVEN, RW_WIZARD_INSTALL, give_long, NULL, false},
    {"install-lost", UI_GIVEN, RW_WIZARD_INSTALL, give_lost, NULL, false},
    {"install-failed", UI_GIVEN, RW_WIZARD_INSTALL, give_failed, NULL, false},
    {"install-agents-missing", UI_GIVEN, RW_WIZARD_INSTALL, give_agents_missing, NULL, false},
    {"install-done", UI_GIVEN, RW_WIZARD_INSTALL, give_done, NULL, false},
    {"install-log", UI_GIVEN, RW_WIZARD_INSTALL, give_install, "l", false},
    {"install-quit", UI_GIVEN, RW_WIZARD_INSTALL, give_install, "\003", false},
    {"install-skip", UI_GIVEN, RW_WIZARD_INSTALL, give_agents_missing, "s", false},
    {"done", UI_GIVEN, RW_WIZARD_DONE, give_done, NULL, false},
    {"done-agents-missing", UI_GIVEN, RW_WIZARD_DONE, give_skipped, NULL, false},
};
const size_t ui_state_count = RW_COUNT(ui_states);

const struct ui_state *ui_state(const char *name)
{
    for (size_t i = 0; i < ui_state_count; i++)
        if (strcmp(ui_states[i].name, name) == 0)
            return &ui_states[i];
    cr_assert_fail("no state %s", name);
    return NULL;
}

void ui_state_enter(const struct ui_state *state)
{
    ui_state_enter_in(state, 0);
}

void ui_state_enter_in(const struct ui_state *state, size_t language)
{
    scene_start();
    rw_i18n_use(language);
    scene.clock_stands = state->clock;
    if (state->base == UI_NAMED)
        begin("ha-demo");
    else if (state->base == UI_DEMO)
        ui_open_demo();
    else if (state->base == UI_GIVEN)
        give_answers();
    scene_show(RW_WIZARD_WELCOME);
    if (state->give)
        state->give();
    if (state->base == UI_GIVEN)
        scene.wizard->step = state->step;
    if (scene.ui.dialog_count == 0)
        scene_show(state->step);
    scene.ui.saved_ms = 0;
    if (state->keys)
        scene_press(state->keys);
    scene_draw();
}

void ui_state_leave(const struct ui_state *state)
{
    if (state->base == UI_GIVEN)
        given_take_back();
    scene_stop();
}
