/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/source.h"

#include <string.h>

#define PATH_MAX_BYTES 1000

enum rw_source rw_source_kind(const char *source)
{
    if (strcmp(source, RW_SOURCE_DEFAULT) == 0)
        return RW_SOURCE_NET;
    return strcmp(source, RW_SOURCE_CHINA) == 0 ? RW_SOURCE_MIRROR : RW_SOURCE_FOLDER;
}

bool rw_source_is(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "/._-+@";
    size_t length = strlen(text);
    if (rw_source_kind(text) != RW_SOURCE_FOLDER)
        return true;
    return text[0] == '/' && length > 1 && length <= PATH_MAX_BYTES &&
           strspn(text, letters) == length && strstr(text, "..") == NULL;
}
