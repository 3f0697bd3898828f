/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/effective.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "rke2/fixed.h"

/* ---- scalars ---- */

static bool is_word(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

/* The whole number that a plain scalar is, in decimal; NULL: it is none. */
static char *as_integer(const char *text)
{
    static const struct {
        const char *prefix;
        int base;
    } bases[] = {{"0b", 2}, {"0o", 8}, {"0x", 16}, {"0X", 16}, {"0", 8}, {"", 10}};
    bool minus = *text == '-';
    struct rw_buf digits = {0};
    char *result = NULL, *end = NULL;
    text += *text == '-' || *text == '+';
    for (const char *at = text; *at; at++)
        if (*at != '_')
            rw_buf_addc(&digits, *at);
    const char *plain = rw_buf_str(&digits);
    size_t kind = 0;
    while (!rw_text_starts(plain, bases[kind].prefix) ||
           (bases[kind].base == 8 && strlen(plain) == 1))
        kind++;
    plain += strlen(bases[kind].prefix);
    errno = 0;
    unsigned long long number = strtoull(plain, &end, bases[kind].base);
    if (*plain && strchr("0123456789abcdefABCDEF", *plain) && !*end && errno == 0)
        result = rw_asprintf("%s%llu", minus && number ? "-" : "", number);
    rw_buf_done(&digits);
    return result;
}

/* The same of a number with a fraction or an exponent: its shortest form. */
static char *as_fraction(const char *text)
{
    char *end = NULL;
    if (!*text || strspn(text, "0123456789.eE+-") != strlen(text) || strchr("eE", *text))
        return NULL;
    double number = strtod(text, &end);
    if (*end || end == text)
        return NULL;
    char *shown = NULL;
    for (int digits = 1; digits <= 17; digits++) {
        free(shown);
        shown = rw_asprintf("%.*g", digits, number);
        if (strtod(shown, NULL) == number)
            break;
    }
    return shown;
}

/* What a flag gets of a plain scalar. */
static char *plain_text(const char *text)
{
    static const char *const yes[] = {"y",  "Y",  "yes", "Yes",  "YES", "true",
                                      "on", "On", "ON",  "True", "TRUE"};
    static const char *const no[] = {"n",   "N",   "no",  "No",    "NO",   "false",
                                     "off", "Off", "OFF", "False", "FALSE"};
    static const char *const nothing[] = {"", "~", "null", "Null", "NULL"};
    char *number;
    if (is_word(text, nothing, RW_COUNT(nothing)))
        return rw_strdup("");
    if (is_word(text, yes, RW_COUNT(yes)))
        return rw_strdup("true");
    if (is_word(text, no, RW_COUNT(no)))
        return rw_strdup("false");
    if ((number = as_integer(text)) || (number = as_fraction(text)))
        return number;
    return rw_strdup(text);
}

static char *text_of(const yaml_node_t *node)
{
    if (!node || node->type != YAML_SCALAR_NODE)
        return rw_strdup("?");
    const char *text = (const char *)node->data.scalar.value;
    if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return plain_text(text);
    size_t from = strspn(text, " \t\n"), to = strlen(text);
    while (to > from && strchr(" \t\n", text[to - 1]))
        to--;
    return rw_strndup(text + from, to - from);
}

/* ---- files ---- */

static void forget(struct rw_rke2_key *key)
{
    for (size_t i = 0; i < key->count; i++)
        rw_secret_free(key->values[i]);
    free(key->values);
    key->values = NULL;
    key->count = 0;
}

void rw_rke2_effective_done(struct rw_rke2_effective *config)
{
    for (size_t i = 0; i < config->count; i++) {
        forget(&config->keys[i]);
        free(config->keys[i].name);
        free(config->keys[i].file);
    }
    free(config->keys);
    *config = (struct rw_rke2_effective){0};
}

static void take_pair(struct rw_rke2_effective *config, const char *file, yaml_document_t *document,
                      const yaml_node_pair_t *pair)
{
    const yaml_node_t *value = yaml_document_get_node(document, pair->value);
    char *name = text_of(yaml_document_get_node(document, pair->key));
    size_t length = strlen(name);
    bool append = length && name[length - 1] == '+';
    name[length - append] = '\0';
    struct rw_rke2_key *key = (struct rw_rke2_key *)rw_rke2_effective_find(config, name);
    if (!key) {
        key = rw_array_add(config->keys, config->count);
        key->name = rw_strdup(name);
    } else if (!append) {
        forget(key);
    }
    rw_strset(&key->file, file);
    if (value && value->type == YAML_SEQUENCE_NODE)
        for (const yaml_node_item_t *item = value->data.sequence.items.start;
             item < value->data.sequence.items.top; item++)
            *rw_array_add(key->values, key->count) =
                text_of(yaml_document_get_node(document, *item));
    else
        *rw_array_add(key->values, key->count) = text_of(value);
    free(name);
}

int rw_rke2_effective_add(struct rw_rke2_effective *config, const char *file, const char *text,
                          struct rw_error *err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser))
        abort();
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    int rc = 0;
    if (!yaml_parser_load(&parser, &document)) {
        rc = rw_error_set(err, RW_ESYNTAX, "line %zu: %s", parser.problem_mark.line + 1,
                          parser.problem ? parser.problem : "invalid YAML");
        yaml_parser_delete(&parser);
        return rc;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    bool empty = !root || (root->type == YAML_SCALAR_NODE && root->data.scalar.length == 0);
    if (!empty && root->type != YAML_MAPPING_NODE)
        rc = rw_error_set(err, RW_ESYNTAX, "it is no mapping of keys to values");
    else if (!empty)
        for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
             pair < root->data.mapping.pairs.top; pair++)
            take_pair(config, file, &document, pair);
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    return rc;
}

/* ---- values ---- */

const struct rw_rke2_key *rw_rke2_effective_find(const struct rw_rke2_effective *config,
                                                 const char *key)
{
    for (size_t i = 0; i < config->count; i++)
        if (strcmp(config->keys[i].name, key) == 0)
            return &config->keys[i];
    return NULL;
}

static char *joined(const struct rw_rke2_key *key)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < key->count; i++)
        rw_buf_addf(&out, "%s%s", i ? "," : "", key->values[i]);
    return out.data ? rw_buf_take(&out) : rw_strdup("");
}

char *rw_rke2_effective_text(const struct rw_rke2_effective *config, const char *key)
{
    const struct rw_rke2_key *found = rw_rke2_effective_find(config, key);
    return found ? joined(found) : rw_strdup("");
}

/* What counts: the value, or what RKE2 takes without one. To free(). */
static char *counting(const struct rw_rke2_effective *config, const char *key)
{
    const struct rw_rke2_key *found = rw_rke2_effective_find(config, key);
    return found && found->count ? joined(found) : rw_strdup(rw_rke2_default(key));
}

static bool same_key(const struct rw_rke2_effective *one, const struct rw_rke2_effective *other,
                     const char *key)
{
    struct rw_rke2_fixed list = {.kind = RW_SETTING_NAMES};
    char *a = counting(one, key), *b = counting(other, key);
    bool same = rw_rke2_fixed_same(&list, a, b);
    rw_secret_free(a);
    rw_secret_free(b);
    return same;
}

/* The keys of the first that differ; with `missing`: of those alone that the other has not. */
static void add_differing(struct rw_buf *out, const struct rw_rke2_effective *one,
                          const struct rw_rke2_effective *other, const char *const *but,
                          bool missing)
{
    for (size_t i = 0; i < one->count; i++) {
        const char *key = one->keys[i].name;
        const char *const *left_out = but;
        while (*left_out && strcmp(*left_out, key) != 0)
            left_out++;
        if (*left_out || (missing && rw_rke2_effective_find(other, key)))
            continue;
        if (!same_key(one, other, key))
            rw_buf_addf(out, "%s%s", out->len ? ", " : "", key);
    }
}

char *rw_rke2_effective_differing(const struct rw_rke2_effective *one,
                                  const struct rw_rke2_effective *other, const char *const *but)
{
    struct rw_buf out = {0};
    add_differing(&out, one, other, but, false);
    add_differing(&out, other, one, but, true);
    return out.data ? rw_buf_take(&out) : rw_strdup("");
}
