/* SPDX-License-Identifier: Apache-2.0 */
#include "install/membership.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/names.h"
#include "contact/contact.h"
#include "install/changed.h"

static char *value(const struct rw_reply *reply, const char *key)
{
    const char *text = rw_reply_get(reply, key);
    return rw_strdup(text ? text : "");
}

/* It gets into files on other hosts. */
static char *hash(const struct rw_reply *reply, const char *key)
{
    const char *text = rw_reply_get(reply, key);
    return rw_strdup(text && rw_names_is_sha256(text) ? text : "");
}

static bool active(const struct rw_reply *reply, const char *key)
{
    return rw_reply_is(reply, key, "active") || rw_reply_is(reply, key, "activating") ||
           rw_reply_is(reply, key, "reloading");
}

static struct rw_known_node *node_named(struct rw_membership *facts, const char *name)
{
    struct rw_known_node *node = (struct rw_known_node *)rw_membership_node(facts, name);
    if (!node) {
        node = rw_array_add(facts->nodes, facts->node_count);
        node->name = rw_strdup(name);
    }
    return node;
}

/* "<name> <label of etcd, or nothing> <status of its condition Ready>" */
static void read_node(struct rw_membership *facts, const char *value, bool members_told)
{
    char *line = rw_strdup(value), *rest = line;
    struct rw_known_node *node = node_named(facts, strsep(&rest, " "));
    const char *label = rest ? strsep(&rest, " ") : "";
    node->node = true;
    node->member = node->member || (!members_told && strcmp(label, "true") == 0);
    node->ready = rest && strcmp(rest, "True") == 0;
    free(line);
}

static void read_cluster(struct rw_membership *facts, const struct rw_reply *reply)
{
    struct rw_buf orphans = {0};
    facts->api = rw_reply_is(reply, "api", "yes");
    rw_buf_addc(&orphans, ' ');
    for (size_t i = 0; i < reply->count; i++) {
        const char *key = reply->pairs[i].key, *text = reply->pairs[i].value;
        if (strcmp(key, "node") == 0)
            read_node(facts, text, rw_reply_get(reply, "member") != NULL);
        else if (strcmp(key, "member") == 0)
            node_named(facts, text)->member = true;
        else if (strcmp(key, "orphan") == 0)
            rw_buf_addf(&orphans, "%s ", text);
    }
    facts->orphans = rw_buf_take(&orphans);
}

void rw_membership_read(struct rw_membership *facts, const struct rw_reply *reply)
{
    rw_membership_done(facts);
    facts->read = true;
    facts->installed = value(reply, "installed");
    facts->ca = value(reply, "ca");
    facts->proxy_same = rw_reply_is(reply, "proxy_lines", "same");
    facts->proxy_lines = facts->proxy_same || rw_reply_is(reply, "proxy_lines", "other");
    facts->cluster_ca = hash(reply, "cluster_ca");
    facts->token_ca = hash(reply, "token_ca");
    facts->etcd = rw_reply_is(reply, "etcd", "yes");
    facts->token = rw_reply_is(reply, "token", "same")      ? RW_TOKEN_SAME
                   : rw_reply_is(reply, "token", "differs") ? RW_TOKEN_DIFFERS
                                                            : RW_TOKEN_NONE;
    facts->server_active = active(reply, "unit.server");
    facts->agent_active = active(reply, "unit.agent");
    facts->runs =
        rw_reply_is(reply, "unit.server", "active") || rw_reply_is(reply, "unit.agent", "active");
    facts->stale = rw_reply_is(reply, "state", "stale");
    facts->identity = rw_reply_is(reply, "identity", "yes");
    read_cluster(facts, reply);
    rw_host_config_read(&facts->config, reply);
}

void rw_membership_done(struct rw_membership *facts)
{
    free(facts->installed);
    free(facts->ca);
    free(facts->cluster_ca);
    free(facts->token_ca);
    for (size_t i = 0; i < facts->node_count; i++)
        free(facts->nodes[i].name);
    free(facts->nodes);
    free(facts->orphans);
    rw_host_config_done(&facts->config);
    memset(facts, 0, sizeof *facts);
}

/* ---- one host by itself ---- */

static struct rw_finding *add(struct rw_findings *findings, enum rw_finding_id id,
                              const struct rw_host *host, const char *name, const char *text)
{
    struct rw_finding *finding = rw_contact_finding(findings, id, host);
    rw_finding_set(finding, name, text);
    return finding;
}

static void look_at_host(const struct rw_cluster *cluster, const struct rw_host *host,
                         const struct rw_membership *facts, const char *version,
                         struct rw_findings *findings)
{
    bool server = host->role == RW_ROLE_SERVER;
    if ((server && facts->agent_active) || (!server && (facts->server_active || facts->etcd))) {
        struct rw_finding *finding =
            add(findings, RW_F_HOST_ROLE_CONFLICT, host, "wanted", rw_role_name(host->role));
        rw_finding_set(finding, "found", server ? "agent" : "server");
    }
    char *foreign = rw_host_config_foreign(&facts->config, cluster);
    /* On a host that belongs to no cluster yet a left-over file may be replaced: it is kept. */
    if (*foreign && (facts->etcd || *facts->ca))
        add(findings, RW_F_HOST_FOREIGN_CONFIG, host, "keys", foreign);
    free(foreign);
    bool used = facts->server_active || facts->agent_active || facts->etcd;
    if (version && used && *facts->installed && strcmp(facts->installed, version) != 0) {
        struct rw_finding *finding =
            add(findings, RW_F_HOST_OTHER_VERSION, host, "found", facts->installed);
        rw_finding_set(finding, "wanted", version);
    }
}

/* ---- all together ---- */

static bool given(const char *text)
{
    return text && *text;
}

const char *rw_membership_ca(const struct rw_cluster *cluster, const struct rw_membership *facts,
                             const struct rw_known_cluster *known)
{
    const char *found = "";
    size_t founder = (size_t)rw_cluster_first_server(cluster);
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (given(known->founder) && strcmp(known->founder, cluster->hosts[i].name) == 0)
            founder = i;
        if (cluster->hosts[i].role != RW_ROLE_SERVER || !facts[i].read || !*facts[i].ca)
            continue;
        if (given(known->ca) && strcmp(facts[i].ca, known->ca) == 0)
            return known->ca;
        if (!*found && facts[i].token == RW_TOKEN_SAME)
            found = facts[i].ca;
    }
    if (!*found && facts[founder].read && facts[founder].token == RW_TOKEN_DIFFERS)
        return facts[founder].ca;
    /* A recorded CA that no server has any more is that of a cluster that is gone. */
    return found;
}

const struct rw_known_node *rw_membership_node(const struct rw_membership *facts, const char *name)
{
    for (size_t i = 0; i < facts->node_count; i++)
        if (strcmp(facts->nodes[i].name, name) == 0)
            return &facts->nodes[i];
    return NULL;
}

const struct rw_membership *rw_membership_of_cluster(const struct rw_cluster *cluster,
                                                     const struct rw_membership *facts,
                                                     size_t preferred)
{
    if (preferred < cluster->host_count && facts[preferred].read && facts[preferred].api)
        return &facts[preferred];
    for (size_t i = 0; i < cluster->host_count; i++)
        if (facts[i].read && facts[i].api)
            return &facts[i];
    return NULL;
}

static void look_at_membership(const struct rw_host *host, const struct rw_membership *facts,
                               const char *ca, struct rw_findings *findings)
{
    /* A start that was interrupted before there was a CA has made nothing of its own yet. Data
     * without a CA belong to an unknown cluster. */
    if (!facts->etcd && !*facts->ca)
        return;
    if (!*ca || strcmp(facts->ca, ca) != 0) {
        char *server = rw_rke2_effective_text(&facts->config.effective, "server");
        add(findings, RW_F_HOST_OTHER_CLUSTER, host, "_server", *server ? server : N_("none"));
        free(server);
    } else if (facts->token == RW_TOKEN_DIFFERS)
        add(findings, RW_F_HOST_TOKEN_DIFFERS, host, "found", "");
}

/* What connects the pods is decided when a cluster is founded, and stays. */
static void look_at_network(const struct rw_cluster *cluster, const struct rw_host *host,
                            const struct rw_membership *facts, struct rw_findings *findings)
{
    char *cni =
        host->role == RW_ROLE_SERVER && facts->etcd ? rw_host_config_cni(&facts->config) : NULL;
    if (cni && strcmp(cni, cluster->cni) != 0) {
        struct rw_finding *finding = add(findings, RW_F_HOST_OTHER_CNI, host, "found", cni);
        rw_finding_set(finding, "wanted", cluster->cni);
    }
    free(cni);
}

static bool has_server(const struct rw_membership *facts)
{
    return rw_rke2_effective_find(&facts->config.effective, "server") != NULL;
}

/* A server that is founding this cluster right now: it joins no other one, and has made the CA, or
 * is about to, with our token. */
static bool founds(const struct rw_host *host, const struct rw_membership *facts, const char *ca)
{
    if (host->role != RW_ROLE_SERVER || !facts->read || !facts->server_active || has_server(facts))
        return false;
    return *ca ? strcmp(facts->ca, ca) == 0 : !*facts->ca && facts->token == RW_TOKEN_SAME;
}

/* A server that is a member of this cluster. */
static bool is_member(const struct rw_host *host, const struct rw_membership *facts, const char *ca)
{
    return host->role == RW_ROLE_SERVER && facts->read && facts->etcd && *ca &&
           strcmp(facts->ca, ca) == 0;
}

/* How well a server fits as the founder; the first of the best is it. */
static int rank(const struct rw_host *host, const struct rw_membership *facts, const char *ca,
                bool recorded, bool exists)
{
    if (host->role != RW_ROLE_SERVER)
        return 0;
    if (!exists)
        return recorded ? 3 : founds(host, facts, ca) ? 2 : 1;
    /* It cannot be asked, but the others say that they have joined somebody. */
    if (!facts->read)
        return recorded ? 5 : 3;
    if (!is_member(host, facts, ca))
        return 1;
    return recorded ? 5 : !has_server(facts) ? 4 : 2;
}

struct rw_decision rw_membership_decide(const struct rw_cluster *cluster,
                                        const struct rw_membership *facts,
                                        const struct rw_known_cluster *known, const char *version,
                                        struct rw_findings *findings)
{
    size_t first = (size_t)rw_cluster_first_server(cluster), member = cluster->host_count;
    struct rw_decision decision = {first, first, false};
    const char *ca = rw_membership_ca(cluster, facts, known);
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (facts[i].read) {
            look_at_host(cluster, &cluster->hosts[i], &facts[i], version, findings);
            look_at_membership(&cluster->hosts[i], &facts[i], ca, findings);
            look_at_network(cluster, &cluster->hosts[i], &facts[i], findings);
        }
        if (member == cluster->host_count && is_member(&cluster->hosts[i], &facts[i], ca))
            member = i;
    }
    decision.exists = member < cluster->host_count;
    int best = 0;
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        bool recorded = given(known->founder) && strcmp(known->founder, host->name) == 0;
        int fits = rank(host, &facts[i], ca, recorded, decision.exists);
        if (fits > best) {
            best = fits;
            decision.founder = i;
        }
    }
    decision.anchor = decision.exists && !facts[decision.founder].read ? member : decision.founder;
    if (decision.exists)
        rw_changed_judge(cluster, facts, ca, decision.anchor, findings);
    return decision;
}

const char *rw_membership_version(const struct rw_decision *decision,
                                  const struct rw_membership *facts)
{
    const struct rw_membership *anchor = &facts[decision->anchor];
    return decision->exists && anchor->read && *anchor->installed ? anchor->installed : NULL;
}
