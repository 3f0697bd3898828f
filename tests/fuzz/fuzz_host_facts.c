/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as reports of hosts: no crash, no hang; every row has all its texts, every failure its
 * finding, and a host that did not answer to the end never passes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "check/host_judge.h"
#include "cluster/answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char answers[] = "version: 1\ncluster: demo\nregistration-name: rke2.example.org\n"
                              "token: secret\nhosts:\n"
                              "- {name: a, address: 192.0.2.1, role: server}\n"
                              "- {name: b, address: 192.0.2.2, role: agent}\n";

static void check(const struct rw_host_verdicts *verdicts, const struct rw_host_facts *facts)
{
    for (size_t i = 0; i < verdicts->row_count; i++) {
        const struct rw_host_row *row = &verdicts->rows[i];
        if (!row->found || !row->needed || !row->source || row->host > 1 ||
            row->finding >= (int)verdicts->findings.count ||
            (row->severity > RW_SEVERITY_UNKNOWN && row->finding < 0))
            abort();
    }
    if (facts->clock_end_ms < 0 && rw_host_verdicts_pass(verdicts))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster =
        rw_answers_parse(answers, sizeof answers - 1, "fuzz.yaml", "/", &findings);
    static struct rw_requirements requirements; /* read once */
    struct rw_host_facts facts[2] = {{0}, {0}};
    struct rw_host_verdicts verdicts = {0};
    struct rw_reply reply = {0};
    struct rw_buf out = {0};
    if (requirements.count == 0)
        rw_requirements_init(&requirements);
    rw_reply_parse(&reply, (const char *)data, size);
    for (int i = 0; i < 2; i++) {
        facts[i].sent_ms = size % 3 ? 1700000000000 : 0;
        facts[i].arrived_ms = 1700000000400;
        rw_host_facts_read(&facts[i], &reply);
    }
    rw_hosts_judge(&verdicts, cluster, &requirements, facts);
    check(&verdicts, &facts[0]);
    for (size_t i = 0; i < verdicts.findings.count; i++)
        rw_finding_print(&out, &verdicts.findings.items[i]);
    rw_buf_done(&out);
    rw_host_verdicts_done(&verdicts);
    for (int i = 0; i < 2; i++)
        rw_host_facts_done(&facts[i]);
    rw_reply_done(&reply);
    rw_cluster_free(cluster);
    rw_findings_done(&findings);
    return 0;
}
