/* SPDX-License-Identifier: Apache-2.0 */
/* What libyaml says of a text that is no YAML. */
#ifndef RW_BASE_YAML_FAULT_H
#define RW_BASE_YAML_FAULT_H

#include <stddef.h>
#include <yaml.h>

/* The reason why a parser stopped in this text, to free(), and in *mark the place. */
char *rw_yaml_fault(const yaml_parser_t *parser, const char *text, size_t size, yaml_mark_t *mark);
/* The depth behind an event; libyaml needs quadratic time for deep nesting. */
size_t rw_yaml_depth(size_t depth, yaml_event_type_t type);

#endif
