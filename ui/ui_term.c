/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_term.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/term.h"

/* ---- from the terminal ---- */

static void on_key(void *context, const struct rw_key *key)
{
    struct rw_ui_term *shell = context;
    rw_ui_key(&shell->ui, key);
}

static void on_draw(void *context, struct rw_canvas *canvas)
{
    struct rw_ui_term *shell = context;
    rw_ui_draw(&shell->ui, canvas);
}

static void on_ended(void *context, int number)
{
    struct rw_ui_term *shell = context;
    shell->ended(shell->context, number);
}

static const struct rw_term_events events = {on_key, on_draw, on_ended};

/* ---- to the terminal ---- */

static void redraw(void *context)
{
    rw_term_redraw(((struct rw_ui_term *)context)->term);
}

static void repaint(void *context)
{
    rw_term_repaint(((struct rw_ui_term *)context)->term);
}

static void flush_keys(void *context)
{
    rw_term_flush_keys(((struct rw_ui_term *)context)->term);
}

static void drop_typed(void *context)
{
    rw_term_drop_typed(((struct rw_ui_term *)context)->term);
}

static void copy(void *context, const char *text)
{
    rw_term_copy(((struct rw_ui_term *)context)->term, text);
}

static void suspend(void *context)
{
    rw_term_suspend(((struct rw_ui_term *)context)->term);
}

static void set_theme(void *context, enum rw_theme theme)
{
    rw_term_set_theme(((struct rw_ui_term *)context)->term, theme);
}

static void quit(void *context)
{
    on_ended(context, 0);
}

static const struct rw_ui_host host = {.redraw = redraw,
                                       .repaint = repaint,
                                       .flush_keys = flush_keys,
                                       .drop_typed = drop_typed,
                                       .copy = copy,
                                       .suspend = suspend,
                                       .set_theme = set_theme,
                                       .quit = quit};

int rw_ui_term_open(struct rw_ui_term *shell, uv_loop_t *loop,
                    void (*ended)(void *context, int signal), void *context, struct rw_error *err)
{
    memset(shell, 0, sizeof *shell);
    shell->ended = ended;
    shell->context = context;
    int code = rw_term_new(&shell->term, loop, &events, shell, err);
    if (code < 0)
        return code;
    rw_ui_init(&shell->ui, &host, shell, rw_term_abilities(shell->term));
    if (rw_display_lacks(&shell->ui.can.display, rw_i18n_current()))
        rw_i18n_use(0);
    return 0;
}

void rw_ui_term_use_mouse(struct rw_ui_term *shell)
{
    rw_term_use_mouse(shell->term);
}

void rw_ui_term_close(struct rw_ui_term *shell)
{
    if (!shell || !shell->term)
        return;
    rw_term_free(shell->term);
    shell->term = NULL;
    rw_ui_done(&shell->ui);
}
