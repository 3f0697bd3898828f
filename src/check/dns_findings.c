/* SPDX-License-Identifier: Apache-2.0 */
/* The findings of the DNS check, each with the records to create or delete as zone lines. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/dns_judge.h"
#include "contact/contact.h"

/* ---- words ---- */

/* The name that the records belong to: where a CNAME leads, or the name itself. */
static const char *owner_name(const struct rw_cluster *cluster,
                              const struct rw_dns_evidence *evidence)
{
    for (size_t i = 0; i < evidence->asker_count; i++)
        if (evidence->askers[i].target)
            return evidence->askers[i].target;
    return cluster->registration_name;
}

static const char *record_type(const char *address)
{
    return address && strchr(address, ':') ? "AAAA" : "A";
}

static void zone_line(struct rw_buf *out, const struct dns_judge *judge, const char *address)
{
    const char *name = owner_name(judge->cluster, judge->evidence);
    rw_buf_addf(out, "%s%s %d IN %s %s", name, rw_text_ends(name, ".") ? "" : ".", RW_DNS_TTL_MAX,
                record_type(address), address ? address : "?");
}

static char *record(const struct dns_judge *judge, const char *address)
{
    struct rw_buf out = {0};
    zone_line(&out, judge, address);
    return rw_buf_take(&out);
}

static char *all_records(const struct dns_judge *judge)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < judge->cluster->host_count; i++) {
        if (judge->cluster->hosts[i].role != RW_ROLE_SERVER)
            continue;
        rw_buf_adds(&out, out.len ? ", " : "");
        zone_line(&out, judge, dns_record_address(judge, i));
    }
    return rw_buf_take(&out);
}

void rw_dns_zone_lines(struct rw_buf *out, const struct rw_cluster *cluster,
                       const struct rw_dns_evidence *evidence)
{
    struct dns_judge judge = {.cluster = cluster, .evidence = evidence};
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (cluster->hosts[i].role != RW_ROLE_SERVER)
            continue;
        zone_line(out, &judge, dns_record_address(&judge, i));
        rw_buf_addc(out, '\n');
    }
}

static const char *asker_label(const struct dns_judge *judge, const struct rw_dns_asker *asker)
{
    return asker->host >= 0 ? judge->cluster->hosts[asker->host].name : asker->server;
}

/* The name server that the printed command asks: one that said something, if there is one. */
static const char *server_to_ask(const struct dns_judge *judge)
{
    const char *server = NULL;
    for (size_t i = 0; i < judge->evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &judge->evidence->askers[i];
        if (asker->host < 0 && dns_asker_told(asker))
            return asker->server;
        if (asker->host < 0 && !server)
            server = asker->server;
    }
    return server;
}

static void add_seen(struct rw_buf *out, const struct dns_judge *judge,
                     const struct rw_dns_asker *asker)
{
    size_t start = out->len;
    for (size_t i = 0; i < judge->verdicts->row_count; i++)
        if (dns_asker_sees(asker, judge->verdicts->rows[i].address))
            rw_buf_addf(out, "%s%s", out->len > start ? ", " : "",
                        judge->verdicts->rows[i].address);
    if (out->len == start)
        rw_buf_adds(out, "-");
}

/* "192.0.2.53, ha-m1: 192.0.2.1, 192.0.2.2; ha-m2: 192.0.2.1": equal answers stand together. */
static char *views(const struct dns_judge *judge)
{
    const struct rw_dns_evidence *evidence = judge->evidence;
    struct rw_buf out = {0};
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        bool first = dns_asker_told(asker);
        for (size_t k = 0; first && k < i; k++)
            first = !dns_asker_told(&evidence->askers[k]) ||
                    !dns_asker_agrees(asker, &evidence->askers[k]);
        if (!first)
            continue;
        rw_buf_addf(&out, "%s%s", out.len ? "; " : "", asker_label(judge, asker));
        for (size_t k = i + 1; k < evidence->asker_count; k++)
            if (dns_asker_told(&evidence->askers[k]) &&
                dns_asker_agrees(asker, &evidence->askers[k]))
                rw_buf_addf(&out, ", %s", asker_label(judge, &evidence->askers[k]));
        rw_buf_adds(&out, ": ");
        add_seen(&out, judge, asker);
    }
    return rw_buf_take(&out);
}

/* ---- adding ---- */

/* Every finding knows the name and a server to ask. */
static struct rw_finding *add(const struct dns_judge *judge, enum rw_finding_id id,
                              const char *host)
{
    return rw_findings_add(&judge->verdicts->findings, id, host, "name",
                           judge->cluster->registration_name, "server", server_to_ask(judge),
                           "type", "A", NULL);
}

/* Takes value. */
static void set(struct rw_finding *finding, const char *name, char *value)
{
    rw_finding_set(finding, name, value);
    free(value);
}

static struct rw_finding *add_for_host(const struct dns_judge *judge, enum rw_finding_id id,
                                       const struct rw_dns_asker *asker)
{
    const struct rw_host *host = &judge->cluster->hosts[asker->host];
    struct rw_finding *finding = add(judge, id, host->name);
    rw_contact_set_login(finding, host);
    return finding;
}

/* The name has no address at all, and somebody said so. */
static void add_nothing(struct dns_judge *judge)
{
    struct rw_buf askers = {0};
    for (size_t i = 0; i < judge->evidence->asker_count; i++)
        if (dns_asker_told(&judge->evidence->askers[i]))
            rw_buf_addf(&askers, "%s%s", askers.len ? ", " : "",
                        asker_label(judge, &judge->evidence->askers[i]));
    struct rw_finding *finding =
        add(judge, judge->nxdomain ? RW_F_DNS_NXDOMAIN : RW_F_DNS_NODATA, NULL);
    set(finding, "askers", rw_buf_take(&askers));
    set(finding, "create", all_records(judge));
}

static const char *reason_of(enum rw_dns_code code)
{
    switch (code) {
    case RW_DNS_SERVFAIL:
        return N_("it failed to resolve the name (SERVFAIL)");
    case RW_DNS_UNREACHABLE:
        return N_("it cannot be reached");
    case RW_DNS_GARBAGE:
        return N_("the answer cannot be read");
    case RW_DNS_NXDOMAIN:
        return N_("it sometimes answers that the name does not exist");
    case RW_DNS_NODATA:
        return N_("it sometimes answers that the name has no address");
    default:
        return N_("the query could not be sent");
    }
}

/* A name server of this machine; what others said makes it a warning. */
static void add_server_problem(struct dns_judge *judge, const struct rw_dns_asker *asker)
{
    size_t times;
    enum rw_dns_code code = dns_asker_problem(asker, &times);
    bool plain_no = code == RW_DNS_NXDOMAIN || code == RW_DNS_NODATA;
    if (code == RW_DNS_OK || (plain_no && !dns_asker_resolved(asker)))
        return;
    struct rw_finding *finding = add(judge,
                                     code == RW_DNS_REFUSED   ? RW_F_DNS_REFUSED
                                     : code == RW_DNS_TIMEOUT ? RW_F_DNS_TIMEOUT
                                                              : RW_F_DNS_BROKEN,
                                     NULL);
    rw_finding_set(finding, "server", asker->server);
    set(finding, "bad", rw_asprintf("%zu", times));
    set(finding, "asked", rw_asprintf("%zu", asker->round_count));
    if (finding->id == RW_F_DNS_BROKEN)
        rw_finding_set(finding, "_reason", reason_of(code));
    if (judge->told > 0)
        finding->severity = RW_SEVERITY_WARN;
}

/* Whether a host's answer is exactly the servers. */
static bool sees_servers_only(const struct dns_judge *judge, const struct rw_dns_asker *asker)
{
    bool good = true;
    for (size_t i = 0; i < judge->cluster->host_count; i++) {
        bool seen = false;
        for (size_t k = 0; k < judge->verdicts->row_count; k++)
            seen = seen || (judge->verdicts->rows[k].host == (int)i &&
                            dns_asker_sees(asker, judge->verdicts->rows[k].address));
        good = good && seen == (judge->cluster->hosts[i].role == RW_ROLE_SERVER);
    }
    for (size_t k = 0; k < judge->verdicts->row_count; k++)
        good = good && (judge->verdicts->rows[k].host >= 0 ||
                        !dns_asker_sees(asker, judge->verdicts->rows[k].address));
    return good;
}

static void add_host_problem(struct dns_judge *judge, const struct rw_dns_asker *asker)
{
    if (asker->not_asked) {
        struct rw_finding *finding = add_for_host(judge, RW_F_DNS_HOST_UNKNOWN, asker);
        rw_finding_set(finding, "reason", asker->not_asked);
    } else if (asker->hosts_file) {
        struct rw_buf seen = {0};
        struct rw_finding *finding = add_for_host(judge, RW_F_DNS_STALE, asker);
        add_seen(&seen, judge, asker);
        set(finding, "addresses", rw_buf_take(&seen));
        if (sees_servers_only(judge, asker))
            finding->severity = RW_SEVERITY_WARN;
    } else if ((judge->resolved > 0 || !server_to_ask(judge)) && !dns_asker_resolved(asker)) {
        struct rw_finding *finding = add_for_host(judge, RW_F_DNS_UNRESOLVED, asker);
        rw_finding_set(finding, "server", asker->server);
    }
}

/* ---- addresses ---- */

static const struct rw_dns_row *only_row(const struct dns_judge *judge, enum rw_dns_verdict verdict)
{
    const struct rw_dns_row *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < judge->verdicts->row_count; i++) {
        if (judge->verdicts->rows[i].verdict != verdict)
            continue;
        found = &judge->verdicts->rows[i];
        count++;
    }
    return count == 1 ? found : NULL;
}

static const char *host_name(const struct dns_judge *judge, const struct rw_dns_row *row)
{
    return judge->cluster->hosts[row->host].name;
}

/* One agent where one server should be: a slip of the one who wrote the records. */
static bool add_swapped(struct dns_judge *judge)
{
    const struct rw_dns_row *agent = only_row(judge, RW_DNS_V_AGENT);
    const struct rw_dns_row *server = only_row(judge, RW_DNS_V_MISS);
    if (!agent || !server)
        return false;
    struct rw_finding *finding = add(judge, RW_F_DNS_AGENT_FOR_SERVER, host_name(judge, server));
    rw_finding_set(finding, "agent", host_name(judge, agent));
    rw_finding_set(finding, "wrong", agent->address);
    rw_finding_set(finding, "address", server->address);
    set(finding, "delete", record(judge, agent->address));
    set(finding, "create", record(judge, server->address));
    return true;
}

static void add_row_problem(struct dns_judge *judge, const struct rw_dns_row *row, bool swapped)
{
    static const struct {
        enum rw_dns_verdict verdict;
        enum rw_finding_id id;
        const char *records;
    } table[] = {
        {RW_DNS_V_MISS, RW_F_DNS_MISS, "create"},
        {RW_DNS_V_UNKNOWN, RW_F_DNS_MISS_UNKNOWN, "create"},
        {RW_DNS_V_AGENT, RW_F_DNS_AGENT, "delete"},
        {RW_DNS_V_EXTRA, RW_F_DNS_EXTRA, "delete"},
    };
    for (size_t i = 0; i < RW_COUNT(table); i++) {
        if (row->verdict != table[i].verdict ||
            (swapped && (row->verdict == RW_DNS_V_MISS || row->verdict == RW_DNS_V_AGENT)))
            continue;
        struct rw_finding *finding =
            add(judge, table[i].id, row->host >= 0 ? host_name(judge, row) : NULL);
        rw_finding_set(finding, "address", row->address);
        rw_finding_set(finding, "type", record_type(row->address));
        set(finding, table[i].records, record(judge, row->address));
    }
}

static void add_name_problems(struct dns_judge *judge)
{
    const struct rw_dns_verdicts *verdicts = judge->verdicts;
    /* Where answers hold a part, only one without any address is another answer. */
    bool parts = verdicts->kind > RW_DNS_KIND_ALL, split = false;
    int ttl = RW_DNS_TTL_UNKNOWN;
    for (size_t i = 0; i < verdicts->row_count; i++)
        ttl = verdicts->rows[i].ttl > ttl ? verdicts->rows[i].ttl : ttl;
    const struct rw_dns_asker *first = NULL;
    for (size_t i = 0; i < judge->evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &judge->evidence->askers[i];
        if (!dns_asker_told(asker))
            continue;
        split = split ||
                (parts ? !dns_asker_resolved(asker) : first && !dns_asker_agrees(first, asker));
        first = first ? first : asker;
    }
    if (verdicts->kind == RW_DNS_KIND_ONE)
        add(judge, RW_F_DNS_ONE, NULL);
    if (verdicts->kind == RW_DNS_KIND_PART)
        add(judge, RW_F_DNS_PART, NULL);
    if (split)
        set(add(judge, RW_F_DNS_SPLIT, NULL), "views", views(judge));
    if (ttl > RW_DNS_TTL_MAX) {
        struct rw_finding *finding = add(judge, RW_F_DNS_TTL, NULL);
        set(finding, "ttl", rw_asprintf("%d", ttl));
        set(finding, "most", rw_asprintf("%d", RW_DNS_TTL_MAX));
        set(finding, "create", all_records(judge));
    }
}

void dns_add_aside(struct dns_judge *judge)
{
    set(add(judge, RW_F_DNS_CONSOLE, NULL), "views", views(judge));
}

void dns_add_findings(struct dns_judge *judge)
{
    const struct rw_dns_evidence *evidence = judge->evidence;
    bool asked = false;
    for (size_t i = 0; i < evidence->asker_count; i++)
        asked = asked || (!evidence->askers[i].not_asked && evidence->askers[i].round_count > 0);
    if (!asked)
        add(judge, RW_F_DNS_UNKNOWN, NULL);
    if (judge->told > 0 && judge->resolved == 0)
        add_nothing(judge);
    for (size_t i = 0; i < evidence->asker_count; i++)
        if (evidence->askers[i].host < 0)
            add_server_problem(judge, &evidence->askers[i]);
    if (judge->resolved > 0) {
        bool swapped = add_swapped(judge);
        for (size_t i = 0; i < judge->verdicts->row_count; i++)
            add_row_problem(judge, &judge->verdicts->rows[i], swapped);
        add_name_problems(judge);
    }
    for (size_t i = 0; i < evidence->asker_count; i++)
        if (evidence->askers[i].host >= 0)
            add_host_problem(judge, &evidence->askers[i]);
}
