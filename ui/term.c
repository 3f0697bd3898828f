/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/term_private.h"

/* The effect of a key is drawn at once, 60 times a second at most; other changes wait longer, so
 * that a key that comes then finds its frame free. */
#define FRAME_MS  17
#define CHANGE_MS 50
/* How long the terminal may take for the bytes that give it back. */
#define LEAVE_MS 500

static const int signals[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGINT, SIGQUIT, SIGHUP};

struct rw_term {
    struct rw_term_events events;
    void *context;
    int fd, keys_fd; /* the same terminal, opened twice: libuv polls a descriptor once */
    struct termios mode;
    struct rw_painter *painter;
    struct rw_abilities can;
    enum rw_theme theme;
    struct rw_canvas canvas;
    struct rw_key_parser parser;
    struct rw_buf out; /* bytes that the terminal has not taken yet */
    bool taken;        /* the terminal is ours */
    bool dirty, all;
    bool prompt;  /* a person waits for this drawing */
    bool sending; /* waits until the terminal takes bytes */
    bool ended;
    int64_t drawn_ms, prompted_ms; /* the last drawing, and the last that a person waited for */
    uv_poll_t keys, room;
    uv_timer_t frame, escape;
    uv_signal_t signals[RW_COUNT(signals)];
    size_t open_handles;
};

static void plan_frame(struct rw_term *term);

/* ---- ending ---- */

static void end(struct rw_term *term, int number)
{
    if (term->ended)
        return;
    term->ended = true;
    uv_poll_stop(&term->keys);
    uv_poll_stop(&term->room);
    term->events.ended(term->context, number);
}

/* ---- bytes to the terminal ---- */

static void on_room(uv_poll_t *room, int status, int events);

static void send_bytes(struct rw_term *term)
{
    while (term->out.len > 0) {
        ssize_t count = write(term->fd, term->out.data, term->out.len);
        if (count > 0) {
            rw_buf_shift(&term->out, (size_t)count);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            rw_buf_clear(&term->out);
            end(term, SIGHUP);
            return;
        }
    }
    bool wait = term->out.len > 0;
    if (wait && !term->sending)
        uv_poll_start(&term->room, UV_WRITABLE, on_room);
    else if (!wait && term->sending)
        uv_poll_stop(&term->room);
    term->sending = wait;
    if (!wait)
        plan_frame(term);
}

static void on_room(uv_poll_t *room, int status, int events)
{
    struct rw_term *term = room->data;
    (void)events;
    if (status < 0)
        end(term, SIGHUP);
    else
        send_bytes(term);
}

/* For the last bytes, when the loop does not turn any more: waits shortly. */
static void send_rest(struct rw_term *term)
{
    while (term->out.len > 0) {
        ssize_t count = write(term->fd, term->out.data, term->out.len);
        if (count > 0) {
            rw_buf_shift(&term->out, (size_t)count);
            continue;
        }
        struct pollfd room = {.fd = term->fd, .events = POLLOUT};
        if (errno != EAGAIN || poll(&room, 1, LEAVE_MS) <= 0)
            break;
    }
    rw_buf_clear(&term->out);
}

/* ---- drawing ---- */

static void on_frame(uv_timer_t *timer)
{
    struct rw_term *term = timer->data;
    if (!term->dirty || !term->taken || term->sending || term->ended)
        return;
    term->drawn_ms = rw_clock_ms();
    if (term->prompt)
        term->prompted_ms = term->drawn_ms;
    term->dirty = term->prompt = false;
    rw_canvas_clear(&term->canvas);
    term->canvas.ascii_only = !term->can.display.utf8;
    term->canvas.ascii_lines = term->theme == RW_THEME_ASCII;
    term->events.draw(term->context, &term->canvas);
    rw_painter_paint(term->painter, &term->canvas, term->theme, term->all, &term->out);
    term->all = false;
    send_bytes(term);
}

static void plan_frame(struct rw_term *term)
{
    if (!term->dirty || !term->taken || term->sending)
        return;
    int64_t due = term->prompt ? term->prompted_ms + FRAME_MS : term->drawn_ms + CHANGE_MS;
    int64_t wait = due - rw_clock_ms();
    if (term->prompt || !uv_is_active((uv_handle_t *)&term->frame))
        uv_timer_start(&term->frame, on_frame, wait > 0 ? (uint64_t)wait : 0, 0);
}

void rw_term_redraw(struct rw_term *term)
{
    term->dirty = true;
    plan_frame(term);
}

void rw_term_repaint(struct rw_term *term)
{
    term->all = term->prompt = true;
    rw_term_redraw(term);
}

void rw_term_set_theme(struct rw_term *term, enum rw_theme theme)
{
    term->theme = theme;
    rw_term_repaint(term);
}

/* ---- size ---- */

/* What gives the terminal back in a crash depends on its size. */
static void arm_rescue(const struct rw_term *term)
{
    struct rw_buf bytes = {0};
    rw_painter_leave(term->painter, &bytes);
    rw_rescue_on(term->fd, &term->mode, rw_buf_str(&bytes), bytes.len);
    rw_buf_done(&bytes);
}

static void measure(struct rw_term *term)
{
    struct winsize size = {0};
    int rows, cols;
    ioctl(term->fd, TIOCGWINSZ, &size);
    rw_painter_usual_size(term->painter, &rows, &cols);
    if (size.ws_row > 0 && size.ws_col > 0) {
        rows = size.ws_row;
        cols = size.ws_col;
    }
    if (rows == term->canvas.rows && cols == term->canvas.cols)
        return;
    rw_canvas_resize(&term->canvas, rows, cols);
    rw_painter_resize(term->painter, term->canvas.rows, term->canvas.cols);
    if (term->taken)
        arm_rescue(term);
    rw_term_repaint(term);
}

/* ---- keys ---- */

static void on_key(void *context, const struct rw_key *key)
{
    struct rw_term *term = context;
    term->prompt = true;
    if (!term->ended)
        term->events.key(term->context, key);
}

static void on_escape(uv_timer_t *timer)
{
    struct rw_term *term = timer->data;
    rw_keys_flush(&term->parser, on_key, term);
}

static void on_keys(uv_poll_t *poll, int status, int events)
{
    struct rw_term *term = poll->data;
    char bytes[4096];
    (void)events;
    ssize_t count = status < 0 ? 0 : read(term->keys_fd, bytes, sizeof bytes);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0) {
        end(term, SIGHUP);
        return;
    }
    uv_timer_stop(&term->escape);
    rw_keys_feed(&term->parser, bytes, (size_t)count, on_key, term);
    memset(bytes, 0, sizeof bytes); /* it may have been a password */
    if (rw_keys_waiting(&term->parser) && !term->ended)
        uv_timer_start(&term->escape, on_escape, RW_KEY_ESCAPE_MS, 0);
}

void rw_term_flush_keys(struct rw_term *term)
{
    tcflush(term->keys_fd, TCIFLUSH);
    rw_keys_reset(&term->parser);
    uv_timer_stop(&term->escape);
}

/* What was typed before the screen that is being drawn could be seen. */
static void on_early_key(void *context, const struct rw_key *key)
{
    if (rw_key_is_ctrl(key, 'c'))
        on_key(context, key);
}

void rw_term_drop_typed(struct rw_term *term)
{
    char bytes[4096];
    struct pollfd there = {.fd = term->keys_fd, .events = POLLIN};
    while (!term->ended && poll(&there, 1, 0) > 0 && (there.revents & POLLIN)) {
        ssize_t count = read(term->keys_fd, bytes, sizeof bytes);
        if (count <= 0)
            break;
        rw_keys_feed(&term->parser, bytes, (size_t)count, on_early_key, term);
        memset(bytes, 0, sizeof bytes);
    }
}

/* ---- the clipboard ---- */

void rw_term_copy(struct rw_term *term, const char *text)
{
    size_t size = strlen(text);
    if (!term->taken || size > RW_TERM_COPY_MAX)
        return;
    struct rw_buf data = {0};
    rw_text_base64(&data, text, size);
    rw_buf_addf(&term->out, "\033]52;c;%s\a", rw_buf_str(&data));
    /* tmux takes the first form with set-clipboard on, the second with allow-passthrough on. */
    if (getenv("TMUX"))
        rw_buf_addf(&term->out, "\033Ptmux;\033\033]52;c;%s\a\033\\", rw_buf_str(&data));
    rw_buf_done(&data);
    send_bytes(term);
}

/* ---- taking and giving back ---- */

static void take(struct rw_term *term)
{
    struct termios raw = term->mode;
    cfmakeraw(&raw);
    tcsetattr(term->fd, TCSANOW, &raw);
    arm_rescue(term);
    struct rw_buf bytes = {0};
    rw_painter_enter(term->painter, &bytes);
    rw_buf_add(&term->out, rw_buf_str(&bytes), bytes.len);
    rw_buf_done(&bytes);
    term->taken = true;
    rw_term_repaint(term);
}

static void give_back(struct rw_term *term)
{
    if (!term->taken)
        return;
    term->taken = false;
    rw_painter_leave(term->painter, &term->out);
    send_rest(term);
    uv_poll_stop(&term->room);
    term->sending = false;
    /* In the background that would stop us. */
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stop, &before);
    /* Not TCSAFLUSH, which waits for a terminal that hangs. */
    tcflush(term->keys_fd, TCIFLUSH);
    tcsetattr(term->fd, TCSANOW, &term->mode);
    sigprocmask(SIG_SETMASK, &before, NULL);
    rw_rescue_off();
}

void rw_term_use_mouse(struct rw_term *term)
{
    give_back(term);
    rw_painter_set_mouse(term->painter, true);
    take(term);
    rw_term_repaint(term);
}

void rw_term_suspend(struct rw_term *term)
{
    if (!term->taken)
        return;
    give_back(term);
    struct sigaction before, plain = {.sa_handler = SIG_DFL};
    sigaction(SIGTSTP, &plain, &before);
    kill(0, SIGTSTP);
    /* Goes on here after SIGCONT. */
    sigaction(SIGTSTP, &before, NULL);
    struct termios mode;
    if (tcgetattr(term->fd, &mode) == 0)
        term->mode = mode;
    take(term);
    measure(term);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct rw_term *term = handle->data;
    switch (number) {
    case SIGWINCH:
        measure(term);
        break;
    case SIGTSTP:
        rw_term_suspend(term);
        break;
    case SIGCONT: /* stopped by SIGSTOP, which cannot be noticed before */
        if (term->taken) {
            take(term);
            measure(term);
        }
        break;
    default:
        end(term, number);
    }
}

/* ---- abilities ---- */

static void find_abilities(struct rw_term *term)
{
    const char *none = getenv("NO_COLOR");
    term->can.colour = rw_painter_has_colour(term->painter) && !(none && *none);
    term->can.display = rw_display_look(term->fd);
    term->theme = rw_theme_first(&term->can);
}

const struct rw_abilities *rw_term_abilities(const struct rw_term *term)
{
    return &term->can;
}

/* ---- making ---- */

static void start_handles(struct rw_term *term, uv_loop_t *loop)
{
    uv_poll_init(loop, &term->keys, term->keys_fd);
    uv_poll_init(loop, &term->room, term->fd);
    uv_timer_init(loop, &term->frame);
    uv_timer_init(loop, &term->escape);
    term->keys.data = term->room.data = term->frame.data = term->escape.data = term;
    uv_poll_start(&term->keys, UV_READABLE, on_keys);
    for (size_t i = 0; i < RW_COUNT(signals); i++) {
        uv_signal_init(loop, &term->signals[i]);
        term->signals[i].data = term;
        uv_signal_start(&term->signals[i], on_signal, signals[i]);
    }
    term->open_handles = 4 + RW_COUNT(signals);
}

static int open_terminal(struct rw_term *term, struct rw_error *err)
{
    term->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    term->keys_fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (term->fd < 0 || term->keys_fd < 0 || tcgetattr(term->fd, &term->mode) != 0)
        return rw_error_set(err, RW_EIO, "there is no terminal: %s", strerror(errno));
    return rw_painter_new(&term->painter, err);
}

static void free_term(struct rw_term *term)
{
    if (term->fd >= 0)
        close(term->fd);
    if (term->keys_fd >= 0)
        close(term->keys_fd);
    rw_painter_free(term->painter);
    rw_keys_reset(&term->parser);
    rw_buf_wipe(&term->out);
    rw_canvas_done(&term->canvas);
    free(term);
}

int rw_term_new(struct rw_term **out, uv_loop_t *loop, const struct rw_term_events *events,
                void *context, struct rw_error *err)
{
    struct rw_term *term = rw_calloc(1, sizeof *term);
    term->events = *events;
    term->context = context;
    int code = open_terminal(term, err);
    if (code < 0) {
        free_term(term);
        return code;
    }
    find_abilities(term);
    start_handles(term, loop);
    take(term);
    measure(term);
    *out = term;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct rw_term *term = handle->data;
    if (--term->open_handles == 0)
        free_term(term);
}

void rw_term_free(struct rw_term *term)
{
    if (!term)
        return;
    give_back(term);
    term->ended = true;
    uv_handle_t *const handles[] = {(uv_handle_t *)&term->keys, (uv_handle_t *)&term->room,
                                    (uv_handle_t *)&term->frame, (uv_handle_t *)&term->escape};
    for (size_t i = 0; i < RW_COUNT(handles); i++)
        uv_close(handles[i], on_closed);
    for (size_t i = 0; i < RW_COUNT(signals); i++)
        uv_close((uv_handle_t *)&term->signals[i], on_closed);
}
