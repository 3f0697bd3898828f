/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a list of hosts, in every format: no crash, no hang. A list is refused exactly when
 * a finding says why; of one that is not, every host can be taken over as it is. The lists in
 * tests/unit/data/host_list are first inputs too. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "cluster/host_list.h"
#include "cluster/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_host(const struct rw_host_list *list, size_t index)
{
    const struct rw_host *host = &list->hosts[index];
    if (!host->address || !rw_names_is_address(host->address))
        abort();
    if (host->name && !rw_names_is_node(host->name))
        abort();
    if (!list->roles_from[index] != list->proposed)
        abort();
    for (size_t i = 0; i < index; i++)
        if (host->name && list->hosts[i].name && strcasecmp(host->name, list->hosts[i].name) == 0)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rw_host_list list = {0};
    struct rw_findings findings = {0};
    rw_host_list_read(&list, (const char *)data, size, "pasted", &findings);
    if (list.refused != (rw_findings_at_least(&findings, RW_SEVERITY_FAIL) > 0))
        abort();
    if (list.count > RW_HOST_LIST_LIMIT || (list.count == 0 && !list.refused))
        abort();
    for (size_t i = 0; i < list.count && !list.refused; i++)
        check_host(&list, i);
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings.count; i++)
        rw_finding_print(&out, &findings.items[i]);
    rw_buf_done(&out);
    rw_findings_done(&findings);
    rw_host_list_done(&list);
    return 0;
}
