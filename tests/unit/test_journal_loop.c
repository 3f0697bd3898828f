/* SPDX-License-Identifier: Apache-2.0 */
/* The journal on the loop: what a slow disk holds up, and what is durable when. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "install/journal.h"
#include "unit/disk.h"
#include "unit/fake_run.h"
#include "unit/helpers.h"

#define SLOW_MS     15
#define TURN_MAX_MS 50

static struct fake_run f;

/* ---- how long the loop turns without a look at its sockets ---- */

static struct {
    uv_prepare_t prepare;
    uv_check_t check;
    int64_t since, longest;
} turns;

/* Which no test skips. */
static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_prepare(uv_prepare_t *prepare)
{
    (void)prepare;
    int64_t took = now_ms() - turns.since;
    if (turns.since && took > turns.longest)
        turns.longest = took;
}

static void on_check(uv_check_t *check)
{
    (void)check;
    turns.since = now_ms();
}

static void watch_turns(uv_loop_t *loop)
{
    memset(&turns, 0, sizeof turns);
    uv_prepare_init(loop, &turns.prepare);
    uv_check_init(loop, &turns.check);
    uv_prepare_start(&turns.prepare, on_prepare);
    uv_check_start(&turns.check, on_check);
    uv_unref((uv_handle_t *)&turns.prepare);
    uv_unref((uv_handle_t *)&turns.check);
}

static void watch_no_more(void)
{
    uv_close((uv_handle_t *)&turns.prepare, NULL);
    uv_close((uv_handle_t *)&turns.check, NULL);
}

/* ---- a journal alone ---- */

static void set_flag(void *context)
{
    *(bool *)context = true;
}

static struct rw_journal *open_journal(const char *dir)
{
    struct rw_journal *journal = NULL;
    struct rw_error err = {0};
    long pid;
    cr_assert_eq(rw_journal_open(dir, &journal, &pid, &err), 0, "%s", err.message);
    return journal;
}

static void count_event(void *context, const struct rw_journal_event_row *row)
{
    (void)row;
    ++*(size_t *)context;
}

/* As somebody else reads them in the database. */
static size_t events_in(const char *dir)
{
    struct rw_journal *reader = NULL;
    struct rw_error err = {0};
    size_t count = 0;
    cr_assert_eq(rw_journal_open_readonly(dir, &reader, &err), 0, "%s", err.message);
    rw_journal_read_events(reader, 0, count_event, &count);
    rw_journal_close(reader);
    return count;
}

static void write_events(struct rw_journal *journal, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rw_journal_event(journal, "m1", "stage", "run", "true");
}

/* A journal on a loop, with a run. */
static struct rw_journal *begin_attached(const char *folder, uv_loop_t *loop)
{
    struct rw_journal *journal = open_journal(folder);
    uv_loop_init(loop);
    rw_journal_begin(journal, "install", "");
    rw_journal_attach(journal, loop);
    return journal;
}

static void leave(struct rw_journal *journal, uv_loop_t *loop)
{
    bool closed = false;
    rw_journal_leave(journal, set_flag, &closed);
    cr_expect_not(closed, "only from the loop");
    uv_run(loop, UV_RUN_DEFAULT);
    cr_expect(closed);
    cr_expect_eq(uv_loop_close(loop), 0, "a handle is left open");
}

Test(journal_loop, has_one_commit_for_all_that_was_written_in_a_turn)
{
    char *folder = folder_new_in_memory();
    struct rw_journal_wait wait = {0};
    uv_loop_t loop;
    bool durable = false;
    struct rw_journal *journal = begin_attached(folder, &loop);
    disk_is(0, 0);
    write_events(journal, 40);
    rw_journal_await(journal, &wait, set_flag, &durable);
    cr_expect_not(durable, "only from the loop");
    cr_expect_eq(disk_syncs(), 0, "nothing is written in the call");
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect(durable);
    cr_expect_leq(disk_syncs(), 2, "%zu", disk_syncs());
    cr_expect_eq(events_in(folder), 40);
    leave(journal, &loop);
    folder_remove(folder);
}

Test(journal_loop, tells_who_waits_when_what_he_wrote_is_there_and_not_before)
{
    char *folder = folder_new_in_memory();
    struct rw_journal_wait first = {0}, second = {0}, given_up = {0};
    uv_loop_t loop;
    bool one = false, two = false, three = false;
    struct rw_journal *journal = begin_attached(folder, &loop);
    disk_is(SLOW_MS, 0);
    write_events(journal, 1);
    rw_journal_await(journal, &first, set_flag, &one);
    uv_run(&loop, UV_RUN_NOWAIT); /* the commit is under way */
    write_events(journal, 1);
    rw_journal_await(journal, &second, set_flag, &two);
    rw_journal_await(journal, &given_up, set_flag, &three);
    cr_expect_not(one);
    while (!one)
        uv_run(&loop, UV_RUN_ONCE);
    cr_expect_geq(events_in(folder), 1);
    cr_expect_not(two, "it is in the next commit");
    rw_journal_await_no_more(journal, &given_up);
    rw_journal_await_no_more(journal, &given_up);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect(two);
    cr_expect_not(three);
    cr_expect_eq(events_in(folder), 2);
    /* Nothing is left to write: the answer still comes from the loop. */
    two = false;
    rw_journal_await(journal, &second, set_flag, &two);
    cr_expect_not(two);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect(two);
    leave(journal, &loop);
    folder_remove(folder);
}

Test(journal_loop, loses_nothing_when_it_is_closed)
{
    char *folder = folder_new_in_memory();
    uv_loop_t loop;
    struct rw_journal *journal = begin_attached(folder, &loop);
    disk_is(SLOW_MS, 0);
    write_events(journal, 3);
    uv_run(&loop, UV_RUN_NOWAIT);
    uv_run(&loop, UV_RUN_NOWAIT);
    write_events(journal, 4); /* behind a commit that is under way */
    rw_journal_set(journal, "founder", "ha-m1");
    char *founder = rw_journal_get(journal, "founder");
    cr_expect_str_eq(founder, "ha-m1", "the writer knows what it wrote");
    leave(journal, &loop);
    cr_expect_eq(events_in(folder), 7);
    free(founder);
    journal = open_journal(folder);
    founder = rw_journal_get(journal, "founder");
    cr_expect_str_eq(founder, "ha-m1");
    free(founder);
    rw_journal_close(journal);
    folder_remove(folder);
}

/* ---- a run ---- */

static char *journal_dir;

static void note_task(void *context, const struct rw_journal_task_row *row)
{
    char **wanted = context;
    if (*wanted && strcmp(row->id, *wanted) == 0 && strcmp(row->state, "running") == 0)
        rw_strset(wanted, NULL);
}

static void note_run(void *context, const struct rw_journal_run_row *run)
{
    (void)context;
    (void)run;
}

static void note_finding(void *context, const struct rw_finding *finding)
{
    (void)context;
    (void)finding;
}

static size_t begun;

/* The host has the script: its task has to be in the database. */
static void intent_is_there(const char *host)
{
    struct rw_journal *reader = NULL;
    struct rw_error err = {0};
    char *wanted = rw_asprintf("stage@%s", host);
    struct rw_journal_reader tell = {note_run, note_task, note_finding, &wanted};
    cr_assert_eq(rw_journal_open_readonly(journal_dir, &reader, &err), 0, "%s", err.message);
    cr_assert_eq(rw_journal_read(reader, &tell, &err), 0);
    rw_journal_close(reader);
    cr_expect_null(wanted, "%s begins and is not on record", wanted);
    free(wanted);
    begun++;
}

Test(journal_loop, has_the_intent_of_a_task_before_anything_is_done_on_its_host)
{
    fake_run_begin(&f, NULL);
    journal_dir = rw_strdup(in_folder(f.state, "demo"));
    begun = 0;
    FAKE_ADD({.script = "probe-stage",
              .lines = "state=absent\nrun=systemd-run --unit=rke2-wizard-stage\n",
              .then = intent_is_there});
    disk_is(SLOW_MS, 0);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    cr_expect_eq(begun, 4);
    fake_run_finish(&f);
    free(journal_dir);
}

Test(journal_loop, of_a_run_on_a_slow_disk_holds_up_no_turn)
{
    fake_run_begin(&f, NULL);
    watch_turns(fake_loop());
    disk_is(TURN_MAX_MS + 5, 0);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    cr_expect_gt(disk_syncs(), 10, "%zu", disk_syncs());
    cr_expect_lt(turns.longest, TURN_MAX_MS, "%ld ms", (long)turns.longest);
    watch_no_more();
    fake_run_finish(&f);
}

Test(journal_loop, that_cannot_take_an_intent_ends_the_run_before_the_effect)
{
    fake_run_begin(&f, NULL);
    fake_run_start(&f);
    fake_run_until(&f, "stage@ha-m1", "waiting");
    disk_is(0, EIO);
    fake_wait(&f.ended);
    cr_expect_eq(f.outcome, RW_OUTCOME_FAILED);
    cr_expect(fake_run_has(&f, "finding J-04 fail -"), "%s", rw_buf_str(&f.log));
    cr_expect_eq(fake_count(NULL, "probe-start", NULL), 0, "no further effect");
    disk_is(0, 0);
    fake_run_finish(&f);
}

Test(journal_loop, that_cannot_take_the_decision_ends_the_run_before_the_first_task)
{
    fake_run_begin(&f, NULL);
    disk_is(0, EIO);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    cr_expect(fake_run_has(&f, "finding J-01 fail -"), "%s", rw_buf_str(&f.log));
    cr_expect_eq(fake_count(NULL, "probe-stage", NULL), 0);
    disk_is(0, 0);
    fake_run_finish(&f);
}
