/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml_fault.h"

#include "base/mem.h"

/* The reader of libyaml knows only the offset of a byte that is no YAML. */
static yaml_mark_t place_of(const yaml_parser_t *parser, const char *text, size_t size)
{
    if (parser->error != YAML_READER_ERROR)
        return parser->problem_mark;
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < size && i < parser->problem_offset; i++) {
        mark.column++;
        if (text[i] == '\n') {
            mark.line++;
            mark.column = 0;
        }
    }
    return mark;
}

char *rw_yaml_fault(const yaml_parser_t *parser, const char *text, size_t size, yaml_mark_t *mark)
{
    const char *problem = parser->problem ? parser->problem : "unknown error";
    *mark = place_of(parser, text, size);
    return parser->context ? rw_asprintf("%s, %s from line %zu", problem, parser->context,
                                         parser->context_mark.line + 1)
                           : rw_strdup(problem);
}

size_t rw_yaml_depth(size_t depth, yaml_event_type_t type)
{
    if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
        return depth + 1;
    return type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT ? depth - 1 : depth;
}
