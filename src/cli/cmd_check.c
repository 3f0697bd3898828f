#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/dns_check.h"
#include "cli/options.h"
#include "cli/session.h"
#include "install/run.h"
#include "plan/node_scripts.h"

struct check {
    struct rw_session session;
    struct rw_dns_check *dns;
    bool json;
    int exit_code;
};

static void end(struct check *check, int exit_code)
{
    if (!check->dns)
        return;
    check->exit_code = exit_code;
    rw_dns_check_free(check->dns, NULL, NULL);
    check->dns = NULL;
    rw_session_quiet(&check->session);
}

static const char *host_name(const struct check *check, int host)
{
    return host >= 0 ? check->session.cluster->hosts[host].name : "-";
}

static const char *role_name(const struct check *check, int host)
{
    return host >= 0 ? rw_role_name(check->session.cluster->hosts[host].role) : "-";
}

/* ---- plain text ---- */

static int column(int width, const char *text)
{
    int length = (int)strlen(text);
    return length > width ? length : width;
}

/* The words of the table are the same in every language, so bytes are cells. */
static void print_table(const struct check *check, const struct rw_dns_verdicts *verdicts)
{
    static const char *const tags[] = {"[ OK ]", "[ ?? ]", "[WARN]", "[FAIL]"};
    int address = column(0, "ADDRESS"), host = column(0, "HOST");
    for (size_t i = 0; i < verdicts->row_count; i++) {
        address = column(address, verdicts->rows[i].address);
        host = column(host, host_name(check, verdicts->rows[i].host));
    }
    printf("  %-*s  %-*s  %-6s  %-20s  %-9s  %s\n", address, "ADDRESS", host, "HOST", "ROLE",
           "VERDICT", "SEEN BY", "TTL");
    for (size_t i = 0; i < verdicts->row_count; i++) {
        const struct rw_dns_row *row = &verdicts->rows[i];
        char *verdict = rw_asprintf("%s %s", tags[rw_dns_verdict_severity(row->verdict)],
                                    rw_dns_verdict_name(row->verdict));
        char *seen = rw_asprintf("%zu/%zu", row->seen, row->asked);
        char *ttl = row->ttl >= 0 ? rw_asprintf("%d", row->ttl) : rw_strdup("-");
        printf("  %-*s  %-*s  %-6s  %-20s  %-9s  %s\n", address, row->address, host,
               host_name(check, row->host), role_name(check, row->host), verdict, seen, ttl);
        free(verdict);
        free(seen);
        free(ttl);
    }
}

static const char *kind_text(enum rw_dns_kind kind)
{
    static const char *const texts[] = {
        [RW_DNS_KIND_UNKNOWN] = N_("could not be determined"),
        [RW_DNS_KIND_ALL] = N_("each holds all addresses"),
        [RW_DNS_KIND_ONE] = N_("each holds one address alone"),
        [RW_DNS_KIND_PART] = N_("each holds a part of the addresses"),
    };
    return _(texts[kind]);
}

static void print_asked(const struct check *check, const struct rw_dns_evidence *evidence)
{
    struct rw_buf from_here = {0}, hosts = {0};
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        struct rw_buf *list = asker->host < 0 ? &from_here : &hosts;
        if (!asker->not_asked)
            rw_buf_addf(list, "%s%s", list->len ? ", " : "",
                        asker->host < 0 ? asker->server : host_name(check, asker->host));
    }
    printf(_("Name servers asked from here: %s\n"), from_here.len ? from_here.data : "-");
    printf(_("Hosts whose own resolver was asked: %s\n"), hosts.len ? hosts.data : "-");
    rw_buf_done(&from_here);
    rw_buf_done(&hosts);
}

static void print(const struct check *check, const struct rw_dns_verdicts *verdicts,
                  const struct rw_dns_evidence *evidence)
{
    printf(_("DNS: what %s leads to\n"), check->session.cluster->registration_name);
    print_table(check, verdicts);
    print_asked(check, evidence);
    printf(_("Answers: %s\n"), kind_text(verdicts->kind));
    if (verdicts->findings.count > 0)
        putchar('\n');
    rw_cli_print_findings(stdout, &verdicts->findings);
    if (rw_dns_verdicts_pass(verdicts)) {
        printf("\n%s\n", _("Nothing in DNS stands against an install."));
        return;
    }
    struct rw_buf records = {0};
    rw_dns_zone_lines(&records, check->session.cluster, evidence);
    printf("\n%s\n%s", _("The records that the name should have:"), rw_buf_str(&records));
    rw_buf_done(&records);
}

/* ---- JSON ---- */

static json_t *json_rows(const struct check *check, const struct rw_dns_verdicts *verdicts)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < verdicts->row_count; i++) {
        const struct rw_dns_row *row = &verdicts->rows[i];
        json_t *object = json_pack("{s:s, s:s, s:s, s:I, s:I}", "address", row->address, "verdict",
                                   rw_dns_verdict_name(row->verdict), "severity",
                                   rw_severity_name(rw_dns_verdict_severity(row->verdict)), "seen",
                                   (json_int_t)row->seen, "asked", (json_int_t)row->asked);
        if (row->host >= 0) {
            json_object_set_new(object, "host", json_string(host_name(check, row->host)));
            json_object_set_new(object, "role", json_string(role_name(check, row->host)));
        }
        if (row->ttl >= 0)
            json_object_set_new(object, "ttl", json_integer(row->ttl));
        json_array_append_new(rows, object);
    }
    return rows;
}

/* The answer of the last round with addresses is not enough for an asker whose answers vary, so all
 * rounds are there. */
static json_t *json_askers(const struct check *check, const struct rw_dns_evidence *evidence)
{
    json_t *askers = json_array();
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        json_t *object = json_object(), *rounds = json_array();
        char *server = rw_text_printable(asker->server, strlen(asker->server), RW_REPLY_VALUE_MAX);
        if (asker->host >= 0)
            json_object_set_new(object, "host", json_string(host_name(check, asker->host)));
        json_object_set_new(object, "server", json_string(server));
        json_object_set_new(object, "hosts_file", json_boolean(asker->hosts_file));
        if (asker->not_asked) {
            char *reason =
                rw_text_printable(asker->not_asked, strlen(asker->not_asked), RW_REPLY_VALUE_MAX);
            json_object_set_new(object, "not_asked", json_string(reason));
            free(reason);
        }
        for (size_t k = 0; k < asker->round_count; k++) {
            json_t *addresses = json_array();
            for (size_t n = 0; n < asker->rounds[k].count; n++)
                json_array_append_new(addresses, json_string(asker->rounds[k].items[n].text));
            json_array_append_new(rounds, json_pack("{s:s, s:o}", "code",
                                                    rw_dns_code_name(asker->rounds[k].code),
                                                    "addresses", addresses));
        }
        json_object_set_new(object, "answers", rounds);
        json_array_append_new(askers, object);
        free(server);
    }
    return askers;
}

static json_t *json_findings(const struct rw_findings *findings)
{
    static const char *const names[] = {"fact", "why", "fix", "same_as"};
    json_t *list = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        json_t *object = json_pack("{s:s, s:s}", "id", rw_finding_code(finding->id), "severity",
                                   rw_severity_name(finding->severity));
        if (finding->host)
            json_object_set_new(object, "host", json_string(finding->host));
        for (int part = RW_FINDING_FACT; part <= RW_FINDING_SAME_AS; part++) {
            char *text = rw_finding_text(finding, (enum rw_finding_part)part);
            if (*text)
                json_object_set_new(object, names[part], json_string(text));
            free(text);
        }
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_records(const struct check *check, const struct rw_dns_evidence *evidence)
{
    struct rw_buf records = {0};
    json_t *list = json_array();
    rw_dns_zone_lines(&records, check->session.cluster, evidence);
    const char *cursor = rw_buf_str(&records), *line;
    for (size_t length; rw_text_line(&cursor, &line, &length);)
        json_array_append_new(list, json_stringn(line, length));
    rw_buf_done(&records);
    return list;
}

static void print_json(const struct check *check, const struct rw_dns_verdicts *verdicts,
                       const struct rw_dns_evidence *evidence)
{
    json_t *dns = json_object();
    json_object_set_new(dns, "name", json_string(check->session.cluster->registration_name));
    json_object_set_new(dns, "answers", json_string(rw_dns_kind_name(verdicts->kind)));
    json_object_set_new(dns, "addresses", json_rows(check, verdicts));
    json_object_set_new(dns, "asked", json_askers(check, evidence));
    json_object_set_new(dns, "records", json_records(check, evidence));
    json_t *object = json_object();
    json_object_set_new(object, "pass", json_boolean(rw_dns_verdicts_pass(verdicts)));
    json_object_set_new(object, "dns", dns);
    json_object_set_new(object, "findings", json_findings(&verdicts->findings));
    json_dumpf(object, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
}

/* ---- the command ---- */

static void on_done(void *context, const struct rw_dns_verdicts *verdicts,
                    const struct rw_dns_evidence *evidence)
{
    struct check *check = context;
    (check->json ? print_json : print)(check, verdicts, evidence);
    bool written = fflush(stdout) == 0;
    end(check, !written                         ? RW_OUTCOME_FAILED
               : rw_dns_verdicts_pass(verdicts) ? RW_OUTCOME_DONE
                                                : RW_OUTCOME_BLOCKED);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct check *check = context;
    rw_session_question(&check->session, host, question);
}

static void on_answer(void *context, size_t host, const char *text)
{
    struct check *check = context;
    if (check->dns)
        rw_dns_check_answer(check->dns, host, text);
}

static void on_stop(void *context)
{
    end(context, RW_OUTCOME_INTERRUPTED);
}

int rw_cmd_check(const struct rw_options *options)
{
    struct check check = {.json = options->json};
    int rc = rw_session_begin(&check.session, options, true);
    if (rc != 0)
        return rc;
    check.session.stop = on_stop;
    check.session.stop_context = &check;
    check.session.answer = on_answer;
    check.session.answer_context = &check;
    char *script = rw_asprintf("%s%s", rw_node_script("lib"), rw_node_script("resolve-name"));
    struct rw_dns_check_options dns = {
        .cluster = check.session.cluster,
        .script = script,
        .ask = check.session.ask != NULL,
        .accept_new_host_keys = options->accept_new_host_keys,
        .passwords = check.session.passwords,
        .sudo_passwords = check.session.sudo_passwords,
        .keys = check.session.keys,
    };
    struct rw_dns_check_listener listener = {on_question, on_done, &check};
    check.dns = rw_dns_check_start(&check.session.loop, &dns, &listener);
    rw_session_run(&check.session);
    rw_session_end(&check.session);
    free(script);
    return check.exit_code;
}
