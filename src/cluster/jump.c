/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/jump.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/names.h"

#define DEFAULT_PORT 22

/* Takes "address", "address:port", "[address]:port" or a bare IPv6 address. */
static bool take_place(const char *text, struct rw_jump *jump)
{
    const char *colon = strrchr(text, ':'), *port = NULL;
    int64_t number = DEFAULT_PORT;
    if (*text == '[') {
        const char *end = strchr(text, ']');
        if (!end || (end[1] && end[1] != ':'))
            return false;
        jump->address = rw_strndup(text + 1, (size_t)(end - text - 1));
        port = end[1] ? end + 2 : NULL;
        if (!strchr(jump->address, ':'))
            return false;
    } else if (colon && strchr(text, ':') == colon) {
        jump->address = rw_strndup(text, (size_t)(colon - text));
        port = colon + 1;
    } else {
        jump->address = rw_strdup(text);
    }
    if (port && (*port < '1' || rw_text_number(port, 1, 65535, &number) != 0))
        return false;
    jump->port = (int)number;
    return rw_names_is_address(jump->address);
}

/* User and key stay NULL where they are not said. */
static bool parse(const char *text, struct rw_jump *jump)
{
    const char *at = strrchr(text, '@');
    *jump = (struct rw_jump){0};
    if (at)
        jump->user = rw_strndup(text, (size_t)(at - text));
    bool good = !strchr(text, ',') && (!at || rw_names_is_user(jump->user)) &&
                take_place(at ? at + 1 : text, jump);
    if (!good)
        rw_jump_done(jump);
    return good;
}

bool rw_jump_is(const char *text)
{
    struct rw_jump jump;
    if (strcmp(text, RW_JUMP_NONE) == 0)
        return true;
    bool good = parse(text, &jump);
    rw_jump_done(&jump);
    return good;
}

bool rw_jump_of(const struct rw_login *login, struct rw_jump *jump)
{
    *jump = (struct rw_jump){0};
    if (!login->jump || strcmp(login->jump, RW_JUMP_NONE) == 0 || !parse(login->jump, jump))
        return false;
    if (!jump->user)
        jump->user = rw_strdup(login->user ? login->user : "root");
    jump->key = rw_strdup(login->jump_key ? login->jump_key : login->key);
    return true;
}

void rw_jump_done(struct rw_jump *jump)
{
    free(jump->user);
    free(jump->address);
    free(jump->key);
    *jump = (struct rw_jump){0};
}

char *rw_jump_text(const struct rw_jump *jump)
{
    bool v6 = strchr(jump->address, ':') != NULL;
    return rw_asprintf("%s@%s%s%s:%d", jump->user, v6 ? "[" : "", jump->address, v6 ? "]" : "",
                       jump->port);
}

bool rw_jump_to_servers(const struct rw_cluster *cluster)
{
    bool all = rw_cluster_servers(cluster) > 0;
    for (size_t i = 0; i < cluster->host_count; i++) {
        struct rw_jump jump;
        if (cluster->hosts[i].role != RW_ROLE_SERVER)
            continue;
        all = rw_jump_of(&cluster->hosts[i].login, &jump) && all;
        rw_jump_done(&jump);
    }
    return all;
}
