/* SPDX-License-Identifier: Apache-2.0 */
/* Languages: which one is taken, and that its texts are those of po/. */
#include <criterion/criterion.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/mo.h"
#include "base/text.h"
#include "unit/helpers.h"

#define EN "en"
#define ZH "zh_CN"

static size_t language(const char *code)
{
    size_t found = rw_i18n_find(code);
    cr_assert_lt(found, rw_i18n_count, "%s", code);
    return found;
}

/* ---- which language ---- */

Test(i18n, no_language_is_written_in_a_codeset_that_lacks_it)
{
    static const struct {
        struct rw_i18n_facts facts; /* found, codeset, locale, texts, list, wanted */
        const char *language;
        bool utf8;
    } rows[] = {
        {{true, "UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", NULL, NULL}, ZH, false},
        {{true, "UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", NULL, EN}, EN, false},
        {{true, "UTF-8", "en_US.UTF-8", "en_US.UTF-8", NULL, ZH}, ZH, false},
        {{true, "UTF-8", "en_US.UTF-8", "en_US.UTF-8", NULL, "xx"}, EN, false},
        {{true, "UTF-8", "C.UTF-8", "C.UTF-8", NULL, NULL}, EN, false},
        {{true, "UTF-8", "C.UTF-8", "C.UTF-8", NULL, ZH}, ZH, false},
        {{true, "UTF-8", "C.UTF-8", "C", NULL, NULL}, EN, false},
        {{true, "ANSI_X3.4-1968", "C", "C", NULL, NULL}, EN, false},
        {{true, "ANSI_X3.4-1968", "", "", NULL, NULL}, EN, false},
        {{true, "ANSI_X3.4-1968", "", "", NULL, EN}, EN, false},
        {{true, "ANSI_X3.4-1968", "", "", NULL, ZH}, ZH, true},
        {{true, "ANSI_X3.4-1968", "", "zh_CN.UTF-8", NULL, NULL}, EN, false},
        {{true, "ANSI_X3.4-1968", "POSIX", "POSIX", NULL, ZH}, ZH, true},
        {{true, "GBK", "zh_CN.GBK", "zh_CN.GBK", NULL, NULL}, EN, false},
        {{true, "GBK", "zh_CN.GBK", "zh_CN.GBK", NULL, ZH}, EN, false},
        {{true, "ISO-8859-1", "de_DE", "de_DE", NULL, NULL}, EN, false},
        {{false, "ANSI_X3.4-1968", "zh_CN.UTF-8", "zh_CN.UTF-8", NULL, NULL}, ZH, true},
        {{false, "ANSI_X3.4-1968", "zh_CN.utf8", "zh_CN.utf8", NULL, EN}, EN, true},
        {{false, "ANSI_X3.4-1968", "zh_CN", "zh_CN", NULL, NULL}, ZH, true},
        {{false, "ANSI_X3.4-1968", "en_US.UTF-8", "en_US.UTF-8", NULL, ZH}, ZH, true},
        {{false, "ANSI_X3.4-1968", "de_DE.UTF-8", "de_DE.UTF-8", NULL, NULL}, EN, true},
        {{false, "ANSI_X3.4-1968", "zh_CN.GBK", "zh_CN.GBK", NULL, NULL}, EN, false},
        {{false, "ANSI_X3.4-1968", "zh_CN.GB18030", "zh_CN.GB18030", NULL, ZH}, EN, false},
        /* LANGUAGE goes before the locale, but not before the locale C. */
        {{true, "UTF-8", "en_US.UTF-8", "en_US.UTF-8", "zh_CN:en", NULL}, ZH, false},
        {{true, "UTF-8", "en_US.UTF-8", "en_US.UTF-8", "fr:zh:en", NULL}, ZH, false},
        {{true, "UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", "en", NULL}, EN, false},
        {{true, "UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", "fr", NULL}, ZH, false},
        {{true, "UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", "", NULL}, ZH, false},
        {{true, "UTF-8", "en_US.UTF-8", "en_US.UTF-8", ZH, EN}, EN, false},
        {{true, "UTF-8", "C.UTF-8", "C", ZH, NULL}, EN, false},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_i18n_start got = rw_i18n_decide(&rows[i].facts);
        cr_expect_str_eq(rw_i18n_languages[got.language].code, rows[i].language, "row %zu", i);
        cr_expect_eq(got.utf8, rows[i].utf8, "row %zu", i);
    }
}

Test(i18n, a_locale_selects_the_language_that_it_begins_with)
{
    static const char *const chinese[] = {"zh", "zh_CN", "zh_TW.UTF-8", "zh.UTF-8", "zh_CN@x"};
    static const char *const none[] = {"", "C", "zhx", "z", "de_DE.UTF-8", "POSIX"};
    for (size_t i = 0; i < RW_COUNT(chinese); i++)
        cr_expect_eq(rw_i18n_of_locale(chinese[i]), language(ZH), "%s", chinese[i]);
    for (size_t i = 0; i < RW_COUNT(none); i++)
        cr_expect_eq(rw_i18n_of_locale(none[i]), rw_i18n_count, "%s", none[i]);
    cr_expect_eq(rw_i18n_of_locale("en_GB"), language(EN));
}

static void begin_in(const char *lang, const char *wanted)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE", "LANG"};
    for (size_t i = 0; i < RW_COUNT(names); i++)
        unsetenv(names[i]);
    if (lang)
        setenv("LANG", lang, 1);
    setlocale(LC_ALL, "C");
    rw_i18n_begin(wanted);
}

Test(i18n, what_is_asked_for_comes_in_every_locale_that_can_be_utf8)
{
    static const char *const locales[] = {NULL,          "C",           "POSIX",      "C.UTF-8",
                                          "en_US.UTF-8", "zh_CN.UTF-8", "xx_XX.UTF-8"};
    for (size_t i = 0; i < RW_COUNT(locales); i++) {
        begin_in(locales[i], ZH);
        cr_expect_str_eq(_("Why: "), "原因：", "%s", locales[i]);
        cr_expect_str_eq(nl_langinfo(CODESET), "UTF-8", "%s: characters have their width",
                         locales[i]);
    }
    begin_in("zh_CN.UTF-8", NULL);
    cr_expect_str_eq(_("Why: "), "原因：");
    begin_in("C", NULL);
    cr_expect_str_eq(_("Why: "), "Why: ");
    cr_expect_str_neq(nl_langinfo(CODESET), "UTF-8");
}

/* ---- the language of the texts, changed while the program runs ---- */

Test(i18n, texts_follow_it_at_once_and_the_codeset_stays)
{
    setlocale(LC_ALL, "C");
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(rw_i18n_current(), 0);
        cr_expect_str_eq(_("Why: "), "Why: ");
        rw_i18n_use(language(ZH));
        cr_expect_eq(rw_i18n_current(), language(ZH));
        cr_expect_str_eq(_("Why: "), "原因：");
        cr_expect_str_eq(rw_i18n_text_in(0, "Why: "), "Why: ");
        cr_expect_str_eq(setlocale(LC_CTYPE, NULL), "C");
        rw_i18n_use(0);
    }
}

Test(i18n, a_text_without_a_translation_stays)
{
    rw_i18n_use(language(ZH));
    cr_expect_str_eq(_("no such text"), "no such text");
    cr_expect_str_eq(_(""), "", "not the head of the catalogue");
    cr_expect_str_eq(ngettext("%d dog", "%d dogs", 1), "%d dog");
    cr_expect_str_eq(ngettext("%d dog", "%d dogs", 0), "%d dogs");
}

Test(i18n, numbers_have_the_forms_of_their_language)
{
    cr_expect_str_eq(ngettext("%zu host imported.", "%zu hosts imported.", 1),
                     "%zu host imported.");
    cr_expect_str_eq(ngettext("%zu host imported.", "%zu hosts imported.", 2),
                     "%zu hosts imported.");
    rw_i18n_use(language(ZH));
    const char *one = ngettext("%zu host imported.", "%zu hosts imported.", 1);
    cr_expect_str_neq(one, "%zu host imported.");
    cr_expect_eq(ngettext("%zu host imported.", "%zu hosts imported.", 2), one);
}

/* ---- the catalogues ---- */

/* Two texts, "a" with three forms and "b" with one. */
static const unsigned char three[] =
    "\xde\x12\x04\x95\0\0\0\0\2\0\0\0\x1c\0\0\0\x2c\0\0\0\0\0\0\0\0\0\0\0"
    "\3\0\0\0\x3c\0\0\0\1\0\0\0\x40\0\0\0"
    "\5\0\0\0\x42\0\0\0\1\0\0\0\x48\0\0\0"
    "a\0s\0b\0x\0y\0z\0q";

Test(i18n, a_catalogue_gives_each_form_and_no_more)
{
    const struct rw_catalogue catalogue = {"xx", three};
    cr_expect_str_eq(rw_mo_find(&catalogue, "a", 0), "x");
    cr_expect_str_eq(rw_mo_find(&catalogue, "a", 1), "y");
    cr_expect_str_eq(rw_mo_find(&catalogue, "a", 2), "z");
    cr_expect_null(rw_mo_find(&catalogue, "a", 3));
    cr_expect_str_eq(rw_mo_find(&catalogue, "b", 0), "q");
    cr_expect_null(rw_mo_find(&catalogue, "b", 1));
    cr_expect_null(rw_mo_find(&catalogue, "c", 0));
    cr_expect_null(rw_mo_find(&catalogue, "", 0));
    cr_expect_null(rw_mo_find(&catalogue, "as", 0));
}

Test(i18n, each_language_has_a_catalogue_with_its_plural_rule)
{
    size_t catalogues = 0;
    while (rw_catalogues[catalogues].code)
        cr_expect_lt(rw_i18n_find(rw_catalogues[catalogues++].code), rw_i18n_count);
    cr_expect_eq(catalogues, rw_i18n_count - 1, "all but English");
    for (size_t i = 1; i < rw_i18n_count; i++) {
        const struct rw_i18n_language *row = &rw_i18n_languages[i];
        const struct rw_catalogue *catalogue = rw_mo_of(row->code);
        char *rule = rw_asprintf("nplurals=%zu;", row->forms);
        cr_assert_not_null(catalogue, "%s", row->code);
        cr_expect(strstr(rw_mo_find(catalogue, "", 0), rule), "%s: %s", row->code, rule);
        for (unsigned long count = 0; count < 200; count++)
            cr_expect_lt(row->form(count), row->forms);
        free(rule);
    }
}

/* What an entry of a .po file says, as the file is read line by line. */
struct entry {
    struct rw_buf id, plural, texts[4];
    struct rw_buf *part; /* that the next line continues */
};

/* Adds what stands between the quotes; the escapes are those of C. */
static void add_quoted(struct rw_buf *out, const char *line, size_t length)
{
    const char *at = memchr(line, '"', length), *end = line + length - 1;
    cr_assert(at && *end == '"', "%.*s", (int)length, line);
    while (++at < end) {
        static const char escapes[] = "n\nt\tr\r";
        const char *escape = *at == '\\' ? strchr(escapes, *++at) : NULL;
        rw_buf_add(out, escape ? escape + 1 : at, 1);
    }
}

static struct rw_buf *part_of(struct entry *entry, const char *line)
{
    unsigned form;
    if (rw_text_starts(line, "msgid_plural"))
        return &entry->plural;
    if (rw_text_starts(line, "msgid"))
        return &entry->id;
    return sscanf(line, "msgstr[%u]", &form) == 1 ? &entry->texts[form % 4] : &entry->texts[0];
}

static void expect_embedded(size_t index, struct entry *entry)
{
    const char *id = rw_buf_str(&entry->id);
    const struct rw_catalogue *catalogue = rw_mo_of(rw_i18n_languages[index].code);
    for (size_t i = 0; i < 4 && *id; i++) { /* of the head not all is taken over */
        const char *text = rw_buf_str(&entry->texts[i]);
        const char *found = rw_mo_find(catalogue, id, i);
        cr_expect(*text ? found && strcmp(found, text) == 0 : !found, "%s: \"%s\" is \"%s\"", id,
                  found, text);
    }
    for (size_t i = 0; i < 4; i++)
        rw_buf_done(&entry->texts[i]);
    rw_buf_done(&entry->id);
    rw_buf_done(&entry->plural);
    *entry = (struct entry){0};
}

static size_t expect_file(size_t index)
{
    char *name = rw_asprintf("po/%s.po", rw_i18n_languages[index].code);
    char *file = read_text(in_sources(name));
    cr_assert_not_null(file, "%s", name);
    struct entry entry = {0};
    const char *cursor = file, *line;
    size_t length, count = 0;
    while (rw_text_line(&cursor, &line, &length)) {
        bool id = rw_text_starts(line, "msgid "), begins = rw_text_starts(line, "msg");
        if (id && entry.part) {
            expect_embedded(index, &entry);
            count++;
        }
        if (begins)
            entry.part = part_of(&entry, line);
        if (begins || *line == '"')
            add_quoted(entry.part, line, length);
    }
    expect_embedded(index, &entry);
    free(file);
    free(name);
    return count;
}

Test(i18n, the_program_holds_the_translations_of_po)
{
    for (size_t i = 1; i < rw_i18n_count; i++)
        cr_expect_gt(expect_file(i), 1000);
}
