/* SPDX-License-Identifier: Apache-2.0 */
/* Login with one key. libssh2 asks the host whether it would accept the public key, then calls
 * back for the signature; that callback may say EAGAIN, so the passphrase is asked for, and the
 * agent waited for, exactly when it is known to be of use. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "net/ssh_auth.h"
#include "net/ssh_wire.h"

/* Time for a user to confirm or to touch a token. */
#define SIGN_TIMEOUT_MS 60000

/* ---- passphrases: bcrypt takes its time, so it runs in a thread ---- */

struct rw_ssh_unlock {
    uv_work_t work;
    struct rw_ssh *ssh;
    struct rw_ssh_key *key;
    struct rw_buf text;
    char *passphrase;
    EVP_PKEY *pkey;
    int rc;
};

static void unlock_work(uv_work_t *work)
{
    struct rw_ssh_unlock *unlock = work->data;
    unlock->rc = rw_ssh_key_decrypt(rw_buf_str(&unlock->text), unlock->text.len, unlock->passphrase,
                                    &unlock->pkey, NULL);
}

static void unlock_done(uv_work_t *work, int status)
{
    struct rw_ssh_unlock *unlock = work->data;
    struct rw_ssh *ssh = unlock->ssh;
    int rc = status < 0 ? RW_ECANCELED : unlock->rc;
    if (rc == 0)
        rw_ssh_key_unlock(unlock->key, unlock->pkey);
    bool wanted = ssh->auth && ssh->auth->unlock == unlock;
    rw_buf_wipe(&unlock->text);
    rw_secret_free(unlock->passphrase);
    free(unlock);
    if (wanted) {
        ssh->auth->unlock = NULL;
        ssh->auth->unlocked = true;
        ssh->auth->unlock_rc = rc;
        rw_ssh_resume(ssh);
        rw_ssh_pump(ssh);
    }
    rw_life_drop(&ssh->life);
}

static void unlock_start(struct rw_ssh *ssh, struct rw_ssh_key *key, char *passphrase)
{
    struct rw_ssh_unlock *unlock = rw_calloc(1, sizeof *unlock);
    unlock->ssh = ssh;
    unlock->key = key;
    unlock->passphrase = passphrase;
    rw_buf_add(&unlock->text, key->text.data, key->text.len);
    unlock->work.data = unlock;
    ssh->auth->unlock = unlock;
    rw_life_hold(&ssh->life);
    rw_ssh_pause(ssh);
    uv_queue_work(ssh->loop, &unlock->work, unlock_work, unlock_done);
}

/* One connection at a time asks and decrypts: with many of them the user would answer the same
 * question many times, and the processor do the same work. */
static bool take_turn(struct rw_ssh *ssh, struct rw_ssh_key *key)
{
    ssh->auth->unlocking = key;
    if (key->owner == ssh)
        return true;
    if (!key->owner) {
        rw_ssh_resume(ssh);
        key->owner = ssh;
        return true;
    }
    for (size_t i = 0; i < key->waiting_count; i++) {
        if (key->waiting[i] == ssh)
            return false;
    }
    *rw_array_add(key->waiting, key->waiting_count) = ssh;
    rw_ssh_pause(ssh);
    return false;
}

static void end_turn(struct rw_ssh *ssh, struct rw_ssh_auth *auth)
{
    struct rw_ssh_key *key = auth->unlocking;
    if (!key)
        return;
    auth->unlocking = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < key->waiting_count; i++) {
        if (key->waiting[i] == ssh)
            continue;
        if (key->owner == ssh)
            rw_ssh_kick(key->waiting[i]);
        else
            key->waiting[kept++] = key->waiting[i];
    }
    key->waiting_count = kept;
    if (key->owner == ssh)
        key->owner = NULL;
}

/* Looks at what came of the last passphrase; false when no further one is to be asked for. */
static bool may_ask_again(struct rw_ssh *ssh, const struct rw_ssh_candidate *candidate)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (!auth->unlocked) {
        if (!auth->passphrase_attempt)
            auth->passphrase_attempt = 1;
        return true;
    }
    auth->unlocked = false;
    if (auth->unlock_rc == RW_EAUTH && auth->passphrase_attempt++ < RW_SSH_ATTEMPTS)
        return true;
    rw_ssh_auth_tried(ssh, "key %s (%s)", candidate->label,
                      auth->unlock_rc == RW_EAUTH ? "wrong passphrase" : "damaged");
    return false;
}

static int ask_and_unlock(struct rw_ssh *ssh, const struct rw_ssh_candidate *candidate)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (auth->unlock)
        return RW_SSH_WAIT;
    if (!ssh->asking && !may_ask_again(ssh, candidate))
        return RW_SSH_REFUSED;
    struct rw_ssh_question question = {.kind = RW_SSH_ASK_PASSPHRASE,
                                       .key_path = candidate->key->path,
                                       .attempt = auth->passphrase_attempt};
    char *answer = NULL;
    if (rw_ssh_ask(ssh, &question, &answer) == RW_SSH_WAIT)
        return RW_SSH_WAIT;
    if (!answer) {
        rw_ssh_auth_tried(ssh, "key %s (no passphrase given)", candidate->label);
        return RW_SSH_REFUSED;
    }
    unlock_start(ssh, candidate->key, answer);
    return RW_SSH_WAIT;
}

/* Makes key->pkey available. RW_SSH_REFUSED: it will not be. */
static int unlock_step(struct rw_ssh *ssh, const struct rw_ssh_candidate *candidate)
{
    int rc = RW_SSH_DONE;
    if (!candidate->key->pkey) {
        if (!take_turn(ssh, candidate->key))
            return RW_SSH_WAIT;
        rc = ask_and_unlock(ssh, candidate);
    }
    if (rc != RW_SSH_WAIT) {
        rw_ssh_resume(ssh);
        end_turn(ssh, ssh->auth);
    }
    return rc;
}

/* ---- signatures ---- */

/* The name of the signature algorithm stands in the data that is to be signed: session id, then
 * the request of RFC 4252 section 7. */
static bool find_algorithm(const void *data, size_t size, char out[RW_WIRE_TYPE_SIZE])
{
    struct rw_wire wire = rw_wire_init(data, size);
    rw_wire_string(&wire);
    rw_wire_u8(&wire);
    for (int i = 0; i < 3; i++)
        rw_wire_string(&wire);
    rw_wire_u8(&wire);
    return !wire.bad && rw_wire_key_type(wire.data, wire.left, out);
}

static int hand_over(struct rw_ssh_auth *auth, unsigned char **signature, size_t *size)
{
    *size = auth->signature.len;
    *signature = rw_ssh_give(auth->signature.data, auth->signature.len);
    rw_buf_clear(&auth->signature);
    auth->signing = RW_SSH_SIGN_IDLE;
    auth->proved = true;
    return 0;
}

static int sign_callback(LIBSSH2_SESSION *session, unsigned char **signature,
                         size_t *signature_size, const unsigned char *data, size_t size,
                         void **abstract)
{
    struct rw_ssh *ssh = *libssh2_session_abstract(session);
    struct rw_ssh_auth *auth = ssh->auth;
    struct rw_ssh_candidate *candidate = &auth->candidates[auth->at];
    char algorithm[RW_WIRE_TYPE_SIZE];
    (void)abstract;
    if (auth->signing == RW_SSH_SIGN_READY)
        return hand_over(auth, signature, signature_size);
    if (auth->signing == RW_SSH_SIGN_FAILED || !find_algorithm(data, size, algorithm))
        return -1;
    if (auth->signing != RW_SSH_SIGN_IDLE)
        return LIBSSH2_ERROR_EAGAIN;
    if (!candidate->key) {
        auth->signing = RW_SSH_SIGN_AGENT;
        rw_ssh_agent_sign(auth->agent, candidate->blob.data, candidate->blob.len, data, size,
                          algorithm, SIGN_TIMEOUT_MS);
        rw_ssh_pause(ssh);
        return LIBSSH2_ERROR_EAGAIN;
    }
    if (!candidate->key->pkey) {
        auth->signing = RW_SSH_SIGN_UNLOCK;
        return LIBSSH2_ERROR_EAGAIN;
    }
    rw_buf_clear(&auth->signature);
    if (rw_ssh_key_sign(candidate->key->pkey, algorithm, data, size, &auth->signature) != 0)
        return -1;
    return hand_over(auth, signature, signature_size);
}

void rw_ssh_auth_key_signed(struct rw_ssh *ssh, const void *data, size_t size)
{
    struct rw_ssh_auth *auth = ssh->auth;
    struct rw_wire wire = rw_wire_init(data, size);
    rw_ssh_resume(ssh);
    if (auth->signing != RW_SSH_SIGN_AGENT)
        return;
    auth->signing = RW_SSH_SIGN_FAILED;
    if (rw_wire_u8(&wire) != RW_SSH_AGENT_SIGNATURE)
        return;
    struct rw_wire signature = rw_wire_string(&wire);
    rw_wire_string(&signature); /* its type, which libssh2 writes by itself */
    struct rw_wire bytes = rw_wire_string(&signature);
    if (wire.bad || signature.bad || !bytes.left)
        return;
    rw_buf_clear(&auth->signature);
    rw_buf_add(&auth->signature, bytes.data, bytes.left);
    auth->signing = RW_SSH_SIGN_READY;
}

/* ---- the login ---- */

static void make_wire(struct rw_ssh_auth *auth, const struct rw_buf *blob)
{
    char type[RW_WIRE_TYPE_SIZE] = "";
    rw_wire_key_type(blob->data, blob->len, type);
#if LIBSSH2_VERSION_NUM < 0x010b00
    /* 1.10 takes the signature algorithm from the type in the blob, and would say "ssh-rsa", which
     * means SHA-1. OpenSSH takes this blob for the same key. */
    if (strcmp(type, "ssh-rsa") == 0) {
        rw_wire_put_string(&auth->wire, "rsa-sha2-256", strlen("rsa-sha2-256"));
        rw_buf_add(&auth->wire, blob->data + 4 + strlen(type), blob->len - 4 - strlen(type));
        return;
    }
#endif
    rw_buf_add(&auth->wire, blob->data, blob->len);
}

static void forget(struct rw_ssh_auth *auth)
{
    rw_buf_done(&auth->wire);
    rw_buf_done(&auth->signature);
    auth->signing = RW_SSH_SIGN_IDLE;
    auth->passphrase_attempt = 0;
    auth->unlocked = false;
}

static int refused(struct rw_ssh *ssh, struct rw_ssh_candidate *candidate, int rc)
{
    bool lost =
        ssh->eof || ssh->io_errno || ssh->goodbye ||
        (rc != LIBSSH2_ERROR_AUTHENTICATION_FAILED && rc != LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED);
    int end = lost ? rw_ssh_auth_lost(ssh) : RW_SSH_REFUSED;
    if (lost && end != RW_SSH_HUNG_UP)
        return end;
    /* Without a signature the host has refused nothing: a file may still hold the agent's key. */
    candidate->refused = ssh->auth->signing != RW_SSH_SIGN_FAILED;
    if (!lost) {
        ssh->attempts += candidate->refused;
        ssh->auth->used += candidate->refused;
    }
    forget(ssh->auth);
    return end;
}

int rw_ssh_auth_key_step(struct rw_ssh *ssh, struct rw_ssh_candidate *candidate)
{
    struct rw_ssh_auth *auth = ssh->auth;
    const struct rw_buf *blob = candidate->key ? &candidate->key->blob : &candidate->blob;
    if (!auth->wire.len && !blob->len) {
        /* An encrypted file that hides its public key: it has to be opened first. */
        int rc = unlock_step(ssh, candidate);
        if (rc == RW_SSH_REFUSED)
            forget(auth);
        if (rc != RW_SSH_DONE)
            return rc;
    }
    if (!auth->wire.len) {
        make_wire(auth, blob);
        if (candidate->key)
            rw_ssh_auth_tried(ssh, "key %s", candidate->label);
    }
    for (;;) {
        if (auth->signing == RW_SSH_SIGN_UNLOCK) {
            int rc = unlock_step(ssh, candidate);
            if (rc == RW_SSH_WAIT)
                return RW_SSH_WAIT;
            auth->signing = rc == RW_SSH_DONE ? RW_SSH_SIGN_IDLE : RW_SSH_SIGN_FAILED;
        }
        void *unused = NULL;
        int rc = libssh2_userauth_publickey(ssh->session, ssh->user,
                                            (const unsigned char *)auth->wire.data, auth->wire.len,
                                            sign_callback, &unused);
        if (rc == LIBSSH2_ERROR_EAGAIN && auth->signing == RW_SSH_SIGN_UNLOCK)
            continue;
        if (rc == LIBSSH2_ERROR_EAGAIN)
            return RW_SSH_WAIT;
        return rc == 0 ? RW_SSH_DONE : refused(ssh, candidate, rc);
    }
}

void rw_ssh_auth_key_free(struct rw_ssh *ssh, struct rw_ssh_auth *auth)
{
    end_turn(ssh, auth);
    if (auth->unlock)
        uv_cancel((uv_req_t *)&auth->unlock->work);
    rw_buf_done(&auth->wire);
    rw_buf_done(&auth->signature);
}
