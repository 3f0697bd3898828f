/* SPDX-License-Identifier: Apache-2.0 */
/* A tar.gz file: ustar entries, compressed by zlib as they come, so that nothing has to be kept.
 * It has no name until it is whole (base/new_file.h). */
#ifndef RW_BUNDLE_ARCHIVE_H
#define RW_BUNDLE_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct rw_archive;

/* Bytes of a name, with slashes; a part of it without any is at most 100 long. */
#define RW_ARCHIVE_NAME_MAX 255

/* Begins a file at path, mode 0600; what is there stays until the new one is whole. NULL with
 * RW_EIO or RW_ENOTFOUND in *err. */
struct rw_archive *rw_archive_new(const char *path, struct rw_error *err);
/* Adds a file, mode 0600. RW_EINVAL: the name has no place in a header. rw_archive_finish() reports
 * a failed write. */
int rw_archive_add(struct rw_archive *archive, const char *name, const void *data, size_t size,
                   int64_t wall_ms);
/* Ends the file, syncs it, and puts it in its place. Then only rw_archive_free() may follow.
 * RW_EIO: nothing of it is left. */
int rw_archive_finish(struct rw_archive *archive, struct rw_error *err);
/* An unfinished file is removed. NULL is fine. */
void rw_archive_free(struct rw_archive *archive);

#endif
