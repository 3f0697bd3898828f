/* The language of the texts, changed while the program runs. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "unit/helpers.h"

static void bind_texts(void)
{
#if defined(ENABLE_NLS) && ENABLE_NLS
    bindtextdomain(PACKAGE, in_build("locale"));
    bind_textdomain_codeset(PACKAGE, "UTF-8");
    textdomain(PACKAGE);
#else
    cr_skip_test("built without translations");
#endif
}

static void turn_around(void)
{
    for (int i = 0; i < 3; i++) {
        cr_assert(rw_i18n_use(1));
        cr_expect_eq(rw_i18n_current(), 1);
        cr_expect_str_neq(_("Why: "), "Why: ");
        cr_assert(rw_i18n_use(0));
        cr_expect_eq(rw_i18n_current(), 0);
        cr_expect_str_eq(_("Why: "), "Why: ");
    }
}

Test(i18n, texts_follow_it_at_once)
{
    setlocale(LC_ALL, "C.UTF-8");
    bind_texts();
    turn_around();
}

Test(i18n, it_changes_in_the_plain_locale_too_and_leaves_the_codeset)
{
    setlocale(LC_ALL, "C");
    bind_texts();
    turn_around();
    cr_expect_str_eq(setlocale(LC_CTYPE, NULL), "C");
}

Test(i18n, the_environment_names_the_first_one)
{
    unsetenv("LANGUAGE");
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    setenv("LANG", "zh_CN.UTF-8", 1);
    cr_expect_eq(rw_i18n_current(), 1);
    setenv("LC_ALL", "en_US.UTF-8", 1);
    cr_expect_eq(rw_i18n_current(), 0);
    setenv("LANGUAGE", "zh_CN:en", 1);
    cr_expect_eq(rw_i18n_current(), 1);
}
