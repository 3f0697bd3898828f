/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the JSON output that more than one command has. */
#ifndef RW_CLI_JSON_H
#define RW_CLI_JSON_H

#include <jansson.h>

#include "finding/finding.h"

/* Adds id, severity, host and the texts of a finding to an object. */
void rw_json_finding(json_t *object, const struct rw_finding *finding);
/* Adds text when it is not NULL. */
void rw_json_text(json_t *object, const char *key, const char *text);

#endif
