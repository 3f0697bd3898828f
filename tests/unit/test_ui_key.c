/* SPDX-License-Identifier: Apache-2.0 */
/* From the bytes of a terminal to keys. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "unit/ui_keys.h"

static struct rw_key_parser parser;
static struct rw_buf told; /* "Up a ^C Alt-b Ctrl-Left {pasted}" */

static void stop(void)
{
    rw_keys_reset(&parser);
    rw_buf_done(&told);
}

TestSuite(ui_key, .fini = stop);

static void sink(void *context, const struct rw_key *key)
{
    (void)context;
    rw_buf_addf(&told, "%s%s%s", told.len ? " " : "", key->alt ? "Alt-" : "",
                key->ctrl ? "Ctrl-" : "");
    if (key->code == RW_KEY_CTRL)
        rw_buf_addf(&told, "^%c", key->letter - 'a' + 'A');
    else if (key->code == RW_KEY_CHAR)
        rw_buf_add(&told, key->text, key->size);
    else if (key->code == RW_KEY_PASTE)
        rw_buf_addf(&told, "{%.*s}", key->size < 100 ? (int)key->size : 100, key->text);
    else
        rw_buf_adds(&told, rw_key_name(key->code));
}

static void expect(const char *bytes, const char *expected)
{
    rw_buf_clear(&told);
    rw_keys_feed(&parser, bytes, strlen(bytes), sink, NULL);
    cr_expect_str_eq(rw_buf_str(&told), expected);
}

Test(ui_key, the_sequences_of_common_terminals_are_known)
{
    expect("\033[A\033OA\033[B\033[C\033[D", "Up Up Down Right Left");
    expect("\033[H\033OH\033[1~\033[7~\033[F\033[4~\033[8~", "Home Home Home Home End End End");
    expect("\033[2~\033[3~\033[5~\033[6~\033[Z", "Ins Del PgUp PgDn Shift-Tab");
    expect("\033OP\033[11~\033[[A\033OS\033[15~\033[24~", "F1 F1 F1 F4 F5 F12");
    expect("\033[[E\033[1;2P", "F5 F1");
    expect("\r\n\t\177\b\003\032", "Enter Enter Tab Backspace Backspace ^C ^Z");
    expect("\033OM", "Enter");
}

Test(ui_key, the_wheel_of_a_mouse_is_two_keys_and_its_buttons_are_none)
{
    expect("\033[<64;10;3M\033[<65;110;31M", "WheelUp WheelDown");
    expect("\033[<0;10;3M\033[<0;10;3m\033[<64;10;3m\033[<6M", "");
}

Test(ui_key, what_is_held_is_told)
{
    expect("\033[1;5C\033[1;5D\033[3;5~\033[1;3D\033[3^", "Ctrl-Right Ctrl-Left Ctrl-Del Alt-Left "
                                                          "Ctrl-Del");
    expect("\033b\033\177\033中", "Alt-b Alt-Backspace Alt-中");
}

Test(ui_key, characters_are_put_together_from_their_bytes)
{
    expect("a中", "a 中");
    expect("\xE4", "");
    expect("\xB8", "");
    expect("\xAD", "中");
    expect("\xE4x\xFF\x80y", "x y"); /* what is none is dropped */
    expect("\xC2\x85z", "z");
}

Test(ui_key, an_escape_alone_is_told_only_when_nothing_follows)
{
    expect("\033", "");
    cr_expect(rw_keys_waiting(&parser));
    rw_keys_flush(&parser, sink, NULL);
    cr_expect_str_eq(rw_buf_str(&told), "Esc");
    cr_expect(!rw_keys_waiting(&parser));
    expect("\033", "");
    expect("[A", "Up");
    expect("\033\033", "Esc");
    expect("[A", "Up");
    expect("\033[", "");
    rw_keys_flush(&parser, sink, NULL);
    cr_expect_str_eq(rw_buf_str(&told), "Alt-[");
}

Test(ui_key, unknown_sequences_are_dropped_whole)
{
    expect("\033[?1;2c\033[99~\033[12;34R\033[I\033[1;1;1Ax", "F3 x");
    expect("\033[123456789012345678901234567890123456789", "");
    expect("0;1Ay", "y");
}

Test(ui_key, a_paste_is_one_event_with_all_its_bytes)
{
    expect("\033[200~a\r\n\033[A\003\033[20x\033[201~b", "{a\r\n\033[A\003\033[20x} b");
    expect("\033[20", "");
    expect("0~in ", "");
    expect("pieces\033[201", "");
    expect("~", "{in pieces}");
    expect("\033[200~\033\033[201~", "{\033}");
    expect("\033[200~\033[201~", "{}");
}

Test(ui_key, a_paste_that_is_too_long_ends_all_the_same)
{
    size_t size = RW_KEY_PASTE_MAX + 1000;
    char *long_text = rw_malloc(size + 1);
    memset(long_text, 'x', size);
    long_text[size] = '\0';
    expect("\033[200~", "");
    rw_keys_feed(&parser, long_text, size, sink, NULL);
    cr_expect_str_eq(rw_buf_str(&told), "");
    rw_keys_feed(&parser, "\033[201~y", 7, sink, NULL);
    cr_expect_eq(told.len, 102 + 2);
    cr_expect_str_eq(rw_buf_str(&told) + 102, " y");
    free(long_text);
}

static void resetting_sink(void *context, const struct rw_key *key)
{
    sink(context, key);
    rw_keys_reset(&parser);
}

Test(ui_key, keys_that_came_with_one_can_be_thrown_away)
{
    rw_keys_feed(&parser, "abc\033[A", 6, resetting_sink, NULL);
    cr_expect_str_eq(rw_buf_str(&told), "a");
    expect("d", "d");
}
