/* SPDX-License-Identifier: Apache-2.0 */
/* The help: what the screen or the field in focus is for, the keys of the screen, those of all. */
#include "base/buf.h"
#include "base/i18n.h"
#include "ui/ui.h"
#include "ui/width.h"

#define NAMES_CELLS 16
#define WHAT_CELLS  21

static void add_key(struct rw_buf *out, const char *key, const char *what)
{
    rw_width_pad(out, key, NAMES_CELLS, "");
    rw_buf_addf(out, "%s\n", what);
}

/* In two columns. */
static void add_common(struct rw_buf *out)
{
    size_t column = 0;
    for (size_t i = 0; i < rw_ui_common_key_count; i++) {
        const struct rw_ui_common_key *row = &rw_ui_common_keys[i];
        struct rw_buf names = {0};
        if (!row->what)
            continue;
        rw_ui_common_key_names(row, &names);
        rw_width_pad(out, rw_buf_str(&names), NAMES_CELLS, "");
        if (column == 0)
            rw_width_pad(out, _(row->what), WHAT_CELLS, "");
        else
            rw_buf_addf(out, "%s\n", _(row->what));
        rw_buf_done(&names);
        column = 1 - column;
    }
}

static void write_help(void *subject, struct rw_buf *out)
{
    const struct rw_screen *screen = rw_ui_screen(subject);
    const struct rw_item *item = rw_screen_item(screen);
    const char *about = item && item->help ? item->help : screen->class->help;
    if (about)
        rw_buf_addf(out, "%s\n\n", _(about));
    for (size_t i = 0; i < screen->class->action_count; i++) {
        const struct rw_screen_action *action = &screen->class->actions[i];
        struct rw_buf key = {0};
        rw_screen_action_key(action, &key);
        const char *what = action->what ? action->what : action->label;
        if (what)
            add_key(out, rw_buf_str(&key), _(what));
        rw_buf_done(&key);
    }
    add_common(out);
}

void rw_ui_help(struct rw_ui *ui)
{
    rw_ui_tell(ui, N_("Help"), write_help, ui, NULL);
}
