/* SPDX-License-Identifier: Apache-2.0 */
/* Judges the answers for the registration name. Pure: from answers to rows and findings. */
#ifndef RW_CHECK_DNS_VERDICT_H
#define RW_CHECK_DNS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "net/dns.h"

struct rw_buf;

/* ---- what is known ---- */

/* One answer. */
struct rw_dns_round {
    enum rw_dns_code code;
    struct rw_dns_address *items;
    size_t count;
};

/* Who was asked: a name server from the console, or a host's own resolver. */
struct rw_dns_asker {
    int host;                    /* index in the cluster; -1: from the console */
    char *server;                /* the name server asked; of a host, those of its resolv.conf */
    char *target;                /* where a CNAME leads, or NULL */
    bool hosts_file;             /* the answer stands in /etc/hosts */
    char *not_asked;             /* why there is no answer at all, or NULL */
    struct rw_dns_round *rounds; /* in order */
    size_t round_count;
};

struct rw_dns_evidence {
    struct rw_dns_asker *askers;
    size_t asker_count;
    /* Addresses that a host reported as its own, besides the one in the answers file. */
    struct rw_dns_own {
        size_t host;
        char text[RW_DNS_ADDRESS_SIZE];
    } *own;
    size_t own_count;
};

/* Adds an asker; server and not_asked are copied. Borrowed until the next call. */
struct rw_dns_asker *rw_dns_evidence_asker(struct rw_dns_evidence *evidence, int host,
                                           const char *server);
struct rw_dns_round *rw_dns_asker_round(struct rw_dns_asker *asker, enum rw_dns_code code);
/* Adds an address in its one spelling; what is no address is left out. */
void rw_dns_round_add(struct rw_dns_round *round, const char *address, int ttl);
void rw_dns_evidence_own(struct rw_dns_evidence *evidence, size_t host, const char *address);
void rw_dns_evidence_done(struct rw_dns_evidence *evidence);
/* Whether two answers of one asker hold different addresses: then more have to be asked for. */
bool rw_dns_asker_varies(const struct rw_dns_asker *asker);

/* ---- what it means ---- */

#define RW_DNS_TTL_MAX 60 /* seconds; a longer one is warned of */

enum rw_dns_verdict {
    RW_DNS_V_OK,
    RW_DNS_V_MISS,     /* a server that no answer holds */
    RW_DNS_V_EXTRA,    /* an address of none of the hosts */
    RW_DNS_V_AGENT,    /* an address of an agent */
    RW_DNS_V_SPLIT,    /* some askers see it, others do not */
    RW_DNS_V_ONE,      /* a server's; each answer holds a part of all */
    RW_DNS_V_STALE,    /* an /etc/hosts says something else than the name servers */
    RW_DNS_V_NXDOMAIN, /* a server's; the name does not exist */
    RW_DNS_V_REFUSED,
    RW_DNS_V_TIMEOUT,
    RW_DNS_V_UNKNOWN, /* could not be determined; never a pass */
};
/* "OK", "MISS", …, "ONE-AT-A-TIME", …; static, never translated. */
const char *rw_dns_verdict_name(enum rw_dns_verdict verdict);
/* OK, WARN, FAIL or UNKNOWN. */
enum rw_severity rw_dns_verdict_severity(enum rw_dns_verdict verdict);

enum rw_dns_kind {
    RW_DNS_KIND_UNKNOWN, /* no answer, or one only */
    RW_DNS_KIND_ALL,     /* each answer holds all addresses */
    RW_DNS_KIND_ONE,     /* each answer holds one of several */
    RW_DNS_KIND_PART,    /* each answer holds some of several */
};
/* "unknown", "all", "one-at-a-time", "part"; static. */
const char *rw_dns_kind_name(enum rw_dns_kind kind);

struct rw_dns_row {
    char *address;
    int host; /* whose it is, or -1 */
    enum rw_dns_verdict verdict;
    size_t seen;  /* askers that see it */
    size_t asked; /* askers that said anything about the name */
    int ttl;      /* the largest received, or RW_DNS_TTL_UNKNOWN */
};

struct rw_dns_verdicts {
    enum rw_dns_kind kind;
    struct rw_dns_row *rows; /* servers, then agents, then addresses of no host */
    size_t row_count;
    struct rw_findings findings;
};

/* Judges; *verdicts is to be freed by rw_dns_verdicts_done(). */
void rw_dns_judge(struct rw_dns_verdicts *verdicts, const struct rw_cluster *cluster,
                  const struct rw_dns_evidence *evidence);
void rw_dns_verdicts_done(struct rw_dns_verdicts *verdicts);
/* Whether all checks passed: no failure, and nothing undetermined. */
bool rw_dns_verdicts_pass(const struct rw_dns_verdicts *verdicts);

/* Appends the records that the name should have, one zone line for each server. */
void rw_dns_zone_lines(struct rw_buf *out, const struct rw_cluster *cluster,
                       const struct rw_dns_evidence *evidence);

#endif
