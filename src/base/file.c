/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/failpoint.h"
#include "base/mem.h"
#include "base/new_file.h"

static int errno_code(void)
{
    return errno == ENOENT ? RW_ENOTFOUND : RW_EIO;
}

int rw_file_read(const char *path, size_t max, struct rw_buf *out, struct rw_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return rw_error_set(err, errno_code(), "%s: %s", path, strerror(errno));
    int rc = 0;
    size_t before = out->len;
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        rc = rw_error_set(err, RW_EIO, "%s: not a regular file", path);
        goto out;
    }
    size_t total = 0;
    char chunk[16384];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            rc = rw_error_set(err, RW_EIO, "%s: %s", path, strerror(errno));
            goto out;
        }
        if (n == 0)
            break;
        total += (size_t)n;
        if (total > max) {
            rc = rw_error_set(err, RW_ELIMIT, "%s: larger than %zu bytes", path, max);
            goto out;
        }
        if (rw_buf_put(out, chunk, (size_t)n) != 0) {
            rc = rw_error_set(err, RW_ELIMIT, "%s: larger than the buffer", path);
            goto out;
        }
    }
out:
    if (rc != 0 && out->len > before) {
        out->len = before;
        out->data[before] = '\0';
    }
    close(fd);
    return rc;
}

int rw_file_write(const char *path, const void *data, size_t size, mode_t mode,
                  struct rw_error *err)
{
    struct rw_new_file file;
    RW_FAILPOINT("file.%s.before", rw_file_name(path));
    int rc = rw_new_file_begin(&file, path, mode, err);
    if (rc != 0)
        return rc;
    if (rw_new_file_write(&file, data, size) != 0)
        rc = rw_error_set(err, RW_EIO, "%s: %s", path, strerror(errno));
    RW_FAILPOINT("file.%s.rename", rw_file_name(path));
    if (rc == 0)
        rc = rw_new_file_keep(&file, err);
    rw_new_file_done(&file);
    RW_FAILPOINT("file.%s.after", rw_file_name(path));
    return rc;
}

int rw_file_mkdirs(const char *path, mode_t mode, struct rw_error *err)
{
    struct stat info;
    if (!*path)
        return rw_error_set(err, RW_EINVAL, "the path is empty");
    char *copy = rw_strdup(path);
    int rc = 0;
    for (char *p = copy + 1; rc == 0; p++) {
        if (*p != '/' && *p)
            continue;
        char saved = *p;
        *p = '\0';
        if (mkdir(copy, mode) != 0 && errno != EEXIST)
            rc = rw_error_set(err, RW_EIO, "%s: %s", copy, strerror(errno));
        *p = saved;
        if (!saved)
            break;
    }
    if (rc == 0 && (stat(copy, &info) != 0 || !S_ISDIR(info.st_mode)))
        rc = rw_error_set(err, RW_EIO, "%s: not a folder", copy);
    free(copy);
    return rc;
}

char *rw_file_expand(const char *path, const char *base)
{
    const char *home = getenv("HOME");
    if (path[0] == '~' && path[1] == '/' && home)
        return rw_asprintf("%s/%s", home, path + 2);
    if (path[0] == '/' || !base)
        return rw_strdup(path);
    return rw_asprintf("%s/%s", base, path);
}

char *rw_file_dirname(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return rw_strdup(".");
    return slash == path ? rw_strdup("/") : rw_strndup(path, (size_t)(slash - path));
}

const char *rw_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void rw_file_standard(void)
{
    static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            abort();
}

void rw_file_raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int rw_file_limit(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < INT_MAX ? (int)limit.rlim_cur
                                                                             : INT_MAX;
}
