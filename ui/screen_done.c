/* SPDX-License-Identifier: Apache-2.0 */
/* Step 8: what is there now, the kubeconfig, and what to do next. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/words.h"
#include "install/journal.h"
#include "ui/bundle.h"
#include "ui/entry.h"
#include "ui/finding_panel.h"
#include "ui/host_head.h"
#include "ui/screens.h"
#include "ui/text_view.h"

#define PATH_MAX_BYTES 1024

enum item { TABLE, PATH, TEXT, ITEMS };

enum fetch {
    FETCH_NONE,
    FETCH_UNDER_WAY,
    FETCH_DONE,
    FETCH_FAILED,
};

/* A host, as it was when it was drawn last. */
struct row {
    struct rw_host_head head;
    bool done, changed;
    int64_t took_ms;
};

struct done {
    struct rw_wizard *wizard; /* first: screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_table table;
    struct rw_entry path;
    struct rw_text_view text;
    struct row *rows;
    size_t row_count;
    enum fetch fetch;
    char *written;               /* the file of the kubeconfig */
    struct rw_findings findings; /* why there is none, or why it does not work */
    /* FETCH_DONE: what was answered to a request with it. */
    bool works;
    char *server;
    size_t nodes, ready;
};

/* ---- hosts ---- */

static void forget_rows(struct done *done)
{
    for (size_t i = 0; i < done->row_count; i++)
        rw_host_head_done(&done->rows[i].head);
    free(done->rows);
    done->rows = NULL;
    done->row_count = 0;
}

static void read_tasks(struct row *row, const struct rw_wizard_run *run)
{
    int64_t begun = 0;
    row->done = run->task_count > 0;
    for (size_t i = 0; i < run->task_count; i++) {
        const struct rw_wizard_task *task = &run->tasks[i];
        if (strcmp(task->host, row->head.name) != 0)
            continue;
        row->done = row->done && (task->state == RW_TASK_DONE || task->state == RW_TASK_UNCHANGED);
        row->changed = row->changed || task->state == RW_TASK_DONE;
        if (task->begun_ms && !begun)
            begun = task->begun_ms;
        if (task->begun_ms)
            row->took_ms = task->begun_ms + task->took_ms - begun;
    }
}

static void read_rows(struct done *done)
{
    const struct rw_cluster *cluster = rw_wizard_document(done->wizard)->cluster;
    struct rw_wizard_run run = rw_wizard_run(done->wizard);
    forget_rows(done);
    for (size_t i = 0; i < cluster->host_count; i++) {
        struct row *row = rw_array_add(done->rows, done->row_count);
        *row = (struct row){.head = rw_host_head(cluster, i)};
        read_tasks(row, &run);
    }
}

static const struct rw_column columns[] = {
    RW_HOST_HEAD_COLUMNS, {N_("Result"), 20, false}, {N_("Time"), 5, true}};

enum { RESULT = RW_HOST_HEAD_COLUMN_COUNT, TIME };

static size_t row_count(void *context)
{
    return ((struct done *)context)->row_count;
}

static void cell(void *context, size_t index, size_t column, struct rw_buf *out,
                 enum rw_style *style)
{
    const struct row *row = &((struct done *)context)->rows[index];
    char time[RW_CLOCK_DURATION_SIZE];
    switch (column) {
    case RESULT:
        *style = row->done ? RW_STYLE_OK : RW_STYLE_WARN;
        rw_buf_addf(out, "%s ", row->done ? "[DONE]" : "[SKIP]");
        rw_buf_adds(out, !row->done     ? _("missing; joins when the install runs again")
                         : row->changed ? _("Ready")
                                        : _("Ready, unchanged"));
        break;
    case TIME:
        rw_clock_duration(row->took_ms, time, sizeof time);
        rw_buf_adds(out, row->done ? time : "-");
        break;
    default:
        rw_host_head_cell(&row->head, column, out);
    }
}

static const struct rw_table_source source = {row_count, cell};

/* ---- text ---- */

/* Takes the text. */
static void add_good(struct done *done, char *text)
{
    rw_text_view_add(&done->text, RW_STYLE_OK, "[ OK ] ", RW_STYLE_NORMAL, text);
    free(text);
}

static void add_written(struct done *done)
{
    add_good(done, rw_asprintf(_("The kubeconfig is in %s, readable only by you."), done->written));
    struct rw_kubeconfig_proven proven = {
        .server = done->server, .nodes = done->nodes, .ready = done->ready};
    if (done->works)
        add_good(done, rw_words_proven(&proven));
}

static void add_kubeconfig(struct done *done)
{
    if (done->fetch == FETCH_UNDER_WAY)
        rw_text_view_add(&done->text, RW_STYLE_STRONG, "[ .. ] ", RW_STYLE_NORMAL,
                         _("The kubeconfig is being fetched and tested."));
    if (done->fetch == FETCH_DONE)
        add_written(done);
    for (size_t i = 0; i < done->findings.count; i++)
        rw_finding_view_add(&done->text, &done->findings.items[i], NULL);
}

static void add_overrides(struct done *done)
{
    struct rw_wizard_run run = rw_wizard_run(done->wizard);
    bool told[RW_FINDING_COUNT] = {false};
    for (size_t i = 0; run.findings && i < run.findings->count; i++) {
        const struct rw_finding *finding = &run.findings->items[i];
        const char *reason = rw_wizard_override_reason(done->wizard, finding->id);
        if (!rw_finding_blocks(finding) || !reason || told[finding->id])
            continue;
        told[finding->id] = true;
        char *text = rw_asprintf(_("%s is overridden: %s"), rw_finding_code(finding->id), reason);
        rw_text_view_add(&done->text, RW_STYLE_WARN, "[WARN] ", RW_STYLE_NORMAL, text);
        free(text);
    }
}

/* What of the path lies below the user's home, or NULL. */
static const char *below_home(const char *path)
{
    const char *home = getenv("HOME");
    size_t size = home ? strlen(home) : 0;
    return size > 1 && strncmp(path, home, size) == 0 && path[size] == '/' ? path + size + 1 : NULL;
}

/* As a word of a shell. */
static void add_path(struct rw_buf *out, const char *path)
{
    const char *rest = below_home(path);
    rw_buf_adds(out, rest ? "~/" : "");
    rw_text_shell_quote(out, rest ? rest : path);
}

static void add_commands(struct done *done)
{
    const struct rw_cluster *cluster = rw_wizard_document(done->wizard)->cluster;
    struct rw_buf out = {0};
    if (done->fetch == FETCH_DONE) {
        rw_buf_adds(&out, "kubectl --kubeconfig ");
        rw_text_shell_quote(&out, done->written);
        rw_buf_adds(&out, " get nodes\n");
    }
    char *dir = rw_journal_dir(cluster->name ? cluster->name : "");
    char *draft = rw_asprintf("%s/draft.yaml", dir);
    const char *file = rw_wizard_file(done->wizard);
    const char *const commands[] = {"status", "nodes", "kubeconfig", "bundle"};
    for (size_t i = 0; i < RW_COUNT(commands); i++) {
        rw_buf_addf(&out, "%srke2-wizard %s -f ", i ? "\n" : "", commands[i]);
        add_path(&out, file ? file : draft);
    }
    rw_text_view_add(&done->text, RW_STYLE_STRONG, _("Next: "), RW_STYLE_NORMAL, rw_buf_str(&out));
    free(draft);
    rw_buf_clear(&out);
    add_path(&out, dir);
    rw_text_view_add(&done->text, RW_STYLE_STRONG, _("Journal of this install: "), RW_STYLE_NORMAL,
                     rw_buf_str(&out));
    rw_buf_done(&out);
    free(dir);
}

/* The files that can be passed on. */
static void add_files(struct done *done)
{
    const char *report = rw_wizard_report(done->wizard);
    char *bundle = rw_bundle_text(done->wizard);
    if (report)
        rw_text_view_add(&done->text, RW_STYLE_STRONG, _("Report: "), RW_STYLE_NORMAL, report);
    if (bundle)
        rw_text_view_add(&done->text, RW_STYLE_STRONG, _("Bundle: "), RW_STYLE_NORMAL, bundle);
    free(bundle);
}

static void write_text(struct done *done)
{
    rw_text_view_clear(&done->text);
    add_kubeconfig(done);
    add_files(done);
    add_overrides(done);
    add_commands(done);
}

/* ---- drawing ---- */

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct done *done = screen->state;
    read_rows(done);
    write_text(done);
    int table = (int)done->row_count + 1, most = (rows - 5) / 2;
    table = table > most ? most : table;
    rw_screens_place(&done->items[TABLE], 2, 0, table, cols);
    rw_screens_place(&done->items[PATH], table + 3, 1, 2, cols - 2);
    rw_screens_place(&done->items[TEXT], table + 5, 1, rows - table - 5, cols - 2);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    const struct done *done = screen->state;
    struct rw_wizard_run run = rw_wizard_run(done->wizard);
    bool all = run.outcome == RW_OUTCOME_DONE;
    rw_area_cell(body, 0, 1, body->cols - 2, all ? RW_STYLE_OK : RW_STYLE_WARN,
                 all ? _("The cluster is up.")
                     : _("The servers are up. Missing agents join when you run this again."));
    rw_area_line(body, 1, run.version);
    rw_area_line(body, done->items[PATH].row - 1, "");
}

static void status(const struct rw_screen *screen, struct rw_buf *out)
{
    const struct done *done = screen->state;
    char elapsed[RW_CLOCK_DURATION_SIZE];
    rw_clock_duration(rw_wizard_run(done->wizard).elapsed_ms, elapsed, sizeof elapsed);
    rw_buf_addf(out, _("took %s"), elapsed);
    rw_bundle_status(done->wizard, out);
}

/* ---- the kubeconfig ---- */

static void on_kubeconfig(void *context, const struct rw_wizard_kubeconfig *result)
{
    struct done *done = context;
    const struct rw_findings *findings =
        result->failure ? result->failure : &result->proven->findings;
    done->fetch = result->failure ? FETCH_FAILED : FETCH_DONE;
    rw_strset(&done->written, result->path);
    done->works = result->proven && result->proven->works;
    if (done->works) {
        rw_strset(&done->server, result->proven->server);
        done->nodes = result->proven->nodes;
        done->ready = result->proven->ready;
    }
    for (size_t i = 0; i < findings->count; i++)
        rw_findings_copy(&done->findings, &findings->items[i]);
    if (done->screen.ui)
        rw_ui_redraw(done->screen.ui);
}

static void begin(struct done *done)
{
    if (rw_wizard_kubeconfig(done->wizard, done->path.text, on_kubeconfig, done) != 0) {
        rw_ui_notice(done->screen.ui, N_("This is not possible now."));
        return;
    }
    rw_findings_done(&done->findings);
    done->fetch = FETCH_UNDER_WAY;
    rw_screen_set_focus(&done->screen, done->screen.item_count + RW_SCREEN_NEXT);
}

static void on_overwrite(void *context, size_t button)
{
    if (button == 0)
        begin(context);
}

/* A file that this screen has not written is not overwritten silently. */
static void fetch(struct rw_screen *screen)
{
    struct done *done = screen->state;
    char *path = rw_file_expand(done->path.text, NULL);
    if (!*done->path.text) {
        rw_ui_notice(screen->ui, N_("Enter a file name first."));
    } else if (access(path, F_OK) == 0 && !rw_text_equal(path, done->written)) {
        char *text = rw_asprintf(_("%s already exists. Its content would be lost."), path);
        struct rw_dialog_spec spec = {
            .title = N_("Overwrite the file?"),
            .text = text,
            .buttons = {N_("Overwrite"), N_("Cancel")},
            .preselected = 1,
            .escape = 1,
            .answered = on_overwrite,
            .context = done,
        };
        rw_ui_dialog(screen->ui, &spec);
        free(text);
    } else {
        begin(done);
    }
    free(path);
}

static void activated(struct rw_screen *screen, size_t item)
{
    if (item == PATH)
        fetch(screen);
    else
        rw_screen_move_focus(screen, true);
}

static void shown(struct rw_screen *screen)
{
    struct done *done = screen->state;
    const struct rw_cluster *cluster = rw_wizard_document(done->wizard)->cluster;
    if (!*done->path.text) {
        char *path = rw_asprintf("%s.kubeconfig", cluster->name ? cluster->name : "cluster");
        rw_entry_set(&done->path, path);
        free(path);
    }
    screen->focus = PATH;
}

static void blocked(const struct rw_screen *screen, struct rw_buf *out)
{
    const struct done *done = screen->state;
    if (done->fetch == FETCH_UNDER_WAY)
        rw_buf_adds(out, _("The kubeconfig is being fetched and tested."));
}

static const struct rw_screen_action actions[] = {
    {.letter = 'k', .label = N_("Write kubeconfig"), .act = fetch},
    {.letter = 'b', .label = N_("Bundle"), .act = rw_bundle_act, .why_not = rw_bundle_why_not},
};

/* ---- life ---- */

static const struct rw_screen_class class = {
    .step = RW_WIZARD_DONE + 1,
    .title = N_("Done"),
    .help = N_("The cluster is up. The administrator's kubeconfig is fetched from a server once "
               "you choose where to write it."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .layout = layout,
    .draw = draw,
    .status = status,
    .activated = activated,
    .blocked = blocked,
    .next = rw_screens_leave,
    .next_label = N_("Finish"),
    .back = rw_screens_back,
};

struct rw_screen *rw_screen_done_new(struct rw_wizard *wizard)
{
    struct done *done = rw_calloc(1, sizeof *done);
    done->wizard = wizard;
    done->table = (struct rw_table){
        .columns = columns,
        .column_count = RW_COUNT(columns),
        .source = &source,
        .context = done,
    };
    rw_entry_init(&done->path, PATH_MAX_BYTES);
    done->path.label = N_("Write the kubeconfig to");
    done->items[TABLE] = (struct rw_item){.class = &rw_table_class, .widget = &done->table};
    done->items[PATH] = (struct rw_item){
        .class = &rw_entry_class,
        .widget = &done->path,
        .help = N_("Enter writes the administrator's kubeconfig there. Its server address is the "
                   "registration name; the file is readable only by you.")};
    done->items[TEXT] = (struct rw_item){.class = &rw_text_view_class, .widget = &done->text};
    done->screen = (struct rw_screen){&class, done, done->items, ITEMS, NULL, PATH};
    return &done->screen;
}

void rw_screen_done_free(struct rw_screen *screen)
{
    if (!screen)
        return;
    struct done *done = screen->state;
    forget_rows(done);
    rw_entry_done(&done->path);
    rw_table_done(&done->table);
    rw_text_view_done(&done->text);
    rw_findings_done(&done->findings);
    free(done->written);
    free(done->server);
    free(done);
}
