/* SPDX-License-Identifier: Apache-2.0 */
#include "install/token.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"

#define TOKEN_BYTES 16

char *rw_token_path(const char *dir)
{
    return rw_asprintf("%s/token", dir);
}

static char *generate(const char *path, struct rw_error *err)
{
    unsigned char bytes[TOKEN_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
        rw_error_set(err, RW_EIO, "no random numbers: %s", strerror(errno));
        return NULL;
    }
    struct rw_buf text = {0};
    for (size_t i = 0; i < sizeof bytes; i++)
        rw_buf_addf(&text, "%02x", bytes[i]);
    rw_buf_addc(&text, '\n');
    int rc = rw_file_write(path, text.data, text.len, 0600, err);
    char *token = rc == 0 ? rw_strndup(text.data, text.len - 1) : NULL;
    rw_buf_wipe(&text);
    rw_secret_wipe(bytes, sizeof bytes);
    return token;
}

char *rw_token_keep(const char *dir, struct rw_error *err)
{
    struct rw_error why;
    char *path = rw_token_path(dir), *token = rw_secret_read(path, &why);
    if (!token && why.code == RW_ENOTFOUND)
        token = generate(path, err);
    else if (!token)
        rw_error_set(err, why.code, "%s", why.message);
    free(path);
    return token;
}

char *rw_token_kept(const char *dir)
{
    char *path = rw_token_path(dir), *token = rw_secret_read(path, NULL);
    free(path);
    return token;
}
