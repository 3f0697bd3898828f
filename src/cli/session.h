/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the commands that connect to hosts: the loop, signals, the terminal, the answers. */
#ifndef RW_CLI_SESSION_H
#define RW_CLI_SESSION_H

#include <stdbool.h>
#include <stdio.h>
#include <uv.h>

#include "base/life.h"
#include "check/requirements.h"
#include "cli/ask.h"
#include "cli/options.h"
#include "cluster/cluster.h"
#include "contact/contact.h"
#include "contact/logins.h"
#include "finding/finding.h"
#include "operation/question.h"

/* Reads the answers file and prints what is wrong with it to standard error; warnings only for
 * commands that are about the answers. NULL: the command ends with RW_OUTCOME_USAGE. */
struct rw_cluster *rw_cli_load(const char *path, bool warnings);

/* Prints findings as plain text: problems first, what several hosts have in common once. */
void rw_cli_print_findings(FILE *out, const struct rw_findings *findings);

struct rw_session {
    uv_loop_t loop;
    struct rw_cluster *cluster;
    const struct rw_options *options;
    struct rw_requirements requirements; /* built in, and of --requirements; see begin() */
    struct rw_ask *ask;                  /* NULL: no terminal */
    struct rw_logins logins;
    struct rw_ssh_keys *keys;   /* each private key is read and asked about once */
    struct rw_ssh_jumps *jumps; /* one connection to each jump host */
    uv_signal_t signals[3];
    void (*stop)(void *context); /* on SIGINT, SIGTERM, SIGHUP */
    void *stop_context;
    /* Hands an answer to the one that asked. */
    void (*answer)(void *context, size_t host, const char *text);
    void *answer_context;
    /* A secret was typed; may be NULL. The context is that of answer. */
    void (*secret)(void *context, const char *text);
    struct rw_questions questions; /* of hosts */
    unsigned asked;                /* serial of the one that was put to the user; 0: none */
    struct rw_life life;           /* puts the next, from the loop */
};

/* installs: the command is about an install to come, so that warnings about the answers and the
 * requirements are wanted. 0, or the exit code after a message. */
int rw_session_begin(struct rw_session *session, const struct rw_options *options, bool installs);
/* Runs the loop until nothing is left. */
void rw_session_run(struct rw_session *session);
/* Lets go of signals and terminal, so that the loop can end. Idempotent. */
void rw_session_quiet(struct rw_session *session);
void rw_session_end(struct rw_session *session);

/* How to connect to the hosts; valid until rw_session_end(). */
struct rw_contact_options rw_session_contact(const struct rw_session *session);

/* Puts a question of a host's connection to the user; the answer goes to session->answer. */
void rw_session_question(struct rw_session *session, size_t host,
                         const struct rw_remote_question *question);

#endif
