/* SPDX-License-Identifier: Apache-2.0 */
/* The proxy as files on a host: for RKE2's units, and for the download. Pure. Source: RKE2
 * documentation, "Advanced", Configuring an HTTP proxy. */
#ifndef RW_RKE2_PROXY_FILE_H
#define RW_RKE2_PROXY_FILE_H

#include <stdbool.h>

#include "cluster/cluster.h"

/* The file from which the unit of a role takes its environment; static. */
const char *rw_rke2_environment_file(enum rw_role role);

/* Lines HTTP_PROXY=…, HTTPS_PROXY=…, NO_PROXY=… for that file; "" when the cluster has no proxy.
 * password may be NULL, and is as it is when masked is set. To rw_secret_free(). */
char *rw_rke2_proxy_lines(const struct rw_cluster *cluster, const char *password, bool masked);
/* The same as a script for a POSIX shell that exports them, in the names that curl and wget know.
 */
char *rw_rke2_proxy_exports(const struct rw_cluster *cluster, const char *password, bool masked);

#endif
