#include "rke2/config_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/names.h"
#include "rke2/rke2.h"

const char *rw_rke2_unit(enum rw_role role)
{
    return role == RW_ROLE_SERVER ? "rke2-server.service" : "rke2-agent.service";
}

char *rw_rke2_url(const char *address, int port)
{
    const char *format = strchr(address, ':') ? "https://[%s]:%d" : "https://%s:%d";
    return rw_asprintf(format, address, port);
}

static int collect(void *data, unsigned char *bytes, size_t size)
{
    rw_buf_add(data, bytes, size);
    return 1;
}

/* Whether a YAML 1.1 reader might take the text for something else than a string. Begins like a
 * number, a date or .inf, or is one of the words that mean something. */
static bool needs_quotes(const char *text)
{
    static const char *const special[] = {"true", "false", "yes", "no", "on", "off",
                                          "null", "~",     "y",   "n",  "<<", "="};
    bool quote = !*text || strchr("0123456789+-.", *text);
    for (size_t i = 0; i < RW_COUNT(special); i++)
        quote = quote || strcasecmp(text, special[i]) == 0;
    return quote;
}

/* libyaml decides about other quoting. Single quotes, because nothing is escaped in them:
 * data/node/membership.sh reads the token back with sed. */
static void scalar(yaml_emitter_t *emitter, const char *text, bool value)
{
    bool quote = value && needs_quotes(text);
    yaml_event_t event;
    yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, -1, 1, 1,
                                 quote ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE);
    yaml_emitter_emit(emitter, &event);
}

static void pair(yaml_emitter_t *emitter, const char *key, const char *value)
{
    scalar(emitter, key, false);
    scalar(emitter, value, true);
}

static void begin_list(yaml_emitter_t *emitter, const char *key)
{
    scalar(emitter, key, false);
    yaml_event_t event;
    yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
    yaml_emitter_emit(emitter, &event);
}

static void end_list(yaml_emitter_t *emitter)
{
    yaml_event_t event;
    yaml_sequence_end_event_initialize(&event);
    yaml_emitter_emit(emitter, &event);
}

static void open_document(yaml_emitter_t *emitter, struct rw_buf *out)
{
    yaml_event_t event;
    yaml_emitter_initialize(emitter);
    yaml_emitter_set_output(emitter, collect, out);
    yaml_emitter_set_unicode(emitter, 1);
    yaml_emitter_set_width(emitter, -1);
    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    yaml_emitter_emit(emitter, &event);
    yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
    yaml_emitter_emit(emitter, &event);
    yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
    yaml_emitter_emit(emitter, &event);
}

static void close_document(yaml_emitter_t *emitter)
{
    yaml_event_t event;
    yaml_mapping_end_event_initialize(&event);
    yaml_emitter_emit(emitter, &event);
    yaml_document_end_event_initialize(&event, 1);
    yaml_emitter_emit(emitter, &event);
    yaml_stream_end_event_initialize(&event);
    yaml_emitter_emit(emitter, &event);
    yaml_emitter_delete(emitter);
}

static bool named_before(const struct rw_cluster *cluster, const char *name, size_t host)
{
    bool found = strcasecmp(name, cluster->registration_name) == 0;
    for (size_t i = 0; i < cluster->tls_san_count; i++)
        found = found || strcasecmp(name, cluster->tls_san[i]) == 0;
    for (size_t i = 0; i < host; i++)
        found = found || (cluster->hosts[i].role == RW_ROLE_SERVER &&
                          strcasecmp(name, cluster->hosts[i].address) == 0);
    return found;
}

/* The same list on every server. A server's own addresses are in its certificate anyway; a name
 * that stands in the place of an address is not, and the join pin leads there. */
static void add_tls_san(yaml_emitter_t *emitter, const struct rw_cluster *cluster)
{
    begin_list(emitter, "tls-san");
    scalar(emitter, cluster->registration_name, true);
    for (size_t i = 0; i < cluster->tls_san_count; i++)
        if (strcasecmp(cluster->tls_san[i], cluster->registration_name) != 0)
            scalar(emitter, cluster->tls_san[i], true);
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        if (host->role == RW_ROLE_SERVER && !rw_names_is_ip(host->address) &&
            !named_before(cluster, host->address, i))
            scalar(emitter, host->address, true);
    }
    end_list(emitter);
}

char *rw_rke2_config(const struct rw_cluster *cluster, const struct rw_host *host, bool founder,
                     const char *token)
{
    yaml_emitter_t emitter;
    struct rw_buf out = {0};
    open_document(&emitter, &out);
    if (!founder) {
        char *url = rw_rke2_url(cluster->registration_name, RW_RKE2_SUPERVISOR_PORT);
        pair(&emitter, "server", url);
        free(url);
    }
    pair(&emitter, "token", token);
    if (host->role == RW_ROLE_SERVER) {
        add_tls_san(&emitter, cluster);
        if (strcmp(cluster->cni, rw_cni_name(RW_CNI_CANAL)) != 0)
            pair(&emitter, "cni", cluster->cni);
        if (cluster->registry)
            pair(&emitter, "system-default-registry", cluster->registry);
        if (!cluster->servers_run_workloads) {
            begin_list(&emitter, "node-taint");
            scalar(&emitter, "CriticalAddonsOnly=true:NoExecute", true);
            end_list(&emitter);
        }
    }
    close_document(&emitter);
    return rw_buf_take(&out);
}

char *rw_rke2_join_pin(const char *address)
{
    yaml_emitter_t emitter;
    struct rw_buf out = {0};
    char *url = rw_rke2_url(address, RW_RKE2_SUPERVISOR_PORT);
    open_document(&emitter, &out);
    pair(&emitter, "server", url);
    close_document(&emitter);
    free(url);
    return rw_buf_take(&out);
}
