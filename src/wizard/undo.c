/* SPDX-License-Identifier: Apache-2.0 */
/* The document as it was before changes, so that they can be taken back. In memory alone. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wizard/wizard_private.h"

static void drop_last(struct wizard_undo *undo)
{
    struct wizard_mark *mark = &undo->marks[--undo->count];
    rw_document_free(mark->before);
    free(mark->what);
}

void undo_done(struct wizard_undo *undo)
{
    while (undo->count > 0)
        drop_last(undo);
}

static void drop_first(struct wizard_undo *undo)
{
    rw_document_free(undo->marks[0].before);
    free(undo->marks[0].what);
    memmove(undo->marks, undo->marks + 1, --undo->count * sizeof *undo->marks);
}

/* Marks after which nothing was changed take nothing back. */
static void drop_idle(struct wizard_undo *undo, const struct rw_document *now)
{
    while (undo->count > 0 && undo->marks[undo->count - 1].before->revision == now->revision)
        drop_last(undo);
}

unsigned rw_wizard_mark(struct rw_wizard *wizard, const char *what)
{
    struct wizard_undo *undo = &wizard->undo;
    if (undo->count == WIZARD_MARKS_MAX)
        drop_first(undo);
    undo->marks[undo->count++] = (struct wizard_mark){++undo->last_serial, rw_strdup(what),
                                                      rw_document_copy(wizard->document)};
    return undo->last_serial;
}

void rw_wizard_mark_end(struct rw_wizard *wizard, unsigned serial)
{
    struct wizard_undo *undo = &wizard->undo;
    while (undo->count > 0 && undo->marks[undo->count - 1].serial > serial)
        drop_last(undo);
    drop_idle(undo, wizard->document);
}

bool rw_wizard_marked(const struct rw_wizard *wizard, unsigned serial)
{
    const struct wizard_undo *undo = &wizard->undo;
    size_t i = 0;
    while (i < undo->count && undo->marks[i].serial != serial)
        i++;
    return i < undo->count && undo->marks[i].before->revision != wizard->document->revision;
}

const char *rw_wizard_undoable(struct rw_wizard *wizard)
{
    struct wizard_undo *undo = &wizard->undo;
    drop_idle(undo, wizard->document);
    return undo->count ? undo->marks[undo->count - 1].what : NULL;
}

void rw_wizard_undo(struct rw_wizard *wizard)
{
    struct wizard_undo *undo = &wizard->undo;
    drop_idle(undo, wizard->document);
    if (undo->count == 0 || install_active(wizard))
        return;
    struct wizard_mark *mark = &undo->marks[undo->count - 1];
    struct rw_document *now = wizard->document;
    wizard->document = mark->before;
    for (size_t i = 0; i + 1 < undo->count; i++) /* made at the same moment */
        if (undo->marks[i].before->revision == wizard->document->revision)
            undo->marks[i].before->revision = now->revision + 1;
    wizard->document->revision = now->revision + 1;
    wizard->document->last_id = now->last_id;
    mark->before = NULL;
    drop_last(undo);
    rw_document_free(now);
    wizard_edited(wizard);
}

void rw_wizard_undo_to(struct rw_wizard *wizard, unsigned serial)
{
    rw_wizard_mark_end(wizard, serial);
    if (rw_wizard_marked(wizard, serial))
        rw_wizard_undo(wizard);
}
