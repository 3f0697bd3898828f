#include "base/i18n.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

const char *rw_i18n_current(void)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? "zh_CN" : "en";
    }
    return "en";
}

void rw_i18n_use(const char *language)
{
    const char *locale = setlocale(LC_MESSAGES, NULL);
    if (!locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
        setlocale(LC_ALL, "C.UTF-8");
    setenv("LANGUAGE", language, 1);
#if defined(ENABLE_NLS) && ENABLE_NLS
    /* gettext remembers what it found; naming the domain again makes it look anew. */
    textdomain(PACKAGE);
#endif
}
