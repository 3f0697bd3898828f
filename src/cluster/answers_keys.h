/* The keys of the answers file: one table that the reader and the writer share. */
#ifndef RW_CLUSTER_ANSWERS_KEYS_H
#define RW_CLUSTER_ANSWERS_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"

/* The mappings in which a key may stand; bits. */
enum rw_answers_scope {
    RW_ANSWERS_TOP = 1,
    RW_ANSWERS_RKE2 = 2,
    RW_ANSWERS_SSH = 4,
    RW_ANSWERS_HOST = 8,
    RW_ANSWERS_PROXY = 16,
    RW_ANSWERS_REGISTRY = 32,
};

/* What a value is in the file -> in memory. */
enum rw_answers_kind {
    RW_ANSWERS_FORMAT,    /* the number 1 -> nothing */
    RW_ANSWERS_TEXT,      /* scalar -> char * */
    RW_ANSWERS_PATH,      /* scalar -> char *, expanded */
    RW_ANSWERS_TOKEN,     /* scalar -> char *, secret */
    RW_ANSWERS_PORT,      /* number -> int */
    RW_ANSWERS_FLAG,      /* true, false -> bool */
    RW_ANSWERS_ROLE,      /* server, agent -> enum rw_role */
    RW_ANSWERS_PROXY_URL, /* scalar -> char *, without the password in it, which goes to the proxy
                           */
    RW_ANSWERS_NAMES,     /* list of scalars -> char **, and their number */
    RW_ANSWERS_MAP,       /* mapping -> the keys of the scope `inner` */
    RW_ANSWERS_HOSTS,     /* list of mappings -> hosts */
};

/* The struct that holds the field. */
enum rw_answers_owner {
    RW_ANSWERS_IN_CLUSTER,
    RW_ANSWERS_IN_HOST,
    RW_ANSWERS_IN_LOGIN, /* of the host, or of the cluster outside of hosts */
};

struct rw_answers_key {
    const char *name;
    unsigned scopes;
    bool required;
    enum rw_answers_kind kind;
    enum rw_answers_owner owner;
    size_t offset;
    size_t count_offset;             /* NAMES */
    bool (*check)(const char *text); /* TEXT, PATH, PROXY_URL, NAMES; others know their own */
    enum rw_answers_scope inner;     /* MAP, HOSTS */
    const char *expected;            /* translatable; completes "“key” must be …" */
    const char *alias; /* of the cluster: its name where there are no mappings; NULL: the same */
};

#define RW_ANSWERS_KEY_COUNT 30
extern const struct rw_answers_key rw_answers_keys[RW_ANSWERS_KEY_COUNT];

/* The key of this name in one of the scopes (bits), or NULL. */
const struct rw_answers_key *rw_answers_key(const char *name, unsigned scopes);

/* The key of a value of the cluster, by its alias or its name; or NULL. */
const struct rw_answers_key *rw_answers_key_of_cluster(const char *alias);

/* The number of a list, of kind NAMES. */
size_t *rw_answers_count(const struct rw_answers_key *key, struct rw_cluster *cluster);

/* The address of a key's field; host is NULL outside of hosts. */
void *rw_answers_field(const struct rw_answers_key *key, struct rw_cluster *cluster,
                       struct rw_host *host);

#endif
