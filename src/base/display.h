/* SPDX-License-Identifier: Apache-2.0 */
/* The languages that a terminal can show. The facts are plain data, the decision is a pure function
 * of them; only rw_display_look() asks the system. */
#ifndef RW_BASE_DISPLAY_H
#define RW_BASE_DISPLAY_H

#include <linux/kd.h>
#include <stdbool.h>
#include <stddef.h>

struct rw_display {
    bool utf8;       /* the codeset of the locale is UTF-8 */
    bool console;    /* a Linux virtual console */
    bool linux_type; /* $TERM begins with "linux", as over a serial line from such a console */
    unsigned glyphs; /* on a console: bit i is set when the font has the glyph of language i */
};

/* Why the terminal cannot show that language, in English ASCII, which is what such a terminal can
 * show, at most 40 characters; NULL when it can. The codeset counts first, then what the console's
 * font has, then the type. Static. */
const char *rw_display_lacks(const struct rw_display *display, size_t language);
/* Of the languages, the next one after that index that can be shown; the same, when no other can.
 */
size_t rw_display_next(const struct rw_display *display, size_t language);
/* The glyphs of struct rw_display, from the font's map (GIO_UNIMAP). */
unsigned rw_display_in_map(const struct unipair *map, size_t count);

/* Finds out about the terminal at fd, which may be anything. The locale must be set. */
struct rw_display rw_display_look(int fd);

#endif
