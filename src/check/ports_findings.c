/* SPDX-License-Identifier: Apache-2.0 */
/* Findings from the matrix: P-01 to P-11. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/ports.h"
#include "contact/contact.h"

/* Sources that have the same problem with the same ports of a target. */
struct group {
    enum rw_ports_result result;
    int other;
    const char *note;
    bool console;
    bool mixed;     /* some are dropped, some refused */
    unsigned ports; /* bit 1u << index of the target's door */
    int *sources;
    size_t source_count;
};

struct judge {
    struct rw_findings *findings;
    const struct rw_ports_matrix *matrix;
    const struct rw_cluster *cluster;
    size_t target;
    struct group *groups;
    size_t group_count;
};

/* ---- words ---- */

static char *port_list(const struct rw_ports_host *host, unsigned ports)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < host->door_count; i++)
        if (ports & 1u << i)
            rw_buf_addf(&out, "%s%d/%s", out.len ? ", " : "", host->doors[i].port->number,
                        rw_port_protocol(host->doors[i].port));
    return rw_buf_take(&out);
}

static char *source_list(const struct judge *judge, const struct group *group)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < group->source_count; i++)
        rw_buf_addf(&out, "%s%s", out.len ? ", " : "",
                    group->sources[i] == RW_PORTS_CONSOLE
                        ? "console"
                        : judge->cluster->hosts[group->sources[i]].name);
    return rw_buf_take(&out);
}

static const char *how(const struct group *group)
{
    if (group->mixed)
        return N_("These ports are closed: traffic to them is dropped or rejected.");
    switch (group->result) {
    case RW_PORTS_RESET:
        return N_("Connections to these ports are refused with a TCP reset.");
    case RW_PORTS_ICMP:
        return N_("Connections to these ports are refused with an ICMP message.");
    case RW_PORTS_REFUSED:
        return N_("Connections to these ports are refused.");
    default:
        return N_("These ports do not answer: traffic to them is dropped.");
    }
}

static bool blocked(enum rw_ports_result result)
{
    return result == RW_PORTS_FILTERED || result == RW_PORTS_RESET || result == RW_PORTS_ICMP ||
           result == RW_PORTS_REFUSED;
}

/* Takes value. */
static void set(struct rw_finding *finding, const char *name, char *value)
{
    rw_finding_set(finding, name, value);
    free(value);
}

static struct rw_finding *add(const struct judge *judge, enum rw_finding_id id, unsigned ports)
{
    struct rw_finding *finding =
        rw_contact_finding(judge->findings, id, &judge->cluster->hosts[judge->target]);
    if (ports)
        set(finding, "ports", port_list(&judge->matrix->hosts[judge->target], ports));
    return finding;
}

/* ---- groups ---- */

static void collect(struct judge *judge, const struct rw_ports_cell *cell, unsigned ports)
{
    bool console = cell->source == RW_PORTS_CONSOLE;
    struct group *group = NULL;
    for (size_t i = 0; i < judge->group_count && !group; i++) {
        struct group *g = &judge->groups[i];
        if (g->result == cell->result && g->other == cell->other && g->ports == ports &&
            g->console == console && rw_text_equal(g->note, cell->note))
            group = g;
    }
    if (!group) {
        group = rw_array_add(judge->groups, judge->group_count);
        *group = (struct group){.result = cell->result,
                                .other = cell->other,
                                .note = cell->note,
                                .console = console,
                                .ports = ports};
    }
    *rw_array_add(group->sources, group->source_count) = cell->source;
}

static unsigned door_bit(const struct rw_ports_host *host, const struct rw_port *port)
{
    for (size_t i = 0; i < host->door_count; i++)
        if (host->doors[i].port == port)
            return 1u << i;
    return 0;
}

static bool same_problem(const struct rw_ports_cell *a, const struct rw_ports_cell *b)
{
    return a->result == b->result && a->other == b->other && rw_text_equal(a->note, b->note);
}

/* Not reported with the target or the source as a whole. */
static bool of_its_own(const struct judge *judge, const struct rw_ports_cell *cell)
{
    const struct rw_ports_host *target = &judge->matrix->hosts[cell->target];
    if (blocked(cell->result) || cell->result == RW_PORTS_WRONG_HOST)
        return true;
    return cell->result == RW_PORTS_UNKNOWN && !target->untested_target &&
           !(cell->port->udp && target->no_udp) &&
           !(cell->source != RW_PORTS_CONSOLE &&
             judge->matrix->hosts[cell->source].untested_source);
}

/* Each problem of a pair comes once, with all its ports. */
static void collect_pair(struct judge *judge, int source)
{
    size_t count;
    const struct rw_ports_host *host = &judge->matrix->hosts[judge->target];
    const struct rw_ports_cell *cells = rw_ports_pair(judge->matrix, source, judge->target, &count);
    for (size_t i = 0; i < count; i++) {
        bool first = of_its_own(judge, &cells[i]);
        for (size_t k = 0; k < i; k++)
            first = first && !same_problem(&cells[k], &cells[i]);
        if (!first)
            continue;
        unsigned ports = 0;
        for (size_t k = i; k < count; k++)
            if (same_problem(&cells[k], &cells[i]) && of_its_own(judge, &cells[k]))
                ports |= door_bit(host, cells[k].port);
        collect(judge, &cells[i], ports);
    }
}

/* ---- one group ---- */

static void add_blocked(const struct judge *judge, const struct group *group, unsigned missing)
{
    const struct rw_ports_host *host = &judge->matrix->hosts[judge->target];
    struct rw_jump jump;
    bool behind = rw_jump_of(&judge->cluster->hosts[judge->target].login, &jump);
    rw_jump_done(&jump);
    enum rw_finding_id id = group->console && behind            ? RW_F_PORTS_CONSOLE_JUMP
                            : group->console                    ? RW_F_PORTS_CONSOLE
                            : host->manager == RW_FIREWALL_NONE ? RW_F_PORTS_BLOCKED
                                                                : RW_F_PORTS_BLOCKED_MANAGED;
    struct rw_finding *finding = add(judge, id, group->ports);
    set(finding, "sources", source_list(judge, group));
    rw_finding_set(finding, "_how", how(group));
    rw_finding_set(finding, "kind", rw_ports_result_name(group->result));
    if (host->manager == RW_FIREWALL_NONE)
        return;
    char *ports = port_list(host, missing);
    struct rw_buf commands = {0};
    rw_firewall_commands(&commands, host->manager, host->zone, ports);
    rw_finding_set(finding, "manager", rw_firewall_name(host->manager));
    rw_finding_set(finding, "zone", host->zone ? host->zone : "");
    rw_finding_set(finding, "missing", ports);
    rw_finding_set(finding, "commands", rw_buf_str(&commands));
    rw_buf_done(&commands);
    free(ports);
}

static void add_wrong_host(const struct judge *judge, const struct group *group)
{
    enum rw_finding_id id = group->other >= 0 ? RW_F_PORTS_OTHER_HOST : RW_F_PORTS_STRANGER;
    struct rw_finding *finding = add(judge, id, group->ports);
    set(finding, "sources", source_list(judge, group));
    if (group->other >= 0)
        rw_finding_set(finding, "other", judge->cluster->hosts[group->other].name);
    if (group->console)
        finding->severity = RW_SEVERITY_WARN;
}

static void add_group(const struct judge *judge, const struct group *group, unsigned missing)
{
    if (blocked(group->result)) {
        add_blocked(judge, group, missing);
    } else if (group->result == RW_PORTS_WRONG_HOST) {
        add_wrong_host(judge, group);
    } else {
        struct rw_finding *finding = add(judge, RW_F_PORTS_PAIR_UNKNOWN, group->ports);
        set(finding, "sources", source_list(judge, group));
        rw_finding_set(finding, "_reason",
                       group->note ? group->note : N_("no result was reported"));
    }
}

static void add_source(struct group *group, int source)
{
    for (size_t i = 0; i < group->source_count; i++)
        if (group->sources[i] == source)
            return;
    *rw_array_add(group->sources, group->source_count) = source;
}

/* All ports that the firewall manager of the host keeps closed have one cause and one repair. It
 * answers the first connections only, because the kernel limits its ICMP messages, so that kinds
 * are mixed. */
static void merge_managed(struct judge *judge)
{
    struct group *one = NULL;
    size_t kept = 0;
    if (judge->matrix->hosts[judge->target].manager == RW_FIREWALL_NONE)
        return;
    for (size_t i = 0; i < judge->group_count; i++) {
        struct group *group = &judge->groups[i];
        if (!one || !blocked(group->result) || group->console) {
            judge->groups[kept] = *group;
            if (blocked(group->result) && !group->console)
                one = &judge->groups[kept];
            kept++;
            continue;
        }
        one->mixed = one->mixed || group->result != one->result;
        one->ports |= group->ports;
        for (size_t k = 0; k < group->source_count; k++)
            add_source(one, group->sources[k]);
        free(group->sources);
    }
    judge->group_count = kept;
}

static void add_groups(struct judge *judge)
{
    unsigned missing = 0;
    for (int source = RW_PORTS_CONSOLE; source < (int)judge->matrix->host_count; source++)
        collect_pair(judge, source);
    for (size_t i = 0; i < judge->group_count; i++)
        if (blocked(judge->groups[i].result))
            missing |= judge->groups[i].ports;
    merge_managed(judge);
    /* The console last: it matters least. */
    for (int console = 0; console <= 1; console++)
        for (size_t i = 0; i < judge->group_count; i++)
            if (judge->groups[i].console == (console == 1))
                add_group(judge, &judge->groups[i], missing);
    for (size_t i = 0; i < judge->group_count; i++)
        free(judge->groups[i].sources);
    free(judge->groups);
    judge->groups = NULL;
    judge->group_count = 0;
}

/* ---- the host itself ---- */

static bool same_owner(const struct rw_ports_door *a, const struct rw_ports_door *b)
{
    return b->state == RW_PORTS_S_TAKEN && rw_text_equal(a->pid, b->pid);
}

static void add_taken(const struct judge *judge)
{
    const struct rw_ports_host *host = &judge->matrix->hosts[judge->target];
    for (size_t i = 0; i < host->door_count; i++) {
        const struct rw_ports_door *door = &host->doors[i];
        bool first = door->state == RW_PORTS_S_TAKEN;
        unsigned ports = 0;
        for (size_t k = 0; k < i; k++)
            first = first && !same_owner(door, &host->doors[k]);
        if (!first)
            continue;
        for (size_t k = i; k < host->door_count; k++)
            if (same_owner(door, &host->doors[k]))
                ports |= 1u << k;
        struct rw_finding *finding =
            add(judge, door->pid ? RW_F_PORTS_IN_USE : RW_F_PORTS_IN_USE_KERNEL, ports);
        if (!door->pid)
            continue;
        rw_finding_set(finding, "process", door->process);
        rw_finding_set(finding, "pid", door->pid);
        rw_finding_set(finding, "unit", door->unit ? door->unit : "-");
    }
}

static unsigned untested(const struct rw_ports_host *host, bool udp_only)
{
    unsigned ports = 0;
    for (size_t i = 0; i < host->door_count; i++)
        if (host->doors[i].state == RW_PORTS_S_UNTESTED && (host->doors[i].port->udp || !udp_only))
            ports |= 1u << i;
    return ports;
}

static void add_unknown(const struct judge *judge)
{
    const struct rw_ports_host *host = &judge->matrix->hosts[judge->target];
    const char *target = host->untested_target, *source = host->untested_source;
    bool alone = judge->matrix->host_count < 2;
    if (target && source && strcmp(target, source) == 0) {
        rw_finding_set(add(judge, RW_F_PORTS_HOST_UNKNOWN, 0), "_reason", target);
        return;
    }
    if (target && untested(host, false))
        rw_finding_set(add(judge, RW_F_PORTS_TARGET_UNKNOWN, untested(host, false)), "_reason",
                       target);
    else if (host->no_udp && untested(host, true))
        rw_finding_set(add(judge, RW_F_PORTS_TARGET_UNKNOWN, untested(host, true)), "_reason",
                       N_("the systemd there is too old to listen for datagrams"));
    if (source && !alone)
        rw_finding_set(add(judge, RW_F_PORTS_SOURCE_UNKNOWN, 0), "_reason", source);
}

static void settle_cells(struct rw_ports_matrix *matrix)
{
    for (size_t i = 0; i < matrix->cell_count; i++) {
        struct rw_ports_cell *cell = &matrix->cells[i];
        enum rw_ports_state state = rw_ports_state(matrix, cell->target, cell->port);
        if (state == RW_PORTS_S_TAKEN)
            cell->result = RW_PORTS_IN_USE;
        else if (state == RW_PORTS_S_RUNNING)
            cell->result = RW_PORTS_RUNNING;
        else if (state == RW_PORTS_S_UNTESTED)
            cell->result = RW_PORTS_UNKNOWN;
    }
}

void rw_ports_judge(struct rw_findings *findings, struct rw_ports_matrix *matrix,
                    const struct rw_cluster *cluster)
{
    struct judge judge = {.findings = findings, .matrix = matrix, .cluster = cluster};
    settle_cells(matrix);
    for (judge.target = 0; judge.target < matrix->host_count; judge.target++) {
        add_taken(&judge);
        add_groups(&judge);
        add_unknown(&judge);
    }
}
