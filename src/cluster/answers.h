/* SPDX-License-Identifier: Apache-2.0 */
/* The answers file: YAML in, cluster or findings out; and back. The keys are the table in
 * settings.c; docs/answers.md explains each. */
#ifndef RW_CLUSTER_ANSWERS_H
#define RW_CLUSTER_ANSWERS_H

#include <stddef.h>

#include "base/error.h"
#include "cluster/cluster.h"
#include "finding/finding.h"

#define RW_ANSWERS_MAX         (1024u * 1024) /* a larger answers file is refused */
#define RW_ANSWERS_LIST_MAX    1000u          /* hosts, or extra names, at most */
#define RW_ANSWERS_PROBLEM_MAX 200u           /* findings at most, then a last one that says so */

/* Reads text. name is what the findings call the file ("ha-demo.yaml"), dir the folder that
 * relative paths start from. Gives a cluster to free, or NULL when a finding of severity fail was
 * added; every problem is reported, not only the first. Opens no file. */
struct rw_cluster *rw_answers_parse(const char *text, size_t size, const char *name,
                                    const char *dir, struct rw_findings *findings);

/* Reads an unfinished answers file: gives a cluster with what could be read, to free, never NULL.
 * Missing values are no problem here; invalid texts are kept, with a finding; parts that cannot be
 * stored in a cluster (unknown keys, wrong types, bad numbers) are left out, with a finding. Rules
 * about the whole file (duplicates, number of servers) are not checked. */
struct rw_cluster *rw_answers_parse_draft(const char *text, size_t size, const char *name,
                                          const char *dir, struct rw_findings *findings);
/* The same with a file, which may hold a token; its token file is not opened. NULL when the file
 * cannot be read, with a finding. */
struct rw_cluster *rw_answers_load_draft(const char *path, struct rw_findings *findings);

/* Reads the file at path with parse; then reads the token file if there is one (its first line,
 * trailing white space dropped) and warns when a file with a secret is readable by others. */
struct rw_cluster *rw_answers_load(const char *path, struct rw_findings *findings);

/* Reads cluster->token from cluster->token_file, by the rules above; false with a finding. */
bool rw_answers_read_token(struct rw_cluster *cluster, struct rw_findings *findings);

/* Reads cluster->proxy.password from its file, by the same rules; false with a finding. */
bool rw_answers_read_proxy_password(struct rw_cluster *cluster, struct rw_findings *findings);

/* Gives the cluster as an answers file, by libyaml's emitter, to free(). Passwords are never in it.
 * The token is written only when with_token is set, then in place of token-file; so is the password
 * in the address of a proxy, unless it has a file of its own. Reading the file
 * back gives the same cluster, but for the side of the token that was left out. Keys that are not
 * set are left out, so an unfinished cluster can be written too. Wipe the text after use when it
 * holds the token. */
char *rw_answers_write(const struct rw_cluster *cluster, bool with_token);

/* Checks a token by the rules of RKE2: 0, or RW_EINVAL with *reason set to a static translatable
 * text (N_). */
int rw_answers_check_token(const char *token, const char **reason);

#endif
