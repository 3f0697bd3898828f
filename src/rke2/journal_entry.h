/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of the journal of a host, as `journalctl -o json` writes them. Pure. */
#ifndef RW_RKE2_JOURNAL_ENTRY_H
#define RW_RKE2_JOURNAL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Reads one line. Appends the message, which may have several lines of its own, to text, and gives
 * the place of the entry in the journal in *cursor, to free(). False, with nothing changed, when
 * the line is no entry. A message that is no text is given byte by byte, one that is missing as
 * none. */
bool rw_journal_entry(const char *line, size_t length, struct rw_buf *text, char **cursor);

#endif
