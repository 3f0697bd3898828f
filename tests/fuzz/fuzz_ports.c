/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as answers of the port scripts: the first byte selects the host and the script each
 * part is; a zero byte ends a part. Whatever comes, a port is open only where its target's nonce,
 * or RKE2 on the target, was in the answers. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/ports.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_part(struct rw_ports_matrix *matrix, uint8_t what, const char *text, size_t size)
{
    struct rw_reply reply = {0};
    size_t host = what % matrix->host_count;
    rw_reply_parse(&reply, text, size);
    if (what / 16 % 3 == 0)
        rw_ports_read_listen(matrix, host, &reply);
    else if (what / 16 % 3 == 1)
        rw_ports_read_connect(matrix, host, &reply);
    else
        rw_ports_read_collect(matrix, host, &reply);
    rw_reply_done(&reply);
}

/* Whether the nonce of this host is anywhere in the input. */
static bool told(const uint8_t *data, size_t size, const char *nonce)
{
    return memmem(data, size, nonce, strlen(nonce)) || memmem(data, size, "mine=", 5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rw_host hosts[] = {
        {.name = "a", .address = "192.0.2.1", .role = RW_ROLE_SERVER, .login = {.port = 22}},
        {.name = "b", .address = "192.0.2.2", .role = RW_ROLE_SERVER, .login = {.port = 22}},
        {.name = "c", .address = "192.0.2.3", .role = RW_ROLE_AGENT, .login = {.port = 22}},
    };
    struct rw_cluster cluster = {.hosts = hosts, .host_count = RW_COUNT(hosts)};
    struct rw_ports_matrix matrix;
    struct rw_findings findings = {0};
    struct rw_buf text = {0};
    rw_ports_matrix_init(&matrix, &cluster, RW_CNI_CANAL);
    for (size_t i = 0; i < cluster.host_count; i++)
        snprintf(matrix.hosts[i].nonce, sizeof matrix.hosts[i].nonce, "%016zx", i + 1);
    for (size_t at = 0; at + 1 < size;) {
        const uint8_t *part = data + at + 1, *end = memchr(part, 0, size - at - 1);
        size_t length = end ? (size_t)(end - part) : size - at - 1;
        char *copy = rw_strndup((const char *)part, length); /* reading beyond it is found */
        take_part(&matrix, data[at], copy, length);
        free(copy);
        at += length + 2;
    }
    rw_ports_judge(&findings, &matrix, &cluster);
    for (size_t i = 0; i < matrix.cell_count; i++)
        if (matrix.cells[i].result == RW_PORTS_OPEN &&
            !told(data, size, matrix.hosts[matrix.cells[i].target].nonce))
            abort();
    for (size_t i = 0; i < cluster.host_count; i++)
        rw_ports_connect_list(&text, &matrix, &cluster, i, i & 1);
    for (size_t i = 0; i < findings.count; i++)
        rw_finding_print(&text, &findings.items[i]);
    rw_ports_draw(&text, &matrix, &cluster);
    rw_buf_done(&text);
    rw_findings_done(&findings);
    rw_ports_matrix_done(&matrix);
    return 0;
}
