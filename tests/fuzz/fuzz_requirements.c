/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a requirements file: no crash, no hang; what is refused leaves the list as it was
 * and reports why, and what is accepted can be judged by. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "check/requirements.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char first[] =
    "version: 1\nrequirements:\n"
    "- {check: cpu, hosts: all, needs: 2, severity: fail, finding: R-10, source: rke2}\n"
    "- {check: swap, hosts: all, severity: warn, finding: R-39, source: rke2}\n";

static void check(const struct rw_requirements *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct rw_requirement *r = &list->items[i];
        if (r->check >= RW_CHECK_COUNT || r->hosts == 0 || r->needs < 0 || r->tolerance < 0 ||
            r->tolerance > 50 || !r->source || !rw_requirement_source(r))
            abort();
        free(rw_requirement_value(rw_check_unit(r->check), r->needs));
        if (!rw_requirement_met(r, r->needs))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rw_requirements list = {0};
    struct rw_findings findings = {0};
    struct rw_buf out = {0};
    if (rw_requirements_parse(&list, first, sizeof first - 1, "first.yaml", &findings) != 0)
        abort();
    size_t before = list.count;
    int rc = rw_requirements_parse(&list, (const char *)data, size, "fuzz.yaml", &findings);
    if ((rc == 0) != (findings.count == 0) || (rc != 0 && list.count != before) ||
        findings.count > RW_REQUIREMENTS_PROBLEM_MAX)
        abort();
    check(&list);
    for (size_t i = 0; i < findings.count; i++)
        rw_finding_print(&out, &findings.items[i]);
    rw_buf_done(&out);
    rw_findings_done(&findings);
    rw_requirements_done(&list);
    return 0;
}
