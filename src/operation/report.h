/* SPDX-License-Identifier: Apache-2.0 */
/* The report of the checks, as a file. */
#ifndef RW_OPERATION_REPORT_H
#define RW_OPERATION_REPORT_H

#include "check/report.h"

/* Writes it to a file, mode 0600, with the repairs that the journal of its cluster has. RW_EIO with
 * J-07. */
int rw_report_write(const char *path, const struct rw_report *report, struct rw_findings *findings);

#endif
