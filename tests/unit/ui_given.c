/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/ui_given.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "unit/ui_scene.h"
#include "wizard/wizard_private.h"

#define NAMESERVER "192.168.205.2"

struct given given;

/* The four hosts of the documentation. */
void give_answers(void)
{
    static const char *const keys[] = {"name", "address", "role"};
    static const char *const values[][3] = {{"ha-m1", "192.168.205.85", "server"},
                                            {"ha-m2", "192.168.205.86", "server"},
                                            {"ha-m3", "192.168.205.87", "server"},
                                            {"ha-w1", "192.168.205.88", "agent"}};
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_begin(scene.wizard, "ha-demo", &findings), 0);
    rw_findings_done(&findings);
    for (size_t i = 0; i < RW_COUNT(values); i++) {
        /* Not by the model, which would save it each time. */
        int index = (int)rw_document_add_host(scene.wizard->document);
        for (size_t k = 0; k < RW_COUNT(keys); k++)
            rw_document_set(scene.wizard->document, index, keys[k], values[i][k]);
    }
    rw_wizard_set(scene.wizard, RW_DOCUMENT_CLUSTER, "registration-name", "rke2.demo.kingsd.top");
    given.cluster = rw_cluster_copy(scene.wizard->document->cluster);
    scene.wizard->live.cluster = given.cluster;
    scene.wizard->live.ids =
        rw_memdup(scene.wizard->document->ids, given.cluster->host_count * sizeof(unsigned));
}

/* The model lets go of what it was given. */
void given_take_back(void)
{
    scene.wizard->live.cluster = NULL;
    free(scene.wizard->live.ids);
    scene.wizard->live.ids = NULL;
    for (size_t i = 0; i < SLOT_COUNT; i++)
        scene.wizard->checks.slots[i].result = NULL;
    for (size_t i = 0; i < SLOT_COUNT; i++)
        scene.wizard->checks.slots[i].wanted = false;
    scene.wizard->repair.running = false;
    scene.wizard->install.state = INSTALL_NONE;
    scene.wizard->install.nodes = NULL;
    rw_node_table_done(&given.nodes);
    rw_findings_done(&given.result.findings);
    rw_dns_verdicts_done(&given.verdicts);
    rw_dns_evidence_done(&given.evidence);
    rw_host_verdicts_done(&given.hosts);
    rw_ports_matrix_done(&given.matrix);
    rw_cluster_free(given.cluster);
    given = (struct given){0};
}

void given_open(enum rw_wizard_step step)
{
    scene.wizard->step = step;
    scene.ui.saved_ms = 0;
    rw_ui_go(&scene.ui, step);
    scene_draw();
}

struct rw_dns_asker *give_dns_answer(int asker, enum rw_dns_code code, const char *const *addresses)
{
    struct rw_dns_asker *a = rw_dns_evidence_asker(&given.evidence, asker, NAMESERVER);
    for (int i = 0; i < 4; i++) {
        struct rw_dns_round *round = rw_dns_asker_round(a, code);
        for (size_t k = 0; addresses && addresses[k]; k++)
            rw_dns_round_add(round, addresses[k], asker < 0 ? 60 : RW_DNS_TTL_UNKNOWN);
    }
    return a;
}

void give_dns_verdicts(void)
{
    rw_dns_judge(&given.verdicts, given.cluster, &given.evidence);
    for (size_t i = 0; i < given.verdicts.findings.count; i++)
        rw_findings_copy(&given.result.findings, &given.verdicts.findings.items[i]);
    given.result.parts = RW_CHECK_DNS;
    given.result.dns = &given.verdicts;
    given.result.asked = &given.evidence;
    scene.wizard->checks.slots[SLOT_DNS].result = &given.result;
    given_open(RW_WIZARD_DNS);
}

void give_dns(const char *const *addresses)
{
    for (int asker = -1; asker < 4; asker++)
        give_dns_answer(asker, RW_DNS_OK, addresses);
    give_dns_verdicts();
}

const char *const given_all_servers[] = {"192.168.205.85", "192.168.205.86", "192.168.205.87",
                                         NULL};
const char *const given_one_wrong[] = {"192.168.205.86", "192.168.205.87", "10.9.9.9", NULL};

static void add_row(size_t host_index, enum rw_check_id check, enum rw_severity severity,
                    const char *item, const char *found, const char *needed, int finding)
{
    *rw_array_add(given.hosts.rows, given.hosts.row_count) = (struct rw_host_row){
        .host = host_index,
        .check = check,
        .item = rw_strdup(item),
        .severity = severity,
        .found = rw_strdup(found),
        .needed = rw_strdup(needed),
        .source = rw_strdup("RKE2"),
        .finding = finding,
    };
}

/* Every port is open; or, with `closed`, one from the agent to the first server is not. */
static void give_ports(bool closed)
{
    struct rw_ports_matrix *matrix = &given.matrix;
    rw_ports_matrix_init(matrix, given.cluster, RW_CNI_CANAL);
    for (size_t i = 0; i < matrix->host_count; i++)
        for (size_t k = 0; k < matrix->hosts[i].door_count; k++)
            matrix->hosts[i].doors[k].state = RW_PORTS_S_LISTENING;
    for (size_t i = 0; i < matrix->cell_count; i++)
        matrix->cells[i].result = RW_PORTS_OPEN;
    for (size_t i = 0; closed && i < matrix->cell_count; i++)
        if (matrix->cells[i].source == 3 && matrix->cells[i].target == 0 &&
            matrix->cells[i].port->number == 9345)
            matrix->cells[i].result = RW_PORTS_FILTERED;
    rw_ports_judge(&given.result.findings, matrix, given.cluster);
}

static void show_requirements(void)
{
    given.result.parts = RW_CHECK_HOSTS | RW_CHECK_PORTS;
    given.result.hosts = &given.hosts;
    given.result.ports = &given.matrix;
    scene.wizard->checks.slots[SLOT_REQUIREMENTS].result = &given.result;
    given_open(RW_WIZARD_REQUIREMENTS);
}

static void find_swap(const char *devices)
{
    rw_findings_add(&given.hosts.findings, RW_F_SWAP_ON, "ha-w1", "found", "2.0 GiB", "devices",
                    devices, "address", "192.168.205.88", "port", "22", "user", "root", NULL);
    rw_findings_copy(&given.result.findings, &given.hosts.findings.items[0]);
}

void give_requirements(void)
{
    find_swap("/dev/sda2");
    add_row(0, RW_CHECK_CPU, RW_SEVERITY_OK, NULL, "8", "4", RW_HOST_NO_FINDING);
    add_row(0, RW_CHECK_MEMORY, RW_SEVERITY_OK, NULL, "16 GiB", "4 GiB", RW_HOST_NO_FINDING);
    add_row(3, RW_CHECK_CPU, RW_SEVERITY_UNKNOWN, NULL, "", "8", RW_HOST_NO_FINDING);
    add_row(3, RW_CHECK_SWAP, RW_SEVERITY_WARN, NULL, "/dev/sda2", "off", 0);
    give_ports(true);
    show_requirements();
}

void give_requirements_good(void)
{
    add_row(0, RW_CHECK_CPU, RW_SEVERITY_OK, NULL, "8", "4", RW_HOST_NO_FINDING);
    add_row(0, RW_CHECK_MEMORY, RW_SEVERITY_OK, NULL, "16 GiB", "4 GiB", RW_HOST_NO_FINDING);
    give_ports(false);
    show_requirements();
}

void give_requirements_bad(void)
{
    static const char devices[] = "/dev/disk/by-uuid/2f1c9f0e-76a4-4f4e-9d2b-0c6f7b7a2f11, "
                                  "/swapfile-that-is-called-by-a-long-name";
    find_swap(devices);
    for (size_t i = 0; i < 4; i++) {
        add_row(i, RW_CHECK_CPU, RW_SEVERITY_FAIL, NULL, "1", "2", RW_HOST_NO_FINDING);
        add_row(i, RW_CHECK_MEMORY, RW_SEVERITY_WARN, NULL, "3.6 GiB", "8 GiB", RW_HOST_NO_FINDING);
        add_row(i, RW_CHECK_DISK, RW_SEVERITY_UNKNOWN, "/var/lib/rancher/rke2/server/db",
                "the file system does not tell how large it is", "at least 150 GiB",
                RW_HOST_NO_FINDING);
    }
    add_row(3, RW_CHECK_SWAP, RW_SEVERITY_WARN, NULL, devices, "off", 0);
    give_ports(true);
    show_requirements();
}

static void add_task(const char *name, enum rw_step step, enum rw_task_state state,
                     int64_t begun_ago_ms, int64_t took_ms, const char *progress)
{
    struct wizard_install *install = &scene.wizard->install;
    *rw_array_add(install->tasks, install->task_count) = (struct rw_wizard_task){
        .host = rw_strdup(name),
        .step = step,
        .state = state,
        .begun_ms = begun_ago_ms ? rw_clock_ms() - begun_ago_ms : 0,
        .took_ms = took_ms,
        .progress = progress,
    };
}

void give_note(const char *name, enum rw_event_kind kind, const char *key, const char *text)
{
    struct rw_event event = {
        .kind = kind, .elapsed_ms = 61000, .host = name, .key = key, .step = "join", .text = text};
    install_note(&scene.wizard->install, &event);
}

/* In the middle: the first server is up, the second joins. */
void give_install(void)
{
    static const char *const names[] = {"ha-m1", "ha-m2", "ha-m3", "ha-w1"};
    struct wizard_install *install = &scene.wizard->install;
    for (size_t i = 0; i < RW_COUNT(names); i++) {
        add_task(names[i], RW_STEP_STAGE, RW_TASK_DONE, 400000, 30000, NULL);
        add_task(names[i], RW_STEP_CONFIGURE, RW_TASK_DONE, 370000, 1000, NULL);
    }
    add_task("ha-m1", RW_STEP_FOUND, RW_TASK_DONE, 369000, 192000, NULL);
    add_task("ha-m2", RW_STEP_JOIN, RW_TASK_WAITING, 130500, 0, N_("joining etcd"));
    add_task("ha-m3", RW_STEP_JOIN, RW_TASK_PLANNED, 0, 0, NULL);
    add_task("ha-w1", RW_STEP_AGENT, RW_TASK_PLANNED, 0, 0, NULL);
    give_note("ha-m2", RW_EVENT_ACTION, "run", "systemctl enable --now rke2-server.service");
    give_note("ha-m2", RW_EVENT_LINE, NULL,
              "time=\"2026-11-22T14:02:11Z\" level=info msg=\"Adding member ha-m2 to etcd\"");
    rw_node_table_line(&given.nodes,
                       "NAME    STATUS   ROLES                       AGE     VERSION");
    rw_node_table_line(&given.nodes,
                       "ha-m1   Ready    control-plane,etcd,master   3m12s   v1.26.12+rke2r1");
    install->nodes = &given.nodes;
    install->state = INSTALL_ACTIVE;
    install->begun = rw_clock_ms() - 401500;
    rw_strset(&install->version, "v1.26.12+rke2r1");
    given_open(RW_WIZARD_INSTALL);
}

void give_end(enum rw_outcome outcome)
{
    scene.wizard->install.nodes = NULL;
    scene.wizard->install.state = INSTALL_ENDED;
    scene.wizard->install.outcome = outcome;
    scene.wizard->install.changed = true;
    scene.wizard->install.ended = scene.wizard->install.begun + 500000;
}
