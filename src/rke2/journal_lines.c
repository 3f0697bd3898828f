/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/journal_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define MESSAGE_MAX 1024

#define SERVER 1u
#define AGENT  2u
#define BOTH   3u

/* The first entry whose texts all occur in the line counts, so the special stands before the
 * general. */
static const struct RW_ROW pattern {
    unsigned roles;
    const char *text;
    const char *also; /* or NULL */
    enum rw_line_kind kind;
    enum rw_finding_id finding;
    const char *progress;
} patterns[] = {
#define PROGRESS(r, t, name) {.roles = r, .text = t, .kind = RW_LINE_PROGRESS, .progress = name}
#define WAIT(r, t, a, name)                                                                        \
    {.roles = r, .text = t, .also = a, .kind = RW_LINE_WAIT, .finding = RW_F_##name}
#define CAUSE(r, t, a, name)                                                                       \
    {.roles = r, .text = t, .also = a, .kind = RW_LINE_CAUSE, .finding = RW_F_##name}
    {.roles = SERVER, .text = "rke2 is up and running", .kind = RW_LINE_UP},
    {.roles = AGENT, .text = "rke2 agent is up and running", .kind = RW_LINE_UP},

    CAUSE(BOTH, "x509: certificate is valid for", NULL, START_SAN),
    CAUSE(BOTH, "x509: certificate has expired or is not yet valid", NULL, START_CLOCK),
    CAUSE(BOTH, "token CA hash does not match the Cluster CA certificate hash", NULL,
          START_CA_HASH),
    CAUSE(BOTH, "token must not be empty", NULL, START_TOKEN_FORM),
    CAUSE(BOTH, "invalid token format", NULL, START_TOKEN_FORM),
    CAUSE(BOTH, "invalid token CA hash length", NULL, START_TOKEN_FORM),
    CAUSE(BOTH, "is required to join a cluster", NULL, START_TOKEN_FORM),
    CAUSE(BOTH, "Node password rejected", NULL, START_NODE_PASSWORD),
    CAUSE(SERVER, "duplicate node name found", NULL, START_DUPLICATE_NAME),
    CAUSE(SERVER, "bootstrap data already found and encrypted with different token", NULL,
          START_DATA_TOKEN),
    CAUSE(SERVER, "critical configuration value mismatch", NULL, START_CRITICAL),
    CAUSE(SERVER, "newer than datastore and could cause a cluster outage", NULL, START_CERT_NEWER),
    CAUSE(SERVER, "this server is a not a member of the etcd cluster", NULL, START_NO_MEMBER),
    CAUSE(SERVER, "/v1-rke2/config: 401 Unauthorized", NULL, START_TOKEN),
    CAUSE(AGENT, "/v1-rke2/config: 401 Unauthorized", NULL, START_TOKEN),
    CAUSE(AGENT, "server is not ready", "not authorized", START_TOKEN),
    CAUSE(SERVER, "/v1-rke2/server-bootstrap: 403 Forbidden", NULL, START_AGENT_TOKEN),
    CAUSE(SERVER, "failed to bootstrap cluster data: forbidden", NULL, START_AGENT_TOKEN),
    CAUSE(BOTH, "only https:// URLs are supported", NULL, START_SERVER_URL),
    CAUSE(BOTH, "failed to find memory cgroup", NULL, START_CGROUP),
    CAUSE(BOTH, "failed to find cpu", "cgroup", START_CGROUP),
    CAUSE(BOTH, "executable file not found in $PATH", "kubelet", START_NOEXEC),
    CAUSE(BOTH, "missing required: user: unknown user etcd", NULL, START_CIS),
    CAUSE(BOTH, "missing required: group: unknown group etcd", NULL, START_CIS),
    CAUSE(BOTH, "invalid kernel parameter value", NULL, START_CIS),
    CAUSE(BOTH, "must share the same IP version", NULL, START_IP_FAMILY),

    WAIT(BOTH, "failed to get runtime image", NULL, START_IMAGE),
    WAIT(BOTH, "failed to get CA certs", NULL, START_NO_SERVER),
    WAIT(SERVER, "too many learner members in cluster", NULL, START_LEARNER),
    WAIT(SERVER, "etcdserver: unhealthy cluster", NULL, START_UNHEALTHY),

    PROGRESS(BOTH, "Starting rke2 ", N_("starting")),
    PROGRESS(SERVER, "Managed etcd cluster initializing", N_("creating the cluster")),
    PROGRESS(SERVER, "Managed etcd cluster not yet initialized", N_("joining the cluster")),
    PROGRESS(SERVER, "Managed etcd cluster bootstrap already complete",
             N_("starting with existing data")),
    PROGRESS(BOTH, "Checking local image archives in", N_("looking for image archives")),
    PROGRESS(BOTH, "Pulling runtime image", N_("pulling the runtime image")),
    PROGRESS(BOTH, "Running kubelet", N_("kubelet started")),
    PROGRESS(BOTH, "Waiting for container runtime to become ready",
             N_("waiting for the container runtime")),
    PROGRESS(SERVER, "Adding member ", N_("joining etcd")),
    PROGRESS(SERVER, "not yet been promoted from learner to voting member",
             N_("waiting to become an etcd voter")),
    PROGRESS(SERVER, "Waiting to retrieve etcd cluster member list",
             N_("waiting for the etcd member list")),
    PROGRESS(SERVER, "Connection to etcd is ready", N_("etcd is up")),
    PROGRESS(SERVER, "Polling for API server readiness", N_("waiting for the API server")),
    PROGRESS(SERVER, "Kube API server is now running", N_("the API server is up")),
    PROGRESS(AGENT, "503 Service Unavailable", N_("waiting for a server to be ready")),
#undef PROGRESS
#undef WAIT
#undef CAUSE
};

static bool contains(const char *line, size_t length, const char *text)
{
    return memmem(line, length, text, strlen(text)) != NULL;
}

struct rw_line_meaning rw_journal_line(enum rw_role role, const char *line, size_t length)
{
    static const char restart[] = "restart counter is at ";
    struct rw_line_meaning meaning = {RW_LINE_NOTHING, NULL, RW_FINDING_COUNT, 0};
    unsigned bit = role == RW_ROLE_SERVER ? SERVER : AGENT;
    for (size_t i = 0; i < RW_COUNT(patterns); i++) {
        const struct pattern *p = &patterns[i];
        if (!(p->roles & bit) || !contains(line, length, p->text) ||
            (p->also && !contains(line, length, p->also)))
            continue;
        meaning.kind = p->kind;
        meaning.progress = p->progress;
        if (p->kind == RW_LINE_WAIT || p->kind == RW_LINE_CAUSE)
            meaning.finding = p->finding;
        return meaning;
    }
    const char *counter = memmem(line, length, restart, sizeof restart - 1);
    if (counter) {
        meaning.kind = RW_LINE_RESTART;
        counter += sizeof restart - 1;
        for (; counter < line + length && *counter >= '0' && *counter <= '9' &&
               meaning.restarts < 1000000;
             counter++)
            meaning.restarts = meaning.restarts * 10 + (*counter - '0');
    }
    return meaning;
}

char *rw_journal_message(const char *line, size_t length)
{
    static const char key[] = "msg=";
    const char *start = memmem(line, length, key, sizeof key - 1), *end = line + length;
    if (!start)
        return rw_text_printable(line, length, MESSAGE_MAX);
    start += sizeof key - 1;
    if (start == end || *start != '"') {
        const char *blank = memchr(start, ' ', (size_t)(end - start));
        return rw_text_printable(start, (size_t)((blank ? blank : end) - start), MESSAGE_MAX);
    }
    struct rw_buf text = {0};
    for (start++; start < end && *start != '"'; start++) {
        bool escaped = *start == '\\' && start + 1 < end;
        if (escaped)
            start++;
        bool blank = escaped && (*start == 'n' || *start == 'r' || *start == 't');
        rw_buf_addc(&text, blank ? ' ' : *start);
    }
    char *message = rw_text_printable(rw_buf_str(&text), text.len, MESSAGE_MAX);
    rw_buf_done(&text);
    return message;
}

bool rw_journal_fatal(const char *line, size_t length)
{
    return contains(line, length, "level=fatal");
}
