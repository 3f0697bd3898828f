#include "install/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "rke2/config_file.h"
#include "rke2/rke2.h"

char *rw_kubeconfig_for(const struct rw_reply *reply, const char *registration_name)
{
    struct rw_buf out = {0};
    char *url = rw_rke2_url(registration_name, RW_RKE2_API_PORT);
    for (size_t i = 0; i < reply->count; i++) {
        if (strcmp(reply->pairs[i].key, "line") != 0)
            continue;
        const char *line = reply->pairs[i].value;
        size_t indent = strspn(line, " ");
        if (strncmp(line + indent, "server: ", 8) == 0)
            rw_buf_addf(&out, "%.*sserver: %s\n", (int)indent, line, url);
        else
            rw_buf_addf(&out, "%s\n", line);
    }
    free(url);
    return rw_buf_take(&out);
}
