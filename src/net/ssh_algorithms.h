/* SPDX-License-Identifier: Apache-2.0 */
/* What to do about a host that has no algorithm in common with our library. Pure. */
#ifndef RW_NET_SSH_ALGORITHMS_H
#define RW_NET_SSH_ALGORITHMS_H

#include <stdbool.h>

#include "net/ssh_kexinit.h"

/* All strings are static. */
struct rw_ssh_advice {
    const char *keyword; /* the line of sshd_config(5); NULL: there is nothing to say */
    const char *wanted;  /* what the host would have to offer as well */
    bool newer;          /* libssh2 1.11 has one that the host offers (its RELEASE-NOTES) */
};

/* own, theirs: comma-separated lists, which have nothing in common. */
struct rw_ssh_advice rw_ssh_advise(enum rw_ssh_list list, const char *own, const char *theirs);

#endif
