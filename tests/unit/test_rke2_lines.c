/* SPDX-License-Identifier: Apache-2.0 */
/* The meaning of the lines of RKE2's journal and of the end of its installer. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "rke2/installer.h"
#include "rke2/journal_entry.h"
#include "rke2/journal_lines.h"
#include "rke2/rke2.h"

#define INFO(text)  "time=\"2026-11-22T10:00:00Z\" level=info msg=\"" text "\""
#define ERROR(text) "time=\"2026-11-22T10:00:00Z\" level=error msg=\"" text "\""
#define FATAL(text) "time=\"2026-11-22T10:00:00Z\" level=fatal msg=\"" text "\""
#define NAME        "https://rke2.demo.kingsd.top:9345"

#define SERVER 1u
#define AGENT  2u
#define BOTH   3u

/* Looks a line up that ends where its memory does. */
static struct rw_line_meaning look_up(enum rw_role role, const char *line)
{
    size_t length = strlen(line);
    char *copy = rw_malloc(length);
    memcpy(copy, line, length);
    struct rw_line_meaning meaning = rw_journal_line(role, copy, length);
    free(copy);
    return meaning;
}

/* ---- a normal start ---- */

static const struct {
    unsigned roles;
    const char *line, *progress;
} steps[] = {
    {BOTH, INFO("Starting rke2 v1.26.12+rke2r1 (aa4f2b6)"), "starting"},
    {SERVER, INFO("Managed etcd cluster initializing"), "creating the cluster"},
    {SERVER, INFO("Managed etcd cluster not yet initialized"), "joining the cluster"},
    {SERVER, INFO("Managed etcd cluster bootstrap already complete and initialized"),
     "starting with existing data"},
    {BOTH, INFO("Checking local image archives in /var/lib/rancher/rke2/agent/images for x"),
     "looking for image archives"},
    {BOTH, INFO("Pulling runtime image index.docker.io/rancher/rke2-runtime:v1.26.12-rke2r1"),
     "pulling the runtime image"},
    {BOTH, INFO("Running kubelet --address=0.0.0.0 --anonymous-auth=false"), "kubelet started"},
    {BOTH, INFO("Waiting for container runtime to become ready before joining etcd cluster"),
     "waiting for the container runtime"},
    {SERVER, INFO("Adding member ha-m2-ab12=https://10.0.0.2:2380 to etcd cluster [ha-m1=x]"),
     "joining etcd"},
    {SERVER,
     INFO("Failed to test etcd connection: this server has not yet been promoted from learner to "
          "voting member"),
     "waiting to become an etcd voter"},
    {SERVER,
     INFO("Waiting to retrieve etcd cluster member list: failed to get MemberList from server"),
     "waiting for the etcd member list"},
    {SERVER, INFO("Connection to etcd is ready"), "etcd is up"},
    {SERVER, INFO("Polling for API server readiness: GET /readyz failed: the server is currently"),
     "waiting for the API server"},
    {SERVER, INFO("Kube API server is now running"), "the API server is up"},
    {AGENT,
     INFO("Waiting to retrieve agent configuration; server is not ready: " NAME
          "/v1-rke2/config: 503 Service Unavailable"),
     "waiting for a server to be ready"},
    {AGENT,
     INFO("Waiting to retrieve agent configuration; server is not ready: failed to retrieve "
          "configuration from server: apiserver not ready"),
     "waiting for a server to be ready"},
    {AGENT,
     INFO("Waiting to retrieve agent configuration; server is not ready: failed to retrieve "
          "configuration from server: runtime core not ready"),
     "waiting for a server to be ready"},
    {AGENT,
     INFO("Waiting to retrieve agent configuration; server is not ready: " NAME
          "/v1-rke2/config: 429 Too Many Requests"),
     "waiting for a server that is busy"},
    {AGENT,
     INFO("Waiting to retrieve agent configuration; server is not ready: failed to retrieve "
          "configuration from server: Too many requests, please try again later."),
     "waiting for a server that is busy"},
    {BOTH, INFO("Importing images from /var/lib/rancher/rke2/agent/images/a.tar.zst"),
     "importing images"},
    {SERVER, INFO("Failed to test etcd connection: failed to get etcd status: rpc error"),
     "waiting for etcd"},
    {SERVER, INFO("tombstone file has been detected, removing data dir to rejoin the cluster"),
     "removing the data of the former etcd member"},
};

Test(rke2_journal, tells_the_steps_of_a_normal_start)
{
    for (size_t i = 0; i < RW_COUNT(steps); i++) {
        for (int role = RW_ROLE_SERVER; role <= RW_ROLE_AGENT; role++) {
            struct rw_line_meaning m = look_up((enum rw_role)role, steps[i].line);
            bool known = steps[i].roles & (role == RW_ROLE_SERVER ? SERVER : AGENT);
            cr_expect_eq(m.kind, known ? RW_LINE_PROGRESS : RW_LINE_NOTHING, "%s", steps[i].line);
            cr_expect(known ? m.progress && strcmp(m.progress, steps[i].progress) == 0
                            : !m.progress,
                      "%s: %s", steps[i].line, m.progress);
        }
    }
}

Test(rke2_journal, knows_when_the_service_of_its_role_is_up)
{
    static const char server[] = INFO("rke2 is up and running");
    static const char agent[] = INFO("rke2 agent is up and running");
    cr_assert_eq(look_up(RW_ROLE_SERVER, server).kind, RW_LINE_UP);
    cr_assert_eq(look_up(RW_ROLE_AGENT, agent).kind, RW_LINE_UP);
    cr_assert_eq(look_up(RW_ROLE_SERVER, agent).kind, RW_LINE_NOTHING);
    cr_assert_eq(look_up(RW_ROLE_AGENT, server).kind, RW_LINE_NOTHING);
}

/* ---- stuck or failed ---- */

static const struct {
    unsigned roles;
    enum rw_line_kind kind;
    enum rw_finding_id finding;
    const char *line;
} reasons[] = {
    {SERVER, RW_LINE_WAIT, RW_F_START_NO_SERVER,
     FATAL("starting kubernetes: preparing server: failed to get CA certs: Get \\\"" NAME
           "/cacerts\\\": dial tcp 10.0.0.1:9345: connect: connection refused")},
    {SERVER, RW_LINE_WAIT, RW_F_START_NO_SERVER,
     FATAL("starting kubernetes: preparing server: failed to get CA certs: Get \\\"" NAME
           "/cacerts\\\": dial tcp: lookup rke2.demo.kingsd.top: no such host")},
    {AGENT, RW_LINE_WAIT, RW_F_START_NO_SERVER,
     ERROR("Failed to validate connection to cluster at " NAME ": failed to get CA certs: Get "
           "\\\"https://127.0.0.1:6444/cacerts\\\": read: connection reset by peer")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_SAN,
     ERROR("CA cert validation failed: Get \\\"" NAME "/cacerts\\\": tls: failed to verify "
           "certificate: x509: certificate is valid for kubernetes, localhost, not rke2.demo")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_SAN,
     FATAL("failed to get CA certs: Get x: x509: certificate is valid for a, not b")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_CLOCK,
     ERROR("Failed to validate connection to cluster at " NAME ": x509: certificate has expired "
           "or is not yet valid: current time 2020-01-01 is before 2026-11-22")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_CA_HASH,
     FATAL("token CA hash does not match the Cluster CA certificate hash: aa != bb")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_TOKEN_FORM, FATAL("token must not be empty")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_TOKEN_FORM, FATAL("invalid token format")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_TOKEN_FORM, FATAL("invalid token CA hash length")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_TOKEN_FORM,
     FATAL("starting kubernetes: preparing server: RKE2_TOKEN is required to join a cluster")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_SERVER_URL,
     FATAL("only https:// URLs are supported, invalid scheme: http://10.0.0.1:9345")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_TOKEN,
     FATAL("starting kubernetes: preparing server: failed to validate server configuration: "
           "https://10.0.0.1:9345/v1-rke2/config: 401 Unauthorized")},
    {AGENT, RW_LINE_CAUSE, RW_F_START_TOKEN,
     INFO("Waiting to retrieve agent configuration; server is not ready: "
          "https://127.0.0.1:6444/v1-rke2/config: 401 Unauthorized")},
    {AGENT, RW_LINE_CAUSE, RW_F_START_TOKEN,
     INFO("Waiting to retrieve agent configuration; server is not ready: not authorized")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_AGENT_TOKEN,
     FATAL("failed to bootstrap cluster data: " NAME "/v1-rke2/server-bootstrap: 403 Forbidden")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_AGENT_TOKEN,
     FATAL("failed to bootstrap cluster data: forbidden")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_CRITICAL,
     FATAL("failed to validate server configuration: critical configuration value mismatch "
           "between servers: ClusterIPRanges")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_DATA_TOKEN,
     FATAL("bootstrap data already found and encrypted with different token")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_CERT_NEWER,
     FATAL("/var/lib/rancher/rke2/server/tls/server-ca.crt newer than datastore and could cause "
           "a cluster outage. Remove the file(s)")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_NODE_PASSWORD,
     INFO("Waiting to retrieve agent configuration; server is not ready: Node password rejected, "
          "duplicate hostname or contents of '/etc/rancher/node/password' may not match server "
          "node-passwd entry, try enabling a unique node name with the --with-node-id flag")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_DUPLICATE_NAME,
     FATAL("ETCD join failed: duplicate node name found, please use a unique name for this node")},
    {SERVER, RW_LINE_WAIT, RW_F_START_LEARNER,
     INFO("Waiting for other members to finish joining etcd cluster: etcdserver: too many learner "
          "members in cluster")},
    {SERVER, RW_LINE_WAIT, RW_F_START_UNHEALTHY,
     INFO("Waiting for other members to finish joining etcd cluster: etcdserver: unhealthy "
          "cluster")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_NO_MEMBER,
     FATAL("Failed to test etcd connection: this server is a not a member of the etcd cluster. "
           "Found [ha-m1], expect: ha-m2")},
    {BOTH, RW_LINE_WAIT, RW_F_START_IMAGE,
     FATAL("preparing server: failed to get runtime image rancher/rke2-runtime: 429")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_NOEXEC,
     ERROR("Kubelet exited: exec: \\\"kubelet\\\": executable file not found in $PATH")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_CIS,
     FATAL("invalid kernel parameter value vm.overcommit_memory=0 - expected 1")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_CIS, FATAL("missing required: user: unknown user etcd")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_CIS, FATAL("missing required: group: unknown group etcd")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_CGROUP, FATAL("failed to find memory cgroup (v2)")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_CGROUP, FATAL("failed to find cpu cgroup (v2)")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_CGROUP, FATAL("failed to find cpuset cgroup (v2)")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_FOREIGN_TLS,
     FATAL("CA cert validation failed: Get \\\"" NAME "/cacerts\\\": tls: failed to verify "
           "certificate: x509: certificate signed by unknown authority")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_REGISTRY_CERT,
     FATAL("preparing server: failed to get runtime image x: Get y: x509: certificate is valid for "
           "a, not b")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_TOKEN,
     FATAL("Error: preparing server: failed to bootstrap cluster data: not authorized")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_TOKEN_FORM,
     FATAL("failed to normalize server token; must be in format K10<hash>::server:<token>")},
    {SERVER, RW_LINE_SETTING, RW_FINDING_COUNT,
     "time=\"x\" level=warning msg=\"critical configuration mismatched: ClusterDNS.slice[13]\""},
    {BOTH, RW_LINE_CAUSE, RW_F_START_KUBELET, ERROR("Kubelet exited: exit status 1")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_PODS, FATAL("Failed waiting for static pods to sync")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_PODS,
     ERROR("Shutdown request received: starting kubernetes: failed to wait for API server to "
           "become ready: timed out")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_DATA_DAMAGED,
     FATAL("Failed to reconcile with temporary etcd: context deadline exceeded")},
    {SERVER, RW_LINE_CAUSE, RW_F_START_DATA_TOKEN,
     FATAL("Failed to reconcile with temporary etcd: bootstrap data already found and encrypted "
           "with different token")},
    {SERVER, RW_LINE_WAIT, RW_F_START_ETCD_PORT,
     FATAL("etcd cluster join failed: context deadline exceeded")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_SNAPSHOTTER,
     INFO("Waiting to retrieve agent configuration; server is not ready: \\\"overlayfs\\\" "
          "snapshotter cannot be enabled for \\\"/var/lib/rancher/rke2/agent/containerd\\\"")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_ADDRESS,
     FATAL("failed to get node name and addresses: unable to select an IP from default routes: no "
           "default route")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_ADDRESS, FATAL("invalid node-ip: 10.0.0.300")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_DISK_FULL,
     FATAL("failed to extract runtime image: write /var/lib/x: no space left on device")},
    {BOTH, RW_LINE_NOTE, RW_F_START_ARCHIVE,
     ERROR(
         "failed to import images from /var/lib/rancher/rke2/agent/images/a.tar: unexpected EOF")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_DISK_FULL,
     ERROR("failed to import images from /var/lib/x: no space left on device")},
    {BOTH, RW_LINE_NOTE, RW_F_START_ARCHIVE,
     ERROR("Failed to load runtime image rancher/rke2-runtime:v1 from tarball: not found")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_REGISTRIES,
     FATAL("failed to load private registry configuration from /etc/rancher/rke2/registries.yaml")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_RUNTIME,
     FATAL("failed to start container runtime: fork/exec containerd: permission denied")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_PORT_USED,
     FATAL("listen tcp :9345: bind: address already in use")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_PORT_USED,
     ERROR("listen tcp 127.0.0.1:6444: bind: address already in use")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_BOTH_ROLES, "Error: rke2-agent is running!"},
    {BOTH, RW_LINE_CAUSE, RW_F_START_BOTH_ROLES, "Error: rke2-server is running!"},
    {BOTH, RW_LINE_NOTE, RW_F_START_UNKNOWN_KEY,
     "time=\"x\" level=warning msg=\"Unknown flag --kubelet-argg found in config.yaml, "
     "skipping\\n\""},
    {SERVER, RW_LINE_CAUSE, RW_F_START_VALUE,
     FATAL("Invalid value kaliko for --cni flag: must be one of canal,cilium")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_VALUE, FATAL("invalid value provided for --profile flag")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_VALUE,
     FATAL("--protect-kernel-defaults must be true when using --profile=cis")},
    {BOTH, RW_LINE_NOTE, RW_F_START_RESOLVER,
     "time=\"x\" level=warning msg=\"Host resolv.conf includes loopback or multicast "
     "nameservers\""},
    {SERVER, RW_LINE_WAIT, RW_F_START_SERVER_BUSY,
     FATAL("Error: preparing server: failed to bootstrap cluster data: apiserver not ready")},
    {SERVER, RW_LINE_WAIT, RW_F_START_SERVER_BUSY,
     FATAL("Error: preparing server: failed to bootstrap cluster data: runtime core not ready")},
    {BOTH, RW_LINE_CAUSE, RW_F_START_IP_FAMILY,
     FATAL("cluster-cidr, service-cidr and node-ip must share the same IP version")},
};

Test(rke2_journal, names_the_reason_why_a_start_does_not_get_on)
{
    for (size_t i = 0; i < RW_COUNT(reasons); i++) {
        for (int role = RW_ROLE_SERVER; role <= RW_ROLE_AGENT; role++) {
            if (!(reasons[i].roles & (role == RW_ROLE_SERVER ? SERVER : AGENT)))
                continue;
            struct rw_line_meaning m = look_up((enum rw_role)role, reasons[i].line);
            cr_expect_eq(m.kind, reasons[i].kind, "%s", reasons[i].line);
            cr_expect_eq(m.finding, reasons[i].finding, "%s", reasons[i].line);
            cr_expect_eq(m.progress != NULL, m.grace_s > 0, "%s", reasons[i].line);
        }
    }
}

Test(rke2_journal, makes_nothing_of_an_agents_line_on_a_server_alone_concerned)
{
    cr_assert_eq(look_up(RW_ROLE_AGENT, FATAL("failed to bootstrap cluster data: forbidden")).kind,
                 RW_LINE_NOTHING);
    cr_assert_eq(look_up(RW_ROLE_AGENT, INFO("etcdserver: unhealthy cluster")).kind,
                 RW_LINE_NOTHING);
}

Test(rke2_journal, makes_nothing_of_noise)
{
    static const char *const noise[] = {
        "",
        " ",
        INFO("not running in CIS mode"),
        INFO("Runtime image rancher/rke2-runtime:v1 bin and charts directories already exist; "
             "skipping extract"),
        INFO("Starting etcd to join cluster with members [ha-m1=https://10.0.0.1:2380]"),
        INFO("Promoted learner ha-m2-ab12"),
        ERROR("Sending HTTP/2.0 503 response to 127.0.0.1:44040: runtime core not ready"),
        INFO("Learner  stalled at RaftAppliedIndex=0 for 30.5s"),
        INFO("x509: certificate is valid for a, not b"),
        ERROR("Failed to authenticate request from 10.0.0.9:1: x509: certificate has expired or is "
              "not yet valid"),
        "time=\"x\" level=info msg=\"peer says level=fatal token must not be empty\"",
        ERROR("Failed to check local etcd status for learner management: context deadline "
              "exceeded"),
        INFO("Waiting for etcd server to become available"),
        INFO("Waiting for API server to become available"),
        INFO("http: TLS handshake error from 127.0.0.1:40000: remote error: tls: bad certificate"),
        INFO("Cluster CA certificate is not trusted by the host CA bundle, but the token does not "
             "include a CA hash. Use the full token from the server's node-token file to enable"),
        INFO("unable to verify password for node ha-w1: hash does not match"),
        "Starting Rancher Kubernetes Engine v2 (server)...",
        /* Releases up to 1.32.10, 1.33.6 and 1.34.2 print this at every start, well or not. */
        "+ /usr/bin/systemctl is-enabled --quiet nm-cloud-setup.service",
        "Failed to get unit file state for nm-cloud-setup.service: No such file or directory",
    };
    for (size_t i = 0; i < RW_COUNT(noise); i++) {
        for (int role = RW_ROLE_SERVER; role <= RW_ROLE_AGENT; role++) {
            struct rw_line_meaning m = look_up((enum rw_role)role, noise[i]);
            cr_expect_eq(m.kind, RW_LINE_NOTHING, "%s", noise[i]);
            cr_expect_eq(m.finding, RW_FINDING_COUNT, "%s", noise[i]);
        }
    }
}

Test(rke2_journal, knows_the_ends_and_the_starts_that_systemd_tells)
{
    static const struct RW_ROW row {
        const char *line;
        enum rw_line_kind kind;
        bool systemd;
    } rows[] = {
        {.line = "rke2-server.service: Scheduled restart job, restart counter is at 1.",
         .kind = RW_LINE_RESTART,
         .systemd = true},
        {.line = "rke2-agent.service: Scheduled restart job, restart counter is at 42.",
         .kind = RW_LINE_RESTART,
         .systemd = true},
        {.line = "rke2-server.service: Main process exited, code=exited, status=1/FAILURE",
         .kind = RW_LINE_ENDED,
         .systemd = true},
        {.line = "rke2-server.service: Control process exited, code=exited, status=1/FAILURE",
         .kind = RW_LINE_ENDED,
         .systemd = true},
        {.line = "rke2-server.service: Failed with result 'exit-code'.",
         .kind = RW_LINE_NOTHING,
         .systemd = true},
        {.line = "Stopped rke2-server.service - Rancher Kubernetes Engine v2 (server).",
         .kind = RW_LINE_NOTHING,
         .systemd = true},
        {.line = INFO("restart counter is at 7"), .kind = RW_LINE_NOTHING, .systemd = false},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        cr_expect_eq(look_up(RW_ROLE_AGENT, rows[i].line).kind, rows[i].kind, "%s", rows[i].line);
        cr_expect_eq(rw_journal_systemd(rows[i].line, strlen(rows[i].line)), rows[i].systemd, "%s",
                     rows[i].line);
    }
}

/* ---- messages ---- */

static void expect_message(const char *line, const char *expected)
{
    size_t length = strlen(line);
    char *copy = rw_malloc(length);
    memcpy(copy, line, length);
    char *message = rw_journal_message(copy, length);
    cr_expect_str_eq(message, expected);
    free(message);
    free(copy);
}

Test(rke2_journal, gives_the_message_without_its_quoting)
{
    expect_message(INFO("rke2 is up"), "rke2 is up");
    expect_message(INFO("Get \\\"https://a\\\": EOF"), "Get \"https://a\": EOF");
    expect_message(INFO("a\\\\b"), "a\\b");
    expect_message(INFO("one\\ntwo\\tthree"), "one two three");
    expect_message(INFO("c:\\\\new"), "c:\\new");
    expect_message(INFO(""), "");
    expect_message("level=info msg=\"cut off", "cut off");
    expect_message("level=info msg=\"cut off\\", "cut off\\");
    expect_message("msg=\"first\" msg=\"second\"", "first");
}

Test(rke2_journal, gives_a_line_without_a_message_as_it_is)
{
    expect_message("", "");
    expect_message("Failed to start rke2-server.service.", "Failed to start rke2-server.service.");
}

Test(rke2_journal, takes_a_message_of_one_word_without_quotes)
{
    expect_message("level=info msg=Shutdown", "Shutdown");
    expect_message("level=fatal msg=kaboom at=once", "kaboom");
    expect_message("msg=", "");
}

Test(rke2_journal, makes_a_message_safe_for_a_terminal)
{
    expect_message(INFO("a\x1b[2J\x07"
                        "b\xff"),
                   "a?[2J?b?");
    expect_message("a\x1b[31mb", "a?[31mb");
    char line[5000];
    memset(line, 'x', sizeof line);
    char *message = rw_journal_message(line, sizeof line);
    cr_expect_eq(strlen(message), 1024);
    free(message);
}

Test(rke2_journal, tells_fatal_lines_from_others)
{
    cr_assert(rw_journal_fatal(FATAL("x"), strlen(FATAL("x"))));
    cr_assert_not(rw_journal_fatal(ERROR("x"), strlen(ERROR("x"))));
    cr_assert_not(rw_journal_fatal("level=fatal", 10));
    cr_assert_not(rw_journal_fatal("", 0));
}

/* ---- the installer ---- */

#define OURS(status) "rke2-wizard: the installer ended with status " status "\n"
#define START        "rke2-wizard: fetching https://get.rke2.io\nrke2-wizard: running the installer\n"
#define ALT          "[ALT] Please visit 'https://github.com/rancher/rke2/releases' directly and download\n"
#define USING        "[INFO]  using v1.26.12+rke2r1 as release\n"

static void expect_end(int status, const char *log, enum rw_finding_id id, const char *line)
{
    struct rw_findings findings = {0};
    rw_installer_judge(&findings, "ha-m1", "get.rke2.io", status, log);
    cr_assert_eq(findings.count, 1);
    const struct rw_finding *finding = &findings.items[0];
    cr_expect_str_eq(rw_finding_code(finding->id), rw_finding_code(id), "%s", log);
    cr_expect_str_eq(rw_finding_get(finding, "line"), line, "%s", log);
    cr_expect_str_eq(rw_finding_get(finding, "url"), RW_RKE2_INSTALLER_URL);
    cr_expect_str_eq(finding->host, "ha-m1");
    char *number = rw_asprintf("%d", status);
    cr_expect_str_eq(rw_finding_get(finding, "status"), number);
    free(number);
    rw_findings_done(&findings);
}

static void expect_fact(const char *source, int status, const char *log, enum rw_finding_part part,
                        const char *expected)
{
    struct rw_findings findings = {0};
    rw_installer_judge(&findings, "ha-m1", source, status, log);
    cr_assert_eq(findings.count, 1);
    char *text = rw_finding_text(&findings.items[0], part);
    cr_expect_str_eq(text, expected);
    free(text);
    rw_findings_done(&findings);
}

Test(rke2_installer, names_where_it_was_to_come_from)
{
    expect_fact("/opt/rke2", RW_STAGE_FOLDER, "cp: error writing\nrke2-wizard: taking it failed\n",
                RW_FINDING_FACT,
                "RKE2 could not be installed from the folder /opt/rke2: cp: error writing");
    cr_expect_str_eq(rw_finding_code(RW_F_INSTALLER_FOLDER), "I-24");
    expect_fact("get.rke2.io", 22, "curl: (22) 404\n", RW_FINDING_WHY,
                "The release comes from github.com; curl exited with status 22.");
    expect_fact("rancher-mirror.rancher.cn", 22, "curl: (22) 404\n", RW_FINDING_WHY,
                "The release comes from rancher-mirror.rancher.cn; curl exited with status 22.");
    expect_fact("rancher-mirror.rancher.cn", RW_STAGE_EMPTY, "", RW_FINDING_WHY,
                "Something between the host and https://rancher-mirror.rancher.cn/rke2/install.sh "
                "drops the response.");
}

Test(rke2_installer, names_the_cause_of_each_failure_of_the_script)
{
    static const struct {
        enum rw_finding_id id;
        const char *line;
    } rows[] = {
        {RW_F_INSTALLER_FAILED, "[ERROR]  You need to be root to perform this install"},
        {RW_F_INSTALLER_ARCH, "[ERROR]  unsupported architecture riscv64"},
        {RW_F_INSTALLER_NO_DOWNLOADER, "[ERROR]  can not find curl or wget for downloading files"},
        {RW_F_INSTALLER_METHOD,
         "[ERROR]  Cannot perform tar install on host with existing RKE2 RPMs - please run "
         "rke2-uninstall.sh first"},
        {RW_F_INSTALLER_METHOD,
         "[ERROR]  Cannot perform rpm install on host with existing tarball installation - please "
         "run rke2-uninstall.sh first"},
        {RW_F_INSTALLER_CHECKSUM, "[ERROR]  download sha256 does not match aa, got bb"},
        {RW_F_INSTALLER_FAPOLICY, "[ERROR]  failed to load rke2 fapolicyd rules"},
        {RW_F_INSTALLER_FAILED, "[ERROR]  something new"},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *log = rw_asprintf(START USING "%s\n" ALT OURS("1"), rows[i].line);
        expect_end(1, log, rows[i].id, rows[i].line);
        free(log);
    }
}

Test(rke2_installer, knows_the_statuses_of_curl)
{
    static const int statuses[] = {6, 7, 18, 22, 28, 35, 52, 56, 60};
    for (size_t i = 0; i < RW_COUNT(statuses); i++) {
        char *line = rw_asprintf("curl: (%d) no luck", statuses[i]);
        char *log = rw_asprintf(START USING "[INFO]  downloading checksums at https://x\n%s\n"
                                            "rke2-wizard: the installer ended with status %d\n",
                                line, statuses[i]);
        expect_end(statuses[i], log, RW_F_INSTALLER_DOWNLOAD, line);
        free(log);
        free(line);
    }
}

Test(rke2_installer, finds_a_full_disk_whatever_the_status)
{
    expect_end(23, START "curl: (23) Failure writing output to destination\n" OURS("23"),
               RW_F_INSTALLER_DISK_FULL, "curl: (23) Failure writing output to destination");
    expect_end(23, START "curl: (23) Failed writing body\n" OURS("23"), RW_F_INSTALLER_DISK_FULL,
               "curl: (23) Failed writing body");
    expect_end(2,
               START "tar: rke2: Cannot write: No space left on device\n"
                     "tar: Exiting with failure status due to previous errors\n" OURS("2"),
               RW_F_INSTALLER_DISK_FULL, "tar: rke2: Cannot write: No space left on device");
    expect_end(80, "curl: (23) write: No space left on device\n", RW_F_INSTALLER_DISK_FULL,
               "curl: (23) write: No space left on device");
}

Test(rke2_installer, names_what_our_own_script_met_before_the_installer_ran)
{
    expect_end(RW_STAGE_FETCH,
               "rke2-wizard: fetching https://get.rke2.io\n"
               "curl: (6) Could not resolve host: get.rke2.io\n"
               "rke2-wizard: fetching the installer failed, status 6\n",
               RW_F_INSTALLER_FETCH, "curl: (6) Could not resolve host: get.rke2.io");
    expect_end(RW_STAGE_FETCH,
               "rke2-wizard: fetching https://get.rke2.io\n"
               "rke2-wizard: fetching the installer failed, status 4\n",
               RW_F_INSTALLER_FETCH, "rke2-wizard: fetching the installer failed, status 4");
    expect_end(RW_STAGE_EMPTY, "rke2-wizard: the installer is empty\n", RW_F_INSTALLER_EMPTY,
               "rke2-wizard: the installer is empty");
    expect_end(RW_STAGE_NO_SCRIPT, "rke2-wizard: what came is no shell script\n",
               RW_F_INSTALLER_NO_SCRIPT, "rke2-wizard: what came is no shell script");
    expect_end(RW_STAGE_NO_DOWNLOADER, "[ERROR]  can not find curl or wget for downloading files\n",
               RW_F_INSTALLER_NO_DOWNLOADER,
               "[ERROR]  can not find curl or wget for downloading files");
    expect_end(RW_STAGE_NO_FOLDER, "", RW_F_INSTALLER_FAILED, "");
}

Test(rke2_installer, says_how_far_it_got_when_the_status_means_nothing)
{
    expect_end(1, START USING "[INFO]  unpacking tarball file to /usr/local\n" ALT OURS("1"),
               RW_F_INSTALLER_FAILED, "[INFO]  unpacking tarball file to /usr/local");
    expect_end(137, "", RW_F_INSTALLER_FAILED, "");
    expect_end(-1, "\n\n", RW_F_INSTALLER_FAILED, "");
    expect_end(100, START "E: Unable to lock\r\n\r\n" OURS("100"), RW_F_INSTALLER_FAILED,
               "E: Unable to lock");
}

Test(rke2_installer, makes_the_telling_line_short_and_safe)
{
    char log[2000], expected[401];
    memset(log, 'x', sizeof log);
    log[sizeof log - 1] = '\0';
    memset(expected, 'x', sizeof expected);
    expected[400] = '\0';
    expect_end(1, log, RW_F_INSTALLER_FAILED, expected);
    expect_end(1, "a\x1b[2Jb\n", RW_F_INSTALLER_FAILED, "a?[2Jb");
}

/* ---- entries ---- */

static void expect_entry(const char *line, const char *wanted, const char *place)
{
    struct rw_buf text = {0};
    char *cursor = NULL;
    bool good = rw_journal_entry(line, strlen(line), &text, &cursor);
    cr_expect_eq(good, place != NULL, "%s", line);
    cr_expect_str_eq(rw_buf_str(&text), wanted, "%s", line);
    cr_expect_str_eq(cursor ? cursor : "", place ? place : "", "%s", line);
    free(cursor);
    rw_buf_done(&text);
}

Test(rke2_journal, entries_hold_a_message_and_their_place)
{
    expect_entry("{\"__CURSOR\":\"s=1;i=2\",\"MESSAGE\":\"level=info msg=\\\"up\\\"\"}",
                 "level=info msg=\"up\"", "s=1;i=2");
    expect_entry("{\"__CURSOR\":\"s=1\",\"MESSAGE\":\"one\\ntwo\",\"_PID\":\"7\"}", "one\ntwo",
                 "s=1");
    expect_entry("{\"__CURSOR\":\"s=1\",\"MESSAGE\":[104,195,105,0,300,-1]}", "h\xc3i", "s=1");
    expect_entry("{\"__CURSOR\":\"s=1\",\"MESSAGE\":null}", "", "s=1");
    expect_entry("{\"__CURSOR\":\"s=1\"}", "", "s=1");
}

Test(rke2_journal, what_is_no_entry_changes_nothing)
{
    static const char *const lines[] = {"",
                                        "{",
                                        "[]",
                                        "7",
                                        "-- No entries --",
                                        "{\"MESSAGE\":\"x\"}",
                                        "{\"__CURSOR\":\"\",\"MESSAGE\":\"x\"}",
                                        "{\"__CURSOR\":7,\"MESSAGE\":\"x\"}"};
    for (size_t i = 0; i < RW_COUNT(lines); i++)
        expect_entry(lines[i], "", NULL);
}
