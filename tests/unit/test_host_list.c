/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts from a pasted list: lines, CSV, an Ansible inventory, an answers file. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/host_list.h"

static struct rw_host_list list;
static struct rw_findings findings;

static void tear_down(void)
{
    rw_host_list_done(&list);
    rw_findings_done(&findings);
}

TestSuite(host_list, .fini = tear_down);

static void read(const char *text)
{
    rw_host_list_read(&list, text, "pasted", &findings);
}

/* Host i as "name address role [user] [:port]". */
static void expect_host(size_t i, const char *expected)
{
    cr_assert(i < list.count, "no host %zu", i);
    const struct rw_host *host = &list.hosts[i];
    struct rw_buf text = {0};
    rw_buf_addf(&text, "%s %s %s", host->name, host->address, rw_role_name(host->role));
    if (host->login.user)
        rw_buf_addf(&text, " %s", host->login.user);
    if (host->login.port)
        rw_buf_addf(&text, " :%d", host->login.port);
    cr_assert_str_eq(rw_buf_str(&text), expected);
    rw_buf_done(&text);
}

/* Finding i has this code and this place. */
static void expect_problem(size_t i, const char *code, const char *where)
{
    cr_assert(i < findings.count, "no finding %zu", i);
    cr_assert_str_eq(rw_finding_code(findings.items[i].id), code);
    cr_assert_str_eq(rw_finding_get(&findings.items[i], "where"), where);
}

Test(host_list, lines_of_words)
{
    read("# our hosts\n"
         "ha-m1  192.168.205.85 server root\n"
         "\n"
         "\tha-w1 fd00::88\tworker # the new one\n");
    cr_assert_eq(findings.count, 0);
    cr_assert_eq(list.count, 2);
    expect_host(0, "ha-m1 192.168.205.85 server root");
    expect_host(1, "ha-w1 fd00::88 agent");
    cr_assert_eq(list.hosts[1].line, 4);
}

Test(host_list, line_ends_of_windows_and_a_byte_order_mark_do_no_harm)
{
    read("\xEF\xBB\xBFha-m1 192.168.205.85 server\r\nha-m2 192.168.205.86 server\r\n");
    cr_assert_eq(findings.count, 0);
    expect_host(0, "ha-m1 192.168.205.85 server");
    expect_host(1, "ha-m2 192.168.205.86 server");
}

Test(host_list, an_address_in_brackets_is_ipv6)
{
    read("ha-m1 [fd00::85] server\n");
    cr_assert_eq(findings.count, 0);
    expect_host(0, "ha-m1 fd00::85 server");
}

Test(host_list, each_wrong_value_is_named_with_its_line_and_kept)
{
    read("HA_M1 192.168.205.85 server\n"
         "ha-m2 192.168.205.300 boss\n"
         "ha-m3 192.168.205.87\n");
    cr_assert_eq(list.count, 3);
    expect_host(0, "HA_M1 192.168.205.85 server");
    cr_assert_str_eq(list.hosts[1].address, "192.168.205.300");
    expect_problem(0, "A-06", "pasted:1");
    expect_problem(1, "A-06", "pasted:2");
    cr_assert_str_eq(rw_finding_get(&findings.items[1], "value"), "192.168.205.300");
    expect_problem(2, "A-06", "pasted:2");
    cr_assert_str_eq(rw_finding_get(&findings.items[2], "key"), "role");
    expect_problem(3, "A-04", "pasted:3");
    cr_assert_eq(findings.count, 4);
}

Test(host_list, a_line_of_one_word_or_of_too_many_is_not_understood)
{
    read("ha-m1\nha-m2 192.168.205.86 server root 22\n");
    cr_assert_eq(list.count, 0);
    expect_problem(0, "A-21", "pasted:1");
    expect_problem(1, "A-21", "pasted:2");
}

Test(host_list, the_second_of_two_equal_hosts_is_left_out)
{
    read("ha-m1 192.168.205.85 server\n"
         "HA-M1 192.168.205.86 server\n"
         "ha-m3 192.168.205.85 server\n");
    cr_assert_eq(list.count, 1);
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

Test(host_list, nothing_is_a_finding_too)
{
    read("# nothing yet\n\n");
    expect_problem(0, "A-22", "pasted");
}

Test(host_list, fifty_hosts)
{
    struct rw_buf text = {0};
    for (int i = 1; i <= 50; i++)
        rw_buf_addf(&text, "node-%d 10.0.0.%d %s\n", i, i, i <= 3 ? "server" : "agent");
    read(rw_buf_str(&text));
    rw_buf_done(&text);
    cr_assert_eq(list.count, 50);
    cr_assert_eq(findings.count, 0);
    expect_host(49, "node-50 10.0.0.50 agent");
}

Test(host_list, more_hosts_than_the_limit_are_counted)
{
    struct rw_buf text = {0};
    for (int i = 0; i < 1002; i++)
        rw_buf_addf(&text, "node-%d 10.0.%d.%d agent\n", i, i / 250, i % 250 + 1);
    read(rw_buf_str(&text));
    rw_buf_done(&text);
    cr_assert_eq(list.count, RW_HOST_LIST_LIMIT);
    expect_problem(0, "A-19", "pasted");
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "count"), "1002");
}

Test(host_list, more_problems_than_anybody_reads_are_counted)
{
    struct rw_buf text = {0};
    for (int i = 0; i < 1000; i++)
        rw_buf_adds(&text, "word\n");
    read(rw_buf_str(&text));
    rw_buf_done(&text);
    cr_assert_eq(findings.count, 201);
    cr_assert_str_eq(rw_finding_code(findings.items[200].id), "A-20");
}

Test(host_list, csv_in_the_usual_order)
{
    read("ha-m1,192.168.205.85,server,root\nha-w1, 192.168.205.88 ,agent,,2222\n");
    cr_assert_eq(findings.count, 0);
    expect_host(0, "ha-m1 192.168.205.85 server root");
    expect_host(1, "ha-w1 192.168.205.88 agent :2222");
}

Test(host_list, csv_with_a_head_of_its_own_order)
{
    read("Role;Rack;IP;Hostname\r\nserver;4;192.168.205.85;\"ha-m1\"\r\n");
    cr_assert_eq(findings.count, 0);
    expect_host(0, "ha-m1 192.168.205.85 server");
}

Test(host_list, csv_with_a_quote_that_does_not_end)
{
    read("ha-m1,192.168.205.85,\"server\nha-m2,192.168.205.86,server\n");
    cr_assert_eq(list.count, 1);
    expect_problem(0, "A-21", "pasted:1");
}

Test(host_list, ansible_groups_say_the_role)
{
    read("[rke2_servers]\n"
         "ha-m1 ansible_host=192.168.205.85\n"
         "ha-m2 ansible_host=192.168.205.86 ansible_port=2222\n"
         "[rke2_agents]\n"
         "ha-w1 ansible_host='192.168.205.88' rack=4 ; far away\n"
         "[all:vars]\n"
         "ansible_user = ops\n");
    cr_assert_eq(findings.count, 0);
    cr_assert_eq(list.count, 3);
    expect_host(0, "ha-m1 192.168.205.85 server ops");
    expect_host(1, "ha-m2 192.168.205.86 server ops :2222");
    expect_host(2, "ha-w1 192.168.205.88 agent ops");
}

Test(host_list, ansible_groups_of_groups)
{
    read("ha-m1 ansible_host=192.168.205.85\n"
         "[rack1]\nha-m1\n"
         "[rack2]\nha-w1.example.com\n"
         "[masters:children]\nrack1\n"
         "[workers:children]\nrack2\n"
         "[rack1:children]\nmasters\n"); /* a ring */
    cr_assert_eq(findings.count, 0);
    expect_host(0, "ha-m1 192.168.205.85 server");
    expect_host(1, "ha-w1.example.com ha-w1.example.com agent");
}

Test(host_list, an_ansible_host_without_a_role_is_a_problem)
{
    read("[web]\nha-m1 ansible_host=192.168.205.85\n");
    cr_assert_eq(list.count, 1);
    expect_problem(0, "A-04", "pasted:2");
}

Test(host_list, an_ansible_range_is_not_read)
{
    read("[servers]\nha-m[1:3]\n");
    cr_assert_eq(list.count, 0);
    expect_problem(0, "A-21", "pasted:2");
}

Test(host_list, the_hosts_of_an_unfinished_answers_file)
{
    read("hosts:\n  - {name: ha-m1, address: 192.168.205.85, role: server}\n"
         "  - {name: ha-w1, address: , role: agent}\n");
    cr_assert_eq(list.count, 2);
    expect_host(0, "ha-m1 192.168.205.85 server root :22");
    cr_assert_eq(findings.count, 1);
}
