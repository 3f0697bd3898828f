/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/names.h"

char *rw_rke2_version_from_location(const char *location)
{
    const char *end = location + strcspn(location, "?#");
    const char *slash = memrchr(location, '/', (size_t)(end - location));
    struct rw_buf tag = {0};
    for (const char *c = slash ? slash + 1 : location; c < end; c++) {
        if (strncasecmp(c, "%2b", 3) == 0) {
            rw_buf_addc(&tag, '+');
            c += 2;
        } else {
            rw_buf_addc(&tag, *c);
        }
    }
    if (rw_names_is_version(rw_buf_str(&tag)))
        return rw_buf_take(&tag);
    rw_buf_done(&tag);
    return NULL;
}

char *rw_rke2_version_channel(const char *tag)
{
    const char *dot = strchr(tag, '.');
    const char *end = dot ? strchr(dot + 1, '.') : NULL;
    return end ? rw_strndup(tag, (size_t)(end - tag)) : rw_strdup("stable");
}

enum rw_rke2_differs rw_rke2_needs_cgroup_v2(const char *release)
{
    int minor = 0;
    if (!release || sscanf(release, "v1.%4d", &minor) != 1)
        return RW_DIFFERS_MAYBE;
    return minor >= 35 ? RW_DIFFERS_YES : RW_DIFFERS_NO;
}

enum rw_rke2_differs rw_rke2_refuses_nm_cloud_setup(const char *release)
{
    static const int last[] = {10, 6, 2}; /* the patch, from v1.32 on */
    int minor = 0, patch = 0;
    int found = release ? sscanf(release, "v1.%4d.%4d", &minor, &patch) : 0;
    if (found < 1)
        return RW_DIFFERS_MAYBE;
    if (minor < 32)
        return RW_DIFFERS_YES;
    return minor - 32 < (int)RW_COUNT(last) && found == 2 && patch <= last[minor - 32]
               ? RW_DIFFERS_YES
               : RW_DIFFERS_NO;
}

bool rw_rke2_queues_joins(const char *release)
{
    static const int since[] = {14, 10, 5, 2}; /* the patch, from v1.24 on */
    int minor = 0, patch = 0;
    int found = sscanf(release, "v1.%4d.%4d", &minor, &patch);
    if (found < 1)
        return true; /* stable, latest, testing */
    if (minor < 24)
        return false;
    return found < 2 || minor - 24 >= (int)RW_COUNT(since) || patch >= since[minor - 24];
}
