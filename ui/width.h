/* SPDX-License-Identifier: Apache-2.0 */
/* Text in cells, never in bytes: what UTF-8 text takes on a screen, and where it may be cut.
 *
 * A cluster is a character with the marks that stand on it; it is never split. Widths come from
 * the Unicode table in width_table.h, so that a layout does not depend on the C library or the
 * locale; term.c replaces the few characters of which the terminal's library thinks otherwise. */
#ifndef RW_UI_WIDTH_H
#define RW_UI_WIDTH_H

#include <stddef.h>
#include <stdint.h>

struct rw_buf;

/* The replacement for a byte that is not UTF-8, and for a character that must not be drawn. */
#define RW_CHAR_BAD 0xFFFDu

/* Reads the character at text, which has size > 0 bytes, and gives its length. A byte that begins
 * none gives 1 and RW_CHAR_BAD. */
size_t rw_char_read(const char *text, size_t size, uint32_t *character);
/* Writes a character as UTF-8, at most 4 bytes, without NUL; gives the length. An invalid one is
 * written as RW_CHAR_BAD. */
size_t rw_char_write(uint32_t character, char out[4]);
/* Cells of one character: 0, 1 or 2. Control characters take 1: they are drawn as '?'. */
int rw_char_width(uint32_t character);

/* Cells of a text. */
int rw_width(const char *text);
int rw_width_n(const char *text, size_t size);

/* The end of the cluster that begins at `at`, and the start of the one that ends there. `at` is a
 * cluster boundary in [0, size]; at the ends they give size and 0. */
size_t rw_cluster_next(const char *text, size_t size, size_t at);
size_t rw_cluster_back(const char *text, size_t size, size_t at);

/* The bytes of the whole clusters at the start of text that fit into `cells`. */
size_t rw_width_fit(const char *text, size_t size, int cells);

/* Appends text cut to `cells`, with `mark` (such as "…") in its last cells when something is
 * missing, and filled up with blanks. */
void rw_width_pad(struct rw_buf *out, const char *text, int cells, const char *mark);

/* Gives the bytes of the first line of text when it is laid out `cells` wide, and in *next where
 * the following line begins (size at the end). English breaks at blanks, which are dropped;
 * Chinese breaks between any two characters, but not before closing and not after opening
 * punctuation; a word that is longer than a line is cut. "\n" always ends a line. With fewer
 * cells than a character takes, one cluster is a line, so that there is always progress. */
size_t rw_wrap(const char *text, size_t size, int cells, size_t *next);

/* Gives a copy to free() that is safe in a line of text: terminal escape sequences are left out,
 * tabs become blanks up to the next multiple of 8 cells, other control characters and what is no
 * UTF-8 become "?", and what steers the direction of writing is left out. At most max bytes. */
char *rw_text_tame(const char *text, size_t size, size_t max);

#endif
