/* SPDX-License-Identifier: Apache-2.0 */
/* curses knows how to change a screen with few bytes on every terminal; that alone is its work
 * here. It writes into a file in memory, so that it never waits, and touches no terminal mode. */
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "ui/term_private.h"
#include "ui/width.h"

/* Buttons and the wheel, in the form that has no limit of columns (SGR). */
static const char mouse_on[] = "\033[?1000h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1000l";
static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";

struct rw_painter {
    SCREEN *screen;
    FILE *memory;
    int usual_rows, usual_cols;
    bool colour;
    struct rw_canvas shown; /* the state last passed to curses */
    enum rw_theme theme;
    bool mouse;
};

/* ---- making ---- */

/* curses puts its own handlers in place, which would restore a terminal that is not in its hand. */
static const int handled[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

static SCREEN *new_screen(const char *type, FILE *memory)
{
    struct sigaction before[RW_COUNT(handled)];
    for (size_t i = 0; i < RW_COUNT(handled); i++)
        sigaction(handled[i], NULL, &before[i]);
    SCREEN *screen = newterm(type, memory, memory);
    for (size_t i = 0; i < RW_COUNT(handled); i++)
        sigaction(handled[i], &before[i], NULL);
    return screen;
}

static const char *capability(const char *name)
{
    const char *value = tigetstr(name);
    return value && value != (char *)-1 ? value : "";
}

/* Without the delays that old terminals want ("$<5>"). */
static void add_capability(struct rw_buf *out, const char *name)
{
    for (const char *c = capability(name); *c; c++) {
        const char *end = c[0] == '$' && c[1] == '<' ? strchr(c, '>') : NULL;
        if (end)
            c = end;
        else
            rw_buf_addc(out, *c);
    }
}

/* Scrolling moves all rows: one that was asleep while the size changed may think otherwise. Moves
 * the cursor to the first place. */
static void add_whole_region(struct rw_buf *out)
{
    const char *region = capability("csr");
    if (*region)
        rw_buf_adds(out, tparm(region, 0, getmaxy(stdscr) - 1));
}

/* One pair for each style, in its colours. False when the terminal has too few. */
static bool set_pairs(void)
{
    start_color(); /* before it, the numbers are 0 */
    if (COLORS < 8 || COLOR_PAIRS <= RW_STYLE_COUNT || use_default_colors() == ERR)
        return false;
    for (int style = 0; style < RW_STYLE_COUNT; style++) {
        const struct rw_look *look = rw_theme_look(RW_THEME_COLOUR, (enum rw_style)style);
        init_pair((short)(style + 1), look->front, look->back);
    }
    return true;
}

int rw_painter_new(struct rw_painter **out, struct rw_error *err)
{
    int fd = memfd_create("screen", MFD_CLOEXEC);
    FILE *memory = fd >= 0 ? fdopen(fd, "w+") : NULL;
    if (!memory) {
        if (fd >= 0)
            close(fd);
        return rw_error_set(err, RW_EIO, "no memory to draw in");
    }
    const char *type = getenv("TERM");
    /* newterm() leaks when it does not know the type. */
    int status;
    bool known = type && *type && setupterm(type, fd, &status) == OK;
    if (known)
        del_curterm(cur_term);
    SCREEN *screen = known ? new_screen(type, memory) : NULL;
    if (!screen || !*capability("cup") || !*capability("clear")) {
        rw_error_set(err, RW_EINVAL,
                     "the terminal type \"%s\" is not known here or cannot place the cursor; "
                     "try TERM=xterm or TERM=vt100",
                     type ? type : "");
        if (screen)
            delscreen(screen);
        fclose(memory);
        return RW_EINVAL;
    }
    struct rw_painter *painter = rw_calloc(1, sizeof *painter);
    painter->screen = screen;
    painter->memory = memory;
    painter->usual_rows = tigetnum("lines");
    painter->usual_cols = tigetnum("cols");
    painter->colour = has_colors() && set_pairs();
    typeahead(-1); /* a screen is drawn to its end */
    rw_canvas_init(&painter->shown, 0, 0);
    *out = painter;
    return 0;
}

void rw_painter_free(struct rw_painter *painter)
{
    if (!painter)
        return;
    set_term(painter->screen);
    endwin();
    delscreen(painter->screen);
    fclose(painter->memory);
    rw_canvas_done(&painter->shown);
    free(painter);
}

bool rw_painter_has_colour(const struct rw_painter *painter)
{
    return painter->colour;
}

void rw_painter_usual_size(const struct rw_painter *painter, int *rows, int *cols)
{
    *rows = painter->usual_rows > 0 ? painter->usual_rows : 24;
    *cols = painter->usual_cols > 0 ? painter->usual_cols : 80;
}

void rw_painter_resize(struct rw_painter *painter, int rows, int cols)
{
    set_term(painter->screen);
    resizeterm(rows, cols);
    rw_canvas_resize(&painter->shown, 0, 0);
}

/* ---- bytes ---- */

/* Moves what curses has written to the buffer. */
static void collect(struct rw_painter *painter, struct rw_buf *out)
{
    fflush(painter->memory);
    int fd = fileno(painter->memory);
    off_t size = lseek(fd, 0, SEEK_CUR);
    lseek(fd, 0, SEEK_SET);
    char part[8192];
    for (ssize_t count; size > 0 && (count = read(fd, part, sizeof part)) > 0; size -= count)
        rw_buf_add(out, part, (size_t)count);
    lseek(fd, 0, SEEK_SET);
    if (ftruncate(fd, 0) != 0)
        abort(); /* a file in memory */
}

void rw_painter_set_mouse(struct rw_painter *painter, bool on)
{
    painter->mouse = on;
}

void rw_painter_enter(struct rw_painter *painter, struct rw_buf *out)
{
    set_term(painter->screen);
    curs_set(1); /* as rw_painter_leave() left it */
    clearok(curscr, TRUE);
    rw_canvas_resize(&painter->shown, 0, 0);
    collect(painter, out);
    rw_buf_clear(out);
    add_capability(out, "smcup");
    rw_buf_adds(out, paste_on);
    if (painter->mouse)
        rw_buf_adds(out, mouse_on);
}

void rw_painter_leave(struct rw_painter *painter, struct rw_buf *out)
{
    set_term(painter->screen);
    /* Some terminals bring the cursor of before back with the screen of before. */
    static const char *const back[] = {"sgr0", "op", "rmcup", "cnorm"};
    rw_buf_adds(out, paste_off);
    if (painter->mouse)
        rw_buf_adds(out, mouse_off);
    add_whole_region(out);
    for (size_t i = 0; i < RW_COUNT(back); i++)
        add_capability(out, back[i]);
    if (!*capability("rmcup")) /* there is no other screen to come back to */
        add_capability(out, "clear");
    rw_buf_addc(out, '\r');
}

/* ---- cells ---- */

static attr_t attributes(const struct rw_look *look)
{
    return (look->bold ? A_BOLD : A_NORMAL) | (look->dim ? A_DIM : A_NORMAL) |
           (look->underline ? A_UNDERLINE : A_NORMAL) | (look->reverse ? A_REVERSE : A_NORMAL);
}

/* Gives the number of cells it stands for. A character of which the C library has another opinion
 * than we would push the rest of the row out of its place. */
static int set_cell(const struct rw_painter *painter, cchar_t *out, const struct rw_cell *cell)
{
    wchar_t text[RW_CELL_CHARACTERS + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i < RW_CELL_CHARACTERS && cell->text[i]; i++) {
        int width = wcwidth((wchar_t)cell->text[i]);
        if (i == 0 && width != cell->width) {
            text[count++] = L'?';
            break;
        }
        if (i == 0 || width == 0)
            text[count++] = (wchar_t)cell->text[i];
    }
    const struct rw_look *look = rw_theme_look(painter->theme, (enum rw_style)cell->style);
    bool colour = painter->colour && painter->theme == RW_THEME_COLOUR;
    setcchar(out, text, attributes(look), colour ? (short)(cell->style + 1) : 0, NULL);
    return text[0] == L'?' ? 1 : cell->width;
}

static void paint_row(struct rw_painter *painter, const struct rw_canvas *canvas, int row)
{
    for (int col = 0; col < canvas->cols;) {
        const struct rw_cell *cell = rw_canvas_cell(canvas, row, col);
        cchar_t character;
        int width = set_cell(painter, &character, cell);
        mvadd_wchnstr(row, col, &character, 1);
        for (int i = width; i < cell->width; i++) {
            struct rw_cell blank = {{' '}, cell->style, 1};
            set_cell(painter, &character, &blank);
            mvadd_wchnstr(row, col + i, &character, 1);
        }
        col += cell->width ? cell->width : 1;
    }
}

static bool same_row(const struct rw_canvas *a, const struct rw_canvas *b, int row)
{
    const struct rw_cell *x = rw_canvas_cell(a, row, 0), *y = rw_canvas_cell(b, row, 0);
    for (int col = 0; col < a->cols; col++)
        if (x[col].style != y[col].style || x[col].width != y[col].width ||
            memcmp(x[col].text, y[col].text, sizeof x[col].text) != 0)
            return false;
    return true;
}

void rw_painter_paint(struct rw_painter *painter, const struct rw_canvas *canvas,
                      enum rw_theme theme, bool all, struct rw_buf *out)
{
    set_term(painter->screen);
    bool fresh = painter->shown.rows != canvas->rows || painter->shown.cols != canvas->cols ||
                 painter->theme != theme;
    painter->theme = theme;
    if (fresh)
        add_whole_region(out);
    if (all)
        clearok(curscr, TRUE);
    for (int row = 0; row < canvas->rows; row++)
        if (fresh || !same_row(&painter->shown, canvas, row))
            paint_row(painter, canvas, row);
    bool cursor = canvas->cursor_row >= 0;
    curs_set(cursor ? 1 : 0);
    if (cursor)
        move(canvas->cursor_row, canvas->cursor_col);
    wnoutrefresh(stdscr);
    doupdate();
    collect(painter, out);
    if (fresh)
        rw_canvas_resize(&painter->shown, canvas->rows, canvas->cols);
    size_t count = (size_t)canvas->rows * (size_t)canvas->cols;
    if (count)
        memcpy(painter->shown.cells, canvas->cells, count * sizeof *canvas->cells);
}
