/* SPDX-License-Identifier: Apache-2.0 */
/* What keys do in the shell: those that work everywhere, Back and Next, then the screen's own. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/ui.h"
#include "ui/width.h"

static void tell_host(const struct rw_ui *ui, void (*function)(void *context))
{
    if (function)
        function(ui->context);
}

/* ---- keys that work everywhere ---- */

static void on_quit_answered(void *context, size_t button)
{
    struct rw_ui *ui = context;
    ui->quitting = false;
    if (button == 0)
        tell_host(ui, ui->host->quit);
}

static void ask_quit(struct rw_ui *ui)
{
    struct rw_screen *screen = rw_ui_screen(ui);
    if (ui->quitting)
        return;
    if (screen && screen->class->quit) {
        screen->class->quit(screen);
        return;
    }
    struct rw_dialog_spec spec = {
        .title = N_("Quit"),
        .text =
            N_("Everything that you entered is saved. Start rke2-wizard again to continue here."),
        .buttons = {N_("Save and quit"), N_("Stay here")},
        .escape = 1,
        .answered = on_quit_answered,
        .context = ui,
    };
    if (ui->dialog_count < RW_UI_DEPTH) {
        ui->quitting = true;
        rw_ui_dialog(ui, &spec);
    }
}

static void turn_language(struct rw_ui *ui)
{
    size_t next = rw_display_next(&ui->can.display, rw_i18n_current());
    if (next == rw_i18n_current()) {
        rw_ui_notice(ui, N_("This terminal cannot show another language. Log in over SSH from "
                            "another one and choose the language there."));
        return;
    }
    rw_i18n_use(next);
    tell_host(ui, ui->host->repaint);
}

static void turn_theme(struct rw_ui *ui)
{
    ui->theme = rw_theme_next(ui->theme, &ui->can);
    if (ui->host->set_theme)
        ui->host->set_theme(ui->context, ui->theme);
    rw_ui_notice(ui, rw_theme_name(ui->theme));
}

/* The keys that are not the screen's own, for the help. */
const struct rw_ui_common_key rw_ui_common_keys[] = {
    {"Tab, Shift-Tab", N_("next and previous field")},
    {"Enter", N_("choose, or go to the next field")},
    {"Esc", N_("back")},
    {"v", N_("show the text that is cut off on the screen")},
    {"?, F1, ^O", N_("this help; F1 and ^O also within a field")},
    {"^G, ^T", N_("another language; other colours and lines")},
    {"^L, ^Z", N_("redraw the screen; suspend to the shell, fg resumes")},
    {"^C", N_("quit")},
};
const size_t rw_ui_common_key_count = RW_COUNT(rw_ui_common_keys);

static void add_key(struct rw_buf *out, const char *key, const char *what)
{
    rw_width_pad(out, key, 16, "");
    rw_buf_addf(out, "%s\n", what);
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
    for (size_t i = 0; i < rw_ui_common_key_count; i++)
        add_key(out, rw_ui_common_keys[i].names, _(rw_ui_common_keys[i].what));
}

static void show_help(struct rw_ui *ui)
{
    rw_ui_tell(ui, N_("Help"), write_help, ui, NULL);
}

static bool screen_owns(const struct rw_ui *ui, char ctrl)
{
    const struct rw_screen *screen = rw_ui_screen(ui);
    for (size_t i = 0; i < screen->class->action_count; i++)
        if (screen->class->actions[i].ctrl == ctrl)
            return true;
    return false;
}

/* Neither the effect of a key nor a question can be seen: only ^C works, as the text says, and
 * leaves. */
static void too_small_key(struct rw_ui *ui, const struct rw_key *key)
{
    if (rw_key_is_ctrl(key, 'c'))
        tell_host(ui, ui->host->quit);
}

static bool common_key(struct rw_ui *ui, const struct rw_key *key)
{
    if (rw_key_is_ctrl(key, 'l'))
        tell_host(ui, ui->host->repaint);
    else if (rw_key_is_ctrl(key, 'z') && !screen_owns(ui, 'z'))
        tell_host(ui, ui->host->suspend);
    else if (!rw_screen_fits(rw_ui_screen(ui), ui->rows, ui->cols))
        too_small_key(ui, key);
    else if (rw_key_is_ctrl(key, 'c'))
        ask_quit(ui);
    else if (rw_key_is_ctrl(key, 'g'))
        turn_language(ui);
    else if (rw_key_is_ctrl(key, 't'))
        turn_theme(ui);
    else if ((key->code == RW_KEY_F1 || rw_key_is_ctrl(key, 'o')) && ui->dialog_count == 0)
        show_help(ui);
    else
        return false;
    return true;
}

/* ---- Back and Next ---- */

static void go_back(struct rw_ui *ui, struct rw_screen *screen)
{
    size_t step = rw_ui_step(ui);
    if (screen->class->back)
        screen->class->back(screen);
    else if (ui->depth > 1)
        rw_ui_pop(ui);
    else if (step > 0 && step < ui->step_count)
        rw_ui_go(ui, step - 1);
    else
        rw_ui_notice(ui, N_("This is the first screen. ^C quits."));
}

static void write_blocked(void *subject, struct rw_buf *out)
{
    const struct rw_screen *screen = rw_ui_screen(subject);
    screen->class->blocked(screen, out);
}

static void go_next(struct rw_ui *ui, struct rw_screen *screen)
{
    struct rw_buf why = {0};
    if (screen->class->blocked)
        screen->class->blocked(screen, &why);
    size_t step = rw_ui_step(ui);
    if (why.len)
        rw_ui_tell(ui, N_("Next is blocked"), write_blocked, ui, NULL);
    else if (screen->class->next)
        screen->class->next(screen);
    else if (ui->depth == 1 && step + 1 < ui->step_count)
        rw_ui_go(ui, step + 1);
    rw_buf_done(&why);
}

static bool button_key(struct rw_ui *ui, struct rw_screen *screen, const struct rw_key *key)
{
    if (screen->focus < screen->item_count)
        return false;
    if (key->code == RW_KEY_LEFT || key->code == RW_KEY_RIGHT) {
        size_t before = screen->focus;
        rw_screen_move_focus(screen, key->code == RW_KEY_RIGHT);
        if (screen->focus < screen->item_count)
            screen->focus = before;
        return true;
    }
    if (key->code != RW_KEY_ENTER && !rw_key_is(key, ' '))
        return false;
    switch ((enum rw_screen_button)(screen->focus - screen->item_count)) {
    case RW_SCREEN_BACK:
        go_back(ui, screen);
        break;
    case RW_SCREEN_NEXT:
        go_next(ui, screen);
        break;
    default:
        if (screen->class->extra_act)
            screen->class->extra_act(screen);
    }
    return true;
}

/* ---- keys of the screen ---- */

static bool is_action(const struct rw_screen_action *action, const struct rw_key *key)
{
    return (action->letter && rw_key_is(key, action->letter)) ||
           (action->ctrl && rw_key_is_ctrl(key, action->ctrl)) ||
           (action->code != RW_KEY_NONE && action->code == key->code);
}

static bool action_key(struct rw_ui *ui, struct rw_screen *screen, const struct rw_key *key)
{
    for (size_t i = 0; i < screen->class->action_count; i++) {
        const struct rw_screen_action *action = &screen->class->actions[i];
        if (!is_action(action, key))
            continue;
        const char *why = action->why_not ? action->why_not(screen) : NULL;
        if (why)
            rw_ui_notice(ui, why);
        else
            action->act(screen);
        return true;
    }
    return false;
}

/* True when the widget in focus took the key. */
static bool item_key(struct rw_screen *screen, const struct rw_key *key)
{
    struct rw_item *item = rw_screen_item(screen);
    size_t index = screen->focus;
    switch (item ? item->class->key(item->widget, key) : RW_IGNORED) {
    case RW_IGNORED:
        return false;
    case RW_USED:
        break;
    case RW_CHANGED:
        if (screen->class->changed)
            screen->class->changed(screen, index);
        break;
    case RW_ACTIVATED:
        if (screen->class->activated)
            screen->class->activated(screen, index);
        else
            rw_screen_move_focus(screen, true);
        break;
    }
    return true;
}

static void write_whole(void *subject, struct rw_buf *out)
{
    const struct rw_item *item = rw_screen_item(rw_ui_screen(subject));
    char *text = item && item->class->whole ? item->class->whole(item->widget) : NULL;
    if (text)
        rw_buf_adds(out, text);
    free(text);
}

static void show_whole(struct rw_ui *ui)
{
    struct rw_buf text = {0};
    write_whole(ui, &text);
    if (text.len > 0)
        rw_ui_tell(ui, NULL, write_whole, ui, NULL);
    else
        rw_ui_notice(ui, N_("Nothing is cut off here."));
    rw_buf_done(&text);
}

/* Moving, and the letters that work on every screen. */
static void frame_key(struct rw_ui *ui, struct rw_screen *screen, const struct rw_key *key)
{
    switch (key->code) {
    case RW_KEY_TAB:
    case RW_KEY_DOWN:
    case RW_KEY_ENTER:
        rw_screen_move_focus(screen, true);
        break;
    case RW_KEY_BACK_TAB:
    case RW_KEY_UP:
        rw_screen_move_focus(screen, false);
        break;
    case RW_KEY_ESC:
        go_back(ui, screen);
        break;
    default:
        if (rw_key_is(key, '?'))
            show_help(ui);
        else if (rw_key_is(key, 'v'))
            show_whole(ui);
    }
}

static void dialog_key(struct rw_ui *ui, const struct rw_key *key)
{
    size_t button;
    struct rw_dialog *dialog = ui->dialogs[ui->dialog_count - 1];
    if (!rw_dialog_key(dialog, key, &button))
        return;
    ui->dialog_count--;
    rw_dialog_tell(dialog, button);
    rw_dialog_free(dialog);
}

void rw_ui_key(struct rw_ui *ui, const struct rw_key *key)
{
    struct rw_screen *screen = rw_ui_screen(ui);
    if (!screen)
        return;
    if (!rw_key_is_ctrl(key, 'l')) /* what is drawn anew is the same */
        rw_strset(&ui->notice, NULL);
    rw_ui_redraw(ui);
    if (common_key(ui, key))
        return;
    if (ui->dialog_count > 0) {
        dialog_key(ui, key);
        return;
    }
    rw_screen_check_focus(screen);
    if (item_key(screen, key) || button_key(ui, screen, key) || action_key(ui, screen, key))
        return;
    if (key->code == RW_KEY_PASTE && screen->class->pasted)
        screen->class->pasted(screen, key->text, key->size);
    else
        frame_key(ui, screen, key);
}
