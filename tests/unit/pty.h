/* SPDX-License-Identifier: Apache-2.0 */
/* A program on a terminal of its own, seen through a real terminal emulator. */
#ifndef RW_TESTS_UNIT_PTY_H
#define RW_TESTS_UNIT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#include "base/buf.h"

#define PTY_DEADLINE_MS 20000

struct pty {
    pid_t pid;
    int fd;
    VTerm *vterm;
    VTermScreen *screen;
    struct termios before;               /* the mode in which the program found the terminal */
    struct rw_buf output;                /* all bytes that came */
    bool alternate, cursor_shown, paste; /* what it has switched */
    bool blind; /* for the test to set: nothing is shown from now on, and the modes alone are known
                 */
    char sequence[32]; /* that is being read */
    size_t sequence_size;
    bool ended; /* the other end is closed */
};

/* Starts argv[0] (a path) with the environment of the test, changed by the "NAME=value" of env
 * (NULL-terminated). Jobs: under a little shell, which says "[stopped]" when the program was
 * stopped, continues it at the next Enter, and says "[ended N]". */
void pty_start(struct pty *pty, int rows, int cols, const char *const argv[],
               const char *const env[], bool jobs);
/* Ends what still runs, and frees. */
void pty_stop(struct pty *pty);

void pty_send(struct pty *pty, const char *bytes);
void pty_resize(struct pty *pty, int rows, int cols);
/* The same with a blank screen, for sizes that make old releases of the emulator crash. */
void pty_resize_blank(struct pty *pty, int rows, int cols);
/* A row without blanks at its end; static, until the next call. */
const char *pty_row(const struct pty *pty, int row);
bool pty_shows(const struct pty *pty, const char *text);
/* All rows, for messages; static. */
const char *pty_picture(const struct pty *pty);

/* Reads what comes until the condition holds; the test fails when it does not within the deadline.
 */
void pty_wait_for(struct pty *pty, const char *text);
void pty_wait_gone(struct pty *pty, const char *text);
void pty_wait(struct pty *pty, bool (*holds)(const struct pty *pty), const char *what);
/* Whether nothing comes for so long. */
bool pty_is_silent(struct pty *pty, int ms);
/* Waits for the end of the program; gives its exit status, or 128 + the signal. With read false
 * nothing is read meanwhile, as on a terminal that hangs. */
int pty_wait_end(struct pty *pty, bool read);
/* Whether the terminal is in the mode in which the program found it. */
bool pty_restored(const struct pty *pty);
/* The whole of it: mode, normal screen, cursor shown, no bracketed paste. Waits for it; fails with
 * what is missing. */
void pty_expect_given_back(struct pty *pty, const char *where);
/* How often the program was woken, and how long it has worked, in ticks of the clock. */
struct pty_work {
    long switches, ticks;
};
struct pty_work pty_work(const struct pty *pty);
/* Reads until nothing came for so long. */
void pty_settle(struct pty *pty, int ms);
VTermPos pty_cursor(const struct pty *pty);

#endif
