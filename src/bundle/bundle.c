/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/life.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "bundle/archive.h"
#include "bundle/bundle_private.h"
#include "plan/node_scripts.h"

#define TICK_MS     100
#define SECRETS_MS  30000
#define COLLECT_MS  180000
#define AT_ONCE     16
#define TRIES       3
#define SECRETS_MAX 64       /* that one host may send */
#define SECRET_MAX  8192     /* bytes */
#define LINES       "2000"   /* of each journal */
#define PART_BYTES  "200000" /* below RW_BUNDLE_PART_MAX */
#define FOLDER_MAX  80       /* bytes of a host's name in the name of a folder */

/* The parts that a host may send; all others are dropped. */
static const char *const parts[] = {
    "system",     "network",
    "units",      "journal-rke2-server",
    "stage",      "journal-rke2-agent",
    "kubelet",    "journal-rke2-wizard-stage",
    "containerd", "environment",
    "config",     "kubectl",
    "pods",
};

enum stage {
    SECRETS, /* it sends the secrets to redact */
    WAITS,   /* for the secrets of the other hosts */
    COLLECT,
    OVER,
};

struct bundle_host {
    struct rw_bundle *bundle;
    size_t index;
    enum stage stage;
    struct rw_remote_job *job; /* that runs, or NULL */
    int tries;
    int64_t since;    /* from when on it is waited for a connection */
    const char *part; /* that comes, or NULL */
    struct rw_buf text;
    bool cut; /* the part is larger than may be */
    bool written[RW_COUNT(parts)];
    size_t secrets; /* that it has sent */
    char *missing;  /* why its answer is not complete, or NULL */
};

struct rw_bundle {
    struct rw_life life;
    struct rw_bundle_options options; /* strings and cluster are ours */
    struct rw_bundle_listener listener;
    struct rw_cluster *cluster;
    struct rw_redactor *redactor;
    struct rw_archive *archive;
    struct rw_findings shown;    /* at the beginning */
    struct rw_findings findings; /* hosts that are missing */
    char *top;                   /* the folder in the archive */
    struct bundle_host *hosts;
    size_t told;   /* hosts that were reported as done */
    int64_t begun; /* wall clock */
    uv_timer_t ticks;
    bool ended;
};

/* ---- files ---- */

/* Text without what a terminal would take for commands. */
static void printable(const struct rw_buf *text, struct rw_buf *out)
{
    const char *cursor = rw_buf_str(text), *line;
    const char *end = cursor + text->len;
    size_t length;
    for (; cursor < end; cursor = line + length + 1) {
        line = cursor;
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        length = stop ? (size_t)(stop - line) : (size_t)(end - line);
        char *safe = rw_text_printable(line, length, length);
        rw_buf_addf(out, "%s\n", safe);
        free(safe);
    }
}

/* Everything goes into the archive by this way. */
static void add_text(struct rw_bundle *bundle, const char *name, const struct rw_buf *text)
{
    struct rw_buf redacted = {0}, safe = {0};
    char *path = rw_asprintf("%s/%s", bundle->top, name);
    rw_redact(bundle->redactor, rw_buf_str(text), text->len, &redacted);
    printable(&redacted, &safe);
    rw_archive_add(bundle->archive, path, rw_buf_str(&safe), safe.len, bundle->begun);
    rw_buf_done(&redacted);
    rw_buf_done(&safe);
    free(path);
}

/* ---- answers of a host ---- */

static void end_part(struct bundle_host *host)
{
    struct rw_bundle *bundle = host->bundle;
    const char *name = bundle->cluster->hosts[host->index].name;
    if (!host->part)
        return;
    if (host->cut)
        rw_buf_adds(&host->text, "\n[what follows is left out]\n");
    char *path = strlen(name) <= FOLDER_MAX ? rw_asprintf("hosts/%s/%s.txt", name, host->part)
                                            : rw_asprintf("hosts/%zu-%.*s/%s.txt", host->index,
                                                          FOLDER_MAX, name, host->part);
    if (host->text.len > 0)
        add_text(bundle, path, &host->text);
    free(path);
    rw_buf_wipe(&host->text);
    host->part = NULL;
}

/* A part that was cut off comes again when the host is asked again. */
static void drop_part(struct bundle_host *host)
{
    for (size_t i = 0; i < RW_COUNT(parts); i++)
        if (parts[i] == host->part)
            host->written[i] = false;
    rw_buf_wipe(&host->text);
    host->part = NULL;
}

static void begin_part(struct bundle_host *host, const char *name, size_t length)
{
    end_part(host);
    for (size_t i = 0; i < RW_COUNT(parts); i++) {
        if (strlen(parts[i]) != length || memcmp(parts[i], name, length) != 0 || host->written[i])
            continue;
        host->written[i] = true;
        host->part = parts[i];
        host->cut = false;
    }
}

static bool value_of(const char *key, const char **line, size_t *length)
{
    size_t size = strlen(key);
    if (*length < size || memcmp(*line, key, size) != 0)
        return false;
    *line += size;
    *length -= size;
    return true;
}

static void on_line(void *context, const char *line, size_t length)
{
    struct bundle_host *host = context;
    bool cut = length >= RW_SCRIPT_LINE_MAX; /* a secret may be cut in two */
    if (host->stage == SECRETS && value_of("secret=", &line, &length)) {
        if (host->secrets++ >= SECRETS_MAX || length > SECRET_MAX)
            return;
        char *secret = rw_strndup(line, length);
        rw_redactor_add(host->bundle->redactor, secret);
        rw_secret_free(secret);
    } else if (host->stage == COLLECT && value_of("file=", &line, &length)) {
        begin_part(host, line, length);
    } else if (host->stage == COLLECT && host->part && value_of("line=", &line, &length)) {
        if (cut || host->text.len + length + 1 > RW_BUNDLE_PART_MAX)
            host->cut = true;
        else if (!host->cut) {
            rw_buf_add(&host->text, line, length);
            rw_buf_addc(&host->text, '\n');
        }
    }
}

/* ---- hosts, one by one ---- */

static void tick(void *object);

static void on_tick(uv_timer_t *timer)
{
    tick(timer->data);
}

static void give_up(struct bundle_host *host, const struct rw_finding *failure, const char *reason)
{
    struct rw_bundle *bundle = host->bundle;
    const struct rw_host *wanted = &bundle->cluster->hosts[host->index];
    if (failure) {
        char *text = rw_finding_text(failure, RW_FINDING_FACT);
        rw_findings_copy(&bundle->findings, failure);
        host->missing = text;
    } else {
        rw_finding_set(rw_contact_finding(&bundle->findings, RW_F_BUNDLE_HOST, wanted), "reason",
                       reason);
        host->missing = rw_strdup(reason);
    }
    host->stage = OVER;
}

static void on_done(void *context, const struct rw_remote_result *result)
{
    struct bundle_host *host = context;
    host->job = NULL;
    if (host->bundle->life.ending)
        return;
    bool last = ++host->tries == TRIES || result->rc == RW_ETIMEOUT || result->rc == RW_EHOSTKEY;
    if (result->rc == 0 || last)
        end_part(host);
    else
        drop_part(host);
    if (result->rc == 0) {
        host->stage = host->stage == SECRETS ? WAITS : OVER;
        host->tries = 0;
    } else if (last) {
        give_up(host, NULL, result->error.message);
    }
    host->since = rw_clock_ms();
    rw_life_later(&host->bundle->life, tick);
}

static void run(struct bundle_host *host, struct rw_remote *remote)
{
    static const struct rw_script_var vars[] = {{"lines", LINES}, {"bytes", PART_BYTES}};
    struct rw_buf body = {0};
    rw_node_script_add(&body, host->stage == SECRETS ? "bundle-secrets" : "bundle");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .timeout_ms = host->stage == SECRETS ? SECRETS_MS : COLLECT_MS,
        .on_line = on_line,
        .done = on_done,
        .context = host,
    };
    host->job = rw_remote_run(remote, &script);
    rw_buf_done(&body);
}

/* Runs what is to be run on a host, as soon as it can be. */
static void go_on(struct bundle_host *host)
{
    struct rw_bundle *bundle = host->bundle;
    const struct rw_finding *failure = NULL;
    struct rw_remote *remote = NULL;
    switch (
        bundle->options.hosts.look(bundle->options.hosts.context, host->index, &remote, &failure)) {
    case RW_CONTACT_OPEN:
        run(host, remote);
        break;
    case RW_CONTACT_FAILED:
        give_up(host, failure, NULL);
        break;
    case RW_CONTACT_WAITING:
        if (bundle->options.wait_ms && rw_clock_ms() - host->since >= bundle->options.wait_ms)
            give_up(host, NULL, "not connected in time");
        break;
    }
}

/* ---- the rounds ---- */

static size_t count_stage(const struct rw_bundle *bundle, enum stage stage, bool running)
{
    size_t count = 0;
    for (size_t i = 0; i < bundle->cluster->host_count; i++)
        count += bundle->hosts[i].stage == stage && (!running || bundle->hosts[i].job);
    return count;
}

static void add_summary(struct rw_bundle *bundle)
{
    struct rw_buf text = {0};
    char at[RW_CLOCK_UTC_SIZE];
    rw_clock_utc(bundle->begun, at, sizeof at);
    rw_buf_addf(&text, "Support bundle of the cluster %s, made by rke2-wizard %s at %s.\n\n",
                bundle->cluster->name, PACKAGE_VERSION, at);
    rw_buf_adds(&text, "Secrets are taken out: [redacted] stands in their place. Look through it "
                       "all the same before\nyou give it away: names and addresses of your network "
                       "are in it.\n\nHosts:\n");
    for (size_t i = 0; i < bundle->cluster->host_count; i++) {
        const struct rw_host *host = &bundle->cluster->hosts[i];
        const char *missing = bundle->hosts[i].missing;
        rw_buf_addf(&text, "  %-16s %-24s %-6s  %s%s\n", host->name, host->address,
                    rw_role_name(host->role), missing ? "MISSING: " : "in it",
                    missing ? missing : "");
    }
    add_text(bundle, "bundle.txt", &text);
    rw_buf_done(&text);
}

static void add_console(struct rw_bundle *bundle)
{
    const char *cluster = bundle->cluster->name;
    struct rw_buf text = {0};
    console_versions(&text);
    add_text(bundle, "versions.txt", &text);
    rw_buf_clear(&text);
    console_answers(&text, bundle->cluster);
    add_text(bundle, "answers.yaml", &text);
    rw_buf_clear(&text);
    console_journal(&text, cluster);
    add_text(bundle, "journal.txt", &text);
    rw_buf_clear(&text);
    console_journal_json(&text, cluster);
    add_text(bundle, "journal.json", &text);
    rw_buf_clear(&text);
    console_findings(&text, &bundle->shown);
    add_text(bundle, "findings.txt", &text);
    rw_buf_done(&text);
}

static void finish(struct rw_bundle *bundle)
{
    struct rw_error err;
    uv_timer_stop(&bundle->ticks);
    bundle->ended = true;
    add_console(bundle);
    add_summary(bundle);
    bool written = rw_archive_finish(bundle->archive, &err) == 0;
    if (!written) {
        rw_findings_done(&bundle->findings);
        rw_findings_add(&bundle->findings, RW_F_BUNDLE_WRITE, NULL, "reason", err.message, "file",
                        bundle->options.path, NULL);
    }
    bundle->listener.done(bundle->listener.context, written, &bundle->findings);
}

static void tick(void *object)
{
    struct rw_bundle *bundle = object;
    if (bundle->ended)
        return;
    size_t count = bundle->cluster->host_count;
    for (size_t i = 0; i < count; i++)
        if (bundle->hosts[i].stage == SECRETS && !bundle->hosts[i].job)
            go_on(&bundle->hosts[i]);
    if (count_stage(bundle, SECRETS, false) == 0) {
        for (size_t i = 0; i < count; i++)
            if (bundle->hosts[i].stage == WAITS)
                bundle->hosts[i].stage = COLLECT;
        for (size_t i = 0; i < count && count_stage(bundle, COLLECT, true) < AT_ONCE; i++)
            if (bundle->hosts[i].stage == COLLECT && !bundle->hosts[i].job)
                go_on(&bundle->hosts[i]);
    }
    size_t over = count_stage(bundle, OVER, false);
    if (over != bundle->told && bundle->listener.progress)
        bundle->listener.progress(bundle->listener.context, over, count);
    bundle->told = over;
    if (over == count)
        finish(bundle);
}

/* ---- life ---- */

char *rw_bundle_name(const char *cluster)
{
    char at[RW_CLOCK_UTC_SIZE];
    struct rw_buf name = {0};
    rw_clock_utc(rw_clock_wall_ms(), at, sizeof at);
    rw_buf_addf(&name, "%s-bundle-", cluster);
    for (const char *c = at; *c; c++)
        if (*c != '-' && *c != ':')
            rw_buf_addc(&name, *c);
    rw_buf_adds(&name, ".tar.gz");
    return rw_buf_take(&name);
}

static void free_bundle(void *object)
{
    struct rw_bundle *bundle = object;
    for (size_t i = 0; i < bundle->cluster->host_count; i++) {
        rw_buf_wipe(&bundle->hosts[i].text);
        free(bundle->hosts[i].missing);
    }
    free(bundle->hosts);
    free(bundle->top);
    free((char *)bundle->options.path);
    rw_redactor_free(bundle->redactor);
    rw_findings_done(&bundle->shown);
    rw_findings_done(&bundle->findings);
    rw_cluster_free(bundle->cluster);
    free(bundle);
}

struct rw_bundle *rw_bundle_start(uv_loop_t *loop, const struct rw_bundle_options *options,
                                  const struct rw_bundle_listener *listener,
                                  struct rw_findings *findings)
{
    struct rw_error err;
    struct rw_archive *archive = rw_archive_new(options->path, &err);
    if (!archive) {
        rw_findings_add(findings, RW_F_BUNDLE_WRITE, NULL, "reason", err.message, "file",
                        options->path, NULL);
        return NULL;
    }
    struct rw_bundle *bundle = rw_calloc(1, sizeof *bundle);
    bundle->options = *options;
    bundle->options.path = rw_strdup(options->path);
    bundle->listener = *listener;
    bundle->cluster = rw_cluster_copy(options->cluster);
    bundle->archive = archive;
    bundle->begun = rw_clock_wall_ms();
    bundle->top = rw_asprintf("%s-bundle", options->cluster->name);
    bundle->redactor = rw_redactor_new();
    if (options->secrets)
        rw_redactor_join(bundle->redactor, options->secrets);
    console_secrets(bundle->redactor, bundle->cluster);
    for (size_t i = 0; options->findings && i < options->findings->count; i++)
        rw_findings_copy(&bundle->shown, &options->findings->items[i]);
    bundle->hosts = rw_calloc(bundle->cluster->host_count, sizeof *bundle->hosts);
    for (size_t i = 0; i < bundle->cluster->host_count; i++)
        bundle->hosts[i] =
            (struct bundle_host){.bundle = bundle, .index = i, .since = rw_clock_ms()};
    rw_life_init(&bundle->life, loop, bundle, free_bundle);
    rw_life_later(&bundle->life, tick);
    uv_timer_init(loop, &bundle->ticks);
    bundle->ticks.data = bundle;
    uv_timer_start(&bundle->ticks, on_tick, TICK_MS, TICK_MS);
    return bundle;
}

void rw_bundle_know(struct rw_bundle *bundle, const char *secret)
{
    rw_redactor_add(bundle->redactor, secret);
}

void rw_bundle_free(struct rw_bundle *bundle, void (*closed)(void *context), void *context)
{
    if (!bundle || !rw_life_end(&bundle->life, NULL, closed, context))
        return;
    for (size_t i = 0; i < bundle->cluster->host_count; i++)
        if (bundle->hosts[i].job)
            rw_remote_cancel(bundle->hosts[i].job);
    rw_archive_free(bundle->archive);
    rw_life_close(&bundle->life, (uv_handle_t *)&bundle->ticks);
}
