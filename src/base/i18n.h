/* Translation: N_() marks a text in a table, _() translates when it is drawn. */
#ifndef RW_BASE_I18N_H
#define RW_BASE_I18N_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"

#if defined(ENABLE_NLS) && ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#else
#define _(text)                    (text)
#define ngettext(one, many, count) ((count) == 1 ? (one) : (many))
#endif
#define N_(text) text

/* What is known of the language and of the terminal's codeset when the program starts. */
struct rw_i18n_facts {
    bool found;          /* the locale of the environment is installed */
    const char *codeset; /* found: nl_langinfo(CODESET) */
    const char *locale;  /* LC_ALL, LC_CTYPE or LANG, "" when none is set */
    const char *texts;   /* LC_ALL, LC_MESSAGES or LANG, "" when none is set */
    const char *wanted;  /* --lang, or NULL */
};
struct rw_i18n_start {
    const char *language; /* "en" or "zh_CN"; NULL: as the environment says */
    bool utf8;            /* take the locale C.UTF-8 */
};
/* Pure. All texts are UTF-8: a locale of another codeset gets English, whatever is wanted. The
 * locale C says nothing of the terminal, so that wanting Chinese there is taken for its word. */
struct rw_i18n_start rw_i18n_decide(const struct rw_i18n_facts *facts);

struct rw_i18n_language {
    const char *code; /* for $LANGUAGE and --lang */
    const char *name; /* in the language itself */
};

/* In the order in which they are offered; indexes below count here. */
extern const struct rw_i18n_language rw_i18n_languages[];
extern const size_t rw_i18n_count;

/* The language in which _() answers now: $LANGUAGE, LC_ALL, LC_MESSAGES, LANG. */
size_t rw_i18n_current(void);
/* From now on _() answers in this language; texts that were got before stay. The codeset of the
 * terminal (LC_CTYPE) is left alone. False when no locale but C is there, in which gettext does not
 * translate. */
bool rw_i18n_use(size_t index);
/* The language of that code, or rw_i18n_count; NULL is none. */
size_t rw_i18n_find(const char *code);

#endif
