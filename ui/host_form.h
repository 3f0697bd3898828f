/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a host, and that of the login which all hosts share: a screen on top of step 2. Every
 * field is saved as it is left. */
#ifndef RW_UI_HOST_FORM_H
#define RW_UI_HOST_FORM_H

#include <stddef.h>

#include "ui/ui.h"
#include "wizard/wizard.h"

struct rw_host_form;

struct rw_host_form *rw_host_form_new(struct rw_wizard *wizard);
void rw_host_form_free(struct rw_host_form *form);
/* Shows the form of a host. One that has neither name nor address when the form is left is taken
 * away again. */
void rw_host_form_open(struct rw_host_form *form, struct rw_ui *ui, size_t host);
/* Adds a host and opens the form for it; cancelled, there is none. */
void rw_host_form_add(struct rw_host_form *form, struct rw_ui *ui);
/* Appends what it means for a host to get that role, translated. */
void rw_host_role_text(const struct rw_wizard *wizard, size_t host, enum rw_role role,
                       struct rw_buf *out);
/* Shows the login that all hosts share which have no other. */
void rw_host_form_open_common(struct rw_host_form *form, struct rw_ui *ui);

#endif
