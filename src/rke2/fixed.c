/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/fixed.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

/* Keys that we never write. cluster-dns is not among them: its default follows from other keys. */
static const struct rw_rke2_fixed foreign[] = {
    {.key = "cluster-cidr",
     .kind = RW_SETTING_NAMES,
     .otherwise = "10.42.0.0/16",
     .since = RW_FIXED_CLUSTER,
     .everywhere = true},
    {.key = "service-cidr",
     .kind = RW_SETTING_NAMES,
     .otherwise = "10.43.0.0/16",
     .since = RW_FIXED_CLUSTER,
     .everywhere = true},
    {.key = "cluster-domain",
     .kind = RW_SETTING_TEXT,
     .otherwise = "cluster.local",
     .since = RW_FIXED_CLUSTER,
     .everywhere = true},
    {.key = "egress-selector-mode",
     .kind = RW_SETTING_TEXT,
     .otherwise = "agent",
     .since = RW_FIXED_CLUSTER,
     .everywhere = true},
    {.key = "disable-cloud-controller",
     .kind = RW_SETTING_FLAG,
     .otherwise = "false",
     .since = RW_FIXED_CLUSTER,
     .everywhere = true},
    {.key = "disable-kube-proxy",
     .kind = RW_SETTING_FLAG,
     .otherwise = "false",
     .since = RW_FIXED_CLUSTER,
     .everywhere = true},
    {.key = "data-dir",
     .kind = RW_SETTING_TEXT,
     .otherwise = "/var/lib/rancher/rke2",
     .since = RW_FIXED_CLUSTER},
    {.key = "node-name", .kind = RW_SETTING_TEXT, .otherwise = "", .since = RW_FIXED_AT_JOIN},
    {.key = "node-label", .kind = RW_SETTING_NAMES, .otherwise = "", .since = RW_FIXED_AT_JOIN},
};

static enum rw_setting_kind kind_in_config(const struct rw_setting *setting)
{
    return setting->config.form != RW_CONFIG_SCALAR ? RW_SETTING_NAMES : setting->kind;
}

bool rw_rke2_fixed_next(size_t *at, struct rw_rke2_fixed *fixed)
{
    if (*at < RW_COUNT(foreign)) {
        *fixed = foreign[(*at)++];
        return true;
    }
    while (*at < RW_COUNT(foreign) + rw_setting_count) {
        const struct rw_setting *setting = &rw_settings[(*at)++ - RW_COUNT(foreign)];
        if (!setting->config.key || !setting->fixed || setting->apart)
            continue;
        bool list = setting->config.form != RW_CONFIG_SCALAR || !setting->otherwise;
        *fixed = (struct rw_rke2_fixed){.key = setting->config.key,
                                        .kind = kind_in_config(setting),
                                        .otherwise = list ? "" : setting->otherwise,
                                        .since = setting->fixed,
                                        .setting = setting};
        return true;
    }
    return false;
}

char *rw_rke2_fixed_wanted(const struct rw_rke2_fixed *fixed, const struct rw_rke2_node *node)
{
    struct rw_rke2_values values = {0};
    struct rw_buf out = {0};
    if (fixed->setting)
        rw_rke2_values_of(fixed->setting, node, &values);
    if (values.count == 0)
        rw_buf_adds(&out, fixed->otherwise);
    for (size_t i = 0; i < values.count; i++)
        rw_buf_addf(&out, "%s%s", i ? "," : "", values.items[i]);
    rw_rke2_values_done(&values);
    return out.data ? rw_buf_take(&out) : rw_strdup("");
}

const char *rw_rke2_default(const char *key)
{
    for (size_t i = 0; i < RW_COUNT(foreign); i++)
        if (strcmp(foreign[i].key, key) == 0)
            return foreign[i].otherwise;
    for (size_t i = 0; i < rw_setting_count; i++)
        if (rw_settings[i].config.form == RW_CONFIG_SCALAR && rw_settings[i].otherwise &&
            strcmp(rw_settings[i].config.key, key) == 0)
            return rw_settings[i].otherwise;
    return "";
}

/* 1, 0, or -1 for a text that is no flag in YAML 1.1. */
static int flag_of(const char *text)
{
    static const char *const words[][4] = {{"false", "no", "off", "n"}, {"true", "yes", "on", "y"}};
    for (size_t i = 0; i < RW_COUNT(words); i++)
        for (size_t k = 0; k < RW_COUNT(words[i]); k++)
            if (strcasecmp(words[i][k], text) == 0)
                return (int)i;
    return -1;
}

/* Whether each item of a list with commas is in the other one. */
static bool is_within(const char *list, const char *other)
{
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ",");
        bool found = false;
        for (const char *there = other; *there && !found;) {
            size_t width = strcspn(there, ",");
            found = width == length && strncmp(at, there, length) == 0;
            there += width + (there[width] == ',');
        }
        if (!found)
            return false;
        at += length + (at[length] == ',');
    }
    return true;
}

bool rw_rke2_fixed_same(const struct rw_rke2_fixed *fixed, const char *found, const char *wanted)
{
    int64_t one, other;
    if (fixed->kind == RW_SETTING_FLAG)
        return flag_of(found) >= 0 && flag_of(found) == flag_of(wanted);
    if (fixed->kind == RW_SETTING_NAMES)
        return is_within(found, wanted) && is_within(wanted, found);
    if (fixed->kind == RW_SETTING_NUMBER &&
        rw_text_number(found, INT64_MIN, INT64_MAX, &one) == 0 &&
        rw_text_number(wanted, INT64_MIN, INT64_MAX, &other) == 0)
        return one == other;
    return strcmp(found, wanted) == 0;
}
