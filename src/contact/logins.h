/* SPDX-License-Identifier: Apache-2.0 */
/* The passwords that the answers keep in files: those of the users of the hosts, for logging in and
 * for sudo. Read once, before anybody is connected to. */
#ifndef RW_CONTACT_LOGINS_H
#define RW_CONTACT_LOGINS_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"

/* `struct rw_logins logins = {0};` is empty. */
struct rw_logins {
    char **passwords, **sudo_passwords; /* by host; NULL: it names no file */
    size_t count;
};

/* Reads the first line of each file that a host names, into empty logins. False when a file cannot
 * be read; findings (may be NULL) get A-26 for each. The files that could be read are filled in. */
bool rw_logins_read(struct rw_logins *logins, const struct rw_cluster *cluster,
                    struct rw_findings *findings);
/* Wipes them; they are empty afterwards. */
void rw_logins_done(struct rw_logins *logins);

#endif
