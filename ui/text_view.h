/* SPDX-License-Identifier: Apache-2.0 */
/* Paragraphs of text, wrapped to the area and scrolled. */
#ifndef RW_UI_TEXT_VIEW_H
#define RW_UI_TEXT_VIEW_H

#include <stddef.h>

#include "ui/widget.h"

/* The lead stands at the left, such as "Fix: "; all lines of the text stand right of it. */
struct rw_paragraph {
    char *lead, *text;
    enum rw_style lead_style, style;
};

/* `struct rw_text_view view = {0};` is empty. To rw_text_view_done(). */
struct rw_text_view {
    struct rw_paragraph *paragraphs;
    size_t count;

    int top, rows, page; /* first line in sight, lines there are, lines in sight */
};

extern const struct rw_widget_class rw_text_view_class;

void rw_text_view_done(struct rw_text_view *view);
/* Takes all text away; the place where it is scrolled to stays. */
void rw_text_view_clear(struct rw_text_view *view);
/* Adds a paragraph; lead and text are copied and made safe for a terminal. "\n" begins a new line
 * under the same lead. */
void rw_text_view_add(struct rw_text_view *view, enum rw_style lead_style, const char *lead,
                      enum rw_style style, const char *text);
/* The rows that it needs at this width. */
int rw_text_view_rows(const struct rw_text_view *view, int cells);

#endif
