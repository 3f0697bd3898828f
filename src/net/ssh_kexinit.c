/* SPDX-License-Identifier: Apache-2.0 */
#include "net/ssh_kexinit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "net/ssh_wire.h"

#define MSG_KEXINIT 20
#define LIST_MAX    4096

const char *rw_ssh_kexinit_title(enum rw_ssh_list list)
{
    static const char *const titles[RW_SSH_LIST_COUNT] = {"key exchange", "host key", "cipher",
                                                          "MAC"};
    return titles[list];
}

/* Steps over the banner, and over the lines that may stand before it. */
static bool skip_banner(struct rw_wire *wire)
{
    while (wire->left) {
        const unsigned char *line = wire->data;
        const unsigned char *end = memchr(line, '\n', wire->left);
        if (!end)
            return false;
        size_t size = (size_t)(end - line) + 1;
        rw_wire_bytes(wire, size);
        if (size > 4 && memcmp(line, "SSH-", 4) == 0)
            return true;
    }
    return false;
}

bool rw_ssh_kexinit_parse(const void *data, size_t size, struct rw_ssh_kexinit *kexinit)
{
    /* RFC 4253 section 7.1: kex, host keys, ciphers to and from the host, MACs to and from. */
    static const int places[] = {RW_SSH_LIST_KEX, RW_SSH_LIST_HOST_KEY, RW_SSH_LIST_CIPHER, -1,
                                 RW_SSH_LIST_MAC};
    memset(kexinit, 0, sizeof *kexinit);
    struct rw_wire wire = rw_wire_init(data, size);
    if (!skip_banner(&wire))
        return false;
    struct rw_wire packet = rw_wire_string(&wire);
    rw_wire_u8(&packet); /* length of the padding */
    bool right = rw_wire_u8(&packet) == MSG_KEXINIT;
    rw_wire_bytes(&packet, 16);
    for (size_t i = 0; i < RW_COUNT(places); i++) {
        struct rw_wire list = rw_wire_string(&packet);
        if (places[i] >= 0)
            kexinit->lists[places[i]] =
                rw_text_printable((const char *)list.data, list.left, LIST_MAX);
    }
    if (!right || packet.bad) {
        rw_ssh_kexinit_done(kexinit);
        return false;
    }
    return true;
}

void rw_ssh_kexinit_done(struct rw_ssh_kexinit *kexinit)
{
    for (int i = 0; i < RW_SSH_LIST_COUNT; i++)
        rw_strset(&kexinit->lists[i], NULL);
}

bool rw_ssh_kexinit_common(const char *a, const char *b)
{
    while (*a) {
        size_t size = strcspn(a, ",");
        for (const char *p = b; size && *p;) {
            size_t here = strcspn(p, ",");
            if (here == size && memcmp(a, p, size) == 0)
                return true;
            p += here + (p[here] == ',');
        }
        a += size + (a[size] == ',');
    }
    return false;
}
