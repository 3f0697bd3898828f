/* SPDX-License-Identifier: Apache-2.0 */
/* The algorithms that a host offers for the key exchange, read from the first bytes it sends. Those
 * are not encrypted, and libssh2 does not report them when no common algorithm was found. */
#ifndef RW_NET_SSH_KEXINIT_H
#define RW_NET_SSH_KEXINIT_H

#include <stdbool.h>
#include <stddef.h>

enum rw_ssh_list {
    RW_SSH_LIST_KEX,
    RW_SSH_LIST_HOST_KEY,
    RW_SSH_LIST_CIPHER,
    RW_SSH_LIST_MAC,
    RW_SSH_LIST_COUNT
};

/* The lists of the direction from client to server. */
struct rw_ssh_kexinit {
    char *lists[RW_SSH_LIST_COUNT];
};

/* data: everything from the first byte. False when it is not a complete KEXINIT packet. Free with
 * rw_ssh_kexinit_done. */
bool rw_ssh_kexinit_parse(const void *data, size_t size, struct rw_ssh_kexinit *kexinit);
void rw_ssh_kexinit_done(struct rw_ssh_kexinit *kexinit);
/* Whether the comma-separated lists share a name. */
bool rw_ssh_kexinit_common(const char *a, const char *b);
/* "key exchange", "host key", "cipher", "MAC". */
const char *rw_ssh_kexinit_title(enum rw_ssh_list list);

#endif
