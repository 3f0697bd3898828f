/* SPDX-License-Identifier: Apache-2.0 */
/* Who reaches whom on which port: the reports of the hosts as a matrix, and the findings from it.
 * Pure: from the answers of ports-listen.sh, ports-connect.sh and ports-collect.sh to cells,
 * findings and text. Nothing of what a host says is trusted; what is missing is never taken for
 * open. */
#ifndef RW_CHECK_PORTS_H
#define RW_CHECK_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "check/firewall.h"
#include "cluster/cluster.h"
#include "finding/finding.h"
#include "remote/reply.h"
#include "remote/script.h"
#include "rke2/ports.h"

struct rw_buf;

#define RW_PORTS_CONSOLE (-1) /* as a source: this machine */

enum rw_ports_result {
    RW_PORTS_UNKNOWN,    /* could not be tested; never a pass */
    RW_PORTS_OPEN,       /* this very host answered */
    RW_PORTS_RUNNING,    /* RKE2 runs on the target; this port of it cannot be tried; fine */
    RW_PORTS_FILTERED,   /* no answer */
    RW_PORTS_RESET,      /* refused by a TCP reset */
    RW_PORTS_ICMP,       /* refused by an ICMP message */
    RW_PORTS_REFUSED,    /* by one of the two, which cannot be distinguished */
    RW_PORTS_IN_USE,     /* on the target, by something else */
    RW_PORTS_WRONG_HOST, /* something answered that is not the target */
    RW_PORTS_RESULT_COUNT,
};
/* "unknown", "open", "running", "filtered", "reset", "icmp", "refused", "in-use", "wrong-host";
 * static, never translated. */
const char *rw_ports_result_name(enum rw_ports_result result);

/* One port, from one source to one target. */
struct rw_ports_cell {
    int source; /* index in the cluster, or RW_PORTS_CONSOLE */
    size_t target;
    const struct rw_port *port;
    enum rw_ports_result result;
    int other;        /* of WRONG_HOST: which host answered, or -1: none of ours */
    bool sent;        /* a datagram is on its way */
    const char *note; /* of UNKNOWN: why, translatable and static; or NULL */
};

/* One port on its host. */
enum rw_ports_state {
    RW_PORTS_S_UNTESTED,  /* nothing listens */
    RW_PORTS_S_LISTENING, /* our listener, which answers with the nonce */
    RW_PORTS_S_RKE2,      /* RKE2 has it */
    RW_PORTS_S_RUNNING,   /* RKE2 runs and has not got it, or on loopback alone */
    RW_PORTS_S_TAKEN,
};

struct rw_ports_door {
    const struct rw_port *port;
    enum rw_ports_state state;
    char *pid, *process, *unit; /* of S_TAKEN; NULL: not known */
};

struct rw_ports_host {
    char nonce[RW_SCRIPT_NONCE_SIZE]; /* what its listener says; set by the caller */
    struct rw_ports_door doors[RW_PORTS_MAX];
    size_t door_count;
    enum rw_firewall manager;
    char *zone;            /* of firewalld, or NULL */
    char *untested_target; /* why nothing could listen on it, translatable or not; or NULL */
    char *untested_source; /* why nothing could be tried from it; or NULL */
    bool no_udp;           /* its systemd is too old to listen for datagrams */
};

/* `struct rw_ports_matrix matrix = {0};` is empty. Cells stand in the order of sources (the
 * console first), targets and the table of ports. */
struct rw_ports_matrix {
    struct rw_ports_cell *cells;
    size_t cell_count;
    struct rw_ports_host *hosts; /* by index in the cluster */
    size_t host_count;
    size_t *first; /* index of the first cell of (source + 1) * host_count + target */
};

/* Makes the cells: every ordered pair of hosts with every port that their roles and the CNI need,
 * and console to server; all of them UNKNOWN. */
void rw_ports_matrix_init(struct rw_ports_matrix *matrix, const struct rw_cluster *cluster,
                          enum rw_cni cni);
void rw_ports_matrix_done(struct rw_ports_matrix *matrix);
/* The cells of one pair, count in *count; borrowed. */
struct rw_ports_cell *rw_ports_pair(const struct rw_ports_matrix *matrix, int source, size_t target,
                                    size_t *count);
/* The state of a port on its host; S_UNTESTED when the host does not have to have it. */
enum rw_ports_state rw_ports_state(const struct rw_ports_matrix *matrix, size_t host,
                                   const struct rw_port *port);

/* ---- what goes to the hosts ---- */

/* The ports to listen on, "6443 9345". */
void rw_ports_listen_list(struct rw_buf *out, const struct rw_ports_matrix *matrix, size_t host,
                          bool udp);
/* The lines for ports-connect.sh, after all targets were read. */
void rw_ports_connect_list(struct rw_buf *out, const struct rw_ports_matrix *matrix,
                           const struct rw_cluster *cluster, size_t source, bool udp);

/* ---- what comes back ---- */

void rw_ports_read_listen(struct rw_ports_matrix *matrix, size_t host,
                          const struct rw_reply *reply);
void rw_ports_read_connect(struct rw_ports_matrix *matrix, size_t source,
                           const struct rw_reply *reply);
/* After all connects. */
void rw_ports_read_collect(struct rw_ports_matrix *matrix, size_t target,
                           const struct rw_reply *reply);
/* Somebody answered a connection with this line; "" when it was closed silently. */
void rw_ports_answered(const struct rw_ports_matrix *matrix, struct rw_ports_cell *cell,
                       const char *line);
/* The note of a cell whose connection was taken and nothing came back in time: a busy host, or not
 * this host at all. */
extern const char *const rw_ports_late;
/* Why the host can be no target, or no source; copied; NULL leaves it. */
void rw_ports_untested(struct rw_ports_matrix *matrix, size_t host, const char *target,
                       const char *source);

/* ---- what it means ---- */

/* Gives the cells of ports that are taken, or RKE2's, their results, and adds findings P-01 to
 * P-11: one for each target, kind of problem and set of sources, with all ports of it. Once. */
void rw_ports_judge(struct rw_findings *findings, struct rw_ports_matrix *matrix,
                    const struct rw_cluster *cluster);

/* What a result means: "no answer (filtered)"; static, translatable. */
const char *rw_ports_result_text(enum rw_ports_result result);
/* Appends the judged matrix as lines of plain text: for each group of ports that the same hosts
 * need, sources as rows and targets as columns, one letter for each port, with a legend. When that
 * is wider than 80 columns, only the rows with problems, as lists. */
void rw_ports_draw(struct rw_buf *out, const struct rw_ports_matrix *matrix,
                   const struct rw_cluster *cluster);

#endif
