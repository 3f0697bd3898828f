/* SPDX-License-Identifier: Apache-2.0 */
/* The screens of the checks, the install and its end, on a model that is given its results: no
 * network, and the loop does not turn before the end. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/install_progress.h"
#include "unit/helpers.h"
#include "unit/ui_given.h"
#include "unit/ui_states.h"
#include "wizard/store.h"
#include "wizard/wizard_private.h"

static void start(void)
{
    scene_start();
    give_answers();
    scene_show(RW_WIZARD_WELCOME);
}

static void stop(void)
{
    given_take_back();
    scene_stop();
}

TestSuite(ui_screens_run, .init = start, .fini = stop);

/* ---- 3 DNS ---- */

Test(ui_screens_run, dns_is_asked_for)
{
    scene.wizard->checks.slots[SLOT_DNS].wanted = true;
    given_open(RW_WIZARD_DNS);
    scene.wizard->checks.slots[SLOT_DNS].wanted = false;
}

Test(ui_screens_run, dns_leads_to_given_all_servers)
{
    give_dns(given_all_servers);
}

Test(ui_screens_run, dns_problems_have_their_finding)
{
    give_dns(given_one_wrong);
    cr_expect(scene_shows("D-02 ha-m1"), "that of the first row");
    scene_press(END);
    cr_expect(scene_shows("D-05"), "the row of the foreign address");
    scene_press("f");
    cr_expect(scene_shows("D-02"), "after the last the first");
}

Test(ui_screens_run, dns_counts_down_to_the_next_check)
{
    give_dns(given_all_servers);
    cr_expect_not(scene_shows("again in"));
    scene.wizard->checks.slots[SLOT_DNS].ended_ms = rw_clock_ms();
    uv_timer_start(&scene.wizard->checks.again, (uv_timer_cb)abort, 100000, 0);
    cr_expect(scene_shows("again in 10 s"));
    uv_timer_stop(&scene.wizard->checks.again);
}

Test(ui_screens_run, dns_is_ignored_by_typing_the_name_and_a_reason)
{
    give_dns(given_one_wrong);
    scene_press("o");
    cr_expect(scene_shows("Override the findings"));
    scene_press("yes" ENTER);
    cr_expect(scene_shows("Override the findings"), "another word does nothing");
    scene_press(CLEAR "rke2.demo.kingsd.top" ENTER);
    cr_expect(scene_shows("Reason"));
    scene_press("a lab without DNS" ENTER);
    cr_expect_str_eq(rw_wizard_override_reason(scene.wizard, RW_F_DNS_MISS), "a lab without DNS");
    cr_expect(scene_shows("overridden: a lab without DNS"));
}

Test(ui_screens_run, dns_records_are_shown_to_be_copied)
{
    give_dns(given_one_wrong);
    scene.screens.items[RW_WIZARD_DNS]->focus =
        scene.screens.items[RW_WIZARD_DNS]->item_count + RW_SCREEN_EXTRA;
    scene_press(ENTER);
    cr_expect(scene_shows("\nrke2.demo.kingsd.top. 60 IN A 192.168.205.85\n"),
              "from the first column");
    scene_press(ESC);
    cr_expect(scene_shows("Registration name"));
}

Test(ui_screens_run, dns_name_servers_are_typed_checked_and_kept)
{
    give_dns(given_one_wrong);
    scene_press("n");
    cr_expect(scene_shows("Addresses"));
    scene_press("192.168.205.2, dns.example.com" ENTER);
    cr_expect(scene_shows("dns.example.com is not an IP address."));
    cr_expect_null(rw_wizard_name_servers(scene.wizard));
    scene_press(ENTER);
    cr_expect(scene_shows("192.168.205.2, dns.example.com"), "what was typed is kept");
    scene_press(CLEAR "192.168.205.2, 2001:db8::53" ENTER);
    cr_expect_eq(scene.ui.dialog_count, 0);
    cr_expect_str_eq(rw_wizard_name_servers(scene.wizard), "192.168.205.2 2001:db8::53");
    cr_expect(scene.wizard->checks.slots[SLOT_DNS].wanted, "they are asked now");
    cr_expect_str_eq(name_servers_list(scene.wizard)[1], "2001:db8::53");
    struct rw_draft draft = {0};
    struct rw_findings findings = {0};
    rw_cluster_free(rw_store_load("ha-demo", &draft, &findings));
    cr_expect_str_eq(draft.name_servers, "192.168.205.2 2001:db8::53");
    rw_draft_done(&draft);
    scene_press("n" CLEAR ENTER);
    cr_expect_null(rw_wizard_name_servers(scene.wizard), "those of this machine again");
    cr_expect_null(name_servers_list(scene.wizard));
}

Test(ui_screens_run, dns_another_address_becomes_a_host)
{
    give_dns(given_one_wrong);
    scene_press("a");
    cr_expect_eq(scene.wizard->document->cluster->host_count, 4, "that row is a host's");
    scene_press(END "a");
    cr_expect_eq(scene.wizard->document->cluster->host_count, 5);
    cr_expect_str_eq(scene.wizard->document->cluster->hosts[4].address, "10.9.9.9");
    cr_expect_eq(rw_ui_step(&scene.ui), RW_WIZARD_HOSTS);
}

Test(ui_screens_run, dns_name_is_kept_as_its_field_is_left)
{
    given_open(RW_WIZARD_DNS);
    scene_press(BACK_TAB CLEAR "no_name" TAB);
    cr_expect(scene_shows("This must be"));
    cr_expect_str_eq(scene.wizard->document->cluster->registration_name, "no_name");
    scene_press(BACK_TAB CLEAR "rke2.example.com" ENTER);
    cr_expect_str_eq(scene.wizard->document->cluster->registration_name, "rke2.example.com");
    cr_expect_not(scene_shows("This must be"));
}

/* ---- 4 requirements ---- */

Test(ui_screens_run, requirements_problems_first)
{
    give_requirements();
    cr_expect(scene_shows("2 passed"));
    cr_expect(scene_shows("P-"), "a port that is not open is a row of its own");
}

Test(ui_screens_run, requirements_in_all_ways)
{
    give_requirements();
    scene_press("m");
    scene_press("m");
    cr_expect_not(scene_shows("memory"), "folded");
    scene_press(ENTER);
    cr_expect(scene_shows("memory"), "unfolded");
    scene_press(RIGHT);
    scene_press(LEFT LEFT LEFT);
    cr_expect(scene_shows("<problems>"));
}

Test(ui_screens_run, requirements_that_several_hosts_miss_stand_once_with_their_names)
{
    give_requirements_bad();
    given_open(RW_WIZARD_REQUIREMENTS);
    rw_canvas_resize(&scene.canvas, 40, 160);
    cr_expect(scene_shows("processors"));
    cr_expect(scene_shows("ha-m1, ha-m2, ha-m3, ha-w1"));
    scene_press(DOWN);
    cr_expect(scene_shows("Host: ha-m1, ha-m2, ha-m3, ha-w1"), "below the table too");
}

Test(ui_screens_run, requirements_ports_are_a_matrix_of_names_and_the_selected_pair_is_explained)
{
    give_requirements();
    given_open(RW_WIZARD_REQUIREMENTS);
    scene_press("mmm");
    cr_expect(scene_shows("from / to     ha-m1         ha-m2"));
    cr_expect(scene_shows("ha-w1 -> ha-m1  no answer (filtered): 9345/tcp"), "the problem first");
    cr_expect(scene_shows("P-01 ha-m1"));
    cr_expect(scene_shows("✕ no answer  ! rejected  ◐ some of them  – same host"));
    scene_press(RIGHT);
    cr_expect(scene_shows("ha-w1 -> ha-m2  open: "));
    cr_expect_not(scene_shows("P-01"));
    scene_press(UP LEFT);
    cr_expect(scene_shows("ha-m3 -> ha-m1  open: "));
    scene_press(UP UP UP);
    cr_expect(scene_shows("this machine -> ha-m1  open: "));
    scene.canvas.ascii_only = true;
    cr_expect(scene_shows("x no answer  ! rejected  % some of them  - same host"));
}

Test(ui_screens_run, requirements_passes_are_unfolded_by_enter)
{
    give_requirements();
    scene_press(END ENTER);
    cr_expect(scene_shows("<all>"));
    cr_expect(scene_shows("16 GiB"));
}

Test(ui_screens_run, requirements_are_overridden_with_a_reason)
{
    give_requirements();
    cr_expect(scene_shows("blocked: 1 problem"));
    scene_press("o");
    scene_press("opened tomorrow" ENTER);
    cr_expect(scene_shows("overridden: opened tomorrow"));
    cr_expect_not(scene_shows("blocked:"));
    scene_press("o" CLEAR ENTER);
    cr_expect(scene_shows("blocked: 1 problem"), "an empty reason takes it back");
}

Test(ui_screens_run, requirements_are_looked_at_again_in_part_or_whole)
{
    struct wizard_slot *slot = &scene.wizard->checks.slots[SLOT_REQUIREMENTS];
    give_requirements();
    scene_press("r");
    cr_expect_eq(slot->parts, RW_CHECK_PORTS, "the first row is about ports");
    cr_expect(scene_shows("running"));
    scene_press("R");
    cr_expect(scene_shows("This is possible when the check has finished."));
    slot->wanted = false;
    scene_press(DOWN "r");
    cr_expect_eq(slot->parts, RW_CHECK_HOSTS, "swap is the host's");
    slot->wanted = false;
    scene_press("R");
    cr_expect_eq(slot->parts, RW_CHECK_HOSTS | RW_CHECK_PORTS);
    slot->wanted = false;
}

Test(ui_screens_run, review_leads_to_a_field_and_back)
{
    static const struct {
        const char *name;
        enum rw_wizard_step step;
        size_t focus;
    } places[] = {{"Registration name", RW_WIZARD_DNS, 0},
                  {"Token", RW_WIZARD_SETTINGS, 0},
                  {"More names", RW_WIZARD_SETTINGS, 1},
                  {"Workloads", RW_WIZARD_SETTINGS, 2},
                  {"RKE2", RW_WIZARD_SETTINGS, 4},
                  {"ha-m1", RW_WIZARD_HOSTS, 0},
                  {"ha-m2", RW_WIZARD_HOSTS, 0}};
    for (size_t i = 0; i < RW_COUNT(places); i++) {
        given_open(RW_WIZARD_REVIEW);
        scene.screens.items[RW_WIZARD_REVIEW]->focus = 0;
        scene_press(HOME);
        for (size_t k = 0; k < i; k++)
            scene_press(DOWN);
        scene_press(ENTER);
        cr_expect_eq(rw_ui_step(&scene.ui), places[i].step, "%s", places[i].name);
        cr_expect_eq(rw_ui_screen(&scene.ui)->focus, places[i].focus, "%s", places[i].name);
        cr_expect(scene_shows("[ < Review ]"));
        scene.wizard->step = places[i].step;
        scene_press(F9);
        if (places[i].step == RW_WIZARD_SETTINGS)
            cr_expect_eq(rw_ui_step(&scene.ui), RW_WIZARD_REVIEW, "%s", places[i].name);
        else /* nothing was checked here: it is said, and Back goes nowhere else */
            cr_expect(rw_ui_step(&scene.ui) == places[i].step &&
                          (scene_shows("not finished yet") || scene_shows("waiting for 4 hosts")),
                      "%s", places[i].name);
    }
}

Test(ui_screens_run, requirements_fixes_show_their_commands_first)
{
    give_requirements();
    scene_press(DOWN "x");
    cr_expect(scene_shows("swapoff -a"));
    scene_press(ESC);
    cr_expect(scene_shows("<problems>"));
}

Test(ui_screens_run, requirements_report_is_written)
{
    give_requirements();
    char *path = rw_asprintf("%s/report.md", scene.folder), *keys = rw_asprintf("w"
                                                                                "\025"
                                                                                "%s\r",
                                                                                path);
    scene_press(keys);
    cr_expect_eq(access(path, R_OK), 0);
    cr_expect(scene_shows("Written: "));
    free(keys);
    free(path);
}

/* ---- 7 install ---- */

Test(ui_screens_run, install_goes_on)
{
    give_install();
    scene_draw();
    cr_expect(scene_shows("run: systemctl enable --now rke2-server.service"));
    cr_expect(scene_shows("  Adding member ha-m2 to etcd"), "of the journal the message");
    cr_expect_not(scene_shows("min left"), "no agent has been timed");
    scene.wizard->install.tasks[scene.wizard->install.task_count - 1].state = RW_TASK_UNCHANGED;
    cr_expect(scene_shows("about 4 min left"));
}

Test(ui_screens_run, install_log_of_a_host)
{
    give_install();
    scene_press("l");
    cr_expect(scene_shows("level=info msg="));
    give_note("ha-m2", RW_EVENT_LINE, NULL, "and on it goes");
    cr_expect(scene_shows("and on it goes"));
    give_note("ha-m1", RW_EVENT_LINE, NULL, "elsewhere too");
    cr_expect_not(scene_shows("elsewhere too"));
    scene_press("a");
    cr_expect(scene_shows("ha-m2         01:01  Adding member ha-m2"),
              "the message, with its host");
    cr_expect(scene_shows("elsewhere too"), "one timeline");
    scene_press("j");
    cr_expect_not(scene_shows("elsewhere too"), "without the journals");
    cr_expect(scene_shows("systemctl enable --now"), "what the program does stays");
    scene_press(ESC);
    cr_expect(scene_shows("joining etcd"));
}

Test(ui_screens_run, install_shows_a_finding_as_it_comes)
{
    give_install();
    rw_findings_add(&scene.wizard->install.findings, RW_F_START_DEADLINE, "ha-m1", "minutes",
                    "20:00 min", "_state", N_("the cluster has no such node"), "line", "-", "unit",
                    "rke2-server", "address", "192.168.205.85", "port", "22", "user", "root", NULL);
    give_end(RW_OUTCOME_FAILED);
    cr_expect(scene_shows("[FAIL] I-"));
    scene_press(DOWN);
    cr_expect(scene_shows("ha-m2: current activity"), "another host has none");
    scene_press("f");
    cr_expect(scene_shows("[FAIL] I-"), "the finding brings its row");
}

Test(ui_screens_run, install_a_lost_host_is_seen_with_its_countdown_and_keys_say_why_not)
{
    ui_state("install-lost")->give();
    given_open(RW_WIZARD_INSTALL);
    cr_expect(scene_shows("[LOST]"));
    cr_expect(scene_shows("no connection for 00:42; given up in 09:17"));
    scene_press("r");
    cr_expect(scene_shows("is still running, and tries again by itself."));
    scene_press("s");
    cr_expect(scene_shows("A lost agent is given up when its countdown ends"));
}

/* The whole bar on one scale; another attempt begins with nothing done. */
Test(ui_screens_run, install_bar_weighs_time_and_never_runs_backwards)
{
    give_install();
    given_open(RW_WIZARD_INSTALL);
    struct wizard_install *install = &scene.wizard->install;
    struct rw_wizard_run run = rw_wizard_run(scene.wizard);
    int part_way = rw_install_progress(&run, scene_answers());
    cr_expect(part_way > 300 && part_way < 950, "%d", part_way);
    char shown[16];
    snprintf(shown, sizeof shown, "] %3d %%", part_way / 10);
    cr_expect(scene_shows(shown), "%s", shown);
    for (size_t i = 0; i < install->task_count; i++) {
        install->tasks[i].state = RW_TASK_PLANNED;
        install->tasks[i].begun_ms = 0;
    }
    run = rw_wizard_run(scene.wizard);
    cr_expect_lt(rw_install_progress(&run, scene_answers()), 50, "only the checks are done");
    cr_expect(scene_shows(shown), "but the bar stays");
    for (size_t i = 0; i < install->task_count; i++)
        install->tasks[i].state = RW_TASK_DONE;
    run = rw_wizard_run(scene.wizard);
    cr_expect_eq(rw_install_progress(&run, scene_answers()), RW_PROGRESS_FULL - 1,
                 "full means that it has ended");
}

Test(ui_screens_run, install_is_left_by_a_question)
{
    give_install();
    scene_press(CTRL('c'));
    scene_press(ENTER);
    cr_expect_eq(scene.quits, 0, "the first button keeps watching");
    scene_press(CTRL('c'));
    scene_press(RIGHT ENTER);
    cr_expect_eq(scene.quits, 1);
    cr_expect_eq(scene.wizard->install.state, INSTALL_ACTIVE);
}

Test(ui_screens_run, install_agents_are_skipped_when_only_they_are_missing)
{
    give_install();
    scene_press("s");
    cr_expect(scene_shows("Agents can be skipped when the install has ended."));
    give_end(RW_OUTCOME_AGENTS_MISSING);
    scene_press("s" LEFT ENTER);
    cr_expect_eq(rw_ui_step(&scene.ui), RW_WIZARD_DONE);
    cr_expect(scene_shows("The servers are up."));
    cr_expect(scene_shows("[SKIP]"));
}

/* ---- 8 done ---- */

Test(ui_screens_run, done_tells_each_node_and_what_is_next)
{
    give_install();
    for (size_t i = 0; i < scene.wizard->install.task_count; i++)
        scene.wizard->install.tasks[i].state = RW_TASK_DONE;
    give_end(RW_OUTCOME_DONE);
    cr_expect(scene_shows("Done."));
    cr_expect_eq(scene.screens.items[RW_WIZARD_INSTALL]->focus,
                 scene.screens.items[RW_WIZARD_INSTALL]->item_count + RW_SCREEN_NEXT);
    scene_press(ENTER);
    cr_expect_eq(rw_ui_step(&scene.ui), RW_WIZARD_DONE);
    cr_expect(scene_shows("The cluster is up."));
    cr_expect(scene_shows("ha-demo.kubeconfig"));
    scene_press(TAB TAB RIGHT ENTER);
    cr_expect_eq(scene.quits, 1, "Finish");
}
