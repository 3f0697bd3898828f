/* SPDX-License-Identifier: Apache-2.0 */
/* The picture of a screen: a grid of cells with characters and styles. Widgets draw on it and know
 * no terminal; term.c brings it to one, and tests print it as text. */
#ifndef RW_UI_CANVAS_H
#define RW_UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rw_buf;

/* Styles say what something means; theme.h says how that looks. */
enum rw_style {
    RW_STYLE_NORMAL,
    RW_STYLE_TITLE,
    RW_STYLE_HEAD, /* of a table */
    RW_STYLE_STRONG,
    RW_STYLE_DIM,
    RW_STYLE_OK,
    RW_STYLE_WARN,
    RW_STYLE_FAIL,
    RW_STYLE_UNKNOWN,
    RW_STYLE_FIELD, /* what can be typed into */
    RW_STYLE_FOCUS, /* where the next key goes */
    RW_STYLE_KEY,   /* a key to press */
    RW_STYLE_LINE,  /* separating lines and boxes */
    RW_STYLE_FOUND, /* what a search found */
    RW_STYLE_COUNT
};

/* A character and the marks on it; further marks are left out. */
#define RW_CELL_CHARACTERS 4

struct rw_cell {
    uint32_t text[RW_CELL_CHARACTERS]; /* ended by 0 when shorter; the first is never 0 */
    uint8_t style;                     /* enum rw_style */
    uint8_t width;                     /* 1; 2; 0 is the right half of the cell before */
};

/* Rows and columns that a canvas has at most; more is cut off. */
#define RW_CANVAS_MAX 1000

struct rw_canvas {
    int rows, cols;
    struct rw_cell *cells;      /* rows × cols */
    bool ascii_lines;           /* lines and marks of - | + ~, not of box drawing characters */
    bool ascii_only;            /* the terminal cannot show anything else */
    int cursor_row, cursor_col; /* where the focus is; -1: nowhere */
    /* Called with each text of which something is left out, for tests; may be NULL. */
    void (*cut)(void *context, const char *text);
    void *cut_context;
};

/* An empty canvas; to rw_canvas_done(). */
void rw_canvas_init(struct rw_canvas *canvas, int rows, int cols);
void rw_canvas_done(struct rw_canvas *canvas);
/* Makes it rows × cols, blank, without cursor. */
void rw_canvas_resize(struct rw_canvas *canvas, int rows, int cols);
/* Blanks everything and takes the cursor away. */
void rw_canvas_clear(struct rw_canvas *canvas);
const struct rw_cell *rw_canvas_cell(const struct rw_canvas *canvas, int row, int col);
/* Appends the rows as lines of text, without blanks at their ends. */
void rw_canvas_print(struct rw_buf *out, const struct rw_canvas *canvas);
/* Appends the styles as a picture, one letter a cell ("." is normal), and where the cursor is. */
void rw_canvas_print_styles(struct rw_buf *out, const struct rw_canvas *canvas);

/* A part of a canvas, in which rows and columns count from 0. Anything drawn outside is cut off,
 * and a wide character that is cut is drawn as a blank. It may be empty or lie beyond its
 * canvas. */
struct rw_area {
    struct rw_canvas *canvas;
    int top, left, rows, cols;
    int clip_top, clip_left, clip_bottom, clip_right; /* what the areas around it leave of it */
};

struct rw_area rw_area_all(struct rw_canvas *canvas);
struct rw_area rw_area_part(const struct rw_area *area, int row, int col, int rows, int cols);

/* Draws text on one row, and gives the column after it. Control characters become "?". */
int rw_area_text(const struct rw_area *area, int row, int col, enum rw_style style,
                 const char *text);
int rw_area_text_n(const struct rw_area *area, int row, int col, enum rw_style style,
                   const char *text, size_t size);
/* Draws text in exactly `cells`, cut with "…" (or "~" where that cannot be drawn)
 * when it is longer. */
void rw_area_cell(const struct rw_area *area, int row, int col, int cells, enum rw_style style,
                  const char *text);
/* Draws text so that it ends before col + cells. */
void rw_area_right(const struct rw_area *area, int row, int col, int cells, enum rw_style style,
                   const char *text);
/* Draws text in lines as wide as the area, from its first row; gives the rows that it needs, which
 * may be more than the area has. */
int rw_area_wrap(const struct rw_area *area, enum rw_style style, const char *text);
void rw_area_fill(const struct rw_area *area, enum rw_style style);
/* Changes the style of cells that are drawn already. */
void rw_area_restyle(const struct rw_area *area, int row, int col, int cells, enum rw_style style);
/* A horizontal line over the whole width, with text in it ("" for none). */
void rw_area_line(const struct rw_area *area, int row, const char *text);
/* A frame along the edge, with a title ("" for none), and blanks inside; gives the area inside. */
struct rw_area rw_area_box(const struct rw_area *area, const char *title);
/* Puts the terminal's cursor here, unless that is cut off. */
void rw_area_cursor(const struct rw_area *area, int row, int col);
/* The text did not fit and was left out: for a caller that draws nothing of it. */
void rw_area_left_out(const struct rw_area *area, const char *text);

#endif
