/* SPDX-License-Identifier: Apache-2.0 */
/* The result of the checks, for people and for programs. */
#ifndef RW_CLI_CHECK_SHOW_H
#define RW_CLI_CHECK_SHOW_H

#include "check/check.h"
#include "check/report.h"

/* Prints to standard output, as text in the current language. */
void rw_check_show(const struct rw_cluster *cluster, const struct rw_check_result *result);
/* Prints one JSON object to standard output. */
void rw_check_show_json(const struct rw_cluster *cluster, const struct rw_check_result *result);

/* Writes the report to a file, mode 0600, with the repairs that the journal has; false after a
 * message. path NULL: nothing to do. */
bool rw_check_write_report(const char *path, const struct rw_report *report);

#endif
