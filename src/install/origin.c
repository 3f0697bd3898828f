/* SPDX-License-Identifier: Apache-2.0 */
#include "install/origin.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "rke2/config_file.h"
#include "rke2/fixed.h"
#include "rke2/rke2.h"

/* What RKE2 takes on a host, with the config.yaml that the run writes; without the token. */
static struct rw_rke2_effective effective(const struct rw_origin *origin, size_t host)
{
    char *wanted =
        rw_rke2_config(origin->cluster, &origin->cluster->hosts[host], host == origin->founder, "");
    struct rw_rke2_effective config = rw_host_config_with(&origin->facts[host].config, wanted);
    free(wanted);
    return config;
}

/* The key where another file than config.yaml sets it, else NULL; borrowed. */
static const struct rw_rke2_key *beside(const struct rw_rke2_effective *config, const char *name)
{
    const struct rw_rke2_key *key = rw_rke2_effective_find(config, name);
    return key && strcmp(key->file, RW_RKE2_CONFIG) != 0 ? key : NULL;
}

/* "10.44.0.0/16 (ha-m2:/etc/rancher/rke2/config.yaml.d/90.yaml)"; *value is to free(). */
static char *value_of(const struct rw_origin *origin, size_t host, const char *name, char **value)
{
    struct rw_rke2_effective config = effective(origin, host);
    const struct rw_rke2_key *key = rw_rke2_effective_find(&config, name);
    *value = rw_rke2_effective_text(&config, name);
    if (!**value)
        rw_strset(value, rw_rke2_default(name));
    char *text = rw_asprintf("%s (%s%s%s)", *value, origin->cluster->hosts[host].name,
                             key ? ":" : "", key ? key->file : "");
    rw_rke2_effective_done(&config);
    return text;
}

/* A key that is the same on both, or set on none, follows from another one. */
static void add_value(struct rw_buf *out, const struct rw_origin *origin, const char *name)
{
    char *here, *there;
    char *ours = value_of(origin, origin->host, name, &here);
    char *theirs = value_of(origin, origin->anchor, name, &there);
    if (strcmp(here, there) != 0)
        rw_buf_addf(out, "%s%s: %s, %s", out->len ? "; " : "", name, ours, theirs);
    free(ours);
    free(theirs);
    free(here);
    free(there);
}

/* settings: as the finding has them, "cluster-dns, service-cidr". */
static void add_values(const struct rw_origin *origin, struct rw_finding *finding)
{
    char *settings = rw_strdup(rw_finding_get(finding, "setting")), *rest = settings;
    struct rw_buf out = {0};
    for (const char *name; (name = strsep(&rest, ", "));)
        if (*name)
            add_value(&out, origin, name);
    rw_finding_set(finding, "_values", out.len ? rw_buf_str(&out) : N_("the values are not known"));
    rw_buf_done(&out);
    free(settings);
}

/* A name that a file sets is changed there: nothing has to leave the cluster for it. */
static void add_name(const struct rw_rke2_effective *config, struct rw_finding *finding)
{
    const struct rw_rke2_key *name = rw_rke2_effective_find(config, "node-name");
    if (!name || !name->count)
        return;
    finding->id = RW_F_START_NAME_SET;
    rw_finding_set(finding, "node", name->values[0]);
    rw_finding_set(finding, "file", name->file);
}

static void add_server(const struct rw_rke2_effective *config, const struct rw_origin *origin,
                       struct rw_finding *finding)
{
    const struct rw_rke2_key *server = beside(config, "server");
    if (!server || !server->count)
        return;
    /* An agent speaks through a port of its own, so that its lines name no server. */
    const char *url = server->values[0];
    bool agent = origin->cluster->hosts[origin->host].role == RW_ROLE_AGENT;
    if (agent && rw_text_starts(url, "https://")) {
        url += strlen("https://");
        char *name = rw_strndup(url, *url == '[' ? strcspn(url, "]") + 1 : strcspn(url, ":/"));
        rw_finding_set(finding, "name", name);
        free(name);
    }
    rw_finding_set(finding, "_where", server->file);
}

void rw_origin_add(const struct rw_origin *origin, struct rw_finding *finding)
{
    struct rw_rke2_effective config = effective(origin, origin->host);
    const struct rw_rke2_key *token = beside(&config, "token");
    switch (finding->id) {
    case RW_F_START_CRITICAL:
        add_values(origin, finding);
        break;
    case RW_F_START_NODE_PASSWORD:
    case RW_F_START_DUPLICATE_NAME:
        add_name(&config, finding);
        break;
    case RW_F_START_CA_HASH:
    case RW_F_START_TOKEN:
    case RW_F_START_TOKEN_FORM:
    case RW_F_START_AGENT_TOKEN:
        rw_finding_set(finding, "_where", token ? token->file : N_("the answers file"));
        break;
    case RW_F_START_NO_SERVER:
        rw_finding_set(finding, "_where", N_("the answers file"));
        add_server(&config, origin, finding);
        break;
    default:
        break;
    }
    rw_rke2_effective_done(&config);
}
