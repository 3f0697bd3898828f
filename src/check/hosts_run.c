/* SPDX-License-Identifier: Apache-2.0 */
#include "check/hosts_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/life.h"
#include "base/mem.h"
#include "check/host_look.h"

struct look {
    struct rw_hosts_check *check;
    size_t host;
    struct rw_remote_job *job; /* while it runs */
    bool again;                /* it is asked for the second time */
};

struct rw_hosts_check {
    struct rw_life life; /* held by each script that runs */
    struct rw_hosts_check_options options;
    struct rw_hosts_check_listener listener;
    struct look *looks;
    struct rw_host_facts *facts;
    size_t pending;
    struct rw_host_verdicts verdicts;
};

static void free_check(void *object)
{
    struct rw_hosts_check *check = object;
    for (size_t i = 0; i < check->options.cluster->host_count; i++)
        rw_host_facts_done(&check->facts[i]);
    rw_host_verdicts_done(&check->verdicts);
    free(check->facts);
    free(check->looks);
    free(check);
}

static void through(struct rw_hosts_check *check)
{
    size_t total = check->options.cluster->host_count;
    check->pending--;
    if (check->listener.progress)
        check->listener.progress(check->listener.context, total - check->pending, total);
    if (check->pending > 0)
        return;
    rw_hosts_judge(&check->verdicts, check->options.cluster, check->options.requirements,
                   check->facts);
    check->listener.done(check->listener.context, &check->verdicts);
}

static void on_reply(void *context, const struct rw_remote_result *result);

static void ask(struct look *look, struct rw_remote *remote)
{
    struct rw_hosts_check *check = look->check;
    const struct rw_host_look question = {.cluster = check->options.cluster,
                                          .host = look->host,
                                          .measure = !look->again,
                                          .done = on_reply,
                                          .context = look};
    check->facts[look->host].sent_ms = rw_clock_wall_ms();
    rw_life_hold(&check->life);
    look->job = rw_host_look(remote, &question);
}

/* A host whose measurements came to no end is asked once more, without them: the rest is known at
 * once, and must not stay unknown with them. */
static bool ask_again(struct look *look, int rc)
{
    struct rw_remote *remote = rw_contact_remote(look->check->options.contact, look->host);
    bool whole = rw_host_facts_whole(&look->check->facts[look->host]);
    if (whole || look->again || rc == RW_ECANCELED || !remote)
        return false;
    look->again = true;
    ask(look, remote);
    return true;
}

static void on_reply(void *context, const struct rw_remote_result *result)
{
    struct look *look = context;
    struct rw_hosts_check *check = look->check;
    struct rw_host_facts *facts = &check->facts[look->host];
    look->job = NULL;
    rw_life_drop(&check->life);
    if (check->life.ending)
        return;
    facts->arrived_ms = rw_clock_wall_ms();
    if (result->rc == 0)
        rw_host_facts_read(facts, &result->reply);
    else if (!facts->read)
        rw_strset(&facts->reason, result->error.message);
    if (!ask_again(look, result->rc))
        through(check);
}

static void look_at(struct look *look)
{
    struct rw_hosts_check *check = look->check;
    struct rw_remote *remote = rw_contact_remote(check->options.contact, look->host);
    if (remote) {
        ask(look, remote);
        return;
    }
    const char *reason = rw_contact_reason(check->options.contact, look->host);
    rw_strset(&check->facts[look->host].reason, reason ? reason : _("not logged in"));
    check->facts[look->host].away = true;
    check->pending--;
}

static void begun(void *object)
{
    through(object);
}

struct rw_hosts_check *rw_hosts_check_start(uv_loop_t *loop,
                                            const struct rw_hosts_check_options *options,
                                            const struct rw_hosts_check_listener *listener)
{
    size_t count = options->cluster->host_count;
    struct rw_hosts_check *check = rw_calloc(1, sizeof *check);
    rw_life_init(&check->life, loop, check, free_check);
    check->options = *options;
    check->listener = *listener;
    check->looks = rw_calloc(count, sizeof *check->looks);
    check->facts = rw_calloc(count, sizeof *check->facts);
    /* One for ourselves: no host may be logged in to, and done() comes from the loop. */
    check->pending = count + 1;
    for (size_t i = 0; i < count; i++) {
        check->looks[i] = (struct look){.check = check, .host = i};
        look_at(&check->looks[i]);
    }
    rw_life_later(&check->life, begun);
    return check;
}

void rw_hosts_check_free(struct rw_hosts_check *check, void (*closed)(void *context), void *context)
{
    if (!check || !rw_life_end(&check->life, NULL, closed, context))
        return;
    for (size_t i = 0; i < check->options.cluster->host_count; i++)
        if (check->looks[i].job)
            rw_remote_cancel(check->looks[i].job);
}
