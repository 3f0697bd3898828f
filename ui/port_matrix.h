/* SPDX-License-Identifier: Apache-2.0 */
/* Who reaches whom: hosts by name, a row for each source, a column for each target, a sign for each
 * pair. The signs stand for all ports of the pair; what is selected is explained in words. */
#ifndef RW_UI_PORT_MATRIX_H
#define RW_UI_PORT_MATRIX_H

#include <stddef.h>

#include "check/ports.h"
#include "ui/text_view.h"
#include "ui/widget.h"

/* `struct rw_port_matrix matrix = {0};` is empty. */
struct rw_port_matrix {
    const struct rw_ports_matrix *ports; /* borrowed for a drawing; or NULL */
    const struct rw_cluster *cluster;
    size_t hosts; /* of the last drawing */
    int source;   /* selected: RW_PORTS_CONSOLE or a host */
    size_t target;
    size_t top, left;  /* the first row and column in sight */
    size_t page, wide; /* rows and columns in sight */
    bool chosen;       /* a pair was selected: the first one with a problem, or by the user */
};

extern const struct rw_widget_class rw_port_matrix_class;

/* Gives it what to draw now; the first time it selects the first pair with a problem. */
void rw_port_matrix_set(struct rw_port_matrix *matrix, const struct rw_ports_matrix *ports,
                        const struct rw_cluster *cluster);
/* The signs and what they mean, in one row. */
void rw_port_matrix_legend(const struct rw_area *area, int row);
/* Adds what was found for the selected pair: each port, and whether it is open. */
void rw_port_matrix_explain(const struct rw_port_matrix *matrix, struct rw_text_view *out);
/* The finding about the selected pair, or NULL; borrowed from the list. */
const struct rw_finding *rw_port_matrix_finding(const struct rw_port_matrix *matrix,
                                                const struct rw_findings *findings);

#endif
