/* SPDX-License-Identifier: Apache-2.0 */
/* A list of hosts between reading it and taking it over: what would be imported, host by host, with
 * roles and problems, for the screens and the line mode alike. Pure. */
#ifndef RW_WIZARD_IMPORT_H
#define RW_WIZARD_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/host_list.h"
#include "finding/finding.h"
#include "wizard/document.h"

struct rw_buf;

/* To rw_import_done(). */
struct rw_import {
    struct rw_host_list list;
    struct rw_findings findings;
    bool *known; /* by host of the list: it replaces one of the document */
};

/* Reads a list for this document, which is not changed. Where the list names no roles, they are
 * proposed beside the servers that the document has. */
void rw_import_read(struct rw_import *import, const struct rw_document *document, const char *text,
                    size_t size);
void rw_import_done(struct rw_import *import);
/* Whether there is anything to import, and nothing against it. */
bool rw_import_is_possible(const struct rw_import *import);
/* Whether the list gives no host both roles: then to import is what Enter means. */
bool rw_import_is_clear(const struct rw_import *import);
/* Appends the preview in the current language: the format, a line for each host, the problems. */
void rw_import_write(const struct rw_import *import, struct rw_buf *out);

#endif
