/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now = {0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t rw_clock_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t rw_clock_wall_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

void rw_clock_utc(int64_t wall_ms, char *out, size_t size)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        snprintf(out, size, "?");
}

void rw_clock_duration(int64_t ms, char *out, size_t size)
{
    long long seconds = ms < 0 ? 0 : ms / 1000;
    if (seconds >= 3600)
        snprintf(out, size, "%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
    else
        snprintf(out, size, "%02lld:%02lld", seconds / 60, seconds % 60);
}
