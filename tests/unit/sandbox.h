/* SPDX-License-Identifier: Apache-2.0 */
/* A place for programs and screens that are given anything at all. */
#ifndef RW_TESTS_UNIT_SANDBOX_H
#define RW_TESTS_UNIT_SANDBOX_H

#include <stdbool.h>

/* From now on this process and its children have a network of their own, in which nothing answers,
 * and all files but those in the folders (ended by NULL) are read-only: any name may be typed where
 * a file is to be written. Gives a folder in memory that goes with the last of them, in which they
 * stand, and which is their temporary() one; static. NULL, with errno, where the kernel does not
 * let us. */
const char *sandbox_enter(const char *const *writable);

#endif
