/* SPDX-License-Identifier: Apache-2.0 */
/* A POSIX shell script as it goes to a host, and its output as it comes back. Pure.
 *
 * On the wire, on the standard input of `sh -s`:
 *
 *     rw_main() {
 *     token='…'            parameters, as quoted assignments, never exported
 *     …the script…
 *     }
 *     { printf '…begin…'; ( rw_main ) </dev/null; printf '…end…' "$?"; }
 *
 * Nothing runs before the last brace has arrived, so a cut connection never runs half a
 * script; the script cannot eat itself from standard input; and what login scripts print lies
 * outside the two markers, which carry a random number. */
#ifndef RW_REMOTE_SCRIPT_H
#define RW_REMOTE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct rw_script_var {
    const char *name; /* a shell variable name */
    const char *value;
};

#define RW_SCRIPT_NONCE_SIZE 17 /* 16 hex digits and NUL */
/* Fills in random hex digits. */
void rw_script_nonce(char nonce[RW_SCRIPT_NONCE_SIZE]);

/* Appends the wire form. */
void rw_script_compose(struct rw_buf *out, const char *nonce, const struct rw_script_var *vars,
                       size_t var_count, const char *body);

/* Bytes; the rest of a longer line is dropped. One node as JSON in one line can have 100 KB. */
#define RW_SCRIPT_LINE_MAX (1u << 20)

/* Splits output into the lines between the markers. */
struct rw_script_output {
    char nonce[RW_SCRIPT_NONCE_SIZE];
    bool begun;
    bool ended;
    int status; /* exit status of the script, once ended */
    struct rw_buf line;
    void (*on_line)(void *context, const char *line, size_t length);
    void *context;
};

void rw_script_output_init(struct rw_script_output *output, const char *nonce,
                           void (*on_line)(void *context, const char *line, size_t length),
                           void *context);
void rw_script_output_add(struct rw_script_output *output, const char *data, size_t size);
void rw_script_output_done(struct rw_script_output *output);

#endif
