/* SPDX-License-Identifier: Apache-2.0 */
/* The support bundle: the file, and hosts that are not there. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle/archive.h"
#include "bundle/bundle.h"
#include "install/journal.h"
#include "unit/helpers.h"

/* What `tar` makes of an archive; to free(). */
static char *tar(const char *option, const char *path, const char *member)
{
    const char *argv[] = {"tar", option, path, member, NULL};
    int status;
    char *text = run_program(argv, "", 0, &status);
    cr_assert_eq(status, 0, "tar %s %s: %d", option, path, status);
    return text;
}

static size_t files_in(const char *folder)
{
    const char *argv[] = {"ls", "-A", folder, NULL};
    int status;
    size_t count = 0;
    char *text = run_program(argv, "", 0, &status);
    for (const char *at = text; *at; at++)
        count += *at == '\n';
    free(text);
    return count;
}

/* ---- the file ---- */

Test(bundle, tar_reads_what_was_put_in)
{
    char *folder = folder_new();
    const char *path = in_folder(folder, "a.tar.gz");
    struct rw_error err;
    struct rw_archive *archive = rw_archive_new(path, &err);
    char *large = rw_malloc(1000001);
    for (size_t i = 0; i < 1000000; i++)
        large[i] = (char)('a' + i * 7919 % 26);
    large[1000000] = '\0';
    char *deep = rw_asprintf("top/%0120d/%090d.txt", 1, 2);
    cr_assert_eq(rw_archive_add(archive, "top/empty", "", 0, 0), 0);
    cr_assert_eq(rw_archive_add(archive, "top/large", large, 1000000, 1700000000000), 0);
    cr_assert_eq(rw_archive_add(archive, deep, "deep\n", 5, 0), 0);
    cr_assert_eq(access(path, F_OK), -1, "not there before it is whole");
    cr_assert_eq(rw_archive_finish(archive, &err), 0, "%s", err.message);
    rw_archive_free(archive);
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0600);
    cr_expect_eq(files_in(folder), 1);
    char *list = tar("-tzf", path, NULL),
         *expected = rw_asprintf("top/empty\ntop/large\n%s\n", deep);
    cr_expect_str_eq(list, expected);
    char *content = tar("-xOzf", path, "top/large"), *small = tar("-xOzf", path, deep);
    cr_expect_str_eq(content, large);
    cr_expect_str_eq(small, "deep\n");
    free(list);
    free(expected);
    free(content);
    free(small);
    free(deep);
    free(large);
    folder_remove(folder);
}

Test(bundle, an_unfinished_file_is_removed_and_the_old_one_stays)
{
    char *folder = folder_new();
    const char *path = in_folder(folder, "a.tar.gz");
    struct rw_error err;
    write_text(path, "old");
    struct rw_archive *archive = rw_archive_new(path, &err);
    rw_archive_add(archive, "x", "y", 1, 0);
    rw_archive_free(archive);
    char *text = read_text(path);
    cr_expect_str_eq(text, "old");
    cr_expect_eq(files_in(folder), 1);
    rw_archive_free(NULL);
    free(text);
    folder_remove(folder);
}

/* Its name holds the time, so that no later one would find and remove what is left. */
Test(bundle, nothing_is_left_of_a_file_when_the_process_dies)
{
    char *folder = folder_new();
    const char *path = in_folder(folder, "a.tar.gz");
    int probe = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (probe < 0) {
        folder_remove(folder);
        cr_skip_test("this file system knows no file without a name");
    }
    close(probe);
    pid_t pid = fork();
    if (pid == 0) {
        struct rw_error err;
        rw_archive_new(path, &err);
        raise(SIGKILL);
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    cr_expect_eq(files_in(folder), 0);
    folder_remove(folder);
}

Test(bundle, a_name_without_a_place_is_refused)
{
    char *folder = folder_new();
    struct rw_error err;
    struct rw_archive *archive = rw_archive_new(in_folder(folder, "a"), &err);
    char *flat = rw_asprintf("%0101d", 1), *far = rw_asprintf("%0200d/x", 1);
    cr_expect_eq(rw_archive_add(archive, flat, "", 0, 0), RW_EINVAL);
    cr_expect_eq(rw_archive_add(archive, far, "", 0, 0), RW_EINVAL);
    cr_expect_eq(rw_archive_add(archive, "", "", 0, 0), RW_EINVAL);
    free(flat);
    free(far);
    rw_archive_free(archive);
    cr_expect_null(rw_archive_new(in_folder(folder, "no/a"), &err));
    cr_expect_eq(err.code, RW_ENOTFOUND);
    folder_remove(folder);
}

Test(bundle, a_disk_that_is_full_is_told_and_nothing_is_left)
{
    struct rw_error err;
    char *folder = folder_new();
    const char *path = in_folder(folder, "a");
    struct rw_archive *archive = rw_archive_new(path, &err);
    mkdir(path, 0700); /* nothing can be renamed to it */
    cr_expect_eq(rw_archive_finish(archive, &err), RW_EIO);
    rw_archive_free(archive);
    rmdir(path);
    cr_expect_eq(files_in(folder), 0);
    folder_remove(folder);
}

/* ---- hosts ---- */

struct made {
    uv_loop_t loop;
    struct rw_bundle *bundle;
    enum rw_contact_state state;
    struct rw_findings given;    /* why hosts have failed */
    struct rw_findings findings; /* that came of it */
    bool ended, written;
};

static enum rw_contact_state look(void *context, size_t host, struct rw_remote **remote,
                                  const struct rw_finding **failure)
{
    struct made *made = context;
    (void)remote;
    *failure = made->given.count ? &made->given.items[0] : NULL;
    return host == 0 ? RW_CONTACT_WAITING : made->state;
}

static void on_done(void *context, bool written, const struct rw_findings *findings)
{
    struct made *made = context;
    made->ended = true;
    made->written = written;
    for (size_t i = 0; i < findings->count; i++)
        rw_findings_copy(&made->findings, &findings->items[i]);
    rw_bundle_free(made->bundle, NULL, NULL);
}

static void make(struct made *made, const struct rw_cluster *cluster, const char *path,
                 const struct rw_redactor *secrets)
{
    struct rw_bundle_options options = {
        .cluster = cluster, .path = path, .secrets = secrets, .wait_ms = 50, .hosts = {look, made}};
    struct rw_bundle_listener listener = {NULL, on_done, made};
    uv_loop_init(&made->loop);
    rw_findings_add(&made->given, RW_F_HOST_UNREACHABLE, "ha-m2", "address", "192.168.205.86",
                    "port", "22", "reason", "no route, sesame-5", NULL);
    made->bundle = rw_bundle_start(&made->loop, &options, &listener, &made->findings);
    uv_run(&made->loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&made->loop), 0);
    rw_findings_done(&made->given);
}

static bool has(const struct rw_findings *findings, enum rw_finding_id id)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].id == id)
            return true;
    return false;
}

Test(bundle, hosts_that_are_missing_are_named_and_nothing_secret_is_in_it)
{
    char *folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    setenv("https_proxy", "http://me:Pr0xy-word@proxy:3128", 1);
    struct rw_cluster *cluster = demo_cluster();
    char *dir = rw_journal_dir(cluster->name);
    struct rw_journal *journal = NULL;
    long pid;
    cr_assert_eq(rw_journal_open(dir, &journal, &pid, NULL), 0);
    rw_journal_begin(journal, "install", "hosts: [ha-m1]\n");
    rw_journal_set(journal, "founder", "ha-m1");
    rw_journal_event(journal, "ha-m1", "found", "run", "echo sesame-5 Pr0xy-word my-shared-secret");
    rw_journal_end(journal, "failed");
    rw_journal_close(journal);
    struct rw_redactor *secrets = rw_redactor_new();
    rw_redactor_add(secrets, "sesame-5");
    struct made made = {.state = RW_CONTACT_FAILED};
    const char *path = in_folder(folder, "b.tar.gz");
    write_text(in_folder(folder, "empty"), ""); /* no reason to fall over */
    cluster->hosts[0].login.password_file = rw_strdup(in_folder(folder, "empty"));
    make(&made, cluster, path, secrets);
    cr_assert(made.ended && made.written);
    cr_expect(has(&made.findings, RW_F_BUNDLE_HOST), "the one that was never connected");
    cr_expect(has(&made.findings, RW_F_HOST_UNREACHABLE));
    char *name = rw_asprintf("%s-bundle/bundle.txt", cluster->name);
    char *text = tar("-xOzf", path, name), *all = tar("-xOzf", path, NULL);
    cr_expect(strstr(text, "MISSING: not connected in time"), "%s", text);
    cr_expect(
        strstr(text, "MISSING: 192.168.205.86 port 22 cannot be reached: no route, [redacted]"),
        "%s", text);
    cr_expect(strstr(all, "founder: ha-m1"), "%s", all);
    cr_expect(strstr(all, "ha-m1 found run: echo [redacted] [redacted] [redacted]"));
    cr_expect(strstr(all, "\"outcome\": \"failed\""));
    cr_expect(strstr(all, "registration-name: rke2.demo.kingsd.top"));
    cr_expect(strstr(all, "libssh2 "));
    cr_expect_null(strstr(all, "sesame-5"));
    cr_expect_null(strstr(all, "my-shared-secret"));
    cr_expect_null(strstr(all, "Pr0xy-word"));
    free(text);
    free(all);
    free(name);
    free(dir);
    rw_redactor_free(secrets);
    rw_findings_done(&made.findings);
    rw_cluster_free(cluster);
    folder_remove(folder);
}

Test(bundle, a_place_that_cannot_be_written_is_told)
{
    struct rw_cluster *cluster = demo_cluster();
    struct made made = {0};
    make(&made, cluster, "/nowhere/b.tar.gz", NULL);
    cr_expect_null(made.bundle);
    cr_expect(has(&made.findings, RW_F_BUNDLE_WRITE));
    rw_findings_done(&made.findings);
    rw_cluster_free(cluster);
}

Test(bundle, one_that_is_ended_early_leaves_nothing)
{
    char *folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    struct rw_cluster *cluster = demo_cluster();
    struct made made = {0};
    struct rw_bundle_options options = {
        .cluster = cluster, .path = in_folder(folder, "b.tar.gz"), .hosts = {look, &made}};
    struct rw_bundle_listener listener = {NULL, on_done, &made};
    uv_loop_init(&made.loop);
    made.bundle = rw_bundle_start(&made.loop, &options, &listener, &made.findings);
    uv_run(&made.loop, UV_RUN_NOWAIT);
    cr_expect_neq(access(options.path, F_OK), 0, "not there before it is whole");
    rw_bundle_know(made.bundle, "late");
    rw_bundle_free(made.bundle, NULL, NULL);
    uv_run(&made.loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&made.loop), 0);
    cr_expect_not(made.ended);
    cr_expect_eq(files_in(folder), 0);
    rw_cluster_free(cluster);
    folder_remove(folder);
}

Test(bundle, its_name_has_cluster_and_time)
{
    char *name = rw_bundle_name("ha-demo");
    cr_expect(rw_text_starts(name, "ha-demo-bundle-2"), "%s", name);
    cr_expect(rw_text_ends(name, "Z.tar.gz"), "%s", name);
    cr_expect_eq(strlen(name), strlen("ha-demo-bundle-20261122T181500Z.tar.gz"));
    free(name);
}
