/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/pty.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/width.h"

/* ---- starting ---- */

/* Runs the program as a shell does, so that it can be stopped. Never returns. */
static void run_job(const char *const argv[])
{
    signal(SIGTTOU, SIG_IGN);
    signal(SIGTSTP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        tcsetpgrp(0, getpid());
        signal(SIGTTOU, SIG_DFL);
        signal(SIGTSTP, SIG_DFL);
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    setpgid(job, job);
    int status;
    while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
        tcsetpgrp(0, getpgrp());
        dprintf(1, "[stopped]\r\n");
        char c;
        while (read(0, &c, 1) == 1 && c != '\n')
            ;
        tcsetpgrp(0, job);
        kill(-job, SIGCONT);
    }
    tcsetpgrp(0, getpgrp());
    dprintf(1, "[ended %d]\r\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    _exit(0);
}

static void new_screen(struct pty *pty, int rows, int cols)
{
    pty->vterm = vterm_new(rows, cols);
    vterm_set_utf8(pty->vterm, 1);
    pty->screen = vterm_obtain_screen(pty->vterm);
    vterm_screen_enable_altscreen(pty->screen, 1);
    vterm_screen_reset(pty->screen, 1);
}

void pty_start(struct pty *pty, int rows, int cols, const char *const argv[],
               const char *const env[], bool jobs)
{
    memset(pty, 0, sizeof *pty);
    new_screen(pty, rows, cols);
    pty->cursor_shown = true;
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    int slave;
    cr_assert_eq(openpty(&pty->fd, &slave, NULL, NULL, &size), 0, "%s", strerror(errno));
    cr_assert_eq(tcgetattr(pty->fd, &pty->before), 0);
    if (jobs) { /* no key is one for the little shell, or stops the output */
        pty->before.c_lflag &= ~(tcflag_t)ISIG;
        pty->before.c_iflag &= ~(tcflag_t)IXON;
        tcsetattr(pty->fd, TCSANOW, &pty->before);
    }
    pty->pid = fork();
    if (pty->pid == 0) {
        close(pty->fd);
        login_tty(slave);
        for (size_t i = 0; env[i]; i++)
            putenv((char *)env[i]);
        if (jobs)
            run_job(argv);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(slave);
}

void pty_stop(struct pty *pty)
{
    if (pty->pid > 0) {
        kill(pty->pid, SIGKILL);
        waitpid(pty->pid, NULL, 0);
    }
    close(pty->fd);
    vterm_free(pty->vterm);
    rw_buf_done(&pty->output);
}

/* ---- talking ---- */

static void set_mode(struct pty *pty, long number, bool on)
{
    if (number == 1049 || number == 1047 || number == 47)
        pty->alternate = on;
    else if (number == 25)
        pty->cursor_shown = on;
    else if (number == 2004)
        pty->paste = on;
}

/* Follows "ESC [ ? numbers h" and the same with l, wherever reading cuts them. */
static void read_modes(struct pty *pty, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];
        if (c == '\033')
            pty->sequence_size = 0;
        if (pty->sequence_size + 1 < sizeof pty->sequence)
            pty->sequence[pty->sequence_size++] = c;
        if ((c != 'h' && c != 'l') || strncmp(pty->sequence, "\033[?", 3) != 0)
            continue;
        pty->sequence[pty->sequence_size] = '\0';
        for (char *at = pty->sequence + 3; *at >= '0' && *at <= '9'; at += *at == ';')
            set_mode(pty, strtol(at, &at, 10), c == 'h');
        pty->sequence_size = 0;
        pty->sequence[0] = '\0';
    }
}

/* Reads what is there, waiting for it up to ms. False when nothing came. */
static bool pump(struct pty *pty, int ms)
{
    struct pollfd poll_fd = {.fd = pty->fd, .events = POLLIN};
    char bytes[4096];
    if (pty->ended || poll(&poll_fd, 1, ms) <= 0)
        return false;
    ssize_t count = read(pty->fd, bytes, sizeof bytes);
    if (count <= 0) {
        pty->ended = true;
        return false;
    }
    rw_buf_add(&pty->output, bytes, (size_t)count);
    read_modes(pty, bytes, (size_t)count);
    if (!pty->blind)
        vterm_input_write(pty->vterm, bytes, (size_t)count);
    return true;
}

void pty_send(struct pty *pty, const char *bytes)
{
    size_t size = strlen(bytes);
    while (size > 0) {
        ssize_t count = write(pty->fd, bytes, size);
        cr_assert_gt(count, 0, "%s", strerror(errno));
        bytes += count;
        size -= (size_t)count;
        while (pump(pty, 0))
            ;
    }
}

void pty_resize(struct pty *pty, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    vterm_set_size(pty->vterm, rows, cols);
    cr_assert_eq(ioctl(pty->fd, TIOCSWINSZ, &size), 0);
}

void pty_resize_blank(struct pty *pty, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    vterm_free(pty->vterm);
    new_screen(pty, rows, cols);
    cr_assert_eq(ioctl(pty->fd, TIOCSWINSZ, &size), 0);
}

/* ---- looking ---- */

static void add_row(struct rw_buf *out, const struct pty *pty, int row)
{
    int rows, cols;
    size_t used = out->len;
    vterm_get_size(pty->vterm, &rows, &cols);
    for (int col = 0; col < cols;) {
        VTermScreenCell cell;
        vterm_screen_get_cell(pty->screen, (VTermPos){.row = row, .col = col}, &cell);
        if (cell.chars[0] == 0)
            rw_buf_addc(out, ' ');
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
            char character[4];
            rw_buf_add(out, character, rw_char_write(cell.chars[i], character));
            used = cell.chars[0] == ' ' ? used : out->len;
        }
        col += cell.width > 1 ? cell.width : 1;
    }
    if (out->data)
        out->data[used] = '\0';
    out->len = used;
}

const char *pty_row(const struct pty *pty, int row)
{
    static char copy[8192];
    struct rw_buf out = {0};
    add_row(&out, pty, row);
    snprintf(copy, sizeof copy, "%s", rw_buf_str(&out));
    rw_buf_done(&out);
    return copy;
}

const char *pty_picture(const struct pty *pty)
{
    static char copy[300 * 100 * 4];
    struct rw_buf out = {0};
    int rows, cols;
    vterm_get_size(pty->vterm, &rows, &cols);
    for (int row = 0; row < rows; row++) {
        add_row(&out, pty, row);
        rw_buf_addc(&out, '\n');
    }
    snprintf(copy, sizeof copy, "%s", rw_buf_str(&out));
    rw_buf_done(&out);
    return copy;
}

bool pty_shows(const struct pty *pty, const char *text)
{
    return strstr(pty_picture(pty), text);
}

VTermPos pty_cursor(const struct pty *pty)
{
    VTermPos place;
    vterm_state_get_cursorpos(vterm_obtain_state(pty->vterm), &place);
    return place;
}

bool pty_restored(const struct pty *pty)
{
    struct termios now;
    return tcgetattr(pty->fd, &now) == 0 && now.c_lflag == pty->before.c_lflag &&
           now.c_iflag == pty->before.c_iflag && now.c_oflag == pty->before.c_oflag;
}

/* ---- work ---- */

struct pty_work pty_work(const struct pty *pty)
{
    struct pty_work work = {0};
    char path[64], line[1024] = "";
    snprintf(path, sizeof path, "/proc/%d/status", (int)pty->pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "voluntary_ctxt_switches: %ld", &work.switches) == 1)
            break;
    if (file)
        fclose(file);
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pty->pid);
    file = fopen(path, "r");
    long user = 0, system = 0;
    const char *rest = file && fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    cr_assert(rest && sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld",
                             &user, &system) == 2,
              "it is gone");
    fclose(file);
    work.ticks = user + system;
    return work;
}

/* ---- waiting ---- */

static void wait_shown(struct pty *pty, const char *text, bool shown)
{
    int64_t deadline = rw_clock_ms() + PTY_DEADLINE_MS;
    while (pty_shows(pty, text) != shown) {
        cr_assert(rw_clock_ms() < deadline && !(pty->ended && !pump(pty, 0)), "\"%s\" is %s:\n%s",
                  text, shown ? "not shown" : "still shown", pty_picture(pty));
        pump(pty, 100);
    }
}

void pty_wait_for(struct pty *pty, const char *text)
{
    wait_shown(pty, text, true);
}

void pty_wait_gone(struct pty *pty, const char *text)
{
    wait_shown(pty, text, false);
}

void pty_wait(struct pty *pty, bool (*holds)(const struct pty *pty), const char *what)
{
    int64_t deadline = rw_clock_ms() + PTY_DEADLINE_MS;
    while (!holds(pty)) {
        cr_assert(rw_clock_ms() < deadline, "not %s:\n%s", what, pty_picture(pty));
        pump(pty, 100);
    }
}

bool pty_is_silent(struct pty *pty, int ms)
{
    return !pump(pty, ms);
}

int pty_wait_end(struct pty *pty, bool read)
{
    int64_t deadline = rw_clock_ms() + PTY_DEADLINE_MS;
    int status;
    pid_t pid;
    while ((pid = waitpid(pty->pid, &status, WNOHANG)) == 0) {
        cr_assert_lt(rw_clock_ms(), deadline, "it still runs:\n%s", pty_picture(pty));
        if (read)
            pump(pty, 20);
        else
            poll(NULL, 0, 20);
    }
    cr_assert_eq(pid, pty->pid);
    pty->pid = 0;
    while (pump(pty, 0))
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void pty_settle(struct pty *pty, int ms)
{
    int64_t deadline = rw_clock_ms() + PTY_DEADLINE_MS;
    while (pump(pty, ms))
        cr_assert_lt(rw_clock_ms(), deadline, "it never comes to rest:\n%s", pty_picture(pty));
}

void pty_expect_given_back(struct pty *pty, const char *where)
{
    int64_t deadline = rw_clock_ms() + PTY_DEADLINE_MS;
    while (!pty_restored(pty) && rw_clock_ms() < deadline)
        pump(pty, 20);
    cr_expect(pty_restored(pty), "%s: the mode is back", where);
    cr_expect(!pty->alternate, "%s: the normal screen is back", where);
    cr_expect(pty->cursor_shown, "%s: the cursor is back", where);
    cr_expect(!pty->paste, "%s: bracketed paste is off", where);
}
