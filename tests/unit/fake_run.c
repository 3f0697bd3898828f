/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/fake_run.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "unit/helpers.h"

#define NODE_WATCH_MAX 65536

/* All that a fresh host says as RKE2 is installed there. */
static const struct fake_reply fresh[] = {
    {.script = "membership", .lines = FAKE_FRESH},
    {.script = "probe-stage",
     .lines = "state=absent\nrun=systemd-run --unit=rke2-wizard-stage\n",
     .after_ms = 100},
    {.script = "wait-stage",
     .lines = "result=0\nbinary=/usr/local/bin/rke2\ninstalled=" FAKE_VERSION "\n"
              "run=systemctl stop rke2-wizard-stage.service\n",
     .after_ms = 60000},
    {.script = "probe-start",
     .lines = "state=absent\nsince=1000\nrun=systemctl start --no-block rke2\n",
     .after_ms = 100},
    {.script = "follow", .end = FAKE_HOLDS},
    {.script = "ready",
     .lines = "active=active\nsub=running\nreadyz=200\nstarted=2026-01-01T00:00:00Z\n",
     .after_ms = 50},
    {.script = "verify",
     .lines = "node=ha-m1 True KubeletReady: x\nnode=ha-m2 True KubeletReady: x\n"
              "node=ha-m3 True KubeletReady: x\napi=ha-m1 401 0\n"},
    {.script = "nodes", .lines = "row=NAME STATUS\nrow=ha-m1 Ready\n"},
    {.script = "stalled", .lines = ""},
    {.script = "boot", .lines = "boot=b1\n"},
    {.script = "lock", .lines = "boot=b1\n"},
    {.with = FAKE_CONFIGURE, .lines = "changed=/etc/rancher/rke2/config.yaml\n", .after_ms = 50},
    {.with = FAKE_UNPINNED, .lines = "removed=50-rke2-wizard-join.yaml\n"},
};

/* The watch lists every node of the cluster, Ready, at once. */
static struct fake_reply nodes_ready = {.script = "node-watch", .end = FAKE_HOLDS, .after_ms = 200};

static void add_nodes(const struct rw_cluster *cluster)
{
    static char text[NODE_WATCH_MAX];
    size_t used = 0;
    for (size_t i = 0; i < cluster->host_count; i++)
        used += (size_t)snprintf(
            text + used, sizeof text - used,
            "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Node\",\"metadata\":{\"name\":\"%s\"},"
            "\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
            "\"reason\":\"KubeletReady\",\"message\":\"x\"},"
            "{\"type\":\"EtcdIsVoter\",\"status\":\"True\"}]}}}\n",
            cluster->hosts[i].name);
    cr_assert_lt(used, sizeof text);
    nodes_ready.lines = text;
    fake_add(&nodes_ready, 1);
}

/* ---- what is listened to ---- */

static void on_event(void *context, const struct rw_event *event)
{
    struct fake_run *f = context;
    switch (event->kind) {
    case RW_EVENT_TASK:
        rw_buf_addf(&f->log, "%s@%s %s\n", event->step, event->host,
                    rw_task_state_name(event->state));
        break;
    case RW_EVENT_FINDING:
        rw_findings_copy(&f->findings, event->finding);
        rw_buf_addf(&f->log, "finding %s %s %s\n", rw_finding_code(event->finding->id),
                    rw_severity_name(event->finding->severity), event->host ? event->host : "-");
        break;
    case RW_EVENT_HOST:
        rw_buf_addf(&f->log, "host %s %s\n", event->host, event->text);
        break;
    case RW_EVENT_SLOW:
        rw_buf_addf(&f->log, "slow %s@%s\n", event->step, event->host);
        break;
    case RW_EVENT_PROGRESS:
        rw_buf_addf(&f->log, "progress %s@%s %s\n", event->step, event->host, event->text);
        break;
    case RW_EVENT_TABLE:
        rw_buf_addf(&f->log, "table %s\n", event->text);
        break;
    case RW_EVENT_VERSION:
        rw_buf_addf(&f->log, "version %s\n", event->text);
        break;
    case RW_EVENT_ACTION:
        rw_buf_addf(&f->log, "action %s@%s %s %s\n", event->step, event->host, event->key,
                    event->text);
        break;
    case RW_EVENT_END:
        cr_assert_not(f->ended, "the end comes twice");
        f->ended = true;
        f->outcome = event->outcome;
        f->changed = event->changed;
        break;
    case RW_EVENT_NOTICE:
        rw_buf_addf(&f->log, "notice %s\n", event->text ? event->text : "-");
        break;
    case RW_EVENT_PHASE:
    case RW_EVENT_NODES:
    case RW_EVENT_CHECK:
    case RW_EVENT_OVERRIDE:
    case RW_EVENT_REPAIR:
    case RW_EVENT_LINE:
        break;
    }
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct fake_run *f = context;
    cr_assert(question->ssh && question->ssh->kind == RW_SSH_ASK_HOST_KEY);
    rw_contact_answer(f->contact, host, "yes");
}

static void on_confirm(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    struct fake_run *f = context;
    cr_assert(plan && version);
    (void)exists;
    f->confirmed = true;
    rw_run_confirm(f->run, !f->refuse);
}

/* ---- from the beginning to the end ---- */

void fake_run_begin(struct fake_run *f, const char *hosts)
{
    struct rw_error err;
    long pid;
    memset(f, 0, sizeof *f);
    fake_begin();
    f->cluster = cluster_of("registration-name: rke2.demo.kingsd.top\ntoken: my-shared-secret\n"
                            "rke2: {version: " FAKE_VERSION "}\n",
                            hosts ? hosts
                                  : "- {name: ha-m1, address: ha-m1, role: server}\n"
                                    "- {name: ha-m2, address: ha-m2, role: server}\n"
                                    "- {name: ha-m3, address: ha-m3, role: server}\n"
                                    "- {name: ha-w1, address: ha-w1, role: agent}\n");
    fake_add(fresh, RW_COUNT(fresh));
    add_nodes(f->cluster);
    f->state = folder_new_in_memory();
    cr_assert_eq(rw_journal_open(in_folder(f->state, "demo"), &f->journal, &pid, &err), 0, "%s",
                 err.message);
    rw_journal_begin(f->journal, "install", "");
    rw_journal_attach(f->journal, fake_loop());
    struct rw_contact_options options = {
        .cluster = f->cluster, .ask = true, .transport = &fake_transport};
    f->contact = rw_contact_new(fake_loop(), &options);
    f->options = (struct rw_run_options){
        .cluster = f->cluster, .journal = f->journal, .contact = f->contact};
}

void fake_run_start(struct fake_run *f)
{
    struct rw_run_listener listener = {on_event, on_question, on_confirm, f};
    f->run = rw_run_new(fake_loop(), &f->options, &listener);
    rw_run_start(f->run);
}

enum rw_outcome fake_run_all(struct fake_run *f)
{
    fake_run_start(f);
    fake_wait(&f->ended);
    return f->outcome;
}

static void set_flag(void *context)
{
    *(bool *)context = true;
}

void fake_run_finish(struct fake_run *f)
{
    bool contact_closed = false, run_closed = false;
    rw_contact_free(f->contact, set_flag, &contact_closed);
    fake_wait(&contact_closed);
    if (f->run) {
        rw_run_free(f->run, set_flag, &run_closed);
        fake_wait(&run_closed);
    }
    bool journal_closed = false;
    rw_journal_leave(f->journal, set_flag, &journal_closed);
    fake_wait(&journal_closed);
    fake_finish();
    folder_remove(f->state);
    rw_cluster_free(f->cluster);
    rw_buf_done(&f->log);
    rw_findings_done(&f->findings);
}

/* ---- what came of it ---- */

static const char *find_line(const struct fake_run *f, const char *line, bool last)
{
    size_t length = strlen(line);
    const char *found = NULL;
    for (const char *at = rw_buf_str(&f->log); (at = strstr(at, line)); at += length) {
        if ((at != rw_buf_str(&f->log) && at[-1] != '\n') || at[length] != '\n')
            continue;
        found = at;
        if (!last)
            break;
    }
    return found;
}

bool fake_run_has(const struct fake_run *f, const char *line)
{
    return find_line(f, line, false) != NULL;
}

static const enum rw_task_state last_state = RW_TASK_BLOCKED;

const char *fake_run_state(const struct fake_run *f, const char *task)
{
    const char *latest = NULL, *name = rw_task_state_name(RW_TASK_PLANNED);
    for (int state = 0; state <= (int)last_state; state++) {
        const char *is = rw_task_state_name((enum rw_task_state)state);
        char *line = rw_asprintf("%s %s", task, is);
        const char *at = find_line(f, line, true);
        if (at && (!latest || at > latest)) {
            latest = at;
            name = is;
        }
        free(line);
    }
    return name;
}

bool fake_run_before(const struct fake_run *f, const char *task, const char *other)
{
    char *done = rw_asprintf("%s done", task), *begun = rw_asprintf("%s running", other);
    const char *first = find_line(f, done, false), *second = find_line(f, begun, false);
    free(done);
    free(begun);
    return first && second && first < second;
}

void fake_run_until(struct fake_run *f, const char *task, const char *state)
{
    while (strcmp(fake_run_state(f, task), state) != 0) {
        cr_assert_not(f->ended, "%s never was %s:\n%s", task, state, rw_buf_str(&f->log));
        fake_pass(10);
    }
}

void fake_expect_state(const struct fake_run *f, const char *task, const char *state)
{
    cr_expect_str_eq(fake_run_state(f, task), state, "%s is %s:\n%s", task, fake_run_state(f, task),
                     rw_buf_str(&f->log));
}

void fake_expect_line(const struct fake_run *f, const char *line)
{
    cr_expect(fake_run_has(f, line), "no “%s”:\n%s", line, rw_buf_str(&f->log));
}

void fake_expect_no_line(const struct fake_run *f, const char *line)
{
    cr_expect_not(fake_run_has(f, line), "“%s”:\n%s", line, rw_buf_str(&f->log));
}

bool fake_run_journal(const char *host, const char *message)
{
    static unsigned cursor;
    char *line = rw_asprintf("{\"__CURSOR\":\"c%u\",\"MESSAGE\":\"%s\"}", ++cursor, message);
    bool heard = fake_say(host, "follow", line);
    free(line);
    return heard;
}
