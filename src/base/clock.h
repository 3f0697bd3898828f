/* SPDX-License-Identifier: Apache-2.0 */
/* Time. */
#ifndef RW_BASE_CLOCK_H
#define RW_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds of a clock that never jumps; only differences mean anything. */
int64_t rw_clock_ms(void);
/* Milliseconds since 1970-01-01 UTC. */
int64_t rw_clock_wall_ms(void);
/* Writes wall_ms as "2026-11-22T14:02:11Z"; size of at least RW_CLOCK_UTC_SIZE. */
#define RW_CLOCK_UTC_SIZE 32
void rw_clock_utc(int64_t wall_ms, char *out, size_t size);
/* Writes a duration as "03:12" or "1:03:12". */
#define RW_CLOCK_DURATION_SIZE 24
void rw_clock_duration(int64_t ms, char *out, size_t size);

#endif
