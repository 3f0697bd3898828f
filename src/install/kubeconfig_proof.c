/* SPDX-License-Identifier: Apache-2.0 */
#include "install/kubeconfig_proof.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/life.h"
#include "base/mem.h"
#include "base/text.h"
#include "install/kubeconfig.h"
#include "net/http.h"
#include "rke2/nodes.h"

#define TIMEOUT_MS 15000
#define BODY_MAX   ((size_t)16 << 20)
#define PATH       "/api/v1/nodes?limit=500"

struct rw_kubeconfig_proof {
    struct rw_life life;
    struct rw_http *http;
    struct rw_kubeconfig kubeconfig;
    struct rw_http_identity identity;
    char *file;
    void (*done)(void *context, const struct rw_kubeconfig_proven *proven);
    void *context;
};

/* ---- what the answer means ---- */

static void count_nodes(struct rw_kubeconfig_proven *proven, const struct rw_buf *body)
{
    struct rw_nodes nodes = {0};
    rw_nodes_apply(&nodes, rw_buf_str(body), body->len);
    proven->nodes = nodes.count;
    for (size_t i = 0; i < nodes.count; i++)
        proven->ready += nodes.items[i].ready;
    rw_nodes_done(&nodes);
}

static enum rw_finding_id failure(const struct rw_http_result *result)
{
    switch (result->rc) {
    case RW_ERESOLVE:
    case RW_ECONNECT:
    case RW_ETIMEOUT:
        return RW_F_KUBECONFIG_UNREACHABLE;
    case RW_ETRUST:
        return RW_F_KUBECONFIG_UNTRUSTED;
    default:
        return RW_F_KUBECONFIG_REFUSED;
    }
}

static void on_answer(void *context, const struct rw_http_result *result)
{
    struct rw_kubeconfig_proof *proof = context;
    struct rw_kubeconfig_proven proven = {
        .works = result->rc == 0 && result->status == 200,
        .server = proof->kubeconfig.server,
    };
    char status[32];
    if (proof->life.ending)
        return;
    snprintf(status, sizeof status, "HTTP %ld", result->status);
    if (proven.works)
        count_nodes(&proven, &result->body);
    else
        rw_findings_add(&proven.findings, failure(result), NULL, "server", proven.server, "reason",
                        result->rc ? result->error.message : status, "file",
                        proof->file ? proof->file : "FILE", NULL);
    proof->done(proof->context, &proven);
    rw_findings_done(&proven.findings);
}

/* ---- interface ---- */

static void free_proof(void *object)
{
    struct rw_kubeconfig_proof *proof = object;
    rw_kubeconfig_done(&proof->kubeconfig);
    free(proof->file);
    free(proof);
}

struct rw_kubeconfig_proof *
rw_kubeconfig_prove(uv_loop_t *loop, const char *text, const char *file,
                    void (*done)(void *context, const struct rw_kubeconfig_proven *proven),
                    void *context)
{
    struct rw_kubeconfig_proof *proof = rw_calloc(1, sizeof *proof);
    rw_life_init(&proof->life, loop, proof, free_proof);
    proof->http = rw_http_new(loop);
    proof->file = rw_strdup(file);
    proof->done = done;
    proof->context = context;
    /* One that cannot be read fails the request, with the reason. */
    rw_kubeconfig_read(&proof->kubeconfig, text);
    proof->identity = (struct rw_http_identity){
        .ca = proof->kubeconfig.ca ? proof->kubeconfig.ca : "",
        .cert = proof->kubeconfig.cert ? proof->kubeconfig.cert : "",
        .key = proof->kubeconfig.key ? proof->kubeconfig.key : "",
    };
    char *url = rw_asprintf("%s" PATH, proof->kubeconfig.server ? proof->kubeconfig.server : "");
    struct rw_http_options options = {
        .url = url,
        .timeout_ms = TIMEOUT_MS,
        .body_max = BODY_MAX,
        .identity = &proof->identity,
    };
    rw_http_get(proof->http, &options, on_answer, proof);
    free(url);
    return proof;
}

void rw_kubeconfig_proof_free(struct rw_kubeconfig_proof *proof, void (*closed)(void *context),
                              void *context)
{
    if (proof && rw_life_end(&proof->life, NULL, closed, context))
        rw_http_free(proof->http, rw_life_drop, rw_life_hold(&proof->life));
}
