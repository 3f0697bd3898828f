/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/channels.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cluster/names.h"

/* Where a channel stands: lower is earlier. */
static long rank_of(const char *name)
{
    int minor = 0;
    if (strcmp(name, "stable") == 0)
        return 0;
    if (strcmp(name, "latest") == 0)
        return 1;
    if (sscanf(name, "v1.%4d", &minor) == 1)
        return 100000 - minor;
    return 200000;
}

static int by_rank(const void *a, const void *b)
{
    const struct rw_channel *x = a, *y = b;
    long left = rank_of(x->name), right = rank_of(y->name);
    return (left > right) - (left < right);
}

int rw_channels_parse(struct rw_channels *channels, const char *json, size_t size)
{
    struct rw_channels found = {0};
    json_t *root = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *data = json_object_get(root, "data");
    for (size_t i = 0; i < json_array_size(data) && found.count < RW_CHANNELS_MAX; i++) {
        const json_t *item = json_array_get(data, i);
        const char *name = json_string_value(json_object_get(item, "name"));
        const char *version = json_string_value(json_object_get(item, "latest"));
        if (name && version && rw_names_is_channel(name) && rw_names_is_version(version))
            *rw_array_add(found.items, found.count) =
                (struct rw_channel){rw_strdup(name), rw_strdup(version)};
    }
    json_decref(root);
    if (found.count == 0)
        return RW_ESYNTAX;
    qsort(found.items, found.count, sizeof *found.items, by_rank);
    rw_channels_done(channels);
    *channels = found;
    return 0;
}

void rw_channels_done(struct rw_channels *channels)
{
    for (size_t i = 0; i < channels->count; i++) {
        free(channels->items[i].name);
        free(channels->items[i].version);
    }
    free(channels->items);
    *channels = (struct rw_channels){0};
}
