/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts from a list that somebody has. What becomes of each file in tests/unit/data/host_list is
 * tests/golden/list-<name>.txt. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list.h"
#include "unit/golden.h"
#include "unit/helpers.h"

static struct rw_host_list list;
static struct rw_findings findings;

static void forget(void)
{
    rw_host_list_done(&list);
    rw_findings_done(&findings);
}

TestSuite(host_list, .fini = forget);

static void read(const char *text)
{
    rw_host_list_read(&list, text, strlen(text), "pasted", &findings);
}

/* ---- as text ---- */

static void add_host(struct rw_buf *out, const struct rw_host *host, const char *from)
{
    const struct rw_login *login = &host->login;
    rw_buf_addf(out, "%d: %s %s %s", host->line, host->name ? host->name : "-",
                host->address ? host->address : "-", rw_role_name(host->role));
    if (login->user)
        rw_buf_addf(out, " user=%s", login->user);
    if (login->port)
        rw_buf_addf(out, " port=%d", login->port);
    if (login->key)
        rw_buf_addf(out, " key=%s", rw_file_name(login->key));
    if (login->jump)
        rw_buf_addf(out, " jump=%s", login->jump);
    if (login->jump_key)
        rw_buf_addf(out, " jump-key=%s", rw_file_name(login->jump_key));
    rw_buf_addf(out, " (%s)\n", from ? from : "proposed");
}

/* The list and its findings, to free(). */
static char *shown(void)
{
    struct rw_buf out = {0};
    rw_buf_addf(&out, "%s%s\n", list.format ? list.format : "-", list.refused ? ", refused" : "");
    for (size_t i = 0; i < list.count; i++)
        add_host(&out, &list.hosts[i], list.roles_from[i]);
    for (size_t i = 0; i < findings.count; i++) {
        char *fact = rw_finding_text(&findings.items[i], RW_FINDING_FACT);
        rw_buf_addf(&out, "%s %s\n", rw_finding_code(findings.items[i].id), fact);
        free(fact);
    }
    return rw_buf_take(&out);
}

static void expect(const char *expected)
{
    char *text = shown();
    cr_expect_str_eq(text, expected, "%s", text);
    free(text);
}

/* Finding i has this code and this place. */
static void expect_problem(size_t i, const char *code, const char *where)
{
    cr_assert(i < findings.count, "no finding %zu", i);
    cr_assert_str_eq(rw_finding_code(findings.items[i].id), code);
    cr_assert_str_eq(rw_finding_get(&findings.items[i], "where"), where);
}

/* ---- lists that people have ---- */

Test(host_list, each_list_that_people_have_is_read_as_its_golden_says)
{
    char *folder = rw_strdup(in_sources("tests/unit/data/host_list"));
    DIR *dir = opendir(folder);
    size_t count = 0;
    cr_assert_not_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!rw_text_ends(entry->d_name, ".txt"))
            continue;
        char *text = read_text(in_folder(folder, entry->d_name));
        char *golden = rw_asprintf("list-%.*s", (int)strlen(entry->d_name) - 4, entry->d_name);
        read(text);
        char *result = shown();
        golden_text(golden, result);
        cr_expect(!strstr(result, "hunter2") && !strstr(result, "Sesame"), "%s", result);
        forget();
        free(result);
        free(golden);
        free(text);
        count++;
    }
    closedir(dir);
    free(folder);
    cr_assert_geq(count, 38);
}

Test(host_list, whatever_ends_its_lines_a_list_is_the_same)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (size_t i = 0; i < RW_COUNT(ends); i++) {
        char *text = rw_asprintf("ha-m1 192.168.205.85 server%sha-w1 192.168.205.88 agent%s",
                                 ends[i], ends[i]);
        read(text);
        expect("plain lines\n1: ha-m1 192.168.205.85 server (server)\n"
               "2: ha-w1 192.168.205.88 agent (agent)\n");
        forget();
        free(text);
    }
}

Test(host_list, lines_of_words)
{
    read("# our hosts\n"
         "ha-m1  192.168.205.85 server root\n"
         "\n"
         "\tha-w1 fd00::88\tworker # the new one\n");
    expect("plain lines\n2: ha-m1 192.168.205.85 server user=root (server)\n"
           "4: ha-w1 fd00::88 agent (worker)\n");
}

Test(host_list, an_address_in_brackets_is_ipv6)
{
    read("ha-m1 [fd00::85] server\n");
    expect("plain lines\n1: ha-m1 fd00::85 server (server)\n");
}

/* ---- refused as a whole ---- */

Test(host_list, one_line_that_cannot_be_read_refuses_the_whole_list)
{
    read("ha-m1 192.168.205.85 server\nha-m2 192.168.205.86 server root ops\n");
    cr_assert(list.refused);
    expect_problem(0, "A-21", "pasted:2");
    cr_assert_eq(findings.count, 1);
}

Test(host_list, a_host_without_a_role_among_others_that_have_one_is_a_problem)
{
    read("ha-m1 192.168.205.85 server\nha-m2 192.168.205.86\n");
    cr_assert(list.refused);
    expect_problem(0, "A-04", "pasted:2");
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "key"), "role");
}

Test(host_list, the_second_of_two_equal_hosts_is_a_problem)
{
    read("ha-m1 192.168.205.85 server\n"
         "HA-M1 192.168.205.86 server\n"
         "ha-m3 192.168.205.85 server\n");
    cr_assert(list.refused);
    expect_problem(0, "A-08", "pasted:2");
    expect_problem(1, "A-09", "pasted:3");
    cr_assert_str_eq(rw_finding_get(&findings.items[1], "other"), "1");
}

Test(host_list, control_characters_are_shown_harmless)
{
    read("ha-m1\x1b[2J 192.168.205.85 server\n");
    expect_problem(0, "A-06", "pasted:1");
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "value"), "ha-m1?[2J");
}

Test(host_list, a_password_is_never_shown_not_even_in_a_line_that_cannot_be_read)
{
    read("[servers]\nha-m1 ansible_become_pass=hunter2 oops\n");
    expect_problem(0, "A-21", "pasted:2");
    cr_assert_null(strstr(rw_finding_get(&findings.items[0], "line"), "hunter2"));
}

Test(host_list, nothing_is_a_finding_too)
{
    read("# nothing yet\n\n");
    expect_problem(0, "A-22", "pasted");
    cr_assert(list.refused);
}

Test(host_list, bytes_that_are_no_text_are_refused)
{
    static const char utf16[] = "\xFF\xFEh\0a\0";
    rw_host_list_read(&list, utf16, sizeof utf16 - 1, "pasted", &findings);
    expect_problem(0, "A-30", "pasted:1");
    cr_assert(list.refused);
}

Test(host_list, a_role_of_a_host_that_the_file_does_not_have_refuses_it)
{
    read("apiVersion: kubekey.kubesphere.io/v1alpha2\nkind: Cluster\nspec:\n  hosts:\n"
         "  - {name: n1, address: 10.0.0.1}\n  roleGroups:\n    master:\n    - n1\n    worker:\n"
         "    - n2\n");
    cr_assert(list.refused);
    expect_problem(0, "A-21", "pasted:10");
}

/* ---- many ---- */

Test(host_list, fifty_hosts)
{
    struct rw_buf text = {0};
    for (int i = 1; i <= 50; i++)
        rw_buf_addf(&text, "node-%d 10.0.0.%d %s\n", i, i, i <= 3 ? "server" : "agent");
    read(rw_buf_str(&text));
    rw_buf_done(&text);
    cr_assert_eq(list.count, 50);
    cr_assert_eq(findings.count, 0);
    cr_assert_str_eq(list.hosts[49].name, "node-50");
}

Test(host_list, more_hosts_than_the_limit_refuse_the_list)
{
    struct rw_buf text = {0};
    for (int i = 0; i < 1002; i++)
        rw_buf_addf(&text, "node-%d 10.0.%d.%d agent\n", i, i / 250, i % 250 + 1);
    read(rw_buf_str(&text));
    rw_buf_done(&text);
    cr_assert_eq(list.count, RW_HOST_LIST_LIMIT);
    expect_problem(0, "A-19", "pasted");
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "count"), "1002");
    cr_assert(list.refused);
}

Test(host_list, a_range_of_a_million_hosts_is_counted_no_further_than_the_limit)
{
    read("[rke2_agents]\nnode[1:1000000]\n");
    cr_assert(list.refused);
    cr_assert_leq(list.count, RW_HOST_LIST_LIMIT);
    expect_problem(0, "A-19", "pasted");
}

Test(host_list, more_problems_than_anybody_reads_are_counted)
{
    struct rw_buf text = {0};
    for (int i = 0; i < 1000; i++)
        rw_buf_adds(&text, "a b c d e\n");
    read(rw_buf_str(&text));
    rw_buf_done(&text);
    cr_assert_eq(findings.count, 201);
    cr_assert_str_eq(rw_finding_code(findings.items[200].id), "A-20");
    cr_assert_str_eq(rw_finding_get(&findings.items[200], "count"), "800");
}

/* ---- roles that nobody names ---- */

Test(host_list, without_roles_the_first_three_become_servers)
{
    read("10.0.0.1\n10.0.0.2\n10.0.0.3\n10.0.0.4\n");
    cr_assert(list.proposed && !list.refused);
    expect("plain lines\n1: - 10.0.0.1 server (proposed)\n2: - 10.0.0.2 server (proposed)\n"
           "3: - 10.0.0.3 server (proposed)\n4: - 10.0.0.4 agent (proposed)\n");
    forget();
    read("10.0.0.1\n10.0.0.2\n");
    expect("plain lines\n1: - 10.0.0.1 server (proposed)\n2: - 10.0.0.2 agent (proposed)\n");
}

Test(host_list, servers_that_are_there_count_for_the_proposal)
{
    read("10.0.0.1\n10.0.0.2\n");
    rw_host_list_propose(&list, 3, 2);
    cr_expect_eq(list.hosts[0].role, RW_ROLE_SERVER);
    cr_expect_eq(list.hosts[1].role, RW_ROLE_AGENT);
}

Test(host_list, roles_that_the_list_names_are_no_proposal)
{
    read("ha-w1 10.0.0.1 agent\nha-w2 10.0.0.2 agent\n");
    rw_host_list_propose(&list, 0, 0);
    cr_expect_eq(list.hosts[0].role, RW_ROLE_AGENT);
    cr_expect_not(list.proposed);
}

/* ---- named, not dropped ---- */

Test(host_list, whatever_is_not_taken_over_is_named)
{
    read("[rke2_servers]\n"
         "ha-m1 ansible_host=10.0.0.1 ansible_password=x rack=4\n"
         "[rke2_servers:vars]\n"
         "ansible_ssh_common_args=-J a,b\n"
         "[loadbalancer]\n"
         "lb\n");
    cr_assert_not(list.refused);
    expect_problem(0, "A-32", "pasted:2");
    expect_problem(1, "A-33", "pasted:4");
    expect_problem(2, "A-34", "pasted:6");
    expect_problem(3, "A-35", "pasted:2");
    cr_expect_str_eq(rw_finding_get(&findings.items[3], "what"), "rack");
}

Test(host_list, what_only_ansible_can_work_out_is_named_and_an_address_of_that_kind_refused)
{
    read("[rke2_servers]\nha-m1 ansible_host=10.0.0.1 "
         "ansible_ssh_private_key_file=\"{{ key_of_all }}\"\n");
    cr_assert_not(list.refused);
    cr_assert_null(list.hosts[0].login.key);
    expect_problem(0, "A-35", "pasted:2");
    forget();
    read("[rke2_servers]\nha-m1 ansible_host=\"{{ address }}\"\n");
    cr_assert(list.refused);
    expect_problem(0, "A-06", "pasted:2");
}

Test(host_list, yaml_that_no_reader_knows_is_named_once_with_its_keys)
{
    read("services:\n  web:\n    image: nginx\n");
    cr_assert_eq(findings.count, 1);
    expect_problem(0, "A-31", "pasted:1");
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "keys"), "services");
}

Test(host_list, a_host_of_both_roles_is_a_server_and_a_warning)
{
    read("[kube_control_plane]\nnode1 ansible_host=10.0.0.1\n[kube_node]\nnode1\n");
    cr_assert(!list.refused && list.hosts[0].role == RW_ROLE_SERVER);
    expect_problem(0, "A-36", "pasted:2");
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "role"), "server");
}
