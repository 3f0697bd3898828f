/* SPDX-License-Identifier: Apache-2.0 */
#include "check/firewall.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

static const char *const names[] = {
    [RW_FIREWALL_NONE] = "none",
    [RW_FIREWALL_FIREWALLD] = "firewalld",
    [RW_FIREWALL_UFW] = "ufw",
};

const char *rw_firewall_name(enum rw_firewall manager)
{
    return names[manager];
}

enum rw_firewall rw_firewall_by_name(const char *name)
{
    for (size_t i = 0; i < RW_COUNT(names); i++)
        if (rw_text_equal(name, names[i]))
            return (enum rw_firewall)i;
    return RW_FIREWALL_NONE;
}

/* Reads "9345/tcp" of this length; false when it is none. */
static bool read_port(const char *text, size_t length, int64_t *number, const char **protocol)
{
    size_t digits = strspn(text, "0123456789");
    char *value = rw_strndup(text, digits < length ? digits : length);
    bool good = length == digits + 4 && rw_text_number(value, 1, 65535, number) == 0;
    free(value);
    *protocol = good && strncmp(text + digits, "/tcp", 4) == 0   ? "tcp"
                : good && strncmp(text + digits, "/udp", 4) == 0 ? "udp"
                                                                 : NULL;
    return *protocol != NULL;
}

static bool is_zone(const char *zone)
{
    return zone && *zone && zone[0] != '-' &&
           strspn(zone, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
               strlen(zone);
}

static void add_port(struct rw_buf *out, enum rw_firewall manager, const char *zone, int64_t number,
                     const char *protocol)
{
    if (manager == RW_FIREWALL_UFW) {
        rw_buf_addf(out, "%sufw allow %d/%s", out->len ? " && " : "", (int)number, protocol);
    } else {
        if (out->len == 0)
            rw_buf_addf(out, "firewall-cmd --permanent%s%s", is_zone(zone) ? " --zone=" : "",
                        is_zone(zone) ? zone : "");
        rw_buf_addf(out, " --add-port=%d/%s", (int)number, protocol);
    }
}

void rw_firewall_commands(struct rw_buf *out, enum rw_firewall manager, const char *zone,
                          const char *ports)
{
    struct rw_buf commands = {0};
    for (const char *at = ports; manager != RW_FIREWALL_NONE && *at;) {
        int64_t number;
        const char *protocol;
        size_t length = strcspn(at, ", ");
        if (read_port(at, length, &number, &protocol))
            add_port(&commands, manager, zone, number, protocol);
        at += length;
        at += strspn(at, ", ");
    }
    if (commands.len && manager == RW_FIREWALL_FIREWALLD)
        rw_buf_adds(&commands, " && firewall-cmd --reload");
    rw_buf_add(out, rw_buf_str(&commands), commands.len);
    rw_buf_done(&commands);
}
