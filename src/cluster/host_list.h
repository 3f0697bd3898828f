/* SPDX-License-Identifier: Apache-2.0 */
/* A list of hosts that somebody pasted, or a file of another program: lines, CSV, an Ansible
 * inventory (INI), or an answers file. Pure. */
#ifndef RW_CLUSTER_HOST_LIST_H
#define RW_CLUSTER_HOST_LIST_H

#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"

#define RW_HOST_LIST_LIMIT 1000u /* further hosts are left out, with a finding */

enum rw_host_list_form {
    RW_HOST_LIST_LINES, /* name address role [user], separated by blanks */
    RW_HOST_LIST_CSV,   /* the same, or in the order of a head line; separated by , or ; */
    RW_HOST_LIST_INI,   /* Ansible: [servers], [agents] and the like; ansible_host and its kin */
    RW_HOST_LIST_YAML,  /* an answers file, finished or not; its hosts count */
};

/* `struct rw_host_list list = {0};` is empty. A value that a line did not give is NULL or 0 in the
 * login; a value that is not possible is kept, with a finding. line is that of the text. */
struct rw_host_list {
    struct rw_host *hosts;
    size_t count;
};

/* Which of the forms a text is in; every text is in one. */
enum rw_host_list_form rw_host_list_guess(const char *text);

/* Appends the hosts of a text. name is what the findings call it. "#" begins a comment; a byte
 * order mark, CRLF and empty lines do no harm; a NUL ends the text. Roles: server, master,
 * control-plane; agent, worker. A host that is in the list before keeps its place; the second one
 * is left out with a finding. */
void rw_host_list_read(struct rw_host_list *list, const char *text, const char *name,
                       struct rw_findings *findings);
void rw_host_list_done(struct rw_host_list *list);

#endif
