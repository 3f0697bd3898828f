/* SPDX-License-Identifier: Apache-2.0 */
/* The finding for a login that comes to nothing has the cause, whatever the code of the failure. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "contact/contact.h"
#include "unit/fake_hosts.h"
#include "unit/helpers.h"

static struct rw_cluster *cluster;
static struct rw_contact *contact;
static bool settled, closed;

static void on_settled(void *context, size_t host)
{
    (void)context;
    (void)host;
    settled = true;
}

static void on_closed(void *context)
{
    (void)context;
    closed = true;
}

static void expect_finding(int rc, enum rw_ssh_problem problem, const char *said, const char *code,
                           const char *fact, const char *fix)
{
    fake_begin();
    cluster = cluster_of("registration-name: rke2.demo.kingsd.top\ntoken: my-shared-secret\n"
                         "rke2: {version: v1.26.12+rke2r1}\n",
                         "- {name: ha-m1, address: ha-m1, role: server}\n");
    fake_problem("ha-m1", rc, problem, said);
    struct rw_contact_options options = {.cluster = cluster, .transport = &fake_transport};
    struct rw_contact_user user = {.settled = on_settled};
    settled = closed = false;
    contact = rw_contact_new(fake_loop(), &options);
    rw_contact_use(contact, &user);
    fake_wait(&settled);
    const struct rw_finding *finding = rw_contact_failure(contact, 0);
    cr_assert_not_null(finding);
    cr_expect_str_eq(rw_finding_code(finding->id), code);
    char *is = rw_finding_text(finding, RW_FINDING_FACT);
    char *told = rw_finding_text(finding, RW_FINDING_FIX);
    cr_expect(strstr(is, fact), "%s: %s", code, is);
    cr_expect(strstr(told, fix), "%s: %s", code, told);
    cr_expect_null(strchr(is, '{'), "%s", is);
    cr_expect_null(strchr(told, '{'), "%s", told);
    free(is);
    free(told);
    rw_contact_free(contact, on_closed, NULL);
    fake_wait(&closed);
    fake_finish();
    rw_cluster_free(cluster);
}

Test(login_findings, have_the_cause_and_its_fix)
{
    static const struct {
        int rc;
        enum rw_ssh_problem problem;
        const char *said, *code, *fact, *fix;
    } rows[] = {
        {RW_EAUTH, RW_SSH_NO_PROBLEM, "", "H-02", "Tried: key k.", "ssh-copy-id -p 22 root@ha-m1"},
        {RW_EAUTH, RW_SSH_CLOSED,
         "System is booting up. Unprivileged users are not permitted to log in yet.", "H-40",
         "System is booting up", "rm -f /run/nologin /etc/nologin"},
        {RW_EAUTH, RW_SSH_CLOSED, "Your account has expired; please contact your administrator.",
         "H-31", "Your account has expired", "chage -M -1 -E -1 root"},
        {RW_EAUTH, RW_SSH_CLOSED, "Only on Mondays.", "H-41", "root logged in: Only on Mondays.",
         "journalctl"},
        {RW_EAUTH, RW_SSH_CLOSED, "", "H-41", "(no output)", "journalctl"},
        {RW_ETIMEOUT, RW_SSH_SLOW, "", "H-42", "within 60 seconds", "getent passwd root"},
        {RW_EAUTH, RW_SSH_TOO_MANY, "", "H-43", "4 keys", "“key”"},
        {RW_EAUTH, RW_SSH_FACTOR, "", "H-44", "wants more: publickey.", "in a terminal"},
        {RW_EPROTO, RW_SSH_TURNED_AWAY, "", "H-45", "at the moment: the reason", "ten minutes"},
        {RW_ECLOSED, RW_SSH_ENDED_EARLY, "", "H-46", "before the login: the reason.", "journalctl"},
        {RW_ETIMEOUT, RW_SSH_ENDED_EARLY, "", "H-46", "before the login: the reason.",
         "journalctl"},
        {RW_EPROTO, RW_SSH_NO_ALGORITHM, "newer", "H-47", "libssh2 1.10.0 has no MAC algorithm",
         "add it to the line “MACs”"},
        {RW_EPROTO, RW_SSH_NO_ALGORITHM, NULL, "H-48", "libssh2 1.10.0, has no MAC algorithm",
         "Let the host offer hmac-sha2-512"},
        {RW_EHOSTKEY, RW_SSH_KNOWN_HOSTS, "", "H-49", "known host keys cannot be used: the reason",
         "a regular file"},
        {RW_EHOSTKEY, RW_SSH_NO_FILES, "", "H-50", "open only ", "ulimit -n 4096"},
        {RW_ECONNECT, RW_SSH_NO_FILES, "", "H-50", "open only ", "ulimit -n 4096"},
        {RW_EHOSTKEY, RW_SSH_REVOKED, "", "H-51", "revoked: SHA256:x", "ssh-keygen -A"},
        {RW_EHOSTKEY, RW_SSH_AUTHORITY, "", "H-52", "only a certificate authority is known",
         "--accept-new-host-keys"},
        {RW_ECONNECT, RW_SSH_NO_PROBLEM, "", "H-01", "cannot be reached: the reason.", "firewall"},
        {RW_ETIMEOUT, RW_SSH_NO_PROBLEM, "", "H-01", "cannot be reached: the reason.", "firewall"},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++)
        expect_finding(rows[i].rc, rows[i].problem, rows[i].said, rows[i].code, rows[i].fact,
                       rows[i].fix);
}
