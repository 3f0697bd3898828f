/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/plain_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"

struct rw_plain_input {
    int fd;          /* of its own where it is a terminal, so that it alone becomes non-blocking */
    int flags;       /* of the descriptor before */
    uv_poll_t *poll; /* NULL: a file, which is always readable */
    bool terminal, hidden, ended;
    struct termios saved;
    struct rw_buf text; /* read, and not taken yet */
};

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void set_echo(struct rw_plain_input *input, bool echo)
{
    struct termios mode = input->saved;
    if (!input->terminal || input->hidden == !echo)
        return;
    if (!echo)
        mode.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(input->fd, TCSADRAIN, &mode);
    input->hidden = !echo;
}

static void read_more(struct rw_plain_input *input)
{
    char chunk[4096];
    ssize_t n = read(input->fd, chunk, sizeof chunk);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        rw_buf_add(&input->text, chunk, (size_t)n);
    else
        input->ended = true;
    rw_secret_wipe(chunk, sizeof chunk);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct rw_plain_input *input = poll->data;
    (void)events;
    if (status < 0)
        input->ended = true;
    else
        read_more(input);
    if (input->ended || input->text.len >= RW_PLAIN_LINE_MAX ||
        memchr(rw_buf_str(&input->text), '\n', input->text.len))
        uv_poll_stop(poll);
}

struct rw_plain_input *rw_plain_input_new(uv_loop_t *loop)
{
    struct rw_plain_input *input = rw_calloc(1, sizeof *input);
    input->fd = STDIN_FILENO;
    input->terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &input->saved) == 0;
    const char *name = input->terminal ? ttyname(STDIN_FILENO) : NULL;
    int own = name ? open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) : -1;
    if (own >= 0)
        input->fd = own;
    input->flags = fcntl(input->fd, F_GETFL);
    input->poll = rw_calloc(1, sizeof *input->poll);
    input->poll->data = input;
    if (uv_poll_init(loop, input->poll, input->fd) != 0) {
        free(input->poll);
        input->poll = NULL;
    }
    return input;
}

void rw_plain_input_free(struct rw_plain_input *input)
{
    if (!input)
        return;
    set_echo(input, true);
    if (input->poll)
        uv_close((uv_handle_t *)input->poll, free_handle);
    if (input->fd != STDIN_FILENO)
        close(input->fd);
    else if (input->flags >= 0)
        fcntl(input->fd, F_SETFL, input->flags);
    rw_buf_wipe(&input->text);
    free(input);
}

bool rw_plain_input_is_terminal(const struct rw_plain_input *input)
{
    return input->terminal;
}

void rw_plain_input_want(struct rw_plain_input *input, bool want, bool hidden)
{
    set_echo(input, !want || !hidden);
    if (!input->poll)
        return;
    if (want && !input->ended && !memchr(rw_buf_str(&input->text), '\n', input->text.len))
        uv_poll_start(input->poll, UV_READABLE, on_readable);
    else
        uv_poll_stop(input->poll);
}

char *rw_plain_input_take(struct rw_plain_input *input)
{
    const char *end;
    while (!(end = memchr(rw_buf_str(&input->text), '\n', input->text.len)) && !input->poll &&
           !input->ended && input->text.len < RW_PLAIN_LINE_MAX)
        read_more(input);
    size_t length = end ? (size_t)(end - input->text.data) : input->text.len;
    if (length > RW_PLAIN_LINE_MAX) {
        length = RW_PLAIN_LINE_MAX;
        end = NULL;
    }
    if (!end && length < RW_PLAIN_LINE_MAX && (!input->ended || length == 0))
        return NULL;
    size_t shown = length && input->text.data[length - 1] == '\r' ? length - 1 : length;
    char *line = rw_strndup(input->text.data, shown);
    rw_buf_shift(&input->text, length + (end != NULL));
    return line;
}

bool rw_plain_input_ended(const struct rw_plain_input *input)
{
    return input->ended && input->text.len == 0;
}

void rw_plain_input_flush(struct rw_plain_input *input)
{
    if (!input->terminal)
        return;
    tcflush(input->fd, TCIFLUSH);
    rw_buf_clear(&input->text);
}
