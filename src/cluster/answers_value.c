/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/answers_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "cluster/settings.h"
#include "cluster/names.h"
#include "cluster/proxy.h"

struct rw_finding *rw_answers_problem(struct rw_answers_reader *reader, enum rw_finding_id id,
                                      yaml_mark_t mark)
{
    struct rw_findings *list = reader->findings;
    if (++reader->problems > RW_ANSWERS_PROBLEM_MAX) {
        rw_findings_done(&reader->spare);
        list = &reader->spare;
    }
    struct rw_finding *finding = rw_findings_add(list, id, NULL, NULL);
    if (finding->severity < RW_SEVERITY_FAIL)
        reader->problems--;
    char *where = rw_asprintf("%s:%zu:%zu", reader->name, mark.line + 1, mark.column + 1);
    rw_finding_set(finding, "where", where);
    free(where);
    return finding;
}

const char *rw_answers_scalar(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_plain(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static bool is_null(const yaml_node_t *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; is_plain(node) && i < RW_COUNT(words); i++)
        if (strcmp(rw_answers_scalar(node), words[i]) == 0)
            return true;
    return false;
}

static const char *describe(const yaml_node_t *node)
{
    if (is_null(node))
        return N_("nothing");
    switch (node->type) {
    case YAML_SEQUENCE_NODE:
        return N_("a list");
    case YAML_MAPPING_NODE:
        return N_("a mapping");
    default:
        return is_plain(node) ? N_("a single value") : N_("a text in quotes");
    }
}

void rw_answers_wrong_type(struct rw_answers_reader *reader, const struct rw_setting *key,
                           const yaml_node_t *node)
{
    struct rw_finding *finding =
        rw_answers_problem(reader, RW_F_ANSWERS_WRONG_TYPE, node->start_mark);
    rw_finding_set(finding, "key", key->key);
    rw_finding_set(finding, "_found", describe(node));
    rw_finding_set(finding, "_expected", key->expected);
}

static void bad_value(struct rw_answers_reader *reader, const struct rw_setting *key,
                      const yaml_node_t *node, const char *value)
{
    struct rw_finding *finding =
        rw_answers_problem(reader, RW_F_ANSWERS_BAD_VALUE, node->start_mark);
    rw_finding_set(finding, "key", key->key);
    rw_finding_show(finding, "value", value);
    rw_finding_set(finding, "_expected", key->expected);
}

/* Gives the text of a scalar to free(), or NULL after a finding. A NUL inside becomes a control
 * character, which no value may contain. */
static char *take_scalar(struct rw_answers_reader *reader, const struct rw_setting *key,
                         const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE || is_null(node)) {
        rw_answers_wrong_type(reader, key, node);
        return NULL;
    }
    size_t length = node->data.scalar.length;
    char *text = rw_malloc(length + 1);
    memcpy(text, node->data.scalar.value, length + 1);
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\0')
            text[i] = '\x01';
    return text;
}

/* Like take_scalar, and NULL after a finding when the key's check refuses the text; a draft keeps
 * it anyway. */
static char *take_checked(struct rw_answers_reader *reader, const struct rw_setting *key,
                          const yaml_node_t *node)
{
    char *text = take_scalar(reader, key, node);
    if (text && !rw_setting_allows(key, text)) {
        bad_value(reader, key, node, text);
        if (reader->draft)
            return text;
        free(text);
        return NULL;
    }
    return text;
}

static void read_token(struct rw_answers_reader *reader, const struct rw_setting *key,
                       const yaml_node_t *node, char **field)
{
    char *text = take_scalar(reader, key, node);
    const char *reason;
    if (!text)
        return;
    if (rw_answers_check_token(text, &reason) != 0) {
        struct rw_finding *finding =
            rw_answers_problem(reader, RW_F_ANSWERS_BAD_TOKEN, node->start_mark);
        rw_finding_set(finding, "_reason", reason);
        rw_secret_free(text);
        return;
    }
    rw_secret_free(*field);
    *field = text;
}

static void read_text(struct rw_answers_reader *reader, const struct rw_setting *key,
                      const yaml_node_t *node, char **field)
{
    char *text = take_checked(reader, key, node);
    if (text && key->kind == RW_SETTING_PATH) {
        char *path = rw_file_expand(text, reader->dir);
        free(text);
        text = path;
    }
    if (text)
        rw_strset(field, text);
    free(text);
}

/* The password is taken out first, so that it stands neither in a finding nor in a draft. */
static void read_proxy(struct rw_answers_reader *reader, const struct rw_setting *key,
                       const yaml_node_t *node)
{
    struct rw_proxy *proxy = &reader->cluster->proxy;
    char *text = take_scalar(reader, key, node);
    if (!text)
        return;
    char *password = rw_proxy_split(text);
    bool good = rw_proxy_is_url(text);
    if (!good)
        bad_value(reader, key, node, text);
    if (good || reader->draft)
        rw_strset(&proxy->url, text);
    if (password && !rw_proxy_is_password(password)) {
        bad_value(reader, key, node, "(password)");
    } else if (password) {
        rw_secret_free(proxy->password);
        proxy->password = rw_strdup(password);
    }
    rw_secret_free(password);
    free(text);
}

/* Numbers, flags, roles: plain words, each with few possible values. */
static void read_word(struct rw_answers_reader *reader, const struct rw_setting *key,
                      const yaml_node_t *node, void *field)
{
    bool quotable = key->kind == RW_SETTING_ROLE;
    if (!quotable && node->type == YAML_SCALAR_NODE && !is_plain(node)) {
        rw_answers_wrong_type(reader, key, node);
        return;
    }
    char *text = take_scalar(reader, key, node);
    if (!text)
        return;
    /* "+22" and "022" are other numbers in YAML, or none. */
    bool good =
        key->kind != RW_SETTING_NUMBER || (*text >= '1' && *text <= '9') || strcmp(text, "0") == 0;
    if (good && key->kind == RW_SETTING_FORMAT)
        good = rw_setting_allows(key, text);
    else if (good)
        good = rw_setting_parse(key, field, text);
    if (!good)
        bad_value(reader, key, node, text);
    free(text);
}

/* Whether the node is a list of acceptable length; adds a finding if not. */
bool rw_answers_is_list(struct rw_answers_reader *reader, const struct rw_setting *key,
                        const yaml_node_t *node)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        rw_answers_wrong_type(reader, key, node);
        return false;
    }
    size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count <= RW_ANSWERS_LIST_MAX)
        return true;
    struct rw_finding *finding =
        rw_answers_problem(reader, RW_F_ANSWERS_LIST_TOO_LONG, node->start_mark);
    char *text = rw_asprintf("%zu", count), *max = rw_asprintf("%u", RW_ANSWERS_LIST_MAX);
    rw_finding_set(finding, "key", key->key);
    rw_finding_set(finding, "count", text);
    rw_finding_set(finding, "max", max);
    free(text);
    free(max);
    return false;
}

/* Takes text; drops it when an equal name is in the list already. */
static void add_name(char ***list, size_t *count, char *text)
{
    char *canonical = rw_names_canonical(text);
    bool known = false;
    for (size_t i = 0; i < *count && !known; i++) {
        char *other = rw_names_canonical((*list)[i]);
        known = strcmp(canonical, other) == 0;
        free(other);
    }
    free(canonical);
    if (known)
        free(text);
    else
        *rw_array_add(*list, *count) = text;
}

static void read_names(struct rw_answers_reader *reader, const struct rw_setting *key,
                       const yaml_node_t *node, char ***list)
{
    if (!rw_answers_is_list(reader, key, node))
        return;
    size_t last = node->start_mark.index;
    for (const yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++) {
        const yaml_node_t *value = rw_answers_node(reader->document, *item);
        char *text =
            rw_answers_is_alias(reader, value, &last) ? NULL : take_checked(reader, key, value);
        if (text)
            add_name(list, rw_setting_items(key, reader->cluster), text);
    }
}

void rw_answers_read_value(struct rw_answers_reader *reader, const struct rw_setting *key,
                           const yaml_node_t *node, struct rw_host *host)
{
    void *field = rw_setting_field(key, reader->cluster, host);
    switch (key->kind) {
    case RW_SETTING_TEXT:
    case RW_SETTING_PATH:
        read_text(reader, key, node, field);
        break;
    case RW_SETTING_SECRET:
        read_token(reader, key, node, field);
        break;
    case RW_SETTING_PROXY_URL:
        read_proxy(reader, key, node);
        break;
    case RW_SETTING_NAMES:
        read_names(reader, key, node, field);
        break;
    default:
        read_word(reader, key, node, field);
        break;
    }
}
