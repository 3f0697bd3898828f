/* The screens of the wizard on a model without network: what they show, and what keys do to the
 * answers. The hosts are ports of this machine at which nobody listens. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "ui/language.h"
#include "ui/screens.h"
#include "unit/golden.h"
#include "unit/helpers.h"
#undef CTRL /* that of the terminal headers */
#include "unit/ui_keys.h"

#define CLEAR "\025" /* ^U: the field is empty then */

#define DEADLINE_MS 10000

static char *folder;
static uv_loop_t loop;
static struct rw_requirements requirements;
static struct rw_wizard *wizard;
static struct rw_ui ui;
static struct rw_canvas canvas;
static struct rw_screen *steps[RW_WIZARD_STEPS];
static int quits;

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

static void start(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("LANGUAGE", "en", 1);
    setenv("TZ", "UTC", 1);
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
    steps[RW_WIZARD_WELCOME] = rw_screen_welcome_new(wizard);
    steps[RW_WIZARD_HOSTS] = rw_screen_hosts_new(wizard);
    steps[RW_WIZARD_DNS] = rw_screen_dns_new(wizard);
    steps[RW_WIZARD_REQUIREMENTS] = rw_screen_requirements_new(wizard);
    steps[RW_WIZARD_SETTINGS] = rw_screen_settings_new(wizard);
    steps[RW_WIZARD_REVIEW] = rw_screen_review_new(wizard);
    steps[RW_WIZARD_INSTALL] = rw_screen_install_new(wizard);
    steps[RW_WIZARD_DONE] = rw_screen_done_new(wizard);
    rw_ui_init(&ui, &host, NULL, &can);
    rw_canvas_init(&canvas, 24, 80);
    quits = 0;
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
    rw_wizard_free(wizard, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(uv_loop_close(&loop), 0);
    rw_requirements_done(&requirements);
    rw_canvas_done(&canvas);
    folder_remove(folder);
}

TestSuite(ui_screens, .init = start, .fini = stop);

/* ---- looking ---- */

static void draw(void)
{
    rw_canvas_clear(&canvas);
    rw_ui_draw(&ui, &canvas);
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

/* The same for a dialog, which is in the language in which it was opened. */
static void golden_dialog(const char *name, void (*open)(void))
{
    for (size_t language = rw_language_count; language-- > 0;) {
        char *file = rw_asprintf("screen-%s-%s", name, language ? "zh" : "en");
        press_ui(&ui, ESC);
        rw_language_set(language);
        open();
        draw();
        golden_canvas(file, &canvas);
        free(file);
    }
}

static void show(size_t screen)
{
    if (!ui.step_count)
        rw_ui_set_steps(&ui, steps, RW_WIZARD_STEPS);
    rw_ui_go(&ui, screen);
    draw();
}

static const char demo_hosts[] = "ha-m1 127.0.0.1 server\nha-m2 127.0.0.2 server ops\n"
                                 "ha-m3 127.0.0.3 server\nha-w1 127.0.0.4 agent\n";

static const struct rw_cluster *answers(void)
{
    return rw_wizard_document(wizard)->cluster;
}

/* A cluster with four hosts, none of which listens. */
static void open_demo(void)
{
    struct rw_findings findings = {0};
    struct rw_host_list list = {0};
    cr_assert_eq(rw_wizard_begin(wizard, "ha-demo", &findings), 0);
    rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, "port", "1");
    rw_host_list_read(&list, demo_hosts, "list", &findings);
    cr_assert_eq(rw_wizard_add_list(wizard, &list), 4);
    rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, "registration-name", "rke2.demo.kingsd.top");
    rw_host_list_done(&list);
    rw_findings_done(&findings);
}

static bool all_failed(void)
{
    for (size_t i = 0; i < answers()->host_count; i++)
        if (rw_wizard_host(wizard, i).state != RW_WIZARD_HOST_FAILED)
            return false;
    return true;
}

static void wait_until(bool (*holds)(void))
{
    int64_t end = rw_clock_ms() + DEADLINE_MS;
    while (!holds() && rw_clock_ms() < end)
        uv_run(&loop, UV_RUN_ONCE);
    cr_assert(holds(), "it did not come");
}

static void press_s(void)
{
    press_ui(&ui, "s");
}

static void press_enter(void)
{
    press_ui(&ui, ENTER);
}

/* ---- welcome ---- */

Test(ui_screens, welcome_names_a_cluster_and_goes_on)
{
    show(RW_WIZARD_WELCOME);
    golden("welcome-first");
    press_ui(&ui, ENTER);
    cr_expect_eq(steps[RW_WIZARD_WELCOME]->focus, 2, "from the language to the name");
    press_ui(&ui, CLEAR "Bad Name" ENTER);
    cr_expect(shows("Lower-case letters, digits and hyphens, 63 at most."));
    cr_expect(shows("blocked: the cluster needs a name"));
    cr_expect_null(answers()->name);
    press_ui(&ui, CLEAR "ha-demo" ENTER);
    cr_expect_str_eq(answers()->name, "ha-demo");
    cr_expect_eq(rw_wizard_step(wizard), RW_WIZARD_HOSTS);
    cr_expect_eq(rw_ui_screen(&ui), steps[RW_WIZARD_HOSTS]);
}

Test(ui_screens, welcome_offers_what_was_begun_before)
{
    struct rw_findings findings = {0};
    open_demo();
    cr_assert_eq(rw_wizard_begin(wizard, "other", &findings), 0);
    rw_wizard_go(wizard, RW_WIZARD_WELCOME);
    show(RW_WIZARD_WELCOME);
    cr_expect(shows("Next goes on with other."));
    cr_expect_eq(steps[RW_WIZARD_WELCOME]->focus, 3 + RW_SCREEN_NEXT, "Enter goes on");
    steps[RW_WIZARD_WELCOME]->focus = 1;
    for (int i = 0; i < 2 && answers()->host_count == 0; i++) {
        press_ui(&ui, ENTER);
        rw_ui_go(&ui, RW_WIZARD_WELCOME);
        steps[RW_WIZARD_WELCOME]->focus = 1;
        press_ui(&ui, DOWN);
    }
    cr_expect_str_eq(answers()->name, "ha-demo");
    cr_expect_eq(answers()->host_count, 4);
}

Test(ui_screens, starting_over_wants_the_name_typed)
{
    open_demo();
    show(RW_WIZARD_WELCOME);
    steps[RW_WIZARD_WELCOME]->focus = 1;
    press_s();
    golden_dialog("welcome-start-over", press_s);
    press_ui(&ui, "ha-dem" ENTER);
    cr_expect_eq(answers()->host_count, 4);
    cr_expect_eq(ui.dialog_count, 1);
    press_ui(&ui, "o" ENTER);
    cr_expect_eq(answers()->host_count, 0);
    cr_expect_str_eq(answers()->name, "ha-demo");
}

Test(ui_screens, welcome_turns_the_language)
{
    show(RW_WIZARD_WELCOME);
    press_ui(&ui, DOWN " ");
    cr_expect_eq(rw_language_current(), 1);
    press_ui(&ui, UP " ");
    cr_expect_eq(rw_language_current(), 0);
    ui.can.chinese = false;
    draw();
    press_ui(&ui, DOWN " ");
    cr_expect_eq(rw_language_current(), 0);
    cr_expect(shows("( ) Chinese - not on this terminal."));
}

static bool found(const struct rw_findings *findings, const char *code)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(rw_finding_code(findings->items[i].id), code) == 0)
            return true;
    return false;
}

Test(ui_screens, a_name_that_is_taken_is_told)
{
    struct rw_findings findings = {0};
    open_demo();
    cr_assert_eq(rw_wizard_begin(wizard, "other", &findings), 0);
    rw_wizard_go(wizard, RW_WIZARD_WELCOME);
    show(RW_WIZARD_WELCOME);
    steps[RW_WIZARD_WELCOME]->focus = 2;
    press_ui(&ui, CLEAR "ha-demo" ENTER);
    cr_expect(shows("W-03"));
    cr_expect_str_eq(answers()->name, "other");
}

Test(ui_screens, names_that_cannot_be_given)
{
    struct rw_findings findings = {0};
    cr_expect_neq(rw_wizard_begin(wizard, "Not A Name", &findings), 0);
    cr_expect(found(&findings, "W-02"));
    open_demo();
    write_text(in_folder(folder, "rke2-wizard/ha-demo/journal.db"), "");
    cr_expect_neq(rw_wizard_name(wizard, "other", &findings), 0);
    cr_expect(found(&findings, "W-04"), "its journal is under the old one");
    rw_findings_done(&findings);
}

Test(ui_screens, what_cannot_be_saved_is_told)
{
    open_demo();
    char *draft = rw_strdup(in_folder(folder, "rke2-wizard/ha-demo/draft.yaml"));
    cr_assert_eq(unlink(draft), 0);
    cr_assert_eq(mkdir(draft, 0700), 0);
    rw_wizard_set(wizard, 0, "name", "ha-m9");
    show(RW_WIZARD_SETTINGS);
    cr_expect(shows("W-01"));
    cr_expect_str_eq(answers()->hosts[0].name, "ha-m9");
    cr_assert_eq(rmdir(draft), 0);
    rw_wizard_set(wizard, 0, "user", "root");
    cr_expect_not(shows("W-01"), "it is saved again");
    free(draft);
}

/* ---- hosts ---- */

Test(ui_screens, hosts_that_cannot_be_reached)
{
    open_demo();
    wait_until(all_failed);
    show(RW_WIZARD_HOSTS);
    ui.saved_ms = 0;
    golden("hosts-failed");
    press_ui(&ui, DOWN);
    cr_expect(shows("H-01 ha-m2: 127.0.0.2 port 1 cannot be reached"));
    cr_expect(shows("blocked: 4 problems to solve"));
}

Test(ui_screens, a_host_is_added_field_by_field)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(wizard, "ha-demo", &findings), 0);
    show(RW_WIZARD_HOSTS);
    golden("hosts-empty");
    press_ui(&ui, "a"
                  "HA_M1" TAB);
    cr_expect(shows("This must be a name of lower-case letters"));
    cr_expect_str_eq(answers()->hosts[0].name, "HA_M1", "what was typed is kept");
    press_ui(&ui, BACK_TAB CLEAR "ha-m1" TAB "127.0.0.1" TAB);
    cr_expect_not(shows("This must be"));
    press_ui(&ui, DOWN " " TAB CLEAR "ops" TAB CLEAR "70000" TAB);
    cr_expect(shows("This must be"));
    golden("host-form");
    press_ui(&ui, BACK_TAB CLEAR "1" TAB);
    press_ui(&ui, ESC);
    cr_expect_eq(rw_ui_screen(&ui), steps[RW_WIZARD_HOSTS]);
    const struct rw_host *added = &answers()->hosts[0];
    cr_expect_str_eq(added->name, "ha-m1");
    cr_expect_str_eq(added->address, "127.0.0.1");
    cr_expect_eq(added->role, RW_ROLE_AGENT);
    cr_expect_str_eq(added->login.user, "ops");
    cr_expect_eq(added->login.port, 1);
}

Test(ui_screens, an_empty_host_is_not_kept)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(wizard, "ha-demo", &findings), 0);
    show(RW_WIZARD_HOSTS);
    press_ui(&ui, "a" ESC);
    cr_expect_eq(answers()->host_count, 0);
    press_ui(&ui, "aha-m1" ESC);
    cr_expect_eq(answers()->host_count, 1);
}

Test(ui_screens, letters_are_text_in_fields)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(wizard, "ha-demo", &findings), 0);
    show(RW_WIZARD_HOSTS);
    press_ui(&ui, "aadpr" TAB "127.0.0.1" ESC);
    cr_expect_eq(answers()->host_count, 1);
    cr_expect_str_eq(answers()->hosts[0].name, "adpr");
}

Test(ui_screens, deleting_asks_first_and_the_first_server_moves)
{
    open_demo();
    show(RW_WIZARD_HOSTS);
    press_ui(&ui, DOWN DOWN "f");
    cr_expect_str_eq(answers()->hosts[0].name, "ha-m3");
    press_ui(&ui, "d");
    cr_expect(shows("ha-m3 is taken out of the list."));
    press_ui(&ui, ESC);
    cr_expect_eq(answers()->host_count, 4);
    press_ui(&ui, "d" ENTER);
    cr_expect_eq(answers()->host_count, 3);
    cr_expect_str_eq(answers()->hosts[0].name, "ha-m1");
}

Test(ui_screens, a_list_is_pasted)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(wizard, "ha-demo", &findings), 0);
    show(RW_WIZARD_HOSTS);
    press_ui(&ui, "p");
    golden("hosts-paste");
    press_ui(&ui, PASTE("ha-m1 127.0.0.1 server\rha-w1 127.0.0.2 agent ops\r"));
    cr_expect(shows("2 hosts taken over."));
    press_ui(&ui, ENTER);
    cr_expect_eq(answers()->host_count, 2);
    cr_expect_str_eq(answers()->hosts[1].login.user, "ops");
    press_ui(&ui, PASTE("ha-w2 127.0.0.3 agent\nha-w2 127.0.0.4 agent\n"));
    cr_expect(shows("1 host taken over."));
    cr_expect(shows("ha-w2"));
    cr_expect_eq(answers()->host_count, 3);
}

Test(ui_screens, a_list_is_read_from_a_file)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(wizard, "ha-demo", &findings), 0);
    write_text(in_folder(folder, "list"), demo_hosts);
    show(RW_WIZARD_HOSTS);
    press_ui(&ui, "p~/missing" ENTER);
    cr_expect(shows("No such file"));
    press_ui(&ui, CLEAR "~/list" ENTER ENTER);
    cr_expect_eq(answers()->host_count, 4);
}

Test(ui_screens, the_common_login_reaches_hosts_without_their_own)
{
    open_demo();
    show(RW_WIZARD_HOSTS);
    press_ui(&ui, "l");
    golden("common-login");
    press_ui(&ui, CLEAR "auto" TAB ESC);
    cr_expect_str_eq(answers()->hosts[0].login.user, "auto");
    cr_expect_str_eq(answers()->hosts[1].login.user, "ops");
}

/* ---- settings ---- */

Test(ui_screens, settings_are_checked_and_saved)
{
    open_demo();
    show(RW_WIZARD_SETTINGS);
    golden("settings");
    press_ui(&ui, TAB "bad_name!" TAB);
    cr_expect(shows("This must be a list of DNS names and addresses"));
    press_ui(&ui, BACK_TAB CLEAR "api.demo.kingsd.top" TAB " " TAB "nonsense" TAB);
    golden("settings-wrong");
    cr_expect_not(answers()->servers_run_workloads);
    cr_expect_str_eq(answers()->tls_san[0], "api.demo.kingsd.top");
    press_ui(&ui, BACK_TAB CLEAR "v1.26.12+rke2r1" TAB);
    cr_expect_str_eq(answers()->version, "v1.26.12+rke2r1");
    cr_expect_not(shows("Release channel"), "it means nothing beside a version");
}

Test(ui_screens, advanced_settings_are_folded_away)
{
    open_demo();
    show(RW_WIZARD_SETTINGS);
    cr_expect(shows("network canal, from get.rke2.io"));
    cr_expect_not(shows("Pod network"));
    press_ui(&ui, "a" TAB);
    cr_expect_not(shows("Release channel"));
    press_ui(&ui, CLEAR "weave" TAB);
    cr_expect(shows("This must be canal, calico, cilium, flannel or none."));
    cr_expect_str_eq(answers()->cni, "weave", "what is wrong is kept");
    press_ui(&ui, BACK_TAB CLEAR "cilium" TAB CLEAR "/opt/rke2" TAB);
    press_ui(&ui, "http://me:Pr0xy-secret@proxy.example.com:3128" TAB);
    cr_expect(shows("http://me@proxy.example.com:3128"));
    cr_expect(shows("its password is kept on this machine"));
    cr_expect_not(shows("Pr0xy-secret"));
    press_ui(&ui, ".example.org 10.0.0.0/8" TAB "r.example.com:5000" TAB);
    golden("settings-advanced");
    cr_expect_str_eq(answers()->cni, "cilium");
    cr_expect_str_eq(answers()->proxy.url, "http://me@proxy.example.com:3128");
    cr_expect_str_eq(answers()->proxy.password, "Pr0xy-secret");
    cr_expect_eq(answers()->proxy.bypass_count, 2);
    cr_expect_str_eq(answers()->registry, "r.example.com:5000");
    press_ui(&ui, "a");
    cr_expect(shows("network cilium, from /opt/rke2, proxy http://me@proxy"));
    /* A folder holds one version, which has to be named. */
    cr_expect(shows("A-25"));
    show(RW_WIZARD_REVIEW);
    cr_expect(shows("/opt/rke2"));
    cr_expect_not(shows("Pr0xy-secret"));
}

Test(ui_screens, a_token_is_typed_masked_and_shown_for_a_moment)
{
    open_demo();
    show(RW_WIZARD_SETTINGS);
    press_ui(&ui, "tbad token" ENTER);
    cr_expect(shows("It is character 4 of the token."));
    press_ui(&ui, ENTER "tmy-shared-secret");
    cr_expect(shows("****************"));
    cr_expect_not(shows("my-shared-secret"));
    press_ui(&ui, ENTER);
    cr_expect(shows("kept on this machine, 16 characters"));
    cr_expect_not(shows("my-shared-secret"));
    press_ui(&ui, "s");
    cr_expect(shows("my-shared-secret"));
    cr_expect(shows("hidden again in 10 s"));
    press_ui(&ui, "s");
    cr_expect_not(shows("my-shared-secret"));
    press_ui(&ui, "s");
    rw_ui_go(&ui, RW_WIZARD_REVIEW);
    cr_expect_not(shows("my-shared-secret"), "it is shown nowhere else");
    rw_ui_go(&ui, RW_WIZARD_SETTINGS);
    cr_expect_not(shows("my-shared-secret"));
    press_ui(&ui, "g" ENTER);
    cr_expect(shows("kept on this machine"), "Enter alone keeps it");
    press_ui(&ui, "g" LEFT ENTER);
    char *token = rw_wizard_token(wizard);
    cr_expect_null(token);
    rw_secret_free(token);
}

/* ---- review ---- */

Test(ui_screens, review_shows_all_and_wants_install_typed)
{
    struct rw_findings findings = {0};
    open_demo();
    cr_assert_eq(rw_wizard_override(wizard, RW_F_DNS_MISS, "records come tomorrow", &findings), 0);
    show(RW_WIZARD_REVIEW);
    golden("review");
    cr_expect_eq(steps[RW_WIZARD_REVIEW]->focus, 2 + RW_SCREEN_BACK,
                 "the focus begins where nothing happens");
    cr_expect(shows("gone on in spite of it: records come tomorrow"));
    steps[RW_WIZARD_REVIEW]->focus = 2 + RW_SCREEN_NEXT;
    press_enter();
    golden_dialog("review-install", press_enter);
    press_ui(&ui, "instal" ENTER);
    cr_expect_eq(ui.dialog_count, 1);
    cr_expect_not(rw_wizard_run(wizard).running);
    press_ui(&ui, ESC);
    press_ui(&ui, "p");
    golden("review-plan");
    rw_findings_done(&findings);
}

Test(ui_screens, review_writes_the_answers_without_secrets)
{
    const char *reason;
    struct rw_error err;
    open_demo();
    cr_assert_eq(rw_wizard_set_token(wizard, "my-shared-secret", &reason, &err), 0);
    show(RW_WIZARD_REVIEW);
    press_ui(&ui, "w" CLEAR "~/out.yaml" ENTER);
    char *text = read_text(in_folder(folder, "out.yaml"));
    cr_assert_not_null(text);
    cr_expect(strstr(text, "ha-w1"));
    cr_expect_not(strstr(text, "my-shared-secret"));
    free(text);
    cr_expect(shows("Written: "));
}

Test(ui_screens, review_leads_to_where_a_value_is_entered)
{
    open_demo();
    rw_ui_set_steps(&ui, steps, RW_WIZARD_STEPS);
    show(RW_WIZARD_REVIEW);
    steps[RW_WIZARD_REVIEW]->focus = 0;
    cr_expect(shows("ha-w1"));
    press_ui(&ui, END ENTER);
    cr_expect_eq(rw_wizard_step(wizard), RW_WIZARD_HOSTS);
    cr_expect_eq(rw_ui_screen(&ui), steps[RW_WIZARD_HOSTS]);
}

Test(ui_screens, quitting_asks_with_save_first)
{
    open_demo();
    show(RW_WIZARD_HOSTS);
    press_ui(&ui, "\003");
    cr_expect(shows("[ Save and quit ]"));
    press_ui(&ui, ENTER);
    cr_expect_eq(quits, 1);
}
