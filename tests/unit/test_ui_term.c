/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal: what a person sees on it, and that they get it back in every case. */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "unit/helpers.h"
#include "unit/pty.h"

#define ENTER "\r"
#define TAB   "\t"
#define F2    "\033OQ"

static struct pty pty;

static void start_in(const char *locale, const char *argument, bool jobs)
{
    static char lc_all[64];
    snprintf(lc_all, sizeof lc_all, "LC_ALL=%s", locale);
    const char *const argv[] = {in_build("ui-demo"), argument, NULL};
    /* The sanitizers would take the crash for one of the program's. */
    const char *const env[] = {
        "TERM=xterm-256color", lc_all, "LANGUAGE=en",
        argument ? "ASAN_OPTIONS=handle_segv=0:handle_abort=0:detect_leaks=0" : NULL, NULL};
    pty_start(&pty, 24, 80, argv, env, jobs);
    pty_wait_for(&pty, "Help");
}

static void start(void)
{
    start_in("C.UTF-8", NULL, false);
}

static void stop(void)
{
    if (pty.vterm)
        pty_stop(&pty);
}

TestSuite(ui_term, .fini = stop, .timeout = 60);

static void expect_given_back(void)
{
    cr_expect(strstr(rw_buf_str(&pty.output), "\033[?2004h"), "bracketed paste was on");
    pty_expect_given_back(&pty, "ui-demo");
}

/* ---- drawing ---- */

Test(ui_term, the_screen_is_drawn_with_the_cursor_at_the_focus)
{
    start();
    cr_expect(pty.alternate);
    cr_expect(!pty_restored(&pty));
    cr_expect(strstr(pty_row(&pty, 0), " rke2-wizard 1/3  Fields"), "%s", pty_row(&pty, 0));
    cr_expect_str_eq(pty_row(&pty, 2), " Name      [______________________]");
    cr_expect(strstr(pty_row(&pty, 1), "────"));
    cr_expect(pty.cursor_shown);
    cr_expect_eq(pty_cursor(&pty).row, 2);
    cr_expect_eq(pty_cursor(&pty).col, 12);
}

Test(ui_term, chinese_is_typed_and_shown_in_two_cells_each)
{
    start();
    pty_send(&pty, "a中文b");
    pty_wait_for(&pty, "[a中文b________________]");
    cr_expect_eq(pty_cursor(&pty).col, 12 + 6);
    VTermScreenCell cell;
    vterm_screen_get_cell(pty.screen, (VTermPos){.row = 2, .col = 13}, &cell);
    cr_expect_eq(cell.chars[0], 0x4E2D);
    cr_expect_eq(cell.width, 2);
}

Test(ui_term, nothing_is_drawn_while_nothing_happens)
{
    start();
    while (!pty_is_silent(&pty, 50)) /* the end of the first drawing */
        ;
    cr_expect(pty_is_silent(&pty, 300));
}

/* Keys come much faster than frames: what comes between two of them is drawn at once. */
Test(ui_term, it_is_drawn_at_most_sixty_times_a_second)
{
    start();
    int frames = 0;
    int64_t begun = rw_clock_ms();
    for (int i = 0; i < 400; i++) {
        cr_assert_eq(write(pty.fd, i % 2 ? "\177" : "a", 1), 1);
        frames += !pty_is_silent(&pty, 1);
    }
    int64_t most = (rw_clock_ms() - begun) * 60 / 1000 + 3;
    cr_expect_leq(frames, most, "%d frames, at most %d", frames, (int)most);
    cr_expect_gt(frames, 3, "and not only at the end");
}

Test(ui_term, without_utf8_everything_is_ascii)
{
    start_in("C", NULL, false);
    cr_expect(strstr(pty_row(&pty, 1), "--------"), "%s", pty_row(&pty, 1));
    for (size_t i = 0; i < pty.output.len; i++)
        cr_assert((unsigned char)pty.output.data[i] < 0x80, "byte %zu", i);
    pty_send(&pty, "\a"); /* ^G */
    pty_wait_for(&pty, "This terminal cannot show another language.");
}

static bool title_is_coloured(void)
{
    VTermScreenCell cell;
    vterm_screen_get_cell(pty.screen, (VTermPos){.row = 0, .col = 1}, &cell);
    return !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
}

Test(ui_term, colours_are_used_where_there_are_some)
{
    start();
    cr_expect(title_is_coloured());
    pty_send(&pty, "\024"); /* ^T */
    pty_wait_for(&pty, "Without colours");
    cr_expect(!title_is_coloured());
}

Test(ui_term, without_colour_is_honoured)
{
    static char lc_all[] = "LC_ALL=C.UTF-8", none[] = "NO_COLOR=1";
    putenv(lc_all);
    putenv(none);
    start();
    cr_expect(!title_is_coloured());
    pty_send(&pty, "\024"); /* ^T */
    pty_wait_for(&pty, "Without colours and drawn lines");
    cr_expect(strstr(pty_row(&pty, 1), "--------"));
    pty_send(&pty, "\024");
    pty_wait_for(&pty, "────────");
}

Test(ui_term, the_language_changes_while_it_runs)
{
    start();
    pty_send(&pty, TAB TAB TAB TAB ENTER);
    pty_wait_for(&pty, "Why: No client is sent to it");
    pty_send(&pty, "\a");
    pty_wait_for(&pty, "中文");
    pty_wait_gone(&pty, "Why: No client is sent to it");
    pty_send(&pty, "\a");
    pty_wait_for(&pty, "Why: No client is sent to it");
}

/* ---- size ---- */

Test(ui_term, it_follows_the_size_down_to_one_cell_and_back)
{
    start();
    pty_send(&pty, "abc");
    pty_wait_for(&pty, "[abc");
    pty_resize(&pty, 30, 100);
    pty_wait_for(&pty, "English"); /* at the new right edge */
    pty_resize(&pty, 10, 40);
    pty_wait_for(&pty, "rows. At least 80");
    pty_send(&pty, "xyz\033"); /* their effect cannot be seen */
    pty_resize(&pty, 1, 1);
    pty_wait_gone(&pty, "terminal");
    pty_resize(&pty, 24, 80);
    pty_wait_for(&pty, "[abc___________________]");
    cr_expect(strstr(pty_row(&pty, 23), "Help"), "%s", pty_picture(&pty));
}

/* ---- keys ---- */

Test(ui_term, a_paste_is_one_event_and_its_line_ends_activate_nothing)
{
    start();
    pty_send(&pty, "\033[200~one\rtwo\033[201~");
    pty_wait_for(&pty, "[one two_______________]");
    cr_expect(strstr(rw_buf_str(&pty.output), "\033[?2004h"), "bracketed paste is on");
}

Test(ui_term, a_lone_escape_is_told_after_a_moment)
{
    start();
    pty_send(&pty, "\033");
    pty_wait_for(&pty, "Esc closes what lies on top of a page.");
}

Test(ui_term, keys_typed_before_a_serious_question_do_not_answer_it)
{
    start();
    pty_send(&pty, TAB TAB TAB TAB ENTER);
    pty_wait_for(&pty, "2/3");
    pty_send(&pty, "dha-m1" ENTER); /* in one go: d opens the question */
    pty_wait_for(&pty, "Type its name");
    pty_send(&pty, "x");
    pty_wait_for(&pty, "[x___");
}

Test(ui_term, y_puts_the_text_on_the_clipboard_of_the_terminal)
{
    start();
    pty_send(&pty, "\016"); /* the page of the hosts */
    pty_wait_for(&pty, "2/3");
    pty_send(&pty, "y");
    pty_wait_for(&pty, "Copied by way of the terminal");
    cr_expect(strstr(rw_buf_str(&pty.output), "\033]52;c;TmFtZTogaGEtbTEK"), "in base64");
}

/* ---- giving the terminal back ---- */

Test(ui_term, quitting_gives_it_back_and_what_is_said_stays)
{
    start();
    pty_send(&pty, "abc\003");
    pty_wait_for(&pty, "[ Save and quit ]");
    pty_send(&pty, ENTER);
    cr_expect_eq(pty_wait_end(&pty, true), 0);
    cr_expect(pty_shows(&pty, "ended by 0, name \"abc\""), "%s", pty_picture(&pty));
    expect_given_back();
}

Test(ui_term, signals_give_it_back)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP};
    for (size_t i = 0; i < RW_COUNT(numbers); i++) {
        start();
        kill(pty.pid, numbers[i]);
        cr_expect_eq(pty_wait_end(&pty, true), 0);
        char said[64];
        snprintf(said, sizeof said, "ended by %d", numbers[i]);
        cr_expect(pty_shows(&pty, said), "%s", pty_picture(&pty));
        expect_given_back();
        pty_stop(&pty);
        pty.vterm = NULL;
    }
}

static void expect_death(const char *how, int status)
{
    start_in("C.UTF-8", how, false);
    pty_send(&pty, F2);
    int got = pty_wait_end(&pty, true);
    cr_expect_eq(got, status, "%s: %d", how, got);
    expect_given_back();
}

Test(ui_term, a_crash_gives_it_back)
{
    expect_death("crash", 128 + SIGSEGV);
}

Test(ui_term, an_abort_gives_it_back)
{
    expect_death("abort", 128 + SIGABRT);
}

Test(ui_term, an_exit_from_anywhere_gives_it_back)
{
    expect_death("exit", 3);
}

Test(ui_term, a_terminal_that_takes_nothing_does_not_hold_up_the_end)
{
    start();
    for (int i = 0; i < 60; i++) { /* each makes it draw the whole screen, without a reader */
        cr_assert_eq(write(pty.fd, "\f", 1), 1);
        poll(NULL, 0, 20);
    }
    kill(pty.pid, SIGTERM);
    for (int i = 0; i < 500 && !pty_restored(&pty); i++)
        poll(NULL, 0, 20);
    cr_expect(pty_restored(&pty), "given back, although nobody reads");
    cr_expect_eq(pty_wait_end(&pty, true), 0);
}

Test(ui_term, a_terminal_that_goes_away_ends_it)
{
    start();
    close(pty.fd);
    pty.fd = -1;
    pty.ended = true;
    cr_expect_eq(pty_wait_end(&pty, false), 0);
}

Test(ui_term, z_stops_it_and_going_on_draws_anew)
{
    start_in("C.UTF-8", NULL, true);
    pty_send(&pty, "abc");
    pty_wait_for(&pty, "[abc");
    for (int i = 0; i < 2; i++) {
        pty_send(&pty, "\032");
        pty_wait_for(&pty, "[stopped]");
        expect_given_back();
        pty_resize(&pty, 24 + i, 90);
        pty_send(&pty, "\n");
        pty_wait_for(&pty, "[abc");
        cr_expect(pty.alternate);
        cr_expect(!pty_restored(&pty));
        cr_expect(pty.cursor_shown, "the cursor is at the field");
    }
    pty_send(&pty, "d");
    pty_wait_for(&pty, "[abcd");
    pty_send(&pty, "\003");
    pty_wait_for(&pty, "[ Save and quit ]");
    pty_send(&pty, ENTER);
    pty_wait_for(&pty, "[ended 0]");
    cr_expect(pty_shows(&pty, "name \"abcd\""));
}

Test(ui_term, a_terminal_type_that_is_not_known_is_told)
{
    const char *const argv[] = {in_build("ui-demo"), NULL};
    const char *const env[] = {"TERM=no-such-terminal", NULL};
    pty_start(&pty, 24, 80, argv, env, false);
    cr_expect_eq(pty_wait_end(&pty, true), 1);
    cr_expect(pty_shows(&pty, "\"no-such-terminal\" is not known here"), "%s", pty_picture(&pty));
    cr_expect(pty_restored(&pty));
}
