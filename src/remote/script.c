/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/text.h"

#define MARK "@@rke2-wizard"

void rw_script_nonce(char nonce[RW_SCRIPT_NONCE_SIZE])
{
    unsigned char bytes[(RW_SCRIPT_NONCE_SIZE - 1) / 2];
    /* Only has to differ from what a login script prints, so a clock will do where there is no
     * random number. */
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
        int64_t now = rw_clock_wall_ms();
        memcpy(bytes, &now, sizeof bytes);
    }
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
}

void rw_script_compose(struct rw_buf *out, const char *nonce, const struct rw_script_var *vars,
                       size_t var_count, const char *body)
{
    rw_buf_adds(out, RW_SCRIPT_FIRST_LINE "\nrw_main() {\n");
    for (size_t i = 0; i < var_count; i++) {
        rw_buf_addf(out, "%s=", vars[i].name);
        rw_text_shell_quote(out, vars[i].value ? vars[i].value : "");
        rw_buf_addc(out, '\n');
    }
    rw_buf_adds(out, body);
    rw_buf_adds(out, "\n}\n");
    rw_buf_addf(out,
                "{ printf '\\n" MARK "-begin %s\\n'; ( rw_main ) </dev/null; "
                "printf '\\n" MARK "-end %s %%d\\n' \"$?\"; }\n",
                nonce, nonce);
}

void rw_script_output_init(struct rw_script_output *output, const char *nonce,
                           void (*on_line)(void *context, const char *line, size_t length),
                           void *context)
{
    memset(output, 0, sizeof *output);
    memcpy(output->nonce, nonce, sizeof output->nonce);
    rw_buf_init(&output->line, RW_SCRIPT_LINE_MAX);
    rw_buf_init(&output->other, RW_SCRIPT_OTHER_MAX);
    output->on_line = on_line;
    output->context = context;
}

static void keep_other(struct rw_script_output *output, const char *line, size_t length)
{
    rw_buf_fill(&output->other, line, length);
    rw_buf_fill(&output->other, "\n", 1);
}

static void finish_line(struct rw_script_output *output)
{
    const char *line = rw_buf_str(&output->line);
    size_t length = output->line.len;
    if (length && line[length - 1] == '\r')
        length--;
    char nonce[RW_SCRIPT_NONCE_SIZE] = "";
    int status = 0;
    if (!output->begun) {
        if (sscanf(line, MARK "-begin %16[0-9a-f]", nonce) == 1 &&
            strcmp(nonce, output->nonce) == 0)
            output->begun = true;
        else
            keep_other(output, line, length);
    } else if (sscanf(line, MARK "-end %16[0-9a-f] %d", nonce, &status) == 2 &&
               strcmp(nonce, output->nonce) == 0) {
        output->ended = true;
        output->status = status;
    } else if (!output->ended) {
        output->on_line(output->context, line, length);
    }
    rw_buf_clear(&output->line);
}

void rw_script_output_add(struct rw_script_output *output, const char *data, size_t size)
{
    while (size && !output->ended) {
        const char *end = memchr(data, '\n', size);
        size_t length = end ? (size_t)(end - data) : size;
        rw_buf_fill(&output->line, data, length);
        if (!end)
            return;
        finish_line(output);
        data += length + 1;
        size -= length + 1;
    }
}

/* Joins the lines that are not empty. */
static void add_lines(struct rw_buf *joined, const struct rw_buf *text)
{
    const char *cursor = rw_buf_str(text), *line;
    size_t length;
    while (rw_text_line(&cursor, &line, &length)) {
        if (!length)
            continue;
        if (joined->len)
            rw_buf_adds(joined, "; ");
        rw_buf_add(joined, line, length);
    }
}

char *rw_script_said(const struct rw_script_output *output, const struct rw_buf *err, size_t max)
{
    struct rw_buf joined = {0};
    add_lines(&joined, err);
    if (output) {
        add_lines(&joined, &output->other);
        if (!output->begun)
            add_lines(&joined, &output->line);
    }
    char *text = rw_text_printable(rw_buf_str(&joined), joined.len, max);
    rw_buf_done(&joined);
    return text;
}

void rw_script_output_done(struct rw_script_output *output)
{
    rw_buf_done(&output->line);
    rw_buf_done(&output->other);
}
