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

enum rw_ssh_signing {
    RW_SSH_SIGN_IDLE,
    RW_SSH_SIGN_AGENT,  /* the agent was asked */
    RW_SSH_SIGN_UNLOCK, /* the key has to be decrypted first */
    RW_SSH_SIGN_READY,
    RW_SSH_SIGN_FAILED,
};

/* A key that may open the door: of the agent, or from a file. */
struct rw_ssh_candidate {
    struct rw_ssh_key *key; /* NULL: the agent has it */
    struct rw_buf blob;     /* the agent's keys only */
    const char *label;      /* files only; borrowed */
    bool refused;
};

struct rw_ssh_prompt {
    char *text;
    bool echo;
    bool by_password; /* answered with the password */
    char *answer;
};

struct rw_ssh_unlock;

struct rw_ssh_auth {
    enum { AUTH_METHODS, AUTH_LISTING, AUTH_KEYS, AUTH_MORE, AUTH_PASSWORD } phase;
    char *list; /* libssh2's, of the last time it was asked for */

    /* keys */
    struct rw_ssh_agent *agent;
    bool agent_replied;
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
    } password_phase;
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

/* ---- ssh_auth_password.c: the same ---- */

int rw_ssh_auth_password_step(struct rw_ssh *ssh);
void rw_ssh_auth_password_free(struct rw_ssh_auth *auth);

#endif
