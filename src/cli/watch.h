/* SPDX-License-Identifier: Apache-2.0 */
/* Watches a run that another process on this console carries out, from its journal. Changes
 * nothing, connects to nothing. */
#ifndef RW_CLI_WATCH_H
#define RW_CLI_WATCH_H

#include <stdbool.h>

#include "cluster/cluster.h"

/* Shows the run from its beginning, as lines or as JSON, until it ends; gives its exit code,
 * RW_OUTCOME_FAILED when it was killed, or RW_OUTCOME_INTERRUPTED when the user stops watching,
 * which is nothing to the run. */
int rw_cli_watch(const struct rw_cluster *cluster, bool json);

#endif
