/* SPDX-License-Identifier: Apache-2.0 */
/* A POSIX shell script as it goes to a host, and its output as it comes back. Pure.
 *
 * On the wire, on the standard input of RW_SCRIPT_SHELL:
 *
 *     : rke2-wizard
 *     rw_main() {
 *     token='…'            parameters, as quoted assignments, never exported
 *     …the script…
 *     }
 *     { printf '…begin…'; ( rw_main ) </dev/null; printf '…end…' "$?"; }
 *
 * Nothing runs before the last brace has arrived, so a cut connection never runs half a
 * script; nothing runs when the first line is missing, because a start file of the login shell has
 * read from standard input; the script cannot eat itself from standard input; and what login
 * scripts print lies outside the two markers, which carry a random number. */
#ifndef RW_REMOTE_SCRIPT_H
#define RW_REMOTE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct rw_script_var {
    const char *name; /* a shell variable name */
    const char *value;
};

#define RW_SCRIPT_FIRST_LINE ": rke2-wizard"
/* What the shell says to standard error, and runs nothing, when another line comes first. */
#define RW_SCRIPT_CUT "rke2-wizard: the beginning of the script is missing"
/* The command line that runs the wire form: words that every login shell reads alike, csh and fish
 * included. */
#define RW_SCRIPT_SHELL                                                                            \
    "sh -c 'read -r x; test \"$x\" = \"" RW_SCRIPT_FIRST_LINE                                      \
    "\" && exec sh -s; echo \"" RW_SCRIPT_CUT "\" >&2; exit 125'"

#define RW_SCRIPT_NONCE_SIZE 17 /* 16 hex digits and NUL */
/* Fills in random hex digits. */
void rw_script_nonce(char nonce[RW_SCRIPT_NONCE_SIZE]);

/* Appends the wire form. */
void rw_script_compose(struct rw_buf *out, const char *nonce, const struct rw_script_var *vars,
                       size_t var_count, const char *body);

/* Bytes; the rest of a longer line is dropped. One node as JSON in one line can have 100 KB. */
#define RW_SCRIPT_LINE_MAX (1u << 20)

/* Bytes of what stands before the first marker that are kept. */
#define RW_SCRIPT_OTHER_MAX 4096

/* Splits output into the lines between the markers. */
struct rw_script_output {
    char nonce[RW_SCRIPT_NONCE_SIZE];
    bool begun;
    bool ended;
    int status; /* exit status of the script, once ended */
    struct rw_buf line;
    struct rw_buf other; /* the lines before the first marker */
    void (*on_line)(void *context, const char *line, size_t length);
    void *context;
};

void rw_script_output_init(struct rw_script_output *output, const char *nonce,
                           void (*on_line)(void *context, const char *line, size_t length),
                           void *context);
void rw_script_output_add(struct rw_script_output *output, const char *data, size_t size);
/* What the host said beside or instead of the script, as one printable line to free(), "" when it
 * said nothing: standard error first, then what came before the first marker. At most max bytes. */
char *rw_script_said(const struct rw_script_output *output, const struct rw_buf *err, size_t max);
void rw_script_output_done(struct rw_script_output *output);

#endif
