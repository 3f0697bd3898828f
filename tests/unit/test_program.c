/* SPDX-License-Identifier: Apache-2.0 */
/* The program on all kinds of terminals, and without one: what it shows, how it ends, and that it
 * is idle without input. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "unit/helpers.h"
#include "unit/program.h"

static struct pty pty;
static char *home;

static void set_up(void)
{
    home = folder_new();
}

static void tear_down(void)
{
    if (pty.vterm)
        pty_stop(&pty);
    folder_remove(home);
}

TestSuite(program, .init = set_up, .fini = tear_down, .timeout = 300);

static void start_it(const struct program *program)
{
    if (pty.vterm)
        pty_stop(&pty);
    folder_remove(home);
    home = folder_new();
    struct program fresh = *program;
    fresh.home = home;
    program_start(&pty, &fresh);
}

/* ---- terminals, locales, languages, sizes ---- */

static const struct {
    int rows, cols;
} sizes[] = {{1, 1}, {5, 20}, {24, 80}, {100, 300}};

static const struct {
    const char *name; /* LANG */
    bool utf8, chinese;
} locales[] = {
    {"C", false, false},         {"en_US.UTF-8", true, false}, {"C.UTF-8", true, false},
    {"zh_CN.UTF-8", true, true}, {"zh_CN.GBK", false, true},
};

struct look {
    char where[96]; /* for messages */
    struct program program;
    bool screens, utf8; /* what is expected */
    bool glyphs;        /* the terminal can show Chinese */
    bool chinese;       /* and does */
};

static struct look look_of(const char *term, bool screens, size_t locale, bool lang, size_t size)
{
    bool plain = strcmp(locales[locale].name, "C") == 0;
    struct look look = {
        .program = {.term = term,
                    .locale = locales[locale].name,
                    .arguments = {lang ? "--lang" : NULL, "zh_CN", NULL},
                    .rows = sizes[size].rows,
                    .cols = sizes[size].cols},
        .screens = screens,
        .utf8 = locales[locale].utf8 || (plain && lang),
    };
    look.glyphs = look.utf8 && !(term && strcmp(term, "linux") == 0);
    look.chinese = look.glyphs && (lang || locales[locale].chinese);
    snprintf(look.where, sizeof look.where, "TERM=%s LANG=%s%s %dx%d", term ? term : "(unset)",
             locales[locale].name, lang ? " --lang zh_CN" : "", sizes[size].cols, sizes[size].rows);
    return look;
}

/* The characters from U+4000 on begin with these bytes. */
static bool has_chinese(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xE4 && (unsigned char)*text <= 0xE9)
            return true;
    return false;
}

static bool is_ascii(const struct rw_buf *bytes)
{
    for (size_t i = 0; i < bytes->len; i++)
        if ((unsigned char)bytes->data[i] >= 0x80)
            return false;
    return true;
}

static void expect_language(const struct look *look)
{
    const char *head = pty_row(&pty, 0);
    cr_expect_eq(strstr(head, "Welcome") == NULL, look->chinese, "%s: %s", look->where, head);
    cr_expect_eq(has_chinese(head), look->chinese, "%s: %s", look->where, head);
    cr_expect(look->glyphs || !has_chinese(rw_buf_str(&pty.output)), "%s: no Chinese", look->where);
    cr_expect(look->utf8 || is_ascii(&pty.output), "%s: ASCII alone", look->where);
    cr_expect_eq(pty_shows(&pty, "( ) Chinese - "), !look->glyphs, "%s:\n%s", look->where,
                 pty_picture(&pty));
    cr_expect_eq(pty_shows(&pty, "Log in by SSH and start again with --lang zh_CN"), !look->glyphs,
                 "%s:\n%s", look->where, pty_picture(&pty));
    const char *why =
        look->utf8 ? "TERM=linux lacks its characters" : "the locale is not a UTF-8 one";
    cr_expect_eq(pty_shows(&pty, why), !look->glyphs, "%s: the reason", look->where);
}

static void expect_screens(const struct look *look)
{
    int rows = look->program.rows;
    if (rows < 24) {
        pty_settle(&pty, 60); /* the first drawing */
        if (rows > 1) {
            pty_wait_for(&pty, "24");
            cr_expect(pty_shows(&pty, "20") && pty_shows(&pty, "5") && pty_shows(&pty, "80"),
                      "%s: says both sizes:\n%s", look->where, pty_picture(&pty));
        }
        pty_resize(&pty, rows = 24, 80);
    }
    pty_wait_for(&pty, "rke2-wizard 1/8");
    pty_wait_for(&pty, look->utf8 ? "────" : "----");
    pty_wait_for(&pty, "? "); /* the last row */
    cr_expect(strstr(pty_row(&pty, rows - 1), "? "), "%s:\n%s", look->where, pty_picture(&pty));
    expect_language(look);
    program_quit(&pty, look->where);
}

static void expect_lines(const struct look *look)
{
    pty_wait_for(&pty, "TERM=xterm"); /* what to try */
    bool asks = !look->program.arguments[0];
    pty_wait_for(&pty, asks ? "1 English" : "[rke2]");
    pty_settle(&pty, 30);
    cr_expect_eq(pty_shows(&pty, "2 Chinese: not here"), asks && !look->glyphs, "%s:\n%s",
                 look->where, pty_picture(&pty));
    cr_expect_eq(pty_shows(&pty, "2 中文"), asks && look->glyphs, "%s", look->where);
    cr_expect_eq(!pty_shows(&pty, "Welcome"), look->chinese, "%s:\n%s", look->where,
                 pty_picture(&pty));
    cr_expect(look->utf8 || is_ascii(&pty.output), "%s: ASCII alone:\n%s", look->where,
              pty_picture(&pty));
    pty_send(&pty, "\004");
    int code = pty_wait_end(&pty, true);
    cr_expect_eq(code, 2, "%s: ended with %d", look->where, code);
    cr_expect(pty_shows(&pty, "rke2-wizard --plain"), "%s: how to go on", look->where);
    pty_expect_given_back(&pty, look->where);
}

/* All locales, with and without --lang, in all sizes. Line by line the size plays no part. */
static void try_terminal(const char *term, bool screens)
{
    for (size_t size = screens ? 0 : 1; size < (screens ? RW_COUNT(sizes) : 2); size++)
        for (size_t i = 0; i < RW_COUNT(locales) * 2; i++) {
            struct look look = look_of(term, screens, i / 2, i % 2, size);
            if (!screens)
                look.program.rows = 50, look.program.cols = 200;
            start_it(&look.program);
            screens ? expect_screens(&look) : expect_lines(&look);
        }
}

#define TERMINAL(name, type, screens)                                                              \
    Test(program, on_##name)                                                                       \
    {                                                                                              \
        try_terminal(type, screens);                                                               \
    }
TERMINAL(linux, "linux", true)
TERMINAL(vt100, "vt100", true)
TERMINAL(xterm, "xterm-256color", true)
TERMINAL(tmux, "tmux-256color", true)
TERMINAL(screen, "screen", true)
TERMINAL(dumb, "dumb", false)
TERMINAL(a_terminal_without_a_type, NULL, false)
TERMINAL(a_terminal_of_an_unknown_type, "no-such-terminal", false)

/* ---- without a terminal, or with a part of one ---- */

static struct program program_by(const char *line, const char *argument)
{
    return (struct program){
        .term = "xterm-256color", .locale = "C.UTF-8", .line = line, .arguments = {argument, NULL}};
}

/* Runs to its end without help. */
static void expect_end(const char *line, const char *argument, int code, const char *text)
{
    struct program program = program_by(line, argument);
    start_it(&program);
    int got = pty_wait_end(&pty, true);
    cr_expect_eq(got, code, "%s: ended with %d:\n%s", line, got, pty_picture(&pty));
    cr_expect(!text || pty_shows(&pty, text), "%s: says \"%s\":\n%s", line, text,
              pty_picture(&pty));
    pty_expect_given_back(&pty, line);
    cr_expect(!strstr(rw_buf_str(&pty.output), "\033["), "%s: no screen", line);
}

#define RUN "exec \"$0\" \"$@\" "

Test(program, without_input_it_says_how_to_go_on_and_ends)
{
    expect_end(RUN "<&-", NULL, 2, "The input has ended.");
    expect_end(RUN "</dev/null", NULL, 2, "Everything is saved. To continue: rke2-wizard --plain");
    expect_end(RUN "</dev/null", "--plain", 2, "The input has ended.");
}

/* A conversation that cannot be seen does not continue. */
Test(program, without_an_output_it_ends)
{
    static const char cannot[] = "standard output cannot be written";
    expect_end(RUN ">&-", NULL, 130, cannot);
    expect_end(RUN ">/dev/full", NULL, 130, cannot);
    expect_end(RUN ">&-", "--version", 1, cannot);
    expect_end(RUN ">/dev/full", "--help", 1, cannot);
    expect_end(RUN "<&- >&- 2>&-", NULL, 130, NULL);
    expect_end(RUN ">&- 2>&-", NULL, 130, NULL);
}

Test(program, what_is_closed_gets_no_file_of_ours)
{
    struct program program = program_by(RUN "<&- 2>&-", NULL);
    start_it(&program);
    cr_expect_eq(pty_wait_end(&pty, true), 2);
    cr_expect(pty_shows(&pty, "The input has ended."), "%s", pty_picture(&pty));
}

static int open_fifo(const char *path)
{
    cr_assert_eq(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    return fd;
}

static void read_until(int fd, struct rw_buf *text, const char *wanted)
{
    for (int i = 0; i < 2000 && !strstr(rw_buf_str(text), wanted); i++) {
        char bytes[1024];
        ssize_t count = read(fd, bytes, sizeof bytes);
        if (count > 0)
            rw_buf_add(text, bytes, (size_t)count);
        else
            poll(NULL, 0, 10); /* the other end is not open yet */
    }
    cr_assert(strstr(rw_buf_str(text), wanted), "no \"%s\": %s", wanted, rw_buf_str(text));
}

Test(program, into_a_pipe_it_talks_line_by_line)
{
    char *folder = folder_new();
    const char *fifo = in_folder(folder, "fifo");
    char *line = rw_asprintf(RUN ">'%s'", fifo);
    struct program program = program_by(line, NULL);
    struct rw_buf text = {0};
    int fd = open_fifo(fifo);
    start_it(&program);
    read_until(fd, &text, "2 中文");
    pty_send(&pty, "1\n");
    read_until(fd, &text, "[rke2]");
    cr_expect(!strchr(text.data, '\033'), "no screen: %s", text.data);
    close(fd); /* no reader any more: the next question ends it */
    pty_send(&pty, "demo\n");
    int code = pty_wait_end(&pty, true);
    cr_expect_eq(code, 130, "%d", code);
    pty_expect_given_back(&pty, line);
    rw_buf_done(&text);
    free(line);
    folder_remove(folder);
}

Test(program, without_a_place_for_errors_the_screens_are_the_same)
{
    struct program program = program_by(RUN "2>&-", NULL);
    start_it(&program);
    pty_wait_for(&pty, "rke2-wizard 1/8");
    program_quit(&pty, "2>&-");
}

/* ---- a terminal that goes away ---- */

static double seconds_used(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void expect_end_without(const struct program *program, const char *shown)
{
    start_it(program);
    pty_wait_for(&pty, shown);
    double before = seconds_used();
    close(pty.fd);
    pty.fd = -1;
    pty.ended = true;
    int code = pty_wait_end(&pty, false);
    cr_expect_eq(code, 130, "ended with %d", code);
    cr_expect_lt(seconds_used() - before, 2.0);
}

Test(program, a_terminal_that_goes_away_ends_it)
{
    struct program screens = program_by(NULL, NULL), lines = program_by(NULL, "--plain"),
                   deaf = program_by("trap '' HUP; " RUN, NULL),
                   deaf_lines = program_by("trap '' HUP; " RUN, "--plain");
    expect_end_without(&screens, "rke2-wizard 1/8");
    expect_end_without(&lines, "1 English");
    expect_end_without(&deaf, "rke2-wizard 1/8");
    expect_end_without(&deaf_lines, "1 English");
}

Test(program, signals_end_it_and_give_the_terminal_back)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < RW_COUNT(numbers); i++) {
        struct program program = program_by(NULL, NULL);
        start_it(&program);
        pty_wait_for(&pty, "rke2-wizard 1/8");
        kill(pty.pid, numbers[i]);
        cr_expect_eq(pty_wait_end(&pty, true), 130);
        cr_expect(pty_shows(&pty, "To continue: rke2-wizard"), "%s", pty_picture(&pty));
        pty_expect_given_back(&pty, strsignal(numbers[i]));
    }
}

/* ---- nothing to do ---- */

/* It falls asleep: it is not woken, works not a tick, and writes nothing. Hosts that hang up are
 * tried three times before that. */
static void expect_sleep(const char *where)
{
    int64_t deadline = rw_clock_ms() + PTY_DEADLINE_MS;
    struct pty_work before = {0}, after = {0};
    bool silent;
    do {
        cr_assert_lt(rw_clock_ms(), deadline, "%s: it woke %ld times, worked %ld ticks", where,
                     after.switches - before.switches, after.ticks - before.ticks);
        pty_settle(&pty, 400);
        before = pty_work(&pty);
        silent = pty_is_silent(&pty, 1500);
        after = pty_work(&pty);
    } while (!silent || after.switches != before.switches || after.ticks != before.ticks);
}

static const char answers_text[] = "cluster: ha-demo\n"
                                   "registration-name: rke2.demo.kingsd.top\n"
                                   "ssh: {user: root, port: 1}\n"
                                   "hosts:\n"
                                   "  - {name: ha-m1, address: 127.0.0.1, role: server}\n"
                                   "  - {name: ha-m2, address: 127.0.0.2, role: server}\n"
                                   "  - {name: ha-w1, address: 127.0.0.3, role: agent}\n";

Test(program, while_nobody_does_anything_it_sleeps)
{
    char *folder = folder_new();
    write_text(in_folder(folder, "answers.yaml"), answers_text);
    struct program program = {.term = "xterm-256color",
                              .locale = "C.UTF-8",
                              .arguments = {"-f", in_folder(folder, "answers.yaml"), NULL}};
    start_it(&program);
    pty_wait_for(&pty, "rke2-wizard 1/8");
    expect_sleep("screen 1");
    pty_send(&pty, "\r");
    pty_wait_for(&pty, "rke2-wizard 2/8");
    pty_wait_for(&pty, "3 problems to solve");
    expect_sleep("screen 2, no host is reached");
    pty_send(&pty, "?");
    pty_wait_for(&pty, "colours, lines");
    expect_sleep("the help");
    pty_resize(&pty, 10, 40);
    pty_wait_for(&pty, "At least 80");
    expect_sleep("a terminal that is too small");
    pty_resize(&pty, 24, 80);
    pty_wait_for(&pty, "colours, lines");
    pty_send(&pty, "\r");
    pty_wait_gone(&pty, "colours, lines");
    program_quit(&pty, "screen 2");
    folder_remove(folder);
}

Test(program, while_nobody_answers_the_conversation_sleeps)
{
    struct program program = program_by(NULL, "--plain");
    start_it(&program);
    pty_wait_for(&pty, "1 English");
    expect_sleep("line by line");
}

Test(program, line_by_line_a_password_file_that_cannot_be_read_is_named)
{
    char *folder = folder_new();
    const char *path = in_folder(folder, "answers.yaml");
    write_text(path, "cluster: ha-demo\n"
                     "registration-name: rke2.demo.kingsd.top\n"
                     "ssh: {port: 1, password-file: /no/such/file}\n"
                     "hosts: [{name: ha-m1, address: 127.0.0.1, role: server}]\n");
    struct program program = {.term = "xterm-256color",
                              .locale = "C.UTF-8",
                              .line = "exec \"$0\" \"$@\" </dev/null",
                              .arguments = {"--plain", "--lang", "en", "-f", path, NULL}};
    start_it(&program);
    cr_expect_eq(pty_wait_end(&pty, true), 2);
    cr_expect(strstr(rw_buf_str(&pty.output), "[FAIL] A-26 ha-m1: "), "%s", pty_picture(&pty));
    cr_expect(strstr(rw_buf_str(&pty.output), "/no/such/file: No such file"), "%s",
              pty_picture(&pty));
    folder_remove(folder);
}

Test(program, it_leaves_no_core_file)
{
    struct program program = program_by(NULL, "--plain");
    char line[256], soft[32] = "", hard[32] = "";
    start_it(&program);
    pty_wait_for(&pty, "1 English");
    char *path = rw_asprintf("/proc/%ld/limits", (long)pty.pid);
    FILE *limits = fopen(path, "r");
    cr_assert(limits);
    while (fgets(line, sizeof line, limits))
        sscanf(line, "Max core file size %31s %31s", soft, hard);
    fclose(limits);
    free(path);
    cr_expect_str_eq(soft, "0");
    cr_expect_str_eq(hard, "0");
}
