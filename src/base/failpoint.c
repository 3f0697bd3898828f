/* SPDX-License-Identifier: Apache-2.0 */
#include "base/failpoint.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_MAX_SIZE 256

static void note(const char *name)
{
    const char *path = getenv("RW_FAILPOINT_LOG");
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return;
    dprintf(fd, "%s\n", name);
    close(fd);
}

/* How often the wanted place was passed, by any thread. */
static _Atomic long passed;

void rw_failpoint(const char *format, ...)
{
    char name[NAME_MAX_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    note(name);
    const char *wanted = getenv("RW_FAILPOINT");
    size_t length = strlen(name);
    if (!wanted || strncmp(wanted, name, length) != 0 ||
        (wanted[length] != '\0' && wanted[length] != ':'))
        return;
    long turn = wanted[length] ? strtol(wanted + length + 1, NULL, 10) : 1;
    if (++passed == turn)
        _exit(RW_FAILPOINT_STATUS);
}
