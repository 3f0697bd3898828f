/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what a terminal sends, in one piece and in pieces: the same keys come out, and a
 * field, a log and a wrapped text take them without harm. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/entry.h"
#include "ui/key.h"
#include "ui/log_view.h"
#include "ui/width.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct target {
    struct rw_entry entry;
    struct rw_buf told;
};

static void sink(void *context, const struct rw_key *key)
{
    struct target *target = context;
    if ((key->code == RW_KEY_CHAR || key->code == RW_KEY_PASTE) && key->text[key->size] != '\0')
        abort();
    rw_buf_addf(&target->told, "%d%d%d%c", (int)key->code, key->ctrl, key->alt,
                key->letter ? key->letter : ' ');
    rw_buf_add(&target->told, key->text, key->text ? key->size : 0);
    rw_entry_class.key(&target->entry, key);
    if (target->entry.size > target->entry.max || target->entry.cursor > target->entry.size ||
        strlen(target->entry.text) != target->entry.size)
        abort();
}

static void feed(struct target *target, const char *bytes, size_t size, size_t piece)
{
    struct rw_key_parser parser = {0};
    rw_entry_init(&target->entry, 64);
    for (size_t at = 0; at < size;) {
        size_t some = piece < size - at ? piece : size - at;
        rw_keys_feed(&parser, bytes + at, some, sink, target);
        at += some;
    }
    rw_keys_flush(&parser, sink, target);
    rw_keys_reset(&parser);
}

/* Lines are no wider than asked, and together hold all but blanks and line ends. */
static void check_wrap(const char *text, size_t size, int cells)
{
    for (size_t at = 0, next; at < size; at += next) {
        size_t length = rw_wrap(text + at, size - at, cells, &next);
        if (next == 0 || length > next || next > size - at)
            abort();
        if (rw_width_n(text + at, length) > cells && rw_cluster_next(text + at, length, 0) < length)
            abort();
        for (size_t i = length; i < next; i++)
            if (text[at + i] != ' ' && text[at + i] != '\n')
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t piece = data[0] % 16 + 1u;
    const char *bytes = (const char *)data + 1;
    size--;
    struct target whole = {0}, pieces = {0};
    feed(&whole, bytes, size, size ? size : 1);
    feed(&pieces, bytes, size, piece);
    if (whole.told.len != pieces.told.len ||
        (whole.told.len && memcmp(whole.told.data, pieces.told.data, whole.told.len) != 0))
        abort();
    check_wrap(bytes, size, (int)piece);
    struct rw_log_view view;
    rw_log_view_init(&view, 4);
    rw_log_view_add(&view, bytes, size);
    for (uint64_t i = view.first; i < view.end; i++)
        for (const char *c = rw_log_view_line(&view, i); *c; c++)
            if ((unsigned char)*c < 0x20 || *c == 0x7F)
                abort();
    rw_log_view_done(&view);
    rw_entry_done(&whole.entry);
    rw_entry_done(&pieces.entry);
    rw_buf_done(&whole.told);
    rw_buf_done(&pieces.told);
    return 0;
}
