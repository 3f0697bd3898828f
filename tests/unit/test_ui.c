/* SPDX-License-Identifier: Apache-2.0 */
/* The shell: frame, focus, keys that work everywhere, dialogs; and whole screens as pictures. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ui/demo.h"
#include "unit/golden.h"
#include "unit/ui_keys.h"

static struct demo demo;
static struct rw_ui ui;
static struct rw_canvas canvas;
static char called[32][16]; /* what the host was asked for, except to draw */
static size_t call_count;

static void note(const char *what)
{
    size_t length = strlen(what);
    cr_assert(call_count < 32 && length < 16);
    memcpy(called[call_count++], what, length + 1);
}

static void on_repaint(void *context)
{
    (void)context;
    note("repaint");
}

static void on_flush(void *context)
{
    (void)context;
    note("flush");
}

static void on_suspend(void *context)
{
    (void)context;
    note("suspend");
}

static void on_theme(void *context, enum rw_theme theme)
{
    (void)context;
    (void)theme;
    note("theme");
}

static void on_quit(void *context)
{
    (void)context;
    note("quit");
}

static char copied[1000];

static void on_copy(void *context, const char *text)
{
    (void)context;
    snprintf(copied, sizeof copied, "%s", text);
}

static const struct rw_ui_host host = {.repaint = on_repaint,
                                       .flush_keys = on_flush,
                                       .suspend = on_suspend,
                                       .set_theme = on_theme,
                                       .copy = on_copy,
                                       .quit = on_quit};
static const struct rw_abilities can = {.colour = true, .display = {.utf8 = true}};

static void start(void)
{
    demo_init(&demo);
    rw_ui_init(&ui, &host, NULL, &can);
    rw_ui_set_steps(&ui, demo.steps, DEMO_STEPS);
    rw_canvas_init(&canvas, 24, 80);
}

static void stop(void)
{
    rw_ui_done(&ui);
    demo_done(&demo);
    rw_canvas_done(&canvas);
}

TestSuite(ui, .init = start, .fini = stop);

static void draw(void)
{
    rw_canvas_clear(&canvas);
    rw_ui_draw(&ui, &canvas);
}

static bool shows(const char *text)
{
    struct rw_buf out = {0};
    draw();
    rw_canvas_print(&out, &canvas);
    bool found = strstr(rw_buf_str(&out), text);
    rw_buf_done(&out);
    return found;
}

static void expect_picture(const char *name)
{
    draw();
    golden_canvas(name, &canvas);
}

/* ---- pictures ---- */

Test(ui, fields)
{
    press_ui(&ui, "ha-m1 x" TAB "geheim" TAB DOWN " ");
    expect_picture("ui-fields");
}

Test(ui, fields_in_ascii)
{
    canvas.ascii_only = true;
    press_ui(&ui, "中文");
    expect_picture("ui-fields-ascii");
}

Test(ui, hosts)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, DOWN);
    expect_picture("ui-hosts");
}

Test(ui, hosts_on_a_large_terminal)
{
    rw_ui_go(&ui, 1);
    rw_canvas_resize(&canvas, 30, 132);
    expect_picture("ui-hosts-large");
}

Test(ui, log)
{
    rw_ui_go(&ui, 2);
    expect_picture("ui-log");
}

Test(ui, typed_confirmation)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, "dha-m");
    expect_picture("ui-confirm");
}

Test(ui, help)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, "?");
    expect_picture("ui-help");
}

Test(ui, too_small)
{
    rw_canvas_resize(&canvas, 10, 40);
    expect_picture("ui-too-small");
}

/* ---- focus ---- */

Test(ui, tab_goes_round_and_back)
{
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(demo.fields.focus, i);
        press_ui(&ui, TAB);
    }
    cr_expect_eq(demo.fields.focus, 4 + RW_SCREEN_NEXT, "Back is the last, whatever stands left");
    press_ui(&ui, TAB);
    cr_expect_eq(demo.fields.focus, 4 + RW_SCREEN_BACK, "this screen has no extra button");
    press_ui(&ui, TAB);
    cr_expect_eq(demo.fields.focus, 0);
    press_ui(&ui, BACK_TAB RIGHT);
    cr_expect_eq(demo.fields.focus, 4 + RW_SCREEN_NEXT);
    press_ui(&ui, RIGHT LEFT LEFT);
    cr_expect_eq(demo.fields.focus, 4 + RW_SCREEN_BACK);
}

Test(ui, arrows_and_enter_move_on_where_the_widget_has_no_use_for_them)
{
    press_ui(&ui, DOWN);
    cr_expect_eq(demo.fields.focus, 1);
    press_ui(&ui, ENTER);
    cr_expect_eq(demo.fields.focus, 2);
    press_ui(&ui, DOWN);
    cr_expect_eq(demo.fields.focus, 2, "the second option");
    press_ui(&ui, DOWN);
    cr_expect_eq(demo.fields.focus, 3);
    press_ui(&ui, UP UP UP);
    cr_expect_eq(demo.fields.focus, 1);
}

/* Where there is room the steps stand at the left, and a form in the middle. */
Test(ui, from_110_columns_the_steps_stand_at_the_left)
{
    cr_expect_not(shows("> Fields"));
    rw_canvas_resize(&canvas, 40, 110);
    cr_expect(shows(" > Fields │"));
    cr_expect(shows(" · Hosts  │"));
    rw_ui_go(&ui, 1);
    cr_expect(shows(" ✓ Fields │"));
    cr_expect(shows(" > Hosts  │"));
    canvas.ascii_only = true;
    cr_expect(shows(" + Fields |"));
    cr_expect(shows(" . Log    |"));
}

Test(ui, hidden_items_are_left_out)
{
    demo.field_items[1].hidden = true;
    press_ui(&ui, TAB);
    cr_expect_eq(demo.fields.focus, 2);
    cr_expect(!shows("Password"));
}

Test(ui, a_field_is_judged_and_told_when_it_is_left)
{
    press_ui(&ui, "a b");
    cr_expect_eq(demo.changed, 3);
    cr_expect_eq(demo.left, 0);
    cr_expect(!shows("A name has no blanks"));
    press_ui(&ui, TAB);
    cr_expect_eq(demo.left, 1);
    cr_expect(shows("A name has no blanks"));
    press_ui(&ui, BACK_TAB LEFT BACKSPACE);
    cr_expect(!shows("A name has no blanks"));
    cr_expect(shows("[ab____"));
}

/* ---- letters ---- */

Test(ui, letters_act_only_outside_of_fields)
{
    press_ui(&ui, "?v");
    cr_expect(shows("[?v___"));
    cr_expect_eq(ui.dialog_count, 0);
    press_ui(&ui, "\033OP"); /* F1 works within a field */
    cr_expect(shows("About names."));
}

Test(ui, a_key_that_does_not_work_says_why)
{
    rw_ui_go(&ui, 1);
    demo.host_count = DEMO_HOSTS;
    press_ui(&ui, "a");
    cr_expect_eq(demo.added, 0);
    cr_expect(shows("There are no more hosts."));
    press_ui(&ui, DOWN);
    cr_expect(!shows("There are no more hosts."), "gone with the next key");
}

Test(ui, a_long_notice_becomes_a_message)
{
    char text[200];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    draw();
    rw_ui_notice(&ui, text);
    cr_expect_eq(ui.dialog_count, 1);
}

Test(ui, what_is_cut_can_be_seen_whole)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, DOWN DOWN DOWN);
    cr_expect(shows("def0:12…"));
    cr_expect(shows("v View"));
    press_ui(&ui, "v");
    cr_expect(shows("Address: fd00:1234:5678:9abc:def0:1234:5678:9abc"));
    press_ui(&ui, ENTER);
    cr_expect_eq(ui.dialog_count, 0);
}

Test(ui, enter_in_a_table_is_told_to_the_screen)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, ENTER);
    cr_expect_eq(demo.activated, 1);
    cr_expect_eq(demo.hosts.focus, 0);
}

Test(ui, a_paste_outside_of_fields_is_the_screens)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, PASTE("a\nd\n"));
    cr_expect_eq(demo.pasted, 4);
    cr_expect_eq(demo.added + demo.deleted, 0, "its letters are no keys");
}

Test(ui, the_wheel_moves_what_has_the_focus_and_never_the_focus)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, "\033[<65;10;3M");
    cr_expect_eq(demo.table.at, 3);
    press_ui(&ui, "\033[<65;10;3M\033[<65;10;3M\033[<65;10;3M");
    cr_expect_eq(demo.hosts.focus, 0);
    press_ui(&ui, "\033[<64;10;3M\033[<64;10;3M");
    cr_expect_eq(demo.table.at, 0);
}

/* ---- back and next ---- */

Test(ui, next_is_blocked_with_a_reason_and_back_keeps_what_was_entered)
{
    press_ui(&ui, "abc" BACK_TAB BACK_TAB ENTER);
    cr_expect(shows("2/3  Hosts"));
    press_ui(&ui, TAB TAB ENTER);
    cr_expect(shows("2/3  Hosts"));
    cr_expect(shows("Next is blocked"));
    press_ui(&ui, ENTER);
    demo.host_count = DEMO_HOSTS;
    press_ui(&ui, ENTER);
    cr_expect(shows("3/3  Log"));
    press_ui(&ui, "\020" F9);
    cr_expect(shows("[abc___"));
    press_ui(&ui, F9);
    cr_expect(shows("This is the first screen."), "going back never ends it");
    press_ui(&ui, "\016" F10);
    cr_expect(shows("3/3  Log"), "pages turn from within a field too");
}

Test(ui, escape_leaves_no_page)
{
    for (size_t step = 0; step < DEMO_STEPS; step++) {
        rw_ui_go(&ui, step);
        press_ui(&ui, ESC);
        cr_expect_eq(rw_ui_step(&ui), step);
        cr_expect(shows("Esc closes what lies on top of a page."));
    }
}

Test(ui, a_page_is_entered_at_what_is_to_do_or_on_next)
{
    rw_ui_go(&ui, 1);
    cr_expect_eq(demo.hosts.focus, 0, "hosts are missing");
    demo.host_count = DEMO_HOSTS;
    press_ui(&ui, TAB TAB TAB TAB);
    rw_ui_go(&ui, 1);
    cr_expect_eq(demo.hosts.focus, demo.hosts.item_count + RW_SCREEN_NEXT);
}

/* ---- keys before their screen ---- */

static void blind(void *context, const struct rw_key *key)
{
    rw_ui_key(context, key);
}

static void type_blind(const char *keys)
{
    struct rw_key_parser parser = {0};
    rw_keys_feed(&parser, keys, strlen(keys), blind, &ui);
    rw_keys_flush(&parser, blind, &ui);
    rw_keys_reset(&parser);
}

Test(ui, keys_typed_before_their_screen_was_drawn_are_dropped)
{
    rw_ui_go(&ui, 1);
    type_blind("ad" ENTER "?" CTRL_LEFT F10);
    cr_expect_eq(demo.added + demo.deleted + demo.activated, 0);
    cr_expect_eq(rw_ui_step(&ui), 1);
    draw();
    type_blind("aaaaaaaaaa");
    cr_expect_eq(demo.added, 1, "a letter acts once between two drawings");
    draw();
    type_blind("dha-m1" ENTER);
    cr_expect_eq(demo.deleted, 0);
    cr_expect_eq(ui.dialog_count, 1, "the question had not been seen");
    type_blind("\003");
    cr_expect_eq(ui.dialog_count, 2, "^C is always heard");
}

Test(ui, what_is_typed_in_a_field_is_not_dropped)
{
    draw();
    type_blind("abc" TAB "def");
    cr_expect(shows("[abc___"));
    cr_expect(shows("[***___"));
}

/* ---- copying ---- */

Test(ui, y_copies_what_is_in_focus_and_says_so)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, "y");
    cr_expect_str_eq(copied, "Name: ha-m1\nAddress: 192.168.205.85\nRole: server*\nHost key: "
                             "SHA256:q3Fk8yVbTz0mJ5nWcXeRuPgLhSd1a7oKiQ2v4B6s9wE\n");
    cr_expect(shows("Copied by way of the terminal (OSC 52): Name: ha-m1…"));
}

Test(ui, pushed_screens_are_left_with_escape)
{
    rw_ui_push(&ui, &demo.log);
    cr_expect(shows("line 150"));
    press_ui(&ui, ESC);
    cr_expect(shows("1/3  Fields"));
    cr_expect_eq(rw_ui_screen(&ui), &demo.fields);
}

/* ---- everywhere ---- */

Test(ui, control_keys_work_within_a_field_too)
{
    press_ui(&ui, "\014\032\024"); /* ^L ^Z ^T */
    cr_assert_eq(call_count, 3);
    cr_expect_str_eq(called[0], "repaint");
    cr_expect_str_eq(called[1], "suspend");
    cr_expect_str_eq(called[2], "theme");
    cr_expect_eq(ui.theme, RW_THEME_MONO);
    cr_expect(shows("Without colours"));
    press_ui(&ui, "\024");
    cr_expect_eq(ui.theme, RW_THEME_ASCII);
    press_ui(&ui, "\024");
    cr_expect_eq(ui.theme, RW_THEME_COLOUR);
}

Test(ui, quitting_is_asked_once_and_saves_by_default)
{
    press_ui(&ui, "\003\003");
    cr_expect_eq(ui.dialog_count, 1);
    press_ui(&ui, ESC);
    cr_expect_eq(call_count, 0);
    press_ui(&ui, "\003" ENTER);
    cr_assert_eq(call_count, 1);
    cr_expect_str_eq(called[0], "quit");
}

Test(ui, a_serious_question_throws_away_what_was_typed_before)
{
    rw_ui_go(&ui, 1);
    press_ui(&ui, "d");
    cr_assert_eq(call_count, 1);
    cr_expect_str_eq(called[0], "flush");
    press_ui(&ui, "ha-m" ENTER);
    cr_expect_eq(demo.deleted, 0);
    press_ui(&ui, "1" ENTER);
    cr_expect_eq(demo.deleted, 1);
    cr_expect_eq(ui.dialog_count, 0);
}

Test(ui, on_a_terminal_with_english_alone_it_says_so)
{
    ui.can.display.console = true;
    press_ui(&ui, "\007");
    cr_expect(shows("This terminal cannot show another language."));
}

Test(ui, on_a_terminal_that_is_too_small_control_c_leaves_without_a_question)
{
    rw_canvas_resize(&canvas, 20, 80);
    draw();
    press_ui(&ui, "\003");
    cr_expect_eq(ui.dialog_count, 0);
    cr_assert_eq(call_count, 1);
    cr_expect_str_eq(called[0], "quit");
}

Test(ui, on_a_terminal_that_is_too_small_keys_do_nothing)
{
    rw_canvas_resize(&canvas, 20, 80);
    draw();
    press_ui(&ui, "abc" ESC);
    rw_canvas_resize(&canvas, 24, 80);
    cr_expect(shows("[____"));
    cr_expect_eq(ui.dialog_count, 0);
}

Test(ui, the_time_of_saving_stands_in_the_first_row)
{
    setenv("TZ", "UTC", 1);
    rw_ui_saved(&ui, INT64_C(1763820131000));
    cr_expect(shows("saved 14:02:11  English"));
}

static void count_answer(void *context, size_t button)
{
    size_t *answers = context;
    *answers = *answers * 10 + button;
}

Test(ui, no_more_dialogs_than_there_is_room_for)
{
    size_t answers = 0;
    struct rw_dialog_spec spec = {.text = "?",
                                  .buttons = {"Yes", "No"},
                                  .escape = 1,
                                  .answered = count_answer,
                                  .context = &answers};
    for (int i = 0; i <= RW_UI_DEPTH; i++)
        rw_ui_dialog(&ui, &spec);
    cr_expect_eq(answers, 1, "the last one is answered with its escape");
    cr_expect_eq(ui.dialog_count, RW_UI_DEPTH);
    press_ui(&ui, ENTER);
    cr_expect_eq(answers, 10);
}
