/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/settings.h"

/* ---- where it is ---- */

void *rw_setting_field(const struct rw_setting *setting, const struct rw_cluster *cluster,
                       const struct rw_host *host)
{
    const char *object = NULL;
    switch (setting->owner) {
    case RW_SETTING_NOWHERE:
        return NULL;
    case RW_SETTING_IN_CLUSTER:
        object = (const char *)cluster;
        break;
    case RW_SETTING_IN_HOST:
        object = (const char *)host;
        break;
    case RW_SETTING_IN_LOGIN:
        object = (const char *)(host ? &host->login : &cluster->login);
        break;
    }
    return object ? (char *)object + setting->offset : NULL;
}

size_t *rw_setting_items(const struct rw_setting *setting, const struct rw_cluster *cluster)
{
    return (size_t *)((char *)cluster + setting->count_offset);
}

/* ---- text to value and back ---- */

static size_t index_of(const char *const *choices, const char *text)
{
    size_t i = 0;
    while (choices[i] && strcmp(choices[i], text) != 0)
        i++;
    return i;
}

bool rw_setting_parse(const struct rw_setting *setting, void *field, const char *text)
{
    int64_t number;
    size_t choice;
    switch (setting->kind) {
    case RW_SETTING_NUMBER:
        if (rw_text_number(text, setting->min, setting->max, &number) != 0)
            return false;
        *(int *)field = (int)number;
        return true;
    case RW_SETTING_FLAG:
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
            return false;
        *(bool *)field = strcmp(text, "true") == 0;
        return true;
    case RW_SETTING_ROLE:
        choice = index_of(setting->choices, text);
        if (!setting->choices[choice])
            return false;
        *(enum rw_role *)field = (enum rw_role)choice;
        return true;
    default:
        return false;
    }
}

bool rw_setting_allows(const struct rw_setting *setting, const char *text)
{
    union {
        int number;
        bool flag;
        enum rw_role role;
    } scratch;
    switch (setting->kind) {
    case RW_SETTING_NUMBER:
    case RW_SETTING_FLAG:
    case RW_SETTING_ROLE:
        return rw_setting_parse(setting, &scratch, text);
    case RW_SETTING_FORMAT:
        return strcmp(text, "1") == 0;
    default:
        if (setting->choices)
            return setting->choices[index_of(setting->choices, text)] != NULL;
        return !setting->check || setting->check(text);
    }
}

char *rw_setting_text(const struct rw_setting *setting, const struct rw_cluster *cluster,
                      const struct rw_host *host)
{
    const void *field = rw_setting_field(setting, cluster, host);
    struct rw_buf names = {0};
    switch (setting->kind) {
    case RW_SETTING_NUMBER:
        return *(const int *)field ? rw_asprintf("%d", *(const int *)field) : rw_strdup("");
    case RW_SETTING_FLAG:
        return rw_strdup(*(const bool *)field ? "true" : "false");
    case RW_SETTING_ROLE:
        return rw_strdup(setting->choices[*(const enum rw_role *)field]);
    case RW_SETTING_NAMES:
        for (size_t i = 0; i < *rw_setting_items(setting, cluster); i++)
            rw_buf_addf(&names, "%s%s", i ? ", " : "", (*(char **const *)field)[i]);
        return names.data ? rw_buf_take(&names) : rw_strdup("");
    case RW_SETTING_TEXT:
    case RW_SETTING_PATH:
    case RW_SETTING_PROXY_URL:
    case RW_SETTING_SECRET:
        return rw_strdup(*(char *const *)field ? *(char *const *)field : "");
    case RW_SETTING_FORMAT:
    case RW_SETTING_MAP:
    case RW_SETTING_HOSTS:
        break;
    }
    return rw_strdup("");
}

/* ---- what it says ---- */

bool rw_setting_is_set(const struct rw_setting *setting, const struct rw_cluster *cluster,
                       const struct rw_host *host)
{
    char *text = rw_setting_text(setting, cluster, host);
    bool set = *text != '\0';
    rw_secret_free(text);
    return set;
}

bool rw_setting_is_default(const struct rw_setting *setting, const struct rw_cluster *cluster,
                           const struct rw_host *host)
{
    char *text = rw_setting_text(setting, cluster, host);
    bool same = strcmp(text, setting->otherwise ? setting->otherwise : "") == 0;
    rw_secret_free(text);
    return same;
}

static bool is_given(const char *id, const struct rw_cluster *cluster, const struct rw_host *host)
{
    return rw_setting_is_set(rw_setting_of_cluster(id), cluster, host);
}

bool rw_setting_counts(const struct rw_setting *setting, const struct rw_cluster *cluster,
                       const struct rw_host *host)
{
    return (!setting->with || is_given(setting->with, cluster, host)) &&
           !(setting->unless && is_given(setting->unless, cluster, host));
}

/* ---- copies ---- */

void rw_setting_copy(const struct rw_setting *setting, struct rw_cluster *to,
                     struct rw_host *to_host, const struct rw_cluster *from,
                     const struct rw_host *from_host)
{
    void *field = rw_setting_field(setting, to, to_host);
    const void *source = rw_setting_field(setting, from, from_host);
    switch (setting->kind) {
    case RW_SETTING_TEXT:
    case RW_SETTING_PATH:
    case RW_SETTING_PROXY_URL:
    case RW_SETTING_SECRET:
        *(char **)field = rw_strdup(*(char *const *)source);
        break;
    case RW_SETTING_NUMBER:
        *(int *)field = *(const int *)source;
        break;
    case RW_SETTING_FLAG:
        *(bool *)field = *(const bool *)source;
        break;
    case RW_SETTING_ROLE:
        *(enum rw_role *)field = *(const enum rw_role *)source;
        break;
    case RW_SETTING_NAMES: {
        size_t *count = rw_setting_items(setting, to);
        char ***list = field;
        for (size_t i = 0; i < *rw_setting_items(setting, from); i++)
            *rw_array_add(*list, *count) = rw_strdup((*(char **const *)source)[i]);
        break;
    }
    case RW_SETTING_FORMAT:
    case RW_SETTING_MAP:
    case RW_SETTING_HOSTS:
        break;
    }
}

static bool names_equal(char *const *a, size_t a_count, char *const *b, size_t b_count)
{
    bool equal = a_count == b_count;
    for (size_t i = 0; equal && i < a_count; i++)
        equal = rw_text_equal(a[i], b[i]);
    return equal;
}

bool rw_setting_equal(const struct rw_setting *setting, const struct rw_cluster *a,
                      const struct rw_host *a_host, const struct rw_cluster *b,
                      const struct rw_host *b_host)
{
    const void *one = rw_setting_field(setting, a, a_host);
    const void *other = rw_setting_field(setting, b, b_host);
    switch (setting->kind) {
    case RW_SETTING_TEXT:
    case RW_SETTING_PATH:
    case RW_SETTING_PROXY_URL:
    case RW_SETTING_SECRET:
        return rw_text_equal(*(char *const *)one, *(char *const *)other);
    case RW_SETTING_NUMBER:
        return *(const int *)one == *(const int *)other;
    case RW_SETTING_FLAG:
        return *(const bool *)one == *(const bool *)other;
    case RW_SETTING_ROLE:
        return *(const enum rw_role *)one == *(const enum rw_role *)other;
    case RW_SETTING_NAMES:
        return names_equal(*(char **const *)one, *rw_setting_items(setting, a),
                           *(char **const *)other, *rw_setting_items(setting, b));
    case RW_SETTING_FORMAT:
    case RW_SETTING_MAP:
    case RW_SETTING_HOSTS:
        break;
    }
    return true;
}

void rw_setting_release(const struct rw_setting *setting, struct rw_cluster *cluster,
                        struct rw_host *host)
{
    void *field = rw_setting_field(setting, cluster, host);
    char ***list = field;
    switch (setting->kind) {
    case RW_SETTING_SECRET:
        rw_secret_free(*(char **)field);
        *(char **)field = NULL;
        break;
    case RW_SETTING_TEXT:
    case RW_SETTING_PATH:
    case RW_SETTING_PROXY_URL:
        rw_strset(field, NULL);
        break;
    case RW_SETTING_NAMES:
        for (size_t i = 0; i < *rw_setting_items(setting, cluster); i++)
            free((*list)[i]);
        free(*list);
        *list = NULL;
        *rw_setting_items(setting, cluster) = 0;
        break;
    case RW_SETTING_NUMBER:
        *(int *)field = 0;
        break;
    case RW_SETTING_FLAG:
    case RW_SETTING_ROLE:
    case RW_SETTING_FORMAT:
    case RW_SETTING_MAP:
    case RW_SETTING_HOSTS:
        break;
    }
}
