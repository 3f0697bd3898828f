/* The screens of the checks, the install and its end, on a model that is given its results: no
 * network, and the loop does not turn before the end. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "install/run_private.h"
#include "ui/language.h"
#include "ui/screens.h"
#include "unit/golden.h"
#include "unit/helpers.h"
#include "wizard/wizard_private.h"
#undef CTRL /* that of the terminal headers */
#include "unit/ui_keys.h"

#define CLEAR      "\025" /* ^U: the field is empty then */
#define NAMESERVER "192.168.205.2"

static char *folder;
static uv_loop_t loop;
static struct rw_requirements requirements;
static struct rw_wizard *wizard;
static struct rw_ui ui;
static struct rw_canvas canvas;
static struct rw_screen *steps[RW_WIZARD_STEPS];
static int quits;

/* What the model is given. */
static struct rw_cluster *cluster;
static struct rw_check_result result;
static struct rw_dns_evidence evidence;
static struct rw_dns_verdicts verdicts;
static struct rw_host_verdicts hosts;
static struct rw_ports_matrix matrix;
static struct rw_run run;

static void on_quit(void *context)
{
    (void)context;
    quits++;
}

static const struct rw_ui_host host = {.quit = on_quit};
static const struct rw_abilities can = {.colour = true, .utf8 = true, .chinese = true};

static void bind_texts(void)
{
#if defined(ENABLE_NLS) && ENABLE_NLS
    char *texts = rw_asprintf("%s/locale", getenv("RW_BUILDDIR"));
    bindtextdomain(PACKAGE, texts);
    bind_textdomain_codeset(PACKAGE, "UTF-8");
    textdomain(PACKAGE);
    free(texts);
#endif
}

/* The four hosts of the documentation. */
static void open_answers(void)
{
    static const char *const keys[] = {"name", "address", "role"};
    static const char *const values[][3] = {{"ha-m1", "192.168.205.85", "server"},
                                            {"ha-m2", "192.168.205.86", "server"},
                                            {"ha-m3", "192.168.205.87", "server"},
                                            {"ha-w1", "192.168.205.88", "agent"}};
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(wizard, "ha-demo", &findings), 0);
    rw_findings_done(&findings);
    rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, "registration-name", "rke2.demo.kingsd.top");
    for (size_t i = 0; i < RW_COUNT(values); i++) {
        int index = (int)rw_wizard_add_host(wizard);
        for (size_t k = 0; k < RW_COUNT(keys); k++)
            rw_wizard_set(wizard, index, keys[k], values[i][k]);
    }
    cluster = rw_cluster_copy(wizard->document->cluster);
    wizard->live.cluster = cluster;
}

static void start(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("LANGUAGE", "en", 1);
    folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    setenv("HOME", folder, 1);
    unsetenv("SSH_AUTH_SOCK");
    bind_texts();
    uv_loop_init(&loop);
    rw_requirements_init(&requirements);
    struct rw_wizard_options options = {.requirements = &requirements};
    struct rw_wizard_listener listener = {0};
    wizard = rw_wizard_new(&loop, &options, &listener);
    open_answers();
    steps[RW_WIZARD_WELCOME] = rw_screen_welcome_new(wizard);
    steps[RW_WIZARD_HOSTS] = rw_screen_hosts_new(wizard);
    steps[RW_WIZARD_DNS] = rw_screen_dns_new(wizard);
    steps[RW_WIZARD_REQUIREMENTS] = rw_screen_requirements_new(wizard);
    steps[RW_WIZARD_SETTINGS] = rw_screen_settings_new(wizard);
    steps[RW_WIZARD_REVIEW] = rw_screen_review_new(wizard);
    steps[RW_WIZARD_INSTALL] = rw_screen_install_new(wizard);
    steps[RW_WIZARD_DONE] = rw_screen_done_new(wizard);
    rw_ui_init(&ui, &host, NULL, &can);
    rw_ui_set_steps(&ui, steps, RW_WIZARD_STEPS);
    rw_canvas_init(&canvas, 24, 80);
    quits = 0;
}

/* The model lets go of what it was given. */
static void take_back(void)
{
    wizard->live.cluster = NULL;
    for (size_t i = 0; i < SLOT_COUNT; i++)
        wizard->checks.slots[i].result = NULL;
    wizard->install.state = INSTALL_NONE;
    wizard->install.run = NULL;
    rw_nodes_done(&run.watch.nodes);
    rw_findings_done(&result.findings);
    rw_dns_verdicts_done(&verdicts);
    rw_dns_evidence_done(&evidence);
    rw_host_verdicts_done(&hosts);
    rw_ports_matrix_done(&matrix);
    rw_cluster_free(cluster);
}

static void stop(void)
{
    rw_ui_done(&ui);
    rw_screen_welcome_free(steps[RW_WIZARD_WELCOME]);
    rw_screen_hosts_free(steps[RW_WIZARD_HOSTS]);
    rw_screen_dns_free(steps[RW_WIZARD_DNS]);
    rw_screen_requirements_free(steps[RW_WIZARD_REQUIREMENTS]);
    rw_screen_settings_free(steps[RW_WIZARD_SETTINGS]);
    rw_screen_review_free(steps[RW_WIZARD_REVIEW]);
    rw_screen_install_free(steps[RW_WIZARD_INSTALL]);
    rw_screen_done_free(steps[RW_WIZARD_DONE]);
    take_back();
    rw_wizard_free(wizard, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(uv_loop_close(&loop), 0);
    rw_requirements_done(&requirements);
    rw_canvas_done(&canvas);
    folder_remove(folder);
}

TestSuite(ui_screens_run, .init = start, .fini = stop);

/* ---- looking ---- */

/* What turns stands still in a picture. */
static void stop_turning(void)
{
    for (int row = 0; row < canvas.rows; row++) {
        for (int col = 0; col + 5 < canvas.cols; col++) {
            struct rw_cell *cells = &canvas.cells[(size_t)row * (size_t)canvas.cols + (size_t)col];
            if (cells[0].text[0] == '[' && cells[1].text[0] == ' ' && cells[3].text[0] == ' ' &&
                cells[5].text[0] == ']')
                cells[2].text[0] = cells[4].text[0] == ' ' && strchr("|/-\\", (int)cells[2].text[0])
                                       ? '|'
                                       : cells[2].text[0];
        }
    }
}

static void draw(void)
{
    rw_canvas_clear(&canvas);
    rw_ui_draw(&ui, &canvas);
    stop_turning();
}

static bool shows(const char *text)
{
    struct rw_buf out = {0};
    draw();
    rw_canvas_print(&out, &canvas);
    bool found = strstr(rw_buf_str(&out), text);
    rw_buf_done(&out);
    return found;
}

/* The screen in both languages, small and large. */
static void golden(const char *name)
{
    static const struct {
        int rows, cols;
        const char *suffix;
    } sizes[] = {{24, 80, ""}, {40, 120, "-large"}};
    for (size_t i = 0; i < RW_COUNT(sizes) * 2; i++) {
        char *file = rw_asprintf("screen-%s-%s%s", name, i % 2 ? "zh" : "en", sizes[i / 2].suffix);
        rw_language_set(i % 2);
        rw_canvas_resize(&canvas, sizes[i / 2].rows, sizes[i / 2].cols);
        draw();
        golden_canvas(file, &canvas);
        free(file);
    }
    rw_language_set(0);
    rw_canvas_resize(&canvas, 24, 80);
    draw();
}

/* What was said as a dialog was opened stays in its language. */
static void golden_once(const char *name)
{
    char *file = rw_asprintf("screen-%s-en", name);
    draw();
    golden_canvas(file, &canvas);
    free(file);
}

static void open_step(enum rw_wizard_step step)
{
    wizard->step = step;
    ui.saved_ms = 0;
    rw_ui_go(&ui, step);
    draw();
}

/* ---- 3 DNS ---- */

static void answers_dns(int asker, const char *const *addresses)
{
    struct rw_dns_asker *a = rw_dns_evidence_asker(&evidence, asker, NAMESERVER);
    for (int i = 0; i < 4; i++) {
        struct rw_dns_round *round = rw_dns_asker_round(a, RW_DNS_OK);
        for (size_t k = 0; addresses[k]; k++)
            rw_dns_round_add(round, addresses[k], asker < 0 ? 60 : RW_DNS_TTL_UNKNOWN);
    }
}

static void give_dns(const char *const *addresses)
{
    for (int asker = -1; asker < 4; asker++)
        answers_dns(asker, addresses);
    rw_dns_judge(&verdicts, cluster, &evidence);
    for (size_t i = 0; i < verdicts.findings.count; i++)
        rw_findings_copy(&result.findings, &verdicts.findings.items[i]);
    result.parts = RW_CHECK_DNS;
    result.dns = &verdicts;
    result.asked = &evidence;
    wizard->checks.slots[SLOT_DNS].result = &result;
    open_step(RW_WIZARD_DNS);
}

static const char *const all_servers[] = {"192.168.205.85", "192.168.205.86", "192.168.205.87",
                                          NULL};
static const char *const one_wrong[] = {"192.168.205.86", "192.168.205.87", "10.9.9.9", NULL};

Test(ui_screens_run, dns_is_asked_for)
{
    wizard->checks.slots[SLOT_DNS].wanted = true;
    open_step(RW_WIZARD_DNS);
    golden("dns-asking");
    wizard->checks.slots[SLOT_DNS].wanted = false;
}

Test(ui_screens_run, dns_leads_to_all_servers)
{
    give_dns(all_servers);
    golden("dns-good");
}

Test(ui_screens_run, dns_problems_have_their_finding)
{
    give_dns(one_wrong);
    golden("dns-problems");
    cr_expect(shows("D-02 ha-m1"), "that of the first row");
    press_ui(&ui, END);
    cr_expect(shows("D-05"), "the row of the foreign address");
    press_ui(&ui, "f");
    cr_expect(shows("D-02"), "after the last the first");
}

Test(ui_screens_run, dns_counts_down_to_the_next_check)
{
    give_dns(all_servers);
    cr_expect_not(shows("again in"));
    wizard->checks.slots[SLOT_DNS].ended_ms = rw_clock_ms();
    uv_timer_start(&wizard->checks.again, (uv_timer_cb)abort, 100000, 0);
    cr_expect(shows("again in 10 s"));
    uv_timer_stop(&wizard->checks.again);
}

Test(ui_screens_run, dns_is_ignored_by_typing_the_name_and_a_reason)
{
    give_dns(one_wrong);
    press_ui(&ui, "i");
    cr_expect(shows("Ignore what was found"));
    press_ui(&ui, "yes" ENTER);
    cr_expect(shows("Ignore what was found"), "another word does nothing");
    press_ui(&ui, CLEAR "rke2.demo.kingsd.top" ENTER);
    cr_expect(shows("Reason"));
    press_ui(&ui, "a lab without DNS" ENTER);
    cr_expect_str_eq(rw_wizard_override_reason(wizard, RW_F_DNS_MISS), "a lab without DNS");
    cr_expect(shows("ignored: a lab without DNS"));
}

Test(ui_screens_run, dns_records_are_shown_to_be_copied)
{
    give_dns(one_wrong);
    steps[RW_WIZARD_DNS]->focus = steps[RW_WIZARD_DNS]->item_count + RW_SCREEN_EXTRA;
    press_ui(&ui, ENTER);
    golden_once("dns-records");
    cr_expect(shows("\nrke2.demo.kingsd.top. 60 IN A 192.168.205.85\n"), "from the first column");
    press_ui(&ui, ESC);
    cr_expect(shows("Registration name"));
}

Test(ui_screens_run, dns_another_address_becomes_a_host)
{
    give_dns(one_wrong);
    press_ui(&ui, "a");
    cr_expect_eq(wizard->document->cluster->host_count, 4, "that row is a host's");
    press_ui(&ui, END "a");
    cr_expect_eq(wizard->document->cluster->host_count, 5);
    cr_expect_str_eq(wizard->document->cluster->hosts[4].address, "10.9.9.9");
    cr_expect_eq(rw_ui_step(&ui), RW_WIZARD_HOSTS);
}

Test(ui_screens_run, dns_name_is_kept_as_its_field_is_left)
{
    open_step(RW_WIZARD_DNS);
    press_ui(&ui, BACK_TAB CLEAR "no_name" TAB);
    cr_expect(shows("This must be"));
    cr_expect_str_eq(wizard->document->cluster->registration_name, "no_name");
    press_ui(&ui, BACK_TAB CLEAR "rke2.example.com" ENTER);
    cr_expect_str_eq(wizard->document->cluster->registration_name, "rke2.example.com");
    cr_expect_not(shows("This must be"));
}

/* ---- 4 requirements ---- */

static void add_row(size_t host_index, enum rw_check_id check, enum rw_severity severity,
                    const char *item, const char *found, const char *needed, int finding)
{
    *rw_array_add(hosts.rows, hosts.row_count) = (struct rw_host_row){
        .host = host_index,
        .check = check,
        .item = rw_strdup(item),
        .severity = severity,
        .found = rw_strdup(found),
        .needed = rw_strdup(needed),
        .source = rw_strdup("RKE2"),
        .finding = finding,
    };
}

static void give_ports(void)
{
    rw_ports_matrix_init(&matrix, cluster, RW_CNI_CANAL);
    for (size_t i = 0; i < matrix.host_count; i++)
        for (size_t k = 0; k < matrix.hosts[i].door_count; k++)
            matrix.hosts[i].doors[k].state = RW_PORTS_S_LISTENING;
    for (size_t i = 0; i < matrix.cell_count; i++)
        matrix.cells[i].result = RW_PORTS_OPEN;
    for (size_t i = 0; i < matrix.cell_count; i++)
        if (matrix.cells[i].source == 3 && matrix.cells[i].target == 0 &&
            matrix.cells[i].port->number == 9345)
            matrix.cells[i].result = RW_PORTS_FILTERED;
    rw_ports_judge(&result.findings, &matrix, cluster);
}

static void give_requirements(void)
{
    rw_findings_add(&hosts.findings, RW_F_SWAP_ON, "ha-w1", "found", "2.0 GiB", "devices",
                    "/dev/sda2", "address", "192.168.205.88", "port", "22", "user", "root", NULL);
    add_row(0, RW_CHECK_CPU, RW_SEVERITY_OK, NULL, "8", "4", RW_HOST_NO_FINDING);
    add_row(0, RW_CHECK_MEMORY, RW_SEVERITY_OK, NULL, "16 GiB", "4 GiB", RW_HOST_NO_FINDING);
    add_row(3, RW_CHECK_CPU, RW_SEVERITY_UNKNOWN, NULL, "", "8", RW_HOST_NO_FINDING);
    add_row(3, RW_CHECK_SWAP, RW_SEVERITY_WARN, NULL, "/dev/sda2", "off", 0);
    rw_findings_copy(&result.findings, &hosts.findings.items[0]);
    give_ports();
    result.parts = RW_CHECK_HOSTS | RW_CHECK_PORTS;
    result.hosts = &hosts;
    result.ports = &matrix;
    wizard->checks.slots[SLOT_REQUIREMENTS].result = &result;
    open_step(RW_WIZARD_REQUIREMENTS);
}

Test(ui_screens_run, requirements_problems_first)
{
    give_requirements();
    golden("requirements-problems");
    cr_expect(shows("2 passed"));
    cr_expect(shows("P-"), "a port that is not open is a row of its own");
}

Test(ui_screens_run, requirements_in_all_ways)
{
    give_requirements();
    press_ui(&ui, "m");
    golden("requirements-all");
    press_ui(&ui, "m");
    cr_expect_not(shows("memory"), "folded");
    press_ui(&ui, ENTER);
    cr_expect(shows("memory"), "unfolded");
    golden("requirements-by-host");
    press_ui(&ui, RIGHT);
    golden("requirements-ports");
    press_ui(&ui, LEFT LEFT LEFT);
    cr_expect(shows("<problems>"));
}

Test(ui_screens_run, requirements_passes_are_unfolded_by_enter)
{
    give_requirements();
    press_ui(&ui, END ENTER);
    cr_expect(shows("<all>"));
    cr_expect(shows("16 GiB"));
}

Test(ui_screens_run, requirements_are_overridden_with_a_reason)
{
    give_requirements();
    cr_expect(shows("blocked: 1 problem"));
    press_ui(&ui, "o");
    press_ui(&ui, "opened tomorrow" ENTER);
    cr_expect(shows("ignored: opened tomorrow"));
    cr_expect_not(shows("blocked:"));
    press_ui(&ui, "o" CLEAR ENTER);
    cr_expect(shows("blocked: 1 problem"), "an empty reason takes it back");
}

Test(ui_screens_run, requirements_fixes_show_their_commands_first)
{
    give_requirements();
    press_ui(&ui, DOWN "x");
    cr_expect(shows("swapoff -a"));
    golden_once("requirements-fix");
    press_ui(&ui, ESC);
    cr_expect(shows("<problems>"));
}

Test(ui_screens_run, requirements_report_is_written)
{
    give_requirements();
    char *path = rw_asprintf("%s/report.md", folder), *keys = rw_asprintf("w"
                                                                          "\025"
                                                                          "%s\r",
                                                                          path);
    press_ui(&ui, keys);
    cr_expect_eq(access(path, R_OK), 0);
    cr_expect(shows("Written: "));
    free(keys);
    free(path);
}

/* ---- 7 install ---- */

static void add_task(const char *name, enum rw_step step, enum rw_task_state state,
                     int64_t begun_ago_ms, int64_t took_ms, const char *progress)
{
    struct wizard_install *install = &wizard->install;
    *rw_array_add(install->tasks, install->task_count) = (struct rw_wizard_task){
        .host = rw_strdup(name),
        .step = step,
        .state = state,
        .begun_ms = begun_ago_ms ? rw_clock_ms() - begun_ago_ms : 0,
        .took_ms = took_ms,
        .progress = progress,
    };
}

static void note(const char *name, enum rw_event_kind kind, const char *key, const char *text)
{
    struct rw_event event = {
        .kind = kind, .elapsed_ms = 61000, .host = name, .key = key, .step = "join", .text = text};
    install_note(&wizard->install, &event);
}

/* In the middle: the first server is up, the second joins. */
static void give_install(void)
{
    static const char node[] =
        "{\"kind\":\"Node\",\"metadata\":{\"name\":\"ha-m1\",\"labels\":{"
        "\"node-role.kubernetes.io/control-plane\":\"true\"}},\"status\":{\"conditions\":[{"
        "\"type\":\"Ready\",\"status\":\"True\"}],\"nodeInfo\":{\"kubeletVersion\":"
        "\"v1.26.12+rke2r1\"}}}";
    static const char *const names[] = {"ha-m1", "ha-m2", "ha-m3", "ha-w1"};
    struct wizard_install *install = &wizard->install;
    for (size_t i = 0; i < RW_COUNT(names); i++) {
        add_task(names[i], RW_STEP_STAGE, RW_TASK_DONE, 400000, 30000, NULL);
        add_task(names[i], RW_STEP_CONFIGURE, RW_TASK_DONE, 370000, 1000, NULL);
    }
    add_task("ha-m1", RW_STEP_FOUND, RW_TASK_DONE, 369000, 192000, NULL);
    add_task("ha-m2", RW_STEP_JOIN, RW_TASK_WAITING, 130500, 0, N_("joining etcd"));
    add_task("ha-m3", RW_STEP_JOIN, RW_TASK_PLANNED, 0, 0, NULL);
    add_task("ha-w1", RW_STEP_AGENT, RW_TASK_PLANNED, 0, 0, NULL);
    note("ha-m2", RW_EVENT_ACTION, "run", "systemctl enable --now rke2-server.service");
    note("ha-m2", RW_EVENT_LINE, NULL,
         "time=\"2026-11-22T14:02:11Z\" level=info msg=\"Adding member ha-m2 to etcd\"");
    cr_assert_eq(rw_nodes_apply(&run.watch.nodes, node, strlen(node)), 0);
    install->run = &run;
    install->state = INSTALL_RUNNING;
    install->begun = rw_clock_ms() - 401500;
    rw_strset(&install->version, "v1.26.12+rke2r1");
    open_step(RW_WIZARD_INSTALL);
}

static void end_install(enum rw_outcome outcome)
{
    wizard->install.run = NULL;
    wizard->install.state = INSTALL_ENDED;
    wizard->install.outcome = outcome;
    wizard->install.changed = true;
    wizard->install.ended = wizard->install.begun + 500000;
}

Test(ui_screens_run, install_goes_on)
{
    give_install();
    press_ui(&ui, DOWN);
    golden("install-running");
    cr_expect(shows("run: systemctl enable --now rke2-server.service"));
    cr_expect(shows("  Adding member ha-m2 to etcd"), "of the journal the message");
    cr_expect_not(shows("min left"), "no agent has been timed");
    wizard->install.tasks[wizard->install.task_count - 1].state = RW_TASK_UNCHANGED;
    cr_expect(shows("about 4 min left"));
}

Test(ui_screens_run, install_log_of_a_host)
{
    give_install();
    press_ui(&ui, DOWN "l");
    cr_expect(shows("level=info msg="));
    note("ha-m2", RW_EVENT_LINE, NULL, "and on it goes");
    cr_expect(shows("and on it goes"));
    golden("install-log");
    press_ui(&ui, ESC);
    cr_expect(shows("joining etcd"));
}

Test(ui_screens_run, install_shows_a_finding_as_it_comes)
{
    give_install();
    rw_findings_add(&wizard->install.findings, RW_F_START_DEADLINE, "ha-m1", "minutes", "20:00 min",
                    "_state", N_("the cluster does not know it"), "line", "-", "unit",
                    "rke2-server", "address", "192.168.205.85", "port", "22", "user", "root", NULL);
    end_install(RW_OUTCOME_FAILED);
    golden("install-failed");
    cr_expect(shows("[FAIL] I-"));
    press_ui(&ui, DOWN);
    cr_expect(shows("ha-m2: what happens"), "another host has none");
    press_ui(&ui, "f");
    cr_expect(shows("[FAIL] I-"), "the finding brings its row");
}

Test(ui_screens_run, install_is_left_by_a_question)
{
    give_install();
    press_ui(&ui, CTRL('c'));
    golden_once("install-quit");
    press_ui(&ui, ENTER);
    cr_expect_eq(quits, 0, "the first button keeps watching");
    press_ui(&ui, CTRL('c'));
    press_ui(&ui, RIGHT ENTER);
    cr_expect_eq(quits, 1);
    cr_expect_eq(wizard->install.state, INSTALL_RUNNING);
}

Test(ui_screens_run, install_agents_are_skipped_when_only_they_are_missing)
{
    give_install();
    press_ui(&ui, "s");
    cr_expect(shows("This works when the servers are up and only agents are missing."));
    end_install(RW_OUTCOME_AGENTS_MISSING);
    press_ui(&ui, "s" LEFT ENTER);
    cr_expect_eq(rw_ui_step(&ui), RW_WIZARD_DONE);
    cr_expect(shows("The servers are up."));
    cr_expect(shows("[SKIP]"));
}

/* ---- 8 done ---- */

Test(ui_screens_run, done_tells_each_node_and_what_is_next)
{
    give_install();
    for (size_t i = 0; i < wizard->install.task_count; i++)
        wizard->install.tasks[i].state = RW_TASK_DONE;
    end_install(RW_OUTCOME_DONE);
    cr_expect(shows("Done."));
    cr_expect_eq(steps[RW_WIZARD_INSTALL]->focus,
                 steps[RW_WIZARD_INSTALL]->item_count + RW_SCREEN_NEXT);
    press_ui(&ui, ENTER);
    cr_expect_eq(rw_ui_step(&ui), RW_WIZARD_DONE);
    cr_expect(shows("The cluster is up."));
    cr_expect(shows("ha-demo.kubeconfig"));
    press_ui(&ui, TAB TAB RIGHT ENTER);
    cr_expect_eq(quits, 1, "Finish");
}
