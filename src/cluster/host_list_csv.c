/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"

#define CELLS_MAX 32
#define IGNORED   HOST_LIST_FIELDS /* a column of something else */

/* The cells of a line; owned. */
struct cells {
    char *text[CELLS_MAX];
    size_t count;
    bool broken; /* a quote that does not end, or too many cells */
};

static void cells_done(struct cells *cells)
{
    for (size_t i = 0; i < cells->count; i++)
        free(cells->text[i]);
    *cells = (struct cells){0};
}

/* Reads one cell from *at on, quoted ("a ""b""") or bare, without the blanks around it. */
static char *take_cell(const char *line, size_t length, char separator, size_t *at, bool *broken)
{
    char *cell = rw_calloc(length + 1, 1);
    size_t used = 0;
    bool quoted = false;
    while (*at < length && strchr(" \t", line[*at]) && line[*at] != separator)
        (*at)++;
    if (*at < length && line[*at] == '"') {
        quoted = true;
        (*at)++;
    }
    while (*at < length && (quoted || line[*at] != separator)) {
        if (quoted && line[*at] == '"') {
            (*at)++;
            if (*at >= length || line[*at] != '"') {
                quoted = false;
                continue;
            }
        }
        cell[used++] = line[(*at)++];
    }
    while (used > 0 && strchr(" \t", cell[used - 1]))
        cell[--used] = '\0';
    cell[used] = '\0';
    *broken = *broken || quoted;
    return cell;
}

static struct cells split(const char *line, size_t length, char separator)
{
    struct cells cells = {0};
    for (size_t at = 0;;) {
        if (cells.count == CELLS_MAX) {
            cells.broken = true;
            return cells;
        }
        cells.text[cells.count++] = take_cell(line, length, separator, &at, &cells.broken);
        if (at >= length)
            return cells;
        at++; /* the separator */
    }
}

static enum host_list_field column_by_head(const char *word)
{
    static const struct {
        const char *word;
        enum host_list_field field;
    } heads[] = {
        {"name", HOST_LIST_NAME},
        {"hostname", HOST_LIST_NAME},
        {"host", HOST_LIST_NAME},
        {"node", HOST_LIST_NAME},
        {"address", HOST_LIST_ADDRESS},
        {"ip", HOST_LIST_ADDRESS},
        {"ip address", HOST_LIST_ADDRESS},
        {"role", HOST_LIST_ROLE},
        {"user", HOST_LIST_USER},
        {"login", HOST_LIST_USER},
        {"port", HOST_LIST_PORT},
        {"ssh port", HOST_LIST_PORT},
        {"key", HOST_LIST_KEY},
    };
    for (size_t i = 0; i < RW_COUNT(heads); i++)
        if (strcasecmp(heads[i].word, word) == 0)
            return heads[i].field;
    return IGNORED;
}

/* Takes the first line for a head when it names both a name and an address. */
static bool read_head(const struct cells *cells, enum host_list_field *columns)
{
    bool name = false, address = false;
    for (size_t i = 0; i < cells->count; i++) {
        columns[i] = column_by_head(cells->text[i]);
        name = name || columns[i] == HOST_LIST_NAME;
        address = address || columns[i] == HOST_LIST_ADDRESS;
    }
    return name && address;
}

static void read_row(struct host_list_reader *reader, struct cells *cells,
                     const enum host_list_field *columns, const char *line, size_t length,
                     int number)
{
    struct host_list_words words = {0};
    size_t filled = 0;
    for (size_t i = 0; i < cells->count; i++) {
        if (columns[i] >= HOST_LIST_FIELDS || !*cells->text[i] || words.text[columns[i]])
            continue;
        words.text[columns[i]] = cells->text[i];
        cells->text[i] = NULL;
        filled++;
    }
    if (filled < 2 || cells->broken) {
        host_list_show(host_list_problem(reader, RW_F_HOST_LIST_LINE, number), "line", line,
                       length);
        host_list_words_done(&words);
        return;
    }
    host_list_add(reader, &words, number);
}

void host_list_read_csv(struct host_list_reader *reader, const char *text)
{
    enum host_list_field columns[CELLS_MAX];
    for (size_t i = 0; i < CELLS_MAX; i++)
        columns[i] = i < HOST_LIST_KEY ? (enum host_list_field)i : IGNORED;
    const char *line;
    size_t length;
    char separator = '\0';
    for (int number = 1; rw_text_line(&text, &line, &length); number++) {
        size_t blanks = strspn(line, " \t");
        if (blanks >= length || line[blanks] == '#')
            continue;
        bool first = separator == '\0';
        if (first)
            separator = memchr(line, ',', length) ? ',' : ';';
        struct cells cells = split(line, length, separator);
        enum host_list_field head[CELLS_MAX];
        bool empty = true;
        for (size_t i = 0; i < cells.count; i++)
            empty = empty && !*cells.text[i];
        if (first && read_head(&cells, head)) {
            for (size_t i = 0; i < CELLS_MAX; i++)
                columns[i] = i < cells.count ? head[i] : IGNORED;
        } else if (!empty || cells.broken) {
            read_row(reader, &cells, columns, line, length, number);
        }
        cells_done(&cells);
    }
}
