/* SPDX-License-Identifier: Apache-2.0 */
/* Key exchange and the check of the host key. */
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "net/known_hosts.h"
#include "net/ssh_kexinit.h"
#include "net/ssh_private.h"
#include "net/ssh_wire.h"

/* Of what answers instead of an SSH server, as much is quoted. */
#define WORDS_MAX 80

/* One way to show a host key, and the type of that key in known_hosts. */
struct algorithm {
    const char *name, *type;
};

/* In the order in which they are wanted when nothing is known. */
static const struct algorithm algorithms[] = {
    {"ssh-ed25519", "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"rsa-sha2-512", "ssh-rsa"},
    {"rsa-sha2-256", "ssh-rsa"},
    {"ssh-rsa", "ssh-rsa"},
};

/* ---- key exchange ---- */

static void add_name(struct rw_buf *out, const char *name)
{
    if (out->len)
        rw_buf_addc(out, ',');
    rw_buf_adds(out, name);
}

/* Gives what this side offers, comma-separated, to free(). */
static char *own_list(LIBSSH2_SESSION *session, enum rw_ssh_list list)
{
    static const int methods[RW_SSH_LIST_COUNT] = {LIBSSH2_METHOD_KEX, LIBSSH2_METHOD_HOSTKEY,
                                                   LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_MAC_CS};
    struct rw_buf out = {0};
    const char **names = NULL;
    int count = libssh2_session_supported_algs(session, methods[list], &names);
    for (int i = 0; i < count; i++)
        add_name(&out, names[i]);
    if (count > 0)
        libssh2_free(session, names);
    return rw_buf_take(&out);
}

/* Types that known_hosts can verify come first: otherwise a host whose ed25519 key is known would
 * show its ecdsa key, which looks like a changed key. Names that this libssh2 does not know must
 * not be in the list: 1.10 corrupts its memory when it takes them out. */
static char *host_key_preference(LIBSSH2_SESSION *session, const char *known)
{
    struct rw_buf out = {0};
    char *own = own_list(session, RW_SSH_LIST_HOST_KEY);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < RW_COUNT(algorithms); i++) {
            if (rw_ssh_kexinit_common(algorithms[i].type, known) == (pass == 0) &&
                rw_ssh_kexinit_common(algorithms[i].name, own))
                add_name(&out, algorithms[i].name);
        }
    }
    free(own);
    return rw_buf_take(&out);
}

/* The files that ssh(1) reads; false: the connection has failed. Only the first has to be readable,
 * since new keys go there. */
static bool load_known_hosts(struct rw_ssh *ssh)
{
    char *second = rw_asprintf("%s2", ssh->known_hosts_path);
    const char *const others[] = {second, "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"};
    struct rw_error error = {0};
    ssh->known = rw_known_hosts_new();
    int rc = rw_known_hosts_load(ssh->known, ssh->known_hosts_path, &error);
    if (rc != 0)
        rw_ssh_fail_with(ssh, rw_ssh_out_of_files() ? RW_SSH_NO_FILES : RW_SSH_KNOWN_HOSTS,
                         RW_EHOSTKEY, "%s", error.message);
    for (size_t i = 0; rc == 0 && i < RW_COUNT(others); i++)
        rw_known_hosts_load(ssh->known, others[i], NULL);
    free(second);
    return rc == 0;
}

/* Its words, before it closes the connection. */
static LIBSSH2_DISCONNECT_FUNC(on_disconnect)
{
    struct rw_ssh *ssh = *libssh2_session_abstract(session);
    (void)reason;
    (void)language;
    (void)language_len;
    (void)abstract;
    if (!ssh->goodbye && message_len > 0)
        ssh->goodbye = rw_text_printable(message, (size_t)message_len, WORDS_MAX);
}

static void listen_to_disconnect(LIBSSH2_SESSION *session)
{
#if LIBSSH2_VERSION_NUM >= 0x010b01
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_DISCONNECT,
                                  (libssh2_cb_generic *)on_disconnect);
#else
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)on_disconnect);
#endif
}

int rw_ssh_handshake_start(struct rw_ssh *ssh)
{
    if (!load_known_hosts(ssh))
        return RW_EHOSTKEY;
    ssh->session = rw_ssh_session_new(ssh);
    if (!ssh->session)
        return rw_ssh_fail(ssh, RW_EPROTO, "%s: no SSH session could be made", ssh->address);
    libssh2_session_set_blocking(ssh->session, 0);
    rw_ssh_transport_callbacks(ssh);
    listen_to_disconnect(ssh->session);
    rw_buf_init(&ssh->first, 16u * 1024);

    char *known = rw_known_hosts_types(ssh->known, ssh->address, ssh->port);
    char *preference = host_key_preference(ssh->session, known);
    libssh2_session_method_pref(ssh->session, LIBSSH2_METHOD_HOSTKEY, preference);
    free(preference);
    free(known);
    return 0;
}

/* Says which list has nothing in common, and keeps all lists for the details. */
static int fail_exchange(struct rw_ssh *ssh)
{
    struct rw_ssh_kexinit host = {{NULL}};
    struct rw_buf all = {0};
    char *reason = NULL;
    bool known = rw_ssh_kexinit_parse(ssh->first.data, ssh->first.len, &host);
    for (int i = 0; i < RW_SSH_LIST_COUNT; i++) {
        const char *title = rw_ssh_kexinit_title((enum rw_ssh_list)i);
        char *own = own_list(ssh->session, (enum rw_ssh_list)i);
        rw_buf_addf(&all, "%s, this side: %s\n", title, own);
        if (known)
            rw_buf_addf(&all, "%s, the host: %s\n", title, host.lists[i]);
        if (known && !reason && !rw_ssh_kexinit_common(own, host.lists[i])) {
            reason =
                rw_asprintf("no %s algorithm in common; the host offers %s", title, host.lists[i]);
            ssh->missing = title;
            rw_strset(&ssh->offered, host.lists[i]);
            ssh->advice = rw_ssh_advise((enum rw_ssh_list)i, own, host.lists[i]);
        }
        free(own);
    }
    free(ssh->algorithms);
    ssh->algorithms = rw_buf_take(&all);
    rw_ssh_fail_with(ssh, ssh->advice.keyword ? RW_SSH_NO_ALGORITHM : RW_SSH_NO_PROBLEM, RW_EPROTO,
                     "%s port %d: %s", ssh->address, ssh->port,
                     reason ? reason : "the key exchange failed");
    free(reason);
    rw_ssh_kexinit_done(&host);
    return RW_EPROTO;
}

static void take_host_key(struct rw_ssh *ssh)
{
    size_t size = 0;
    int type = 0;
    const char *key = libssh2_session_hostkey(ssh->session, &size, &type);
    rw_buf_add(&ssh->host_key, key ? key : "", key ? size : 0);

    char name[RW_WIRE_TYPE_SIZE] = "?";
    rw_wire_key_type(ssh->host_key.data, ssh->host_key.len, name);
    rw_strset(&ssh->host_key_type, name);

    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)ssh->host_key.data, ssh->host_key.len, hash);
    struct rw_buf text = {0};
    rw_buf_adds(&text, "SHA256:");
    rw_text_base64(&text, hash, sizeof hash);
    free(ssh->fingerprint);
    ssh->fingerprint = rw_buf_take(&text);
    ssh->fingerprint[strcspn(ssh->fingerprint, "=")] = '\0';
}

/* What sshd says instead of its identification: PerSourcePenalties, MaxStartups. */
static bool turns_away(const char *words)
{
    return rw_text_starts(words, "Not allowed at this time") ||
           rw_text_starts(words, "Exceeded MaxStartups");
}

bool rw_ssh_stranger(struct rw_ssh *ssh)
{
    if (ssh->state != RW_SSH_HANDSHAKE || ssh->banner || ssh->first.len == 0)
        return false;
    char *words =
        rw_text_printable(ssh->first.data, strcspn(rw_buf_str(&ssh->first), "\r\n"), WORDS_MAX);
    if (turns_away(words))
        rw_ssh_fail_with(ssh, RW_SSH_TURNED_AWAY, RW_EPROTO, "%s port %d: %s", ssh->address,
                         ssh->port, words);
    else
        rw_ssh_fail(ssh, RW_EPROTO, "%s port %d: no SSH server answers there%s%s", ssh->address,
                    ssh->port, *words ? " but something else: " : "", words);
    free(words);
    return true;
}

int rw_ssh_handshake_step(struct rw_ssh *ssh)
{
    int rc = libssh2_session_handshake(ssh->session, rw_ssh_transport_fd(ssh));
    ssh->exchanging = rc == LIBSSH2_ERROR_EAGAIN;
    const char *banner = libssh2_session_banner_get(ssh->session);
    /* Other lines may come before it. */
    if (banner && !ssh->banner && rw_text_starts(banner, "SSH-"))
        ssh->banner = rw_text_printable(banner, strlen(banner), 255);
    if (rc == LIBSSH2_ERROR_EAGAIN)
        return RW_SSH_WAIT;
    if (rc && ssh->banner && !ssh->eof &&
        (rc == LIBSSH2_ERROR_KEX_FAILURE || rc == LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE ||
         rc == LIBSSH2_ERROR_METHOD_NONE))
        return fail_exchange(ssh);
    if (rc && rw_ssh_stranger(ssh))
        return RW_EPROTO;
    if (rc == LIBSSH2_ERROR_BANNER_RECV || rc == LIBSSH2_ERROR_BANNER_NONE)
        return rw_ssh_fail_with(ssh, RW_SSH_ENDED_EARLY, RW_EPROTO,
                                "%s port %d: the connection was closed at once", ssh->address,
                                ssh->port);
    if (rc)
        return rw_ssh_session_fail(ssh, "the key exchange");
    rw_buf_done(&ssh->first);
    take_host_key(ssh);
    return RW_SSH_DONE;
}

/* ---- host key ---- */

/* Whether a key of one of these types could be shown to us at all. libssh2 before 1.11 knows RSA
 * host keys only with SHA-1, which current servers refuse: a host of which only the RSA key is
 * known can then not show it, and a key of another type is new rather than changed (ssh(1) treats
 * it the same way). */
static bool verifiable(struct rw_ssh *ssh, const char *types)
{
    char *own = own_list(ssh->session, RW_SSH_LIST_HOST_KEY);
    bool able = false;
    for (size_t i = 0; i < RW_COUNT(algorithms) && !able; i++)
        able = strcmp(algorithms[i].name, "ssh-rsa") != 0 &&
               rw_ssh_kexinit_common(algorithms[i].type, types) &&
               rw_ssh_kexinit_common(algorithms[i].name, own);
    free(own);
    return able;
}

static enum rw_known_host look_up(struct rw_ssh *ssh)
{
    struct rw_known_hosts_place place;
    enum rw_known_host verdict = rw_known_hosts_check(
        ssh->known, ssh->address, ssh->port, ssh->host_key.data, ssh->host_key.len, &place);
    ssh->known_hosts_line = place.line;
    rw_strset(&ssh->known_hosts_file, place.file);
    if (verdict == RW_KNOWN_HOST_OTHER_TYPE) {
        char *types = rw_known_hosts_types(ssh->known, ssh->address, ssh->port);
        verdict = verifiable(ssh, types) ? RW_KNOWN_HOST_CHANGED : RW_KNOWN_HOST_UNKNOWN;
        free(types);
    }
    return verdict;
}

static int remember(struct rw_ssh *ssh)
{
    struct rw_error error = {0};
    if (rw_known_hosts_append(ssh->known_hosts_path, ssh->address, ssh->port, ssh->host_key.data,
                              ssh->host_key.len, &error) != 0)
        return rw_ssh_fail_with(ssh, rw_ssh_out_of_files() ? RW_SSH_NO_FILES : RW_SSH_KNOWN_HOSTS,
                                RW_EHOSTKEY, "the host key cannot be remembered: %s",
                                error.message);
    return RW_SSH_DONE;
}

static int ask_to_trust(struct rw_ssh *ssh)
{
    struct rw_ssh_question question = {.kind = RW_SSH_ASK_HOST_KEY,
                                       .key_type = ssh->host_key_type,
                                       .fingerprint = ssh->fingerprint,
                                       .attempt = 1};
    char *answer = NULL;
    if (rw_ssh_ask(ssh, &question, &answer) == RW_SSH_WAIT)
        return RW_SSH_WAIT;
    bool yes = rw_text_equal(answer, "yes");
    rw_secret_free(answer);
    if (yes)
        return remember(ssh);
    return rw_ssh_fail(ssh, RW_EHOSTKEY, "%s: the host key %s is not in %s and was not accepted",
                       ssh->address, ssh->fingerprint, ssh->known_hosts_path);
}

int rw_ssh_host_key_step(struct rw_ssh *ssh)
{
    struct rw_known_hosts_place authority;
    switch (look_up(ssh)) {
    case RW_KNOWN_HOST_MATCH:
        return RW_SSH_DONE;
    case RW_KNOWN_HOST_REVOKED:
        return rw_ssh_fail_with(ssh, RW_SSH_REVOKED, RW_EHOSTKEY,
                                "%s: line %d of %s says that this host key is revoked",
                                ssh->address, ssh->known_hosts_line, ssh->known_hosts_file);
    case RW_KNOWN_HOST_CHANGED:
    case RW_KNOWN_HOST_OTHER_TYPE:
        ssh->host_key_changed = true;
        return rw_ssh_fail(ssh, RW_EHOSTKEY,
                           "%s: the host shows the %s key %s, but line %d of %s has another key",
                           ssh->address, ssh->host_key_type, ssh->fingerprint,
                           ssh->known_hosts_line, ssh->known_hosts_file);
    case RW_KNOWN_HOST_UNKNOWN:
        ssh->known_hosts_line = 0;
        rw_strset(&ssh->known_hosts_file, NULL);
        break;
    }
    if (ssh->accept_new_host_key)
        return remember(ssh);
    if (ssh->ask)
        return ask_to_trust(ssh);
    if (rw_known_hosts_authority(ssh->known, ssh->address, ssh->port, &authority)) {
        ssh->known_hosts_line = authority.line;
        rw_strset(&ssh->known_hosts_file, authority.file);
        return rw_ssh_fail_with(ssh, RW_SSH_AUTHORITY, RW_EHOSTKEY,
                                "%s: the host key %s is not in %s, which has an authority for it",
                                ssh->address, ssh->fingerprint, authority.file);
    }
    return rw_ssh_fail(ssh, RW_EHOSTKEY, "%s: the host key %s is not in %s", ssh->address,
                       ssh->fingerprint, ssh->known_hosts_path);
}

/* ---- the end of a session ---- */

/* Of a connection that the host has ended. */
static enum rw_ssh_problem end_problem(const struct rw_ssh *ssh)
{
    if (ssh->state < RW_SSH_LOGIN)
        return RW_SSH_ENDED_EARLY;
    if (ssh->state > RW_SSH_LOGIN)
        return RW_SSH_NO_PROBLEM;
    return RW_SSH_CLOSED;
}

int rw_ssh_session_fail(struct rw_ssh *ssh, const char *doing)
{
    char *text = NULL;
    int length = 0;
    int rc = libssh2_session_last_error(ssh->session, &text, &length, 0);
    bool opening = ssh->state != RW_SSH_READY;
    int lost = ssh->state == RW_SSH_LOGIN ? RW_EAUTH : RW_ECLOSED;
    if (ssh->too_much)
        return rw_ssh_fail(ssh, RW_EPROTO, "%s port %d: the host sends more than it may %s",
                           ssh->address, ssh->port, ssh->too_much);
    if (ssh->jump_lost)
        return rw_ssh_fail(ssh, lost, "%s port %d: the way through the jump host %s was lost: %s",
                           ssh->address, ssh->port, rw_ssh_jump_name(ssh->jump), ssh->jump_lost);
    enum rw_ssh_problem problem = end_problem(ssh);
    if (ssh->io_errno)
        return rw_ssh_fail_with(ssh, problem, lost, "%s port %d: during %s: %s", ssh->address,
                                ssh->port, doing, strerror(ssh->io_errno));
    if (ssh->eof || ssh->goodbye || rc == LIBSSH2_ERROR_SOCKET_DISCONNECT)
        return rw_ssh_fail_with(ssh, problem, lost,
                                "%s port %d: the host closed the connection during %s%s%s",
                                ssh->address, ssh->port, doing, ssh->goodbye ? ": " : "",
                                ssh->goodbye ? ssh->goodbye : "");
    char *printable = rw_text_printable(text ? text : "", (size_t)(length > 0 ? length : 0), 200);
    rw_ssh_fail(ssh, opening ? RW_EPROTO : RW_ECLOSED, "%s port %d: %s failed: %s (%d)",
                ssh->address, ssh->port, doing, printable, rc);
    free(printable);
    return opening ? RW_EPROTO : RW_ECLOSED;
}

void rw_ssh_session_free(struct rw_ssh *ssh)
{
    if (!ssh->session)
        return;
    if (!ssh->eof && !ssh->io_errno && !ssh->exchanging)
        libssh2_session_disconnect(ssh->session, "closed by user");
    /* From now on the transport says "end of file": whatever libssh2 was waiting for ends, and
     * with that the memory that only the interrupted call knows of. */
    ssh->dead = true;
    if (ssh->exchanging)
        libssh2_session_handshake(ssh->session, rw_ssh_transport_fd(ssh));
    for (int i = 0; i < 10 && libssh2_session_free(ssh->session) == LIBSSH2_ERROR_EAGAIN; i++)
        continue;
    ssh->session = NULL;
}
