/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/options.h"
#include "install/run.h"

#define WRITTEN "Written by “rke2-wizard completion”; not to be edited."

/* ---- what all shells need ---- */

/* The rows of one command, or all (NULL), for which a function holds. */
static const struct rw_option_row *next_row(const struct rw_option_row *row,
                                            const struct rw_command *command)
{
    while (row->letter && command && !rw_command_takes(command, row))
        row++;
    return row->letter ? row : NULL;
}

#define EACH_ROW(row, command)                                                                     \
    const struct rw_option_row *row = next_row(rw_option_rows, (command));                         \
    row;                                                                                           \
    row = next_row(row + 1, (command))
#define EACH_COMMAND(command)                                                                      \
    const struct rw_command *command = rw_commands + 1;                                            \
    command->name;                                                                                 \
    command++

/* Words from a list, each after the text between, but the first. */
static void add_words(struct rw_buf *out, const char *(*word)(size_t place), const char *between)
{
    for (size_t i = 0; word(i); i++)
        rw_buf_addf(out, "%s%s", i ? between : "", word(i));
}

static void add_commands(struct rw_buf *out, const char *between)
{
    for (EACH_COMMAND(command))
        rw_buf_addf(out, "%s%s", command == rw_commands + 1 ? "" : between, command->name);
}

/* A text within single quotes of a shell; what is in the set gets a backslash before it. */
static void add_quoted(struct rw_buf *out, const char *text, const char *set)
{
    for (; *text; text++) {
        if (*text == '\'')
            rw_buf_adds(out, "'\\'");
        else if (strchr(set, *text))
            rw_buf_adds(out, "\\");
        rw_buf_add(out, text, 1);
    }
}

/* ---- bash ---- */

/* The words that bash offers after a command: its options, and what its operand can be. */
static void add_bash_words(struct rw_buf *out, const struct rw_command *command)
{
    const char *between = "";
    if (!*command->name)
        add_commands(out, " ");
    else if (command->operand_word)
        add_words(out, command->operand_word, " ");
    if (!*command->name || command->operand_word)
        between = " ";
    for (EACH_ROW(row, command)) {
        if (row->has_short) {
            rw_buf_addf(out, "%s-%c", between, row->letter);
            between = " ";
        }
        rw_buf_addf(out, "%s--%s", between, row->name);
        between = " ";
    }
    if (!*command->name)
        rw_buf_adds(out, " --version");
}

/* A case of the options whose arguments are of one sort. */
static void add_bash_case(struct rw_buf *out, enum rw_option_kind kind, bool is_kind)
{
    const char *between = "  ";
    for (EACH_ROW(row, NULL)) {
        if (!row->argument || row->word || (row->kind == kind) != is_kind)
            continue;
        if (row->has_short)
            rw_buf_addf(out, "%s-%c", between, row->letter);
        rw_buf_addf(out, "%s--%s", row->has_short ? " | " : between, row->name);
        between = " | ";
    }
}

static void add_bash_arguments(struct rw_buf *out)
{
    rw_buf_adds(out, "  case $previous in\n");
    add_bash_case(out, RW_OPTION_FILE, true);
    rw_buf_adds(out, ")\n    compopt -o filenames 2>/dev/null\n"
                     "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n    return\n    ;;\n");
    for (EACH_ROW(row, NULL))
        if (row->word) {
            rw_buf_addf(out, "  --%s)\n    mapfile -t COMPREPLY < <(compgen -W '", row->name);
            add_words(out, row->word, " ");
            rw_buf_adds(out, "' -- \"$word\")\n    return\n    ;;\n");
        }
    add_bash_case(out, RW_OPTION_FILE, false);
    rw_buf_adds(out, ") return ;;\n  esac\n");
}

static void write_bash(struct rw_buf *out)
{
    rw_buf_adds(out,
                "# shellcheck shell=bash\n# Completion of rke2-wizard for bash. " WRITTEN "\n\n"
                "_rke2_wizard() {\n"
                "  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
                "  local command='' words='' i\n"
                "  COMPREPLY=()\n"
                "  # bash takes --name=value for three words.\n"
                "  if [[ $word == = ]]; then\n"
                "    word=''\n"
                "  elif [[ $previous == = ]]; then\n"
                "    previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
                "  fi\n"
                "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                "    case ${COMP_WORDS[i]} in\n    ");
    add_commands(out, " | ");
    rw_buf_adds(out,
                ")\n      command=${COMP_WORDS[i]}\n      break\n      ;;\n    esac\n  done\n");
    add_bash_arguments(out);
    rw_buf_adds(out, "  case $command in\n");
    for (const struct rw_command *command = rw_commands; command->name; command++) {
        rw_buf_addf(out, "  %s) words='", *command->name ? command->name : "''");
        add_bash_words(out, command);
        rw_buf_adds(out, "' ;;\n");
    }
    rw_buf_adds(out, "  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\n"
                     "complete -F _rke2_wizard rke2-wizard\n");
}

/* ---- zsh ---- */

/* One option as _arguments reads it: '(-f --file)'{-f,--file}'[text]:FILE:_files'. */
static void add_zsh_option(struct rw_buf *out, const struct rw_option_row *row)
{
    if (row->kind == RW_OPTION_LIST)
        rw_buf_addf(out, "'*'--%s'[", row->name);
    else if (row->has_short)
        rw_buf_addf(out, "'(-%c --%s)'{-%c,--%s}'[", row->letter, row->name, row->letter,
                    row->name);
    else
        rw_buf_addf(out, "--%s'[", row->name);
    add_quoted(out, _(row->text), "[]:");
    rw_buf_adds(out, "]");
    if (row->argument)
        rw_buf_addf(out, ":%s:", row->argument);
    if (row->kind == RW_OPTION_FILE)
        rw_buf_adds(out, "_files");
    if (row->word) {
        rw_buf_adds(out, "(");
        add_words(out, row->word, " ");
        rw_buf_adds(out, ")");
    }
    rw_buf_adds(out, "'");
}

static void add_zsh_options(struct rw_buf *out, const struct rw_command *command,
                            const char *between)
{
    for (EACH_ROW(row, command)) {
        rw_buf_adds(out, between);
        add_zsh_option(out, row);
    }
}

static void add_zsh_command(struct rw_buf *out, const struct rw_command *command)
{
    rw_buf_addf(out, "    %s)\n      _arguments -s -S", command->name);
    add_zsh_options(out, command, " \\\n        ");
    if (command->operand_word) {
        rw_buf_addf(out, " \\\n        '1:%s:(", command->operand);
        add_words(out, command->operand_word, " ");
        rw_buf_adds(out, ")'");
    }
    rw_buf_adds(out, "\n      ;;\n");
}

static void write_zsh(struct rw_buf *out)
{
    rw_buf_adds(out, "#compdef rke2-wizard\n# Completion of rke2-wizard for zsh. " WRITTEN "\n\n"
                     "_rke2-wizard() {\n"
                     "  local context state state_descr line\n"
                     "  typeset -A opt_args\n"
                     "  local -a commands\n"
                     "  commands=(\n");
    for (EACH_COMMAND(command)) {
        rw_buf_addf(out, "    '%s:", command->name);
        add_quoted(out, _(command->summary), "");
        rw_buf_adds(out, "'\n");
    }
    rw_buf_adds(out, "  )\n  _arguments -C -s -S");
    add_zsh_options(out, rw_commands, " \\\n    ");
    rw_buf_adds(out,
                " \\\n    '(-)--version' \\\n    '1: :->command' \\\n    '*:: :->rest' && return\n"
                "  case $state in\n"
                "  command) _describe -t commands command commands ;;\n"
                "  rest)\n    case $words[1] in\n");
    for (EACH_COMMAND(command))
        add_zsh_command(out, command);
    rw_buf_adds(out, "    esac\n    ;;\n  esac\n}\n\n"
                     "# Found in $fpath it is the function itself; when it is sourced, it is one.\n"
                     "if [[ $funcstack[1] = _rke2-wizard ]]; then\n"
                     "  _rke2-wizard \"$@\"\n"
                     "else\n"
                     "  compdef _rke2-wizard rke2-wizard\n"
                     "fi\n");
}

/* ---- fish ---- */

#define FISH "complete -c rke2-wizard"

/* Where the option is offered: without a command, after some, or both. */
static void add_fish_condition(struct rw_buf *out, const struct rw_option_row *row)
{
    bool wizard = rw_command_takes(rw_commands, row), after = false;
    rw_buf_adds(out, " -n '");
    if (wizard)
        rw_buf_adds(out, "__fish_use_subcommand");
    for (EACH_COMMAND(command)) {
        if (!rw_command_takes(command, row))
            continue;
        if (!after)
            rw_buf_addf(out, "%s__fish_seen_subcommand_from", wizard ? "; or " : "");
        after = true;
        rw_buf_addf(out, " %s", command->name);
    }
    rw_buf_adds(out, "'");
}

static void add_fish_option(struct rw_buf *out, const struct rw_option_row *row)
{
    rw_buf_adds(out, FISH);
    add_fish_condition(out, row);
    if (row->has_short)
        rw_buf_addf(out, " -s %c", row->letter);
    rw_buf_addf(out, " -l %s", row->name);
    if (row->kind == RW_OPTION_FILE)
        rw_buf_adds(out, " -r -F");
    else if (row->argument)
        rw_buf_adds(out, " -x");
    if (row->word) {
        rw_buf_adds(out, " -a '");
        add_words(out, row->word, " ");
        rw_buf_adds(out, "'");
    }
    rw_buf_adds(out, " -d '");
    add_quoted(out, _(row->text), "");
    rw_buf_adds(out, "'\n");
}

static void write_fish(struct rw_buf *out)
{
    rw_buf_adds(out, "# Completion of rke2-wizard for fish. " WRITTEN "\n\n" FISH " -f\n");
    for (EACH_COMMAND(command)) {
        rw_buf_addf(out, FISH " -n __fish_use_subcommand -a %s -d '", command->name);
        add_quoted(out, _(command->summary), "");
        rw_buf_adds(out, "'\n");
        if (!command->operand_word)
            continue;
        rw_buf_addf(out, FISH " -n '__fish_seen_subcommand_from %s' -a '", command->name);
        add_words(out, command->operand_word, " ");
        rw_buf_adds(out, "'\n");
    }
    for (EACH_ROW(row, NULL))
        add_fish_option(out, row);
    rw_buf_adds(out, FISH " -n __fish_use_subcommand -l version\n");
}

/* ---- the command ---- */

static const struct shell {
    const char *name;
    void (*write)(struct rw_buf *out);
} shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};

const char *rw_completion_shell(size_t place)
{
    return place < RW_COUNT(shells) ? shells[place].name : NULL;
}

bool rw_completion_write(struct rw_buf *out, const char *shell)
{
    for (size_t i = 0; i < RW_COUNT(shells); i++)
        if (strcmp(shells[i].name, shell) == 0) {
            shells[i].write(out);
            return true;
        }
    return false;
}

int rw_cmd_completion(const struct rw_options *options)
{
    struct rw_buf out = {0};
    if (!rw_completion_write(&out, options->operand)) {
        fprintf(stderr, "rke2-wizard: ");
        fprintf(stderr, _("invalid value: %s"), options->operand);
        fprintf(stderr, "\n");
        return RW_OUTCOME_USAGE;
    }
    fputs(rw_buf_str(&out), stdout);
    rw_buf_done(&out);
    return RW_OUTCOME_DONE;
}
