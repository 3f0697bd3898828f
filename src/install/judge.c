/* SPDX-License-Identifier: Apache-2.0 */
#include "install/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "contact/contact.h"
#include "rke2/installer.h"
#include "rke2/nodes.h"

static bool disk_is_full(const struct rw_remote_result *result)
{
    return strstr(result->err, "No space left on device") != NULL;
}

static void add_disk_full(struct rw_findings *findings, const char *host,
                          const struct rw_remote_result *result)
{
    rw_findings_add(findings, RW_F_INSTALLER_DISK_FULL, host, "line", result->err, NULL);
}

bool rw_judge_actions(struct rw_findings *findings, const struct rw_host *host,
                      const struct rw_remote_result *result)
{
    const char *command = rw_reply_get(&result->reply, "failed");
    if (result->rc != 0) {
        rw_contact_script_failed(findings, host, result);
    } else if (command && disk_is_full(result)) {
        add_disk_full(findings, host->name, result);
    } else if (command) {
        struct rw_finding *finding = rw_contact_finding(findings, RW_F_HOST_COMMAND, host);
        rw_finding_set(finding, "command", command);
        rw_finding_set(finding, "status", rw_reply_get(&result->reply, "failed_status"));
        rw_finding_set(finding, "line", result->err);
    } else {
        return true;
    }
    return false;
}

/* ---- the detached unit ---- */

static void judge_log(struct rw_findings *findings, const char *host, const char *source,
                      int status, const struct rw_reply *reply)
{
    struct rw_buf log = {0};
    for (size_t i = 0; i < reply->count; i++)
        if (strcmp(reply->pairs[i].key, "log") == 0)
            rw_buf_addf(&log, "%s\n", reply->pairs[i].value);
    rw_installer_judge(findings, host, source, status, rw_buf_str(&log));
    rw_buf_done(&log);
}

enum rw_unit_end rw_judge_unit(struct rw_findings *findings, const char *host, const char *source,
                               const char *version, bool last,
                               const struct rw_remote_result *result)
{
    int64_t status = rw_reply_number(&result->reply, "result", -1);
    const char *installed = rw_reply_get(&result->reply, "installed");
    if (status == 0 && installed && strcmp(installed, version) == 0)
        return RW_UNIT_WELL;
    if (status < 0 && !last)
        return RW_UNIT_AGAIN;
    if (status == 0)
        rw_findings_add(findings, RW_F_INSTALLER_VERSION, host, "found",
                        installed && *installed ? installed : "?", "wanted", version, NULL);
    else if (status > 0)
        judge_log(findings, host, source, (int)status, &result->reply);
    else if (disk_is_full(result))
        add_disk_full(findings, host, result);
    else
        rw_findings_add(findings, RW_F_INSTALLER_INTERRUPTED, host, NULL);
    return RW_UNIT_BADLY;
}

/* The last line of the log that has content: what RKE2's script said, rather than a command that it
 * traces, its word that it has failed, or ours. */
static const char *last_log(const struct rw_reply *reply)
{
    const char *line = NULL, *ours = "?";
    for (size_t i = 0; i < reply->count; i++) {
        const char *text = reply->pairs[i].value;
        if (strcmp(reply->pairs[i].key, "log") != 0 || !*text)
            continue;
        if (rw_text_starts(text, "rke2-wizard: "))
            ours = text;
        else if (!rw_text_starts(text, "+ ") && !strstr(text, "Cleanup didn't complete"))
            line = text;
    }
    return line ? line : ours;
}

enum rw_unit_end rw_judge_reset_unit(struct rw_findings *findings, const struct rw_host *host,
                                     bool last, const struct rw_remote_result *result)
{
    int64_t status = rw_reply_number(&result->reply, "result", -1);
    if (status == 0)
        return RW_UNIT_WELL;
    if (status < 0 && !last)
        return RW_UNIT_AGAIN;
    if (status < 0) {
        rw_contact_finding(findings, RW_F_UNINSTALL_INTERRUPTED, host);
    } else {
        struct rw_finding *finding = rw_contact_finding(findings, RW_F_UNINSTALL_FAILED, host);
        rw_finding_set(finding, "status", rw_reply_get(&result->reply, "result"));
        rw_finding_set(finding, "line", last_log(&result->reply));
    }
    return RW_UNIT_BADLY;
}

void rw_judge_left(struct rw_findings *findings, const struct rw_host *host,
                   const struct rw_reply *reply)
{
    const char *member = rw_reply_get(reply, "member");
    if (member)
        rw_finding_set(rw_contact_finding(findings, RW_F_MEMBER_STAYS, host), "member", member);
}

/* ---- the verification ---- */

static const char no_connection[] = N_("no connection");

/* What curl's exit status says about a request that got no good answer. */
static const char *api_reason(const char *curl)
{
    if (strcmp(curl, "60") == 0)
        return N_("its certificate does not include the name, or belongs to another cluster");
    if (strcmp(curl, "6") == 0 || strcmp(curl, "7") == 0 || strcmp(curl, "28") == 0)
        return no_connection;
    return N_("the answer does not come from an API server");
}

/* value: "<address> <HTTP status> <curl status>" */
static void judge_api(struct rw_findings *findings, const char *name, const char *value)
{
    char *line = rw_strdup(value), *rest = line;
    const char *address = strsep(&rest, " ");
    const char *http = rest ? strsep(&rest, " ") : "";
    if (strcmp(http, "401") != 0 && strcmp(http, "200") != 0)
        rw_findings_add(findings, RW_F_VERIFY_API, NULL, "address", address, "name", name,
                        "_reason", api_reason(rest ? rest : ""), NULL);
    free(line);
}

/* The value of "node=<name> <value>", or NULL; borrowed. */
static const char *node_state(const struct rw_reply *reply, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < reply->count; i++) {
        const char *value = reply->pairs[i].value;
        if (strcmp(reply->pairs[i].key, "node") == 0 && strncmp(value, name, length) == 0 &&
            value[length] == ' ')
            return value + length + 1;
    }
    return NULL;
}

/* A node is reported as "<status of its condition Ready> <reason>: <message>". */
static void judge_node(struct rw_findings *findings, const char *host, bool bare,
                       const struct rw_reply *reply)
{
    const char *state = node_state(reply, host);
    const char *error = rw_reply_get(reply, "error");
    if (state && (strcmp(state, "True") == 0 || strncmp(state, "True ", 5) == 0))
        return;
    if (state && bare && rw_node_lacks_network(state))
        return;
    const char *reason = N_("the cluster has no such node");
    if (state)
        reason = strchr(state, ' ') ? strchr(state, ' ') + 1 : state;
    else if (error)
        reason = error;
    /* It will stand at the end of a sentence. */
    size_t length = strlen(reason);
    char *text = rw_strndup(reason, length && reason[length - 1] == '.' ? length - 1 : length);
    rw_findings_add(findings, RW_F_VERIFY_NODE, host, "_reason", text, NULL);
    free(text);
}

/* The first word of *rest, or "?"; *rest goes behind it. */
static const char *word(char **rest)
{
    const char *one = *rest ? strsep(rest, " ") : NULL;
    return one && *one ? one : "?";
}

/* value: "<node> <pod> <restarts> <reason>: <last words>" */
static void judge_pod(struct rw_findings *findings, const char *value)
{
    char *copy = rw_strdup(value), *rest = copy;
    const char *node = word(&rest), *pod = word(&rest), *restarts = word(&rest);
    const char *line = rest && *rest ? rest : "?";
    rw_findings_add(findings, RW_F_VERIFY_POD, node, "pod", pod, "restarts", restarts, "line", line,
                    NULL);
    free(copy);
}

/* All pods that are late are one finding: value is "<node> <pod> <reason>". */
static void judge_late(struct rw_findings *findings, const struct rw_reply *reply)
{
    struct rw_buf pods = {0};
    for (size_t i = 0; i < reply->count; i++) {
        if (strcmp(reply->pairs[i].key, "late") != 0)
            continue;
        char *copy = rw_strdup(reply->pairs[i].value), *rest = copy;
        const char *node = word(&rest), *pod = word(&rest);
        rw_buf_addf(&pods, "%s%s (%s, %s)", pods.len ? ", " : "", pod, word(&rest), node);
        free(copy);
    }
    if (pods.len)
        rw_findings_add(findings, RW_F_VERIFY_PODS_LATE, NULL, "pods", rw_buf_str(&pods), NULL);
    rw_buf_done(&pods);
}

static void judge_pods(struct rw_findings *findings, const struct rw_reply *reply)
{
    const char *unlisted = rw_reply_get(reply, "unlisted");
    if (unlisted)
        rw_findings_add(findings, RW_F_VERIFY_PODS_UNKNOWN, NULL, "reason", unlisted, NULL);
    for (size_t i = 0; i < reply->count; i++) {
        const struct rw_reply_pair *pair = &reply->pairs[i];
        if (strcmp(pair->key, "pod") == 0)
            judge_pod(findings, pair->value);
        if (strcmp(pair->key, "taint") != 0)
            continue;
        /* Without one of RKE2, it is the user who brings a cloud controller. */
        struct rw_finding *taint = rw_findings_add(findings, RW_F_VERIFY_TAINT, pair->value, NULL);
        if (rw_reply_is(reply, "controller", "no"))
            taint->severity = RW_SEVERITY_WARN;
    }
    judge_late(findings, reply);
}

void rw_judge_verify(struct rw_findings *findings, const struct rw_cluster *cluster,
                     const struct rw_reply *reply)
{
    for (size_t i = 0; i < reply->count; i++)
        if (strcmp(reply->pairs[i].key, "api") == 0)
            judge_api(findings, cluster->registration_name, reply->pairs[i].value);
    for (size_t i = 0; i < cluster->host_count; i++)
        if (cluster->hosts[i].role == RW_ROLE_SERVER)
            judge_node(findings, cluster->hosts[i].name, rw_cni_of(cluster) == RW_CNI_NONE, reply);
    judge_pods(findings, reply);
    bool bare = false;
    for (size_t i = 0; rw_cni_of(cluster) == RW_CNI_NONE && i < reply->count; i++)
        bare = bare || (strcmp(reply->pairs[i].key, "node") == 0 &&
                        rw_node_lacks_network(reply->pairs[i].value));
    if (bare)
        rw_findings_add(findings, RW_F_VERIFY_NO_NETWORK, NULL, NULL);
}

bool rw_judge_is_cut_off(const struct rw_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const char *reason = rw_finding_get(&findings->items[i], "_reason");
        if (findings->items[i].id == RW_F_VERIFY_API && reason &&
            strcmp(reason, no_connection) == 0)
            return true;
    }
    return false;
}

/* ---- the deadline ---- */

void rw_judge_deadline(struct rw_findings *findings, const struct rw_host *host, enum rw_step step,
                       bool in_unit)
{
    if (!in_unit) {
        struct rw_finding *finding = rw_contact_finding(findings, RW_F_HOST_LOST, host);
        rw_finding_set(finding, "reason", "no answer in time");
        return;
    }
    if (step == RW_STEP_UNINSTALL) {
        struct rw_finding *finding = rw_contact_finding(findings, RW_F_UNINSTALL_FAILED, host);
        rw_finding_set(finding, "status", "-");
        rw_finding_set(finding, "line", "no end in time");
        return;
    }
    char *minutes = rw_asprintf("%d", rw_step_info(step)->hard_deadline_s / 60);
    rw_findings_add(findings, RW_F_INSTALLER_DEADLINE, host->name, "minutes", minutes, NULL);
    free(minutes);
}
