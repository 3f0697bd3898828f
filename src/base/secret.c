/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"

#define FILE_MAX 4096

void rw_secret_wipe(void *memory, size_t size)
{
    explicit_bzero(memory, size);
}

void rw_secret_free(char *secret)
{
    if (!secret)
        return;
    rw_secret_wipe(secret, strlen(secret));
    free(secret);
}

char *rw_secret_read(const char *path, struct rw_error *err)
{
    struct rw_buf text = {0};
    char *secret = NULL;
    if (rw_file_read(path, FILE_MAX, &text, err) == 0) {
        size_t length = strcspn(rw_buf_str(&text), "\r\n");
        if (length > 0)
            secret = rw_strndup(rw_buf_str(&text), length);
        else
            rw_error_set(err, RW_EIO, "%s: its first line is empty", path);
    }
    rw_buf_wipe(&text);
    return secret;
}

void rw_secret_no_core(void)
{
    /* A core pattern that is a program gets the memory whatever the limit is. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    /* Whoever makes an image of the process all the same (gcore) gets none of its memory: as
     * MADV_DONTDUMP, for all of it, since libraries have copies of secrets too. */
    int filter = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
    if (filter >= 0) {
        ssize_t written = write(filter, "0", 1); /* a kernel without it has no filter to set */
        (void)written;
        close(filter);
    }
#if !defined(__SANITIZE_ADDRESS__) /* looks for leaks by tracing itself */
    prctl(PR_SET_DUMPABLE, 0);
#endif
}
