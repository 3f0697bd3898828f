/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of redact*.c only. */
#ifndef RW_BASE_REDACT_PRIVATE_H
#define RW_BASE_REDACT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

/* A text, and for each of its bytes whether it goes. */
struct redact_scan {
    const char *text;
    size_t size;
    unsigned char *gone;
};

void redact_mark(struct redact_scan *scan, size_t from, size_t to);
/* Of the alphabet of base64, or of its form for URLs. */
bool redact_is_base64(char c);

/* redact_pattern.c: marks what looks like a secret. */
void redact_patterns(struct redact_scan *scan);
/* redact_key.c: marks the values of keys such as `token:`. */
void redact_keys(struct redact_scan *scan);

#endif
