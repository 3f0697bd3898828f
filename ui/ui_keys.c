/* SPDX-License-Identifier: Apache-2.0 */
/* What keys do in the shell: those that work everywhere, Back and Next, then the screen's own. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/ui.h"

#define WHEEL_ROWS 3

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

static void ask_quit(struct rw_ui *ui, const struct rw_key *key)
{
    (void)key;
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

static void turn_language(struct rw_ui *ui, const struct rw_key *key)
{
    (void)key;
    size_t next = rw_display_next(&ui->can.display, rw_i18n_current());
    if (next == rw_i18n_current()) {
        rw_ui_notice(ui, N_("This terminal cannot show another language. Log in over SSH from "
                            "another one and choose the language there."));
        return;
    }
    rw_i18n_use(next);
    tell_host(ui, ui->host->repaint);
}

static void turn_theme(struct rw_ui *ui, const struct rw_key *key)
{
    (void)key;
    ui->theme = rw_theme_next(ui->theme, &ui->can);
    if (ui->host->set_theme)
        ui->host->set_theme(ui->context, ui->theme);
    rw_ui_notice(ui, rw_theme_name(ui->theme));
}

/* ---- Back and Next ---- */

static void go_back(struct rw_ui *ui, struct rw_screen *screen)
{
    size_t step = rw_ui_step(ui);
    if (screen->class->back)
        screen->class->back(screen);
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
        bool right = key->code == RW_KEY_RIGHT;
        size_t button = screen->focus - screen->item_count, by = screen->class->extra ? 1 : 2;
        bool can = right ? button + by < RW_SCREEN_BUTTONS : button >= by;
        if (can)
            screen->focus += right ? by : -by;
        return can;
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
        if (why) {
            rw_ui_notice(ui, why);
        } else {
            ui->undrawn = ui->undrawn || action->letter;
            action->act(screen);
        }
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

/* ---- the keys that are not the screen's own ---- */

static void show_help(struct rw_ui *ui, const struct rw_key *key)
{
    (void)key;
    rw_ui_help(ui);
}

static void write_whole(void *subject, struct rw_buf *out)
{
    char *text = rw_screen_whole(rw_ui_screen(subject));
    if (text)
        rw_buf_adds(out, text);
    free(text);
}

static void show_whole(struct rw_ui *ui, const struct rw_key *key)
{
    struct rw_buf text = {0};
    (void)key;
    write_whole(ui, &text);
    if (text.len > 0)
        rw_ui_tell(ui, NULL, write_whole, ui, NULL);
    else
        rw_ui_notice(ui, N_("Nothing is cut off here."));
    rw_buf_done(&text);
}

/* Of the screen, else of the item in focus. */
static char *text_to_copy(const struct rw_screen *screen)
{
    char *text = screen->class->copy ? screen->class->copy(screen) : NULL;
    const struct rw_item *item = rw_screen_item(screen);
    return text ? text : item && item->class->copy ? item->class->copy(item->widget) : NULL;
}

static void copy(struct rw_ui *ui, const struct rw_key *key)
{
    char *text = text_to_copy(rw_ui_screen(ui));
    (void)key;
    if (text && *text)
        rw_ui_copy(ui, text);
    else
        rw_ui_notice(ui, N_("There is nothing to copy here."));
    free(text);
}

/* Lists and logs take it themselves. */
static void no_filter(struct rw_ui *ui, const struct rw_key *key)
{
    (void)key;
    rw_ui_notice(ui, N_("There is no list here that could be filtered."));
}

static void move(struct rw_ui *ui, const struct rw_key *key)
{
    bool back = key->code == RW_KEY_BACK_TAB || key->code == RW_KEY_UP;
    rw_screen_move_focus(rw_ui_screen(ui), !back);
}

/* What lies on top goes; a page is left by nothing but the keys for that. */
static void close_top(struct rw_ui *ui, const struct rw_key *key)
{
    (void)key;
    if (ui->depth > 1)
        rw_ui_pop(ui);
    else
        rw_ui_notice(ui, N_("Esc closes what lies on top of a page. ^P goes to the page before, ^C "
                            "quits."));
}

static void turn_page(struct rw_ui *ui, const struct rw_key *key)
{
    struct rw_screen *screen = rw_ui_screen(ui);
    bool forward = rw_key_is_ctrl(key, 'n') || key->code == RW_KEY_F1 + 9;
    if (ui->depth > 1)
        rw_ui_notice(ui, N_("This lies on top of a page. Esc closes it."));
    else if (forward)
        go_next(ui, screen);
    else
        go_back(ui, screen);
}

static void repaint(struct rw_ui *ui, const struct rw_key *key)
{
    (void)key;
    tell_host(ui, ui->host->repaint);
}

static void suspend(struct rw_ui *ui, const struct rw_key *key)
{
    (void)key;
    tell_host(ui, ui->host->suspend);
}

const struct rw_ui_common_key rw_ui_common_keys[] = {
    {.keys = {{.ctrl = 'n'}, {.code = RW_KEY_F1 + 9}}, .what = N_("next page"), .act = turn_page},
    {.keys = {{.ctrl = 'p'}, {.code = RW_KEY_F1 + 8}}, .what = N_("page before"), .act = turn_page},
    {.keys = {{.code = RW_KEY_ESC}}, .what = N_("close what is on top"), .act = close_top},
    {.keys = {{.code = RW_KEY_TAB}, {.code = RW_KEY_BACK_TAB}},
     .what = N_("next, former field"),
     .act = move},
    {.keys = {{.code = RW_KEY_ENTER}}, .what = N_("choose, go on"), .act = move},
    {.keys = {{.code = RW_KEY_DOWN}, {.code = RW_KEY_UP}}, .act = move},
    {.keys = {{.letter = '/'}}, .what = N_("filter, search"), .act = no_filter},
    {.keys = {{.letter = 'v'}}, .what = N_("show cut text"), .act = show_whole},
    {.keys = {{.letter = 'y'}}, .what = N_("copy"), .act = copy},
    {.keys = {{.letter = '?'}, {.code = RW_KEY_F1}, {.ctrl = 'o'}},
     .what = N_("this help"),
     .act = show_help},
    {.keys = {{.ctrl = 'g'}}, .what = N_("language"), .dialogs = true, .act = turn_language},
    {.keys = {{.ctrl = 't'}}, .what = N_("colours, lines"), .dialogs = true, .act = turn_theme},
    {.keys = {{.ctrl = 'l'}}, .what = N_("redraw"), .small = true, .dialogs = true, .act = repaint},
    {.keys = {{.ctrl = 'z'}},
     .what = N_("suspend (fg resumes)"),
     .small = true,
     .dialogs = true,
     .act = suspend},
    {.keys = {{.ctrl = 'c'}}, .what = N_("quit"), .dialogs = true, .act = ask_quit},
};
const size_t rw_ui_common_key_count = RW_COUNT(rw_ui_common_keys);

static bool is_binding(const struct rw_ui_binding *binding, const struct rw_key *key)
{
    return (binding->letter && rw_key_is(key, binding->letter)) ||
           (binding->ctrl && rw_key_is_ctrl(key, binding->ctrl)) ||
           (binding->code != RW_KEY_NONE && binding->code == key->code && !key->alt);
}

static bool is_empty(const struct rw_ui_binding *binding)
{
    return !binding->letter && !binding->ctrl && binding->code == RW_KEY_NONE;
}

void rw_ui_common_key_names(const struct rw_ui_common_key *row, struct rw_buf *out)
{
    for (size_t i = 0; i < RW_UI_BINDINGS && !is_empty(&row->keys[i]); i++) {
        const struct rw_ui_binding *binding = &row->keys[i];
        struct rw_screen_action as = {
            .letter = binding->letter, .ctrl = binding->ctrl, .code = binding->code};
        rw_buf_adds(out, i ? ", " : "");
        rw_screen_action_key(&as, out);
    }
}

/* Before the widget and the screen, whatever is typed there: Ctrl and function keys. */
static bool is_early(const struct rw_ui_binding *binding)
{
    return binding->ctrl || binding->code >= RW_KEY_F1;
}

static bool screen_owns(const struct rw_ui *ui, char ctrl)
{
    const struct rw_screen *screen = rw_ui_screen(ui);
    for (size_t i = 0; ctrl && i < screen->class->action_count; i++)
        if (screen->class->actions[i].ctrl == ctrl)
            return true;
    return false;
}

static bool common_key(struct rw_ui *ui, const struct rw_key *key, bool early)
{
    bool fits = rw_screen_fits(rw_ui_screen(ui), ui->rows, ui->cols);
    for (size_t i = 0; i < rw_ui_common_key_count; i++) {
        const struct rw_ui_common_key *row = &rw_ui_common_keys[i];
        if ((!fits && !row->small) || (ui->dialog_count > 0 && !row->dialogs))
            continue;
        for (size_t k = 0; k < RW_UI_BINDINGS; k++)
            if (is_early(&row->keys[k]) == early && is_binding(&row->keys[k], key) &&
                !screen_owns(ui, row->keys[k].ctrl)) {
                row->act(ui, key);
                return true;
            }
    }
    /* Neither the effect of a key nor a question can be seen: ^C leaves, as the text says. */
    if (!fits && rw_key_is_ctrl(key, 'c'))
        tell_host(ui, ui->host->quit);
    return !fits;
}

static void copy_dialog(struct rw_ui *ui, const struct rw_dialog *dialog)
{
    rw_ui_copy(ui, dialog->text.paragraphs[0].text);
}

static void dialog_key(struct rw_ui *ui, const struct rw_key *key)
{
    size_t button;
    struct rw_dialog *dialog = ui->dialogs[ui->dialog_count - 1];
    if (rw_key_is(key, 'y') && dialog->focus != RW_DIALOG_ENTRY) {
        copy_dialog(ui, dialog);
        return;
    }
    if (!rw_dialog_key(dialog, key, &button))
        return;
    ui->dialog_count--;
    ui->undrawn = true;
    rw_dialog_tell(dialog, button);
    rw_dialog_free(dialog);
}

/* Keys that were typed before what they would act on could be seen. */
static bool is_blind(const struct rw_ui *ui, const struct rw_key *key)
{
    return ui->undrawn && !rw_key_is_ctrl(key, 'c') && !rw_key_is_ctrl(key, 'l') &&
           !rw_key_is_ctrl(key, 'z');
}

/* The wheel moves what has the focus, and the focus never. */
static bool wheel(struct rw_ui *ui, const struct rw_key *key)
{
    bool up = key->code == RW_KEY_WHEEL_UP;
    struct rw_key row = {.code = up ? RW_KEY_UP : RW_KEY_DOWN};
    if (!up && key->code != RW_KEY_WHEEL_DOWN)
        return false;
    struct rw_item *item = rw_screen_item(rw_ui_screen(ui));
    for (int i = 0; i < WHEEL_ROWS; i++) {
        if (ui->dialog_count > 0)
            rw_text_view_class.key(&ui->dialogs[ui->dialog_count - 1]->text, &row);
        else if (item)
            item->class->key(item->widget, &row);
    }
    return true;
}

void rw_ui_key(struct rw_ui *ui, const struct rw_key *key)
{
    struct rw_screen *screen = rw_ui_screen(ui);
    if (!screen || is_blind(ui, key))
        return;
    if (!rw_key_is_ctrl(key, 'l')) /* what is drawn anew is the same */
        rw_strset(&ui->notice, NULL);
    rw_ui_redraw(ui);
    if (wheel(ui, key) || common_key(ui, key, true))
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
        common_key(ui, key, false);
}
