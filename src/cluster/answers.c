/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/answers.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/yaml_fault.h"
#include "cluster/answers_read.h"

#define DEPTH_MAX   16  /* libyaml needs quadratic time for deep nesting */
#define REFUSED_MAX 100 /* more anchors, aliases and tags are not worth reading on */

static void syntax_problem(struct rw_answers_reader *reader, const yaml_parser_t *parser,
                           const char *text, size_t size)
{
    yaml_mark_t mark;
    char *reason = rw_yaml_fault(parser, text, size, &mark);
    rw_finding_set(rw_answers_problem(reader, RW_F_ANSWERS_SYNTAX, mark), "reason", reason);
    free(reason);
}

/* Gives why an event of valid YAML has no place in an answers file, or NULL. */
static const char *refused_feature(const yaml_event_t *event, size_t documents, size_t depth)
{
    if (depth > DEPTH_MAX)
        return N_("a value nested too deeply");
    const yaml_char_t *tag = NULL, *anchor = NULL;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return documents > 0 ? N_("a second YAML document") : NULL;
    case YAML_ALIAS_EVENT:
        return N_("a YAML alias");
    case YAML_SCALAR_EVENT:
        tag = event->data.scalar.tag;
        anchor = event->data.scalar.anchor;
        break;
    case YAML_SEQUENCE_START_EVENT:
        tag = event->data.sequence_start.tag;
        anchor = event->data.sequence_start.anchor;
        break;
    case YAML_MAPPING_START_EVENT:
        tag = event->data.mapping_start.tag;
        anchor = event->data.mapping_start.anchor;
        break;
    default:
        break;
    }
    return tag ? N_("a YAML tag") : anchor ? N_("a YAML anchor") : NULL;
}

/* Goes through the file once for its syntax, and for what YAML can do but an answers file must not.
 * Gives whether it makes sense to read on; if not, a finding gives the reason. */
static bool scan(struct rw_answers_reader *reader, const char *text, size_t size)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        abort();
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    size_t documents = 0, refused = 0, depth = 0;
    bool end = false, good = true;
    while (good && !end) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            syntax_problem(reader, &parser, text, size);
            good = false;
            break;
        }
        depth = rw_yaml_depth(depth, event.type);
        const char *feature = refused_feature(&event, documents, depth);
        if (feature) {
            struct rw_finding *finding =
                rw_answers_problem(reader, RW_F_ANSWERS_YAML_FEATURE, event.start_mark);
            rw_finding_set(finding, "_feature", feature);
            refused++;
        }
        reader->has_aliases = reader->has_aliases || event.type == YAML_ALIAS_EVENT;
        documents += event.type == YAML_DOCUMENT_START_EVENT;
        end = event.type == YAML_STREAM_END_EVENT;
        good = documents < 2 && refused <= REFUSED_MAX && depth <= DEPTH_MAX;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

static void read_document(struct rw_answers_reader *reader, const char *text, size_t size)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser))
        abort();
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (yaml_parser_load(&parser, &document)) {
        reader->document = &document;
        rw_answers_read(reader);
        yaml_document_delete(&document);
    } else {
        syntax_problem(reader, &parser, text, size);
    }
    yaml_parser_delete(&parser);
}

/* Reads what can be read; the findings are in the reader. */
static void parse(struct rw_answers_reader *reader, const char *text, size_t size)
{
    reader->cluster = rw_cluster_new();
    if (scan(reader, text, size))
        read_document(reader, text, size);
    free(reader->host_nodes);
    rw_findings_done(&reader->spare);
    if (reader->problems > RW_ANSWERS_PROBLEM_MAX) {
        char *count = rw_asprintf("%zu", reader->problems - RW_ANSWERS_PROBLEM_MAX);
        rw_findings_add(reader->findings, RW_F_ANSWERS_MORE_PROBLEMS, NULL, "file", reader->name,
                        "count", count, NULL);
        free(count);
    }
}

struct rw_cluster *rw_answers_parse(const char *text, size_t size, const char *name,
                                    const char *dir, struct rw_findings *findings)
{
    struct rw_answers_reader reader = {.name = name, .dir = dir, .findings = findings};
    parse(&reader, text, size);
    if (reader.problems == 0)
        return reader.cluster;
    rw_cluster_free(reader.cluster);
    return NULL;
}

struct rw_cluster *rw_answers_parse_draft(const char *text, size_t size, const char *name,
                                          const char *dir, struct rw_findings *findings)
{
    struct rw_answers_reader reader = {
        .name = name, .dir = dir, .findings = findings, .draft = true};
    parse(&reader, text, size);
    return reader.cluster;
}
