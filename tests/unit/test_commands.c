/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the command line: what the parser, the help, the manual and the completion of
 * shells say of a command and its options is the same. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/completion.h"
#include "cli/options.h"
#include "ui/ui.h"
#include "unit/helpers.h"

/* ---- help ---- */

/* An argument that the option accepts. */
static const char *sample(const struct rw_option_row *row)
{
    if (row->word)
        return row->word(0);
    if (row->kind == RW_OPTION_SECONDS)
        return "5";
    if (row->letter == 'n')
        return "192.0.2.1";
    return row->letter == 'p' ? "D-02=later" : "x";
}

/* Runs the program with --help after what is given; what it writes, to free(). */
static char *help_of(const struct rw_command *command, const struct rw_option_row *row, int *status)
{
    const char *argv[6] = {in_build("rke2-wizard")};
    size_t count = 1;
    char *option = row ? rw_asprintf("--%s", row->name) : NULL;
    if (*command->name)
        argv[count++] = command->name;
    if (row)
        argv[count++] = option;
    if (row && row->argument)
        argv[count++] = sample(row);
    argv[count] = "--help";
    setenv("LC_ALL", "C.UTF-8", 1);
    char *text = run_program(argv, "", 0, status);
    free(option);
    return text;
}

/* Whether a line of the help begins with that option. */
static bool lists(const char *help, const struct rw_option_row *row)
{
    char *begins = rw_asprintf("--%s", row->name);
    const char *cursor = strstr(help, "Options:"), *line;
    size_t length;
    bool found = false;
    cr_assert_not_null(cursor, "%s", help);
    while (rw_text_line(&cursor, &line, &length)) {
        const char *name = memmem(line, length, "--", 2);
        size_t end = name ? strcspn(name, " \n") : 0;
        found = found || (name && end == strlen(begins) && strncmp(name, begins, end) == 0);
    }
    free(begins);
    return found;
}

Test(commands, the_help_of_each_lists_exactly_the_options_that_it_accepts)
{
    for (const struct rw_command *command = rw_commands; command->name; command++) {
        int status, accepted;
        char *help = help_of(command, NULL, &status);
        cr_expect_eq(status, 0);
        for (const struct rw_option_row *row = rw_option_rows; row->letter; row++) {
            free(help_of(command, row, &accepted));
            cr_expect_eq(accepted == 0, lists(help, row), "%s --%s: %d", command->name, row->name,
                         accepted);
            cr_expect(accepted == 0 || accepted == 2);
        }
        free(help);
    }
}

Test(commands, each_letter_is_an_option_and_each_option_is_taken)
{
    for (const struct rw_command *command = rw_commands; command->name; command++) {
        size_t taken = 0;
        for (const struct rw_option_row *row = rw_option_rows; row->letter; row++)
            taken += rw_command_takes(command, row);
        cr_expect_eq(taken, strlen(command->options), "%s", command->name);
        cr_expect_leq(taken, 32);
    }
    for (const struct rw_option_row *row = rw_option_rows; row->letter; row++) {
        size_t takers = 0;
        for (const struct rw_command *command = rw_commands; command->name; command++)
            takers += rw_command_takes(command, row);
        cr_expect_gt(takers, 0, "%s", row->name);
        cr_expect_eq(row->argument == NULL, row->kind == RW_OPTION_FLAG, "%s", row->name);
    }
}

/* ---- the manual ---- */

/* "Ar file", "Ar id Ns = Ns Ar reason", or "". */
static void add_argument(struct rw_buf *out, const struct rw_option_row *row)
{
    if (row->argument)
        rw_buf_adds(out, " Ar ");
    for (const char *at = row->argument; at && *at; at++)
        if (*at == '=')
            rw_buf_adds(out, " Ns = Ns Ar ");
        else
            rw_buf_addf(out, "%c", tolower((unsigned char)*at));
}

/* The lines of the synopsis of a command, its options each one line. */
static char *synopsis_of(const char *manual, const struct rw_command *command)
{
    char *head = *command->name ? rw_asprintf("\n.Nm\n.Cm %s\n", command->name)
                                : rw_strdup(".Sh SYNOPSIS\n.Nm\n");
    const char *begin = strstr(manual, head);
    cr_assert_not_null(begin, "%s", head);
    begin += strlen(head) - 1;
    const char *end = strstr(begin, "\n.Nm\n");
    cr_assert_not_null(end);
    free(head);
    return rw_strndup(begin, (size_t)(end - begin) + 1);
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* --lang and --help go with every command, and stand in the list of options alone. */
static bool in_synopsis(const struct rw_command *command, const struct rw_option_row *row)
{
    return rw_command_takes(command, row) && row->letter != 'h' &&
           (row->letter != 'l' || !*command->name);
}

Test(commands, the_synopsis_of_the_manual_has_the_options_of_each)
{
    char *manual = read_text(in_sources("data/rke2-wizard.1"));
    for (const struct rw_command *command = rw_commands; command->name; command++) {
        char *synopsis = synopsis_of(manual, command);
        size_t expected = command->operand != NULL;
        for (const struct rw_option_row *row = rw_option_rows; row->letter; row++) {
            struct rw_buf line = {0};
            bool needed = row->letter == 'f' && *command->name;
            rw_buf_addf(&line, "\n.%sFl ", needed ? "" : "Op ");
            if (row->has_short)
                rw_buf_addf(&line, "%c", row->letter);
            else
                rw_buf_addf(&line, "-%s", row->name);
            add_argument(&line, row);
            rw_buf_adds(&line, "\n");
            cr_expect_eq(strstr(synopsis, rw_buf_str(&line)) != NULL, in_synopsis(command, row),
                         "%s: %s in%s", command->name, rw_buf_str(&line), synopsis);
            expected += in_synopsis(command, row);
            rw_buf_done(&line);
        }
        cr_expect_eq(count_lines(synopsis) - 1, expected, "%s:%s", command->name, synopsis);
        free(synopsis);
    }
    free(manual);
}

Test(commands, the_manual_explains_each_command_and_each_option)
{
    char *manual = read_text(in_sources("data/rke2-wizard.1"));
    for (const struct rw_command *command = rw_commands + 1; command->name; command++) {
        char *item = rw_asprintf("\n.It Cm %s%s%s\n", command->name, command->operand ? " Ar " : "",
                                 command->operand ? "shell" : "");
        cr_expect(strstr(manual, item), "%s", item);
        free(item);
    }
    const char *list = strstr(manual, "\nThe options are:\n");
    cr_assert_not_null(list);
    for (const struct rw_option_row *row = rw_option_rows; row->letter; row++) {
        struct rw_buf item = {0};
        rw_buf_adds(&item, "\n.It Fl ");
        if (row->has_short) {
            rw_buf_addf(&item, "%c", row->letter);
            add_argument(&item, row);
            rw_buf_adds(&item, " , Fl ");
        }
        rw_buf_addf(&item, "-%s", row->name);
        add_argument(&item, row);
        rw_buf_adds(&item, "\n");
        cr_expect(strstr(list, rw_buf_str(&item)), "%s", rw_buf_str(&item));
        rw_buf_done(&item);
    }
    free(manual);
}

/* The keys of the screens stand in one table (ui/ui_keys.c). */
Test(commands, the_manual_and_the_readme_name_each_key_of_the_screens)
{
    char *manual = read_text(in_sources("data/rke2-wizard.1"));
    char *readme = read_text(in_sources("README.md"));
    char *chinese = read_text(in_sources("README.zh_CN.md"));
    for (size_t i = 0; i < rw_ui_common_key_count; i++) {
        const struct rw_ui_common_key *row = &rw_ui_common_keys[i];
        struct rw_buf names = {0}, quoted = {0};
        if (!row->what)
            continue;
        rw_ui_common_key_names(row, &names);
        for (const char *c = rw_buf_str(&names); *c; c++)
            rw_buf_addf(&quoted, *c == ',' ? "`," : *c == ' ' ? " `" : "%c", *c);
        char *item = rw_asprintf("\n.It %s\n%s\n", rw_buf_str(&names), row->what);
        char *line = rw_asprintf("\n| `%s` | %s |\n", rw_buf_str(&quoted), row->what);
        char *start = rw_asprintf("\n| `%s` | ", rw_buf_str(&quoted));
        cr_expect(strstr(manual, item), "%s", item);
        cr_expect(strstr(readme, line), "%s", line);
        cr_expect(strstr(chinese, start), "%s", start);
        free(item);
        free(line);
        free(start);
        rw_buf_done(&names);
        rw_buf_done(&quoted);
    }
    free(manual);
    free(readme);
    free(chinese);
}

/* ---- completion ---- */

static const char *completion_file(const char *shell)
{
    if (strcmp(shell, "zsh") == 0)
        return in_sources("data/completions/_rke2-wizard");
    return strcmp(shell, "bash") == 0 ? in_sources("data/completions/rke2-wizard.bash")
                                      : in_sources("data/completions/rke2-wizard.fish");
}

/* RW_GOLDEN=write writes them anew. */
Test(commands, the_completions_that_are_installed_are_written_from_the_tables)
{
    const char *mode = from_environment("RW_GOLDEN");
    for (size_t i = 0; rw_completion_shell(i); i++) {
        const char *shell = rw_completion_shell(i), *path = completion_file(shell);
        struct rw_buf script = {0};
        cr_assert(rw_completion_write(&script, shell));
        if (mode && strcmp(mode, "write") == 0)
            write_text(path, rw_buf_str(&script));
        char *file = read_text(path);
        cr_expect(file && strcmp(file, rw_buf_str(&script)) == 0,
                  "%s is not what “rke2-wizard completion %s” writes: RW_GOLDEN=write", path,
                  shell);
        free(file);
        rw_buf_done(&script);
    }
    struct rw_buf none = {0};
    cr_expect_not(rw_completion_write(&none, "cmd.exe"));
    cr_expect_eq(none.len, 0);
}

Test(commands, each_shell_can_read_its_completion_in_every_language)
{
    for (size_t i = 0; rw_completion_shell(i); i++) {
        const char *shell = rw_completion_shell(i);
        if (!have_shell(shell))
            continue;
        for (size_t k = 0; k < rw_i18n_count; k++) {
            int status;
            char *command =
                rw_asprintf("'%s' --lang %s completion %s >\"$0\" && %s -n \"$0\"; code=$?; rm "
                            "\"$0\"; exit $code",
                            in_build("rke2-wizard"), rw_i18n_languages[k].code, shell, shell);
            char *folder = folder_new();
            const char *const argv[] = {"sh", "-c", command, in_folder(folder, "script"), NULL};
            free(run_program(argv, "", 0, &status));
            cr_expect_eq(status, 0, "%s in %s", shell, rw_i18n_languages[k].code);
            folder_remove(folder);
            free(command);
        }
    }
}

/* What bash offers for the words, the last of which is begun; blanks around each, to free(). */
static char *offers(const char *words)
{
    int status;
    char *script = rw_asprintf("source '%s'\nCOMP_WORDS=(rke2-wizard %s)\n"
                               "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_rke2_wizard\n"
                               "echo \" ${COMPREPLY[*]} \"\n",
                               completion_file("bash"), words);
    char *text = run_shell("bash", script, &status);
    cr_expect_eq(status, 0, "%s", words);
    free(script);
    return text;
}

Test(commands, bash_completes_commands_options_and_their_values)
{
    static const struct {
        const char *words, *offered, *not_offered;
    } rows[] = {
        {"ins", " install ", " check "},
        {"''", " check ", " bash "},
        {"''", " --plain ", " --json "},
        {"check --na", " --name-server ", " --only "},
        {"plan -", " --json ", " --yes "},
        {"reset -f x --dry", " --dry-run ", " --force "},
        {"--lang zh", " zh_CN ", " en "},
        {"check --lang = z", " zh_CN ", " en "},
        {"check --lang =", " zh_CN ", " install "},
        {"check --only p", " ports ", " dns "},
        {"install --timeout ''", "  ", "-"},
        {"completion f", " fish ", " bash "},
        {"--lang en st", " status ", " reset "},
    };
    if (!have_shell("bash"))
        cr_skip_test("bash is not installed");
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *text = offers(rows[i].words);
        cr_expect(strstr(text, rows[i].offered), "%s: %s", rows[i].words, text);
        cr_expect_not(strstr(text, rows[i].not_offered), "%s: %s", rows[i].words, text);
        free(text);
    }
}

Test(commands, fish_completes_them_too)
{
    static const struct {
        const char *words, *offered, *not_offered;
    } rows[] = {
        {"rke2-wizard ins", "install\t", "check"},
        {"rke2-wizard check --na", "--name-server\t", "--only"},
        {"rke2-wizard --lang zh", "zh_CN", "en\n"},
        {"rke2-wizard completion z", "zsh", "bash"},
    };
    if (!have_shell("fish"))
        cr_skip_test("fish is not installed");
    char *folder = folder_new();
    setenv("HOME", folder, 1);
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        int status;
        char *command =
            rw_asprintf("source '%s'; complete -C '%s'", completion_file("fish"), rows[i].words);
        const char *const argv[] = {"fish", "--no-config", "-c", command, NULL};
        char *text = run_program(argv, "", 0, &status);
        cr_expect_eq(status, 0);
        cr_expect(strstr(text, rows[i].offered), "%s: %s", rows[i].words, text);
        cr_expect_not(strstr(text, rows[i].not_offered), "%s: %s", rows[i].words, text);
        free(text);
        free(command);
    }
    folder_remove(folder);
}
