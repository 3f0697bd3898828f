/* SPDX-License-Identifier: Apache-2.0 */
/* The journal and the token on the console: what survives a power cut. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "install/journal.h"
#include "install/repair_log.h"
#include "install/token.h"
#include "unit/helpers.h"

static struct rw_journal *open_journal(const char *dir)
{
    struct rw_journal *journal = NULL;
    struct rw_error err = {0};
    long pid;
    cr_assert_eq(rw_journal_open(dir, &journal, &pid, &err), 0, "%s", err.message);
    return journal;
}

static mode_t mode_of(const char *path)
{
    struct stat info;
    cr_assert_eq(stat(path, &info), 0, "%s", path);
    return info.st_mode & 07777;
}

/* ---- what was read, as text ---- */

static void read_run(void *context, const struct rw_journal_run_row *run)
{
    rw_buf_addf(context, "run %s/%s%s%s;", run->command, run->outcome,
                run->started ? "" : " not started", run->ended ? " ended" : "");
}

static void read_task(void *context, const struct rw_journal_task_row *row)
{
    rw_buf_addf(context, "%s %s %s %s %d%s%s;", row->id, row->host, row->step, row->state,
                row->attempt, row->started ? " started" : "", row->ended ? " ended" : "");
}

static void read_finding(void *context, const struct rw_finding *finding)
{
    char *fact = rw_finding_text(finding, RW_FINDING_FACT);
    rw_buf_addf(context, "%s %s %s: %s;", rw_finding_code(finding->id),
                rw_severity_name(finding->severity), finding->host ? finding->host : "-", fact);
    free(fact);
}

static int read_all(struct rw_journal *journal, struct rw_buf *out)
{
    struct rw_journal_reader reader = {read_run, read_task, read_finding, out};
    struct rw_error err = {0};
    int rc = rw_journal_read(journal, &reader, &err);
    cr_assert_eq(rc == 0, err.message[0] == '\0');
    return rc;
}

static void expect_journal(struct rw_journal *journal, const char *expected)
{
    struct rw_buf out = {0};
    cr_expect_eq(read_all(journal, &out), 0);
    cr_expect_str_eq(rw_buf_str(&out), expected, "%s", rw_buf_str(&out));
    rw_buf_done(&out);
}

/* ---- opening ---- */

Test(journal, is_for_its_owner_alone)
{
    char *folder = folder_new_in_memory();
    const char *dir = in_folder(folder, "state/rke2-wizard/demo");
    umask(0);
    struct rw_journal *journal = open_journal(dir);
    rw_journal_begin(journal, "install", "version: 1\n");
    cr_expect_eq(mode_of(in_folder(folder, "state/rke2-wizard")), 0700);
    cr_expect_eq(mode_of(dir), 0700);
    cr_expect_eq(mode_of(in_folder(dir, "journal.db")), 0600);
    cr_expect_eq(mode_of(in_folder(dir, "journal.db-wal")), 0600);
    cr_expect_eq(mode_of(in_folder(dir, "lock")), 0600);
    rw_journal_close(journal);
    folder_remove(folder);
}

Test(journal, lies_in_the_state_folder_of_the_user)
{
    setenv("HOME", "/home/me", 1);
    setenv("XDG_STATE_HOME", "/state", 1);
    char *dir = rw_journal_dir("demo");
    cr_expect_str_eq(dir, "/state/rke2-wizard/demo");
    free(dir);
    setenv("XDG_STATE_HOME", "relative", 1);
    dir = rw_journal_dir("demo");
    cr_expect_str_eq(dir, "/home/me/.local/state/rke2-wizard/demo");
    free(dir);
    unsetenv("XDG_STATE_HOME");
    setenv("HOME", "", 1);
    dir = rw_journal_dir("demo");
    cr_expect_str_eq(dir, "/root/.local/state/rke2-wizard/demo");
    free(dir);
}

Test(journal, has_one_writer_at_a_time)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *first = open_journal(folder), *second = NULL;
    struct rw_error err = {0};
    long pid = 0;
    cr_assert(rw_journal_in_use(folder));
    cr_assert_eq(rw_journal_open(folder, &second, &pid, &err), RW_EBUSY);
    cr_expect_eq(pid, (long)getpid());
    cr_expect_null(second, "untouched");
    rw_journal_close(first);
    cr_assert_not(rw_journal_in_use(folder));
    rw_journal_close(open_journal(folder));
    rw_journal_close(NULL);
    folder_remove(folder);
}

Test(journal, is_not_disturbed_by_who_looks_whether_it_is_in_use)
{
    char *folder = folder_new_in_memory();
    rw_journal_close(open_journal(folder));
    /* Looks at full speed in another process, while it is opened again and again. */
    pid_t looker = fork();
    if (looker == 0)
        for (;;)
            rw_journal_in_use(folder);
    for (int i = 0; i < 300; i++)
        rw_journal_close(open_journal(folder));
    kill(looker, SIGKILL);
    waitpid(looker, NULL, 0);
    folder_remove(folder);
}

static void follow_event(void *context, const struct rw_journal_event_row *row)
{
    rw_buf_addf(context, "%s %s;", row->kind, row->text);
}

static void expect_news(struct rw_journal *journal, struct rw_journal_cursor *cursor,
                        const char *wanted)
{
    struct rw_buf out = {0};
    struct rw_journal_follower follower = {read_run, read_task, follow_event, read_finding, &out};
    struct rw_error err = {0};
    cr_assert_eq(rw_journal_follow(journal, cursor, &follower, &err), 0, "%s", err.message);
    cr_expect_str_eq(rw_buf_str(&out), wanted, "%s", rw_buf_str(&out));
    rw_buf_done(&out);
}

Test(journal, is_followed_by_what_is_new)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *writer = open_journal(folder), *reader = NULL;
    struct rw_journal_cursor cursor = {0};
    struct rw_journal_follower nothing = {read_run, read_task, follow_event, read_finding, NULL};
    struct rw_error err = {0};
    cr_assert_eq(rw_journal_open_readonly(folder, &reader, &err), 0);
    cr_expect_eq(rw_journal_follow(reader, &cursor, &nothing, &err), RW_ENOTFOUND);
    rw_journal_begin(writer, "install", "x");
    rw_journal_event(writer, NULL, NULL, "version", "v1");
    rw_journal_task(writer, "stage@a", "a", "stage", "running", 1);
    expect_news(reader, &cursor, "run install/;version v1;stage@a a stage running 1 started;");
    expect_news(reader, &cursor, "run install/;stage@a a stage running 1 started;");
    struct rw_findings one = {0};
    rw_journal_finding(writer, rw_findings_add(&one, RW_F_HOST_NO_SYSTEMD, "a", NULL));
    rw_journal_event(writer, "a", "stage", "run", "true");
    rw_journal_end(writer, "failed");
    rw_findings_done(&one);
    /* Another run that begins now is not the one that is followed. */
    rw_journal_begin(writer, "install", "y");
    expect_news(reader, &cursor,
                "run install/failed ended;run true;stage@a a stage running 1 started;H-08 fail a: "
                "systemd is not running on this host.;");
    expect_news(reader, &cursor, "run install/failed ended;stage@a a stage running 1 started;");
    rw_journal_close(reader);
    rw_journal_close(writer);
    folder_remove(folder);
}

Test(journal, is_free_again_when_its_writer_was_killed)
{
    char *folder = folder_new_in_memory();
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct rw_journal *journal = NULL;
        struct rw_error err;
        long other;
        int rc = rw_journal_open(folder, &journal, &other, &err);
        if (rc == 0) {
            rw_journal_begin(journal, "install", "");
            rw_journal_task(journal, "stage@m1", "m1", "stage", "running", 1);
        }
        rc = write(ends[1], "x", 1) == 1 ? 0 : 1;
        for (;;)
            pause();
    }
    char byte;
    cr_assert_eq(read(ends[0], &byte, 1), 1);
    struct rw_journal *journal = NULL;
    struct rw_error err;
    long pid = 0;
    cr_assert_eq(rw_journal_open(folder, &journal, &pid, &err), RW_EBUSY);
    cr_assert_eq(pid, (long)child);
    kill(child, SIGKILL);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    journal = open_journal(folder);
    expect_journal(journal, "run install/;stage@m1 m1 stage running 1 started;");
    rw_journal_close(journal);
    close(ends[0]);
    close(ends[1]);
    folder_remove(folder);
}

Test(journal, can_be_read_beside_its_writer)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *writer = open_journal(folder), *reader = NULL;
    struct rw_error err = {0};
    rw_journal_begin(writer, "install", "");
    cr_assert_eq(rw_journal_open_readonly(folder, &reader, &err), 0);
    expect_journal(reader, "run install/;");
    rw_journal_task(writer, "stage@m1", "m1", "stage", "running", 1);
    expect_journal(reader, "run install/;stage@m1 m1 stage running 1 started;");
    rw_journal_set(reader, "ca", "aa");
    cr_expect_eq(rw_journal_broken(reader, &err), RW_EIO, "it cannot be written there");
    cr_expect_eq(rw_journal_broken(writer, NULL), 0);
    rw_journal_close(reader);
    rw_journal_close(writer);
    folder_remove(folder);
}

Test(journal, that_is_not_there_cannot_be_read)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = NULL;
    struct rw_error err = {0};
    cr_assert_eq(rw_journal_open_readonly(folder, &journal, &err), RW_ENOTFOUND);
    cr_assert_eq(rw_journal_open_readonly(in_folder(folder, "x/y"), &journal, &err), RW_ENOTFOUND);
    cr_assert_null(journal);
    cr_assert_not(rw_journal_in_use(folder));
    cr_assert_neq(access(in_folder(folder, "journal.db"), F_OK), 0, "reading makes nothing");
    folder_remove(folder);
}

Test(journal, cannot_be_where_a_file_stands_or_nothing_can_be_written)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = NULL;
    struct rw_error err = {0};
    long pid;
    write_text(in_folder(folder, "file"), "x");
    cr_expect_neq(rw_journal_open(in_folder(folder, "file/demo"), &journal, &pid, &err), 0);
    cr_expect_neq(err.message[0], '\0');
    mkdir(in_folder(folder, "closed"), 0500);
    if (access(in_folder(folder, "closed"), W_OK) != 0) /* root may write everywhere */
        cr_expect_eq(rw_journal_open(in_folder(folder, "closed"), &journal, &pid, &err), RW_EIO);
    cr_assert_null(journal);
    folder_remove(folder);
}

/* ---- settings ---- */

Test(journal, keeps_settings_beyond_a_run)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = open_journal(folder);
    cr_assert_null(rw_journal_get(journal, "founder"));
    rw_journal_set(journal, "founder", "ha-m1");
    rw_journal_set(journal, "founder", "ha-m2");
    rw_journal_set(journal, "odd'key\"", "it's; DROP TABLE setting; é");
    rw_journal_close(journal);
    journal = open_journal(folder);
    char *founder = rw_journal_get(journal, "founder"), *odd = rw_journal_get(journal, "odd'key\"");
    cr_expect_str_eq(founder, "ha-m2");
    cr_expect_str_eq(odd, "it's; DROP TABLE setting; é");
    cr_expect_eq(rw_journal_broken(journal, NULL), 0);
    free(founder);
    free(odd);
    rw_journal_close(journal);
    folder_remove(folder);
}

/* ---- runs ---- */

Test(journal, without_a_run_has_nothing_to_read)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = open_journal(folder);
    struct rw_buf out = {0};
    cr_assert_eq(read_all(journal, &out), RW_ENOTFOUND);
    cr_assert_eq(out.len, 0);
    rw_journal_close(journal);
    folder_remove(folder);
}

Test(journal, tells_the_tasks_of_a_run_in_order)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = open_journal(folder);
    rw_journal_begin(journal, "install", "version: 1\n");
    rw_journal_batch(journal, true);
    rw_journal_task(journal, "stage@m2", "m2", "stage", "planned", 0);
    rw_journal_task(journal, "stage@m1", "m1", "stage", "planned", 0);
    rw_journal_task(journal, "found@m1", "m1", "found", "planned", 0);
    rw_journal_batch(journal, false);
    rw_journal_task(journal, "stage@m1", "m1", "stage", "running", 1);
    rw_journal_task(journal, "stage@m1", "m1", "stage", "waiting", 1);
    rw_journal_task(journal, "stage@m1", "m1", "stage", "running", 2);
    rw_journal_task(journal, "stage@m2", "m2", "stage", "unchanged", 1);
    expect_journal(journal, "run install/;stage@m2 m2 stage unchanged 1 started ended;"
                            "stage@m1 m1 stage running 2 started;found@m1 m1 found planned 0;");
    rw_journal_task(journal, "stage@m1", "m1", "stage", "failed", 2);
    rw_journal_task(journal, "found@m1", "m1", "found", "blocked", 0);
    rw_journal_event(journal, NULL, NULL, "phase", NULL);
    rw_journal_event(journal, "m1", "stage", "run", "systemctl stop x");
    rw_journal_end(journal, "failed");
    expect_journal(journal, "run install/failed ended;"
                            "stage@m2 m2 stage unchanged 1 started ended;"
                            "stage@m1 m1 stage failed 2 started ended;"
                            "found@m1 m1 found blocked 0 started ended;");
    cr_expect_eq(rw_journal_broken(journal, NULL), 0);
    rw_journal_close(journal);
    folder_remove(folder);
}

Test(journal, tells_of_the_last_run_alone)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = open_journal(folder);
    rw_journal_begin(journal, "install", "");
    rw_journal_task(journal, "stage@m1", "m1", "stage", "done", 1);
    rw_journal_end(journal, "interrupted");
    rw_journal_close(journal);
    journal = open_journal(folder);
    rw_journal_begin(journal, "install", "");
    rw_journal_task(journal, "stage@m1", "m1", "stage", "running", 1);
    expect_journal(journal, "run install/;stage@m1 m1 stage running 1 started;");
    rw_journal_close(journal);
    folder_remove(folder);
}

Test(journal, gives_findings_back_whole)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = open_journal(folder);
    struct rw_findings findings = {0};
    rw_findings_add(&findings, RW_F_START_NO_SERVER, "m2", "line", "it's “down”\n{name}", "name",
                    "k8s.example.com", NULL);
    findings.items[0].severity = RW_SEVERITY_FAIL;
    rw_findings_add(&findings, RW_F_ANSWERS_NO_KEYS, NULL, "where", "a.yaml:1:1", NULL);
    rw_journal_begin(journal, "install", "");
    rw_journal_finding(journal, &findings.items[0]);
    rw_journal_finding(journal, &findings.items[1]);
    rw_journal_close(journal);
    journal = open_journal(folder);
    expect_journal(journal,
                   "run install/;I-30 fail m2: No server answers yet: it's “down”?{name};A-18 fail "
                   "-: a.yaml:1:1: the answers file is not a mapping of keys to values.;");
    rw_findings_done(&findings);
    rw_journal_close(journal);
    folder_remove(folder);
}

/* ---- damage ---- */

/* Opens, reads and writes what is there; only that nothing crashes matters. */
static int use(const char *folder)
{
    struct rw_journal *journal = NULL;
    struct rw_error err = {0};
    struct rw_buf out = {0};
    long pid;
    int rc = rw_journal_open_readonly(folder, &journal, &err);
    if (rc == 0) {
        rc = read_all(journal, &out);
        free(rw_journal_get(journal, "founder"));
    }
    rw_journal_close(journal);
    journal = NULL;
    if (rw_journal_open(folder, &journal, &pid, &err) == 0) {
        rw_journal_set(journal, "founder", "m1");
        rw_journal_begin(journal, "install", "");
        rw_journal_task(journal, "stage@m1", "m1", "stage", "running", 1);
        rw_journal_broken(journal, &err);
    } else {
        cr_expect_neq(err.message[0], '\0');
    }
    rw_journal_close(journal);
    rw_buf_done(&out);
    return rc;
}

/* The one file beside the journal whose name begins so, to free(); NULL: there is none. */
static char *beside(const char *folder, const char *start)
{
    glob_t found;
    char *pattern = rw_asprintf("%s/%s*", folder, start), *path = NULL;
    if (glob(pattern, 0, NULL, &found) == 0) {
        path = rw_strdup(found.gl_pathv[0]);
        globfree(&found);
    }
    free(pattern);
    return path;
}

Test(journal, that_is_no_database_is_moved_aside_whole)
{
    static const char text[] = "this is no database, but long enough to look like one, so that "
                               "somebody reads on and on and on and on and on and on …";
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = NULL;
    struct rw_error err = {0};
    struct rw_buf kept = {0};
    long pid;
    write_text(in_folder(folder, "journal.db"), text);
    cr_assert_eq(rw_journal_open(folder, &journal, &pid, &err), 0, "%s", err.message);
    char *aside = beside(folder, "journal.db.damaged-");
    cr_assert_str_eq(rw_journal_aside(journal), aside);
    cr_assert_eq(rw_file_read(aside, 4096, &kept, &err), 0);
    cr_expect_str_eq(rw_buf_str(&kept), text);
    cr_expect_null(rw_journal_get(journal, "founder"), "the new one is empty");
    rw_journal_set(journal, "founder", "m1");
    cr_expect_eq(rw_journal_broken(journal, NULL), 0);
    rw_journal_close(journal);
    journal = open_journal(folder);
    cr_expect_null(rw_journal_aside(journal), "the new one is whole");
    rw_journal_close(journal);
    rw_buf_done(&kept);
    free(aside);
    folder_remove(folder);
}

Test(journal, that_is_damaged_in_the_middle_is_moved_aside)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = open_journal(folder);
    struct rw_error err = {0};
    long pid;
    rw_journal_begin(journal, "install", "");
    for (int i = 0; i < 500; i++)
        rw_journal_event(journal, "m1", "stage", "run", "systemctl start --no-block rke2-server");
    rw_journal_close(journal);
    int fd = open(in_folder(folder, "journal.db"), O_RDWR);
    char bad[4096];
    memset(bad, 0xA5, sizeof bad);
    cr_assert_eq(pwrite(fd, bad, sizeof bad, 8192), (ssize_t)sizeof bad);
    close(fd);
    cr_assert_eq(rw_journal_open(folder, &journal, &pid, &err), 0, "%s", err.message);
    char *aside = beside(folder, "journal.db.damaged-");
    cr_expect_not_null(aside);
    free(aside);
    rw_journal_close(journal);
    folder_remove(folder);
}

Test(journal, survives_damage_at_any_place)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = open_journal(folder);
    rw_journal_set(journal, "founder", "m1");
    rw_journal_begin(journal, "install", "");
    for (int i = 0; i < 50; i++) {
        char *id = rw_asprintf("stage@m%d", i);
        rw_journal_task(journal, id, "m", "stage", "running", 1);
        free(id);
    }
    rw_journal_close(journal);
    const char *path = in_folder(folder, "journal.db");
    int fd = open(path, O_RDWR);
    struct stat info;
    cr_assert(fd >= 0 && fstat(fd, &info) == 0 && info.st_size > 4096);
    for (off_t at = 0; at < info.st_size; at += at < 200 ? 13 : 509) {
        char was[16], bad[16];
        memset(bad, 0xA5, sizeof bad);
        ssize_t size = pread(fd, was, sizeof was, at);
        cr_assert(size > 0 && pwrite(fd, bad, (size_t)size, at) == size);
        use(folder);
        cr_assert_eq(pwrite(fd, was, (size_t)size, at), size);
    }
    cr_assert_eq(ftruncate(fd, 5000), 0);
    use(folder);
    cr_assert_eq(ftruncate(fd, 50), 0);
    use(folder);
    close(fd);
    folder_remove(folder);
}

Test(journal, says_when_a_write_failed)
{
    char *folder = folder_new_in_memory();
    struct rw_journal *journal = open_journal(folder);
    struct rw_error err = {0};
    cr_assert_eq(rw_journal_broken(journal, &err), 0);
    rw_journal_set(journal, "founder", NULL); /* which no column takes */
    cr_assert_eq(rw_journal_broken(journal, &err), RW_EIO);
    cr_assert_eq(err.code, RW_EIO);
    rw_journal_set(journal, "founder", "m1");
    cr_assert_eq(rw_journal_broken(journal, NULL), RW_EIO, "it stays so");
    rw_journal_close(journal);
    folder_remove(folder);
}

/* ---- the token ---- */

Test(token, is_made_once_and_kept)
{
    char *folder = folder_new_in_memory();
    struct rw_error err = {0};
    umask(0);
    char *token = rw_token_keep(folder, &err), *again = rw_token_keep(folder, &err);
    cr_assert_not_null(token, "%s", err.message);
    cr_expect_eq(strlen(token), 32);
    cr_expect_eq(strspn(token, "0123456789abcdef"), 32);
    cr_expect_str_eq(again, token);
    char *path = rw_token_path(folder);
    cr_expect_str_eq(path, in_folder(folder, "token"));
    cr_expect_eq(mode_of(path), 0600);
    free(path);
    rw_secret_free(token);
    rw_secret_free(again);
    folder_remove(folder);
}

Test(token, is_another_one_for_each_cluster)
{
    char *one = folder_new_in_memory(), *two = folder_new();
    struct rw_error err = {0};
    char *a = rw_token_keep(one, &err), *b = rw_token_keep(two, &err);
    cr_assert_str_neq(a, b);
    rw_secret_free(a);
    rw_secret_free(b);
    folder_remove(one);
    folder_remove(two);
}

Test(token, is_the_first_line_of_its_file)
{
    char *folder = folder_new_in_memory();
    struct rw_error err = {0};
    write_text(in_folder(folder, "token"), "my-shared-secret\r\nnot this\n");
    char *token = rw_token_keep(folder, &err);
    cr_assert_str_eq(token, "my-shared-secret");
    rw_secret_free(token);
    folder_remove(folder);
}

Test(token, is_never_replaced_where_the_file_cannot_be_used)
{
    char *folder = folder_new_in_memory();
    const char *path = in_folder(folder, "token");
    static const char *const bad[] = {"", "\n", "\nmy-shared-secret\n"};
    for (size_t i = 0; i < RW_COUNT(bad); i++) {
        struct rw_error err = {0};
        write_text(path, bad[i]);
        cr_expect_null(rw_token_keep(folder, &err));
        cr_expect_eq(err.code, RW_EIO);
        cr_expect(strstr(err.message, path), "%s", err.message);
        char *text = read_text(path);
        cr_expect_str_eq(text, bad[i]);
        free(text);
    }
    unlink(path);
    cr_assert_eq(mkdir(path, 0700), 0);
    struct rw_error err = {0};
    cr_expect_null(rw_token_keep(folder, &err));
    cr_expect_eq(err.code, RW_EIO);
    cr_expect_null(rw_token_keep(in_folder(folder, "missing"), &err));
    folder_remove(folder);
}

/* ---- repairs ---- */

static char *records(const char *cluster)
{
    struct rw_repair_records list = {0};
    struct rw_buf out = {0};
    rw_repair_log_read(cluster, &list);
    for (size_t i = 0; i < list.count; i++)
        rw_buf_addf(&out, "%s/%s/%s/%s/%s;", list.items[i].host, list.items[i].title,
                    list.items[i].lines ? list.items[i].lines : "-",
                    list.items[i].failure ? list.items[i].failure : "-",
                    list.items[i].ended_ms ? "ended" : "open");
    rw_repair_records_done(&list);
    rw_buf_adds(&out, "");
    return rw_buf_take(&out);
}

Test(journal, keeps_what_was_repaired_apart_from_installs)
{
    char *folder = folder_new_in_memory();
    setenv("XDG_STATE_HOME", folder, 1);
    struct rw_cluster *cluster = demo_cluster();
    char *dir = rw_journal_dir(cluster->name);
    struct rw_findings found = {0}, findings = {0};
    struct rw_fixes fixes = {0};
    rw_findings_add(&found, RW_F_SWAP_ON, "ha-m1", "found", "2 GiB", "devices", "/swapfile", NULL);
    rw_findings_add(&found, RW_F_SWAP_ON, "ha-m2", "found", "2 GiB", "devices", "/swapfile", NULL);
    rw_findings_add(&found, RW_F_SWAP_ON, "ha-m3", "found", "2 GiB", "devices", "/swapfile", NULL);
    rw_findings_add(&found, RW_F_SWAP_ON, "ha-w1", "found", "2 GiB", "devices", "/swapfile", NULL);
    rw_fixes_find(&fixes, &found);
    cr_assert_eq(fixes.count, 4);
    const bool chosen[] = {true, true, true, false};
    struct rw_journal *journal = open_journal(dir), *repairs = NULL;
    cr_expect_neq(rw_repair_log_begin(cluster, &fixes, chosen, &repairs, &findings), 0);
    cr_expect_eq(findings.items[0].id, RW_F_JOURNAL_LOCKED);
    rw_journal_begin(journal, "install", "version: 1\n");
    rw_journal_event(journal, "ha-m1", "stage", "run", "no repair");
    rw_journal_end(journal, "failed");
    rw_journal_close(journal);
    cr_assert_eq(rw_repair_log_begin(cluster, &fixes, chosen, &repairs, &findings), 0);
    rw_repair_log_ended(repairs, &fixes.items[1], "swapoff -a\n", "sed: status 1");
    rw_repair_log_ended(repairs, &fixes.items[0], "swapoff -a\nsed x\n", NULL);
    rw_repair_log_end(repairs);
    rw_journal_close(repairs);
    char *expected = rw_asprintf("ha-m1/%s/swapoff -a\nsed x\n/-/ended;"
                                 "ha-m2/%s/swapoff -a\n/sed: status 1/ended;ha-m3/%s/-/-/open;",
                                 fixes.items[0].title, fixes.items[0].title, fixes.items[0].title);
    char *got = records(cluster->name), *none = records(NULL);
    cr_expect_str_eq(got, expected, "%s", got);
    cr_expect_str_eq(none, "");
    journal = open_journal(dir);
    expect_journal(journal, "run install/failed ended;");
    rw_journal_close(journal);
    free(got);
    free(none);
    free(expected);
    free(dir);
    rw_fixes_done(&fixes);
    rw_findings_done(&found);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
    folder_remove(folder);
}
