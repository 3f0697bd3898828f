/* SPDX-License-Identifier: Apache-2.0 */
/* Firewall managers of a host, and the commands that open ports in them. Pure. Sources:
 * firewall-cmd(1), ufw(8). */
#ifndef RW_CHECK_FIREWALL_H
#define RW_CHECK_FIREWALL_H

struct rw_buf;

enum rw_firewall {
    RW_FIREWALL_NONE, /* none that we know */
    RW_FIREWALL_FIREWALLD,
    RW_FIREWALL_UFW,
    RW_FIREWALL_COUNT,
};

/* "none", "firewalld", "ufw"; static. */
const char *rw_firewall_name(enum rw_firewall manager);
/* The manager of this name, or RW_FIREWALL_NONE, also for NULL. */
enum rw_firewall rw_firewall_by_name(const char *name);

/* Appends, as one line to paste into a root shell, the commands that open ports for good and at
 * once. ports is "9345/tcp, 8472/udp"; whatever in it is no port is left out, so that it may come
 * from anywhere. zone is a zone of firewalld, or NULL or "" for its default zone; one with other
 * characters than letters, digits, '_' and '-' counts as none. Nothing without a manager or a
 * port. */
void rw_firewall_commands(struct rw_buf *out, enum rw_firewall manager, const char *zone,
                          const char *ports);

#endif
