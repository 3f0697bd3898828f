/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/contact.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/life.h"
#include "base/mem.h"
#include "base/text.h"

/* Connections that are made at the same time. */
#define CONNECTING_MAX 64

/* Made one by one: its address is known to the connection, while the list changes. */
struct contact_host {
    struct rw_contact *contact;
    size_t index;
    struct rw_remote *remote; /* NULL: its turn has not come */
    bool connecting;          /* counted in active */
    bool gone;                /* no host of the cluster any more */
    enum rw_contact_state state;
    struct rw_findings failure; /* one, when it has failed */
    /* The login it was connected with; a host with the same one keeps the connection. */
    char *address, *user, *key, *jump, *jump_key;
    int port;
};

struct rw_contact {
    struct rw_life life;
    uv_loop_t *loop;
    struct rw_contact_options options;
    struct rw_contact_user user;
    struct contact_host **hosts; /* by index in the cluster */
    size_t count;
    size_t active; /* connections being made */
};

static const struct rw_host *host_of(const struct rw_contact *contact, size_t index)
{
    return &contact->options.cluster->hosts[index];
}

/* ---- findings ---- */

static void set_number(struct rw_finding *finding, const char *name, int number)
{
    char *text = rw_asprintf("%d", number);
    rw_finding_set(finding, name, text);
    free(text);
}

/* False: there is none. */
static bool set_jump(struct rw_finding *finding, const struct rw_host *host)
{
    struct rw_jump jump;
    if (!rw_jump_of(&host->login, &jump))
        return false;
    rw_finding_set(finding, "jump_address", jump.address);
    rw_finding_set(finding, "jump_user", jump.user);
    set_number(finding, "jump_port", jump.port);
    rw_jump_done(&jump);
    return true;
}

void rw_contact_set_login(struct rw_finding *finding, const struct rw_host *host)
{
    struct rw_jump jump;
    if (set_jump(finding, host) && rw_jump_of(&host->login, &jump)) {
        char *text = rw_jump_text(&jump);
        rw_finding_set(finding, "jump", text);
        free(text);
        rw_jump_done(&jump);
    }
    char *port = rw_asprintf("%d", host->login.port);
    rw_finding_set(finding, "address", host->address);
    rw_finding_set(finding, "port", port);
    rw_finding_set(finding, "user", host->login.user ? host->login.user : "root");
    free(port);
}

struct rw_finding *rw_contact_finding(struct rw_findings *list, enum rw_finding_id id,
                                      const struct rw_host *host)
{
    struct rw_finding *finding = rw_findings_add(list, id, host->name, NULL);
    rw_contact_set_login(finding, host);
    return finding;
}

void rw_contact_script_failed(struct rw_findings *list, const struct rw_host *host,
                              const struct rw_remote_result *result)
{
    bool lost = result->rc == RW_ECLOSED || result->rc == RW_ETIMEOUT;
    enum rw_finding_id id = result->rc == RW_EHOSTKEY ? RW_F_HOST_KEY_CHANGED
                            : result->rc == RW_EBUSY  ? RW_F_HOST_NO_SESSION
                            : lost                    ? RW_F_HOST_LOST
                                                      : RW_F_HOST_SCRIPT;
    rw_finding_set(rw_contact_finding(list, id, host), "reason", result->error.message);
}

/* Those of this machine are the same for a jump host. */
static const struct {
    enum rw_ssh_problem problem;
    enum rw_finding_id id;
    bool ours;
} problems[] = {
    {RW_SSH_NO_FILES, RW_F_CONSOLE_FILES, true},
    {RW_SSH_KNOWN_HOSTS, RW_F_KNOWN_HOSTS_UNUSABLE, true},
    {RW_SSH_REVOKED, RW_F_HOST_KEY_REVOKED, false},
    {RW_SSH_AUTHORITY, RW_F_HOST_KEY_AUTHORITY, false},
    {RW_SSH_TURNED_AWAY, RW_F_SSH_TURNED_AWAY, false},
    {RW_SSH_ENDED_EARLY, RW_F_SSH_ENDED, false},
    {RW_SSH_SLOW, RW_F_LOGIN_SLOW, false},
    {RW_SSH_TOO_MANY, RW_F_LOGIN_TOO_MANY, false},
    {RW_SSH_FACTOR, RW_F_LOGIN_FACTOR, false},
};

static enum rw_finding_id open_finding(int rc, const struct rw_ssh_info *info,
                                       const struct rw_refusal *refusal)
{
    if (refusal->at == RW_REFUSAL_CLOSED ||
        (refusal->at != RW_REFUSAL_NONE && (rc == RW_EPRIVILEGE || rc == RW_EREMOTE)))
        return rw_refusal_finding(refusal);
    if (info->problem == RW_SSH_NO_ALGORITHM)
        return info->advice.newer ? RW_F_SSH_LIBRARY_OLD : RW_F_SSH_ALGORITHM;
    for (size_t i = 0; i < RW_COUNT(problems); i++)
        if (info->problem == problems[i].problem)
            return problems[i].id;
    switch (rc) {
    case RW_EAUTH:
        return RW_F_HOST_LOGIN;
    case RW_EHOSTKEY:
        return info->host_key_changed ? RW_F_HOST_KEY_CHANGED : RW_F_HOST_KEY_UNKNOWN;
    case RW_EPRIVILEGE:
        return RW_F_HOST_NO_ROOT;
    case RW_EPROTO:
        return RW_F_HOST_SSH_PROTOCOL;
    case RW_EREMOTE:
        return RW_F_HOST_SCRIPT;
    case RW_EBUSY:
        return RW_F_HOST_NO_SESSION;
    default:
        return RW_F_HOST_UNREACHABLE;
    }
}

static enum rw_finding_id jump_finding(int rc, const struct rw_ssh_info *info)
{
    if (info->jump == RW_SSH_JUMP_FORBIDS)
        return RW_F_JUMP_FORBIDS;
    if (info->jump == RW_SSH_JUMP_NO_WAY)
        return RW_F_JUMP_NO_WAY;
    for (size_t i = 0; i < RW_COUNT(problems); i++)
        if (info->problem == problems[i].problem && problems[i].ours)
            return problems[i].id;
    switch (rc) {
    case RW_EAUTH:
        return info->problem == RW_SSH_CLOSED ? RW_F_JUMP_UNREACHABLE : RW_F_JUMP_LOGIN;
    case RW_EHOSTKEY:
        if (info->problem == RW_SSH_REVOKED)
            return RW_F_JUMP_UNREACHABLE;
        return info->host_key_changed ? RW_F_JUMP_KEY_CHANGED : RW_F_JUMP_KEY_UNKNOWN;
    default:
        return RW_F_JUMP_UNREACHABLE;
    }
}

/* The findings name the address themselves. */
static const char *without_address(const char *message, const char *address, int port)
{
    char *starts[] = {rw_asprintf("%s port %d: ", address, port), rw_asprintf("%s: ", address)};
    const char *reason = message;
    for (size_t i = 0; i < RW_COUNT(starts); i++) {
        if (reason == message && rw_text_starts(message, starts[i]))
            reason = message + strlen(starts[i]);
        free(starts[i]);
    }
    return reason;
}

/* As known_hosts names it; to free(). */
static char *pattern_of(const char *address, int port)
{
    return port == 22 ? rw_strdup(address) : rw_asprintf("[%s]:%d", address, port);
}

/* Of a login that failed, at the host or at its jump host. */
static void set_details(struct rw_finding *finding, const struct rw_ssh_info *info,
                        const char *address, int port, const char *reason)
{
    char *pattern = pattern_of(address, port);
    rw_finding_set(finding, "reason", without_address(reason, address, port));
    rw_finding_set(finding, "methods", *info->methods ? info->methods : "?");
    rw_finding_set(finding, "_tried",
                   *info->tried ? info->tried
                                : N_("nothing (no key was found, no password is set)"));
    set_number(finding, "attempts", info->attempts);
    set_number(finding, "seconds", info->timeout_s);
    set_number(finding, "limit", rw_file_limit());
    if (info->advice.keyword) {
        rw_finding_set(finding, "list", info->missing);
        rw_finding_set(finding, "offered", info->offered);
        rw_finding_set(finding, "keyword", info->advice.keyword);
        rw_finding_set(finding, "wanted", info->advice.wanted);
        rw_finding_set(finding, "library", info->library);
    }
    rw_finding_set(finding, "fingerprint", info->fingerprint);
    rw_finding_set(finding, "type", info->host_key_type);
    rw_finding_set(finding, "file", info->known_hosts);
    rw_finding_set(finding, "pattern", pattern);
    set_number(finding, "line", info->known_hosts_line);
    free(pattern);
}

/* Nothing in it is about the host itself, so that it is reported once for all hosts behind. */
static void keep_jump_failure(struct contact_host *host, int rc, const char *message,
                              const struct rw_ssh_info *info)
{
    const struct rw_host *wanted = host_of(host->contact, host->index);
    struct rw_finding *finding =
        rw_findings_add(&host->failure, jump_finding(rc, info), wanted->name, NULL);
    struct rw_jump jump;
    if (!rw_jump_of(&wanted->login, &jump))
        return;
    char *name = pattern_of(jump.address, jump.port);
    char *start = rw_asprintf("the jump host %s: ", name);
    if (rw_text_starts(message, start))
        message += strlen(start);
    set_jump(finding, wanted);
    set_details(finding, info, jump.address, jump.port, message);
    rw_finding_set(finding, "cause", rw_finding_get(finding, "reason"));
    /* Others repeat the reason, without the finding. */
    char *reason = rw_asprintf("%s%s", start, rw_finding_get(finding, "cause"));
    rw_finding_set(finding, "reason", reason);
    free(reason);
    free(start);
    free(name);
    rw_jump_done(&jump);
}

static void keep_failure(struct contact_host *host, int rc, const struct rw_error *err)
{
    const struct rw_host *wanted = host_of(host->contact, host->index);
    struct rw_ssh_info info = rw_remote_info(host->remote);
    if (info.jump == RW_SSH_JUMP_FAILED) {
        keep_jump_failure(host, rc, err->message, &info);
        return;
    }
    const struct rw_refusal *refusal = rw_remote_refusal(host->remote);
    enum rw_finding_id id =
        info.jump == RW_SSH_JUMP_FINE ? open_finding(rc, &info, refusal) : jump_finding(rc, &info);
    struct rw_finding *finding = rw_contact_finding(&host->failure, id, wanted);
    set_details(finding, &info, wanted->address, wanted->login.port, err->message);
    if (refusal->at != RW_REFUSAL_NONE)
        rw_refusal_tell(finding, refusal);
}

/* ---- connecting ---- */

static void connect_more(struct rw_contact *contact);

static void leave_active(struct contact_host *host)
{
    if (host->connecting)
        host->contact->active--;
    host->connecting = false;
}

static void on_opened(void *context, struct rw_remote *remote, int rc, const struct rw_error *err)
{
    struct contact_host *host = context;
    struct rw_contact *contact = host->contact;
    if (contact->life.ending || host->gone)
        return;
    host->remote = remote;
    leave_active(host);
    host->state = rc == 0 ? RW_CONTACT_OPEN : RW_CONTACT_FAILED;
    if (rc != 0)
        keep_failure(host, rc, err);
    connect_more(contact);
    if (contact->user.settled)
        contact->user.settled(contact->user.context, host->index);
}

static void on_question(void *context, struct rw_remote *remote,
                        const struct rw_remote_question *question)
{
    struct contact_host *host = context;
    struct rw_contact *contact = host->contact;
    if (contact->life.ending || host->gone || !contact->user.question)
        rw_remote_answer(remote, NULL);
    else
        contact->user.question(contact->user.context, host->index, question);
}

static void on_link(void *context, struct rw_remote *remote, bool down)
{
    struct contact_host *host = context;
    struct rw_contact *contact = host->contact;
    (void)remote;
    if (!contact->life.ending && !host->gone && contact->user.link)
        contact->user.link(contact->user.context, host->index, down);
}

struct rw_remote_options rw_contact_login(const struct rw_contact_options *options, size_t index,
                                          struct rw_jump *jump)
{
    const struct rw_host *host = &options->cluster->hosts[index];
    rw_jump_of(&host->login, jump);
    return (struct rw_remote_options){
        .name = host->name,
        .address = host->address,
        .port = host->login.port,
        .user = host->login.user,
        .key = host->login.key,
        .password = options->passwords ? options->passwords[index] : NULL,
        .sudo_password = options->sudo_passwords ? options->sudo_passwords[index] : NULL,
        .accept_new_host_key = options->accept_new_host_keys,
        .ask = options->ask,
        .keys = options->keys,
        .jump = {jump->address, jump->port, jump->user, jump->key},
        .jumps = options->jumps,
        .transport = options->transport,
    };
}

static void connect_more(struct rw_contact *contact)
{
    static const struct rw_remote_handler handler = {on_opened, on_question, on_link};
    for (size_t i = 0; i < contact->count; i++) {
        struct contact_host *host = contact->hosts[i];
        if (host->remote || contact->active == CONNECTING_MAX)
            continue;
        struct rw_jump jump;
        struct rw_remote_options options = rw_contact_login(&contact->options, i, &jump);
        host->connecting = true;
        contact->active++;
        host->remote = rw_remote_open(contact->loop, &options, &handler, host);
        rw_jump_done(&jump);
    }
}

/* ---- entries ---- */

static struct contact_host *add_entry(struct rw_contact *contact, size_t index)
{
    const struct rw_login *login = &host_of(contact, index)->login;
    struct contact_host *host = rw_calloc(1, sizeof *host);
    *host = (struct contact_host){
        .contact = contact,
        .index = index,
        .address = rw_strdup(host_of(contact, index)->address),
        .user = rw_strdup(login->user),
        .key = rw_strdup(login->key),
        .jump = rw_strdup(login->jump),
        .jump_key = rw_strdup(login->jump_key),
        .port = login->port,
    };
    return host;
}

static void free_entry(struct contact_host *host)
{
    rw_findings_done(&host->failure);
    free(host->address);
    free(host->user);
    free(host->key);
    free(host->jump);
    free(host->jump_key);
    free(host);
}

static bool same_login(const struct contact_host *entry, const struct rw_host *host)
{
    return entry->port == host->login.port && rw_text_equal(entry->address, host->address) &&
           rw_text_equal(entry->user, host->login.user) &&
           rw_text_equal(entry->key, host->login.key) &&
           rw_text_equal(entry->jump, host->login.jump) &&
           rw_text_equal(entry->jump_key, host->login.jump_key);
}

/* ---- the end of connections ---- */

static void free_contact(void *object)
{
    struct rw_contact *contact = object;
    for (size_t i = 0; i < contact->count; i++)
        free_entry(contact->hosts[i]);
    free(contact->hosts);
    free(contact);
}

static void on_gone(void *context)
{
    struct contact_host *host = context;
    rw_life_drop(&host->contact->life);
    free_entry(host);
}

/* Takes an entry off the list. */
static void let_go(struct contact_host *host)
{
    host->gone = true;
    leave_active(host);
    if (!host->remote) {
        free_entry(host);
        return;
    }
    rw_life_hold(&host->contact->life);
    rw_remote_close(host->remote, on_gone, host);
}

/* ---- interface ---- */

struct rw_contact *rw_contact_new(uv_loop_t *loop, const struct rw_contact_options *options)
{
    struct rw_contact *contact = rw_calloc(1, sizeof *contact);
    contact->loop = loop;
    rw_life_init(&contact->life, loop, contact, free_contact);
    rw_contact_sync(contact, options);
    return contact;
}

void rw_contact_sync(struct rw_contact *contact, const struct rw_contact_options *options)
{
    struct contact_host **before = contact->hosts;
    size_t before_count = contact->count, count = options->cluster->host_count;
    contact->options = *options;
    contact->count = count;
    contact->hosts = rw_calloc(count, sizeof(struct contact_host *));
    for (size_t i = 0; i < count; i++) {
        const struct rw_host *wanted = host_of(contact, i);
        size_t old = 0;
        while (old < before_count && !(before[old] && same_login(before[old], wanted)))
            old++;
        if (old < before_count) {
            contact->hosts[i] = before[old];
            before[old] = NULL;
        } else {
            contact->hosts[i] = add_entry(contact, i);
        }
        contact->hosts[i]->index = i;
        if (contact->hosts[i]->failure.count > 0) /* it may have another name now */
            rw_strset(&contact->hosts[i]->failure.items[0].host, wanted->name);
    }
    for (size_t i = 0; i < before_count; i++)
        if (before[i])
            let_go(before[i]);
    free(before);
    connect_more(contact);
}

void rw_contact_use(struct rw_contact *contact, const struct rw_contact_user *user)
{
    contact->user = user ? *user : (struct rw_contact_user){0};
}

void rw_contact_answer(struct rw_contact *contact, size_t host, const char *answer)
{
    if (contact->hosts[host]->remote)
        rw_remote_answer(contact->hosts[host]->remote, answer);
}

enum rw_contact_state rw_contact_state(const struct rw_contact *contact, size_t host)
{
    return contact->hosts[host]->state;
}

struct rw_remote *rw_contact_remote(const struct rw_contact *contact, size_t host)
{
    const struct contact_host *entry = contact->hosts[host];
    return entry->state == RW_CONTACT_OPEN ? entry->remote : NULL;
}

const struct rw_finding *rw_contact_failure(const struct rw_contact *contact, size_t host)
{
    const struct contact_host *entry = contact->hosts[host];
    return entry->failure.count > 0 ? &entry->failure.items[0] : NULL;
}

const char *rw_contact_reason(const struct rw_contact *contact, size_t host)
{
    const struct rw_finding *failure = rw_contact_failure(contact, host);
    return failure ? rw_finding_get(failure, "reason") : NULL;
}

struct rw_ssh_info rw_contact_info(const struct rw_contact *contact, size_t host)
{
    const struct contact_host *entry = contact->hosts[host];
    return entry->remote ? rw_remote_info(entry->remote) : rw_ssh_no_info;
}

void rw_contact_retry(struct rw_contact *contact)
{
    for (size_t i = 0; i < contact->count; i++) {
        struct contact_host *host = contact->hosts[i];
        if (host->state != RW_CONTACT_FAILED)
            continue;
        contact->hosts[i] = add_entry(contact, i);
        let_go(host);
    }
    connect_more(contact);
}

void rw_contact_free(struct rw_contact *contact, void (*closed)(void *context), void *context)
{
    if (!contact || !rw_life_end(&contact->life, NULL, closed, context))
        return;
    for (size_t i = 0; i < contact->count; i++)
        if (contact->hosts[i]->remote)
            rw_remote_close(contact->hosts[i]->remote, rw_life_drop, rw_life_hold(&contact->life));
}
