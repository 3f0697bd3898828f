/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static int collect(void *data, unsigned char *bytes, size_t size)
{
    rw_buf_add(data, bytes, size);
    return 1;
}

/* The emitter takes the event over, whatever happens. It cannot fail: the events are in order and
 * their texts are UTF-8; what remains is lack of memory. */
static void emit(struct rw_yaml *yaml, yaml_event_t *event, int initialized)
{
    if (!initialized || !yaml_emitter_emit(&yaml->emitter, event))
        abort();
}

/* Whether some reader takes the bare text for something else: it begins like a number, a date or
 * .inf, or is one of the words that mean something. An IPv4 address is safe, and bare where people
 * read and write the file; in a literal document it keeps its quotes, since config.yaml had them in
 * every release: other bytes would restart the nodes of clusters that run. */
static bool is_ambiguous(const char *text, bool literal)
{
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off",
                                        "null", "~",     "y",   "n",  "<<", "="};
    struct in_addr v4;
    for (size_t i = 0; i < RW_COUNT(words); i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return !*text ||
           (strchr("0123456789+-.", *text) && (literal || inet_pton(AF_INET, text, &v4) != 1));
}

static bool is_safe_in_flow(const char *text)
{
    return strchr(LETTERS "/0123456789", *text) &&
           strspn(text, LETTERS "0123456789/._+@-") == strlen(text);
}

static void scalar(struct rw_yaml *yaml, const char *text, yaml_scalar_style_t style)
{
    char *utf8 = rw_text_printable(text, strlen(text), strlen(text));
    yaml_event_t event;
    emit(yaml, &event,
         yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)utf8, (int)strlen(utf8), 1,
                                      1, style));
    rw_secret_free(utf8);
}

void rw_yaml_text(struct rw_yaml *yaml, const char *text)
{
    yaml_scalar_style_t quotes =
        yaml->literal ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    bool quote = is_ambiguous(text, yaml->literal) || (yaml->flow > 0 && !is_safe_in_flow(text));
    scalar(yaml, text, quote ? quotes : YAML_ANY_SCALAR_STYLE);
}

void rw_yaml_quoted(struct rw_yaml *yaml, const char *text)
{
    scalar(yaml, text, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

void rw_yaml_bare(struct rw_yaml *yaml, const char *word)
{
    scalar(yaml, word, YAML_PLAIN_SCALAR_STYLE);
}

void rw_yaml_map(struct rw_yaml *yaml, bool flow)
{
    yaml_event_t event;
    yaml->flow += flow;
    emit(yaml, &event,
         yaml_mapping_start_event_initialize(
             &event, NULL, NULL, 1, flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE));
}

void rw_yaml_map_end(struct rw_yaml *yaml)
{
    yaml_event_t event;
    yaml->flow -= yaml->flow > 0;
    emit(yaml, &event, yaml_mapping_end_event_initialize(&event));
}

void rw_yaml_list(struct rw_yaml *yaml, bool flow)
{
    yaml_event_t event;
    yaml->flow += flow;
    emit(yaml, &event,
         yaml_sequence_start_event_initialize(
             &event, NULL, NULL, 1, flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE));
}

void rw_yaml_list_end(struct rw_yaml *yaml)
{
    yaml_event_t event;
    yaml->flow -= yaml->flow > 0;
    emit(yaml, &event, yaml_sequence_end_event_initialize(&event));
}

void rw_yaml_begin(struct rw_yaml *yaml, bool literal)
{
    yaml_event_t event;
    *yaml = (struct rw_yaml){.literal = literal};
    if (!yaml_emitter_initialize(&yaml->emitter))
        abort();
    yaml_emitter_set_output(&yaml->emitter, collect, &yaml->out);
    yaml_emitter_set_unicode(&yaml->emitter, 1);
    yaml_emitter_set_width(&yaml->emitter, -1);
    emit(yaml, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(yaml, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
}

char *rw_yaml_end(struct rw_yaml *yaml)
{
    yaml_event_t event;
    emit(yaml, &event, yaml_document_end_event_initialize(&event, 1));
    emit(yaml, &event, yaml_stream_end_event_initialize(&event));
    yaml_emitter_delete(&yaml->emitter);
    return rw_buf_take(&yaml->out);
}
