/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol of ssh-agent (draft-miller-ssh-agent) over its socket, without blocking: an agent
 * may ask its user, or wait for a touch, before it signs. */
#ifndef RW_NET_SSH_AGENT_H
#define RW_NET_SSH_AGENT_H

#include <stddef.h>
#include <uv.h>

#include "base/buf.h"

struct rw_ssh_agent;

/* Connects to the socket at path. reply() gives the reply to each request, its type byte first; or
 * size 0: no agent, no answer in time, or rubbish. It comes from the loop, once per request. */
struct rw_ssh_agent *rw_ssh_agent_open(uv_loop_t *loop, const char *path,
                                       void (*reply)(void *context, const void *data, size_t size),
                                       void *context);
/* Sends a request, one at a time. */
void rw_ssh_agent_list(struct rw_ssh_agent *agent, int timeout_ms);
void rw_ssh_agent_sign(struct rw_ssh_agent *agent, const void *blob, size_t blob_size,
                       const void *data, size_t size, const char *algorithm, int timeout_ms);
/* No reply comes any more; closed() comes from the loop. */
void rw_ssh_agent_close(struct rw_ssh_agent *agent, void (*closed)(void *context), void *context);

#define RW_SSH_AGENT_IDENTITIES 12
#define RW_SSH_AGENT_SIGNATURE  14

#endif
