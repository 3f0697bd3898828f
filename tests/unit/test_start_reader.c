/* SPDX-License-Identifier: Apache-2.0 */
/* What is made of a journal while it grows: journals of real runs at the pace that they had, and
 * when a reason counts. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "rke2/start_reader.h"
#include "unit/helpers.h"

#define NAME    "rke2.example.com"
#define TOLD_S  25 /* a reason is reported after so many seconds at the latest */
#define RESTART "rke2-server.service: Scheduled restart job, restart counter is at 1."
#define FATAL   "level=fatal msg="
#define START   "level=info msg=\"Starting rke2 v1.34.9+rke2r1 (0123456789)\""
#define CERT    "x509: certificate is valid for kubernetes, not " NAME

/* The results of a journal so far. */
static struct seen {
    struct rw_start_reader reader;
    struct rw_buf progress; /* "text\n" … */
    int64_t told_s;         /* when the first finding was reported; -1: never */
    int64_t failed_s;
    struct rw_findings told;
    bool up;
} seen;

static void begin(enum rw_role role, const char *host)
{
    seen = (struct seen){.told_s = -1, .failed_s = -1};
    rw_start_reader_begin(&seen.reader, 0, role, host, NAME);
}

static void end(void)
{
    rw_start_reader_done(&seen.reader);
    rw_buf_done(&seen.progress);
    rw_findings_done(&seen.told);
}

static struct rw_start_reading take_reading(int64_t second, struct rw_start_reading reading)
{
    if (reading.progress)
        rw_buf_addf(&seen.progress, "%s\n", reading.progress);
    if (reading.finding && seen.told_s < 0)
        seen.told_s = second;
    if (reading.failed && seen.failed_s < 0)
        seen.failed_s = second;
    if (reading.finding)
        rw_findings_copy(&seen.told, reading.finding);
    seen.up |= reading.up;
    return reading;
}

static struct rw_start_reading hear_if(int64_t second, bool excused, const char *line)
{
    size_t length = strlen(line);
    char *copy = rw_malloc(length);
    memcpy(copy, line, length);
    struct rw_start_reading reading =
        rw_start_read(&seen.reader, second * 1000, excused, copy, length);
    free(copy);
    return take_reading(second, reading);
}

static struct rw_start_reading hear(const char *line)
{
    return hear_if(0, false, line);
}

static const struct rw_finding *last_told(void)
{
    cr_assert_gt(seen.told.count, 0, "nothing was reported");
    return &seen.told.items[seen.told.count - 1];
}

static void expect_fact(const char *words)
{
    char *fact = rw_finding_text(last_told(), RW_FINDING_FACT);
    cr_expect(strstr(fact, words), "no “%s” in “%s”", words, fact);
    free(fact);
}

/* ---- journals of real runs ---- */

/* Plays a journal, whose lines begin with the second, up to where a wait would end. */
static void play(const char *name)
{
    char *path = rw_asprintf("%s/%s.txt", in_sources("tests/unit/data/journals"), name);
    char *text = read_text(path);
    cr_assert_not_null(text, "%s is missing", path);
    const char *rest = text, *line;
    size_t length;
    while (seen.failed_s < 0 && rw_text_line(&rest, &line, &length)) {
        char *copy = rw_strndup(line, length), *after;
        long second = strtol(copy, &after, 10);
        cr_assert_eq(*after, ' ', "%s: %s", name, copy);
        hear_if(second, false, after + 1);
        free(copy);
    }
    free(text);
    free(path);
}

static const struct RW_ROW healthy {
    const char *name;
    enum rw_role role;
    const char *progress;
} healthies[] = {
    {.name = "ok-ha-m1",
     .role = RW_ROLE_SERVER,
     .progress = "starting\ncreating the cluster\nlooking for image archives\nwaiting for etcd\n"
                 "importing images\nkubelet started\n"
                 "etcd is up\nthe API server is up\n"},
    {.name = "ok-ha-m2",
     .role = RW_ROLE_SERVER,
     .progress = "starting\njoining the cluster\nlooking for image archives\nimporting images\n"
                 "kubelet started\njoining etcd\nwaiting for etcd\nwaiting for the API server\n"
                 "etcd is up\nthe API server is up\n"},
    {.name = "ok-ha-m3", .role = RW_ROLE_SERVER, .progress = NULL},
    {.name = "ok-136-ha-m1", .role = RW_ROLE_SERVER, .progress = NULL},
    {.name = "ok-ha-w1",
     .role = RW_ROLE_AGENT,
     .progress = "starting\nlooking for image archives\nimporting images\nkubelet started\n"},
};

Test(start_reader, calls_no_healthy_start_of_a_real_run_broken)
{
    for (size_t i = 0; i < RW_COUNT(healthies); i++) {
        begin(healthies[i].role, "ha-m1");
        play(healthies[i].name);
        cr_expect_eq(seen.told.count, 0, "%s: %s", healthies[i].name,
                     seen.told.count ? rw_finding_code(seen.told.items[0].id) : "");
        cr_expect(seen.up, "%s is not up", healthies[i].name);
        if (healthies[i].progress)
            cr_expect_str_eq(rw_buf_str(&seen.progress), healthies[i].progress, "%s:\n%s",
                             healthies[i].name, rw_buf_str(&seen.progress));
        cr_expect(strstr(rw_buf_str(&seen.progress), "kubelet started\n"), "%s", healthies[i].name);
        end();
    }
}

static const struct RW_ROW broken {
    const char *name;
    enum rw_role role;
    enum rw_finding_id finding;
    int64_t told_by_s, failed_by_s; /* -1: the journal is over before that */
    const char *fact;
    const char *kubelet; /* the last line of its log, or NULL */
} brokens[] = {
    {.name = "agent-token-wrong",
     .role = RW_ROLE_AGENT,
     .finding = RW_F_START_TOKEN,
     .told_by_s = 0,
     .failed_by_s = 16,
     .fact = "not authorized"},
    {.name = "agent-ca-hash-wrong",
     .role = RW_ROLE_AGENT,
     .finding = RW_F_START_CA_HASH,
     .told_by_s = 0,
     .failed_by_s = 4,
     .fact = "token CA hash does not match"},
    {.name = "agent-node-name-taken",
     .role = RW_ROLE_AGENT,
     .finding = RW_F_START_NODE_PASSWORD,
     .told_by_s = 2,
     .failed_by_s = 20,
     .fact = "The node name ha-m2 is already taken"},
    {.name = "agent-kubelet-argument",
     .role = RW_ROLE_AGENT,
     .finding = RW_F_START_KUBELET_FLAG,
     .told_by_s = 10,
     .failed_by_s = 20,
     .kubelet = "E1130 05:00:38.123456    4711 run.go:72] \"command failed\" err=\"failed to parse "
                "kubelet flag: unknown flag: --no-such-flag\"",
     .fact = "rejects an argument: failed to parse kubelet flag: unknown flag: --no-such-flag "
             "(" RW_KUBELET_LOG ")"},
    {.name = "agent-unknown-key",
     .role = RW_ROLE_AGENT,
     .finding = RW_F_START_UNKNOWN_KEY,
     .told_by_s = 0,
     .failed_by_s = -1,
     .fact = "RKE2 does not know the key “kubelet-argg”"},
    {.name = "agent-balancer-not-forwarding",
     .role = RW_ROLE_AGENT,
     .finding = RW_F_START_NO_SERVER,
     .told_by_s = 0,
     .failed_by_s = -1,
     .fact = "https://other.example.com:9345"},
    {.name = "server-token-wrong",
     .role = RW_ROLE_SERVER,
     .finding = RW_F_START_TOKEN,
     .told_by_s = 0,
     .failed_by_s = 0,
     .fact = "failed to bootstrap cluster data: not authorized"},
    {.name = "server-critical-differs",
     .role = RW_ROLE_SERVER,
     .finding = RW_F_START_CRITICAL,
     .told_by_s = 0,
     .failed_by_s = 11,
     .fact = "A setting differs between the servers: cluster-dns, service-cidr"},
    {.name = "server-kubelet-cgroup-136",
     .role = RW_ROLE_SERVER,
     .finding = RW_F_START_KUBELET_CGROUP,
     .told_by_s = 10,
     .failed_by_s = 20,
     .kubelet =
         "E1130 05:38:48.123456    4711 run.go:72] \"command failed\" err=\"failed to validate "
         "kubelet configuration, error: kubelet is configured to not run on a host using "
         "cgroup v1. cgroup v1 support is unsupported\"",
     .fact = "does not run on a host with cgroup v1: failed to validate kubelet configuration"},
};

Test(start_reader, names_the_reason_of_each_real_run_that_failed_within_seconds)
{
    for (size_t i = 0; i < RW_COUNT(brokens); i++) {
        const struct broken *b = &brokens[i];
        begin(b->role, "ha-w1");
        seen.reader.node = rw_strdup("ha-m2");
        if (b->kubelet)
            seen.reader.kubelet = rw_strdup(b->kubelet);
        play(b->name);
        cr_expect(seen.told_s >= 0 && seen.told_s <= b->told_by_s && seen.told_s <= TOLD_S,
                  "%s is reported after %ld s", b->name, (long)seen.told_s);
        cr_expect(b->failed_by_s < 0 ? seen.failed_s < 0
                                     : seen.failed_s >= 0 && seen.failed_s <= b->failed_by_s,
                  "%s fails after %ld s", b->name, (long)seen.failed_s);
        for (size_t k = 0; k < seen.told.count; k++)
            cr_expect_eq(seen.told.items[k].id, b->finding, "%s: %s", b->name,
                         rw_finding_code(seen.told.items[k].id));
        expect_fact(b->fact);
        end();
    }
}

Test(start_reader, a_service_that_is_up_with_a_key_that_rke2_ignores_has_not_failed)
{
    begin(RW_ROLE_AGENT, "ha-w1");
    play("agent-unknown-key");
    cr_expect(seen.up);
    cr_expect_eq(seen.told.count, 1);
    cr_expect_eq(last_told()->severity, RW_SEVERITY_WARN);
    end();
}

Test(start_reader, settings_that_differ_are_searched_for_by_the_command_to_paste)
{
    begin(RW_ROLE_SERVER, "ha-m2");
    hear("level=warning msg=\"critical configuration mismatched: ClusterDNS.slice[13]\"");
    hear("level=warning msg=\"critical configuration mismatched: ClusterIPRange.IP.slice[13]\"");
    hear("level=warning msg=\"critical configuration mismatched: ClusterDNS.slice[13]\"");
    hear(FATAL "\"critical configuration value mismatch between servers\"");
    cr_expect_str_eq(rw_finding_get(last_told(), "grep"), "-e cluster-dns -e cluster-cidr");
    end();
    begin(RW_ROLE_SERVER, "ha-m2");
    hear(FATAL "\"critical configuration value mismatch between servers\"");
    cr_expect_str_eq(rw_finding_get(last_told(), "grep"), "-e cidr -e cluster-");
    end();
}

/* ---- what only the logs of the host say ---- */

#define SANDBOX                                                                                    \
    "time=\"2026-11-30T05:38:33.123456789Z\" level=error msg=\"RunPodSandbox for "                 \
    "&PodSandboxMetadata{Name:etcd-ha-m1,Uid:0,Namespace:kube-system,Attempt:0,} failed, error\" " \
    "error=\"failed to pull image: pull access denied, repository does not exist\""
#define NOT_SYNCED "level=info msg=\"Pod for etcd not synced (pod sandbox not found), retrying\""

/* As a run does it: the logs are looked at whenever it is due; gives whether they were. */
static bool look(int64_t second, const char *key, const char *line)
{
    if (rw_start_look_due(&seen.reader, second * 1000) != 0)
        return false;
    rw_start_looking(&seen.reader, second * 1000);
    struct rw_log_reason reason = {0};
    if (line)
        rw_log_reason_add(&reason, key, line);
    take_reading(second, rw_start_hidden(&seen.reader, second * 1000, false, &reason));
    rw_log_reason_done(&reason);
    return true;
}

/* A journal that says only that it waits, from the start of the kubelet on. */
static void stand_still(int64_t until_s, const char *line)
{
    begin(RW_ROLE_SERVER, "ha-m1");
    hear(START);
    hear_if(12, false, "level=info msg=\"Running kubelet --x\"");
    for (int64_t second = 12; second <= until_s && seen.failed_s < 0; second++) {
        if (second % 20 == 5)
            hear_if(second, false, NOT_SYNCED);
        look(second, "containerd", line);
    }
}

Test(start_reader, a_start_that_stands_still_is_explained_by_the_logs_of_the_host_within_seconds)
{
    stand_still(200, SANDBOX);
    cr_expect_eq(seen.told_s, 12 + RW_READER_STALL_S);
    cr_expect_leq(seen.told_s - 12, TOLD_S);
    cr_expect_eq(seen.failed_s, 12 + 3 * RW_READER_STALL_S, "%ld", (long)seen.failed_s);
    expect_fact("rejects the request: etcd-ha-m1: failed to pull image: pull access denied");
    expect_fact(RW_CONTAINERD_LOG);
    cr_expect_str_eq(rw_finding_get(last_told(), "file"), RW_CONTAINERD_LOG);
    cr_expect_eq(last_told()->id, RW_F_START_IMAGE_DENIED);
    end();
}

Test(start_reader, what_may_pass_is_told_from_the_logs_and_fails_nothing)
{
    stand_still(600, "time=\"2026-11-30T05:38:33Z\" level=info msg=\"fetch failed\" error=\"dial "
                     "tcp: lookup registry.example.com: no such host\"");
    cr_expect_eq(seen.told.count, 1);
    cr_expect_eq(last_told()->id, RW_F_START_IMAGE);
    cr_expect_lt(seen.failed_s, 0);
    cr_expect_not_null(rw_start_reason(&seen.reader));
    hear_if(601, false, "level=info msg=\"Connection to etcd is ready\"");
    cr_expect_null(rw_start_reason(&seen.reader));
    end();
}

Test(start_reader, nothing_is_looked_for_while_it_gets_on_or_a_reason_is_known)
{
    begin(RW_ROLE_SERVER, "ha-m1");
    hear_if(0, false, START);
    cr_expect_eq(rw_start_look_due(&seen.reader, 1000), (RW_READER_STALL_S - 1) * 1000);
    hear_if(15, false, "level=info msg=\"Running kubelet --x\"");
    cr_expect_not(look(30, "containerd", SANDBOX));
    hear_if(31, false, FATAL "\"token must not be empty\"");
    cr_expect_eq(rw_start_look_due(&seen.reader, 90000), -1);
    end();
}

Test(start_reader, an_answer_that_comes_after_it_got_on_is_no_reason)
{
    begin(RW_ROLE_SERVER, "ha-m1");
    struct rw_log_reason reason = {0};
    rw_log_reason_add(&reason, "containerd", SANDBOX);
    hear_if(21, false, "level=info msg=\"Running kubelet --x\"");
    struct rw_start_reading reading = rw_start_hidden(&seen.reader, 22000, false, &reason);
    cr_expect_null(reading.finding);
    rw_log_reason_done(&reason);
    end();
}

Test(start_reader, the_logs_of_a_healthy_start_that_is_slow_are_no_reason)
{
    static const char *const lines[][2] = {
        {"kubelet",
         "E1130 05:38:33.1 4711 kubelet_node_status.go:107] \"Unable to register node with "
         "API server\" err=\"dial tcp 127.0.0.1:6443: connect: connection refused\""},
        {"kubelet", "E1130 05:38:33.1 4711 pod_workers.go:1301] \"Error syncing pod, skipping\" "
                    "err=\"failed to StartContainer: CrashLoopBackOff\""},
        {"containerd", "time=\"2026-11-30T05:38:33Z\" level=error msg=\"failed to reload cni "
                       "configuration\" error=\"cni config load failed: no network config found\""},
        {"containerd", "time=\"2026-11-30T05:38:33Z\" level=error msg=\"RunPodSandbox for "
                       "&PodSandboxMetadata{Name:coredns,} failed, error\" error=\"failed to setup "
                       "network for sandbox: cni plugin not initialized\""},
        {"active", "active"},
    };
    for (size_t i = 0; i < RW_COUNT(lines); i++) {
        begin(RW_ROLE_SERVER, "ha-m1");
        cr_expect(look(RW_READER_STALL_S, lines[i][0], lines[i][1]));
        cr_expect_eq(seen.told.count, 0, "%s", lines[i][1]);
        end();
    }
}

Test(start_reader, a_kubelet_that_exits_is_reported_when_its_own_words_are_known)
{
    static const char exited[] = "level=error msg=\"Kubelet exited: exit status 1\"";
    begin(RW_ROLE_SERVER, "ha-m1");
    hear(START);
    hear_if(10, false, exited);
    cr_expect_eq(seen.told.count, 0);
    seen.reader.kubelet =
        rw_strdup("E1130 05:38:48.1 1 run.go:72] \"command failed\" err=\"unknown "
                  "flag: --x\"");
    hear_if(15, false, exited);
    cr_expect_eq(last_told()->id, RW_F_START_KUBELET_FLAG);
    cr_expect_eq(last_told()->severity, RW_SEVERITY_WARN);
    end();
    begin(RW_ROLE_SERVER, "ha-m1");
    hear_if(10, false, exited);
    hear_if(15, false, exited);
    cr_expect_eq(last_told()->id, RW_F_START_KUBELET);
    hear_if(20, false, exited);
    cr_expect_eq(seen.failed_s, 20);
    end();
}

Test(start_reader, a_kubelet_that_dies_under_a_unit_that_is_up_is_a_reason)
{
    begin(RW_ROLE_AGENT, "ha-w1");
    seen.reader.kubelet =
        rw_strdup("E1130 05:38:48.1 4711 run.go:72] \"command failed\" err=\"kubelet "
                  "is configured to not run on a host using cgroup v1\"");
    hear(START);
    hear_if(10, false, "level=info msg=\"Running kubelet --x\"");
    hear_if(25, false, "level=info msg=\"rke2 agent is up and running\"");
    cr_expect(seen.up);
    for (int64_t second = 30; second <= 40; second += 5)
        hear_if(second, false, "level=error msg=\"Kubelet exited: exit status 1\"");
    cr_expect_eq(seen.failed_s, 40);
    cr_expect_eq(last_told()->id, RW_F_START_KUBELET_CGROUP);
    end();
}

Test(start_reader, a_unit_that_is_up_with_a_node_that_is_not_ready_is_looked_into)
{
    begin(RW_ROLE_AGENT, "ha-w1");
    hear(START);
    hear_if(25, false, "level=info msg=\"rke2 agent is up and running\"");
    cr_expect_not(look(44, "containerd", SANDBOX));
    cr_expect(look(45, "containerd", SANDBOX));
    cr_expect_eq(last_told()->id, RW_F_START_IMAGE_DENIED);
    end();
}

/* ---- whose line it is ---- */

Test(start_reader, a_stranger_that_is_turned_away_is_no_reason)
{
    begin(RW_ROLE_SERVER, "ha-m1");
    for (int i = 0; i < 5; i++) {
        hear("level=error msg=\"Failed to authenticate request from 192.0.2.9:4711: verifying "
             "certificate failed: x509: certificate has expired or is not yet valid: current "
             "time\"");
        hear("level=error msg=\"Sending HTTP/1.1 401 response to 192.0.2.9:4711: not authorized\"");
        hear("level=info msg=\"http: TLS handshake error from 192.0.2.9: x509: certificate signed "
             "by "
             "unknown authority\"");
        hear("level=error msg=\"Remotedialer proxy error: " CERT "\"");
    }
    cr_expect_eq(seen.told.count, 0);
    end();
}

Test(start_reader, a_certificate_of_the_registry_is_not_one_of_the_cluster)
{
    static const char *const reasons[] = {
        CERT,
        "x509: certificate has expired or is not yet valid: current time",
        "x509: certificate signed by unknown authority",
    };
    for (size_t i = 0; i < RW_COUNT(reasons); i++) {
        begin(RW_ROLE_AGENT, "ha-w1");
        char *line = rw_asprintf(FATAL "\"preparing server: failed to get runtime image "
                                       "registry.example.com/rancher/rke2-runtime: Get "
                                       "\\\"https://registry.example.com/v2/\\\": %s\"",
                                 reasons[i]);
        for (int k = 0; k < 3; k++)
            hear(line);
        cr_expect_eq(last_told()->id, RW_F_START_REGISTRY_CERT, "%s", line);
        cr_expect(seen.failed_s == 0);
        free(line);
        end();
    }
}

Test(start_reader, an_x509_line_of_a_fatal_snapshot_store_is_no_lack_of_a_name)
{
    begin(RW_ROLE_SERVER, "ha-m1");
    hear(FATAL "\"failed to test for existence of bucket: " CERT "\"");
    cr_expect_eq(seen.told.count, 0);
    end();
}

/* ---- how long it counts ---- */

#define HASH                                                                                       \
    "level=error msg=\"Failed to validate connection to cluster at https://" NAME                  \
    ":9345: token CA hash does not match the Cluster CA certificate hash: a != b\""

Test(start_reader, a_step_beyond_takes_a_cause_back)
{
    begin(RW_ROLE_AGENT, "ha-w1");
    hear(START);
    hear(HASH);
    hear(HASH);
    hear("level=info msg=\"Running kubelet --x\"");
    cr_expect_null(rw_start_reason(&seen.reader));
    hear(HASH);
    hear(HASH);
    cr_expect_lt(seen.failed_s, 0);
    hear(HASH);
    cr_expect_eq(seen.failed_s, 0);
    end();
}

Test(start_reader, the_same_steps_after_a_restart_take_nothing_back)
{
    begin(RW_ROLE_SERVER, "ha-m2");
    for (int i = 0; i < 3; i++) {
        cr_expect_lt(seen.failed_s, 0);
        hear(START);
        hear("level=info msg=\"Managed etcd cluster not yet initialized\"");
        hear(FATAL "\"Error: preparing server: token must not be empty\"");
        hear(RESTART);
    }
    cr_expect_eq(seen.failed_s, 0);
    cr_expect_eq(last_told()->id, RW_F_START_TOKEN_FORM);
    end();
}

Test(start_reader, what_others_are_at_fault_for_is_told_and_not_counted)
{
    begin(RW_ROLE_AGENT, "ha-w1");
    for (int i = 0; i < 9; i++) {
        hear_if(i * 60, true, HASH);
        hear_if(i * 60, true, RESTART);
    }
    cr_expect_eq(seen.told.count, 1);
    cr_expect_lt(seen.failed_s, 0);
    end();
}

/* ---- ends of the service ---- */

static void live_once(const char *words)
{
    hear(START);
    if (words)
        hear(words);
    hear("rke2-server.service: Main process exited, code=exited, status=2/INVALIDARGUMENT");
    hear("rke2-server.service: Failed with result 'exit-code'.");
    hear("Failed to start rke2-server.service - Rancher Kubernetes Engine v2 (server).");
    hear(RESTART);
    hear("Stopped rke2-server.service - Rancher Kubernetes Engine v2 (server).");
    hear("Starting rke2-server.service - Rancher Kubernetes Engine v2 (server)...");
}

Test(start_reader, a_service_that_keeps_exiting_is_told_with_its_own_last_words)
{
    begin(RW_ROLE_SERVER, "ha-m1");
    for (int i = 0; i < 5; i++)
        live_once("panic: out of luck");
    cr_expect_eq(last_told()->id, RW_F_START_CRASH_LOOP);
    cr_expect_eq(seen.failed_s, 0);
    cr_expect_str_eq(rw_finding_get(last_told(), "line"), "panic: out of luck");
    cr_expect_str_eq(rw_finding_get(last_told(), "exit"), "2/INVALIDARGUMENT");
    end();
}

Test(start_reader, fatal_words_are_not_covered_by_what_is_said_after_them)
{
    begin(RW_ROLE_SERVER, "ha-m1");
    for (int i = 0; i < 2; i++) {
        hear(FATAL "\"something new\"");
        live_once("level=info msg=\"Shutdown complete\"");
    }
    cr_expect_str_eq(rw_finding_get(last_told(), "line"), "something new");
    end();
}

Test(start_reader, ends_that_waiting_explains_do_not_count)
{
    static const char *const waits[] = {
        FATAL "\"Error: preparing server: failed to get CA certs: Get \\\"https://" NAME
              ":9345/cacerts\\\": dial tcp 192.0.2.1:9345: connect: connection refused\"",
        FATAL "\"Error: preparing server: failed to bootstrap cluster data: Get \\\"https://" NAME
              ":9345/v1-rke2/server-bootstrap\\\": dial tcp 192.0.2.1:9345: i/o timeout\"",
        FATAL "\"Error: preparing server: failed to bootstrap cluster data: Get \\\"https://" NAME
              ":9345/v1-rke2/server-bootstrap\\\": net/http: TLS handshake timeout\"",
        FATAL "\"Error: preparing server: failed to bootstrap cluster data: apiserver not ready\"",
        FATAL "\"Error: preparing server: failed to bootstrap cluster data: https://" NAME
              ":9345/v1-rke2/server-bootstrap: 429 Too Many Requests\"",
        FATAL "\"preparing server: failed to get runtime image x: TOOMANYREQUESTS: slow down\"",
    };
    for (size_t i = 0; i < RW_COUNT(waits); i++) {
        begin(RW_ROLE_SERVER, "ha-m2");
        for (int64_t second = 0; second < 45; second += 5) {
            hear_if(second, false, START);
            hear_if(second, false, waits[i]);
            hear_if(second, false, RESTART);
        }
        cr_expect_lt(seen.failed_s, 0, "%s", waits[i]);
        cr_expect_eq(seen.told.count, 1, "%s", waits[i]);
        cr_expect_eq(last_told()->severity, RW_SEVERITY_WARN);
        end();
    }
}

Test(start_reader, no_server_for_two_minutes_is_a_failure_that_names_whom_the_node_asked)
{
    begin(RW_ROLE_AGENT, "ha-w1");
    for (int64_t second = 0; second <= 130; second += 2)
        hear_if(second, false,
                "level=error msg=\"Failed to validate connection to cluster at "
                "https://other.example.com:9345: failed to get CA certs: Get "
                "\\\"https://127.0.0.1:6444/cacerts\\\": EOF\"");
    cr_expect_eq(seen.failed_s, 120);
    cr_expect_eq(last_told()->id, RW_F_START_NO_SERVER);
    cr_expect_str_eq(rw_finding_get(last_told(), "name"), "other.example.com");
    end();
}

/* ---- the words in the words ---- */

static void expect_setting(const char *text, const char *key)
{
    char *found = rw_journal_setting(text);
    cr_expect_str_eq(found, key, "%s: %s", text, found);
    free(found);
}

Test(start_reader, a_place_in_the_structures_of_rke2_is_a_key)
{
    static const struct RW_ROW place {
        const char *path, *key;
    } places[] = {
        {.path = "ClusterIPRange.IP.slice[13]", .key = "cluster-cidr"},
        {.path = "ClusterIPRanges.slice[0].IP.slice[13]", .key = "cluster-cidr"},
        {.path = "ServiceIPRange.IP.slice[13]", .key = "service-cidr"},
        {.path = "ServiceIPRanges.slice[0].IP.slice[13]", .key = "service-cidr"},
        {.path = "ClusterDNS.slice[13]", .key = "cluster-dns"},
        {.path = "ClusterDNSs.slice[0].slice[13]", .key = "cluster-dns"},
        {.path = "ClusterDomain", .key = "cluster-domain"},
        {.path = "DisableCCM", .key = "disable-cloud-controller"},
        {.path = "EncryptSecrets", .key = "secrets-encryption"},
        {.path = "EncryptProvider", .key = "secrets-encryption-provider"},
        {.path = "EmbeddedRegistry", .key = "embedded-registry"},
        {.path = "EgressSelectorMode", .key = "egress-selector-mode"},
        {.path = "SupervisorMetrics", .key = "supervisor-metrics"},
        {.path = "SomethingNew.IP", .key = "SomethingNew.IP"},
        {.path = "--cluster-cidr", .key = "cluster-cidr"},
    };
    for (size_t i = 0; i < RW_COUNT(places); i++) {
        char *text = rw_asprintf("critical configuration mismatched: %s", places[i].path);
        expect_setting(text, places[i].key);
        free(text);
    }
    expect_setting("Unknown flag --kubelet-argg found in config.yaml, skipping ", "kubelet-argg");
    expect_setting("something else", "");
}

static void expect_asked(const char *text, const char *host)
{
    char *found = rw_journal_asked(text);
    cr_expect(host ? found && strcmp(found, host) == 0 : !found, "%s: %s", text, found);
    free(found);
}

Test(start_reader, a_complaint_names_whom_the_node_asked)
{
    expect_asked("at https://other.lan:9345: Get \"https://127.0.0.1:6444/cacerts\"", "other.lan");
    expect_asked("Get \"https://127.0.0.1:6444/cacerts\": EOF", NULL);
    expect_asked("Get \"https://[2001:db8::1]:9345/cacerts\"", "[2001:db8::1]");
    expect_asked("Get \"https://192.0.2.1/v2/\"", "192.0.2.1");
    expect_asked("https://", NULL);
    expect_asked("", NULL);
}

Test(start_reader, an_end_says_how_the_process_exited)
{
    static const struct RW_ROW ended {
        const char *text, *how;
    } ends[] = {
        {.text = "x: Main process exited, code=exited, status=1/FAILURE", .how = "1/FAILURE"},
        {.text = "x: Main process exited, code=killed, status=9/KILL", .how = "9/KILL"},
        {.text = "x: Main process exited", .how = "?"},
    };
    for (size_t i = 0; i < RW_COUNT(ends); i++) {
        char *how = rw_journal_exit(ends[i].text);
        cr_expect_str_eq(how, ends[i].how);
        free(how);
    }
}

/* ---- servers that join together ---- */

#define LEARNER                                                                                    \
    "level=info msg=\"Waiting for other members to finish joining etcd cluster: etcdserver: too "  \
    "many learner members in cluster\""

Test(start_reader, a_server_that_queues_behind_another_one_is_in_no_trouble)
{
    begin(RW_ROLE_SERVER, "ha-m3");
    for (int second = 0; second < 300; second += 3)
        hear_if(second, false, LEARNER);
    cr_expect_eq(seen.told.count, 0);
    cr_expect_str_eq(rw_buf_str(&seen.progress), "waiting until another server has joined etcd\n");
    hear_if(300, false, LEARNER);
    cr_expect_eq(last_told()->id, RW_F_START_LEARNER);
    cr_expect_eq(last_told()->severity, RW_SEVERITY_WARN);
    cr_expect_eq(seen.failed_s, -1);
    end();
}

Test(start_reader, a_release_that_ends_behind_another_learner_is_told_at_once)
{
    begin(RW_ROLE_SERVER, "ha-m3");
    hear(FATAL "\"ETCD join failed: etcdserver: too many learner members in cluster\"");
    cr_expect_eq(last_told()->id, RW_F_START_LEARNER);
    end();
}
