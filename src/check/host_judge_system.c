/* SPDX-License-Identifier: Apache-2.0 */
/* The system of a host: programs, kernel, security, services. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "check/host_judge_parts.h"
#include "rke2/needs.h"
#include "rke2/version.h"

void host_judge_systemd(struct host_judge *judge)
{
    bool runs = judge->facts->systemd;
    host_judge_state(judge, RW_CHECK_SYSTEMD, runs ? HOST_GOOD : HOST_BAD, NULL,
                     runs ? _("running") : _("not running"), _("running"));
}

void host_judge_arch(struct host_judge *judge)
{
    const char *arch = judge->facts->arch;
    bool known = arch && *arch;
    bool good = known && (strcmp(arch, "x86_64") == 0 || strcmp(arch, "aarch64") == 0);
    struct rw_finding *finding = host_judge_state(judge, RW_CHECK_ARCH, host_state_of(known, good),
                                                  NULL, arch, "x86_64, aarch64");
    if (finding)
        rw_finding_set(finding, "found", arch);
}

/* ---- programs ---- */

static const char *packager(const struct host_judge *judge)
{
    return judge->facts->packager ? judge->facts->packager : "-";
}

static bool has_program(const void *facts, const char *name)
{
    return rw_host_facts_tool(facts, name);
}

void host_judge_tools(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    char *missing = rw_rke2_missing(RW_RKE2_NEEDS_PROGRAM, has_program, facts);
    char *found = missing ? rw_asprintf(_("missing: %s"), missing) : rw_strdup(_("all present"));
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_TOOLS, host_state_of(facts->tools_read, !missing), NULL,
                         found, _("all present"));
    if (finding) {
        rw_finding_set(finding, "tools", missing);
        rw_finding_set(finding, "packager", packager(judge));
    }
    free(found);
    free(missing);
}

/* Where yum installs RKE2, its package brings what it needs. */
static void needs_program(struct host_judge *judge, enum rw_check_id check,
                          enum rw_rke2_need_kind kind, bool known, bool needed)
{
    char *program = rw_rke2_needs(kind);
    char *missing = rw_rke2_missing(kind, has_program, judge->facts);
    const char *found = !missing ? _("present") : needed ? _("missing") : _("not needed");
    struct rw_finding *finding = host_judge_state(
        judge, check, host_state_of(known, !missing || !needed), NULL, found, program);
    if (finding) {
        rw_finding_set(finding, "tools", missing);
        rw_finding_set(finding, "packager", packager(judge));
    }
    free(missing);
    free(program);
}

void host_judge_iptables(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    needs_program(judge, RW_CHECK_IPTABLES, RW_RKE2_NEEDS_IPTABLES, facts->tools_read, !facts->yum);
}

void host_judge_apparmor(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    needs_program(judge, RW_CHECK_APPARMOR, RW_RKE2_NEEDS_APPARMOR,
                  facts->tools_read && facts->apparmor != RW_KNOWN_NOT,
                  facts->apparmor == RW_KNOWN_YES);
}

/* ---- kernel ---- */

static bool has_word(const void *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; at && *at;) {
        size_t here = strcspn(at, " ");
        if (here == length && strncmp(at, word, length) == 0)
            return true;
        at += here + (at[here] == ' ');
    }
    return false;
}

static const char *release_of(const struct host_judge *judge)
{
    const struct rw_cluster *cluster = judge->cluster;
    return cluster->version ? cluster->version : cluster->channel;
}

/* What is not so for every release that may come is a warning. */
static void soften(struct host_judge *judge, struct rw_finding *finding,
                   enum rw_rke2_differs differs)
{
    if (differs == RW_DIFFERS_YES || finding->severity != RW_SEVERITY_FAIL)
        return;
    finding->severity = RW_SEVERITY_WARN;
    judge->verdicts->rows[judge->verdicts->row_count - 1].severity = RW_SEVERITY_WARN;
}

void host_judge_cgroups(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    const char *found = facts->cgroup_v2 ? facts->cgroup_v2 : facts->cgroup_v1;
    char *needed = rw_rke2_needs(RW_RKE2_NEEDS_CONTROLLER);
    char *missing = rw_rke2_missing(RW_RKE2_NEEDS_CONTROLLER, has_word, found);
    enum rw_rke2_differs newer = facts->cgroup_v2 || !found || facts->cgroup_v1_allowed
                                     ? RW_DIFFERS_NO
                                     : rw_rke2_needs_cgroup_v2(release_of(judge));
    struct rw_finding *finding = host_judge_state(
        judge, RW_CHECK_CGROUPS, host_state_of(found, !missing && newer == RW_DIFFERS_NO), NULL,
        found, needed);
    if (finding && missing) {
        rw_finding_set(finding, "missing", missing);
        rw_finding_set(finding, "found", *found ? found : "-");
    } else if (finding) {
        finding->id = RW_F_CGROUP_V1;
        soften(judge, finding, newer);
    }
    free(missing);
    free(needed);
}

void host_judge_modules(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    const char *missing = facts->missing_modules;
    char *needed = rw_rke2_needs(RW_RKE2_NEEDS_MODULE);
    char *found = missing ? rw_asprintf(_("missing: %s"), missing) : rw_strdup(_("all present"));
    struct rw_finding *finding = host_judge_state(
        judge, RW_CHECK_MODULES, host_state_of(facts->modules_read, !missing), NULL, found, needed);
    if (finding) {
        rw_finding_set(finding, "missing", missing);
        /* The RPM of RKE2 brings kernel-modules-extra. */
        if (facts->yum)
            soften(judge, finding, RW_DIFFERS_NO);
    }
    free(found);
    free(needed);
}

void host_judge_selinux(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    bool enforcing = facts->selinux && strcmp(facts->selinux, "enforcing") == 0;
    bool good = !enforcing || facts->yum || facts->selinux_policy;
    host_judge_state(judge, RW_CHECK_SELINUX, host_state_of(facts->selinux, good), NULL,
                     facts->selinux, "rke2-selinux");
}

/* ---- services ---- */

static const char *const time_services[] = {
    "chronyd.service",  "chrony.service",           "ntpd.service", "ntp.service", "ntpsec.service",
    "openntpd.service", "systemd-timesyncd.service"};

static const char *running_time_service(const struct rw_host_facts *facts)
{
    for (size_t i = 0; i < RW_COUNT(time_services); i++)
        if (rw_host_facts_active(facts, time_services[i]))
            return time_services[i];
    return NULL;
}

static const char *installed_time_service(const struct rw_host_facts *facts)
{
    for (size_t i = 0; i < RW_COUNT(time_services); i++) {
        const struct rw_unit_facts *unit = rw_host_facts_unit(facts, time_services[i]);
        if (unit && !unit->masked)
            return time_services[i];
    }
    return NULL;
}

void host_judge_add_time(struct host_judge *judge, struct rw_finding *finding)
{
    const char *running = running_time_service(judge->facts);
    const char *installed = installed_time_service(judge->facts);
    rw_finding_set(finding, "service", running ? running : "-");
    rw_finding_set(finding, "installed", installed ? installed : "-");
    rw_finding_set(finding, "packager", packager(judge));
}

void host_judge_time_service(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    /* Where the kernel was not asked, a service that is not there keeps nothing right. */
    enum rw_known synced = facts->time_synced;
    if (synced == RW_KNOWN_NOT && facts->units_read && !running_time_service(facts))
        synced = RW_KNOWN_NO;
    struct rw_finding *finding = host_judge_state(
        judge, RW_CHECK_TIME_SERVICE, host_state_of(synced != RW_KNOWN_NOT, synced == RW_KNOWN_YES),
        NULL, synced == RW_KNOWN_YES ? _("synchronized") : _("not synchronized"),
        _("synchronized"));
    if (finding)
        host_judge_add_time(judge, finding);
}

void host_judge_firewall(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    /* The unit of ufw is active also when it guards nothing; a removed one leaves its settings. */
    bool ufw = rw_host_facts_unit(facts, "ufw.service") && facts->ufw_enabled;
    const char *manager = rw_host_facts_active(facts, "firewalld.service") ? "firewalld"
                          : ufw                                            ? "ufw"
                                                                           : NULL;
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_FIREWALL, host_state_of(facts->units_read, !manager), NULL,
                         manager ? manager : _("off"), _("off"));
    if (finding) {
        rw_finding_set(finding, "manager", manager);
        rw_finding_set(finding, "off",
                       strcmp(manager, "ufw") == 0 ? "ufw disable"
                                                   : "systemctl disable --now firewalld");
    }
}

void host_judge_network_manager(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    bool active = rw_host_facts_active(facts, "NetworkManager.service");
    const char *found = !active            ? _("not running")
                        : facts->nm_dropin ? _("ignores pods")
                                           : _("manages all interfaces");
    host_judge_state(judge, RW_CHECK_NETWORK_MANAGER,
                     host_state_of(facts->units_read, !active || facts->nm_dropin), NULL, found,
                     "unmanaged-devices");
}

void host_judge_nm_cloud_setup(struct host_judge *judge)
{
    static const char *const names[] = {"nm-cloud-setup.service", "nm-cloud-setup.timer"};
    const struct rw_host_facts *facts = judge->facts;
    struct rw_buf on = {0};
    for (size_t i = 0; i < RW_COUNT(names); i++) {
        const struct rw_unit_facts *unit = rw_host_facts_unit(facts, names[i]);
        if (unit && (unit->active || unit->enabled))
            rw_buf_addf(&on, "%s%s", on.len ? ", " : "", names[i]);
    }
    struct rw_finding *finding = host_judge_state(judge, RW_CHECK_NM_CLOUD_SETUP,
                                                  host_state_of(facts->units_read, on.len == 0),
                                                  NULL, on.len ? on.data : _("off"), _("off"));
    if (finding) {
        rw_finding_set(finding, "found", on.data);
        soften(judge, finding, rw_rke2_refuses_nm_cloud_setup(release_of(judge)));
    }
    rw_buf_done(&on);
}

void host_judge_wicked(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    bool active = rw_host_facts_active(facts, "wicked.service");
    host_judge_state(judge, RW_CHECK_WICKED,
                     host_state_of(facts->units_read, !active || facts->forwarding), NULL,
                     active ? _("running") : _("not running"), "net.ipv4.conf.all.forwarding=1");
}
