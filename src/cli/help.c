/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/options.h"

/* The possible arguments, as " [bash|zsh|fish]". */
static char *choices(const char *(*word)(size_t place))
{
    struct rw_buf text = {0};
    for (size_t i = 0; word && word(i); i++)
        rw_buf_addf(&text, "%s%s", i ? "|" : " [", word(i));
    if (text.len)
        rw_buf_adds(&text, "]");
    return rw_buf_take(&text);
}

static void print_option(FILE *out, const struct rw_option_row *row)
{
    char *words = choices(row->word);
    char *names = rw_asprintf("%s--%s%s%s", row->has_short ? "" : "    ", row->name,
                              row->argument ? " " : "", row->argument ? row->argument : "");
    if (row->has_short)
        fprintf(out, "  -%c, %-26s %s%s\n", row->letter, names, _(row->text), words);
    else
        fprintf(out, "  %-30s %s%s\n", names, _(row->text), words);
    free(names);
    free(words);
}

static void print_options(FILE *out, const struct rw_command *command)
{
    fprintf(out, "%s\n", _("Options:"));
    for (const struct rw_option_row *row = rw_option_rows; row->letter; row++)
        if (rw_command_takes(command, row))
            print_option(out, row);
}

static void print_general_help(FILE *out)
{
    fprintf(out, "%s\n\n", _("Usage: rke2-wizard [COMMAND] [OPTIONS]"));
    fprintf(out, "%s\n\n",
            _("Installs a highly available RKE2 Kubernetes cluster behind a round-robin DNS name, "
              "over SSH."));
    fprintf(out, "%s\n", _("Commands:"));
    for (const struct rw_command *command = rw_commands + 1; command->name; command++)
        fprintf(out, "  %-12s %s\n", command->name, _(command->summary));
    fputc('\n', out);
    fprintf(out, _("%s: %s\n"), _("Without a command"), _(rw_commands->summary));
    fprintf(out, "%s\n", _(rw_commands->details));
    print_options(out, rw_commands);
    fprintf(out, "\n%s\n", _("For details, see “rke2-wizard COMMAND --help” and man rke2-wizard."));
}

static void print_command_help(FILE *out, const struct rw_command *command)
{
    char *words = choices(command->operand_word);
    char *line =
        rw_asprintf("%s %s", command->name, command->operand ? command->operand : "-f FILE");
    fprintf(out, _("Usage: rke2-wizard %s [OPTIONS]"), line);
    fputs("\n\n", out);
    fprintf(out, _("%s: %s%s\n"), command->name, _(command->summary), words);
    if (command->details)
        fprintf(out, "%s\n", _(command->details));
    fputc('\n', out);
    print_options(out, command);
    free(line);
    free(words);
}

void rw_cli_help(FILE *out, const struct rw_command *command)
{
    if (*command->name)
        print_command_help(out, command);
    else
        print_general_help(out);
}
