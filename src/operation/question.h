/* SPDX-License-Identifier: Apache-2.0 */
/* The questions of hosts during login: their text, the list of those that wait, and a memory, so
 * that the user is not asked the same twice. No terminal, no network. */
#ifndef RW_OPERATION_QUESTION_H
#define RW_OPERATION_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "remote/remote.h"

/* ---- one question ---- */

struct rw_host_question {
    unsigned serial;
    const char *host; /* name; the one that waits for the answer */
    bool jump;        /* it is the host's jump host that asks: address and user are its own */
    const char *address;
    const char *user;
    bool sudo;                     /* the password for sudo; else ssh says what it is */
    enum rw_ssh_question_kind ssh; /* see ssh.h */
    const char *prompt, *key_path, *key_type, *fingerprint;
    bool echo;
    bool again; /* the answer before was wrong */
};

/* Whether a host key is to be trusted: the answer is "yes", or it is refused. */
bool rw_host_question_is_key(const struct rw_host_question *question);
/* Who asks, in the current language, to free(): the host's name, or "jump host 192.0.2.1". */
char *rw_host_question_asker(const struct rw_host_question *question);
/* The question, in the current language and without a colon at its end, to free(). Of a host key:
 * whose it is, and a line with its fingerprint. */
char *rw_host_question_text(const struct rw_host_question *question);

/* Whether the hosts are to be taken over from another console, in the current language, to free():
 * who is working there, by L-01 for each host, and the consequences. */
char *rw_lock_question_text(const struct rw_findings *held);

/* Whether nodes that run are to be restarted, the same: which and why, by C-05 for each. */
char *rw_restart_question_text(const struct rw_findings *restarts);

/* ---- those that wait ---- */

struct rw_questions_item;
struct rw_questions_memory;

/* `struct rw_questions questions = {.answer = …, .context = …};` is ready. */
struct rw_questions {
    /* Hands an answer to the one that asked; text NULL refuses. */
    void (*answer)(void *context, unsigned source, unsigned id, const char *text);
    /* A secret was typed, which may have to be taken out of texts; may be NULL. */
    void (*secret)(void *context, const char *text);
    void *context;
    struct rw_questions_item *items;
    size_t count;
    unsigned last_serial;
    struct rw_questions_memory *memory;
    size_t memory_count;
};

/* Adds what a host asks; copied. source and id say to whom the answer goes. */
void rw_questions_add(struct rw_questions *questions, unsigned source, unsigned id,
                      const struct rw_host *host, const struct rw_remote_question *asked);
/* Answers what can be answered from memory: a passphrase serves all hosts with this key, a password
 * all with this user, until a host says that it is wrong. Not from inside of a call of those who
 * ask. */
void rw_questions_settle(struct rw_questions *questions);
/* Forgets the questions of one who asks, or of a whole source: their answers are not needed any
 * more. */
void rw_questions_drop(struct rw_questions *questions, unsigned source, unsigned id);
void rw_questions_drop_all(struct rw_questions *questions, unsigned source);
bool rw_questions_wait(const struct rw_questions *questions, unsigned source, unsigned id);

/* Those that a person has to answer. Borrowed until it is answered or dropped. */
size_t rw_questions_open(const struct rw_questions *questions);
const struct rw_host_question *rw_questions_at(const struct rw_questions *questions, size_t index);
/* Answers one, and remembers the answer; NULL refuses. A serial that is gone does nothing. */
void rw_questions_answer(struct rw_questions *questions, unsigned serial, const char *text);
/* Refuses one, and with rw_questions_settle() all that ask the same, now or later, until
 * rw_questions_ask_again(). */
void rw_questions_refuse(struct rw_questions *questions, unsigned serial);
void rw_questions_ask_again(struct rw_questions *questions);
/* Trusts all host keys that wait. */
void rw_questions_trust_all(struct rw_questions *questions);

/* Names every secret that was typed. */
void rw_questions_secrets(const struct rw_questions *questions,
                          void (*secret)(void *context, const char *text), void *context);
/* Wipes and frees; they are empty afterwards. */
void rw_questions_done(struct rw_questions *questions);

#endif
