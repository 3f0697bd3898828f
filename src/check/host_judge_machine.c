/* SPDX-License-Identifier: Apache-2.0 */
/* Processors, memory and disks. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/host_judge_parts.h"

void host_judge_cpu(struct host_judge *judge)
{
    host_judge_value(judge, RW_CHECK_CPU, judge->facts->cpus, NULL);
}

void host_judge_memory(struct host_judge *judge)
{
    host_judge_value(judge, RW_CHECK_MEMORY, judge->facts->memory_kib, NULL);
}

/* ---- room ---- */

static void room(struct host_judge *judge, enum rw_check_id check, const char *folder, bool total)
{
    const struct rw_space_facts *space = folder ? rw_host_facts_space(judge->facts, folder) : NULL;
    int64_t value = !space ? RW_UNKNOWN_NUMBER : total ? space->total_kib : space->free_kib;
    struct rw_finding *finding = host_judge_value(judge, check, value, NULL);
    if (finding)
        rw_finding_set(finding, "path", folder);
}

void host_judge_disk(struct host_judge *judge)
{
    room(judge, RW_CHECK_DISK, judge->facts->data_path, true);
}

/* A node that runs has taken its room already. */
void host_judge_disk_free(struct host_judge *judge)
{
    room(judge, RW_CHECK_DISK_FREE, judge->facts->data_path, false);
}

void host_judge_tmp_free(struct host_judge *judge)
{
    room(judge, RW_CHECK_TMP_FREE, "/tmp", false);
}

static bool has_option(const struct rw_mount_facts *mount, const char *option)
{
    size_t length = strlen(option);
    for (const char *at = mount->options; at && *at; at += strcspn(at, ",")) {
        at += *at == ',';
        if (strncmp(at, option, length) == 0 && (at[length] == ',' || !at[length]))
            return true;
    }
    return false;
}

/* Source: install.sh of rancher/rke2: /usr/local, unless it is a file system of its own or
 * read-only. */
void host_judge_program_free(struct host_judge *judge)
{
    const struct rw_mount_facts *mount = &judge->facts->program_mount;
    bool other =
        mount->point && (strcmp(mount->point, "/usr/local") == 0 || has_option(mount, "ro"));
    room(judge, RW_CHECK_PROGRAM_FREE, other ? "/opt" : "/usr/local", false);
}

/* ---- kind of disk ---- */

void host_judge_ssd(struct host_judge *judge)
{
    enum rw_known rotates = judge->facts->rotational;
    struct rw_finding *finding = host_judge_state(
        judge, RW_CHECK_SSD, host_state_of(rotates != RW_KNOWN_NOT, rotates == RW_KNOWN_NO), NULL,
        rotates == RW_KNOWN_YES ? "HDD" : "SSD", "SSD");
    if (finding)
        rw_finding_set(finding, "path", judge->facts->data_path);
}

void host_judge_disk_latency(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    int64_t value = facts->sync_writes > 0 ? facts->sync_p99_us : RW_UNKNOWN_NUMBER;
    struct rw_finding *finding = host_judge_value(judge, RW_CHECK_DISK_LATENCY, value, NULL);
    if (!finding)
        return;
    char *count = rw_asprintf("%lld", (long long)facts->sync_writes);
    char *median = rw_requirement_value(RW_UNIT_TIME,
                                        facts->sync_median_us < 0 ? value : facts->sync_median_us);
    rw_finding_set(finding, "path", facts->data_path);
    rw_finding_set(finding, "count", count);
    rw_finding_set(finding, "median", median);
    free(count);
    free(median);
}

void host_judge_exec(struct host_judge *judge)
{
    const struct rw_mount_facts *data = &judge->facts->data_mount;
    const struct rw_mount_facts *kubelet = &judge->facts->kubelet_mount;
    const struct rw_mount_facts *bad = has_option(data, "noexec")      ? data
                                       : has_option(kubelet, "noexec") ? kubelet
                                                                       : NULL;
    bool known = data->options && kubelet->options;
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_EXEC, bad ? HOST_BAD : host_state_of(known, true), NULL,
                         bad ? bad->options : data->options, "exec");
    if (finding) {
        rw_finding_set(finding, "path", bad->point);
        rw_finding_set(finding, "found", bad->options);
    }
}

void host_judge_swap(struct host_judge *judge)
{
    int64_t swap = judge->facts->swap_kib;
    char *found = rw_requirement_value(RW_UNIT_SIZE, swap < 0 ? 0 : swap);
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_SWAP, host_state_of(swap >= 0, swap == 0), NULL,
                         swap > 0 ? found : _("off"), _("off"));
    if (finding) {
        rw_finding_set(finding, "found", found);
        rw_finding_set(finding, "devices", judge->facts->swaps ? judge->facts->swaps : "-");
    }
    free(found);
}
