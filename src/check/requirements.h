/* SPDX-License-Identifier: Apache-2.0 */
/* The requirements of a host: limits, severities and sources, from data/requirements.yaml, which is
 * built in, and from a file of the user. Pure but for the reading of that file. */
#ifndef RW_CHECK_REQUIREMENTS_H
#define RW_CHECK_REQUIREMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cluster/cluster.h"
#include "finding/finding.h"

struct rw_buf;

#define RW_REQUIREMENTS_MAX         (256u * 1024) /* bytes; a larger file is refused */
#define RW_REQUIREMENTS_LIST_MAX    500u          /* lines at most */
#define RW_REQUIREMENTS_PROBLEM_MAX 50u           /* findings about one file at most */

enum rw_requirement_unit {
    RW_UNIT_NONE,  /* no limit: right or wrong */
    RW_UNIT_COUNT, /* at least; a number */
    RW_UNIT_SIZE,  /* at least; KiB */
    RW_UNIT_TIME,  /* at most; microseconds */
};

/* The checks in the order of the rows: id, name in the file, label, unit, and the findings that may
 * report it. */
#define RW_CHECK_MAP(X)                                                                            \
    X(CPU, "cpu", N_("processors"), COUNT, "R-10 R-11")                                            \
    X(MEMORY, "memory", N_("memory"), SIZE, "R-12 R-13")                                           \
    X(DISK, "disk", N_("disk of /var/lib"), SIZE, "R-15")                                          \
    X(DISK_FREE, "disk-free", N_("free in /var/lib"), SIZE, "R-14")                                \
    X(SSD, "ssd", N_("disk type"), NONE, "R-16")                                                   \
    X(DISK_LATENCY, "disk-latency", N_("disk latency for etcd"), TIME, "R-17")                     \
    X(EXEC, "exec", N_("mount options"), NONE, "R-18")                                             \
    X(TMP_FREE, "tmp-free", N_("free in /tmp"), SIZE, "R-19")                                      \
    X(PROGRAM_FREE, "program-free", N_("free for RKE2 programs"), SIZE, "R-20")                    \
    X(SYSTEMD, "systemd", N_("systemd"), NONE, "H-08")                                             \
    X(ARCH, "arch", N_("processor type"), NONE, "H-10")                                            \
    X(TOOLS, "tools", N_("programs"), NONE, "H-09")                                                \
    X(CGROUPS, "cgroups", N_("control groups"), NONE, "R-40")                                      \
    X(MODULES, "modules", N_("kernel modules"), NONE, "R-41")                                      \
    X(IPTABLES, "iptables", N_("iptables"), NONE, "R-44")                                          \
    X(APPARMOR, "apparmor", N_("AppArmor"), NONE, "R-42")                                          \
    X(SELINUX, "selinux", N_("SELinux"), NONE, "R-43")                                             \
    X(SWAP, "swap", N_("swap"), NONE, "R-39")                                                      \
    X(NAME, "name", N_("host name"), NONE, "H-07")                                                 \
    X(UNIQUE_NAME, "unique-name", N_("host name is unique"), NONE, "R-24")                         \
    X(MACHINE_ID, "machine-id", N_("machine id"), NONE, "R-26")                                    \
    X(UNIQUE_MACHINE_ID, "unique-machine-id", N_("machine id is unique"), NONE, "R-25")            \
    X(CLOCK, "clock", N_("clock"), TIME, "R-22")                                                   \
    X(TIME_SERVICE, "time-service", N_("time service"), NONE, "R-23")                              \
    X(DEFAULT_ROUTE, "default-route", N_("default route"), NONE, "R-27")                           \
    X(NETWORKS, "networks", N_("networks"), NONE, "R-28")                                          \
    X(NODE_ADDRESS, "node-address", N_("node address"), NONE, "R-29")                              \
    X(WAY_OUT, "way-out", N_("outbound access"), NONE, "R-30")                                     \
    X(ARTIFACTS, "artifacts", N_("RKE2 folder"), NONE, "R-46")                                     \
    X(RESOLVER, "resolver", N_("name servers for pods"), NONE, "R-45")                             \
    X(LOCAL_PORTS, "local-ports", N_("local ports"), NONE, "R-21")                                 \
    X(FIREWALL, "firewall", N_("firewall"), NONE, "R-35")                                          \
    X(NETWORK_MANAGER, "network-manager", N_("NetworkManager"), NONE, "R-36")                      \
    X(NM_CLOUD_SETUP, "nm-cloud-setup", N_("nm-cloud-setup"), NONE, "R-37")                        \
    X(WICKED, "wicked", N_("wicked"), NONE, "R-38")                                                \
    X(OLD_RKE2, "old-rke2", N_("earlier RKE2"), NONE, "R-31")                                      \
    X(OTHER_KUBERNETES, "other-kubernetes", N_("other Kubernetes"), NONE, "R-32")                  \
    X(OWN_FILES, "own-files", N_("RKE2 files beside ours"), NONE, "R-49 R-51")                     \
    X(PREPARED, "prepared", N_("prepared config.yaml"), NONE, "R-50")                              \
    X(LEFTOVERS, "leftovers", N_("leftovers"), NONE, "R-33")                                       \
    X(DOCKER, "docker", N_("Docker"), NONE, "R-34")

enum rw_check_id {
#define X(id, name, label, unit, findings) RW_CHECK_##id,
    RW_CHECK_MAP(X)
#undef X
        RW_CHECK_COUNT
};

/* The name in the file, such as "memory"; static. */
const char *rw_check_name(enum rw_check_id check);
/* The label in English, to be translated when it is drawn; static. */
const char *rw_check_label(enum rw_check_id check);
enum rw_requirement_unit rw_check_unit(enum rw_check_id check);

/* On which hosts a requirement counts; bits. */
enum rw_requirement_hosts {
    RW_ON_SERVER_ONLY = 1,
    RW_ON_SERVER_WITH_WORKLOADS = 2,
    RW_ON_AGENT = 4,
};

struct rw_requirement {
    enum rw_check_id check;
    unsigned hosts;
    int64_t needs;             /* in the unit of the check */
    int tolerance;             /* percent */
    enum rw_severity severity; /* RW_SEVERITY_OK: not looked at */
    enum rw_finding_id finding;
    char *source; /* owned; a word of ours or a text of the user, see rw_requirement_source() */
};

/* `struct rw_requirements list = {0};` is empty. */
struct rw_requirements {
    struct rw_requirement *items;
    size_t count;
};

/* The list that is built in. */
void rw_requirements_init(struct rw_requirements *list);
void rw_requirements_done(struct rw_requirements *list);

/* Reads text; name is what the findings call it. All requirements of a check that it names replace
 * those in the list. RW_ESYNTAX with findings and the list untouched when anything
 * is wrong in it. */
int rw_requirements_parse(struct rw_requirements *list, const char *text, size_t size,
                          const char *name, struct rw_findings *findings);
/* The same with the file at path; R-03 when it cannot be read. */
int rw_requirements_load(struct rw_requirements *list, const char *path,
                         struct rw_findings *findings);

/* Whether a requirement counts for a host of the cluster. */
bool rw_requirement_applies(const struct rw_requirement *requirement,
                            const struct rw_cluster *cluster, const struct rw_host *host);
/* Whether a value, in the unit of the check, is good enough. */
bool rw_requirement_met(const struct rw_requirement *requirement, int64_t value);
/* The source as a text in the language of the moment; borrowed. */
const char *rw_requirement_source(const struct rw_requirement *requirement);

/* Gives a value as people write it ("3.6 GiB", "12.4 ms", "4"), never rounded up to a limit that it
 * does not reach; to free(). */
char *rw_requirement_value(enum rw_requirement_unit unit, int64_t value);

#endif
