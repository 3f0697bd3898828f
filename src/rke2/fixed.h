/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of config.yaml that cannot be changed for what exists already: those of the table of
 * settings that are fixed, and those that we never write. Source: RKE2 documentation, "Server
 * Configuration Reference" (critical configuration values), "Advanced Options" (labels and taints
 * count at registration). Pure. */
#ifndef RW_RKE2_FIXED_H
#define RW_RKE2_FIXED_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/settings.h"
#include "rke2/config_file.h"

struct rw_rke2_fixed {
    const char *key;
    enum rw_setting_kind kind; /* TEXT, FLAG, NUMBER, or NAMES for a list */
    const char *otherwise;     /* what RKE2 takes when it is not set */
    enum rw_setting_fixed since;
    const struct rw_setting *setting; /* NULL: we never write it */
    bool everywhere;                  /* RKE2 refuses a server with another value than the others */
};

/* Gives one after the other: *at begins with 0; false at the end. Settings that have a finding of
 * their own (rw_setting.apart) are not among them. */
bool rw_rke2_fixed_next(size_t *at, struct rw_rke2_fixed *fixed);

/* The wanted value of a node, as text, a list with commas, to free(). */
char *rw_rke2_fixed_wanted(const struct rw_rke2_fixed *fixed, const struct rw_rke2_node *node);

/* Whether the value found on a host equals the wanted one: numbers and flags in any spelling that
 * RKE2 understands, lists in any order. */
bool rw_rke2_fixed_same(const struct rw_rke2_fixed *fixed, const char *found, const char *wanted);

/* What RKE2 takes for a key that is not set, as far as we know of one; "" else. Static. */
const char *rw_rke2_default(const char *key);

#endif
