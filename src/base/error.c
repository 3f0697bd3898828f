/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int rw_error_set(struct rw_error *err, int code, const char *format, ...)
{
    if (!err)
        return code;
    err->code = code;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    if (length >= (int)sizeof err->message) {
        size_t end = sizeof err->message - 1;
        size_t start = end;
        while (start > 0 && end - start < 4 &&
               ((unsigned char)err->message[start - 1] & 0xC0) == 0x80)
            start--;
        if (start > 0 && ((unsigned char)err->message[start - 1] & 0xC0) == 0xC0)
            err->message[start - 1] = '\0';
    }
    return code;
}

const char *rw_error_text(int code)
{
    switch (code) {
    case 0:
        return "success";
#define X(name, value, text)                                                                       \
    case value:                                                                                    \
        return text;
        RW_ERROR_MAP(X)
#undef X
    }
    return "unknown error";
}
