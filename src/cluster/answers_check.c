/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "cluster/answers_read.h"
#include "cluster/names.h"
#include "cluster/source.h"

/* Tells that value, said under key by host i, was said by host `other` before. */
static void duplicate(struct rw_answers_reader *reader, enum rw_finding_id id, const char *key,
                      const char *value, size_t i, size_t other)
{
    const yaml_node_t *here = rw_answers_find(reader->document, reader->host_nodes[i], key);
    const yaml_node_t *there = rw_answers_find(reader->document, reader->host_nodes[other], key);
    struct rw_finding *finding = rw_answers_problem(reader, id, here->start_mark);
    char *line = rw_asprintf("%zu", there->start_mark.line + 1);
    rw_answers_set_shown(finding, "value", value);
    rw_finding_set(finding, "other", line);
    free(line);
}

static void check_duplicates(struct rw_answers_reader *reader)
{
    const struct rw_host *hosts = reader->cluster->hosts;
    size_t count = reader->cluster->host_count;
    char **canonical = rw_calloc(count, sizeof *canonical);
    for (size_t i = 0; i < count; i++) {
        size_t name = 0, address = 0;
        if (hosts[i].address)
            canonical[i] = rw_names_canonical(hosts[i].address);
        while (name < i && !(hosts[i].name && hosts[name].name &&
                             strcasecmp(hosts[i].name, hosts[name].name) == 0))
            name++;
        while (address < i && !(canonical[i] && canonical[address] &&
                                strcmp(canonical[i], canonical[address]) == 0))
            address++;
        if (name < i)
            duplicate(reader, RW_F_ANSWERS_DUPLICATE_NAME, "name", hosts[i].name, i, name);
        if (address < i)
            duplicate(reader, RW_F_ANSWERS_DUPLICATE_ADDRESS, "address", hosts[i].address, i,
                      address);
    }
    for (size_t i = 0; i < count; i++)
        free(canonical[i]);
    free(canonical);
}

static void check_servers(struct rw_answers_reader *reader, const yaml_node_t *hosts)
{
    size_t servers = rw_cluster_servers(reader->cluster);
    if (!hosts || hosts->type != YAML_SEQUENCE_NODE)
        return;
    bool empty = hosts->data.sequence.items.start == hosts->data.sequence.items.top;
    if (reader->cluster->host_count == 0 && !empty)
        return; /* none of the hosts could be read; that was told */
    if (servers == 0) {
        rw_answers_problem(reader, RW_F_ANSWERS_NO_SERVER, hosts->start_mark);
    } else if (servers % 2 == 0) {
        struct rw_finding *finding =
            rw_answers_problem(reader, RW_F_ANSWERS_EVEN_SERVERS, hosts->start_mark);
        char *count = rw_asprintf("%zu", servers), *survive = rw_asprintf("%zu", (servers - 1) / 2);
        rw_finding_set(finding, "count", count);
        rw_finding_set(finding, "survive", survive);
        free(count);
        free(survive);
    }
}

static void check_cni(struct rw_answers_reader *reader, const yaml_node_t *cni)
{
    const struct rw_cluster *cluster = reader->cluster;
    if (!cni || !cluster->version ||
        rw_cni_in_version(rw_cni_by_name(cluster->cni), cluster->version))
        return;
    struct rw_finding *finding =
        rw_answers_problem(reader, RW_F_ANSWERS_CNI_VERSION, cni->start_mark);
    rw_finding_set(finding, "cni", cluster->cni);
    rw_finding_set(finding, "version", cluster->version);
}

/* Nobody can be asked what the newest of a channel is, and a folder holds one version alone. */
static void check_source(struct rw_answers_reader *reader, const yaml_node_t *source)
{
    const struct rw_cluster *cluster = reader->cluster;
    if (!source || cluster->version || rw_source_kind(cluster->source) != RW_SOURCE_FOLDER)
        return;
    struct rw_finding *finding =
        rw_answers_problem(reader, RW_F_ANSWERS_SOURCE_VERSION, source->start_mark);
    rw_finding_set(finding, "folder", cluster->source);
}

void rw_answers_check(struct rw_answers_reader *reader)
{
    yaml_document_t *document = reader->document;
    const yaml_node_t *root = yaml_document_get_root_node(document);
    const yaml_node_t *token = rw_answers_find(document, root, "token");
    const yaml_node_t *file = rw_answers_find(document, root, "token-file");
    if (token && file) {
        const yaml_node_t *later = token->start_mark.index > file->start_mark.index ? token : file;
        rw_answers_problem(reader, RW_F_ANSWERS_TOKEN_BOTH, later->start_mark);
    }
    const yaml_node_t *rke2 = rw_answers_find(document, root, "rke2");
    const yaml_node_t *channel = rw_answers_find(document, rke2, "channel");
    if (channel && rw_answers_find(document, rke2, "version"))
        rw_answers_problem(reader, RW_F_ANSWERS_VERSION_AND_CHANNEL, channel->start_mark);
    check_cni(reader, rw_answers_find(document, root, "cni"));
    check_source(reader, rw_answers_find(document, root, "source"));
    check_duplicates(reader);
    check_servers(reader, rw_answers_find(document, root, "hosts"));
}
