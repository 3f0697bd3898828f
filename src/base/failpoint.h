/* SPDX-License-Identifier: Apache-2.0 */
/* Places where a test lets the program die, exactly. Built in with --enable-failpoints alone; else
 * there is no code of it.
 *
 * RW_FAILPOINT=NAME[:N] in the environment ends the process at once, with status
 * RW_FAILPOINT_STATUS, when it comes to that place for the Nth time (1). RW_FAILPOINT_LOG=FILE gets
 * the name of each place that is passed, a line each. */
#ifndef RW_BASE_FAILPOINT_H
#define RW_BASE_FAILPOINT_H

#define RW_FAILPOINT_STATUS 86

#ifdef RW_FAILPOINTS
/* Takes a format and its arguments: the name, which holds no colon. */
#define RW_FAILPOINT(...) rw_failpoint(__VA_ARGS__)
void rw_failpoint(const char *format, ...) __attribute__((format(printf, 1, 2)));
#else
#define RW_FAILPOINT(...) ((void)0)
#endif

#endif
