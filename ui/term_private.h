/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the terminal. */
#ifndef RW_UI_TERM_PRIVATE_H
#define RW_UI_TERM_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "ui/canvas.h"
#include "ui/theme.h"

struct rw_buf;
struct rw_error;

/* ---- term_paint.c: the only file that knows curses; from a canvas to bytes ---- */

struct rw_painter;

/* RW_EINVAL: $TERM is not known, or cannot place the cursor. */
int rw_painter_new(struct rw_painter **painter, struct rw_error *err);
void rw_painter_free(struct rw_painter *painter);
void rw_painter_resize(struct rw_painter *painter, int rows, int cols);
/* Whether the terminal reports the wheel of the mouse between enter and leave. */
void rw_painter_set_mouse(struct rw_painter *painter, bool on);
bool rw_painter_has_colour(const struct rw_painter *painter);
/* The size for terminals that do not report theirs. */
void rw_painter_usual_size(const struct rw_painter *painter, int *rows, int *cols);
/* Appends the bytes that make the terminal show the canvas, beginning from what it shows; all of
 * it when `all`. */
void rw_painter_paint(struct rw_painter *painter, const struct rw_canvas *canvas,
                      enum rw_theme theme, bool all, struct rw_buf *out);
/* Appends the bytes that take the terminal over, and those that give it back. */
void rw_painter_enter(struct rw_painter *painter, struct rw_buf *out);
void rw_painter_leave(struct rw_painter *painter, struct rw_buf *out);

/* ---- term_rescue.c: gives the terminal back when the program dies ---- */

/* From now on until rw_rescue_off(), a crash (SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL) and exit()
 * write these bytes to fd, and restore the mode. Bytes beyond RW_RESCUE_MAX are left out. */
#define RW_RESCUE_MAX 256
void rw_rescue_on(int fd, const struct termios *mode, const char *bytes, size_t size);
void rw_rescue_off(void);

#endif
