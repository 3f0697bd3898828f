/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an answers file: no crash, no hang, and what is accepted reads back the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cluster/answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct rw_cluster *cluster)
{
    struct rw_findings findings = {0};
    char *text = rw_answers_write(cluster, true);
    struct rw_cluster *again =
        rw_answers_parse(text, strlen(text), "again.yaml", "/answers", &findings);
    if (!again || !rw_cluster_equal(cluster, again)) {
        fprintf(stderr, "does not read back the same:\n%s", text);
        abort();
    }
    free(text);
    rw_findings_done(&findings);
    rw_cluster_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster =
        rw_answers_parse((const char *)data, size, "fuzz.yaml", "/answers", &findings);
    bool failed = rw_findings_at_least(&findings, RW_SEVERITY_FAIL) > 0;
    if (failed == (cluster != NULL))
        abort();
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings.count; i++)
        rw_finding_print(&out, &findings.items[i]);
    rw_buf_done(&out);
    if (cluster)
        check_round_trip(cluster);
    rw_cluster_free(cluster);
    rw_findings_done(&findings);
    return 0;
}
