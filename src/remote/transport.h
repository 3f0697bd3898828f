/* SPDX-License-Identifier: Apache-2.0 */
/* What carries commands to a host: the calls of net/ssh.h, as a table. The program has one, SSH;
 * tests have another, a table of replies, so that all that stands above it runs without a host. */
#ifndef RW_REMOTE_TRANSPORT_H
#define RW_REMOTE_TRANSPORT_H

#include "base/mem.h"
#include "net/ssh.h"

/* Each call promises what its namesake in net/ssh.h does, also that callbacks come from the loop
 * alone. The pointers are handles, which only the transport looks into. */
struct RW_ROW rw_transport {
    struct rw_ssh *(*open)(uv_loop_t *loop, const struct rw_ssh_options *options,
                           const struct rw_ssh_handler *handler, void *context);
    void (*answer)(struct rw_ssh *ssh, const char *answer);
    struct rw_ssh_info (*info)(const struct rw_ssh *ssh);
    void (*close)(struct rw_ssh *ssh, void (*closed)(void *context), void *context);
    struct rw_ssh_exec *(*exec)(struct rw_ssh *ssh, const struct rw_ssh_command *command);
    void (*cancel)(struct rw_ssh_exec *exec);
};

#endif
