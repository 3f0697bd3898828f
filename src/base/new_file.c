/* SPDX-License-Identifier: Apache-2.0 */
#include "base/new_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"

/* Behind the name of a file while it is written; no other program uses it. */
#define TEMPORARY ".rke2-wizard-"

/* Removes files of a process that died in the middle of writing. One that still writes holds a
 * lock.
 */
static void remove_left(const char *path)
{
    char *folder = rw_file_dirname(path), *start = rw_asprintf("%s" TEMPORARY, rw_file_name(path));
    DIR *list = opendir(folder);
    const struct dirent *entry;
    while (list && (entry = readdir(list)) != NULL) {
        if (strncmp(entry->d_name, start, strlen(start)) != 0)
            continue;
        int fd = openat(dirfd(list), entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            unlinkat(dirfd(list), entry->d_name, 0);
        if (fd >= 0)
            close(fd);
    }
    if (list)
        closedir(list);
    free(folder);
    free(start);
}

/* A file in the folder of path, as yet without a name; -1 when it could not get one later. */
static int open_nameless(const char *path)
{
    if (access("/proc/self/fd", X_OK) != 0)
        return -1;
    char *folder = rw_file_dirname(path);
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    free(folder);
    return fd;
}

int rw_new_file_begin(struct rw_new_file *file, const char *path, mode_t mode, struct rw_error *err)
{
    *file = (struct rw_new_file){.fd = open_nameless(path), .path = rw_strdup(path)};
    remove_left(path);
    if (file->fd < 0) {
        file->name = rw_asprintf("%s" TEMPORARY "XXXXXX", path);
        file->fd = mkostemp(file->name, O_CLOEXEC);
    }
    if (file->fd >= 0 && fchmod(file->fd, mode) == 0) {
        flock(file->fd, LOCK_EX | LOCK_NB);
        return 0;
    }
    int rc =
        rw_error_set(err, errno == ENOENT ? RW_ENOTFOUND : RW_EIO, "%s: %s", path, strerror(errno));
    rw_new_file_done(file);
    return rc;
}

int rw_new_file_write(struct rw_new_file *file, const void *data, size_t size)
{
    const char *at = data;
    while (size) {
        ssize_t n = write(file->fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

/* Makes what happened in the folder of path last through a loss of power. Some file systems cannot,
 * and some folders cannot be opened: that is no failure. */
static int sync_folder(const char *path)
{
    char *folder = rw_file_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (fd < 0)
        return 0;
    int rc = fsync(fd) != 0 && errno == EIO ? -1 : 0;
    close(fd);
    return rc;
}

/* Gives a file without a name that of its place, or, where something stands already, one beside it
 * to be renamed. */
static int give_name(struct rw_new_file *file)
{
    char own[sizeof "/proc/self/fd/" + 3 * sizeof file->fd];
    snprintf(own, sizeof own, "/proc/self/fd/%d", file->fd);
    char *name = rw_strdup(file->path);
    while (linkat(AT_FDCWD, own, AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0) {
        unsigned tag;
        int why = errno;
        free(name);
        if (why != EEXIST || getrandom(&tag, sizeof tag, 0) != sizeof tag) {
            errno = why;
            return -1;
        }
        name = rw_asprintf("%s" TEMPORARY "%08x", file->path, tag);
    }
    file->name = name;
    return 0;
}

static int put_in_place(struct rw_new_file *file)
{
    if (fsync(file->fd) != 0 || (!file->name && give_name(file) != 0))
        return -1;
    if (strcmp(file->name, file->path) != 0 && rename(file->name, file->path) != 0)
        return -1;
    free(file->name);
    file->name = NULL;
    return sync_folder(file->path);
}

int rw_new_file_keep(struct rw_new_file *file, struct rw_error *err)
{
    if (put_in_place(file) != 0)
        return rw_error_set(err, RW_EIO, "%s: %s", file->path, strerror(errno));
    return 0;
}

void rw_new_file_done(struct rw_new_file *file)
{
    if (file->name && file->fd >= 0)
        unlink(file->name);
    if (file->fd >= 0)
        close(file->fd);
    free(file->name);
    free(file->path);
    *file = (struct rw_new_file){.fd = -1};
}
