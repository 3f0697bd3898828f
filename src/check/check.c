/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/life.h"
#include "base/mem.h"
#include "check/dns_check.h"
#include "check/hosts_run.h"
#include "check/ports_run.h"

static const struct part_name {
    enum rw_check_part part;
    const char *name;
    const char *title; /* translatable */
} part_names[] = {
    {RW_CHECK_DNS, "dns", N_("querying name servers and hosts")},
    {RW_CHECK_HOSTS, "hosts", N_("checking the hosts")},
    {RW_CHECK_PORTS, "ports", N_("testing the ports between the hosts")},
};

struct rw_check {
    struct rw_life life;
    uv_loop_t *loop;
    struct rw_check_options options;
    struct rw_check_listener listener;
    size_t unsettled; /* hosts still being logged in to */
    size_t running;   /* parts of the present phase that are not done */
    struct rw_dns_check *dns;
    struct rw_hosts_check *hosts;
    struct rw_ports_check *ports;
    struct rw_check_result result;
};

const char *rw_check_part_name(size_t place)
{
    return place < RW_COUNT(part_names) ? part_names[place].name : NULL;
}

const char *rw_check_part_title(enum rw_check_part part)
{
    for (size_t i = 0; i < RW_COUNT(part_names); i++)
        if (part_names[i].part == part)
            return _(part_names[i].title);
    return _("logging in to the hosts");
}

static unsigned part_by_name(const char *name, size_t length)
{
    for (size_t i = 0; i < RW_COUNT(part_names); i++)
        if (strlen(part_names[i].name) == length && strncmp(part_names[i].name, name, length) == 0)
            return part_names[i].part;
    return 0;
}

unsigned rw_check_parts(const char *list)
{
    unsigned parts = 0;
    for (;;) {
        size_t length = strcspn(list, ",");
        unsigned part = part_by_name(list, length);
        if (part == 0)
            return 0;
        parts |= part;
        if (!list[length])
            return parts;
        list += length + 1;
    }
}

bool rw_check_blocks(const struct rw_check_result *result)
{
    return rw_findings_at_least(&result->findings, RW_SEVERITY_FAIL) > 0 ||
           (result->hosts && !rw_host_verdicts_pass(result->hosts));
}

bool rw_check_is_of_hosts(const struct rw_check_result *result, const struct rw_finding *finding)
{
    for (size_t i = 0; result->hosts && i < result->hosts->findings.count; i++)
        if (rw_finding_equal(&result->hosts->findings.items[i], finding))
            return true;
    return false;
}

static void tell(struct rw_check *check, enum rw_check_part part, size_t done, size_t total)
{
    if (check->listener.progress)
        check->listener.progress(check->listener.context, part, done, total);
}

static void add_findings(struct rw_check *check, const struct rw_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        rw_findings_copy(&check->result.findings, &findings->items[i]);
}

/* ---- phases: all hosts are logged in to; DNS and hosts; ports, when nothing else is measured ----
 */

static void finish(struct rw_check *check)
{
    rw_contact_use(check->options.contact, NULL);
    check->listener.done(check->listener.context, &check->result);
}

static void on_ports_progress(void *context, size_t done, size_t total)
{
    tell(context, RW_CHECK_PORTS, done, total);
}

static void on_ports(void *context, const struct rw_ports_matrix *matrix,
                     const struct rw_findings *findings)
{
    struct rw_check *check = context;
    check->result.ports = matrix;
    add_findings(check, findings);
    finish(check);
}

static void start_ports(struct rw_check *check)
{
    struct rw_ports_check_options options = {check->options.cluster, check->options.contact,
                                             rw_cni_of(check->options.cluster)};
    struct rw_ports_check_listener listener = {on_ports_progress, on_ports, check};
    check->ports = rw_ports_check_start(check->loop, &options, &listener);
}

/* Listeners would show among what the hosts listen on, and the connections in what they measure. */
static void part_done(struct rw_check *check)
{
    if (--check->running > 0)
        return;
    if (check->options.parts & RW_CHECK_PORTS)
        start_ports(check);
    else
        finish(check);
}

static void on_dns(void *context, const struct rw_dns_verdicts *verdicts,
                   const struct rw_dns_evidence *evidence)
{
    struct rw_check *check = context;
    check->result.dns = verdicts;
    check->result.asked = evidence;
    add_findings(check, &verdicts->findings);
    tell(check, RW_CHECK_DNS, 1, 1);
    part_done(check);
}

static void start_dns(struct rw_check *check)
{
    struct rw_dns_check_options options = {check->options.cluster, check->options.contact,
                                           check->options.name_servers};
    struct rw_dns_check_listener listener = {on_dns, check};
    tell(check, RW_CHECK_DNS, 0, 1);
    check->running++;
    check->dns = rw_dns_check_start(check->loop, &options, &listener);
}

static void on_hosts_progress(void *context, size_t done, size_t total)
{
    tell(context, RW_CHECK_HOSTS, done, total);
}

static void on_hosts(void *context, const struct rw_host_verdicts *verdicts)
{
    struct rw_check *check = context;
    check->result.hosts = verdicts;
    add_findings(check, &verdicts->findings);
    part_done(check);
}

static void start_hosts(struct rw_check *check)
{
    struct rw_hosts_check_options options = {check->options.cluster, check->options.contact,
                                             check->options.requirements};
    struct rw_hosts_check_listener listener = {on_hosts_progress, on_hosts, check};
    check->running++;
    check->hosts = rw_hosts_check_start(check->loop, &options, &listener);
}

static void begin_parts(struct rw_check *check)
{
    for (size_t i = 0; i < check->options.cluster->host_count; i++) {
        const struct rw_finding *failure = rw_contact_failure(check->options.contact, i);
        if (failure)
            rw_findings_copy(&check->result.findings, failure);
    }
    check->result.login_count = check->result.findings.count;
    check->running = 1;
    if (check->options.parts & RW_CHECK_DNS)
        start_dns(check);
    if (check->options.parts & RW_CHECK_HOSTS)
        start_hosts(check);
    part_done(check);
}

/* ---- logging in ---- */

static void settle(struct rw_check *check, size_t hosts)
{
    size_t total = check->options.cluster->host_count;
    check->unsettled -= hosts;
    tell(check, 0, total - check->unsettled, total);
    if (check->unsettled == 0)
        begin_parts(check);
}

static void on_settled(void *context, size_t host)
{
    (void)host;
    settle(context, 1);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct rw_check *check = context;
    check->listener.question(check->listener.context, host, question);
}

/* The hosts that were logged in to before we came; from the loop, as all callbacks. */
static void begin(void *object)
{
    struct rw_check *check = object;
    struct rw_contact_user user = {on_settled, on_question, NULL, check};
    size_t settled = 0;
    for (size_t i = 0; i < check->options.cluster->host_count; i++)
        settled += rw_contact_state(check->options.contact, i) != RW_CONTACT_WAITING;
    rw_contact_use(check->options.contact, &user);
    settle(check, settled);
}

/* ---- interface ---- */

static void free_check(void *object)
{
    struct rw_check *check = object;
    rw_findings_done(&check->result.findings);
    free(check);
}

struct rw_check *rw_check_start(uv_loop_t *loop, const struct rw_check_options *options,
                                const struct rw_check_listener *listener)
{
    struct rw_check *check = rw_calloc(1, sizeof *check);
    check->loop = loop;
    check->options = *options;
    check->listener = *listener;
    check->result.parts = options->parts;
    check->unsettled = options->cluster->host_count;
    rw_life_init(&check->life, loop, check, free_check);
    rw_life_later(&check->life, begin);
    return check;
}

void rw_check_free(struct rw_check *check, void (*closed)(void *context), void *context)
{
    if (!check || !rw_life_end(&check->life, NULL, closed, context))
        return;
    rw_contact_use(check->options.contact, NULL);
    if (check->dns)
        rw_dns_check_free(check->dns, rw_life_drop, rw_life_hold(&check->life));
    if (check->hosts)
        rw_hosts_check_free(check->hosts, rw_life_drop, rw_life_hold(&check->life));
    if (check->ports)
        rw_ports_check_free(check->ports, rw_life_drop, rw_life_hold(&check->life));
}
