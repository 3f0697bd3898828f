#include "base/chinese.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/mem.h"
#include "base/text.h"

#define ZHONG 0x4E2D /* 中 */
/* More does not fit in the interface of the kernel. */
#define MAP_MAX 65535

enum rw_chinese rw_chinese_decide(const struct rw_chinese_facts *facts)
{
    if (!facts->codeset || strcmp(facts->codeset, "UTF-8") != 0)
        return RW_CHINESE_CODESET;
    if (facts->console)
        return facts->glyph == RW_GLYPH_THERE ? RW_CHINESE_SHOWN : RW_CHINESE_CONSOLE;
    if (facts->type && rw_text_starts(facts->type, "linux"))
        return RW_CHINESE_TYPE;
    return RW_CHINESE_SHOWN;
}

const char *rw_chinese_why(enum rw_chinese decision)
{
    static const char *const reasons[] = {
        [RW_CHINESE_SHOWN] = NULL,
        [RW_CHINESE_CODESET] = "the locale is not a UTF-8 one",
        [RW_CHINESE_CONSOLE] = "this console has no Chinese letters",
        [RW_CHINESE_TYPE] = "TERM=linux has no Chinese letters",
    };
    return reasons[decision];
}

enum rw_glyph rw_chinese_in_map(const struct unipair *map, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (map[i].unicode == ZHONG)
            return RW_GLYPH_THERE;
    return RW_GLYPH_MISSING;
}

static enum rw_glyph look_into_font(int fd)
{
    struct unipair *pairs = rw_calloc(MAP_MAX, sizeof *pairs);
    struct unimapdesc map = {.entry_ct = MAP_MAX, .entries = pairs};
    enum rw_glyph glyph = ioctl(fd, GIO_UNIMAP, &map) == 0 ? rw_chinese_in_map(pairs, map.entry_ct)
                                                           : RW_GLYPH_UNKNOWN;
    free(pairs);
    return glyph;
}

struct rw_chinese_facts rw_chinese_look(int fd)
{
    char keyboard = 0;
    bool console = ioctl(fd, KDGKBTYPE, &keyboard) == 0;
    return (struct rw_chinese_facts){
        .codeset = nl_langinfo(CODESET),
        .type = getenv("TERM"),
        .console = console,
        .glyph = console ? look_into_font(fd) : RW_GLYPH_UNKNOWN,
    };
}
