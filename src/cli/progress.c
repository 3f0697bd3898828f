/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/json.h"
#include "cli/session.h"
#include "cli/spinner.h"
#include "cli/words.h"

struct rw_progress {
    bool json;
    struct rw_spinner *spinner;
    int name_width;
};

struct rw_progress *rw_progress_new(uv_loop_t *loop, const struct rw_cluster *cluster, bool json,
                                    bool still, const struct rw_ask *ask)
{
    struct rw_progress *progress = rw_calloc(1, sizeof *progress);
    progress->json = json;
    progress->spinner = rw_spinner_new(loop, ask, json || still);
    for (size_t i = 0; i < cluster->host_count; i++)
        if ((int)strlen(cluster->hosts[i].name) > progress->name_width)
            progress->name_width = (int)strlen(cluster->hosts[i].name);
    return progress;
}

void rw_progress_free(struct rw_progress *progress)
{
    if (!progress)
        return;
    rw_spinner_free(progress->spinner);
    free(progress);
}

/* ---- plain lines ---- */

static const char *action_text(const char *key)
{
    if (strcmp(key, "run") == 0)
        return _("run");
    if (strcmp(key, "changed") == 0)
        return _("written");
    if (strcmp(key, "removed") == 0)
        return _("removed");
    return _("old file kept as");
}

/* Sets what the spinner shows. */
static void doing(struct rw_progress *progress, const char *host, const char *text)
{
    rw_spinner_say(progress->spinner,
                   host ? rw_asprintf(_("%s: %s"), host, text) : rw_strdup(text));
}

static void line(struct rw_progress *progress, const struct rw_event *event, const char *text)
{
    char elapsed[RW_CLOCK_DURATION_SIZE];
    rw_clock_duration(event->elapsed_ms, elapsed, sizeof elapsed);
    printf("%s  %-*s  %s\n", elapsed, progress->name_width, event->host ? event->host : "", text);
}

static void print_task(struct rw_progress *progress, const struct rw_event *event)
{
    const char *title = rw_words_step(event->step);
    char *text;
    if (event->state == RW_TASK_PLANNED || event->state == RW_TASK_WAITING)
        return;
    if (event->state == RW_TASK_DONE)
        text = rw_asprintf(_("%s: %s (%.1f s)"), title, rw_words_state(event->state),
                           (double)event->duration_ms / 1000);
    else
        text = rw_asprintf(_("%s: %s"), title, rw_words_state(event->state));
    if (event->state == RW_TASK_RUNNING)
        doing(progress, event->host, title);
    line(progress, event, text);
    free(text);
}

static void print_end(const struct rw_event *event)
{
    switch (event->outcome) {
    case RW_OUTCOME_DONE:
        puts(event->changed ? _("Done.") : _("Done. No host had to be changed."));
        break;
    case RW_OUTCOME_AGENTS_MISSING:
        puts(_("The servers are up, but some agents are not. Fix the problems above, then run this "
               "again."));
        break;
    case RW_OUTCOME_BLOCKED:
        puts(_("Stopped before any change was made. Fix the problems above, then run this again."));
        break;
    case RW_OUTCOME_INTERRUPTED:
        puts(event->changed ? _("Stopped. Work that has begun on a host continues there; run this "
                                "again to resume.")
                            : _("Stopped. No host was changed."));
        break;
    default:
        puts(event->changed ? _("Failed. Fix the problems above, then run this again to resume.")
                            : _("Failed. No host was changed."));
    }
}

static void print_plain(struct rw_progress *progress, const struct rw_event *event)
{
    char *text = NULL;
    switch (event->kind) {
    case RW_EVENT_PHASE:
        doing(progress, NULL, _(event->text));
        line(progress, event, _(event->text));
        break;
    case RW_EVENT_VERSION:
        text = rw_asprintf(_("version %s"), event->text);
        line(progress, event, text);
        break;
    case RW_EVENT_HOST:
        line(progress, event, rw_event_host_text(event->text));
        break;
    case RW_EVENT_TASK:
        print_task(progress, event);
        break;
    case RW_EVENT_ACTION:
        text = rw_asprintf(_("  %s: %s"), action_text(event->key), event->text);
        line(progress, event, text);
        break;
    case RW_EVENT_PROGRESS:
        doing(progress, event->host, _(event->text));
        text = rw_asprintf("  … %s", _(event->text));
        line(progress, event, text);
        break;
    case RW_EVENT_SLOW:
        text = rw_asprintf(_("%s: takes longer than usual; still waiting"),
                           rw_words_step(event->step));
        line(progress, event, text);
        break;
    case RW_EVENT_FINDING: {
        struct rw_buf out = {0};
        rw_finding_print(&out, event->finding);
        fputs(rw_buf_str(&out), stdout);
        rw_buf_done(&out);
        break;
    }
    case RW_EVENT_NOTICE:
        if (event->text)
            line(progress, event, _(event->text));
        break;
    case RW_EVENT_TABLE:
        puts(event->text);
        break;
    case RW_EVENT_NODES:
    case RW_EVENT_LINE:
    case RW_EVENT_CHECK:
    case RW_EVENT_OVERRIDE:
    case RW_EVENT_REPAIR:
        break;
    case RW_EVENT_END:
        print_end(event);
        break;
    }
    free(text);
}

/* ---- JSON lines ---- */

static void print_json(const struct rw_event *event)
{
    static const char *const kinds[] = {
        [RW_EVENT_PHASE] = "phase",   [RW_EVENT_VERSION] = "version",
        [RW_EVENT_HOST] = "host",     [RW_EVENT_TASK] = "task",
        [RW_EVENT_ACTION] = "action", [RW_EVENT_PROGRESS] = "progress",
        [RW_EVENT_SLOW] = "slow",     [RW_EVENT_FINDING] = "finding",
        [RW_EVENT_NODES] = "nodes",   [RW_EVENT_TABLE] = "table",
        [RW_EVENT_LINE] = "line",     [RW_EVENT_NOTICE] = "notice",
        [RW_EVENT_END] = "end",
    };
    if (event->kind == RW_EVENT_NODES)
        return;
    json_t *object =
        json_pack("{s:I, s:s}", "ms", (json_int_t)event->elapsed_ms, "event", kinds[event->kind]);
    rw_json_text(object, "host", event->host);
    rw_json_text(object, "step", event->step);
    rw_json_text(object, "key", event->key);
    rw_json_text(object, "text", event->text);
    if (event->kind == RW_EVENT_TASK)
        rw_json_text(object, "state", rw_task_state_name(event->state));
    if (event->kind == RW_EVENT_TASK && event->duration_ms)
        json_object_set_new(object, "duration_ms", json_integer(event->duration_ms));
    if (event->kind == RW_EVENT_FINDING)
        rw_json_finding(object, event->finding);
    if (event->kind == RW_EVENT_END) {
        rw_json_text(object, "outcome", rw_outcome_name(event->outcome));
        json_object_set_new(object, "exit", json_integer(event->outcome));
        json_object_set_new(object, "changed", json_boolean(event->changed));
    }
    char *text = json_dumps(object, JSON_COMPACT);
    if (text)
        puts(text);
    free(text);
    json_decref(object);
}

static void tell_override(struct rw_progress *progress, const struct rw_event *event)
{
    char *text =
        rw_asprintf(_("%s is overridden: %s"), rw_finding_code(event->finding->id), event->text);
    struct rw_event phase = {
        .kind = RW_EVENT_PHASE, .elapsed_ms = event->elapsed_ms, .host = event->host, .text = text};
    rw_progress_event(progress, &phase);
    free(text);
}

void rw_progress_event(struct rw_progress *progress, const struct rw_event *event)
{
    if (event->kind == RW_EVENT_OVERRIDE) {
        tell_override(progress, event);
        return;
    }
    if (event->kind == RW_EVENT_LINE)
        return; /* too many to be read one by one */
    if (event->kind == RW_EVENT_CHECK) {
        doing(progress, NULL, rw_check_part_title(event->part));
        return;
    }
    rw_spinner_erase(progress->spinner);
    if (progress->json)
        print_json(event);
    else
        print_plain(progress, event);
    fflush(stdout);
}

void rw_progress_findings(struct rw_progress *progress, int64_t elapsed_ms,
                          const struct rw_findings *findings)
{
    if (progress->json) {
        for (size_t i = 0; i < findings->count; i++)
            rw_progress_event(progress, &(struct rw_event){.kind = RW_EVENT_FINDING,
                                                           .elapsed_ms = elapsed_ms,
                                                           .host = findings->items[i].host,
                                                           .finding = &findings->items[i]});
        return;
    }
    rw_spinner_erase(progress->spinner);
    rw_cli_print_findings(stdout, findings);
    fflush(stdout);
}
