/* Translation: N_() marks a text in a table, _() translates when it is drawn. */
#ifndef RW_BASE_I18N_H
#define RW_BASE_I18N_H

#include "config.h"

#if defined(ENABLE_NLS) && ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#else
#define _(text)                    (text)
#define ngettext(one, many, count) ((count) == 1 ? (one) : (many))
#endif
#define N_(text) text

/* The language in which _() answers, by the environment: "en" or "zh_CN"; static. */
const char *rw_i18n_current(void);
/* From now on _() answers in this language ("en", "zh_CN"); texts that were got before stay. */
void rw_i18n_use(const char *language);

#endif
