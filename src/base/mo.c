/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mo.h"

#include <stdint.h>
#include <string.h>

/* Where the numbers of the head stand, and how long an entry of the two tables is: length and
 * offset of a text (GNU gettext manual, "The Format of GNU MO Files"). */
enum { COUNT = 8, TEXTS = 12, TRANSLATIONS = 16, ENTRY = 8 };

static uint32_t number_at(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The text of an entry of the table whose offset stands at the given place of the head. */
static const char *text_at(const unsigned char *mo, size_t table, size_t index, size_t *length)
{
    const unsigned char *entry = mo + number_at(mo + table) + index * ENTRY;
    *length = number_at(entry);
    return (const char *)mo + number_at(entry + 4);
}

/* The forms follow each other, with a NUL between them. */
static const char *form_of(const char *text, size_t length, size_t form)
{
    const char *end = text + length;
    for (; form > 0; form--) {
        text += strlen(text) + 1;
        if (text > end)
            return NULL;
    }
    return text;
}

const struct rw_catalogue *rw_mo_of(const char *code)
{
    for (const struct rw_catalogue *catalogue = rw_catalogues; catalogue->code; catalogue++)
        if (strcmp(catalogue->code, code) == 0)
            return catalogue;
    return NULL;
}

const char *rw_mo_find(const struct rw_catalogue *catalogue, const char *text, size_t form)
{
    size_t length, low = 0, high = number_at(catalogue->mo + COUNT);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        /* Of a text with a plural the singular counts: it ends with a NUL. */
        int order = strcmp(text, text_at(catalogue->mo, TEXTS, middle, &length));
        if (order == 0) {
            const char *found = text_at(catalogue->mo, TRANSLATIONS, middle, &length);
            return form_of(found, length, form);
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
