/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "ui/term_private.h"

/* How long a terminal may take for the bytes that give it back. */
#define RESCUE_MS 500

static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

/* A signal handler finds what it needs in no other way. */
static struct {
    volatile sig_atomic_t armed;
    int fd;
    struct termios mode;
    char bytes[RW_RESCUE_MAX];
    size_t size;
    struct sigaction before[RW_COUNT(crashes)];
    char stack[32 * 1024]; /* a crash may be for want of the ordinary one */
    stack_t stack_before;
    bool at_exit;
} rescue;

/* Only what a signal handler may call. */
static void give_back(void)
{
    if (!rescue.armed)
        return;
    rescue.armed = 0;
    size_t done = 0;
    while (done < rescue.size) {
        ssize_t count = write(rescue.fd, rescue.bytes + done, rescue.size - done);
        struct pollfd room = {.fd = rescue.fd, .events = POLLOUT};
        if (count > 0)
            done += (size_t)count;
        else if (errno != EAGAIN || poll(&room, 1, RESCUE_MS) <= 0)
            break;
    }
    tcsetattr(rescue.fd, TCSANOW, &rescue.mode);
}

/* The former handler of the signal, if any, gets it next. */
static void on_crash(int number)
{
    give_back();
    for (size_t i = 0; i < RW_COUNT(crashes); i++)
        if (crashes[i] == number)
            sigaction(number, &rescue.before[i], NULL);
    raise(number);
}

void rw_rescue_on(int fd, const struct termios *mode, const char *bytes, size_t size)
{
    rescue.fd = fd;
    rescue.mode = *mode;
    rescue.size = size <= sizeof rescue.bytes ? size : 0;
    memcpy(rescue.bytes, bytes, rescue.size);
    if (rescue.armed)
        return; /* the handlers are in place */
    if (!rescue.at_exit)
        rescue.at_exit = atexit(give_back) == 0;
    stack_t stack = {.ss_sp = rescue.stack, .ss_size = sizeof rescue.stack};
    sigaltstack(&stack, &rescue.stack_before);
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
    sigfillset(&action.sa_mask);
    rescue.armed = 1;
    for (size_t i = 0; i < RW_COUNT(crashes); i++)
        sigaction(crashes[i], &action, &rescue.before[i]);
}

void rw_rescue_off(void)
{
    if (!rescue.armed)
        return;
    rescue.armed = 0;
    for (size_t i = 0; i < RW_COUNT(crashes); i++)
        sigaction(crashes[i], &rescue.before[i], NULL);
    sigaltstack(&rescue.stack_before, NULL);
}
