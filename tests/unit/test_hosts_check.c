/* SPDX-License-Identifier: Apache-2.0 */
/* The check of the hosts, from what is sent to what is judged. On hosts that are a table of
 * replies. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/check.h"
#include "unit/fake_hosts.h"
#include "unit/helpers.h"

/* What counts here; all else is unknown. */
#define TOLD                                                                                       \
    "clock_begin=1\nhostname=ha-m1\nsystemd=yes\narch=x86_64\ntools=read\n"                        \
    "clock_end=1700000000000000000\n"

static struct rw_cluster *cluster;
static struct rw_requirements requirements;
static struct rw_contact *contact;
static struct rw_check *check;
static bool done, closed;
static struct rw_buf found; /* "R-01 unknown blocks\n" */

static void on_done(void *context, const struct rw_check_result *result)
{
    (void)context;
    for (size_t i = 0; i < result->findings.count; i++)
        rw_buf_addf(&found, "%s %s%s\n", rw_finding_code(result->findings.items[i].id),
                    rw_severity_name(result->findings.items[i].severity),
                    rw_finding_blocks(&result->findings.items[i]) ? " blocks" : "");
    done = true;
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    (void)context;
    (void)host;
    (void)question;
    cr_assert_fail("nothing is to be asked");
}

static void on_closed(void *context)
{
    (void)context;
    closed = true;
}

static void set_up(void)
{
    fake_begin();
    cluster = cluster_of("registration-name: rke2.demo.kingsd.top\ntoken: my-shared-secret\n"
                         "rke2: {version: v1.26.12+rke2r1}\n",
                         "- {name: ha-m1, address: ha-m1, role: server}\n");
    rw_requirements_init(&requirements);
}

static void look(void)
{
    struct rw_contact_options options = {.cluster = cluster, .transport = &fake_transport};
    contact = rw_contact_new(fake_loop(), &options);
    struct rw_check_options hosts = {.cluster = cluster,
                                     .contact = contact,
                                     .parts = RW_CHECK_HOSTS,
                                     .requirements = &requirements};
    struct rw_check_listener listener = {on_question, NULL, on_done, NULL};
    check = rw_check_start(fake_loop(), &hosts, &listener);
    fake_wait(&done);
}

static void finish(void)
{
    rw_check_free(check, on_closed, NULL);
    fake_wait(&closed);
    closed = false;
    rw_contact_free(contact, on_closed, NULL);
    fake_wait(&closed);
    fake_finish();
}

static bool has(const char *line)
{
    return strstr(rw_buf_str(&found), line);
}

static void tear_down(void)
{
    rw_buf_done(&found);
    rw_requirements_done(&requirements);
    rw_cluster_free(cluster);
}

TestSuite(hosts_check, .init = set_up, .fini = tear_down);

Test(hosts_check, asks_once_where_the_answer_is_whole)
{
    FAKE_ADD({.script = "host-facts", .lines = TOLD});
    look();
    cr_expect_eq(fake_count("ha-m1", "host-facts", NULL), 1);
    cr_expect_eq(fake_count("ha-m1", "host-facts", "measure=yes\n"), 1);
    cr_expect_not(has("R-01"), "%s", rw_buf_str(&found));
    finish();
}

Test(hosts_check, sends_what_the_table_of_needs_holds)
{
    FAKE_ADD({.script = "host-facts", .lines = TOLD});
    look();
    const char *sent = fake_sent("ha-m1", "host-facts", NULL);
    cr_expect_not_null(strstr(sent, "modules='br_netfilter overlay nf_conntrack vxlan'\n"));
    cr_expect_not_null(strstr(sent, " curl wget iptables apparmor_parser'\n"));
    cr_expect_not_null(strstr(sent, "etcd_test=yes\n"));
    finish();
}

/* The machine is not judged later: the name of a host must not stay unknown with its disk. */
Test(hosts_check, asks_a_host_that_hangs_as_it_measures_once_more_without)
{
    FAKE_ADD({.script = "host-facts", .with = "measure=yes\n", .end = FAKE_HOLDS},
             {.script = "host-facts",
              .with = "measure=no\n",
              .lines = "clock_begin=1\nhostname=other\nsystemd=yes\narch=x86_64\n"
                       "tools=read\nclock_end=1700000000000000000\n"});
    look();
    cr_expect_eq(fake_count("ha-m1", "host-facts", NULL), 2);
    cr_expect(has("H-07 fail"), "%s", rw_buf_str(&found));
    cr_expect(has("R-02 unknown"), "%s", rw_buf_str(&found));
    cr_expect_not(has("R-01"), "%s", rw_buf_str(&found));
    finish();
}

Test(hosts_check, asks_once_more_where_the_answer_breaks_off)
{
    FAKE_ADD({.script = "host-facts", .with = "measure=yes\n", .lines = "hostname=other\n"},
             {.script = "host-facts", .with = "measure=no\n", .lines = TOLD});
    look();
    cr_expect_not(has("R-01"), "%s", rw_buf_str(&found));
    cr_expect_not(has("H-07"), "the whole answer counts:\n%s", rw_buf_str(&found));
    finish();
}

Test(hosts_check, says_of_a_host_that_never_answers_that_it_is_not_known)
{
    FAKE_ADD({.script = "host-facts", .end = FAKE_HOLDS});
    look();
    cr_expect_eq(fake_count("ha-m1", "host-facts", NULL), 2);
    cr_expect_str_eq(rw_buf_str(&found), "R-01 unknown blocks\n");
    finish();
}

Test(hosts_check, does_not_count_a_host_that_nobody_is_logged_in_to_as_unknown)
{
    fake_refuse("ha-m1", RW_ECONNECT, -1);
    look();
    cr_expect(has("R-01 unknown"), "%s", rw_buf_str(&found));
    cr_expect_not(has("R-01 unknown blocks"), "its login has failed:\n%s", rw_buf_str(&found));
    finish();
}
