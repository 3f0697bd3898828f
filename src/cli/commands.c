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
     .summary = N_("run the wizard, which leads to a cluster step by step"),
     .options = "fPmnqratlh",
     .details = N_("Asks for hosts, registration name and settings, checks everything, shows the "
                   "plan, and installs. All input is saved at once, and the next start continues "
                   "at the same place. -f opens an answers file; it is written only on request."),
     .run = rw_cmd_wizard},
    {.name = "plan",
     .summary = N_("show every file and command without connecting to any host"),
     .options = "fjlh",
     .details = N_(
         "Prints, in order, all actions of install on each host. The token is shown as <token>."),
     .run = rw_cmd_plan},
    {.name = "check",
     .summary = N_("check DNS, the hosts and the ports between them; change nothing"),
     .options = "fcnqrxwtyjalh",
     .details =
         N_("Queries each name server of this machine and the resolver of every host, compares "
            "each host with the requirements of RKE2, and tests every port from every host with a "
            "temporary listener on the other side. The exit code is 0 when no check fails, else 4. "
            "With --fix it offers safe repairs and checks again."),
     .run = rw_cmd_check},
    {.name = "install",
     .summary = N_("install the cluster, or resume an earlier run"),
     .options = "fpnqryRDTjatlh",
     .details = N_("Connects to all hosts, checks them, shows the planned changes and asks for "
                   "confirmation. Completed steps are not repeated. A failed check stops the "
                   "install, unless --override names it with a reason."),
     .run = rw_cmd_install},
    {.name = "reset",
     .summary = N_("uninstall RKE2 from hosts, and remove the hosts from the cluster"),
     .options = "fHDFKTjalh",
     .details = N_("Without --host, it resets all hosts. A server leaves the cluster first, so "
                   "that etcd keeps its majority; a reset that would break the majority is "
                   "refused. It runs the uninstall script of RKE2 and removes the files of this "
                   "program. The name of the host has to be typed, or that of the cluster for all "
                   "hosts. An interrupted reset is resumed when it is run again."),
     .run = rw_cmd_reset},
    {.name = "nodes",
     .summary = N_("show the output of kubectl get nodes, from whichever server answers"),
     .options = "fwalh",
     .run = rw_cmd_nodes},
    {.name = "status",
     .summary = N_("show the journal of the last run, by node and step"),
     .options = "fwjlh",
     .details =
         N_("With --watch it follows a running install or reset, and exits with the same result."),
     .run = rw_cmd_status},
    {.name = "kubeconfig",
     .summary = N_("write the administrator's kubeconfig, for use from outside"),
     .options = "foyalh",
     .details = N_("Its server address is the registration name. Without -o the file is "
                   "./<cluster>.kubeconfig; “-o -” is standard output. The mode is 0600."),
     .run = rw_cmd_kubeconfig},
    {.name = "bundle",
     .summary = N_("collect diagnostic data, without secrets"),
     .options = "foyalh",
     .details =
         N_("Packs the journal, the answers file, and the logs, configuration and state of every "
            "host into one tar.gz. Secrets are removed; hosts that cannot be reached are listed in "
            "it. Without -o the file is ./<cluster>-bundle-<time>.tar.gz. The mode is 0600."),
     .run = rw_cmd_bundle},
    {.name = "export",
     .summary = N_("write an Ansible inventory with the variables of the role lablabs.rke2"),
     .options = "foylh",
     .details = N_(
         "For clusters that Ansible is to manage: the hosts in the groups masters and workers of "
         "k8s_cluster, their logins, and the settings as variables of the role. It connects to "
         "no host. The inventory holds no secret: Ansible reads token and passwords from their "
         "files. Without -o it is printed."),
     .run = rw_cmd_export},
    {.name = "completion",
     .summary = N_("print the script that completes commands and options in a shell"),
     .options = "lh",
     .operand = "SHELL",
     .operand_word = rw_completion_shell,
     .details = N_("An installed program already has it. For a copied program: source "
                   "<(rke2-wizard completion bash)"),
     .run = rw_cmd_completion},
    {.name = NULL},
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
     .text = N_("the output file"),
     .kind = RW_OPTION_FILE,
     TO(output)},
    {.letter = 'y',
     .has_short = true,
     .name = "yes",
     .text = N_("change or overwrite without asking"),
     .kind = RW_OPTION_FLAG,
     TO(yes)},
    {.letter = 'j', .name = "json", .text = N_("print JSON"), .kind = RW_OPTION_FLAG, TO(json)},
    {.letter = 'w',
     .has_short = true,
     .name = "watch",
     .text = N_("keep watching for changes"),
     .kind = RW_OPTION_FLAG,
     TO(watch)},
    {.letter = 'a',
     .name = "accept-new-host-keys",
     .text = N_("trust hosts that are not in known_hosts yet; changed keys are still refused"),
     .kind = RW_OPTION_FLAG,
     TO(accept_new_host_keys)},
    {.letter = 't',
     .name = "timeout",
     .argument = "SECONDS",
     .text = N_("the timeout for each node, or for --watch"),
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
     .text = N_("offer safe repairs"),
     .kind = RW_OPTION_FLAG,
     TO(fix)},
    {.letter = 'n',
     .name = "name-server",
     .argument = "ADDRESS",
     .text = N_("query this name server instead of those of the machine; may be repeated"),
     .kind = RW_OPTION_LIST,
     TO(name_servers),
     .good = rw_names_is_ip},
    {.letter = 'q',
     .name = "requirements",
     .argument = "FILE",
     .text = N_("a requirements file of your own"),
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
     .text = N_("override this finding, with a reason; may be repeated"),
     .kind = RW_OPTION_LIST,
     TO(overrides),
     .good = is_override},
    {.letter = 'H',
     .name = "host",
     .argument = "NAME",
     .text = N_("only this host; may be repeated"),
     .kind = RW_OPTION_LIST,
     TO(hosts)},
    {.letter = 'D',
     .name = "dry-run",
     .text = N_("show every file and command, and change nothing"),
     .kind = RW_OPTION_FLAG,
     TO(dry_run)},
    {.letter = 'F',
     .name = "force",
     .text = N_("continue even if it harms the cluster"),
     .kind = RW_OPTION_FLAG,
     TO(force)},
    {.letter = 'K',
     .name = "confirm",
     .argument = "NAME",
     .text = N_("the text to confirm with, for scripts"),
     .kind = RW_OPTION_TEXT,
     TO(confirm)},
    {.letter = 'T',
     .name = "take-over",
     .text = N_("take over hosts that another console is working on"),
     .kind = RW_OPTION_FLAG,
     TO(take_over)},
    {.letter = 'R',
     .name = "allow-restart",
     .text = N_("restart nodes that run, when their settings change"),
     .kind = RW_OPTION_FLAG,
     TO(allow_restart)},
    {.letter = 'P',
     .name = "plain",
     .text = N_("run the wizard line by line, without full screen"),
     .kind = RW_OPTION_FLAG,
     TO(plain)},
    {.letter = 'm',
     .name = "mouse",
     .text = N_("scroll with the wheel of the mouse on the screens"),
     .kind = RW_OPTION_FLAG,
     TO(mouse)},
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
