/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of hosts as they are kept: made and filled by host_list_groups.c, judged by
 * host_list_decide.c. For these two files only. */
#ifndef RW_CLUSTER_HOST_LIST_GROUPS_H
#define RW_CLUSTER_HOST_LIST_GROUPS_H

#include "cluster/host_list_read.h"

#define HOST_LIST_ROLE_VARIABLE "rke2_type" /* by which the role lablabs.rke2 knows it */

struct group {
    char *name;
    struct host_list_group_role role;
    struct host_list_words vars;
    size_t hosts; /* in it and in the groups in it */
};

struct edge {
    size_t from, to;
};

struct member {
    char *name; /* in the list; the name of the host is in the words */
    struct host_list_words words;
    char *own_address; /* of kubespray: where the other nodes reach it */
    int line;
    enum host_list_rank rank; /* of what names its role; NONE: nothing does */
    bool server;
    const char *from;
};

/* Hosts that are in groups of both roles. */
struct contradiction {
    const char *server, *agent; /* borrowed */
    bool taken_as_server;
    struct rw_buf hosts;
    int line;
};

struct host_list_groups {
    struct host_list_reader *reader;
    struct group *items;
    size_t count;
    struct member *hosts;
    size_t host_count;
    size_t *placed; /* the hosts that were put into a group last */
    size_t placed_count;
    struct edge *places; /* host in group */
    size_t place_count;
    struct edge *parents; /* group in group */
    size_t parent_count;
    bool *in; /* by host and group: whether it is in it, or in a group of it */
    struct contradiction *contradictions;
    size_t contradiction_count;
};

#endif
