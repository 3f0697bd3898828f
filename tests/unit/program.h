/* SPDX-License-Identifier: Apache-2.0 */
/* The program itself on a terminal, with a home of its own. */
#ifndef RW_TESTS_UNIT_PROGRAM_H
#define RW_TESTS_UNIT_PROGRAM_H

#include <stdbool.h>

#include "unit/pty.h"

#define PROGRAM_ARGUMENTS 12

/* A NULL is not set in its environment, or not given. */
struct program {
    const char *home; /* to folder_remove() */
    const char *term;
    const char *locale;                       /* LANG */
    const char *line;                         /* by a shell: `exec "$0" "$@" <&-` */
    const char *arguments[PROGRAM_ARGUMENTS]; /* ended by NULL */
    int rows, cols;                           /* 0: 24, 80 */
    bool jobs;                                /* pty_start() */
};

/* Starts rke2-wizard. To pty_stop(). */
void program_start(struct pty *pty, const struct program *program);
/* Presses ^C, confirms, and expects that the terminal is given back and the exit code is 130. */
void program_quit(struct pty *pty, const char *where);
/* Locales zh_CN.GBK, zh_CN.UTF-8 and C.UTF-8 in a folder for LOCPATH, made when they are missing.
 * NULL: localedef or its sources are not installed, and the program meets locales that are not
 * there. Static. */
const char *program_locales(void);

#endif
