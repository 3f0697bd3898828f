/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "install/run.h"

#define TIMEOUT_MAX_S (24 * 3600)
/* Of one command; a test counts. */
#define OPTIONS_MAX 32

static const struct rw_command *find_command(const char *name)
{
    for (const struct rw_command *command = rw_commands + 1; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

bool rw_command_takes(const struct rw_command *command, const struct rw_option_row *row)
{
    return strchr(command->options, row->letter) != NULL;
}

static bool needs_file(const struct rw_command *command)
{
    return *command->name && strchr(command->options, 'f');
}

const char *rw_cli_language(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            break;
        if (rw_text_starts(argv[i], "--lang="))
            return argv[i] + strlen("--lang=");
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            return argv[i + 1];
    }
    return NULL;
}

static int usage_error(const char *command, const char *format, const char *detail)
{
    fprintf(stderr, "rke2-wizard: ");
    fprintf(stderr, format, detail);
    fprintf(stderr, "\n");
    if (command && *command)
        fprintf(stderr, _("Try: rke2-wizard %s --help"), command);
    else
        fprintf(stderr, "%s", _("Try: rke2-wizard --help"));
    fprintf(stderr, "\n");
    return RW_OUTCOME_USAGE;
}

/* Says which option getopt_long() did not know. In a group of letters it has not moved to the next
 * word yet, so a letter is named by itself. */
static int unknown_option(const char *command, const char *word)
{
    char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = !optopt || (rw_text_starts(word, "--") && strchr(word, '='));
    return usage_error(command, _("unknown option: %s"), is_long ? word : letter);
}

static bool add_to(struct rw_option_list *list, const char *argument)
{
    if (list->count == RW_OPTION_LIST_MAX)
        return false;
    list->items[list->count++] = argument;
    return true;
}

/* Stores one option; false when its argument is not possible. */
static bool store(struct rw_options *options, const struct rw_option_row *row, const char *argument)
{
    void *at = (char *)options + row->at;
    int64_t number;
    if (row->good && !row->good(argument))
        return false;
    switch (row->kind) {
    case RW_OPTION_FLAG:
        *(bool *)at = true;
        break;
    case RW_OPTION_TEXT:
    case RW_OPTION_FILE:
        *(const char **)at = argument;
        break;
    case RW_OPTION_LIST:
        return add_to(at, argument);
    case RW_OPTION_SECONDS:
        if (rw_text_number(argument, 1, TIMEOUT_MAX_S, &number) != 0)
            return false;
        *(int *)at = (int)number;
        break;
    }
    return true;
}

static const struct rw_option_row *row_of(int letter)
{
    const struct rw_option_row *row = rw_option_rows;
    while (row->letter != letter)
        row++;
    return row;
}

/* Reads the words after the options; 0, or the exit code after a message. */
static int read_operand(const struct rw_command *command, int argc, char **argv,
                        struct rw_options *options)
{
    if (command->operand && optind < argc)
        options->operand = argv[optind++];
    if (optind < argc)
        return usage_error(command->name, _("unexpected argument: %s"), argv[optind]);
    if (options->help)
        return 0;
    if (needs_file(command) && !options->file)
        return usage_error(command->name, "%s", _("no answers file: add -f FILE"));
    if (command->operand && !options->operand)
        return usage_error(command->name, _("%s is missing"), command->operand);
    return 0;
}

/* Reads the options of a command; 0, or the exit code after a message. */
static int read_options(const struct rw_command *command, int argc, char **argv,
                        struct rw_options *options)
{
    struct option longs[OPTIONS_MAX + 1] = {0};
    char shorts[2 * OPTIONS_MAX + 2] = ":";
    size_t count = 0, length = 1;
    for (const struct rw_option_row *row = rw_option_rows; row->letter; row++) {
        if (!rw_command_takes(command, row) || count == OPTIONS_MAX)
            continue;
        longs[count++] = (struct option){row->name, row->argument ? required_argument : no_argument,
                                         NULL, row->letter};
        if (row->has_short)
            shorts[length++] = row->letter;
        if (row->has_short && row->argument)
            shorts[length++] = ':';
    }
    shorts[length] = '\0';
    opterr = 0;
    for (int letter; (letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (letter == '?')
            return unknown_option(command->name, argv[optind - 1]);
        if (letter == ':')
            return usage_error(command->name, _("%s needs a value"), argv[optind - 1]);
        if (!store(options, row_of(letter), optarg))
            return usage_error(command->name, _("invalid value: %s"), optarg);
    }
    return read_operand(command, argc, argv, options);
}

int rw_cli_main(int argc, char **argv, rw_cli_screens *screens)
{
    /* Options before the command: only those that need none. */
    int first = 1;
    while (first < argc &&
           (strcmp(argv[first], "--lang") == 0 || rw_text_starts(argv[first], "--lang=")))
        first += strcmp(argv[first], "--lang") == 0 ? 2 : 1;
    const char *name = first < argc ? argv[first] : NULL;
    bool wizard = !name || *name == '-';
    if (name &&
        (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)) {
        rw_cli_help(stdout, rw_commands);
        return 0;
    }
    if (name && (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)) {
        printf("rke2-wizard %s\n", PACKAGE_VERSION);
        return 0;
    }
    const struct rw_command *command = wizard ? rw_commands : find_command(name);
    if (!command)
        return usage_error(NULL, _("unknown command: %s"), name);
    struct rw_options options = {0};
    int skip = wizard ? 0 : first;
    int rc = read_options(command, argc - skip, argv + skip, &options);
    if (rc != 0)
        return rc;
    if (options.help) {
        rw_cli_help(stdout, command);
        return 0;
    }
    if (wizard && screens && !options.plain && screens(&options, &rc))
        return rc;
    return command->run(&options);
}
