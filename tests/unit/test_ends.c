/* SPDX-License-Identifier: Apache-2.0 */
/* Every object is closed once, and reports it from the loop, in every room. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "bundle/bundle.h"
#include "check/check.h"
#include "check/dns_check.h"
#include "check/fix_run.h"
#include "check/hosts_run.h"
#include "check/ports_run.h"
#include "install/kubeconfig_proof.h"
#include "install/query.h"
#include "net/dns.h"
#include "net/http.h"
#include "unit/fake_run.h"
#include "unit/helpers.h"
#include "wizard/wizard.h"

static struct fake_run f;
static int first, second;
static bool told;

static void on_closed(void *context)
{
    ++*(int *)context;
    told = true;
}

/* Closes twice: the first one hears of it, once, and not before the loop has turned. */
#define EXPECT_ONE_END(close, object)                                                              \
    do {                                                                                           \
        first = second = 0;                                                                        \
        told = false;                                                                              \
        close(object, on_closed, &first);                                                          \
        close(object, on_closed, &second);                                                         \
        cr_expect_eq(first, 0, #close " tells from inside of the call");                           \
        fake_wait(&told);                                                                          \
        fake_pass(10000);                                                                          \
        cr_expect_eq(first, 1, #close);                                                            \
        cr_expect_eq(second, 0, #close);                                                           \
    } while (0)

TestSuite(ends, .timeout = 60);

Test(ends, of_nothing_are_nothing)
{
    rw_ssh_close(NULL, on_closed, &first);
    rw_http_free(NULL, on_closed, &first);
    rw_dns_free(NULL, on_closed, &first);
    rw_remote_close(NULL, on_closed, &first);
    rw_contact_free(NULL, on_closed, &first);
    rw_dns_check_free(NULL, on_closed, &first);
    rw_hosts_check_free(NULL, on_closed, &first);
    rw_ports_check_free(NULL, on_closed, &first);
    rw_check_free(NULL, on_closed, &first);
    rw_host_lock_free(NULL, on_closed, &first);
    rw_query_free(NULL, on_closed, &first);
    rw_kubeconfig_proof_free(NULL, on_closed, &first);
    rw_run_free(NULL, on_closed, &first);
    rw_bundle_free(NULL, on_closed, &first);
    rw_wizard_free(NULL, on_closed, &first);
    cr_expect_eq(first, 0);
}

/* ---- of what has just begun, of which nothing more may come ---- */

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    (void)context;
    (void)host;
    (void)question;
}

static void on_findings(void *context, const struct rw_findings *findings)
{
    (void)context;
    (void)findings;
    cr_assert_fail("told after its end");
}

static void on_checked(void *context, const struct rw_check_result *result)
{
    (void)context;
    (void)result;
    cr_assert_fail("told after its end");
}

static void on_answer(void *context, size_t host, const struct rw_reply *reply,
                      const struct rw_findings *findings)
{
    (void)context;
    (void)host;
    (void)reply;
    (void)findings;
    cr_assert_fail("told after its end");
}

Test(ends, of_a_check_come_once_from_the_loop)
{
    fake_run_begin(&f, NULL);
    struct rw_check_options options = {
        .cluster = f.cluster, .contact = f.contact, .parts = RW_CHECK_HOSTS | RW_CHECK_PORTS};
    struct rw_check_listener listener = {on_question, NULL, on_checked, NULL};
    struct rw_check *check = rw_check_start(fake_loop(), &options, &listener);
    EXPECT_ONE_END(rw_check_free, check);
    fake_run_finish(&f);
}

Test(ends, of_a_lock_come_once_from_the_loop)
{
    fake_run_begin(&f, NULL);
    struct rw_host_lock_options options = {f.cluster, f.contact, f.journal, false};
    struct rw_host_lock_listener listener = {on_question, on_findings, NULL, NULL, NULL};
    struct rw_host_lock *lock = rw_host_lock_start(fake_loop(), &options, &listener);
    EXPECT_ONE_END(rw_host_lock_free, lock);
    fake_run_finish(&f);
}

Test(ends, of_a_query_come_once_from_the_loop)
{
    fake_run_begin(&f, NULL);
    struct rw_query_options options = {
        .contact = {.cluster = f.cluster, .transport = &fake_transport},
        .script = "nodes",
        .key = "node"};
    struct rw_query_listener listener = {on_question, on_answer, NULL};
    struct rw_query *query = rw_query_start(fake_loop(), &options, &listener);
    EXPECT_ONE_END(rw_query_free, query);
    fake_run_finish(&f);
}

Test(ends, of_a_run_that_asked_for_no_version_come_once_from_the_loop)
{
    fake_run_begin(&f, NULL);
    fake_run_start(&f);
    EXPECT_ONE_END(rw_contact_free, f.contact);
    EXPECT_ONE_END(rw_run_free, f.run);
    f.run = NULL;
    struct rw_contact_options options = {.cluster = f.cluster, .transport = &fake_transport};
    f.contact = rw_contact_new(fake_loop(), &options);
    fake_run_finish(&f);
}

Test(ends, of_libraries_come_once_from_the_loop)
{
    fake_run_begin(&f, NULL);
    struct rw_http *http = rw_http_new(fake_loop());
    struct rw_dns *dns = rw_dns_new(fake_loop());
    EXPECT_ONE_END(rw_http_free, http);
    EXPECT_ONE_END(rw_dns_free, dns);
    fake_run_finish(&f);
}

/* ---- what ends by itself ---- */

Test(ends, of_repairs_come_from_the_loop_also_where_no_host_is_connected_to)
{
    fake_run_begin(&f, NULL);
    struct rw_fix fix = {.host = f.cluster->hosts[0].name};
    struct rw_fixes fixes = {&fix, 1};
    const bool chosen = true;
    struct rw_fix_run_options options = {f.cluster, f.contact, &fixes, &chosen};
    struct rw_fix_run_listener listener = {NULL, on_closed, &first};
    rw_fix_run_start(fake_loop(), &options, &listener);
    cr_expect_eq(first, 0, "told from inside of the call");
    fake_wait(&told);
    cr_expect_eq(first, 1);
    fake_run_finish(&f);
}
