/* SPDX-License-Identifier: Apache-2.0 */
/* A file that comes into being whole: until then it has no name, so that nothing of it is left when
 * the process dies. Where the file system knows no files without a name it stands beside its place
 * under one that the next writer of the same file finds and removes. */
#ifndef RW_BASE_NEW_FILE_H
#define RW_BASE_NEW_FILE_H

#include <sys/types.h>

struct rw_error;

struct rw_new_file {
    int fd;     /* to be written to; not to be closed */
    char *path; /* where it is to stand */
    char *name; /* where it stands; NULL: it has no name */
};

/* Begins a file that is to stand at path with the given mode; what is there stays. To
 * rw_new_file_done(). On failure RW_ENOTFOUND or RW_EIO, and there is nothing to be done with. */
int rw_new_file_begin(struct rw_new_file *file, const char *path, mode_t mode,
                      struct rw_error *err);
/* Writes all of it; -1 with errno. */
int rw_new_file_write(struct rw_new_file *file, const void *data, size_t size);
/* Syncs it and puts it in its place, over what is there: a reader sees the old content or the new
 * one. RW_EIO: what was there stays. Then only rw_new_file_done() may follow. */
int rw_new_file_keep(struct rw_new_file *file, struct rw_error *err);
/* Drops it unless it was kept. */
void rw_new_file_done(struct rw_new_file *file);

#endif
