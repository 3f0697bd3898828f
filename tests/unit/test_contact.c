/* SPDX-License-Identifier: Apache-2.0 */
/* The connections to the hosts of a cluster, while the cluster is being edited. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "contact/contact.h"
#include "unit/helpers.h"
#include "unit/sshd.h"

#define GUARD_MS 30000

static uv_loop_t loop;
static uv_timer_t guard;
static struct sshd sshd;
static struct rw_contact *contact;
static size_t settled;
static bool closed;

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    cr_assert_fail("nothing happens any more");
}

static void on_settled(void *context, size_t host)
{
    (void)context;
    (void)host;
    settled++;
}

static void on_closed(void *context)
{
    (void)context;
    closed = true;
    uv_close((uv_handle_t *)&guard, NULL);
}

static void begin(void)
{
    uv_loop_init(&loop);
    uv_timer_init(&loop, &guard);
    uv_timer_start(&guard, on_guard, GUARD_MS, 0);
}

static void end(void)
{
    rw_contact_free(contact, on_closed, NULL);
    while (!closed)
        uv_run(&loop, UV_RUN_ONCE);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

static void wait_settled(size_t count)
{
    while (settled < count)
        uv_run(&loop, UV_RUN_ONCE);
}

/* A cluster of hosts of 127.0.0.1, by their ports; ended by 0. */
static struct rw_cluster *cluster_at(const int *ports)
{
    struct rw_cluster *cluster = rw_cluster_new();
    for (; *ports; ports++) {
        struct rw_host *host = rw_array_add(cluster->hosts, cluster->host_count);
        host->name = rw_asprintf("at-%d", *ports);
        host->address = rw_strdup("127.0.0.1");
        host->login.user = rw_strdup("root");
        host->login.port = *ports;
        host->login.key = rw_strdup(sshd_path(&sshd, "key"));
    }
    return cluster;
}

static void sync_to(struct rw_cluster *cluster)
{
    struct rw_contact_options options = {.cluster = cluster, .accept_new_host_keys = true};
    struct rw_contact_user user = {.settled = on_settled};
    if (contact)
        rw_contact_sync(contact, &options);
    else
        contact = rw_contact_new(&loop, &options);
    rw_contact_use(contact, &user);
}

Test(contact, closes_without_a_single_host)
{
    const int none[] = {0};
    begin();
    struct rw_cluster *cluster = cluster_at(none);
    sync_to(cluster);
    end();
    cr_assert(closed);
    rw_cluster_free(cluster);
}

Test(contact, a_connection_follows_its_host_through_changes_of_the_list)
{
    sshd_start(&sshd, NULL);
    sshd_make_key(&sshd, "key", "ed25519", "");
    sshd_authorize(&sshd, "key");
    begin();
    const int one[] = {1, 0}, two[] = {1, sshd.port, 0}, turned[] = {sshd.port, 2, 1, 0};
    struct rw_cluster *first = cluster_at(one), *second = cluster_at(two),
                      *third = cluster_at(turned);
    sync_to(first);
    wait_settled(1);
    cr_assert_eq(rw_contact_state(contact, 0), RW_CONTACT_FAILED);

    sync_to(second);
    rw_cluster_free(first); /* is not needed any more */
    wait_settled(2);
    cr_assert_eq(rw_contact_state(contact, 0), RW_CONTACT_FAILED, "was not tried again");
    cr_assert_eq(rw_contact_state(contact, 1), RW_CONTACT_OPEN);
    struct rw_remote *remote = rw_contact_remote(contact, 1);

    rw_strset(&third->hosts[2].name, "renamed");
    sync_to(third);
    rw_cluster_free(second);
    cr_assert_eq(rw_contact_remote(contact, 0), remote, "the same connection at another place");
    cr_assert_eq(rw_contact_state(contact, 1), RW_CONTACT_WAITING);
    cr_assert_str_eq(rw_contact_failure(contact, 2)->host, "renamed");
    wait_settled(3);
    cr_assert_eq(rw_contact_state(contact, 1), RW_CONTACT_FAILED);

    rw_contact_retry(contact);
    wait_settled(5);
    cr_assert_eq(rw_contact_remote(contact, 0), remote, "what is open stays");
    end();
    rw_cluster_free(third);
    sshd_stop(&sshd);
}

Test(contact, hosts_that_go_while_they_are_connected_to_are_let_go)
{
    sshd_start(&sshd, NULL);
    sshd_make_key(&sshd, "key", "ed25519", "");
    sshd_authorize(&sshd, "key");
    begin();
    const int one[] = {sshd.port, 0}, none[] = {0};
    struct rw_cluster *first = cluster_at(one), *second = cluster_at(none),
                      *third = cluster_at(one);
    sync_to(first);
    sync_to(second);
    rw_cluster_free(first);
    sync_to(third);
    wait_settled(1);
    cr_assert_eq(settled, 1);
    cr_assert_eq(rw_contact_state(contact, 0), RW_CONTACT_OPEN);
    end();
    rw_cluster_free(second);
    rw_cluster_free(third);
    sshd_stop(&sshd);
}

/* ---- jump hosts ---- */

static const struct rw_finding *failure_through(struct rw_cluster *cluster, const char *jump)
{
    rw_strset(&cluster->hosts[0].login.jump, jump);
    size_t before = settled;
    sync_to(cluster);
    wait_settled(before + 1);
    return rw_contact_failure(contact, 0);
}

static void expect_jump_failure(const int *ports, const char *jump, enum rw_finding_id id,
                                const char *fact)
{
    begin();
    settled = 0;
    contact = NULL;
    closed = false;
    struct rw_cluster *cluster = cluster_at(ports);
    const struct rw_finding *finding = failure_through(cluster, jump);
    cr_assert_not_null(finding);
    cr_expect_eq(finding->id, id, "%s", rw_finding_code(finding->id));
    char *text = rw_finding_text(finding, RW_FINDING_FACT);
    cr_expect_str_eq(text, fact);
    free(text);
    end();
    rw_cluster_free(cluster);
}

Test(contact, says_what_is_wrong_with_the_jump_host)
{
    const int one[] = {1, 0};
    sshd_start(&sshd, NULL);
    sshd_make_key(&sshd, "key", "ed25519", "");
    char *jump = rw_asprintf("root@127.0.0.1:%d", sshd.port);
    expect_jump_failure(one, "root@127.0.0.1:1", RW_F_JUMP_UNREACHABLE,
                        "The jump host 127.0.0.1 port 1 cannot be used: Connection refused.");
    expect_jump_failure(one, jump, RW_F_JUMP_NO_WAY,
                        "The jump host 127.0.0.1 cannot reach 127.0.0.1 port 1.");
    sshd_write(sshd_path(&sshd, "authorized_keys"), "w", "");
    char *fact = rw_asprintf("The jump host 127.0.0.1 rejected the login of root. Tried: key %s.",
                             sshd_path(&sshd, "key"));
    expect_jump_failure(one, jump, RW_F_JUMP_LOGIN, fact);
    free(fact);
    free(jump);
    sshd_stop(&sshd);
}

Test(contact, a_host_that_gets_another_way_is_connected_to_anew)
{
    const int closed_port[] = {1, 0};
    sshd_start(&sshd, NULL);
    sshd_make_key(&sshd, "key", "ed25519", "");
    begin();
    struct rw_cluster *direct = cluster_at(closed_port), *through = cluster_at(closed_port);
    sync_to(direct);
    wait_settled(1);
    cr_expect_eq(rw_contact_failure(contact, 0)->id, RW_F_HOST_UNREACHABLE);
    char *jump = rw_asprintf("root@127.0.0.1:%d", sshd.port);
    cr_expect_eq(failure_through(through, jump)->id, RW_F_JUMP_NO_WAY);
    end();
    free(jump);
    rw_cluster_free(direct);
    rw_cluster_free(through);
    sshd_stop(&sshd);
}

/* ---- a login that passes, and nothing that runs ---- */

static void expect_refused(enum rw_finding_id id, const char *part)
{
    begin();
    settled = 0;
    contact = NULL;
    closed = false;
    const int one[] = {sshd.port, 0};
    struct rw_cluster *cluster = cluster_at(one);
    sync_to(cluster);
    wait_settled(1);
    cr_expect_eq(rw_contact_state(contact, 0), RW_CONTACT_FAILED);
    const struct rw_finding *finding = rw_contact_failure(contact, 0);
    cr_assert_not_null(finding);
    cr_expect_eq(finding->id, id, "%s", rw_finding_code(finding->id));
    char *fact = rw_finding_text(finding, RW_FINDING_FACT);
    cr_expect(strstr(fact, part), "%s", fact);
    free(fact);
    end();
    rw_cluster_free(cluster);
}

Test(contact, a_forced_command_is_no_login_and_its_words_are_told)
{
    sshd_start(&sshd, NULL);
    sshd_make_key(&sshd, "key", "ed25519", "");
    char key[2048] = "";
    FILE *file = fopen(sshd_path(&sshd, "key.pub"), "r");
    cr_assert(file && fgets(key, sizeof key, file));
    fclose(file);
    sshd_write(sshd_path(&sshd, "authorized_keys"), "w",
               "command=\"echo 'Please login as the user \\\"ubuntu\\\" rather than the user "
               "\\\"root\\\".';echo;exit 142\" ");
    sshd_write(sshd_path(&sshd, "authorized_keys"), "a", key);
    expect_refused(RW_F_LOGIN_OTHER_USER,
                   "Please login as the user \"ubuntu\" rather than the user \"root\".");
    sshd_stop(&sshd);
}

Test(contact, a_host_that_runs_something_else_is_no_login)
{
    static const struct {
        const char *command;
        enum rw_finding_id id;
        const char *part;
    } rows[] = {
        {"/bin/false", RW_F_LOGIN_NO_SHELL, "(exit status 1): (no output)"},
        {"/bin/true", RW_F_LOGIN_START_FILE, "(exit status 0): (no output)"},
        {"echo out; echo err >&2; exit 3", RW_F_LOGIN_NO_SCRIPT, "(exit status 3): err; out"},
        {"printf 'This account is currently not available.'; exit 1", RW_F_LOGIN_NO_SHELL,
         "currently not available."},
        /* What start files do before the command runs. */
        {"read -r x; eval \"$SSH_ORIGINAL_COMMAND\"", RW_F_LOGIN_START_FILE, RW_SCRIPT_CUT},
        {"head -c 100 >/dev/null; eval \"$SSH_ORIGINAL_COMMAND\"", RW_F_LOGIN_START_FILE,
         RW_SCRIPT_CUT},
        {"cat >/dev/null; eval \"$SSH_ORIGINAL_COMMAND\"", RW_F_LOGIN_START_FILE, RW_SCRIPT_CUT},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *config = rw_asprintf("ForceCommand %s", rows[i].command);
        sshd_start(&sshd, config);
        sshd_make_key(&sshd, "key", "ed25519", "");
        expect_refused(rows[i].id, rows[i].part);
        sshd_stop(&sshd);
        free(config);
    }
}
