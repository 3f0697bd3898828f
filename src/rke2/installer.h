/* SPDX-License-Identifier: Apache-2.0 */
/* Interprets the end of the RKE2 installer. Pure. Source: rancher/rke2 install.sh, its messages and
 * exit statuses; curl(1), EXIT CODES. */
#ifndef RW_RKE2_INSTALLER_H
#define RW_RKE2_INSTALLER_H

#include "finding/finding.h"

/* Statuses of data/node/stage.sh itself, beside those of the installer. */
enum rw_stage_status {
    RW_STAGE_NO_FOLDER = 79,
    RW_STAGE_FETCH = 80,
    RW_STAGE_EMPTY = 81,
    RW_STAGE_NO_SCRIPT = 82,
    RW_STAGE_NO_DOWNLOADER = 83,
    RW_STAGE_FOLDER = 84,
};

/* Adds the finding for an installer that ended with status on host; source is that of the cluster,
 * log its output. */
void rw_installer_judge(struct rw_findings *findings, const char *host, const char *source,
                        int status, const char *log);

#endif
