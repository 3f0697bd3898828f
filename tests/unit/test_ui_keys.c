/* SPDX-License-Identifier: Apache-2.0 */
/* Every key that is documented - in the last row, and in the help - does something in every state
 * of every screen and dialog, or says why not; and every key that does something is documented. The
 * tables of keys (rw_screen_action, rw_ui_common_keys, rw_dialog_keys) are walked, not a list of
 * this test. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "unit/ui_states.h"

#define PLACES_MAX 20

/* ---- what a key is called, and what a terminal sends ---- */

static const struct {
    const char *name, *bytes;
} named[] = {
    {"Tab", TAB},        {"Shift-Tab", BACK_TAB},
    {"Enter", ENTER},    {"Esc", ESC},
    {"Right", RIGHT},    {"Left", LEFT},
    {"F1", "\033OP"},    {"PgUp", PAGE_UP},
    {"PgDn", PAGE_DOWN}, {"F9", F9},
    {"F10", F10},        {"Down", DOWN},
    {"Up", UP},
};

/* The bytes of a key by its name, in a static buffer of two turns. */
static const char *bytes_of(const char *name)
{
    static char bytes[2][2];
    static size_t turn;
    for (size_t i = 0; i < RW_COUNT(named); i++)
        if (strcmp(named[i].name, name) == 0)
            return named[i].bytes;
    char *one = bytes[turn++ % 2];
    one[0] = name[0] == '^' && name[1] ? (char)(name[1] & 0x1F) : name[0];
    cr_assert(strlen(name) == (name[0] == '^' && name[1] ? 2 : 1), "no key is called %s", name);
    return one;
}

/* ---- looking ---- */

static char *picture(void)
{
    struct rw_buf out = {0};
    scene_draw();
    rw_canvas_print(&out, &scene.canvas);
    rw_canvas_print_styles(&out, &scene.canvas);
    rw_buf_addf(&out, "%d %d %zu %zu", scene.quits, scene.told, scene.ui.depth,
                scene.ui.dialog_count);
    return rw_buf_take(&out);
}

static bool is_typing(void)
{
    const struct rw_item *item = rw_screen_item(rw_ui_screen(&scene.ui));
    return item && item->class->takes_text && item->class->takes_text(item->widget);
}

/* Moves the focus to where letters are keys. */
static void stop_typing(void)
{
    for (int i = 0; i < PLACES_MAX && is_typing(); i++)
        scene_press(TAB);
}

/* How many places can have the focus. */
static size_t places(void)
{
    struct rw_screen *screen = rw_ui_screen(&scene.ui);
    size_t first = screen->focus, count = 0;
    do {
        rw_screen_move_focus(screen, true);
        count++;
    } while (screen->focus != first && count < PLACES_MAX);
    return count;
}

/* Presses the key, and looks whether anything is different. */
static bool has_effect(const char *bytes)
{
    char *before = picture();
    scene_press(bytes);
    char *after = picture();
    bool differs = strcmp(before, after) != 0;
    free(before);
    free(after);
    return differs;
}

static bool helps_with(const char *text)
{
    struct rw_buf out = {0};
    scene_press("\033OP");
    const struct rw_dialog *help = scene.ui.dialogs[0];
    bool found = strstr(help->text.paragraphs[0].text, text);
    scene_press(ESC);
    rw_buf_done(&out);
    return found;
}

/* ---- the keys of the screens ---- */

static void check_action(const struct ui_state *state, size_t index)
{
    ui_state_enter(state);
    stop_typing();
    struct rw_screen *screen = rw_ui_screen(&scene.ui);
    const struct rw_screen_action *action = &screen->class->actions[index];
    struct rw_buf name = {0};
    rw_screen_action_key(action, &name);
    const char *key = rw_buf_str(&name);
    const char *what = action->what ? action->what : action->label;
    cr_expect(helps_with(key), "%s: %s is not in the help", state->name, key);
    cr_expect(!what || helps_with(_(what)), "%s: the help does not say: %s", state->name, what);
    if (action->label)
        cr_expect(scene_shows(_(action->label)), "%s: the last row does not say: %s", state->name,
                  action->label);
    cr_expect(action->code < RW_KEY_F1 || action->code > RW_KEY_F12 || action->letter ||
                  action->ctrl,
              "%s: %s has no twin", state->name, key);
    const char *why = action->why_not ? action->why_not(screen) : NULL;
    cr_expect(has_effect(bytes_of(key)), "%s: %s does nothing", state->name, key);
    cr_expect(!why || scene_shows(_(why)), "%s: %s does not say why not", state->name, key);
    rw_buf_done(&name);
    ui_state_leave(state);
}

Test(ui_keys, every_key_of_every_screen_is_documented_and_does_something, .timeout = 240)
{
    for (size_t i = 0; i < ui_state_count; i++) {
        ui_state_enter(&ui_states[i]);
        size_t count = scene.ui.dialog_count ? 0 : rw_ui_screen(&scene.ui)->class->action_count;
        ui_state_leave(&ui_states[i]);
        for (size_t k = 0; k < count; k++)
            check_action(&ui_states[i], k);
    }
}

/* ---- the keys that work everywhere ---- */

/* "Tab, Shift-Tab" is two keys; each of them alone. */
static void check_common(const struct ui_state *state, const char *names)
{
    while (*names) {
        size_t length = strcspn(names, ",");
        char *name = rw_strndup(names, length);
        ui_state_enter(state);
        stop_typing();
        bool moves = strcmp(name, "Enter") == 0 || strstr(name, "Tab") ||
                     strcmp(name, "Down") == 0 || strcmp(name, "Up") == 0;
        if (!moves || places() > 1)
            cr_expect(has_effect(bytes_of(name)), "%s: %s does nothing", state->name, name);
        ui_state_leave(state);
        free(name);
        names += length;
        names += strspn(names, ", ");
    }
}

Test(ui_keys, the_keys_that_work_everywhere_do, .timeout = 240)
{
    for (size_t i = 0; i < ui_state_count; i++) {
        ui_state_enter(&ui_states[i]);
        bool dialog = scene.ui.dialog_count > 0;
        ui_state_leave(&ui_states[i]);
        for (size_t k = 0; !dialog && k < rw_ui_common_key_count; k++) {
            struct rw_buf names = {0};
            rw_ui_common_key_names(&rw_ui_common_keys[k], &names);
            check_common(&ui_states[i], rw_buf_str(&names));
            rw_buf_done(&names);
        }
    }
}

/* ---- the keys of dialogs ---- */

static void check_dialog_key(const struct ui_state *state, size_t index)
{
    struct rw_dialog_key keys[RW_DIALOG_KEYS];
    ui_state_enter(state);
    rw_dialog_keys(scene.ui.dialogs[scene.ui.dialog_count - 1], keys);
    const char *names = keys[index].name;
    cr_expect(scene_shows(names), "%s: the last row does not say %s", state->name, names);
    cr_expect(scene_shows(_(keys[index].label)), "%s: the last row does not say %s", state->name,
              keys[index].label);
    bool any = false;
    while (*names) {
        size_t length = strcspn(names, " ");
        char *name = rw_strndup(names, length);
        any = has_effect(bytes_of(name)) || any;
        free(name);
        names += length + (names[length] == ' ');
    }
    cr_expect(any, "%s: %s does nothing", state->name, keys[index].name);
    ui_state_leave(state);
}

Test(ui_keys, every_key_of_every_dialog_does_something, .timeout = 60)
{
    size_t dialogs = 0;
    for (size_t i = 0; i < ui_state_count; i++) {
        struct rw_dialog_key keys[RW_DIALOG_KEYS];
        ui_state_enter(&ui_states[i]);
        size_t at = scene.ui.dialog_count;
        size_t count = at ? rw_dialog_keys(scene.ui.dialogs[at - 1], keys) : 0;
        ui_state_leave(&ui_states[i]);
        dialogs += count > 0;
        for (size_t k = 0; k < count; k++)
            check_dialog_key(&ui_states[i], k);
    }
    cr_expect_gt(dialogs, 10);
}

/* ---- letters in fields ---- */

/* All of them change the text and nothing else. */
static void type_all(const char *name)
{
    size_t depth = scene.ui.depth, dialogs = scene.ui.dialog_count;
    const struct rw_screen *screen = rw_ui_screen(&scene.ui);
    size_t focus = screen->focus;
    for (char c = ' '; c < 0x7F; c++) {
        char key[2] = {c, '\0'};
        scene_press(key);
        cr_expect(scene.ui.depth == depth && scene.ui.dialog_count == dialogs && scene.quits == 0 &&
                      rw_ui_screen(&scene.ui) == screen && screen->focus == focus &&
                      !scene.ui.notice,
                  "%s: '%c' is more than a letter", name, c);
    }
}

Test(ui_keys, letters_are_text_where_text_is_typed, .timeout = 60)
{
    size_t fields = 0;
    for (size_t i = 0; i < ui_state_count; i++) {
        ui_state_enter(&ui_states[i]);
        const struct rw_screen *screen = rw_ui_screen(&scene.ui);
        size_t at = scene.ui.dialog_count, first = screen->focus, moved = 0;
        if (at && scene.ui.dialogs[at - 1]->focus == RW_DIALOG_ENTRY) {
            type_all(ui_states[i].name);
            fields++;
        }
        do {
            scene_draw(); /* which may hide the place of the focus */
            if (at == 0 && is_typing()) {
                type_all(ui_states[i].name);
                fields++;
            }
            scene_press(at ? "" : TAB);
        } while (at == 0 && screen->focus != first && ++moved < PLACES_MAX);
        ui_state_leave(&ui_states[i]);
    }
    cr_expect_gt(fields, 30);
}
