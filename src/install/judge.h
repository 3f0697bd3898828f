/* SPDX-License-Identifier: Apache-2.0 */
/* Judges the result of a task on a host, as findings. Pure. */
#ifndef RW_INSTALL_JUDGE_H
#define RW_INSTALL_JUDGE_H

#include <stdbool.h>

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "plan/plan.h"
#include "remote/remote.h"

/* Whether a script of actions did all of them; else adds why not: H-04, H-14, H-17, H-15 or I-15.
 */
bool rw_judge_actions(struct rw_findings *findings, const struct rw_host *host,
                      const struct rw_remote_result *result);

enum rw_unit_end {
    RW_UNIT_WELL,
    RW_UNIT_AGAIN, /* it ended silently, for example because the host restarted */
    RW_UNIT_BADLY, /* findings say why */
};
/* How the detached unit ended, by the answer of wait-stage.sh. source is that of the cluster;
 * version is the wanted one; last: it is not begun again, so RW_UNIT_AGAIN is not given. */
enum rw_unit_end rw_judge_unit(struct rw_findings *findings, const char *host, const char *source,
                               const char *version, bool last,
                               const struct rw_remote_result *result);

/* The same for the unit of a reset, by the answer of wait-reset.sh. */
enum rw_unit_end rw_judge_reset_unit(struct rw_findings *findings, const struct rw_host *host,
                                     bool last, const struct rw_remote_result *result);

/* Adds U-08 when the member that was waited for is still there, by the answer of left.sh on host.
 */
void rw_judge_left(struct rw_findings *findings, const struct rw_host *host,
                   const struct rw_reply *reply);

/* Adds a finding for each server whose API does not answer under the registration name, and for
 * each whose node is not Ready, by the answer of verify.sh. Where the user installs the pod
 * network, a warning says so instead. */
void rw_judge_verify(struct rw_findings *findings, const struct rw_cluster *cluster,
                     const struct rw_reply *reply);

/* Whether rw_judge_verify() found a server without a connection to it, which may be a cable of some
 * seconds that nothing else has noticed yet. */
bool rw_judge_is_cut_off(const struct rw_findings *findings);

/* Adds the finding when the last deadline of a step has passed; for steps that wait for a node see
 * ready.c. in_unit: the detached unit runs. */
void rw_judge_deadline(struct rw_findings *findings, const struct rw_host *host, enum rw_step step,
                       bool in_unit);

#endif
