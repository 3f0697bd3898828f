/* SPDX-License-Identifier: Apache-2.0 */
/* Pages 5 and 6: the settings of the cluster, and everything once more before it begins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cli/plain.h"
#include "cli/session.h"
#include "cluster/settings.h"
#include "wizard/review.h"

/* ---- settings ---- */

static enum rw_plain_move ask_token(struct rw_plain *plain)
{
    for (;;) {
        struct rw_error err = {0};
        const char *reason = NULL;
        char *known = rw_wizard_token(plain->wizard), *text = NULL;
        struct rw_plain_field field = {
            .prompt =
                known ? _("Token (Enter keeps the current one)") : _("Token (Enter generates one)"),
            .value = "",
            .help = _("The secret with which nodes join. It is kept next to the journal, readable "
                      "only by you, and never shown. - discards the current one."),
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
        printf(_("The token is not valid: %s.\n"), reason ? _(reason) : err.message);
    }
}

/* Whether one of those that most clusters leave as they are differs already. */
static bool is_advanced(const struct rw_cluster *cluster)
{
    for (size_t i = 0; i < rw_setting_count; i++)
        if (rw_settings[i].group == RW_GROUP_ADVANCED &&
            !rw_setting_is_default(&rw_settings[i], cluster, NULL))
            return true;
    return false;
}

/* The releases known so far; it does not wait for them. */
static void print_releases(struct rw_plain *plain)
{
    struct rw_wizard_releases releases = rw_wizard_releases(plain->wizard);
    for (size_t i = 0; i < releases.channels->count; i++)
        printf("  %-8s %s\n", releases.channels->items[i].name,
               releases.channels->items[i].version);
    if (releases.state == RW_WIZARD_RELEASES_ASKED)
        puts(_("(looking up the releases …)"));
    else if (releases.state == RW_WIZARD_RELEASES_FAILED)
        printf(_("(no list of releases: %s)\n"), _(releases.reason));
}

static enum rw_plain_move ask_whether(struct rw_plain *plain, bool *advanced)
{
    char *text = NULL;
    struct rw_plain_field field = {
        .prompt = _("Advanced settings too, yes or no"),
        .value = *advanced ? "yes" : "no",
        .help = _("Settings that most clusters leave at their defaults: pod network, RKE2 source, "
                  "proxy and image registry."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT)
        *advanced = strcasecmp(text, "yes") == 0 || strcasecmp(text, "y") == 0;
    free(text);
    return move;
}

static enum rw_plain_move ask_setting(struct rw_plain *plain, const struct rw_setting *setting)
{
    if (setting->kind == RW_SETTING_SECRET)
        return ask_token(plain);
    if (strcmp(rw_setting_id(setting), "rke2-version") == 0)
        print_releases(plain);
    return rw_plain_ask_setting(plain, RW_DOCUMENT_CLUSTER, setting);
}

/* The next setting of a group from i on, or before it; rw_setting_count: there is none. */
static size_t step_in(const struct rw_cluster *cluster, enum rw_setting_group group, size_t i,
                      bool back)
{
    for (; i < rw_setting_count; i += back ? (size_t)-1 : 1)
        if (rw_settings[i].group == group && rw_setting_counts(&rw_settings[i], cluster, NULL))
            return i;
    return rw_setting_count;
}

/* The settings of a group, from the first or the last one on; "<" goes back by one, from the first
 * one BACK. */
static enum rw_plain_move ask_group(struct rw_plain *plain, enum rw_setting_group group, bool back)
{
    const struct rw_cluster *cluster = rw_wizard_document(plain->wizard)->cluster;
    size_t i = step_in(cluster, group, back ? rw_setting_count - 1 : 0, back);
    while (i < rw_setting_count) {
        enum rw_plain_move move = ask_setting(plain, &rw_settings[i]);
        if (move == RW_PLAIN_LEAVE)
            return move;
        back = move == RW_PLAIN_BACK;
        i = step_in(cluster, group, back ? i - 1 : i + 1, back);
    }
    return back ? RW_PLAIN_BACK : RW_PLAIN_NEXT;
}

/* Main settings, whether to ask for the advanced ones, and those. */
enum rw_plain_move rw_plain_settings(struct rw_plain *plain)
{
    enum { MAIN, WHETHER, ADVANCED, PARTS };
    bool advanced = is_advanced(rw_wizard_document(plain->wizard)->cluster);
    enum rw_plain_move move = RW_PLAIN_NEXT;
    rw_plain_head(plain, RW_WIZARD_SETTINGS);
    for (int part = MAIN; part < PARTS; part += move == RW_PLAIN_BACK ? -1 : 1) {
        bool back = move == RW_PLAIN_BACK;
        if (part == WHETHER)
            move = ask_whether(plain, &advanced);
        else if (part == MAIN || advanced)
            move = ask_group(plain, part == MAIN ? RW_GROUP_MAIN : RW_GROUP_ADVANCED, back);
        if (move == RW_PLAIN_LEAVE || (move == RW_PLAIN_BACK && part == MAIN))
            return move;
    }
    rw_plain_findings(plain, RW_WIZARD_SETTINGS);
    return RW_PLAIN_NEXT;
}

/* ---- review ---- */

static void print_values(struct rw_plain *plain)
{
    struct rw_review review = {0};
    struct rw_override overrides[RW_FINDING_COUNT];
    rw_review_settings(plain->wizard, &review);
    for (size_t i = 0; i < review.count; i++)
        printf(_("%s: %s\n"), review.items[i].title, review.items[i].text);
    rw_review_done(&review);
    size_t count = rw_wizard_overrides(plain->wizard, overrides, RW_COUNT(overrides));
    for (size_t i = 0; i < count; i++) {
        printf(_("%s is overridden: %s"), rw_finding_code(overrides[i].id), overrides[i].reason);
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
        .prompt = _("Export the answers to"),
        .value = path,
        .help = _("The file contains no secrets; rke2-wizard install -f does the same with it. "
                  "Comments in an older file are lost."),
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
        puts(_("The install was not started."));
    return RW_PLAIN_AGAIN;
}

enum rw_plain_move rw_plain_review(struct rw_plain *plain)
{
    char *text = NULL;
    rw_plain_head(plain, RW_WIZARD_REVIEW);
    print_values(plain);
    rw_plain_findings(plain, RW_WIZARD_REVIEW);
    puts(_("p shows every file and command  w exports the answers to a file"));
    rw_plain_input_flush(plain->input);
    struct rw_plain_field field = {
        .prompt = _("Type install to start"),
        .help = _("From here on, hosts are changed. < goes back and changes nothing."),
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
