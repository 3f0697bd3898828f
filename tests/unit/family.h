/* SPDX-License-Identifier: Apache-2.0 */
/* The processes below a process, as /proc shows them. Linux only. */
#ifndef RW_TESTS_UNIT_FAMILY_H
#define RW_TESTS_UNIT_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FAMILY_MAX 4096

/* Adds the children of these processes, and with deep those of the children; the first count are
 * there already. Gives how many they are then. */
size_t family_find(pid_t family[FAMILY_MAX], size_t count, bool deep);
bool family_has(const pid_t *family, size_t count, pid_t pid);

#endif
