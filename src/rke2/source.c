/* SPDX-License-Identifier: Apache-2.0 */
/* Where RKE2 is fetched from. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/source.h"
#include "rke2/rke2.h"

const char *rw_rke2_installer_url(const char *source)
{
    switch (rw_source_kind(source)) {
    case RW_SOURCE_NET:
        return RW_RKE2_INSTALLER_URL;
    case RW_SOURCE_MIRROR:
        return RW_RKE2_MIRROR_URL;
    default:
        return "";
    }
}

char *rw_rke2_way_out(const struct rw_cluster *cluster)
{
    enum rw_source kind = rw_source_kind(cluster->source);
    struct rw_buf out = {0};
    rw_buf_adds(&out, rw_rke2_installer_url(cluster->source));
    if (kind == RW_SOURCE_NET)
        rw_buf_adds(&out, " https://github.com");
    if (cluster->registry)
        rw_buf_addf(&out, "%shttps://%s/v2/", out.len ? " " : "", cluster->registry);
    else if (kind != RW_SOURCE_FOLDER)
        rw_buf_adds(&out, " https://index.docker.io/v2/");
    char *urls = rw_strdup(rw_buf_str(&out));
    rw_buf_done(&out);
    return urls;
}

char *rw_rke2_installer_version(const char *source, const char *version)
{
    char *text = rw_strdup(version), *plus = strchr(text, '+');
    if (plus && rw_source_kind(source) == RW_SOURCE_MIRROR)
        *plus = '-';
    return text;
}
