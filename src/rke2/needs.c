/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Sources: install.sh of rancher/rke2 and the scripts in data/node (programs), "Requirements" and
 * "Known Issues" of the RKE2 documentation, kubelet and containerd (the rest). */
static const struct need {
    enum rw_rke2_need_kind kind;
    const char *names;                      /* separated by blanks: one of them will do */
    const char *packages[RW_RKE2_FAMILIES]; /* that have the first of the programs */
} needs[] = {
#define ALL(name) {name, name, name}
    {RW_RKE2_NEEDS_PROGRAM, "tar", ALL("tar")},
    {RW_RKE2_NEEDS_PROGRAM, "gzip", ALL("gzip")},
    {RW_RKE2_NEEDS_PROGRAM, "sha256sum", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "awk", ALL("gawk")},
    {RW_RKE2_NEEDS_PROGRAM, "grep", ALL("grep")},
    {RW_RKE2_NEEDS_PROGRAM, "sed", ALL("sed")},
    {RW_RKE2_NEEDS_PROGRAM, "tr", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "id", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "mktemp", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "cut", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "uname", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "head", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "base64", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "cmp", ALL("diffutils")},
    {RW_RKE2_NEEDS_PROGRAM, "stat", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "sync", ALL("coreutils")},
    {RW_RKE2_NEEDS_PROGRAM, "curl wget", ALL("curl")},
    {RW_RKE2_NEEDS_IPTABLES, "iptables", ALL("iptables")},
    {RW_RKE2_NEEDS_APPARMOR, "apparmor_parser", {"apparmor", NULL, "apparmor-parser"}},
    {RW_RKE2_NEEDS_MODULE, "br_netfilter", {NULL}},
    {RW_RKE2_NEEDS_MODULE, "overlay", {NULL}},
    {RW_RKE2_NEEDS_MODULE, "nf_conntrack", {NULL}},
    {RW_RKE2_NEEDS_MODULE, "vxlan", {NULL}},
    {RW_RKE2_NEEDS_CONTROLLER, "cpu", {NULL}},
    {RW_RKE2_NEEDS_CONTROLLER, "cpuset", {NULL}},
    {RW_RKE2_NEEDS_CONTROLLER, "memory", {NULL}},
#undef ALL
};

static char *names_of(enum rw_rke2_need_kind from, enum rw_rke2_need_kind to)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < RW_COUNT(needs); i++)
        if (needs[i].kind >= from && needs[i].kind <= to)
            rw_buf_addf(&out, "%s%s", out.len ? " " : "", needs[i].names);
    return rw_buf_take(&out);
}

char *rw_rke2_needs(enum rw_rke2_need_kind kind)
{
    return names_of(kind, kind);
}

char *rw_rke2_need_programs(void)
{
    return names_of(RW_RKE2_NEEDS_PROGRAM, RW_RKE2_NEEDS_APPARMOR);
}

/* The first of the names when the host has none of them, to free(); else NULL. */
static char *lacks(const char *names, bool (*has)(const void *context, const char *name),
                   const void *context)
{
    char *words = rw_strdup(names), *rest = words, *word;
    bool found = false;
    while ((word = strsep(&rest, " ")) && !found)
        found = has(context, word);
    free(words);
    return found ? NULL : rw_strndup(names, strcspn(names, " "));
}

char *rw_rke2_missing(enum rw_rke2_need_kind kind,
                      bool (*has)(const void *context, const char *name), const void *context)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < RW_COUNT(needs); i++) {
        char *missing = needs[i].kind == kind ? lacks(needs[i].names, has, context) : NULL;
        if (missing)
            rw_buf_addf(&out, "%s%s", out.len ? " " : "", missing);
        free(missing);
    }
    if (out.len > 0)
        return rw_buf_take(&out);
    rw_buf_done(&out);
    return NULL;
}

const char *rw_rke2_package(const char *program, size_t length, enum rw_rke2_family family)
{
    for (size_t i = 0; i < RW_COUNT(needs); i++)
        if (strcspn(needs[i].names, " ") == length && strncmp(needs[i].names, program, length) == 0)
            return needs[i].packages[family];
    return NULL;
}
