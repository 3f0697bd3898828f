/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle/archive.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/new_file.h"

#define BLOCK 512

/* The header of ustar (POSIX.1-1988): numbers are octal digits. */
struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type, link[100];
    char magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

struct rw_archive {
    struct rw_new_file file;
    z_stream zip;
    int failed; /* errno of the first write that failed */
};

struct rw_archive *rw_archive_new(const char *path, struct rw_error *err)
{
    struct rw_archive *archive = rw_calloc(1, sizeof *archive);
    if (rw_new_file_begin(&archive->file, path, 0600, err) != 0) {
        free(archive);
        return NULL;
    }
    /* 16: with the frame of gzip, of which the time and the name stay empty. */
    if (deflateInit2(&archive->zip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        abort(); /* out of memory */
    return archive;
}

static void compress_block(struct rw_archive *archive, const void *data, size_t size, int flush)
{
    unsigned char out[16384];
    archive->zip.next_in = (unsigned char *)data;
    archive->zip.avail_in = (unsigned)size;
    do {
        archive->zip.next_out = out;
        archive->zip.avail_out = sizeof out;
        deflate(&archive->zip, flush);
        size_t made = sizeof out - archive->zip.avail_out;
        if (!archive->failed && rw_new_file_write(&archive->file, out, made) != 0)
            archive->failed = errno;
    } while (archive->zip.avail_out == 0);
}

/* Splits a name that is too long for its field at a slash. */
static bool set_name(struct header *header, const char *name)
{
    size_t length = strlen(name);
    if (length > 0 && length <= sizeof header->name) {
        memcpy(header->name, name, length);
        return true;
    }
    for (size_t i = 1; i < length && i <= sizeof header->prefix; i++) {
        size_t rest = length - i - 1;
        if (name[i] != '/' || rest == 0 || rest > sizeof header->name)
            continue;
        memcpy(header->prefix, name, i);
        memcpy(header->name, name + i + 1, rest);
        return true;
    }
    return false;
}

static void set_sum(struct header *header)
{
    unsigned sum = 0;
    memset(header->sum, ' ', sizeof header->sum);
    for (size_t i = 0; i < BLOCK; i++)
        sum += ((const unsigned char *)header)[i];
    snprintf(header->sum, sizeof header->sum, "%06o", sum);
}

int rw_archive_add(struct rw_archive *archive, const char *name, const void *data, size_t size,
                   int64_t wall_ms)
{
    static const char zeros[BLOCK];
    struct header header = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
    if (!set_name(&header, name))
        return RW_EINVAL;
    snprintf(header.mode, sizeof header.mode, "%07o", 0600u);
    snprintf(header.uid, sizeof header.uid, "%07o", 0u);
    snprintf(header.gid, sizeof header.gid, "%07o", 0u);
    snprintf(header.size, sizeof header.size, "%011llo", (unsigned long long)size);
    snprintf(header.mtime, sizeof header.mtime, "%011llo", (unsigned long long)(wall_ms / 1000));
    set_sum(&header);
    compress_block(archive, &header, sizeof header, Z_NO_FLUSH);
    compress_block(archive, data, size, Z_NO_FLUSH);
    compress_block(archive, zeros, (BLOCK - size % BLOCK) % BLOCK, Z_NO_FLUSH);
    return 0;
}

int rw_archive_finish(struct rw_archive *archive, struct rw_error *err)
{
    static const char end[2 * BLOCK];
    compress_block(archive, end, sizeof end, Z_FINISH);
    if (archive->failed)
        return rw_error_set(err, RW_EIO, "%s: %s", archive->file.path, strerror(archive->failed));
    return rw_new_file_keep(&archive->file, err);
}

void rw_archive_free(struct rw_archive *archive)
{
    if (!archive)
        return;
    deflateEnd(&archive->zip);
    rw_new_file_done(&archive->file);
    free(archive);
}
