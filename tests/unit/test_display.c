/* SPDX-License-Identifier: Apache-2.0 */
/* Which languages a terminal can show. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/display.h"
#include "base/i18n.h"
#include "base/mem.h"

#define CHINESE 1

Test(display, codeset_then_font_then_type_decide)
{
    static const struct {
        struct rw_display display;
        const char *lacks; /* the beginning of what is said, or NULL */
    } rows[] = {
        {{.utf8 = true}, NULL},
        {{.utf8 = true, .linux_type = true}, "TERM=linux"},
        {{.utf8 = true, .linux_type = true, .console = true}, "this console"},
        {{.utf8 = true, .console = true}, "this console"},
        {{.utf8 = true, .console = true, .glyphs = 1u << CHINESE}, NULL},
        {{.utf8 = true, .console = true, .glyphs = 1u << (CHINESE + 1)}, "this console"},
        {{.utf8 = true, .linux_type = true, .console = true, .glyphs = 1u << CHINESE}, NULL},
        {{.console = true, .glyphs = 1u << CHINESE}, "the locale"},
        {{.utf8 = false}, "the locale"},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        const char *lacks = rw_display_lacks(&rows[i].display, CHINESE);
        cr_expect_eq(lacks == NULL, rows[i].lacks == NULL, "row %zu: %s", i, lacks);
        cr_expect(!lacks || strlen(lacks) <= 40);
        if (lacks && rows[i].lacks)
            cr_expect_eq(strncmp(lacks, rows[i].lacks, strlen(rows[i].lacks)), 0, "row %zu: %s", i,
                         lacks);
        cr_expect_null(rw_display_lacks(&rows[i].display, 0), "English is shown everywhere");
    }
}

Test(display, the_next_language_is_one_that_can_be_shown)
{
    const struct rw_display all = {.utf8 = true}, ascii = {.utf8 = false};
    size_t language = 0;
    for (size_t i = 0; i < rw_i18n_count; i++)
        language = rw_display_next(&all, language);
    cr_expect_eq(language, 0, "they come around");
    cr_expect_eq(rw_display_next(&all, 0), 1);
    cr_expect_eq(rw_display_next(&ascii, 0), 0);
    cr_expect_eq(rw_display_next(&ascii, CHINESE), 0);
}

Test(display, the_font_is_asked_for_one_letter_of_each_language)
{
    const struct unipair latin[] = {{'A', 65}, {0x2500, 196}, {0x4E2C, 1}};
    const struct unipair chinese[] = {{'A', 65}, {0x4E2D, 300}};
    cr_expect_eq(rw_display_in_map(latin, RW_COUNT(latin)), 0);
    cr_expect_eq(rw_display_in_map(chinese, RW_COUNT(chinese)), 1u << CHINESE);
    cr_expect_eq(rw_display_in_map(NULL, 0), 0);
}
