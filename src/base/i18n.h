/* Translation: N_() marks a text in a table, _() translates when it is drawn. */
#ifndef RW_BASE_I18N_H
#define RW_BASE_I18N_H

#include <stdbool.h>

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

/* The language in which _() answers, by the environment: "en" or "zh_CN"; static. */
const char *rw_i18n_current(void);
/* From now on _() answers in this language ("en", "zh_CN"); texts that were got before stay. */
void rw_i18n_use(const char *language);

#endif
