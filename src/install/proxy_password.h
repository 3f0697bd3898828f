/* SPDX-License-Identifier: Apache-2.0 */
/* The password of a proxy that was given in its address: kept beside the journal like a token, so
 * that what is written down of the answers holds none. */
#ifndef RW_INSTALL_PROXY_PASSWORD_H
#define RW_INSTALL_PROXY_PASSWORD_H

#include "base/error.h"
#include "cluster/cluster.h"

/* The path of the file in that folder, to free(). */
char *rw_proxy_password_path(const char *dir);

/* Writes the password of the proxy to dir/proxy-password, mode 0600, unless the answers name a file
 * of their own. RW_EIO with *err. */
int rw_proxy_password_keep(const struct rw_cluster *cluster, const char *dir, struct rw_error *err);
/* Sets the password of a proxy whose address names a user and no password: from the file that the
 * answers name, else from dir. Nothing when there is none. */
void rw_proxy_password_recall(struct rw_cluster *cluster, const char *dir);

#endif
