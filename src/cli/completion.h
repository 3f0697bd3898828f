/* SPDX-License-Identifier: Apache-2.0 */
/* Completion of commands, options and their arguments in shells, written from the tables of the
 * command line. data/completions holds what comes out in English. */
#ifndef RW_CLI_COMPLETION_H
#define RW_CLI_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

struct rw_buf;

/* "bash", "zsh", "fish": by their place from 0, NULL after the last; static. */
const char *rw_completion_shell(size_t place);
/* Appends the script for that shell, its descriptions in the current language; false and nothing
 * when there is no such shell. */
bool rw_completion_write(struct rw_buf *out, const char *shell);

#endif
