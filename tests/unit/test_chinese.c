/* Which terminals can show Chinese, and in which language the program starts. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/chinese.h"
#include "base/i18n.h"
#include "base/mem.h"

Test(chinese, codeset_then_font_then_type_decide)
{
    static const struct {
        struct rw_chinese_facts facts;
        enum rw_chinese expected;
    } rows[] = {
        {{"UTF-8", "xterm-256color", false, RW_GLYPH_UNKNOWN}, RW_CHINESE_SHOWN},
        {{"UTF-8", NULL, false, RW_GLYPH_UNKNOWN}, RW_CHINESE_SHOWN},
        {{"UTF-8", "vt100", false, RW_GLYPH_UNKNOWN}, RW_CHINESE_SHOWN},
        {{"UTF-8", "linux", false, RW_GLYPH_UNKNOWN}, RW_CHINESE_TYPE},
        {{"UTF-8", "linux-16color", false, RW_GLYPH_UNKNOWN}, RW_CHINESE_TYPE},
        {{"UTF-8", "linux", true, RW_GLYPH_UNKNOWN}, RW_CHINESE_CONSOLE},
        {{"UTF-8", "linux", true, RW_GLYPH_MISSING}, RW_CHINESE_CONSOLE},
        {{"UTF-8", "xterm", true, RW_GLYPH_MISSING}, RW_CHINESE_CONSOLE},
        {{"UTF-8", "linux", true, RW_GLYPH_THERE}, RW_CHINESE_SHOWN},
        {{"GBK", "linux", true, RW_GLYPH_THERE}, RW_CHINESE_CODESET},
        {{"GBK", "xterm", false, RW_GLYPH_UNKNOWN}, RW_CHINESE_CODESET},
        {{"ANSI_X3.4-1968", "xterm", false, RW_GLYPH_UNKNOWN}, RW_CHINESE_CODESET},
        {{NULL, "xterm", false, RW_GLYPH_UNKNOWN}, RW_CHINESE_CODESET},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        enum rw_chinese got = rw_chinese_decide(&rows[i].facts);
        cr_expect_eq(got, rows[i].expected, "row %zu: %d", i, (int)got);
        const char *why = rw_chinese_why(got);
        cr_expect_eq(why == NULL, got == RW_CHINESE_SHOWN);
        cr_expect(!why || strlen(why) <= 40);
    }
}

Test(chinese, the_font_is_asked_for_one_letter)
{
    const struct unipair latin[] = {{'A', 65}, {0x2500, 196}, {0x4E2C, 1}};
    const struct unipair chinese[] = {{'A', 65}, {0x4E2D, 300}};
    cr_expect_eq(rw_chinese_in_map(latin, RW_COUNT(latin)), RW_GLYPH_MISSING);
    cr_expect_eq(rw_chinese_in_map(chinese, RW_COUNT(chinese)), RW_GLYPH_THERE);
    cr_expect_eq(rw_chinese_in_map(NULL, 0), RW_GLYPH_MISSING);
}

Test(chinese, no_language_is_written_in_a_codeset_that_lacks_it)
{
    static const struct {
        struct rw_i18n_facts facts; /* found, codeset, locale, texts, wanted */
        const char *language;
        bool utf8;
    } rows[] = {
        {{true, "UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", NULL}, NULL, false},
        {{true, "UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", "en"}, "en", false},
        {{true, "UTF-8", "en_US.UTF-8", "en_US.UTF-8", "zh_CN"}, "zh_CN", true},
        {{true, "UTF-8", "C.UTF-8", "C.UTF-8", NULL}, NULL, false},
        {{true, "ANSI_X3.4-1968", "C", "C", NULL}, NULL, false},
        {{true, "ANSI_X3.4-1968", "", "", NULL}, NULL, false},
        {{true, "ANSI_X3.4-1968", "", "", "en"}, "en", false},
        {{true, "ANSI_X3.4-1968", "POSIX", "POSIX", "zh_CN"}, "zh_CN", true},
        {{true, "GBK", "zh_CN.GBK", "zh_CN.GBK", NULL}, "en", false},
        {{true, "GBK", "zh_CN.GBK", "zh_CN.GBK", "zh_CN"}, "en", false},
        {{true, "ISO-8859-1", "de_DE", "de_DE", NULL}, "en", false},
        {{false, "ANSI_X3.4-1968", "zh_CN.UTF-8", "zh_CN.UTF-8", NULL}, "zh_CN", true},
        {{false, "ANSI_X3.4-1968", "zh_CN.utf8", "zh_CN.utf8", "en"}, "en", true},
        {{false, "ANSI_X3.4-1968", "zh_CN", "zh_CN", NULL}, "zh_CN", true},
        {{false, "ANSI_X3.4-1968", "de_DE.UTF-8", "de_DE.UTF-8", NULL}, NULL, true},
        {{false, "ANSI_X3.4-1968", "zh_CN.GBK", "zh_CN.GBK", NULL}, "en", false},
        {{false, "ANSI_X3.4-1968", "zh_CN.GB18030", "zh_CN.GB18030", "zh_CN"}, "en", false},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_i18n_start got = rw_i18n_decide(&rows[i].facts);
        cr_expect_str_eq(got.language ? got.language : "-",
                         rows[i].language ? rows[i].language : "-", "row %zu", i);
        cr_expect_eq(got.utf8, rows[i].utf8, "row %zu", i);
    }
}
