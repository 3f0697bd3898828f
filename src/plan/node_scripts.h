/* SPDX-License-Identifier: Apache-2.0 */
/* The shell scripts of data/node/, built into the program. */
#ifndef RW_PLAN_NODE_SCRIPTS_H
#define RW_PLAN_NODE_SCRIPTS_H

struct rw_node_script {
    const char *name; /* file name without folder and ".sh" */
    const char *text;
};

/* Ended by an entry whose name is NULL. */
extern const struct rw_node_script rw_node_scripts[];

/* The text of a script. The name is one of ours: an unknown one ends the program. */
const char *rw_node_script(const char *name);

struct rw_buf;
/* Appends what goes to a host: lib.sh and the script. */
void rw_node_script_add(struct rw_buf *out, const char *name);

#endif
