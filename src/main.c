#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "cli/options.h"
#include "ui/app.h"

/* Makes messages come in the language that was asked for, or that the environment names, also
 * where its locale is not installed: gettext translates in any locale but C, by $LANGUAGE. */
static void set_language(const char *wanted)
{
    const char *locale = setlocale(LC_ALL, "");
    if (wanted)
        setenv("LANGUAGE", strcmp(wanted, "en") == 0 ? "en" : wanted, 1);
    const char *environment = getenv("LC_ALL");
    if (!environment || !*environment)
        environment = getenv("LC_MESSAGES");
    if (!environment || !*environment)
        environment = getenv("LANG");
    bool chinese = environment && strncmp(environment, "zh", 2) == 0;
    if (!locale && chinese && !wanted)
        setenv("LANGUAGE", "zh_CN", 1);
    if (!locale || strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0 || wanted)
        if (!locale || wanted)
            setlocale(LC_ALL, "C.UTF-8");
#if ENABLE_NLS
    bindtextdomain(PACKAGE, LOCALEDIR);
    bind_textdomain_codeset(PACKAGE, "UTF-8");
    textdomain(PACKAGE);
#endif
}

int main(int argc, char **argv)
{
    /* A peer that closes its end is an error of that connection, not the end of the program. */
    signal(SIGPIPE, SIG_IGN);
    set_language(rw_cli_language(argc, argv));
    return rw_cli_main(argc, argv, rw_app_run);
}
