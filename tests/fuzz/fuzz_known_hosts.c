/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as known_hosts, asked about a host and a key that the same bytes choose. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/known_hosts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char blob[] = "\0\0\0\x0bssh-ed25519\0\0\0\x04key!";
    struct rw_known_hosts *known = rw_known_hosts_new();
    struct rw_known_hosts_place place;
    rw_known_hosts_parse(known, "known_hosts", (const char *)data, size);
    size_t word = 0;
    while (word < size && word < 64 && data[word] > ' ')
        word++;
    char *host = rw_strndup((const char *)data, word);
    int port = size ? data[size - 1] : 22;
    rw_known_hosts_check(known, host, port, blob, sizeof blob - 1, &place);
    rw_known_hosts_check(known, "node1", 22, data, size, &place);
    free(rw_known_hosts_types(known, host, port));
    free(rw_known_hosts_types(known, "node1", 2222));
    rw_known_hosts_free(known);
    free(host);
    return 0;
}
