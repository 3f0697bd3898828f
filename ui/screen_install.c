/* Step 7: the install as it goes on. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/words.h"
#include "ui/finding_panel.h"
#include "ui/gauge.h"
#include "ui/host_log.h"
#include "ui/screens.h"
#include "ui/table.h"

enum item { TASKS, NODES, PANEL, ITEMS };

/* A host, as it was when it was drawn last. */
struct row {
    char *host;
    enum rw_role role;
    bool first;
    size_t step, steps; /* which of its tasks it is at, from 1; 0: none yet */
    const char *doing;  /* translatable, or NULL */
    enum rw_task_state state;
    bool waits;      /* for others */
    bool stopped;    /* the run ended in the middle of it */
    int64_t time_ms; /* -1: nothing has begun */
};

/* A node, in the same way. */
struct node {
    char *name, *version, *reason;
    bool ready, server;
};

struct install {
    struct rw_wizard *wizard; /* first: screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_table tasks, nodes;
    struct rw_finding_panel panel;
    struct row *rows;
    size_t row_count;
    struct node *node_rows; /* the last that were told, also when the run is over */
    size_t node_count;
    struct rw_findings findings;
    size_t finding;  /* that is shown */
    size_t last_row; /* whose finding was looked for last */
    size_t findings_seen;
    bool through; /* the focus went to Next when it was */
    struct rw_host_log log;
};

/* ---- hosts ---- */

static void forget_rows(struct install *install)
{
    for (size_t i = 0; i < install->row_count; i++)
        free(install->rows[i].host);
    free(install->rows);
    install->rows = NULL;
    install->row_count = 0;
}

static bool went_wrong(enum rw_task_state state)
{
    return state == RW_TASK_FAILED || state == RW_TASK_BLOCKED;
}

/* Where the host is: at what failed, else at its first task that is not over, else at its last. */
static void read_tasks(struct row *row, const struct rw_wizard_run *run)
{
    const struct rw_wizard_task *here = NULL;
    int64_t begun = 0, ended = 0;
    bool found = false;
    for (size_t i = 0; i < run->task_count; i++) {
        const struct rw_wizard_task *task = &run->tasks[i];
        if (strcmp(task->host, row->host) != 0)
            continue;
        row->steps++;
        if (task->begun_ms && !begun)
            begun = task->begun_ms;
        if (task->begun_ms)
            ended = task->begun_ms + task->took_ms;
        if (found)
            continue;
        here = task;
        row->step = row->steps;
        found = task->state < RW_TASK_DONE || went_wrong(task->state);
    }
    if (!here)
        return;
    bool over = here->state >= RW_TASK_DONE;
    bool ready = over && !went_wrong(here->state);
    row->state = here->state;
    row->waits = here->state == RW_TASK_PLANNED;
    row->stopped = run->ended && !over;
    row->doing = ready ? N_("Ready")
                 : here->state == RW_TASK_WAITING && here->progress
                     ? here->progress
                     : rw_step_info(here->step)->title;
    row->time_ms = !begun ? -1 : over || run->ended ? ended - begun : rw_clock_ms() - begun;
}

static void read_rows(struct install *install, const struct rw_wizard_run *run)
{
    const struct rw_cluster *cluster = rw_wizard_document(install->wizard)->cluster;
    int first = rw_cluster_first_server(cluster);
    forget_rows(install);
    for (size_t i = 0; i < cluster->host_count; i++) {
        struct row *row = rw_array_add(install->rows, install->row_count);
        *row = (struct row){
            .host = rw_strdup(cluster->hosts[i].name ? cluster->hosts[i].name : "?"),
            .role = cluster->hosts[i].role,
            .first = (int)i == first,
            .time_ms = -1,
        };
        read_tasks(row, run);
    }
}

static const struct rw_column task_columns[] = {
    {N_("Node"), 6, false}, {N_("Role"), 7, false},  {N_("Step"), 20, false},
    {N_("Time"), 5, true},  {N_("State"), 0, false},
};

static size_t row_count(void *context)
{
    return ((struct install *)context)->row_count;
}

static void add_state(const struct row *row, struct rw_buf *out, enum rw_style *style)
{
    if (row->stopped) {
        rw_buf_adds(out, "[STOP]");
        *style = RW_STYLE_WARN;
        return;
    }
    switch (row->state) {
    case RW_TASK_PLANNED:
        rw_buf_adds(out, "[WAIT]");
        *style = RW_STYLE_DIM;
        break;
    case RW_TASK_RUNNING:
    case RW_TASK_WAITING:
        rw_buf_addf(out, "[ %c  ]", rw_spinner((unsigned)(rw_clock_ms() / RW_SPINNER_MS))[1]);
        *style = RW_STYLE_STRONG;
        break;
    case RW_TASK_DONE:
    case RW_TASK_UNCHANGED:
        rw_buf_adds(out, "[DONE]");
        *style = RW_STYLE_OK;
        break;
    case RW_TASK_FAILED:
        rw_buf_adds(out, "[FAIL]");
        *style = RW_STYLE_FAIL;
        break;
    case RW_TASK_BLOCKED:
        rw_buf_adds(out, "[HELD]");
        *style = RW_STYLE_WARN;
        break;
    }
}

static void add_doing(const struct row *row, struct rw_buf *out)
{
    if (row->step == 0)
        return;
    rw_buf_addf(out, "%zu/%zu ", row->step, row->steps);
    if (row->waits && !row->stopped)
        rw_buf_addf(out, _("%s: waits its turn"), _(row->doing));
    else
        rw_buf_adds(out, _(row->doing));
}

static void task_cell(void *context, size_t index, size_t column, struct rw_buf *out,
                      enum rw_style *style)
{
    const struct row *row = &((struct install *)context)->rows[index];
    char time[RW_CLOCK_DURATION_SIZE];
    switch (column) {
    case 0:
        rw_buf_adds(out, row->host);
        break;
    case 1:
        rw_buf_addf(out, "%s%s", rw_role_name(row->role), row->first ? "*" : "");
        break;
    case 2:
        add_doing(row, out);
        break;
    case 3:
        if (row->time_ms >= 0) {
            rw_clock_duration(row->time_ms, time, sizeof time);
            rw_buf_adds(out, time);
        }
        break;
    default:
        add_state(row, out, style);
    }
}

static const struct rw_table_source task_source = {row_count, task_cell};

/* ---- nodes ---- */

static void forget_nodes(struct install *install)
{
    for (size_t i = 0; i < install->node_count; i++) {
        free(install->node_rows[i].name);
        free(install->node_rows[i].version);
        free(install->node_rows[i].reason);
    }
    free(install->node_rows);
    install->node_rows = NULL;
    install->node_count = 0;
}

static void read_nodes(struct install *install, const struct rw_nodes *nodes)
{
    if (!nodes)
        return;
    forget_nodes(install);
    for (size_t i = 0; i < nodes->count; i++) {
        const struct rw_node *from = &nodes->items[i];
        *rw_array_add(install->node_rows, install->node_count) = (struct node){
            .name = rw_strdup(from->name),
            .version = rw_strdup(from->version),
            .reason = rw_strdup(from->reason),
            .ready = from->ready,
            .server = from->control_plane,
        };
    }
}

/* As kubectl has them, in every language. */
static const struct rw_column node_columns[] = {
    {"NAME", 6, false}, {"STATUS", 8, false}, {"ROLES", 6, false}, {"VERSION", 10, false}};

static size_t node_count(void *context)
{
    return ((struct install *)context)->node_count;
}

static void node_cell(void *context, size_t index, size_t column, struct rw_buf *out,
                      enum rw_style *style)
{
    const struct node *node = &((struct install *)context)->node_rows[index];
    switch (column) {
    case 0:
        rw_buf_adds(out, node->name);
        break;
    case 1:
        rw_buf_adds(out, node->ready ? "Ready" : "NotReady");
        *style = node->ready ? RW_STYLE_OK : RW_STYLE_WARN;
        break;
    case 2:
        rw_buf_adds(out, node->server ? "control-plane,etcd,master" : "<none>");
        break;
    default:
        rw_buf_adds(out, node->version);
    }
}

static const struct rw_table_source node_source = {node_count, node_cell};

/* ---- findings ---- */

static void read_findings(struct install *install)
{
    rw_findings_done(&install->findings);
    rw_wizard_findings(install->wizard, RW_WIZARD_INSTALL, &install->findings);
    if (install->finding >= install->findings.count)
        install->finding = 0;
}

/* The last finding about the selected host; a new one about any host is shown at once. */
static void choose_finding(struct install *install)
{
    const char *host =
        install->tasks.at < install->row_count ? install->rows[install->tasks.at].host : "";
    if (install->findings.count != install->findings_seen) {
        install->findings_seen = install->findings.count;
        install->finding = install->findings.count ? install->findings.count - 1 : 0;
        install->last_row = install->tasks.at;
    }
    if (install->last_row == install->tasks.at)
        return;
    install->last_row = install->tasks.at;
    for (size_t i = 0; i < install->findings.count; i++)
        if (rw_text_equal(install->findings.items[i].host, host))
            install->finding = i;
}

/* Whether the finding is shown, rather than what happens on the selected host. */
static bool shows_finding(const struct install *install)
{
    if (install->findings.count == 0)
        return false;
    const struct rw_finding *finding = &install->findings.items[install->finding];
    return !finding->host ||
           (install->tasks.at < install->row_count &&
            rw_text_equal(finding->host, install->rows[install->tasks.at].host)) ||
           install->screen.focus == PANEL;
}

/* ---- how long ---- */

/* About how long it still takes, in milliseconds; -1 when no node of a role that is still to come
 * has been timed. */
static int64_t time_left(const struct rw_wizard_run *run)
{
    int64_t took[RW_STEP_COUNT] = {0}, left = 0, agents = 0;
    size_t timed[RW_STEP_COUNT] = {0};
    for (size_t i = 0; i < run->task_count; i++) {
        const struct rw_wizard_task *task = &run->tasks[i];
        enum rw_step kind = task->step == RW_STEP_FOUND ? RW_STEP_JOIN : task->step;
        if (task->state == RW_TASK_DONE) {
            took[kind] += task->took_ms;
            timed[kind]++;
        }
    }
    for (size_t i = 0; i < run->task_count; i++) {
        const struct rw_wizard_task *task = &run->tasks[i];
        enum rw_step kind = task->step == RW_STEP_FOUND ? RW_STEP_JOIN : task->step;
        if (task->state >= RW_TASK_DONE || task->step == RW_STEP_VERIFY)
            continue;
        if (timed[kind] == 0)
            return -1;
        int64_t rest = took[kind] / (int64_t)timed[kind];
        if (task->begun_ms)
            rest -= rw_clock_ms() - task->begun_ms;
        rest = rest > 0 ? rest : 0;
        if (kind == RW_STEP_JOIN)
            left += rest; /* one after the other */
        else if (rest > agents)
            agents = rest;
    }
    return left + agents;
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
    int64_t left = run.running && run.task_count ? time_left(&run) : -1;
    if (left >= 60000)
        rw_buf_addf(out, _("  about %d min left"), (int)((left + 30000) / 60000));
    else if (left >= 0)
        rw_buf_adds(out, _("  less than a minute left"));
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
        return run->changed ? N_("Done.") : N_("Done. Nothing had to be changed on any host.");
    case RW_OUTCOME_AGENTS_MISSING:
        return N_("The servers are up; agents are missing. r tries again, s goes on without them.");
    case RW_OUTCOME_BLOCKED:
        return N_("Stopped before anything was changed. r tries again, e edits the answers.");
    case RW_OUTCOME_INTERRUPTED:
        return run->changed ? N_("Stopped. r goes on from here.")
                            : N_("Stopped. Nothing was changed on any host. r begins again.");
    default:
        return run->changed
                   ? N_("Failed. r goes on from here, e edits the answers.")
                   : N_("Failed. Nothing was changed. r tries again, e edits the answers.");
    }
}

static enum rw_style outcome_style(enum rw_outcome outcome)
{
    return outcome == RW_OUTCOME_DONE             ? RW_STYLE_OK
           : outcome == RW_OUTCOME_AGENTS_MISSING ? RW_STYLE_WARN
                                                  : RW_STYLE_FAIL;
}

static void draw_head(const struct rw_area *body, const struct rw_wizard_run *run)
{
    size_t done = 0;
    for (size_t i = 0; i < run->task_count; i++)
        done += run->tasks[i].state == RW_TASK_DONE || run->tasks[i].state == RW_TASK_UNCHANGED;
    if (run->ended) {
        rw_area_cell(body, 0, 1, body->cols - 2, outcome_style(run->outcome), _(outcome_text(run)));
    } else if (run->task_count > 0) {
        rw_gauge_draw(body, 0, 1, 40, done, run->task_count);
        const char *words = run->held ? _("stops after the current step") : run->version;
        rw_area_cell(body, 0, 43, body->cols - 44, RW_STYLE_NORMAL, words);
    } else if (run->running) {
        if (run->check_total > 0)
            rw_gauge_draw(body, 0, 1, 40, run->check_done, run->check_total);
        rw_area_cell(body, 0, 43, body->cols - 44, RW_STYLE_NORMAL,
                     run->phase ? _(run->phase) : "");
    }
}

struct places {
    int tasks, nodes, bottom; /* rows */
};

static struct places share(const struct install *install, int rows)
{
    int free_rows = rows - 3; /* the head, and two lines */
    int hosts = (int)install->row_count + 1, nodes = (int)install->node_count + 1;
    struct places places = {.tasks = hosts < 3 ? 3 : hosts, .nodes = nodes < 2 ? 2 : nodes};
    if (places.tasks > free_rows * 2 / 5)
        places.tasks = free_rows * 2 / 5;
    if (places.nodes > free_rows / 3)
        places.nodes = free_rows / 3;
    places.bottom = free_rows - places.tasks - places.nodes;
    return places;
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct install *install = screen->state;
    struct rw_wizard_run run = rw_wizard_run(install->wizard);
    read_rows(install, &run);
    read_nodes(install, run.nodes);
    read_findings(install);
    choose_finding(install);
    struct places places = share(install, rows);
    rw_screens_place(&install->items[TASKS], 1, 0, places.tasks, cols);
    rw_screens_place(&install->items[NODES], places.tasks + 2, 0, places.nodes, cols);
    rw_screens_place(&install->items[PANEL], rows - places.bottom, 1, places.bottom, cols - 2);
    install->items[PANEL].hidden = !shows_finding(install);
    rw_finding_panel_set(&install->panel, install->findings.count
                                              ? &install->findings.items[install->finding]
                                              : NULL);
    bool through = run.ended && is_through(install);
    if (through && !install->through)
        rw_screen_set_focus(screen, screen->item_count + RW_SCREEN_NEXT);
    install->through = through;
}

/* The last entries about a host that fit, from the first row on. */
static void draw_log(const struct install *install, const struct rw_area *area,
                     const struct rw_wizard_run *run)
{
    size_t from = run->log_count;
    int rows = 0, row = 0;
    const char *host = install->rows[install->tasks.at].host;
    while (from > 0 && rows < area->rows)
        rows += strcmp(run->log[--from].host, host) == 0;
    for (; from < run->log_count; from++) {
        if (strcmp(run->log[from].host, host) != 0)
            continue;
        struct rw_buf text = {0};
        rw_host_log_text(&text, &run->log[from], true);
        rw_area_cell(area, row++, 0, area->cols, RW_STYLE_NORMAL, rw_buf_str(&text));
        rw_buf_done(&text);
    }
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct install *install = screen->state;
    struct rw_wizard_run run = rw_wizard_run(install->wizard);
    struct places places = share(install, body->rows);
    draw_head(body, &run);
    rw_area_line(body, places.tasks + 1, _("kubectl get nodes, as it changes"));
    int line = body->rows - places.bottom - 1;
    if (shows_finding(install)) {
        char *text = install->findings.count > 1
                         ? rw_asprintf(_("%zu of %zu (f: next)"), install->finding + 1,
                                       install->findings.count)
                         : rw_strdup("");
        rw_area_line(body, line, text);
        free(text);
        return;
    }
    if (install->tasks.at >= install->row_count)
        return;
    char *text =
        rw_asprintf(_("%s: what happens (l: all of it)"), install->rows[install->tasks.at].host);
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
    return run.running                                   ? N_("The install is still running.")
           : run.ended && run.outcome == RW_OUTCOME_DONE ? N_("There is nothing left to do.")
                                                         : NULL;
}

static void retry(struct rw_screen *screen)
{
    struct install *install = screen->state;
    struct rw_findings findings = {0};
    int rc = rw_wizard_install(install->wizard, &findings);
    if (rc == 0) {
        forget_nodes(install);
        install->findings_seen = 0;
    } else if (findings.count == 0) {
        rw_ui_notice(screen->ui, _("This is not possible now."));
    } else {
        rw_screens_tell(screen->ui, N_("The install cannot begin"), &findings);
    }
    rw_findings_done(&findings);
}

static const char *why_no_skip(const struct rw_screen *screen)
{
    const struct install *install = screen->state;
    struct rw_wizard_run run = rw_wizard_run(install->wizard);
    return run.ended && run.outcome == RW_OUTCOME_AGENTS_MISSING
               ? NULL
               : N_("This works when the servers are up and only agents are missing.");
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
        .text = _("The cluster is used without the agents that are missing. They join when the "
                  "install runs again."),
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
    if (install->tasks.at < install->row_count)
        rw_host_log_open(&install->log, screen->ui, install->wizard,
                         install->rows[install->tasks.at].host);
}

static void next_finding(struct rw_screen *screen)
{
    struct install *install = screen->state;
    if (install->findings.count == 0)
        return;
    install->finding = (install->finding + 1) % install->findings.count;
    for (size_t i = 0; i < install->row_count; i++)
        if (rw_text_equal(install->rows[i].host, install->findings.items[install->finding].host))
            install->tasks.at = install->last_row = i;
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
        .text = _("Leaving stops nothing on the hosts: a step that has begun there goes on, and no "
                  "further one begins. Start rke2-wizard again to go on; what is done is not done "
                  "again."),
        .buttons = {N_("Keep watching"), N_("Leave it running and quit"),
                    N_("Stop after the current step")},
        .preselected = 0,
        .escape = 0,
        .answered = on_quit_running,
        .context = install,
    };
    struct rw_dialog_spec ended = {
        .title = N_("Quit"),
        .text = _("Everything that you entered is saved. Start rke2-wizard again to go on here."),
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
    {.letter = 's', .label = N_("Skip agents"), .act = skip, .why_not = why_no_skip},
    {.letter = 'l', .label = N_("Log"), .act = show_log},
    {.letter = 'f', .label = N_("Next finding"), .act = next_finding},
    {.letter = 'e', .label = N_("Edit"), .act = edit, .why_not = why_running},
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
    .help = N_("Each host and the step it is at; below it the nodes as the cluster sees them, and "
               "what happens on the selected host. A failure stops what depends on it and nothing "
               "else. * marks the first server."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .layout = layout,
    .draw = draw,
    .status = status,
    .moves = moves,
    .activated = activated,
    .blocked = rw_screens_blocked,
    .next = rw_screens_next,
    .back = rw_screens_back,
    .quit = quit,
};

struct rw_screen *rw_screen_install_new(struct rw_wizard *wizard)
{
    struct install *install = rw_calloc(1, sizeof *install);
    install->wizard = wizard;
    install->last_row = SIZE_MAX;
    install->tasks = (struct rw_table){
        .columns = task_columns,
        .column_count = RW_COUNT(task_columns),
        .source = &task_source,
        .context = install,
    };
    install->nodes = (struct rw_table){
        .columns = node_columns,
        .column_count = RW_COUNT(node_columns),
        .source = &node_source,
        .context = install,
        .empty = N_("The API is not up yet; normal for the first minutes."),
    };
    install->items[TASKS] = (struct rw_item){.class = &rw_table_class, .widget = &install->tasks};
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
    forget_rows(install);
    forget_nodes(install);
    rw_findings_done(&install->findings);
    rw_finding_panel_done(&install->panel);
    rw_host_log_done(&install->log);
    free(install);
}
