/* SPDX-License-Identifier: Apache-2.0 */
/* From a YAML document to a cluster, driven by the table of keys. Inside this folder only. */
#ifndef RW_CLUSTER_ANSWERS_READ_H
#define RW_CLUSTER_ANSWERS_READ_H

#include <stddef.h>
#include <yaml.h>

#include "cluster/settings.h"
#include "cluster/cluster.h"
#include "finding/finding.h"

struct rw_answers_reader {
    const char *name; /* what the findings call the file */
    const char *dir;  /* where relative paths start, or NULL */
    bool has_aliases; /* the scan met one */
    bool draft;       /* unfinished: what is missing is no problem, what is wrong is kept */
    yaml_document_t *document;
    struct rw_cluster *cluster;
    const yaml_node_t **host_nodes; /* the mapping of each of cluster->hosts */
    size_t host_node_count;
    struct rw_findings *findings;
    struct rw_findings spare; /* takes what goes beyond RW_ANSWERS_PROBLEM_MAX */
    size_t problems;          /* findings of severity fail so far */
};

/* ---- answers_read.c: mappings ---- */

/* Reads the whole document into reader->cluster. */
void rw_answers_read(struct rw_answers_reader *reader);
/* The value of a key in a mapping, the first if there are more, or NULL; borrowed. */
const yaml_node_t *rw_answers_find(yaml_document_t *document, const yaml_node_t *mapping,
                                   const char *key);
/* The node that an item of a list or a pair refers to; borrowed. */
const yaml_node_t *rw_answers_node(yaml_document_t *document, int index);
/* Whether a node is only an alias, seen by its place: not after *last, the place read so far, which
 * moves on. The scan has reported the alias; problems of the node itself are reported at its own
 * place. */
bool rw_answers_is_alias(const struct rw_answers_reader *reader, const yaml_node_t *node,
                         size_t *last);

/* ---- answers_check.c: what needs more than one value: duplicates, no server, … ---- */

void rw_answers_check(struct rw_answers_reader *reader);

/* ---- answers_value.c: scalars and lists of them ---- */

/* Reads one value that is no mapping into its field. */
void rw_answers_read_value(struct rw_answers_reader *reader, const struct rw_setting *key,
                           const yaml_node_t *node, struct rw_host *host);
/* Whether the node is a list of acceptable length; adds a finding if not. */
bool rw_answers_is_list(struct rw_answers_reader *reader, const struct rw_setting *key,
                        const yaml_node_t *node);
/* The text of a scalar node; borrowed. */
const char *rw_answers_scalar(const yaml_node_t *node);

/* Adds a finding with {where} set to the mark; the caller sets its other parameters. Beyond a
 * limit it goes nowhere. Borrowed, until the next one is added. */
struct rw_finding *rw_answers_problem(struct rw_answers_reader *reader, enum rw_finding_id id,
                                      yaml_mark_t mark);
void rw_answers_wrong_type(struct rw_answers_reader *reader, const struct rw_setting *key,
                           const yaml_node_t *node);

#endif
