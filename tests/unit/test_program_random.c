/* SPDX-License-Identifier: Apache-2.0 */
/* The whole program and whatever is typed, on a terminal of changing size: it breaks nowhere, leaks
 * nothing, leaves only when that is confirmed, and gives the terminal back.
 *
 *     RW_SEED=N   repeats a run
 *     RW_KEYS=N   how many keys (4000); fewer on a machine that is so slow that they take longer
 *                 than RW_KEYS_SECONDS (150)
 *
 * It runs in a network of its own, in which nothing answers. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "unit/helpers.h"
#include "unit/program.h"
#include "unit/random_keys.h"
#include "unit/sandbox.h"

#define KEYS      4000
#define SECONDS   150
#define BURST     80    /* keys at once, at most */
#define SESSION   700   /* keys after which it is left, at least, to begin somewhere else */
#define STOP_MS   3000  /* ms for which it is waited that ^Z stops it */
#define ATTENTION 20000 /* ms in which it must draw after ^L */
#define LEAVING   60000 /* ms in which it must end; looking for leaks takes its time */

static struct pty pty;
static char *home;
static const char *folder;
static struct random_keys keys;
static unsigned starts, stops, resizes;

/* ---- places to begin at ---- */

static const char answers[] = "version: 1\n"
                              "cluster: ha-demo\n"
                              "registration-name: rke2.demo.kingsd.top\n"
                              "rke2: {version: v1.26.12+rke2r1}\n"
                              "ssh: {user: root, port: 1}\n"
                              "hosts:\n"
                              "  - {name: ha-m1, address: 127.0.0.1, role: server}\n"
                              "  - {name: ha-m2, address: 127.0.0.2, role: server}\n"
                              "  - {name: ha-m3, address: 192.0.2.3, role: server}\n"
                              "  - {name: ha-w1, address: \"::1\", role: agent}\n";

/* A home in which a draft was left at a step, as the program itself writes it. */
static void leave_draft(const char *step)
{
    char *state = rw_asprintf("%s/.local/state/rke2-wizard/ha-demo", home);
    char *note = rw_asprintf("{\"step\": \"%s\", \"saved\": 1700000000000}", step);
    char *path = rw_asprintf("%s/draft.yaml", state);
    struct rw_error err;
    cr_assert_eq(rw_file_mkdirs(state, 0700, &err), 0);
    write_text(path, answers);
    free(path);
    path = rw_asprintf("%s/draft.json", state);
    write_text(path, note);
    free(path);
    free(note);
    free(state);
}

/* An install that reached no host has left its journal. */
static void leave_install(void)
{
    struct program program = {
        .home = home,
        .term = "xterm",
        .locale = "C.UTF-8",
        .arguments = {"install", "-f", in_folder(folder, "answers.yaml"), "--yes", NULL}};
    struct pty other;
    program_start(&other, &program);
    int code = pty_wait_end(&other, true);
    cr_expect(code == 1 || code == 4, "the install that cannot be ended with %d", code);
    pty_stop(&other);
}

static const char *const places[] = {"", "hosts", "dns", "requirements", "settings", "review"};

static void move_home(void)
{
    free(home);
    home = rw_asprintf("%s/home-%u", folder, starts);
    cr_assert_eq(mkdir(home, 0700), 0);
    cr_assert_eq(chdir(home), 0);
}

/* Begins at one place after the other: nothing known, a draft at each step, an unfinished install.
 */
static void start_anew(void)
{
    if (pty.vterm)
        pty_stop(&pty);
    move_home();
    size_t place = random_below(&keys, RW_COUNT(places) + 1);
    if (place == RW_COUNT(places))
        leave_install();
    else if (*places[place])
        leave_draft(places[place]);
    struct program program = {.home = home,
                              .term = "xterm-256color",
                              .locale = "C.UTF-8",
                              .arguments = {"--lang", starts % 2 ? "zh_CN" : "en", NULL},
                              .jobs = true};
    program_start(&pty, &program);
    pty_wait_for(&pty, "rke2-wizard 1/8");
    pty.blind = true; /* such sizes make old releases of the emulator crash */
    if (place > 0)    /* to that step */
        pty_send(&pty, "\r");
    starts++;
}

/* ---- typing ---- */

/* It ends only by its own will, with what is restored, and then begins again. */
static bool has_ended(void)
{
    int code;
    const char *end = strstr(rw_buf_str(&pty.output), "[ended ");
    if (!end || sscanf(end, "[ended %d]", &code) != 1)
        return false;
    cr_assert(code == 130 || (code >= 0 && code <= 4 && code != 2), "ended with %d:\n%s", code,
              pty_picture(&pty));
    cr_expect(strstr(pty.output.data, "To continue: ") || strstr(pty.output.data, "继续"),
              "it says how to go on");
    pty_wait_end(&pty, true); /* the shell above it */
    pty_expect_given_back(&pty, "after random keys");
    return true;
}

/* Whether the shell has said so since this was asked last; then the Enter key continues it. */
static bool was_stopped(void)
{
    static const char stopped[] = "[stopped]";
    char *said = strstr(pty.output.data ? pty.output.data : "", stopped);
    if (said)
        memset(said, '.', sizeof stopped - 1);
    return said;
}

/* After ^Z, which stops it wherever it is, but for a question that comes first and drops the keys.
 */
static void go_on(void)
{
    int64_t deadline = rw_clock_ms() + STOP_MS;
    while (!was_stopped()) {
        if (rw_clock_ms() > deadline || strstr(rw_buf_str(&pty.output), "[ended "))
            return;
        pty_settle(&pty, 5);
    }
    stops++;
    pty_expect_given_back(&pty, "stopped");
    pty_send(&pty, "\n");
    pty_settle(&pty, 60);
}

static void resize(void)
{
    int rows = 1 + (int)random_below(&keys, 100), cols = 1 + (int)random_below(&keys, 300);
    if (random_once_in(&keys, 2))
        rows = 24, cols = 80;
    else if (random_once_in(&keys, 3))
        rows = 1 + (int)random_below(&keys, 3), cols = 1 + (int)random_below(&keys, 3);
    pty_resize_blank(&pty, rows, cols);
    resizes++;
}

/* Some keys at once, and then whatever comes of it. Gives their number. */
static unsigned type_burst(void)
{
    unsigned count = 1 + random_below(&keys, BURST);
    struct rw_buf bytes = {0};
    bool stop = false;
    for (unsigned i = 0; i < count; i++) {
        const char *key = random_key(&keys);
        if (*key == '\032') { /* a shell would get what follows */
            rw_buf_adds(&bytes, "\033[201~\032");
            count = i + 1;
            stop = true;
            break;
        }
        rw_buf_adds(&bytes, key);
    }
    pty_send(&pty, rw_buf_str(&bytes));
    rw_buf_done(&bytes);
    /* Now and then long enough for an escape sequence to be given up. */
    pty_settle(&pty, random_once_in(&keys, 10) ? 60 : 3);
    if (stop)
        go_on();
    return count;
}

/* Whether it still takes keys: ^L draws everything. The end of a paste that may be open goes
 * first. */
static void expect_attention(void)
{
    int64_t deadline = rw_clock_ms() + ATTENTION;
    size_t before = pty.output.len;
    pty_send(&pty, "\033[201~\f");
    while (pty.output.len == before) {
        cr_assert_lt(rw_clock_ms(), deadline, "it does not react:\n%s", pty_picture(&pty));
        if (was_stopped())
            pty_send(&pty, "\n");
        pty_settle(&pty, 20);
    }
}

static void leave(void)
{
    pty.blind = false;
    pty_resize_blank(&pty, 24, 80);
    int64_t deadline = rw_clock_ms() + LEAVING;
    for (int i = 0; rw_clock_ms() < deadline; i++) {
        if (has_ended())
            return;
        if (was_stopped()) /* later than it was waited for */
            pty_send(&pty, "\n");
        pty_send(&pty, "\033[201~\f");
        pty_settle(&pty, 80);
        bool asked = pty_shows(&pty, "Save and quit") || pty_shows(&pty, "保存并退出");
        /* Out of dialogs over dialogs, then the question. */
        pty_send(&pty, asked ? "\r" : i % 4 == 3 ? "\003" : "\033");
        pty_settle(&pty, 80);
    }
    cr_assert_fail("it does not end:\n%s", pty_picture(&pty));
}

static void play(unsigned most, uint32_t seed)
{
    keys = random_from(seed);
    start_anew();
    int64_t begun = rw_clock_ms(),
            end = begun + 1000 * (int64_t)random_setting("RW_KEYS_SECONDS", SECONDS);
    unsigned typed = 0, left_at = 0, session = most / 40 < SESSION ? SESSION : most / 40;
    for (unsigned bursts = 0; typed < most && rw_clock_ms() < end; bursts++) {
        if (random_once_in(&keys, 8))
            resize();
        typed += type_burst();
        bool ended = has_ended(), enough = typed >= left_at + session;
        if (!ended && enough)
            leave();
        if (enough)
            left_at = typed;
        if (ended || enough)
            start_anew();
        else if (bursts % 50 == 49)
            expect_attention();
        if (pty.output.len > 1 << 20)
            rw_buf_shift(&pty.output, pty.output.len - 4096);
    }
    leave();
    fprintf(stderr, "# %u keys in %.1f s, %u starts, %u stops, %u sizes\n", typed,
            (double)(rw_clock_ms() - begun) / 1000, starts, stops, resizes);
}

static void tear_down(void)
{
    if (pty.vterm)
        pty_stop(&pty);
    free(home);
}

Test(program_random, whatever_is_typed, .fini = tear_down, .timeout = 900)
{
    uint32_t seed = random_seed();
    program_locales();
    const char *const writable[] = {in_build(""), NULL}; /* for reports of sanitizers */
    if (!(folder = sandbox_enter(writable)))
        cr_skip_test("no namespaces can be made here: %s", strerror(errno));
    write_text(in_folder(folder, "answers.yaml"), answers);
    fprintf(stderr, "# RW_SEED=%u\n", (unsigned)seed);
    play(random_setting("RW_KEYS", KEYS), seed);
}
