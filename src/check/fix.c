/* SPDX-License-Identifier: Apache-2.0 */
#include "check/fix.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/firewall.h"
#include "plan/node_scripts.h"
#include "rke2/needs.h"

/* ---- lines ---- */

/* Takes line. */
static void add_line(struct rw_fix *fix, char *line)
{
    *rw_array_add(fix->lines, fix->line_count) = line;
}

static void add_lines(struct rw_fix *fix, const char *const *lines)
{
    for (; *lines; lines++)
        add_line(fix, rw_strdup(*lines));
}

static const char *value(const struct rw_finding *finding, const char *name)
{
    const char *text = rw_finding_get(finding, name);
    return text ? text : "";
}

/* fstab first: a swap that is off but comes back at the next start would not be found any more. */
static bool fix_swap(struct rw_fix *fix, const struct rw_finding *finding)
{
    static const char *const lines[] = {
        "[ ! -f /etc/fstab ] || [ -e /etc/fstab.rke2-wizard-old ] || "
        "cp -p /etc/fstab /etc/fstab.rke2-wizard-old",
        "[ ! -f /etc/fstab ] || sed -i "
        "'s/^[[:space:]]*[^#[:space:]][^#]*[[:space:]]swap[[:space:]].*/#&/' /etc/fstab",
        "systemctl daemon-reload",
        "swapoff -a",
        NULL,
    };
    (void)finding;
    if (fix->line_count == 0)
        add_lines(fix, lines);
    return true;
}

/* To /run first and loaded from there, to /etc last: as long as it is not there, it is found.
 * Source: RKE2 documentation, "Known Issues", NetworkManager. */
static bool fix_network_manager(struct rw_fix *fix, const struct rw_finding *finding)
{
    static const char *const lines[] = {
        "mkdir -p /run/NetworkManager/conf.d /etc/NetworkManager/conf.d",
        "printf '%s\\n' '[keyfile]' 'unmanaged-devices=interface-name:flannel*;"
        "interface-name:cali*;interface-name:tunl*;interface-name:vxlan.calico;"
        "interface-name:vxlan-v6.calico;interface-name:wireguard.cali;"
        "interface-name:wg-v6.cali' >/run/NetworkManager/conf.d/rke2-canal.conf",
        "systemctl reload NetworkManager",
        "cp /run/NetworkManager/conf.d/rke2-canal.conf "
        "/etc/NetworkManager/conf.d/rke2-canal.conf.rke2-wizard-new",
        "mv -f /etc/NetworkManager/conf.d/rke2-canal.conf.rke2-wizard-new "
        "/etc/NetworkManager/conf.d/rke2-canal.conf",
        NULL,
    };
    (void)finding;
    if (fix->line_count == 0)
        add_lines(fix, lines);
    return true;
}

/* One by one: a unit that is not there would stop the other from being disabled. */
static bool fix_nm_cloud_setup(struct rw_fix *fix, const struct rw_finding *finding)
{
    static const char *const units[] = {"nm-cloud-setup.timer", "nm-cloud-setup.service"};
    for (size_t i = 0; i < RW_COUNT(units); i++)
        if (strstr(value(finding, "found"), units[i]))
            add_line(fix, rw_asprintf("systemctl disable --now %s", units[i]));
    return fix->line_count > 0;
}

static bool fix_firewall(struct rw_fix *fix, const struct rw_finding *finding)
{
    struct rw_buf line = {0};
    rw_firewall_commands(&line, rw_firewall_by_name(rw_finding_get(finding, "manager")),
                         rw_finding_get(finding, "zone"), value(finding, "missing"));
    bool good = line.len > 0;
    /* Each finding about the ports of a host names all that are missing there. */
    if (good && fix->line_count == 0)
        add_line(fix, rw_buf_take(&line));
    rw_buf_done(&line);
    return good;
}

/* ---- packages ---- */

enum packager { APT, DNF, YUM, ZYPPER, PACKAGER_COUNT };

static const struct RW_ROW {
    const char *name;
    const char *prepare[3]; /* ended by NULL */
    const char *install;
    const char *time_unit; /* of the package chrony */
    enum rw_rke2_family family;
} packagers[PACKAGER_COUNT] = {
    /* A dpkg that was interrupted refuses everything before it is brought to its end. */
    [APT] = {.name = "apt-get",
             .prepare = {"DEBIAN_FRONTEND=noninteractive dpkg --configure -a", "apt-get -q update",
                         NULL},
             .install = "DEBIAN_FRONTEND=noninteractive apt-get -q -y install",
             .time_unit = "chrony.service",
             .family = RW_RKE2_DEB},
    [DNF] = {.name = "dnf",
             .install = "dnf -q -y install",
             .time_unit = "chronyd.service",
             .family = RW_RKE2_RPM},
    [YUM] = {.name = "yum",
             .install = "yum -q -y install",
             .time_unit = "chronyd.service",
             .family = RW_RKE2_RPM},
    [ZYPPER] = {.name = "zypper",
                .install = "zypper --non-interactive install",
                .time_unit = "chronyd.service",
                .family = RW_RKE2_SUSE},
};

static enum packager packager_of(const struct rw_finding *finding)
{
    size_t i = 0;
    while (i < PACKAGER_COUNT && strcmp(value(finding, "packager"), packagers[i].name) != 0)
        i++;
    return (enum packager)i;
}

static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; *at; at += strspn(at, " ")) {
        size_t here = strcspn(at, " ");
        if (here == length && strncmp(at, word, length) == 0)
            return true;
        at += here;
    }
    return false;
}

static void add_install(struct rw_fix *fix, enum packager packager, const char *names)
{
    add_lines(fix, packagers[packager].prepare);
    add_line(fix, rw_asprintf("%s %s", packagers[packager].install, names));
}

/* Several findings ask for programs: the line that installs, which is the last, takes them all. */
static bool fix_packages(struct rw_fix *fix, const struct rw_finding *finding)
{
    enum packager packager = packager_of(finding);
    bool good = false;
    for (const char *at = value(finding, "tools"); packager < PACKAGER_COUNT && *at;
         at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        const char *package = rw_rke2_package(at, length, packagers[packager].family);
        at += length;
        if (!package)
            continue;
        good = true;
        if (fix->line_count == 0) {
            add_install(fix, packager, package);
        } else if (!has_word(fix->lines[fix->line_count - 1], package)) {
            char **last = &fix->lines[fix->line_count - 1];
            char *longer = rw_asprintf("%s %s", *last, package);
            free(*last);
            *last = longer;
        }
    }
    return good;
}

/* ---- time ---- */

/* A service that runs is started anew: it may set a clock that is far off at its start alone. */
static bool fix_time(struct rw_fix *fix, const struct rw_finding *finding)
{
    static const char *const services[] = {"chrony.service", "chronyd.service", "ntpsec.service",
                                           "ntp.service",    "ntpd.service",    "openntpd.service"};
    static const char *const own = "systemd-timesyncd.service";
    enum packager packager = packager_of(finding);
    const char *service = value(finding, "service"), *installed = value(finding, "installed");
    if (fix->line_count > 0)
        return true;
    if (strcmp(service, own) == 0 || strcmp(installed, own) == 0) {
        add_line(fix, rw_strdup("timedatectl set-ntp true"));
        add_line(fix, rw_asprintf("systemctl restart %s", own));
        return true;
    }
    for (size_t i = 0; i < RW_COUNT(services); i++) {
        if (strcmp(service, services[i]) != 0 && strcmp(installed, services[i]) != 0)
            continue;
        add_line(fix, rw_asprintf("systemctl enable --now %s", services[i]));
        add_line(fix, rw_asprintf("systemctl restart %s", services[i]));
        return true;
    }
    if (packager == PACKAGER_COUNT)
        return false;
    add_install(fix, packager, "chrony");
    add_line(fix, rw_asprintf("systemctl enable --now %s", packagers[packager].time_unit));
    return true;
}

/* ---- from findings to fixes ---- */

/* Findings with the same title on a host are one fix. */
static const struct {
    enum rw_finding_id id;
    const char *title;
    /* Adds lines, or leaves those that are there; whether they repair the finding. */
    bool (*fix)(struct rw_fix *fix, const struct rw_finding *finding);
} table[] = {
    {RW_F_HOST_TOOL_MISSING, N_("install missing programs"), fix_packages},
    {RW_F_NO_IPTABLES, N_("install missing programs"), fix_packages},
    {RW_F_APPARMOR_PARSER, N_("install missing programs"), fix_packages},
    {RW_F_NO_TIME_SERVICE, N_("enable time synchronization"), fix_time},
    {RW_F_CLOCK_OFFSET, N_("enable time synchronization"), fix_time},
    {RW_F_SWAP_ON, N_("disable swap, now and after a restart"), fix_swap},
    {RW_F_NM_MANAGES, N_("make NetworkManager ignore the interfaces of pods"), fix_network_manager},
    {RW_F_NM_CLOUD_SETUP, N_("disable nm-cloud-setup"), fix_nm_cloud_setup},
    {RW_F_PORTS_BLOCKED_MANAGED, N_("open ports in the firewall"), fix_firewall},
};

static struct rw_fix *find(struct rw_fixes *fixes, const char *host, const char *title)
{
    for (size_t i = 0; i < fixes->count; i++)
        if (strcmp(fixes->items[i].host, host) == 0 && strcmp(fixes->items[i].title, title) == 0)
            return &fixes->items[i];
    struct rw_fix *fix = rw_array_add(fixes->items, fixes->count);
    fix->host = rw_strdup(host);
    fix->title = title;
    return fix;
}

static void fix_done(struct rw_fix *fix)
{
    for (size_t i = 0; i < fix->line_count; i++)
        free(fix->lines[i]);
    free(fix->lines);
    free(fix->findings);
    free(fix->host);
}

static void note(struct rw_fix *fix, enum rw_finding_id id)
{
    for (size_t i = 0; i < fix->finding_count; i++)
        if (fix->findings[i] == id)
            return;
    *rw_array_add(fix->findings, fix->finding_count) = id;
}

void rw_fixes_find(struct rw_fixes *fixes, const struct rw_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        for (size_t k = 0; k < RW_COUNT(table) && finding->host; k++) {
            if (finding->id != table[k].id)
                continue;
            struct rw_fix *fix = find(fixes, finding->host, table[k].title);
            if (table[k].fix(fix, finding))
                note(fix, finding->id);
            else if (fix->line_count == 0)
                fix_done(&fixes->items[--fixes->count]); /* new, and nothing to do */
        }
    }
}

void rw_fixes_done(struct rw_fixes *fixes)
{
    for (size_t i = 0; i < fixes->count; i++)
        fix_done(&fixes->items[i]);
    free(fixes->items);
    *fixes = (struct rw_fixes){0};
}

void rw_fix_print(struct rw_buf *out, const struct rw_fix *fix)
{
    rw_buf_addf(out, _("%s: %s\n"), fix->host, _(fix->title));
    for (size_t i = 0; i < fix->line_count; i++)
        rw_buf_addf(out, "  # %s\n", fix->lines[i]);
}

void rw_fix_script(struct rw_buf *out, const struct rw_fix *fix)
{
    rw_node_script_add(out, "fix");
    for (size_t i = 0; i < fix->line_count; i++) {
        rw_buf_adds(out, "line ");
        rw_text_shell_quote(out, fix->lines[i]);
        rw_buf_adds(out, "\n");
    }
}
