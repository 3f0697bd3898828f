/* SPDX-License-Identifier: Apache-2.0 */
/* Traces of an earlier installation. Those of RKE2 of this cluster, running or not, are no problem
 * here: install continues with them, and reports itself when they do not fit. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/host_judge_parts.h"

static bool rke2_runs(const struct rw_host_facts *facts)
{
    return rw_host_facts_active(facts, "rke2-server.service") ||
           rw_host_facts_active(facts, "rke2-agent.service");
}

void host_judge_old_rke2(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    bool there = facts->rke2 || rke2_runs(facts);
    const char *found = facts->rke2 ? facts->rke2
                        : there     ? "rke2-server.service, rke2-agent.service"
                                    : _("none");
    struct rw_finding *finding = host_judge_state(
        judge, RW_CHECK_OLD_RKE2,
        host_state_of(facts->traces_read && facts->units_read, !there || facts->ours), NULL,
        there && facts->ours ? _("of this cluster") : found, _("none"));
    if (!finding)
        return;
    bool script = facts->uninstall && rw_text_ends(facts->uninstall, "rke2-uninstall.sh");
    rw_finding_set(finding, "found", found);
    rw_finding_set(finding, "uninstall",
                   script ? facts->uninstall : "rm -rf /etc/rancher /var/lib/rancher/rke2");
}

void host_judge_other_kubernetes(struct host_judge *judge)
{
    static const struct {
        const char *unit, *uninstall;
    } others[] = {
        {"k3s.service", "/usr/local/bin/k3s-uninstall.sh"},
        {"k3s-agent.service", "/usr/local/bin/k3s-agent-uninstall.sh"},
        {"kubelet.service", "kubeadm reset; systemctl disable --now kubelet"},
    };
    const struct rw_host_facts *facts = judge->facts;
    size_t i = 0;
    while (i < RW_COUNT(others) && !rw_host_facts_active(facts, others[i].unit))
        i++;
    bool good = i == RW_COUNT(others);
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_OTHER_KUBERNETES, host_state_of(facts->units_read, good),
                         NULL, good ? _("none") : others[i].unit, _("none"));
    if (finding) {
        rw_finding_set(finding, "found", others[i].unit);
        rw_finding_set(finding, "uninstall", others[i].uninstall);
    }
}

/* "a, b" as "a b", for a command. */
static char *as_words(const char *list)
{
    struct rw_buf out = {0};
    for (; *list; list++)
        if (*list != ',')
            rw_buf_addc(&out, *list);
    return rw_buf_take(&out);
}

/* The traces, or NULL, to free(). Where the user brings the network of the pods, what stands in
 * /etc/cni/net.d was prepared for that. */
static char *left_without_own_network(const struct host_judge *judge)
{
    static const char own[] = "/etc/cni/net.d";
    struct rw_buf out = {0};
    bool prepared = rw_cni_of(judge->cluster) == RW_CNI_NONE;
    for (const char *at = judge->facts->left; at && *at;) {
        size_t length = strcspn(at, ",");
        if (!prepared || length != sizeof own - 1 || strncmp(at, own, length) != 0)
            rw_buf_addf(&out, "%s%.*s", out.len ? ", " : "", (int)length, at);
        at += length;
        at += strspn(at, ", ");
    }
    return out.len ? rw_buf_take(&out) : NULL;
}

/* R-31 reports an RKE2 that was found. */
void host_judge_leftovers(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    bool told = facts->ours || facts->rke2 || rke2_runs(facts);
    char *traces = left_without_own_network(judge);
    bool bad = traces && !told;
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_LEFTOVERS, host_state_of(facts->traces_read, !bad), NULL,
                         bad ? traces : _("none"), _("none"));
    if (finding) {
        char *paths = as_words(traces);
        rw_finding_set(finding, "found", traces);
        rw_finding_set(finding, "paths", paths);
        free(paths);
    }
    free(traces);
}

void host_judge_docker(struct host_judge *judge)
{
    bool active = rw_host_facts_active(judge->facts, "docker.service");
    host_judge_state(judge, RW_CHECK_DOCKER, host_state_of(judge->facts->units_read, !active), NULL,
                     active ? _("running") : _("not running"), _("not running"));
}
