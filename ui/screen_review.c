/* SPDX-License-Identifier: Apache-2.0 */
/* Step 6: every value, every override, and what will be done; the last place where nothing has been
 * changed on any host. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/jump.h"
#include "ui/screens.h"
#include "ui/table.h"
#include "ui/text_view.h"
#include "wizard/review.h"

enum { VALUES, PLAN, ITEMS };

/* Where a value is typed. */
struct place {
    enum rw_wizard_step step;
    int host;        /* or RW_DOCUMENT_CLUSTER */
    const char *key; /* or NULL */
};

/* A line of the review. */
struct value {
    char *name, *text;
    struct place place;
    enum rw_style style;
};

struct review {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_table table;
    struct value *values;
    size_t value_count;
    struct rw_text_view plan;
    /* The plan alone, over the whole screen. */
    struct rw_screen whole;
    struct rw_item whole_items[1];
};

static struct review *review_of(const struct rw_screen *screen)
{
    return screen->state;
}

/* ---- the values ---- */

static void forget_values(struct review *review)
{
    for (size_t i = 0; i < review->value_count; i++) {
        free(review->values[i].name);
        free(review->values[i].text);
    }
    free(review->values);
    review->values = NULL;
    review->value_count = 0;
}

/* Takes text; name is copied. */
static void add(struct review *review, struct place place, const char *name, char *text,
                enum rw_style style)
{
    struct value *value = rw_array_add(review->values, review->value_count);
    *value = (struct value){rw_strdup(name), text, place, style};
}

static struct place of_cluster(enum rw_wizard_step step, const char *key)
{
    return (struct place){step, RW_DOCUMENT_CLUSTER, key};
}

static void add_settings(struct review *review)
{
    struct rw_review lines = {0};
    rw_review_settings(review->wizard, &lines);
    for (size_t i = 0; i < lines.count; i++)
        add(review, of_cluster(lines.items[i].step, rw_setting_id(lines.items[i].setting)),
            lines.items[i].title, rw_strdup(lines.items[i].text), RW_STYLE_NORMAL);
    rw_review_done(&lines);
}

static void add_hosts(struct review *review, const struct rw_cluster *cluster)
{
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        bool first = (int)i == rw_cluster_first_server(cluster);
        struct rw_jump jump;
        char *way = rw_jump_of(&host->login, &jump) ? rw_jump_text(&jump) : NULL;
        add(review, (struct place){RW_WIZARD_HOSTS, (int)i, "name"}, host->name ? host->name : "-",
            rw_asprintf("%s%s  %s@%s:%d%s%s", rw_role_name(host->role), first ? "*" : "",
                        host->login.user ? host->login.user : "-",
                        host->address ? host->address : "-", host->login.port,
                        way ? "  ssh -J " : "", way ? way : ""),
            RW_STYLE_NORMAL);
        rw_jump_done(&jump);
        free(way);
    }
}

/* The step in which an overridden finding was reported. */
static enum rw_wizard_step step_of(const struct rw_wizard *wizard, enum rw_finding_id id)
{
    struct rw_findings findings = {0};
    bool dns = false;
    rw_wizard_findings(wizard, RW_WIZARD_DNS, &findings);
    for (size_t i = 0; i < findings.count; i++)
        dns = dns || findings.items[i].id == id;
    rw_findings_done(&findings);
    return dns ? RW_WIZARD_DNS : RW_WIZARD_REQUIREMENTS;
}

static void add_overrides(struct review *review)
{
    struct rw_override overrides[RW_FINDING_COUNT];
    size_t count = rw_wizard_overrides(review->wizard, overrides, RW_COUNT(overrides));
    for (size_t i = 0; i < count; i++)
        add(review, of_cluster(step_of(review->wizard, overrides[i].id), NULL),
            rw_finding_code(overrides[i].id), rw_asprintf(_("overridden: %s"), overrides[i].reason),
            RW_STYLE_WARN);
}

static void add_problems(struct review *review)
{
    static const enum rw_wizard_step steps[] = {
        [RW_DOCUMENT_HOSTS] = RW_WIZARD_HOSTS,
        [RW_DOCUMENT_NAME] = RW_WIZARD_DNS,
        [RW_DOCUMENT_SETTINGS] = RW_WIZARD_SETTINGS,
    };
    struct rw_document_problems problems = {0};
    rw_document_check(rw_wizard_document(review->wizard), &problems);
    for (size_t i = 0; i < problems.findings.count; i++) {
        const struct rw_finding *finding = &problems.findings.items[i];
        const struct rw_document_problem *about = &problems.items[i];
        if (finding->severity >= RW_SEVERITY_WARN)
            add(review, (struct place){steps[about->area], about->host, about->key},
                rw_finding_code(finding->id), rw_finding_text(finding, RW_FINDING_FACT),
                finding->severity == RW_SEVERITY_FAIL ? RW_STYLE_FAIL : RW_STYLE_WARN);
    }
    rw_document_problems_done(&problems);
}

static void read_values(struct review *review)
{
    const struct rw_cluster *cluster = rw_wizard_document(review->wizard)->cluster;
    forget_values(review);
    add_overrides(review);
    add_problems(review);
    add_settings(review);
    add_hosts(review, cluster);
}

static const struct rw_column columns[] = {{N_("Value"), 12, false}, {"", 20, false}};

static size_t count_values(void *context)
{
    return ((struct review *)context)->value_count;
}

static void value_cell(void *context, size_t row, size_t column, struct rw_buf *out,
                       enum rw_style *style)
{
    const struct value *value = &((struct review *)context)->values[row];
    *style = value->style;
    rw_buf_adds(out, column == 0 ? value->name : value->text);
}

static const struct rw_table_source source = {count_values, value_cell};

/* ---- drawing ---- */

/* The bytes of a line that stand left of what may be wrapped: its blanks, and a word that two
 * blanks or more set off. */
static size_t lead_size(const char *line, size_t length)
{
    size_t lead = 0;
    while (lead < length && line[lead] == ' ')
        lead++;
    if (lead > 0 && length - lead > 2 && line[lead] == '|')
        return lead + 2; /* of a file */
    size_t word = lead;
    while (word < length && line[word] != ' ')
        word++;
    size_t end = word;
    while (end < length && line[end] == ' ')
        end++;
    return lead > 0 && end - word >= 2 && end < length ? end : lead;
}

static void read_plan(struct review *review)
{
    struct rw_buf text = {0};
    rw_wizard_plan_text(review->wizard, &text);
    if (text.len == 0)
        rw_buf_adds(&text, _("There is no plan while a problem is unsolved."));
    rw_text_view_clear(&review->plan);
    const char *cursor = text.data, *line;
    for (size_t length; rw_text_line(&cursor, &line, &length);) {
        size_t lead = lead_size(line, length);
        char *left = rw_strndup(line, lead), *right = rw_strndup(line + lead, length - lead);
        rw_text_view_add(&review->plan, RW_STYLE_NORMAL, left, RW_STYLE_NORMAL, right);
        free(left);
        free(right);
    }
    rw_buf_done(&text);
}

static void shown(struct rw_screen *screen)
{
    struct review *review = review_of(screen);
    read_values(review);
    read_plan(review);
    screen->ui->visiting = false;
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct review *review = review_of(screen);
    int values = (int)review->value_count + 1, most = rows * 3 / 5;
    values = values < most ? values : most;
    rw_screens_place(&review->items[VALUES], 0, 0, values, cols);
    rw_screens_place(&review->items[PLAN], values + 1, 1, rows - values - 1, cols - 2);
}

/* Values and plan are in the language of the moment. */
static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct review *review = review_of(screen);
    read_values(review);
    read_plan(review);
    rw_area_line(body, review->items[PLAN].row - 1, _("Planned actions on the hosts"));
}

static void layout_whole(struct rw_screen *screen, int rows, int cols)
{
    rw_screens_place(&screen->items[0], 0, 1, rows, cols - 2);
}

static void draw_whole(struct rw_screen *screen, const struct rw_area *body)
{
    (void)body;
    read_plan(review_of(screen));
}

static const struct rw_screen_class whole_class = {
    .title = N_("Plan"),
    .help = N_("Every file that will be written and every command that will be run, in order. Esc "
               "goes back."),
    .plain = true,
    .layout = layout_whole,
    .draw = draw_whole,
};

/* ---- what can be done ---- */

static void show_plan(struct rw_screen *screen)
{
    rw_ui_push(screen->ui, &review_of(screen)->whole);
}

static void on_write(void *context, size_t button, const char *text)
{
    struct review *review = context;
    struct rw_ui *ui = review->screen.ui;
    struct rw_error err;
    if (button != 0 || !*text)
        return;
    char *path = rw_file_expand(text, NULL);
    bool good = rw_wizard_write(review->wizard, path, &err) == 0;
    rw_screens_written(ui, path, good ? NULL : err.message);
    free(path);
}

static void write_answers(struct rw_screen *screen)
{
    struct review *review = review_of(screen);
    const char *file = rw_wizard_file(review->wizard);
    const char *name = rw_wizard_document(review->wizard)->cluster->name;
    char *path = file ? rw_strdup(file) : rw_asprintf("%s.yaml", name ? name : "rke2");
    struct rw_dialog_spec spec = {
        .title = N_("Export the answers"),
        .text = N_("The file contains no secrets; rke2-wizard install -f does the same with it. "
                   "Comments in an older file are lost."),
        .buttons = {N_("Export"), N_("Not now")},
        .escape = 1,
        .field = N_("File"),
        .value = path,
        .typed = on_write,
        .context = review,
    };
    rw_ui_dialog(screen->ui, &spec);
    free(path);
}

static void on_install(void *context, size_t button)
{
    struct review *review = context;
    struct rw_findings findings = {0};
    if (button != 0)
        return;
    /* Warnings stand on the page of the install; no dialog is to lie over a reason to stop. */
    if (rw_wizard_install(review->wizard, &findings) == 0)
        rw_screens_follow(&review->screen);
    else
        rw_screens_tell(review->screen.ui, N_("The install was not started"), &findings);
    rw_findings_done(&findings);
}

static void write_install(void *subject, struct rw_buf *out)
{
    const struct review *review = subject;
    const struct rw_cluster *cluster = rw_wizard_document(review->wizard)->cluster;
    rw_buf_addf(
        out,
        ngettext(
            "From here on, %zu host is changed according to the plan.\nType install to start.",
            "From here on, %zu hosts are changed according to the plan.\nType install to start.",
            (unsigned long)cluster->host_count),
        cluster->host_count);
}

static void next(struct rw_screen *screen)
{
    struct rw_dialog_spec spec = {
        .title = N_("Install"),
        .write = write_install,
        .buttons = {N_("Install"), N_("Not yet")},
        .escape = 1,
        .word = "install",
        .answered = on_install,
        .context = review_of(screen),
    };
    rw_ui_dialog(screen->ui, &spec);
}

static void activated(struct rw_screen *screen, size_t item)
{
    struct review *review = review_of(screen);
    if (item == VALUES && review->table.at < review->value_count) {
        struct place place = review->values[review->table.at].place; /* goes with the screen */
        rw_screens_visit(screen, place.step, place.host, place.key);
    } else {
        rw_screen_move_focus(screen, true);
    }
}

static const struct rw_screen_action actions[] = {
    {.letter = 'w', .label = N_("Export answers"), .act = write_answers},
    {.letter = 'p', .label = N_("Whole plan"), .act = show_plan},
};

static const struct rw_screen_class review_class = {
    .step = RW_WIZARD_REVIEW + 1,
    .title = N_("Review"),
    .help = N_("No host has been changed yet. Enter on a value opens the page where it is set. The "
               "plan is shown below, with the same text as rke2-wizard plan."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .layout = layout,
    .draw = draw,
    .activated = activated,
    .blocked = rw_screens_blocked,
    .next = next,
    .back = rw_screens_back,
};

/* ---- life ---- */

struct rw_screen *rw_screen_review_new(struct rw_wizard *wizard)
{
    struct review *review = rw_calloc(1, sizeof *review);
    review->wizard = wizard;
    review->table = (struct rw_table){.columns = columns,
                                      .column_count = RW_COUNT(columns),
                                      .source = &source,
                                      .context = review};
    review->items[VALUES] = (struct rw_item){.class = &rw_table_class, .widget = &review->table};
    review->items[PLAN] = (struct rw_item){.class = &rw_text_view_class, .widget = &review->plan};
    review->whole_items[0] = review->items[PLAN];
    review->whole = (struct rw_screen){
        .class = &whole_class, .state = review, .items = review->whole_items, .item_count = 1};
    review->screen = (struct rw_screen){
        .class = &review_class, .state = review, .items = review->items, .item_count = ITEMS};
    return &review->screen;
}

void rw_screen_review_free(struct rw_screen *screen)
{
    struct review *review = screen ? review_of(screen) : NULL;
    if (!review)
        return;
    rw_table_done(&review->table);
    forget_values(review);
    rw_text_view_done(&review->plan);
    free(review);
}
