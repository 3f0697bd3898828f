/* SPDX-License-Identifier: Apache-2.0 */
/* The document of the wizard: a cluster that need not be valid yet. An invalid value is kept as it
 * was typed, and reported as a problem. Pure; nothing here reads or writes a file. */
#ifndef RW_WIZARD_DOCUMENT_H
#define RW_WIZARD_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/settings.h"
#include "cluster/cluster.h"
#include "cluster/host_list.h"
#include "finding/finding.h"

#define RW_DOCUMENT_CLUSTER (-1) /* in place of a host: the cluster itself */

/* A text typed where only a number or a word fits. */
struct rw_document_wrong {
    unsigned id; /* of the host, 0: the cluster */
    const struct rw_setting *key;
    char *text;
};

struct rw_document {
    struct rw_cluster *cluster;
    unsigned *ids; /* by host: names it for good, wherever it is moved; from 1 */
    unsigned last_id;
    unsigned revision; /* counts the changes */
    struct rw_document_wrong *wrong;
    size_t wrong_count;
};

/* Takes the cluster over; NULL: an empty one. */
struct rw_document *rw_document_new(struct rw_cluster *cluster);
void rw_document_free(struct rw_document *document);
/* All of it, ids too; to rw_document_free(). */
struct rw_document *rw_document_copy(const struct rw_document *from);

/* ---- one value ----
 *
 * host is an index, or RW_DOCUMENT_CLUSTER; key is that of the answers file: "name", "address",
 * "role", "user", "port", "key", "password-file", "sudo-password-file", "jump", "jump-key" of a
 * host; those of ssh and the cluster by their aliases where they have one: "cluster",
 * "registration-name", "tls-san", "servers-run-workloads", "rke2-version", "channel", "cni",
 * "source", "proxy", "no-proxy", "proxy-password-file", "system-default-registry". An unknown key
 * aborts. */

/* Sets a value as typed, without the blanks around it; "" takes it away, which brings a default
 * back where there is one. Names of a list are separated by blanks or commas. A password in the
 * address of a proxy is not shown by the call below; see wizard.h. A value that all hosts share
 * also changes in each host that did not differ. True when the value is possible. */
bool rw_document_set(struct rw_document *document, int host, const char *key, const char *text);
/* The value as text, "" when it is not set; to free(). */
char *rw_document_get(const struct rw_document *document, int host, const char *key);
/* The rule for the value, translated by the caller; static. */
const char *rw_document_expected(int host, const char *key);

/* ---- hosts ---- */

/* Adds a host at the end, with the login that all share: a server while there are fewer than three,
 * else an agent. Gives its index. */
size_t rw_document_add_host(struct rw_document *document);
/* The host that a new one replaces: that of the same name, or of the same address where the new one
 * has no name; -1: none. */
int rw_document_host_like(const struct rw_document *document, const struct rw_host *host);
/* Adds the hosts of a list, or puts them in the place of those that they replace; one without a
 * name leaves the name there. Gives how many came: of a refused list none. */
size_t rw_document_add_list(struct rw_document *document, const struct rw_host_list *list);
void rw_document_remove_host(struct rw_document *document, size_t host);
void rw_document_move_host(struct rw_document *document, size_t from, size_t to);
/* Makes a host a server and puts it before all other servers. */
void rw_document_first_server(struct rw_document *document, size_t host);
/* The index of the host with this id, or -1. */
int rw_document_host_by_id(const struct rw_document *document, unsigned id);

/* ---- problems ---- */

enum rw_document_area {
    RW_DOCUMENT_HOSTS,
    RW_DOCUMENT_NAME, /* the registration name */
    RW_DOCUMENT_SETTINGS,
    RW_DOCUMENT_AREAS,
};

struct rw_document_problem {
    enum rw_document_area area;
    int host;        /* or RW_DOCUMENT_CLUSTER */
    const char *key; /* the field concerned, or NULL: no single one; static */
};

/* findings.items[i] is about items[i]. `struct rw_document_problems problems = {0};` is empty. */
struct rw_document_problems {
    struct rw_document_problem *items;
    struct rw_findings findings;
};

/* Everything that is wrong or missing, and warnings; in the order of the fields. {where} is in the
 * current language: the name of the host, or its number. */
void rw_document_check(const struct rw_document *document, struct rw_document_problems *problems);
void rw_document_problems_done(struct rw_document_problems *problems);

/* A name for a cluster behind this registration name, to free(): "rke2-example-com". */
char *rw_document_suggest_name(const char *registration_name);

#endif
