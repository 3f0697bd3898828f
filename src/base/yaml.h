/* SPDX-License-Identifier: Apache-2.0 */
/* Writing YAML by libyaml's emitter, with one rule for what is put in quotes: a text stays bare
 * when no reader of YAML 1.1 or 1.2 can take it for something else (a number, a date, true, ~).
 * Inside of [ ] and { } it must hold nothing but letters, digits and "/._+@-" as well, since
 * readers differ there; elsewhere libyaml knows. Lack of memory aborts. */
#ifndef RW_BASE_YAML_H
#define RW_BASE_YAML_H

#include <stdbool.h>
#include <yaml.h>

#include "base/buf.h"

struct rw_yaml {
    yaml_emitter_t emitter;
    struct rw_buf out;
    bool literal;
    int flow; /* depth of [ ] and { } */
};

/* Begins a document. literal: quotes are single ones, in which nothing is escaped, for files that
 * a script reads; else double ones. */
void rw_yaml_begin(struct rw_yaml *yaml, bool literal);
/* Ends it and gives its text, to free(), wiped before when it holds a secret. */
char *rw_yaml_end(struct rw_yaml *yaml);

/* flow: in one line, as is all in it. A mapping takes a key and a value in turn. */
void rw_yaml_map(struct rw_yaml *yaml, bool flow);
void rw_yaml_map_end(struct rw_yaml *yaml);
void rw_yaml_list(struct rw_yaml *yaml, bool flow);
void rw_yaml_list_end(struct rw_yaml *yaml);

/* A text, by the rule above; bytes that are no printable UTF-8 become '?'. */
void rw_yaml_text(struct rw_yaml *yaml, const char *text);
/* The same, always in double quotes. */
void rw_yaml_quoted(struct rw_yaml *yaml, const char *text);
/* A key, a number, true or false: without quotes. */
void rw_yaml_bare(struct rw_yaml *yaml, const char *word);

#endif
