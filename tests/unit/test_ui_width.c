/* SPDX-License-Identifier: Apache-2.0 */
/* Text in cells: what characters take, where text may be cut and lines may end. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/width.h"

/* ---- characters ---- */

Test(ui_width, characters_take_no_one_or_two_cells)
{
    static const struct {
        const char *text;
        int cells;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"中文", 4},
        {"（全角）", 8},
        {"한국어", 6},
        {"é", 1},
        {"e\u0301", 1},            /* a letter and the accent on it */
        {"\u200B\u200D\uFEFF", 0}, /* invisible */
        {"😀", 2},
        {"─│┌", 3},
        {"…“”", 3},
        {"\x01\x7F", 2},     /* drawn as ? */
        {"\xFF\xE4\xB8", 3}, /* not UTF-8: a mark for each byte */
        {"\xED\xA0\x80", 3}, /* half of a surrogate pair */
        {"\xC0\xAF", 2},     /* overlong */
        {"𠀀", 2},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++)
        cr_expect_eq(rw_width(cases[i].text), cases[i].cells, "%s: %d", cases[i].text,
                     rw_width(cases[i].text));
}

Test(ui_width, characters_survive_reading_and_writing)
{
    static const uint32_t characters[] = {1,      0x7F,   0x80,    0x7FF,   0x800,
                                          0x4E2D, 0xFFFF, 0x10000, 0x10FFFF};
    for (size_t i = 0; i < RW_COUNT(characters); i++) {
        char text[4];
        uint32_t back;
        size_t size = rw_char_write(characters[i], text);
        cr_expect_eq(rw_char_read(text, size, &back), size);
        cr_expect_eq(back, characters[i]);
        if (size > 1) {
            cr_expect_eq(rw_char_read(text, size - 1, &back), 1, "cut");
            cr_expect_eq(back, RW_CHAR_BAD);
        }
    }
    char text[4];
    cr_expect_eq(rw_char_write(0xD800, text), 3, "no character");
    cr_expect_eq(memcmp(text, "\xEF\xBF\xBD", 3), 0);
}

Test(ui_width, steps_go_over_whole_clusters_in_both_directions)
{
    static const char text[] = "a中e\u0301\xFF😀";
    static const size_t stops[] = {0, 1, 4, 7, 8, 12};
    size_t size = sizeof text - 1;
    for (size_t i = 0; i + 1 < RW_COUNT(stops); i++) {
        cr_expect_eq(rw_cluster_next(text, size, stops[i]), stops[i + 1]);
        cr_expect_eq(rw_cluster_back(text, size, stops[i + 1]), stops[i]);
    }
    cr_expect_eq(rw_cluster_next(text, size, size), size);
    cr_expect_eq(rw_cluster_back(text, size, 0), 0);
}

/* ---- cutting ---- */

static void expect_pad(const char *text, int cells, const char *expected)
{
    struct rw_buf out = {0};
    rw_width_pad(&out, text, cells, "…");
    cr_expect_str_eq(rw_buf_str(&out), expected);
    cr_expect_eq(rw_width(rw_buf_str(&out)), cells < 0 ? 0 : cells);
    rw_buf_done(&out);
}

Test(ui_width, text_is_cut_and_filled_to_exactly_so_many_cells)
{
    expect_pad("abc", 5, "abc  ");
    expect_pad("abc", 3, "abc");
    expect_pad("abcd", 3, "ab…");
    expect_pad("中文字", 6, "中文字");
    expect_pad("中文字", 5, "中文…");
    expect_pad("中文字", 4, "中… "); /* no half of a character */
    expect_pad("中文字", 1, "…");
    expect_pad("abc", 0, "");
    expect_pad("abc", -3, "");
    cr_expect_eq(rw_width_fit("中文", 6, 3), 3);
}

/* ---- lines ---- */

static void expect_lines(const char *text, int cells, const char *expected)
{
    struct rw_buf out = {0};
    size_t size = strlen(text), at = 0, next;
    while (at < size) {
        size_t length = rw_wrap(text + at, size - at, cells, &next);
        rw_buf_addf(&out, "%.*s|", (int)length, text + at);
        cr_assert_gt(next, 0, "there is progress");
        at += next;
    }
    cr_expect_str_eq(rw_buf_str(&out), expected, "%d: %s", cells, rw_buf_str(&out));
    rw_buf_done(&out);
}

Test(ui_width, english_breaks_at_blanks)
{
    expect_lines("one two three", 7, "one two|three|");
    expect_lines("one two three", 8, "one two|three|");
    expect_lines("one two three", 6, "one|two|three|");
    expect_lines("one  two", 4, "one|two|");
    expect_lines("one two three", 80, "one two three|");
    expect_lines("a\nb\n\nc", 80, "a|b||c|");
    expect_lines("abc\ndef", 3, "abc|def|");
    expect_lines("abc   ", 3, "abc|");
    expect_lines("   x", 1, " |x|");
    expect_lines("   xy z", 2, "  |xy|z|");
    /* A blank that carries a mark is a character. */
    expect_lines("  \xCC\x81   ", 1, " | \xCC\x81|");
}

/* What is to be read off, or copied, stays whole where a blank is near. */
Test(ui_width, options_names_and_addresses_are_not_broken)
{
    expect_lines("check -f x", 7, "check|-f x|");
    expect_lines("first-server second-server", 20, "first-server|second-server|");
    expect_lines("at 2001:db8::1 now", 12, "at|2001:db8::1|now|");
    expect_lines("see https://docs.rke2.io", 22, "see|https://docs.rke2.io|");
}

Test(ui_width, words_longer_than_a_line_are_cut)
{
    expect_lines("abcdefgh", 3, "abc|def|gh|");
    expect_lines("ab cdefgh", 4, "ab|cdef|gh|");
    expect_lines("ab", 0, "a|b|");
    expect_lines("中文", 1, "中|文|");
    expect_lines("中文", -5, "中|文|");
}

Test(ui_width, chinese_breaks_between_characters_but_not_before_closing_marks)
{
    expect_lines("主机拒绝登录", 8, "主机拒绝|登录|");
    expect_lines("主机拒绝登录", 7, "主机拒|绝登录|");
    expect_lines("主机拒绝，登录", 8, "主机拒|绝，登录|");
    expect_lines("主机（拒绝）登录", 6, "主机|（拒|绝）登|录|");
    expect_lines("在host上运行", 4, "在|host|上运|行|");
    expect_lines("运行rke2-wizard即可", 12, "运行|rke2-wizard|即可|");
}

/* ---- taming ---- */

static void expect_tame(const char *text, const char *expected)
{
    char *tame = rw_text_tame(text, strlen(text), 1000);
    cr_expect_str_eq(tame, expected);
    free(tame);
}

Test(ui_width, escape_sequences_and_control_characters_are_harmless)
{
    expect_tame("\033[31mred\033[0m", "red");
    expect_tame("a\033]0;title\ab\033]8;;x\033\\c", "abc");
    expect_tame("\033(Bx\033=y\033[?25lz", "xyz");
    expect_tame("cut\033[12", "cut");
    expect_tame("cut\033", "cut");
    expect_tame("a\tb", "a       b");
    expect_tame("中\tb", "中      b");
    expect_tame("a\rb\ac\x7F\xC2\x85"
                "d",
                "a?b?c??d");
    expect_tame("\xFF中\xE4", "?中?");
    expect_tame("safe\u202Egnp.exe", "safegnp.exe");
    expect_tame("\033]0;never ended", "");
}

Test(ui_width, a_tamed_text_is_not_longer_than_it_may_be)
{
    static const char text[] = "中文abc\t\t";
    for (size_t max = 0; max < sizeof text + 20; max++) {
        char *tame = rw_text_tame(text, sizeof text - 1, max);
        cr_expect_leq(strlen(tame), max);
        for (size_t at = 0; tame[at];) {
            uint32_t c;
            at += rw_char_read(tame + at, strlen(tame + at), &c);
            cr_expect_neq(c, RW_CHAR_BAD);
        }
        free(tame);
    }
}
