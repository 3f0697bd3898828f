/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/program.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "unit/helpers.h"

/* "NAME=value", or "NAME", which takes it away; in a static buffer of 16 turns. */
static const char *setting(const char *name, const char *value)
{
    static char texts[16][4200];
    static size_t turn;
    char *text = texts[turn++ % RW_COUNT(texts)];
    snprintf(text, sizeof texts[0], value ? "%s=%s" : "%s", name, value);
    return text;
}

void program_start(struct pty *pty, const struct program *program)
{
    const char *argv[PROGRAM_ARGUMENTS + 5] = {NULL};
    size_t count = 0;
    if (program->line) {
        argv[count++] = "/bin/sh";
        argv[count++] = "-c";
        argv[count++] = program->line;
    }
    argv[count++] = in_build("rke2-wizard");
    for (size_t i = 0; program->arguments[i]; i++)
        argv[count++] = program->arguments[i];
    const char *locpath = program_locales();
    const char *const env[] = {setting("HOME", program->home),   setting("XDG_STATE_HOME", NULL),
                               setting("XDG_CONFIG_HOME", NULL), setting("XDG_DATA_HOME", NULL),
                               setting("SSH_AUTH_SOCK", NULL),   setting("NO_COLOR", NULL),
                               setting("LINES", NULL),           setting("COLUMNS", NULL),
                               setting("LANGUAGE", NULL),        setting("LC_ALL", NULL),
                               setting("LC_MESSAGES", NULL),     setting("LC_CTYPE", NULL),
                               setting("LANG", program->locale), setting("LOCPATH", locpath),
                               setting("TERM", program->term),   NULL};
    pty_start(pty, program->rows ? program->rows : 24, program->cols ? program->cols : 80, argv,
              env, program->jobs);
}

void program_quit(struct pty *pty, const char *where)
{
    int64_t deadline = rw_clock_ms() + PTY_DEADLINE_MS;
    size_t before = pty->output.len;
    pty_send(pty, "\003");
    while (pty->output.len == before && rw_clock_ms() < deadline)
        pty_settle(pty, 20);
    pty_settle(pty, 50); /* what is typed before the question stands there is dropped */
    pty_send(pty, "\r");
    int code = pty_wait_end(pty, true);
    cr_expect_eq(code, 130, "%s: ended with %d:\n%s", where, code, pty_picture(pty));
    cr_expect(pty_shows(pty, "rke2-wizard"), "%s: says how to go on:\n%s", where, pty_picture(pty));
    pty_expect_given_back(pty, where);
}

/* ---- locales ---- */

const char *program_locales(void)
{
    const char *folder = in_build("unit-tests.d/locales");
    char made[4096 + 16], command[6 * 4096];
    int status;
    if (access(folder, X_OK) == 0)
        return folder;
    /* Several tests may do it at once; the first one counts. */
    snprintf(made, sizeof made, "%s.%d", folder, (int)getpid());
    snprintf(command, sizeof command,
             "mkdir -p '%s' && cd '%s' && for c in GBK UTF-8; do"
             " localedef -i zh_CN -f $c --no-archive ./zh_CN.$c || test -e zh_CN.$c/LC_CTYPE ||"
             " exit 1; done && { localedef -i C -f UTF-8 --no-archive ./C.UTF-8 ||"
             " cp -r /usr/lib/locale/C.utf8 C.UTF-8; } && { mv -T '%s' '%s' || rm -rf '%s'; }",
             made, made, made, folder, made);
    free(run_shell("/bin/sh", command, &status));
    return access(folder, X_OK) == 0 ? folder : NULL;
}
