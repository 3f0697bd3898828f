/* SPDX-License-Identifier: Apache-2.0 */
/* The login, shared by the ssh_auth*.c files only. */
#ifndef RW_NET_SSH_AUTH_H
#define RW_NET_SSH_AUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "net/ssh_agent.h"
#include "net/ssh_key.h"
#include "net/ssh_private.h"

/* A wrong passphrase or password is asked for again until it was asked this often. */
#define RW_SSH_ATTEMPTS 3
/* A way of logging in came to nothing: try the next one. */
#define RW_SSH_REFUSED 2
/* It came to nothing, and the host hung up because of so many attempts. */
#define RW_SSH_HUNG_UP 3

enum rw_ssh_signing {
    RW_SSH_SIGN_IDLE,
    RW_SSH_SIGN_AGENT,  /* the agent was asked */
    RW_SSH_SIGN_UNLOCK, /* the key has to be decrypted first */
    RW_SSH_SIGN_READY,
    RW_SSH_SIGN_FAILED,
};

/* What may open the door without a question: a key of the agent or of a file, or the password that
 * is known. */
struct rw_ssh_candidate {
    bool password;
    struct rw_ssh_key *key; /* NULL: the agent has it */
    struct rw_buf blob;     /* the agent's keys only */
    const char *label;      /* files only; borrowed */
    bool refused;           /* by the host */
    bool over;              /* it was tried */
};

struct rw_ssh_prompt {
    char *text;
    bool echo;
    bool by_password; /* answered with the password */
    char *answer;
};

struct rw_ssh_unlock;

struct rw_ssh_auth {
    enum { AUTH_METHODS, AUTH_LISTING, AUTH_WAYS, AUTH_MORE, AUTH_ASK } phase;
    char *list;         /* libssh2's, of the last time it was asked for */
    char *before;       /* AUTH_MORE: what the host allowed before */
    bool half;          /* something did suffice, for a part of what is wanted */
    bool asked_first;   /* AUTH_MORE: it was an answer of the user */
    size_t used, limit; /* attempts on this connection, and how many there may be */
    size_t connections;

    /* ways */
    struct rw_ssh_agent *agent;
    bool agent_replied, agent_told, collected;
    size_t agent_keys;
    struct rw_ssh_candidate *candidates;
    size_t count, at;
    struct rw_buf wire; /* the candidate's public key as it is sent */
    enum rw_ssh_signing signing;
    struct rw_buf signature;
    struct rw_ssh_unlock *unlock;
    struct rw_ssh_key *unlocking; /* the key of which this is the owner or a waiter */
    bool proved;                  /* a signature was given and did not suffice */
    bool unlocked;                /* the unlock has ended */
    int unlock_rc;
    int passphrase_attempt;

    /* passwords */
    enum {
        PASSWORD_KNOWN,
        PASSWORD_KNOWN_PROMPT,
        PASSWORD_ASK,
        PASSWORD_ASK_PROMPT
    } password_phase; /* before PASSWORD_ASK: what comes next with the known one */
    char *asked;
    int password_attempt, runs;
    const char *password; /* for keyboard-interactive: ssh->password, asked, or NULL */
    bool password_used, running, unknown;
    struct rw_ssh_prompt *prompts;
    size_t prompt_count, prompt_at;
};

/* Adds one item to what was tried. */
void rw_ssh_auth_tried(struct rw_ssh *ssh, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool rw_ssh_auth_offers(const struct rw_ssh *ssh, const char *method);

/* ---- ssh_auth_key.c: RW_SSH_DONE, RW_SSH_WAIT, RW_SSH_REFUSED or an error ---- */

int rw_ssh_auth_key_step(struct rw_ssh *ssh, struct rw_ssh_candidate *candidate);
/* The agent's answer to a request to sign. */
void rw_ssh_auth_key_signed(struct rw_ssh *ssh, const void *data, size_t size);
void rw_ssh_auth_key_free(struct rw_ssh *ssh, struct rw_ssh_auth *auth);

/* The host does not go on; RW_SSH_HUNG_UP, or the connection has failed. */
int rw_ssh_auth_lost(struct rw_ssh *ssh);

/* ---- ssh_auth_password.c: the same ---- */

/* Whether the host takes a password, or asks for something that may be one. */
bool rw_ssh_auth_takes_password(const struct rw_ssh *ssh);
/* With the password that is known. */
int rw_ssh_auth_password_step(struct rw_ssh *ssh);
/* With what the user is asked for. RW_SSH_REFUSED: no (further) answer; or one was refused by a
 * host that may have wanted it as the first of several proofs (`asked_first`). */
int rw_ssh_auth_ask_step(struct rw_ssh *ssh);
void rw_ssh_auth_password_free(struct rw_ssh_auth *auth);

#endif
