/* SPDX-License-Identifier: Apache-2.0 */
/* The token of the cluster on the screen of the settings: it is generated, typed, and shown for a
 * moment; else only that it is kept can be seen. */
#ifndef RW_UI_SETTINGS_TOKEN_H
#define RW_UI_SETTINGS_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/buttons.h"
#include "ui/screen.h"

/* Read `buttons` (the item of the screen) and `rows`; leave the rest alone. */
struct rw_settings_token {
    struct rw_buttons buttons;
    int rows; /* that it takes above the buttons, as of rw_settings_token_measure() */
    struct rw_screen *screen;
    int64_t revealed_ms; /* rw_clock_ms() when it was shown; 0: it is not */
    char *typed;         /* while it is asked whether it is to be used; or NULL */
};

/* The screen, whose model is a wizard (screens.h), is borrowed. */
void rw_settings_token_init(struct rw_settings_token *token, struct rw_screen *screen);
void rw_settings_token_done(struct rw_settings_token *token);
void rw_settings_token_hide(struct rw_settings_token *token);

/* Throws away what is kept, after a question; a new one is made by the install. */
void rw_settings_token_generate(struct rw_settings_token *token);
/* Asks for one in a dialog. */
void rw_settings_token_type(struct rw_settings_token *token);
/* Shows it for ten seconds, or hides it. */
void rw_settings_token_reveal(struct rw_settings_token *token);
/* Does what the chosen button says. */
void rw_settings_token_press(struct rw_settings_token *token);

/* Whether it is shown now, so that the screen has to be drawn again by itself. */
bool rw_settings_token_moves(const struct rw_settings_token *token);
/* Why nothing can be shown, or NULL; static, translatable. */
const char *rw_settings_token_why_not(const struct rw_settings_token *token);
/* Works out `rows` in a width of so many cells. */
void rw_settings_token_measure(struct rw_settings_token *token, int cells);
void rw_settings_token_draw(struct rw_settings_token *token, const struct rw_area *body, int row,
                            int col);

#endif
