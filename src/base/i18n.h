/* SPDX-License-Identifier: Apache-2.0 */
/* Languages: the table of them, which one is spoken, and translation. N_() marks a text in a table,
 * _() translates when it is drawn. The catalogues are part of the program (po/, script/catalogues);
 * nothing of this depends on the locales that are installed. */
#ifndef RW_BASE_I18N_H
#define RW_BASE_I18N_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

#include "base/mem.h"

#define _(text)                    rw_i18n_text(text)
#define ngettext(one, many, count) rw_i18n_number((one), (many), (count))
#define N_(text)                   text

#define RW_I18N_LOCALES 4

/* A language is a row here and a catalogue: po/CODE.po, named in po/LINGUAS. */
struct RW_ROW rw_i18n_language {
    const char *code;                     /* for --lang */
    const char *name;                     /* in the language itself */
    const char *english;                  /* ASCII, for a terminal that cannot show the name */
    uint16_t glyph;                       /* a terminal that has it can show them all; 0: ASCII */
    const char *locales[RW_I18N_LOCALES]; /* that select it: "zh" is also zh_TW.UTF-8, unless a
                                             row says more of that one */
    size_t forms;                         /* of a text with a number, and which one to take */
    size_t (*form)(unsigned long count);
};

/* In the order in which they are offered; indexes below count here. The first is English, the
 * language of the sources, which every terminal can show. */
extern const struct rw_i18n_language rw_i18n_languages[];
extern const size_t rw_i18n_count;

/* The language of that code, or rw_i18n_count; NULL is none. */
size_t rw_i18n_find(const char *code);
/* The language that the name of a locale selects, or rw_i18n_count. */
size_t rw_i18n_of_locale(const char *locale);

/* ---- which language ---- */

/* The facts about language and codeset of the terminal when the program starts. */
struct rw_i18n_facts {
    bool found;          /* the locale of the environment is installed */
    const char *codeset; /* found: nl_langinfo(CODESET) */
    const char *locale;  /* LC_ALL, LC_CTYPE or LANG, "" when none is set */
    const char *texts;   /* LC_ALL, LC_MESSAGES or LANG, "" when none is set */
    const char *list;    /* LANGUAGE, or NULL: locales, separated by ":", the best one first */
    const char *wanted;  /* --lang, or NULL; what is no language counts for nothing */
};
struct rw_i18n_start {
    size_t language;
    bool utf8; /* a locale of UTF-8 has to be found for LC_CTYPE */
};
/* Pure. All texts are UTF-8: a locale of another codeset gets English, whatever is wanted. The
 * locale C says nothing of the terminal, so that wanting another language there is taken for its
 * word. */
struct rw_i18n_start rw_i18n_decide(const struct rw_i18n_facts *facts);
/* Sets the locale and takes the language that follows from the environment and from --lang (or
 * NULL). English, when it would need UTF-8 and this system has no locale of it. */
void rw_i18n_begin(const char *wanted);

/* From now on _() answers in this language; texts that were got before stay. The codeset of the
 * terminal (LC_CTYPE) is left alone. At first it is English. */
void rw_i18n_use(size_t index);
size_t rw_i18n_current(void);

/* ---- translation ---- */

/* The text in the language that is used, or itself where that has none; static, or the text. */
const char *rw_i18n_text(const char *text) __attribute__((format_arg(1)));
/* The form for that number, of a text whose English forms are two. */
const char *rw_i18n_number(const char *one, const char *many, unsigned long count)
    __attribute__((format_arg(1), format_arg(2)));
/* The text in that language. */
const char *rw_i18n_text_in(size_t index, const char *text) __attribute__((format_arg(2)));

#endif
