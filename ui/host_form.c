/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/host_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/settings.h"
#include "ui/buttons.h"
#include "ui/choice.h"
#include "ui/field.h"
#include "ui/screens.h"
#include "ui/width.h"

struct rw_host_form {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    /* By item: the settings of a host, in the order of the table, and the buttons. */
    struct rw_item *items;
    const struct rw_setting **settings;
    struct rw_field *fields; /* but for the role */
    size_t count;            /* of settings */
    struct rw_option roles[2];
    struct rw_choice role;
    struct rw_buttons buttons;
    unsigned id;   /* 0: the common login */
    bool fresh;    /* the host was added for it */
    unsigned mark; /* what was before the form was opened: rw_wizard_mark() */
};

static struct rw_host_form *form_of(const struct rw_screen *screen)
{
    return screen->state;
}

static int host_of(const struct rw_host_form *form)
{
    return rw_document_host_by_id(rw_wizard_document(form->wizard), form->id);
}

/* ---- the screen ---- */

static size_t buttons_item(const struct rw_host_form *form)
{
    return form->count;
}

static bool is_role(const struct rw_host_form *form, size_t item)
{
    return item < form->count && form->settings[item]->kind == RW_SETTING_ROLE;
}

static int label_cells(const struct rw_host_form *form)
{
    int cells = 0;
    for (size_t i = 0; i < form->count; i++) {
        int width = rw_width(_(form->settings[i]->label));
        cells = width > cells ? width : cells;
    }
    return cells + 2;
}

/* The rows of each item, with what is wrong with it. Where that is more than fits, only the field
 * with the focus, or else the first that is wrong, says so; the others are marked. */
static void count_rows(struct rw_host_form *form, int room, int cols, int *heights)
{
    int cells = label_cells(form), needed = 0;
    size_t telling = form->count;
    for (size_t i = 0; i < form->count; i++) {
        heights[i] = form->items[i].hidden ? 0 : 2;
        if (is_role(form, i) || form->items[i].hidden)
            continue;
        form->fields[i].entry.label_cells = cells;
        heights[i] = rw_field_rows(&form->fields[i], cols);
        needed += heights[i];
        if (heights[i] > 1 && (telling == form->count || i == form->screen.focus))
            telling = i;
    }
    for (size_t i = 0; needed > room && i < form->count; i++)
        if (heights[i] > 1 && i != telling && !is_role(form, i))
            heights[i] = 1;
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct rw_host_form *form = form_of(screen);
    struct rw_item *buttons = &form->items[buttons_item(form)];
    int row = form->id ? 1 : 2, cells = label_cells(form);
    int *heights = rw_calloc(form->count, sizeof *heights);
    count_rows(form, rows - row - (form->id ? 3 : 0) - 2, cols - 2, heights);
    for (size_t i = 0; i < form->count; i++) {
        int col = is_role(form, i) ? 1 + cells : 1;
        rw_screens_place(&form->items[i], row, col, heights[i], cols - 1 - col);
        row += heights[i] + (is_role(form, i) && !form->items[i].hidden);
    }
    rw_screens_place(buttons, row + 2 < rows ? row + 2 : rows - 1, 1, 1, cols - 2);
    free(heights);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct rw_host_form *form = form_of(screen);
    if (form->id == 0)
        rw_area_text(body, 0, 1, RW_STYLE_NORMAL,
                     _("Used by hosts without login settings of their own."));
    for (size_t i = 0; i < form->count; i++)
        if (is_role(form, i) && !form->items[i].hidden)
            rw_area_text(body, form->items[i].row, 1,
                         screen->focus == i ? RW_STYLE_STRONG : RW_STYLE_NORMAL,
                         _(form->settings[i]->label));
}

/* ---- the role ---- */

void rw_host_role_text(const struct rw_wizard *wizard, size_t host, enum rw_role role,
                       struct rw_buf *out)
{
    const char *name = rw_wizard_document(wizard)->cluster->hosts[host].name;
    const char *text = role == RW_ROLE_SERVER
                           ? N_("%s becomes a server: it runs the control plane and etcd.")
                           : N_("%s becomes an agent: it runs workloads, and neither the control "
                                "plane nor etcd.");
    rw_buf_addf(out, _(text), name && *name ? name : "-");
    if (rw_wizard_exists(wizard))
        rw_buf_addf(out, "\n\n%s",
                    _("This cluster exists. A node that is in it keeps its role: the install "
                      "refuses the other one until the node has been reset (rke2-wizard reset)."));
}

static void set_role(struct rw_host_form *form)
{
    int host = host_of(form);
    if (host >= 0)
        rw_wizard_set(form->wizard, host, "role",
                      rw_role_name((enum rw_role)rw_choice_chosen(&form->role)));
}

static void show_role(struct rw_host_form *form)
{
    int host = host_of(form);
    const struct rw_cluster *cluster = rw_wizard_document(form->wizard)->cluster;
    rw_choice_set(&form->role, host >= 0 && cluster->hosts[host].role == RW_ROLE_AGENT ? 1 : 0);
    form->role.at = rw_choice_chosen(&form->role);
}

static void on_role(void *context, size_t button)
{
    if (button == 0)
        set_role(context);
    else
        show_role(context);
}

static void write_role(void *subject, struct rw_buf *out)
{
    const struct rw_host_form *form = subject;
    int host = host_of(form);
    if (host >= 0)
        rw_host_role_text(form->wizard, (size_t)host, (enum rw_role)rw_choice_chosen(&form->role),
                          out);
}

/* In a cluster that exists the node may have the other role. */
static void ask_role(struct rw_host_form *form)
{
    struct rw_dialog_spec spec = {
        .title = N_("Role"),
        .write = write_role,
        .buttons = {N_("Change the role"), N_("Keep it")},
        .preselected = 1,
        .escape = 1,
        .answered = on_role,
        .context = form,
    };
    rw_ui_dialog(form->screen.ui, &spec);
}

static void changed(struct rw_screen *screen, size_t item)
{
    struct rw_host_form *form = form_of(screen);
    if (!is_role(form, item) || host_of(form) < 0)
        return;
    if (rw_wizard_exists(form->wizard))
        ask_role(form);
    else
        set_role(form);
}

/* ---- leaving ---- */

/* Closes the form; what was typed in it is one thing to be undone. */
static void keep(struct rw_host_form *form)
{
    rw_ui_pop(form->screen.ui);
    rw_wizard_mark_end(form->wizard, form->mark);
}

static void on_cancel(void *context, size_t button)
{
    struct rw_host_form *form = context;
    if (button == 0)
        keep(form);
    else if (button == 1) {
        rw_ui_pop(form->screen.ui);
        rw_wizard_undo_to(form->wizard, form->mark);
    }
}

/* Whether anything was typed. A field is saved as it is left: the one with the focus is now. */
static bool is_changed(struct rw_host_form *form)
{
    struct rw_item *item = rw_screen_item(&form->screen);
    if (item && item->class->leave)
        item->class->leave(item->widget);
    int host = host_of(form);
    if (form->fresh && host >= 0) {
        const struct rw_host *now = &rw_wizard_document(form->wizard)->cluster->hosts[host];
        return (now->name && *now->name) || (now->address && *now->address);
    }
    return rw_wizard_marked(form->wizard, form->mark);
}

static void cancel(struct rw_screen *screen)
{
    struct rw_host_form *form = form_of(screen);
    struct rw_dialog_spec spec = {
        .title = N_("Close the form"),
        .text = N_("Something was changed in this form."),
        .buttons = {N_("Keep the changes"), N_("Discard them"), N_("Go on editing")},
        .escape = 2,
        .answered = on_cancel,
        .context = form,
    };
    if (is_changed(form))
        rw_ui_dialog(screen->ui, &spec);
    else
        on_cancel(form, 1);
}

static void add_another(struct rw_host_form *form)
{
    struct rw_ui *ui = form->screen.ui;
    keep(form);
    rw_host_form_add(form, ui);
}

static void activated(struct rw_screen *screen, size_t item)
{
    struct rw_host_form *form = form_of(screen);
    if (item != buttons_item(form))
        rw_screen_move_focus(screen, true);
    else if (form->buttons.at == 0)
        keep(form);
    else if (form->buttons.at + 1 == form->buttons.count)
        cancel(screen);
    else
        add_another(form);
}

/* A host that was never filled in is not kept. */
static void left(struct rw_screen *screen)
{
    struct rw_host_form *form = form_of(screen);
    int host = host_of(form);
    if (form->id == 0 || host < 0)
        return;
    const struct rw_host *now = &rw_wizard_document(form->wizard)->cluster->hosts[host];
    if (!(now->name && *now->name) && !(now->address && *now->address))
        rw_wizard_remove_host(form->wizard, (size_t)host);
}

static void act_done(struct rw_screen *screen)
{
    keep(form_of(screen));
}

static void act_another(struct rw_screen *screen)
{
    add_another(form_of(screen));
}

/* From any field, without going through those that are not needed. */
static const struct rw_screen_action actions[] = {
    {.code = RW_KEY_ESC, .label = N_("Cancel"), .act = cancel},
    {.ctrl = 's', .label = N_("Done"), .act = act_done},
    {.ctrl = 'x', .label = N_("Add another"), .act = act_another},
};

static const struct rw_screen_class host_class = {
    .title = N_("Host"),
    .form = true,
    .help = N_("Each field is saved when you leave it. Cancel takes back what was changed here. "
               "Fields that say "
               "so may stay empty."),
    .plain = true,
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .left = left,
    .layout = layout,
    .draw = draw,
    .changed = changed,
    .activated = activated,
};

static const struct rw_screen_class common_class = {
    .title = N_("Default login"),
    .form = true,
    .help = N_("Each field is saved when you leave it. Cancel takes back what was changed here. "
               "Fields that say "
               "so may stay empty."),
    .plain = true,
    .actions = actions,
    .action_count = RW_COUNT(actions) - 1, /* there is only one */
    .layout = layout,
    .draw = draw,
    .activated = activated,
};

/* ---- life ---- */

/* Makes a setting the next item. */
static void add_item(struct rw_host_form *form, const struct rw_setting *setting)
{
    size_t item = form->count++;
    form->settings[item] = setting;
    if (setting->kind == RW_SETTING_ROLE)
        form->items[item] = (struct rw_item){
            .class = &rw_choice_class, .widget = &form->role, .help = setting->help};
    else
        rw_field_init(&form->fields[item], form->wizard, setting->key, setting->label,
                      &form->items[item], setting->help);
    if (setting->kind != RW_SETTING_ROLE && !setting->required && !setting->otherwise)
        form->fields[item].entry.empty = N_("optional");
}

struct rw_host_form *rw_host_form_new(struct rw_wizard *wizard)
{
    struct rw_host_form *form = rw_calloc(1, sizeof *form);
    form->wizard = wizard;
    form->items = rw_calloc(rw_setting_count + 1, sizeof *form->items);
    form->settings = rw_calloc(rw_setting_count, sizeof *form->settings);
    form->fields = rw_calloc(rw_setting_count, sizeof *form->fields);
    form->roles[RW_ROLE_SERVER].label = N_("server: control plane and etcd");
    form->roles[RW_ROLE_AGENT].label = N_("agent: workloads");
    form->role = (struct rw_choice){.options = form->roles, .count = RW_COUNT(form->roles)};
    for (size_t i = 0; i < rw_setting_count; i++)
        if (rw_settings[i].scopes & RW_SCOPE_HOST)
            add_item(form, &rw_settings[i]);
    form->items[buttons_item(form)] =
        (struct rw_item){.class = &rw_buttons_class, .widget = &form->buttons};
    form->screen =
        (struct rw_screen){.state = form, .items = form->items, .item_count = form->count + 1};
    return form;
}

void rw_host_form_free(struct rw_host_form *form)
{
    if (!form)
        return;
    for (size_t i = 0; i < form->count; i++)
        if (!is_role(form, i))
            rw_field_done(&form->fields[i]);
    free(form->fields);
    free(form->settings);
    free(form->items);
    free(form);
}

static void open_form(struct rw_host_form *form, struct rw_ui *ui, unsigned id)
{
    form->id = id;
    show_role(form);
    form->screen.class = id ? &host_class : &common_class;
    form->screen.focus = form->count;
    for (size_t i = 0; i < form->count; i++) {
        form->items[i].hidden = id == 0 && !(form->settings[i]->scopes & RW_SCOPE_SSH);
        if (!form->items[i].hidden && !is_role(form, i))
            rw_field_show(&form->fields[i], id);
        if (!form->items[i].hidden && i < form->screen.focus)
            form->screen.focus = i;
    }
    form->buttons = (struct rw_buttons){.count = id ? 3 : 2,
                                        .items = {{N_("Done"), false},
                                                  {id ? N_("Add another") : N_("Cancel"), false},
                                                  {N_("Cancel"), false}}};
    rw_ui_push(ui, &form->screen);
}

void rw_host_form_open(struct rw_host_form *form, struct rw_ui *ui, size_t host)
{
    form->mark = rw_wizard_mark(form->wizard, N_("Edit"));
    form->fresh = false;
    open_form(form, ui, rw_wizard_document(form->wizard)->ids[host]);
}

void rw_host_form_add(struct rw_host_form *form, struct rw_ui *ui)
{
    form->mark = rw_wizard_mark(form->wizard, N_("Add"));
    form->fresh = true;
    size_t host = rw_wizard_add_host(form->wizard);
    open_form(form, ui, rw_wizard_document(form->wizard)->ids[host]);
}

void rw_host_form_open_common(struct rw_host_form *form, struct rw_ui *ui)
{
    form->mark = rw_wizard_mark(form->wizard, N_("Default login"));
    form->fresh = false;
    open_form(form, ui, 0);
}
