/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/dns_verdict.h"
#include "cluster/names.h"

struct rw_dns_asker *rw_dns_evidence_asker(struct rw_dns_evidence *evidence, int host,
                                           const char *server)
{
    struct rw_dns_asker *asker = rw_array_add(evidence->askers, evidence->asker_count);
    asker->host = host;
    asker->server = rw_strdup(server);
    return asker;
}

struct rw_dns_round *rw_dns_asker_round(struct rw_dns_asker *asker, enum rw_dns_code code)
{
    struct rw_dns_round *round = rw_array_add(asker->rounds, asker->round_count);
    round->code = code;
    return round;
}

/* Puts the one spelling of an address into text; false when it is none. */
static bool spell(char text[RW_DNS_ADDRESS_SIZE], const char *address)
{
    if (!rw_names_is_ip(address))
        return false;
    char *canonical = rw_names_canonical(address);
    size_t length = strlen(canonical);
    bool fits = length < RW_DNS_ADDRESS_SIZE;
    if (fits)
        memcpy(text, canonical, length + 1);
    free(canonical);
    return fits;
}

static bool holds(const struct rw_dns_round *round, const char *text)
{
    for (size_t i = 0; i < round->count; i++)
        if (strcmp(round->items[i].text, text) == 0)
            return true;
    return false;
}

void rw_dns_round_add(struct rw_dns_round *round, const char *address, int ttl)
{
    char text[RW_DNS_ADDRESS_SIZE];
    if (!spell(text, address) || holds(round, text) || round->count >= RW_DNS_ADDRESSES_MAX)
        return;
    struct rw_dns_address *item = rw_array_add(round->items, round->count);
    memcpy(item->text, text, sizeof item->text);
    item->v6 = strchr(text, ':') != NULL;
    item->ttl = ttl;
}

void rw_dns_evidence_own(struct rw_dns_evidence *evidence, size_t host, const char *address)
{
    char text[RW_DNS_ADDRESS_SIZE];
    if (!spell(text, address))
        return;
    struct rw_dns_own *own = rw_array_add(evidence->own, evidence->own_count);
    own->host = host;
    memcpy(own->text, text, sizeof own->text);
}

void rw_dns_evidence_done(struct rw_dns_evidence *evidence)
{
    for (size_t i = 0; i < evidence->asker_count; i++) {
        struct rw_dns_asker *asker = &evidence->askers[i];
        for (size_t k = 0; k < asker->round_count; k++)
            free(asker->rounds[k].items);
        free(asker->rounds);
        free(asker->server);
        free(asker->target);
        free(asker->not_asked);
    }
    free(evidence->askers);
    free(evidence->own);
    memset(evidence, 0, sizeof *evidence);
}

bool rw_dns_asker_varies(const struct rw_dns_asker *asker)
{
    const struct rw_dns_round *first = NULL;
    for (size_t i = 0; i < asker->round_count; i++) {
        const struct rw_dns_round *round = &asker->rounds[i];
        if (round->code != RW_DNS_OK)
            continue;
        if (!first)
            first = round;
        bool same = round->count == first->count;
        for (size_t k = 0; same && k < round->count; k++)
            same = holds(first, round->items[k].text);
        if (!same)
            return true;
    }
    return false;
}
