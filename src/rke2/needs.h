/* SPDX-License-Identifier: Apache-2.0 */
/* The programs, kernel modules and control groups without which RKE2, its installer or the scripts
 * in data/node do not work. The hosts are asked for exactly these. Pure. */
#ifndef RW_RKE2_NEEDS_H
#define RW_RKE2_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

enum rw_rke2_need_kind {
    RW_RKE2_NEEDS_PROGRAM,    /* on every host */
    RW_RKE2_NEEDS_IPTABLES,   /* a program; where no package of RKE2 brings it along */
    RW_RKE2_NEEDS_APPARMOR,   /* a program; where the kernel has AppArmor switched on */
    RW_RKE2_NEEDS_MODULE,     /* of the kernel */
    RW_RKE2_NEEDS_CONTROLLER, /* of control groups */
    RW_RKE2_NEED_KINDS,
};

/* Distributions that share the names of packages. */
enum rw_rke2_family {
    RW_RKE2_DEB,
    RW_RKE2_RPM,
    RW_RKE2_SUSE,
    RW_RKE2_FAMILIES,
};

/* All names of a kind, separated by blanks, to free(). */
char *rw_rke2_needs(enum rw_rke2_need_kind kind);
/* The same of all kinds that are programs. */
char *rw_rke2_need_programs(void);
/* What of a kind is missing, separated by blanks, to free(); NULL when nothing is. has() says
 * whether the host has a name. Where one of several will do, the first is named. */
char *rw_rke2_missing(enum rw_rke2_need_kind kind,
                      bool (*has)(const void *context, const char *name), const void *context);
/* The package that has a program of the table, or NULL: there is none, or it is not of the table.
 * length is that of the name. Static. */
const char *rw_rke2_package(const char *program, size_t length, enum rw_rke2_family family);

#endif
