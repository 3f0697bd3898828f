/* SPDX-License-Identifier: Apache-2.0 */
/* Words for people about steps, states and outcomes, in the current language; borrowed. */
#ifndef RW_CLI_WORDS_H
#define RW_CLI_WORDS_H

#include "base/display.h"
#include "check/check.h"
#include "install/kubeconfig_proof.h"
#include "install/run.h"

const char *rw_words_state(enum rw_task_state state);
/* The title of a step by its id; an unknown id as it is. */
const char *rw_words_step(const char *id);
/* By the names that stand in the journal; an unknown one as it is. */
const char *rw_words_state_name(const char *name);
const char *rw_words_outcome_name(const char *name);
/* The server's answer to a kubeconfig that works, to free(). */
char *rw_words_proven(const struct rw_kubeconfig_proven *proven);
/* What a check comes to, in one sentence, to free(). */
char *rw_words_checked(const struct rw_check_result *result);

/* "Language" in each language that can be shown there, to free(). */
char *rw_words_languages(const struct rw_display *display);

#endif
