/* SPDX-License-Identifier: Apache-2.0 */
/* Why nothing can be run as root on a host that knows the user. Pure. */
#ifndef RW_REMOTE_REFUSAL_H
#define RW_REMOTE_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "finding/finding.h"

#define RW_REFUSAL_SAID_MAX 400 /* bytes of what a host said that are shown */

/* Where it stops. */
enum rw_refusal_at {
    RW_REFUSAL_NONE,
    RW_REFUSAL_SHELL,    /* the login shell runs no script */
    RW_REFUSAL_NO_SUDO,  /* the user is not root, and there is no sudo */
    RW_REFUSAL_SUDO,     /* sudo without a password runs none */
    RW_REFUSAL_PASSWORD, /* it does not take the password */
    RW_REFUSAL_ROOT,     /* it takes it, and runs no script */
    RW_REFUSAL_CLOSED,   /* earlier: the host ends the connection instead of logging in */
};

struct rw_refusal {
    enum rw_refusal_at at;
    int status;                         /* exit status; -1: it did not exit by itself */
    bool nopasswd;                      /* sudo lists a rule with NOPASSWD */
    bool password;                      /* sudo wants one, and there is none to give */
    char how[64];                       /* "exit status 142", "signal KILL" … */
    char said[RW_REFUSAL_SAID_MAX + 1]; /* both streams, printable; may be "" */
};

/* The finding that has the cause, by what the host said. */
enum rw_finding_id rw_refusal_finding(const struct rw_refusal *refusal);
/* Whether sudo may do it with a password, or with another one. */
bool rw_refusal_wants_password(const struct rw_refusal *refusal);
/* Fills in what the texts of these findings name: {how}, {_said}, and {wanted}, the user that a
 * cloud image names instead ("Please login as the user "ubuntu" …"), or "". */
void rw_refusal_tell(struct rw_finding *finding, const struct rw_refusal *refusal);

#endif
