/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a pasted list of hosts: no crash, no hang, no name or address twice. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/host_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_names(const struct rw_host_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t j = 0; j < i; j++)
            if (list->hosts[i].name && list->hosts[j].name &&
                strcasecmp(list->hosts[i].name, list->hosts[j].name) == 0)
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = rw_strndup((const char *)data, size);
    struct rw_host_list list = {0};
    struct rw_findings findings = {0};
    rw_host_list_read(&list, text, "pasted", &findings);
    if (list.count > RW_HOST_LIST_LIMIT)
        abort();
    /* Answers are checked for duplicates as a whole, elsewhere. */
    if (rw_host_list_guess(text) != RW_HOST_LIST_YAML)
        check_names(&list);
    if (list.count == 0 && findings.count == 0)
        abort();
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings.count; i++)
        rw_finding_print(&out, &findings.items[i]);
    rw_buf_done(&out);
    rw_findings_done(&findings);
    rw_host_list_done(&list);
    free(text);
    return 0;
}
