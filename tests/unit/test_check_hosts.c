/* SPDX-License-Identifier: Apache-2.0 */
/* The requirements of a host: the document's four hosts (three servers, one agent), their reports,
 * and what is made of it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/host_judge.h"
#include "plan/node_scripts.h"
#include "rke2/local_ports.h"
#include "rke2/needs.h"
#include "unit/helpers.h"

#define HOSTS   4
#define SENT    INT64_C(1700000000000) /* the console's clock, ms */
#define ARRIVED (SENT + 400)

/* A host that is as it should be; {n} is its number. */
static const char *const good =
    "clock_begin=1700000000100000000\n"
    "hostname=ha-m{n}\n"
    "machine_id=0123456789abcdef0123456789abcde{n}\n"
    "kernel=6.1.0-28-amd64\n"
    "arch=x86_64\n"
    "os=Debian GNU/Linux 12 (bookworm)\n"
    "os_id=debian\n"
    "systemd=yes\n"
    "packager=apt-get\n"
    "tool.curl=yes\ntool.wget=yes\ntool.tar=yes\ntool.gzip=yes\ntool.sha256sum=yes\n"
    "tool.awk=yes\ntool.grep=yes\ntool.sed=yes\ntool.tr=yes\ntool.mktemp=yes\ntool.id=yes\n"
    "tool.uname=yes\ntool.cut=yes\ntool.head=yes\ntool.cmp=yes\ntool.base64=yes\n"
    "tool.stat=yes\ntool.sync=yes\ntool.iptables=yes\ntool.apparmor_parser=yes\n"
    "tools=read\n"
    "cpus=8\n"
    "memory_kib=16384000\n"
    "swap_kib=0\n"
    "mount.data=/ ext4 rw,relatime\n"
    "mount.kubelet=/ ext4 rw,relatime\n"
    "mount.program=/ ext4 rw,relatime\n"
    "rotational=0\n"
    "folder=/var/lib\nfolder=/tmp\nfolder=/usr/local\nfolder=/opt\n"
    "space=314572800 209715200\nspace=4194304 4194304\n"
    "space=314572800 209715200\nspace=314572800 209715200\n"
    "sync_writes=99\nsync_p99_us=2100\nsync_median_us=800\n"
    "cgroup_v2=cpuset cpu io memory pids\n"
    "modules=read\n"
    "selinux=off\n"
    "apparmor=Y\n"
    "unit.ufw.service=inactive disabled\n"
    "unit.chrony.service=active enabled\n"
    "unit.rke2-server.service=inactive disabled\n"
    "units=read\n"
    "time_synced=yes\n"
    "routes=read\n"
    "route=00000000 00000000 0003 eth0\n"
    "route=00CDA8C0 00FFFFFF 0001 eth0\n"
    "own=192.168.205.8{a} eth0\n"
    "resolver=192.168.205.2\nresolvers=read\n"
    "listeners=read\n"
    "url=yes curl 200 https://get.rke2.io\n"
    "url=yes curl 401 https://index.docker.io/v2/\n"
    "traces=read\n"
    "clock_end=1700000000390000000\n";

static struct rw_cluster *cluster;
static struct rw_requirements requirements;
static struct rw_host_facts facts[HOSTS];
static struct rw_host_verdicts verdicts;
static char *texts[HOSTS];

/* ---- building ---- */

static char *fill(const char *text, const char *name, const char *value)
{
    struct rw_buf out = {0};
    for (const char *at = text; *at;) {
        if (rw_text_starts(at, name)) {
            rw_buf_adds(&out, value);
            at += strlen(name);
        } else {
            rw_buf_addc(&out, *at++);
        }
    }
    return rw_buf_take(&out);
}

static void start(void)
{
    for (int i = 0; i < HOSTS; i++) {
        char number[] = {(char)('1' + i), '\0'}, address[] = {(char)('5' + i), '\0'};
        char *numbered = fill(good, "{n}", number);
        free(texts[i]);
        texts[i] = fill(numbered, "{a}", address);
        free(numbered);
    }
    char *agent = fill(texts[3], "hostname=ha-m4", "hostname=ha-w1");
    free(texts[3]);
    texts[3] = agent;
}

static void set_up(void)
{
    cluster = demo_cluster();
    rw_requirements_init(&requirements);
    start();
}

static void forget(void)
{
    rw_host_verdicts_done(&verdicts);
    for (int i = 0; i < HOSTS; i++)
        rw_host_facts_done(&facts[i]);
}

static void tear_down(void)
{
    forget();
    for (int i = 0; i < HOSTS; i++) {
        free(texts[i]);
        texts[i] = NULL;
    }
    rw_requirements_done(&requirements);
    rw_cluster_free(cluster);
}

TestSuite(check_hosts, .init = set_up, .fini = tear_down);

/* The host does not print the lines that begin like this. */
static void drop(int host, const char *beginning)
{
    struct rw_buf out = {0};
    const char *cursor = texts[host], *line;
    for (size_t length; rw_text_line(&cursor, &line, &length);)
        if (!rw_text_starts(line, beginning))
            rw_buf_addf(&out, "%.*s\n", (int)length, line);
    free(texts[host]);
    texts[host] = rw_buf_take(&out);
}

static void tell(int host, const char *line)
{
    char *text = rw_asprintf("%s%s\n", texts[host], line);
    free(texts[host]);
    texts[host] = text;
}

/* Prints this in the place of the lines with the same key. */
static void change(int host, const char *line)
{
    char *key = rw_strndup(line, strcspn(line, "=") + 1);
    drop(host, key);
    free(key);
    tell(host, line);
}

static void judge(void)
{
    forget();
    for (int i = 0; i < HOSTS; i++) {
        struct rw_reply reply = {0};
        rw_reply_parse(&reply, texts[i], strlen(texts[i]));
        facts[i].sent_ms = SENT;
        facts[i].arrived_ms = ARRIVED;
        rw_host_facts_read(&facts[i], &reply);
        rw_reply_done(&reply);
    }
    rw_hosts_judge(&verdicts, cluster, &requirements, facts);
}

/* ---- asking ---- */

/* "R-12 ha-m1 fail, …" in order. */
static char *summary(const struct rw_findings *findings)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        rw_buf_addf(&out, "%s%s%s%s %s", out.len ? ", " : "", rw_finding_code(finding->id),
                    finding->host ? " " : "", finding->host ? finding->host : "",
                    rw_severity_name(finding->severity));
    }
    return out.len ? rw_buf_take(&out) : rw_strdup("");
}

static void expect_findings(const char *expected)
{
    char *found = summary(&verdicts.findings);
    cr_expect_str_eq(found, expected);
    free(found);
}

static void expect_part(const struct rw_finding *finding, enum rw_finding_part part,
                        const char *expected)
{
    char *text = rw_finding_text(finding, part);
    cr_expect_str_eq(text, expected);
    free(text);
}

/* Every text of the finding has all its parameters. */
static void expect_complete(const struct rw_finding *finding)
{
    for (int part = RW_FINDING_FACT; part <= RW_FINDING_SAME_AS; part++) {
        char *text = rw_finding_text(finding, (enum rw_finding_part)part);
        cr_expect(!strchr(text, '?') && !strchr(text, '{'), "%s: %s", rw_finding_code(finding->id),
                  text);
        free(text);
    }
}

static const struct rw_host_row *row(size_t host, enum rw_check_id check)
{
    for (size_t i = 0; i < verdicts.row_count; i++)
        if (verdicts.rows[i].host == host && verdicts.rows[i].check == check)
            return &verdicts.rows[i];
    cr_assert_fail("no row for %s of host %zu", rw_check_name(check), host);
    return NULL;
}

static void expect_row(size_t host, enum rw_check_id check, enum rw_severity severity,
                       const char *found, const char *needed)
{
    const struct rw_host_row *r = row(host, check);
    cr_expect_eq(r->severity, severity, "%s is %s", rw_check_name(check),
                 rw_severity_name(r->severity));
    cr_expect_str_eq(r->found, found);
    cr_expect_str_eq(r->needed, needed);
    cr_expect_eq(r->finding >= 0, severity > RW_SEVERITY_UNKNOWN || (severity && r->required));
}

/* ---- what is right ---- */

Test(check_hosts, good_hosts_have_rows_and_nothing_else)
{
    judge();
    expect_findings("");
    cr_expect(rw_host_verdicts_pass(&verdicts));
    expect_row(0, RW_CHECK_MEMORY, RW_SEVERITY_OK, "15.6 GiB", "at least 16 GiB");
    expect_row(0, RW_CHECK_CPU, RW_SEVERITY_OK, "8", "at least 8");
    expect_row(0, RW_CHECK_DISK_LATENCY, RW_SEVERITY_OK, "2.1 ms", "at most 10 ms");
    expect_row(3, RW_CHECK_LOCAL_PORTS, RW_SEVERITY_OK, "free",
               "6443 6444 10010 10248 10249 10256");
    cr_expect_str_eq(row(0, RW_CHECK_MEMORY)->source, "production deployment guide");
    cr_expect_str_eq(rw_host_row_label(row(0, RW_CHECK_MEMORY)), "memory");
    for (size_t i = 0; i < verdicts.row_count; i++)
        cr_expect(verdicts.rows[i].check != RW_CHECK_DISK_LATENCY || verdicts.rows[i].host < 3,
                  "etcd is on servers alone");
}

Test(check_hosts, every_check_has_a_row_on_a_server)
{
    judge();
    for (int check = 0; check < RW_CHECK_COUNT; check++)
        if (check != RW_CHECK_ARTIFACTS) /* only where RKE2 comes from a folder */
            row(0, (enum rw_check_id)check);
}

/* ---- what is wrong: every finding ---- */

/* The room in /var/lib, /tmp, /usr/local and /opt, in KiB: all and free. */
#define ROOM(data, tmp, program)                                                                   \
    "space=" data "\nspace=" tmp "\nspace=" program "\nspace=314572800 209715200"
#define MUCH "314572800 209715200"

/* One thing that is wrong on ha-m1. */
static const struct wrong {
    const char *code;
    enum rw_severity severity;
    const char *change; /* a line in the place of those with its key, or NULL */
    const char *drop;   /* lines that begin like this are left out, or NULL */
    const char *fact;
} wrongs[] = {
    {"R-02", RW_SEVERITY_UNKNOWN, NULL, "cpus=", "Could not determine: processors."},
    {"R-10", RW_SEVERITY_FAIL, "cpus=1", NULL,
     "The number of processors is 1; at least 2 are required."},
    {"R-11", RW_SEVERITY_WARN, "cpus=2", NULL,
     "The number of processors is 2; at least 8 are recommended for production."},
    {"R-12", RW_SEVERITY_FAIL, "memory_kib=3670016", NULL,
     "The host has 3.5 GiB of memory; at least 4 GiB is required."},
    {"R-13", RW_SEVERITY_WARN, "memory_kib=3870000", NULL,
     "The host has 3.6 GiB of memory; at least 16 GiB is recommended for production."},
    {"R-14", RW_SEVERITY_FAIL, ROOM("314572800 4194304", MUCH, MUCH), NULL,
     "/var/lib has 4 GiB free; at least 5 GiB is required."},
    {"R-14", RW_SEVERITY_WARN, ROOM("314572800 8388608", MUCH, MUCH), NULL,
     "/var/lib has 8 GiB free; at least 20 GiB is required."},
    {"R-15", RW_SEVERITY_WARN, ROOM("104857600 94371840", MUCH, MUCH), NULL,
     "The file system of /var/lib has 100 GiB; at least 250 GiB is recommended for production."},
    {"R-16", RW_SEVERITY_WARN, "rotational=1", NULL,
     "The disk under /var/lib reports itself as rotational (HDD)."},
    {"R-17", RW_SEVERITY_WARN, "sync_p99_us=10001", NULL,
     "The disk under /var/lib is slow: 99 of 100 writes took up to 10.1 ms (fdatasync); at most 10 "
     "ms is recommended for etcd."},
    {"R-18", RW_SEVERITY_FAIL, "mount.data=/var ext4 rw,noexec,relatime", NULL,
     "/var is mounted so that programs in it cannot be run: rw,noexec,relatime."},
    {"R-18", RW_SEVERITY_FAIL, "mount.kubelet=/var/lib/kubelet ext4 rw,noexec", NULL,
     "/var/lib/kubelet is mounted so that programs in it cannot be run: rw,noexec."},
    {"R-19", RW_SEVERITY_FAIL, ROOM(MUCH, "10240 1024", MUCH), NULL,
     "/tmp has 1 MiB free; at least 200 MiB is required."},
    {"R-20", RW_SEVERITY_FAIL, ROOM(MUCH, MUCH, "102400 102400"), NULL,
     "/usr/local has 100 MiB free; at least 300 MiB is required."},
    {"R-21", RW_SEVERITY_FAIL, "listen=10248 127.0.0.1 812 haproxy.service haproxy", NULL,
     "10248/tcp is in use by haproxy (pid 812, haproxy.service)."},
    {"R-22", RW_SEVERITY_FAIL, "clock_end=1700000090390000000\nclock_begin=1700000090100000000",
     "clock_begin",
     "The clock of this host differs from the others by +90 s; at most 3 s is allowed."},
    {"R-22", RW_SEVERITY_FAIL, "clock_end=1699999910390000000\nclock_begin=1699999910100000000",
     "clock_begin",
     "The clock of this host differs from the others by -89.9 s; at most 3 s is allowed."},
    {"R-22", RW_SEVERITY_WARN, "clock_end=1700000002390000000\nclock_begin=1700000002100000000",
     "clock_begin",
     "The clock of this host differs from the others by +2 s; at most 1 s is allowed."},
    {"R-23", RW_SEVERITY_WARN, "time_synced=no", NULL,
     "The clock of this host is not synchronized (time service: chrony.service)."},
    {"R-23", RW_SEVERITY_WARN, "unit.chrony.service=inactive disabled", "time_synced",
     "The clock of this host is not synchronized (time service: -)."},
    {"R-24", RW_SEVERITY_FAIL, "hostname=HA-M2", NULL,
     "The host name HA-M2 is also used by ha-m2."},
    {"H-07", RW_SEVERITY_FAIL, "hostname=debian", NULL,
     "The answers file calls this host ha-m1, but its host name is debian."},
    {"R-25", RW_SEVERITY_WARN, "machine_id=0123456789abcdef0123456789abcde2", NULL,
     "The machine id 0123456789abcdef0123456789abcde2 is also used by ha-m2."},
    {"R-26", RW_SEVERITY_WARN, "machine_id=uninitialized", NULL,
     "The host has no valid machine id: uninitialized."},
    {"R-27", RW_SEVERITY_FAIL, NULL, "route=00000000", "The host has no default route."},
    {"R-28", RW_SEVERITY_FAIL,
     "route=00002A0A 0000FFFF 0001 eth1\nroute=00000000 00000000 0003 eth0", NULL,
     "The network 10.42.0.0/16 (eth1) overlaps with 10.42.0.0/16, which the cluster uses for "
     "pods."},
    {"R-28", RW_SEVERITY_WARN,
     "route=0000000A 000000FF 0003 eth1\nroute=00000000 00000000 0003 eth0", NULL,
     "The network 10.0.0.0/8 (eth1) overlaps with 10.42.0.0/16, which the cluster uses for pods."},
    {"R-29", RW_SEVERITY_WARN, "own=10.0.0.5 eth0", NULL,
     "RKE2 will use 10.0.0.5 as the address of this node, not 192.168.205.85."},
    {"R-29", RW_SEVERITY_WARN, "own=192.168.205.85 eth1\nown=10.0.0.5 eth0", NULL,
     "RKE2 will use 10.0.0.5 as the address of this node, not 192.168.205.85."},
    {"R-30", RW_SEVERITY_FAIL, "url=no curl 6 https://get.rke2.io", NULL,
     "The host cannot reach https://get.rke2.io: the name servers of the host cannot resolve the "
     "name."},
    {"R-31", RW_SEVERITY_FAIL, "rke2=/var/lib/rancher/rke2/server/db", NULL,
     "This host holds an earlier RKE2 of another cluster: /var/lib/rancher/rke2/server/db."},
    {"R-31", RW_SEVERITY_FAIL, "unit.rke2-server.service=active enabled", NULL,
     "This host holds an earlier RKE2 of another cluster: rke2-server.service, "
     "rke2-agent.service."},
    {"R-32", RW_SEVERITY_FAIL, "unit.k3s.service=active enabled", NULL,
     "Another Kubernetes runs on this host: k3s.service."},
    {"R-33", RW_SEVERITY_WARN, "left=/var/lib/kubelet\nleft=/etc/cni/net.d", NULL,
     "An earlier Kubernetes left traces: /var/lib/kubelet, /etc/cni/net.d."},
    {"R-49", RW_SEVERITY_FAIL,
     "file=/etc/rancher/rke2/config.yaml.d/9.yaml\nconfig=node-name: site", NULL,
     "/etc/rancher/rke2/config.yaml.d/9.yaml sets “node-name”, which has to be: ha-m1."},
    {"R-50", RW_SEVERITY_FAIL, "file=/etc/rancher/rke2/config.yaml\nconfig=debug: true", NULL,
     "A prepared config.yaml is on this host, and the install would replace it: debug."},
    {"R-51", RW_SEVERITY_FAIL, "file=/etc/rancher/rke2/config.yaml.d/9.yaml\nunread=why", NULL,
     "/etc/rancher/rke2/config.yaml.d/9.yaml cannot be read: why."},
    {"R-34", RW_SEVERITY_WARN, "unit.docker.service=active enabled", NULL,
     "Docker is running on this host."},
    {"R-35", RW_SEVERITY_WARN, "unit.firewalld.service=active enabled", NULL,
     "The firewall firewalld is active on this host."},
    {"R-35", RW_SEVERITY_WARN, "ufw=enabled", NULL, "The firewall ufw is active on this host."},
    {"R-36", RW_SEVERITY_WARN, "unit.networkmanager.service=active enabled", NULL,
     "NetworkManager would manage the network interfaces of pods."},
    {"R-37", RW_SEVERITY_FAIL, "unit.nm-cloud-setup.timer=inactive enabled", NULL,
     "nm-cloud-setup is enabled (nm-cloud-setup.timer)."},
    {"R-38", RW_SEVERITY_WARN, "unit.wicked.service=active enabled", NULL,
     "wicked would disable packet forwarding again."},
    {"R-39", RW_SEVERITY_WARN, "swap_kib=2097148\nswap=/dev/dm-1\nswap=/swapfile", NULL,
     "Swap is on: 1.9 GiB (/dev/dm-1 /swapfile)."},
    {"R-40", RW_SEVERITY_FAIL, "cgroup_v2=cpuset cpu io", NULL,
     "The kernel lacks cgroup controllers: memory (found: cpuset cpu io)."},
    {"R-41", RW_SEVERITY_FAIL, "no_module=vxlan", NULL, "Kernel modules are missing: vxlan."},
    {"R-41", RW_SEVERITY_WARN, "no_module=vxlan\nyum=yes", NULL,
     "Kernel modules are missing: vxlan."},
    {"R-42", RW_SEVERITY_FAIL, NULL, "tool.apparmor_parser",
     "AppArmor is enabled, but apparmor_parser is missing on the host."},
    {"R-43", RW_SEVERITY_WARN, "selinux=enforcing", NULL,
     "SELinux is enforcing, but the RKE2 policy is not installed."},
    {"R-44", RW_SEVERITY_WARN, NULL, "tool.iptables", "iptables is missing on the host."},
    {"R-45", RW_SEVERITY_WARN, "resolver=127.0.0.53", NULL,
     "The host has no name server that pods could use: 127.0.0.53."},
    {"H-08", RW_SEVERITY_FAIL, NULL, "systemd", "systemd is not running on this host."},
    {"H-09", RW_SEVERITY_FAIL, NULL, "tool.cmp", "These programs are missing on the host: cmp."},
    {"H-10", RW_SEVERITY_FAIL, "arch=s390x", NULL, "RKE2 is not built for s390x processors."},
};

static const struct rw_finding *find(const struct rw_findings *findings, const char *code,
                                     const char *host)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(rw_finding_code(findings->items[i].id), code) == 0 &&
            rw_text_equal(findings->items[i].host, host))
            return &findings->items[i];
    return NULL;
}

static void expect_wrong(const struct wrong *wrong)
{
    start();
    if (wrong->drop)
        drop(0, wrong->drop);
    if (wrong->change)
        change(0, wrong->change);
    judge();
    const struct rw_finding *finding = find(&verdicts.findings, wrong->code, "ha-m1");
    cr_assert_not_null(finding, "no %s: %s", wrong->code, wrong->fact);
    cr_expect_eq(finding->severity, wrong->severity, "%s", wrong->fact);
    expect_part(finding, RW_FINDING_FACT, wrong->fact);
    expect_complete(finding);
    cr_expect_eq(rw_host_verdicts_pass(&verdicts), wrong->severity == RW_SEVERITY_WARN, "%s",
                 wrong->fact);
}

/* Files with an error, and the finding that reports it. */
static const struct {
    const char *code, *text, *fact;
} wrong_files[] = {
    {"R-04", "version: 1\nrequirements: [\n",
     "my.yaml:3:1: this is not a list of requirements: did not find expected node content."},
    {"R-05", "version: 1\nlimits: 3\n", "my.yaml:2:1: the key “limits” is unknown or set twice."},
    {"R-05", "version: 1\nrequirements:\n- {cheque: cpu}\n",
     "my.yaml:3:4: the key “cheque” is unknown or set twice."},
    {"R-06",
     "version: 1\nrequirements:\n"
     "- {check: memory, hosts: all, needs: 4, severity: fail, finding: R-12, source: x}\n",
     "my.yaml:3:38: “4” is not a valid value for “needs”."},
    {"R-06",
     "version: 1\nrequirements:\n"
     "- {check: memory, hosts: all, needs: 4 GiB, severity: fail, finding: R-39, source: x}\n",
     "my.yaml:3:70: “R-39” is not a valid value for “finding”."},
    {"R-06", "version: 2\n", "my.yaml:1:10: “2” is not a valid value for “version”."},
    {"R-07", "version: 1\nrequirements:\n- {check: cpu, hosts: all}\n",
     "my.yaml:3:3: “severity” is missing."},
    {"R-07", "requirements: []\n", "my.yaml:1:1: “version” is missing."},
};

static const struct rw_finding *parse_wrong(struct rw_findings *findings, size_t i)
{
    const char *text = wrong_files[i].text;
    size_t before = requirements.count;
    cr_assert_eq(rw_requirements_parse(&requirements, text, strlen(text), "my.yaml", findings),
                 RW_ESYNTAX, "%s", text);
    cr_expect_eq(requirements.count, before);
    const struct rw_finding *finding = find(findings, wrong_files[i].code, NULL);
    cr_assert_not_null(finding, "no %s for %s", wrong_files[i].code, text);
    return finding;
}

static const struct RW_ROW by_release {
    const char *version, *channel, *drop, *change, *code;
    enum rw_severity severity; /* OK: no finding */
} by_releases[] = {
    {.version = "v1.36.2+rke2r1",
     .drop = "cgroup_v2",
     .change = "cgroup_v1=cpuset cpu memory pids",
     .code = "R-48",
     .severity = RW_SEVERITY_FAIL},
    {.channel = "v1.35",
     .drop = "cgroup_v2",
     .change = "cgroup_v1=cpuset cpu memory pids",
     .code = "R-48",
     .severity = RW_SEVERITY_FAIL},
    {.channel = "stable",
     .drop = "cgroup_v2",
     .change = "cgroup_v1=cpuset cpu memory pids",
     .code = "R-48",
     .severity = RW_SEVERITY_WARN},
    {.version = "v1.34.9+rke2r1",
     .drop = "cgroup_v2",
     .change = "cgroup_v1=cpuset cpu memory pids",
     .code = "R-48"},
    {.version = "v1.36.2+rke2r1",
     .drop = "cgroup_v2",
     .change = "cgroup_v1=cpuset cpu memory pids\ncgroup_v1_allowed=yes",
     .code = "R-48"},
    {.version = "v1.36.2+rke2r1", .code = "R-48"},
    {.version = "v1.34.2+rke2r1",
     .change = "unit.nm-cloud-setup.timer=inactive enabled",
     .code = "R-37",
     .severity = RW_SEVERITY_FAIL},
    {.version = "v1.34.3+rke2r1",
     .change = "unit.nm-cloud-setup.timer=inactive enabled",
     .code = "R-37",
     .severity = RW_SEVERITY_WARN},
    {.version = "v1.35.0+rke2r1",
     .change = "unit.nm-cloud-setup.timer=inactive enabled",
     .code = "R-37",
     .severity = RW_SEVERITY_WARN},
};

Test(check_hosts, what_a_release_does_not_run_with_is_judged_by_the_release)
{
    for (size_t i = 0; i < RW_COUNT(by_releases); i++) {
        const struct by_release *row = &by_releases[i];
        start();
        rw_strset(&cluster->version, row->version);
        rw_strset(&cluster->channel, row->channel);
        if (row->drop)
            drop(0, row->drop);
        if (row->change)
            change(0, row->change);
        judge();
        const struct rw_finding *finding = find(&verdicts.findings, row->code, "ha-m1");
        cr_expect_eq(finding ? finding->severity : RW_SEVERITY_OK, row->severity, "%s %s",
                     row->code, row->version ? row->version : row->channel);
        if (finding)
            expect_complete(finding);
    }
}

Test(check_hosts, every_finding_about_hosts_comes_when_it_should)
{
    bool produced[RW_FINDING_COUNT] = {false};
    for (size_t i = 0; i < RW_COUNT(wrongs); i++) {
        expect_wrong(&wrongs[i]);
        produced[rw_finding_by_code(wrongs[i].code)] = true;
    }
    for (size_t i = 0; i < RW_COUNT(wrong_files); i++) {
        struct rw_findings findings = {0};
        const struct rw_finding *finding = parse_wrong(&findings, i);
        expect_part(finding, RW_FINDING_FACT, wrong_files[i].fact);
        expect_complete(finding);
        produced[finding->id] = true;
        rw_findings_done(&findings);
    }
    struct rw_findings findings = {0};
    cr_expect_lt(rw_requirements_load(&requirements, "/nowhere/my.yaml", &findings), 0);
    cr_assert_eq(findings.count, 1);
    cr_expect_eq(findings.items[0].id, RW_F_REQUIREMENTS_UNREADABLE);
    expect_part(
        &findings.items[0], RW_FINDING_FACT,
        "The requirements file cannot be read: /nowhere/my.yaml: No such file or directory.");
    expect_complete(&findings.items[0]);
    produced[findings.items[0].id] = true;
    rw_findings_done(&findings);
    start();
    texts[1][0] = '\0';
    judge();
    cr_assert_not_null(find(&verdicts.findings, "R-01", "ha-m2"));
    produced[RW_F_HOST_NOT_CHECKED] = true;
    /* Those of a folder of RKE2, and of some releases, have tests of their own. */
    produced[RW_F_CGROUP_V1] = true;
    produced[RW_F_ARTIFACTS_MISSING] = produced[RW_F_ARTIFACTS_BROKEN] = true;
    for (int id = 0; id < RW_FINDING_COUNT; id++)
        if (rw_text_starts(rw_finding_code((enum rw_finding_id)id), "R-"))
            cr_expect(produced[id], "no test makes %s", rw_finding_code((enum rw_finding_id)id));
}

Test(check_hosts, a_wrong_thing_makes_no_other_finding)
{
    change(2, "memory_kib=2097152");
    judge();
    expect_findings("R-12 ha-m3 fail");
    expect_row(2, RW_CHECK_MEMORY, RW_SEVERITY_FAIL, "2 GiB", "at least 4 GiB");
    cr_expect_str_eq(row(2, RW_CHECK_MEMORY)->source, "RKE2 documentation");
    expect_part(&verdicts.findings.items[0], RW_FINDING_SAME_AS,
                "ssh -p 22 root@192.168.205.87 free -m");
}

/* ---- what is not known ---- */

Test(check_hosts, a_host_that_told_nothing_is_unknown_as_a_whole)
{
    *texts[1] = '\0';
    judge();
    expect_findings("R-01 ha-m2 unknown");
    cr_expect(!rw_host_verdicts_pass(&verdicts));
    size_t rows = 0;
    for (size_t i = 0; i < verdicts.row_count; i++)
        rows += verdicts.rows[i].host == 1;
    cr_expect_eq(rows, 1);
    expect_row(1, RW_CHECK_COUNT, RW_SEVERITY_UNKNOWN, "could not be determined", "");
    cr_expect_str_eq(rw_host_row_name(row(1, RW_CHECK_COUNT)), "all");
}

Test(check_hosts, half_an_answer_is_none)
{
    drop(1, "clock_end");
    judge();
    expect_findings("R-01 ha-m2 unknown");
}

Test(check_hosts, why_a_host_was_not_read_is_told)
{
    facts[0].reason = rw_strdup("no answer within 8 s");
    rw_hosts_judge(&verdicts, cluster, &requirements, facts);
    expect_part(&verdicts.findings.items[0], RW_FINDING_FACT,
                "This host could not be inspected: no answer within 8 s.");
}

/* Each line by itself: its check is unknown, or the line was not needed; never does a check pass
 * that had failed with the line. */
Test(check_hosts, no_line_that_is_missing_makes_a_failure_pass)
{
    static const char *const bad[] = {
        "cpus=1",         "memory_kib=1", "swap_kib=9",   "no_module=overlay", "selinux=enforcing",
        "time_synced=no", "rotational=1", "cgroup_v2=io", "sync_p99_us=99999", "arch=s390x"};
    for (size_t i = 0; i < RW_COUNT(bad); i++) {
        start();
        change(0, bad[i]);
        char *key = rw_strndup(bad[i], strcspn(bad[i], "=") + 1);
        if (strcmp(key, "no_module=") == 0)
            drop(0, "modules=");
        else if (strcmp(key, "time_synced=") == 0)
            drop(0, "units=");
        drop(0, key);
        judge();
        size_t unknown = 0;
        for (size_t k = 0; k < verdicts.row_count; k++)
            unknown +=
                verdicts.rows[k].host == 0 && verdicts.rows[k].severity == RW_SEVERITY_UNKNOWN;
        cr_expect_geq(unknown, 1, "without %s", key);
        free(key);
    }
}

Test(check_hosts, advice_that_could_not_be_tested_is_a_row_and_blocks_nothing)
{
    drop(0, "rotational");
    drop(0, "sync_");
    judge();
    expect_findings("");
    cr_expect(rw_host_verdicts_pass(&verdicts));
    expect_row(0, RW_CHECK_SSD, RW_SEVERITY_UNKNOWN, "could not be determined", "SSD");
    expect_row(0, RW_CHECK_DISK_LATENCY, RW_SEVERITY_UNKNOWN, "could not be determined",
               "at most 10 ms");
}

/* ---- clocks ---- */

Test(check_hosts, a_slow_answer_is_no_wrong_clock)
{
    /* Between sending and the begin of the script 7 s went by. */
    forget();
    change(0, "clock_begin=1700000007000000000");
    change(0, "clock_end=1700000007200000000");
    judge();
    cr_expect_not_null(find(&verdicts.findings, "R-22", "ha-m1"), "it cannot be so late");
    forget();
    for (int i = 0; i < HOSTS; i++) {
        struct rw_reply reply = {0};
        rw_reply_parse(&reply, texts[i], strlen(texts[i]));
        facts[i].sent_ms = SENT;
        facts[i].arrived_ms = i == 0 ? SENT + 7210 : ARRIVED;
        rw_host_facts_read(&facts[i], &reply);
        rw_reply_done(&reply);
    }
    rw_hosts_judge(&verdicts, cluster, &requirements, facts);
    expect_findings("");
    expect_row(0, RW_CHECK_CLOCK, RW_SEVERITY_OK, "+0 ms", "at most 1 s");
}

Test(check_hosts, a_clock_that_only_seems_late_is_unknown)
{
    forget();
    for (int i = 0; i < HOSTS; i++) {
        struct rw_reply reply = {0};
        rw_reply_parse(&reply, texts[i], strlen(texts[i]));
        facts[i].sent_ms = SENT;
        facts[i].arrived_ms = i == 0 ? ARRIVED + 5000 : ARRIVED;
        rw_host_facts_read(&facts[i], &reply);
        rw_reply_done(&reply);
    }
    rw_hosts_judge(&verdicts, cluster, &requirements, facts);
    expect_findings("R-02 ha-m1 unknown");
}

/* ---- its configuration, before anything starts ---- */

#define BESIDE(line) "file=/etc/rancher/rke2/config.yaml.d/90-site.yaml\nconfig=" line "\n"
#define MAIN(line)   "file=/etc/rancher/rke2/config.yaml\nconfig=" line "\n"

static void expect_config(int host, const char *told, const char *findings)
{
    tell(host, told);
    judge();
    expect_findings(findings);
}

Test(check_hosts, a_file_beside_ours_must_not_decide_what_we_decide)
{
    expect_config(0, BESIDE("node-name: site-m1"), "R-49 ha-m1 fail");
    cr_expect_str_eq(rw_finding_get(&verdicts.findings.items[0], "file"),
                     "/etc/rancher/rke2/config.yaml.d/90-site.yaml");
    cr_expect_str_eq(rw_finding_get(&verdicts.findings.items[0], "_wanted"), "ha-m1");
}

Test(check_hosts, variables_of_the_unit_count_too)
{
    expect_config(3, "file=/etc/default/rke2-agent\nconfig=node-name: site-w1\n",
                  "R-49 ha-w1 fail");
}

Test(check_hosts, a_token_or_a_server_beside_ours_is_found_before_it_gives_a_false_cause)
{
    expect_config(2, BESIDE("token: masked"), "R-49 ha-m3 fail");
}

Test(check_hosts, the_first_server_joins_nobody)
{
    expect_config(0, BESIDE("server: https://rke2.demo.kingsd.top:9345"), "R-49 ha-m1 fail");
}

Test(check_hosts, what_says_the_same_beside_ours_is_no_problem)
{
    expect_config(1,
                  BESIDE("{node-name: ha-m2, server: 'https://rke2.demo.kingsd.top:9345', cni: "
                         "canal, kubelet-arg: [a=b]}"),
                  "");
}

Test(check_hosts, a_file_that_rke2_cannot_read_is_named)
{
    expect_config(1, BESIDE("a: ["), "R-51 ha-m2 fail");
}

Test(check_hosts, a_prepared_config_is_not_replaced_without_a_word)
{
    expect_config(3, MAIN("{node-label: [zone=a], kubelet-arg: [max-pods=200], token: masked}"),
                  "R-50 ha-w1 fail");
    cr_expect_str_eq(rw_finding_get(&verdicts.findings.items[0], "keys"), "node-label kubelet-arg");
}

Test(check_hosts, node_ip_as_advised_is_enough)
{
    expect_config(0, "own=10.0.0.5 eth9\n" BESIDE("node-ip: [192.168.205.85, '::1']"), "");
}

Test(check_hosts, a_prepared_network_is_no_leftover_where_the_user_brings_one)
{
    rw_strset(&cluster->cni, "none");
    expect_config(0, "left=/etc/cni/net.d\n", "");
    expect_config(0, "left=/etc/cni/net.d\nleft=/var/lib/cni\n", "R-33 ha-m1 warn");
    cr_expect_str_eq(rw_finding_get(&verdicts.findings.items[0], "paths"), "/var/lib/cni");
}

/* ---- RKE2 of this cluster ---- */

Test(check_hosts, a_host_where_this_cluster_runs_passes)
{
    for (int i = 0; i < HOSTS; i++) {
        change(i, i < 3 ? "unit.rke2-server.service=active enabled"
                        : "unit.rke2-agent.service=active enabled");
        tell(i, "ours=yes\nrke2=/var/lib/rancher/rke2/server/db\nleft=/var/lib/kubelet\n"
                "left=/etc/rancher/node/password\n"
                "route=00002A0A 00FFFFFF 0001 flannel.1\n"
                "listen=10248 127.0.0.1 77 rke2-server.service kubelet\n"
                "listen=10257 127.0.0.1 78 - kube-controller\n"
                "listen=6444 127.0.0.1 79 rke2-server.service rke2\n"
                "listen=10258 127.0.0.1 80 - cloud-controlle");
    }
    judge();
    expect_findings("");
    cr_expect(rw_host_verdicts_pass(&verdicts));
}

Test(check_hosts, another_program_on_a_port_is_told_also_where_this_cluster_runs)
{
    tell(0, "ours=yes\nlisten=10248 * 812 - haproxy");
    judge();
    expect_findings("R-21 ha-m1 fail");
}

Test(check_hosts, a_port_of_another_address_is_free_for_the_loopback)
{
    tell(0, "listen=10248 192.168.205.85 812 - nginx");
    judge();
    expect_findings("");
    tell(0, "listen=10256 192.168.205.85 812 - nginx");
    judge();
    expect_findings("R-21 ha-m1 fail");
}

Test(check_hosts, a_port_of_servers_does_not_matter_on_an_agent)
{
    tell(3, "listen=10259 127.0.0.1 5 - python3");
    judge();
    expect_findings("");
}

/* ---- requirements ---- */

static void replace(const char *text)
{
    struct rw_findings findings = {0};
    int rc = rw_requirements_parse(&requirements, text, strlen(text), "my.yaml", &findings);
    char *told = summary(&findings);
    cr_assert_eq(rc, 0, "%s", told);
    free(told);
    rw_findings_done(&findings);
}

Test(check_hosts, a_file_of_the_site_replaces_the_checks_that_it_names)
{
    replace("version: 1\nrequirements:\n"
            "- check: memory\n  hosts: server\n  needs: 64 GiB\n  severity: warn\n"
            "  finding: R-13\n  source: our rules\n");
    change(3, "memory_kib=1048576");
    change(3, "cpus=1");
    judge();
    expect_findings("R-13 ha-m1 warn, R-13 ha-m2 warn, R-13 ha-m3 warn, R-10 ha-w1 fail");
    cr_expect_str_eq(row(0, RW_CHECK_MEMORY)->source, "our rules");
}

Test(check_hosts, a_check_can_be_switched_off)
{
    replace("version: 1\nrequirements:\n"
            "- {check: swap, hosts: all, severity: off, finding: R-39, source: us}\n");
    change(0, "swap_kib=99999");
    judge();
    expect_findings("");
    for (size_t i = 0; i < verdicts.row_count; i++)
        cr_expect_neq(verdicts.rows[i].check, RW_CHECK_SWAP);
}

/* All lines of a check, with this severity. */
static void rate(enum rw_check_id check, const char *severity)
{
    struct rw_buf text = {0};
    for (size_t i = 0; i < requirements.count; i++) {
        const struct rw_requirement *r = &requirements.items[i];
        if (r->check != check || text.len > 0)
            continue;
        static const char *const needs[] = {"", "needs: 1, ", "needs: 1 GiB, ", "needs: 1 ms, "};
        rw_buf_addf(&text,
                    "version: 1\nrequirements:\n- {check: %s, hosts: all, %sseverity: %s, "
                    "finding: %s, source: us}\n",
                    rw_check_name(check), needs[rw_check_unit(check)], severity,
                    rw_finding_code(r->finding));
    }
    replace(rw_buf_str(&text));
    rw_buf_done(&text);
}

Test(check_hosts, a_host_that_is_wrong_in_all_passes_where_all_is_switched_off)
{
    for (int i = 0; i < HOSTS; i++) {
        free(texts[i]);
        texts[i] = rw_strdup("clock_begin=1\nclock_end=1700000900000000000\nhostname=x\n"
                             "arch=armv7l\ntools=read\ncpus=1\nmemory_kib=1\nunits=read\n");
    }
    judge();
    cr_expect(!rw_host_verdicts_pass(&verdicts));
    for (int check = 0; check < RW_CHECK_COUNT; check++)
        rate((enum rw_check_id)check, "off");
    judge();
    expect_findings("");
    cr_expect_eq(verdicts.row_count, 0);
}

Test(check_hosts, what_the_site_calls_a_warning_is_one)
{
    static const struct {
        const char *line, *finding;
        enum rw_check_id check;
    } cases[] = {
        {"hostname=other", "H-07 ha-m1 warn", RW_CHECK_NAME},
        {"systemd=no", "H-08 ha-m1 warn", RW_CHECK_SYSTEMD},
        {"tool.tar=no", "H-09 ha-m1 warn", RW_CHECK_TOOLS},
        {"arch=armv7l", "H-10 ha-m1 warn", RW_CHECK_ARCH},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        start();
        rate(cases[i].check, "warn");
        change(0, cases[i].line);
        judge();
        expect_findings(cases[i].finding);
        cr_expect(rw_host_verdicts_pass(&verdicts));
    }
}

/* ---- one check of one host ---- */

static void expect_name(size_t host, const char *expected)
{
    struct rw_findings findings = {0};
    rw_host_judge_check(&findings, cluster, &requirements, host, &facts[host], RW_CHECK_NAME);
    char *found = summary(&findings);
    cr_expect_str_eq(found, expected);
    free(found);
    rw_findings_done(&findings);
}

Test(check_hosts, one_check_alone_says_of_a_host_what_all_of_them_say)
{
    change(0, "hostname=HA-M1");
    change(1, "hostname=localhost");
    judge();
    expect_name(0, "");
    expect_name(1, "H-07 ha-m2 fail");
    rate(RW_CHECK_NAME, "warn");
    expect_name(1, "H-07 ha-m2 warn");
    rate(RW_CHECK_NAME, "off");
    expect_name(1, "");
}

/* ---- what is needed ---- */

static char *words_of(const char *list, size_t index)
{
    for (; index > 0 && *list; index--)
        list += strcspn(list, " ") + (list[strcspn(list, " ")] == ' ');
    return rw_strndup(list, strcspn(list, " "));
}

Test(check_hosts, each_program_that_a_host_is_asked_for_counts)
{
    char *programs = rw_rke2_need_programs(), *program;
    for (size_t i = 0; *(program = words_of(programs, i)); i++, free(program)) {
        char *line = rw_asprintf("tool.%s=no", program);
        bool other = strcmp(program, "curl") == 0 || strcmp(program, "wget") == 0;
        for (int f = 0; f < RW_RKE2_FAMILIES && strcmp(program, "wget") != 0; f++)
            cr_expect(rw_rke2_package(program, strlen(program), (enum rw_rke2_family)f) ||
                          strcmp(program, "apparmor_parser") == 0,
                      "%s comes in no package", program);
        start();
        change(0, line);
        judge();
        cr_expect_eq(verdicts.findings.count, other ? 0u : 1u, "%s", program);
        if (!other)
            cr_expect_str_eq(rw_finding_get(&verdicts.findings.items[0], "tools"), program);
        free(line);
    }
    free(program);
    start();
    change(0, "tool.curl=no");
    change(0, "tool.wget=no");
    judge();
    expect_findings("H-09 ha-m1 fail");
    cr_expect_str_eq(rw_finding_get(&verdicts.findings.items[0], "tools"), "curl",
                     "one of the two will do; the first is named");
    free(programs);
}

Test(check_hosts, servers_without_workloads_need_less)
{
    cluster->servers_run_workloads = false;
    for (int i = 0; i < HOSTS; i++) {
        change(i, "cpus=4");
        change(i, "memory_kib=4000000");
    }
    judge();
    expect_findings("R-11 ha-w1 warn, R-13 ha-w1 warn");
}

Test(check_hosts, the_shipped_requirements_know_every_check)
{
    for (int check = 0; check < RW_CHECK_COUNT; check++) {
        bool named = false;
        for (size_t i = 0; i < requirements.count; i++)
            named = named || requirements.items[i].check == (enum rw_check_id)check;
        cr_expect(named, "%s", rw_check_name((enum rw_check_id)check));
    }
}

Test(check_hosts, amounts_never_look_better_than_they_are)
{
    static const struct {
        enum rw_requirement_unit unit;
        int64_t value;
        const char *text;
    } amounts[] = {
        {RW_UNIT_SIZE, 4194303, "3.9 GiB"},
        {RW_UNIT_SIZE, 4194304, "4 GiB"},
        {RW_UNIT_SIZE, 1023, "0.9 MiB"},
        {RW_UNIT_TIME, 10000, "10 ms"},
        {RW_UNIT_TIME, 10001, "10.1 ms"},
        {RW_UNIT_TIME, 90000000, "90 s"},
        {RW_UNIT_COUNT, 2, "2"},
    };
    for (size_t i = 0; i < RW_COUNT(amounts); i++) {
        char *text = rw_requirement_value(amounts[i].unit, amounts[i].value);
        cr_expect_str_eq(text, amounts[i].text);
        free(text);
    }
}

/* ---- malicious input ---- */

static void read_and_judge(const char *text, size_t size)
{
    struct rw_reply reply = {0};
    forget();
    rw_reply_parse(&reply, text, size);
    for (int i = 0; i < HOSTS; i++)
        rw_host_facts_read(&facts[i], &reply);
    rw_reply_done(&reply);
    rw_hosts_judge(&verdicts, cluster, &requirements, facts);
}

Test(check_hosts, nonsense_is_never_a_pass)
{
    static const char *const answers[] = {
        "",
        "clock_end=",
        "clock_end=99999999999999999999999999",
        "cpus=8\nmemory_kib=99999999",
        ("clock_end=1\ncpus=-8\nmemory_kib=0x10\nroute=zz zz zz zz\nlisten=a b c d e\nurl=\n"
         "space=1\nfolder=\nmount.data=\nunit.=\nown=\ntool.=yes"),
    };
    for (size_t i = 0; i < RW_COUNT(answers); i++) {
        read_and_judge(answers[i], strlen(answers[i]));
        cr_expect(!rw_host_verdicts_pass(&verdicts), "%s", answers[i]);
    }
}

Test(check_hosts, megabytes_and_binary_do_no_harm)
{
    struct rw_buf text = {0};
    rw_buf_adds(&text, texts[0]);
    for (int i = 0; i < 200000; i++)
        rw_buf_addf(&text, "route=%08X 00FFFFFF 0001 eth%d\nlisten=10248 * 1 x \x01\xff y\n", i, i);
    read_and_judge(text.data, text.len);
    cr_expect_leq(facts[0].route_count, RW_HOST_LIST_MAX);
    cr_expect_leq(facts[0].listener_count, RW_HOST_LIST_MAX);
    rw_buf_done(&text);
    char *zeros = rw_calloc(1, 4 << 20);
    read_and_judge(zeros, 4 << 20);
    cr_expect(!rw_host_verdicts_pass(&verdicts));
    free(zeros);
}

Test(check_hosts, requirements_that_are_no_file_of_ours_are_refused)
{
    static const char *const files[] = {"",
                                        "{",
                                        "- 1",
                                        "a: &x [*x]",
                                        "version: 1\n---\na: 1",
                                        "[[[[[[[[[[[[[[[[[[[[[[[[[",
                                        "\x01\x02\xff\xfe"};
    for (size_t i = 0; i < RW_COUNT(files); i++) {
        struct rw_findings findings = {0};
        cr_expect_eq(
            rw_requirements_parse(&requirements, files[i], strlen(files[i]), "my.yaml", &findings),
            RW_ESYNTAX, "%s", files[i]);
        cr_expect_gt(findings.count, 0);
        rw_findings_done(&findings);
    }
    struct rw_buf many = {0};
    rw_buf_adds(&many, "version: 1\nrequirements:\n");
    for (int i = 0; i < 5000; i++)
        rw_buf_adds(&many, "- {check: nothing}\n");
    struct rw_findings findings = {0};
    cr_expect_eq(rw_requirements_parse(&requirements, many.data, many.len, "my.yaml", &findings),
                 RW_ESYNTAX);
    cr_expect_eq(findings.count, RW_REQUIREMENTS_PROBLEM_MAX);
    rw_findings_done(&findings);
    rw_buf_done(&many);
}

/* ---- the script ---- */

Test(check_hosts, the_script_runs_in_every_shell_and_leaves_nothing)
{
    for (size_t i = 0; shells[i]; i++) {
        if (!have_shell(shells[i]))
            continue;
        struct rw_buf script = {0};
        rw_buf_adds(&script, "rw_main() {\nrole=server\nname=rke2.demo.kingsd.top\nurls=\n"
                             "ports='10248 10259'\nprograms='sh no-such-program'\n"
                             "modules=no_such_module\nmeasure=no\netcd_test=no\n");
        rw_node_script_add(&script, "host-facts");
        rw_buf_adds(&script, "\n}\n( rw_main ) </dev/null\n");
        int status;
        char *output = run_shell(shells[i], rw_buf_str(&script), &status);
        struct rw_reply reply = {0};
        rw_reply_parse(&reply, output, strlen(output));
        facts[0].sent_ms = SENT;
        rw_host_facts_read(&facts[0], &reply);
        cr_expect_eq(status, 0, "%s", shells[i]);
        cr_expect_gt(facts[0].cpus, 0);
        cr_expect_gt(facts[0].memory_kib, 0);
        cr_expect_not_null(facts[0].data_mount.options);
        cr_expect_gt(facts[0].space_count, 0);
        cr_expect_gt(facts[0].spaces[0].total_kib, 0);
        cr_expect_geq(facts[0].clock_end_ms, facts[0].clock_begin_ms);
        cr_expect_gt(facts[0].clock_begin_ms, SENT);
        cr_expect_str_eq(reply.pairs[reply.count - 1].key, "clock_end");
        /* It is asked for what the table of needs holds, and measures nothing unasked. */
        cr_expect(facts[0].tool_count == 1 && rw_host_facts_tool(&facts[0], "sh"));
        cr_expect(!facts[0].modules_read || facts[0].missing_modules);
        cr_expect_eq(facts[0].time_synced, RW_KNOWN_NOT);
        cr_expect_eq(facts[0].sync_writes, RW_UNKNOWN_NUMBER);
        rw_reply_done(&reply);
        rw_buf_done(&script);
        free(output);
    }
}
