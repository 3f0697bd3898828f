#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "cli/options.h"
#include "ui/app.h"

/* What the environment says of a category. */
static const char *environment(const char *category)
{
    const char *const names[] = {"LC_ALL", category, "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return "";
}

/* Makes messages come in the language that was asked for, or that the environment names, also
 * where its locale is not installed: gettext translates in any locale but C, by $LANGUAGE. */
static void set_language(const char *wanted)
{
    struct rw_i18n_facts facts = {
        .found = setlocale(LC_ALL, "") != NULL,
        .codeset = nl_langinfo(CODESET),
        .locale = environment("LC_CTYPE"),
        .texts = environment("LC_MESSAGES"),
        .wanted = wanted,
    };
    struct rw_i18n_start start = rw_i18n_decide(&facts);
    if (start.language)
        setenv("LANGUAGE", start.language, 1);
    if (start.utf8)
        setlocale(LC_ALL, "C.UTF-8");
#if ENABLE_NLS
    bindtextdomain(PACKAGE, LOCALEDIR);
    bind_textdomain_codeset(PACKAGE, "UTF-8");
    textdomain(PACKAGE);
#endif
}

int main(int argc, char **argv)
{
    rw_file_standard();
    /* A peer that closes its end is an error of that connection, not the end of the program. */
    signal(SIGPIPE, SIG_IGN);
    set_language(rw_cli_language(argc, argv));
    int code = rw_cli_main(argc, argv, rw_app_run);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "rke2-wizard: %s\n", _("standard output cannot be written"));
        return code ? code : 1;
    }
    return code;
}
