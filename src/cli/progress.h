/* SPDX-License-Identifier: Apache-2.0 */
/* Shows the events of a run: plain lines with a spinner on a terminal, or JSON lines. */
#ifndef RW_CLI_PROGRESS_H
#define RW_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>
#include <uv.h>

#include "cli/ask.h"
#include "install/run.h"

struct rw_progress;

/* ask (may be NULL): while a question stands on the screen the spinner rests. still: no spinner. */
struct rw_progress *rw_progress_new(uv_loop_t *loop, const struct rw_cluster *cluster, bool json,
                                    bool still, const struct rw_ask *ask);
void rw_progress_event(struct rw_progress *progress, const struct rw_event *event);
/* All findings of a check: as events, or as people list them. */
void rw_progress_findings(struct rw_progress *progress, int64_t elapsed_ms,
                          const struct rw_findings *findings);
/* Takes the spinner away. */
void rw_progress_free(struct rw_progress *progress);

#endif
