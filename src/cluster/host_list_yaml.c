/* SPDX-License-Identifier: Apache-2.0 */
/* YAML and JSON, which is a part of it: what all readers of them share. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/yaml_fault.h"
#include "cluster/host_list_read.h"
#include "cluster/jump.h"

#define DEPTH_MAX   32
#define KEYS_SHOWN  12
#define KEY_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/\"'"

/* ---- recognizing ---- */

/* "key:" at the end of a line or before a blank, or the beginning of JSON, or an item of a list. */
static bool begins_yaml(const char *line, size_t length)
{
    if (*line == '{' || (length >= 3 && strncmp(line, "---", 3) == 0))
        return true;
    if (*line == '-')
        return length > 2 && line[1] == ' ' && memchr(line, ':', length);
    if (*line == '[') /* a section of an inventory ends in the line, without any value in it */
        return length == 1 || strcspn(line, "{\",") < length;
    size_t key = strspn(line, KEY_LETTERS);
    return key > 0 && key < length && line[key] == ':' &&
           (key + 1 == length || isspace((unsigned char)line[key + 1]));
}

bool host_list_is_yaml(const char *text)
{
    const char *line;
    size_t length;
    while (rw_text_line(&text, &line, &length)) {
        size_t blanks = strspn(line, HOST_LIST_BLANKS);
        if (blanks >= length || strchr("#%;", line[blanks]))
            continue;
        while (length > blanks && isspace((unsigned char)line[length - 1]))
            length--;
        return begins_yaml(line + blanks, length - blanks);
    }
    return false;
}

/* ---- loading ---- */

static void report_fault(struct host_list_reader *reader, const yaml_parser_t *parser,
                         const char *text)
{
    yaml_mark_t mark;
    char *reason = rw_yaml_fault(parser, text, strlen(text), &mark);
    rw_finding_set(host_list_problem(reader, RW_F_ANSWERS_SYNTAX, (int)mark.line + 1), "reason",
                   reason);
    free(reason);
}

static void begin(yaml_parser_t *parser, const char *text)
{
    if (!yaml_parser_initialize(parser))
        abort();
    yaml_parser_set_input_string(parser, (const unsigned char *)text, strlen(text));
}

/* Goes through the first document once, before all of it is kept. */
static bool scan(struct host_list_reader *reader, const char *text)
{
    yaml_parser_t parser;
    begin(&parser, text);
    size_t depth = 0;
    bool end = false, good = true;
    while (good && !end) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            report_fault(reader, &parser, text);
            good = false;
            break;
        }
        depth = rw_yaml_depth(depth, event.type);
        end = event.type == YAML_DOCUMENT_END_EVENT || event.type == YAML_STREAM_END_EVENT;
        if (depth > DEPTH_MAX) {
            rw_finding_set(host_list_problem(reader, RW_F_ANSWERS_YAML_FEATURE,
                                             (int)event.start_mark.line + 1),
                           "_feature", N_("a value nested too deeply"));
            good = false;
        }
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

bool host_list_load(struct host_list_reader *reader, const char *text, yaml_document_t *document)
{
    yaml_parser_t parser;
    if (!scan(reader, text))
        return false;
    begin(&parser, text);
    bool good = yaml_parser_load(&parser, document);
    if (!good)
        report_fault(reader, &parser, text);
    yaml_parser_delete(&parser);
    return good;
}

/* ---- nodes ---- */

static const yaml_node_t *node_of(const struct host_list_text *text, int index)
{
    return yaml_document_get_node(text->document, index);
}

const char *host_list_scalar(const yaml_node_t *node)
{
    if (!node || node->type != YAML_SCALAR_NODE)
        return NULL;
    const char *value = (const char *)node->data.scalar.value;
    bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return plain && (!*value || strcmp(value, "~") == 0 || strcmp(value, "null") == 0) ? NULL
                                                                                       : value;
}

bool host_list_item(const struct host_list_text *text, const yaml_node_t *list, size_t *at,
                    const yaml_node_t **item)
{
    if (!list || list->type != YAML_SEQUENCE_NODE ||
        *at >= (size_t)(list->data.sequence.items.top - list->data.sequence.items.start))
        return false;
    *item = node_of(text, list->data.sequence.items.start[(*at)++]);
    return true;
}

bool host_list_pair(const struct host_list_text *text, const yaml_node_t *mapping, size_t *at,
                    const char **key, const yaml_node_t **value)
{
    if (!mapping || mapping->type != YAML_MAPPING_NODE ||
        *at >= (size_t)(mapping->data.mapping.pairs.top - mapping->data.mapping.pairs.start))
        return false;
    const yaml_node_pair_t *pair = &mapping->data.mapping.pairs.start[(*at)++];
    const char *name = host_list_scalar(node_of(text, pair->key));
    *key = name ? name : "";
    *value = node_of(text, pair->value);
    return true;
}

const yaml_node_t *host_list_get(const struct host_list_text *text, const yaml_node_t *mapping,
                                 const char *key)
{
    const yaml_node_t *value, *merged = NULL, *found = NULL;
    const char *name;
    for (size_t at = 0; host_list_pair(text, mapping, &at, &name, &value);) {
        if (strcmp(name, key) == 0)
            return value;
        if (strcmp(name, "<<") == 0 && value->type == YAML_MAPPING_NODE)
            merged = value;
    }
    /* One level: what is merged into the mapping itself. */
    for (size_t at = 0; !found && host_list_pair(text, merged, &at, &name, &value);)
        if (strcmp(name, key) == 0)
            found = value;
    return found;
}

const char *host_list_get_scalar(const struct host_list_text *text, const yaml_node_t *mapping,
                                 const char *key)
{
    return host_list_scalar(host_list_get(text, mapping, key));
}

int host_list_line(const yaml_node_t *node)
{
    return (int)node->start_mark.line + 1;
}

int host_list_key_line(const struct host_list_text *text, const yaml_node_t *mapping, size_t at)
{
    return host_list_line(node_of(text, mapping->data.mapping.pairs.start[at - 1].key));
}

/* ---- what hosts say in mappings ---- */

static bool is_known(const char *const *known, const char *key)
{
    for (; known && *known; known++)
        if (strcmp(*known, key) == 0)
            return true;
    return false;
}

void host_list_take_keys(struct host_list_reader *reader, struct host_list_words *words,
                         const struct host_list_text *text, const yaml_node_t *mapping,
                         const struct host_list_key *keys, const char *const *known)
{
    const char *key;
    const yaml_node_t *value;
    for (size_t i = 0; keys[i].key; i++)
        host_list_set(words, keys[i].field, host_list_get_scalar(text, mapping, keys[i].key));
    for (size_t at = 0; host_list_pair(text, mapping, &at, &key, &value);) {
        bool taken = is_known(known, key) || strcmp(key, "<<") == 0;
        for (size_t i = 0; keys[i].key && !taken; i++)
            taken = strcmp(keys[i].key, key) == 0;
        if (!taken)
            host_list_leave(
                reader, host_list_is_password(key) ? HOST_LIST_LEFT_PASSWORD : HOST_LIST_LEFT_OTHER,
                key, host_list_key_line(text, mapping, at));
    }
}

void host_list_take_bastion(struct host_list_reader *reader, struct host_list_words *words,
                            const struct host_list_text *text, const yaml_node_t *bastion,
                            const char *key)
{
    const char *address = host_list_get_scalar(text, bastion, "address");
    const char *user = host_list_get_scalar(text, bastion, "user");
    const char *port = host_list_get_scalar(text, bastion, "port");
    if (!bastion)
        return;
    char *jump = rw_asprintf("%s%s%s%s%s", user ? user : "", user ? "@" : "",
                             address ? address : "", port ? ":" : "", port ? port : "");
    if (rw_jump_is(jump)) {
        host_list_set(words, HOST_LIST_JUMP, jump);
        host_list_set(words, HOST_LIST_JUMP_KEY, host_list_get_scalar(text, bastion, key));
    } else {
        host_list_leave(reader, HOST_LIST_LEFT_WAY, jump, host_list_line(bastion));
    }
    free(jump);
}

bool host_list_is_api(const struct host_list_text *text, const char *group)
{
    const char *version = host_list_get_scalar(text, text->root, "apiVersion");
    return version && rw_text_starts(version, group) && version[strlen(group)] == '/';
}

/* ---- what no reader knows ---- */

/* A mapping of names to addresses is read as lines. */
bool host_list_is_foreign(const struct host_list_text *text)
{
    const char *key;
    const yaml_node_t *value;
    bool foreign = text->document && (!text->root || text->root->type != YAML_MAPPING_NODE);
    for (size_t at = 0; !foreign && host_list_pair(text, text->root, &at, &key, &value);)
        foreign = value->type != YAML_SCALAR_NODE;
    return foreign && text->root;
}

void host_list_read_foreign(struct host_list_reader *reader, const struct host_list_text *text)
{
    struct rw_buf keys = {0};
    const char *key;
    const yaml_node_t *value;
    size_t at = 0;
    while (at < KEYS_SHOWN && host_list_pair(text, text->root, &at, &key, &value))
        rw_buf_addf(&keys, "%s%s", keys.len ? ", " : "", key);
    struct rw_finding *finding = host_list_problem(reader, RW_F_HOST_LIST_FOREIGN,
                                                   text->root ? host_list_line(text->root) : 1);
    rw_finding_show(finding, "keys", keys.len ? keys.data : "-");
    rw_buf_done(&keys);
}
