/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the two halves of the judgement: rows (dns_verdict.c) and findings (dns_findings.c).
 */
#ifndef RW_CHECK_DNS_JUDGE_H
#define RW_CHECK_DNS_JUDGE_H

#include "check/dns_verdict.h"

struct dns_judge {
    const struct rw_cluster *cluster;
    const struct rw_dns_evidence *evidence;
    struct rw_dns_verdicts *verdicts;
    size_t resolved; /* askers that got an address from a name server */
    size_t told;     /* name servers or resolvers that said anything about the name */
    bool nxdomain;   /* one of them said that it does not exist */
};

/* Of an asker: whether it got an address; whether a name server gave it any answer about the name;
 * the code of the last answer that was not RW_DNS_OK, else RW_DNS_OK. */
bool dns_asker_resolved(const struct rw_dns_asker *asker);
bool dns_asker_told(const struct rw_dns_asker *asker);
bool dns_asker_sees(const struct rw_dns_asker *asker, const char *address);
enum rw_dns_code dns_asker_problem(const struct rw_dns_asker *asker, size_t *times);
/* Whether both see the same addresses, as far as they can. */
bool dns_asker_agrees(const struct rw_dns_asker *a, const struct rw_dns_asker *b);
/* An address for the record of a host: that of the answers file, or its first own one, or NULL. */
const char *dns_record_address(const struct dns_judge *judge, size_t host);

void dns_add_findings(struct dns_judge *judge);
/* Lists all answers when this machine gets other ones, where that does not matter to the
 * install. */
void dns_add_aside(struct dns_judge *judge);

#endif
