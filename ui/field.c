/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/width.h"

/* The index of the host, RW_DOCUMENT_CLUSTER; -2 when the host is gone. */
static int place_of(const struct rw_field *field)
{
    if (field->id == 0)
        return RW_DOCUMENT_CLUSTER;
    int host = rw_document_host_by_id(rw_wizard_document(field->wizard), field->id);
    return host >= 0 ? host : -2;
}

static bool is_about(const struct rw_document_problem *problem, int host, const char *key)
{
    return problem->host == host && problem->key && strcmp(problem->key, key) == 0;
}

/* The problem of the value, to free(), or NULL. */
static char *problem_text(const struct rw_field *field, int host)
{
    const struct rw_document *document = rw_wizard_document(field->wizard);
    struct rw_document_problems problems = {0};
    char *text = NULL;
    rw_document_check(document, &problems);
    for (size_t i = 0; i < problems.findings.count && !text; i++) {
        const struct rw_finding *finding = &problems.findings.items[i];
        if (!is_about(&problems.items[i], host, field->key))
            continue;
        if (finding->id == RW_F_FIELD_VALUE || finding->id == RW_F_FIELD_EMPTY)
            text = rw_asprintf(_("This must be %s."), _(rw_document_expected(host, field->key)));
        else
            text = rw_finding_text(finding, RW_FINDING_FACT);
    }
    rw_document_problems_done(&problems);
    return text;
}

static char *save_and_check(void *context, const char *text)
{
    struct rw_field *field = context;
    int host = place_of(field);
    if (host == -2)
        return NULL;
    char *before = rw_document_get(rw_wizard_document(field->wizard), host, field->key);
    if (strcmp(before, text) != 0) {
        rw_wizard_mark(field->wizard, field->entry.label);
        rw_wizard_set(field->wizard, host, field->key, text);
    }
    free(before);
    return problem_text(field, host);
}

void rw_field_init(struct rw_field *field, struct rw_wizard *wizard, const char *key,
                   const char *label, struct rw_item *item, const char *help)
{
    field->wizard = wizard;
    field->key = key;
    field->id = 0;
    rw_entry_init(&field->entry, RW_FIELD_MAX);
    field->entry.label = label;
    field->entry.check = save_and_check;
    field->entry.context = field;
    *item = (struct rw_item){.class = &rw_entry_class, .widget = &field->entry, .help = help};
}

void rw_field_done(struct rw_field *field)
{
    rw_entry_done(&field->entry);
}

void rw_field_show(struct rw_field *field, unsigned id)
{
    field->id = id;
    int host = place_of(field);
    char *text = host == -2 ? rw_strdup("")
                            : rw_document_get(rw_wizard_document(field->wizard), host, field->key);
    rw_entry_set(&field->entry, text);
    free(text);
}

int rw_field_rows(struct rw_field *field, int cols)
{
    if (!field->entry.message || rw_entry_check(&field->entry))
        return 1;
    const char *message = field->entry.message;
    int cells = cols - field->entry.label_cells, rows = 1;
    size_t size = strlen(message);
    for (size_t at = 0, next; at < size; at += next) {
        rw_wrap(message + at, size - at, cells, &next);
        rows++;
    }
    return rows;
}
