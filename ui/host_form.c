#include "ui/host_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/buttons.h"
#include "ui/choice.h"
#include "ui/field.h"
#include "ui/screens.h"
#include "ui/width.h"

/* In the order in which they stand; those of the host alone come first. */
static const struct {
    const char *key, *label, *help;
    bool common; /* all hosts may share it */
} fields[] = {
    {"name", N_("Name"),
     N_("The host's own name, as hostname prints it: RKE2 takes it for the name of the node."),
     false},
    {"address", N_("Address"),
     N_("An IPv4 or IPv6 address, or a DNS name, at which this machine and the other hosts reach "
        "it."),
     false},
    {"user", N_("Login user"), N_("root, or a user who may become root by sudo."), true},
    {"port", N_("SSH port"), N_("The port at which sshd listens, usually 22."), true},
    {"key", N_("Private key file"),
     N_("Without one the agent and the usual files in ~/.ssh are tried; then a password is asked "
        "for."),
     true},
    {"password-file", N_("Password file"),
     N_("A file with the login password in its first line. Without one the password is asked for "
        "when it is needed, and kept in memory alone."),
     true},
    {"sudo-password-file", N_("sudo password file"),
     N_("A file with the password for sudo in its first line. Without one the login password is "
        "tried, then it is asked for."),
     true},
    {"jump", N_("Jump host"),
     N_("user@address:port, as after ssh -J: the machine through which this one reaches the hosts. "
        "Empty: directly. none: this host directly, whatever the others do."),
     true},
    {"jump-key", N_("Jump host's key"),
     N_("A private key file. Without one the key of the host is taken, or else the agent and the "
        "usual files."),
     true},
};

enum { ROLE_AFTER = 2, FIELDS = RW_COUNT(fields), ROLE = FIELDS, BUTTONS, ITEMS };

struct rw_host_form {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS]; /* in the order of the focus, which is not that of `fields` */
    struct rw_field fields[FIELDS];
    struct rw_option roles[2];
    struct rw_choice role;
    struct rw_buttons buttons;
    unsigned id; /* 0: the common login */
};

/* Items stand as the eye goes: name, address, role, the login, buttons. */
static size_t item_of(size_t field)
{
    return field < ROLE_AFTER ? field : field + 1;
}
#define ROLE_ITEM ((size_t)ROLE_AFTER)

static struct rw_host_form *form_of(const struct rw_screen *screen)
{
    return screen->state;
}

static int host_of(const struct rw_host_form *form)
{
    return rw_document_host_by_id(rw_wizard_document(form->wizard), form->id);
}

/* ---- the screen ---- */

static int label_cells(void)
{
    int cells = rw_width(_("Role"));
    for (size_t i = 0; i < FIELDS; i++) {
        int width = rw_width(_(fields[i].label));
        cells = width > cells ? width : cells;
    }
    return cells + 2;
}

/* The rows of each field, with what is wrong with it. Where that is more than fits, only the field
 * with the focus, or else the first that is wrong, says so; the others are marked. */
static void count_rows(struct rw_host_form *form, int room, int cols, int *heights)
{
    int cells = label_cells(), needed = 0;
    size_t telling = FIELDS;
    for (size_t i = 0; i < FIELDS; i++) {
        form->fields[i].entry.label_cells = cells;
        heights[i] = form->items[item_of(i)].hidden ? 0 : rw_field_rows(&form->fields[i], cols);
        needed += heights[i];
        if (heights[i] > 1 && (telling == FIELDS || item_of(i) == form->screen.focus))
            telling = i;
    }
    for (size_t i = 0; needed > room && i < FIELDS; i++)
        if (heights[i] > 1 && i != telling)
            heights[i] = 1;
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct rw_host_form *form = form_of(screen);
    int row = form->id ? 1 : 2, cells = label_cells(), heights[FIELDS];
    bool role = !form->items[ROLE_ITEM].hidden;
    count_rows(form, rows - row - (role ? 3 : 0) - 2, cols - 2, heights);
    for (size_t i = 0; i < FIELDS; i++) {
        if (i == ROLE_AFTER && role) {
            rw_screens_place(&form->items[ROLE_ITEM], row, 1 + cells, 2, cols - 2 - cells);
            row += 3;
        }
        rw_screens_place(&form->items[item_of(i)], row, 1, heights[i], cols - 2);
        row += heights[i];
    }
    rw_screens_place(&form->items[BUTTONS], row + 2 < rows ? row + 2 : rows - 1, 1, 1, cols - 2);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct rw_host_form *form = form_of(screen);
    const struct rw_item *role = &form->items[ROLE_ITEM];
    if (!role->hidden)
        rw_area_text(body, role->row, 1,
                     screen->focus == ROLE_ITEM ? RW_STYLE_STRONG : RW_STYLE_NORMAL, _("Role"));
    else
        rw_area_text(body, 0, 1, RW_STYLE_NORMAL,
                     _("What hosts use that have no login of their own."));
}

static void changed(struct rw_screen *screen, size_t item)
{
    struct rw_host_form *form = form_of(screen);
    int host = host_of(form);
    if (item == ROLE_ITEM && host >= 0)
        rw_wizard_set(form->wizard, host, "role",
                      rw_choice_chosen(&form->role) == 0 ? "server" : "agent");
}

static void add_another(struct rw_host_form *form)
{
    struct rw_ui *ui = form->screen.ui;
    rw_ui_pop(ui);
    rw_host_form_open(form, ui, rw_wizard_add_host(form->wizard));
}

static void activated(struct rw_screen *screen, size_t item)
{
    struct rw_host_form *form = form_of(screen);
    if (item != BUTTONS)
        rw_screen_move_focus(screen, true);
    else if (form->buttons.at == 0)
        rw_ui_pop(screen->ui);
    else
        add_another(form);
}

/* What was never filled in is not kept. */
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
    rw_ui_pop(screen->ui);
}

static void act_another(struct rw_screen *screen)
{
    add_another(form_of(screen));
}

/* From any field, without going through those that are not needed. */
static const struct rw_screen_action actions[] = {
    {.code = RW_KEY_ESC, .label = N_("Done"), .act = act_done},
    {.ctrl = 'n', .label = N_("Add another"), .act = act_another},
};

static const struct rw_screen_class host_class = {
    .title = N_("Host"),
    .help = N_("Everything is saved as you leave a field. Esc goes back to the list of hosts."),
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
    .title = N_("Common login"),
    .help = N_("Everything is saved as you leave a field. Esc goes back to the list of hosts."),
    .plain = true,
    .actions = actions,
    .action_count = 1, /* Esc */
    .layout = layout,
    .draw = draw,
    .activated = activated,
};

/* ---- life ---- */

struct rw_host_form *rw_host_form_new(struct rw_wizard *wizard)
{
    struct rw_host_form *form = rw_calloc(1, sizeof *form);
    form->wizard = wizard;
    for (size_t i = 0; i < FIELDS; i++)
        rw_field_init(&form->fields[i], wizard, fields[i].key, fields[i].label,
                      &form->items[item_of(i)], fields[i].help);
    form->roles[0].label = N_("server: control plane and etcd");
    form->roles[1].label = N_("agent: workloads");
    form->role = (struct rw_choice){.options = form->roles, .count = RW_COUNT(form->roles)};
    form->items[ROLE_ITEM] = (struct rw_item){
        .class = &rw_choice_class,
        .widget = &form->role,
        .help = N_("Servers run the control plane and etcd: take one, three or five. Agents run "
                   "workloads. The space bar chooses."),
    };
    form->buttons = (struct rw_buttons){.items = {{N_("Done"), false}, {N_("Add another"), false}}};
    form->items[BUTTONS] = (struct rw_item){.class = &rw_buttons_class, .widget = &form->buttons};
    form->screen = (struct rw_screen){
        .state = form, .items = form->items, .item_count = RW_COUNT(form->items)};
    return form;
}

void rw_host_form_free(struct rw_host_form *form)
{
    if (!form)
        return;
    for (size_t i = 0; i < FIELDS; i++)
        rw_field_done(&form->fields[i]);
    free(form);
}

static void open_form(struct rw_host_form *form, struct rw_ui *ui, unsigned id)
{
    form->id = id;
    form->screen.class = id ? &host_class : &common_class;
    for (size_t i = 0; i < FIELDS; i++) {
        form->items[item_of(i)].hidden = id == 0 && !fields[i].common;
        if (!form->items[item_of(i)].hidden)
            rw_field_show(&form->fields[i], id);
    }
    form->items[ROLE_ITEM].hidden = id == 0;
    form->buttons.count = id ? 2 : 1;
    form->buttons.at = 0;
    form->screen.focus = id ? 0 : item_of(ROLE_AFTER);
    rw_ui_push(ui, &form->screen);
}

void rw_host_form_open(struct rw_host_form *form, struct rw_ui *ui, size_t host)
{
    const struct rw_document *document = rw_wizard_document(form->wizard);
    rw_choice_set(&form->role, document->cluster->hosts[host].role == RW_ROLE_SERVER ? 0 : 1);
    form->role.at = rw_choice_chosen(&form->role);
    open_form(form, ui, document->ids[host]);
}

void rw_host_form_open_common(struct rw_host_form *form, struct rw_ui *ui)
{
    open_form(form, ui, 0);
}
