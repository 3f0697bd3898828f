/* Pages 5 and 6: the settings of the cluster, and everything once more before it begins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
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

static enum rw_plain_move ask_setting(struct rw_plain *plain, size_t index)
{
    static const struct {
        const char *key, *prompt, *help;
    } fields[] = {
        {
            "servers-run-workloads",
            N_("Servers run workloads too, true or false"),
            N_("false keeps ordinary pods off the servers (CriticalAddonsOnly)."),
        },
        {"tls-san", N_("More names of the API, separated by blanks"),
         N_("DNS names and addresses that the servers' certificates are to hold. The registration "
            "name is always in.")},
        {"rke2-version", N_("RKE2 version, or nothing for the newest of a channel"),
         N_("An exact version such as v1.26.12+rke2r1.")},
        {"channel", N_("Release channel"),
         N_("stable, latest, testing or a minor release such as v1.34. It counts when no version "
            "is "
            "given.")},
    };
    if (index == 0)
        return ask_token(plain);
    if (index > RW_COUNT(fields))
        return RW_PLAIN_LEAVE;
    return rw_plain_ask_value(plain, RW_DOCUMENT_CLUSTER, fields[index - 1].key,
                              _(fields[index - 1].prompt), _(fields[index - 1].help));
}

enum rw_plain_move rw_plain_settings(struct rw_plain *plain)
{
    rw_plain_head(plain, RW_WIZARD_SETTINGS);
    for (size_t i = 0; i <= 4;) {
        bool has_version = rw_wizard_document(plain->wizard)->cluster->version != NULL;
        if (i == 4 && has_version)
            break;
        enum rw_plain_move move = ask_setting(plain, i);
        if (move == RW_PLAIN_LEAVE || (move == RW_PLAIN_BACK && i == 0))
            return move;
        i = move == RW_PLAIN_BACK ? i - 1 : i + 1;
    }
    rw_plain_findings(plain, RW_WIZARD_SETTINGS);
    return RW_PLAIN_NEXT;
}

/* ---- review ---- */

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
