/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as secrets and as text: what is known is in the result in no form. The first line is a
 * secret, the second one too; the rest is the text, in the middle of which the first stands as it
 * is, in base64 and escaped as in addresses. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/redact.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *take_line(const uint8_t **data, size_t *size)
{
    const uint8_t *end = memchr(*data, '\n', *size);
    size_t length = end ? (size_t)(end - *data) : *size;
    char *line = rw_strndup((const char *)*data, length);
    *data += end ? length + 1 : length;
    *size -= end ? length + 1 : length;
    return line;
}

/* One that can be looked for: what stands in its place holds no such bytes. */
static bool is_clear(const char *secret)
{
    return strlen(secret) >= RW_REDACT_WORD_MAX && !strpbrk(secret, "[]\r");
}

static void add_forms(struct rw_buf *text, const char *secret)
{
    rw_buf_adds(text, secret);
    rw_buf_addc(text, ' ');
    for (const char *at = secret; *at; at++)
        rw_buf_addf(text, "%%%02X", (unsigned char)*at);
    rw_buf_addc(text, ' ');
    for (size_t before = 0; before < 3; before++) {
        char *plain = rw_asprintf("%.*s%s", (int)before, "::", secret);
        rw_text_base64(text, plain, strlen(plain));
        rw_buf_addc(text, ' ');
        free(plain);
    }
}

static void expect_absent(const struct rw_buf *out, const char *word)
{
    if (memmem(rw_buf_str(out), out->len, word, strlen(word)))
        abort();
}

static void check(const char *secret, const struct rw_buf *out)
{
    struct rw_buf encoded = {0}, escaped = {0};
    if (!is_clear(secret))
        return;
    expect_absent(out, secret);
    for (const char *at = secret; *at; at++)
        rw_buf_addf(&escaped, "%%%02X", (unsigned char)*at);
    expect_absent(out, rw_buf_str(&escaped));
    rw_text_base64(&encoded, secret, strlen(secret));
    encoded.data[strlen(secret) * 8 / 6] = '\0'; /* the characters that hold bits of it alone */
    expect_absent(out, encoded.data);
    rw_buf_done(&encoded);
    rw_buf_done(&escaped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *first = take_line(&data, &size), *second = take_line(&data, &size);
    struct rw_buf text = {0}, out = {0}, again = {0};
    struct rw_redactor *redactor = rw_redactor_new();
    rw_redactor_add(redactor, first);
    rw_redactor_add(redactor, second);
    rw_buf_add(&text, data, size / 2);
    add_forms(&text, first);
    rw_buf_add(&text, data + size / 2, size - size / 2);
    char *copy = rw_memdup(rw_buf_str(&text), text.len); /* so that reading beyond it is found */
    rw_redact(redactor, copy, text.len, &out);
    check(first, &out);
    check(second, &out);
    rw_redact(redactor, rw_buf_str(&out), out.len, &again);
    check(first, &again);
    rw_buf_done(&text);
    rw_buf_done(&out);
    rw_buf_done(&again);
    rw_redactor_free(redactor);
    free(copy);
    free(first);
    free(second);
    return 0;
}
