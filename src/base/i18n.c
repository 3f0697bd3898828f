/* SPDX-License-Identifier: Apache-2.0 */
#include "base/i18n.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/mo.h"

/* ---- the table ---- */

static size_t one_or_many(unsigned long count)
{
    return count != 1;
}

static size_t always_the_same(unsigned long count)
{
    (void)count;
    return 0;
}

const struct rw_i18n_language rw_i18n_languages[] = {
    {.code = "en",
     .name = "English",
     .english = "English",
     .locales = {"en"},
     .forms = 2,
     .form = one_or_many},
    {.code = "zh_CN",
     .name = "中文",
     .english = "Chinese",
     .glyph = 0x4E2D, /* 中 */
     .locales = {"zh"},
     .forms = 1,
     .form = always_the_same},
};
const size_t rw_i18n_count = RW_COUNT(rw_i18n_languages);

#define ENGLISH 0

size_t rw_i18n_find(const char *code)
{
    size_t i = 0;
    while (i < rw_i18n_count && !(code && strcmp(rw_i18n_languages[i].code, code) == 0))
        i++;
    return i;
}

/* How many characters of the locale's name the selector stands for: zh is zh_TW and zh.UTF-8, but
 * not zhx. */
static size_t agrees(const char *selector, const char *locale)
{
    size_t length = strlen(selector);
    return strncmp(selector, locale, length) == 0 && strchr("_.@", locale[length]) ? length : 0;
}

size_t rw_i18n_of_locale(const char *locale)
{
    size_t best = rw_i18n_count, most = 0;
    for (size_t i = 0; i < rw_i18n_count; i++)
        for (size_t k = 0; k < RW_I18N_LOCALES && rw_i18n_languages[i].locales[k]; k++) {
            size_t length = agrees(rw_i18n_languages[i].locales[k], locale);
            if (length > most) {
                most = length;
                best = i;
            }
        }
    return best;
}

/* ---- which language ---- */

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

/* The first language of the list that there is, else that of the locale, else English. In the
 * locale C the list does not count, as with gettext. */
static size_t of_environment(const char *list, const char *texts)
{
    size_t found = rw_i18n_count;
    while (list && *list && !is_plain(texts) && found == rw_i18n_count) {
        size_t length = strcspn(list, ":");
        char *locale = rw_strndup(list, length);
        found = rw_i18n_of_locale(locale);
        free(locale);
        list += length + (list[length] == ':');
    }
    if (found == rw_i18n_count)
        found = rw_i18n_of_locale(texts);
    return found == rw_i18n_count ? ENGLISH : found;
}

struct rw_i18n_start rw_i18n_decide(const struct rw_i18n_facts *facts)
{
    struct rw_i18n_start start = {.language = ENGLISH};
    size_t wanted = rw_i18n_find(facts->wanted);
    bool chosen = wanted < rw_i18n_count;
    bool utf8 = facts->found ? strcmp(facts->codeset, "UTF-8") == 0 : names_utf8(facts->locale);
    if (utf8) {
        start.language = chosen ? wanted : of_environment(facts->list, facts->texts);
        start.utf8 = !facts->found;
    } else if (chosen && is_plain(facts->locale)) {
        start.language = wanted;
        start.utf8 = wanted != ENGLISH;
    }
    return start;
}

/* The value of a category in the environment. */
static const char *environment(const char *category)
{
    const char *const names[] = {"LC_ALL", category, "LANG"};
    for (size_t i = 0; i < RW_COUNT(names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return "";
}

static bool take_utf8(void)
{
    static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};
    for (size_t i = 0; i < RW_COUNT(names); i++)
        if (setlocale(LC_CTYPE, names[i]))
            return true;
    return false;
}

void rw_i18n_begin(const char *wanted)
{
    struct rw_i18n_facts facts = {
        .found = setlocale(LC_ALL, "") != NULL,
        .codeset = nl_langinfo(CODESET),
        .locale = environment("LC_CTYPE"),
        .texts = environment("LC_MESSAGES"),
        .list = getenv("LANGUAGE"),
        .wanted = wanted,
    };
    struct rw_i18n_start start = rw_i18n_decide(&facts);
    bool ready = !start.utf8 || take_utf8();
    rw_i18n_use(ready ? start.language : ENGLISH);
}

static size_t current = ENGLISH;

void rw_i18n_use(size_t index)
{
    current = index;
    /* The C library's own texts (strerror) come as the environment says when that is this language,
     * else in English: not in a third one, and in none that the terminal cannot show. */
    bool same = of_environment(getenv("LANGUAGE"), environment("LC_MESSAGES")) == index;
    setlocale(LC_MESSAGES, same ? "" : "C");
}

size_t rw_i18n_current(void)
{
    return current;
}

/* ---- translation ---- */

/* One form of the text in that language, or NULL. */
static const char *find(size_t index, const char *text, size_t form)
{
    const struct rw_catalogue *catalogue = rw_mo_of(rw_i18n_languages[index].code);
    return catalogue && *text ? rw_mo_find(catalogue, text, form) : NULL;
}

const char *rw_i18n_text_in(size_t index, const char *text)
{
    const char *found = find(index, text, 0);
    return found ? found : text;
}

const char *rw_i18n_text(const char *text)
{
    return rw_i18n_text_in(current, text);
}

const char *rw_i18n_number(const char *one, const char *many, unsigned long count)
{
    const char *found = find(current, one, rw_i18n_languages[current].form(count));
    return found ? found : rw_i18n_languages[ENGLISH].form(count) == 0 ? one : many;
}
