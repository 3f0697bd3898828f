/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken back on the pages of the hosts and the settings, what asks before it is done since
 * it cannot be, and the filter of lists. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "install/journal.h"
#include "unit/helpers.h"
#include "unit/ui_scene.h"
#include "unit/ui_states.h"

TestSuite(ui_undo, .init = scene_start, .fini = scene_stop);

Test(ui_undo, changes_of_the_hosts_are_undone_one_by_one)
{
    ui_open_demo();
    scene_show(RW_WIZARD_HOSTS);
    scene_press("u");
    cr_expect(scene_shows("There is nothing to undo."));
    scene_press(END "d" ENTER HOME DOWN "f" PASTE("ha-w7 127.0.0.7 agent\r") ENTER);
    scene_press("e" CLEAR "ha-y" TAB CLEAR "127.0.0.9");
    scene_press(CTRL('s'));
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-y");
    scene_press("u");
    cr_expect(scene_shows("Undone: Edit"));
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-m2", "the form as a whole");
    cr_expect_str_eq(scene_answers()->hosts[0].address, "127.0.0.2");
    cr_expect_eq(scene_answers()->host_count, 4);
    scene_press("u");
    cr_expect_eq(scene_answers()->host_count, 3, "the list");
    scene_press("u");
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-m1", "the first server");
    scene_press("u");
    cr_expect_eq(scene_answers()->host_count, 4, "the deletion");
    cr_expect_str_eq(scene_answers()->hosts[3].name, "ha-w1");
    scene_press("u");
    cr_expect(scene_shows("There is nothing to undo."));
}

Test(ui_undo, an_agent_becomes_the_first_server_only_after_a_question)
{
    ui_open_demo();
    scene_show(RW_WIZARD_HOSTS);
    scene_press(END "f");
    cr_expect(scene_shows("ha-w1 becomes a server: it runs the control plane and etcd."));
    cr_expect_not(scene_shows("This cluster exists."));
    scene_press(ENTER);
    cr_expect_eq(scene_answers()->hosts[3].role, RW_ROLE_AGENT, "Enter alone changes nothing");
    scene_press("f" LEFT ENTER);
    cr_expect_str_eq(scene_answers()->hosts[0].name, "ha-w1");
    cr_expect_eq(scene_answers()->hosts[0].role, RW_ROLE_SERVER);
}

/* A journal of ha-demo in which something was done. */
static void install_something(void)
{
    struct rw_journal *journal;
    struct rw_error err;
    long pid = 0;
    char *dir = rw_journal_dir("ha-demo");
    cr_assert_eq(rw_journal_open(dir, &journal, &pid, &err), 0);
    rw_journal_begin(journal, "install", "cluster: ha-demo\n");
    rw_journal_task(journal, "found@ha-m1", "ha-m1", "found", "done", 1);
    rw_journal_end(journal, "done");
    rw_journal_close(journal);
    free(dir);
}

Test(ui_undo, a_role_in_a_cluster_that_exists_is_changed_only_after_a_question)
{
    ui_open_demo();
    install_something();
    scene_show(RW_WIZARD_HOSTS);
    scene_press("e" TAB TAB DOWN " ");
    cr_expect(scene_shows("ha-m1 becomes an agent"));
    cr_expect(scene_shows("This cluster exists."));
    scene_press(ENTER);
    cr_expect_eq(scene_answers()->hosts[0].role, RW_ROLE_SERVER);
    cr_expect(scene_shows("(*) server"), "the form shows the role that it has");
    scene_press(DOWN " " LEFT ENTER);
    cr_expect_eq(scene_answers()->hosts[0].role, RW_ROLE_AGENT);
}

Test(ui_undo, a_cluster_that_was_installed_is_listed_as_such)
{
    ui_open_demo();
    scene_show(RW_WIZARD_WELCOME);
    cr_expect(scene_shows("draft saved"));
    install_something();
    scene_show(RW_WIZARD_WELCOME);
    cr_expect(scene_shows("installed (opened)"));
    cr_expect_not(scene_shows("draft saved"));
}

Test(ui_undo, the_first_three_hosts_are_servers_by_default_and_further_ones_agents)
{
    ui_open_demo();
    cr_expect_eq(rw_wizard_add_host(scene.wizard), 4);
    cr_expect_eq(scene_answers()->hosts[4].role, RW_ROLE_AGENT);
    rw_wizard_remove_host(scene.wizard, 0);
    rw_wizard_add_host(scene.wizard);
    cr_expect_eq(scene_answers()->hosts[4].role, RW_ROLE_SERVER);
}

/* The text of the file beside the journal whose name begins so, or NULL; to free(). */
static char *beside_journal(const char *name)
{
    char *text = NULL, *dir = rw_journal_dir("ha-demo");
    DIR *folder = opendir(dir);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strncmp(entry->d_name, name, strlen(name)) == 0) {
            char *path = rw_asprintf("%s/%s", dir, entry->d_name);
            text = read_text(path);
            free(path);
        }
    if (folder)
        closedir(folder);
    free(dir);
    return text;
}

Test(ui_undo, the_token_of_a_cluster_that_exists_is_replaced_only_after_a_question)
{
    const char *reason;
    struct rw_error err;
    ui_open_demo();
    cr_assert_eq(rw_wizard_set_token(scene.wizard, "the-first-token", &reason, &err), 0);
    install_something();
    scene_show(RW_WIZARD_SETTINGS);
    scene_press("tanother-token" ENTER);
    cr_expect(scene_shows("its nodes use the token that is saved"));
    scene_press(ENTER);
    char *kept = rw_wizard_token(scene.wizard);
    cr_expect_str_eq(kept, "the-first-token", "Enter alone changes nothing");
    free(kept);
    scene_press("tanother-token" ENTER LEFT ENTER);
    kept = rw_wizard_token(scene.wizard);
    cr_expect_str_eq(kept, "another-token");
    free(kept);
    char *former = beside_journal("token.old-");
    cr_expect_str_eq(former, "the-first-token\n");
    free(former);
}

/* ---- lists ---- */

Test(ui_undo, a_table_is_filtered_and_only_rows_that_are_left_are_walked)
{
    ui_open_demo();
    scene_show(RW_WIZARD_HOSTS);
    scene_press("/W1");
    cr_expect(scene_shows("ha-w1"));
    cr_expect_not(scene_shows("127.0.0.1 "));
    scene_press(ENTER "e");
    cr_expect(scene_shows("[ha-w1"));
    scene_press(ESC);
    cr_expect(scene_shows("Filter: W1 (Esc shows all)"));
    scene_press(ESC);
    scene_press(UP);
    cr_expect(scene_shows("127.0.0.1 "));
    scene_press("e");
    cr_expect(scene_shows("[ha-m3"), "the selection stays where it was, and moved one up");
    scene_press(ESC);
    scene_press("/nothing of this" ENTER);
    cr_expect(scene_shows("The filter leaves no row."));
}
