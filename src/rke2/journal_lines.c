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

/* Where a text counts. */
#define FATAL 1u /* anywhere in a fatal line */
#define JOIN  2u /* anywhere in a line about this node's own join, see below */
#define FIRST 4u /* as the first words of a line, of whatever level */
#define CERT  8u /* only where the certificate of a server of the cluster was looked at */

/* The first words of what a node says of its own way into the cluster, besides what is fatal. */
static const char *const own[] = {
    "Waiting to retrieve agent configuration; server is not ready: ",
    "Failed to validate connection to cluster at ",
    "Waiting for other members to finish joining etcd cluster: ",
    "Failed to test etcd connection: ",
    "CA cert validation failed: ",
};

/* A line about a certificate is about the join when it has one of these; else it is about a
 * registry, a store of snapshots or a client. */
static const char *const certificates[] = {"/cacerts", "/v1-rke2/", "CA cert",
                                           "validate connection to cluster"};

/* How long a node may find no server before somebody has to look: a server that starts anew takes
 * 30 to 90 seconds. */
#define NO_SERVER_S 120

/* How long a server may queue behind others that join: until its images are there a learner cannot
 * catch up, and one that stands still is removed after five minutes (k3s, learnerMaxStallTime). */
#define QUEUE_S 300

/* The first entry whose texts all occur in the line counts, so the special stands before the
 * general. The entries of progress stand in the order of a start. */
static const struct RW_ROW pattern {
    unsigned roles, where;
    const char *text;
    const char *also; /* or NULL */
    enum rw_line_kind kind;
    enum rw_finding_id finding;
    const char *progress;
    bool sure;
    int patience_s, grace_s;
} patterns[] = {
#define PROGRESS(r, w, t, name)                                                                    \
    {.roles = r, .where = w, .text = t, .kind = RW_LINE_PROGRESS, .progress = name}
#define REASON(r, w, t, a, k, name, ...)                                                           \
    {.roles = r,                                                                                   \
     .where = w,                                                                                   \
     .text = t,                                                                                    \
     .also = a,                                                                                    \
     .kind = RW_LINE_##k,                                                                          \
     .finding = RW_F_##name,                                                                       \
     __VA_ARGS__}
#define CAUSE(r, w, t, a, name)     REASON(r, w, t, a, CAUSE, name, .sure = false)
#define SURE(r, w, t, a, name)      REASON(r, w, t, a, CAUSE, name, .sure = true)
#define WAIT(r, w, t, a, name)      REASON(r, w, t, a, WAIT, name, .patience_s = 0)
#define NO_SERVER(r, w, t, a, name) REASON(r, w, t, a, WAIT, name, .patience_s = NO_SERVER_S)
#define QUEUE(r, t, name)                                                                          \
    REASON(r, OWN, t, NULL, WAIT, name, .grace_s = QUEUE_S,                                        \
           .progress = N_("waiting until another server has joined etcd"))
#define NOTE(r, t, name) REASON(r, FIRST, t, NULL, NOTE, name, .sure = false)
#define OWN              (FATAL | JOIN)
    {.roles = SERVER, .where = FIRST, .text = "rke2 is up and running", .kind = RW_LINE_UP},
    {.roles = AGENT, .where = FIRST, .text = "rke2 agent is up and running", .kind = RW_LINE_UP},

    /* Images come before certificates: a registry has one, too. */
    CAUSE(BOTH, FATAL, "failed to get runtime image", "x509: ", START_REGISTRY_CERT),
    CAUSE(BOTH, FATAL, "failed to get runtime image", "no space left on device", START_DISK_FULL),
    WAIT(BOTH, FATAL, "failed to get runtime image", NULL, START_IMAGE),
    CAUSE(BOTH, FATAL, "no space left on device", NULL, START_DISK_FULL),
    CAUSE(BOTH, FIRST, "failed to import images from", "no space left on device", START_DISK_FULL),
    NOTE(BOTH, "failed to import images from", START_ARCHIVE),
    NOTE(BOTH, "Failed to load runtime image", START_ARCHIVE),
    CAUSE(BOTH, FATAL, "failed to load private registry configuration", NULL, START_REGISTRIES),

    CAUSE(BOTH, OWN | CERT, "x509: certificate is valid for", NULL, START_SAN),
    CAUSE(BOTH, OWN | CERT, "x509: certificate has expired or is not yet valid", NULL, START_CLOCK),
    CAUSE(BOTH, OWN | CERT, "x509: certificate signed by unknown authority", NULL,
          START_FOREIGN_TLS),
    CAUSE(BOTH, OWN, "token CA hash does not match the Cluster CA certificate hash", NULL,
          START_CA_HASH),
    CAUSE(BOTH, OWN, "token must not be empty", NULL, START_TOKEN_FORM),
    CAUSE(BOTH, OWN, "invalid token format", NULL, START_TOKEN_FORM),
    CAUSE(BOTH, OWN, "invalid token CA hash length", NULL, START_TOKEN_FORM),
    CAUSE(BOTH, OWN, "is required to join a cluster", NULL, START_TOKEN_FORM),
    CAUSE(SERVER, FATAL, "failed to normalize server token", NULL, START_TOKEN_FORM),
    CAUSE(BOTH, OWN, "Node password rejected", NULL, START_NODE_PASSWORD),
    CAUSE(SERVER, FATAL, "duplicate node name found", NULL, START_DUPLICATE_NAME),
    CAUSE(SERVER, FATAL, "bootstrap data already found and encrypted with different token", NULL,
          START_DATA_TOKEN),
    CAUSE(SERVER, FATAL, "Failed to reconcile with temporary etcd", NULL, START_DATA_DAMAGED),
    CAUSE(SERVER, FATAL, "critical configuration value mismatch", NULL, START_CRITICAL),
    {.roles = SERVER,
     .where = FIRST,
     .text = "critical configuration mismatched: ",
     .kind = RW_LINE_SETTING},
    CAUSE(SERVER, FATAL, "newer than datastore and could cause a cluster outage", NULL,
          START_CERT_NEWER),
    CAUSE(SERVER, OWN, "this server is a not a member of the etcd cluster", NULL, START_NO_MEMBER),
    SURE(SERVER, FATAL, "/v1-rke2/config: 401 Unauthorized", NULL, START_TOKEN),
    SURE(SERVER, FATAL, "failed to bootstrap cluster data: not authorized", NULL, START_TOKEN),
    CAUSE(AGENT, OWN, "/v1-rke2/config: 401 Unauthorized", NULL, START_TOKEN),
    CAUSE(AGENT, JOIN, "server is not ready", "not authorized", START_TOKEN),
    CAUSE(SERVER, FATAL, "/v1-rke2/server-bootstrap: 403 Forbidden", NULL, START_AGENT_TOKEN),
    CAUSE(SERVER, FATAL, "failed to bootstrap cluster data: forbidden", NULL, START_AGENT_TOKEN),
    CAUSE(BOTH, OWN, "only https:// URLs are supported", NULL, START_SERVER_URL),
    CAUSE(BOTH, FATAL, "failed to find memory cgroup", NULL, START_CGROUP),
    CAUSE(BOTH, FATAL, "failed to find cpu", "cgroup", START_CGROUP),
    CAUSE(BOTH, FATAL | FIRST, "Kubelet exited: ", "executable file not found in $PATH",
          START_NOEXEC),
    CAUSE(BOTH, FATAL | FIRST, "Kubelet exited: ", NULL, START_KUBELET),
    CAUSE(BOTH, FATAL, "missing required: user: unknown user etcd", NULL, START_CIS),
    CAUSE(BOTH, FATAL, "missing required: group: unknown group etcd", NULL, START_CIS),
    CAUSE(BOTH, FATAL, "invalid kernel parameter value", NULL, START_CIS),
    CAUSE(BOTH, FATAL, "must share the same IP version", NULL, START_IP_FAMILY),
    CAUSE(BOTH, FATAL, "failed to get node name and addresses", NULL, START_ADDRESS),
    CAUSE(BOTH, FATAL, "invalid node-ip", NULL, START_ADDRESS),
    CAUSE(BOTH, FATAL, "bind: address already in use", NULL, START_PORT_USED),
    CAUSE(BOTH, FIRST, "listen tcp ", "bind: address already in use", START_PORT_USED),
    CAUSE(BOTH, FIRST, "Error: rke2-agent is running!", NULL, START_BOTH_ROLES),
    CAUSE(BOTH, FIRST, "Error: rke2-server is running!", NULL, START_BOTH_ROLES),
    CAUSE(BOTH, OWN, "snapshotter cannot be enabled for", NULL, START_SNAPSHOTTER),
    CAUSE(BOTH, FATAL, "failed to start container runtime", NULL, START_RUNTIME),
    CAUSE(SERVER, FATAL, " for --cni flag", NULL, START_VALUE),
    CAUSE(SERVER, FATAL, "Failed to validate --cni flag", NULL, START_VALUE),
    CAUSE(BOTH, FATAL, "invalid value provided for --profile flag", NULL, START_VALUE),
    CAUSE(BOTH, FATAL, "--protect-kernel-defaults must be true", NULL, START_VALUE),
    CAUSE(SERVER, FATAL | FIRST, "Failed waiting for static pods to sync", NULL, START_PODS),
    CAUSE(SERVER, FATAL | FIRST, "Shutdown request received: ",
          "failed to wait for API server to become ready", START_PODS),
    NOTE(BOTH, "Unknown flag --", START_UNKNOWN_KEY),
    NOTE(BOTH, "Host resolv.conf includes loopback", START_RESOLVER),

    NO_SERVER(BOTH, OWN, "failed to get CA certs", NULL, START_NO_SERVER),
    NO_SERVER(SERVER, FATAL, "/v1-rke2/", "dial tcp", START_NO_SERVER),
    NO_SERVER(SERVER, FATAL, "/v1-rke2/", "EOF", START_NO_SERVER),
    NO_SERVER(SERVER, FATAL, "/v1-rke2/", "Timeout", START_NO_SERVER),
    NO_SERVER(SERVER, FATAL, "/v1-rke2/", "TLS handshake timeout", START_NO_SERVER),
    NO_SERVER(SERVER, FATAL, "/v1-rke2/", "connection reset by peer", START_NO_SERVER),
    WAIT(SERVER, FATAL, "apiserver not ready", NULL, START_SERVER_BUSY),
    WAIT(SERVER, FATAL, "runtime core not ready", NULL, START_SERVER_BUSY),
    WAIT(SERVER, FATAL, "503 Service Unavailable", NULL, START_SERVER_BUSY),
    WAIT(SERVER, FATAL, "429 Too Many Requests", NULL, START_SERVER_BUSY),
    WAIT(SERVER, FATAL, "Too many requests, please try again", NULL, START_SERVER_BUSY),
    NO_SERVER(SERVER, FATAL, "etcd cluster join failed: context deadline exceeded", NULL,
              START_ETCD_PORT),
    QUEUE(SERVER, "too many learner members in cluster", START_LEARNER),
    QUEUE(SERVER, "etcdserver: unhealthy cluster", START_UNHEALTHY),

    PROGRESS(BOTH, FIRST, "Starting rke2 ", N_("starting")),
    PROGRESS(AGENT, JOIN, "503 Service Unavailable", N_("waiting for a server to be ready")),
    PROGRESS(AGENT, JOIN, "apiserver not ready", N_("waiting for a server to be ready")),
    PROGRESS(AGENT, JOIN, "runtime core not ready", N_("waiting for a server to be ready")),
    PROGRESS(AGENT, JOIN, "429 Too Many Requests", N_("waiting for a server that is busy")),
    PROGRESS(AGENT, JOIN, "Too many requests, please try again",
             N_("waiting for a server that is busy")),
    PROGRESS(SERVER, FIRST, "Managed etcd cluster initializing", N_("creating the cluster")),
    PROGRESS(SERVER, FIRST, "Managed etcd cluster not yet initialized", N_("joining the cluster")),
    PROGRESS(SERVER, FIRST, "Managed etcd cluster bootstrap already complete",
             N_("starting with existing data")),
    PROGRESS(SERVER, FIRST, "tombstone file has been detected",
             N_("removing the data of the former etcd member")),
    PROGRESS(BOTH, FIRST, "Checking local image archives in", N_("looking for image archives")),
    PROGRESS(BOTH, FIRST, "Pulling runtime image", N_("pulling the runtime image")),
    PROGRESS(BOTH, FIRST, "Importing images from ", N_("importing images")),
    PROGRESS(BOTH, FIRST, "Running kubelet", N_("kubelet started")),
    PROGRESS(BOTH, FIRST, "Waiting for container runtime to become ready",
             N_("waiting for the container runtime")),
    PROGRESS(SERVER, FIRST, "Adding member ", N_("joining etcd")),
    PROGRESS(SERVER, JOIN, "not yet been promoted from learner to voting member",
             N_("waiting to become an etcd voter")),
    PROGRESS(SERVER, FIRST, "Failed to test etcd connection: ", N_("waiting for etcd")),
    PROGRESS(SERVER, FIRST, "Waiting to retrieve etcd cluster member list",
             N_("waiting for the etcd member list")),
    PROGRESS(SERVER, FIRST, "Polling for API server readiness", N_("waiting for the API server")),
    PROGRESS(SERVER, FIRST, "Connection to etcd is ready", N_("etcd is up")),
    PROGRESS(SERVER, FIRST, "Kube API server is now running", N_("the API server is up")),
#undef PROGRESS
#undef REASON
#undef CAUSE
#undef SURE
#undef WAIT
#undef NO_SERVER
#undef QUEUE
#undef NOTE
#undef OWN
};

_Static_assert(RW_COUNT(patterns) < RW_JOURNAL_STEPS, "a step has its number");

/* The critical settings of RKE2 by the names of its own structures (CriticalControlArgs of k3s). */
static const struct RW_ROW critical {
    const char *field, *key;
} criticals[] = {
    {.field = "ClusterIPRange", .key = "cluster-cidr"},
    {.field = "ClusterIPRanges", .key = "cluster-cidr"},
    {.field = "ServiceIPRange", .key = "service-cidr"},
    {.field = "ServiceIPRanges", .key = "service-cidr"},
    {.field = "ClusterDNS", .key = "cluster-dns"},
    {.field = "ClusterDNSs", .key = "cluster-dns"},
    {.field = "ClusterDomain", .key = "cluster-domain"},
    {.field = "DisableCCM", .key = "disable-cloud-controller"},
    {.field = "EncryptSecrets", .key = "secrets-encryption"},
    {.field = "EncryptProvider", .key = "secrets-encryption-provider"},
    {.field = "EmbeddedRegistry", .key = "embedded-registry"},
    {.field = "EgressSelectorMode", .key = "egress-selector-mode"},
    {.field = "SupervisorMetrics", .key = "supervisor-metrics"},
};

struct span {
    const char *text;
    size_t length;
};

static bool contains(struct span span, const char *text)
{
    return memmem(span.text, span.length, text, strlen(text)) != NULL;
}

static bool begins(struct span span, const char *text)
{
    size_t length = strlen(text);
    return span.length >= length && memcmp(span.text, text, length) == 0;
}

/* What stands before msg= (the time and the level), and what comes after it; a line without one is
 * all message. */
static struct span split(const char *line, size_t length, struct span *head)
{
    static const char key[] = "msg=";
    const char *start = memmem(line, length, key, sizeof key - 1);
    *head = (struct span){line, start ? (size_t)(start - line) : 0};
    if (!start)
        return (struct span){line, length};
    start += sizeof key - 1;
    start += start < line + length && *start == '"';
    return (struct span){start, (size_t)(line + length - start)};
}

bool rw_journal_fatal(const char *line, size_t length)
{
    struct span head;
    split(line, length, &head);
    return contains(head, "level=fatal");
}

bool rw_journal_systemd(const char *line, size_t length)
{
    static const char *const words[] = {
        "rke2-server.service: ", "rke2-agent.service: ", "Starting rke2-",        "Started rke2-",
        "Stopping rke2-",        "Stopped rke2-",        "Failed to start rke2-",
    };
    struct span span = {line, length};
    for (size_t i = 0; i < RW_COUNT(words); i++)
        if (begins(span, words[i]))
            return true;
    return false;
}

static bool has_one(struct span span, const char *const *texts, size_t count, bool first)
{
    for (size_t i = 0; i < count; i++)
        if (first ? begins(span, texts[i]) : contains(span, texts[i]))
            return true;
    return false;
}

static bool fits(const struct pattern *p, unsigned bit, struct span message, bool fatal)
{
    if (!(p->roles & bit) || !contains(message, p->text) ||
        (p->also && !contains(message, p->also)))
        return false;
    if ((p->where & CERT) && !has_one(message, certificates, RW_COUNT(certificates), false))
        return false;
    return ((p->where & FATAL) && fatal) || ((p->where & FIRST) && begins(message, p->text)) ||
           ((p->where & JOIN) && has_one(message, own, RW_COUNT(own), true));
}

struct rw_line_meaning rw_journal_line(enum rw_role role, const char *line, size_t length)
{
    struct rw_line_meaning meaning = {.kind = RW_LINE_NOTHING, .finding = RW_FINDING_COUNT};
    struct span head, message = split(line, length, &head);
    bool fatal = contains(head, "level=fatal");
    if (rw_journal_systemd(line, length)) {
        if (contains(message, "restart counter is at "))
            meaning.kind = RW_LINE_RESTART;
        else if (contains(message, " process exited, code="))
            meaning.kind = RW_LINE_ENDED;
        return meaning;
    }
    unsigned bit = role == RW_ROLE_SERVER ? SERVER : AGENT;
    for (size_t i = 0; i < RW_COUNT(patterns); i++) {
        const struct pattern *p = &patterns[i];
        if (!fits(p, bit, message, fatal))
            continue;
        meaning.kind = p->kind;
        meaning.progress = p->progress;
        if (p->kind == RW_LINE_PROGRESS)
            meaning.step = i + 1;
        if (p->kind == RW_LINE_NOTE || p->kind == RW_LINE_WAIT || p->kind == RW_LINE_CAUSE)
            meaning.finding = p->finding;
        meaning.sure = p->sure;
        meaning.patience_s = p->patience_s;
        meaning.grace_s = p->grace_s;
        return meaning;
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

/* ---- what stands in a message ---- */

/* The word after a text, up to one of the ends; NULL when the text does not occur. */
static const char *after(const char *text, const char *words, const char *ends, size_t *length)
{
    const char *found = strstr(text, words);
    if (!found)
        return NULL;
    found += strlen(words);
    *length = strcspn(found, ends);
    return found;
}

char *rw_journal_setting(const char *text)
{
    size_t length;
    const char *word = after(text, "Unknown flag --", " ", &length);
    if (word)
        return rw_strndup(word, length);
    word = after(text, "critical configuration mismatched: ", " ", &length);
    if (!word)
        return rw_strdup("");
    size_t field = strcspn(word, ".[ ");
    for (size_t i = 0; i < RW_COUNT(criticals); i++)
        if (strlen(criticals[i].field) == field && memcmp(criticals[i].field, word, field) == 0)
            return rw_strdup(criticals[i].key);
    while (length && *word == '-')
        word++, length--;
    return rw_strndup(word, length);
}

char *rw_journal_exit(const char *text)
{
    size_t length = 0;
    const char *word = after(text, "status=", " ", &length);
    return word && length ? rw_strndup(word, length) : rw_strdup("?");
}

char *rw_journal_asked(const char *text)
{
    for (const char *at = text; (at = strstr(at, "https://"));) {
        at += strlen("https://");
        size_t length =
            *at == '[' ? strcspn(at, "]/ \"") + (strchr(at, ']') != NULL) : strcspn(at, ":/ \"");
        if (length && !begins((struct span){at, length}, "127.0.0.1"))
            return rw_strndup(at, length);
    }
    return NULL;
}
