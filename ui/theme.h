/* SPDX-License-Identifier: Apache-2.0 */
/* How the styles look: in colour, without colour, and without drawn lines. Meaning never hangs on
 * the colour alone. */
#ifndef RW_UI_THEME_H
#define RW_UI_THEME_H

#include <stdbool.h>

#include "base/display.h"
#include "ui/canvas.h"

enum rw_theme {
    RW_THEME_COLOUR,
    RW_THEME_MONO,
    RW_THEME_ASCII, /* mono, and lines of - and | */
    RW_THEME_COUNT
};

/* The eight colours of every colour terminal; -1 is the terminal's own. */
enum rw_colour {
    RW_COLOUR_OWN = -1,
    RW_COLOUR_BLACK,
    RW_COLOUR_RED,
    RW_COLOUR_GREEN,
    RW_COLOUR_YELLOW,
    RW_COLOUR_BLUE,
    RW_COLOUR_MAGENTA,
    RW_COLOUR_CYAN,
    RW_COLOUR_WHITE,
};

struct rw_look {
    signed char front, back; /* enum rw_colour */
    bool bold, dim, underline, reverse;
};

/* The abilities of the terminal. */
struct rw_abilities {
    bool colour; /* has eight colours, and NO_COLOR is not set */
    struct rw_display display;
};

/* The best theme for the terminal. */
enum rw_theme rw_theme_first(const struct rw_abilities *can);
/* The one after it, of those that the terminal can show. */
enum rw_theme rw_theme_next(enum rw_theme theme, const struct rw_abilities *can);
/* For the user; to be translated with _(). */
const char *rw_theme_name(enum rw_theme theme);
const struct rw_look *rw_theme_look(enum rw_theme theme, enum rw_style style);

#endif
