/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/host_logs.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#define WORDS_MAX 500

#define KUBELET    1u
#define CONTAINERD 2u
#define ENDED      4u
#define ALL        (KUBELET | CONTAINERD | ENDED)

/* The first entry whose texts all occur counts, so the special stands before the general. Sources:
 * kubelet (cmd/kubelet/app/server.go, pkg/kubelet/apis/config/validation), containerd
 * (core/remotes, internal/cri/server), runc, Go's net and crypto/x509. */
static const struct RW_ROW log_pattern {
    unsigned logs;
    const char *text;
    const char *also; /* or NULL */
    enum rw_line_kind kind;
    enum rw_finding_id finding;
} log_patterns[] = {
#define CAUSE(l, t, a, name)                                                                       \
    {.logs = l, .text = t, .also = a, .kind = RW_LINE_CAUSE, .finding = RW_F_##name}
#define WAIT(l, t, a, name)                                                                        \
    {.logs = l, .text = t, .also = a, .kind = RW_LINE_WAIT, .finding = RW_F_##name}
#define IGNORE(l, t) {.logs = l, .text = t, .kind = RW_LINE_NOTHING, .finding = RW_FINDING_COUNT}
    CAUSE(ALL, "no space left on device", NULL, START_DISK_FULL),
    CAUSE(KUBELET, "unknown flag: ", NULL, START_KUBELET_FLAG),
    CAUSE(KUBELET, "failed to parse kubelet flag", NULL, START_KUBELET_FLAG),
    CAUSE(KUBELET, "invalid argument ", " flag", START_KUBELET_FLAG),
    CAUSE(KUBELET, "labels specified with --node-labels", NULL, START_KUBELET_FLAG),
    CAUSE(KUBELET, "not run on a host using cgroup v1", NULL, START_KUBELET_CGROUP),
    CAUSE(KUBELET, "command failed", "cgroup", START_CGROUP),
    CAUSE(KUBELET, "command failed", "bind: address already in use", START_PORT_USED),
    CAUSE(KUBELET, "command failed", NULL, START_KUBELET),

    /* The network of other pods comes up after the static ones; until then theirs fail. */
    IGNORE(CONTAINERD, "failed to setup network for sandbox"),
    IGNORE(CONTAINERD, "network plugin"),
    CAUSE(CONTAINERD, "x509: ", NULL, START_REGISTRY_CERT),
    CAUSE(CONTAINERD, "pull access denied", NULL, START_IMAGE_DENIED),
    CAUSE(CONTAINERD, "insufficient_scope", NULL, START_IMAGE_DENIED),
    CAUSE(CONTAINERD, "authorization failed", NULL, START_IMAGE_DENIED),
    CAUSE(CONTAINERD, "401 Unauthorized", NULL, START_IMAGE_DENIED),
    CAUSE(CONTAINERD, "403 Forbidden", NULL, START_IMAGE_DENIED),
    CAUSE(CONTAINERD, "failed to pull", "not found", START_IMAGE_ABSENT),
    CAUSE(CONTAINERD, "manifest unknown", NULL, START_IMAGE_ABSENT),
    WAIT(CONTAINERD, "failed to pull", NULL, START_IMAGE),
    WAIT(CONTAINERD, "failed to resolve", NULL, START_IMAGE),
    WAIT(CONTAINERD, "fetch failed", NULL, START_IMAGE),
    CAUSE(CONTAINERD, "runc ", NULL, START_OCI),
    CAUSE(CONTAINERD, "OCI runtime", NULL, START_OCI),
    CAUSE(CONTAINERD, "failed to create shim", NULL, START_OCI),
    CAUSE(CONTAINERD, "failed to start shim", NULL, START_OCI),
    WAIT(CONTAINERD, "RunPodSandbox ", NULL, START_SANDBOX),
    WAIT(CONTAINERD, "CreateContainer ", NULL, START_SANDBOX),
    WAIT(CONTAINERD, "StartContainer ", NULL, START_SANDBOX),

    CAUSE(ENDED, "bind: address already in use", NULL, START_PORT_USED),
    WAIT(ENDED, "", NULL, START_CONTAINER),
#undef CAUSE
#undef WAIT
#undef IGNORE
};

static const struct log_pattern *look_up(unsigned log, const char *line)
{
    for (size_t i = 0; i < RW_COUNT(log_patterns); i++) {
        const struct log_pattern *p = &log_patterns[i];
        if ((p->logs & log) && strstr(line, p->text) && (!p->also || strstr(line, p->also)))
            return p;
    }
    return NULL;
}

/* ---- the words of a line ---- */

/* The value of key= or key="…" without its quoting, to free(); NULL when there is none. */
static char *field(const char *line, const char *key)
{
    const char *at = strstr(line, key);
    if (!at)
        return NULL;
    at += strlen(key);
    if (*at != '"')
        return rw_strndup(at, strcspn(at, " "));
    struct rw_buf text = {0};
    for (at++; *at && *at != '"'; at++) {
        at += *at == '\\' && at[1];
        rw_buf_addc(&text, *at);
    }
    char *value = rw_strdup(rw_buf_str(&text));
    rw_buf_done(&text);
    return value;
}

/* klog: the level, the time and the place in the source, then the words; those of an error stand in
 * err="…". */
static char *kubelet_words(const char *line)
{
    char *error = field(line, " err=");
    const char *bracket = strstr(line, "] ");
    return error ? error : rw_strdup(bracket ? bracket + 2 : line);
}

static char *containerd_words(const char *line)
{
    char *error = field(line, " error=");
    return error ? error : field(line, " msg=");
}

/* "…PodSandboxMetadata{Name:etcd-ha-m1,Uid:…" */
static char *sandbox_of(const char *line)
{
    static const char key[] = "PodSandboxMetadata{Name:";
    const char *at = strstr(line, key);
    return at ? rw_strndup(at + sizeof key - 1, strcspn(at + sizeof key - 1, ",}")) : rw_strdup("");
}

/* ---- */

void rw_log_reason_done(struct rw_log_reason *reason)
{
    free(reason->words);
    free(reason->pod);
    free(reason->file);
    *reason = (struct rw_log_reason){0};
}

/* Takes words and pod. */
static void take(struct rw_log_reason *reason, const struct log_pattern *p, char *pod,
                 const char *file, char *words)
{
    if (p && p->kind != RW_LINE_NOTHING && p->kind >= reason->kind) {
        char *text = rw_asprintf("%s%s%s (%s)", pod, *pod ? ": " : "", words ? words : "?", file);
        rw_log_reason_done(reason);
        reason->kind = p->kind;
        reason->finding = p->finding;
        reason->words = rw_text_printable(text, strlen(text), WORDS_MAX);
        reason->pod = rw_strdup(pod);
        reason->file = rw_strdup(file);
        free(text);
    }
    free(pod);
    free(words);
}

static void take_ended(struct rw_log_reason *reason, const char *value)
{
    char *copy = rw_strdup(value), *rest = copy;
    const char *pod = strsep(&rest, " "), *file = rest ? strsep(&rest, " ") : "?";
    if (rest)
        strsep(&rest, " "); /* the attempt */
    const char *words = rest ? rest : "";
    take(reason, look_up(ENDED, words), rw_strdup(pod), file, rw_strdup(words));
    free(copy);
}

void rw_log_reason_add(struct rw_log_reason *reason, const char *key, const char *value)
{
    if (strcmp(key, "kubelet") == 0)
        take(reason, look_up(KUBELET, value), rw_strdup(""), RW_KUBELET_LOG, kubelet_words(value));
    else if (strcmp(key, "containerd") == 0)
        take(reason, look_up(CONTAINERD, value), sandbox_of(value), RW_CONTAINERD_LOG,
             containerd_words(value));
    else if (strcmp(key, "ended") == 0)
        take_ended(reason, value);
}
