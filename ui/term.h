/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal: taken over, drawn on and given back, in every case.
 *
 * Nothing here waits. Keys come from the loop; the terminal library writes into memory, and what
 * it wrote goes out when the terminal takes it, so that a terminal that hangs holds up nothing
 * else. Drawing happens only when it was asked for, after a key at once and at most 60 times a
 * second, else at most 20 times. */
#ifndef RW_UI_TERM_H
#define RW_UI_TERM_H

#include <stdbool.h>
#include <uv.h>

#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/theme.h"

struct rw_error;
struct rw_term;

/* Events of the terminal; all calls come from the loop. */
struct rw_term_events {
    void (*key)(void *context, const struct rw_key *key);
    /* Draw everything on the blank canvas; its size is the terminal's. */
    void (*draw)(void *context, struct rw_canvas *canvas);
    /* The program shall end: SIGTERM, SIGINT, SIGQUIT, or SIGHUP, also when the terminal is gone.
     * Nothing is restored yet; rw_term_free() does that. */
    void (*ended)(void *context, int signal);
};

/* Takes over the terminal of the process (/dev/tty) and asks for a first drawing. setlocale() must
 * have been called. RW_EIO: there is no terminal; RW_EINVAL: it cannot do what is needed, or $TERM
 * is not known. *term is to rw_term_free(). At most one at a time exists in a process. */
int rw_term_new(struct rw_term **term, uv_loop_t *loop, const struct rw_term_events *events,
                void *context, struct rw_error *err);
/* Gives the terminal back as it was; NULL is fine. Its handles close in the loop. */
void rw_term_free(struct rw_term *term);

/* The last drawing is out of date. */
void rw_term_redraw(struct rw_term *term);
/* The same, and nothing on the screen is taken for granted (^L). */
void rw_term_repaint(struct rw_term *term);
/* Drops the keys that were typed and not yet passed on. */
void rw_term_flush_keys(struct rw_term *term);
/* From now on the wheel of the mouse is RW_KEY_WHEEL_UP and RW_KEY_WHEEL_DOWN. Selecting text then
 * needs Shift on most terminals. */
void rw_term_use_mouse(struct rw_term *term);
/* Reads what was typed until now and drops it, but for ^C. */
void rw_term_drop_typed(struct rw_term *term);
/* Puts a text on the clipboard of the terminal by OSC 52; in tmux also in the form that passes it
 * through. Nothing says whether the terminal takes it. RW_TERM_COPY_MAX bytes at most. */
#define RW_TERM_COPY_MAX ((size_t)64 * 1024)
void rw_term_copy(struct rw_term *term, const char *text);
/* Gives the terminal back, stops the process group like ^Z, and takes the terminal again once the
 * shell continues it. */
void rw_term_suspend(struct rw_term *term);

const struct rw_abilities *rw_term_abilities(const struct rw_term *term);
void rw_term_set_theme(struct rw_term *term, enum rw_theme theme);

#endif
