/* SPDX-License-Identifier: Apache-2.0 */
/* Interprets what the kubelet, containerd and containers write into logs of their own, where RKE2's
 * journal says only that it waits. One table. Pure. */
#ifndef RW_RKE2_HOST_LOGS_H
#define RW_RKE2_HOST_LOGS_H

#include "rke2/journal_lines.h"

#define RW_KUBELET_LOG    "/var/lib/rancher/rke2/agent/logs/kubelet.log"
#define RW_CONTAINERD_LOG "/var/lib/rancher/rke2/agent/containerd/containerd.log"

/* `struct rw_log_reason reason = {0};` is empty. */
struct rw_log_reason {
    enum rw_line_kind kind; /* NOTHING, WAIT or CAUSE */
    enum rw_finding_id finding;
    char *words; /* "POD: WORDS (FILE)", printable; without a pod where none is concerned */
    char *pod;   /* "" when none is */
    char *file;
};

/* Takes one answer of stalled.sh: key "kubelet" or "containerd" with a line of that log, or "ended"
 * with "POD FILE ATTEMPT WORDS". Replaces *reason when this line says more than it: a cause before
 * what may pass, and of two alike the later one. Other keys are ignored. */
void rw_log_reason_add(struct rw_log_reason *reason, const char *key, const char *value);
void rw_log_reason_done(struct rw_log_reason *reason);

#endif
