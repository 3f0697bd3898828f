/* SPDX-License-Identifier: Apache-2.0 */
/* Questions on the terminal, one at a time, while the loop runs. */
#ifndef RW_CLI_ASK_H
#define RW_CLI_ASK_H

#include <stdbool.h>
#include <uv.h>

struct rw_ask;

/* Opens /dev/tty. NULL when there is no terminal to ask on. */
struct rw_ask *rw_ask_new(uv_loop_t *loop);
/* Takes the question off the screen and drops those that wait, without calling back. NULL is
 * fine. */
void rw_ask_leave(struct rw_ask *ask);
/* Restores the terminal; NULL is fine. */
void rw_ask_free(struct rw_ask *ask);

/* Puts a question in the queue. answer() comes from the loop with the line (wiped afterwards), or
 * NULL at end of file. What was typed before the question stood on the screen does not count.
 */
void rw_ask_put(struct rw_ask *ask, const char *prompt, bool echo,
                void (*answer)(void *context, const char *text), void *context);
/* Whether an answer says yes; NULL does not. */
bool rw_ask_is_yes(const char *text);
/* Whether a question stands on the screen: then nothing else is to be drawn there. */
bool rw_ask_busy(const struct rw_ask *ask);

#endif
