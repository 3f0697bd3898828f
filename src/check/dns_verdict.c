/* SPDX-License-Identifier: Apache-2.0 */
#include "check/dns_verdict.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/dns_judge.h"
#include "cluster/jump.h"
#include "cluster/names.h"

/* Answers for each server after which one that was in none of them is taken for missing, when each
 * answer holds a part: with random parts less than one in a thousand is wrong. */
#define ANSWERS_PER_SERVER 8

static const struct {
    const char *name;
    enum rw_severity severity;
} verdict_words[] = {
    [RW_DNS_V_OK] = {"OK", RW_SEVERITY_OK},
    [RW_DNS_V_MISS] = {"MISS", RW_SEVERITY_FAIL},
    [RW_DNS_V_EXTRA] = {"EXTRA", RW_SEVERITY_FAIL},
    [RW_DNS_V_AGENT] = {"AGENT", RW_SEVERITY_FAIL},
    [RW_DNS_V_SPLIT] = {"SPLIT", RW_SEVERITY_FAIL},
    [RW_DNS_V_ONE] = {"ONE-AT-A-TIME", RW_SEVERITY_WARN},
    [RW_DNS_V_STALE] = {"STALE", RW_SEVERITY_WARN},
    [RW_DNS_V_NXDOMAIN] = {"NXDOMAIN", RW_SEVERITY_FAIL},
    [RW_DNS_V_REFUSED] = {"REFUSED", RW_SEVERITY_FAIL},
    [RW_DNS_V_TIMEOUT] = {"TIMEOUT", RW_SEVERITY_FAIL},
    [RW_DNS_V_UNKNOWN] = {"UNKNOWN", RW_SEVERITY_UNKNOWN},
};

const char *rw_dns_verdict_name(enum rw_dns_verdict verdict)
{
    return verdict_words[verdict].name;
}

enum rw_severity rw_dns_verdict_severity(enum rw_dns_verdict verdict)
{
    return verdict_words[verdict].severity;
}

const char *rw_dns_kind_name(enum rw_dns_kind kind)
{
    static const char *const names[] = {"unknown", "all", "one-at-a-time", "part"};
    return names[kind];
}

/* ---- askers ---- */

bool dns_asker_resolved(const struct rw_dns_asker *asker)
{
    for (size_t i = 0; i < asker->round_count; i++)
        if (asker->rounds[i].code == RW_DNS_OK)
            return true;
    return false;
}

bool dns_asker_told(const struct rw_dns_asker *asker)
{
    if (asker->hosts_file)
        return false;
    for (size_t i = 0; i < asker->round_count; i++)
        if (asker->rounds[i].code <= RW_DNS_NXDOMAIN)
            return true;
    return false;
}

bool dns_asker_sees(const struct rw_dns_asker *asker, const char *address)
{
    for (size_t i = 0; i < asker->round_count; i++)
        for (size_t k = 0; k < asker->rounds[i].count; k++)
            if (strcmp(asker->rounds[i].items[k].text, address) == 0)
                return true;
    return false;
}

enum rw_dns_code dns_asker_problem(const struct rw_dns_asker *asker, size_t *times)
{
    enum rw_dns_code code = RW_DNS_OK;
    *times = 0;
    for (size_t i = 0; i < asker->round_count; i++) {
        if (asker->rounds[i].code == RW_DNS_OK)
            continue;
        code = asker->rounds[i].code;
        ++*times;
    }
    return code;
}

/* Whether the asker sees addresses, but none of this address's family: a resolver leaves out the
 * family that its host has no address of. Name servers return both. */
static bool is_blind(const struct rw_dns_asker *asker, const char *address)
{
    bool v6 = strchr(address, ':') != NULL, same = false, other = false;
    for (size_t i = 0; i < asker->round_count; i++) {
        for (size_t k = 0; k < asker->rounds[i].count; k++) {
            same = same || asker->rounds[i].items[k].v6 == v6;
            other = other || asker->rounds[i].items[k].v6 != v6;
        }
    }
    return asker->host >= 0 && other && !same;
}

static bool sees_all_of(const struct rw_dns_asker *asker, const struct rw_dns_asker *other)
{
    for (size_t i = 0; i < other->round_count; i++)
        for (size_t k = 0; k < other->rounds[i].count; k++)
            if (!dns_asker_sees(asker, other->rounds[i].items[k].text) &&
                !is_blind(asker, other->rounds[i].items[k].text))
                return false;
    return true;
}

bool dns_asker_agrees(const struct rw_dns_asker *a, const struct rw_dns_asker *b)
{
    return sees_all_of(a, b) && sees_all_of(b, a);
}

static bool was_asked(const struct rw_dns_asker *asker)
{
    for (size_t i = 0; i < asker->round_count; i++)
        if (asker->rounds[i].code != RW_DNS_CANCELED)
            return true;
    return false;
}

/* ---- hosts and addresses ---- */

static bool is_host_address(const struct rw_host *host, const char *address)
{
    char *canonical = rw_names_canonical(host->address);
    bool same = strcmp(canonical, address) == 0;
    free(canonical);
    return same;
}

/* Index of the host whose address it is, or -1. */
static int owner_of(const struct dns_judge *judge, const char *address)
{
    for (size_t i = 0; i < judge->cluster->host_count; i++)
        if (is_host_address(&judge->cluster->hosts[i], address))
            return (int)i;
    /* An address that several hosts have, such as that of a bridge, says nothing. */
    int owner = -1;
    for (size_t i = 0; i < judge->evidence->own_count; i++) {
        const struct rw_dns_own *own = &judge->evidence->own[i];
        if (strcmp(own->text, address) != 0)
            continue;
        if (owner >= 0 && owner != (int)own->host)
            return -1;
        owner = (int)own->host;
    }
    return owner;
}

const char *dns_record_address(const struct dns_judge *judge, size_t host)
{
    const char *address = judge->cluster->hosts[host].address;
    if (rw_names_is_ip(address))
        return address;
    for (size_t i = 0; i < judge->evidence->own_count; i++)
        if (judge->evidence->own[i].host == host &&
            owner_of(judge, judge->evidence->own[i].text) == (int)host)
            return judge->evidence->own[i].text;
    return NULL;
}

/* ---- rows ---- */

static struct rw_dns_row *find_row(struct rw_dns_verdicts *verdicts, const char *address)
{
    for (size_t i = 0; i < verdicts->row_count; i++)
        if (strcmp(verdicts->rows[i].address, address) == 0)
            return &verdicts->rows[i];
    return NULL;
}

static void add_row(struct dns_judge *judge, const char *address, int host)
{
    struct rw_dns_row *row = rw_array_add(judge->verdicts->rows, judge->verdicts->row_count);
    row->address = rw_strdup(address);
    row->host = host;
    row->ttl = RW_DNS_TTL_UNKNOWN;
    for (size_t i = 0; i < judge->evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &judge->evidence->askers[i];
        row->asked += was_asked(asker);
        row->seen += dns_asker_sees(asker, address);
        for (size_t k = 0; k < asker->round_count; k++)
            for (size_t n = 0; n < asker->rounds[k].count; n++)
                if (strcmp(asker->rounds[k].items[n].text, address) == 0 &&
                    asker->rounds[k].items[n].ttl > row->ttl)
                    row->ttl = asker->rounds[k].items[n].ttl;
    }
}

/* Every address of an answer that belongs to this host (-1: to none). */
static void add_seen_rows(struct dns_judge *judge, int host)
{
    for (size_t i = 0; i < judge->evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &judge->evidence->askers[i];
        for (size_t k = 0; k < asker->round_count; k++) {
            for (size_t n = 0; n < asker->rounds[k].count; n++) {
                const char *address = asker->rounds[k].items[n].text;
                if (owner_of(judge, address) == host && !find_row(judge->verdicts, address))
                    add_row(judge, address, host);
            }
        }
    }
}

static void add_rows(struct dns_judge *judge)
{
    const struct rw_cluster *cluster = judge->cluster;
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (cluster->hosts[i].role != RW_ROLE_SERVER)
            continue;
        size_t before = judge->verdicts->row_count;
        add_seen_rows(judge, (int)i);
        if (judge->verdicts->row_count == before) {
            const char *address = dns_record_address(judge, i);
            add_row(judge, address ? address : cluster->hosts[i].address, (int)i);
        }
    }
    for (size_t i = 0; i < cluster->host_count; i++)
        if (cluster->hosts[i].role == RW_ROLE_AGENT)
            add_seen_rows(judge, (int)i);
    add_seen_rows(judge, -1);
}

/* ---- what kind of answer ---- */

static size_t answers_of(const struct rw_dns_asker *asker)
{
    size_t count = 0;
    for (size_t i = 0; i < asker->round_count; i++)
        count += asker->rounds[i].code == RW_DNS_OK;
    return count;
}

static bool all_single(const struct rw_dns_asker *asker)
{
    for (size_t i = 0; i < asker->round_count; i++)
        if (asker->rounds[i].code == RW_DNS_OK && asker->rounds[i].count != 1)
            return false;
    return true;
}

static enum rw_dns_kind kind_of(const struct rw_dns_evidence *evidence)
{
    const struct rw_dns_asker *first = NULL;
    bool single = true, varies = false, differ = false, several = false;
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        if (asker->hosts_file || !dns_asker_resolved(asker))
            continue;
        if (!first)
            first = asker;
        single = single && all_single(asker);
        varies = varies || rw_dns_asker_varies(asker);
        differ = differ || !dns_asker_agrees(first, asker);
        several = several || answers_of(asker) > 1;
    }
    /* Caches that each hold another single address are what one at a time looks like behind them.
     */
    if (single && (varies || differ))
        return RW_DNS_KIND_ONE;
    if (varies)
        return RW_DNS_KIND_PART;
    return several ? RW_DNS_KIND_ALL : RW_DNS_KIND_UNKNOWN;
}

/* Whether a server that was in no answer would have been in one, were it there. */
static bool asked_enough(const struct dns_judge *judge)
{
    size_t answers = 0;
    if (judge->verdicts->kind <= RW_DNS_KIND_ALL)
        return true;
    for (size_t i = 0; i < judge->evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &judge->evidence->askers[i];
        if (!asker->hosts_file && dns_asker_resolved(asker))
            answers += rw_dns_asker_varies(asker) ? answers_of(asker) : 1;
    }
    return answers >= ANSWERS_PER_SERVER * rw_cluster_servers(judge->cluster);
}

/* ---- verdicts ---- */

/* Nothing was resolved: why. */
static enum rw_dns_verdict nothing(const struct dns_judge *judge)
{
    bool refused = false, timeout = false;
    for (size_t i = 0; i < judge->evidence->asker_count; i++) {
        size_t times;
        enum rw_dns_code code = dns_asker_problem(&judge->evidence->askers[i], &times);
        refused = refused || code == RW_DNS_REFUSED;
        timeout = timeout || code == RW_DNS_TIMEOUT;
    }
    if (judge->told > 0)
        return judge->nxdomain ? RW_DNS_V_NXDOMAIN : RW_DNS_V_MISS;
    return refused ? RW_DNS_V_REFUSED : timeout ? RW_DNS_V_TIMEOUT : RW_DNS_V_UNKNOWN;
}

static enum rw_dns_verdict judge_row(const struct dns_judge *judge, const struct rw_dns_row *row)
{
    size_t dns = 0, unseen = 0, file_unseen = 0;
    for (size_t i = 0; i < judge->evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &judge->evidence->askers[i];
        bool sees = dns_asker_sees(asker, row->address);
        if (is_blind(asker, row->address))
            continue;
        if (asker->hosts_file)
            file_unseen += !sees;
        else if (dns_asker_told(asker)) {
            dns += sees;
            unseen += !sees;
        }
    }
    if (row->seen > 0 && dns == 0)
        return RW_DNS_V_STALE;
    if (row->host < 0)
        return RW_DNS_V_EXTRA;
    if (judge->cluster->hosts[row->host].role == RW_ROLE_AGENT)
        return RW_DNS_V_AGENT;
    if (dns == 0)
        return judge->resolved == 0  ? nothing(judge)
               : asked_enough(judge) ? RW_DNS_V_MISS
                                     : RW_DNS_V_UNKNOWN;
    if (judge->verdicts->kind > RW_DNS_KIND_ALL)
        return RW_DNS_V_ONE;
    if (unseen > 0)
        return RW_DNS_V_SPLIT;
    return file_unseen > 0 ? RW_DNS_V_STALE : RW_DNS_V_OK;
}

/* ---- behind a jump host ---- */

/* The answer of the hosts, if all get the same one and not from /etc/hosts; or NULL. */
static const struct rw_dns_asker *view_of_hosts(const struct rw_dns_evidence *evidence)
{
    const struct rw_dns_asker *first = NULL;
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        if (asker->host < 0 || asker->hosts_file || !dns_asker_resolved(asker))
            continue;
        if (rw_dns_asker_varies(asker) || (first && !dns_asker_agrees(first, asker)))
            return NULL;
        first = asker;
    }
    return first;
}

/* Takes out what the console's name servers say otherwise than those of the hosts, which have a
 * network of their own; gives how many were taken out. */
static size_t set_aside(struct rw_dns_evidence *kept, const struct rw_dns_evidence *evidence)
{
    const struct rw_dns_asker *hosts = view_of_hosts(evidence);
    size_t count = 0;
    *kept = *evidence;
    kept->askers = rw_memdup(evidence->askers, evidence->asker_count * sizeof *kept->askers);
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        bool other = !dns_asker_resolved(asker) ||
                     (!rw_dns_asker_varies(asker) && hosts && !dns_asker_agrees(hosts, asker));
        if (!hosts || asker->host >= 0 || !dns_asker_told(asker) || !other)
            kept->askers[count++] = *asker;
    }
    kept->asker_count = count;
    return evidence->asker_count - count;
}

static void judge_evidence(struct rw_dns_verdicts *verdicts, const struct rw_cluster *cluster,
                           const struct rw_dns_evidence *evidence);

void rw_dns_judge(struct rw_dns_verdicts *verdicts, const struct rw_cluster *cluster,
                  const struct rw_dns_evidence *evidence)
{
    struct rw_dns_evidence kept;
    if (!rw_jump_to_servers(cluster)) {
        judge_evidence(verdicts, cluster, evidence);
        return;
    }
    size_t aside = set_aside(&kept, evidence);
    judge_evidence(verdicts, cluster, &kept);
    if (aside > 0) {
        struct dns_judge judge = {.cluster = cluster, .evidence = evidence, .verdicts = verdicts};
        dns_add_aside(&judge);
    }
    free(kept.askers);
}

static void judge_evidence(struct rw_dns_verdicts *verdicts, const struct rw_cluster *cluster,
                           const struct rw_dns_evidence *evidence)
{
    struct dns_judge judge = {.cluster = cluster, .evidence = evidence, .verdicts = verdicts};
    memset(verdicts, 0, sizeof *verdicts);
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        judge.resolved += !asker->hosts_file && dns_asker_resolved(asker);
        judge.told += dns_asker_told(asker);
        for (size_t k = 0; k < asker->round_count; k++)
            judge.nxdomain = judge.nxdomain || asker->rounds[k].code == RW_DNS_NXDOMAIN;
    }
    verdicts->kind = kind_of(evidence);
    add_rows(&judge);
    for (size_t i = 0; i < verdicts->row_count; i++)
        verdicts->rows[i].verdict = judge_row(&judge, &verdicts->rows[i]);
    dns_add_findings(&judge);
}

void rw_dns_verdicts_done(struct rw_dns_verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->row_count; i++)
        free(verdicts->rows[i].address);
    free(verdicts->rows);
    rw_findings_done(&verdicts->findings);
    memset(verdicts, 0, sizeof *verdicts);
}

bool rw_dns_verdicts_pass(const struct rw_dns_verdicts *verdicts)
{
    /* Without a row nothing was looked at. */
    bool pass = verdicts->row_count > 0;
    for (size_t i = 0; i < verdicts->findings.count; i++) {
        enum rw_severity severity = verdicts->findings.items[i].severity;
        pass = pass && severity != RW_SEVERITY_FAIL && severity != RW_SEVERITY_UNKNOWN;
    }
    for (size_t i = 0; i < verdicts->row_count; i++)
        pass = pass && verdicts->rows[i].verdict != RW_DNS_V_UNKNOWN;
    return pass;
}
