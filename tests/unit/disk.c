/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/disk.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_int delay_ms, failure;
static atomic_size_t syncs;

void disk_is(int ms, int error)
{
    delay_ms = ms;
    failure = error;
    syncs = 0;
}

size_t disk_syncs(void)
{
    return syncs;
}

static int sync_with(long number, int fd)
{
    struct timespec delay = {0, delay_ms * 1000000L};
    syncs++;
    if (delay.tv_nsec > 0)
        nanosleep(&delay, NULL);
    if (failure) {
        errno = failure;
        return -1;
    }
    return (int)syscall(number, fd);
}

/* They take the place of those in the C library, for shared libraries too. */
__attribute__((visibility("default"))) int fsync(int fd)
{
    return sync_with(SYS_fsync, fd);
}

__attribute__((visibility("default"))) int fdatasync(int fd)
{
    return sync_with(SYS_fdatasync, fd);
}
