#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

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

char *rw_secret_mask(const char *text, const char *secret, const char *mask)
{
    if (!secret || !*secret)
        return rw_strdup(text);
    struct rw_buf out = {0};
    for (const char *hit; (hit = strstr(text, secret)); text = hit + strlen(secret)) {
        rw_buf_add(&out, text, (size_t)(hit - text));
        rw_buf_adds(&out, mask);
    }
    rw_buf_adds(&out, text);
    return rw_buf_take(&out);
}
