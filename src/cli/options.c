#include "cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/check.h"
#include "cluster/names.h"
#include "finding/finding.h"
#include "install/run.h"

#define TIMEOUT_MAX_S (24 * 3600)

const struct rw_command rw_commands[] = {
    {"plan", N_("show every file and command, and connect to nothing"), "fjlh",
     N_("Prints, in order, what install would do on each host. The token is shown as <token>."),
     rw_cmd_plan},
    {"check", N_("check DNS, the hosts and every port between them, and change nothing"),
     "fcnqrxwtyjalh",
     N_("Asks each name server of this machine and the resolver of every host; compares each host "
        "with what RKE2 needs; tries every port from every host, with a listener on the other side "
        "that is gone afterwards. The exit code is 0 when nothing stands against an install, else "
        "4. With --fix it offers to repair what is safe to repair, and checks again."),
     rw_cmd_check},
    {"install", N_("install the cluster, or go on where an earlier run ended"), "fpnqryTjatlh",
     N_("Connects to all hosts, checks them, shows what it is about to do and asks. What is "
        "already done is not done again. A check that fails stops it, unless --override names it "
        "and says why."),
     rw_cmd_install},
    {"reset", N_("take RKE2 off hosts, and the hosts out of the cluster"), "fHDFKTjalh",
     N_("Without --host: off all hosts. A server leaves the cluster first, so that etcd keeps its "
        "majority; what would take it away is refused. RKE2's own uninstall script runs, and our "
        "own files go too. The name of the host has to be typed, that of the cluster for all. A "
        "reset that was interrupted goes on when it is run again."),
     rw_cmd_reset},
    {"nodes", N_("show what kubectl get nodes says, through whichever server answers"), "fwalh", "",
     rw_cmd_nodes},
    {"status", N_("show the journal of the last run, by node and step"), "fwjlh",
     N_("With --watch it follows a run that is under way, and ends as that one ends."),
     rw_cmd_status},
    {"kubeconfig", N_("write the administrator's kubeconfig, for use from outside"), "foyalh",
     N_("The server in it is the registration name. Without -o the file is "
        "./<cluster>.kubeconfig; “-o -” is standard output. The mode is 0600."),
     rw_cmd_kubeconfig},
    {"bundle", N_("collect what helps to find out what went wrong, without secrets"), "foyalh",
     N_("The journal, the answers, and from every host logs, configuration and state, in one "
        "tar.gz. Secrets are taken out; a host that cannot be reached is named in it. Without -o "
        "the file is ./<cluster>-bundle-<time>.tar.gz. The mode is 0600."),
     rw_cmd_bundle},
    {0},
};

static const struct option_row {
    char letter;
    bool has_short;
    const char *name;
    const char *argument; /* or NULL */
    const char *text;
} rows[] = {
    {'f', true, "file", "FILE", N_("the answers file")},
    {'o', true, "output", "PATH", N_("where to write")},
    {'y', true, "yes", NULL, N_("do not ask before changing or overwriting")},
    {'j', false, "json", NULL, N_("print JSON for programs")},
    {'w', true, "watch", NULL, N_("keep showing changes")},
    {'a', false, "accept-new-host-keys", NULL,
     N_("trust hosts that known_hosts does not have yet; changed keys are still refused")},
    {'t', false, "timeout", "SECONDS", N_("how long to wait, for each node or for --watch")},
    {'c', false, "only", "PARTS", N_("only these parts: dns,hosts,ports")},
    {'x', false, "fix", NULL, N_("offer to repair what can be repaired")},
    {'n', false, "name-server", "ADDRESS",
     N_("ask this name server instead of the machine's own; may be repeated")},
    {'q', false, "requirements", "FILE", N_("requirements of your own site")},
    {'r', false, "report", "FILE", N_("write a report in Markdown")},
    {'p', false, "override", "ID=REASON",
     N_("go on in spite of this finding, and say why; may be repeated")},
    {'H', false, "host", "NAME", N_("this host alone; may be repeated")},
    {'D', false, "dry-run", NULL, N_("show every file and command, and connect to nothing")},
    {'F', false, "force", NULL, N_("also where the cluster suffers from it")},
    {'K', false, "confirm", "NAME", N_("what would have to be typed; for programs")},
    {'T', false, "take-over", NULL, N_("take the hosts from another console that is at work")},
    {'P', false, "plain", NULL, N_("the wizard line by line, without a screen")},
    {'l', false, "lang", "LANG", N_("language: en or zh_CN")},
    {'h', true, "help", NULL, N_("show this help")},
};

/* What runs without a command. */
static const struct rw_command wizard_command = {
    "", N_("open the wizard: from the hosts to a cluster, step by step"), "fPnqatlh",
    N_("Asks for hosts, name and settings, checks everything, shows what it would do, and "
       "installs. "
       "All is saved as it is typed; leaving and coming back goes on at the same place. -f opens "
       "with these answers; the file is written only when you say so."),
    rw_cmd_wizard};

static const struct rw_command *find_command(const char *name)
{
    for (const struct rw_command *command = rw_commands; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

static void print_option(FILE *out, const struct option_row *row)
{
    char *names = rw_asprintf("%s--%s%s%s", row->has_short ? "" : "    ", row->name,
                              row->argument ? " " : "", row->argument ? row->argument : "");
    if (row->has_short)
        fprintf(out, "  -%c, %-26s %s\n", row->letter, names, _(row->text));
    else
        fprintf(out, "  %-30s %s\n", names, _(row->text));
    free(names);
}

static void print_options(FILE *out, const struct rw_command *command)
{
    fprintf(out, "%s\n", _("Options:"));
    for (size_t i = 0; i < RW_COUNT(rows); i++)
        if (strchr(command->options, rows[i].letter))
            print_option(out, &rows[i]);
}

static void print_general_help(FILE *out)
{
    fprintf(out, "%s\n\n", _("Usage: rke2-wizard [COMMAND] [OPTIONS]"));
    fprintf(out, "%s\n\n",
            _("Installs a highly available RKE2 Kubernetes cluster behind a round-robin DNS name, "
              "over SSH."));
    fprintf(out, "%s\n", _("Commands:"));
    for (const struct rw_command *command = rw_commands; command->name; command++)
        fprintf(out, "  %-12s %s\n", command->name, _(command->summary));
    fprintf(out, "\n%s: %s\n", _("Without a command"), _(wizard_command.summary));
    fprintf(out, "%s\n", _(wizard_command.details));
    print_options(out, &wizard_command);
    fprintf(out, "\n%s\n", _("“rke2-wizard COMMAND --help” tells more; so does man rke2-wizard."));
}

static void print_command_help(FILE *out, const struct rw_command *command)
{
    fprintf(out, _("Usage: rke2-wizard %s -f FILE [OPTIONS]"), command->name);
    fprintf(out, "\n\n%s: %s\n", command->name, _(command->summary));
    if (*command->details)
        fprintf(out, "%s\n", _(command->details));
    fputc('\n', out);
    print_options(out, command);
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

/* Says which option getopt_long() did not know. In a group of letters it has not gone on to the
 * next word yet, so a letter is named by itself. */
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

/* Stores one option; false when its argument is not possible. */
static bool store(struct rw_options *options, char letter, const char *argument)
{
    int64_t number;
    switch (letter) {
    case 'f':
        options->file = argument;
        break;
    case 'o':
        options->output = argument;
        break;
    case 'l':
        options->lang = argument;
        return rw_i18n_find(argument) < rw_i18n_count;
    case 't':
        if (rw_text_number(argument, 1, TIMEOUT_MAX_S, &number) != 0)
            return false;
        options->timeout_s = (int)number;
        break;
    case 'c':
        options->only = argument;
        return rw_check_parts(argument) != 0;
    case 'n':
        return rw_names_is_ip(argument) && add_to(&options->name_servers, argument);
    case 'p':
        return is_override(argument) && add_to(&options->overrides, argument);
    case 'q':
        options->requirements = argument;
        break;
    case 'r':
        options->report = argument;
        break;
    case 'x':
        options->fix = true;
        break;
    case 'y':
        options->yes = true;
        break;
    case 'j':
        options->json = true;
        break;
    case 'w':
        options->watch = true;
        break;
    case 'a':
        options->accept_new_host_keys = true;
        break;
    case 'H':
        return add_to(&options->hosts, argument);
    case 'D':
        options->dry_run = true;
        break;
    case 'F':
        options->force = true;
        break;
    case 'K':
        options->confirm = argument;
        break;
    case 'T':
        options->take_over = true;
        break;
    case 'P':
        options->plain = true;
        break;
    case 'h':
        options->help = true;
        break;
    }
    return true;
}

/* Reads the options of a command; 0, or the exit code after a message. */
static int read_options(const struct rw_command *command, int argc, char **argv,
                        struct rw_options *options)
{
    struct option longs[RW_COUNT(rows) + 1] = {0};
    char shorts[2 * RW_COUNT(rows) + 2] = ":";
    size_t count = 0, length = 1;
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        if (!strchr(command->options, rows[i].letter))
            continue;
        longs[count++] = (struct option){
            rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, rows[i].letter};
        if (rows[i].has_short)
            shorts[length++] = rows[i].letter;
        if (rows[i].has_short && rows[i].argument)
            shorts[length++] = ':';
    }
    shorts[length] = '\0';
    opterr = 0;
    for (int letter; (letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (letter == '?')
            return unknown_option(command->name, argv[optind - 1]);
        if (letter == ':')
            return usage_error(command->name, _("%s needs a value"), argv[optind - 1]);
        if (!store(options, (char)letter, optarg))
            return usage_error(command->name, _("not a possible value: %s"), optarg);
    }
    if (optind < argc)
        return usage_error(command->name, _("unexpected argument: %s"), argv[optind]);
    if (!options->help && !options->file && command != &wizard_command)
        return usage_error(command->name, "%s", _("no answers file: add -f FILE"));
    return 0;
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
        print_general_help(stdout);
        return 0;
    }
    if (name && (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)) {
        printf("rke2-wizard %s\n", PACKAGE_VERSION);
        return 0;
    }
    const struct rw_command *command = wizard ? &wizard_command : find_command(name);
    if (!command)
        return usage_error(NULL, _("unknown command: %s"), name);
    struct rw_options options = {0};
    int skip = wizard ? 0 : first;
    int rc = read_options(command, argc - skip, argv + skip, &options);
    if (rc != 0)
        return rc;
    if (options.help) {
        if (wizard)
            print_general_help(stdout);
        else
            print_command_help(stdout, command);
        return 0;
    }
    if (wizard && screens && !options.plain && screens(&options, &rc))
        return rc;
    return command->run(&options);
}
