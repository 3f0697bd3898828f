/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "finding/finding.h"

static const char *const parts[RW_FINDING_COUNT][4] = {
#define FINDING(name, id, severity, fact, why, fix, same_as)                                       \
    [RW_F_##name] = {fact, why, fix, same_as},
#define N_(text) text
#include "finding/catalogue.h"
#undef N_
#undef FINDING
};

static struct rw_finding *add_bad_value(struct rw_findings *list, const char *value)
{
    return rw_findings_add(list, RW_F_ANSWERS_BAD_VALUE, NULL, "where", "a.yaml:1:2", "value",
                           value, "key", "port", "_expected", "a number", NULL);
}

static void expect_text(const struct rw_finding *finding, enum rw_finding_part part,
                        const char *expected)
{
    char *text = rw_finding_text(finding, part);
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(finding, has_the_severity_of_the_catalogue)
{
    struct rw_findings list = {0};
    rw_findings_add(&list, RW_F_ANSWERS_SYNTAX, "m1", NULL);
    rw_findings_add(&list, RW_F_ANSWERS_EVEN_SERVERS, NULL, NULL);
    cr_assert_eq(list.items[0].severity, RW_SEVERITY_FAIL);
    cr_assert_eq(list.items[1].severity, RW_SEVERITY_WARN);
    cr_assert_str_eq(list.items[0].host, "m1");
    cr_assert_eq(rw_findings_at_least(&list, RW_SEVERITY_OK), 2);
    cr_assert_eq(rw_findings_at_least(&list, RW_SEVERITY_WARN), 2);
    cr_assert_eq(rw_findings_at_least(&list, RW_SEVERITY_FAIL), 1);
    rw_findings_done(&list);
    cr_assert_eq(list.count, 0);
    rw_findings_done(&list);
}

Test(finding, fills_its_parameters_into_the_texts)
{
    struct rw_findings list = {0};
    struct rw_finding *finding = add_bad_value(&list, "x");
    expect_text(finding, RW_FINDING_FACT, "a.yaml:1:2: “x” is not a valid value for “port”.");
    expect_text(finding, RW_FINDING_WHY, "");
    expect_text(finding, RW_FINDING_FIX, "“port” must be a number.");
    rw_findings_done(&list);
}

Test(finding, shows_a_missing_parameter_as_a_question_mark)
{
    struct rw_findings list = {0};
    struct rw_finding *finding =
        rw_findings_add(&list, RW_F_ANSWERS_UNREADABLE, NULL, "reason", NULL, NULL);
    expect_text(finding, RW_FINDING_FACT, "The answers file cannot be read: ?.");
    expect_text(finding, RW_FINDING_SAME_AS, "ls -l '?'");
    rw_findings_done(&list);
}

Test(finding, does_not_expand_what_stands_in_a_value)
{
    struct rw_findings list = {0};
    struct rw_finding *finding = add_bad_value(&list, "{key} {where} %s {");
    expect_text(finding, RW_FINDING_FACT,
                "a.yaml:1:2: “{key} {where} %s {” is not a valid value for “port”.");
    rw_findings_done(&list);
}

Test(finding, makes_values_safe_for_a_terminal)
{
    struct rw_findings list = {0};
    struct rw_finding *finding = add_bad_value(&list, "\x1b]0;x\x07\n\xff");
    expect_text(finding, RW_FINDING_FACT,
                "a.yaml:1:2: “?]0;x???” is not a valid value for “port”.");
    rw_strset(&finding->host, "m\x1b[1m");
    struct rw_buf out = {0};
    rw_finding_print(&out, finding);
    cr_assert_null(strchr(rw_buf_str(&out), '\x1b'), "%s", rw_buf_str(&out));
    rw_buf_done(&out);
    rw_findings_done(&list);
}

Test(finding, quotes_values_in_commands_for_a_shell)
{
    struct rw_findings list = {0};
    struct rw_finding *finding = rw_findings_add(&list, RW_F_ANSWERS_UNREADABLE, NULL, "file",
                                                 "x; rm -rf '$HOME'", "reason", "no", NULL);
    expect_text(finding, RW_FINDING_SAME_AS, "ls -l 'x; rm -rf '\\''$HOME'\\'''");
    rw_finding_set(finding, "file", "/plain/path.yaml");
    expect_text(finding, RW_FINDING_SAME_AS, "ls -l /plain/path.yaml");
    rw_findings_done(&list);
}

Test(finding, replaces_and_gives_parameters)
{
    struct rw_findings list = {0};
    struct rw_finding *finding = add_bad_value(&list, "x");
    cr_assert_str_eq(rw_finding_get(finding, "value"), "x");
    rw_finding_set(finding, "value", "y");
    cr_assert_str_eq(rw_finding_get(finding, "value"), "y");
    cr_assert_eq(finding->param_count, 4);
    cr_assert_null(rw_finding_get(finding, "other"));
    rw_findings_done(&list);
}

Test(finding, is_equal_when_it_says_the_same_about_the_same_host)
{
    struct rw_findings list = {0};
    add_bad_value(&list, "x");
    rw_findings_copy(&list, &list.items[0]);
    cr_assert(rw_finding_equal(&list.items[0], &list.items[1]));
    rw_finding_set(&list.items[1], "value", "y");
    cr_assert_not(rw_finding_equal(&list.items[0], &list.items[1]));
    rw_finding_set(&list.items[1], "value", "x");
    rw_strset(&list.items[1].host, "m1");
    cr_assert_not(rw_finding_equal(&list.items[0], &list.items[1]));
    rw_findings_done(&list);
}

Test(finding, copies_within_one_list_while_it_grows)
{
    struct rw_findings list = {0};
    add_bad_value(&list, "x");
    for (int i = 0; i < 50; i++)
        rw_findings_copy(&list, &list.items[0]);
    for (size_t i = 0; i < list.count; i++)
        cr_assert(rw_finding_equal(&list.items[0], &list.items[i]));
    rw_findings_done(&list);
}

Test(finding, prints_as_lines)
{
    struct rw_findings list = {0};
    struct rw_finding *finding =
        rw_findings_add(&list, RW_F_ANSWERS_SECRET_MODE, "m1", "file", "a.yaml", NULL);
    struct rw_buf out = {0};
    rw_finding_print(&out, finding);
    cr_assert_str_eq(rw_buf_str(&out),
                     "[WARN] A-15 m1: a.yaml holds a secret and is readable by others.\n"
                     "       Why: Anyone who reads it can take over the cluster or its hosts.\n"
                     "       Fix: Run “chmod 600” on the file.\n"
                     "       Same as: ls -l a.yaml\n");
    rw_buf_done(&out);
    rw_findings_done(&list);
}

Test(finding, prints_with_the_punctuation_of_the_language)
{
    struct rw_findings list = {0};
    struct rw_finding *finding =
        rw_findings_add(&list, RW_F_ANSWERS_SECRET_MODE, "m1", "file", "a.yaml", NULL);
    struct rw_buf out = {0};
    rw_i18n_use(rw_i18n_find("zh_CN"));
    rw_finding_print(&out, finding);
    rw_i18n_use(0);
    cr_assert(rw_text_starts(rw_buf_str(&out), "[WARN] A-15 m1："), "%s", rw_buf_str(&out));
    rw_buf_done(&out);
    rw_findings_done(&list);
}

Test(finding, names_the_severities)
{
    cr_assert_str_eq(rw_severity_name(RW_SEVERITY_OK), "ok");
    cr_assert_str_eq(rw_severity_name(RW_SEVERITY_UNKNOWN), "unknown");
    cr_assert_str_eq(rw_severity_name(RW_SEVERITY_WARN), "warn");
    cr_assert_str_eq(rw_severity_name(RW_SEVERITY_FAIL), "fail");
}

/* ---- JSON ---- */

Test(finding, goes_through_json_and_back)
{
    struct rw_findings list = {0};
    struct rw_finding *finding = add_bad_value(&list, "\"quoted\" \\ 密 </script>");
    char *json = rw_finding_params_json(finding);
    rw_findings_copy(&list, &list.items[0]);
    rw_finding_set(&list.items[1], "value", "other");
    cr_assert_eq(rw_finding_params_parse(&list.items[1], json), 0);
    cr_assert(rw_finding_equal(&list.items[0], &list.items[1]));
    free(json);
    rw_findings_done(&list);
}

Test(finding, writes_bytes_that_are_no_utf_8_as_valid_json)
{
    struct rw_findings list = {0};
    struct rw_finding *finding = add_bad_value(&list, "a\xff");
    char *json = rw_finding_params_json(finding);
    cr_assert(strstr(json, "\"value\":\"a?\""), "%s", json);
    free(json);
    rw_findings_done(&list);
}

Test(finding, refuses_json_that_is_no_object_of_strings)
{
    static const char *const bad[] = {
        "",
        "x",
        "[]",
        "null",
        "\"a\"",
        "1",
        "{\"a\":1}",
        "{\"a\":null}",
        "{\"a\":{}}",
        "{\"a\":\"b\"",
        "{\"a\":\"b\"}x",
        "{\"a\":\"b\",\"a\":\"c\"}",
        "{\"a\":\"b\",\"c\":[]}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\\u0000\":\"b\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\\ud800\"}",
    };
    struct rw_findings list = {0};
    struct rw_finding *finding = add_bad_value(&list, "x");
    for (size_t i = 0; i < RW_COUNT(bad); i++)
        cr_expect_eq(rw_finding_params_parse(finding, bad[i]), RW_ESYNTAX, "%s", bad[i]);
    char *deep = rw_malloc(100001);
    memset(deep, '[', 100000);
    deep[100000] = '\0';
    cr_expect_eq(rw_finding_params_parse(finding, deep), RW_ESYNTAX);
    free(deep);
    cr_assert_eq(finding->param_count, 4, "a refused text changes nothing");
    cr_assert_str_eq(rw_finding_get(finding, "value"), "x");
    cr_assert_eq(rw_finding_params_parse(finding, "{}"), 0);
    cr_assert_eq(finding->param_count, 0);
    rw_findings_done(&list);
}

Test(finding, survives_strange_parameters_from_json)
{
    struct rw_findings list = {0};
    struct rw_finding *finding = add_bad_value(&list, "x");
    cr_assert_eq(rw_finding_params_parse(finding, "{\"\":\"a\",\"_expected\":\"\",\"value\":"
                                                  "\"\\u001b[2J\",\"_\":\"%n\"}"),
                 0);
    expect_text(finding, RW_FINDING_FACT, "?: “?[2J” is not a valid value for “?”.");
    expect_text(finding, RW_FINDING_FIX, "“?” must be .");
    rw_findings_done(&list);
}

/* ---- the catalogue ---- */

Test(finding, finds_each_id_by_its_code)
{
    for (int id = 0; id < RW_FINDING_COUNT; id++) {
        const char *code = rw_finding_code((enum rw_finding_id)id);
        cr_expect_eq(rw_finding_by_code(code), (enum rw_finding_id)id, "%s is used twice", code);
        cr_expect(strlen(code) == 4 && isupper((unsigned char)code[0]) && code[1] == '-' &&
                      isdigit((unsigned char)code[2]) && isdigit((unsigned char)code[3]),
                  "%s", code);
    }
    cr_assert_eq(rw_finding_by_code("Z-99"), RW_FINDING_COUNT);
    cr_assert_eq(rw_finding_by_code(""), RW_FINDING_COUNT);
}

/* A sentence ends with its mark; a command at the end of a fix, which people paste, without one. */
static bool is_whole(const char *text, size_t length)
{
    static const char *const programs[] = {
        "rke2-wizard ", "ssh ",  "mount ",      "timedatectl ", "hostnamectl ",
        "systemctl ",   "rm ",   "ulimit ",     "sysctl ",      "journalctl ",
        "kubectl ",     "time ", "ssh-keygen ", "ss ",
    };
    const char *last = NULL;
    for (const char *at = text; (at = strstr(at, ": ")); at += 2)
        last = at + 2;
    bool command = false;
    for (size_t i = 0; last && i < RW_COUNT(programs); i++)
        command |= rw_text_starts(last, programs[i]);
    /* Words follow it. */
    static const char *const words[] = {". ", "; then ", "; or ", "; where "};
    for (size_t i = 0; i < RW_COUNT(words); i++)
        command = command && !strstr(last, words[i]);
    return command ? text[length - 1] != '.' : strchr(".?}", text[length - 1]) != NULL;
}

Test(finding, has_whole_sentences_and_well_formed_places_in_the_catalogue)
{
    for (int id = 0; id < RW_FINDING_COUNT; id++) {
        const char *code = rw_finding_code((enum rw_finding_id)id);
        cr_expect(*parts[id][RW_FINDING_FACT], "%s has no fact", code);
        for (int part = RW_FINDING_FACT; part <= RW_FINDING_FIX; part++) {
            const char *text = parts[id][part];
            size_t length = strlen(text);
            cr_expect(length == 0 || is_whole(text, length), "%s: “%s”", code, text);
            cr_expect_null(strpbrk(text, "\"\n"), "%s: “%s”", code, text);
            cr_expect_null(strstr(text, "  "), "%s: “%s”", code, text);
        }
    }
}

/* Calls visit for each {name} in a text. */
static void each_place(const char *text, void (*visit)(void *context, const char *name),
                       void *context)
{
    for (const char *open = text; (open = strchr(open, '{')); open++) {
        size_t length = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz_");
        if (length == 0 || open[length + 1] != '}')
            continue;
        char *name = rw_strndup(open + 1, length);
        visit(context, name);
        free(name);
    }
}

static void set_place(void *context, const char *name)
{
    rw_finding_set(context, name, "VALUE");
}

Test(finding, fills_every_place_of_every_text_in_the_catalogue)
{
    for (int id = 0; id < RW_FINDING_COUNT; id++) {
        struct rw_findings list = {0};
        struct rw_finding *finding = rw_findings_add(&list, (enum rw_finding_id)id, "VALUE", NULL);
        for (int part = RW_FINDING_FACT; part <= RW_FINDING_SAME_AS; part++)
            each_place(parts[id][part], set_place, finding);
        for (int part = RW_FINDING_FACT; part <= RW_FINDING_SAME_AS; part++) {
            char *text = rw_finding_text(finding, (enum rw_finding_part)part);
            cr_expect((strlen(text) == 0) == (strlen(parts[id][part]) == 0));
            for (const char *open = parts[id][part]; (open = strchr(open, '{')); open++) {
                size_t length = strcspn(open, "}");
                char *place = rw_strndup(open, length + 1);
                size_t known = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz_");
                if (known > 0 && open[known + 1] == '}')
                    cr_expect_null(strstr(text, place), "%s: %s", rw_finding_code(finding->id),
                                   text);
                free(place);
            }
            free(text);
        }
        rw_findings_done(&list);
    }
}

Test(finding, commands_go_through_the_jump_host_of_their_host)
{
    static const struct {
        enum rw_finding_id id;
        const char *expected;
    } cases[] = {
        {RW_F_HOST_UNREACHABLE, "ssh -J ops@10.9.0.1:2222 -p 22 root@10.0.0.1 true"},
        {RW_F_HOST_NO_ROOT, "ssh -J ops@10.9.0.1:2222 -t -p 22 root@10.0.0.1 sudo true"},
        {RW_F_HOST_LOST, "ssh -p 2222 ops@10.9.0.1 ping -c 3 10.0.0.1"},
        {RW_F_HOST_KEY_UNKNOWN, "ssh -p 2222 ops@10.9.0.1 ssh-keyscan -p 22 10.0.0.1"},
        {RW_F_JUMP_FORBIDS, "ssh -J ops@10.9.0.1:2222 -p 22 root@10.0.0.1 true"},
        {RW_F_PORTS_CONSOLE_JUMP, "ssh -N -L 6443:10.0.0.1:6443 -p 2222 ops@10.9.0.1"},
        {RW_F_JUMP_LOGIN, "ssh -p 2222 -o BatchMode=yes ops@10.9.0.1 true"},
        {RW_F_ANSWERS_UNREADABLE, "ls -l '?'"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        struct rw_findings list = {0};
        struct rw_finding *finding =
            rw_findings_add(&list, cases[i].id, "ha-m1", "address", "10.0.0.1", "port", "22",
                            "user", "root", "jump", "ops@10.9.0.1:2222", "jump_address", "10.9.0.1",
                            "jump_port", "2222", "jump_user", "ops", NULL);
        expect_text(finding, RW_FINDING_SAME_AS, cases[i].expected);
        rw_findings_done(&list);
    }
}

Test(finding, a_key_is_let_in_through_the_jump_host)
{
    struct rw_findings list = {0};
    struct rw_finding *finding =
        rw_findings_add(&list, RW_F_HOST_LOGIN, "ha-m1", "address", "10.0.0.1", "port", "22",
                        "user", "root", "_tried", "agent", "methods", "publickey", NULL);
    expect_text(finding, RW_FINDING_FIX,
                "Install the key: ssh-copy-id -p 22 root@10.0.0.1; or set the right key, user or "
                "password-file in the answers file.");
    rw_finding_set(finding, "jump", "ops@10.9.0.1:2222");
    expect_text(finding, RW_FINDING_FIX,
                "Install the key: ssh-copy-id -o ProxyJump=ops@10.9.0.1:2222 -p 22 root@10.0.0.1; "
                "or set the right key, user or password-file in the answers file.");
    rw_findings_done(&list);
}
