/* SPDX-License-Identifier: Apache-2.0 */
/* Time that a test lets pass without waiting for it. */
#ifndef RW_TESTS_UNIT_CLOCK_H
#define RW_TESTS_UNIT_CLOCK_H

#include <stdint.h>

/* From now on the clocks that only go forward (libuv's, rw_clock_ms()) are so much later, for this
 * process. The time of day stays. */
void clock_skip(int64_t ms);
/* They are right again, for the measurement of how long a test took. */
void clock_back(void);

#endif
