/* SPDX-License-Identifier: Apache-2.0 */
#include "install/reset.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "contact/contact.h"
#include "install/override.h"
#include "plan/plan.h"

static struct rw_finding *object(struct rw_findings *findings, enum rw_finding_id id,
                                 const struct rw_host *host, const struct rw_reset *reset)
{
    struct rw_finding *finding =
        host ? rw_contact_finding(findings, id, host) : rw_findings_add(findings, id, NULL, NULL);
    if (reset->force)
        finding->severity = RW_SEVERITY_WARN;
    return finding;
}

/* A host of another cluster: it has a CA that is not ours, or where there is none of ours, a token
 * that is not. */
static bool is_foreign(const struct rw_cluster *cluster, const struct rw_membership *facts,
                       const char *ca)
{
    if (!facts->read || (!facts->etcd && !*facts->ca))
        return false;
    if (*ca)
        return strcmp(facts->ca, ca) != 0;
    return cluster->token && facts->token == RW_TOKEN_DIFFERS;
}

static bool is_server(const struct rw_cluster *cluster, size_t host)
{
    return cluster->hosts[host].role == RW_ROLE_SERVER;
}

/* The first server that stays and whose API answers; else RW_PLAN_NOBODY, with *reason set when a
 * cluster is there, or may be. */
static size_t find_via(const struct rw_cluster *cluster, const struct rw_membership *facts,
                       const struct rw_reset *reset, const char **reason)
{
    *reason = NULL;
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (!is_server(cluster, i) || reset->wanted[i])
            continue;
        if (facts[i].read && facts[i].api)
            return i;
        if (facts[i].read && facts[i].etcd)
            *reason = N_("the API of the remaining servers does not answer");
        else if (!facts[i].read && !*reason)
            *reason = N_("they cannot be reached");
    }
    return RW_PLAN_NOBODY;
}

/* Whether the member is up: its host says so, or, where that cannot be asked, Kubernetes. */
static bool is_up(const struct rw_cluster *cluster, const struct rw_membership *facts,
                  const struct rw_known_node *node)
{
    for (size_t i = 0; i < cluster->host_count; i++)
        if (strcmp(cluster->hosts[i].name, node->name) == 0)
            return facts[i].read && facts[i].server_active && facts[i].etcd;
    return node->ready;
}

/* Takes the members away one by one, in the order of the plan, as the numbers go; false, with a
 * finding, where the rest would have no majority. */
static bool keeps_majority(const struct rw_cluster *cluster, const struct rw_membership *facts,
                           const struct rw_reset *reset, size_t via, struct rw_findings *findings)
{
    size_t members = 0, alive = 0;
    const struct rw_membership *known = &facts[via];
    for (size_t i = 0; i < known->node_count; i++) {
        members += known->nodes[i].member;
        alive += known->nodes[i].member && is_up(cluster, facts, &known->nodes[i]);
    }
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_known_node *node = rw_membership_node(known, cluster->hosts[i].name);
        if (!reset->wanted[i] || !node || !node->member)
            continue;
        members--;
        alive -= is_up(cluster, facts, node);
        if (alive >= members / 2 + 1)
            continue;
        char *left = rw_asprintf("%zu", alive), *all = rw_asprintf("%zu", members);
        struct rw_finding *finding = object(findings, RW_F_RESET_QUORUM, &cluster->hosts[i], reset);
        rw_finding_set(finding, "members", all);
        rw_finding_set(finding, "alive", left);
        free(left);
        free(all);
        return false;
    }
    return true;
}

size_t rw_reset_decide(const struct rw_cluster *cluster, const struct rw_membership *facts,
                       const struct rw_known_cluster *known, const struct rw_reset *reset,
                       struct rw_findings *findings)
{
    const char *ca = rw_membership_ca(cluster, facts, known), *reason;
    bool server_stays = false;
    for (size_t i = 0; i < cluster->host_count; i++) {
        server_stays = server_stays || (is_server(cluster, i) && !reset->wanted[i]);
        if (reset->wanted[i] && is_foreign(cluster, &facts[i], ca))
            object(findings, RW_F_RESET_FOREIGN, &cluster->hosts[i], reset);
    }
    if (reset->all)
        return RW_PLAN_NOBODY;
    if (!server_stays) {
        object(findings, RW_F_RESET_LAST_SERVER, NULL, reset);
        return RW_PLAN_NOBODY;
    }
    size_t via = find_via(cluster, facts, reset, &reason);
    if (via == RW_PLAN_NOBODY) {
        if (reason)
            rw_finding_set(object(findings, RW_F_RESET_NO_API, NULL, reset), "_reason", reason);
        return via;
    }
    return keeps_majority(cluster, facts, reset, via, findings) ? via : RW_PLAN_NOBODY;
}

void rw_reset_forget(struct rw_journal *journal)
{
    static const char *const keys[] = {"founder", "version", "channel", "ca"};
    for (size_t i = 0; i < RW_COUNT(keys); i++)
        rw_journal_forget(journal, keys[i]);
    rw_override_forget(journal);
}
