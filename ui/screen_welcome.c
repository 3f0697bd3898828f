/* SPDX-License-Identifier: Apache-2.0 */
/* Step 1: the language, and which cluster. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/words.h"
#include "cluster/names.h"
#include "ui/choice.h"
#include "ui/entry.h"
#include "ui/screens.h"
#include "ui/table.h"
#include "ui/width.h"
#include "wizard/store.h"

#define NAME_BYTES 63

enum { LANGUAGE, CLUSTERS, NAME, ITEMS };

/* A cluster that is known on this machine. */
struct known {
    char *cluster;
    int64_t when; /* saved, or begun; wall milliseconds */
    bool unfinished, running, installed;
    size_t nodes_done, nodes;
};

struct welcome {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_option *languages; /* rw_i18n_count */
    struct rw_choice language;
    struct rw_table table;
    struct rw_entry name;
    struct known *known;
    size_t known_count;
    char *chosen; /* cluster that a dialog is about */
};

static struct welcome *welcome_of(const struct rw_screen *screen)
{
    return screen->state;
}

static const char *open_cluster(const struct welcome *welcome)
{
    return rw_wizard_document(welcome->wizard)->cluster->name;
}

/* ---- the clusters of this machine ---- */

static void forget_known(struct welcome *welcome)
{
    for (size_t i = 0; i < welcome->known_count; i++)
        free(welcome->known[i].cluster);
    free(welcome->known);
    welcome->known = NULL;
    welcome->known_count = 0;
}

static struct known *known_of(struct welcome *welcome, const char *cluster)
{
    for (size_t i = 0; i < welcome->known_count; i++)
        if (strcmp(welcome->known[i].cluster, cluster) == 0)
            return &welcome->known[i];
    struct known *known = rw_array_add(welcome->known, welcome->known_count);
    known->cluster = rw_strdup(cluster);
    return known;
}

/* Unfinished installs first, then what is only described; the latest first in both. */
static void read_known(struct welcome *welcome)
{
    struct rw_wizard_unfinished_list unfinished = {0};
    struct rw_drafts drafts = {0};
    forget_known(welcome);
    rw_wizard_find_unfinished(&unfinished);
    for (size_t i = 0; i < unfinished.count; i++) {
        struct known *known = known_of(welcome, unfinished.items[i].cluster);
        known->when = unfinished.items[i].started;
        known->unfinished = true;
        known->running = unfinished.items[i].running;
        known->nodes_done = unfinished.items[i].nodes_done;
        known->nodes = unfinished.items[i].nodes;
    }
    rw_wizard_unfinished_done(&unfinished);
    rw_store_list(&drafts);
    for (size_t i = 0; i < drafts.count; i++) {
        struct known *known = known_of(welcome, drafts.items[i].cluster);
        if (!known->when)
            known->when = drafts.items[i].saved;
        known->installed = rw_wizard_installed(known->cluster);
    }
    rw_drafts_done(&drafts);
}

/* "14:02", or "2026-11-20 14:02" on another day. */
static void add_time(struct rw_buf *out, int64_t wall_ms)
{
    time_t then = (time_t)(wall_ms / 1000), now = time(NULL);
    struct tm then_tm, now_tm;
    char text[32] = "";
    localtime_r(&then, &then_tm);
    localtime_r(&now, &now_tm);
    bool today = then_tm.tm_year == now_tm.tm_year && then_tm.tm_yday == now_tm.tm_yday;
    strftime(text, sizeof text, today ? "%H:%M" : "%Y-%m-%d %H:%M", &then_tm);
    rw_buf_adds(out, text);
}

static const struct rw_column columns[] = {
    {N_("Cluster"), 8, false}, {N_("Last"), 5, false}, {N_("State"), 10, false}};

static size_t count_known(void *context)
{
    return ((struct welcome *)context)->known_count;
}

static void add_state(const struct known *known, bool open, struct rw_buf *out,
                      enum rw_style *style)
{
    if (known->unfinished) {
        *style = RW_STYLE_WARN;
        rw_buf_addf(out, _("unfinished install: %zu of %zu nodes done"), known->nodes_done,
                    known->nodes);
        if (known->running)
            rw_buf_adds(out, _("; another rke2-wizard is working on it"));
    } else {
        rw_buf_adds(out, known->installed ? _("installed") : _("draft saved"));
    }
    if (open)
        rw_buf_adds(out, _(" (opened)"));
}

static void known_cell(void *context, size_t row, size_t column, struct rw_buf *out,
                       enum rw_style *style)
{
    struct welcome *welcome = context;
    const struct known *known = &welcome->known[row];
    if (column == 0)
        rw_buf_adds(out, known->cluster);
    else if (column == 1)
        add_time(out, known->when);
    else
        add_state(known, rw_text_equal(known->cluster, open_cluster(welcome)), out, style);
}

static const struct rw_table_source source = {count_known, known_cell};

/* ---- opening one ---- */

/* Shows the problems; without any, continues where the cluster was left. */
static void go_on(struct welcome *welcome, int rc, struct rw_findings *findings)
{
    struct rw_ui *ui = welcome->screen.ui;
    if (rc == 0 && rw_wizard_step(welcome->wizard) == RW_WIZARD_WELCOME)
        rw_wizard_go(welcome->wizard, RW_WIZARD_HOSTS);
    if (rc == 0)
        rw_screens_follow(&welcome->screen);
    rw_screens_tell(ui, NULL, findings);
    if (rc != 0 && findings->count == 0)
        rw_ui_message(ui, NULL, N_("This cluster cannot be opened now."));
    rw_findings_done(findings);
}

static int open_it(struct welcome *welcome, const char *cluster, struct rw_findings *findings)
{
    return rw_text_equal(cluster, open_cluster(welcome))
               ? 0
               : rw_wizard_open(welcome->wizard, cluster, findings);
}

static void resume(struct welcome *welcome)
{
    struct rw_findings findings = {0};
    int rc = open_it(welcome, welcome->chosen, &findings);
    if (rc == 0)
        rc = rw_wizard_install(welcome->wizard, &findings);
    go_on(welcome, rc, &findings);
}

static void edit(struct welcome *welcome)
{
    struct rw_findings findings = {0};
    go_on(welcome, open_it(welcome, welcome->chosen, &findings), &findings);
}

static void write_status(void *subject, struct rw_buf *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return;
    rw_cli_show_status(file, file, subject, false);
    fclose(file);
    rw_buf_adds(out, text);
    free(text);
}

static void look_at(struct welcome *welcome)
{
    rw_ui_tell(welcome->screen.ui, N_("Completed steps"), write_status, rw_strdup(welcome->chosen),
               free);
}

static void on_start_over(void *context, size_t button)
{
    struct welcome *welcome = context;
    struct rw_findings findings = {0};
    if (button == 0)
        go_on(welcome, rw_wizard_start_over(welcome->wizard, welcome->chosen, &findings),
              &findings);
}

static void write_start_over(void *subject, struct rw_buf *out)
{
    const struct welcome *welcome = subject;
    rw_buf_addf(out,
                _("The draft of %s is moved to draft.yaml.old. Changes on hosts, the journal and "
                  "the token are kept.\nType %s to continue."),
                welcome->chosen, welcome->chosen);
}

static void start_over(struct welcome *welcome)
{
    struct rw_dialog_spec spec = {
        .title = N_("Start over"),
        .write = write_start_over,
        .buttons = {N_("Start over"), N_("Keep it")},
        .escape = 1,
        .word = welcome->chosen,
        .answered = on_start_over,
        .context = welcome,
    };
    rw_ui_dialog(welcome->screen.ui, &spec);
}

static void on_unfinished(void *context, size_t button)
{
    struct welcome *welcome = context;
    static void (*const acts[])(struct welcome *) = {resume, look_at, edit, start_over};
    if (button < RW_COUNT(acts))
        acts[button](welcome);
}

/* While another program is working on it, it can only be watched. */
static void on_running(void *context, size_t button)
{
    if (button == 0)
        look_at(context);
}

static void write_offer(void *subject, struct rw_buf *out)
{
    struct welcome *welcome = subject;
    const struct known *known = known_of(welcome, welcome->chosen);
    struct rw_buf when = {0};
    add_time(&when, known->when);
    rw_buf_addf(out, _("Unfinished install of %s from %s: %zu of %zu nodes done."), known->cluster,
                when.data, known->nodes_done, known->nodes);
    rw_buf_done(&when);
}

static void offer(struct welcome *welcome, const struct known *known)
{
    struct rw_dialog_spec spec = {
        .title = N_("Unfinished install"),
        .write = write_offer,
        .buttons = {N_("Resume"), N_("Look"), N_("Edit answers"), N_("Start over"), N_("Not now")},
        .escape = 4,
        .answered = on_unfinished,
        .context = welcome,
    };
    if (known->running) {
        spec.buttons[0] = N_("Look");
        spec.buttons[1] = N_("Not now");
        spec.buttons[2] = NULL;
        spec.escape = 1;
        spec.answered = on_running;
    }
    rw_ui_dialog(welcome->screen.ui, &spec);
}

static const struct known *selected(const struct welcome *welcome)
{
    return welcome->table.at < welcome->known_count ? &welcome->known[welcome->table.at] : NULL;
}

static void open_selected(struct welcome *welcome)
{
    const struct known *known = selected(welcome);
    if (!known)
        return;
    rw_strset(&welcome->chosen, known->cluster);
    if (known->unfinished)
        offer(welcome, known);
    else
        edit(welcome);
}

/* An install of the open cluster that somebody has to decide about; one that runs has its own
 * screen. */
static bool offer_open(struct welcome *welcome)
{
    if (rw_wizard_run(welcome->wizard).running)
        return false;
    for (size_t i = 0; i < welcome->known_count; i++) {
        const struct known *known = &welcome->known[i];
        if (!known->unfinished || known->running ||
            !rw_text_equal(known->cluster, open_cluster(welcome)))
            continue;
        rw_strset(&welcome->chosen, known->cluster);
        offer(welcome, known);
        return true;
    }
    return false;
}

/* ---- a name ---- */

/* A cluster from a file without a name gets one; else a new cluster begins. */
static bool is_unnamed(const struct welcome *welcome)
{
    return !open_cluster(welcome) && rw_wizard_document(welcome->wizard)->cluster->host_count > 0;
}

static void begin(struct welcome *welcome)
{
    struct rw_findings findings = {0};
    const char *name = welcome->name.text;
    int rc = is_unnamed(welcome) ? rw_wizard_name(welcome->wizard, name, &findings)
                                 : rw_wizard_begin(welcome->wizard, name, &findings);
    go_on(welcome, rc, &findings);
}

static char *check_name(void *context, const char *text)
{
    (void)context;
    if (!*text || rw_names_is_cluster(text))
        return NULL;
    return rw_strdup(_("Lower-case letters, digits and hyphens, 63 at most."));
}

/* A name that is free. */
static void suggest_name(struct welcome *welcome)
{
    const char *registration = rw_wizard_document(welcome->wizard)->cluster->registration_name;
    char *name = is_unnamed(welcome) && registration ? rw_document_suggest_name(registration)
                                                     : rw_strdup("rke2");
    for (int number = 2; rw_store_has(name) && number < 100; number++) {
        char *next = rw_asprintf("rke2-%d", number);
        rw_strset(&name, next);
        free(next);
    }
    rw_entry_set(&welcome->name, name);
    free(name);
}

/* ---- the screen ---- */

static void choose_language(struct welcome *welcome)
{
    const struct rw_display *display = &welcome->screen.ui->can.display;
    rw_choice_set(&welcome->language, rw_i18n_current());
    for (size_t i = 0; i < rw_i18n_count; i++) {
        const char *lacks = rw_display_lacks(display, i);
        welcome->languages[i].unavailable = lacks;
        welcome->languages[i].label =
            lacks ? rw_i18n_languages[i].english : rw_i18n_languages[i].name;
    }
}

/* The first language that cannot be shown here, or rw_i18n_count. */
static size_t first_lacking(const struct welcome *welcome)
{
    size_t i = 0;
    while (i < rw_i18n_count && !rw_display_lacks(&welcome->screen.ui->can.display, i))
        i++;
    return i;
}

static void shown(struct rw_screen *screen)
{
    struct welcome *welcome = welcome_of(screen);
    read_known(welcome);
    choose_language(welcome);
    welcome->language.at = rw_choice_chosen(&welcome->language);
    if (!*welcome->name.text)
        suggest_name(welcome);
    welcome->items[CLUSTERS].hidden = welcome->known_count == 0;
    if (open_cluster(welcome))
        screen->focus = ITEMS + RW_SCREEN_NEXT;
    else
        screen->focus = welcome->known_count > 0 ? CLUSTERS : LANGUAGE;
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct welcome *welcome = welcome_of(screen);
    int row = 4;
    choose_language(welcome);
    rw_screens_place(&welcome->items[LANGUAGE], row, 3, (int)rw_i18n_count, cols - 4);
    /* The way to what cannot be shown here stands below. */
    row += (int)rw_i18n_count + (first_lacking(welcome) < rw_i18n_count ? 2 : 1);
    int table = welcome->known_count == 0 ? 0 : (int)welcome->known_count + 1;
    if (table > rows - row - 4)
        table = rows - row - 4;
    rw_screens_place(&welcome->items[CLUSTERS], row, 0, table, cols);
    row += table ? table + 1 : 0;
    welcome->name.label = is_unnamed(welcome) ? N_("Name of this cluster") : N_("New cluster");
    welcome->name.label_cells = rw_width(_(welcome->name.label)) + 2;
    welcome->name.field_cells = 40;
    rw_screens_place(&welcome->items[NAME], row, 1, 3, cols - 2);
}

/* The head of the languages, and the way to one that cannot be shown here. */
static void draw_languages(const struct welcome *welcome, const struct rw_area *body)
{
    char *head = rw_words_languages(&welcome->screen.ui->can.display);
    rw_area_text(body, 3, 1, RW_STYLE_STRONG, head);
    free(head);
    size_t lacking = first_lacking(welcome);
    if (lacking == rw_i18n_count)
        return;
    /* Not translated: it can be English alone. */
    char *way = rw_asprintf("Log in by SSH and start again with --lang %s; all is saved.",
                            rw_i18n_languages[lacking].code);
    rw_area_text(body, 4 + (int)rw_i18n_count, 7, RW_STYLE_DIM, way);
    free(way);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct welcome *welcome = welcome_of(screen);
    struct rw_area intro = rw_area_part(body, 0, 1, 3, body->cols - 2);
    rw_area_wrap(&intro, RW_STYLE_NORMAL,
                 _("Turns bare Linux hosts into an RKE2 cluster behind a DNS name, over SSH. No "
                   "host is changed before step 7. All input is saved at once."));
    draw_languages(welcome, body);
    if (!open_cluster(welcome))
        return;
    const char *file = rw_wizard_file(welcome->wizard);
    char *text =
        file ? rw_asprintf(_("Next continues with %s (from %s)."), open_cluster(welcome), file)
             : rw_asprintf(_("Next continues with %s."), open_cluster(welcome));
    rw_area_cell(body, body->rows - 1, 1, body->cols - 2, RW_STYLE_STRONG, text);
    free(text);
}

static void changed(struct rw_screen *screen, size_t item)
{
    struct welcome *welcome = welcome_of(screen);
    size_t chosen = rw_choice_chosen(&welcome->language);
    if (item != LANGUAGE)
        return;
    rw_i18n_use(chosen);
    if (screen->ui->host->repaint)
        screen->ui->host->repaint(screen->ui->context);
}

static void activated(struct rw_screen *screen, size_t item)
{
    struct welcome *welcome = welcome_of(screen);
    if (item == CLUSTERS)
        open_selected(welcome);
    else if (item == LANGUAGE)
        rw_screen_move_focus(screen, true);
    else if (rw_entry_check(&welcome->name) && *welcome->name.text)
        begin(welcome);
}

static void next(struct rw_screen *screen)
{
    struct welcome *welcome = welcome_of(screen);
    struct rw_findings none = {0};
    if (offer_open(welcome))
        return;
    if (open_cluster(welcome))
        go_on(welcome, 0, &none);
    else
        begin(welcome);
}

static void blocked(const struct rw_screen *screen, struct rw_buf *out)
{
    const struct welcome *welcome = welcome_of(screen);
    if (!open_cluster(welcome) && !rw_names_is_cluster(welcome->name.text))
        rw_buf_adds(out, _("the cluster needs a name"));
}

static const char *why_none(const struct rw_screen *screen)
{
    return selected(welcome_of(screen)) ? NULL : N_("There is no cluster on this machine yet.");
}

static const char *why_not_finished(const struct rw_screen *screen)
{
    const struct known *known = selected(welcome_of(screen));
    if (!known)
        return why_none(screen);
    return known->running ? N_("Another rke2-wizard is working on it.") : NULL;
}

static void act_open(struct rw_screen *screen)
{
    open_selected(welcome_of(screen));
}

static void act_look(struct rw_screen *screen)
{
    struct welcome *welcome = welcome_of(screen);
    rw_strset(&welcome->chosen, selected(welcome)->cluster);
    look_at(welcome);
}

static void act_start_over(struct rw_screen *screen)
{
    struct welcome *welcome = welcome_of(screen);
    rw_strset(&welcome->chosen, selected(welcome)->cluster);
    start_over(welcome);
}

static const struct rw_screen_action actions[] = {
    {.letter = 'o', .label = N_("Open"), .act = act_open, .why_not = why_none},
    {.letter = 'l', .label = N_("Look"), .act = act_look, .why_not = why_none},
    {.letter = 's', .label = N_("Start over"), .act = act_start_over, .why_not = why_not_finished},
};

static const struct rw_screen_class welcome_class = {
    .step = RW_WIZARD_WELCOME + 1,
    .title = N_("Welcome"),
    .form = true,
    .help = N_("Choose a language with Space, then continue with a cluster on this machine or name "
               "a new one. The name is for you: the draft and the journal are kept under it."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .layout = layout,
    .draw = draw,
    .changed = changed,
    .activated = activated,
    .blocked = blocked,
    .next = next,
};

struct rw_screen *rw_screen_welcome_new(struct rw_wizard *wizard)
{
    struct welcome *welcome = rw_calloc(1, sizeof *welcome);
    welcome->wizard = wizard;
    welcome->languages = rw_calloc(rw_i18n_count, sizeof *welcome->languages);
    welcome->language = (struct rw_choice){.options = welcome->languages, .count = rw_i18n_count};
    welcome->table = (struct rw_table){.columns = columns,
                                       .column_count = RW_COUNT(columns),
                                       .source = &source,
                                       .context = welcome};
    rw_entry_init(&welcome->name, NAME_BYTES);
    welcome->name.check = check_name;
    welcome->items[LANGUAGE] =
        (struct rw_item){.class = &rw_choice_class, .widget = &welcome->language};
    welcome->items[CLUSTERS] =
        (struct rw_item){.class = &rw_table_class, .widget = &welcome->table};
    welcome->items[NAME] = (struct rw_item){.class = &rw_entry_class, .widget = &welcome->name};
    welcome->screen = (struct rw_screen){
        .class = &welcome_class, .state = welcome, .items = welcome->items, .item_count = ITEMS};
    return &welcome->screen;
}

void rw_screen_welcome_free(struct rw_screen *screen)
{
    struct welcome *welcome = screen ? welcome_of(screen) : NULL;
    if (!welcome)
        return;
    forget_known(welcome);
    rw_table_done(&welcome->table);
    rw_entry_done(&welcome->name);
    free(welcome->languages);
    free(welcome->chosen);
    free(welcome);
}
