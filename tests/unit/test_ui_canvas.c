/* SPDX-License-Identifier: Apache-2.0 */
/* The canvas: cells, clipping, wide characters at the edges, lines with and without Unicode. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ui/canvas.h"

static struct rw_canvas canvas;
static struct rw_area area;

static void start(int rows, int cols)
{
    rw_canvas_init(&canvas, rows, cols);
    area = rw_area_all(&canvas);
}

static void stop(void)
{
    rw_canvas_done(&canvas);
}

TestSuite(ui_canvas, .fini = stop);

static void expect(const char *expected)
{
    struct rw_buf out = {0};
    rw_canvas_print(&out, &canvas);
    cr_expect_str_eq(rw_buf_str(&out), expected);
    rw_buf_done(&out);
}

static void expect_styles(const char *expected)
{
    struct rw_buf out = {0};
    rw_canvas_print_styles(&out, &canvas);
    cr_expect_str_eq(rw_buf_str(&out), expected);
    rw_buf_done(&out);
}

Test(ui_canvas, text_stands_where_it_was_put_in_its_style)
{
    start(2, 10);
    int col = rw_area_text(&area, 1, 2, RW_STYLE_FAIL, "中a");
    cr_expect_eq(col, 5);
    expect("\n  中a\n");
    expect_styles("\n..fff\ncursor -1 -1\n");
}

Test(ui_canvas, what_lies_outside_is_cut_and_no_character_is_halved)
{
    start(2, 5);
    rw_area_text(&area, 0, -1, RW_STYLE_NORMAL, "中abc中");
    rw_area_text(&area, 1, 3, RW_STYLE_NORMAL, "a中");
    rw_area_text(&area, 2, 0, RW_STYLE_NORMAL, "below");
    rw_area_text(&area, -1, 0, RW_STYLE_NORMAL, "above");
    expect(" abc\n   a\n");
}

Test(ui_canvas, parts_of_parts_keep_their_edges)
{
    start(4, 10);
    struct rw_area part = rw_area_part(&area, 1, 2, 2, 4);
    struct rw_area inner = rw_area_part(&part, -1, 1, 9, 9);
    rw_area_fill(&inner, RW_STYLE_FOCUS);
    rw_area_text(&inner, 1, 0, RW_STYLE_NORMAL, "abcdef");
    rw_area_text(&inner, 0, 0, RW_STYLE_NORMAL, "hidden");
    expect("\n   abc\n\n\n");
    expect_styles("\n\n...XXX\n\ncursor -1 -1\n");
}

Test(ui_canvas, an_overwritten_half_leaves_a_blank)
{
    start(1, 6);
    rw_area_text(&area, 0, 0, RW_STYLE_NORMAL, "中文");
    rw_area_text(&area, 0, 1, RW_STYLE_NORMAL, "x");
    expect(" x文\n");
    rw_area_text(&area, 0, 2, RW_STYLE_NORMAL, "y");
    expect(" xy\n");
    rw_area_text(&area, 0, 1, RW_STYLE_NORMAL, "中");
    expect(" 中\n");
}

Test(ui_canvas, marks_stand_on_their_character_and_controls_are_harmless)
{
    start(1, 8);
    rw_area_text(&area, 0, 0, RW_STYLE_NORMAL, "e\u0301\033\x01\u200Dx");
    expect("e\u0301??x\n");
    cr_expect_eq(rw_canvas_cell(&canvas, 0, 0)->text[1], 0x301);
}

Test(ui_canvas, lines_and_boxes_are_drawn_with_or_without_unicode)
{
    start(4, 12);
    rw_area_line(&area, 0, "Log");
    struct rw_area frame = rw_area_part(&area, 1, 0, 3, 12);
    struct rw_area inside = rw_area_box(&frame, "标题");
    rw_area_text(&inside, 0, 0, RW_STYLE_NORMAL, "0123456789more");
    expect("── Log ─────\n┌─ 标题 ───┐\n│0123456789│\n└──────────┘\n");
    canvas.ascii_lines = true;
    rw_area_line(&area, 0, "");
    rw_area_box(&frame, "标题");
    expect("------------\n+- 标题 ---+\n|          |\n+----------+\n");
}

Test(ui_canvas, a_terminal_without_unicode_gets_plain_characters)
{
    start(2, 20);
    canvas.ascii_only = true;
    rw_area_text(&area, 0, 0, RW_STYLE_NORMAL, "“a” – 中… é");
    rw_area_line(&area, 1, "");
    expect("\"a\" - ??~ ?\n--------------------\n");
}

Test(ui_canvas, cells_are_filled_cut_and_put_to_the_right)
{
    start(3, 10);
    rw_area_text(&area, 0, 0, RW_STYLE_NORMAL, "xxxxxxxxxx");
    rw_area_cell(&area, 0, 1, 4, RW_STYLE_NORMAL, "ab");
    rw_area_cell(&area, 1, 0, 4, RW_STYLE_NORMAL, "abcdef");
    rw_area_right(&area, 2, 0, 10, RW_STYLE_NORMAL, "中文");
    expect("xab  xxxxx\nabc…\n      中文\n");
}

Test(ui_canvas, wrapped_text_tells_how_many_rows_it_needs)
{
    start(2, 6);
    cr_expect_eq(rw_area_wrap(&area, RW_STYLE_NORMAL, "one two three four"), 4);
    expect("one\ntwo\n");
    cr_expect_eq(rw_area_wrap(&area, RW_STYLE_NORMAL, ""), 0);
}

Test(ui_canvas, the_cursor_is_not_put_where_it_is_cut_off)
{
    start(3, 3);
    rw_area_cursor(&area, 1, 2);
    rw_area_cursor(&area, 5, 5);
    expect_styles("\n\n\ncursor 1 2\n");
}

Test(ui_canvas, no_size_is_too_small_or_too_large)
{
    start(0, 0);
    rw_area_line(&area, 0, "text");
    rw_area_box(&area, "text");
    rw_area_wrap(&area, RW_STYLE_NORMAL, "text");
    rw_canvas_resize(&canvas, 1, 1);
    area = rw_area_all(&canvas);
    rw_area_box(&area, "text");
    rw_area_text(&area, 0, 0, RW_STYLE_NORMAL, "中");
    expect("\n");
    rw_canvas_resize(&canvas, 1000000, -5);
    cr_expect_eq(canvas.rows, RW_CANVAS_MAX);
    cr_expect_eq(canvas.cols, 0);
}
