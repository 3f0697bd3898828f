/* SPDX-License-Identifier: Apache-2.0 */
/* An entry field for one value of the document. The text is saved as the field is left, valid or
 * not; the message below it says what the value must be. */
#ifndef RW_UI_FIELD_H
#define RW_UI_FIELD_H

#include "ui/entry.h"
#include "ui/screen.h"
#include "wizard/wizard.h"

#define RW_FIELD_MAX 1024 /* bytes */

struct rw_field {
    struct rw_entry entry;
    struct rw_wizard *wizard;
    const char *key; /* as document.h calls it */
    unsigned id;     /* of the host; 0: the cluster */
};

/* label is N_(), help too; `item` becomes the item of it. The field must not move in memory. To
 * rw_field_done(). */
void rw_field_init(struct rw_field *field, struct rw_wizard *wizard, const char *key,
                   const char *label, struct rw_item *item, const char *help);
void rw_field_done(struct rw_field *field);
/* Shows the value as the model has it, of the host with this id, 0: of the cluster. */
void rw_field_show(struct rw_field *field, unsigned id);
/* The rows that it needs: one, and those of its message, which is judged anew, since the language
 * may be another one. */
int rw_field_rows(struct rw_field *field, int cols);

#endif
