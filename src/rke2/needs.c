#include "rke2/needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Sources: install.sh of rancher/rke2 and the scripts in data/node (programs), "Requirements" and
 * "Known Issues" of the RKE2 documentation, kubelet and containerd (the rest). */
static const struct need {
    enum rw_rke2_need_kind kind;
    const char *names; /* separated by blanks: one of them will do */
} needs[] = {
    {RW_RKE2_NEEDS_PROGRAM, "tar"},
    {RW_RKE2_NEEDS_PROGRAM, "gzip"},
    {RW_RKE2_NEEDS_PROGRAM, "sha256sum"},
    {RW_RKE2_NEEDS_PROGRAM, "awk"},
    {RW_RKE2_NEEDS_PROGRAM, "grep"},
    {RW_RKE2_NEEDS_PROGRAM, "sed"},
    {RW_RKE2_NEEDS_PROGRAM, "tr"},
    {RW_RKE2_NEEDS_PROGRAM, "id"},
    {RW_RKE2_NEEDS_PROGRAM, "mktemp"},
    {RW_RKE2_NEEDS_PROGRAM, "cut"},
    {RW_RKE2_NEEDS_PROGRAM, "uname"},
    {RW_RKE2_NEEDS_PROGRAM, "head"},
    {RW_RKE2_NEEDS_PROGRAM, "base64"},
    {RW_RKE2_NEEDS_PROGRAM, "cmp"},
    {RW_RKE2_NEEDS_PROGRAM, "stat"},
    {RW_RKE2_NEEDS_PROGRAM, "sync"},
    {RW_RKE2_NEEDS_PROGRAM, "curl wget"},
    {RW_RKE2_NEEDS_IPTABLES, "iptables"},
    {RW_RKE2_NEEDS_APPARMOR, "apparmor_parser"},
    {RW_RKE2_NEEDS_MODULE, "br_netfilter"},
    {RW_RKE2_NEEDS_MODULE, "overlay"},
    {RW_RKE2_NEEDS_MODULE, "nf_conntrack"},
    {RW_RKE2_NEEDS_MODULE, "vxlan"},
    {RW_RKE2_NEEDS_CONTROLLER, "cpu"},
    {RW_RKE2_NEEDS_CONTROLLER, "cpuset"},
    {RW_RKE2_NEEDS_CONTROLLER, "memory"},
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
