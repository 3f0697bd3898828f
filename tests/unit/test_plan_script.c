/* SPDX-License-Identifier: Apache-2.0 */
/* The shell scripts that carry a plan out, run for real in a folder of the test. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "plan/node_scripts.h"
#include "plan/plan.h"
#include "remote/reply.h"
#include "remote/script.h"
#include "rke2/rke2.h"
#include "unit/helpers.h"

static struct rw_plan *plan_of(const struct rw_cluster *cluster, const char *version,
                               const char *channel)
{
    struct rw_plan_choice choice = {
        .version = version, .channel = channel, .token = "my-shared-secret"};
    return rw_plan_new(cluster, &choice);
}

static mode_t mode_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info.st_mode & 07777 : 0;
}

static void expect_content(const char *path, const char *expected)
{
    char *text = read_text(path);
    cr_expect(text && strcmp(text, expected) == 0, "%s: %s", path, text);
    free(text);
}

/* ---- what is sent ---- */

static void expect_syntax(const char *text, const char *what)
{
    for (const char *const *shell = shells; *shell; shell++) {
        if (!have_shell(*shell))
            continue;
        const char *argv[] = {*shell, "-n", NULL};
        int status;
        free(run_program(argv, text, strlen(text), &status));
        cr_expect_eq(status, 0, "%s -n, %s:\n%s", *shell, what, text);
    }
}

Test(plan_script, is_correct_shell_for_every_task)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, "v1.26.12+rke2r1", "v1.26");
    for (size_t i = 0; i < plan->task_count; i++) {
        struct rw_buf apply = {0}, unit = {0}, finish = {0}, wire = {0};
        rw_plan_apply_script(&apply, plan, i);
        if (rw_step_info(plan->tasks[i].step)->wait == RW_WAIT_UNIT)
            rw_plan_unit_script(&unit, plan, i);
        rw_plan_finish_script(&finish, plan, i);
        rw_script_compose(&wire, "0123456789abcdef", NULL, 0, rw_buf_str(&apply));
        expect_syntax(rw_buf_str(&apply), plan->tasks[i].id);
        expect_syntax(rw_buf_str(&unit), plan->tasks[i].id);
        expect_syntax(rw_buf_str(&finish), plan->tasks[i].id);
        expect_syntax(rw_buf_str(&wire), plan->tasks[i].id);
        rw_buf_done(&apply);
        rw_buf_done(&unit);
        rw_buf_done(&finish);
        rw_buf_done(&wire);
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan_script, is_correct_shell_for_every_script_on_a_host)
{
    for (const struct rw_node_script *script = rw_node_scripts; script->name; script++)
        expect_syntax(script->text, script->name);
}

Test(plan_script, has_a_last_part_where_something_is_done_afterwards)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, "v1.26.12+rke2r1", "v1.26");
    for (size_t i = 0; i < plan->task_count; i++) {
        enum rw_step step = plan->tasks[i].step;
        cr_expect_eq(rw_plan_has_finish(plan, i), step == RW_STEP_STAGE || step == RW_STEP_JOIN,
                     "%s", plan->tasks[i].id);
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan_script, does_not_show_the_token_in_plain)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, "v1.26.12+rke2r1", "v1.26");
    for (size_t i = 0; i < plan->task_count; i++) {
        struct rw_buf out = {0};
        rw_plan_apply_script(&out, plan, i);
        cr_expect_null(strstr(rw_buf_str(&out), "my-shared-secret"), "%s", plan->tasks[i].id);
        rw_buf_done(&out);
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

/* The file stage.sh of the first host, borrowed. */
static const char *stage_of(const struct rw_plan *plan)
{
    const struct rw_task *task = &plan->tasks[0];
    for (size_t i = 0; i < task->action_count; i++)
        if (task->actions[i].kind == RW_ACTION_FILE)
            return task->actions[i].content;
    return NULL;
}

Test(plan_script, quotes_the_parameters_of_the_installer)
{
    static const struct {
        const char *version, *channel;
    } rows[] = {{"v1.26.12+rke2r1", "v1.26"},
                {"<newest of channel stable>", "stable"},
                {"it's; $(touch no) `touch no` \"x\"", "a b\nreboot"},
                {"", "'"}};
    struct rw_cluster *cluster = demo_cluster();
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_plan *plan = plan_of(cluster, rows[i].version, rows[i].channel);
        const char *stage = stage_of(plan), *body = strstr(stage, "work=");
        cr_assert(body && rw_text_starts(stage, "#!/bin/sh\nurl=https://get.rke2.io\n"), "%s",
                  stage);
        expect_syntax(stage, "stage.sh");
        /* The assignments alone, and then what came of them. */
        char *head = rw_strndup(stage, (size_t)(body - stage));
        char *script =
            rw_asprintf("%s\nprintf '%%s|%%s|%%s' \"$version\" \"$channel\" \"$type\"\n", head);
        char *expected = rw_asprintf("%s|%s|server", rows[i].version, rows[i].channel);
        int status;
        char *answer = run_shell("sh", script, &status);
        cr_expect_str_eq(answer, expected);
        free(answer);
        free(expected);
        free(script);
        free(head);
        rw_plan_free(plan);
    }
    rw_cluster_free(cluster);
}

/* ---- what it does: a task of the plan, in a folder ---- */

/* Runs the first or last part of a task as it would go to a host; gives the reply. */
static struct rw_reply carry_out(const struct rw_plan *plan, size_t task, bool finish)
{
    struct rw_buf body = {0}, wire = {0};
    if (finish)
        rw_plan_finish_script(&body, plan, task);
    else
        rw_plan_apply_script(&body, plan, task);
    rw_script_compose(&wire, "0123456789abcdef", NULL, 0, rw_buf_str(&body));
    int status;
    char *answer = run_shell("sh", rw_buf_str(&wire), &status);
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, answer, strlen(answer));
    free(answer);
    rw_buf_done(&body);
    rw_buf_done(&wire);
    return reply;
}

/* Runs `lines` of lib.sh; gives what it said. */
static char *put_lines(const char *path, const char *lines)
{
    struct rw_buf script = {0};
    rw_buf_adds(&script, rw_node_script("lib"));
    rw_buf_addf(&script, "lines '%s' 0600 <<'RW_END'\n", path);
    rw_text_base64(&script, lines, strlen(lines));
    rw_buf_adds(&script, "\nRW_END\necho end\n");
    int status;
    char *answer = run_shell("sh", rw_buf_str(&script), &status);
    cr_expect_eq(status, 0, "%s", answer);
    rw_buf_done(&script);
    return answer;
}

static void expect_lines(const char *path, const char *lines, bool changed, const char *content)
{
    char *answer = put_lines(path, lines);
    cr_expect_eq(strstr(answer, "changed=") != NULL, changed, "%s", answer);
    cr_expect(strstr(answer, "end\n"));
    if (content)
        expect_content(path, content);
    else
        cr_expect_neq(access(path, F_OK), 0);
    free(answer);
}

#define MARK "# rke2-wizard: from the answers file; do not change by hand.\n"

Test(plan_script, puts_lines_of_ours_beside_those_of_others)
{
    char *folder = folder_new();
    const char *path = in_folder(folder, "rke2-server");
    expect_lines(path, "", false, NULL);
    expect_lines(path, "HTTP_PROXY=http://a\n", true, MARK "HTTP_PROXY=http://a\n");
    cr_expect_eq(mode_of(path), 0600);
    expect_lines(path, "HTTP_PROXY=http://a\n", false, MARK "HTTP_PROXY=http://a\n");
    write_text(path, "A=1\n" MARK "HTTP_PROXY=http://a\nNO_PROXY=x\nB='two  words'\n");
    expect_lines(path, "HTTP_PROXY=http://b\nHTTPS_PROXY=http://b\n", true,
                 "A=1\nB='two  words'\n" MARK "HTTP_PROXY=http://b\nHTTPS_PROXY=http://b\n");
    expect_lines(path, "HTTP_PROXY=http://b\nHTTPS_PROXY=http://b\n", false,
                 "A=1\nB='two  words'\n" MARK "HTTP_PROXY=http://b\nHTTPS_PROXY=http://b\n");
    /* The comment stays: by it a service is known that still runs with what stood there. */
    expect_lines(path, "", true, "A=1\nB='two  words'\n" MARK);
    expect_lines(path, "", false, "A=1\nB='two  words'\n" MARK);
    /* What others have set is not ours. */
    write_text(path, "HTTP_PROXY=http://theirs\n");
    expect_lines(path, "", false, "HTTP_PROXY=http://theirs\n");
    folder_remove(folder);
}

Test(plan_script, writes_config_and_keeps_the_one_that_was_there)
{
    char *folder = folder_new();
    const char *path = in_folder(folder, "rancher/rke2/config.yaml");
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, "v1.26.12+rke2r1", "v1.26");
    size_t configure = cluster->host_count;
    struct rw_action *config = &plan->tasks[configure].actions[0];
    cr_assert_str_eq(config->path, RW_RKE2_CONFIG);
    rw_strset(&config->path, path);

    struct rw_reply reply = carry_out(plan, configure, false);
    cr_expect(rw_reply_is(&reply, "changed", path));
    cr_expect_null(rw_reply_get(&reply, "kept"));
    expect_content(path, config->content);
    cr_expect_eq(mode_of(path), 0600);
    rw_reply_done(&reply);

    reply = carry_out(plan, configure, false);
    cr_expect_eq(reply.count, 0, "there was nothing to change");
    rw_reply_done(&reply);

    write_text(path, "token: somebody-elses\n");
    reply = carry_out(plan, configure, false);
    const char *kept = rw_reply_get(&reply, "kept");
    cr_assert(kept && rw_text_starts(kept, path), "%s", kept);
    expect_content(kept, "token: somebody-elses\n");
    cr_expect_eq(mode_of(kept), 0600);
    expect_content(path, config->content);
    rw_reply_done(&reply);

    rw_plan_free(plan);
    rw_cluster_free(cluster);
    folder_remove(folder);
}

Test(plan_script, takes_the_pin_away_at_the_end)
{
    char *folder = folder_new();
    const char *path = in_folder(folder, "50-rke2-wizard-join.yaml");
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, "v1.26.12+rke2r1", "v1.26");
    size_t join = 0;
    while (strcmp(plan->tasks[join].id, "join@ha-m2") != 0)
        join++;
    struct rw_task *task = &plan->tasks[join];
    rw_strset(&task->actions[task->action_count - 1].path, path);
    write_text(path, "server: x\n");
    struct rw_reply reply = carry_out(plan, join, true);
    cr_expect(rw_reply_is(&reply, "removed", path));
    cr_expect_neq(access(path, F_OK), 0);
    rw_reply_done(&reply);
    reply = carry_out(plan, join, true);
    cr_expect_eq(reply.count, 0, "it was gone already");
    rw_reply_done(&reply);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
    folder_remove(folder);
}

/* ---- the helpers of data/node/lib.sh ---- */

/* Runs commands after lib.sh in every shell, in a new folder each; $d is that folder. */
static void with_lib(const char *commands,
                     void (*check)(const char *folder, const char *answer, int status))
{
    for (const char *const *shell = shells; *shell; shell++) {
        if (!have_shell(*shell))
            continue;
        char *folder = folder_new();
        char *script = rw_asprintf("%sd=%s\n%s\n", rw_node_script("lib"), folder, commands);
        int status;
        char *answer = run_shell(*shell, script, &status);
        check(folder, answer, status);
        free(answer);
        free(script);
        folder_remove(folder);
    }
}

static void expect_written(const char *folder, const char *answer, int status)
{
    const char *path = in_folder(folder, "a/b/file");
    cr_expect_eq(status, 0);
    cr_expect_eq(mode_of(path), 0640);
    cr_expect_eq(mode_of(in_folder(folder, "a/b")), 0755, "a new folder is like those around it");
    expect_content(path, "hello\n");
    cr_expect_neq(access(in_folder(folder, "a/b/file.rke2-wizard-new"), F_OK), 0);
    char *expected = rw_asprintf("changed=%s\n", path);
    cr_expect_str_eq(answer, expected, "once, the second time there is nothing to do: %s", answer);
    free(expected);
}

Test(node_lib, put_writes_mode_and_content_once)
{
    with_lib("echo aGVsbG8K | put $d/a/b/file 0640\necho aGVsbG8K | put $d/a/b/file 0640",
             expect_written);
}

static void expect_mode(const char *folder, const char *answer, int status)
{
    cr_expect_eq(status, 0);
    cr_expect_eq(mode_of(in_folder(folder, "file")), 0600);
    cr_expect(strstr(answer, "changed="));
    cr_expect_null(strstr(answer, "kept="), "the content was the same");
}

Test(node_lib, put_corrects_a_mode_without_keeping_a_copy)
{
    with_lib("echo hello >$d/file\nchmod 0644 $d/file\necho aGVsbG8K | put $d/file 0600 keep",
             expect_mode);
}

static void expect_kept(const char *folder, const char *answer, int status)
{
    (void)folder;
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, answer, strlen(answer));
    const char *kept = rw_reply_get(&reply, "kept");
    cr_assert_not_null(kept, "%s", answer);
    expect_content(kept, "old\n");
    cr_expect_eq(mode_of(kept), 0444);
    cr_expect_eq(status, 0);
    rw_reply_done(&reply);
}

Test(node_lib, put_keeps_another_content_when_asked)
{
    with_lib("echo old >$d/file\nchmod 0444 $d/file\necho aGVsbG8K | put $d/file 0600 keep",
             expect_kept);
}

/* printf 'the same\n' | sha256sum */
#define THE_SAME "f9cdce0e56c3759ab4e456162611e571541f28f9fd10b04db453e6ccdc6fbfbc"

static void expect_left(const char *folder, const char *answer, int status)
{
    cr_expect_eq(status, 0);
    expect_content(in_folder(folder, "file"), "the same\n");
    cr_expect_eq(mode_of(in_folder(folder, "file")), 0600);
    cr_expect(strstr(answer, "changed="), "its mode was");
    cr_expect_null(strstr(answer, "kept="));
    cr_expect(strstr(answer, "time=1000\n"), "%s", answer);
}

static void expect_replaced(const char *folder, const char *answer, int status)
{
    cr_expect_eq(status, 0);
    cr_expect(strstr(answer, "kept="), "%s", answer);
    expect_content(in_folder(folder, "file"), "hello\n");
}

/* The time of the file says whether a service runs with it. */
Test(node_lib, put_leaves_a_content_that_says_the_same)
{
    with_lib("echo the same >$d/file\nchmod 0644 $d/file\ntouch -d @1000 $d/file\n"
             "echo aGVsbG8K | put $d/file 0600 keep " THE_SAME "\n"
             "echo aGVsbG8K | put $d/file 0600 keep " THE_SAME "\n"
             "echo time=$(stat -c %Y $d/file)",
             expect_left);
    with_lib("echo old >$d/file\necho aGVsbG8K | put $d/file 0600 keep " THE_SAME, expect_replaced);
}

static void expect_marked(const char *folder, const char *answer, int status)
{
    (void)answer;
    cr_expect_eq(status, 0);
    expect_content(in_folder(folder, "file"), "token: K10abc::server:a/b&\n");
    cr_expect_eq(mode_of(in_folder(folder, "file")), 0600);
}

Test(node_lib, put_marked_writes_the_hash_of_the_ca)
{
    /* token: K10<CA-hash>::server:a/b& */
    with_lib("ca=abc\necho 'token: a/b&' >$d/file\n"
             "echo dG9rZW46IEsxMDxDQS1oYXNoPjo6c2VydmVyOmEvYiYK | put_marked $d/file 0600",
             expect_marked);
}

static void expect_marked_digits(const char *folder, const char *answer, int status)
{
    (void)answer;
    cr_expect_eq(status, 0);
    expect_content(in_folder(folder, "file"), "token: K10abc::server:12e5\n");
}

/* In its short form it would be a number. */
Test(node_lib, put_marked_knows_a_token_in_quotes)
{
    with_lib("ca=abc\necho \"token: '12e5'\" >$d/file\n"
             "echo 'token: K10<CA-hash>::server:12e5' | base64 | put_marked $d/file 0600",
             expect_marked_digits);
}

static void expect_prepared(const char *folder, const char *answer, int status)
{
    (void)answer;
    cr_expect_eq(status, 0);
    expect_content(in_folder(folder, "file"), "'token': a/b&\n");
}

/* Somebody has prepared it. */
Test(node_lib, put_marked_leaves_a_file_that_is_not_ours)
{
    with_lib("ca=abc\necho \"'token': a/b&\" >$d/file\n"
             "echo dG9rZW46IEsxMDxDQS1oYXNoPjo6c2VydmVyOmEvYiYK | put_marked $d/file 0600",
             expect_prepared);
}

static void expect_not_kept(const char *folder, const char *answer, int status)
{
    cr_expect_eq(status, 0);
    cr_expect_null(strstr(answer, "kept="));
    expect_content(in_folder(folder, "file"), "hello\n");
}

Test(node_lib, put_keeps_nothing_when_not_asked)
{
    with_lib("echo old >$d/file\necho aGVsbG8K | put $d/file 0600", expect_not_kept);
}

static void expect_whole(const char *folder, const char *answer, int status)
{
    cr_expect_eq(status, 0);
    cr_expect(strstr(answer, "changed="));
    expect_content(in_folder(folder, "file"), "hello\n");
    cr_expect_eq(mode_of(in_folder(folder, "file")), 0600);
    cr_expect_neq(access(in_folder(folder, "file.rke2-wizard-new"), F_OK), 0);
}

Test(node_lib, put_is_not_disturbed_by_a_put_that_was_interrupted)
{
    with_lib("echo 'half of a much longer con' >$d/file.rke2-wizard-new\n"
             "chmod 0666 $d/file.rke2-wizard-new\n"
             "echo old >$d/file\necho aGVsbG8K | put $d/file 0600",
             expect_whole);
}

static void expect_given_up(const char *folder, const char *answer, int status)
{
    char *failed = rw_asprintf("failed=write %s/file/x\n", folder);
    cr_expect_eq(status, 1);
    cr_expect(strstr(answer, failed), "%s", answer);
    cr_expect(strstr(answer, "failed_status="), "%s", answer);
    cr_expect_null(strstr(answer, "changed="));
    cr_expect_null(strstr(answer, "went on"));
    expect_content(in_folder(folder, "file"), "a file\n");
    free(failed);
}

Test(node_lib, put_gives_up_where_it_cannot_write)
{
    with_lib("echo 'a file' >$d/file\nput $d/file/x 0600 <<END\naGVsbG8K\nEND\necho 'went on'",
             expect_given_up);
}

static void expect_refused(const char *folder, const char *answer, int status)
{
    char *expected = rw_asprintf("failed=write %s/file\nfailed_status=1\n", folder);
    cr_expect_eq(status, 1);
    cr_expect_str_eq(answer, expected);
    expect_content(in_folder(folder, "file"), "a file\n");
    free(expected);
}

Test(node_lib, put_refuses_content_that_arrived_damaged)
{
    with_lib("echo 'a file' >$d/file\nput $d/file 0600 <<END\naGVs*bG8K\nEND", expect_refused);
}

static void expect_taken(const char *folder, const char *answer, int status)
{
    char *expected = rw_asprintf("removed=%s/file\nremoved=%s/dir\n", folder, folder);
    cr_expect_eq(status, 0);
    cr_expect_str_eq(answer, expected);
    cr_expect_neq(access(in_folder(folder, "dir"), F_OK), 0);
    free(expected);
}

Test(node_lib, take_removes_a_file_or_folder_and_says_so)
{
    with_lib("mkdir -p $d/dir/x; : >$d/file\n"
             "take $d/file; take $d/dir; take $d/dir; take $d/never",
             expect_taken);
}

static void expect_run(const char *folder, const char *answer, int status)
{
    (void)folder;
    cr_expect_eq(status, 1);
    cr_expect_str_eq(answer, "run=echo one two\none two\nrun=sh -c exit 7\nfailed=sh -c exit 7\n"
                             "failed_status=7\n");
}

Test(node_lib, run_says_what_it_runs_and_stops_at_a_failure)
{
    with_lib("run echo one two\nrun sh -c 'exit 7'\necho 'went on'", expect_run);
}

static void expect_tried(const char *folder, const char *answer, int status)
{
    (void)folder;
    cr_expect_eq(status, 0);
    cr_expect_str_eq(answer, "run=sh -c exit 7\nwent on\n");
}

Test(node_lib, try_goes_on_after_a_failure)
{
    with_lib("try sh -c 'exit 7'\necho 'went on'", expect_tried);
}

static void expect_environment(const char *folder, const char *answer, int status)
{
    (void)folder;
    (void)status;
    cr_expect_null(strstr(answer, "/evil"), "%s", answer);
    cr_expect(strstr(answer, "arch= debug= LC_ALL=C umask=0077\n"), "%s", answer);
}

Test(node_lib, cleans_the_environment)
{
    setenv("ARCH", "s390x", 1);
    setenv("DEBUG", "1", 1);
    setenv("LC_ALL", "zh_CN.UTF-8", 1);
    with_lib("echo \"arch=${ARCH-} debug=${DEBUG-} LC_ALL=$LC_ALL umask=$(umask)\"\n"
             "case :$PATH: in *:.:* | *::* | */evil*) echo /evil ;; esac",
             expect_environment);
}
