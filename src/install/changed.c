/* SPDX-License-Identifier: Apache-2.0 */
#include "install/changed.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "contact/contact.h"
#include "rke2/config_file.h"
#include "rke2/fixed.h"
#include "rke2/rke2.h"

static void look_for_removed(const struct rw_cluster *cluster, const struct rw_membership *known,
                             struct rw_findings *findings)
{
    for (size_t i = 0; i < known->node_count; i++)
        if (!rw_cluster_host(cluster, known->nodes[i].name))
            rw_findings_add(findings, RW_F_NODE_NOT_IN_ANSWERS, known->nodes[i].name, NULL);
}

/* A node has a password on its host, and a member of etcd its own name, from the first moment on.
 */
static bool is_new(const struct rw_membership *facts)
{
    return facts->read && !facts->identity && !facts->etcd && !*facts->ca;
}

/* Whether a key counts because of config.yaml itself, or is not set. Another file beside it decides
 * before and after. */
static bool is_by_main(const struct rw_membership *facts, const char *key)
{
    const struct rw_rke2_key *set = rw_rke2_effective_find(&facts->config.effective, key);
    return !set || strcmp(set->file, RW_RKE2_CONFIG) == 0;
}

static struct rw_finding *differs(struct rw_findings *findings, enum rw_finding_id id,
                                  const struct rw_host *host, const char *key, const char *found,
                                  const char *wanted)
{
    struct rw_finding *finding = rw_contact_finding(findings, id, host);
    rw_finding_set(finding, "key", key);
    rw_finding_set(finding, "_found", *found ? found : N_("not set"));
    rw_finding_set(finding, "_wanted", *wanted ? wanted : N_("not set"));
    return finding;
}

/* The value of a key that counts on a host, to free(). */
static char *counts(const struct rw_membership *facts, const struct rw_rke2_fixed *fixed)
{
    char *set = rw_rke2_effective_text(&facts->config.effective, fixed->key);
    if (!*set)
        rw_strset(&set, fixed->otherwise);
    return set;
}

/* A setting of ours that takes effect only as a node joins. */
static void compare_with_answers(const struct rw_rke2_node *node, const struct rw_membership *facts,
                                 const struct rw_rke2_fixed *fixed, struct rw_findings *findings)
{
    char *found = counts(facts, fixed), *wanted = rw_rke2_fixed_wanted(fixed, node);
    if (!rw_rke2_fixed_same(fixed, found, wanted) && is_by_main(facts, fixed->key))
        differs(findings, RW_F_SETTING_AT_JOIN, node->host, fixed->key, found, wanted);
    free(wanted);
    free(found);
}

/* A setting that all servers must have alike, and that we never write: it stands in a file beside
 * ours. H-18 reports it in config.yaml. */
static void compare_with_cluster(const struct rw_cluster *cluster, size_t host,
                                 const struct rw_membership *facts, size_t anchor,
                                 const struct rw_rke2_fixed *fixed, struct rw_findings *findings)
{
    const struct rw_rke2_key *here =
        rw_rke2_effective_find(&facts[host].config.effective, fixed->key);
    const struct rw_rke2_key *there =
        rw_rke2_effective_find(&facts[anchor].config.effective, fixed->key);
    char *found = counts(&facts[host], fixed), *theirs = counts(&facts[anchor], fixed);
    bool beside = (here && !is_by_main(&facts[host], fixed->key)) ||
                  (!here && there && !is_by_main(&facts[anchor], fixed->key));
    if (beside && !rw_rke2_fixed_same(fixed, found, theirs)) {
        struct rw_finding *finding =
            differs(findings, RW_F_SETTING_FIXED, &cluster->hosts[host], fixed->key, found, theirs);
        char *where = rw_asprintf("%s (%s)", here ? here->file : there->file,
                                  cluster->hosts[here ? host : anchor].name);
        rw_finding_set(finding, "where", where);
        free(where);
    }
    free(theirs);
    free(found);
}

static void look_at_settings(const struct rw_cluster *cluster, size_t host,
                             const struct rw_membership *facts, size_t anchor,
                             struct rw_findings *findings)
{
    const struct rw_rke2_node node = {cluster, &cluster->hosts[host], false, ""};
    bool server = node.host->role == RW_ROLE_SERVER;
    struct rw_rke2_fixed fixed;
    for (size_t at = 0; rw_rke2_fixed_next(&at, &fixed);) {
        if (fixed.setting && facts[host].identity)
            compare_with_answers(&node, &facts[host], &fixed, findings);
        else if (!fixed.setting && fixed.since == RW_FIXED_CLUSTER && fixed.everywhere && server &&
                 host != anchor && facts[anchor].read)
            compare_with_cluster(cluster, host, facts, anchor, &fixed, findings);
    }
}

void rw_changed_judge(const struct rw_cluster *cluster, const struct rw_membership *facts,
                      const char *ca, size_t founder, struct rw_findings *findings)
{
    const struct rw_membership *known = rw_membership_of_cluster(cluster, facts, founder);
    if (known)
        look_for_removed(cluster, known, findings);
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (known && is_new(&facts[i]) && rw_membership_node(known, cluster->hosts[i].name))
            rw_contact_finding(findings, RW_F_HOST_REPLACED, &cluster->hosts[i]);
        else if (facts[i].read && *ca && (!*facts[i].ca || strcmp(facts[i].ca, ca) == 0))
            look_at_settings(cluster, i, facts, founder, findings);
    }
}

/* ---- what stands on the hosts ---- */

static bool proxy_changes(const struct rw_cluster *cluster, const struct rw_membership *facts)
{
    return (cluster->proxy.url || facts->proxy_lines) && !facts->proxy_same;
}

/* ca: of the cluster that exists, "" when it is not known; NULL: none exists. A token in the full
 * form of another one would be refused. */
static bool fits(const struct rw_membership *facts, const char *ca)
{
    return facts->token == RW_TOKEN_SAME &&
           (!*facts->token_ca || (ca && (!*ca || strcmp(facts->token_ca, ca) == 0)));
}

static void look_at_now(const struct rw_cluster *cluster, size_t host,
                        const struct rw_membership *facts, bool founder, const char *ca,
                        struct rw_plan_now *now)
{
    const struct rw_config_file *file = rw_host_config_main(&facts->config);
    char *wanted = rw_rke2_config(cluster, &cluster->hosts[host], founder,
                                  cluster->token ? cluster->token : "");
    char *keys = rw_host_config_differing(&facts->config, wanted, facts->etcd);
    bool same = keys && !*keys && fits(facts, ca);
    now->runs = facts->runs;
    now->member = facts->etcd;
    if (same && file && file->sum)
        now->same = rw_strdup(file->sum);
    if (facts->runs && !same)
        now->restart = rw_strdup(keys && *keys ? keys : N_("they cannot be compared"));
    else if (facts->runs && proxy_changes(cluster, facts))
        now->restart = rw_strdup(N_("the proxy"));
    else if (facts->runs && facts->stale)
        now->restart = rw_strdup(N_("they were written after RKE2 had started"));
    free(keys);
    rw_secret_free(wanted);
}

/* Whether somebody has deleted the node while it runs. A server that is no member of etcd any more
 * has to join anew, which a restart does not do. */
static bool was_deleted(const struct rw_membership *known, const struct rw_host *host,
                        const struct rw_membership *facts)
{
    const struct rw_known_node *node = rw_membership_node(known, host->name);
    bool member = host->role == RW_ROLE_AGENT || (node && node->member);
    return facts->runs && facts->identity && member && !(node && node->node);
}

struct rw_plan_now *rw_changed_now(const struct rw_cluster *cluster,
                                   const struct rw_membership *facts,
                                   const struct rw_decision *decision)
{
    struct rw_plan_now *now = rw_calloc(cluster->host_count, sizeof *now);
    const struct rw_membership *known =
        decision->exists ? rw_membership_of_cluster(cluster, facts, decision->anchor) : NULL;
    const struct rw_membership *anchor = &facts[decision->anchor];
    const char *ca = !decision->exists ? NULL : anchor->read ? anchor->cluster_ca : "";
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (!facts[i].read)
            continue;
        look_at_now(cluster, i, &facts[i], i == decision->founder, ca, &now[i]);
        char *name = rw_asprintf(" %s ", cluster->hosts[i].name);
        now[i].deleted = known && was_deleted(known, &cluster->hosts[i], &facts[i]);
        now[i].orphan = known && is_new(&facts[i]) && strstr(known->orphans, name);
        free(name);
    }
    return now;
}

void rw_changed_deleted(const struct rw_cluster *cluster, const struct rw_plan_now *now,
                        struct rw_findings *findings)
{
    for (size_t i = 0; i < cluster->host_count; i++)
        if (now[i].deleted)
            rw_contact_finding(findings, RW_F_NODE_DELETED, &cluster->hosts[i]);
}

void rw_changed_restarts(const struct rw_cluster *cluster, const struct rw_plan_now *now,
                         bool allowed, struct rw_findings *findings)
{
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (!now[i].restart)
            continue;
        struct rw_finding *finding = rw_contact_finding(findings, RW_F_RESTART, &cluster->hosts[i]);
        rw_finding_set(finding, "_what", now[i].restart);
        if (allowed)
            finding->severity = RW_SEVERITY_WARN;
    }
}
