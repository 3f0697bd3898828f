/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/clock.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t skipped_ms;

void clock_skip(int64_t ms)
{
    skipped_ms += ms;
}

void clock_back(void)
{
    skipped_ms = 0;
}

/* Takes the place of the one in the C library, for shared libraries too: so the program needs no
 * clock of its own for tests. */
__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *now)
{
    int rc = (int)syscall(SYS_clock_gettime, id, now);
    if (rc == 0 && skipped_ms > 0 &&
        (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE || id == CLOCK_MONOTONIC_RAW ||
         id == CLOCK_BOOTTIME)) {
        int64_t ns = now->tv_nsec + skipped_ms % 1000 * 1000000;
        now->tv_sec += (time_t)(skipped_ms / 1000 + ns / 1000000000);
        now->tv_nsec = (long)(ns % 1000000000);
    }
    return rc;
}
