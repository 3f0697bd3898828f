/* SPDX-License-Identifier: Apache-2.0 */
/* The screens of the wizard on a model without network: what they show, and what keys do to the
 * answers. The hosts are closed ports of this machine. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "unit/helpers.h"
#include "unit/ui_scene.h"
#include "unit/ui_states.h"

TestSuite(ui_screens, .init = scene_start, .fini = scene_stop);

static const char demo_hosts[] = "ha-m1 127.0.0.1 server\nha-m2 127.0.0.2 server ops\n"
                                 "ha-m3 127.0.0.3 server\nha-w1 127.0.0.4 agent\n";

/* ---- welcome ---- */

Test(ui_screens, welcome_names_a_cluster_and_goes_on)
{
    scene_show(RW_WIZARD_WELCOME);
    scene_press(ENTER);
    cr_expect_eq(scene.screens.items[RW_WIZARD_WELCOME]->focus, 2, "from the language to the name");
    scene_press(CLEAR "Bad Name" ENTER);
    cr_expect(scene_shows("Lower-case letters, digits and hyphens, 63 at most."));
    cr_expect(scene_shows("blocked: the cluster needs a name"));
    cr_expect_null(scene_answers()->name);
    scene_press(CLEAR "ha-demo" ENTER);
    cr_expect_str_eq(scene_answers()->name, "ha-demo");
    cr_expect_eq(rw_wizard_step(scene.wizard), RW_WIZARD_HOSTS);
    cr_expect_eq(rw_ui_screen(&scene.ui), scene.screens.items[RW_WIZARD_HOSTS]);
}

Test(ui_screens, welcome_offers_what_was_begun_before)
{
    struct rw_findings findings = {0};
    ui_open_demo();
    cr_assert_eq(rw_wizard_begin(scene.wizard, "other", &findings), 0);
    rw_wizard_go(scene.wizard, RW_WIZARD_WELCOME);
    scene_show(RW_WIZARD_WELCOME);
    cr_expect(scene_shows("Next continues with other."));
    cr_expect_eq(scene.screens.items[RW_WIZARD_WELCOME]->focus, 3 + RW_SCREEN_NEXT,
                 "Enter goes on");
    scene.screens.items[RW_WIZARD_WELCOME]->focus = 1;
    for (int i = 0; i < 2 && scene_answers()->host_count == 0; i++) {
        scene_press(ENTER);
        rw_ui_go(&scene.ui, RW_WIZARD_WELCOME);
        scene.screens.items[RW_WIZARD_WELCOME]->focus = 1;
        scene_press(DOWN);
    }
    cr_expect_str_eq(scene_answers()->name, "ha-demo");
    cr_expect_eq(scene_answers()->host_count, 4);
}

Test(ui_screens, looking_at_a_cluster_without_a_run_says_so_on_the_screen)
{
    ui_open_demo();
    scene_show(RW_WIZARD_WELCOME);
    cr_redirect_stderr();
    scene_press("l");
    cr_expect(scene_shows("Nothing has been done yet for cluster ha-demo."));
    fflush(stderr);
    cr_assert_stderr_eq_str("");
}

Test(ui_screens, starting_over_wants_the_name_typed)
{
    ui_open_demo();
    scene_show(RW_WIZARD_WELCOME);
    scene.screens.items[RW_WIZARD_WELCOME]->focus = 1;
    scene_press("s");
    scene_press("ha-dem" ENTER);
    cr_expect_eq(scene_answers()->host_count, 4);
    cr_expect_eq(scene.ui.dialog_count, 1);
    scene_press("o" ENTER);
    cr_expect_eq(scene_answers()->host_count, 0);
    cr_expect_str_eq(scene_answers()->name, "ha-demo");
}

Test(ui_screens, welcome_turns_the_language)
{
    scene_show(RW_WIZARD_WELCOME);
    scene_press(DOWN " ");
    cr_expect_eq(rw_i18n_current(), 1);
    scene_press(UP " ");
    cr_expect_eq(rw_i18n_current(), 0);
    scene.ui.can.display.console = true;
    scene_draw();
    scene_press(DOWN " ");
    cr_expect_eq(rw_i18n_current(), 0);
    cr_expect(scene_shows("( ) Chinese - this console's font lacks its characters"));
    cr_expect(scene_shows("Log in by SSH and start again with --lang zh_CN; all is saved."));
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
    ui_open_demo();
    cr_assert_eq(rw_wizard_begin(scene.wizard, "other", &findings), 0);
    rw_wizard_go(scene.wizard, RW_WIZARD_WELCOME);
    scene_show(RW_WIZARD_WELCOME);
    scene.screens.items[RW_WIZARD_WELCOME]->focus = 2;
    scene_press(CLEAR "ha-demo" ENTER);
    cr_expect(scene_shows("W-03"));
    cr_expect_str_eq(scene_answers()->name, "other");
}

Test(ui_screens, names_that_cannot_be_given)
{
    struct rw_findings findings = {0};
    cr_expect_neq(rw_wizard_begin(scene.wizard, "Not A Name", &findings), 0);
    cr_expect(found(&findings, "W-02"));
    ui_open_demo();
    write_text(in_folder(scene.folder, "rke2-wizard/ha-demo/journal.db"), "");
    cr_expect_neq(rw_wizard_name(scene.wizard, "other", &findings), 0);
    cr_expect(found(&findings, "W-04"), "its journal is under the old one");
    rw_findings_done(&findings);
}

Test(ui_screens, what_cannot_be_saved_is_told)
{
    ui_open_demo();
    char *draft = rw_strdup(in_folder(scene.folder, "rke2-wizard/ha-demo/draft.yaml"));
    cr_assert_eq(unlink(draft), 0);
    cr_assert_eq(mkdir(draft, 0700), 0);
    rw_wizard_set(scene.wizard, 0, "name", "ha-m9");
    scene_show(RW_WIZARD_SETTINGS);
    cr_expect(scene_shows("W-01"));
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-m9");
    cr_assert_eq(rmdir(draft), 0);
    rw_wizard_set(scene.wizard, 0, "user", "root");
    cr_expect_not(scene_shows("W-01"), "it is saved again");
    free(draft);
}

/* ---- hosts ---- */

Test(ui_screens, hosts_that_cannot_be_reached)
{
    ui_open_demo();
    ui_wait_until(ui_all_failed);
    scene_show(RW_WIZARD_HOSTS);
    scene.ui.saved_ms = 0;
    scene_press(DOWN);
    cr_expect(scene_shows("H-01 ha-m2: 127.0.0.2 port 1 cannot be reached"));
    cr_expect(scene_shows("blocked: 4 problems to solve"));
}

Test(ui_screens, a_host_is_added_field_by_field)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    scene_show(RW_WIZARD_HOSTS);
    scene_press("a"
                "HA_M1" TAB);
    cr_expect(scene_shows("This must be a name of lower-case letters"));
    cr_expect_str_eq(scene_answers()->hosts[0].name, "HA_M1", "what was typed is kept");
    scene_press(BACK_TAB CLEAR "ha-m1" TAB "127.0.0.1" TAB);
    cr_expect_not(scene_shows("This must be"));
    scene_press(DOWN " " TAB CLEAR "ops" TAB CLEAR "70000" TAB);
    cr_expect(scene_shows("This must be"));
    scene_press(BACK_TAB CLEAR "1" TAB);
    scene_press(CTRL('s'));
    cr_expect_eq(rw_ui_screen(&scene.ui), scene.screens.items[RW_WIZARD_HOSTS]);
    const struct rw_host *added = &scene_answers()->hosts[0];
    cr_expect_str_eq(added->name, "ha-m1");
    cr_expect_str_eq(added->address, "127.0.0.1");
    cr_expect_eq(added->role, RW_ROLE_AGENT);
    cr_expect_str_eq(added->login.user, "ops");
    cr_expect_eq(added->login.port, 1);
}

Test(ui_screens, an_empty_page_invites_and_nothing_is_wrong_with_it)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    scene_show(RW_WIZARD_HOSTS);
    cr_expect(scene_shows("There is no host yet. Press a to add one"));
    cr_expect(scene_shows("blocked: no host yet"));
    cr_expect_not(scene_shows("[FAIL]"));
    scene_show(RW_WIZARD_DNS);
    cr_expect(scene_shows("Enter the DNS name that leads to all servers"));
    cr_expect_not(scene_shows("[FAIL]"));
}

Test(ui_screens, an_empty_host_is_not_kept)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    scene_show(RW_WIZARD_HOSTS);
    scene_press("a" ESC);
    cr_expect_eq(scene_answers()->host_count, 0);
    scene_press("aha-m1");
    scene_press(CTRL('s'));
    cr_expect_eq(scene_answers()->host_count, 1);
}

Test(ui_screens, a_form_is_closed_by_escape_and_asks_when_something_was_typed)
{
    ui_open_demo();
    scene_show(RW_WIZARD_HOSTS);
    scene_press("e" ESC);
    cr_expect_eq(scene.ui.depth, 1, "nothing was typed, nothing is asked");
    scene_press("eNEW" ESC);
    cr_expect(scene_shows("Something was changed in this form."));
    scene_press(ESC);
    cr_expect_eq(scene.ui.depth, 2, "it is edited on");
    scene_press(ESC RIGHT ENTER);
    cr_expect_eq(scene.ui.depth, 1);
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-m1", "discarded");
    scene_press("ab" ESC RIGHT ENTER);
    cr_expect_eq(scene_answers()->host_count, 4, "the new host is not kept either");
    scene_press(HOME "e" CLEAR "ha-x1" ESC ENTER);
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-x1", "kept");
}

Test(ui_screens, letters_are_text_in_fields)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    scene_show(RW_WIZARD_HOSTS);
    scene_press("aadpr" TAB "127.0.0.1");
    scene_press(CTRL('s'));
    cr_expect_eq(scene_answers()->host_count, 1);
    cr_expect_str_eq(scene_answers()->hosts[0].name, "adpr");
}

Test(ui_screens, deleting_asks_first_and_the_first_server_moves)
{
    ui_open_demo();
    scene_show(RW_WIZARD_HOSTS);
    scene_press(DOWN DOWN "f");
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-m3");
    scene_press("d");
    cr_expect(scene_shows("ha-m3 is removed from the list."));
    scene_press(ESC);
    cr_expect_eq(scene_answers()->host_count, 4);
    scene_press("d" ENTER);
    cr_expect_eq(scene_answers()->host_count, 3);
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-m1");
}

/* Keys that come together, before anything is drawn, and with the focus outside of the table. */
Test(ui_screens, after_the_last_host_was_deleted_keys_mean_the_one_that_is_last_now)
{
    ui_open_demo();
    scene_show(RW_WIZARD_HOSTS);
    scene_press(END TAB "d" ENTER "f");
    cr_assert_eq(scene_answers()->host_count, 3);
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-m3");
    scene_press(BACK_TAB END TAB "d" ENTER "e");
    cr_expect(scene_shows("ha-m1"));
    scene_press(ESC);
    cr_expect_eq(scene_answers()->host_count, 2);
}

Test(ui_screens, a_list_is_shown_with_its_roles_before_it_is_imported)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    scene_show(RW_WIZARD_HOSTS);
    scene_press("p");
    scene_press(PASTE("[linux_servers]\rha-m1 ansible_host=127.0.0.1\r"
                      "ha-w1 ansible_host=127.0.0.2 ansible_user=ops\r"
                      "[masters]\rha-m1\r[workers]\rha-w1\r"));
    cr_expect(scene_shows("server (masters)"));
    cr_expect(scene_shows("agent (workers)"));
    cr_expect_eq(scene_answers()->host_count, 0);
    scene_press(ENTER);
    cr_expect(scene_shows("2 hosts imported."));
    cr_expect_eq(scene_answers()->host_count, 2);
    cr_expect_str_eq(scene_answers()->hosts[1].login.user, "ops");
    cr_expect_eq(scene_answers()->hosts[1].role, RW_ROLE_AGENT);
    scene_press(PASTE("ha-m2 127.0.0.7 server\rha-m3 127.0.0.8 server\r") ENTER);
    cr_expect(scene_shows("2 hosts imported."), "on the table too, as tmux sends it");
    cr_expect_eq(scene_answers()->host_count, 4);
    scene_press("u");
    cr_expect_eq(scene_answers()->host_count, 2, "an import is taken back as one change");
}

Test(ui_screens, a_list_that_is_looked_at_and_left_changes_nothing)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    scene_show(RW_WIZARD_HOSTS);
    scene_press(PASTE("ha-m1 127.0.0.1 server\rha-w1 127.0.0.2 agent\r"));
    cr_expect(scene_shows("Servers: 1, agents: 1."));
    scene_press(ESC);
    cr_expect_eq(scene_answers()->host_count, 0);
}

Test(ui_screens, a_host_of_both_roles_is_imported_only_when_that_is_chosen)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    scene_show(RW_WIZARD_HOSTS);
    const char *list = PASTE("[kube_control_plane]\rn1 ansible_host=127.0.0.1\r[kube_node]\rn1\r");
    scene_press(list);
    cr_expect(scene_shows("A-36"));
    scene_press(ENTER);
    cr_expect_eq(scene_answers()->host_count, 0, "Enter alone is no");
    scene_press(list);
    scene_press(LEFT ENTER);
    cr_expect_eq(scene_answers()->host_count, 1);
}

Test(ui_screens, a_list_with_a_problem_imports_nothing)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    scene_show(RW_WIZARD_HOSTS);
    scene_press(PASTE("ha-w2 127.0.0.3 agent\nha-w2 127.0.0.4 agent\n"));
    cr_expect(scene_shows("Nothing is imported."));
    scene_press(ENTER);
    cr_expect_eq(scene_answers()->host_count, 0);
}

Test(ui_screens, a_list_is_read_from_a_file)
{
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    write_text(in_folder(scene.folder, "list"), demo_hosts);
    scene_show(RW_WIZARD_HOSTS);
    scene_press("p~/missing" ENTER);
    cr_expect(scene_shows("No such file"));
    scene_press(CLEAR "~/list" ENTER ENTER);
    cr_expect_eq(scene_answers()->host_count, 4);
}

Test(ui_screens, the_common_login_reaches_hosts_without_their_own)
{
    ui_open_demo();
    scene_show(RW_WIZARD_HOSTS);
    scene_press("l");
    scene_press(CLEAR "auto" TAB);
    scene_press(CTRL('s'));
    cr_expect_str_eq(scene_answers()->hosts[0].login.user, "auto");
    cr_expect_str_eq(scene_answers()->hosts[1].login.user, "ops");
}

/* ---- settings ---- */

Test(ui_screens, settings_are_checked_and_saved)
{
    ui_open_demo();
    scene_show(RW_WIZARD_SETTINGS);
    scene_press(TAB TAB TAB "bad_name!" TAB);
    cr_expect(scene_shows("This must be a list of DNS names and addresses"));
    scene_press(BACK_TAB CLEAR "api.demo.kingsd.top" TAB " " TAB "nonsense" TAB);
    cr_expect_not(scene_answers()->servers_run_workloads);
    cr_expect_str_eq(scene_answers()->tls_san[0], "api.demo.kingsd.top");
    scene_press(BACK_TAB CLEAR "v1.26.12+rke2r1" TAB);
    cr_expect_str_eq(scene_answers()->version, "v1.26.12+rke2r1");
    cr_expect_not(scene_shows("Release channel"), "it means nothing beside a version");
}

Test(ui_screens, advanced_settings_are_folded_away)
{
    ui_open_demo();
    scene_show(RW_WIZARD_SETTINGS);
    cr_expect(scene_shows("network canal, from get.rke2.io"));
    cr_expect_not(scene_shows("Pod network"));
    scene_press("a" TAB);
    cr_expect_not(scene_shows("Release channel"));
    scene_press(CLEAR "weave" TAB);
    cr_expect(scene_shows("This must be canal, calico, cilium, flannel or none."));
    cr_expect_str_eq(scene_answers()->cni, "weave", "what is wrong is kept");
    scene_press(BACK_TAB CLEAR "cilium" TAB CLEAR "/opt/rke2" TAB);
    scene_press("http://me:Pr0xy-secret@proxy.example.com:3128" TAB);
    cr_expect(scene_shows("http://me@proxy.example.com:3128"));
    cr_expect(scene_shows("its password is saved on this machine"));
    cr_expect_not(scene_shows("Pr0xy-secret"));
    scene_press(".example.org 10.0.0.0/8" TAB "r.example.com:5000" TAB);
    cr_expect_str_eq(scene_answers()->cni, "cilium");
    cr_expect_str_eq(scene_answers()->proxy.url, "http://me@proxy.example.com:3128");
    cr_expect_str_eq(scene_answers()->proxy.password, "Pr0xy-secret");
    cr_expect_eq(scene_answers()->proxy.bypass_count, 2);
    cr_expect_str_eq(scene_answers()->registry, "r.example.com:5000");
    scene_press("a");
    cr_expect(scene_shows("network cilium, from /opt/rke2, proxy http://me@proxy"));
    /* A folder holds one version, which has to be named. */
    cr_expect(scene_shows("A-25"));
    scene_show(RW_WIZARD_REVIEW);
    cr_expect(scene_shows("/opt/rke2"));
    cr_expect_not(scene_shows("Pr0xy-secret"));
}

Test(ui_screens, a_token_is_typed_masked_and_shown_for_a_moment)
{
    ui_open_demo();
    scene_show(RW_WIZARD_SETTINGS);
    scene_press("tbad token" ENTER);
    cr_expect(scene_shows("It is character 4 of the token."));
    scene_press(ENTER "tmy-shared-secret");
    cr_expect(scene_shows("****************"));
    cr_expect_not(scene_shows("my-shared-secret"));
    scene_press(ENTER);
    cr_expect(scene_shows("saved on this machine, 16 characters"));
    cr_expect_not(scene_shows("my-shared-secret"));
    scene_press("s");
    cr_expect(scene_shows("my-shared-secret"));
    cr_expect(scene_shows("hidden again in 10 s"));
    scene_press("s");
    cr_expect_not(scene_shows("my-shared-secret"));
    scene_press("s");
    rw_ui_go(&scene.ui, RW_WIZARD_REVIEW);
    cr_expect_not(scene_shows("my-shared-secret"), "it is shown nowhere else");
    rw_ui_go(&scene.ui, RW_WIZARD_SETTINGS);
    cr_expect_not(scene_shows("my-shared-secret"));
    scene_press("g" ENTER);
    cr_expect(scene_shows("saved on this machine"), "Enter alone keeps it");
    scene_press("g" LEFT ENTER);
    char *token = rw_wizard_token(scene.wizard);
    cr_expect_null(token);
    rw_secret_free(token);
}

/* ---- review ---- */

Test(ui_screens, review_shows_all_and_wants_install_typed)
{
    struct rw_findings findings = {0};
    ui_open_demo();
    cr_assert_eq(
        rw_wizard_override(scene.wizard, RW_F_DNS_MISS, "records come tomorrow", &findings), 0);
    scene_show(RW_WIZARD_REVIEW);
    cr_expect_eq(scene.screens.items[RW_WIZARD_REVIEW]->focus, 2 + RW_SCREEN_NEXT);
    cr_expect(scene_shows("overridden: records come tomorrow"));
    scene.screens.items[RW_WIZARD_REVIEW]->focus = 2 + RW_SCREEN_NEXT;
    scene_press(ENTER);
    scene_press("instal" ENTER);
    cr_expect_eq(scene.ui.dialog_count, 1);
    cr_expect_not(rw_wizard_run(scene.wizard).running);
    scene_press(ESC);
    scene_press("p");
    rw_findings_done(&findings);
}

Test(ui_screens, review_writes_the_answers_without_secrets)
{
    const char *reason;
    struct rw_error err;
    ui_open_demo();
    cr_assert_eq(rw_wizard_set_token(scene.wizard, "my-shared-secret", &reason, &err), 0);
    scene_show(RW_WIZARD_REVIEW);
    scene_press("w" CLEAR "~/out.yaml" ENTER);
    char *text = read_text(in_folder(scene.folder, "out.yaml"));
    cr_assert_not_null(text);
    cr_expect(strstr(text, "ha-w1"));
    cr_expect_not(strstr(text, "my-shared-secret"));
    free(text);
    cr_expect(scene_shows("Written: "));
}

Test(ui_screens, review_leads_to_where_a_value_is_entered)
{
    ui_open_demo();
    rw_ui_set_steps(&scene.ui, scene.screens.items, RW_WIZARD_STEPS);
    scene_show(RW_WIZARD_REVIEW);
    scene.screens.items[RW_WIZARD_REVIEW]->focus = 0;
    cr_expect(scene_shows("ha-w1"));
    scene_press(END ENTER);
    cr_expect_eq(rw_wizard_step(scene.wizard), RW_WIZARD_HOSTS);
    cr_expect_eq(rw_ui_screen(&scene.ui), scene.screens.items[RW_WIZARD_HOSTS]);
}

Test(ui_screens, quitting_asks_with_save_first)
{
    ui_open_demo();
    scene_show(RW_WIZARD_HOSTS);
    scene_press("\003");
    cr_expect(scene_shows("[ Save and quit ]"));
    scene_press(ENTER);
    cr_expect_eq(scene.quits, 1);
}
