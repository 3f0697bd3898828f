/* SPDX-License-Identifier: Apache-2.0 */
/* The facts that a host reports about itself (data/node/host-facts.sh). Trusts nothing: a value
 * that is missing, out of bounds or not a number is unknown. Pure. */
#ifndef RW_CHECK_HOST_FACTS_H
#define RW_CHECK_HOST_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/host_config.h"
#include "remote/reply.h"

#define RW_UNKNOWN_NUMBER (-1)
#define RW_HOST_LIST_MAX  256u /* entries of each list at most; more are dropped */

enum rw_known {
    RW_KNOWN_NOT, /* could not be determined */
    RW_KNOWN_NO,
    RW_KNOWN_YES,
};

/* Where a path lies. Strings are owned, NULL when unknown. */
struct rw_mount_facts {
    char *point, *type, *options;
};

struct rw_space_facts {
    char *folder;
    int64_t total_kib, free_kib; /* RW_UNKNOWN_NUMBER */
};

struct rw_route_facts {
    uint32_t network, mask; /* host byte order */
    char *interface;
};

struct rw_listener_facts {
    int port;
    char *address, *pid, *unit, *process; /* "-" when the host does not know */
};

struct rw_url_facts {
    char *url;
    bool reached;
    bool curl;  /* else wget */
    int status; /* exit status of a failure */
};

struct rw_unit_facts {
    char *name;   /* "firewalld.service" */
    bool active;  /* runs or starts */
    bool enabled; /* starts with the host */
    bool masked;  /* can not be started */
};

struct rw_own_facts {
    char *address, *interface;
};

/* `struct rw_host_facts facts = {0};` is a host that reported nothing. Strings are owned, NULL when
 * unknown; numbers are RW_UNKNOWN_NUMBER then (once read). */
struct rw_host_facts {
    bool read;    /* the host has answered */
    char *reason; /* why it has not, or NULL; set by the caller, freed here */
    bool away;    /* nobody is logged in there; set by the caller */
    /* Wall clock of the console in ms, set by the caller: when the script was sent (0: not known),
     * and when its end arrived. */
    int64_t sent_ms, arrived_ms;
    int64_t clock_begin_ms, clock_end_ms; /* wall clock of the host at its begin and its end */

    char *hostname, *machine_id, *kernel, *arch, *os, *os_id, *packager, *proxy;
    bool systemd, yum;
    bool tools_read;
    char **tools; /* those that are there */
    size_t tool_count;

    int64_t cpus, memory_kib, swap_kib;
    char *swaps;     /* devices, separated by blanks */
    char *data_path; /* the deepest folder that is there on the way to RKE2's data */
    struct rw_mount_facts data_mount, kubelet_mount, program_mount;
    struct rw_space_facts *spaces; /* the data's first */
    size_t space_count;
    enum rw_known rotational;
    int64_t sync_writes, sync_p99_us, sync_median_us;

    char *cgroup_v1, *cgroup_v2; /* controllers */
    bool cgroup_v1_allowed;      /* the configuration of the kubelet says so */
    bool modules_read;
    char *missing_modules; /* separated by blanks; NULL: none */
    char *selinux;         /* "enforcing", "permissive", "off" */
    bool selinux_policy;   /* that of RKE2 is there */
    enum rw_known apparmor;

    bool units_read;
    struct rw_unit_facts *units; /* those that exist */
    size_t unit_count;
    bool ufw_enabled, nm_dropin, forwarding;
    enum rw_known time_synced;

    bool routes_read, default_route;
    char *default_interface; /* of the default route, IPv4 before IPv6 */
    struct rw_route_facts *routes;
    size_t route_count;
    struct rw_own_facts *own;
    size_t own_count;
    bool resolvers_read;
    char **resolvers;
    size_t resolver_count;
    bool listeners_read;
    struct rw_listener_facts *listeners;
    size_t listener_count;
    struct rw_url_facts *urls;
    size_t url_count;

    char *artifact_arch; /* of the files in the folder of artifacts; NULL: not looked at */
    char *artifacts;     /* names of those that are there, separated by blanks; NULL: none */
    enum rw_known artifact_script, artifact_sum, artifact_version;

    struct rw_host_config config; /* of RKE2, that is there before */
    bool traces_read;
    bool ours;       /* config.yaml names our registration name, or our work folder is there */
    char *rke2;      /* traces of RKE2, separated by ", "; NULL: none */
    char *left;      /* traces of some Kubernetes, the same */
    char *uninstall; /* the program that takes the old one away, or NULL */
};

void rw_host_facts_read(struct rw_host_facts *facts, const struct rw_reply *reply);
/* Frees everything and empties it; sent_ms and arrived_ms too. */
void rw_host_facts_done(struct rw_host_facts *facts);

/* Whether the host has answered to the end: the script says the time there. */
bool rw_host_facts_whole(const struct rw_host_facts *facts);
bool rw_host_facts_tool(const struct rw_host_facts *facts, const char *tool);
/* The unit with this name ("ufw.service"), or NULL when the host has none; borrowed. */
const struct rw_unit_facts *rw_host_facts_unit(const struct rw_host_facts *facts, const char *name);
bool rw_host_facts_active(const struct rw_host_facts *facts, const char *unit);
/* Room in a folder that the host reported, or NULL; borrowed. */
const struct rw_space_facts *rw_host_facts_space(const struct rw_host_facts *facts,
                                                 const char *folder);

#endif
