/* SPDX-License-Identifier: Apache-2.0 */
/* Who reaches whom on which port: the document's four hosts (.85 .86 .87 servers, .88 agent). The
 * answers are those of the three scripts; a test says what it changes in them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/ports.h"
#include "plan/node_scripts.h"
#include "unit/helpers.h"

#define HOSTS  4
#define AGENT  3
#define SERVER "6443 9345 2379 2380 10250 9099"

static struct rw_cluster *cluster;
static struct rw_ports_matrix matrix;
static struct rw_findings findings;

static void set_up(void)
{
    cluster = demo_cluster();
    rw_ports_matrix_init(&matrix, cluster, RW_CNI_CANAL);
    for (size_t i = 0; i < HOSTS; i++)
        snprintf(matrix.hosts[i].nonce, sizeof matrix.hosts[i].nonce, "%016zx", i + 1);
}

static void tear_down(void)
{
    rw_findings_done(&findings);
    rw_ports_matrix_done(&matrix);
    rw_cluster_free(cluster);
}

TestSuite(check_ports, .init = set_up, .fini = tear_down);

/* ---- answers ---- */

typedef void read_fn(struct rw_ports_matrix *, size_t, const struct rw_reply *);

static void answer(read_fn *read, size_t host, const char *text)
{
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, text, strlen(text));
    read(&matrix, host, &reply);
    rw_reply_done(&reply);
}

/* What a host without any problem says, but for a port that is left out (0: none). */
static char *listening(size_t host, int but)
{
    static const int ports[] = {10250, 9099, 6443, 9345, 2379, 2380};
    struct rw_buf out = {0};
    rw_buf_adds(&out, "rke2=no\n");
    for (size_t i = 0; i < (host == AGENT ? 2 : RW_COUNT(ports)); i++)
        if (ports[i] != but)
            rw_buf_addf(&out, "listening=tcp %d\n", ports[i]);
    if (but != 8472)
        rw_buf_adds(&out, "listening=udp 8472\n");
    return rw_buf_take(&out);
}

static void listens(size_t host, int but, const char *more)
{
    char *plain = listening(host, but), *text = rw_asprintf("%s%s", plain, more);
    answer(rw_ports_read_listen, host, text);
    free(plain);
    free(text);
}

static void all_listen(void)
{
    for (size_t i = 0; i < HOSTS; i++)
        listens(i, 0, "");
}

/* All is open from this host, then the lines of changes, then the end. */
static void connects(size_t source, const char *changes)
{
    struct rw_buf out = {0};
    for (size_t target = 0; target < HOSTS; target++) {
        size_t count;
        const struct rw_ports_cell *cells = rw_ports_pair(&matrix, (int)source, target, &count);
        for (size_t i = 0; i < count; i++)
            rw_buf_addf(&out, "%s.%zu.%d=%s%s\n", rw_port_protocol(cells[i].port), target,
                        cells[i].port->number, cells[i].port->udp ? "sent" : "open ",
                        cells[i].port->udp ? "" : matrix.hosts[target].nonce);
    }
    rw_buf_addf(&out, "%sdone=yes\n", changes);
    answer(rw_ports_read_connect, source, rw_buf_str(&out));
    rw_buf_done(&out);
}

static void all_connect(void)
{
    for (size_t i = 0; i < HOSTS; i++)
        connects(i, "");
}

/* Datagrams from all but one (-1: none is left out). */
static void collects(size_t target, int but, const char *more)
{
    struct rw_buf out = {0};
    rw_buf_addf(&out, "collected=yes\n%s", more);
    for (int source = 0; source < HOSTS; source++)
        if (source != but)
            rw_buf_addf(&out, "got=%s %d 8472\n", matrix.hosts[target].nonce, source);
    answer(rw_ports_read_collect, target, rw_buf_str(&out));
    rw_buf_done(&out);
}

static void console_reaches_all(void)
{
    for (size_t target = 0; target < HOSTS; target++) {
        size_t count;
        struct rw_ports_cell *cells = rw_ports_pair(&matrix, RW_PORTS_CONSOLE, target, &count);
        for (size_t i = 0; i < count; i++)
            rw_ports_answered(&matrix, &cells[i], matrix.hosts[target].nonce);
    }
}

/* The rest of a check in which nothing else is wrong. */
static void collect_and_judge(void)
{
    for (size_t i = 0; i < HOSTS; i++)
        collects(i, -1, "");
    rw_ports_judge(&findings, &matrix, cluster);
}

/* ---- asking ---- */

static struct rw_ports_cell *cell(int source, size_t target, int number)
{
    size_t count;
    struct rw_ports_cell *cells = rw_ports_pair(&matrix, source, target, &count);
    for (size_t i = 0; i < count; i++)
        if (cells[i].port->number == number)
            return &cells[i];
    cr_assert_fail("no cell %d -> %zu %d", source, target, number);
    return NULL;
}

/* "P-01 ha-m2 fail, …" in order. */
static void expect_findings(const char *expected)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings.count; i++)
        rw_buf_addf(&out, "%s%s %s %s", out.len ? ", " : "", rw_finding_code(findings.items[i].id),
                    findings.items[i].host, rw_severity_name(findings.items[i].severity));
    cr_expect_str_eq(rw_buf_str(&out), expected);
    rw_buf_done(&out);
    /* No text has a parameter without a value. */
    for (size_t i = 0; i < findings.count; i++) {
        for (int part = RW_FINDING_FACT; part <= RW_FINDING_SAME_AS; part++) {
            char *text = rw_finding_text(&findings.items[i], (enum rw_finding_part)part);
            cr_expect(!strchr(text, '?'), "%s", text);
            free(text);
        }
    }
}

static void expect_text(size_t index, enum rw_finding_part part, const char *expected)
{
    cr_assert_lt(index, findings.count);
    char *text = rw_finding_text(&findings.items[index], part);
    cr_expect_str_eq(text, expected);
    free(text);
}

static void expect_param(size_t index, const char *name, const char *expected)
{
    cr_assert_lt(index, findings.count);
    const char *value = rw_finding_get(&findings.items[index], name);
    cr_assert_not_null(value, "%s", name);
    cr_expect_str_eq(value, expected);
}

/* Every cell that is not in the list "SOURCE TARGET PORT" is open. */
static void expect_only(enum rw_ports_result result, const char *list)
{
    for (size_t i = 0; i < matrix.cell_count; i++) {
        const struct rw_ports_cell *c = &matrix.cells[i];
        char *key = rw_asprintf("[%d %zu %d]", c->source, c->target, c->port->number);
        enum rw_ports_result wanted = strstr(list, key) ? result : RW_PORTS_OPEN;
        cr_expect_eq(c->result, wanted, "%s is %s", key, rw_ports_result_name(c->result));
        free(key);
    }
}

/* ---- the table ---- */

Test(check_ports, each_pair_has_the_ports_of_its_roles_and_the_cni)
{
    struct rw_buf out = {0};
    size_t count;
    rw_ports_listen_list(&out, &matrix, 0, false);
    cr_expect_str_eq(rw_buf_str(&out), SERVER);
    rw_buf_clear(&out);
    rw_ports_listen_list(&out, &matrix, AGENT, false);
    cr_expect_str_eq(rw_buf_str(&out), "10250 9099");
    rw_buf_clear(&out);
    rw_ports_listen_list(&out, &matrix, AGENT, true);
    cr_expect_str_eq(rw_buf_str(&out), "8472");
    rw_buf_done(&out);
    rw_ports_pair(&matrix, 0, 1, &count);
    cr_expect_eq(count, 7); /* server to server */
    rw_ports_pair(&matrix, AGENT, 1, &count);
    cr_expect_eq(count, 5); /* no etcd */
    rw_ports_pair(&matrix, 0, AGENT, &count);
    cr_expect_eq(count, 3);
    rw_ports_pair(&matrix, 2, 2, &count);
    cr_expect_eq(count, 0);
    rw_ports_pair(&matrix, RW_PORTS_CONSOLE, 0, &count);
    cr_expect_eq(count, 2);
    rw_ports_pair(&matrix, RW_PORTS_CONSOLE, AGENT, &count);
    cr_expect_eq(count, 0);
}

Test(check_ports, each_cni_has_its_own_ports)
{
    static const char *const udp[] = {"8472", "4789", "8472", "4789", ""};
    static const char *const tcp[] = {"10250 9099", "10250 179 5473 9098 9099", "10250 4240",
                                      "10250", "10250"};
    for (int cni = 0; cni < RW_CNI_COUNT; cni++) {
        struct rw_ports_matrix other;
        struct rw_buf out = {0};
        rw_ports_matrix_init(&other, cluster, (enum rw_cni)cni);
        rw_ports_listen_list(&out, &other, AGENT, true);
        cr_expect_str_eq(rw_buf_str(&out), udp[cni], "%s", rw_cni_name((enum rw_cni)cni));
        rw_buf_clear(&out);
        rw_ports_listen_list(&out, &other, AGENT, false);
        cr_expect_str_eq(rw_buf_str(&out), tcp[cni], "%s", rw_cni_name((enum rw_cni)cni));
        rw_buf_done(&out);
        rw_ports_matrix_done(&other);
    }
}

/* ---- what goes out ---- */

Test(check_ports, only_what_somebody_listens_on_is_tried)
{
    struct rw_buf out = {0};
    all_listen();
    listens(1, 9345, "used=tcp 9345 812 haproxy.service haproxy\n");
    answer(rw_ports_read_listen, 0,
           "rke2=yes\nmine=tcp 6443 any\nmine=tcp 9099 local\n"
           "mine=udp 8472 any\n");
    rw_ports_connect_list(&out, &matrix, cluster, AGENT, false);
    cr_expect_str_eq(rw_buf_str(&out), "0 192.168.205.85 6443 plain\n"
                                       "1 192.168.205.86 6443 nonce\n"
                                       "1 192.168.205.86 10250 nonce\n"
                                       "1 192.168.205.86 9099 nonce\n"
                                       "2 192.168.205.87 6443 nonce\n"
                                       "2 192.168.205.87 9345 nonce\n"
                                       "2 192.168.205.87 10250 nonce\n"
                                       "2 192.168.205.87 9099 nonce");
    rw_buf_clear(&out);
    rw_ports_connect_list(&out, &matrix, cluster, AGENT, true);
    cr_expect_str_eq(rw_buf_str(&out), "1 192.168.205.86 8472 0000000000000002\n"
                                       "2 192.168.205.87 8472 0000000000000003");
    rw_buf_done(&out);
}

/* ---- results ---- */

Test(check_ports, all_open_is_all_well)
{
    all_listen();
    all_connect();
    console_reaches_all();
    collect_and_judge();
    expect_only(RW_PORTS_OPEN, "");
    expect_findings("");
}

Test(check_ports, one_port_of_one_pair_is_one_finding)
{
    all_listen();
    all_connect();
    connects(0, "tcp.1.9345=silent\n");
    console_reaches_all();
    collect_and_judge();
    expect_only(RW_PORTS_FILTERED, "[0 1 9345]");
    expect_findings("P-01 ha-m2 fail");
    expect_text(
        0, RW_FINDING_FACT,
        "These ports do not answer: traffic to them is dropped. Ports: 9345/tcp. From: ha-m1.");
    expect_param(0, "kind", "filtered");
    expect_param(0, "address", "192.168.205.86");
}

Test(check_ports, refusals_are_told_apart)
{
    all_listen();
    all_connect();
    connects(0, "tcp.1.2379=reset\ntcp.1.2380=reset\n");
    connects(2, "tcp.1.2379=reset\ntcp.1.2380=reset\n");
    connects(AGENT, "tcp.0.10250=icmp\ntcp.0.9099=refused\n");
    console_reaches_all();
    collect_and_judge();
    expect_findings("P-01 ha-m1 fail, P-01 ha-m1 fail, P-01 ha-m2 fail");
    cr_expect_eq(cell(AGENT, 0, 10250)->result, RW_PORTS_ICMP);
    expect_param(0, "kind", "icmp");
    expect_param(1, "kind", "refused");
    expect_text(2, RW_FINDING_FACT,
                "Connections to these ports are refused with a TCP reset. Ports: 2379/tcp, "
                "2380/tcp. From: ha-m1, ha-m3.");
}

Test(check_ports, a_datagram_that_does_not_come_in_is_filtered)
{
    all_listen();
    all_connect();
    connects(2, "udp.3.8472=icmp\n");
    console_reaches_all();
    for (size_t i = 0; i < HOSTS; i++)
        collects(i, i == 1 ? 0 : i == AGENT ? 2 : -1, "");
    rw_ports_judge(&findings, &matrix, cluster);
    cr_expect_eq(cell(0, 1, 8472)->result, RW_PORTS_FILTERED);
    cr_expect_eq(cell(2, AGENT, 8472)->result, RW_PORTS_ICMP);
    cr_expect_eq(cell(2, 1, 8472)->result, RW_PORTS_OPEN);
    expect_findings("P-01 ha-m2 fail, P-01 ha-w1 fail");
}

Test(check_ports, with_a_firewall_manager_the_fix_is_its_commands_for_all_missing_ports)
{
    all_listen();
    listens(1, 0, "firewall=firewalld\n");
    listens(2, 0, "firewall=ufw\n");
    all_connect();
    connects(0, "tcp.1.9345=icmp\ntcp.1.6443=silent\ntcp.2.9345=silent\n");
    console_reaches_all();
    collects(0, -1, "");
    collects(1, 0, "zone=internal\n");
    collects(2, 0, "");
    collects(AGENT, -1, "");
    rw_ports_judge(&findings, &matrix, cluster);
    expect_findings("P-02 ha-m2 fail, P-02 ha-m3 fail");
    expect_param(0, "ports", "6443/tcp, 9345/tcp, 8472/udp");
    expect_text(0, RW_FINDING_FACT,
                "These ports are closed: traffic to them is dropped or rejected. Ports: 6443/tcp, "
                "9345/tcp, 8472/udp. From: ha-m1.");
    expect_param(0, "missing", "6443/tcp, 9345/tcp, 8472/udp");
    expect_param(0, "manager", "firewalld");
    expect_text(0, RW_FINDING_FIX,
                "Open all missing ports on this host, as root: firewall-cmd --permanent "
                "--zone=internal --add-port=6443/tcp --add-port=9345/tcp --add-port=8472/udp && "
                "firewall-cmd --reload");
    expect_param(1, "commands", "ufw allow 9345/tcp && ufw allow 8472/udp");
}

Test(check_ports, a_port_in_use_is_told_once_with_process_and_unit)
{
    all_listen();
    listens(1, 9345, "used=tcp 9345 812 haproxy.service haproxy\n");
    listens(2, 8472, "used=udp 8472 - - -\n");
    all_connect();
    console_reaches_all();
    collect_and_judge();
    expect_findings("P-03 ha-m2 fail, P-04 ha-m3 fail");
    expect_text(0, RW_FINDING_FACT, "9345/tcp is in use by haproxy (pid 812, haproxy.service).");
    for (int source = -1; source < HOSTS; source++)
        if (source != 1)
            cr_expect_eq(cell(source, 1, 9345)->result, RW_PORTS_IN_USE);
    cr_expect_eq(cell(0, 2, 8472)->result, RW_PORTS_IN_USE);
}

Test(check_ports, two_ports_of_one_process_are_one_finding)
{
    answer(rw_ports_read_listen, 0,
           "rke2=no\nused=tcp 6443 9 k3s.service k3s-server\n"
           "used=tcp 10250 9 k3s.service k3s-server\n"
           "used=tcp 2379 10 etcd.service etcd\n");
    rw_ports_judge(&findings, &matrix, cluster);
    expect_param(0, "ports", "6443/tcp, 10250/tcp");
    expect_param(1, "ports", "2379/tcp");
}

Test(check_ports, another_host_that_answers_is_named_and_a_stranger_is_not_open)
{
    all_listen();
    all_connect();
    connects(0, "tcp.1.9345=open 0000000000000003\n");
    connects(2, "tcp.1.9345=open SSH-2.0-OpenSSH_9.2\ntcp.1.6443=open\ntcp.1.2379=open \n");
    console_reaches_all();
    rw_ports_answered(&matrix, cell(RW_PORTS_CONSOLE, 2, 6443), "0000000000000001");
    collect_and_judge();
    expect_findings("P-05 ha-m2 fail, P-06 ha-m2 fail, P-05 ha-m3 warn");
    expect_text(
        0, RW_FINDING_FACT,
        "192.168.205.86 is answered by ha-m3, not by this host. Ports: 9345/tcp. From: ha-m1.");
    expect_param(1, "ports", "6443/tcp, 9345/tcp, 2379/tcp");
    expect_param(2, "sources", "console");
    cr_expect_eq(cell(0, 1, 9345)->result, RW_PORTS_WRONG_HOST);
    cr_expect_eq(cell(0, 1, 9345)->other, 2);
    cr_expect_eq(cell(2, 1, 9345)->other, -1);
}

Test(check_ports, a_datagram_for_one_host_that_comes_in_on_another_is_wrong_host)
{
    all_listen();
    all_connect();
    console_reaches_all();
    collects(0, -1, "");
    collects(1, 0, "");
    collects(2, -1, "got=0000000000000002 0 8472\n");
    collects(AGENT, -1, "");
    rw_ports_judge(&findings, &matrix, cluster);
    cr_expect_eq(cell(0, 1, 8472)->result, RW_PORTS_WRONG_HOST);
    expect_findings("P-05 ha-m2 fail");
    expect_param(0, "other", "ha-m3");
}

Test(check_ports, the_console_alone_is_a_warning)
{
    all_listen();
    all_connect();
    console_reaches_all();
    cell(RW_PORTS_CONSOLE, 0, 6443)->result = RW_PORTS_FILTERED;
    collect_and_judge();
    expect_findings("P-07 ha-m1 warn");
    expect_only(RW_PORTS_FILTERED, "[-1 0 6443]");
}

Test(check_ports, the_console_of_hosts_behind_a_jump_host_is_told_how_to_get_there)
{
    all_listen();
    all_connect();
    console_reaches_all();
    for (int i = 0; i < 2; i++)
        cell(RW_PORTS_CONSOLE, (size_t)i, 6443)->result = RW_PORTS_FILTERED;
    rw_strset(&cluster->hosts[0].login.jump, "ops@bastion.example.com");
    collect_and_judge();
    expect_findings("P-12 ha-m1 warn, P-07 ha-m2 warn");
    expect_text(0, RW_FINDING_SAME_AS,
                "ssh -N -L 6443:192.168.205.85:6443 -p 22 ops@bastion.example.com");
}

/* ---- where nothing could be tested ---- */

Test(check_ports, a_host_that_could_not_be_reached_is_no_pass)
{
    all_listen();
    rw_ports_matrix_done(&matrix);
    set_up();
    for (size_t i = 0; i < AGENT; i++)
        listens(i, 0, "");
    rw_ports_untested(&matrix, AGENT, "no connection", "no connection");
    for (size_t i = 0; i < AGENT; i++)
        connects(i, "");
    console_reaches_all();
    for (size_t i = 0; i < AGENT; i++)
        collects(i, AGENT, "");
    rw_ports_judge(&findings, &matrix, cluster);
    expect_findings("P-08 ha-w1 unknown");
    cr_expect_eq(cell(0, AGENT, 10250)->result, RW_PORTS_UNKNOWN);
    cr_expect_eq(cell(AGENT, 0, 10250)->result, RW_PORTS_UNKNOWN);
    cr_expect_eq(cell(AGENT, 0, 8472)->result, RW_PORTS_UNKNOWN);
}

Test(check_ports, each_reason_why_nothing_listens_is_told)
{
    static const char *const errors[] = {"systemd", "timeout", "listen", "Failed to start: x"};
    for (size_t i = 0; i < RW_COUNT(errors); i++) {
        char *text = rw_asprintf("rke2=no\nerror=%s\n", errors[i]);
        all_listen();
        answer(rw_ports_read_listen, 0, text);
        for (size_t k = 0; k < HOSTS; k++)
            connects(k, "");
        console_reaches_all();
        collect_and_judge();
        expect_findings("P-09 ha-m1 unknown");
        cr_expect_eq(cell(1, 0, 10250)->result, RW_PORTS_UNKNOWN);
        free(text);
        tear_down();
        findings = (struct rw_findings){0};
        set_up();
    }
}

Test(check_ports, an_old_systemd_listens_for_no_datagrams)
{
    all_listen();
    listens(0, 8472, "no_udp=yes\n");
    all_connect();
    console_reaches_all();
    collect_and_judge();
    expect_findings("P-09 ha-m1 unknown");
    expect_param(0, "ports", "8472/udp");
    cr_expect_eq(cell(1, 0, 8472)->result, RW_PORTS_UNKNOWN);
}

Test(check_ports, a_source_without_bash_or_without_an_end_is_told)
{
    all_listen();
    all_connect();
    console_reaches_all();
    answer(rw_ports_read_connect, 0, "error=bash\n");
    answer(rw_ports_read_connect, 1, "tcp.0.6443=open 0000000000000001\n");
    collect_and_judge();
    expect_findings("P-10 ha-m1 unknown, P-10 ha-m2 unknown");
}

Test(check_ports, what_a_source_leaves_out_is_unknown_and_told_for_the_pair)
{
    all_listen();
    connects(1, "");
    connects(2, "");
    connects(AGENT, "");
    answer(rw_ports_read_connect, 0,
           "tcp.3.10250=open 0000000000000004\ntcp.3.9099=error unresolved\n"
           "udp.3.8472=sent\ndone=yes\n");
    console_reaches_all();
    collect_and_judge();
    expect_findings("P-11 ha-m2 unknown, P-11 ha-m3 unknown, P-11 ha-w1 unknown");
    cr_expect_eq(cell(0, 1, 6443)->result, RW_PORTS_UNKNOWN);
    cr_expect_eq(cell(0, AGENT, 10250)->result, RW_PORTS_OPEN);
    cr_expect_eq(cell(0, AGENT, 9099)->result, RW_PORTS_UNKNOWN);
}

Test(check_ports, who_takes_a_connection_and_is_late_is_neither_open_nor_another_machine)
{
    all_listen();
    all_connect();
    connects(0, "");
    cell(0, 1, 9345)->result = RW_PORTS_UNKNOWN;
    answer(rw_ports_read_connect, 0, "tcp.1.9345=late\ndone=yes\n");
    console_reaches_all();
    collect_and_judge();
    expect_only(RW_PORTS_UNKNOWN, "[0 1 9345]");
    expect_findings("P-11 ha-m2 unknown");
    expect_param(0, "_reason", rw_ports_late);
}

Test(check_ports, a_listener_that_ended_too_early_proves_nothing_closed)
{
    all_listen();
    all_connect();
    connects(0, "tcp.1.9345=reset\n");
    console_reaches_all();
    collects(0, -1, "");
    answer(rw_ports_read_collect, 1, "collected=no\n");
    collects(2, -1, "");
    collects(AGENT, -1, "");
    rw_ports_judge(&findings, &matrix, cluster);
    cr_expect_eq(cell(0, 1, 9345)->result, RW_PORTS_UNKNOWN);
    cr_expect_eq(cell(0, 1, 6443)->result, RW_PORTS_OPEN);
    cr_expect_eq(cell(0, 1, 8472)->result, RW_PORTS_UNKNOWN);
    cr_expect_eq(findings.items[0].id, RW_F_PORTS_PAIR_UNKNOWN);
}

/* ---- where RKE2 runs already ---- */

Test(check_ports, what_rke2_itself_holds_is_no_problem)
{
    all_listen();
    answer(rw_ports_read_listen, 0,
           "rke2=yes\nmine=tcp 6443 any\nmine=tcp 9345 any\n"
           "mine=tcp 9099 local\nmine=udp 8472 any\n");
    all_connect();
    connects(1, "tcp.0.6443=open\ntcp.0.9345=silent\n");
    console_reaches_all();
    collect_and_judge();
    cr_expect_eq(cell(1, 0, 6443)->result, RW_PORTS_OPEN);
    cr_expect_eq(cell(1, 0, 9345)->result, RW_PORTS_FILTERED);
    cr_expect_eq(cell(1, 0, 9099)->result, RW_PORTS_RUNNING);
    cr_expect_eq(cell(1, 0, 8472)->result, RW_PORTS_RUNNING);
    cr_expect_eq(cell(1, 0, 2380)->result, RW_PORTS_RUNNING);
    expect_findings("P-01 ha-m1 fail");
}

/* ---- hostile answers ---- */

Test(check_ports, no_answer_makes_a_port_open_that_was_not)
{
    static const char *const lines[] = {
        "tcp.0.6443=open",
        "tcp.0.6443=open ",
        "tcp.0.6443=opener 0000000000000001",
        "tcp.0.6443=open 00000000000000010",
        "tcp.00.6443=open x",
        "tcp.99.6443=open",
        "tcp.0.99999=open",
        "tcp.0.6443.1=open 0000000000000001",
        "udp.0.6443=sent",
        "udp.0.8472=open 0000000000000001",
        "tcp.0.8472=open 0000000000000001",
        "tcp..=open",
        "tcp.-1.6443=open 0000000000000001",
        "=open",
        "tcp.0.6443",
    };
    all_listen();
    for (size_t i = 0; i < RW_COUNT(lines); i++)
        answer(rw_ports_read_connect, 1, lines[i]);
    answer(rw_ports_read_collect, 0,
           "collected=yes\ngot=0000000000000001\n"
           "got=0000000000000001 77 8472\ngot=0000000000000001 1 1\n"
           "got=0000000000000001 -1 8472\ngot= 1 8472\ngot=\n");
    rw_ports_judge(&findings, &matrix, cluster);
    for (size_t i = 0; i < matrix.cell_count; i++)
        cr_expect_neq(matrix.cells[i].result, RW_PORTS_OPEN, "%zu", i);
}

Test(check_ports, megabytes_of_nonsense_are_survived)
{
    size_t size = 3u << 20;
    char *noise = rw_malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        noise[i] = "\x01=.tcp 0\n9\xff"[(i * 2654435761u >> 7) % 11];
    noise[size] = '\0';
    answer(rw_ports_read_listen, 0, noise);
    answer(rw_ports_read_connect, 0, noise);
    answer(rw_ports_read_collect, 0, noise);
    rw_ports_judge(&findings, &matrix, cluster);
    for (size_t i = 0; i < matrix.cell_count; i++)
        cr_expect_eq(matrix.cells[i].result, RW_PORTS_UNKNOWN);
    free(noise);
}

/* ---- firewall commands ---- */

Test(check_ports, firewall_commands_hold_nothing_but_ports)
{
    struct rw_buf out = {0};
    rw_firewall_commands(&out, RW_FIREWALL_UFW, NULL, "22/tcp; rm -rf /, 1/udp, 70000/tcp, 5/sctp");
    cr_expect_str_eq(rw_buf_str(&out), "ufw allow 1/udp");
    rw_buf_clear(&out);
    rw_firewall_commands(&out, RW_FIREWALL_FIREWALLD, "a b", "1/tcp");
    cr_expect_str_eq(rw_buf_str(&out),
                     "firewall-cmd --permanent --add-port=1/tcp && firewall-cmd --reload");
    rw_buf_clear(&out);
    rw_firewall_commands(&out, RW_FIREWALL_NONE, NULL, "1/tcp");
    rw_firewall_commands(&out, RW_FIREWALL_FIREWALLD, NULL, "");
    cr_expect_str_eq(rw_buf_str(&out), "");
    rw_buf_done(&out);
    cr_expect_eq(rw_firewall_by_name("ufw"), RW_FIREWALL_UFW);
    cr_expect_eq(rw_firewall_by_name(NULL), RW_FIREWALL_NONE);
}

/* ---- the drawing ---- */

Test(check_ports, the_drawing_has_a_letter_for_each_port)
{
    struct rw_buf out = {0};
    all_listen();
    all_connect();
    connects(0, "tcp.1.9345=silent\n");
    console_reaches_all();
    collect_and_judge();
    rw_ports_draw(&out, &matrix, cluster);
    cr_expect(strstr(rw_buf_str(&out), "6443/tcp  Kubernetes API\n"
                                       "9345/tcp  node registration\n"
                                       "                  1   2   3\n"
                                       "    -  console   ..  ..  ..\n"
                                       "    1  ha-m1      -  .F  ..\n"
                                       "    2  ha-m2     ..   -  ..\n"),
              "%s", rw_buf_str(&out));
    cr_expect(strstr(rw_buf_str(&out), "  . open\n  F no answer (filtered)\n"));
    rw_buf_done(&out);
}

Test(check_ports, a_drawing_of_many_hosts_shows_rows_with_problems_in_eighty_columns)
{
    struct rw_buf hosts = {0}, out = {0};
    for (int i = 1; i <= 50; i++)
        rw_buf_addf(&hosts, "  - {name: host-%d, address: 10.0.0.%d, role: %s}\n", i, i,
                    i <= 3 ? "server" : "agent");
    tear_down();
    cluster = cluster_of("registration-name: rke2.test\n", rw_buf_str(&hosts));
    rw_ports_matrix_init(&matrix, cluster, RW_CNI_CANAL);
    for (size_t i = 0; i < matrix.cell_count; i++)
        matrix.cells[i].result = matrix.cells[i].source == 7 ? RW_PORTS_FILTERED : RW_PORTS_OPEN;
    rw_ports_draw(&out, &matrix, cluster);
    size_t lines = 0;
    for (const char *at = rw_buf_str(&out); *at; at += strcspn(at, "\n") + 1) {
        cr_expect(strcspn(at, "\n") <= 80, "%.100s", at);
        lines++;
    }
    cr_expect_lt(lines, 100);
    cr_expect_not_null(strstr(rw_buf_str(&out), "  host-8 ->  host-1 FFF  host-2 FFF"));
    cr_expect_not_null(strstr(rw_buf_str(&out), "Sources without a problem: 49/50"));
    rw_buf_done(&out);
    rw_buf_done(&hosts);
}
