/* SPDX-License-Identifier: Apache-2.0 */
/* The other widgets: choice, table, log, text, finding, dialog, gauge, buttons. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/buttons.h"
#include "ui/choice.h"
#include "ui/dialog.h"
#include "ui/finding_panel.h"
#include "ui/gauge.h"
#include "ui/log_view.h"
#include "ui/table.h"
#include "ui/text_view.h"
#include "unit/ui_keys.h"

static void expect_drawn(const struct rw_widget_class *class, void *widget, int rows, int cols,
                         const char *expected)
{
    char *text = draw_widget(class, widget, rows, cols, true, NULL);
    cr_expect_str_eq(text, expected);
    free(text);
}

static void expect_whole(const struct rw_widget_class *class, const void *widget,
                         const char *expected)
{
    char *text = class->whole(widget);
    if (!expected)
        cr_expect_null(text);
    else
        cr_expect_str_eq(text ? text : "(nothing)", expected);
    free(text);
}

/* ---- choice ---- */

Test(ui_choice, one_of_several)
{
    struct rw_option options[] = {{"a", NULL, true}, {"b", "not here", false}, {"c", NULL, false}};
    struct rw_choice choice = {.options = options, .count = 3};
    expect_drawn(&rw_choice_class, &choice, 3, 30, "(*) a\n( ) b - not here\n( ) c\n");
    cr_expect_eq(press(&rw_choice_class, &choice, DOWN " "), RW_USED, "it cannot be chosen");
    cr_expect_eq(rw_choice_chosen(&choice), 0);
    cr_expect_eq(press(&rw_choice_class, &choice, DOWN ENTER), RW_CHANGED);
    expect_drawn(&rw_choice_class, &choice, 3, 30, "( ) a\n( ) b - not here\n(*) c\n");
    cr_expect_eq(press(&rw_choice_class, &choice, " "), RW_USED, "one stays chosen");
    cr_expect_eq(press(&rw_choice_class, &choice, DOWN), RW_IGNORED, "the focus goes on");
    cr_expect_eq(press(&rw_choice_class, &choice, HOME UP), RW_IGNORED);
}

Test(ui_choice, any_of_several)
{
    struct rw_option options[] = {{"a", NULL, true}, {"b", NULL, false}};
    struct rw_choice choice = {.options = options, .count = 2, .many = true};
    press(&rw_choice_class, &choice, " " DOWN " ");
    expect_drawn(&rw_choice_class, &choice, 2, 30, "[ ] a\n[x] b\n");
}

Test(ui_choice, a_short_area_scrolls_and_a_cut_reason_can_be_seen_whole)
{
    struct rw_option options[] = {
        {"one", NULL, false}, {"two", NULL, false}, {"three", "for a long reason", false}};
    struct rw_choice choice = {.options = options, .count = 3};
    expect_drawn(&rw_choice_class, &choice, 2, 12, "( ) one\n( ) two\n");
    expect_whole(&rw_choice_class, &choice, NULL);
    press(&rw_choice_class, &choice, END);
    expect_drawn(&rw_choice_class, &choice, 2, 12, "( ) two\n( ) three -…\n");
    expect_whole(&rw_choice_class, &choice, "( ) three - for a long reason");
}

/* ---- table ---- */

static const char *const cells[][2] = {
    {"alpha", "1"}, {"中文名字", "22"}, {"gamma-with-a-long-name", "333"}, {"d\033[1m", "4"}};
static size_t row_count;

static size_t count_rows(void *context)
{
    (void)context;
    return row_count;
}

static void fill_cell(void *context, size_t row, size_t column, struct rw_buf *out,
                      enum rw_style *style)
{
    (void)context;
    (void)style;
    rw_buf_adds(out, cells[row % 4][column]);
}

static const struct rw_column columns[] = {{"Name", 4, false}, {"No", 0, true}};
static const struct rw_table_source source = {count_rows, fill_cell};

static struct rw_table new_table(size_t rows)
{
    row_count = rows;
    return (struct rw_table){
        .columns = columns, .column_count = 2, .source = &source, .empty = "Nothing is here."};
}

Test(ui_table, columns_are_as_wide_as_they_need)
{
    struct rw_table table = new_table(2);
    expect_drawn(&rw_table_class, &table, 4, 30,
                 "   Name      No\n > alpha      1\n   中文名字  22\n\n");
    expect_whole(&rw_table_class, &table, NULL);
}

Test(ui_table, the_widest_column_gives_way_and_the_row_can_be_seen_whole)
{
    struct rw_table table = new_table(4);
    press(&rw_table_class, &table, DOWN DOWN);
    expect_drawn(&rw_table_class, &table, 5, 16,
                 "   Name       No\n   alpha       1\n   中文名字   22\n > gamma-w…  333\n   d     "
                 "      4\n");
    expect_whole(&rw_table_class, &table, "Name: gamma-with-a-long-name\nNo: 333\n");
    press(&rw_table_class, &table, UP);
    expect_drawn(
        &rw_table_class, &table, 5, 14,
        "   Name     No\n   alpha     1\n > 中文…    22\n   gamma…  333\n   d         4\n");
}

Test(ui_table, layout_narrows_down_to_the_least_and_not_further)
{
    int widths[3];
    rw_table_layout((int[]){10, 20, 5}, (int[]){4, 8, 5}, 3, 100, widths);
    cr_expect(widths[0] == 10 && widths[1] == 20 && widths[2] == 5);
    rw_table_layout((int[]){10, 20, 5}, (int[]){4, 8, 5}, 3, 29, widths);
    cr_expect(widths[0] == 10 && widths[1] == 10 && widths[2] == 5);
    rw_table_layout((int[]){10, 20, 5}, (int[]){4, 8, 5}, 3, 1, widths);
    cr_expect(widths[0] == 4 && widths[1] == 8 && widths[2] == 5);
    rw_table_layout(NULL, NULL, 0, 10, widths);
}

Test(ui_table, it_scrolls_with_the_selected_row_and_tells_where_it_is)
{
    struct rw_table table = new_table(50);
    expect_drawn(&rw_table_class, &table, 4, 44,
                 "   Name                     No        1-3/50\n > alpha                     1\n"
                 "   中文名字                 22\n   gamma-with-a-long-name  333\n");
    press(&rw_table_class, &table, PAGE_DOWN);
    cr_expect_eq(table.at, 3);
    press(&rw_table_class, &table, END);
    free(draw_widget(&rw_table_class, &table, 4, 44, true, NULL));
    cr_expect_eq(table.at, 49);
    cr_expect_eq(table.top, 47);
    cr_expect_eq(press(&rw_table_class, &table, DOWN), RW_IGNORED);
    row_count = 2;
    expect_drawn(&rw_table_class, &table, 4, 44,
                 "   Name      No\n   alpha      1\n > 中文名字  22\n\n");
    cr_expect_eq(press(&rw_table_class, &table, ENTER), RW_ACTIVATED);
    cr_expect_eq(press(&rw_table_class, &table, HOME UP), RW_IGNORED);
}

Test(ui_table, an_empty_one_says_so)
{
    struct rw_table table = new_table(0);
    expect_drawn(&rw_table_class, &table, 3, 30, "   Name  No\n   Nothing is here.\n\n");
    cr_expect_eq(press(&rw_table_class, &table, ENTER), RW_IGNORED);
    cr_expect_null(rw_table_row_text(&table));
}

/* ---- log ---- */

static struct rw_log_view view;

static void add_lines(int from, int to)
{
    for (int i = from; i <= to; i++) {
        char line[32];
        int size = snprintf(line, sizeof line, "line %d\n", i);
        rw_log_view_add(&view, line, (size_t)size);
    }
}

static void stop_log(void)
{
    rw_log_view_done(&view);
}

TestSuite(ui_log, .fini = stop_log);

static void expect_log(int rows, int cols, const char *expected)
{
    expect_drawn(&rw_log_view_class, &view, rows, cols, expected);
}

Test(ui_log, it_keeps_the_last_lines_and_follows_them)
{
    rw_log_view_init(&view, 5);
    expect_log(2, 20, "\n\n");
    add_lines(1, 12);
    expect_log(3, 20, "line 10\nline 11\nline 12\n");
    add_lines(13, 13);
    expect_log(3, 20, "line 11\nline 12\nline 13\n");
    expect_log(8, 20, "line 9\nline 10\nline 11\nline 12\nline 13\n\n\n\n");
}

Test(ui_log, scrolled_back_it_stays_until_the_end_is_reached_again)
{
    rw_log_view_init(&view, 100);
    add_lines(1, 20);
    expect_log(2, 30, "line 19\nline 20\n");
    press(&rw_log_view_class, &view, UP PAGE_UP);
    expect_log(2, 30, "line 16\nline 17       more below: End\n");
    add_lines(21, 30);
    expect_log(2, 30, "line 16\nline 17       more below: End\n");
    press(&rw_log_view_class, &view, END);
    expect_log(2, 30, "line 29\nline 30\n");
    cr_expect_eq(press(&rw_log_view_class, &view, DOWN), RW_IGNORED);
    press(&rw_log_view_class, &view, UP DOWN);
    add_lines(31, 31);
    expect_log(1, 30, "line 31\n");
    press(&rw_log_view_class, &view, HOME);
    cr_expect_eq(press(&rw_log_view_class, &view, UP), RW_IGNORED);
}

Test(ui_log, lines_that_fall_out_take_the_view_along)
{
    rw_log_view_init(&view, 4);
    add_lines(1, 4);
    expect_log(2, 30, "line 3\nline 4\n");
    press(&rw_log_view_class, &view, HOME);
    add_lines(5, 6);
    char *text = draw_widget(&rw_log_view_class, &view, 2, 30, true, NULL);
    cr_expect(strncmp(text, "line 3\n", 7) == 0, "%s", text);
    free(text);
}

Test(ui_log, lines_come_in_pieces_and_are_harmless)
{
    rw_log_view_init(&view, 10);
    rw_log_view_add(&view, "one\r", 4);
    rw_log_view_add(&view, "\n\033[1mtw", 7);
    rw_log_view_add(&view, "o\033[0m\a\n\nrest", 12);
    expect_log(3, 20, "one\ntwo?\n\n");
    rw_log_view_add(&view, "\n", 1);
    expect_log(2, 20, "\nrest\n");
}

Test(ui_log, long_lines_are_moved_sideways)
{
    rw_log_view_init(&view, 10);
    rw_log_view_add(&view, "0123456789中文abcdef\n", 23);
    expect_log(1, 12, "0123456789 >\n");
    expect_whole(&rw_log_view_class, &view, "0123456789中文abcdef\n");
    press(&rw_log_view_class, &view, RIGHT);
    expect_log(1, 12, "<9中文abcdef\n");
    expect_whole(&rw_log_view_class, &view, NULL);
    press(&rw_log_view_class, &view, RIGHT LEFT);
    expect_log(1, 12, "0123456789 >\n");
}

Test(ui_log, it_is_searched_from_the_end_backwards)
{
    rw_log_view_init(&view, 100);
    add_lines(1, 40);
    struct rw_canvas canvas;
    free(draw_widget(&rw_log_view_class, &view, 3, 30, true, NULL));
    press(&rw_log_view_class, &view, "/");
    cr_expect(rw_log_view_class.takes_text(&view));
    press(&rw_log_view_class, &view, "ne 1");
    expect_log(3, 30, "line 38\nline 39\nSearch: [ne 1________________]\n");
    press(&rw_log_view_class, &view, ENTER);
    cr_expect(!rw_log_view_class.takes_text(&view));
    char *text = draw_widget(&rw_log_view_class, &view, 3, 30, true, &canvas);
    cr_expect_str_eq(text, "line 18\nline 19\nline 20       more below: End\n");
    cr_expect_eq(rw_canvas_cell(&canvas, 1, 2)->style, RW_STYLE_FOUND);
    cr_expect_eq(rw_canvas_cell(&canvas, 1, 1)->style, RW_STYLE_NORMAL);
    rw_canvas_done(&canvas);
    free(text);
    press(&rw_log_view_class, &view, "nn");
    cr_expect_str_eq(rw_log_view_line(&view, view.hit), "line 17");
    press(&rw_log_view_class, &view, "N");
    cr_expect_str_eq(rw_log_view_line(&view, view.hit), "line 18");
    press(&rw_log_view_class, &view, "/none" ENTER);
    char *missed = draw_widget(&rw_log_view_class, &view, 3, 30, true, NULL);
    cr_expect(strstr(missed, "Not found."), "%s", missed);
    free(missed);
    cr_expect_eq(press(&rw_log_view_class, &view, "x"), RW_IGNORED);
    press(&rw_log_view_class, &view, "/" ESC);
    cr_expect(!view.searching);
}

/* ---- text ---- */

Test(ui_text, lines_stand_right_of_their_lead_and_scroll)
{
    struct rw_text_view text = {0};
    rw_text_view_add(&text, RW_STYLE_STRONG, "Why: ", RW_STYLE_NORMAL,
                     "one two three four five\nsix");
    expect_drawn(&rw_text_view_class, &text, 3, 20,
                 "Why: one two three\n     four five\n     six\n");
    expect_drawn(&rw_text_view_class, &text, 2, 20, "Why: one two three\n     four five     ↓\n");
    expect_whole(&rw_text_view_class, &text, "Why: one two three four five\nsix\n");
    press(&rw_text_view_class, &text, DOWN);
    expect_drawn(&rw_text_view_class, &text, 2, 20, "     four five     ↑\n     six\n");
    press(&rw_text_view_class, &text, PAGE_DOWN);
    expect_drawn(&rw_text_view_class, &text, 2, 20, "     four five     ↑\n     six\n");
    cr_expect_eq(press(&rw_text_view_class, &text, DOWN), RW_IGNORED);
    cr_expect_eq(press(&rw_text_view_class, &text, HOME UP), RW_IGNORED);
    rw_text_view_done(&text);
}

Test(ui_text, a_lead_without_room_beside_it_stands_above)
{
    struct rw_text_view text = {0};
    rw_text_view_add(&text, RW_STYLE_STRONG, "Same as: ", RW_STYLE_NORMAL, "one two");
    expect_drawn(&rw_text_view_class, &text, 2, 12, "Same as:\none two\n");
    for (int cols = 0; cols < 5; cols++)
        free(draw_widget(&rw_text_view_class, &text, 2, cols, true, NULL));
    rw_text_view_done(&text);
}

/* ---- finding ---- */

Test(ui_finding, it_is_shown_with_why_fix_and_a_command)
{
    struct rw_findings findings = {0};
    struct rw_finding_panel panel = {0};
    rw_findings_add(&findings, RW_F_DNS_MISS, "ha-m1", "name", "n.example", "address", "192.0.2.1",
                    "create", "n.example. 60 IN A 192.0.2.1", "server", "192.0.2.53", "type", "A",
                    NULL);
    expect_drawn(&rw_finding_panel_class, &panel, 1, 40, "\n");
    rw_finding_panel_set(&panel, &findings.items[0]);
    expect_drawn(&rw_finding_panel_class, &panel, 7, 60,
                 "[FAIL] D-02 ha-m1: The name n.example does not resolve to\n"
                 "       this server (192.0.2.1).\n"
                 "       Why: No client is sent to it, so it is of no help\n"
                 "            when other servers are down.\n"
                 "       Fix: Create the record: n.example. 60 IN A 192.0.2.1\n"
                 "       Same as: dig +short n.example A @192.0.2.53\n\n");
    free(draw_widget(&rw_finding_panel_class, &panel, 3, 60, true, NULL));
    press(&rw_finding_panel_class, &panel, DOWN);
    rw_finding_panel_set(&panel, &findings.items[0]);
    cr_expect_eq(panel.view.top, 1, "the same one stays where it was");
    rw_finding_panel_set(&panel, &panel.finding.items[0]);
    rw_findings_done(&findings);
    free(draw_widget(&rw_finding_panel_class, &panel, 3, 60, true, NULL));
    rw_finding_panel_set(&panel, NULL);
    expect_drawn(&rw_finding_panel_class, &panel, 1, 40, "\n");
    rw_finding_panel_done(&panel);
}

/* ---- dialog ---- */

static struct rw_dialog *dialog;
static size_t button;

static void stop_dialog(void)
{
    rw_dialog_free(dialog);
}

TestSuite(ui_dialog, .fini = stop_dialog);

static void one_key(void *context, const struct rw_key *key)
{
    bool *closed = context;
    *closed = rw_dialog_key(dialog, key, &button) || *closed;
}

static bool answer(const char *keys)
{
    struct rw_key_parser parser = {0};
    bool closed = false;
    rw_keys_feed(&parser, keys, strlen(keys), one_key, &closed);
    rw_keys_flush(&parser, one_key, &closed);
    rw_keys_reset(&parser);
    return closed;
}

static void draw_dialog(int rows, int cols, const char *expected)
{
    struct rw_canvas canvas;
    struct rw_buf out = {0};
    rw_canvas_init(&canvas, rows, cols);
    struct rw_area area = rw_area_all(&canvas);
    rw_dialog_draw(dialog, &area);
    rw_canvas_print(&out, &canvas);
    if (expected)
        cr_expect_str_eq(rw_buf_str(&out), expected);
    rw_buf_done(&out);
    rw_canvas_done(&canvas);
}

Test(ui_dialog, a_message_has_one_button)
{
    struct rw_dialog_spec spec = {.title = "Told", .text = "Something is so."};
    dialog = rw_dialog_open(&spec);
    draw_dialog(6, 50,
                "   ┌─ Told ───────────────────────────────────┐\n"
                "   │ Something is so.                         │\n"
                "   │                                          │\n"
                "   │                  [ OK ]                  │\n"
                "   └──────────────────────────────────────────┘\n"
                " Enter Choose  Esc OK\n");
    cr_expect(!answer("x" UP TAB));
    cr_expect(answer(ENTER));
    cr_expect(answer(ESC));
    cr_expect(answer(" "));
}

Test(ui_dialog, a_question_gives_the_button)
{
    struct rw_dialog_spec spec = {
        .text = "?", .buttons = {"Yes", "Later", "No"}, .preselected = 1, .escape = 2};
    dialog = rw_dialog_open(&spec);
    cr_expect(answer(ENTER) && button == 1);
    cr_expect(answer(LEFT ENTER) && button == 0);
    cr_expect(answer(BACK_TAB ENTER) && button == 2);
    cr_expect(answer(TAB ENTER) && button == 0);
    cr_expect(answer(RIGHT RIGHT ESC) && button == 2);
}

Test(ui_dialog, a_word_has_to_be_typed_exactly)
{
    struct rw_dialog_spec spec = {
        .text = "Type it.", .buttons = {"Do it", "Cancel"}, .escape = 1, .word = "install"};
    dialog = rw_dialog_open(&spec);
    cr_expect(!answer(ENTER));
    cr_expect(!answer("Install" ENTER));
    cr_expect(!answer(TAB ENTER), "the button does not work");
    cr_expect(!answer(TAB "\025installx" ENTER));
    cr_expect(answer(BACKSPACE ENTER) && button == 0);
    cr_expect(answer(TAB RIGHT ENTER) && button == 1);
    cr_expect(answer(ESC) && button == 1);
    draw_dialog(10, 60, NULL);
}

Test(ui_dialog, a_long_text_scrolls_within_the_terminal)
{
    struct rw_buf text = {0};
    for (int i = 1; i <= 30; i++)
        rw_buf_addf(&text, "row %d\n", i);
    struct rw_dialog_spec spec = {.text = rw_buf_str(&text)};
    dialog = rw_dialog_open(&spec);
    rw_buf_done(&text);
    draw_dialog(8, 40, NULL);
    answer(PAGE_DOWN);
    draw_dialog(8, 44,
                "┌──────────────────────────────────────────┐\n"
                "│ row 4                                  ↑ │\n"
                "│ row 5                                    │\n"
                "│ row 6                                  ↓ │\n"
                "│                                          │\n"
                "│                  [ OK ]                  │\n"
                "└──────────────────────────────────────────┘\n"
                " Enter Choose  Esc OK  PgUp PgDn Scroll\n");
    for (int size = 0; size < 8; size++)
        draw_dialog(size, size, NULL);
}

/* ---- gauge and buttons ---- */

Test(ui_gauge, a_full_bar_means_done)
{
    static const struct {
        int permille;
        bool ascii;
        const char *expected;
    } cases[] = {
        {0, false, "[..........]   0 %\n"},    {500, false, "[█████.....]  50 %\n"},
        {525, false, "[█████▎....]  52 %\n"},  {999, false, "[█████████▉]  99 %\n"},
        {1000, false, "[██████████] 100 %\n"}, {512, true, "[#####.....]  51 %\n"},
        {999, true, "[#########.]  99 %\n"},   {1000, true, "[##########] 100 %\n"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        struct rw_canvas canvas;
        struct rw_buf out = {0};
        rw_canvas_init(&canvas, 1, 30);
        struct rw_area area = rw_area_all(&canvas);
        canvas.ascii_lines = cases[i].ascii;
        rw_gauge_draw(&area, 0, 0, 18, cases[i].permille);
        rw_canvas_print(&out, &canvas);
        cr_expect_str_eq(rw_buf_str(&out), cases[i].expected);
        rw_buf_done(&out);
        rw_canvas_done(&canvas);
    }
    cr_expect_str_eq(rw_spinner(5), "[/]");
}

Test(ui_buttons, they_are_walked_with_the_arrows)
{
    struct rw_buttons buttons = {.items = {{"A", false}, {"B", true}}, .count = 2};
    expect_drawn(&rw_buttons_class, &buttons, 1, 20, "[ A ]  [ B ]\n");
    cr_expect_eq(rw_buttons_width(&buttons), 12);
    cr_expect_eq(press(&rw_buttons_class, &buttons, LEFT), RW_IGNORED);
    cr_expect_eq(press(&rw_buttons_class, &buttons, RIGHT), RW_USED);
    cr_expect_eq(press(&rw_buttons_class, &buttons, RIGHT), RW_IGNORED);
    cr_expect_eq(press(&rw_buttons_class, &buttons, ENTER), RW_ACTIVATED);
    cr_expect_eq(buttons.at, 1);
}
