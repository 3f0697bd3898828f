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
