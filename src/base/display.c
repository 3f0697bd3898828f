/* SPDX-License-Identifier: Apache-2.0 */
#include "base/display.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

/* More does not fit in the interface of the kernel. */
#define MAP_MAX 65535

const char *rw_display_lacks(const struct rw_display *display, size_t language)
{
    if (!rw_i18n_languages[language].glyph)
        return NULL;
    if (!display->utf8)
        return "the locale is not a UTF-8 one";
    if (display->console)
        return display->glyphs & 1u << language ? NULL : "this console's font lacks its characters";
    return display->linux_type ? "TERM=linux lacks its characters" : NULL;
}

size_t rw_display_next(const struct rw_display *display, size_t language)
{
    size_t next = language;
    do
        next = (next + 1) % rw_i18n_count;
    while (next != language && rw_display_lacks(display, next));
    return next;
}

unsigned rw_display_in_map(const struct unipair *map, size_t count)
{
    unsigned glyphs = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < rw_i18n_count; k++)
            if (map[i].unicode == rw_i18n_languages[k].glyph)
                glyphs |= 1u << k;
    return glyphs;
}

static unsigned look_into_font(int fd)
{
    struct unipair *pairs = rw_calloc(MAP_MAX, sizeof *pairs);
    struct unimapdesc map = {.entry_ct = MAP_MAX, .entries = pairs};
    unsigned glyphs = ioctl(fd, GIO_UNIMAP, &map) == 0 ? rw_display_in_map(pairs, map.entry_ct) : 0;
    free(pairs);
    return glyphs;
}

struct rw_display rw_display_look(int fd)
{
    char keyboard = 0;
    bool console = ioctl(fd, KDGKBTYPE, &keyboard) == 0;
    const char *type = getenv("TERM");
    return (struct rw_display){
        .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .console = console,
        .linux_type = type && rw_text_starts(type, "linux"),
        .glyphs = console ? look_into_font(fd) : 0,
    };
}
