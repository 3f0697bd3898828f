/* SPDX-License-Identifier: Apache-2.0 */
/* The wizard as questions and answers, line by line. Inside of src/cli only.
 *
 *     plain.c          life: from page to page, and leaving
 *     plain_input.c    lines of standard input
 *     plain_ask.c      one question, and what the hosts ask
 *     plain_welcome.c  page 1: language, which cluster
 *     plain_hosts.c    page 2
 *     plain_checks.c   pages 3 and 4
 *     plain_settings.c pages 5 and 6
 *     plain_install.c  pages 7 and 8
 *
 * The code reads from top to bottom, as the conversation does: a question turns the loop until its
 * answer has come. */
#ifndef RW_CLI_PLAIN_H
#define RW_CLI_PLAIN_H

#include <stdbool.h>
#include <uv.h>

#include "check/requirements.h"
#include "cli/options.h"
#include "cli/plain_input.h"
#include "cli/progress.h"
#include "cluster/settings.h"
#include "wizard/wizard.h"

struct rw_plain {
    uv_loop_t loop;
    const struct rw_options *options;
    struct rw_wizard *wizard;
    struct rw_plain_input *input;
    struct rw_requirements requirements;
    struct rw_progress *progress; /* shows the events of the install */
    uv_signal_t signals[3];
    bool uninterrupted; /* what hosts ask has to wait */
    bool stopped;       /* by a signal, or the output has no reader */
    bool finished;      /* exit_code is that of an install */
    int exit_code;
};

enum rw_plain_move {
    RW_PLAIN_NEXT,
    RW_PLAIN_BACK,
    RW_PLAIN_AGAIN, /* the page is to be shown anew, or another one was opened */
    RW_PLAIN_LEAVE, /* a signal, or the end of input */
};

/* ---- plain_ask.c ---- */

/* One question. Texts are in the current language. */
struct rw_plain_field {
    const char *prompt;
    const char *value; /* what Enter alone gives, or NULL */
    const char *help;  /* for ?, or NULL */
    bool secret;       /* not shown */
    bool whole;        /* "?", "<" and "-" mean themselves */
    bool dash;         /* "-" means itself */
};
/* NEXT with *text to rw_secret_free(), BACK for "<", or LEAVE. "-" gives "". Questions of hosts
 * that come meanwhile are asked first. */
enum rw_plain_move rw_plain_ask(struct rw_plain *plain, const struct rw_plain_field *field,
                                char **text);
/* NEXT when it is yes, BACK when it is no. */
enum rw_plain_move rw_plain_ask_yes(struct rw_plain *plain, const char *prompt, bool yes);
/* The question for a setting, translated: its label and the values that can be typed; to free(). */
char *rw_plain_prompt(const struct rw_setting *setting);
/* Asks for a setting of the document, of a host or RW_DOCUMENT_CLUSTER, until it is possible, or
 * the same is given once more. */
enum rw_plain_move rw_plain_ask_setting(struct rw_plain *plain, int host,
                                        const struct rw_setting *setting);
/* Puts the questions of the hosts to the user; LEAVE, or NEXT. */
enum rw_plain_move rw_plain_questions(struct rw_plain *plain);
/* Whether the output so far could not be written: the terminal is gone, a pipe has no reader, the
 * disk is full. */
bool rw_plain_is_unheard(void);
/* Turns the loop until it is over, asking what hosts ask; LEAVE, or NEXT. */
enum rw_plain_move rw_plain_wait(struct rw_plain *plain, bool (*over)(struct rw_plain *plain));
/* A letter, or one and a number; the number is 0 without one. '?' for anything else, NUL for an
 * empty line. */
char rw_plain_command(const char *line, size_t *number);

/* ---- pages ---- */

enum rw_plain_move rw_plain_welcome(struct rw_plain *plain);
enum rw_plain_move rw_plain_hosts(struct rw_plain *plain);
enum rw_plain_move rw_plain_checks(struct rw_plain *plain);
/* Shows the repairs of page 4, asks for confirmation and runs them. LEAVE, or NEXT. */
enum rw_plain_move rw_plain_fix(struct rw_plain *plain);
enum rw_plain_move rw_plain_settings(struct rw_plain *plain);
enum rw_plain_move rw_plain_review(struct rw_plain *plain);
enum rw_plain_move rw_plain_install(struct rw_plain *plain);
enum rw_plain_move rw_plain_done(struct rw_plain *plain);

/* ---- plain.c ---- */

void rw_plain_head(struct rw_plain *plain, enum rw_wizard_step step);
void rw_plain_findings(struct rw_plain *plain, enum rw_wizard_step step);
/* Turns the loop until each host was logged in to or has failed; LEAVE, or NEXT. */
enum rw_plain_move rw_plain_login(struct rw_plain *plain);
/* Prints the hosts as a table, with their state. */
void rw_plain_host_table(struct rw_plain *plain);

#endif
