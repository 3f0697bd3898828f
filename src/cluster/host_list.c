/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/host_list.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "cluster/settings.h"
#include "cluster/host_list_read.h"
#include "cluster/names.h"

#define BLANKS          " \t\v\f"
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* ---- what all forms share ---- */

static const char *const field_keys[HOST_LIST_FIELDS] = {
    [HOST_LIST_NAME] = "name", [HOST_LIST_ADDRESS] = "address", [HOST_LIST_ROLE] = "role",
    [HOST_LIST_USER] = "user", [HOST_LIST_PORT] = "port",       [HOST_LIST_KEY] = "key",
};

void host_list_words_done(struct host_list_words *words)
{
    for (size_t i = 0; i < HOST_LIST_FIELDS; i++)
        free(words->text[i]);
    *words = (struct host_list_words){0};
}

struct rw_finding *host_list_problem(struct host_list_reader *reader, enum rw_finding_id id,
                                     int line)
{
    char *where = rw_asprintf("%s:%d", reader->name, line);
    struct rw_findings *list =
        reader->problems++ < RW_ANSWERS_PROBLEM_MAX ? reader->findings : &reader->spare;
    if (list == &reader->spare)
        rw_findings_done(list);
    struct rw_finding *finding = rw_findings_add(list, id, NULL, "where", where, NULL);
    free(where);
    return finding;
}

void host_list_show(struct rw_finding *finding, const char *param, const char *text, size_t length)
{
    char *value = rw_strndup(text, length);
    rw_finding_show(finding, param, value);
    free(value);
}

/* "server" or "agent" for a word that means one of them, in any case; else NULL. Static. */
static const char *role_of(const char *word)
{
    static const struct {
        const char *word, *role;
    } words[] = {
        {"server", "server"},        {"servers", "server"},       {"master", "server"},
        {"masters", "server"},       {"control-plane", "server"}, {"controlplane", "server"},
        {"control_plane", "server"}, {"agent", "agent"},          {"agents", "agent"},
        {"worker", "agent"},         {"workers", "agent"},
    };
    for (size_t i = 0; i < RW_COUNT(words); i++)
        if (strcasecmp(words[i].word, word) == 0)
            return words[i].role;
    return NULL;
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

/* Takes one value over into the host. */
static void set_field(struct host_list_reader *reader, struct rw_host *host,
                      enum host_list_field field, const char *text, int line)
{
    const struct rw_setting *key = rw_setting_find(field_keys[field], RW_SCOPE_HOST);
    void *place = rw_setting_field(key, NULL, host);
    if (!text) {
        if (key->required)
            bad_value(reader, key, NULL, line);
    } else if (key->kind == RW_SETTING_NUMBER) {
        if (!rw_setting_parse(key, place, text))
            bad_value(reader, key, text, line);
    } else if (key->kind == RW_SETTING_ROLE) {
        const char *role = role_of(text);
        if (!role || !rw_setting_parse(key, place, role))
            bad_value(reader, key, text, line);
    } else {
        rw_strset(place, text);
        if (!rw_setting_allows(key, text))
            bad_value(reader, key, text, line);
    }
}

/* Whether the host is in the list already, by name or by address; adds a finding then. */
static bool is_known(struct host_list_reader *reader, const struct host_list_words *words, int line)
{
    const char *name = words->text[HOST_LIST_NAME], *address = words->text[HOST_LIST_ADDRESS];
    char *canonical = address ? rw_names_canonical(address) : NULL;
    bool known = false;
    for (size_t i = reader->begun; i < reader->list->count && !known; i++) {
        const struct rw_host *other = &reader->list->hosts[i];
        char *there = other->address ? rw_names_canonical(other->address) : NULL;
        bool same_name = name && other->name && strcasecmp(name, other->name) == 0;
        bool same_address = canonical && there && strcmp(canonical, there) == 0;
        known = same_name || same_address;
        if (known) {
            struct rw_finding *finding = host_list_problem(
                reader, same_name ? RW_F_ANSWERS_DUPLICATE_NAME : RW_F_ANSWERS_DUPLICATE_ADDRESS,
                line);
            char *number = rw_asprintf("%d", other->line);
            const char *value = same_name ? name : address;
            rw_finding_show(finding, "value", value);
            rw_finding_set(finding, "other", number);
            free(number);
        }
        free(there);
    }
    free(canonical);
    return known;
}

void host_list_add(struct host_list_reader *reader, struct host_list_words *words, int line)
{
    /* An IPv6 address in brackets, as URLs have it. */
    char *address = words->text[HOST_LIST_ADDRESS];
    size_t length = address ? strlen(address) : 0;
    if (length > 2 && address[0] == '[' && address[length - 1] == ']') {
        memmove(address, address + 1, length - 2);
        address[length - 2] = '\0';
    }
    if (reader->list->count >= RW_HOST_LIST_LIMIT) {
        reader->left_out++;
    } else if (!is_known(reader, words, line)) {
        struct rw_host *host = rw_array_add(reader->list->hosts, reader->list->count);
        host->line = line;
        host->role = RW_ROLE_AGENT; /* the role that does the least */
        for (enum host_list_field field = 0; field < HOST_LIST_FIELDS; field++)
            set_field(reader, host, field, words->text[field], line);
    }
    host_list_words_done(words);
}

/* ---- lines ---- */

static void read_line(struct host_list_reader *reader, const char *line, size_t length, int number)
{
    static const enum host_list_field order[] = {HOST_LIST_NAME, HOST_LIST_ADDRESS, HOST_LIST_ROLE,
                                                 HOST_LIST_USER};
    struct host_list_words words = {0};
    size_t count = 0, at = 0;
    bool too_many = false;
    for (;;) {
        while (at < length && strchr(BLANKS, line[at]))
            at++;
        size_t start = at;
        while (at < length && !strchr(BLANKS, line[at]))
            at++;
        if (start == at || line[start] == '#')
            break;
        if (count < RW_COUNT(order))
            words.text[order[count++]] = rw_strndup(line + start, at - start);
        else
            too_many = true;
    }
    if (count == 0)
        return;
    if (count == 1 || too_many) {
        host_list_show(host_list_problem(reader, RW_F_HOST_LIST_LINE, number), "line", line,
                       length);
        host_list_words_done(&words);
        return;
    }
    host_list_add(reader, &words, number);
}

static void read_lines(struct host_list_reader *reader, const char *text)
{
    const char *line;
    size_t length;
    for (int number = 1; rw_text_line(&text, &line, &length); number++)
        read_line(reader, line, length, number);
}

/* ---- an answers file ---- */

static void read_answers(struct host_list_reader *reader, const char *text)
{
    struct rw_cluster *cluster =
        rw_answers_parse_draft(text, strlen(text), reader->name, NULL, reader->findings);
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (reader->list->count >= RW_HOST_LIST_LIMIT) {
            reader->left_out++;
            continue;
        }
        *rw_array_add(reader->list->hosts, reader->list->count) = cluster->hosts[i];
        cluster->hosts[i] = (struct rw_host){0};
    }
    rw_cluster_free(cluster);
}

/* ---- which form ---- */

static bool is_answers_key(const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    if (!colon)
        return false;
    char *word = rw_strndup(line, (size_t)(colon - line));
    bool known = rw_setting_find(word, RW_SCOPE_TOP) != NULL;
    free(word);
    return known;
}

enum rw_host_list_form rw_host_list_guess(const char *text)
{
    const char *line;
    size_t length;
    enum rw_host_list_form form = RW_HOST_LIST_LINES;
    bool first = true;
    if (rw_text_starts(text, BYTE_ORDER_MARK))
        text += strlen(BYTE_ORDER_MARK);
    while (rw_text_line(&text, &line, &length)) {
        size_t blanks = strspn(line, BLANKS);
        if (blanks >= length || line[blanks] == '#' || line[blanks] == ';')
            continue;
        if (is_answers_key(line, length) || (length >= 3 && strncmp(line, "---", 3) == 0))
            return RW_HOST_LIST_YAML;
        if (line[blanks] == '[' && memchr(line, ']', length) && !memchr(line, ' ', length))
            return RW_HOST_LIST_INI;
        if (memmem(line, length, "ansible_", strlen("ansible_")))
            return RW_HOST_LIST_INI;
        if (first && (memchr(line, ',', length) || memchr(line, ';', length)))
            form = RW_HOST_LIST_CSV;
        first = false;
    }
    return form;
}

/* ---- interface ---- */

void rw_host_list_read(struct rw_host_list *list, const char *text, const char *name,
                       struct rw_findings *findings)
{
    struct host_list_reader reader = {
        .list = list, .begun = list->count, .name = name, .findings = findings};
    enum rw_host_list_form form = rw_host_list_guess(text);
    size_t problems = findings->count;
    if (rw_text_starts(text, BYTE_ORDER_MARK))
        text += strlen(BYTE_ORDER_MARK);
    switch (form) {
    case RW_HOST_LIST_LINES:
        read_lines(&reader, text);
        break;
    case RW_HOST_LIST_CSV:
        host_list_read_csv(&reader, text);
        break;
    case RW_HOST_LIST_INI:
        host_list_read_ini(&reader, text);
        break;
    case RW_HOST_LIST_YAML:
        read_answers(&reader, text);
        break;
    }
    if (reader.left_out > 0) {
        char *count = rw_asprintf("%zu", list->count + reader.left_out);
        char *max = rw_asprintf("%u", RW_HOST_LIST_LIMIT);
        rw_findings_add(findings, RW_F_ANSWERS_LIST_TOO_LONG, NULL, "where", name, "key", "hosts",
                        "count", count, "max", max, NULL);
        free(count);
        free(max);
    }
    rw_findings_done(&reader.spare);
    if (reader.problems > RW_ANSWERS_PROBLEM_MAX) {
        char *count = rw_asprintf("%zu", reader.problems - RW_ANSWERS_PROBLEM_MAX);
        rw_findings_add(findings, RW_F_ANSWERS_MORE_PROBLEMS, NULL, "file", name, "count", count,
                        NULL);
        free(count);
    }
    if (list->count == reader.begun && findings->count == problems)
        rw_findings_add(findings, RW_F_HOST_LIST_EMPTY, NULL, "where", name, NULL);
}

void rw_host_list_done(struct rw_host_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        rw_host_done(&list->hosts[i]);
    free(list->hosts);
    *list = (struct rw_host_list){0};
}
