/* SPDX-License-Identifier: Apache-2.0 */
/* The proxy through which hosts reach the net: its address, its password, and what is reached
 * without it. Pure. */
#ifndef RW_CLUSTER_PROXY_H
#define RW_CLUSTER_PROXY_H

#include <stdbool.h>

#include "cluster/cluster.h"

#define RW_PROXY_PASSWORD_MAX 512 /* bytes */

/* http:// or https://, perhaps user@, a DNS name or an address ([…] around IPv6), perhaps a port,
 * and nothing after it. */
bool rw_proxy_is_url(const char *text);
/* Whether the text names a target to reach without it: a DNS name, perhaps with a dot before it, an
 * address, or a network such as 10.0.0.0/8. */
bool rw_proxy_is_bypass(const char *text);
/* Visible ASCII and blanks, not empty, at most RW_PROXY_PASSWORD_MAX. */
bool rw_proxy_is_password(const char *text);

/* Takes the password out of an address "http://user:password@host", also out of one that is
 * otherwise wrong: gives it as it is (percent signs decoded) to rw_secret_free(), NULL when there
 * is none; url is shortened in place, and what was cut off is wiped. */
char *rw_proxy_split(char *url);
/* The address with the password in it, to rw_secret_free(); password NULL: without one. mask: the
 * password is text to be shown in its place, and is not encoded. */
char *rw_proxy_address(const struct rw_proxy *proxy, const char *password, bool mask);

/* The value of NO_PROXY: this machine, the networks and the domain of the cluster, the registration
 * name, all hosts by address and name, and what the answers name; to free(). */
char *rw_proxy_bypass(const struct rw_cluster *cluster);

#endif
