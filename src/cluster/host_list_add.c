/* SPDX-License-Identifier: Apache-2.0 */
/* A host is added to the list; what is wrong with it, and what is not taken over. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/redact.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "cluster/host_list_read.h"
#include "cluster/names.h"
#include "cluster/settings.h"

#define LEFT_SHOWN 12 /* names in a warning; of more, how many */

static const char *const field_keys[HOST_LIST_FIELDS] = {
    [HOST_LIST_NAME] = "name", [HOST_LIST_ADDRESS] = "address",   [HOST_LIST_ROLE] = "role",
    [HOST_LIST_USER] = "user", [HOST_LIST_PORT] = "port",         [HOST_LIST_KEY] = "key",
    [HOST_LIST_JUMP] = "jump", [HOST_LIST_JUMP_KEY] = "jump-key",
};

/* ---- words ---- */

void host_list_words_done(struct host_list_words *words)
{
    for (size_t i = 0; i < HOST_LIST_FIELDS; i++)
        free(words->text[i]);
    *words = (struct host_list_words){0};
}

void host_list_set(struct host_list_words *words, enum host_list_field field, const char *text)
{
    if (text && *text && !words->text[field])
        words->text[field] = rw_strdup(text);
}

/* ---- problems ---- */

struct rw_finding *host_list_problem(struct host_list_reader *reader, enum rw_finding_id id,
                                     int line)
{
    char *where = line > 0 ? rw_asprintf("%s:%d", reader->name, line) : rw_strdup(reader->name);
    struct rw_findings *list =
        reader->problems < RW_ANSWERS_PROBLEM_MAX ? reader->findings : &reader->spare;
    if (list == &reader->spare)
        rw_findings_done(list);
    struct rw_finding *finding = rw_findings_add(list, id, NULL, "where", where, NULL);
    reader->problems += finding->severity == RW_SEVERITY_FAIL;
    free(where);
    return finding;
}

void host_list_bad_line(struct host_list_reader *reader, int line)
{
    const char *cursor = reader->text, *text = "";
    size_t length = 0;
    for (int i = 0; i < line && rw_text_line(&cursor, &text, &length); i++)
        continue;
    struct rw_redactor *redactor = rw_redactor_new();
    struct rw_buf shown = {0};
    rw_redact(redactor, text, length, &shown);
    rw_finding_show(host_list_problem(reader, RW_F_HOST_LIST_LINE, line), "line",
                    rw_buf_str(&shown));
    rw_buf_wipe(&shown);
    rw_redactor_free(redactor);
}

static void bad_value(struct host_list_reader *reader, const struct rw_setting *key,
                      const char *value, int line)
{
    struct rw_finding *finding =
        host_list_problem(reader, value ? RW_F_ANSWERS_BAD_VALUE : RW_F_ANSWERS_MISSING_KEY, line);
    rw_finding_set(finding, "key", key->key);
    rw_finding_set(finding, "_expected", key->expected);
    if (value)
        rw_finding_show(finding, "value", value);
}

/* ---- hosts ---- */

/* The text as the host has it, to free(): a name in lower case, as RKE2 names the node. */
static char *value_of(const struct rw_setting *key, enum host_list_field field, const char *text)
{
    if (key->kind == RW_SETTING_PATH)
        return rw_file_expand(text, NULL);
    return field == HOST_LIST_NAME ? rw_names_canonical(text) : rw_strdup(text);
}

/* Takes one value over into the host. Which values have to be there is for host_list_finish(). */
static void set_field(struct host_list_reader *reader, struct rw_host *host,
                      enum host_list_field field, const char *text, int line)
{
    const struct rw_setting *key = rw_setting_find(field_keys[field], RW_SCOPE_HOST);
    void *place = rw_setting_field(key, NULL, host);
    bool good = true;
    if (key->kind == RW_SETTING_NUMBER) {
        good = rw_setting_parse(key, place, text);
    } else if (key->kind == RW_SETTING_ROLE) {
        const char *role = host_list_role(text);
        good = role && rw_setting_parse(key, place, role);
    } else {
        char *value = value_of(key, field, text);
        good = rw_setting_allows(key, value);
        rw_strset(place, value);
        free(value);
    }
    if (!good)
        bad_value(reader, key, text, line);
}

/* Adds a finding when the host is in the list already, by name or by address. */
static void check_known(struct host_list_reader *reader, const struct rw_host *host)
{
    char *canonical = host->address ? rw_names_canonical(host->address) : NULL;
    for (const struct rw_host *other = reader->list->hosts; other < host; other++) {
        char *there = other->address ? rw_names_canonical(other->address) : NULL;
        bool same_name = host->name && other->name && strcasecmp(host->name, other->name) == 0;
        bool same = same_name || (canonical && there && strcmp(canonical, there) == 0);
        free(there);
        if (!same)
            continue;
        struct rw_finding *finding = host_list_problem(
            reader, same_name ? RW_F_ANSWERS_DUPLICATE_NAME : RW_F_ANSWERS_DUPLICATE_ADDRESS,
            host->line);
        char *number = rw_asprintf("%d", other->line);
        rw_finding_show(finding, "value", same_name ? host->name : host->address);
        rw_finding_set(finding, "other", number);
        free(number);
        break;
    }
    free(canonical);
}

/* An IPv6 address in brackets, as URLs have it, without them. */
static void strip_brackets(char *address)
{
    size_t length = address ? strlen(address) : 0;
    if (length > 2 && address[0] == '[' && address[length - 1] == ']') {
        memmove(address, address + 1, length - 2);
        address[length - 2] = '\0';
    }
}

void host_list_take(struct host_list_reader *reader, struct rw_host *host, const char *from)
{
    struct rw_host_list *list = reader->list;
    if (list->count >= RW_HOST_LIST_LIMIT) {
        reader->beyond++;
        rw_host_done(host);
        return;
    }
    size_t count = list->count;
    *rw_array_add(list->roles_from, count) = rw_strdup(from);
    struct rw_host *taken = rw_array_add(list->hosts, list->count);
    *taken = *host;
    *host = (struct rw_host){0};
    if (!taken->address)
        bad_value(reader, rw_setting_find("address", RW_SCOPE_HOST), NULL, taken->line);
    check_known(reader, taken);
}

void host_list_add(struct host_list_reader *reader, struct host_list_words *words, int line,
                   const char *from)
{
    struct rw_host host = {.line = line, .role = RW_ROLE_AGENT}; /* the role that does the least */
    const char *role = words->text[HOST_LIST_ROLE];
    strip_brackets(words->text[HOST_LIST_ADDRESS]);
    for (enum host_list_field field = 0; field < HOST_LIST_FIELDS; field++)
        if (words->text[field])
            set_field(reader, &host, field, words->text[field], line);
    host_list_take(reader, &host, role && from ? from : role);
    host_list_words_done(words);
}

/* ---- what is not taken over ---- */

void host_list_leave(struct host_list_reader *reader, enum host_list_left kind, const char *what,
                     int line)
{
    struct host_list_leftovers *left = &reader->left[kind];
    for (size_t i = 0; i < left->count; i++)
        if (strcmp(left->items[i], what) == 0)
            return;
    if (left->count == 0)
        left->line = line;
    if (left->count < RW_HOST_LIST_LIMIT)
        *rw_array_add(left->items, left->count) = rw_strdup(what);
}

static void report_left(struct host_list_reader *reader, struct host_list_leftovers *left,
                        enum rw_finding_id id)
{
    struct rw_buf names = {0};
    for (size_t i = 0; i < left->count && i < LEFT_SHOWN; i++)
        rw_buf_addf(&names, "%s%s", i ? ", " : "", left->items[i]);
    if (left->count > LEFT_SHOWN)
        rw_buf_addf(&names, ", … (+%zu)", left->count - LEFT_SHOWN);
    if (left->count > 0) {
        char *value = rw_text_printable(rw_buf_str(&names), names.len, names.len);
        rw_finding_set(host_list_problem(reader, id, left->line), "what", value);
        free(value);
    }
    for (size_t i = 0; i < left->count; i++)
        free(left->items[i]);
    free(left->items);
    rw_buf_done(&names);
}

/* ---- the list as a whole ---- */

/* Either each host has a role, or none: which hosts are servers is not guessed from the rest. */
static void check_roles(struct host_list_reader *reader)
{
    struct rw_host_list *list = reader->list;
    size_t with = 0;
    for (size_t i = 0; i < list->count; i++)
        with += list->roles_from[i] != NULL;
    list->proposed = list->count > 0 && with == 0;
    for (size_t i = 0; with > 0 && i < list->count; i++)
        if (!list->roles_from[i])
            bad_value(reader, rw_setting_find("role", RW_SCOPE_HOST), NULL, list->hosts[i].line);
    rw_host_list_propose(list, 0, 0);
}

static void count_problem(struct host_list_reader *reader, enum rw_finding_id id, const char *key,
                          size_t number)
{
    char *count = rw_asprintf("%zu", number), *max = rw_asprintf("%u", RW_HOST_LIST_LIMIT);
    struct rw_finding *finding = rw_findings_add(reader->findings, id, NULL, "where", reader->name,
                                                 "file", reader->name, "count", count, NULL);
    if (key) {
        rw_finding_set(finding, "key", key);
        rw_finding_set(finding, "max", max);
    }
    free(count);
    free(max);
}

void host_list_finish(struct host_list_reader *reader)
{
    static const enum rw_finding_id left[HOST_LIST_LEFT_KINDS] = {
        [HOST_LIST_LEFT_PASSWORD] = RW_F_HOST_LIST_PASSWORD,
        [HOST_LIST_LEFT_WAY] = RW_F_HOST_LIST_WAY,
        [HOST_LIST_LEFT_HOST] = RW_F_HOST_LIST_OTHER_HOSTS,
        [HOST_LIST_LEFT_OTHER] = RW_F_HOST_LIST_LEFT,
    };
    check_roles(reader);
    if (reader->beyond > 0)
        count_problem(reader, RW_F_ANSWERS_LIST_TOO_LONG, "hosts",
                      reader->list->count + reader->beyond);
    if (reader->problems > RW_ANSWERS_PROBLEM_MAX)
        count_problem(reader, RW_F_ANSWERS_MORE_PROBLEMS, NULL,
                      reader->problems - RW_ANSWERS_PROBLEM_MAX);
    reader->problems += reader->beyond;
    if (reader->list->count == 0 && reader->problems == 0)
        host_list_problem(reader, RW_F_HOST_LIST_EMPTY, 0);
    for (size_t i = 0; i < HOST_LIST_LEFT_KINDS; i++)
        report_left(reader, &reader->left[i], left[i]);
    rw_findings_done(&reader->spare);
}
