/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files, and the three that are open from the start. */
#ifndef RW_BASE_FILE_H
#define RW_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

struct rw_buf;
struct rw_error;

/* Appends the content of path to *out, or nothing. RW_ENOTFOUND, RW_EIO, or RW_ELIMIT when it is
 * larger than max bytes or than *out may be. Directories and devices are refused (RW_EIO). */
int rw_file_read(const char *path, size_t max, struct rw_buf *out, struct rw_error *err);

/* Writes a file that appears whole (base/new_file.h) with the given mode: a reader sees the old
 * content or the new one, never a part. RW_ENOTFOUND, RW_EIO. */
int rw_file_write(const char *path, const void *data, size_t size, mode_t mode,
                  struct rw_error *err);

/* Makes path and its missing parents; new ones get mode. */
int rw_file_mkdirs(const char *path, mode_t mode, struct rw_error *err);

/* Gives path with a leading "~/" replaced by $HOME, and a relative path put under base (a
 * directory, or NULL for the current one). To free(). */
char *rw_file_expand(const char *path, const char *base);
/* Gives the directory part of path ("." when it has none). To free(). */
char *rw_file_dirname(const char *path);
/* Gives what follows the last slash of path, a part of it. */
const char *rw_file_name(const char *path);

/* Puts something into those of the descriptors 0, 1 and 2 that are closed, lest another file gets
 * their number: reading gives the end, writing to 1 fails, what goes to 2 is dropped. */
void rw_file_standard(void);
/* Lets the program open as many files as the system allows it: many hosts are many connections. */
void rw_file_raise_limit(void);
/* How many files it may have open at once. */
int rw_file_limit(void);

#endif
