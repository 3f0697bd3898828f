/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/secret.h"
#include "cli/options.h"
#include "ui/app.h"

int main(int argc, char **argv)
{
    rw_file_standard();
    rw_file_raise_limit();
    rw_secret_no_core();
    /* A peer that closes its end is an error of that connection, not the end of the program. */
    signal(SIGPIPE, SIG_IGN);
    rw_i18n_begin(rw_cli_language(argc, argv));
    int code = rw_cli_main(argc, argv, rw_app_run);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "rke2-wizard: %s\n", _("standard output cannot be written"));
        return code ? code : 1;
    }
    return code;
}
