/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "cluster/answers_read.h"
#include "cluster/fit.h"

/* The number of servers means nothing when there is no list, or when none of its hosts could be
 * read: that was reported. */
static const yaml_node_t *hosts_that_count(const struct rw_answers_reader *reader)
{
    const yaml_node_t *root = yaml_document_get_root_node(reader->document);
    const yaml_node_t *hosts = rw_answers_find(reader->document, root, "hosts");
    if (!hosts || hosts->type != YAML_SEQUENCE_NODE)
        return NULL;
    bool empty = hosts->data.sequence.items.start == hosts->data.sequence.items.top;
    return reader->cluster->host_count == 0 && !empty ? NULL : hosts;
}

static struct rw_finding *add_misfit(void *context, const struct rw_misfit *misfit)
{
    struct rw_answers_reader *reader = context;
    yaml_document_t *document = reader->document;
    const yaml_node_t *place = NULL;
    if (misfit->host != RW_FIT_CLUSTER)
        place = rw_answers_find(document, reader->host_nodes[misfit->host], misfit->key);
    else if (misfit->key)
        place = rw_answers_find(document, yaml_document_get_root_node(document), misfit->key);
    else
        place = hosts_that_count(reader);
    if (!place)
        return NULL;
    struct rw_finding *finding = rw_answers_problem(reader, misfit->id, place->start_mark);
    if (misfit->host != RW_FIT_CLUSTER) {
        const yaml_node_t *there =
            rw_answers_find(document, reader->host_nodes[misfit->other], misfit->key);
        char *line = rw_asprintf("%zu", there->start_mark.line + 1);
        rw_finding_set(finding, "other", line);
        free(line);
    }
    return finding;
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
    rw_fit_settings(reader->cluster, add_misfit, reader);
    rw_fit_hosts(reader->cluster, add_misfit, reader);
}
