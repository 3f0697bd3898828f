/* SPDX-License-Identifier: Apache-2.0 */
/* What helps where a host and our library have no algorithm in common. */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "net/ssh_algorithms.h"

/* What libssh2 1.10 has. */
static const char *const own[RW_SSH_LIST_COUNT] = {
    [RW_SSH_LIST_KEX] = "ecdh-sha2-nistp256,diffie-hellman-group14-sha256,curve25519-sha256",
    [RW_SSH_LIST_HOST_KEY] = "ecdsa-sha2-nistp256,ssh-ed25519,ssh-rsa",
    [RW_SSH_LIST_CIPHER] = "aes128-ctr,aes256-ctr,aes256-cbc",
    [RW_SSH_LIST_MAC] = "hmac-sha2-256,hmac-sha2-512,hmac-sha1",
};

Test(ssh_algorithms, names_the_line_for_the_host_and_whether_a_newer_library_helps)
{
    static const struct {
        enum rw_ssh_list list;
        const char *theirs, *keyword, *wanted;
        bool newer;
    } rows[] = {
        {RW_SSH_LIST_MAC, "hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com", "MACs",
         "hmac-sha2-512", true},
        {RW_SSH_LIST_MAC, "umac-128-etm@openssh.com", "MACs", "hmac-sha2-512", false},
        {RW_SSH_LIST_CIPHER, "aes256-gcm@openssh.com", "Ciphers", "aes256-ctr", true},
        {RW_SSH_LIST_CIPHER, "chacha20-poly1305@openssh.com", "Ciphers", "aes256-ctr", false},
        {RW_SSH_LIST_HOST_KEY, "rsa-sha2-512,rsa-sha2-256", "HostKeyAlgorithms", "ssh-ed25519",
         true},
        {RW_SSH_LIST_KEX, "sntrup761x25519-sha512@openssh.com", "KexAlgorithms",
         "curve25519-sha256", false},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_ssh_advice advice =
            rw_ssh_advise(rows[i].list, own[rows[i].list], rows[i].theirs);
        cr_expect_str_eq(advice.keyword, rows[i].keyword);
        cr_expect_str_eq(advice.wanted, rows[i].wanted, "%s", rows[i].theirs);
        cr_expect_eq(advice.newer, rows[i].newer, "%s", rows[i].theirs);
    }
    cr_expect_null(rw_ssh_advise(RW_SSH_LIST_MAC, "odd", "other").keyword, "nothing to say");
}
