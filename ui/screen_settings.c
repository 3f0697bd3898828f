/* SPDX-License-Identifier: Apache-2.0 */
/* Step 5: the settings of the table, in its order: those of the main group, and folded away those
 * that most clusters leave as they are. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/settings.h"
#include "ui/choice.h"
#include "ui/field.h"
#include "ui/finding_panel.h"
#include "ui/screen_parts.h"
#include "ui/screens.h"
#include "ui/settings_token.h"
#include "ui/versions.h"
#include "ui/width.h"
#include "wizard/review.h"

/* A setting of the table as an item of the screen. */
struct row {
    const struct rw_setting *setting;
    struct rw_field field;       /* most of them */
    struct rw_option options[1]; /* a flag */
    struct rw_choice choice;
};

struct settings {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    /* By item: the main settings, the fold, the advanced settings, the panel; those two have no
     * setting. */
    struct rw_item *items;
    struct row *rows;
    size_t fold_item, panel_item;
    struct rw_settings_token token;
    struct rw_finding_panel panel;
    struct rw_buttons fold;
    int hint_row;
    bool advanced; /* it is open, in the place of the others */
    struct rw_versions versions;
};

static struct settings *settings_of(const struct rw_screen *screen)
{
    return screen->state;
}

static const struct rw_cluster *cluster_of(const struct settings *settings)
{
    return rw_wizard_document(settings->wizard)->cluster;
}

static enum rw_setting_kind kind_of(const struct settings *settings, size_t item)
{
    const struct rw_setting *setting = settings->rows[item].setting;
    return setting ? setting->kind : RW_SETTING_FORMAT;
}

/* Whether it has a field to type in. */
static bool is_field(const struct settings *settings, size_t item)
{
    return settings->rows[item].setting && kind_of(settings, item) != RW_SETTING_SECRET &&
           kind_of(settings, item) != RW_SETTING_FLAG;
}

/* ---- the screen ---- */

static int label_cells(void)
{
    int cells = rw_width(_("Cluster"));
    for (size_t i = 0; i < rw_setting_count; i++)
        if (rw_settings[i].group != RW_GROUP_NONE) {
            int width = rw_width(_(rw_settings[i].label));
            cells = width > cells ? width : cells;
        }
    return cells + 2;
}

static void show_problem(struct settings *settings)
{
    struct rw_findings findings = {0};
    rw_wizard_findings(settings->wizard, RW_WIZARD_SETTINGS, &findings);
    rw_finding_panel_set(&settings->panel, findings.count ? &findings.items[0] : NULL);
    rw_findings_done(&findings);
}

static void hide(struct settings *settings)
{
    for (size_t i = 0; i < settings->panel_item; i++) {
        const struct rw_setting *setting = settings->rows[i].setting;
        /* What is typed instead of it makes it mean nothing. */
        bool idle =
            setting && setting->unless && !rw_setting_counts(setting, cluster_of(settings), NULL);
        settings->items[i].hidden =
            setting && (idle || (setting->group == RW_GROUP_ADVANCED) != settings->advanced);
    }
    settings->fold.items[0].label = settings->advanced ? N_("Less") : N_("Advanced");
}

/* Places an item with what is drawn beside it; gives the first row below. */
static int place(struct settings *settings, size_t item, int row, int cols)
{
    int label = label_cells(), rows = 1;
    struct rw_item *place = &settings->items[item];
    if (is_field(settings, item)) {
        struct rw_field *field = &settings->rows[item].field;
        field->entry.label_cells = label;
        rows = rw_field_rows(field, cols - 2);
        rw_screens_place(place, row, 1, rows, cols - 2);
        return row + rows;
    }
    if (kind_of(settings, item) == RW_SETTING_SECRET) {
        rw_settings_token_measure(&settings->token, cols - label - 2);
        row += settings->token.rows;
    }
    rw_screens_place(place, row, 1 + label, 1, cols - 2 - label);
    return row + 1;
}

static void place_panel(struct settings *settings, int row, int rows, int cols)
{
    struct rw_item *panel = &settings->items[settings->panel_item];
    panel->hidden = settings->panel.finding.count == 0 || rows - row < 2;
    rw_screens_place(panel, row, 0, rows - row, cols);
}

/* A blank row after each, unless so many do not fit. */
static void layout_advanced(struct settings *settings, int rows, int cols)
{
    int row = 2, gap = 2 * (int)(settings->panel_item - settings->fold_item) <= rows;
    rw_screens_place(&settings->items[settings->fold_item], 0, 1, 1, cols - 2);
    for (size_t i = settings->fold_item + 1; i < settings->panel_item; i++)
        if (!settings->items[i].hidden)
            row = place(settings, i, row, cols) + gap;
    place_panel(settings, row, rows, cols);
}

static bool is_about_release(const struct settings *settings, size_t item)
{
    const struct rw_setting *setting = settings->rows[item].setting;
    return setting && (setting->scopes & RW_SCOPE_RKE2);
}

/* Which RKE2 is one block, with a hint below it; all else has a blank row after it. */
static void layout_main(struct settings *settings, int rows, int cols)
{
    int row = 3;
    bool release = false;
    for (size_t i = 0; i < settings->fold_item; i++) {
        bool about = is_about_release(settings, i);
        if (settings->items[i].hidden)
            continue;
        row += release && !about ? 2 : 0;
        row = place(settings, i, row, cols) + !about;
        settings->hint_row = about ? row : settings->hint_row;
        release = about;
    }
    row += release;
    rw_screens_place(&settings->items[settings->fold_item], row, 1, 1, label_cells() - 1);
    place_panel(settings, row + 2, rows, cols);
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct settings *settings = settings_of(screen);
    hide(settings);
    show_problem(settings);
    if (settings->advanced)
        layout_advanced(settings, rows, cols);
    else
        layout_main(settings, rows, cols);
}

/* The folded settings, in a line. */
static void draw_folded(struct settings *settings, const struct rw_area *body, int col)
{
    struct rw_buf hint = {0};
    char *brief = rw_review_brief(cluster_of(settings));
    rw_area_cell(body, settings->items[settings->fold_item].row, col, body->cols - col - 1,
                 RW_STYLE_NORMAL, brief);
    rw_versions_hint(settings->wizard, &hint);
    rw_area_cell(body, settings->hint_row, col, body->cols - col - 1, RW_STYLE_DIM,
                 rw_buf_str(&hint));
    rw_buf_done(&hint);
    free(brief);
}

/* The text beside an item: the label where it has none of its own, and what is kept. */
static void draw_beside(struct settings *settings, const struct rw_area *body, size_t item, int col)
{
    const struct rw_item *place = &settings->items[item];
    enum rw_setting_kind kind = kind_of(settings, item);
    int row = kind == RW_SETTING_SECRET ? place->row - settings->token.rows : place->row;
    if (place->hidden || !settings->rows[item].setting)
        return;
    if (!is_field(settings, item))
        rw_area_text(body, row, 1,
                     settings->screen.focus == item ? RW_STYLE_STRONG : RW_STYLE_NORMAL,
                     _(settings->rows[item].setting->label));
    if (kind == RW_SETTING_SECRET)
        rw_settings_token_draw(&settings->token, body, row, col);
    else if (kind == RW_SETTING_PROXY_URL && cluster_of(settings)->proxy.password)
        rw_area_text(body, place->row + place->rows, col, RW_STYLE_DIM,
                     _("its password is saved on this machine"));
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct settings *settings = settings_of(screen);
    const struct rw_cluster *cluster = cluster_of(settings);
    int col = 1 + label_cells();
    for (size_t i = 0; i < settings->panel_item; i++)
        draw_beside(settings, body, i, col);
    if (settings->advanced)
        return;
    draw_folded(settings, body, col);
    rw_area_text(body, 0, 1, RW_STYLE_NORMAL, _("Cluster"));
    rw_area_text(body, 0, col, RW_STYLE_NORMAL, cluster->name ? cluster->name : "-");
    rw_area_text(body, 1, 1, RW_STYLE_NORMAL, _("Registration name"));
    rw_area_text(body, 1, col, RW_STYLE_NORMAL,
                 cluster->registration_name ? cluster->registration_name : "-");
}

static void shown(struct rw_screen *screen)
{
    struct settings *settings = settings_of(screen);
    rw_settings_token_hide(&settings->token);
    for (size_t i = 0; i < settings->panel_item; i++) {
        struct row *row = &settings->rows[i];
        if (is_field(settings, i))
            rw_field_show(&row->field, 0);
        else if (kind_of(settings, i) == RW_SETTING_FLAG)
            row->options[0].chosen =
                *(bool *)rw_setting_field(row->setting, cluster_of(settings), NULL);
    }
}

static void left(struct rw_screen *screen)
{
    rw_settings_token_hide(&settings_of(screen)->token);
}

static void changed(struct rw_screen *screen, size_t item)
{
    struct settings *settings = settings_of(screen);
    const struct row *row = &settings->rows[item];
    if (kind_of(settings, item) != RW_SETTING_FLAG)
        return;
    rw_wizard_mark(settings->wizard, row->setting->label);
    rw_wizard_set(settings->wizard, RW_DOCUMENT_CLUSTER, rw_setting_id(row->setting),
                  row->options[0].chosen ? "true" : "false");
}

/* The typed text may hold a password, which the model has taken out of it. */
static void item_left(struct rw_screen *screen, size_t item)
{
    struct settings *settings = settings_of(screen);
    if (kind_of(settings, item) != RW_SETTING_PROXY_URL)
        return;
    rw_field_show(&settings->rows[item].field, 0);
    rw_entry_check(&settings->rows[item].field.entry);
}

static void fold(struct rw_screen *screen)
{
    struct settings *settings = settings_of(screen);
    rw_settings_token_hide(&settings->token);
    settings->advanced = !settings->advanced;
    hide(settings);
    rw_screen_set_focus(screen, settings->fold_item);
}

static void list_versions(struct rw_screen *screen)
{
    rw_ui_push(screen->ui, &settings_of(screen)->versions.screen);
}

static void activated(struct rw_screen *screen, size_t item)
{
    struct settings *settings = settings_of(screen);
    if (item == settings->fold_item)
        fold(screen);
    else if (kind_of(settings, item) == RW_SETTING_SECRET)
        rw_settings_token_press(&settings->token);
    else
        rw_screen_move_focus(screen, true);
}

static void find(struct rw_screen *screen, int host, const char *key)
{
    struct settings *settings = settings_of(screen);
    (void)host;
    for (size_t i = 0; i < settings->panel_item; i++) {
        const struct rw_setting *setting = settings->rows[i].setting;
        if (!setting || strcmp(rw_setting_id(setting), key) != 0)
            continue;
        settings->advanced = setting->group == RW_GROUP_ADVANCED;
        hide(settings);
        screen->focus = i;
    }
}

static void generate(struct rw_screen *screen)
{
    rw_settings_token_generate(&settings_of(screen)->token);
}

static void type_token(struct rw_screen *screen)
{
    rw_settings_token_type(&settings_of(screen)->token);
}

static void reveal(struct rw_screen *screen)
{
    rw_settings_token_reveal(&settings_of(screen)->token);
}

static const char *why_no_token(const struct rw_screen *screen)
{
    return rw_settings_token_why_not(&settings_of(screen)->token);
}

static bool moves(const struct rw_screen *screen)
{
    return rw_settings_token_moves(&settings_of(screen)->token);
}

static void undo(struct rw_screen *screen)
{
    rw_step_undo(screen);
    shown(screen);
}

static const struct rw_screen_action actions[] = {
    {.letter = 'g', .label = N_("Generate"), .act = generate},
    {.letter = 't', .label = N_("Type"), .what = N_("Type token"), .act = type_token},
    {.letter = 's',
     .label = N_("Show"),
     .what = N_("Show for 10 s"),
     .act = reveal,
     .why_not = why_no_token},
    {.letter = 'l', .label = N_("Releases"), .act = list_versions},
    {.letter = 'a', .label = N_("Advanced"), .act = fold},
    {.letter = 'u', .label = N_("Undo"), .act = undo, .why_not = rw_step_why_no_undo},
};

static const struct rw_screen_class settings_class = {
    .step = RW_WIZARD_SETTINGS + 1,
    .title = N_("Cluster settings"),
    .form = true,
    .help = N_("The token is the secret with which nodes join. It is kept next to the journal, "
               "readable only by you; you need not see it."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .left = left,
    .layout = layout,
    .draw = draw,
    .moves = moves,
    .changed = changed,
    .item_left = item_left,
    .activated = activated,
    .blocked = rw_screens_blocked,
    .next = rw_screens_next,
    .back = rw_screens_back,
    .find = find,
};

/* ---- life ---- */

static void init_row(struct settings *settings, size_t item, const struct rw_setting *setting)
{
    struct row *row = &settings->rows[item];
    row->setting = setting;
    if (setting->kind == RW_SETTING_SECRET) {
        rw_settings_token_init(&settings->token, &settings->screen);
        settings->items[item] =
            (struct rw_item){.class = &rw_buttons_class, .widget = &settings->token.buttons};
    } else if (setting->kind == RW_SETTING_FLAG) {
        row->options[0].label = setting->option;
        row->choice = (struct rw_choice){.options = row->options, .count = 1, .many = true};
        settings->items[item] = (struct rw_item){
            .class = &rw_choice_class, .widget = &row->choice, .help = setting->help};
    } else {
        rw_field_init(&row->field, settings->wizard, rw_setting_id(setting), setting->label,
                      &settings->items[item], setting->help);
    }
}

/* Gives the item after the last one of the group. */
static size_t init_rows(struct settings *settings, size_t item, enum rw_setting_group group)
{
    for (size_t i = 0; i < rw_setting_count; i++)
        if (rw_settings[i].group == group)
            init_row(settings, item++, &rw_settings[i]);
    return item;
}

struct rw_screen *rw_screen_settings_new(struct rw_wizard *wizard)
{
    struct settings *settings = rw_calloc(1, sizeof *settings);
    settings->wizard = wizard;
    settings->items = rw_calloc(rw_setting_count + 2, sizeof *settings->items);
    settings->rows = rw_calloc(rw_setting_count + 2, sizeof *settings->rows);
    settings->fold_item = init_rows(settings, 0, RW_GROUP_MAIN);
    settings->panel_item = init_rows(settings, settings->fold_item + 1, RW_GROUP_ADVANCED);
    rw_versions_init(&settings->versions, wizard);
    settings->fold = (struct rw_buttons){.count = 1, .items = {{N_("Advanced"), false}}};
    settings->items[settings->fold_item] = (struct rw_item){
        .class = &rw_buttons_class,
        .widget = &settings->fold,
        .help = N_("Settings that most clusters leave at their defaults: pod network, RKE2 source, "
                   "proxy and image registry."),
    };
    settings->items[settings->panel_item] =
        (struct rw_item){.class = &rw_finding_panel_class, .widget = &settings->panel};
    settings->screen = (struct rw_screen){.class = &settings_class,
                                          .state = settings,
                                          .items = settings->items,
                                          .item_count = settings->panel_item + 1};
    return &settings->screen;
}

void rw_screen_settings_free(struct rw_screen *screen)
{
    struct settings *settings = screen ? settings_of(screen) : NULL;
    if (!settings)
        return;
    for (size_t i = 0; i < settings->panel_item; i++)
        if (is_field(settings, i))
            rw_field_done(&settings->rows[i].field);
    rw_finding_panel_done(&settings->panel);
    rw_versions_done(&settings->versions);
    rw_settings_token_done(&settings->token);
    free(settings->rows);
    free(settings->items);
    free(settings);
}
