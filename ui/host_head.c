/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/host_head.h"

#include <stdlib.h>

#include "base/mem.h"

struct rw_host_head rw_host_head(const struct rw_cluster *cluster, size_t host)
{
    const struct rw_host *from = &cluster->hosts[host];
    return (struct rw_host_head){
        .name = rw_strdup(from->name ? from->name : "?"),
        .role = from->role,
        .first = (int)host == rw_cluster_first_server(cluster),
    };
}

void rw_host_head_done(struct rw_host_head *head)
{
    free(head->name);
    head->name = NULL;
}

void rw_host_head_cell(const struct rw_host_head *head, size_t column, struct rw_buf *out)
{
    if (column == 0)
        rw_buf_adds(out, head->name);
    else
        rw_buf_addf(out, "%s%s", rw_role_name(head->role), head->first ? "*" : "");
}
