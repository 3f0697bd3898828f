/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/proxy_file.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/proxy.h"

const char *rw_rke2_environment_file(enum rw_role role)
{
    return role == RW_ROLE_SERVER ? "/etc/default/rke2-server" : "/etc/default/rke2-agent";
}

/* No value holds a blank, a quote or a backslash: cluster/proxy.h sees to that. */
char *rw_rke2_proxy_lines(const struct rw_cluster *cluster, const char *password, bool masked)
{
    if (!cluster->proxy.url)
        return rw_strdup("");
    char *address = rw_proxy_address(&cluster->proxy, password, masked);
    char *bypass = rw_proxy_bypass(cluster);
    char *lines =
        rw_asprintf("HTTP_PROXY=%s\nHTTPS_PROXY=%s\nNO_PROXY=%s\n", address, address, bypass);
    free(bypass);
    rw_secret_free(address);
    return lines;
}

static void add_export(struct rw_buf *out, const char *name, const char *value)
{
    rw_buf_addf(out, "export %s=", name);
    rw_text_shell_quote(out, value);
    rw_buf_addc(out, '\n');
}

char *rw_rke2_proxy_exports(const struct rw_cluster *cluster, const char *password, bool masked)
{
    char *address = rw_proxy_address(&cluster->proxy, password, masked);
    char *bypass = rw_proxy_bypass(cluster);
    struct rw_buf out = {0};
    add_export(&out, "http_proxy", address);
    add_export(&out, "https_proxy", address);
    add_export(&out, "no_proxy", bypass);
    char *script = rw_strdup(rw_buf_str(&out));
    rw_buf_wipe(&out);
    rw_secret_free(address);
    free(bypass);
    return script;
}
