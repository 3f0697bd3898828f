/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the output of a script on a host, in one piece and in pieces of which the first byte
 * gives the size: the same lines come out, and what is read from them keeps to the limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "remote/reply.h"
#include "remote/script.h"
#include "rke2/host_logs.h"
#include "rke2/node_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NONCE "0123456789abcdef"

static void take_line(void *context, const char *line, size_t length)
{
    rw_buf_add(context, line, length);
    rw_buf_addc(context, '\n');
}

static struct rw_script_output read_in_pieces(struct rw_buf *lines, const uint8_t *data,
                                              size_t size, size_t piece)
{
    struct rw_script_output output;
    rw_script_output_init(&output, NONCE, take_line, lines);
    for (size_t at = 0; at < size;) {
        size_t some = piece < size - at ? piece : size - at;
        char *copy = rw_memdup(data + at, some); /* so that reading beyond it is found */
        rw_script_output_add(&output, copy, some);
        free(copy);
        at += some;
    }
    rw_script_output_done(&output);
    return output;
}

/* What answers of stalled.sh and nodes.sh could be. */
static void check_meaning(const struct rw_reply *reply)
{
    static const char *const logs[] = {"kubelet", "containerd", "ended"};
    struct rw_log_reason reason = {0};
    struct rw_node_table table = {0};
    for (size_t i = 0; i < reply->count; i++) {
        for (size_t log = 0; log < RW_COUNT(logs); log++)
            rw_log_reason_add(&reason, logs[log], reply->pairs[i].value);
        rw_node_table_line(&table, reply->pairs[i].value);
    }
    if ((reason.kind == RW_LINE_NOTHING) != !reason.words ||
        table.column_count > RW_NODE_COLUMNS_MAX)
        abort();
    rw_node_table_done(&table);
    rw_log_reason_done(&reason);
}

static void check_reply(const uint8_t *data, size_t size)
{
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, (const char *)data, size);
    if (reply.count > RW_REPLY_PAIRS_MAX)
        abort();
    for (size_t i = 0; i < reply.count; i++) {
        const char *key = reply.pairs[i].key;
        size_t length = strlen(key);
        if (length < 1 || length > 64 || strlen(reply.pairs[i].value) > RW_REPLY_VALUE_MAX ||
            strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.-") != length ||
            !rw_reply_get(&reply, key))
            abort();
        rw_reply_number(&reply, key, 0);
    }
    check_meaning(&reply);
    rw_reply_done(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t piece = data[0] % 32 + 1u;
    data++;
    size--;
    struct rw_buf whole = {0}, pieces = {0};
    struct rw_script_output a = read_in_pieces(&whole, data, size, size ? size : 1);
    struct rw_script_output b = read_in_pieces(&pieces, data, size, piece);
    if (a.begun != b.begun || a.ended != b.ended || a.status != b.status ||
        whole.len != pieces.len || memcmp(rw_buf_str(&whole), rw_buf_str(&pieces), whole.len) != 0)
        abort();
    check_reply(data, size);
    check_reply((const uint8_t *)rw_buf_str(&whole), whole.len);
    rw_buf_done(&whole);
    rw_buf_done(&pieces);
    return 0;
}
