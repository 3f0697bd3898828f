/* Keys of config.yaml that cannot be changed for what exists already. Source: RKE2 documentation,
 * "Server Configuration Reference" (critical configuration values), "Advanced Options" (labels and
 * taints count at registration). Pure. */
#ifndef RW_RKE2_FIXED_H
#define RW_RKE2_FIXED_H

#include <stdbool.h>
#include <stddef.h>

struct rw_rke2_fixed {
    const char *key;
    const char *otherwise; /* what RKE2 takes when it is not set; NULL: follows from other keys */
    bool at_join;          /* of a node, from when it joined; else of the whole cluster */
};

/* Ended by an entry without a key. */
extern const struct rw_rke2_fixed rw_rke2_fixed[];

/* The value of a key in a config.yaml that rw_rke2_config() wrote, a list with commas, to free();
 * NULL when it is not set. */
char *rw_rke2_config_value(const char *config, const char *key);

#endif
