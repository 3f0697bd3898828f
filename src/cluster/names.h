/* SPDX-License-Identifier: Apache-2.0 */
/* The syntax of names, addresses, tokens and versions. Pure; every function takes any text. */
#ifndef RW_CLUSTER_NAMES_H
#define RW_CLUSTER_NAMES_H

#include <stdbool.h>

/* A cluster's name: [a-z0-9][a-z0-9-]{0,62}. */
bool rw_names_is_cluster(const char *text);
/* A node name: RFC 1123 in lower case, at most 63 bytes a label and 253 in all, not localhost. */
bool rw_names_is_node(const char *text);
/* A DNS name by RFC 1123, in any case, without a final dot. What resolvers would read as an IPv4
 * address ("192.168.1.300", "10.1", "0x7f.1") is none. */
bool rw_names_is_dns(const char *text);
/* A DNS name that a cluster can be reached by: not localhost. */
bool rw_names_is_registration(const char *text);
/* An IPv4 or IPv6 address in the usual notation. */
bool rw_names_is_ip(const char *text);
/* Where a host can be reached: a DNS name, or an IP address of one machine. */
bool rw_names_is_address(const char *text);
/* What rw_names_is_address() accepts, perhaps with a port: "host", "host:port", "[v6]",
 * "[v6]:port". */
bool rw_names_is_endpoint(const char *text);
/* A DNS name or an IP address. */
bool rw_names_is_san(const char *text);
/* "stable", "latest", "testing" or a minor version such as "v1.34". */
bool rw_names_is_channel(const char *text);
/* An exact version such as "v1.26.12+rke2r1" or "v1.35.0-rc2+rke2r1". */
bool rw_names_is_version(const char *text);
/* A login name: 1 to 64 visible ASCII characters, no quotes, colons or slashes, no '-' first. */
bool rw_names_is_user(const char *text);
/* A path: not empty, at most 4095 bytes of UTF-8 without control characters. */
bool rw_names_is_path(const char *text);

/* The position of the first byte that no token may contain, from 0, or -1. */
int rw_names_token_bad_byte(const char *token);
/* Whether it is the token of the example, which everybody knows, for another cluster than that of
 * the example. Either may be NULL. */
bool rw_names_token_is_known(const char *token, const char *registration_name);

/* Gives the one spelling of an address or name that equal ones share, to free(): IPv6 shortened,
 * IPv4 inside IPv6 as IPv4, names in lower case. */
char *rw_names_canonical(const char *address);

/* 64 digits of hex, in lower case. */
bool rw_names_is_sha256(const char *text);

#endif
