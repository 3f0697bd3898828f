/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "check/check.h"
#include "cli/completion.h"
#include "cli/options.h"
#include "cluster/names.h"
#include "finding/finding.h"

const struct rw_command rw_commands[] = {
    {.name = "",
     .summary = N_("open the wizard: from the hosts to a cluster, step by step"),
     .options = "fPnqratlh",
     .details = N_(
         "Asks for hosts, name and settings, checks everything, shows what it would do, and "
         "installs. "
         "All is saved as it is typed; leaving and coming back goes on at the same place. -f opens "
         "with these answers; the file is written only when you say so."),
     .run = rw_cmd_wizard},
    {.name = "plan",
     .summary = N_("show every file and command, and connect to nothing"),
     .options = "fjlh",
     .details = N_("Prints, in order, what install would do on each host. The token is shown as "
                   "<token>."),
     .run = rw_cmd_plan},
    {.name = "check",
     .summary = N_("check DNS, the hosts and every port between them, and change nothing"),
     .options = "fcnqrxwtyjalh",
     .details = N_(
         "Asks each name server of this machine and the resolver of every host; compares each host "
         "with what RKE2 needs; tries every port from every host, with a listener on the other "
         "side "
         "that is gone afterwards. The exit code is 0 when nothing stands against an install, else "
         "4. With --fix it offers to repair what is safe to repair, and checks again."),
     .run = rw_cmd_check},
    {.name = "install",
     .summary = N_("install the cluster, or go on where an earlier run ended"),
     .options = "fpnqryTjatlh",
     .details = N_(
         "Connects to all hosts, checks them, shows what it is about to do and asks. What is "
         "already done is not done again. A check that fails stops it, unless --override names it "
         "and says why."),
     .run = rw_cmd_install},
    {.name = "reset",
     .summary = N_("take RKE2 off hosts, and the hosts out of the cluster"),
     .options = "fHDFKTjalh",
     .details = N_(
         "Without --host: off all hosts. A server leaves the cluster first, so that etcd keeps its "
         "majority; what would take it away is refused. RKE2's own uninstall script runs, and our "
         "own files go too. The name of the host has to be typed, that of the cluster for all. A "
         "reset that was interrupted goes on when it is run again."),
     .run = rw_cmd_reset},
    {.name = "nodes",
     .summary = N_("show what kubectl get nodes says, through whichever server answers"),
     .options = "fwalh",
     .run = rw_cmd_nodes},
    {.name = "status",
     .summary = N_("show the journal of the last run, by node and step"),
     .options = "fwjlh",
     .details = N_("With --watch it follows a run that is under way, and ends as that one ends."),
     .run = rw_cmd_status},
    {.name = "kubeconfig",
     .summary = N_("write the administrator's kubeconfig, for use from outside"),
     .options = "foyalh",
     .details = N_("The server in it is the registration name. Without -o the file is "
                   "./<cluster>.kubeconfig; “-o -” is standard output. The mode is 0600."),
     .run = rw_cmd_kubeconfig},
    {.name = "bundle",
     .summary = N_("collect what helps to find out what went wrong, without secrets"),
     .options = "foyalh",
     .details = N_(
         "The journal, the answers, and from every host logs, configuration and state, in one "
         "tar.gz. Secrets are taken out; a host that cannot be reached is named in it. Without -o "
         "the file is ./<cluster>-bundle-<time>.tar.gz. The mode is 0600."),
     .run = rw_cmd_bundle},
    {.name = "completion",
     .summary = N_("print the script that completes commands and options in a shell"),
     .options = "lh",
     .operand = "SHELL",
     .operand_word = rw_completion_shell,
     .details = N_("An installed program has it in place already. For a program that was copied: "
                   "source <(rke2-wizard completion bash)"),
     .run = rw_cmd_completion},
    {0},
};

static const char *language(size_t place)
{
    return place < rw_i18n_count ? rw_i18n_languages[place].code : NULL;
}

static bool is_language(const char *argument)
{
    return rw_i18n_find(argument) < rw_i18n_count;
}

/* CODE=REASON, with a code that exists and a reason. */
static bool is_override(const char *argument)
{
    size_t length = strcspn(argument, "=");
    char *code = rw_strndup(argument, length);
    bool good =
        argument[length] && argument[length + 1] && rw_finding_by_code(code) != RW_FINDING_COUNT;
    free(code);
    return good;
}

static bool is_parts(const char *argument)
{
    return rw_check_parts(argument) != 0;
}

#define TO(member) .at = offsetof(struct rw_options, member)

const struct rw_option_row rw_option_rows[] = {
    {.letter = 'f',
     .has_short = true,
     .name = "file",
     .argument = "FILE",
     .text = N_("the answers file"),
     .kind = RW_OPTION_FILE,
     TO(file)},
    {.letter = 'o',
     .has_short = true,
     .name = "output",
     .argument = "PATH",
     .text = N_("where to write"),
     .kind = RW_OPTION_FILE,
     TO(output)},
    {.letter = 'y',
     .has_short = true,
     .name = "yes",
     .text = N_("do not ask before changing or overwriting"),
     .kind = RW_OPTION_FLAG,
     TO(yes)},
    {.letter = 'j',
     .name = "json",
     .text = N_("print JSON for programs"),
     .kind = RW_OPTION_FLAG,
     TO(json)},
    {.letter = 'w',
     .has_short = true,
     .name = "watch",
     .text = N_("keep showing changes"),
     .kind = RW_OPTION_FLAG,
     TO(watch)},
    {.letter = 'a',
     .name = "accept-new-host-keys",
     .text = N_("trust hosts that known_hosts does not have yet; changed keys are still refused"),
     .kind = RW_OPTION_FLAG,
     TO(accept_new_host_keys)},
    {.letter = 't',
     .name = "timeout",
     .argument = "SECONDS",
     .text = N_("how long to wait, for each node or for --watch"),
     .kind = RW_OPTION_SECONDS,
     TO(timeout_s)},
    {.letter = 'c',
     .name = "only",
     .argument = "PARTS",
     .text = N_("only these parts, separated by commas"),
     .kind = RW_OPTION_TEXT,
     TO(only),
     .good = is_parts,
     .word = rw_check_part_name},
    {.letter = 'x',
     .name = "fix",
     .text = N_("offer to repair what can be repaired"),
     .kind = RW_OPTION_FLAG,
     TO(fix)},
    {.letter = 'n',
     .name = "name-server",
     .argument = "ADDRESS",
     .text = N_("ask this name server instead of the machine's own; may be repeated"),
     .kind = RW_OPTION_LIST,
     TO(name_servers),
     .good = rw_names_is_ip},
    {.letter = 'q',
     .name = "requirements",
     .argument = "FILE",
     .text = N_("requirements of your own site"),
     .kind = RW_OPTION_FILE,
     TO(requirements)},
    {.letter = 'r',
     .name = "report",
     .argument = "FILE",
     .text = N_("write a report in Markdown"),
     .kind = RW_OPTION_FILE,
     TO(report)},
    {.letter = 'p',
     .name = "override",
     .argument = "ID=REASON",
     .text = N_("go on in spite of this finding, and say why; may be repeated"),
     .kind = RW_OPTION_LIST,
     TO(overrides),
     .good = is_override},
    {.letter = 'H',
     .name = "host",
     .argument = "NAME",
     .text = N_("this host alone; may be repeated"),
     .kind = RW_OPTION_LIST,
     TO(hosts)},
    {.letter = 'D',
     .name = "dry-run",
     .text = N_("show every file and command, and connect to nothing"),
     .kind = RW_OPTION_FLAG,
     TO(dry_run)},
    {.letter = 'F',
     .name = "force",
     .text = N_("also where the cluster suffers from it"),
     .kind = RW_OPTION_FLAG,
     TO(force)},
    {.letter = 'K',
     .name = "confirm",
     .argument = "NAME",
     .text = N_("what would have to be typed; for programs"),
     .kind = RW_OPTION_TEXT,
     TO(confirm)},
    {.letter = 'T',
     .name = "take-over",
     .text = N_("take the hosts from another console that is at work"),
     .kind = RW_OPTION_FLAG,
     TO(take_over)},
    {.letter = 'P',
     .name = "plain",
     .text = N_("the wizard line by line, without a screen"),
     .kind = RW_OPTION_FLAG,
     TO(plain)},
    {.letter = 'l',
     .name = "lang",
     .argument = "LANG",
     .text = N_("language"),
     .kind = RW_OPTION_TEXT,
     TO(lang),
     .good = is_language,
     .word = language},
    {.letter = 'h',
     .has_short = true,
     .name = "help",
     .text = N_("show this help"),
     .kind = RW_OPTION_FLAG,
     TO(help)},
    {.letter = 0},
};
