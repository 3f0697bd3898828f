/* SPDX-License-Identifier: Apache-2.0 */
/* Output of a host that does not run a script, and the cause that is reported for it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "remote/refusal.h"
#include "remote/script.h"

static const struct {
    enum rw_refusal_at at;
    int status;
    const char *said;
    enum rw_finding_id id;
    bool password;
} rows[] = {
    {RW_REFUSAL_SHELL, 142, "Please login as the user \"ubuntu\" rather than the user \"root\".",
     RW_F_LOGIN_OTHER_USER, false},
    {RW_REFUSAL_SHELL, 142, "Please login as the user ubuntu rather than the user root.",
     RW_F_LOGIN_OTHER_USER, false},
    {RW_REFUSAL_SHELL, 1, "Please login as the user “”.", RW_F_LOGIN_NO_SCRIPT, false},
    {RW_REFUSAL_SHELL, 1,
     "WARNING: Your password has expired.; Password change required but no TTY available.",
     RW_F_LOGIN_EXPIRED, false},
    {RW_REFUSAL_SHELL, 1,
     "You are required to change your password immediately (administrator enforced).",
     RW_F_LOGIN_EXPIRED, false},
    {RW_REFUSAL_SHELL, 1, "This account is currently not available.", RW_F_LOGIN_NO_SHELL, false},
    {RW_REFUSAL_SHELL, 1, "", RW_F_LOGIN_NO_SHELL, false},
    {RW_REFUSAL_SHELL, 0, "", RW_F_LOGIN_START_FILE, false},
    {RW_REFUSAL_SHELL, 125, RW_SCRIPT_CUT, RW_F_LOGIN_START_FILE, false},
    {RW_REFUSAL_SHELL, 0, "Mon Nov 30 07:00:00 UTC 2026", RW_F_LOGIN_NO_SCRIPT, false},
    {RW_REFUSAL_SHELL, -1, "", RW_F_LOGIN_NO_SCRIPT, false},
    {RW_REFUSAL_NO_SUDO, 0, "", RW_F_SUDO_MISSING, false},
    {RW_REFUSAL_SUDO, 1, "sudo: a password is required", RW_F_HOST_NO_ROOT, true},
    {RW_REFUSAL_SUDO, 1, "sudo: sorry, you must have a tty to run sudo", RW_F_SUDO_TTY, false},
    {RW_REFUSAL_SUDO, 1,
     "Sorry, user auto is not allowed to execute '/usr/bin/sh -c …' as root on ha-m1.",
     RW_F_SUDO_NO_SHELL, false},
    {RW_REFUSAL_SUDO, 126, "sh: 1: exec: sh: Permission denied", RW_F_SUDO_NOEXEC, false},
    {RW_REFUSAL_PASSWORD, 1, "Sorry, try again.; sudo: 1 incorrect password attempt",
     RW_F_HOST_NO_ROOT, true},
    {RW_REFUSAL_PASSWORD, 1, "guest is not in the sudoers file.", RW_F_HOST_NO_ROOT, false},
    {RW_REFUSAL_PASSWORD, 1, "Sorry, user guest may not run sudo on ha-m1.", RW_F_HOST_NO_ROOT,
     false},
    {RW_REFUSAL_PASSWORD, 1,
     "sudo: Account or password is expired, reset your password and try again", RW_F_LOGIN_EXPIRED,
     false},
    {RW_REFUSAL_ROOT, 126, "sh: 1: exec: sh: Permission denied", RW_F_SUDO_NOEXEC, false},
    {RW_REFUSAL_ROOT, 1, "anything", RW_F_HOST_NO_ROOT, false},
};

Test(refusal, the_cause_is_read_from_what_the_host_says)
{
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_refusal refusal = {.at = rows[i].at, .status = rows[i].status};
        snprintf(refusal.said, sizeof refusal.said, "%s", rows[i].said);
        enum rw_finding_id id = rw_refusal_finding(&refusal);
        cr_expect_eq(id, rows[i].id, "%s: %s", rows[i].said, rw_finding_code(id));
        if (rows[i].at != RW_REFUSAL_NO_SUDO)
            cr_expect_eq(rw_refusal_wants_password(&refusal), rows[i].password, "%s", rows[i].said);
    }
}

Test(refusal, a_password_that_is_wanted_although_a_rule_has_nopasswd_is_a_cause_of_its_own)
{
    struct rw_refusal refusal = {.at = RW_REFUSAL_SUDO,
                                 .status = 1,
                                 .password = true,
                                 .nopasswd = true,
                                 .said = "sudo: a password is required"};
    cr_expect_eq(rw_refusal_finding(&refusal), RW_F_SUDO_NOPASSWD_UNUSED);
    refusal.nopasswd = false;
    cr_expect_eq(rw_refusal_finding(&refusal), RW_F_HOST_NO_ROOT);
}

Test(refusal, the_user_of_a_cloud_image_is_taken_from_its_message)
{
    static const char *const said[][2] = {
        {"Please login as the user \"ubuntu\" rather than the user \"root\".", "ubuntu"},
        {"Please login as the user ec2-user rather than the user root.", "ec2-user"},
        {"Please login as the user opc.", "opc"},
        {"Please login as the user $(reboot)", ""},
        {"Welcome", ""},
    };
    for (size_t i = 0; i < RW_COUNT(said); i++) {
        struct rw_refusal refusal = {.at = RW_REFUSAL_SHELL};
        struct rw_findings list = {0};
        struct rw_finding *finding = rw_findings_add(&list, RW_F_LOGIN_OTHER_USER, "h", NULL);
        snprintf(refusal.said, sizeof refusal.said, "%s", said[i][0]);
        rw_refusal_tell(finding, &refusal);
        cr_expect_str_eq(rw_finding_get(finding, "wanted"), said[i][1]);
        rw_findings_done(&list);
    }
}

Test(refusal, the_fix_names_that_user)
{
    struct rw_refusal refusal = {
        .at = RW_REFUSAL_SHELL,
        .how = "exit status 142",
        .said = "Please login as the user \"ubuntu\" rather than the user \"root\"."};
    struct rw_findings list = {0};
    struct rw_finding *finding = rw_findings_add(&list, rw_refusal_finding(&refusal), "h", "user",
                                                 "root", "address", "h", "port", "22", NULL);
    rw_refusal_tell(finding, &refusal);
    char *fact = rw_finding_text(finding, RW_FINDING_FACT);
    char *fix = rw_finding_text(finding, RW_FINDING_FIX);
    cr_expect(strstr(fact, refusal.said), "%s", fact);
    cr_expect(strstr(fix, "“user: ubuntu”"), "%s", fix);
    free(fact);
    free(fix);
    rw_findings_done(&list);
}
