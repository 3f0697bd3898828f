/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli/check_show.h"
#include "cli/json.h"

static const char *host_name(const struct rw_cluster *cluster, int host)
{
    return host >= 0 ? cluster->hosts[host].name : "-";
}

static const char *role_name(const struct rw_cluster *cluster, int host)
{
    return host >= 0 ? rw_role_name(cluster->hosts[host].role) : "-";
}

static json_t *json_rows(const struct rw_cluster *cluster, const struct rw_dns_verdicts *verdicts)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < verdicts->row_count; i++) {
        const struct rw_dns_row *row = &verdicts->rows[i];
        json_t *object = json_pack("{s:s, s:s, s:s, s:I, s:I}", "address", row->address, "verdict",
                                   rw_dns_verdict_name(row->verdict), "severity",
                                   rw_severity_name(rw_dns_verdict_severity(row->verdict)), "seen",
                                   (json_int_t)row->seen, "asked", (json_int_t)row->asked);
        if (row->host >= 0) {
            json_object_set_new(object, "host", json_string(host_name(cluster, row->host)));
            json_object_set_new(object, "role", json_string(role_name(cluster, row->host)));
        }
        if (row->ttl >= 0)
            json_object_set_new(object, "ttl", json_integer(row->ttl));
        json_array_append_new(rows, object);
    }
    return rows;
}

/* The answer of the last round with addresses is not enough for an asker whose answers vary, so all
 * rounds are there. */
static json_t *json_askers(const struct rw_cluster *cluster, const struct rw_dns_evidence *evidence)
{
    json_t *askers = json_array();
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        json_t *object = json_object(), *rounds = json_array();
        char *server = rw_text_printable(asker->server, strlen(asker->server), RW_REPLY_VALUE_MAX);
        if (asker->host >= 0)
            json_object_set_new(object, "host", json_string(host_name(cluster, asker->host)));
        json_object_set_new(object, "server", json_string(server));
        json_object_set_new(object, "hosts_file", json_boolean(asker->hosts_file));
        if (asker->not_asked) {
            char *reason =
                rw_text_printable(asker->not_asked, strlen(asker->not_asked), RW_REPLY_VALUE_MAX);
            json_object_set_new(object, "not_asked", json_string(reason));
            free(reason);
        }
        for (size_t k = 0; k < asker->round_count; k++) {
            json_t *addresses = json_array();
            for (size_t n = 0; n < asker->rounds[k].count; n++)
                json_array_append_new(addresses, json_string(asker->rounds[k].items[n].text));
            json_array_append_new(rounds, json_pack("{s:s, s:o}", "code",
                                                    rw_dns_code_name(asker->rounds[k].code),
                                                    "addresses", addresses));
        }
        json_object_set_new(object, "answers", rounds);
        json_array_append_new(askers, object);
        free(server);
    }
    return askers;
}

static json_t *json_records(const struct rw_cluster *cluster,
                            const struct rw_dns_evidence *evidence)
{
    struct rw_buf records = {0};
    json_t *list = json_array();
    rw_dns_zone_lines(&records, cluster, evidence);
    const char *cursor = rw_buf_str(&records), *line;
    for (size_t length; rw_text_line(&cursor, &line, &length);)
        json_array_append_new(list, json_stringn(line, length));
    rw_buf_done(&records);
    return list;
}

static json_t *json_dns(const struct rw_cluster *cluster, const struct rw_check_result *result)
{
    json_t *dns = json_object();
    rw_json_text(dns, "name", cluster->registration_name);
    rw_json_text(dns, "answers", rw_dns_kind_name(result->dns->kind));
    json_object_set_new(dns, "addresses", json_rows(cluster, result->dns));
    json_object_set_new(dns, "asked", json_askers(cluster, result->asked));
    json_object_set_new(dns, "records", json_records(cluster, result->asked));
    return dns;
}

static json_t *json_hosts(const struct rw_cluster *cluster, const struct rw_host_verdicts *verdicts)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < verdicts->row_count; i++) {
        const struct rw_host_row *row = &verdicts->rows[i];
        json_t *object = json_object();
        rw_json_text(object, "host", host_name(cluster, (int)row->host));
        rw_json_text(object, "check", rw_host_row_name(row));
        rw_json_text(object, "item", row->item);
        rw_json_text(object, "severity", rw_severity_name(row->severity));
        rw_json_text(object, "found", row->found);
        rw_json_text(object, "needed", row->needed);
        rw_json_text(object, "source", row->source);
        json_array_append_new(rows, object);
    }
    return rows;
}

static json_t *json_ports(const struct rw_cluster *cluster, const struct rw_ports_matrix *matrix)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < matrix->cell_count; i++) {
        const struct rw_ports_cell *cell = &matrix->cells[i];
        json_t *object = json_object();
        rw_json_text(object, "from",
                     cell->source == RW_PORTS_CONSOLE ? "console"
                                                      : host_name(cluster, cell->source));
        rw_json_text(object, "to", host_name(cluster, (int)cell->target));
        json_object_set_new(object, "port", json_integer(cell->port->number));
        rw_json_text(object, "protocol", rw_port_protocol(cell->port));
        rw_json_text(object, "result", rw_ports_result_name(cell->result));
        if (cell->result == RW_PORTS_WRONG_HOST && cell->other >= 0)
            rw_json_text(object, "answered", host_name(cluster, cell->other));
        rw_json_text(object, "note", cell->note);
        json_array_append_new(cells, object);
    }
    return json_pack("{s:o}", "cells", cells);
}

static json_t *json_findings(const struct rw_findings *findings)
{
    json_t *list = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        json_t *object = json_object();
        rw_json_finding(object, &findings->items[i]);
        json_array_append_new(list, object);
    }
    return list;
}

void rw_check_show_json(const struct rw_cluster *cluster, const struct rw_check_result *result)
{
    json_t *object = json_object();
    json_object_set_new(object, "pass", json_boolean(!rw_check_blocks(result)));
    if (result->dns)
        json_object_set_new(object, "dns", json_dns(cluster, result));
    if (result->hosts)
        json_object_set_new(object, "hosts", json_hosts(cluster, result->hosts));
    if (result->ports)
        json_object_set_new(object, "ports", json_ports(cluster, result->ports));
    json_object_set_new(object, "findings", json_findings(&result->findings));
    json_dumpf(object, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
}
