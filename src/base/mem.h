/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is there or the program ends.
 *
 * An installer that has run out of memory on its own console can do nothing useful for the user
 * but stop; every state that matters is in the journal before it happens, and the next start goes
 * on. So these functions never return NULL: they print one line and abort(). */
#ifndef RW_BASE_MEM_H
#define RW_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

void *rw_malloc(size_t size);
void *rw_calloc(size_t count, size_t size);
/* Resizes to count × size bytes; aborts when that overflows. */
void *rw_reallocarray(void *memory, size_t count, size_t size);
/* These three copy; NULL gives NULL. Free the result with free(). */
char *rw_strdup(const char *text);
char *rw_strndup(const char *text, size_t length);
void *rw_memdup(const void *data, size_t size);
char *rw_asprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *rw_vasprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* Frees what *text points to, and points it to a copy of value (or NULL). */
void rw_strset(char **text, const char *value);

/* Makes room for one more element in a growing array and gives its address, zeroed:
 *     struct item *it = rw_array_add(list.items, list.count);
 * The element count is increased. */
#define rw_array_add(array, count)                                                                 \
    ((array) = rw_array_grow((array), (count), sizeof *(array)), (count)++, &(array)[(count) - 1])
void *rw_array_grow(void *array, size_t count, size_t size);

/* struct RW_ROW name { … }: a row of a table names its members. */
#if defined(__GNUC__) && !defined(__clang__)
#define RW_ROW __attribute__((designated_init))
#else
#define RW_ROW
#endif

#define RW_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
