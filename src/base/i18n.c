#include "base/i18n.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const struct rw_i18n_language rw_i18n_languages[] = {
    {"en", "English"},
    {"zh_CN", "中文"},
};
const size_t rw_i18n_count = RW_COUNT(rw_i18n_languages);

static bool is_plain(const char *locale)
{
    return !*locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
}

/* Whether the name of a locale that is not installed stands for UTF-8; one without a codeset is
 * taken so. */
static bool names_utf8(const char *locale)
{
    const char *codeset = strchr(locale, '.');
    return !codeset || strncasecmp(codeset, ".utf-8", 6) == 0 ||
           strncasecmp(codeset, ".utf8", 5) == 0;
}

struct rw_i18n_start rw_i18n_decide(const struct rw_i18n_facts *facts)
{
    struct rw_i18n_start start = {.language = facts->wanted};
    bool english = facts->wanted && strcmp(facts->wanted, "en") == 0;
    bool utf8 = facts->found ? strcmp(facts->codeset, "UTF-8") == 0 : names_utf8(facts->locale);
    if (is_plain(facts->locale) && !utf8) {
        start.utf8 = facts->wanted && !english;
    } else if (!utf8) {
        start.language = "en";
    } else if (facts->found) {
        start.utf8 = facts->wanted && !english;
    } else {
        start.utf8 = true;
        if (!facts->wanted && strncmp(facts->texts, "zh", 2) == 0)
            start.language = "zh_CN";
    }
    return start;
}

size_t rw_i18n_current(void)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < RW_COUNT(names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? 1 : 0;
    }
    return 0;
}

size_t rw_i18n_find(const char *code)
{
    size_t i = 0;
    while (i < rw_i18n_count && !(code && strcmp(rw_i18n_languages[i].code, code) == 0))
        i++;
    return i;
}

bool rw_i18n_use(size_t index)
{
    /* gettext follows $LANGUAGE in every locale but C. */
    const char *locale = setlocale(LC_MESSAGES, NULL);
    bool plain = !locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
    if (plain && !setlocale(LC_MESSAGES, "C.UTF-8") && !setlocale(LC_MESSAGES, "en_US.UTF-8"))
        return false;
    setenv("LANGUAGE", rw_i18n_languages[index].code, 1);
#if defined(ENABLE_NLS) && ENABLE_NLS
    /* gettext remembers what it found; naming the domain again makes it look anew. */
    const char *domain = textdomain(NULL);
    textdomain(domain ? domain : PACKAGE);
#endif
    return true;
}
