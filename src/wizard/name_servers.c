/* SPDX-License-Identifier: Apache-2.0 */
/* Name servers that are typed at step 3, in place of those of this machine. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "cluster/names.h"
#include "wizard/wizard_private.h"

#define SEPARATORS " \t\r\n,;"

static void free_list(char **list)
{
    for (size_t i = 0; list && list[i]; i++)
        free(list[i]);
    free(list);
}

void name_servers_done(struct wizard_name_servers *servers)
{
    for (size_t i = 0; i < servers->count; i++)
        free_list(servers->lists[i]);
    free(servers->lists);
    *servers = (struct wizard_name_servers){0};
}

/* The words of a text, ended by NULL; NULL when there is none. */
static char **split(const char *text)
{
    char **list = NULL;
    size_t count = 0;
    for (text += strspn(text, SEPARATORS); *text; text += strspn(text, SEPARATORS)) {
        size_t length = strcspn(text, SEPARATORS);
        *rw_array_add(list, count) = rw_strndup(text, length);
        text += length;
    }
    if (count > 0)
        *rw_array_add(list, count) = NULL;
    return list;
}

void name_servers_load(struct rw_wizard *wizard)
{
    const char *text = wizard->draft.name_servers;
    struct wizard_name_servers *servers = &wizard->name_servers;
    *rw_array_add(servers->lists, servers->count) = text ? split(text) : NULL;
}

const char *const *name_servers_list(const struct rw_wizard *wizard)
{
    const struct wizard_name_servers *servers = &wizard->name_servers;
    char **typed = servers->count ? servers->lists[servers->count - 1] : NULL;
    return typed ? (const char *const *)typed : wizard->options.name_servers;
}

const char *rw_wizard_name_servers(const struct rw_wizard *wizard)
{
    return wizard->draft.name_servers;
}

int rw_wizard_set_name_servers(struct rw_wizard *wizard, const char *text, char **wrong)
{
    char **list = split(text);
    struct rw_buf joined = {0};
    for (size_t i = 0; list && list[i]; i++) {
        if (!rw_names_is_ip(list[i])) {
            *wrong = rw_strdup(list[i]);
            free_list(list);
            rw_buf_done(&joined);
            return RW_EINVAL;
        }
        rw_buf_addf(&joined, "%s%s", i ? " " : "", list[i]);
    }
    free_list(list);
    rw_strset(&wizard->draft.name_servers, joined.len ? joined.data : NULL);
    rw_buf_done(&joined);
    name_servers_load(wizard);
    wizard_save(wizard);
    rw_wizard_recheck(wizard, RW_WIZARD_DNS);
    return 0;
}
