/* SPDX-License-Identifier: Apache-2.0 */
/* Pages 3 and 4: what the name leads to; what the hosts have, and which ports are open between
 * them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/check_show.h"
#include "cli/plain.h"
#include "cli/session.h"
#include "cluster/names.h"

/* ---- waiting ---- */

static bool check_over(struct rw_plain *plain)
{
    struct rw_wizard_check check = rw_wizard_check(plain->wizard, rw_wizard_step(plain->wizard));
    return check.result && !check.running;
}

/* Without hosts to connect to there is nothing to wait for. */
static bool can_check(struct rw_plain *plain)
{
    const struct rw_document *document = rw_wizard_document(plain->wizard);
    struct rw_wizard_gate hosts = rw_wizard_gate(plain->wizard, RW_WIZARD_HOSTS);
    const char *name = document->cluster->registration_name;
    return document->cluster->host_count > 0 && rw_wizard_gate_open(&hosts) && name &&
           rw_names_is_registration(name);
}

/* ---- overriding ---- */

/* The first finding that fails and has no reason, or RW_FINDING_COUNT. */
static enum rw_finding_id first_failure(const struct rw_plain *plain,
                                        const struct rw_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (rw_finding_blocks(&findings->items[i]) &&
            !rw_wizard_override_reason(plain->wizard, findings->items[i].id))
            return findings->items[i].id;
    return RW_FINDING_COUNT;
}

static bool is_there(const struct rw_findings *findings, enum rw_finding_id id)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].id == id && rw_finding_blocks(&findings->items[i]))
            return true;
    return false;
}

/* A name that is known to be wrong has to be typed before it is ignored. */
static enum rw_plain_move confirm_name(struct rw_plain *plain)
{
    const char *name = rw_wizard_document(plain->wizard)->cluster->registration_name;
    char *text = NULL, *prompt = rw_asprintf(_("Type %s to override the findings"), name);
    struct rw_plain_field field = {.prompt = prompt};
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT && strcmp(text, name) != 0)
        move = RW_PLAIN_BACK;
    free(text);
    free(prompt);
    return move;
}

static enum rw_plain_move ask_reason(struct rw_plain *plain, enum rw_finding_id id)
{
    struct rw_findings findings = {0};
    char *text = NULL;
    struct rw_plain_field field = {
        .prompt = _("Reason (shown in the review and in the journal)"),
        .value = rw_wizard_override_reason(plain->wizard, id),
        .help = _("Nothing is overridden without a reason; - withdraws an earlier one."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT)
        rw_wizard_override(plain->wizard, id, text, &findings);
    rw_cli_print_findings(stdout, &findings);
    rw_findings_done(&findings);
    free(text);
    return move;
}

static enum rw_plain_move override(struct rw_plain *plain, enum rw_wizard_step step)
{
    struct rw_findings findings = {0};
    char *text = NULL;
    rw_wizard_findings(plain->wizard, step, &findings);
    enum rw_finding_id first = first_failure(plain, &findings);
    struct rw_plain_field field = {
        .prompt = _("Code of the finding to override"),
        .value = first < RW_FINDING_COUNT ? rw_finding_code(first) : NULL,
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    enum rw_finding_id id = move == RW_PLAIN_NEXT ? rw_finding_by_code(text) : RW_FINDING_COUNT;
    bool good = id < RW_FINDING_COUNT && is_there(&findings, id);
    rw_findings_done(&findings);
    free(text);
    if (move == RW_PLAIN_NEXT && !good)
        puts(_("No failed finding here has this code."));
    if (good && step == RW_WIZARD_DNS)
        move = confirm_name(plain);
    return good && move == RW_PLAIN_NEXT ? ask_reason(plain, id) : move;
}

/* ---- the pages ---- */

static enum rw_plain_move write_report(struct rw_plain *plain, enum rw_wizard_step step)
{
    const struct rw_cluster *cluster = rw_wizard_document(plain->wizard)->cluster;
    char *text = NULL, *path = rw_asprintf("%s-check.md", cluster->name);
    struct rw_plain_field field = {.prompt = _("Save the report to"), .value = path};
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    struct rw_wizard_check check = rw_wizard_check(plain->wizard, step);
    if (move == RW_PLAIN_NEXT && check.result) {
        struct rw_findings findings = {0};
        if (rw_wizard_write_report(plain->wizard, &check, text, &findings) == 0)
            printf(_("Written: %s\n"), text);
        rw_cli_print_findings(stdout, &findings);
        rw_findings_done(&findings);
    }
    free(text);
    free(path);
    return move;
}

static void print_overrides(struct rw_plain *plain, enum rw_wizard_step step)
{
    struct rw_findings findings = {0};
    bool told[RW_FINDING_COUNT] = {false};
    rw_wizard_findings(plain->wizard, step, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        enum rw_finding_id id = findings.items[i].id;
        const char *reason = rw_wizard_override_reason(plain->wizard, id);
        if (!rw_finding_blocks(&findings.items[i]) || !reason || told[id])
            continue;
        told[id] = true;
        printf(_("%s is overridden: %s"), rw_finding_code(id), reason);
        putchar('\n');
    }
    rw_findings_done(&findings);
}

static enum rw_plain_move show(struct rw_plain *plain, enum rw_wizard_step step)
{
    /* The page may be the first one of this start. */
    if (rw_plain_login(plain) == RW_PLAIN_LEAVE)
        return RW_PLAIN_LEAVE;
    if (!can_check(plain)) {
        puts(_("Correct the hosts and the registration name first."));
        rw_plain_findings(plain, RW_WIZARD_HOSTS);
        rw_plain_findings(plain, RW_WIZARD_DNS);
        return RW_PLAIN_NEXT;
    }
    puts(step == RW_WIZARD_DNS ? _("Querying name servers and hosts …")
                               : _("Checking the hosts, and testing the ports between them …"));
    if (rw_plain_wait(plain, check_over) == RW_PLAIN_LEAVE)
        return RW_PLAIN_LEAVE;
    struct rw_wizard_check check = rw_wizard_check(plain->wizard, step);
    rw_check_show(check.cluster, check.result);
    print_overrides(plain, step);
    return RW_PLAIN_NEXT;
}

static enum rw_plain_move ask_name(struct rw_plain *plain)
{
    return rw_plain_ask_setting(plain, RW_DOCUMENT_CLUSTER,
                                rw_setting_of_cluster("registration-name"));
}

/* The name is asked for once; later n changes it. */
static enum rw_plain_move ask_first_name(struct rw_plain *plain)
{
    return rw_wizard_document(plain->wizard)->cluster->registration_name ? RW_PLAIN_NEXT
                                                                         : ask_name(plain);
}

static enum rw_plain_move command(struct rw_plain *plain, enum rw_wizard_step step, char letter)
{
    switch (letter) {
    case 'r':
        rw_wizard_recheck(plain->wizard, step);
        return RW_PLAIN_NEXT;
    case 'o':
        return override(plain, step);
    case 's':
        return write_report(plain, step);
    case 'x':
        if (step == RW_WIZARD_REQUIREMENTS)
            return rw_plain_fix(plain);
        break;
    case 'n':
        if (step == RW_WIZARD_DNS)
            return ask_name(plain);
        break;
    default:
        break;
    }
    puts(_("Unknown command."));
    return RW_PLAIN_NEXT;
}

enum rw_plain_move rw_plain_checks(struct rw_plain *plain)
{
    enum rw_wizard_step step = rw_wizard_step(plain->wizard);
    size_t number;
    char *text = NULL;
    rw_plain_head(plain, step);
    enum rw_plain_move move = step == RW_WIZARD_DNS ? ask_first_name(plain) : RW_PLAIN_NEXT;
    if (move == RW_PLAIN_NEXT)
        move = show(plain, step);
    if (move != RW_PLAIN_NEXT)
        return move;
    puts(step == RW_WIZARD_DNS
             ? _("r check again  n another name  o override the findings  s save a report")
             : _("r check again  x repair  o override a finding  s save a report"));
    struct rw_plain_field field = {.prompt = _("Command, or Enter to continue"), .value = ""};
    move = rw_plain_ask(plain, &field, &text);
    char letter = move == RW_PLAIN_NEXT ? rw_plain_command(text, &number) : '\0';
    free(text);
    if (move != RW_PLAIN_NEXT || !letter)
        return move;
    return command(plain, step, letter) == RW_PLAIN_LEAVE ? RW_PLAIN_LEAVE : RW_PLAIN_AGAIN;
}
