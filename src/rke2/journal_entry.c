/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/journal_entry.h"

#include <jansson.h>

#include "base/mem.h"

/* journalctl writes what is not UTF-8 as an array of numbers. */
static void add_bytes(struct rw_buf *text, const json_t *bytes)
{
    size_t i;
    json_t *byte;
    json_array_foreach(bytes, i, byte)
    {
        json_int_t value = json_integer_value(byte);
        if (value > 0 && value < 256)
            rw_buf_addc(text, (char)value);
    }
}

bool rw_journal_entry(const char *line, size_t length, struct rw_buf *text, char **cursor)
{
    json_t *entry = json_loadb(line, length, 0, NULL);
    const char *place = json_string_value(json_object_get(entry, "__CURSOR"));
    const json_t *message = json_object_get(entry, "MESSAGE");
    bool good = place && *place;
    if (good) {
        *cursor = rw_strdup(place);
        if (json_is_string(message))
            rw_buf_add(text, json_string_value(message), json_string_length(message));
        else
            add_bytes(text, message);
    }
    json_decref(entry);
    return good;
}
