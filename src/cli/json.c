/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/json.h"

#include <stdlib.h>

void rw_json_text(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, json_string(text));
}

void rw_json_finding(json_t *object, const struct rw_finding *finding)
{
    static const char *const names[] = {"fact", "why", "fix", "same_as"};
    rw_json_text(object, "id", rw_finding_code(finding->id));
    rw_json_text(object, "severity", rw_severity_name(finding->severity));
    rw_json_text(object, "host", finding->host);
    for (int part = RW_FINDING_FACT; part <= RW_FINDING_SAME_AS; part++) {
        char *text = rw_finding_text(finding, (enum rw_finding_part)part);
        rw_json_text(object, names[part], *text ? text : NULL);
        free(text);
    }
}
