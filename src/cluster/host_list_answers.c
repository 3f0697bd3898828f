/* SPDX-License-Identifier: Apache-2.0 */
/* An answers file, finished or not: its hosts, with the login that they share. */
#include <string.h>

#include "cluster/answers.h"
#include "cluster/host_list_read.h"
#include "cluster/settings.h"

bool host_list_is_answers(const struct host_list_text *text)
{
    const yaml_node_t *hosts = host_list_get(text, text->root, "hosts"), *value;
    const char *key;
    size_t at = 0;
    if (hosts)
        return hosts->type == YAML_SEQUENCE_NODE;
    return host_list_pair(text, text->root, &at, &key, &value) &&
           rw_setting_find(key, RW_SCOPE_TOP) != NULL;
}

void host_list_read_answers(struct host_list_reader *reader, const struct host_list_text *text)
{
    static const char *const known[] = {"version", "hosts", "ssh", NULL};
    static const struct host_list_key none[] = {{NULL, HOST_LIST_FIELDS}};
    struct host_list_words words = {0};
    struct rw_findings findings = {0};
    struct rw_cluster *cluster =
        rw_answers_parse_draft(text->text, strlen(text->text), reader->name, NULL, &findings);
    const yaml_node_t *hosts = host_list_get(text, text->root, "hosts"), *host = NULL;
    size_t at = 0;
    for (size_t i = 0; i < findings.count; i++)
        rw_findings_copy(reader->findings, &findings.items[i]);
    reader->problems += rw_findings_at_least(&findings, RW_SEVERITY_FAIL);
    for (size_t i = 0; i < cluster->host_count && host_list_item(text, hosts, &at, &host); i++)
        host_list_take(reader, &cluster->hosts[i], host_list_get_scalar(text, host, "role"));
    host_list_take_keys(reader, &words, text, text->root, none, known);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
}
