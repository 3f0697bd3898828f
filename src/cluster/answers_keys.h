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
};

/* What a value is in the file -> in memory. */
enum rw_answers_kind {
    RW_ANSWERS_FORMAT, /* the number 1 -> nothing */
    RW_ANSWERS_TEXT,   /* scalar -> char * */
    RW_ANSWERS_PATH,   /* scalar -> char *, expanded */
    RW_ANSWERS_TOKEN,  /* scalar -> char *, secret */
    RW_ANSWERS_PORT,   /* number -> int */
    RW_ANSWERS_FLAG,   /* true, false -> bool */
    RW_ANSWERS_ROLE,   /* server, agent -> enum rw_role */
    RW_ANSWERS_SANS,   /* list of scalars -> tls_san */
    RW_ANSWERS_MAP,    /* mapping -> the keys of the scope `inner` */
    RW_ANSWERS_HOSTS,  /* list of mappings -> hosts */
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
    bool (*check)(const char *text); /* TEXT, PATH, SANS; others know their own */
    enum rw_answers_scope inner;     /* MAP, HOSTS */
    const char *expected;            /* translatable; completes "“key” must be …" */
};

#define RW_ANSWERS_KEY_COUNT 22
extern const struct rw_answers_key rw_answers_keys[RW_ANSWERS_KEY_COUNT];

/* The key of this name in one of the scopes (bits), or NULL. */
const struct rw_answers_key *rw_answers_key(const char *name, unsigned scopes);

/* The address of a key's field; host is NULL outside of hosts. */
void *rw_answers_field(const struct rw_answers_key *key, struct rw_cluster *cluster,
                       struct rw_host *host);

#endif
