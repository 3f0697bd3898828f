/* SPDX-License-Identifier: Apache-2.0 */
/* An Ansible inventory in INI: hosts in groups, variables behind a host, of a group ([group:vars]),
 * and groups of groups ([group:children]). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"

#define NAME_LETTERS                                                                               \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-:" /* of a section */

enum section {
    SECTION_HOSTS,
    SECTION_VARS,
    SECTION_CHILDREN,
};

struct ini {
    struct host_list_reader *reader;
    struct host_list_groups *groups;
    size_t group;
    enum section section;
};

/* The length of a line without a comment behind a blank. */
static size_t without_comment(const char *line, size_t length)
{
    char quote = '\0';
    for (size_t i = 0; i < length; i++) {
        if (quote ? line[i] == quote : strchr("\"'", line[i]) != NULL)
            quote = quote ? '\0' : line[i];
        else if (!quote && strchr("#;", line[i]) && (i == 0 || isspace((unsigned char)line[i - 1])))
            return i;
    }
    return length;
}

/* ---- lines ---- */

/* "name=value" behind a host. */
static bool take_pair(struct ini *ini, char *word, int line)
{
    char *equals = strchr(word, '=');
    if (!equals || equals == word)
        return false;
    *equals = '\0';
    host_list_host_variable(ini->groups, word, equals + 1, line);
    return true;
}

static bool read_host(struct ini *ini, const char *line, size_t length, int number)
{
    size_t at = 0, count = 0;
    bool good = true;
    for (char *word; good && (word = host_list_shell_word(line, length, &at)); count++) {
        good = count == 0 ? host_list_group_hosts(ini->groups, ini->group, word, number) > 0
                          : take_pair(ini, word, number);
        free(word);
    }
    return good;
}

/* "name = value", with blanks around the sign or not; the value is the rest of the line. */
static bool read_variable(struct ini *ini, const char *line, size_t length, int number)
{
    const char *equals = memchr(line, '=', length);
    if (!equals)
        return false;
    size_t at = 0, from = (size_t)(equals - line) + 1;
    char *name = host_list_shell_word(line, (size_t)(equals - line), &at);
    while (from < length && isspace((unsigned char)line[from]))
        from++;
    while (length > from && isspace((unsigned char)line[length - 1]))
        length--;
    bool quoted = length > from + 1 && strchr("\"'", line[from]) && line[length - 1] == line[from];
    char *value = rw_strndup(line + from + quoted, length - from - 2 * (size_t)quoted);
    if (name)
        host_list_group_variable(ini->groups, ini->group, name, value, number);
    bool good = name != NULL;
    free(name);
    free(value);
    return good;
}

static bool read_child(struct ini *ini, const char *line, size_t length)
{
    size_t at = 0;
    char *name = host_list_shell_word(line, length, &at);
    char *more = host_list_shell_word(line, length, &at);
    bool good = name && !more;
    if (good)
        host_list_group_in(ini->groups, host_list_group(ini->groups, name), ini->group);
    free(name);
    free(more);
    return good;
}

/* "[group]", "[group:vars]", "[group:children]". */
static bool read_section(struct ini *ini, const char *line, size_t length)
{
    static const char *const kinds[] = {[SECTION_VARS] = "vars", [SECTION_CHILDREN] = "children"};
    const char *end = memchr(line, ']', length);
    if (!end)
        return false;
    char *name = rw_strndup(line + 1, (size_t)(end - line) - 1);
    char *kind = strrchr(name, ':');
    if (kind)
        *kind++ = '\0';
    ini->section = SECTION_HOSTS;
    for (size_t i = SECTION_VARS; kind && i < RW_COUNT(kinds); i++)
        if (strcmp(kinds[i], kind) == 0)
            ini->section = (enum section)i;
    bool good = *name && (!kind || ini->section != SECTION_HOSTS);
    if (good)
        ini->group = host_list_group(ini->groups, name);
    free(name);
    return good;
}

static bool read_line(struct ini *ini, const char *line, size_t length, int number)
{
    if (*line == '[' && memchr(line, ']', length) == line + length - 1)
        return read_section(ini, line, length);
    switch (ini->section) {
    case SECTION_VARS:
        return read_variable(ini, line, length, number);
    case SECTION_CHILDREN:
        return read_child(ini, line, length);
    default:
        return read_host(ini, line, length, number);
    }
}

/* Without the blanks around it and a comment. */
static void trim(const char **line, size_t *length)
{
    *length = without_comment(*line, *length);
    while (*length > 0 && isspace((unsigned char)**line)) {
        (*line)++;
        (*length)--;
    }
    while (*length > 0 && isspace((unsigned char)(*line)[*length - 1]))
        (*length)--;
}

/* ---- interface ---- */

bool host_list_is_ini(const struct host_list_text *text)
{
    const char *cursor = text->text, *line;
    size_t length;
    while (rw_text_line(&cursor, &line, &length)) {
        trim(&line, &length);
        bool section = length > 2 && *line == '[' && line[length - 1] == ']' &&
                       strspn(line + 1, NAME_LETTERS) == length - 2 &&
                       strspn(line + 1, "0123456789.:") != length - 2;
        const char *variable = memmem(line, length, "ansible_", strlen("ansible_"));
        if (section || (variable && memchr(variable, '=', length - (size_t)(variable - line))))
            return true;
    }
    return false;
}

void host_list_read_ini(struct host_list_reader *reader, const struct host_list_text *text)
{
    struct ini ini = {.reader = reader, .groups = host_list_groups_new(reader)};
    const char *cursor = text->text, *line;
    size_t length;
    ini.group = host_list_group(ini.groups, "ungrouped");
    for (int number = 1; rw_text_line(&cursor, &line, &length); number++) {
        trim(&line, &length);
        if (length > 0 && !read_line(&ini, line, length, number))
            host_list_bad_line(reader, number);
    }
    host_list_groups_finish(ini.groups);
    host_list_groups_free(ini.groups);
}
