/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration that stands on a host before anything starts: files beside ours that decide
 * what this program decides, and a config.yaml that it would replace. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "check/host_judge_parts.h"
#include "rke2/config_file.h"
#include "rke2/rke2.h"

/* What a key has to be on this host, to free(); NULL: it must not be set at all. */
static char *needed(const struct host_judge *judge, const char *key)
{
    int first = rw_cluster_first_server(judge->cluster);
    bool founds = first >= 0 && judge->host == &judge->cluster->hosts[first];
    if (strcmp(key, "node-name") == 0)
        return rw_strdup(judge->host->name);
    if (strcmp(key, "with-node-id") == 0)
        return rw_strdup("false");
    if (strcmp(key, "server") == 0 && !founds && judge->cluster->registration_name)
        return rw_rke2_url(judge->cluster->registration_name, RW_RKE2_SUPERVISOR_PORT);
    if (strcmp(key, "cni") == 0)
        return rw_strdup(judge->cluster->cni);
    return NULL;
}

/* Whether another file than config.yaml decides the key, and wrongly; then *wanted is to free(). */
static bool is_wrong(const struct host_judge *judge, const struct rw_rke2_key *key, char **wanted)
{
    *wanted = NULL;
    if (!key || strcmp(key->file, RW_RKE2_CONFIG) == 0)
        return false;
    char *value = rw_rke2_effective_text(&judge->facts->config.effective, key->name);
    *wanted = needed(judge, key->name);
    bool good = *wanted && strcmp(*wanted, value) == 0;
    free(value);
    if (good) {
        free(*wanted);
        *wanted = NULL;
    }
    return !good;
}

/* The first of those that this program decides; NULL: none is wrong. */
static const struct rw_rke2_key *first_wrong(const struct host_judge *judge, char **wanted)
{
    static const char *const keys[] = {"node-name", "with-node-id", "token", "token-file",
                                       "server",    "data-dir",     "cni"};
    size_t count = RW_COUNT(keys) - (judge->host->role == RW_ROLE_AGENT);
    for (size_t i = 0; i < count; i++) {
        const struct rw_rke2_key *key =
            rw_rke2_effective_find(&judge->facts->config.effective, keys[i]);
        if (is_wrong(judge, key, wanted))
            return key;
    }
    *wanted = NULL;
    return NULL;
}

static const struct rw_config_file *first_broken(const struct host_judge *judge)
{
    const struct rw_host_config *config = &judge->facts->config;
    for (size_t i = 0; i < config->count; i++)
        if (config->files[i].problem && strcmp(config->files[i].path, RW_RKE2_CONFIG) != 0)
            return &config->files[i];
    return NULL;
}

void host_judge_own_files(struct host_judge *judge)
{
    char *wanted = NULL;
    const struct rw_config_file *broken = first_broken(judge);
    const struct rw_rke2_key *key = broken ? NULL : first_wrong(judge, &wanted);
    const char *file = broken ? broken->path : key ? key->file : NULL;
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_OWN_FILES, host_state_of(judge->facts->traces_read, !file),
                         NULL, file ? file : _("none"), _("none"));
    if (finding && file) {
        rw_finding_set(finding, "file", file);
        if (broken) {
            finding->id = RW_F_CONFIG_UNREADABLE;
            rw_finding_set(finding, "reason", broken->problem);
        } else {
            rw_finding_set(finding, "key", key->name);
            rw_finding_set(finding, "_wanted", wanted ? wanted : N_("set by this program"));
        }
    }
    free(wanted);
}

/* On a node of a cluster H-18 refuses to change it. */
void host_judge_prepared(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    char *keys = rw_host_config_foreign(&facts->config, judge->cluster);
    bool bad = *keys && !facts->rke2;
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_PREPARED, host_state_of(facts->traces_read, !bad), NULL,
                         bad ? keys : _("none"), _("none"));
    if (finding)
        rw_finding_set(finding, "keys", keys);
    free(keys);
}
