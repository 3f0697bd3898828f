/* SPDX-License-Identifier: Apache-2.0 */
#include "install/changed.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "contact/contact.h"
#include "rke2/fixed.h"

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

/* The value of a key on a host; borrowed, or NULL. */
static const char *set_on_host(const struct rw_membership *facts, const char *key)
{
    size_t width = strlen(key);
    for (size_t i = 0; i < facts->config_count; i++)
        if (strncmp(facts->config[i], key, width) == 0 && facts->config[i][width] == '=')
            return facts->config[i] + width + 1;
    return NULL;
}

/* Another finding reports a key that we never write. */
static bool is_foreign(const struct rw_membership *facts, const char *key)
{
    size_t width = strlen(key);
    for (const char *at = facts->foreign_keys; (at = strstr(at, key)); at += width)
        if ((at == facts->foreign_keys || at[-1] == ' ') && (!at[width] || at[width] == ' '))
            return true;
    return false;
}

static void compare(const struct rw_rke2_node *node, const struct rw_membership *facts,
                    const struct rw_rke2_fixed *fixed, struct rw_findings *findings)
{
    const char *set = set_on_host(facts, fixed->key);
    const char *found = set ? set : fixed->otherwise;
    char *wanted = rw_rke2_fixed_wanted(fixed, node);
    if (!rw_rke2_fixed_same(fixed, found, wanted) && !is_foreign(facts, fixed->key)) {
        bool at_join = fixed->since == RW_FIXED_AT_JOIN;
        struct rw_finding *finding = rw_contact_finding(
            findings, at_join ? RW_F_SETTING_AT_JOIN : RW_F_SETTING_FIXED, node->host);
        rw_finding_set(finding, "key", fixed->key);
        rw_finding_set(finding, "_found", *found ? found : N_("not set"));
        rw_finding_set(finding, "_wanted", *wanted ? wanted : N_("not set"));
    }
    free(wanted);
}

static void look_at_settings(const struct rw_cluster *cluster, size_t host,
                             const struct rw_membership *facts, struct rw_findings *findings)
{
    const struct rw_rke2_node node = {cluster, &cluster->hosts[host], false, ""};
    struct rw_rke2_fixed fixed;
    for (size_t at = 0; rw_rke2_fixed_next(&at, &fixed);)
        compare(&node, facts, &fixed, findings);
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
        else if (facts[i].read && facts[i].identity && *ca && strcmp(facts[i].ca, ca) == 0)
            look_at_settings(cluster, i, &facts[i], findings);
    }
}
