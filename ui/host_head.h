/* SPDX-License-Identifier: Apache-2.0 */
/* A host at the head of a row: its name, its role, and whether it is the first server. */
#ifndef RW_UI_HOST_HEAD_H
#define RW_UI_HOST_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "cluster/cluster.h"
#include "ui/table.h"

/* The first columns of a table that has such rows. */
#define RW_HOST_HEAD_COLUMNS                                                                       \
    {N_("Node"), 6, false},                                                                        \
    {                                                                                              \
        N_("Role"), 7, false                                                                       \
    }
#define RW_HOST_HEAD_COLUMN_COUNT 2

struct rw_host_head {
    char *name; /* "?" when it has none */
    enum rw_role role;
    bool first;
};

/* To rw_host_head_done(). */
struct rw_host_head rw_host_head(const struct rw_cluster *cluster, size_t host);
void rw_host_head_done(struct rw_host_head *head);
/* Appends the cell of one of those columns. */
void rw_host_head_cell(const struct rw_host_head *head, size_t column, struct rw_buf *out);

#endif
