/* Pages 5 and 6: the settings of the cluster, and everything once more before it begins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/source.h"
#include "cli/plain.h"
#include "cli/session.h"

/* ---- settings ---- */

static enum rw_plain_move ask_token(struct rw_plain *plain)
{
    for (;;) {
        struct rw_error err = {0};
        const char *reason = NULL;
        char *known = rw_wizard_token(plain->wizard), *text = NULL;
        struct rw_plain_field field = {
            .prompt =
                known ? _("Token (Enter keeps the one there is)") : _("Token (Enter makes one)"),
            .value = "",
            .help = _("The secret by which nodes join. It is kept beside the journal, readable by "
                      "you alone, and never shown. - throws the present one away."),
            .secret = true,
            .dash = true,
        };
        rw_secret_free(known);
        enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
        bool kept = move != RW_PLAIN_NEXT || !*text;
        int rc = kept ? 0
                      : rw_wizard_set_token(plain->wizard, strcmp(text, "-") == 0 ? "" : text,
                                            &reason, &err);
        rw_secret_free(text);
        if (rc == 0)
            return move;
        printf(_("The token cannot be used: %s.\n"), reason ? _(reason) : err.message);
    }
}

static bool has_version(const struct rw_cluster *cluster)
{
    return cluster->version != NULL;
}

static bool has_no_proxy(const struct rw_cluster *cluster)
{
    return cluster->proxy.url == NULL;
}

/* What is asked after the token, in order. */
static const struct setting {
    const char *key; /* NULL: whether to ask for those that are marked */
    const char *prompt, *help;
    bool advanced;
    bool (*skipped)(const struct rw_cluster *cluster);
} settings[] = {
    {
        .key = "servers-run-workloads",
        .prompt = N_("Servers run workloads too, true or false"),
        .help = N_("false keeps ordinary pods off the servers (CriticalAddonsOnly)."),
    },
    {
        .key = "tls-san",
        .prompt = N_("More names of the API, separated by blanks"),
        .help = N_("DNS names and addresses that the servers' certificates are to hold. The "
                   "registration name is always in."),
    },
    {
        .key = "rke2-version",
        .prompt = N_("RKE2 version, or nothing for the newest of a channel"),
        .help = N_("An exact version such as v1.26.12+rke2r1."),
    },
    {
        .key = "channel",
        .prompt = N_("Release channel"),
        .help = N_("stable, latest, testing or a minor release such as v1.34. It counts when no "
                   "version is given."),
        .skipped = has_version,
    },
    {.key = NULL},
    {
        .key = "cni",
        .prompt = N_("Pod network: canal, calico, cilium, flannel or none"),
        .help = N_("none when you install a network yourself. It cannot be changed once the "
                   "cluster exists."),
        .advanced = true,
    },
    {
        .key = "source",
        .prompt = N_("RKE2 comes from"),
        .help = N_("get.rke2.io; rancher-mirror.rancher.cn, the mirror in China; or the full path "
                   "of a folder that lies on each host, for hosts without a way out. The example "
                   "of an answers file says what has to be in it."),
        .advanced = true,
    },
    {
        .key = "proxy",
        .prompt = N_("Proxy of the hosts, or nothing"),
        .help = N_("The address of the proxy by which the hosts reach the net, such as "
                   "http://proxy.example.com:3128, or nothing. With user:password@ before the "
                   "name the password is kept beside the journal, readable by you alone, and is "
                   "not shown again."),
        .advanced = true,
    },
    {
        .key = "no-proxy",
        .prompt = N_("Reached without the proxy, separated by blanks"),
        .help = N_("Names, addresses and networks that are reached without the proxy, separated "
                   "by blanks. The hosts, their names, the registration name and the networks of "
                   "the cluster are always in."),
        .advanced = true,
        .skipped = has_no_proxy,
    },
    {
        .key = "system-default-registry",
        .prompt = N_("Image registry, or nothing"),
        .help = N_("A registry of your own from which RKE2's images come instead of docker.io, "
                   "such as registry.example.com:5000, or nothing."),
        .advanced = true,
    },
};

/* Whether one of those that most clusters leave as they are differs already. */
static bool is_advanced(const struct rw_cluster *cluster)
{
    return rw_cni_of(cluster) != RW_CNI_CANAL || strcmp(cluster->source, RW_SOURCE_DEFAULT) != 0 ||
           cluster->proxy.url || cluster->registry;
}

/* What is known by now; nobody waits for it. */
static void print_releases(struct rw_plain *plain)
{
    struct rw_wizard_releases releases = rw_wizard_releases(plain->wizard);
    for (size_t i = 0; i < releases.channels->count; i++)
        printf("  %-8s %s\n", releases.channels->items[i].name,
               releases.channels->items[i].version);
    if (releases.state == RW_WIZARD_RELEASES_ASKED)
        puts(_("(asking which releases there are …)"));
    else if (releases.state == RW_WIZARD_RELEASES_FAILED)
        printf(_("(no list of releases: %s)\n"), _(releases.reason));
}

static enum rw_plain_move ask_whether(struct rw_plain *plain, bool *advanced)
{
    char *text = NULL;
    struct rw_plain_field field = {
        .prompt = _("Advanced settings too, yes or no"),
        .value = *advanced ? "yes" : "no",
        .help = _("What most clusters leave as it is: the network of the pods, where RKE2 comes "
                  "from, a proxy, and a registry for images."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT)
        *advanced = strcasecmp(text, "yes") == 0 || strcasecmp(text, "y") == 0;
    free(text);
    return move;
}

enum rw_plain_move rw_plain_settings(struct rw_plain *plain)
{
    const struct rw_cluster *cluster = rw_wizard_document(plain->wizard)->cluster;
    bool advanced = is_advanced(cluster);
    enum rw_plain_move move = RW_PLAIN_NEXT;
    rw_plain_head(plain, RW_WIZARD_SETTINGS);
    for (size_t i = 0; i <= RW_COUNT(settings); i += move == RW_PLAIN_BACK ? (size_t)-1 : 1) {
        const struct setting *setting = i > 0 ? &settings[i - 1] : NULL;
        bool skipped = setting && ((setting->skipped && setting->skipped(cluster)) ||
                                   (setting->advanced && !advanced));
        if (skipped)
            continue; /* in the direction that was taken last */
        if (setting && setting->key && strcmp(setting->key, "rke2-version") == 0)
            print_releases(plain);
        if (!setting)
            move = ask_token(plain);
        else if (!setting->key)
            move = ask_whether(plain, &advanced);
        else
            move = rw_plain_ask_value(plain, RW_DOCUMENT_CLUSTER, setting->key, _(setting->prompt),
                                      _(setting->help));
        if (move == RW_PLAIN_LEAVE || (move == RW_PLAIN_BACK && i == 0))
            return move;
    }
    rw_plain_findings(plain, RW_WIZARD_SETTINGS);
    return RW_PLAIN_NEXT;
}

/* ---- review ---- */

static void print_advanced(struct rw_plain *plain)
{
    const struct rw_cluster *cluster = rw_wizard_document(plain->wizard)->cluster;
    char *bypass =
        rw_document_get(rw_wizard_document(plain->wizard), RW_DOCUMENT_CLUSTER, "no-proxy");
    printf(_("Pod network: %s\n"), cluster->cni);
    printf(_("RKE2 comes from: %s\n"), cluster->source);
    if (cluster->proxy.url)
        printf(_("Proxy: %s\n"), cluster->proxy.url);
    if (*bypass)
        printf(_("Without the proxy: %s\n"), bypass);
    if (cluster->registry)
        printf(_("Image registry: %s\n"), cluster->registry);
    free(bypass);
}

static void print_values(struct rw_plain *plain)
{
    const struct rw_cluster *cluster = rw_wizard_document(plain->wizard)->cluster;
    struct rw_override overrides[RW_FINDING_COUNT];
    char *sans = rw_document_get(rw_wizard_document(plain->wizard), RW_DOCUMENT_CLUSTER, "tls-san");
    char *token = rw_wizard_token(plain->wizard);
    printf(_("Registration name: %s\n"),
           cluster->registration_name ? cluster->registration_name : "-");
    printf(_("Token: %s\n"), token ? _("kept on this machine") : _("will be made"));
    printf(_("More names of the API: %s\n"), *sans ? sans : "-");
    printf(_("Servers run workloads: %s\n"), cluster->servers_run_workloads ? _("yes") : _("no"));
    if (cluster->version)
        printf(_("RKE2: %s\n"), cluster->version);
    else
        printf(_("RKE2: the newest of channel %s\n"), cluster->channel);
    print_advanced(plain);
    rw_secret_free(token);
    free(sans);
    size_t count = rw_wizard_overrides(plain->wizard, overrides, RW_COUNT(overrides));
    for (size_t i = 0; i < count; i++) {
        printf(_("goes on in spite of %s: %s"), rw_finding_code(overrides[i].id),
               overrides[i].reason);
        putchar('\n');
    }
    rw_plain_host_table(plain);
}

static enum rw_plain_move write_answers(struct rw_plain *plain)
{
    const struct rw_cluster *cluster = rw_wizard_document(plain->wizard)->cluster;
    const char *file = rw_wizard_file(plain->wizard);
    char *path = file ? rw_strdup(file) : rw_asprintf("%s.yaml", cluster->name), *text = NULL;
    struct rw_error err;
    struct rw_plain_field field = {
        .prompt = _("Write the answers to"),
        .value = path,
        .help = _("Without secrets. rke2-wizard install -f does the same with them. Comments that "
                  "an older file holds are lost."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT && rw_wizard_write(plain->wizard, text, &err) != 0)
        puts(err.message);
    else if (move == RW_PLAIN_NEXT)
        printf(_("Written: %s\n"), text);
    free(text);
    free(path);
    return move;
}

static void print_plan(struct rw_plain *plain)
{
    struct rw_buf out = {0};
    rw_wizard_plan_text(plain->wizard, &out);
    fputs(rw_buf_str(&out), stdout);
    rw_buf_done(&out);
}

/* Begins what cannot be taken back: what was typed ahead does not count. */
static enum rw_plain_move begin(struct rw_plain *plain)
{
    struct rw_findings findings = {0};
    int rc = rw_wizard_install(plain->wizard, &findings);
    rw_cli_print_findings(stdout, &findings);
    rw_findings_done(&findings);
    if (rc != 0)
        puts(_("The install was not begun."));
    return RW_PLAIN_AGAIN;
}

enum rw_plain_move rw_plain_review(struct rw_plain *plain)
{
    char *text = NULL;
    rw_plain_head(plain, RW_WIZARD_REVIEW);
    print_values(plain);
    rw_plain_findings(plain, RW_WIZARD_REVIEW);
    puts(_("p shows every file and command  w writes the answers to a file"));
    rw_plain_input_flush(plain->input);
    struct rw_plain_field field = {
        .prompt = _("Type install to begin"),
        .help = _("From here on hosts are changed. < goes back and changes nothing."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT) {
        move = RW_PLAIN_AGAIN;
        if (strcmp(text, "install") == 0)
            move = begin(plain);
        else if (strcmp(text, "p") == 0)
            print_plan(plain);
        else if (strcmp(text, "w") == 0 && write_answers(plain) == RW_PLAIN_LEAVE)
            move = RW_PLAIN_LEAVE;
    }
    free(text);
    return move;
}
