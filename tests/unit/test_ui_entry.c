/* SPDX-License-Identifier: Apache-2.0 */
/* The entry field: editing, scrolling, masking, judging. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "unit/ui_keys.h"

static struct rw_entry entry;

static void start(void)
{
    rw_entry_init(&entry, 40);
}

static void stop(void)
{
    rw_entry_done(&entry);
}

TestSuite(ui_entry, .init = start, .fini = stop);

static enum rw_handled type(const char *keys)
{
    return press(&rw_entry_class, &entry, keys);
}

/* The text with "|" at the cursor, after these keys. */
static void expect(const char *keys, const char *expected)
{
    type(keys);
    char *text = rw_asprintf("%.*s|%s", (int)entry.cursor, entry.text, entry.text + entry.cursor);
    cr_expect_str_eq(text, expected);
    free(text);
}

static void expect_drawn(int cols, const char *expected, int cursor)
{
    struct rw_canvas canvas;
    char *text = draw_widget(&rw_entry_class, &entry, 1, cols, true, &canvas);
    cr_expect_str_eq(text, expected);
    cr_expect_eq(canvas.cursor_col, cursor, "cursor at %d", canvas.cursor_col);
    rw_canvas_done(&canvas);
    free(text);
}

Test(ui_entry, text_is_typed_and_the_cursor_moves_by_whole_characters)
{
    expect("ab中文", "ab中文|");
    expect(LEFT LEFT, "ab|中文");
    expect("x", "abx|中文");
    expect(HOME RIGHT, "a|bx中文");
    expect(END, "abx中文|");
    expect(BACKSPACE, "abx中|");
    expect(HOME DELETE, "|bx中");
    expect(LEFT LEFT, "|bx中");
    expect(END RIGHT DELETE, "bx中|");
    expect("e\xCC\x81", "bx中e\xCC\x81|");
    expect(BACKSPACE, "bx中|");
}

Test(ui_entry, the_keys_of_a_shell_work)
{
    expect("one two-three", "one two-three|");
    expect(CTRL_LEFT, "one |two-three");
    expect(CTRL_LEFT, "|one two-three");
    expect(CTRL_RIGHT, "one| two-three");
    expect(END "\027", "one |");              /* ^W */
    expect("two" HOME "\013", "|");           /* ^K */
    expect("abc" LEFT "\025", "|c");          /* ^U */
    expect("\005\001\006\004", "c|");         /* ^E ^A ^F ^D */
    expect("\025one two\033b\033d", "one |"); /* Alt-b Alt-d */
    expect("x\033\177", "one |");             /* Alt-Backspace */
}

Test(ui_entry, it_says_what_a_key_was_good_for)
{
    cr_expect_eq(type("a"), RW_CHANGED);
    cr_expect_eq(type(LEFT), RW_USED);
    cr_expect_eq(type(BACKSPACE), RW_USED, "nothing to take away");
    cr_expect_eq(type(DELETE), RW_CHANGED);
    cr_expect_eq(type(ENTER), RW_ACTIVATED);
    cr_expect_eq(type(UP), RW_IGNORED, "the focus moves");
    cr_expect_eq(type(TAB), RW_IGNORED);
    cr_expect_eq(type(ESC), RW_IGNORED);
    cr_expect_eq(type("\033[15~"), RW_IGNORED);
}

Test(ui_entry, a_paste_loses_its_line_ends_and_control_characters)
{
    expect(PASTE("  secret\r\n"), "secret|");
    expect("\025" PASTE("one\ntwo\r\nthree\t\001x\033[31m"), "one two three x[31m|");
    cr_expect_eq(type(PASTE("\n")), RW_USED, "nothing came in");
}

Test(ui_entry, no_more_than_the_maximum_fits_and_no_character_is_cut)
{
    rw_entry_done(&entry);
    rw_entry_init(&entry, 7);
    expect("中文字", "中文|");
    expect("ab", "中文a|");
    expect(HOME "x", "|中文a");
    expect("\013" PASTE("abcdefghij"), "abcdefg|");
    rw_entry_set(&entry, "abcdefghij");
    expect("", "abcdefg|");
}

Test(ui_entry, a_narrow_field_scrolls_and_shows_that_there_is_more)
{
    expect_drawn(10, "[________]\n", 1);
    type("0123456");
    expect_drawn(10, "[0123456_]\n", 8);
    type("789");
    expect_drawn(10, "<3456789_]\n", 8);
    type(HOME);
    expect_drawn(10, "[01234567>\n", 1);
    type(END "\025中文中文中文");
    expect_drawn(10, "<文中文__]\n", 7);
    type(LEFT LEFT LEFT LEFT);
    expect_drawn(10, "<中文中文]\n", 1);
    type(END BACKSPACE BACKSPACE BACKSPACE BACKSPACE);
    expect_drawn(10, "[中文____]\n", 5);
}

Test(ui_entry, a_field_of_no_width_does_no_harm)
{
    type("中文abc");
    for (int cols = 0; cols < 6; cols++)
        free(draw_widget(&rw_entry_class, &entry, 1, cols, true, NULL));
}

Test(ui_entry, a_masked_field_shows_stars_until_it_is_revealed)
{
    entry.masked = true;
    type("pä中");
    expect_drawn(10, "[***_____]\n", 4);
    type(LEFT);
    expect_drawn(10, "[***_____]\n", 3);
    type("\022"); /* ^R */
    expect_drawn(10, "[pä中____]\n", 3);
    type("\022");
    expect_drawn(10, "[***_____]\n", 3);
}

static char *no_x(void *context, const char *text)
{
    (void)context;
    return strchr(text, 'x') ? rw_strdup("No x here.") : NULL;
}

Test(ui_entry, it_is_judged_as_it_is_left_and_then_with_each_key)
{
    entry.check = no_x;
    entry.label = "Name";
    type("ax");
    cr_expect_null(entry.message, "not while it is typed");
    rw_entry_class.leave(&entry);
    char *text = draw_widget(&rw_entry_class, &entry, 2, 20, false, NULL);
    cr_expect_str_eq(text, "Name [ax___________]\n     No x here.\n");
    free(text);
    cr_expect(rw_text_equal(entry.text, "ax"), "the value is kept");
    type(BACKSPACE);
    cr_expect_null(entry.message);
}
