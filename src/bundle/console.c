/* SPDX-License-Identifier: Apache-2.0 */
/* The parts from this machine: versions, answers, the journal. */
#include <ares.h>
#include <curl/curl.h>
#include <jansson.h>
#include <libssh2.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <yaml.h>
#include <zlib.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "bundle/bundle_private.h"
#include "cluster/answers.h"
#include "finding/group.h"
#include "install/journal.h"
#include "install/token.h"

#define SMALL_FILE_MAX 65536

/* ---- versions ---- */

static void add_file(struct rw_buf *out, const char *path)
{
    struct rw_error err;
    if (rw_file_read(path, SMALL_FILE_MAX, out, &err) != 0)
        rw_buf_addf(out, "%s\n", err.message);
}

static void add_setting(struct rw_buf *out, const char *name)
{
    const char *value = getenv(name);
    rw_buf_addf(out, "%s=%s\n", name, value ? value : "");
}

void console_versions(struct rw_buf *out)
{
    static const char *const settings[] = {"LANG", "LC_ALL", "LANGUAGE", "TERM"};
    struct utsname system;
    rw_buf_addf(out, "rke2-wizard %s\n", PACKAGE_VERSION);
    rw_buf_addf(out, "libuv %s\nlibssh2 %s\nlibyaml %s\n", uv_version_string(), libssh2_version(0),
                yaml_get_version_string());
    rw_buf_addf(out, "%s\nSQLite %s\njansson %s\n", curl_version(), sqlite3_libversion(),
                jansson_version_str());
    rw_buf_addf(out, "%s\nc-ares %s\nzlib %s\n", OpenSSL_version(OPENSSL_VERSION),
                ares_version(NULL), zlibVersion());
#ifdef __GLIBC__
    rw_buf_addf(out, "glibc %s\n", gnu_get_libc_version());
#endif
    if (uname(&system) == 0)
        rw_buf_addf(out, "\n%s %s %s %s\n", system.sysname, system.release, system.version,
                    system.machine);
    add_file(out, "/etc/os-release");
    rw_buf_adds(out, "\n");
    for (size_t i = 0; i < RW_COUNT(settings); i++)
        add_setting(out, settings[i]);
}

void console_answers(struct rw_buf *out, const struct rw_cluster *cluster)
{
    char *text = rw_answers_write(cluster, false);
    rw_buf_adds(out, text);
    free(text);
}

void console_findings(struct rw_buf *out, const struct rw_findings *findings)
{
    struct rw_finding_groups groups;
    rw_finding_groups(&groups, findings);
    for (size_t i = 0; i < groups.count; i++) {
        char *hosts = rw_finding_group_hosts(&groups.items[i]);
        rw_finding_print_for(out, groups.items[i].finding, hosts);
        free(hosts);
    }
    if (groups.count == 0)
        rw_buf_adds(out, "none\n");
    rw_finding_groups_done(&groups);
}

/* ---- the journal, for people ---- */

struct as_text {
    struct rw_buf *out;
    struct rw_journal *journal;
};

static const char *utc(int64_t wall_ms, char text[RW_CLOCK_UTC_SIZE])
{
    if (wall_ms)
        rw_clock_utc(wall_ms, text, RW_CLOCK_UTC_SIZE);
    else
        memcpy(text, "-", 2);
    return text;
}

static void text_event(void *context, const struct rw_journal_event_row *row)
{
    struct as_text *as = context;
    char at[RW_CLOCK_UTC_SIZE];
    rw_buf_addf(as->out, "  %s %s%s%s%s%s: %s\n", utc(row->at, at), row->host,
                *row->host ? " " : "", row->step, *row->step ? " " : "", row->kind, row->text);
}

static void text_run(void *context, const struct rw_journal_run_row *run)
{
    struct as_text *as = context;
    char started[RW_CLOCK_UTC_SIZE], ended[RW_CLOCK_UTC_SIZE];
    rw_buf_addf(as->out, "\n== run %lld: %s, %s to %s: %s\n", (long long)run->id, run->command,
                utc(run->started, started), utc(run->ended, ended),
                *run->outcome ? run->outcome : "not ended");
    rw_journal_read_events(as->journal, run->id, text_event, as);
}

static void text_task(void *context, const struct rw_journal_task_row *task)
{
    struct as_text *as = context;
    char started[RW_CLOCK_UTC_SIZE], ended[RW_CLOCK_UTC_SIZE];
    rw_buf_addf(as->out, "  task %s: %s, attempt %d, %s to %s\n", task->id, task->state,
                task->attempt, utc(task->started, started), utc(task->ended, ended));
}

static void text_finding(void *context, const struct rw_finding *finding)
{
    struct as_text *as = context;
    rw_finding_print(as->out, finding);
}

static void text_fact(void *context, const char *key, const char *value)
{
    struct as_text *as = context;
    rw_buf_addf(as->out, "%s: %s\n", key, value);
}

/* NULL, with a message in *out, when there is none. */
static struct rw_journal *open_journal(struct rw_error *err, const char *cluster)
{
    struct rw_journal *journal = NULL;
    char *dir = rw_journal_dir(cluster);
    rw_journal_open_readonly(dir, &journal, err);
    free(dir);
    return journal;
}

void console_journal(struct rw_buf *out, const char *cluster)
{
    struct rw_error err;
    struct as_text as = {out, open_journal(&err, cluster)};
    if (!as.journal) {
        rw_buf_addf(out, "%s\n", err.message);
        return;
    }
    struct rw_journal_reader reader = {text_run, text_task, text_finding, &as};
    rw_journal_read_facts(as.journal, text_fact, &as);
    int rc = rw_journal_read_all(as.journal, &reader, &err);
    if (rc != 0)
        rw_buf_addf(out, "%s\n", err.message);
    rw_journal_close(as.journal);
}

/* ---- the journal, for programs ---- */

struct as_json {
    struct rw_journal *journal;
    json_t *facts, *runs;
    json_t *tasks, *findings, *events; /* of the last run */
};

/* Text that is not UTF-8 becomes it. */
static json_t *string(const char *text)
{
    char *safe = rw_text_printable(text, strlen(text), strlen(text));
    json_t *value = json_string(safe);
    free(safe);
    return value;
}

static void json_event(void *context, const struct rw_journal_event_row *row)
{
    struct as_json *as = context;
    json_array_append_new(as->events,
                          json_pack("{s:I, s:o, s:o, s:o, s:o}", "at_ms", (json_int_t)row->at,
                                    "host", string(row->host), "step", string(row->step), "kind",
                                    string(row->kind), "text", string(row->text)));
}

static void json_run(void *context, const struct rw_journal_run_row *run)
{
    struct as_json *as = context;
    as->tasks = json_array();
    as->findings = json_array();
    as->events = json_array();
    json_array_append_new(
        as->runs, json_pack("{s:I, s:o, s:I, s:I, s:o, s:s, s:o, s:o, s:o}", "id",
                            (json_int_t)run->id, "command", string(run->command), "started_ms",
                            (json_int_t)run->started, "ended_ms", (json_int_t)run->ended, "outcome",
                            string(run->outcome), "answers", run->answers, "tasks", as->tasks,
                            "findings", as->findings, "events", as->events));
    rw_journal_read_events(as->journal, run->id, json_event, as);
}

static void json_task(void *context, const struct rw_journal_task_row *task)
{
    struct as_json *as = context;
    json_array_append_new(
        as->tasks, json_pack("{s:o, s:o, s:o, s:o, s:i, s:I, s:I}", "id", string(task->id), "host",
                             string(task->host), "step", string(task->step), "state",
                             string(task->state), "attempt", task->attempt, "started_ms",
                             (json_int_t)task->started, "ended_ms", (json_int_t)task->ended));
}

static void json_finding(void *context, const struct rw_finding *finding)
{
    struct as_json *as = context;
    char *fact = rw_finding_text(finding, RW_FINDING_FACT);
    json_array_append_new(
        as->findings, json_pack("{s:s, s:s, s:o, s:o}", "id", rw_finding_code(finding->id),
                                "severity", rw_severity_name(finding->severity), "host",
                                string(finding->host ? finding->host : ""), "fact", string(fact)));
    free(fact);
}

static void json_fact(void *context, const char *key, const char *value)
{
    struct as_json *as = context;
    json_object_set_new(as->facts, key, string(value));
}

void console_journal_json(struct rw_buf *out, const char *cluster)
{
    struct rw_error err;
    struct as_json as = {.journal = open_journal(&err, cluster)};
    json_t *top =
        json_pack("{s:o, s:o}", "facts", as.facts = json_object(), "runs", as.runs = json_array());
    if (as.journal) {
        struct rw_journal_reader reader = {json_run, json_task, json_finding, &as};
        rw_journal_read_facts(as.journal, json_fact, &as);
        rw_journal_read_all(as.journal, &reader, NULL);
        rw_journal_close(as.journal);
    }
    char *text = json_dumps(top, JSON_INDENT(2));
    rw_buf_addf(out, "%s\n", text ? text : "{}");
    free(text);
    json_decref(top);
}

/* ---- secrets of this machine ---- */

static void add_first_line(struct rw_redactor *redactor, const char *path)
{
    char *secret = path ? rw_secret_read(path, NULL) : NULL;
    rw_redactor_add(redactor, secret);
    rw_secret_free(secret);
}

/* USER:PASSWORD out of the address of a proxy: the password, or what stands alone. */
static void add_proxy(struct rw_redactor *redactor, const char *address)
{
    const char *from = strstr(address, "://"), *at = strrchr(address, '@');
    from = from ? from + 3 : address;
    if (!at || at <= from)
        return;
    const char *colon = memchr(from, ':', (size_t)(at - from));
    from = colon ? colon + 1 : from;
    char *secret = rw_strndup(from, (size_t)(at - from));
    rw_redactor_add(redactor, secret);
    rw_secret_free(secret);
}

void console_secrets(struct rw_redactor *redactor, const struct rw_cluster *cluster)
{
    static const char *const proxies[] = {"http_proxy", "https_proxy", "HTTPS_PROXY",
                                          "HTTP_PROXY", "all_proxy",   "ALL_PROXY"};
    rw_redactor_add(redactor, cluster->token);
    add_first_line(redactor, cluster->token_file);
    rw_redactor_add(redactor, cluster->proxy.password);
    add_first_line(redactor, cluster->proxy.password_file);
    char *dir = rw_journal_dir(cluster->name), *token = rw_token_path(dir);
    add_first_line(redactor, token);
    free(token);
    free(dir);
    for (size_t i = 0; i < cluster->host_count; i++) {
        add_first_line(redactor, cluster->hosts[i].login.password_file);
        add_first_line(redactor, cluster->hosts[i].login.sudo_password_file);
    }
    for (size_t i = 0; i < RW_COUNT(proxies); i++)
        if (getenv(proxies[i]))
            add_proxy(redactor, getenv(proxies[i]));
}
