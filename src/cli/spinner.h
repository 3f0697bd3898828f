/* SPDX-License-Identifier: Apache-2.0 */
/* One line at the bottom of the output that says what is being waited for, on a terminal only. */
#ifndef RW_CLI_SPINNER_H
#define RW_CLI_SPINNER_H

#include <uv.h>

#include "cli/ask.h"

struct rw_spinner;

/* ask (may be NULL): while a question stands on the screen the spinner rests. Nothing is ever drawn
 * when standard output is no terminal, or quiet is set. */
struct rw_spinner *rw_spinner_new(uv_loop_t *loop, const struct rw_ask *ask, bool quiet);
/* Sets the text; takes it over. */
void rw_spinner_say(struct rw_spinner *spinner, char *text);
/* Takes the line away, before something else is printed. */
void rw_spinner_erase(struct rw_spinner *spinner);
/* Takes it away for good. NULL is fine. */
void rw_spinner_free(struct rw_spinner *spinner);

#endif
