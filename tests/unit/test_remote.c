/* SPDX-License-Identifier: Apache-2.0 */
/* A script on its way to a host, its output on the way back, and what is read from it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "remote/reply.h"
#include "remote/script.h"
#include "unit/helpers.h"

#define NONCE       "0123456789abcdef"
#define BEGIN       "\n@@rke2-wizard-begin " NONCE "\n"
#define END(status) "\n@@rke2-wizard-end " NONCE " " status "\n"

/* ---- replies ---- */

/* Gives "key=value;" for each pair, to free(). */
static char *pairs_of(const char *text, size_t size)
{
    struct rw_reply reply = {0};
    struct rw_buf out = {0};
    char *copy = rw_malloc(size); /* so that reading beyond it is found */
    memcpy(copy, text, size);
    rw_reply_parse(&reply, copy, size);
    free(copy);
    for (size_t i = 0; i < reply.count; i++)
        rw_buf_addf(&out, "%s=%s;", reply.pairs[i].key, reply.pairs[i].value);
    rw_reply_done(&reply);
    rw_reply_done(&reply);
    return rw_buf_take(&out);
}

static void expect_pairs(const char *text, const char *expected)
{
    char *pairs = pairs_of(text, strlen(text));
    cr_expect_str_eq(pairs, expected, "%s: %s", text, pairs);
    free(pairs);
}

Test(reply, holds_the_pairs_of_a_text)
{
    expect_pairs("hostname=ha-m1\narch=x86_64\n", "hostname=ha-m1;arch=x86_64;");
    expect_pairs("a=1\r\nb=2\r\n", "a=1;b=2;");
    expect_pairs("a=1", "a=1;");
    expect_pairs("a=\n", "a=;");
    expect_pairs("a=b=c\n", "a=b=c;");
    expect_pairs("tool.sha256sum=yes\nexec_main-status=0\n",
                 "tool.sha256sum=yes;exec_main-status=0;");
}

Test(reply, passes_over_lines_that_are_no_pair)
{
    expect_pairs("", "");
    expect_pairs("\n\n", "");
    expect_pairs("Last login: today\n=x\n a=1\nA=1\na b=1\na\n\xff=1\né=1\nk=v\n", "k=v;");
    expect_pairs("\x1b[0ma=1\n", "");
}

Test(reply, takes_keys_of_up_to_64_characters)
{
    char line[70];
    memset(line, 'k', sizeof line);
    line[64] = '=';
    line[65] = '\0';
    struct rw_reply reply = {0};
    rw_reply_line(&reply, line, strlen(line));
    cr_assert_eq(reply.count, 1);
    cr_assert_eq(strlen(reply.pairs[0].key), 64);
    line[64] = 'k';
    line[65] = '=';
    line[66] = '\0';
    rw_reply_line(&reply, line, strlen(line));
    cr_assert_eq(reply.count, 1);
    rw_reply_done(&reply);
}

Test(reply, makes_values_safe_and_cuts_them)
{
    expect_pairs("os=a\x1b[2J\xff\x07é\tb\n", "os=a?[2J??é\tb;");
    char text[RW_REPLY_VALUE_MAX + 10];
    memset(text, 'v', sizeof text);
    memcpy(text, "k=", 2);
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, text, sizeof text);
    cr_assert_eq(strlen(rw_reply_get(&reply, "k")), RW_REPLY_VALUE_MAX);
    rw_reply_done(&reply);
}

Test(reply, survives_null_bytes)
{
    static const char text[] = "a=1\0002\nb\0=3\nc=4\n";
    char *pairs = pairs_of(text, sizeof text - 1);
    cr_assert_str_eq(pairs, "a=1?2;c=4;");
    free(pairs);
}

Test(reply, gives_the_value_that_came_last)
{
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, "a=1\nb=2\na=3\n", 12);
    cr_assert_str_eq(rw_reply_get(&reply, "a"), "3");
    cr_assert(rw_reply_is(&reply, "a", "3"));
    cr_assert_not(rw_reply_is(&reply, "a", "1"));
    cr_assert_not(rw_reply_is(&reply, "c", ""));
    cr_assert_null(rw_reply_get(&reply, "c"));
    rw_reply_done(&reply);
    cr_assert_null(rw_reply_get(&reply, "a"));
}

Test(reply, keeps_no_more_pairs_than_the_maximum)
{
    struct rw_buf text = {0};
    for (int i = 0; i < RW_REPLY_PAIRS_MAX + 10; i++)
        rw_buf_adds(&text, "row=x\n");
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, text.data, text.len);
    cr_assert_eq(reply.count, RW_REPLY_PAIRS_MAX);
    rw_reply_done(&reply);
    rw_buf_done(&text);
}

Test(reply, gives_numbers_or_what_stands_in_for_them)
{
    struct rw_reply reply = {0};
    static const char text[] = "a=42\nb=-7\nc=\nd=4x\ne=99999999999999999999\nf= 1\n";
    rw_reply_parse(&reply, text, sizeof text - 1);
    cr_assert_eq(rw_reply_number(&reply, "a", 5), 42);
    cr_assert_eq(rw_reply_number(&reply, "b", 5), -7);
    for (const char *key = "cdefg"; *key; key++) {
        char name[2] = {*key, '\0'};
        cr_expect_eq(rw_reply_number(&reply, name, 5), 5, "%s", name);
    }
    rw_reply_done(&reply);
}

/* ---- output between the markers ---- */

struct lines {
    struct rw_script_output output;
    struct rw_buf text; /* each line followed by '|' */
};

static void take_line(void *context, const char *line, size_t length)
{
    struct lines *lines = context;
    rw_buf_add(&lines->text, line, length);
    rw_buf_addc(&lines->text, '|');
}

static void feed(struct lines *lines, const char *data, size_t size, size_t piece)
{
    memset(lines, 0, sizeof *lines);
    rw_script_output_init(&lines->output, NONCE, take_line, lines);
    for (size_t at = 0; at < size;) {
        size_t some = piece && piece < size - at ? piece : size - at;
        rw_script_output_add(&lines->output, data + at, some);
        at += some;
    }
}

static void drop(struct lines *lines)
{
    rw_script_output_done(&lines->output);
    rw_buf_done(&lines->text);
}

static void expect_lines(const char *data, const char *expected, bool ended, int status)
{
    for (size_t piece = 0; piece <= strlen(data); piece++) {
        struct lines lines;
        feed(&lines, data, strlen(data), piece);
        cr_expect_str_eq(rw_buf_str(&lines.text), expected, "in pieces of %zu: %s", piece,
                         rw_buf_str(&lines.text));
        cr_expect_eq(lines.output.ended, ended, "%s", data);
        if (ended)
            cr_expect_eq(lines.output.status, status, "%s", data);
        drop(&lines);
    }
}

Test(script_output, gives_the_lines_between_the_markers_in_pieces_of_any_size)
{
    expect_lines(BEGIN "a=1\nb=2" END("0"), "a=1|b=2|", true, 0);
    expect_lines(BEGIN "a=1\n" END("3"), "a=1||", true, 3);
    expect_lines(BEGIN END("255"), "|", true, 255);
}

Test(script_output, passes_over_what_login_scripts_print)
{
    expect_lines("Welcome!\na=0\nno line end" BEGIN "a=1" END("0") "logout\na=2\n", "a=1|", true,
                 0);
}

Test(script_output, ignores_markers_of_somebody_else)
{
    expect_lines("\n@@rke2-wizard-begin fedcba9876543210\na=0\n" BEGIN
                 "\n@@rke2-wizard-end fedcba9876543210 0\na=1" END("4"),
                 "|@@rke2-wizard-end fedcba9876543210 0|a=1|", true, 4);
    expect_lines("x@@rke2-wizard-begin " NONCE "\na=0\n", "", false, 0);
    expect_lines("@@rke2-wizard-begin 0123456789abcde\na=0\n", "", false, 0);
    expect_lines(BEGIN "@@rke2-wizard-end " NONCE "\n@@rke2-wizard-end " NONCE " x\n",
                 "@@rke2-wizard-end " NONCE "|@@rke2-wizard-end " NONCE " x|", false, 0);
}

Test(script_output, takes_an_end_without_a_begin_for_nothing)
{
    expect_lines("a=0" END("0") "b=0\n", "", false, 0);
}

Test(script_output, has_not_ended_when_it_is_cut_off)
{
    expect_lines(BEGIN "a=1\nb=2\n@@rke2-wizard-end " NONCE " 0", "a=1|b=2|", false, 0);
}

Test(script_output, understands_a_terminal_that_ends_lines_with_cr)
{
    expect_lines("\r\n@@rke2-wizard-begin " NONCE "\r\na=1\r\n\r\n@@rke2-wizard-end " NONCE
                 " 7\r\n",
                 "a=1||", true, 7);
}

Test(script_output, cuts_a_long_line_and_reads_the_next)
{
    struct rw_buf data = {0};
    char *filling = rw_malloc(RW_SCRIPT_LINE_MAX);
    memset(filling, 'x', RW_SCRIPT_LINE_MAX);
    rw_buf_adds(&data, BEGIN);
    rw_buf_add(&data, filling, RW_SCRIPT_LINE_MAX);
    rw_buf_adds(&data, "too much\nb=2" END("0"));
    for (size_t piece = 0; piece < 3; piece++) {
        struct lines lines;
        feed(&lines, data.data, data.len, piece * 777);
        cr_assert_eq(lines.text.len, RW_SCRIPT_LINE_MAX + strlen("|b=2|"));
        cr_assert_str_eq(lines.text.data + RW_SCRIPT_LINE_MAX, "|b=2|");
        cr_assert(lines.output.ended);
        drop(&lines);
    }
    free(filling);
    rw_buf_done(&data);
}

Test(script_output, hands_over_null_bytes_as_they_come)
{
    static const char data[] = BEGIN "a\0b\n@@rke2-wizard-end " NONCE " 0\n";
    struct lines lines;
    feed(&lines, data, sizeof data - 1, 1);
    cr_assert_eq(lines.text.len, 4);
    cr_assert_arr_eq(lines.text.data, "a\0b|", 4);
    cr_assert(lines.output.ended);
    drop(&lines);
}

Test(script, has_a_new_number_each_time)
{
    char one[RW_SCRIPT_NONCE_SIZE], two[RW_SCRIPT_NONCE_SIZE];
    rw_script_nonce(one);
    rw_script_nonce(two);
    cr_assert_eq(strlen(one), 16);
    cr_assert_eq(strspn(one, "0123456789abcdef"), 16);
    cr_assert_str_neq(one, two);
}

/* ---- the way there and back, through real shells ---- */

static char *wire(const struct rw_script_var *vars, size_t count, const char *body)
{
    struct rw_buf out = {0};
    rw_script_compose(&out, NONCE, vars, count, body);
    return rw_buf_take(&out);
}

/* Runs body in every shell there is and asserts lines and exit status. */
static void expect_run(const struct rw_script_var *vars, size_t count, const char *body,
                       const char *expected, int status)
{
    char *text = wire(vars, count, body);
    for (const char *const *shell = shells; *shell; shell++) {
        if (!have_shell(*shell))
            continue;
        int code;
        char *output = run_shell(*shell, text, &code);
        struct lines lines;
        feed(&lines, output, strlen(output), 0);
        cr_expect(lines.output.ended, "%s: %s", *shell, output);
        cr_expect_eq(lines.output.status, status, "%s: %d", *shell, lines.output.status);
        cr_expect_str_eq(rw_buf_str(&lines.text), expected, "%s: %s", *shell,
                         rw_buf_str(&lines.text));
        drop(&lines);
        free(output);
    }
    free(text);
}

Test(script, runs_in_each_shell_and_tells_its_status)
{
    expect_run(NULL, 0, "echo a=1\necho b=2\n", "a=1|b=2||", 0);
    expect_run(NULL, 0, "echo a=1; exit 3\necho b=2", "a=1||", 3);
    expect_run(NULL, 0, "false", "|", 1);
    expect_run(NULL, 0, "set -e; false; echo a=1", "|", 1);
}

Test(script, may_end_without_a_line_end)
{
    expect_run(NULL, 0, "printf a=1", "a=1|", 0);
    expect_run(NULL, 0, "echo a=1 # a comment at the end", "a=1||", 0);
}

Test(script, cannot_eat_itself_from_standard_input)
{
    expect_run(NULL, 0, "cat; read -r line; echo \"line=$line\"\n", "line=||", 0);
}

Test(script, gets_its_parameters_exactly)
{
    static const char *const values[] = {
        "",
        "plain",
        "it's",
        "''",
        "\"",
        "a\nb\n\nc",
        "$(echo no)",
        "`echo no`",
        "$HOME",
        "\\",
        "\\n",
        "a\\'b",
        "-n",
        "*",
        "~",
        "#x",
        "!x",
        "a;b&c|d>e",
        "  two  blanks  ",
        "é中",
        "\t",
        "}\n)",
    };
    for (size_t i = 0; i < RW_COUNT(values); i++) {
        struct rw_script_var vars[] = {{"value", values[i]}, {"other", NULL}};
        struct rw_buf expected = {0};
        for (const char *c = values[i]; *c; c++)
            rw_buf_addc(&expected, *c == '\n' ? '|' : *c);
        rw_buf_adds(&expected, ";|");
        expect_run(vars, RW_COUNT(vars), "printf '%s;%s' \"$value\" \"$other\"",
                   rw_buf_str(&expected), 0);
        rw_buf_done(&expected);
    }
}

Test(script, does_not_export_its_parameters)
{
    struct rw_script_var vars[] = {{"token", "my-shared-secret"}};
    expect_run(vars, 1, "env | grep -c my-shared-secret; grep -c my-shared-secret /proc/$$/cmdline",
               "0|0||", 1);
}

Test(script, runs_nothing_when_the_connection_is_cut_before_its_end)
{
    char *folder = folder_new();
    char *body =
        rw_asprintf("echo begun >%s/begun\necho a=1\necho ended >%s/ended", folder, folder);
    char *text = wire(NULL, 0, body);
    size_t whole = strlen(text) - strlen("\n");
    for (const char *const *shell = shells; *shell; shell++) {
        if (!have_shell(*shell))
            continue;
        const char *argv[] = {*shell, "-s", NULL};
        for (size_t size = 0; size < whole; size += size + 120 < whole ? 7 : 1) {
            int status;
            free(run_program(argv, text, size, &status));
            cr_assert(access(in_folder(folder, "begun"), F_OK) != 0, "%s ran “%.*s”", *shell,
                      (int)size, text);
        }
    }
    int status;
    free(run_shell("sh", text, &status));
    cr_assert(access(in_folder(folder, "ended"), F_OK) == 0);
    free(text);
    free(body);
    folder_remove(folder);
}

/* A start file of the login shell reads from the standard input that the script comes on. */
Test(script, runs_nothing_when_its_beginning_was_read_by_somebody_else)
{
    char *folder = folder_new();
    char *body = rw_asprintf("echo begun >%s/begun", folder);
    char *text = wire(NULL, 0, body);
    char *command = rw_asprintf("%s 2>&1", RW_SCRIPT_SHELL);
    for (const char *const *shell = shells; *shell; shell++) {
        if (!have_shell(*shell))
            continue;
        const char *argv[] = {*shell, "-c", command, NULL};
        for (size_t eaten = 1; eaten <= strlen(text); eaten++) {
            int status;
            char *output = run_program(argv, text + eaten, strlen(text + eaten), &status);
            cr_assert(access(in_folder(folder, "begun"), F_OK) != 0, "%s ran “%s”", *shell,
                      text + eaten);
            cr_assert_eq(status, 125);
            cr_assert_str_eq(output, RW_SCRIPT_CUT "\n");
            free(output);
        }
        int status;
        free(run_program(argv, text, strlen(text), &status));
        cr_assert(access(in_folder(folder, "begun"), F_OK) == 0, "%s", *shell);
        cr_assert_eq(unlink(in_folder(folder, "begun")), 0);
    }
    free(command);
    free(text);
    free(body);
    folder_remove(folder);
}

Test(script, what_a_host_says_instead_is_one_line_of_both_streams)
{
    struct lines lines;
    struct rw_buf err = {0};
    static const char out[] = "\nPlease log in\r\nas\x1b ubuntu";
    feed(&lines, out, sizeof out - 1, 0);
    char *said = rw_script_said(&lines.output, &err, 100);
    cr_expect_str_eq(said, "Please log in; as? ubuntu");
    free(said);
    rw_buf_adds(&err, "no\n\nway\n");
    said = rw_script_said(&lines.output, &err, 20);
    cr_expect_str_eq(said, "no; way; Please log ");
    free(said);
    drop(&lines);
    feed(&lines, BEGIN "a=1", strlen(BEGIN "a=1"), 0);
    said = rw_script_said(&lines.output, &err, 100);
    cr_expect_str_eq(said, "no; way", "its own lines are not what the host says");
    free(said);
    rw_buf_done(&err);
    drop(&lines);
}
