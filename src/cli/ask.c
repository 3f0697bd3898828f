/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"

#define LINE_MAX_BYTES 4096

struct question {
    struct question *next;
    char *prompt;
    bool echo;
    void (*answer)(void *context, const char *text);
    void *context;
};

struct rw_ask {
    int fd;
    uv_poll_t *poll;
    struct termios saved;
    bool hidden;            /* echo is off */
    bool shown;             /* the first question stands on the screen */
    bool delivering, freed; /* the receiver of an answer may free us */
    struct question *queue;
    struct rw_buf line;
};

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void set_echo(struct rw_ask *ask, bool echo)
{
    struct termios mode = ask->saved;
    if (!echo)
        mode.c_lflag &= ~(tcflag_t)ECHO;
    /* Flushes what was typed too early. */
    tcsetattr(ask->fd, TCSAFLUSH, &mode);
    ask->hidden = !echo;
}

static void put_text(struct rw_ask *ask, const char *text)
{
    size_t left = strlen(text);
    while (left) {
        ssize_t n = write(ask->fd, text, left);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (n > 0) {
            text += n;
            left -= (size_t)n;
        }
    }
}

static void show_next(struct rw_ask *ask);
static void destroy(struct rw_ask *ask);

static void free_question(struct question *question)
{
    free(question->prompt);
    free(question);
}

/* Hands over the answer to the first question. ask may be gone afterwards. */
static void deliver(struct rw_ask *ask, const char *text)
{
    struct question *question = ask->queue;
    ask->queue = question->next;
    ask->shown = false;
    ask->delivering = true;
    question->answer(question->context, text);
    ask->delivering = false;
    free_question(question);
    if (ask->freed)
        destroy(ask);
    else
        show_next(ask);
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    struct rw_ask *ask = poll->data;
    char chunk[512];
    (void)events;
    ssize_t n = status < 0 ? 0 : read(ask->fd, chunk, sizeof chunk);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        rw_buf_fill(&ask->line, chunk, (size_t)n);
    const char *end = memchr(rw_buf_str(&ask->line), '\n', ask->line.len);
    if (n > 0 && !end)
        return;
    uv_poll_stop(ask->poll);
    if (ask->hidden) {
        set_echo(ask, true);
        put_text(ask, "\n");
    }
    char *text = end ? rw_strndup(ask->line.data, (size_t)(end - ask->line.data)) : NULL;
    rw_secret_wipe(chunk, sizeof chunk);
    rw_buf_wipe(&ask->line);
    deliver(ask, text);
    rw_secret_free(text);
}

static void show_next(struct rw_ask *ask)
{
    struct question *question = ask->queue;
    if (!question || ask->shown)
        return;
    ask->shown = true;
    set_echo(ask, question->echo);
    put_text(ask, "\r\033[K"); /* over what a spinner left there */
    put_text(ask, question->prompt);
    uv_poll_start(ask->poll, UV_READABLE, on_input);
}

struct rw_ask *rw_ask_new(uv_loop_t *loop)
{
    int fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return NULL;
    struct rw_ask *ask = rw_calloc(1, sizeof *ask);
    ask->fd = fd;
    rw_buf_init(&ask->line, LINE_MAX_BYTES);
    ask->poll = rw_calloc(1, sizeof *ask->poll);
    if (tcgetattr(fd, &ask->saved) != 0 || uv_poll_init(loop, ask->poll, fd) != 0) {
        close(fd);
        free(ask->poll);
        free(ask);
        return NULL;
    }
    ask->poll->data = ask;
    return ask;
}

void rw_ask_leave(struct rw_ask *ask)
{
    if (!ask)
        return;
    if (ask->shown) {
        uv_poll_stop(ask->poll);
        tcsetattr(ask->fd, TCSAFLUSH, &ask->saved);
        put_text(ask, "\n");
        ask->shown = false;
    }
    while (ask->queue) {
        struct question *question = ask->queue;
        ask->queue = question->next;
        free_question(question);
    }
}

static void destroy(struct rw_ask *ask)
{
    rw_buf_wipe(&ask->line);
    uv_close((uv_handle_t *)ask->poll, free_handle);
    close(ask->fd);
    free(ask);
}

void rw_ask_free(struct rw_ask *ask)
{
    if (!ask)
        return;
    rw_ask_leave(ask);
    if (ask->delivering)
        ask->freed = true;
    else
        destroy(ask);
}

void rw_ask_put(struct rw_ask *ask, const char *prompt, bool echo,
                void (*answer)(void *context, const char *text), void *context)
{
    struct question *question = rw_calloc(1, sizeof *question);
    question->prompt = rw_strdup(prompt);
    question->echo = echo;
    question->answer = answer;
    question->context = context;
    struct question **link = &ask->queue;
    while (*link)
        link = &(*link)->next;
    *link = question;
    show_next(ask);
}

bool rw_ask_busy(const struct rw_ask *ask)
{
    return ask && ask->shown;
}

bool rw_ask_is_yes(const char *text)
{
    return text && (strcasecmp(text, "y") == 0 || strcasecmp(text, "yes") == 0);
}
