/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which ways to log in are tried: keys of the agent, key files, passwords. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/ssh_auth.h"
#include "net/ssh_kexinit.h"
#include "net/ssh_wire.h"

#define LIST_TIMEOUT_MS 3000
/* A stock sshd hangs up after six refusals; at least two are left for passwords. */
#define KEY_ATTEMPTS 4
#define AGENT_KEYS   64

static const char *const usual_files[] = {"~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"};

void rw_ssh_auth_tried(struct rw_ssh *ssh, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *item = rw_vasprintf(format, args);
    va_end(args);
    char *all = ssh->tried ? rw_asprintf("%s, %s", ssh->tried, item) : rw_strdup(item);
    free(ssh->tried);
    ssh->tried = all;
    free(item);
}

bool rw_ssh_auth_offers(const struct rw_ssh *ssh, const char *method)
{
    return ssh->methods && rw_ssh_kexinit_common(method, ssh->methods);
}

/* ---- candidates ---- */

static void add_file(struct rw_ssh *ssh, const char *label, bool wanted)
{
    struct rw_ssh_auth *auth = ssh->auth;
    struct rw_error error = {0};
    char *path = rw_file_expand(label, NULL);
    struct rw_ssh_key *key = rw_ssh_keys_get(ssh->keys, path, &error);
    free(path);
    if (key) {
        struct rw_ssh_candidate *candidate = rw_array_add(auth->candidates, auth->count);
        candidate->key = key;
        candidate->label = label;
    } else if (wanted) {
        rw_ssh_auth_tried(ssh, "key %s (%s)", label,
                          error.code == RW_ENOTFOUND ? "no such file"
                          : error.code == RW_EIO     ? "not readable"
                                                     : error.message);
    }
}

static bool usable_type(const struct rw_wire *blob)
{
    static const char *const types[] = {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                        "ecdsa-sha2-nistp521", "ssh-rsa"};
    char type[RW_WIRE_TYPE_SIZE];
    if (!rw_wire_key_type(blob->data, blob->left, type))
        return false;
    for (size_t i = 0; i < RW_COUNT(types); i++) {
        if (strcmp(type, types[i]) == 0)
            return true;
    }
    return false;
}

static void add_agent_keys(struct rw_ssh_auth *auth, const void *data, size_t size)
{
    struct rw_wire wire = rw_wire_init(data, size);
    if (rw_wire_u8(&wire) != RW_SSH_AGENT_IDENTITIES)
        return;
    uint32_t count = rw_wire_u32(&wire);
    for (uint32_t i = 0; i < count && i < AGENT_KEYS && !wire.bad; i++) {
        struct rw_wire blob = rw_wire_string(&wire);
        rw_wire_string(&wire); /* comment */
        if (wire.bad || !usable_type(&blob))
            continue;
        struct rw_ssh_candidate *candidate = rw_array_add(auth->candidates, auth->count);
        rw_buf_add(&candidate->blob, blob.data, blob.left);
        auth->agent_keys++;
    }
}

static const struct rw_buf *blob_of(const struct rw_ssh_candidate *candidate)
{
    return candidate->key ? &candidate->key->blob : &candidate->blob;
}

static bool same_key(const struct rw_ssh_candidate *a, const struct rw_ssh_candidate *b)
{
    const struct rw_buf *x = blob_of(a), *y = blob_of(b);
    return x->len && x->len == y->len && memcmp(x->data, y->data, x->len) == 0;
}

/* The agent's copy of a key file that the user named goes first: with many keys in the agent it
 * would otherwise never be reached. */
static void put_wanted_first(struct rw_ssh_auth *auth)
{
    struct rw_ssh_candidate *file = auth->count ? &auth->candidates[auth->count - 1] : NULL;
    for (size_t i = 1; file && file->key && i < auth->agent_keys; i++) {
        if (same_key(&auth->candidates[i], file)) {
            struct rw_ssh_candidate first = auth->candidates[0];
            auth->candidates[0] = auth->candidates[i];
            auth->candidates[i] = first;
        }
    }
}

static void collect(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (ssh->key) {
        add_file(ssh, ssh->key, true);
        put_wanted_first(auth);
    } else {
        for (size_t i = 0; i < RW_COUNT(usual_files); i++)
            add_file(ssh, usual_files[i], false);
    }
    auth->phase = AUTH_KEYS;
    auth->at = 0;
}

/* ---- agent ---- */

static void on_agent_reply(void *context, const void *data, size_t size)
{
    struct rw_ssh *ssh = context;
    struct rw_ssh_auth *auth = ssh->auth;
    if (!auth || ssh->life.ending)
        return;
    if (auth->phase == AUTH_LISTING) {
        add_agent_keys(auth, data, size);
        auth->agent_replied = true;
    } else {
        rw_ssh_auth_key_signed(ssh, data, size);
    }
    rw_ssh_pump(ssh);
}

static void start_keys(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    const char *path = getenv("SSH_AUTH_SOCK");
    if (!rw_ssh_auth_offers(ssh, "publickey")) {
        auth->phase = AUTH_PASSWORD;
    } else if (ssh->key_only || !path || !*path) {
        collect(ssh);
    } else {
        auth->agent = rw_ssh_agent_open(ssh->loop, path, on_agent_reply, ssh);
        auth->phase = AUTH_LISTING;
        rw_ssh_agent_list(auth->agent, LIST_TIMEOUT_MS);
    }
}

/* ---- steps ---- */

/* Asks the host what it allows now; RW_SSH_REFUSED: it has said so. */
static int methods_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    char *list = libssh2_userauth_list(ssh->session, ssh->user, (unsigned)strlen(ssh->user));
    if (!list && libssh2_userauth_authenticated(ssh->session)) {
        rw_ssh_auth_tried(ssh, "none");
        return RW_SSH_DONE;
    }
    if (!list && libssh2_session_last_errno(ssh->session) == LIBSSH2_ERROR_EAGAIN)
        return RW_SSH_WAIT;
    if (!list)
        return rw_ssh_session_fail(ssh, "the login");
    auth->list = list;
    free(ssh->methods);
    ssh->methods = rw_text_printable(list, strlen(list), 255);
    return RW_SSH_REFUSED;
}

/* A key that was proved may have been the first half of what the host wants. */
static void start_more(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    auth->proved = false;
    auth->phase = AUTH_MORE;
    /* libssh2 frees only the last list that it gave. */
    libssh2_free(ssh->session, auth->list);
}

/* A key that the host has refused is not offered again from another place. */
static bool worth_trying(const struct rw_ssh_auth *auth, size_t at)
{
    const struct rw_ssh_candidate *candidate = &auth->candidates[at];
    size_t left = KEY_ATTEMPTS;
    for (size_t i = 0; i < at; i++) {
        if (auth->candidates[i].refused && same_key(&auth->candidates[i], candidate))
            return false;
        left -= auth->candidates[i].refused && left;
    }
    /* The last attempts belong to the files. */
    bool files = auth->count > auth->agent_keys;
    return candidate->key ? left > 0 : left > (files ? 1 : 0);
}

static int keys_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (auth->at == auth->count) {
        auth->phase = AUTH_PASSWORD;
        return RW_SSH_REFUSED;
    }
    if (auth->signing == RW_SSH_SIGN_IDLE && !auth->wire.len && !auth->unlock &&
        !worth_trying(auth, auth->at)) {
        auth->at++;
        return RW_SSH_REFUSED;
    }
    struct rw_ssh_candidate *candidate = &auth->candidates[auth->at];
    if (!auth->at && !candidate->key && !auth->wire.len)
        rw_ssh_auth_tried(ssh, auth->agent_keys == 1 ? "agent (1 key)" : "agent (%zu keys)",
                          auth->agent_keys);
    int rc = rw_ssh_auth_key_step(ssh, candidate);
    if (rc == RW_SSH_REFUSED) {
        auth->at++;
        if (auth->proved)
            start_more(ssh);
    }
    return rc;
}

static int refuse(struct rw_ssh *ssh)
{
    return rw_ssh_fail(
        ssh, RW_EAUTH, "%s port %d: login as %s refused; tried: %s; the host allows: %s",
        ssh->address, ssh->port, ssh->user,
        ssh->tried ? ssh->tried : "nothing, there is no key and no password", ssh->methods);
}

int rw_ssh_auth_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    for (;;) {
        int rc = RW_SSH_REFUSED;
        switch (auth->phase) {
        case AUTH_METHODS:
            rc = methods_step(ssh);
            if (rc == RW_SSH_REFUSED)
                start_keys(ssh);
            break;
        case AUTH_MORE:
            rc = methods_step(ssh);
            if (rc == RW_SSH_REFUSED)
                auth->phase = rw_ssh_auth_offers(ssh, "publickey") ? AUTH_KEYS : AUTH_PASSWORD;
            break;
        case AUTH_LISTING:
            if (!auth->agent_replied)
                return RW_SSH_WAIT;
            collect(ssh);
            break;
        case AUTH_KEYS:
            rc = keys_step(ssh);
            break;
        case AUTH_PASSWORD:
            rc = rw_ssh_auth_password_step(ssh);
            if (rc == RW_SSH_REFUSED)
                return refuse(ssh);
            break;
        }
        if (rc != RW_SSH_REFUSED)
            return rc;
    }
}

void rw_ssh_auth_start(struct rw_ssh *ssh)
{
    ssh->auth = rw_calloc(1, sizeof *ssh->auth);
}

void rw_ssh_auth_free(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (!auth)
        return;
    ssh->auth = NULL;
    if (auth->agent)
        rw_ssh_agent_close(auth->agent, rw_life_drop, rw_life_hold(&ssh->life));
    for (size_t i = 0; i < auth->count; i++)
        rw_buf_done(&auth->candidates[i].blob);
    free(auth->candidates);
    rw_ssh_auth_key_free(ssh, auth);
    rw_ssh_auth_password_free(auth);
    free(auth);
}
