/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a cluster and of its hosts: one table, a row a setting, that holds all there is
 * to say of one. From it are read, written, copied and compared the values (settings_value.c,
 * answers_*.c, cluster.c); judged and asked for (wizard/document*.c, the screens, the line mode);
 * listed for the review (wizard/review.c); written to config.yaml and compared with that of a host
 * (rke2/config_file.c, rke2/fixed.c); and described in docs/answers.md and
 * data/answers.schema.json. */
#ifndef RW_CLUSTER_SETTINGS_H
#define RW_CLUSTER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "cluster/cluster.h"

/* The mappings of the answers file in which a key may stand; bits. */
enum rw_setting_scope {
    RW_SCOPE_TOP = 1,
    RW_SCOPE_RKE2 = 2,
    RW_SCOPE_SSH = 4,
    RW_SCOPE_HOST = 8,
    RW_SCOPE_PROXY = 16,
    RW_SCOPE_REGISTRY = 32,
};

/* The type of a value in the file -> in memory. */
enum rw_setting_kind {
    RW_SETTING_FORMAT,    /* the number 1 -> nothing */
    RW_SETTING_TEXT,      /* scalar -> char *; one of `choices` where there are some */
    RW_SETTING_PATH,      /* scalar -> char *, expanded */
    RW_SETTING_SECRET,    /* scalar -> char *, wiped when it goes */
    RW_SETTING_NUMBER,    /* number from `min` to `max` -> int, 0: not set */
    RW_SETTING_FLAG,      /* true, false -> bool */
    RW_SETTING_ROLE,      /* one of `choices` -> enum rw_role */
    RW_SETTING_PROXY_URL, /* scalar -> char *, without the password in it, which goes to the proxy
                           */
    RW_SETTING_NAMES,     /* list of scalars -> char **, and their number */
    RW_SETTING_MAP,       /* mapping -> the keys of the scope `inner` */
    RW_SETTING_HOSTS,     /* list of mappings -> hosts */
};

/* The struct that holds the field. */
enum rw_setting_owner {
    RW_SETTING_NOWHERE,
    RW_SETTING_IN_CLUSTER,
    RW_SETTING_IN_HOST,
    RW_SETTING_IN_LOGIN, /* of the host, or of the cluster outside of hosts */
};

/* Where people are asked for a setting of the cluster; hosts have a form for all of theirs. */
enum rw_setting_group {
    RW_GROUP_NONE,
    RW_GROUP_NAME, /* beside the check of DNS */
    RW_GROUP_MAIN,
    RW_GROUP_ADVANCED, /* folded away: most clusters leave it as it is */
};

/* How it stands in config.yaml. */
enum rw_setting_form {
    RW_CONFIG_NOT,
    RW_CONFIG_SCALAR,
    RW_CONFIG_LIST,
    RW_CONFIG_ITEMS, /* items of a list to which several settings may add; such lists come last */
};

/* From when on it cannot be changed. Source: RKE2 documentation, "Server Configuration Reference"
 * (critical configuration values), "Advanced Options" (labels and taints count at registration). */
enum rw_setting_fixed {
    RW_FIXED_NEVER,
    RW_FIXED_AT_JOIN, /* of a node, from when it joined */
    RW_FIXED_CLUSTER, /* from when the cluster was founded */
};

#define RW_SERVERS   (1u << RW_ROLE_SERVER)
#define RW_AGENTS    (1u << RW_ROLE_AGENT)
#define RW_ALL_NODES (RW_SERVERS | RW_AGENTS)

struct RW_ROW rw_setting {
    /* In the answers file. */
    const char *key;
    const char *id;  /* of the cluster: its name where there are no mappings; NULL: the key */
    unsigned scopes; /* none: it is kept in memory alone */
    bool required;   /* in its mapping */
    const char *with, *unless; /* ids: it counts only when that one is set, or not set; or NULL */

    /* Its value. */
    enum rw_setting_kind kind;
    enum rw_setting_owner owner;
    size_t offset;
    size_t count_offset;             /* NAMES */
    bool (*check)(const char *text); /* TEXT, PATH, PROXY_URL, NAMES; others know their own */
    const char *const *choices;      /* ended by NULL; or NULL */
    int min, max;                    /* NUMBER */
    const char *otherwise;           /* the default, as it is written; NULL: none */
    enum rw_setting_scope inner;     /* MAP, HOSTS */
    const char *expected;            /* translatable; completes "“key” must be …" */

    /* For people; all translatable. */
    enum rw_setting_group group;
    const char *label, *help;
    const char *option;   /* FLAG: what is chosen, beside its label */
    const char *words[2]; /* FLAG: in the review, when it is false and true */
    const char *title;    /* in the review; NULL: label */
    const char *set;      /* in the review: with %s for the value, or in its place; NULL: "%s" */
    const char *unset;    /* in the review: when it has no value, NULL: "-"; "": it is left out */
    const char *brief;    /* ADVANCED: with %s for the value, in the line for what is folded away */

    /* In config.yaml; see rke2/config_file.c. */
    struct {
        const char *key; /* NULL: it does not stand there */
        enum rw_setting_form form;
        unsigned roles;   /* of the nodes that get it */
        const char *text; /* FLAG: what is written when it is not as by default; NULL: its value */
    } config;
    enum rw_setting_fixed fixed;
    bool apart; /* fixed, and another value on a host has a finding of its own */
};

/* In the order in which the writer puts them and people are asked. */
extern const struct rw_setting rw_settings[];
extern const size_t rw_setting_count;

/* The setting with this key in one of the scopes (bits), or NULL. */
const struct rw_setting *rw_setting_find(const char *key, unsigned scopes);
/* The setting of the cluster with this id, or NULL. */
const struct rw_setting *rw_setting_of_cluster(const char *id);
/* Its id: what it is called where there are no mappings. */
const char *rw_setting_id(const struct rw_setting *setting);

/* ---- settings_value.c: its value ---- */

/* The address of its field; host is NULL outside of hosts. NULL when there is no struct for it. */
void *rw_setting_field(const struct rw_setting *setting, const struct rw_cluster *cluster,
                       const struct rw_host *host);
/* The number of its items, of kind NAMES. */
size_t *rw_setting_items(const struct rw_setting *setting, const struct rw_cluster *cluster);

/* Whether the text is a possible value, of a list: a possible item. */
bool rw_setting_allows(const struct rw_setting *setting, const char *text);
/* Sets the field of a NUMBER, FLAG or ROLE; false when the text is not possible. */
bool rw_setting_parse(const struct rw_setting *setting, void *field, const char *text);
/* The value as text, the items of a list with commas; "" when it is not set; to free(), a secret to
 * rw_secret_free(). */
char *rw_setting_text(const struct rw_setting *setting, const struct rw_cluster *cluster,
                      const struct rw_host *host);
/* Whether there is a value: a text, an item, a number; a flag and a role always have one. */
bool rw_setting_is_set(const struct rw_setting *setting, const struct rw_cluster *cluster,
                       const struct rw_host *host);
/* Whether the value is the default; where there is none, whether it is not set. */
bool rw_setting_is_default(const struct rw_setting *setting, const struct rw_cluster *cluster,
                           const struct rw_host *host);
/* Whether it means something, by the two settings of which that may depend. */
bool rw_setting_counts(const struct rw_setting *setting, const struct rw_cluster *cluster,
                       const struct rw_host *host);

/* Both fields are of the same setting; `to` holds nothing. */
void rw_setting_copy(const struct rw_setting *setting, struct rw_cluster *to,
                     struct rw_host *to_host, const struct rw_cluster *from,
                     const struct rw_host *from_host);
bool rw_setting_equal(const struct rw_setting *setting, const struct rw_cluster *a,
                      const struct rw_host *a_host, const struct rw_cluster *b,
                      const struct rw_host *b_host);
/* Frees the value and leaves none. */
void rw_setting_release(const struct rw_setting *setting, struct rw_cluster *cluster,
                        struct rw_host *host);

#endif
