/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the two halves of the requirements: the list (requirements.c) and its reader
 * (requirements_read.c). Inside this folder only. */
#ifndef RW_CHECK_REQUIREMENTS_READ_H
#define RW_CHECK_REQUIREMENTS_READ_H

#include "check/requirements.h"

/* The codes of the findings that may report a check, separated by blanks; static. */
const char *rw_check_findings(enum rw_check_id check);
/* Puts added in the place of those that are about the same checks; added is empty afterwards. */
void rw_requirements_replace(struct rw_requirements *list, struct rw_requirements *added);

#endif
