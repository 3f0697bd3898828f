/* SPDX-License-Identifier: Apache-2.0 */
/* The known_hosts file of OpenSSH (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), read line by line so
 * that a line of garbage spoils nothing. Understands plain, hashed and [host]:port names, wildcards
 * and negation, @revoked and (as "not usable here") @cert-authority. */
#ifndef RW_NET_KNOWN_HOSTS_H
#define RW_NET_KNOWN_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct rw_known_hosts;

enum rw_known_host {
    RW_KNOWN_HOST_UNKNOWN, /* no key of any type is known for this host */
    RW_KNOWN_HOST_MATCH,
    RW_KNOWN_HOST_OTHER_TYPE, /* keys are known, none of this type: treat as changed */
    RW_KNOWN_HOST_CHANGED,    /* another key of this type is known */
    RW_KNOWN_HOST_REVOKED,
};

/* Where an entry stands; the name of the file is borrowed, NULL when there is no entry. */
struct rw_known_hosts_place {
    const char *file;
    int line;
};

/* Without entries. */
struct rw_known_hosts *rw_known_hosts_new(void);
/* Adds the entries of a text, as if it were this file (never fails; bad lines are skipped). */
void rw_known_hosts_parse(struct rw_known_hosts *known, const char *file, const char *text,
                          size_t size);
/* Adds those of a file; a missing one has none. RW_EIO on a read error. */
int rw_known_hosts_load(struct rw_known_hosts *known, const char *path, struct rw_error *err);
void rw_known_hosts_free(struct rw_known_hosts *known);

/* Looks a key up. blob is the raw public key as the server sent it (type string included). *place
 * becomes that of the entry that decided. */
enum rw_known_host rw_known_hosts_check(const struct rw_known_hosts *known, const char *host,
                                        int port, const void *blob, size_t size,
                                        struct rw_known_hosts_place *place);

/* Whether a line with @cert-authority counts for this host, and which. Certificates are not checked
 * here: libssh2 asks no host for one. */
bool rw_known_hosts_authority(const struct rw_known_hosts *known, const char *host, int port,
                              struct rw_known_hosts_place *place);

/* Gives the key types known for this host in file order, comma-separated, to free(): "" when none.
 * Needed to negotiate a key type that can be verified. */
char *rw_known_hosts_types(const struct rw_known_hosts *known, const char *host, int port);

/* Appends a line for the host to path (made with mode 0600, its folder with 0700). A missing final
 * newline in the file is added first. */
int rw_known_hosts_append(const char *path, const char *host, int port, const void *blob,
                          size_t size, struct rw_error *err);

#endif
