/* SPDX-License-Identifier: Apache-2.0 */
/* LD_PRELOAD: a slow disk under a program, and how long its loop does not look at its sockets.
 *
 * Each fsync() and fdatasync() takes RW_SLOW_DISK_MS longer. At the end RW_SLOW_DISK_LOG gets the
 * longest time of the first thread between two waits of its loop, in ms, and how many syncs there
 * were, and how many of them by that thread. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_int syncs, on_loop;
static double since, longest;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1000000;
}

static int first_thread(void)
{
    return syscall(SYS_gettid) == getpid();
}

static int slowly(long number, int fd)
{
    const char *text = getenv("RW_SLOW_DISK_MS");
    long ms = text ? strtol(text, NULL, 10) : 0;
    struct timespec delay = {ms / 1000, ms % 1000 * 1000000};
    syncs++;
    on_loop += first_thread();
    nanosleep(&delay, NULL);
    return (int)syscall(number, fd);
}

int fsync(int fd)
{
    return slowly(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return slowly(SYS_fdatasync, fd);
}

int epoll_pwait(int epoll, struct epoll_event *events, int max, int timeout, const sigset_t *mask)
{
    static int (*next)(int, struct epoll_event *, int, int, const sigset_t *);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "epoll_pwait");
    int first = first_thread();
    if (first && since > 0 && now_ms() - since > longest)
        longest = now_ms() - since;
    int count = next(epoll, events, max, timeout, mask);
    if (first)
        since = now_ms();
    return count;
}

int epoll_wait(int epoll, struct epoll_event *events, int max, int timeout)
{
    return epoll_pwait(epoll, events, max, timeout, NULL);
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("RW_SLOW_DISK_LOG");
    FILE *file = path && first_thread() ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%.1f %d %d\n", longest, syncs, on_loop);
    fclose(file);
}
