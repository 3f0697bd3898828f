/* SPDX-License-Identifier: Apache-2.0 */
/* Repairs: from findings to the lines that are shown and run. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/fix.h"
#include "remote/reply.h"
#include "unit/helpers.h"

static struct rw_findings findings;
static struct rw_fixes fixes;

static void tear_down(void)
{
    rw_fixes_done(&fixes);
    rw_findings_done(&findings);
}

TestSuite(check_fix, .fini = tear_down);

static void add(enum rw_finding_id id, const char *name, const char *value, const char *other,
                const char *another)
{
    rw_findings_add(&findings, id, "ha-m1", name, value, other, another, NULL);
}

static void find(void)
{
    rw_fixes_done(&fixes);
    rw_fixes_find(&fixes, &findings);
}

/* All lines of a fix, each ended by "\n". */
static void expect_lines(size_t index, const char *expected)
{
    struct rw_buf out = {0};
    cr_assert_lt(index, fixes.count);
    for (size_t i = 0; i < fixes.items[index].line_count; i++)
        rw_buf_addf(&out, "%s\n", fixes.items[index].lines[i]);
    cr_expect_str_eq(rw_buf_str(&out), expected);
    rw_buf_done(&out);
}

/* ---- from findings to lines ---- */

Test(check_fix, missing_programs_of_several_findings_are_installed_at_once)
{
    add(RW_F_HOST_TOOL_MISSING, "tools", "tar cmp stat sync", "packager", "apt-get");
    add(RW_F_NO_IPTABLES, "tools", "iptables", "packager", "apt-get");
    find();
    cr_assert_eq(fixes.count, 1);
    cr_expect_str_eq(fixes.items[0].host, "ha-m1");
    cr_expect_eq(fixes.items[0].finding_count, 2);
    expect_lines(0, "DEBIAN_FRONTEND=noninteractive dpkg --configure -a\n"
                    "apt-get -q update\n"
                    "DEBIAN_FRONTEND=noninteractive apt-get -q -y install tar diffutils coreutils "
                    "iptables\n");
}

Test(check_fix, a_program_that_no_package_has_is_not_told_as_repaired)
{
    add(RW_F_HOST_TOOL_MISSING, "tools", "cmp", "packager", "dnf");
    add(RW_F_APPARMOR_PARSER, "tools", "apparmor_parser", "packager", "dnf");
    find();
    cr_assert_eq(fixes.count, 1);
    cr_assert_eq(fixes.items[0].finding_count, 1);
    cr_expect_eq(fixes.items[0].findings[0], RW_F_HOST_TOOL_MISSING);
}

Test(check_fix, each_distribution_has_its_package_manager)
{
    static const struct {
        const char *packager, *line;
    } cases[] = {
        {"dnf", "dnf -q -y install diffutils\n"},
        {"yum", "yum -q -y install diffutils\n"},
        {"zypper", "zypper --non-interactive install diffutils\n"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        rw_findings_done(&findings);
        add(RW_F_HOST_TOOL_MISSING, "tools", "cmp", "packager", cases[i].packager);
        find();
        expect_lines(0, cases[i].line);
    }
}

Test(check_fix, a_time_service_that_is_there_is_used)
{
    add(RW_F_NO_TIME_SERVICE, "service", "-", "installed", "systemd-timesyncd.service");
    find();
    expect_lines(0, "timedatectl set-ntp true\nsystemctl restart systemd-timesyncd.service\n");
    rw_findings_done(&findings);
    add(RW_F_CLOCK_OFFSET, "service", "chronyd.service", "installed", "chronyd.service");
    add(RW_F_NO_TIME_SERVICE, "service", "chronyd.service", "installed", "chronyd.service");
    find();
    cr_assert_eq(fixes.count, 1);
    cr_expect_eq(fixes.items[0].finding_count, 2);
    expect_lines(0, "systemctl enable --now chronyd.service\nsystemctl restart chronyd.service\n");
}

Test(check_fix, a_host_without_a_time_service_gets_chrony)
{
    add(RW_F_NO_TIME_SERVICE, "service", "-", "packager", "dnf");
    find();
    expect_lines(0, "dnf -q -y install chrony\nsystemctl enable --now chronyd.service\n");
}

Test(check_fix, only_the_units_that_are_on_are_switched_off)
{
    add(RW_F_NM_CLOUD_SETUP, "found", "nm-cloud-setup.timer", "x", "");
    find();
    expect_lines(0, "systemctl disable --now nm-cloud-setup.timer\n");
}

Test(check_fix, missing_ports_are_opened_by_the_manager_of_the_host)
{
    struct rw_finding *finding =
        rw_findings_add(&findings, RW_F_PORTS_BLOCKED_MANAGED, "ha-m2", "manager", "firewalld",
                        "zone", "public", "missing", "9345/tcp, 8472/udp", NULL);
    find();
    expect_lines(0, "firewall-cmd --permanent --zone=public --add-port=9345/tcp "
                    "--add-port=8472/udp && firewall-cmd --reload\n");
    rw_finding_set(finding, "manager", "ufw");
    /* The next finding about the host, from another source, says the same. */
    rw_findings_copy(&findings, &findings.items[0]);
    find();
    cr_expect_eq(fixes.count, 1);
    expect_lines(0, "ufw allow 9345/tcp && ufw allow 8472/udp\n");
}

Test(check_fix, what_nobody_can_repair_safely_has_no_fix)
{
    for (int id = 0; id < RW_FINDING_COUNT; id++)
        rw_findings_add(&findings, (enum rw_finding_id)id, "ha-m1", NULL);
    rw_findings_add(&findings, RW_F_SWAP_ON, NULL, NULL);
    find();
    /* Swap and NetworkManager need no details. */
    cr_expect_eq(fixes.count, 2);
}

Test(check_fix, nothing_that_a_host_told_gets_into_a_line)
{
    static const char *const evil[] = {"x; reboot",  "$(reboot)", "`reboot`", "apt-get; reboot",
                                       "tar;reboot", "'reboot'",  "\nreboot"};
    static const enum rw_finding_id ids[] = {
        RW_F_HOST_TOOL_MISSING, RW_F_NO_IPTABLES,    RW_F_APPARMOR_PARSER,
        RW_F_NO_TIME_SERVICE,   RW_F_CLOCK_OFFSET,   RW_F_SWAP_ON,
        RW_F_NM_MANAGES,        RW_F_NM_CLOUD_SETUP, RW_F_PORTS_BLOCKED_MANAGED};
    for (size_t i = 0; i < RW_COUNT(evil); i++) {
        for (size_t k = 0; k < RW_COUNT(ids); k++) {
            const char *e = evil[i];
            rw_findings_add(&findings, ids[k], "ha-m1", "tools", e, "packager", "dnf", "service", e,
                            "installed", e, "found", e, "manager", "ufw", "zone", e, "missing", e,
                            NULL);
            rw_findings_add(&findings, ids[k], "ha-m2", "tools", "tar", "packager", e, "manager", e,
                            "zone", e, "missing", "1/tcp", NULL);
        }
    }
    find();
    cr_assert_gt(fixes.count, 0);
    for (size_t i = 0; i < fixes.count; i++)
        for (size_t k = 0; k < fixes.items[i].line_count; k++)
            cr_expect(!strstr(fixes.items[i].lines[k], "reboot"), "%s", fixes.items[i].lines[k]);
}

/* ---- lines that run ---- */

static char *with(const char *text, const char *from, const char *to)
{
    struct rw_buf out = {0};
    for (const char *at = text; *at;) {
        bool here = rw_text_starts(at, from);
        rw_buf_adds(&out, here ? to : "");
        if (!here)
            rw_buf_addc(&out, *at);
        at += here ? strlen(from) : 1;
    }
    return out.len ? rw_buf_take(&out) : rw_strdup("");
}

/* The first two lines of the fix for swap, on another fstab. */
static void run_on_fstab(const char *fstab)
{
    for (size_t i = 0; i < 2; i++) {
        int status;
        char *line = with(fixes.items[0].lines[i], "/etc/fstab", fstab);
        free(run_shell("sh", line, &status));
        cr_expect_eq(status, 0, "%s", line);
        free(line);
    }
}

Test(check_fix, swap_lines_of_fstab_become_comments_once_and_the_old_file_is_kept)
{
    static const char before[] = "# swap was on /dev/sda5\n"
                                 "UUID=1 / ext4 defaults 0 1\n"
                                 "UUID=2 none swap sw 0 0\n"
                                 "  /swapfile\tswap\tswap\tdefaults 0 0\n"
                                 "#/dev/sdb none swap sw 0 0\n"
                                 "/dev/sdc /swap ext4 defaults 0 2\n";
    static const char after[] = "# swap was on /dev/sda5\n"
                                "UUID=1 / ext4 defaults 0 1\n"
                                "#UUID=2 none swap sw 0 0\n"
                                "#  /swapfile\tswap\tswap\tdefaults 0 0\n"
                                "#/dev/sdb none swap sw 0 0\n"
                                "/dev/sdc /swap ext4 defaults 0 2\n";
    char *folder = folder_new();
    const char *fstab = in_folder(folder, "fstab");
    write_text(fstab, before);
    add(RW_F_SWAP_ON, "found", "2 GiB", "devices", "/swapfile");
    find();
    for (int turn = 0; turn < 2; turn++) {
        run_on_fstab(fstab);
        char *now = read_text(fstab), *old = read_text(in_folder(folder, "fstab.rke2-wizard-old"));
        cr_expect_str_eq(now, after);
        cr_expect_str_eq(old, before);
        free(now);
        free(old);
    }
    expect_lines(0, "[ ! -f /etc/fstab ] || [ -e /etc/fstab.rke2-wizard-old ] || cp -p /etc/fstab "
                    "/etc/fstab.rke2-wizard-old\n"
                    "[ ! -f /etc/fstab ] || sed -i "
                    "'s/^[[:space:]]*[^#[:space:]][^#]*[[:space:]]swap[[:space:]].*/#&/' "
                    "/etc/fstab\n"
                    "systemctl daemon-reload\nswapoff -a\n");
    folder_remove(folder);
}

static void answer_of(struct rw_reply *reply, const char *shell, const struct rw_fix *fix,
                      int *status)
{
    struct rw_buf script = {0};
    rw_buf_adds(&script, "rw_main() {\n");
    rw_fix_script(&script, fix);
    rw_buf_adds(&script, "}\n( rw_main ) </dev/null\n");
    char *output = run_shell(shell, rw_buf_str(&script), status);
    rw_reply_parse(reply, output, strlen(output));
    free(output);
    rw_buf_done(&script);
}

Test(check_fix, the_script_says_what_it_runs_and_stops_at_the_first_failure)
{
    char quoted[] = "x='a b'; [ \"$x\" = 'a b' ]", noisy[] = "echo failed=no; echo run=no";
    char failing[] = "(exit 7)", never[] = "echo never";
    char *lines[] = {quoted, noisy, failing, never};
    struct rw_fix fix = {.lines = lines, .line_count = RW_COUNT(lines)};
    for (size_t i = 0; shells[i]; i++) {
        if (!have_shell(shells[i]))
            continue;
        struct rw_reply reply = {0};
        int status;
        answer_of(&reply, shells[i], &fix, &status);
        cr_expect_eq(status, 1, "%s", shells[i]);
        cr_assert_eq(reply.count, 5, "%s", shells[i]);
        cr_expect_str_eq(reply.pairs[0].value, lines[0]);
        cr_expect_str_eq(reply.pairs[1].value, lines[1]);
        cr_expect_str_eq(reply.pairs[2].value, lines[2]);
        cr_expect_str_eq(rw_reply_get(&reply, "failed"), lines[2]);
        cr_expect_str_eq(rw_reply_get(&reply, "failed_status"), "7");
        rw_reply_done(&reply);
    }
}

Test(check_fix, every_line_is_right_in_every_shell)
{
    for (int packager = 0; packager < 2; packager++) {
        const char *host = packager ? "ha-m1" : "ha-m2", *name = packager ? "apt-get" : "zypper";
        rw_findings_add(&findings, RW_F_HOST_TOOL_MISSING, host, "tools", "tar", "packager", name,
                        NULL);
        rw_findings_add(&findings, RW_F_NO_TIME_SERVICE, host, "packager", name, NULL);
    }
    add(RW_F_SWAP_ON, "found", "", "devices", "");
    add(RW_F_NM_MANAGES, "found", "", "devices", "");
    add(RW_F_NM_CLOUD_SETUP, "found", "nm-cloud-setup.service, nm-cloud-setup.timer", "x", "");
    find();
    cr_expect_eq(fixes.count, 7);
    for (size_t i = 0; shells[i]; i++) {
        for (size_t k = 0; have_shell(shells[i]) && k < fixes.count; k++) {
            for (size_t n = 0; n < fixes.items[k].line_count; n++) {
                const char *line = fixes.items[k].lines[n];
                const char *argv[] = {shells[i], "-n", NULL};
                int status;
                free(run_program(argv, line, strlen(line), &status));
                cr_expect_eq(status, 0, "%s: %s", shells[i], line);
            }
        }
    }
}
