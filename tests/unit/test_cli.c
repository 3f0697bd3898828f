/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what it takes, what it refuses, and the exit codes. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/options.h"
#include "unit/helpers.h"

/* What is allowed in one call of rw_cli_main: getopt starts once a process. */
#define WORDS_MAX 12

/* Runs the command line (NULL ends it) and gives the exit code. The options that a command got
 * cannot be seen here, so that only what ends before a command does anything is tested this way. */
static int run(const char *const words[])
{
    char *argv[WORDS_MAX + 2] = {rw_strdup("rke2-wizard")};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = rw_strdup(words[argc - 1]);
    int code = rw_cli_main(argc, argv, NULL);
    fflush(stdout);
    fflush(stderr);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return code;
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

static char *run_it(const char *program, int *status, const char *const words[])
{
    const char *argv[WORDS_MAX + 2] = {program};
    for (size_t i = 0; words[i]; i++)
        argv[i + 1] = words[i];
    return run_program(argv, "", 0, status);
}

/* Runs the built program itself; standard output to free(). */
static char *run_built(int *status, const char *const words[])
{
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("LANGUAGE");
    return run_it(in_build("rke2-wizard"), status, words);
}

#define BUILT(status, ...) run_built(status, (const char *const[]){__VA_ARGS__, NULL})

/* ---- refused: exit code 2, a line that says why, and where to read on ---- */

struct refusal {
    const char *words[WORDS_MAX];
    const char *said;
};

static const struct refusal refusals[] = {
    {{"instal"}, "unknown command: instal\nTry: rke2-wizard --help\n"},
    {{""}, "unknown command: \nTry: rke2-wizard --help\n"},
    {{"-f", "x", "plan"}, "unexpected argument: plan\nTry: rke2-wizard --help\n"},
    {{"--language", "plan", "-f", "x"}, "unknown option: --language\n"},
    {{"--json"}, "unknown option: --json\n"}, /* of commands alone */
    {{"completion"}, "SHELL is missing\n"},
    {{"completion", "bash", "zsh"}, "unexpected argument: zsh\n"},
    {{"completion", "-f", "x"}, "unknown option: -f\n"},
    {{"plan"}, "no answers file: add -f FILE\nTry: rke2-wizard plan --help\n"},
    {{"plan", "--bogus"}, "unknown option: --bogus\nTry: rke2-wizard plan --help\n"},
    {{"plan", "--bogus=7", "-f", "x"}, "unknown option: --bogus=7\n"},
    {{"plan", "--json=7"}, "unknown option: --json=7\n"},
    {{"plan", "-f", "x", "-q"}, "unknown option: -q\n"},
    {{"plan", "-qf", "x"}, "unknown option: -q\n"},
    {{"plan", "--json", "-qf", "x"}, "unknown option: -q\n"},
    {{"plan", "-f", "x", "--yes"}, "unknown option: --yes\n"}, /* of install alone */
    {{"plan", "-y"}, "unknown option: -y\n"},
    {{"nodes", "--timeout", "5"}, "unknown option: --timeout\n"},
    {{"plan", "-f"}, "-f needs a value\nTry: rke2-wizard plan --help\n"},
    {{"plan", "--file"}, "--file needs a value\n"},
    {{"kubeconfig", "-f", "x", "-o"}, "-o needs a value\n"},
    {{"install", "-yf"}, "-yf needs a value\n"},
    {{"plan", "-f", "x", "y"}, "unexpected argument: y\n"},
    {{"plan", "y", "-f", "x"}, "unexpected argument: y\n"},
    {{"plan", "-f", "x", "--", "-q"}, "unexpected argument: -q\n"},
    {{"plan", "-f", "x", "--lang", "de"}, "invalid value: de\n"},
    {{"install", "-f", "x", "--timeout", "0"}, "invalid value: 0\n"},
    {{"install", "-f", "x", "--timeout", "-1"}, "invalid value: -1\n"},
    {{"install", "-f", "x", "--timeout", "abc"}, "invalid value: abc\n"},
    {{"install", "-f", "x", "--timeout", "5m"}, "invalid value: 5m\n"},
    {{"install", "-f", "x", "--timeout", "1e3"}, "invalid value: 1e3\n"},
    {{"install", "-f", "x", "--timeout", ""}, "invalid value: \n"},
    {{"install", "-f", "x", "--timeout", "86401"}, "invalid value: 86401\n"},
    {{"install", "-f", "x", "--timeout=99999999999999999999"},
     "invalid value: 99999999999999999999\n"},
};

/* Each in a process of its own, because getopt keeps where it is. */
Test(cli, refuses_a_wrong_command_line_with_exit_code_2_and_says_why)
{
    const char *program = in_build("rke2-wizard");
    for (size_t i = 0; i < RW_COUNT(refusals); i++) {
        struct rw_buf line = {0};
        const char *argv[WORDS_MAX + 6] = {"sh", "-c", "exec \"$@\" 2>&1 >/dev/null", "sh",
                                           program};
        for (size_t k = 0; refusals[i].words[k]; k++) {
            argv[k + 5] = refusals[i].words[k];
            rw_buf_addf(&line, "%s ", refusals[i].words[k]);
        }
        setenv("LC_ALL", "C.UTF-8", 1);
        int status;
        char *said = run_program(argv, "", 0, &status);
        cr_expect_eq(status, 2, "%s: %d", rw_buf_str(&line), status);
        cr_expect(strstr(said, refusals[i].said), "%s: %s", rw_buf_str(&line), said);
        cr_expect(strstr(said, "Try: rke2-wizard "), "%s: %s", rw_buf_str(&line), said);
        free(said);
        rw_buf_done(&line);
    }
}

Test(cli, help_shows_its_commands, .init = cr_redirect_stdout)
{
    char *argv[] = {rw_strdup("rke2-wizard"), rw_strdup("--help"), NULL};
    cr_assert_eq(rw_cli_main(2, argv, NULL), 0);
    fflush(stdout);
    char text[8192] = "";
    cr_assert(fread(text, 1, sizeof text - 1, cr_get_redirected_stdout()) > 0);
    for (const struct rw_command *command = rw_commands + 1; command->name; command++)
        cr_expect(strstr(text, command->name), "%s: %s", command->name, text);
    free(argv[0]);
    free(argv[1]);
}

Test(cli, opens_the_wizard_when_it_is_given_no_command_and_ends_with_its_input)
{
    int status;
    char *folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    const char *program = in_build("rke2-wizard");
    const char *argv[] = {program, "--plain", "--lang", "en", NULL};
    const char *input = "demo\n\n";
    char *text = run_program(argv, input, strlen(input), &status);
    cr_expect_eq(status, 2);
    cr_expect(strstr(text, "2/8 Hosts and roles: demo"), "%s", text);
    cr_expect(strstr(text, "The input has ended."), "%s", text);
    free(text);
    text = run_program(argv, "", 0, &status);
    cr_expect_eq(status, 2);
    cr_expect(strstr(text, "1 continue with demo, saved "), "%s", text);
    free(text);
    folder_remove(folder);
}

static void redirect_both(void)
{
    cr_redirect_stdout();
    cr_redirect_stderr();
}

Test(cli, says_nothing_on_standard_output_when_it_refuses, .init = redirect_both)
{
    cr_assert_eq(RUN("plan", "--bogus"), 2);
    cr_assert_stdout_eq_str("");
}

/* ---- help and version: exit code 0, on standard output ---- */

Test(cli, ends_with_exit_code_2_where_a_password_file_cannot_be_read)
{
    static const char *const commands[] = {"install", "check", "reset", "nodes", "bundle"};
    char *folder = folder_new();
    const char *file = in_folder(folder, "answers.yaml");
    setenv("XDG_STATE_HOME", folder, 1);
    write_text(file,
               "version: 1\ncluster: demo\nregistration-name: rke2.example.com\nhosts:\n"
               "  - {name: ha-m1, address: 192.0.2.1, role: server, password-file: nothing}\n");
    for (size_t i = 0; i < RW_COUNT(commands); i++) {
        const char *argv[] = {
            "sh", "-c", "exec \"$0\" \"$@\" 2>&1", in_build("rke2-wizard"), commands[i], "-f",
            file, NULL};
        int status = 0;
        char *said = run_program(argv, "", 0, &status);
        cr_expect_eq(status, 2, "%s: %d", commands[i], status);
        cr_expect(strstr(said, "A-26 ha-m1"), "%s: %s", commands[i], said);
        free(said);
    }
    cr_expect_null(read_text(in_folder(folder, "rke2-wizard/demo/journal.db")));
    folder_remove(folder);
}

Test(cli, explains_itself)
{
    static const char *const words[] = {"--help", "-h", "help"};
    for (size_t i = 0; i < RW_COUNT(words); i++) {
        int status;
        char *text = BUILT(&status, words[i]);
        cr_expect_eq(status, 0);
        for (const struct rw_command *command = rw_commands + 1; command->name; command++)
            cr_expect(strstr(text, command->summary), "%s: %s", command->name, text);
        free(text);
    }
}

Test(cli, explains_each_command_and_its_options_alone)
{
    for (const struct rw_command *command = rw_commands + 1; command->name; command++) {
        int status;
        char *text = BUILT(&status, command->name, "--help");
        cr_expect_eq(status, 0, "%s", command->name);
        cr_expect(strstr(text, command->summary), "%s", text);
        cr_expect(!command->details || strstr(text, command->details), "%s", text);
        cr_expect(strstr(text, command->operand ? command->operand : "-f, --file FILE"), "%s",
                  text);
        free(text);
    }
}

Test(cli, explains_a_command_whatever_else_is_said)
{
    int status;
    char *text = BUILT(&status, "install", "-y", "--timeout=5", "-f", "/nonexistent", "-h");
    cr_expect_eq(status, 0);
    cr_expect(strstr(text, "rke2-wizard install -f FILE"), "%s", text);
    free(text);
}

Test(cli, tells_its_version)
{
    static const char *const words[] = {"--version", "-V"};
    for (size_t i = 0; i < RW_COUNT(words); i++) {
        int status;
        char *text = BUILT(&status, words[i]);
        cr_expect_eq(status, 0);
        cr_expect_eq(strncmp(text, "rke2-wizard ", 12), 0, "%s", text);
        free(text);
    }
}

/* ---- languages ---- */

/* The program alone in a folder, as it is when it was copied to another machine. */
static char *program_alone(void)
{
    char *folder = folder_new();
    char *command = rw_asprintf("cp '%s' '%s'", in_build("rke2-wizard"), folder);
    int status;
    free(run_shell("/bin/sh", command, &status));
    cr_assert_eq(status, 0, "%s", command);
    free(command);
    return folder;
}

static void expect_usage(const char *folder, const char *lang, const char *begins)
{
    const char *value = from_environment("LANG");
    int status;
    char *text = run_it(in_folder(folder, "rke2-wizard"), &status,
                        (const char *const[]){"--help", lang, NULL});
    cr_expect(status == 0 && rw_text_starts(text, begins), "LANG=%s %s: %.80s",
              value ? value : "(unset)", lang ? lang : "", text);
    free(text);
}

Test(cli, speaks_chinese_whatever_the_locale_is_and_wherever_it_stands)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE", "LANG"};
    static const struct {
        const char *lang; /* LANG, or NULL */
        bool chinese;     /* without being asked */
    } rows[] = {
        {NULL, false},          {"", false},           {"C", false},         {"C.UTF-8", false},
        {"en_US.UTF-8", false}, {"zh_CN.UTF-8", true}, {"zh_CN.utf8", true},
    };
    char *folder = program_alone();
    for (size_t i = 0; i < RW_COUNT(names); i++)
        unsetenv(names[i]);
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        if (rows[i].lang)
            setenv("LANG", rows[i].lang, 1);
        expect_usage(folder, "--lang=zh_CN", "用法：");
        expect_usage(folder, "--lang=en", "Usage: ");
        expect_usage(folder, NULL, rows[i].chinese ? "用法：" : "Usage: ");
    }
    folder_remove(folder);
}

Test(cli, finds_the_language_before_anything_is_printed)
{
    static const struct {
        const char *words[WORDS_MAX];
        const char *language;
    } rows[] = {
        {{"--lang", "zh_CN", "plan"}, "zh_CN"},
        {{"--lang=zh_CN", "plan"}, "zh_CN"},
        {{"plan", "-f", "x", "--lang=en"}, "en"},
        {{"plan", "--lang", "en"}, "en"},
        {{"plan", "--lang"}, NULL},
        {{"plan"}, NULL},
        {{"plan", "--", "--lang=en"}, NULL},
        {{"plan", "--language=en"}, NULL},
        {{"plan", "--lang="}, ""},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *argv[WORDS_MAX + 2] = {rw_strdup("rke2-wizard")};
        int argc = 1;
        for (; rows[i].words[argc - 1]; argc++)
            argv[argc] = rw_strdup(rows[i].words[argc - 1]);
        const char *language = rw_cli_language(argc, argv);
        cr_expect(rows[i].language ? language && strcmp(language, rows[i].language) == 0
                                   : !language,
                  "row %zu: %s", i, language);
        for (int k = 0; k < argc; k++)
            free(argv[k]);
    }
    cr_assert_null(rw_cli_language(0, NULL));
}

Test(cli, takes_the_language_before_the_command_too)
{
    int status;
    char *text = BUILT(&status, "--lang", "en", "--lang=en", "plan", "--help");
    cr_expect_eq(status, 0);
    cr_expect(strstr(text, "Usage: rke2-wizard plan"), "%s", text);
    free(text);
}

/* ---- plan, the command that needs no host ---- */

Test(cli, shows_the_plan_of_the_example_without_its_token)
{
    const char *example = in_sources("data/examples/ha-demo.yaml");
    int status;
    char *text = BUILT(&status, "plan", "-f", example),
         *json = BUILT(&status, "plan", "-f", example, "--json");
    cr_expect_eq(status, 0);
    cr_expect(strstr(text, "token: <token>"), "%s", text);
    cr_expect(strstr(json, "token: <token>"), "%s", json);
    cr_expect_null(strstr(text, "my-shared-secret"));
    cr_expect_null(strstr(json, "my-shared-secret"));
    cr_expect_eq(json[0], '{');
    free(text);
    free(json);
}

Test(cli, shows_a_placeholder_for_a_version_it_cannot_know)
{
    char *folder = folder_new();
    const char *path = in_folder(folder, "a.yaml");
    write_text(path, "version: 1\ncluster: demo\nregistration-name: k8s.example.com\n"
                     "hosts:\n- {name: m1, address: 10.0.0.1, role: server}\n");
    int status;
    char *text = BUILT(&status, "plan", "-f", path);
    cr_expect_eq(status, 0);
    cr_expect(strstr(text, "version='<newest of channel stable>'"), "%s", text);
    free(text);
    folder_remove(folder);
}

Test(cli, ends_with_2_when_the_answers_cannot_be_used)
{
    char *folder = folder_new();
    const char *bad = in_folder(folder, "bad.yaml");
    write_text(bad, "version: 1\n");
    int status;
    free(BUILT(&status, "plan", "-f", bad));
    cr_expect_eq(status, 2);
    free(BUILT(&status, "plan", "-f", in_folder(folder, "missing.yaml")));
    cr_expect_eq(status, 2);
    free(BUILT(&status, "install", "-y", "-f", folder));
    cr_expect_eq(status, 2);
    folder_remove(folder);
}

Test(cli, says_that_there_is_no_journal_yet)
{
    char *folder = folder_new();
    const char *example = in_sources("data/examples/ha-demo.yaml");
    setenv("XDG_STATE_HOME", folder, 1);
    int status;
    free(BUILT(&status, "status", "-f", example));
    cr_expect_neq(status, 0);
    cr_expect_neq(access(in_folder(folder, "rke2-wizard"), F_OK), 0, "status makes nothing");
    folder_remove(folder);
}
