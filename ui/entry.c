/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "ui/width.h"

void rw_entry_init(struct rw_entry *entry, size_t max)
{
    memset(entry, 0, sizeof *entry);
    entry->max = max;
    entry->text = rw_calloc(max + 1, 1); /* never moved, so that no copy stays behind */
}

void rw_entry_done(struct rw_entry *entry)
{
    if (!entry || !entry->text)
        return;
    rw_secret_wipe(entry->text, entry->max + 1);
    free(entry->text);
    free(entry->message);
    entry->text = entry->message = NULL;
}

/* ---- editing ---- */

static void cut(struct rw_entry *entry, size_t from, size_t to)
{
    memmove(entry->text + from, entry->text + to, entry->size - to + 1);
    entry->size -= to - from;
    rw_secret_wipe(entry->text + entry->size, to - from);
    entry->cursor = from;
}

/* Inserts whole characters as long as they fit. Blanks stand for line ends and tabs; those around
 * a paste, and other control characters, are left out. */
static bool insert(struct rw_entry *entry, const char *text, size_t size, bool pasted)
{
    size_t before = entry->size;
    while (pasted && size > 0 && strchr("\r\n\t ", text[size - 1]))
        size--;
    while (pasted && size > 0 && strchr("\r\n\t ", *text)) {
        text++;
        size--;
    }
    for (size_t at = 0, length; at < size; at += length) {
        uint32_t c;
        char character[4];
        length = rw_char_read(text + at, size - at, &c);
        if (c == '\r' && at + 1 < size && text[at + 1] == '\n')
            continue;
        if (c == '\r' || c == '\n' || c == '\t')
            c = ' ';
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == RW_CHAR_BAD)
            continue;
        size_t bytes = rw_char_write(c, character);
        if (entry->size + bytes > entry->max)
            break;
        memmove(entry->text + entry->cursor + bytes, entry->text + entry->cursor,
                entry->size - entry->cursor + 1);
        memcpy(entry->text + entry->cursor, character, bytes);
        entry->size += bytes;
        entry->cursor += bytes;
        rw_secret_wipe(character, sizeof character);
    }
    return entry->size != before;
}

void rw_entry_set(struct rw_entry *entry, const char *text)
{
    cut(entry, 0, entry->size);
    if (text)
        insert(entry, text, strlen(text), false);
    entry->first = 0;
    rw_strset(&entry->message, NULL);
}

static size_t step(const struct rw_entry *entry, size_t at, bool forward)
{
    return forward ? rw_cluster_next(entry->text, entry->size, at)
                   : rw_cluster_back(entry->text, entry->size, at);
}

/* A word is what no blank or ASCII punctuation separates. */
static bool in_word(const struct rw_entry *entry, size_t at)
{
    return at < entry->size && !strchr(" !\"#$%&'()*+,./:;<=>?@[\\]^`{|}~", entry->text[at]);
}

static size_t word(const struct rw_entry *entry, bool forward)
{
    size_t at = entry->cursor;
    if (forward) {
        while (at < entry->size && !in_word(entry, at))
            at = step(entry, at, true);
        while (in_word(entry, at))
            at = step(entry, at, true);
        return at;
    }
    while (at > 0 && !in_word(entry, step(entry, at, false)))
        at = step(entry, at, false);
    while (at > 0 && in_word(entry, step(entry, at, false)))
        at = step(entry, at, false);
    return at;
}

static size_t to_start(const struct rw_entry *entry)
{
    (void)entry;
    return 0;
}

static size_t to_end(const struct rw_entry *entry)
{
    return entry->size;
}

static size_t to_left(const struct rw_entry *entry)
{
    return step(entry, entry->cursor, false);
}

static size_t to_right(const struct rw_entry *entry)
{
    return step(entry, entry->cursor, true);
}

static size_t word_left(const struct rw_entry *entry)
{
    return word(entry, false);
}

static size_t word_right(const struct rw_entry *entry)
{
    return word(entry, true);
}

/* ^W of a shell: back to the blank. */
static size_t blank_left(const struct rw_entry *entry)
{
    size_t at = entry->cursor;
    while (at > 0 && entry->text[at - 1] == ' ')
        at--;
    while (at > 0 && entry->text[at - 1] != ' ')
        at--;
    return at;
}

/* Where a key leads; `cuts` takes away what lies between. */
static const struct RW_ROW {
    enum rw_key_code code;
    char letter;
    bool ctrl, alt;
    size_t (*where)(const struct rw_entry *entry);
    bool cuts;
} edits[] = {
    {.code = RW_KEY_LEFT, .where = to_left},
    {.code = RW_KEY_RIGHT, .where = to_right},
    {.code = RW_KEY_HOME, .where = to_start},
    {.code = RW_KEY_END, .where = to_end},
    {.code = RW_KEY_LEFT, .ctrl = true, .where = word_left},
    {.code = RW_KEY_RIGHT, .ctrl = true, .where = word_right},
    {.code = RW_KEY_LEFT, .alt = true, .where = word_left},
    {.code = RW_KEY_RIGHT, .alt = true, .where = word_right},
    {.code = RW_KEY_BACKSPACE, .where = to_left, .cuts = true},
    {.code = RW_KEY_DELETE, .where = to_right, .cuts = true},
    {.code = RW_KEY_BACKSPACE, .alt = true, .where = word_left, .cuts = true},
    {.code = RW_KEY_DELETE, .ctrl = true, .where = word_right, .cuts = true},
    {.code = RW_KEY_CTRL, .letter = 'a', .where = to_start},
    {.code = RW_KEY_CTRL, .letter = 'e', .where = to_end},
    {.code = RW_KEY_CTRL, .letter = 'b', .where = to_left},
    {.code = RW_KEY_CTRL, .letter = 'f', .where = to_right},
    {.code = RW_KEY_CTRL, .letter = 'd', .where = to_right, .cuts = true},
    {.code = RW_KEY_CTRL, .letter = 'u', .where = to_start, .cuts = true},
    {.code = RW_KEY_CTRL, .letter = 'k', .where = to_end, .cuts = true},
    {.code = RW_KEY_CTRL, .letter = 'w', .where = blank_left, .cuts = true},
    {.code = RW_KEY_CHAR, .letter = 'b', .alt = true, .where = word_left},
    {.code = RW_KEY_CHAR, .letter = 'f', .alt = true, .where = word_right},
    {.code = RW_KEY_CHAR, .letter = 'd', .alt = true, .where = word_right, .cuts = true},
};

static enum rw_handled edit(struct rw_entry *entry, const struct rw_key *key)
{
    for (size_t i = 0; i < RW_COUNT(edits); i++) {
        if (edits[i].code != key->code || edits[i].letter != key->letter ||
            edits[i].ctrl != key->ctrl || edits[i].alt != key->alt)
            continue;
        size_t where = edits[i].where(entry), from = entry->cursor;
        entry->cursor = where;
        if (!edits[i].cuts || where == from)
            return RW_USED;
        cut(entry, where < from ? where : from, where < from ? from : where);
        return RW_CHANGED;
    }
    return RW_IGNORED;
}

static enum rw_handled on_key(void *widget, const struct rw_key *key)
{
    struct rw_entry *entry = widget;
    enum rw_handled handled = edit(entry, key);
    if (handled == RW_IGNORED && key->code == RW_KEY_ENTER)
        return RW_ACTIVATED;
    if (handled == RW_IGNORED && entry->masked && rw_key_is_ctrl(key, 'r')) {
        entry->revealed = !entry->revealed;
        entry->first = 0;
        return RW_USED;
    }
    if ((key->code == RW_KEY_CHAR && !key->alt) || key->code == RW_KEY_PASTE)
        handled =
            insert(entry, key->text, key->size, key->code == RW_KEY_PASTE) ? RW_CHANGED : RW_USED;
    if (handled == RW_CHANGED && entry->message)
        rw_entry_check(entry);
    return handled;
}

bool rw_entry_check(struct rw_entry *entry)
{
    free(entry->message);
    entry->message = entry->check ? entry->check(entry->context, entry->text) : NULL;
    return !entry->message;
}

/* ---- drawing ---- */

/* A star for each cluster, to rw_secret_free(); *cursor is moved to the same place in it. */
static char *stars(const struct rw_entry *entry, size_t *cursor)
{
    char *text = rw_calloc(entry->size + 1, 1);
    size_t count = 0, place = 0;
    for (size_t at = 0; at < entry->size; at = step(entry, at, true)) {
        if (at < entry->cursor)
            place = count + 1;
        text[count++] = '*';
    }
    *cursor = place;
    return text;
}

/* Moves the first cluster shown so that the cursor is in sight, and no room is wasted. */
static void scroll(struct rw_entry *entry, const char *text, size_t size, size_t cursor, int cells)
{
    if (entry->first > cursor)
        entry->first = cursor;
    while (entry->first < cursor &&
           rw_width_n(text + entry->first, cursor - entry->first) > cells - 1)
        entry->first = rw_cluster_next(text, size, entry->first);
    while (entry->first > 0) {
        size_t before = rw_cluster_back(text, size, entry->first);
        if (rw_width_n(text + before, size - before) > cells - 1)
            break;
        entry->first = before;
    }
}

static void draw_field(struct rw_entry *entry, const struct rw_area *area, bool focused)
{
    int cells = area->cols - 2;
    bool hidden = entry->masked && !entry->revealed;
    size_t cursor = entry->cursor;
    char *text = hidden ? stars(entry, &cursor) : rw_strdup(entry->text);
    size_t size = strlen(text);
    scroll(entry, text, size, cursor, cells);
    size_t shown = rw_width_fit(text + entry->first, size - entry->first, cells);
    struct rw_area field = rw_area_part(area, 0, 1, 1, cells);
    int end = rw_area_text_n(&field, 0, 0, RW_STYLE_FIELD, text + entry->first, shown);
    if (size == 0 && entry->empty)
        end = rw_area_text(&field, 0, 0, RW_STYLE_DIM, _(entry->empty));
    while (end < cells)
        end = rw_area_text(&field, 0, end, RW_STYLE_FIELD, "_");
    enum rw_style edge = focused ? RW_STYLE_STRONG : RW_STYLE_NORMAL;
    rw_area_text(area, 0, 0, edge, entry->first > 0 ? "<" : "[");
    rw_area_text(area, 0, cells + 1, edge, entry->first + shown < size ? ">" : "]");
    if (focused && cursor >= entry->first)
        rw_area_cursor(&field, 0, rw_width_n(text + entry->first, cursor - entry->first));
    rw_secret_free(text);
}

static void draw(void *widget, const struct rw_area *area, bool focused)
{
    struct rw_entry *entry = widget;
    int col = 0;
    if (entry->label) {
        const char *label = _(entry->label);
        int cells = entry->label_cells ? entry->label_cells : rw_width(label) + 1;
        rw_area_cell(area, 0, 0, cells - 1, focused ? RW_STYLE_STRONG : RW_STYLE_NORMAL, label);
        col = cells;
    }
    int rest = area->cols - col;
    int cells = entry->field_cells && entry->field_cells < rest ? entry->field_cells : rest;
    struct rw_area field = rw_area_part(area, 0, col, 1, cells);
    draw_field(entry, &field, focused);
    if (entry->message && entry->check)
        rw_entry_check(entry); /* in the language of the moment */
    if (entry->message && area->rows == 1 && col > 0)
        rw_area_text(area, 0, col - 1, RW_STYLE_FAIL, "!"); /* no room to say more */
    if (entry->message && area->rows > 1) {
        struct rw_area below = rw_area_part(area, 1, col, area->rows - 1, rest);
        rw_area_wrap(&below, RW_STYLE_FAIL, entry->message);
    }
}

static bool takes_text(const void *widget)
{
    (void)widget;
    return true;
}

static void leave(void *widget)
{
    rw_entry_check(widget);
}

static char *whole(const void *widget)
{
    const struct rw_entry *entry = widget;
    return entry->message ? rw_strdup(entry->message) : NULL;
}

const struct rw_widget_class rw_entry_class = {
    .key = on_key, .draw = draw, .takes_text = takes_text, .leave = leave, .whole = whole};
