/* SPDX-License-Identifier: Apache-2.0 */
#include "check/host_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/cni.h"
#include "rke2/config_file.h"
#include "rke2/rke2.h"

static bool is_at(const struct rw_config_file *file, const char *path)
{
    return strcmp(file->path, path) == 0;
}

static void end_file(struct rw_host_config *config, struct rw_buf *text)
{
    struct rw_error err;
    if (config->count == 0)
        return;
    struct rw_config_file *file = &config->files[config->count - 1];
    file->text = text->data ? rw_buf_take(text) : rw_strdup("");
    *text = (struct rw_buf){0};
    if (!file->problem && !is_at(file, RW_RKE2_JOIN_PIN) &&
        rw_rke2_effective_add(&config->effective, file->path, file->text, &err) != 0)
        file->problem = rw_strdup(err.message);
}

void rw_host_config_read(struct rw_host_config *config, const struct rw_reply *reply)
{
    struct rw_buf text = {0};
    for (size_t i = 0; i < reply->count; i++) {
        const char *key = reply->pairs[i].key, *value = reply->pairs[i].value;
        struct rw_config_file *file = config->count ? &config->files[config->count - 1] : NULL;
        if (strcmp(key, "file") == 0) {
            end_file(config, &text);
            file = rw_array_add(config->files, config->count);
            file->path = rw_strdup(value);
        } else if (file && strcmp(key, "sum") == 0) {
            rw_strset(&file->sum, value);
        } else if (file && strcmp(key, "unread") == 0) {
            rw_strset(&file->problem, value);
        } else if (file && strcmp(key, "config") == 0) {
            rw_buf_addf(&text, "%s\n", value);
        }
    }
    end_file(config, &text);
}

void rw_host_config_done(struct rw_host_config *config)
{
    for (size_t i = 0; i < config->count; i++) {
        free(config->files[i].path);
        free(config->files[i].sum);
        free(config->files[i].text);
        free(config->files[i].problem);
    }
    free(config->files);
    rw_rke2_effective_done(&config->effective);
    *config = (struct rw_host_config){0};
}

const struct rw_config_file *rw_host_config_main(const struct rw_host_config *config)
{
    for (size_t i = 0; i < config->count; i++)
        if (is_at(&config->files[i], RW_RKE2_CONFIG))
            return &config->files[i];
    return NULL;
}

/* One that RKE2 brings, and alone. */
static bool is_network(const struct rw_rke2_key *cni)
{
    return cni->count == 1 && rw_cni_by_name(cni->values[0]) != RW_CNI_COUNT;
}

char *rw_host_config_foreign(const struct rw_host_config *config, const struct rw_cluster *cluster)
{
    const struct rw_config_file *file = rw_host_config_main(config);
    struct rw_rke2_effective alone = {0};
    struct rw_buf out = {0};
    char *own = rw_rke2_own_keys(cluster), *list = rw_asprintf(" %s ", own);
    if (file && !file->problem)
        rw_rke2_effective_add(&alone, file->path, file->text, NULL);
    for (size_t i = 0; i < alone.count; i++) {
        const struct rw_rke2_key *key = &alone.keys[i];
        char *word = rw_asprintf(" %s ", key->name);
        bool network = strcmp(key->name, "cni") == 0;
        if (!strstr(list, word) || (network && !is_network(key)))
            rw_buf_addf(&out, "%s%s", out.len ? " " : "", key->name);
        free(word);
    }
    rw_rke2_effective_done(&alone);
    free(list);
    free(own);
    return out.data ? rw_buf_take(&out) : rw_strdup("");
}

char *rw_host_config_cni(const struct rw_host_config *config)
{
    const struct rw_rke2_key *set = rw_rke2_effective_find(&config->effective, "cni");
    if (!set)
        return rw_host_config_main(config) ? rw_strdup(rw_cni_name(RW_CNI_CANAL)) : NULL;
    if (strcmp(set->file, RW_RKE2_CONFIG) != 0 || !is_network(set))
        return NULL;
    return rw_strdup(set->values[0]);
}

/* Variables of the unit count before config.yaml, its drop-ins after it. */
static bool is_before(const struct rw_config_file *file)
{
    return !rw_text_starts(file->path, RW_RKE2_CONFIG);
}

static void add_files(struct rw_rke2_effective *then, const struct rw_host_config *config,
                      bool before)
{
    for (size_t i = 0; i < config->count; i++) {
        const struct rw_config_file *file = &config->files[i];
        if (!file->problem && is_before(file) == before && !is_at(file, RW_RKE2_CONFIG) &&
            !is_at(file, RW_RKE2_JOIN_PIN))
            rw_rke2_effective_add(then, file->path, file->text, NULL);
    }
}

struct rw_rke2_effective rw_host_config_with(const struct rw_host_config *config,
                                             const char *wanted)
{
    struct rw_rke2_effective then = {0};
    add_files(&then, config, true);
    rw_rke2_effective_add(&then, RW_RKE2_CONFIG, wanted, NULL);
    add_files(&then, config, false);
    return then;
}

char *rw_host_config_differing(const struct rw_host_config *config, const char *wanted, bool member)
{
    const char *const but[] = {"token", member ? "server" : NULL, NULL};
    for (size_t i = 0; i < config->count; i++)
        if (config->files[i].problem)
            return NULL;
    struct rw_rke2_effective then = rw_host_config_with(config, wanted);
    char *keys = rw_rke2_effective_differing(&config->effective, &then, but);
    rw_rke2_effective_done(&then);
    return keys;
}
