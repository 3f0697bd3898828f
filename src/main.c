/* The program. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "config.h"

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
#if ENABLE_NLS
    bindtextdomain(PACKAGE, LOCALEDIR);
    textdomain(PACKAGE);
#endif
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("%s\n", PACKAGE_STRING);
        return 0;
    }
    fprintf(stderr, "%s: --version\n", PACKAGE);
    return 2;
}
