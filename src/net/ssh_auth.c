/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which ways to log in are tried: what the answers name, keys of the agent and of the
 * usual files, what the user types in; over a few connections where the host hangs up. */
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
/* A stock sshd hangs up after six refusals; at least two are left for what the user types in. */
#define ATTEMPTS 4
/* Since OpenSSH 9.8 a machine is turned away for a while after some that came to nothing. */
#define CONNECTIONS 3
#define AGENT_KEYS  64

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

/* The order: what the answers name, the key and then the password; after that the keys of the
 * agent, and the usual files. The agent's copy of the named key goes before its file, since it
 * needs no passphrase. */
static void collect(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    struct rw_ssh_candidate *agent = auth->candidates;
    size_t agent_count = auth->count;
    auth->candidates = NULL;
    auth->count = 0;
    if (ssh->key)
        add_file(ssh, ssh->key, true);
    struct rw_ssh_candidate named =
        auth->count ? auth->candidates[0] : (struct rw_ssh_candidate){0};
    auth->count = 0;
    for (size_t i = 0; named.key && i < agent_count; i++)
        if (same_key(&agent[i], &named)) {
            *rw_array_add(auth->candidates, auth->count) = agent[i];
            agent[i] = (struct rw_ssh_candidate){.over = true};
            break;
        }
    if (named.key)
        *rw_array_add(auth->candidates, auth->count) = named;
    if (ssh->password)
        *rw_array_add(auth->candidates, auth->count) = (struct rw_ssh_candidate){.password = true};
    for (size_t i = 0; i < agent_count; i++)
        if (!agent[i].over)
            *rw_array_add(auth->candidates, auth->count) = agent[i];
    for (size_t i = 0; !ssh->key && i < RW_COUNT(usual_files); i++)
        add_file(ssh, usual_files[i], false);
    free(agent);
    auth->collected = true;
    auth->phase = AUTH_WAYS;
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

static void start_ways(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    const char *path = getenv("SSH_AUTH_SOCK");
    if (auth->collected) {
        auth->phase = AUTH_WAYS;
    } else if (ssh->key_only || !path || !*path) {
        collect(ssh);
    } else {
        auth->agent = rw_ssh_agent_open(ssh->loop, path, on_agent_reply, ssh);
        auth->phase = AUTH_LISTING;
        rw_ssh_agent_list(auth->agent, LIST_TIMEOUT_MS);
    }
}

/* ---- connections: a host hangs up after some attempts ---- */

/* Whether the way is still to be tried, by what the host allows now. A key that it has refused is
 * not offered again from another place. */
static bool worth_trying(const struct rw_ssh *ssh, size_t at)
{
    const struct rw_ssh_auth *auth = ssh->auth;
    const struct rw_ssh_candidate *candidate = &auth->candidates[at];
    if (candidate->over)
        return false;
    if (candidate->password)
        return rw_ssh_auth_takes_password(ssh);
    for (size_t i = 0; i < auth->count; i++)
        if (i != at && auth->candidates[i].refused && same_key(&auth->candidates[i], candidate))
            return false;
    return rw_ssh_auth_offers(ssh, "publickey");
}

static bool any_way(const struct rw_ssh *ssh)
{
    for (size_t i = 0; i < ssh->auth->count; i++)
        if (worth_trying(ssh, i))
            return true;
    return false;
}

static int refuse(struct rw_ssh *ssh)
{
    return rw_ssh_fail_with(ssh, ssh->auth->half ? RW_SSH_FACTOR : RW_SSH_NO_PROBLEM, RW_EAUTH,
                            "%s port %d: login as %s refused; tried: %s; the host allows: %s",
                            ssh->address, ssh->port, ssh->user,
                            ssh->tried ? ssh->tried : "nothing, there is no key and no password",
                            ssh->methods);
}

/* Goes on where it was, over another connection. */
static int connect_again(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (auth->connections == CONNECTIONS)
        return rw_ssh_fail_with(ssh, RW_SSH_TOO_MANY, RW_EAUTH,
                                "%s port %d: login as %s refused; tried: %s", ssh->address,
                                ssh->port, ssh->user, ssh->tried);
    auth->connections++;
    auth->used = 0;
    auth->half = false;
    auth->list = NULL; /* it goes with the session */
    auth->phase = AUTH_METHODS;
    rw_ssh_again(ssh);
    return RW_SSH_WAIT;
}

static int hung_up(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    size_t allowed = auth->used > 1 ? auth->used - 1 : 1;
    auth->limit = allowed < auth->limit ? allowed : auth->limit;
    return any_way(ssh) || ssh->ask ? connect_again(ssh) : refuse(ssh);
}

int rw_ssh_auth_lost(struct rw_ssh *ssh)
{
    bool too_many = ssh->goodbye && strstr(ssh->goodbye, "Too many authentication failures");
    if (!too_many)
        return rw_ssh_session_fail(ssh, "the login");
    ssh->auth->used++;
    ssh->attempts++;
    return RW_SSH_HUNG_UP;
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
        return rw_ssh_auth_lost(ssh);
    auth->list = list;
    free(ssh->methods);
    ssh->methods = rw_text_printable(list, strlen(list), 255);
    return RW_SSH_REFUSED;
}

/* Asks whether what was given was a part of what the host wants. */
static void start_more(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    auth->proved = false;
    auth->phase = AUTH_MORE;
    rw_strset(&auth->before, ssh->methods);
    /* libssh2 frees only the last list that it gave. */
    libssh2_free(ssh->session, auth->list);
}

static int more_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    int rc = methods_step(ssh);
    if (rc != RW_SSH_REFUSED)
        return rc;
    bool other = strcmp(auth->before, ssh->methods) != 0;
    auth->half = auth->half || other;
    auth->phase = auth->asked_first && !other ? AUTH_ASK : AUTH_WAYS;
    auth->asked_first = false;
    if (other)
        auth->at = 0;
    return RW_SSH_REFUSED;
}

static bool under_way(const struct rw_ssh_auth *auth)
{
    return auth->signing != RW_SSH_SIGN_IDLE || auth->wire.len || auth->unlock || auth->running ||
           auth->unlocking;
}

static int way_step(struct rw_ssh *ssh, struct rw_ssh_candidate *candidate)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (candidate->password)
        return rw_ssh_auth_password_step(ssh);
    if (!candidate->key && !auth->agent_told) {
        auth->agent_told = true;
        rw_ssh_auth_tried(ssh, auth->agent_keys == 1 ? "agent (1 key)" : "agent (%zu keys)",
                          auth->agent_keys);
    }
    return rw_ssh_auth_key_step(ssh, candidate);
}

static int ways_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    if (auth->at == auth->count) {
        auth->phase = AUTH_ASK;
        return RW_SSH_REFUSED;
    }
    if (!under_way(auth) && !worth_trying(ssh, auth->at)) {
        auth->at++;
        return RW_SSH_REFUSED;
    }
    if (!under_way(auth) && auth->used >= auth->limit)
        return connect_again(ssh);
    struct rw_ssh_candidate *candidate = &auth->candidates[auth->at];
    int rc = way_step(ssh, candidate);
    if (rc == RW_SSH_REFUSED || rc == RW_SSH_HUNG_UP) {
        candidate->over = true;
        auth->at++;
        /* A password may have been the first of two proofs where the host offered no key. */
        bool first = candidate->password && !rw_ssh_auth_offers(ssh, "publickey");
        if (rc == RW_SSH_REFUSED && (auth->proved || first))
            start_more(ssh);
    }
    return rc;
}

static int ask_step(struct rw_ssh *ssh)
{
    struct rw_ssh_auth *auth = ssh->auth;
    int rc = rw_ssh_auth_ask_step(ssh);
    if (rc == RW_SSH_REFUSED && auth->asked_first)
        start_more(ssh);
    else if (rc == RW_SSH_REFUSED)
        return refuse(ssh);
    return rc;
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
                start_ways(ssh);
            break;
        case AUTH_MORE:
            rc = more_step(ssh);
            break;
        case AUTH_LISTING:
            if (!auth->agent_replied)
                return RW_SSH_WAIT;
            collect(ssh);
            break;
        case AUTH_WAYS:
            rc = ways_step(ssh);
            break;
        case AUTH_ASK:
            rc = ask_step(ssh);
            break;
        }
        if (rc == RW_SSH_HUNG_UP)
            return hung_up(ssh);
        if (rc != RW_SSH_REFUSED)
            return rc;
    }
}

void rw_ssh_auth_start(struct rw_ssh *ssh)
{
    if (ssh->auth)
        return; /* it goes on over another connection */
    ssh->auth = rw_calloc(1, sizeof *ssh->auth);
    ssh->auth->limit = ATTEMPTS;
    ssh->auth->connections = 1;
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
    free(auth->before);
    rw_ssh_auth_key_free(ssh, auth);
    rw_ssh_auth_password_free(auth);
    free(auth);
}
