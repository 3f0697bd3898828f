/* SPDX-License-Identifier: Apache-2.0 */
/* The logs of the kubelet, of containerd and of containers: causes, and reasons that may pass. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rke2/host_logs.h"

#define FAILED(error)                                                                              \
    "time=\"2026-11-30T05:38:33.123456789Z\" level=error msg=\"RunPodSandbox for "                 \
    "&PodSandboxMetadata{Name:etcd-ha-m1,Uid:1,Namespace:kube-system,Attempt:0,} failed, error\" " \
    "error=\"" error "\""
#define KUBELET(error)                                                                             \
    "E1130 05:38:33.123456    4711 run.go:72] \"command failed\" err=\"" error "\""

static const struct RW_ROW known {
    const char *key, *line;
    enum rw_line_kind kind;
    enum rw_finding_id finding;
    const char *words;
} knowns[] = {
    {.key = "kubelet",
     .line = KUBELET("failed to parse kubelet flag: unknown flag: --x"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_KUBELET_FLAG,
     .words = "failed to parse kubelet flag: unknown flag: --x (" RW_KUBELET_LOG ")"},
    {.key = "kubelet",
     .line = KUBELET("kubelet is configured to not run on a host using cgroup v1"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_KUBELET_CGROUP},
    {.key = "kubelet",
     .line = KUBELET("failed to get cgroup: no such file"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_CGROUP},
    {.key = "kubelet",
     .line = KUBELET("listen tcp 0.0.0.0:10250: bind: address already in use"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_PORT_USED},
    {.key = "kubelet",
     .line = KUBELET("something new"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_KUBELET,
     .words = "something new (" RW_KUBELET_LOG ")"},
    {.key = "containerd",
     .line =
         FAILED("failed to pull image \\\"x\\\": pull access denied, repository does not exist"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_IMAGE_DENIED,
     .words = "etcd-ha-m1: failed to pull image \"x\": pull access denied, repository does not "
              "exist (" RW_CONTAINERD_LOG ")"},
    {.key = "containerd",
     .line = FAILED("unexpected status from HEAD request: 401 Unauthorized"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_IMAGE_DENIED},
    {.key = "containerd",
     .line = FAILED("failed to pull and unpack image: failed to resolve reference: x: not found"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_IMAGE_ABSENT},
    {.key = "containerd",
     .line = FAILED("failed to pull image: tls: x509: certificate signed by unknown authority"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_REGISTRY_CERT},
    {.key = "containerd",
     .line = FAILED("write /var/lib/x: no space left on device"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_DISK_FULL},
    {.key = "containerd",
     .line = FAILED("OCI runtime create failed: runc create failed: unable to apply cgroup"),
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_OCI},
    {.key = "containerd",
     .line = FAILED("failed to pull image: dial tcp: lookup index.docker.io: no such host"),
     .kind = RW_LINE_WAIT,
     .finding = RW_F_START_IMAGE},
    {.key = "containerd",
     .line = "time=\"2026-11-30T05:38:33Z\" level=info msg=\"fetch failed\" error=\"EOF\" "
             "host=registry.example.com",
     .kind = RW_LINE_WAIT,
     .finding = RW_F_START_IMAGE,
     .words = "EOF (" RW_CONTAINERD_LOG ")"},
    {.key = "containerd",
     .line = FAILED("something new"),
     .kind = RW_LINE_WAIT,
     .finding = RW_F_START_SANDBOX,
     .words = "etcd-ha-m1: something new (" RW_CONTAINERD_LOG ")"},
    {.key = "ended",
     .line = "etcd-ha-m1 /var/log/pods/x/etcd/2.log 2 listen tcp: bind: address already in use",
     .kind = RW_LINE_CAUSE,
     .finding = RW_F_START_PORT_USED},
    {.key = "ended",
     .line = "etcd-ha-m1 /var/log/pods/x/etcd/2.log 2 panic: something new",
     .kind = RW_LINE_WAIT,
     .finding = RW_F_START_CONTAINER,
     .words = "etcd-ha-m1: panic: something new (/var/log/pods/x/etcd/2.log)"},
    {.key = "ended",
     .line = "etcd-ha-m1",
     .kind = RW_LINE_WAIT,
     .finding = RW_F_START_CONTAINER,
     .words = "etcd-ha-m1:  (?)"},
};

Test(host_logs, known_words_have_their_finding_and_others_are_shown_as_they_are)
{
    for (size_t i = 0; i < RW_COUNT(knowns); i++) {
        struct rw_log_reason reason = {0};
        rw_log_reason_add(&reason, knowns[i].key, knowns[i].line);
        cr_expect_eq(reason.kind, knowns[i].kind, "%s", knowns[i].line);
        cr_expect_eq(reason.finding, knowns[i].finding, "%s: %s", knowns[i].line,
                     rw_finding_code(reason.finding));
        if (knowns[i].words)
            cr_expect_str_eq(reason.words, knowns[i].words);
        rw_log_reason_done(&reason);
    }
}

Test(host_logs, a_cause_is_told_before_what_may_pass)
{
    struct rw_log_reason reason = {0};
    rw_log_reason_add(&reason, "containerd", FAILED("no space left on device"));
    rw_log_reason_add(&reason, "containerd", FAILED("something new"));
    rw_log_reason_add(&reason, "kubelet", "E1130 05:38:33.1 4711 x.go:1] \"something else\"");
    cr_expect_eq(reason.finding, RW_F_START_DISK_FULL);
    rw_log_reason_add(&reason, "kubelet", KUBELET("unknown flag: --x"));
    cr_expect_eq(reason.finding, RW_F_START_KUBELET_FLAG);
    rw_log_reason_done(&reason);
}
