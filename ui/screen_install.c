/* SPDX-License-Identifier: Apache-2.0 */
/* Step 7: the running install. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/bundle.h"
#include "ui/finding_panel.h"
#include "ui/gauge.h"
#include "ui/host_log.h"
#include "ui/install_findings.h"
#include "ui/install_progress.h"
#include "ui/install_rows.h"
#include "ui/node_rows.h"
#include "ui/screens.h"
#include "ui/viewer.h"
#include "ui/width.h"

enum item { TASKS, NODES, PANEL, ITEMS };

struct install {
    struct rw_wizard *wizard; /* first: screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_table tasks, nodes;
    struct rw_finding_panel panel;
    struct rw_install_rows rows;
    struct rw_node_rows node_rows;
    struct rw_install_findings findings;
    size_t followed; /* the row that was selected because its host is at work */
    int best;        /* how far it was at most, by rw_install_progress() */
    char *best_of;   /* cluster */
    bool through;    /* the focus went to Next when it was */
    struct rw_host_log log;
    struct rw_buf cut; /* lines of what happens that are drawn cut */
    struct rw_viewer commands;
    char *commands_host; /* whose they are */
};

/* The name of the selected host, or NULL. */
static const char *selected(const struct install *install)
{
    size_t at = install->tasks.at;
    return at < install->rows.count ? install->rows.items[at].head.name : NULL;
}

static void select_host(struct install *install, const char *host)
{
    for (size_t i = 0; host && i < install->rows.count; i++)
        if (strcmp(install->rows.items[i].head.name, host) == 0)
            install->tasks.at = i;
}

static void status(const struct rw_screen *screen, struct rw_buf *out)
{
    const struct install *install = screen->state;
    struct rw_wizard_run run = rw_wizard_run(install->wizard);
    char elapsed[RW_CLOCK_DURATION_SIZE];
    if (!run.running && !run.ended)
        return;
    rw_clock_duration(run.elapsed_ms, elapsed, sizeof elapsed);
    rw_buf_adds(out, elapsed);
    int64_t left = run.running && run.task_count ? rw_install_time_left(&run) : -1;
    if (left >= 60000)
        rw_buf_addf(out, _("  about %d min left"), (int)((left + 30000) / 60000));
    else if (left >= 0)
        rw_buf_adds(out, _("  less than a minute left"));
    rw_bundle_status(install->wizard, out);
}

static bool moves(const struct rw_screen *screen)
{
    return rw_wizard_run(((const struct install *)screen->state)->wizard).running;
}

/* ---- drawing ---- */

static bool is_through(const struct install *install)
{
    struct rw_wizard_gate gate = rw_wizard_gate(install->wizard, RW_WIZARD_INSTALL);
    return rw_wizard_gate_open(&gate);
}

static const char *outcome_text(const struct rw_wizard_run *run)
{
    switch (run->outcome) {
    case RW_OUTCOME_DONE:
        return run->changed ? N_("Done.") : N_("Done. No host had to be changed.");
    case RW_OUTCOME_AGENTS_MISSING:
        return N_("The servers are up; agents are missing. r retries, s skips them.");
    case RW_OUTCOME_BLOCKED:
        return N_("Stopped before any change was made. r retries, e edits the answers.");
    case RW_OUTCOME_INTERRUPTED:
        return run->changed ? N_("Stopped. r resumes.")
                            : N_("Stopped. No host was changed. r starts again.");
    default:
        return run->changed ? N_("Failed. r resumes, e edits the answers.")
                            : N_("Failed. No host was changed. r retries, e edits the answers.");
    }
}

static enum rw_style outcome_style(enum rw_outcome outcome)
{
    return outcome == RW_OUTCOME_DONE             ? RW_STYLE_OK
           : outcome == RW_OUTCOME_AGENTS_MISSING ? RW_STYLE_WARN
                                                  : RW_STYLE_FAIL;
}

/* One bar from the checks to the end, and over all attempts: it never runs backwards. */
static void draw_bar(struct install *install, const struct rw_area *body,
                     const struct rw_wizard_run *run)
{
    const struct rw_cluster *cluster = rw_wizard_document(install->wizard)->cluster;
    int now = rw_install_progress(run, cluster);
    if (!rw_text_equal(install->best_of, cluster->name)) {
        rw_strset(&install->best_of, cluster->name);
        install->best = 0;
    }
    install->best = now > install->best ? now : install->best;
    rw_gauge_draw(body, 0, 1, body->cols / 2, install->best);
}

static void draw_head(struct install *install, const struct rw_area *body,
                      const struct rw_wizard_run *run)
{
    if (run->ended) {
        rw_area_cell(body, 0, 1, body->cols - 2, outcome_style(run->outcome), _(outcome_text(run)));
    } else if (run->task_count > 0) {
        draw_bar(install, body, run);
        const char *words = run->held     ? _("stops after the current step")
                            : run->notice ? _(run->notice)
                                          : run->version;
        rw_area_cell(body, 0, body->cols / 2 + 3, body->cols / 2 - 4,
                     run->notice && !run->held ? RW_STYLE_WARN : RW_STYLE_NORMAL, words);
    } else if (run->running) {
        draw_bar(install, body, run);
        rw_area_cell(body, 0, body->cols / 2 + 3, body->cols / 2 - 4, RW_STYLE_NORMAL,
                     run->phase ? _(run->phase) : "");
    }
}

struct places {
    int tasks, nodes, bottom; /* rows */
};

static struct places share(const struct install *install, int rows)
{
    int free_rows = rows - 3; /* the head, and two lines */
    int hosts = (int)install->rows.count + 1, nodes = (int)install->node_rows.nodes.row_count + 1;
    struct places places = {.tasks = hosts < 3 ? 3 : hosts, .nodes = nodes < 2 ? 2 : nodes};
    if (places.tasks > free_rows * 2 / 5)
        places.tasks = free_rows * 2 / 5;
    if (places.nodes > free_rows / 3)
        places.nodes = free_rows / 3;
    places.bottom = free_rows - places.tasks - places.nodes;
    return places;
}

static bool is_at_work(const struct rw_install_row *row)
{
    return row->state == RW_TASK_RUNNING || row->state == RW_TASK_WAITING;
}

/* Selects the host at work, unless the user has selected another one, or a failure has. */
static void follow(struct install *install, const struct rw_wizard_run *run)
{
    const struct rw_install_rows *rows = &install->rows;
    if (!run->running || install->tasks.at != install->followed ||
        install->followed >= rows->count || is_at_work(&rows->items[install->followed]))
        return;
    for (size_t i = 0; i < rows->count; i++)
        if (is_at_work(&rows->items[i])) {
            install->tasks.at = install->followed = i;
            return;
        }
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct install *install = screen->state;
    struct rw_wizard_run run = rw_wizard_run(install->wizard);
    rw_install_rows_read(&install->rows, rw_wizard_document(install->wizard)->cluster, &run);
    rw_node_rows_read(&install->node_rows, run.nodes, &install->nodes);
    follow(install, &run);
    select_host(install,
                rw_install_findings_read(&install->findings, install->wizard, selected(install)));
    const struct rw_finding *finding = rw_install_findings_shown(&install->findings);
    struct places places = share(install, rows);
    rw_screens_place(&install->items[TASKS], 1, 0, places.tasks, cols);
    rw_screens_place(&install->items[NODES], places.tasks + 2, 0, places.nodes, cols);
    rw_screens_place(&install->items[PANEL], rows - places.bottom, 1, places.bottom, cols - 2);
    install->items[PANEL].hidden = !finding;
    rw_finding_panel_set(&install->panel, finding);
    bool through = run.ended && is_through(install);
    if (through && !install->through)
        rw_screen_set_focus(screen, screen->item_count + RW_SCREEN_NEXT);
    install->through = through;
}

/* The last entries about a host that fit, from the first row on. */
static void draw_log(struct install *install, const struct rw_area *area,
                     const struct rw_wizard_run *run)
{
    size_t from = run->log_count;
    int rows = 0, row = 0;
    const char *host = selected(install);
    while (from > 0 && rows < area->rows)
        rows += strcmp(run->log[--from].host, host) == 0;
    for (; from < run->log_count; from++) {
        if (strcmp(run->log[from].host, host) != 0)
            continue;
        struct rw_buf text = {0};
        rw_host_log_text(&text, &run->log[from], true);
        if (rw_width(rw_buf_str(&text)) > area->cols)
            rw_buf_addf(&install->cut, "%s\n", rw_buf_str(&text));
        rw_area_cell(area, row++, 0, area->cols, RW_STYLE_NORMAL, rw_buf_str(&text));
        rw_buf_done(&text);
    }
}

/* The row, and below it what is cut of what happens on the host. */
static char *whole(const void *widget)
{
    const struct rw_table *table = widget;
    const struct install *install =
        (const void *)((const char *)table - offsetof(struct install, tasks));
    if (install->cut.len == 0)
        return rw_table_whole(widget);
    char *row = rw_table_row_text(table);
    char *text = rw_asprintf("%s\n%s", row ? row : "", install->cut.data);
    free(row);
    return text;
}

static const struct rw_widget_class tasks_class = {.key = rw_table_key,
                                                   .draw = rw_table_draw,
                                                   .takes_text = rw_table_takes_text,
                                                   .leave = rw_table_leave,
                                                   .whole = whole,
                                                   .copy = rw_table_row_text};

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct install *install = screen->state;
    struct rw_wizard_run run = rw_wizard_run(install->wizard);
    struct places places = share(install, body->rows);
    draw_head(install, body, &run);
    rw_buf_clear(&install->cut);
    rw_area_line(body, places.tasks + 1, _("kubectl get nodes, live"));
    int line = body->rows - places.bottom - 1;
    const struct rw_install_findings *findings = &install->findings;
    if (rw_install_findings_shown(findings)) {
        char *text = findings->list.count > 1 ? rw_asprintf(_("%zu of %zu (f: next)"),
                                                            findings->at + 1, findings->list.count)
                                              : rw_strdup("");
        rw_area_line(body, line, text);
        free(text);
        return;
    }
    if (!selected(install))
        return;
    char *text = rw_asprintf(_("%s: current activity (l: full log)"), selected(install));
    rw_area_line(body, line, text);
    free(text);
    struct rw_area place = rw_area_part(body, line + 1, 1, places.bottom, body->cols - 2);
    draw_log(install, &place, &run);
}

/* ---- keys ---- */

static const char *why_running(const struct rw_screen *screen)
{
    const struct install *install = screen->state;
    return rw_wizard_run(install->wizard).running ? N_("The install is still running.") : NULL;
}

static const char *why_no_retry(const struct rw_screen *screen)
{
    const struct install *install = screen->state;
    struct rw_wizard_run run = rw_wizard_run(install->wizard);
    return run.running && run.lost_count ? N_("The install is still running, and tries again by "
                                              "itself.")
           : run.running                 ? N_("The install is still running.")
           : run.ended && run.outcome == RW_OUTCOME_DONE ? N_("There is nothing left to do.")
                                                         : NULL;
}

static void retry(struct rw_screen *screen)
{
    struct install *install = screen->state;
    struct rw_findings findings = {0};
    int rc = rw_wizard_install(install->wizard, &findings);
    if (rc == 0) {
        rw_node_rows_done(&install->node_rows);
        rw_install_findings_done(&install->findings);
    } else if (findings.count == 0) {
        rw_ui_notice(screen->ui, N_("This is not possible now."));
    } else {
        rw_screens_tell(screen->ui, N_("The install cannot start"), &findings);
    }
    rw_findings_done(&findings);
}

static const char *why_no_skip(const struct rw_screen *screen)
{
    const struct install *install = screen->state;
    struct rw_wizard_run run = rw_wizard_run(install->wizard);
    if (run.running)
        return run.lost_count
                   ? N_("A lost agent is given up when its countdown ends, then it can be "
                        "skipped.")
                   : N_("Agents can be skipped when the install has ended.");
    return run.ended && run.outcome == RW_OUTCOME_AGENTS_MISSING
               ? NULL
               : N_("This is possible when the servers are up and only agents are missing.");
}

static void on_skip(void *context, size_t button)
{
    struct install *install = context;
    if (button == 0) {
        rw_wizard_skip_agents(install->wizard);
        rw_screens_go(&install->screen, RW_WIZARD_DONE);
    }
}

static void skip(struct rw_screen *screen)
{
    struct rw_dialog_spec spec = {
        .title = N_("Skip agents"),
        .text = N_("The cluster is used without the missing agents. They join when the install "
                   "runs again."),
        .buttons = {N_("Skip them"), N_("Cancel")},
        .preselected = 1,
        .escape = 1,
        .answered = on_skip,
        .context = screen->state,
    };
    rw_ui_dialog(screen->ui, &spec);
}

static void show_log(struct rw_screen *screen)
{
    struct install *install = screen->state;
    if (selected(install))
        rw_host_log_open(&install->log, screen->ui, install->wizard, selected(install));
}

static void write_commands(void *context, struct rw_buf *out)
{
    struct install *install = context;
    rw_wizard_command(install->wizard, install->commands_host, out);
}

static void show_commands(struct rw_screen *screen)
{
    struct install *install = screen->state;
    if (!selected(install))
        return;
    rw_strset(&install->commands_host, selected(install));
    rw_viewer_open(&install->commands, screen->ui, N_("Commands"), write_commands, install);
}

static void next_finding(struct rw_screen *screen)
{
    struct install *install = screen->state;
    select_host(install, rw_install_findings_next(&install->findings));
}

static const char *why_no_finding(const struct rw_screen *screen)
{
    const struct rw_install_findings *findings = &((struct install *)screen->state)->findings;
    return findings->list.count == 0 ? N_("There are no findings.")
           : findings->list.count == 1 && rw_install_findings_shown(findings)
               ? N_("There is no other finding.")
               : NULL;
}

static const char *why_no_log(const struct rw_screen *screen)
{
    const struct install *install = screen->state;
    return install->rows.count ? NULL : N_("There is no host yet.");
}

static void edit(struct rw_screen *screen)
{
    rw_screens_go(screen, RW_WIZARD_HOSTS);
}

static void activated(struct rw_screen *screen, size_t item)
{
    if (item == TASKS)
        show_log(screen);
    else
        rw_screen_move_focus(screen, true);
}

/* The command of the finding that is shown. */
static char *copy(const struct rw_screen *screen)
{
    const struct install *install = screen->state;
    const struct rw_finding *finding = rw_install_findings_shown(&install->findings);
    return finding && screen->focus != NODES ? rw_finding_copy(finding) : NULL;
}

/* ---- ^C ---- */

static void on_quit_running(void *context, size_t button)
{
    struct install *install = context;
    if (button == 1)
        rw_screens_leave(&install->screen);
    else if (button == 2)
        rw_wizard_hold(install->wizard);
}

static void on_quit(void *context, size_t button)
{
    struct install *install = context;
    if (button == 0)
        rw_screens_leave(&install->screen);
}

static void quit(struct rw_screen *screen)
{
    struct install *install = screen->state;
    struct rw_dialog_spec running = {
        .title = N_("The install is running"),
        .text = N_("Quitting does not stop work on the hosts: a step that has begun continues "
                   "there, and no further step starts. Start rke2-wizard again to resume; "
                   "completed steps are not repeated."),
        .buttons = {N_("Keep watching"), N_("Leave it running"), N_("Stop after this step")},
        .preselected = 0,
        .escape = 0,
        .answered = on_quit_running,
        .context = install,
    };
    struct rw_dialog_spec ended = {
        .title = N_("Quit"),
        .text =
            N_("Everything that you entered is saved. Start rke2-wizard again to continue here."),
        .buttons = {N_("Save and quit"), N_("Stay here")},
        .escape = 1,
        .answered = on_quit,
        .context = install,
    };
    if (screen->ui->dialog_count == 0)
        rw_ui_dialog(screen->ui, rw_wizard_run(install->wizard).running ? &running : &ended);
}

static const struct rw_screen_action actions[] = {
    {.letter = 'r', .label = N_("Retry"), .act = retry, .why_not = why_no_retry},
    {.letter = 's', .label = N_("Skip"), .act = skip, .why_not = why_no_skip},
    {.letter = 'l', .label = N_("Log"), .act = show_log, .why_not = why_no_log},
    {.letter = 'c', .label = N_("Command"), .act = show_commands, .why_not = why_no_log},
    {.letter = 'f', .label = N_("Finding"), .act = next_finding, .why_not = why_no_finding},
    {.letter = 'e', .label = N_("Edit"), .act = edit, .why_not = why_running},
    {.letter = 'b', .label = N_("Bundle"), .act = rw_bundle_act, .why_not = rw_bundle_why_not},
};

/* ---- life ---- */

static void shown(struct rw_screen *screen)
{
    struct install *install = screen->state;
    screen->focus = is_through(install) ? screen->item_count + RW_SCREEN_NEXT : TASKS;
}

static const struct rw_screen_class class = {
    .step = RW_WIZARD_INSTALL + 1,
    .title = N_("Install"),
    .help = N_("Each host and its current step; below it the nodes as the cluster sees them, and "
               "the activity on the selected host. A failure blocks only the steps that depend on "
               "it. * marks the first server."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .layout = layout,
    .draw = draw,
    .status = status,
    .moves = moves,
    .activated = activated,
    .copy = copy,
    .blocked = rw_screens_blocked,
    .next = rw_screens_next,
    .back = rw_screens_back,
    .quit = quit,
};

struct rw_screen *rw_screen_install_new(struct rw_wizard *wizard)
{
    struct install *install = rw_calloc(1, sizeof *install);
    install->wizard = wizard;
    install->tasks = rw_install_rows_table(&install->rows);
    install->nodes = rw_node_rows_table(&install->node_rows);
    install->items[TASKS] = (struct rw_item){.class = &tasks_class, .widget = &install->tasks};
    install->items[NODES] = (struct rw_item){.class = &rw_table_class, .widget = &install->nodes};
    install->items[PANEL] =
        (struct rw_item){.class = &rw_finding_panel_class, .widget = &install->panel};
    install->screen = (struct rw_screen){&class, install, install->items, ITEMS, NULL, TASKS};
    return &install->screen;
}

void rw_screen_install_free(struct rw_screen *screen)
{
    if (!screen)
        return;
    struct install *install = screen->state;
    rw_table_done(&install->tasks);
    rw_table_done(&install->nodes);
    rw_install_rows_done(&install->rows);
    rw_node_rows_done(&install->node_rows);
    rw_install_findings_done(&install->findings);
    rw_finding_panel_done(&install->panel);
    rw_host_log_done(&install->log);
    rw_buf_done(&install->cut);
    rw_viewer_done(&install->commands);
    free(install->best_of);
    free(install->commands_host);
    free(install);
}
