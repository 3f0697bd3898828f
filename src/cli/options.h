/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: commands and options are two tables (commands.c); parsing, help and completion
 * come from them, and a test compares the manual. */
#ifndef RW_CLI_OPTIONS_H
#define RW_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/mem.h"

#define RW_OPTION_LIST_MAX 32

/* The arguments of an option that may be repeated; borrowed from argv. */
struct rw_option_list {
    const char *items[RW_OPTION_LIST_MAX + 1]; /* ended by NULL */
    size_t count;
};

struct rw_options {
    const char *file;         /* -f */
    const char *output;       /* -o */
    const char *lang;         /* --lang */
    const char *only;         /* --only: parts of the check, as rw_check_parts() reads them */
    const char *report;       /* --report */
    const char *requirements; /* --requirements */
    const char *confirm;      /* --confirm: what else would be typed */
    const char *operand;      /* what follows the options, where the command takes it */
    struct rw_option_list name_servers, overrides, hosts;
    bool yes, json, watch, fix, accept_new_host_keys, plain, help;
    bool force, dry_run, take_over, allow_restart, mouse;
    int timeout_s;
};

struct RW_ROW rw_command {
    const char *name;
    const char *summary; /* translatable */
    const char *details; /* more for --help, translatable, or NULL */
    const char *options; /* letters of the options it takes; all but the wizard need an f there */
    const char *operand; /* what has to follow, for the help; NULL: nothing may */
    const char *(*operand_word)(size_t place); /* what it can be; NULL after the last */
    /* Gives the exit code of the program. */
    int (*run)(const struct rw_options *options);
};

/* The first is the wizard, which has an empty name and runs without a command. Ended by an entry
 * without a name. */
extern const struct rw_command rw_commands[];

enum rw_option_kind {
    RW_OPTION_FLAG,    /* bool */
    RW_OPTION_TEXT,    /* const char * */
    RW_OPTION_FILE,    /* const char *, the path of a file */
    RW_OPTION_LIST,    /* struct rw_option_list: may be repeated */
    RW_OPTION_SECONDS, /* int */
};

struct RW_ROW rw_option_row {
    char letter;          /* in struct rw_command */
    bool has_short;       /* the letter is an option too */
    const char *name;     /* of the long option */
    const char *argument; /* for the help, or NULL */
    const char *text;     /* for the help, translatable */
    enum rw_option_kind kind;
    size_t at; /* offset in struct rw_options, where it is kept as the kind says */
    bool (*good)(const char *argument); /* NULL: anything is */
    const char *(*word)(size_t place);  /* what the argument can be, or NULL; NULL after the last */
};

/* In the order of the help. Ended by an entry without a letter. */
extern const struct rw_option_row rw_option_rows[];
/* Whether the command takes the option. */
bool rw_command_takes(const struct rw_command *command, const struct rw_option_row *row);

/* Shows the wizard on screens and gives its exit code. False: the terminal cannot show them, and
 * nothing was done. */
typedef bool rw_cli_screens(const struct rw_options *options, int *exit_code);

/* Reads argv and runs the command; gives the exit code. Texts go to standard output for --help
 * and --version, else to standard error. screens may be NULL: the wizard is a conversation then. */
int rw_cli_main(int argc, char **argv, rw_cli_screens *screens);

/* Finds --lang among the arguments before anything is printed; NULL when it is not there. */
const char *rw_cli_language(int argc, char **argv);

/* The wizard without a command, line by line. */
int rw_cmd_wizard(const struct rw_options *options);
/* Prints the last run of a cluster from its journal; to errors, why that cannot be. Gives an exit
 * code. */
int rw_cli_show_status(FILE *out, FILE *errors, const char *cluster, bool json);

int rw_cmd_plan(const struct rw_options *options);
int rw_cmd_check(const struct rw_options *options);
int rw_cmd_install(const struct rw_options *options);
int rw_cmd_reset(const struct rw_options *options);
int rw_cmd_nodes(const struct rw_options *options);
int rw_cmd_status(const struct rw_options *options);
int rw_cmd_kubeconfig(const struct rw_options *options);
int rw_cmd_bundle(const struct rw_options *options);
int rw_cmd_export(const struct rw_options *options);
int rw_cmd_completion(const struct rw_options *options);

/* rw_cli_help() for the wizard, the help without a command. */
void rw_cli_help(FILE *out, const struct rw_command *command);

#endif
