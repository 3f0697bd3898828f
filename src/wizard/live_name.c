/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that are given by their address alone: each gets the name that it has itself. */
#include <stdlib.h>

#include "cluster/names.h"
#include "wizard/wizard_private.h"

static bool has_name(const struct rw_wizard *wizard, size_t host)
{
    const char *name = wizard->document->cluster->hosts[host].name;
    return name && *name;
}

/* The name that a host has itself, in lower case, as RKE2 names its node; NULL: none is known, or
 * no node can have it. To free(). */
static char *own_name(const struct rw_wizard *wizard, size_t host)
{
    const struct live_facts *facts = live_facts_of(&wizard->live, wizard->document->ids[host]);
    if (!facts || !facts->own.read || !facts->own.hostname)
        return NULL;
    char *own = rw_names_canonical(facts->own.hostname);
    if (rw_names_is_node(own))
        return own;
    free(own);
    return NULL;
}

bool live_name_hosts(struct rw_wizard *wizard)
{
    bool changed = false;
    for (size_t i = 0; i < wizard->document->cluster->host_count; i++) {
        char *own = has_name(wizard, i) ? NULL : own_name(wizard, i);
        changed = (own && rw_document_set(wizard->document, (int)i, "name", own)) || changed;
        free(own);
    }
    return changed;
}

bool live_awaits_name(const struct rw_wizard *wizard, size_t host)
{
    const struct live_facts *facts = live_facts_of(&wizard->live, wizard->document->ids[host]);
    if (has_name(wizard, host))
        return false;
    char *own = own_name(wizard, host);
    bool awaits = own || !facts || facts->state == FACTS_ASKED;
    free(own);
    return awaits;
}

bool rw_wizard_host_is_asked(const struct rw_wizard *wizard, size_t host)
{
    enum rw_wizard_host_state state = rw_wizard_host(wizard, host).state;
    return !has_name(wizard, host) &&
           (state == RW_WIZARD_HOST_CONNECTING || state == RW_WIZARD_HOST_ASKING);
}

const char *rw_wizard_host_name(const struct rw_host *host)
{
    return host->name && *host->name ? host->name : host->address;
}
