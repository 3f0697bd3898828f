/* Whether a terminal can show Chinese. What was found out is plain data, the decision is a pure
 * function of it; only rw_chinese_look() asks the system. */
#ifndef RW_BASE_CHINESE_H
#define RW_BASE_CHINESE_H

#include <linux/kd.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether the font of a Linux virtual console has a glyph for 中. */
enum rw_glyph { RW_GLYPH_UNKNOWN, RW_GLYPH_MISSING, RW_GLYPH_THERE };

struct rw_chinese_facts {
    const char *codeset; /* of the locale, as nl_langinfo() calls it; borrowed */
    const char *type;    /* $TERM, or NULL; borrowed */
    bool console;        /* a Linux virtual console */
    enum rw_glyph glyph; /* on a console */
};

enum rw_chinese {
    RW_CHINESE_SHOWN,
    RW_CHINESE_CODESET, /* the codeset is not UTF-8 */
    RW_CHINESE_CONSOLE, /* a virtual console without the glyphs */
    RW_CHINESE_TYPE,    /* TERM=linux, for example over a serial line from such a console */
};

/* The codeset counts first, then what the console's font has, then the type. */
enum rw_chinese rw_chinese_decide(const struct rw_chinese_facts *facts);
/* Why not, in English ASCII, which is what such a terminal can show, at most 40 characters; NULL
 * for RW_CHINESE_SHOWN. Static. */
const char *rw_chinese_why(enum rw_chinese decision);
/* Whether the font's map (GIO_UNIMAP) has 中. */
enum rw_glyph rw_chinese_in_map(const struct unipair *map, size_t count);

/* Finds the facts for the terminal at fd, which may be anything. The locale must be set. */
struct rw_chinese_facts rw_chinese_look(int fd);

#endif
