/* SPDX-License-Identifier: Apache-2.0 */
#include "install/proxy_password.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/answers.h"
#include "cluster/proxy.h"

char *rw_proxy_password_path(const char *dir)
{
    return rw_asprintf("%s/proxy-password", dir);
}

int rw_proxy_password_keep(const struct rw_cluster *cluster, const char *dir, struct rw_error *err)
{
    const struct rw_proxy *proxy = &cluster->proxy;
    if (!proxy->url || !proxy->password || proxy->password_file)
        return 0;
    char *path = rw_proxy_password_path(dir), *line = rw_asprintf("%s\n", proxy->password);
    int rc = rw_file_mkdirs(dir, 0700, err);
    if (rc == 0)
        rc = rw_file_write(path, line, strlen(line), 0600, err);
    rw_secret_free(line);
    free(path);
    return rc;
}

void rw_proxy_password_recall(struct rw_cluster *cluster, const char *dir)
{
    struct rw_proxy *proxy = &cluster->proxy;
    struct rw_findings findings = {0};
    if (proxy->password_file) {
        rw_answers_read_proxy_password(cluster, &findings);
    } else if (proxy->url && strchr(proxy->url, '@') && !proxy->password) {
        char *path = rw_proxy_password_path(dir);
        proxy->password = rw_secret_read(path, NULL);
        if (proxy->password && !rw_proxy_is_password(proxy->password)) {
            rw_secret_free(proxy->password);
            proxy->password = NULL;
        }
        free(path);
    }
    rw_findings_done(&findings);
}
