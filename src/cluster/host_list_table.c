/* SPDX-License-Identifier: Apache-2.0 */
/* A table: its first line names the columns. Cells are separated by commas, semicolons, tabs, bars
 * (Markdown) or, where a head needs no more, blanks (kubectl get nodes -o wide). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"

#define CELLS_MAX 32

/* The cells of a line; owned. */
struct cells {
    char *text[CELLS_MAX];
    size_t count;
    bool broken; /* a quote that does not end, or too many cells */
};

struct table {
    char separator;
    enum host_list_field columns[CELLS_MAX]; /* HOST_LIST_FIELDS: something else */
    size_t used;                             /* columns up to the last that counts */
};

static void cells_done(struct cells *cells)
{
    for (size_t i = 0; i < cells->count; i++)
        free(cells->text[i]);
    *cells = (struct cells){0};
}

/* ---- cells ---- */

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
    size_t at = 0;
    if (separator == '|') { /* the bars at the ends belong to no cell */
        at = strspn(line, " \t");
        at += at < length && line[at] == '|';
        while (length > at && strchr(" \t|", line[length - 1]))
            length--;
    }
    for (;;) {
        while (separator == ' ' && at < length && strchr(" \t", line[at]))
            at++;
        if (separator == ' ' && at >= length)
            return cells;
        if (cells.count == CELLS_MAX) {
            cells.broken = separator != ' '; /* what is behind them is of no column */
            return cells;
        }
        cells.text[cells.count++] = take_cell(line, length, separator, &at, &cells.broken);
        if (at >= length)
            return cells;
        at++; /* the separator */
    }
}

/* "|---|:--|" below the head in Markdown. */
static bool is_rule(const char *line, size_t length)
{
    return length > 0 && strspn(line, "-|:+= \t") >= length;
}

/* ---- the head ---- */

/* Whether the cells name a name and an address. */
static bool read_head(const struct cells *cells, struct table *table)
{
    bool name = false, address = false;
    *table = (struct table){.separator = table->separator};
    for (size_t i = 0; i < CELLS_MAX; i++) {
        enum host_list_field field =
            i < cells->count ? host_list_column(cells->text[i]) : HOST_LIST_FIELDS;
        for (size_t before = 0; before < i; before++)
            if (table->columns[before] == field)
                field = HOST_LIST_FIELDS; /* a second address */
        table->columns[i] = field;
        name = name || field == HOST_LIST_NAME;
        address = address || field == HOST_LIST_ADDRESS;
        if (field < HOST_LIST_FIELDS)
            table->used = i + 1;
    }
    return name && address;
}

/* Finds the head in the first line that holds anything; *rest is what follows it. */
static bool find_head(const char *text, struct table *table, const char **rest, int *line_number)
{
    static const char separators[] = {'\t', '|', ';', ',', ' '};
    const char *line;
    size_t length;
    bool found = false;
    *line_number = 0;
    while (rw_text_line(&text, &line, &length)) {
        size_t blanks = strspn(line, HOST_LIST_BLANKS);
        ++*line_number;
        if (blanks >= length || line[blanks] == '#')
            continue;
        for (size_t i = 0; i < sizeof separators && !found; i++) {
            table->separator = separators[i];
            struct cells cells = split(line, length, separators[i]);
            found = read_head(&cells, table);
            cells_done(&cells);
        }
        break;
    }
    *rest = text;
    return found;
}

/* ---- rows ---- */

/* Names the columns of something else. */
static void leave_columns(struct host_list_reader *reader, const struct table *table,
                          const char *text, int number)
{
    const char *cursor = text, *line = "";
    size_t length = 0;
    for (int i = 0; i < number; i++)
        rw_text_line(&cursor, &line, &length);
    struct cells cells = split(line, length, table->separator);
    for (size_t i = 0; i < cells.count; i++)
        if (table->columns[i] == HOST_LIST_FIELDS && *cells.text[i] &&
            strcmp(cells.text[i], "#") != 0)
            host_list_leave(reader,
                            host_list_is_password(cells.text[i]) ? HOST_LIST_LEFT_PASSWORD
                                                                 : HOST_LIST_LEFT_OTHER,
                            cells.text[i], number);
    cells_done(&cells);
}

static void read_row(struct host_list_reader *reader, const struct table *table,
                     const struct cells *cells, int number)
{
    struct host_list_words words = {0};
    bool good = !cells->broken && (table->separator != ' ' || cells->count >= table->used);
    for (size_t i = 0; i < cells->count; i++)
        if (table->columns[i] < HOST_LIST_FIELDS && strcmp(cells->text[i], "-") != 0)
            host_list_set(&words, table->columns[i], cells->text[i]);
    if (good && (words.text[HOST_LIST_NAME] || words.text[HOST_LIST_ADDRESS]))
        host_list_add(reader, &words, number, NULL);
    else
        host_list_bad_line(reader, number);
    host_list_words_done(&words);
}

/* ---- interface ---- */

bool host_list_is_table(const struct host_list_text *text)
{
    struct table table = {0};
    const char *rest;
    int number;
    return find_head(text->plain, &table, &rest, &number);
}

void host_list_read_table(struct host_list_reader *reader, const struct host_list_text *text)
{
    struct table table = {0};
    const char *cursor, *line;
    size_t length;
    int number;
    find_head(text->plain, &table, &cursor, &number);
    leave_columns(reader, &table, text->plain, number);
    while (rw_text_line(&cursor, &line, &length)) {
        size_t blanks = strspn(line, HOST_LIST_BLANKS);
        number++;
        if (blanks >= length || line[blanks] == '#' || is_rule(line, length))
            continue;
        struct cells cells = split(line, length, table.separator);
        bool empty = !cells.broken;
        for (size_t i = 0; i < cells.count; i++)
            empty = empty && !*cells.text[i];
        if (!empty)
            read_row(reader, &table, &cells, number);
        cells_done(&cells);
    }
}
