/* SPDX-License-Identifier: Apache-2.0 */
/* Login with a password, by the "password" method or by prompts of the host
 * ("keyboard-interactive").
 *
 * libssh2's callback for prompts must answer at once, but the user cannot. So a prompt without a
 * known answer gets an empty one, which fails; then the user is asked, and the method is run again
 * with the answers. A single prompt that hides its answer gets the password. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "net/ssh_auth.h"

#define PROMPTS_MAX     16
#define PROMPT_TEXT_MAX 400
/* Runs with empty answers count for the host, which hangs up after six. */
#define RUNS_MAX 5

/* ---- the "password" method ---- */

static int refused(struct rw_ssh *ssh, int rc)
{
    if (rc != LIBSSH2_ERROR_AUTHENTICATION_FAILED || ssh->eof || ssh->io_errno || ssh->goodbye)
        return rw_ssh_auth_lost(ssh);
    ssh->attempts++;
    ssh->auth->used++;
    return RW_SSH_REFUSED;
}

static int try_password(struct rw_ssh *ssh, const char *password)
{
    int rc = libssh2_userauth_password_ex(ssh->session, ssh->user, (unsigned)strlen(ssh->user),
                                          password, (unsigned)strlen(password), NULL);
    if (rc == LIBSSH2_ERROR_EAGAIN)
        return RW_SSH_WAIT;
    if (rc == 0)
        return RW_SSH_DONE;
    if (rc == LIBSSH2_ERROR_PASSWORD_EXPIRED)
        return rw_ssh_fail(ssh, RW_EAUTH,
                           "%s port %d: the password of %s has expired and must be changed first",
                           ssh->address, ssh->port, ssh->user);
    return refused(ssh, rc);
}

/* ---- prompts ---- */

static void forget_prompts(struct rw_ssh_auth *auth, size_t from)
{
    for (size_t i = from; i < auth->prompt_count; i++) {
        free(auth->prompts[i].text);
        rw_secret_free(auth->prompts[i].answer);
    }
    if (auth->prompt_count > from)
        auth->prompt_count = from;
}

/* Gives the prompt in its place, known from an earlier run or new. */
static struct rw_ssh_prompt *find_prompt(struct rw_ssh_auth *auth, const char *text, size_t size,
                                         bool echo)
{
    size_t at = auth->prompt_at++;
    char *printable = rw_text_printable(text, size, PROMPT_TEXT_MAX);
    if (at < auth->prompt_count && strcmp(auth->prompts[at].text, printable) == 0) {
        free(printable);
        return &auth->prompts[at];
    }
    forget_prompts(auth, at);
    struct rw_ssh_prompt *prompt = rw_array_add(auth->prompts, auth->prompt_count);
    prompt->text = printable;
    prompt->echo = echo;
    return prompt;
}

static const char *answer_for(struct rw_ssh_auth *auth, struct rw_ssh_prompt *prompt, bool single)
{
    if (prompt->answer)
        return prompt->answer;
    if (auth->password && !auth->password_used && single && !prompt->echo) {
        auth->password_used = prompt->by_password = true;
        return auth->password;
    }
    prompt->by_password = false;
    auth->unknown = true;
    return "";
}

static void on_prompts(const char *name, int name_size, const char *instruction,
                       int instruction_size, int count,
                       const LIBSSH2_USERAUTH_KBDINT_PROMPT *prompts,
                       LIBSSH2_USERAUTH_KBDINT_RESPONSE *responses, void **abstract)
{
    struct rw_ssh *ssh = *abstract;
    struct rw_ssh_auth *auth = ssh->auth;
    (void)name;
    (void)name_size;
    (void)instruction;
    (void)instruction_size;
    for (int i = 0; i < count; i++) {
        const char *answer = "";
        if (auth->prompt_at < PROMPTS_MAX) {
            struct rw_ssh_prompt *prompt = find_prompt(auth, (const char *)prompts[i].text,
                                                       prompts[i].length, prompts[i].echo != 0);
            answer = answer_for(auth, prompt, count == 1);
        }
        /* libssh2 frees it. */
        responses[i].length = (unsigned)strlen(answer);
        responses[i].text = rw_ssh_give(answer, responses[i].length);
    }
}

static int try_prompts(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (!auth->running) {
        auth->running = true;
        auth->unknown = auth->password_used = false;
        auth->prompt_at = 0;
        auth->runs++;
    }
    int rc = libssh2_userauth_keyboard_interactive_ex(ssh->session, ssh->user,
                                                      (unsigned)strlen(ssh->user), on_prompts);
    if (rc == LIBSSH2_ERROR_EAGAIN)
        return RW_SSH_WAIT;
    auth->running = false;
    if (rc == 0)
        return RW_SSH_DONE;
    rc = refused(ssh, rc);
    if ((rc != RW_SSH_REFUSED && rc != RW_SSH_HUNG_UP) || auth->unknown)
        return rc;
    /* Every prompt had an answer: at least one was wrong, so ask for all of them. */
    auth->password_attempt++;
    auth->password = NULL;
    for (size_t i = 0; i < auth->prompt_count; i++) {
        auth->prompts[i].by_password = false;
        rw_secret_free(auth->prompts[i].answer);
        auth->prompts[i].answer = NULL;
    }
    return rc;
}

/* ---- asking ---- */

static int ask_password(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    struct rw_ssh_question question = {.kind = RW_SSH_ASK_PASSWORD,
                                       .attempt = auth->password_attempt};
    char *answer = NULL;
    if (rw_ssh_ask(ssh, &question, &answer) == RW_SSH_WAIT)
        return RW_SSH_WAIT;
    rw_secret_free(auth->asked);
    auth->asked = answer;
    return answer ? RW_SSH_DONE : RW_SSH_REFUSED;
}

/* Asks until every prompt has its answer. */
static int ask_prompts(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    for (size_t i = 0; i < auth->prompt_count; i++) {
        struct rw_ssh_prompt *prompt = &auth->prompts[i];
        if (prompt->answer || prompt->by_password)
            continue;
        struct rw_ssh_question question = {.kind = RW_SSH_ASK_PROMPT,
                                           .prompt = prompt->text,
                                           .echo = prompt->echo,
                                           .attempt = auth->password_attempt};
        if (rw_ssh_ask(ssh, &question, &prompt->answer) == RW_SSH_WAIT)
            return RW_SSH_WAIT;
        if (!prompt->answer)
            return RW_SSH_REFUSED;
    }
    return RW_SSH_DONE;
}

/* Asks and tries by the "password" method, up to three times. */
static int ask_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    while (auth->password_attempt <= RW_SSH_ATTEMPTS) {
        if (!auth->asked) {
            int rc = ask_password(ssh);
            if (rc != RW_SSH_DONE)
                return rc;
            if (auth->password_attempt == 1)
                rw_ssh_auth_tried(ssh, "password (asked)");
        }
        int rc = try_password(ssh, auth->asked);
        if (rc != RW_SSH_REFUSED && rc != RW_SSH_HUNG_UP)
            return rc;
        rw_secret_free(auth->asked);
        auth->asked = NULL;
        auth->password_attempt++;
        auth->asked_first = rc == RW_SSH_REFUSED && !rw_ssh_auth_offers(ssh, "publickey");
        if (rc == RW_SSH_HUNG_UP || auth->asked_first)
            return rc;
    }
    return RW_SSH_REFUSED;
}

/* Asks and tries by prompts. Before the first run their texts are not known; nearly always there
 * is one, for the password, so that is asked for. */
static int ask_prompts_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    while (auth->running || (auth->password_attempt <= RW_SSH_ATTEMPTS && auth->runs < RUNS_MAX)) {
        if (!auth->running) {
            bool first = !auth->prompt_count;
            int rc = first ? ask_password(ssh) : ask_prompts(ssh);
            if (rc != RW_SSH_DONE)
                return rc;
            if (first)
                auth->password = auth->asked;
            if (!auth->runs)
                rw_ssh_auth_tried(ssh, "keyboard-interactive (asked)");
        }
        int rc = try_prompts(ssh);
        if (rc != RW_SSH_REFUSED)
            return rc;
    }
    return RW_SSH_REFUSED;
}

/* ---- the order ---- */

static int known_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (!ssh->password || !rw_ssh_auth_offers(ssh, "password"))
        return RW_SSH_REFUSED;
    if (!auth->running)
        rw_ssh_auth_tried(ssh, "password");
    auth->running = true;
    int rc = try_password(ssh, ssh->password);
    if (rc != RW_SSH_WAIT)
        auth->running = false;
    return rc;
}

static int known_prompt_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (!ssh->password || !rw_ssh_auth_offers(ssh, "keyboard-interactive"))
        return RW_SSH_REFUSED;
    if (!auth->running) {
        rw_ssh_auth_tried(ssh, "keyboard-interactive");
        auth->password = ssh->password;
    }
    return try_prompts(ssh);
}

bool rw_ssh_auth_takes_password(const struct rw_ssh *ssh)
{
    return rw_ssh_auth_offers(ssh, "password") || rw_ssh_auth_offers(ssh, "keyboard-interactive");
}

int rw_ssh_auth_password_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (auth->password_phase == PASSWORD_KNOWN) {
        int rc = known_step(ssh);
        if (rc != RW_SSH_REFUSED)
            return rc;
        auth->password_phase = PASSWORD_KNOWN_PROMPT;
    }
    return known_prompt_step(ssh);
}

int rw_ssh_auth_ask_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (!ssh->ask)
        return RW_SSH_REFUSED;
    if (auth->password_phase < PASSWORD_ASK) {
        auth->password_attempt = 1;
        auth->password_phase = rw_ssh_auth_offers(ssh, "password") && !auth->unknown
                                   ? PASSWORD_ASK
                                   : PASSWORD_ASK_PROMPT;
    }
    if (auth->password_phase == PASSWORD_ASK)
        return rw_ssh_auth_offers(ssh, "password") ? ask_step(ssh) : RW_SSH_REFUSED;
    return rw_ssh_auth_offers(ssh, "keyboard-interactive") ? ask_prompts_step(ssh) : RW_SSH_REFUSED;
}

void rw_ssh_auth_password_free(struct rw_ssh_auth *auth)
{
    forget_prompts(auth, 0);
    free(auth->prompts);
    rw_secret_free(auth->asked);
}
