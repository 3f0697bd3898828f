/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to the hosts as they are typed. They work on a copy of the hosts, which changes only
 * while no check and no install uses it. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "check/host_look.h"
#include "cluster/jump.h"
#include "cluster/names.h"
#include "wizard/wizard_private.h"

int live_index(const struct wizard_live *live, unsigned id)
{
    for (size_t i = 0; live->cluster && i < live->cluster->host_count; i++)
        if (live->ids[i] == id)
            return (int)i;
    return -1;
}

/* ---- the copy ---- */

/* A host without a name is asked for its own. */
static bool can_connect(const struct rw_host *host)
{
    return (!host->name || !*host->name || rw_names_is_node(host->name)) && host->address &&
           rw_names_is_address(host->address) && host->login.user &&
           rw_names_is_user(host->login.user) && host->login.port > 0 &&
           (!host->login.jump || rw_jump_is(host->login.jump));
}

/* The part of the document that matters to connections and checks; ids to free(). */
static struct rw_cluster *snapshot(const struct rw_document *document, unsigned **ids)
{
    struct rw_cluster *cluster = rw_cluster_copy(document->cluster);
    size_t kept = 0;
    *ids = rw_calloc(cluster->host_count, sizeof **ids);
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (!can_connect(&cluster->hosts[i])) {
            rw_host_done(&cluster->hosts[i]);
            continue;
        }
        char *name = rw_strdup(rw_wizard_host_name(&cluster->hosts[i]));
        rw_strset(&cluster->hosts[i].name, name);
        free(name);
        (*ids)[kept] = document->ids[i];
        cluster->hosts[kept++] = cluster->hosts[i];
    }
    cluster->host_count = kept;
    rw_secret_free(cluster->token);
    cluster->token = NULL;
    rw_strset(&cluster->token_file, NULL);
    return cluster;
}

static bool same_login(const struct rw_host *a, const struct rw_host *b)
{
    return rw_text_equal(a->address, b->address) && a->login.port == b->login.port &&
           rw_text_equal(a->login.user, b->login.user) &&
           rw_text_equal(a->login.key, b->login.key) &&
           rw_text_equal(a->login.jump, b->login.jump) &&
           rw_text_equal(a->login.jump_key, b->login.jump_key);
}

static void free_copy(struct wizard_live *copy)
{
    rw_logins_done(&copy->logins);
    rw_findings_done(&copy->unreadable);
    free(copy->ids);
    rw_cluster_free(copy->cluster);
}

/* ---- what hosts say of themselves ---- */

struct live_facts *live_facts_of(const struct wizard_live *live, unsigned id)
{
    for (size_t i = 0; i < live->fact_count; i++)
        if (live->facts[i].id == id)
            return &live->facts[i];
    return NULL;
}

static void forget_facts(struct live_facts *facts)
{
    rw_host_facts_done(&facts->own);
    *facts = (struct live_facts){.id = facts->id};
}

struct facts_job {
    struct rw_wizard *wizard;
    unsigned id, turn;
};

static void on_facts(void *context, const struct rw_remote_result *result)
{
    struct facts_job *job = context;
    struct rw_wizard *wizard = job->wizard;
    struct live_facts *facts = live_facts_of(&wizard->live, job->id);
    if (facts && facts->turn == job->turn) {
        facts->state = result->rc == 0 ? FACTS_KNOWN : FACTS_UNKNOWN;
        rw_host_facts_done(&facts->own);
        if (result->rc == 0)
            rw_host_facts_read(&facts->own, &result->reply);
        wizard_soon(wizard);
    }
    free(job);
}

static void read_facts(struct rw_wizard *wizard, size_t index)
{
    struct wizard_live *live = &wizard->live;
    struct live_facts *facts = live_facts_of(live, live->ids[index]);
    struct rw_remote *remote = rw_contact_remote(live->contact, index);
    if (!remote || (facts && facts->state != FACTS_UNKNOWN))
        return;
    if (!facts) {
        facts = rw_array_add(live->facts, live->fact_count);
        facts->id = live->ids[index];
    }
    facts->state = FACTS_ASKED;
    facts->turn = ++live->turn;
    struct facts_job *job = rw_calloc(1, sizeof *job);
    *job = (struct facts_job){wizard, facts->id, facts->turn};
    const struct rw_host_look look = {
        .cluster = live->cluster, .host = index, .done = on_facts, .context = job};
    rw_host_look(remote, &look);
}

/* ---- the contact ---- */

static void on_settled(void *context, size_t host)
{
    struct rw_wizard *wizard = context;
    read_facts(wizard, host);
    wizard_soon(wizard);
}

static void on_link(void *context, size_t host, bool down)
{
    (void)host;
    (void)down;
    wizard_changed(context);
}

static struct rw_contact_options contact_options(struct rw_wizard *wizard)
{
    return (struct rw_contact_options){
        .cluster = wizard->live.cluster,
        .ask = true,
        .accept_new_host_keys = wizard->options.accept_new_host_keys,
        .passwords = wizard->live.logins.passwords,
        .sudo_passwords = wizard->live.logins.sudo_passwords,
        .keys = wizard->live.keys,
        .jumps = wizard->live.jumps,
    };
}

void live_resume(struct rw_wizard *wizard)
{
    struct wizard_live *live = &wizard->live;
    if (!live->contact)
        return;
    struct rw_contact_user user = {on_settled, question_of_host, on_link, wizard};
    rw_contact_use(live->contact, &user);
    for (size_t i = 0; i < live->cluster->host_count; i++)
        read_facts(wizard, i);
}

/* Questions and answers over connections that end do not count any more. */
static void forget_changed(struct rw_wizard *wizard, const struct rw_cluster *before,
                           const unsigned *ids)
{
    struct wizard_live *live = &wizard->live;
    for (size_t i = 0; before && i < before->host_count; i++) {
        int index = live_index(live, ids[i]);
        struct live_facts *facts = live_facts_of(live, ids[i]);
        if (index >= 0 && same_login(&before->hosts[i], &live->cluster->hosts[index]))
            continue;
        rw_questions_drop(&wizard->questions, FROM_CONTACT, ids[i]);
        if (facts)
            forget_facts(facts);
    }
}

/* Takes cluster and ids over. */
static void use_copy(struct rw_wizard *wizard, struct rw_cluster *cluster, unsigned *ids)
{
    struct wizard_live *live = &wizard->live, before = *live;
    live->cluster = cluster;
    live->ids = ids;
    live->logins = (struct rw_logins){0};
    live->unreadable = (struct rw_findings){0};
    rw_logins_read(&live->logins, cluster, &live->unreadable);
    forget_changed(wizard, before.cluster, before.ids);
    struct rw_contact_options options = contact_options(wizard);
    if (live->contact)
        rw_contact_sync(live->contact, &options);
    else
        live->contact = rw_contact_new(wizard->loop, &options);
    free_copy(&before);
    live_resume(wizard);
}

bool live_is_current(const struct rw_wizard *wizard)
{
    unsigned *ids;
    if (!wizard->live.cluster)
        return false;
    struct rw_cluster *now = snapshot(wizard->document, &ids);
    bool same = rw_cluster_equal(now, wizard->live.cluster);
    for (size_t i = 0; same && i < now->host_count; i++)
        same = ids[i] == wizard->live.ids[i];
    rw_cluster_free(now);
    free(ids);
    return same;
}

void live_sync(struct rw_wizard *wizard)
{
    unsigned *ids;
    if (install_active(wizard) || wizard->repair.running || wizard->live.closing)
        return;
    if (live_name_hosts(wizard))
        wizard_save(wizard);
    if (live_is_current(wizard))
        return;
    if (!checks_drop(wizard))
        return; /* when they are gone we are called again */
    struct rw_cluster *cluster = snapshot(wizard->document, &ids);
    use_copy(wizard, cluster, ids);
    checks_enter(wizard);
}

void live_adopt(struct rw_wizard *wizard, struct rw_cluster *cluster)
{
    use_copy(wizard, cluster,
             rw_memdup(wizard->document->ids, cluster->host_count * sizeof *wizard->live.ids));
    /* An install tries again: what a host failed with may be long over. */
    rw_contact_retry(wizard->live.contact);
}

/* ---- the end ---- */

static void forget_copy(struct rw_wizard *wizard)
{
    struct wizard_live *live = &wizard->live;
    free_copy(live);
    live->cluster = NULL;
    live->ids = NULL;
}

struct closing {
    struct rw_life life;
    struct rw_wizard *wizard;
    void (*closed)(void *context);
};

static void on_closed(void *object)
{
    struct closing *closing = object;
    struct rw_wizard *wizard = closing->wizard;
    void (*closed)(void *) = closing->closed;
    free(closing);
    wizard->live.closing = false;
    closed(wizard);
}

void live_close(struct rw_wizard *wizard, void (*closed)(void *context))
{
    struct wizard_live *live = &wizard->live;
    if (live->closing)
        return;
    struct closing *closing = rw_calloc(1, sizeof *closing);
    closing->wizard = wizard;
    closing->closed = closed;
    rw_life_init(&closing->life, wizard->loop, closing, on_closed);
    rw_life_end(&closing->life, NULL, NULL, NULL);
    live->closing = true;
    rw_questions_drop_all(&wizard->questions, FROM_CONTACT);
    for (size_t i = 0; i < live->fact_count; i++)
        if (live->facts[i].state == FACTS_ASKED)
            forget_facts(&live->facts[i]);
    if (live->contact)
        rw_contact_free(live->contact, rw_life_drop, rw_life_hold(&closing->life));
    live->contact = NULL;
}

void live_done(struct rw_wizard *wizard)
{
    struct wizard_live *live = &wizard->live;
    forget_copy(wizard);
    for (size_t i = 0; i < live->fact_count; i++)
        forget_facts(&live->facts[i]);
    free(live->facts);
    rw_ssh_jumps_free(live->jumps);
    rw_ssh_keys_free(live->keys);
}

/* The files of passwords may be readable now. */
static void read_logins(struct rw_wizard *wizard)
{
    struct wizard_live *live = &wizard->live;
    struct rw_logins before = live->logins;
    live->logins = (struct rw_logins){0};
    rw_findings_done(&live->unreadable);
    rw_logins_read(&live->logins, live->cluster, &live->unreadable);
    struct rw_contact_options options = contact_options(wizard);
    rw_contact_sync(live->contact, &options);
    rw_logins_done(&before);
}

/* ---- interface ---- */

struct rw_wizard_host rw_wizard_host(const struct rw_wizard *wizard, size_t host)
{
    const struct wizard_live *live = &wizard->live;
    unsigned id = wizard->document->ids[host];
    int index = live->contact ? live_index(live, id) : -1;
    struct rw_wizard_host view = {.key_type = "", .fingerprint = "", .os = ""};
    const struct live_facts *facts = live_facts_of(live, id);
    if (facts && facts->own.read) {
        view.own = &facts->own;
        view.os = facts->own.os ? facts->own.os : "";
    }
    if (index < 0) {
        view.state = can_connect(&wizard->document->cluster->hosts[host])
                         ? RW_WIZARD_HOST_CONNECTING
                         : RW_WIZARD_HOST_UNKNOWN;
        return view;
    }
    struct rw_ssh_info info = rw_contact_info(live->contact, (size_t)index);
    view.key_type = info.host_key_type;
    view.fingerprint = info.fingerprint;
    switch (rw_contact_state(live->contact, (size_t)index)) {
    case RW_CONTACT_WAITING:
        view.state = rw_questions_wait(&wizard->questions, FROM_CONTACT, id)
                         ? RW_WIZARD_HOST_ASKING
                         : RW_WIZARD_HOST_CONNECTING;
        break;
    case RW_CONTACT_OPEN:
        view.state =
            live_awaits_name(wizard, host) ? RW_WIZARD_HOST_CONNECTING : RW_WIZARD_HOST_OPEN;
        break;
    case RW_CONTACT_FAILED:
        view.state = RW_WIZARD_HOST_FAILED;
        view.failure = rw_contact_failure(live->contact, (size_t)index);
        break;
    }
    return view;
}

void rw_wizard_reconnect(struct rw_wizard *wizard)
{
    struct wizard_live *live = &wizard->live;
    if (install_active(wizard) || wizard->repair.running || checks_busy(wizard) || !live->contact)
        return;
    for (size_t i = 0; i < live->fact_count; i++)
        forget_facts(&live->facts[i]);
    rw_questions_ask_again(&wizard->questions);
    read_logins(wizard);
    rw_contact_retry(live->contact);
    live_resume(wizard);
    wizard_soon(wizard);
}
