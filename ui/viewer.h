/* SPDX-License-Identifier: Apache-2.0 */
/* A text to read, as large as the terminal, without a frame around it, so that it can be marked and
 * copied with the mouse. Esc goes back. */
#ifndef RW_UI_VIEWER_H
#define RW_UI_VIEWER_H

#include "ui/text_view.h"
#include "ui/ui.h"

/* `struct rw_viewer viewer = {0};` is ready; it must not move in memory. To rw_viewer_done(). */
struct rw_viewer {
    struct rw_screen_class class;
    struct rw_screen screen;
    struct rw_item item;
    struct rw_text_view text;
    void (*write)(void *context, struct rw_buf *out);
    void *context;
};

/* Title is N_(). write() appends the text in the language of the moment, whenever it is drawn. */
void rw_viewer_open(struct rw_viewer *viewer, struct rw_ui *ui, const char *title,
                    void (*write)(void *context, struct rw_buf *out), void *context);
void rw_viewer_done(struct rw_viewer *viewer);

#endif
