/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of standard input, for a conversation: a terminal, a pipe or a file. */
#ifndef RW_CLI_PLAIN_INPUT_H
#define RW_CLI_PLAIN_INPUT_H

#include <stdbool.h>
#include <uv.h>

#define RW_PLAIN_LINE_MAX 65536 /* bytes; a longer line is cut into several */

struct rw_plain_input;

struct rw_plain_input *rw_plain_input_new(uv_loop_t *loop);
/* Restores the terminal; NULL is fine. */
void rw_plain_input_free(struct rw_plain_input *input);

bool rw_plain_input_is_terminal(const struct rw_plain_input *input);
/* Reads from now on (the loop wakes when something came), with or without echo; or no more. */
void rw_plain_input_want(struct rw_plain_input *input, bool want, bool hidden);
/* The next line without its end, to rw_secret_free(); NULL: none is there yet. */
char *rw_plain_input_take(struct rw_plain_input *input);
/* Nothing is left, and nothing will come. */
bool rw_plain_input_ended(const struct rw_plain_input *input);
/* Throws away what was typed ahead on a terminal. */
void rw_plain_input_flush(struct rw_plain_input *input);

#endif
