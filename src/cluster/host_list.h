/* SPDX-License-Identifier: Apache-2.0 */
/* A list of hosts that somebody pasted, or a file of another program. This is the one place that
 * reads such lists; which formats there are is the table in host_list.c. Pure. */
#ifndef RW_CLUSTER_HOST_LIST_H
#define RW_CLUSTER_HOST_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"

#define RW_HOST_LIST_LIMIT   1000u /* a list of more hosts is refused */
#define RW_HOST_LIST_SERVERS 3u    /* proposed where a list names no roles; one of fewer hosts */

/* `struct rw_host_list list = {0};` is empty. Strings are owned. */
struct rw_host_list {
    struct rw_host *hosts; /* what a line did not give is NULL or 0; line is that of the text */
    char **roles_from;     /* by host: the group or word that names its role; NULL: proposed */
    size_t count;
    const char *format; /* N_(): what the text was taken for; static */
    bool refused;  /* nothing of it may be used: some of it could not be read, or is not possible */
    bool proposed; /* it names no roles at all; those of the hosts are a proposal */
};

/* Reads a text of size bytes into an empty list. name is what the findings call it. LF, CR LF and
 * CR end a line alike. Every problem is reported with its line; one of severity fail makes the
 * whole list refused, and its hosts are there to be shown alone. What is understood but not taken
 * over (passwords, other variables, hosts of other groups) is named in a warning. No finding shows
 * a password. */
void rw_host_list_read(struct rw_host_list *list, const char *text, size_t size, const char *name,
                       struct rw_findings *findings);
/* Proposes the roles anew where the list names none, beside so many other hosts and servers. */
void rw_host_list_propose(struct rw_host_list *list, size_t hosts, size_t servers);
void rw_host_list_done(struct rw_host_list *list);

#endif
