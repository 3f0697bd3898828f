/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/dialog.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/width.h"

#define WIDEST 76
#define NARROW 40

/* In the language of the moment. */
static void write_text(struct rw_dialog *dialog)
{
    struct rw_buf text = {0};
    dialog->language = rw_i18n_current();
    if (dialog->write)
        dialog->write(dialog->subject, &text);
    else if (dialog->fixed && *dialog->fixed)
        rw_buf_adds(&text, _(dialog->fixed));
    if (text.len > 0 || dialog->text.count == 0) {
        rw_text_view_clear(&dialog->text);
        rw_text_view_add(&dialog->text, RW_STYLE_NORMAL, "", RW_STYLE_NORMAL, rw_buf_str(&text));
    }
    rw_buf_done(&text);
}

/* Why the first button does not work yet. */
static char *check_word(void *context, const char *text)
{
    const struct rw_dialog *dialog = context;
    return strcmp(text, dialog->word) == 0 ? NULL : rw_asprintf(_("Type %s first."), dialog->word);
}

struct rw_dialog *rw_dialog_open(const struct rw_dialog_spec *spec)
{
    struct rw_dialog *dialog = rw_calloc(1, sizeof *dialog);
    dialog->title = spec->title;
    dialog->word = rw_strdup(spec->word);
    dialog->has_field = spec->word || spec->field;
    dialog->answered = spec->answered;
    dialog->typed = spec->typed;
    dialog->context = spec->context;
    dialog->escape = spec->escape;
    dialog->fixed = spec->text;
    dialog->write = spec->write;
    dialog->subject = spec->subject ? spec->subject : spec->context;
    dialog->drop = spec->drop;
    write_text(dialog);
    for (size_t i = 0; i < RW_BUTTONS_MAX && spec->buttons[i]; i++)
        dialog->buttons.items[dialog->buttons.count++].label = spec->buttons[i];
    if (dialog->buttons.count == 0)
        dialog->buttons.items[dialog->buttons.count++].label = N_("OK");
    dialog->buttons.at = spec->preselected < dialog->buttons.count ? spec->preselected : 0;
    if (dialog->escape >= dialog->buttons.count)
        dialog->escape = dialog->buttons.count - 1;
    if (spec->word) {
        rw_entry_init(&dialog->entry, strlen(spec->word) + 64);
        dialog->entry.check = check_word;
        dialog->entry.context = dialog;
        dialog->buttons.items[0].blocked = true;
    } else if (spec->field) {
        rw_entry_init(&dialog->entry, RW_DIALOG_TEXT_MAX);
        rw_entry_set(&dialog->entry, spec->value);
        dialog->entry.label = spec->field;
        dialog->entry.masked = spec->masked;
    }
    if (dialog->has_field)
        dialog->focus = RW_DIALOG_ENTRY;
    return dialog;
}

void rw_dialog_tell(const struct rw_dialog *dialog, size_t button)
{
    if (dialog->typed)
        dialog->typed(dialog->context, button, dialog->entry.text ? dialog->entry.text : "");
    else if (dialog->answered)
        dialog->answered(dialog->context, button);
}

void rw_dialog_free(struct rw_dialog *dialog)
{
    if (!dialog)
        return;
    if (dialog->drop)
        dialog->drop(dialog->subject);
    free(dialog->word);
    rw_text_view_done(&dialog->text);
    rw_entry_done(&dialog->entry);
    free(dialog);
}

/* ---- keys ---- */

static bool choose(struct rw_dialog *dialog, size_t *button)
{
    if (dialog->buttons.items[dialog->buttons.at].blocked) {
        rw_entry_check(&dialog->entry);
        return false;
    }
    *button = dialog->buttons.at;
    return true;
}

static void entry_key(struct rw_dialog *dialog, const struct rw_key *key)
{
    rw_entry_class.key(&dialog->entry, key);
    if (dialog->word)
        dialog->buttons.items[0].blocked = strcmp(dialog->entry.text, dialog->word) != 0;
}

bool rw_dialog_key(struct rw_dialog *dialog, const struct rw_key *key, size_t *button)
{
    switch (key->code) {
    case RW_KEY_ESC:
        *button = dialog->escape;
        return true;
    case RW_KEY_TAB:
    case RW_KEY_BACK_TAB:
        if (dialog->has_field) {
            dialog->focus = dialog->focus == RW_DIALOG_ENTRY ? RW_DIALOG_BUTTONS : RW_DIALOG_ENTRY;
        } else {
            size_t count = dialog->buttons.count, by = key->code == RW_KEY_TAB ? 1 : count - 1;
            dialog->buttons.at = (dialog->buttons.at + by) % count;
        }
        return false;
    case RW_KEY_UP:
    case RW_KEY_DOWN:
    case RW_KEY_PAGE_UP:
    case RW_KEY_PAGE_DOWN:
        rw_text_view_class.key(&dialog->text, key);
        return false;
    case RW_KEY_ENTER:
        if (dialog->focus == RW_DIALOG_ENTRY)
            dialog->buttons.at = 0;
        return choose(dialog, button);
    default:
        break;
    }
    if (dialog->focus == RW_DIALOG_ENTRY) {
        entry_key(dialog, key);
        return false;
    }
    return rw_buttons_class.key(&dialog->buttons, key) == RW_ACTIVATED && choose(dialog, button);
}

/* ---- drawing ---- */

/* Wide enough for the longest line, within reason. */
static int text_cells(const struct rw_dialog *dialog, int most)
{
    int cells = NARROW;
    int width = rw_buttons_width(&dialog->buttons);
    cells = width > cells ? width : cells;
    const char *text = dialog->text.paragraphs[0].text;
    while (*text) {
        size_t length = strcspn(text, "\n");
        width = rw_width_n(text, length);
        cells = width > cells ? width : cells;
        text += length + (text[length] == '\n');
    }
    return cells < most ? cells : most;
}

static bool can_move(const struct rw_dialog *dialog)
{
    return dialog->has_field || dialog->buttons.count > 1;
}

static bool can_scroll(const struct rw_dialog *dialog)
{
    return dialog->text.rows > dialog->text.page;
}

static bool is_masked(const struct rw_dialog *dialog)
{
    return dialog->entry.masked;
}

static const struct {
    struct rw_dialog_key key; /* label NULL: that of the button for Esc */
    bool (*works)(const struct rw_dialog *dialog);
} keys_there[RW_DIALOG_KEYS] = {
    {{"Enter", N_("Choose")}, NULL}, {{"Esc", NULL}, NULL},
    {{"Tab", N_("Move")}, can_move}, {{"PgUp PgDn", N_("Scroll")}, can_scroll},
    {{"^R", N_("Show")}, is_masked},
};

size_t rw_dialog_keys(const struct rw_dialog *dialog, struct rw_dialog_key *keys)
{
    size_t count = 0;
    for (size_t i = 0; i < RW_DIALOG_KEYS; i++) {
        if (keys_there[i].works && !keys_there[i].works(dialog))
            continue;
        keys[count] = keys_there[i].key;
        if (!keys[count].label)
            keys[count].label = dialog->buttons.items[dialog->escape].label;
        count++;
    }
    return count;
}

static void draw_keys(const struct rw_dialog *dialog, const struct rw_area *area)
{
    struct rw_dialog_key keys[RW_DIALOG_KEYS];
    size_t count = rw_dialog_keys(dialog, keys);
    struct rw_area row = rw_area_part(area, area->rows - 1, 0, 1, area->cols);
    rw_area_fill(&row, RW_STYLE_NORMAL);
    int col = 1;
    for (size_t i = 0; i < count; i++) {
        col = rw_area_text(&row, 0, col, RW_STYLE_KEY, keys[i].name) + 1;
        col = rw_area_text(&row, 0, col, RW_STYLE_NORMAL, _(keys[i].label)) + 2;
    }
}

void rw_dialog_draw(struct rw_dialog *dialog, const struct rw_area *area)
{
    if (dialog->language != rw_i18n_current())
        write_text(dialog);
    int most = (area->cols < WIDEST ? area->cols : WIDEST) - 4;
    int cells = text_cells(dialog, most);
    int below = dialog->has_field ? 4 : 2; /* a blank row and the buttons; with them, the field */
    int rows = rw_text_view_rows(&dialog->text, cells) + below + 2;
    int most_rows = area->rows - 1; /* the last one has the keys */
    if (rows > most_rows)
        rows = most_rows;
    struct rw_area frame =
        rw_area_part(area, (most_rows - rows) / 2, (area->cols - cells - 4) / 2, rows, cells + 4);
    struct rw_area box = rw_area_box(&frame, dialog->title ? _(dialog->title) : "");
    struct rw_area text = rw_area_part(&box, 0, 1, box.rows - below, box.cols - 2);
    rw_text_view_class.draw(&dialog->text, &text, false);
    if (dialog->has_field) {
        struct rw_area field = rw_area_part(&box, box.rows - 3, 1, 2, box.cols - 2);
        rw_entry_class.draw(&dialog->entry, &field, dialog->focus == RW_DIALOG_ENTRY);
    }
    int width = rw_buttons_width(&dialog->buttons);
    int col = box.cols - 2 > width ? (box.cols - width) / 2 : 1;
    struct rw_area buttons = rw_area_part(&box, box.rows - 1, col, 1, box.cols - col);
    rw_buttons_class.draw(&dialog->buttons, &buttons, dialog->focus == RW_DIALOG_BUTTONS);
    draw_keys(dialog, area);
}
