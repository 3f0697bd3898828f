#include "ui/language.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

const struct rw_language rw_languages[] = {
    {"en", "English"},
    {"zh_CN", "中文"},
};
const size_t rw_language_count = RW_COUNT(rw_languages);

size_t rw_language_current(void)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < RW_COUNT(names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? 1 : 0;
    }
    return 0;
}

bool rw_language_set(size_t index)
{
    /* gettext follows $LANGUAGE in every locale but C. */
    const char *locale = setlocale(LC_MESSAGES, NULL);
    bool plain = !locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
    if (plain && !setlocale(LC_MESSAGES, "C.UTF-8") && !setlocale(LC_MESSAGES, "en_US.UTF-8"))
        return false;
    setenv("LANGUAGE", rw_languages[index].code, 1);
#if defined(ENABLE_NLS) && ENABLE_NLS
    /* gettext remembers what it found; naming the domain again makes it look anew. */
    const char *domain = textdomain(NULL);
    textdomain(domain ? domain : PACKAGE);
#endif
    return true;
}
