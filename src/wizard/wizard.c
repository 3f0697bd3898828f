/* SPDX-License-Identifier: Apache-2.0 */
#include "wizard/wizard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/answers.h"
#include "install/proxy_password.h"
#include "install/token.h"
#include "operation/report.h"
#include "wizard/wizard_private.h"

/* ---- what every part needs ---- */

void wizard_changed(struct rw_wizard *wizard)
{
    if (!wizard->life.ending && wizard->listener.changed)
        wizard->listener.changed(wizard->listener.context);
}

static void settle(void *object)
{
    struct rw_wizard *wizard = object;
    rw_questions_settle(&wizard->questions);
    install_pump(wizard);
    live_sync(wizard);
    checks_pump(wizard);
    /* A draft may have been opened at this step. */
    if (wizard->releases.state == RW_WIZARD_RELEASES_UNKNOWN)
        releases_enter(wizard);
    wizard_changed(wizard);
}

void wizard_soon(struct rw_wizard *wizard)
{
    rw_life_later(&wizard->life, settle);
}

void wizard_save(struct rw_wizard *wizard)
{
    wizard->save_error = (struct rw_error){0};
    if (!wizard->draft.cluster)
        return;
    rw_strset(&wizard->draft.step, rw_wizard_step_info(wizard->step)->id);
    rw_store_save(&wizard->draft, wizard->document->cluster, &wizard->save_error);
}

void wizard_edited(struct rw_wizard *wizard)
{
    rw_questions_ask_again(&wizard->questions);
    wizard_save(wizard);
    wizard_soon(wizard);
}

/* ---- life ---- */

static void free_wizard(void *object)
{
    struct rw_wizard *wizard = object;
    live_done(wizard);
    rw_questions_done(&wizard->questions);
    install_done(&wizard->install);
    bundle_done(&wizard->bundle);
    free(wizard->report);
    rw_reasons_done(&wizard->reasons);
    releases_done(&wizard->releases);
    name_servers_done(&wizard->name_servers);
    rw_store_memory_done(&wizard->memory);
    rw_draft_done(&wizard->draft);
    if (wizard->lock >= 0)
        close(wizard->lock);
    undo_done(&wizard->undo);
    rw_document_free(wizard->document);
    free(wizard);
}

struct rw_wizard *rw_wizard_new(uv_loop_t *loop, const struct rw_wizard_options *options,
                                const struct rw_wizard_listener *listener)
{
    struct rw_wizard *wizard = rw_calloc(1, sizeof *wizard);
    wizard->loop = loop;
    wizard->options = *options;
    wizard->listener = *listener;
    wizard->lock = -1;
    wizard->document = rw_document_new(NULL);
    questions_init(wizard);
    wizard->live.keys = rw_ssh_keys_new();
    wizard->live.jumps = rw_ssh_jumps_new();
    rw_life_init(&wizard->life, loop, wizard, free_wizard);
    uv_timer_init(loop, &wizard->checks.again);
    wizard->checks.again.data = wizard;
    rw_store_recall(&wizard->memory);
    return wizard;
}

static void on_contact_closed(void *context)
{
    wizard_settle_closing(context);
}

/* In turn: what works on the hosts, then the connections, then what is our own. */
void wizard_settle_closing(struct rw_wizard *wizard)
{
    if (!wizard->life.ending || wizard->install.operation || wizard->result.query)
        return;
    if (!bundle_drop(wizard) || !checks_drop(wizard))
        return;
    /* Repairs end with the connections. */
    if (wizard->live.contact || wizard->live.closing) {
        live_close(wizard, on_contact_closed);
        return;
    }
    if (uv_is_closing((uv_handle_t *)&wizard->checks.again))
        return;
    rw_life_close(&wizard->life, (uv_handle_t *)&wizard->checks.again);
    if (wizard->releases.http)
        rw_http_free(wizard->releases.http, rw_life_drop, rw_life_hold(&wizard->life));
    rw_life_drop(&wizard->life); /* since rw_wizard_free() */
}

void rw_wizard_free(struct rw_wizard *wizard, void (*closed)(void *context), void *context)
{
    if (!wizard || wizard->life.ending)
        return;
    rw_wizard_stop(wizard);
    rw_life_hold(&wizard->life);
    rw_life_end(&wizard->life, NULL, closed, context);
    result_cancel(wizard);
    wizard_settle_closing(wizard);
}

/* ---- language ---- */

const char *rw_wizard_language(const struct rw_wizard *wizard)
{
    return wizard->memory.language;
}

void rw_wizard_set_language(struct rw_wizard *wizard, const char *language)
{
    rw_strset(&wizard->memory.language, language);
    rw_store_remember(&wizard->memory, &wizard->save_error);
}

const char *rw_wizard_last(const struct rw_wizard *wizard)
{
    return wizard->memory.last;
}

/* ---- the report ---- */

void rw_wizard_set_report(struct rw_wizard *wizard, const char *path)
{
    rw_strset(&wizard->report, path);
}

int rw_wizard_write_report(struct rw_wizard *wizard, const struct rw_wizard_check *check,
                           const char *path, struct rw_findings *findings)
{
    struct rw_override overrides[RW_FINDING_COUNT];
    struct rw_report report = {
        .cluster = check->cluster,
        .result = check->result,
        .overrides = overrides,
        .override_count = rw_wizard_overrides(wizard, overrides, RW_COUNT(overrides)),
        .wall_ms = rw_clock_wall_ms(),
    };
    int rc = rw_report_write(path, &report, findings);
    if (rc == 0)
        rw_wizard_set_report(wizard, path);
    return rc;
}

const char *rw_wizard_report(const struct rw_wizard *wizard)
{
    return wizard->report;
}

/* ---- values ---- */

const struct rw_document *rw_wizard_document(const struct rw_wizard *wizard)
{
    return wizard->document;
}

/* A password that was typed in the address is kept where a token is; it stays in memory, and is
 * never in the draft. */
static void proxy_changed(struct rw_wizard *wizard)
{
    struct rw_cluster *cluster = wizard->document->cluster;
    char *dir = wizard->draft.cluster ? rw_journal_dir(wizard->draft.cluster) : NULL;
    if (dir && !cluster->proxy.url) {
        char *path = rw_proxy_password_path(dir);
        unlink(path);
        free(path);
    } else if (dir) {
        /* The install tries again, and says why when it cannot. */
        rw_proxy_password_keep(cluster, dir, NULL);
        rw_proxy_password_recall(cluster, dir);
    }
    free(dir);
}

bool rw_wizard_set(struct rw_wizard *wizard, int host, const char *key, const char *text)
{
    bool good = rw_document_set(wizard->document, host, key, text);
    if (host == RW_DOCUMENT_CLUSTER && strstr(key, "proxy"))
        proxy_changed(wizard);
    wizard_edited(wizard);
    return good;
}

size_t rw_wizard_add_host(struct rw_wizard *wizard)
{
    size_t host = rw_document_add_host(wizard->document);
    wizard_edited(wizard);
    return host;
}

size_t rw_wizard_add_list(struct rw_wizard *wizard, const struct rw_host_list *list)
{
    size_t count = rw_document_add_list(wizard->document, list);
    wizard_edited(wizard);
    return count;
}

void rw_wizard_remove_host(struct rw_wizard *wizard, size_t host)
{
    rw_document_remove_host(wizard->document, host);
    wizard_edited(wizard);
}

void rw_wizard_first_server(struct rw_wizard *wizard, size_t host)
{
    rw_document_first_server(wizard->document, host);
    wizard_edited(wizard);
}

/* ---- the token ---- */

/* From now on the one in the folder of the cluster counts. */
static void forget_token(struct rw_cluster *cluster)
{
    rw_secret_free(cluster->token);
    cluster->token = NULL;
    rw_strset(&cluster->token_file, NULL);
}

/* The nodes of a cluster that exists know the former token: it stays beside the new one. */
static int keep_former(const struct rw_wizard *wizard, const char *dir, const char *path,
                       const char *token, struct rw_error *err)
{
    char *former = rw_token_kept(dir);
    int rc = 0;
    if (former && strcmp(former, token) != 0 && rw_wizard_exists(wizard)) {
        char *aside = rw_asprintf("%s.old-%lld", path, (long long)(rw_clock_wall_ms() / 1000));
        if (rename(path, aside) != 0)
            rc = rw_error_set(err, RW_EIO, "%s: %s", aside, strerror(errno));
        free(aside);
    }
    rw_secret_free(former);
    return rc;
}

int rw_wizard_set_token(struct rw_wizard *wizard, const char *token, const char **reason,
                        struct rw_error *err)
{
    if (!wizard->draft.cluster)
        return rw_error_set(err, RW_EINVAL, "the cluster has no name yet");
    if (*token && rw_answers_check_token(token, reason) != 0)
        return RW_EINVAL;
    char *dir = rw_journal_dir(wizard->draft.cluster), *path = rw_token_path(dir);
    int rc = rw_file_mkdirs(dir, 0700, err);
    if (rc == 0)
        rc = keep_former(wizard, dir, path, token, err);
    if (rc == 0 && *token) {
        char *line = rw_asprintf("%s\n", token);
        rc = rw_file_write(path, line, strlen(line), 0600, err);
        rw_secret_free(line);
    } else if (rc == 0) {
        unlink(path);
    }
    free(path);
    free(dir);
    if (rc == 0) {
        forget_token(wizard->document->cluster);
        wizard_edited(wizard);
    }
    return rc;
}

char *rw_wizard_token(const struct rw_wizard *wizard)
{
    struct rw_cluster *copy = rw_cluster_copy(wizard->document->cluster);
    struct rw_findings findings = {0};
    if (!copy->token && copy->token_file)
        rw_answers_read_token(copy, &findings);
    rw_findings_done(&findings);
    char *token = rw_strdup(copy->token);
    rw_cluster_free(copy);
    if (token || !wizard->draft.cluster)
        return token;
    char *dir = rw_journal_dir(wizard->draft.cluster), *path = rw_token_path(dir);
    if (access(path, R_OK) == 0)
        token = rw_token_keep(dir, NULL);
    free(path);
    free(dir);
    return token;
}
