/* SPDX-License-Identifier: Apache-2.0 */
/* A disk that takes its time, or fails, for what this process makes durable. */
#ifndef RW_TESTS_UNIT_DISK_H
#define RW_TESTS_UNIT_DISK_H

#include <stddef.h>

/* From now on each fsync() and fdatasync() takes so long, and gives this errno (0: it succeeds). */
void disk_is(int ms, int error);
/* How many there were since then. */
size_t disk_syncs(void);

#endif
