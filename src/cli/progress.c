#include "cli/progress.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/words.h"

#define SPIN_MS 250

struct rw_progress {
    const struct rw_cluster *cluster;
    const struct rw_ask *ask;
    bool json, drawn;
    int64_t begun;
    unsigned turn;
    char *doing;      /* what the spinner line says */
    uv_timer_t *spin; /* only on a terminal */
    int name_width;
};

/* ---- spinner ---- */

static void erase(struct rw_progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stdout);
    progress->drawn = false;
}

static void on_spin(uv_timer_t *timer)
{
    struct rw_progress *progress = timer->data;
    char elapsed[RW_CLOCK_DURATION_SIZE];
    if (rw_ask_busy(progress->ask)) {
        progress->drawn = false;
        return;
    }
    rw_clock_duration(rw_clock_ms() - progress->begun, elapsed, sizeof elapsed);
    erase(progress);
    printf("%c %s  %s", "|/-\\"[progress->turn++ % 4], elapsed, progress -> doing);
    fflush(stdout);
    progress->drawn = true;
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

struct rw_progress *rw_progress_new(uv_loop_t *loop, const struct rw_cluster *cluster, bool json,
                                    const struct rw_ask *ask)
{
    struct rw_progress *progress = rw_calloc(1, sizeof *progress);
    progress->cluster = cluster;
    progress->json = json;
    progress->ask = ask;
    progress->begun = rw_clock_ms();
    progress->doing = rw_strdup("");
    for (size_t i = 0; i < cluster->host_count; i++)
        if ((int)strlen(cluster->hosts[i].name) > progress->name_width)
            progress->name_width = (int)strlen(cluster->hosts[i].name);
    if (!json && isatty(STDOUT_FILENO)) {
        progress->spin = rw_calloc(1, sizeof *progress->spin);
        uv_timer_init(loop, progress->spin);
        progress->spin->data = progress;
        uv_timer_start(progress->spin, on_spin, SPIN_MS, SPIN_MS);
    }
    return progress;
}

void rw_progress_free(struct rw_progress *progress)
{
    if (!progress)
        return;
    erase(progress);
    fflush(stdout);
    if (progress->spin)
        uv_close((uv_handle_t *)progress->spin, free_handle);
    free(progress->doing);
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

static const char *host_text(const char *text)
{
    if (strcmp(text, "connected") == 0)
        return _("connected");
    return strcmp(text, "lost") == 0 ? _("connection lost; trying again") : _("connection is back");
}

/* Sets what the spinner shows. */
static void doing(struct rw_progress *progress, const char *host, const char *text)
{
    free(progress->doing);
    progress->doing = host ? rw_asprintf("%s: %s", host, text) : rw_strdup(text);
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
        text = rw_asprintf("%s: %s (%.1f s)", title, rw_words_state(event->state),
                           (double)event->duration_ms / 1000);
    else
        text = rw_asprintf("%s: %s", title, rw_words_state(event->state));
    if (event->state == RW_TASK_RUNNING)
        doing(progress, event->host, title);
    line(progress, event, text);
    free(text);
}

static void print_end(const struct rw_event *event)
{
    switch (event->outcome) {
    case RW_OUTCOME_DONE:
        puts(event->changed ? _("Done.") : _("Done. Nothing had to be changed on any host."));
        break;
    case RW_OUTCOME_AGENTS_MISSING:
        puts(_("The servers are up, but not every agent is. Run this again when the problems above "
               "are solved."));
        break;
    case RW_OUTCOME_BLOCKED:
        puts(_("Stopped before anything was changed. Run this again when the problems above are "
               "solved."));
        break;
    case RW_OUTCOME_INTERRUPTED:
        puts(event->changed
                 ? _("Stopped. What had begun on a host goes on there; run this again to go on.")
                 : _("Stopped. Nothing was changed on any host."));
        break;
    default:
        puts(event->changed ? _("Failed. Run this again when the problems above are solved: it "
                                "goes on from here.")
                            : _("Failed. Nothing was changed on any host."));
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
        line(progress, event, host_text(event->text));
        break;
    case RW_EVENT_TASK:
        print_task(progress, event);
        break;
    case RW_EVENT_ACTION:
        text = rw_asprintf("  %s: %s", action_text(event->key), event->text);
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
    case RW_EVENT_TABLE:
        puts(event->text);
        break;
    case RW_EVENT_NODES:
        break;
    case RW_EVENT_END:
        print_end(event);
        break;
    }
    free(text);
}

/* ---- JSON lines ---- */

static void set_text(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, json_string(text));
}

static void set_part(json_t *object, const char *key, const struct rw_finding *finding,
                     enum rw_finding_part part)
{
    char *text = rw_finding_text(finding, part);
    if (*text)
        set_text(object, key, text);
    free(text);
}

static void print_json(const struct rw_event *event)
{
    static const char *const kinds[] = {
        [RW_EVENT_PHASE] = "phase",   [RW_EVENT_VERSION] = "version",
        [RW_EVENT_HOST] = "host",     [RW_EVENT_TASK] = "task",
        [RW_EVENT_ACTION] = "action", [RW_EVENT_PROGRESS] = "progress",
        [RW_EVENT_SLOW] = "slow",     [RW_EVENT_FINDING] = "finding",
        [RW_EVENT_NODES] = "nodes",   [RW_EVENT_TABLE] = "table",
        [RW_EVENT_END] = "end",
    };
    if (event->kind == RW_EVENT_NODES)
        return;
    json_t *object =
        json_pack("{s:I, s:s}", "ms", (json_int_t)event->elapsed_ms, "event", kinds[event->kind]);
    set_text(object, "host", event->host);
    set_text(object, "step", event->step);
    set_text(object, "key", event->key);
    set_text(object, "text", event->text);
    if (event->kind == RW_EVENT_TASK)
        set_text(object, "state", rw_task_state_name(event->state));
    if (event->kind == RW_EVENT_TASK && event->duration_ms)
        json_object_set_new(object, "duration_ms", json_integer(event->duration_ms));
    if (event->kind == RW_EVENT_FINDING) {
        set_text(object, "id", rw_finding_code(event->finding->id));
        set_text(object, "severity", rw_severity_name(event->finding->severity));
        set_part(object, "fact", event->finding, RW_FINDING_FACT);
        set_part(object, "why", event->finding, RW_FINDING_WHY);
        set_part(object, "fix", event->finding, RW_FINDING_FIX);
        set_part(object, "same_as", event->finding, RW_FINDING_SAME_AS);
    }
    if (event->kind == RW_EVENT_END) {
        set_text(object, "outcome", rw_outcome_name(event->outcome));
        json_object_set_new(object, "exit", json_integer(event->outcome));
        json_object_set_new(object, "changed", json_boolean(event->changed));
    }
    char *text = json_dumps(object, JSON_COMPACT);
    if (text)
        puts(text);
    free(text);
    json_decref(object);
}

void rw_progress_event(struct rw_progress *progress, const struct rw_event *event)
{
    erase(progress);
    if (progress->json)
        print_json(event);
    else
        print_plain(progress, event);
    fflush(stdout);
}
