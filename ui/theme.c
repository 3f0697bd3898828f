/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/theme.h"

#include "base/i18n.h"

#define OWN RW_COLOUR_OWN

static const struct rw_look colour[RW_STYLE_COUNT] = {
    [RW_STYLE_NORMAL] = {OWN, OWN, .bold = false},
    [RW_STYLE_TITLE] = {RW_COLOUR_WHITE, RW_COLOUR_BLUE, .bold = true},
    [RW_STYLE_HEAD] = {RW_COLOUR_CYAN, OWN, .bold = true},
    [RW_STYLE_STRONG] = {OWN, OWN, .bold = true},
    [RW_STYLE_DIM] = {OWN, OWN, .dim = true},
    [RW_STYLE_OK] = {RW_COLOUR_GREEN, OWN, .bold = false},
    [RW_STYLE_WARN] = {RW_COLOUR_YELLOW, OWN, .bold = true},
    [RW_STYLE_FAIL] = {RW_COLOUR_RED, OWN, .bold = true},
    [RW_STYLE_UNKNOWN] = {RW_COLOUR_MAGENTA, OWN, .bold = true},
    [RW_STYLE_FIELD] = {OWN, OWN, .underline = true},
    [RW_STYLE_FOCUS] = {OWN, OWN, .reverse = true},
    [RW_STYLE_KEY] = {RW_COLOUR_CYAN, OWN, .bold = true},
    [RW_STYLE_LINE] = {RW_COLOUR_BLUE, OWN, .bold = false},
    [RW_STYLE_FOUND] = {RW_COLOUR_BLACK, RW_COLOUR_YELLOW, .bold = false},
};

static const struct rw_look mono[RW_STYLE_COUNT] = {
    [RW_STYLE_NORMAL] = {OWN, OWN, .bold = false},
    [RW_STYLE_TITLE] = {OWN, OWN, .bold = true, .reverse = true},
    [RW_STYLE_HEAD] = {OWN, OWN, .bold = true},
    [RW_STYLE_STRONG] = {OWN, OWN, .bold = true},
    [RW_STYLE_DIM] = {OWN, OWN, .dim = true},
    [RW_STYLE_OK] = {OWN, OWN, .bold = false},
    [RW_STYLE_WARN] = {OWN, OWN, .bold = true},
    [RW_STYLE_FAIL] = {OWN, OWN, .bold = true},
    [RW_STYLE_UNKNOWN] = {OWN, OWN, .bold = true},
    [RW_STYLE_FIELD] = {OWN, OWN, .underline = true},
    [RW_STYLE_FOCUS] = {OWN, OWN, .reverse = true},
    [RW_STYLE_KEY] = {OWN, OWN, .bold = true},
    [RW_STYLE_LINE] = {OWN, OWN, .bold = false},
    [RW_STYLE_FOUND] = {OWN, OWN, .bold = true, .reverse = true},
};

enum rw_theme rw_theme_first(const struct rw_abilities *can)
{
    if (can->colour)
        return RW_THEME_COLOUR;
    return can->display.utf8 ? RW_THEME_MONO : RW_THEME_ASCII;
}

enum rw_theme rw_theme_next(enum rw_theme theme, const struct rw_abilities *can)
{
    theme = theme + 1 < RW_THEME_COUNT ? theme + 1 : RW_THEME_COLOUR;
    return theme == RW_THEME_COLOUR && !can->colour ? RW_THEME_MONO : theme;
}

const char *rw_theme_name(enum rw_theme theme)
{
    static const char *const names[] = {N_("Colours"), N_("Without colours"),
                                        N_("Without colours and drawn lines")};
    return names[theme];
}

const struct rw_look *rw_theme_look(enum rw_theme theme, enum rw_style style)
{
    return theme == RW_THEME_COLOUR ? &colour[style] : &mono[style];
}
