/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the parts of the judgement. Inside this folder only. */
#ifndef RW_CHECK_HOST_JUDGE_PARTS_H
#define RW_CHECK_HOST_JUDGE_PARTS_H

#include "check/host_judge.h"

/* How far a clock is ahead of that of the console, in ms: at least low (nearly exact, as only the
 * way of the answer lies between), at most high. */
struct host_clock {
    bool known;
    int64_t low, high;
};

/* One host that is judged. */
struct host_judge {
    const struct rw_cluster *cluster;
    const struct rw_requirements *requirements;
    const struct rw_host_facts *all; /* of each host */
    struct host_clock *clocks;       /* of each host */
    int64_t reference_ms;            /* what the clocks of all are measured by */
    struct rw_host_verdicts *verdicts;

    size_t index;
    const struct rw_host *host;
    const struct rw_host_facts *facts; /* of this host */
};

enum host_state {
    HOST_GOOD,
    HOST_BAD,
    HOST_UNKNOWN,
};

/* Adds a row for a check without a limit. item, found and needed may be NULL and are copied. Gives
 * the finding of a bad one, without parameters but those of the login; NULL when there is none.
 * Borrowed until the next is added. */
struct rw_finding *host_judge_state(struct host_judge *judge, enum rw_check_id check,
                                    enum host_state state, const char *item, const char *found,
                                    const char *needed);
/* The same for a check with a limit; value is in its unit, below 0: unknown. found is how the value
 * is shown, or NULL. The finding has {found} and {needed}. */
struct rw_finding *host_judge_value(struct host_judge *judge, enum rw_check_id check, int64_t value,
                                    const char *found);
/* Adds what is needed to put a clock right: {service}, {installed}, {packager}. */
void host_judge_add_time(struct host_judge *judge, struct rw_finding *finding);
/* Good or bad by a condition, unknown unless it is known. */
enum host_state host_state_of(bool known, bool good);

/* One function for each check, by the file it is in. */
void host_judge_cpu(struct host_judge *judge); /* host_judge_machine.c */
void host_judge_memory(struct host_judge *judge);
void host_judge_disk(struct host_judge *judge);
void host_judge_disk_free(struct host_judge *judge);
void host_judge_ssd(struct host_judge *judge);
void host_judge_disk_latency(struct host_judge *judge);
void host_judge_exec(struct host_judge *judge);
void host_judge_tmp_free(struct host_judge *judge);
void host_judge_program_free(struct host_judge *judge);
void host_judge_swap(struct host_judge *judge);

void host_judge_systemd(struct host_judge *judge); /* host_judge_system.c */
void host_judge_arch(struct host_judge *judge);
void host_judge_tools(struct host_judge *judge);
void host_judge_cgroups(struct host_judge *judge);
void host_judge_modules(struct host_judge *judge);
void host_judge_iptables(struct host_judge *judge);
void host_judge_apparmor(struct host_judge *judge);
void host_judge_selinux(struct host_judge *judge);
void host_judge_time_service(struct host_judge *judge);
void host_judge_firewall(struct host_judge *judge);
void host_judge_network_manager(struct host_judge *judge);
void host_judge_nm_cloud_setup(struct host_judge *judge);
void host_judge_wicked(struct host_judge *judge);

void host_judge_old_rke2(struct host_judge *judge); /* host_judge_traces.c */
void host_judge_other_kubernetes(struct host_judge *judge);
void host_judge_own_files(struct host_judge *judge); /* host_judge_config.c */
void host_judge_prepared(struct host_judge *judge);
void host_judge_leftovers(struct host_judge *judge);
void host_judge_docker(struct host_judge *judge);

void host_judge_default_route(struct host_judge *judge); /* host_judge_network.c */
void host_judge_networks(struct host_judge *judge);
void host_judge_node_address(struct host_judge *judge);
void host_judge_way_out(struct host_judge *judge);
void host_judge_artifacts(struct host_judge *judge); /* host_judge_artifacts.c */
void host_judge_resolver(struct host_judge *judge);
void host_judge_local_ports(struct host_judge *judge);

void host_judge_clocks(struct host_judge *judge); /* host_judge_together.c; for all, before */
void host_judge_name(struct host_judge *judge);
void host_judge_unique_name(struct host_judge *judge);
void host_judge_machine_id(struct host_judge *judge);
void host_judge_unique_machine_id(struct host_judge *judge);
void host_judge_clock(struct host_judge *judge);

#endif
