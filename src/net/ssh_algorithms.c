/* SPDX-License-Identifier: Apache-2.0 */
#include "net/ssh_algorithms.h"

#include <stddef.h>

#include "base/mem.h"

#define WANTED_MAX 3

/* wanted: what every OpenSSH since 7.2 knows and no hardening guide forbids, the best first. */
static const struct RW_ROW row {
    const char *keyword;
    const char *wanted[WANTED_MAX];
    const char *newer;
} rows[RW_SSH_LIST_COUNT] = {
    [RW_SSH_LIST_KEX] =
        {
            .keyword = "KexAlgorithms",
            .wanted = {"curve25519-sha256", "ecdh-sha2-nistp256", "diffie-hellman-group14-sha256"},
            .newer = "",
        },
    [RW_SSH_LIST_HOST_KEY] =
        {
            .keyword = "HostKeyAlgorithms",
            .wanted = {"ssh-ed25519", "ecdsa-sha2-nistp256"},
            .newer = "rsa-sha2-512,rsa-sha2-256",
        },
    [RW_SSH_LIST_CIPHER] =
        {
            .keyword = "Ciphers",
            .wanted = {"aes256-ctr", "aes128-ctr"},
            .newer = "aes256-gcm@openssh.com,aes128-gcm@openssh.com",
        },
    [RW_SSH_LIST_MAC] =
        {
            .keyword = "MACs",
            .wanted = {"hmac-sha2-512", "hmac-sha2-256"},
            .newer = "hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
                     "hmac-sha1-etm@openssh.com",
        },
};

struct rw_ssh_advice rw_ssh_advise(enum rw_ssh_list list, const char *own, const char *theirs)
{
    const struct row *row = &rows[list];
    for (size_t i = 0; i < WANTED_MAX && row->wanted[i]; i++)
        if (rw_ssh_kexinit_common(row->wanted[i], own))
            return (struct rw_ssh_advice){row->keyword, row->wanted[i],
                                          rw_ssh_kexinit_common(row->newer, theirs)};
    return (struct rw_ssh_advice){0};
}
