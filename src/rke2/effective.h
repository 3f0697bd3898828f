/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration that RKE2 takes out of its files: config.yaml, then the files beside it in the
 * order of their names. A later file replaces a key, "key+" appends to it. Source: k3s
 * pkg/configfilearg/parser.go (readConfigFile, dotDFiles, toSlice); a scalar without quotes is read
 * by the rules of gopkg.in/yaml.v2. Pure. */
#ifndef RW_RKE2_EFFECTIVE_H
#define RW_RKE2_EFFECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct rw_rke2_key {
    char *name;
    char **values; /* of a scalar one, of an empty list none */
    size_t count;
    char *file; /* the last one that sets it */
};

/* `struct rw_rke2_effective config = {0};` is empty. */
struct rw_rke2_effective {
    struct rw_rke2_key *keys; /* in the order in which they came first */
    size_t count;
};

/* Adds a file, in the order in which RKE2 reads them. RW_ESYNTAX with nothing added: it is no YAML,
 * or no mapping; RKE2 would not start. */
int rw_rke2_effective_add(struct rw_rke2_effective *config, const char *file, const char *text,
                          struct rw_error *err);
void rw_rke2_effective_done(struct rw_rke2_effective *config);

/* Borrowed; NULL: not set. */
const struct rw_rke2_key *rw_rke2_effective_find(const struct rw_rke2_effective *config,
                                                 const char *key);
/* The value of a key as text, a list with commas, "" when it is not set; to free(). */
char *rw_rke2_effective_text(const struct rw_rke2_effective *config, const char *key);

/* The keys that RKE2 takes differently from the two, with ", " between them, "" when there are
 * none; without those of `but` (ended by NULL); to free(). A key that is set to RKE2's own default
 * is the same as none, and the items of a list may come in any order. */
char *rw_rke2_effective_differing(const struct rw_rke2_effective *one,
                                  const struct rw_rke2_effective *other, const char *const *but);

#endif
