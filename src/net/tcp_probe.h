/* SPDX-License-Identifier: Apache-2.0 */
/* One TCP connection that is made only to see who answers: connects, reads one line, closes. Never
 * blocks. */
#ifndef RW_NET_TCP_PROBE_H
#define RW_NET_TCP_PROBE_H

#include <stdbool.h>
#include <uv.h>

struct rw_tcp_probe;

#define RW_TCP_PROBE_LINE_SIZE 64 /* the rest of a longer line is dropped; NUL included */

enum rw_tcp_probe_code {
    RW_TCP_PROBE_OPEN,        /* connected; the line is "" when it was closed without one */
    RW_TCP_PROBE_LATE,        /* connected, and no line in time */
    RW_TCP_PROBE_SILENT,      /* no answer in time */
    RW_TCP_PROBE_REFUSED,     /* by a TCP reset or an ICMP port unreachable */
    RW_TCP_PROBE_UNREACHABLE, /* by another ICMP message, or no way leads there */
    RW_TCP_PROBE_UNRESOLVED,  /* the name of the host has no address */
    RW_TCP_PROBE_FAILED,      /* not even begun; see the system's message */
    RW_TCP_PROBE_CANCELED,
};

struct rw_tcp_probe_options {
    const char *address; /* IPv4, IPv6 or a name; copied */
    int port;
    int connect_ms; /* name lookup included */
    int read_ms;    /* for a line, from the connection on; 0: none is read */
};

/* done() comes once, from the loop; line holds printable ASCII and is borrowed. The probe is gone
 * after it. */
struct rw_tcp_probe *rw_tcp_probe_start(uv_loop_t *loop, const struct rw_tcp_probe_options *options,
                                        void (*done)(void *context, enum rw_tcp_probe_code code,
                                                     const char *line),
                                        void *context);
/* done() comes, from the loop, with RW_TCP_PROBE_CANCELED. */
void rw_tcp_probe_cancel(struct rw_tcp_probe *probe);

#endif
