/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/host_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/words.h"
#include "rke2/journal_lines.h"
#include "ui/screens.h"
#include "ui/width.h"

#define LINES_MAX  5000
#define HOST_CELLS 12

/* ---- text ---- */

static const char *action_text(const char *key)
{
    if (key && strcmp(key, "run") == 0)
        return _("run");
    if (key && strcmp(key, "changed") == 0)
        return _("written");
    if (key && strcmp(key, "removed") == 0)
        return _("removed");
    return _("old file kept as");
}

static void add_line(struct rw_buf *out, const char *line, bool brief)
{
    char *text = brief ? rw_journal_message(line, strlen(line)) : rw_strdup(line);
    rw_buf_adds(out, text);
    free(text);
}

void rw_host_log_text(struct rw_buf *out, const struct rw_wizard_log *entry, bool brief)
{
    char elapsed[RW_CLOCK_DURATION_SIZE];
    const char *step = entry->step < RW_STEP_COUNT ? _(rw_step_info(entry->step)->title) : "";
    const char *text = entry->text ? entry->text : "";
    rw_clock_duration(entry->elapsed_ms, elapsed, sizeof elapsed);
    rw_buf_addf(out, "%s  ", elapsed);
    switch (entry->kind) {
    case RW_EVENT_HOST:
        rw_buf_adds(out, rw_event_host_text(text));
        break;
    case RW_EVENT_TASK:
        rw_buf_addf(out, _("%s: %s"), step, rw_words_state(entry->state));
        break;
    case RW_EVENT_ACTION:
        rw_buf_addf(out, _("%s: %s"), action_text(entry->key), text);
        break;
    case RW_EVENT_PROGRESS:
        rw_buf_addf(out, "… %s", _(text));
        break;
    case RW_EVENT_SLOW:
        rw_buf_addf(out, _("%s: takes longer than usual; still waiting"), step);
        break;
    case RW_EVENT_LINE:
        add_line(out, text, brief);
        break;
    default:
        rw_buf_adds(out, text);
    }
}

/* ---- the screen ---- */

static void read_on(struct rw_host_log *log)
{
    struct rw_wizard_run run = rw_wizard_run(log->wizard);
    bool other = log->language != rw_i18n_current(), follow = log->view.follow;
    uint64_t top = log->view.top;
    if (other || log->next > run.log_dropped + run.log_count) { /* another run has begun */
        rw_log_view_clear(&log->view);
        log->next = 0;
        log->language = rw_i18n_current();
    }
    if (log->next < run.log_dropped)
        log->next = run.log_dropped;
    for (; log->next < run.log_dropped + run.log_count; log->next++) {
        const struct rw_wizard_log *entry = &run.log[log->next - run.log_dropped];
        if ((!log->all && strcmp(entry->host, log->host) != 0) ||
            (log->hushed && entry->kind == RW_EVENT_LINE))
            continue;
        struct rw_buf text = {0};
        if (log->all)
            rw_width_pad(&text, entry->host, HOST_CELLS, "…");
        rw_buf_adds(&text, log->all ? "  " : "");
        rw_host_log_text(&text, entry, log->all);
        rw_buf_addc(&text, '\n');
        rw_log_view_add(&log->view, text.data, text.len);
        rw_buf_done(&text);
    }
    if (other && !follow) {
        log->view.follow = false;
        log->view.top = top;
    }
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    read_on(screen->state);
    rw_screens_place(&screen->items[0], 0, 0, rows, cols);
}

static void status(const struct rw_screen *screen, struct rw_buf *out)
{
    const struct rw_host_log *log = screen->state;
    rw_buf_adds(out, log->all ? _("all hosts") : log->host);
}

static void read_anew(struct rw_host_log *log)
{
    rw_log_view_clear(&log->view);
    log->next = 0;
}

static void turn_hosts(struct rw_screen *screen)
{
    struct rw_host_log *log = screen->state;
    log->all = !log->all;
    read_anew(log);
}

static void turn_lines(struct rw_screen *screen)
{
    struct rw_host_log *log = screen->state;
    log->hushed = !log->hushed;
    read_anew(log);
}

static void back(struct rw_screen *screen)
{
    rw_ui_pop(screen->ui);
}

static const struct rw_screen_action actions[] = {
    {.letter = 'a',
     .label = N_("All hosts"),
     .what = N_("Timeline of all hosts, or this host alone"),
     .act = turn_hosts},
    {.letter = 'j',
     .label = N_("Journal"),
     .what = N_("Show or hide the lines of the journals"),
     .act = turn_lines},
    {.code = RW_KEY_ESC, .label = N_("Back"), .act = back},
};

static const struct rw_screen_class class = {
    .title = N_("Log"),
    .help = N_("The actions on this host, and the journal of its service while it is waited for. / "
               "searches, Left and Right scroll sideways, End follows, Esc goes back."),
    .plain = true,
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .layout = layout,
    .status = status,
};

void rw_host_log_open(struct rw_host_log *log, struct rw_ui *ui, struct rw_wizard *wizard,
                      const char *host)
{
    char *name = rw_strdup(host);
    rw_host_log_done(log);
    log->wizard = wizard;
    log->host = name;
    log->all = log->hushed = false;
    log->next = 0;
    log->language = rw_i18n_current();
    rw_log_view_init(&log->view, LINES_MAX);
    log->view.follow = true;
    log->item = (struct rw_item){.class = &rw_log_view_class, .widget = &log->view};
    log->screen = (struct rw_screen){&class, log, &log->item, 1, NULL, 0};
    rw_ui_push(ui, &log->screen);
}

void rw_host_log_done(struct rw_host_log *log)
{
    if (!log || !log->host)
        return;
    rw_log_view_done(&log->view);
    rw_strset(&log->host, NULL);
}
