/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *check(void *memory)
{
    if (!memory) {
        fputs("rke2-wizard: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *rw_malloc(size_t size)
{
    return check(malloc(size ? size : 1));
}

void *rw_calloc(size_t count, size_t size)
{
    return check(calloc(count ? count : 1, size ? size : 1));
}

void *rw_reallocarray(void *memory, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return check(NULL);
    size_t bytes = count * size;
    return check(realloc(memory, bytes ? bytes : 1));
}

char *rw_strdup(const char *text)
{
    return text ? check(strdup(text)) : NULL;
}

char *rw_strndup(const char *text, size_t length)
{
    return text ? check(strndup(text, length)) : NULL;
}

void *rw_memdup(const void *data, size_t size)
{
    if (!data)
        return NULL;
    void *copy = rw_malloc(size);
    memcpy(copy, data, size);
    return copy;
}

char *rw_vasprintf(const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    return check(text);
}

char *rw_asprintf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = rw_vasprintf(format, args);
    va_end(args);
    return text;
}

void rw_strset(char **text, const char *value)
{
    char *copy = rw_strdup(value);
    free(*text);
    *text = copy;
}

void *rw_array_grow(void *array, size_t count, size_t size)
{
    /* Capacities are powers of two, so a count that is one means "full". */
    if (count == 0 || (count & (count - 1)) == 0)
        array = rw_reallocarray(array, count ? count * 2 : 1, size);
    memset((char *)array + count * size, 0, size);
    return array;
}
