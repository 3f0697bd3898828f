/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix: its cells, what goes to the hosts, and what they answer. */
#include "check/ports.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

static const char *const result_names[] = {
    [RW_PORTS_UNKNOWN] = "unknown",       [RW_PORTS_OPEN] = "open",
    [RW_PORTS_RUNNING] = "running",       [RW_PORTS_FILTERED] = "filtered",
    [RW_PORTS_RESET] = "reset",           [RW_PORTS_ICMP] = "icmp",
    [RW_PORTS_REFUSED] = "refused",       [RW_PORTS_IN_USE] = "in-use",
    [RW_PORTS_WRONG_HOST] = "wrong-host",
};

const char *rw_ports_result_name(enum rw_ports_result result)
{
    return result_names[result];
}

/* ---- cells ---- */

static bool needed(const struct rw_cluster *cluster, enum rw_cni cni, const struct rw_port *port,
                   int source, size_t target)
{
    enum rw_role to = cluster->hosts[target].role;
    if (source == RW_PORTS_CONSOLE)
        return port->console && rw_port_of(port, cni, to);
    return (size_t)source != target && rw_port_needed(port, cni, cluster->hosts[source].role, to);
}

static void add_doors(struct rw_ports_host *host, enum rw_cni cni, enum rw_role role)
{
    size_t count;
    const struct rw_port *ports = rw_ports(&count);
    for (size_t i = 0; i < count; i++)
        if (rw_port_of(&ports[i], cni, role) && host->door_count < RW_PORTS_MAX)
            host->doors[host->door_count++].port = &ports[i];
}

/* A cell counts for nothing when it is not looked at (NULL). Gives their number. */
static size_t lay_out(struct rw_ports_matrix *matrix, const struct rw_cluster *cluster,
                      enum rw_cni cni)
{
    size_t port_count, count = 0, pair = 0;
    const struct rw_port *ports = rw_ports(&port_count);
    for (int source = RW_PORTS_CONSOLE; source < (int)matrix->host_count; source++) {
        for (size_t target = 0; target < matrix->host_count; target++) {
            matrix->first[pair++] = count;
            for (size_t i = 0; i < port_count; i++) {
                if (!needed(cluster, cni, &ports[i], source, target))
                    continue;
                if (matrix->cells)
                    matrix->cells[count] = (struct rw_ports_cell){
                        .source = source, .target = target, .port = &ports[i], .other = -1};
                count++;
            }
        }
    }
    matrix->first[pair] = count;
    return count;
}

void rw_ports_matrix_init(struct rw_ports_matrix *matrix, const struct rw_cluster *cluster,
                          enum rw_cni cni)
{
    size_t count = cluster->host_count;
    *matrix = (struct rw_ports_matrix){.host_count = count};
    matrix->hosts = rw_calloc(count, sizeof *matrix->hosts);
    matrix->first = rw_calloc((count + 1) * count + 1, sizeof *matrix->first);
    for (size_t i = 0; i < count; i++)
        add_doors(&matrix->hosts[i], cni, cluster->hosts[i].role);
    matrix->cell_count = lay_out(matrix, cluster, cni);
    matrix->cells = rw_calloc(matrix->cell_count, sizeof *matrix->cells);
    lay_out(matrix, cluster, cni);
}

static void forget_door(struct rw_ports_door *door)
{
    free(door->pid);
    free(door->process);
    free(door->unit);
    *door = (struct rw_ports_door){.port = door->port};
}

void rw_ports_matrix_done(struct rw_ports_matrix *matrix)
{
    for (size_t i = 0; i < matrix->host_count; i++) {
        struct rw_ports_host *host = &matrix->hosts[i];
        for (size_t k = 0; k < host->door_count; k++)
            forget_door(&host->doors[k]);
        free(host->zone);
        free(host->untested_target);
        free(host->untested_source);
    }
    free(matrix->hosts);
    free(matrix->cells);
    free(matrix->first);
    *matrix = (struct rw_ports_matrix){0};
}

struct rw_ports_cell *rw_ports_pair(const struct rw_ports_matrix *matrix, int source, size_t target,
                                    size_t *count)
{
    size_t pair = (size_t)(source + 1) * matrix->host_count + target;
    *count = matrix->first[pair + 1] - matrix->first[pair];
    return matrix->cells + matrix->first[pair];
}

static struct rw_ports_cell *cell_of(const struct rw_ports_matrix *matrix, int source,
                                     size_t target, const struct rw_port *port)
{
    size_t count;
    struct rw_ports_cell *cells = rw_ports_pair(matrix, source, target, &count);
    for (size_t i = 0; i < count; i++)
        if (cells[i].port == port)
            return &cells[i];
    return NULL;
}

static struct rw_ports_door *door_of(const struct rw_ports_matrix *matrix, size_t host,
                                     const struct rw_port *port)
{
    struct rw_ports_host *entry = &matrix->hosts[host];
    for (size_t i = 0; i < entry->door_count; i++)
        if (entry->doors[i].port == port)
            return &entry->doors[i];
    return NULL;
}

enum rw_ports_state rw_ports_state(const struct rw_ports_matrix *matrix, size_t host,
                                   const struct rw_port *port)
{
    const struct rw_ports_door *door = door_of(matrix, host, port);
    return door ? door->state : RW_PORTS_S_UNTESTED;
}

/* ---- what goes to the hosts ---- */

void rw_ports_listen_list(struct rw_buf *out, const struct rw_ports_matrix *matrix, size_t host,
                          bool udp)
{
    const struct rw_ports_host *entry = &matrix->hosts[host];
    size_t start = out->len;
    for (size_t i = 0; i < entry->door_count; i++)
        if (entry->doors[i].port->udp == udp)
            rw_buf_addf(out, "%s%d", out->len > start ? " " : "", entry->doors[i].port->number);
}

void rw_ports_connect_list(struct rw_buf *out, const struct rw_ports_matrix *matrix,
                           const struct rw_cluster *cluster, size_t source, bool udp)
{
    const char *between = "";
    for (size_t target = 0; target < matrix->host_count; target++) {
        size_t count;
        const struct rw_ports_cell *cells = rw_ports_pair(matrix, (int)source, target, &count);
        for (size_t i = 0; i < count; i++) {
            enum rw_ports_state state = rw_ports_state(matrix, target, cells[i].port);
            bool ours = state == RW_PORTS_S_LISTENING;
            if (cells[i].port->udp != udp || (!ours && (udp || state != RW_PORTS_S_RKE2)))
                continue;
            rw_buf_addf(out, "%s%zu %s %d %s", between, target, cluster->hosts[target].address,
                        cells[i].port->number,
                        udp    ? matrix->hosts[target].nonce
                        : ours ? "nonce"
                               : "plain");
            between = "\n";
        }
    }
}

/* ---- words of an answer ---- */

/* Takes the next word off *text into word; false when there is none, or a longer one. */
static bool next_word(const char **text, char *word, size_t size)
{
    *text += strspn(*text, " ");
    size_t length = strcspn(*text, " ");
    if (length == 0 || length >= size)
        return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length;
    return true;
}

static bool next_number(const char **text, int64_t max, int64_t *number)
{
    char word[8];
    return next_word(text, word, sizeof word) && rw_text_number(word, 0, max, number) == 0;
}

static const struct rw_port *port_of(const char *protocol, int64_t number)
{
    bool udp = strcmp(protocol, "udp") == 0;
    return udp || strcmp(protocol, "tcp") == 0 ? rw_port_find(udp, (int)number) : NULL;
}

/* "tcp 9345": the door of the host, or NULL. */
static struct rw_ports_door *next_door(const struct rw_ports_matrix *matrix, size_t host,
                                       const char **text)
{
    char protocol[4];
    int64_t number;
    if (!next_word(text, protocol, sizeof protocol) || !next_number(text, 65535, &number))
        return NULL;
    const struct rw_port *port = port_of(protocol, number);
    return port ? door_of(matrix, host, port) : NULL;
}

static char *known_word(const char **text)
{
    char word[256];
    return next_word(text, word, sizeof word) && strcmp(word, "-") != 0 ? rw_strdup(word) : NULL;
}

/* ---- ports-listen.sh ---- */

/* " 812 haproxy.service haproxy" */
static void read_owner(struct rw_ports_door *door, const char *text)
{
    forget_door(door);
    door->state = RW_PORTS_S_TAKEN;
    door->pid = known_word(&text);
    door->unit = known_word(&text);
    text += strspn(text, " ");
    if (*text && strcmp(text, "-") != 0)
        door->process = rw_strndup(text, 64);
}

static void read_listen_pair(struct rw_ports_matrix *matrix, size_t host, const char *key,
                             const char *value)
{
    const char *text = value;
    bool listening = strcmp(key, "listening") == 0, mine = strcmp(key, "mine") == 0;
    bool used = strcmp(key, "used") == 0;
    struct rw_ports_door *door = listening || mine || used ? next_door(matrix, host, &text) : NULL;
    if (!door)
        return;
    if (listening)
        door->state = RW_PORTS_S_LISTENING;
    else if (used)
        read_owner(door, text);
    else
        door->state =
            door->port->udp || strcmp(text, " any") != 0 ? RW_PORTS_S_RUNNING : RW_PORTS_S_RKE2;
}

static const char *listen_problem(const char *error)
{
    if (rw_text_equal(error, "systemd"))
        return N_("systemd-run or systemd-socket-activate is missing there");
    if (rw_text_equal(error, "timeout"))
        return N_("the program timeout is missing there");
    if (rw_text_equal(error, "listen"))
        return N_("the listener there did not start");
    return error;
}

void rw_ports_read_listen(struct rw_ports_matrix *matrix, size_t host, const struct rw_reply *reply)
{
    struct rw_ports_host *entry = &matrix->hosts[host];
    bool running = rw_reply_is(reply, "rke2", "yes");
    for (size_t i = 0; i < entry->door_count; i++) {
        forget_door(&entry->doors[i]);
        entry->doors[i].state = running ? RW_PORTS_S_RUNNING : RW_PORTS_S_UNTESTED;
    }
    for (size_t i = 0; i < reply->count; i++)
        read_listen_pair(matrix, host, reply->pairs[i].key, reply->pairs[i].value);
    entry->manager = rw_firewall_by_name(rw_reply_get(reply, "firewall"));
    entry->no_udp = rw_reply_is(reply, "no_udp", "yes");
    if (rw_reply_get(reply, "error"))
        rw_ports_untested(matrix, host, listen_problem(rw_reply_get(reply, "error")), NULL);
    else if (!rw_reply_get(reply, "rke2"))
        rw_ports_untested(matrix, host, N_("its answer cannot be parsed"), NULL);
}

void rw_ports_untested(struct rw_ports_matrix *matrix, size_t host, const char *target,
                       const char *source)
{
    if (target)
        rw_strset(&matrix->hosts[host].untested_target, target);
    if (source)
        rw_strset(&matrix->hosts[host].untested_source, source);
}

/* ---- ports-connect.sh ---- */

static int host_by_nonce(const struct rw_ports_matrix *matrix, const char *nonce)
{
    for (size_t i = 0; i < matrix->host_count; i++)
        if (*matrix->hosts[i].nonce && strcmp(matrix->hosts[i].nonce, nonce) == 0)
            return (int)i;
    return -1;
}

void rw_ports_answered(const struct rw_ports_matrix *matrix, struct rw_ports_cell *cell,
                       const char *line)
{
    enum rw_ports_state state = rw_ports_state(matrix, cell->target, cell->port);
    if (state == RW_PORTS_S_RKE2) {
        cell->result = RW_PORTS_OPEN;
    } else if (state == RW_PORTS_S_LISTENING) {
        int other = host_by_nonce(matrix, line);
        bool right = other == (int)cell->target;
        cell->result = right ? RW_PORTS_OPEN : RW_PORTS_WRONG_HOST;
        cell->other = right ? -1 : other;
    }
}

const char *const rw_ports_late = N_("the connection was accepted but not answered in time");

static const char *connect_problem(const char *error)
{
    if (strcmp(error, "unresolved") == 0)
        return N_("the host name cannot be resolved there");
    return N_("the connection could not be started");
}

static void read_result(const struct rw_ports_matrix *matrix, struct rw_ports_cell *cell,
                        const char *value)
{
    static const struct {
        const char *word;
        enum rw_ports_result result;
    } words[] = {
        {"silent", RW_PORTS_FILTERED},
        {"reset", RW_PORTS_RESET},
        {"icmp", RW_PORTS_ICMP},
        {"refused", RW_PORTS_REFUSED},
    };
    if (!cell->port->udp && (rw_text_starts(value, "open ") || strcmp(value, "open") == 0)) {
        const char *line = value + 4;
        rw_ports_answered(matrix, cell, line + strspn(line, " "));
        return;
    }
    if (cell->port->udp && strcmp(value, "sent") == 0)
        cell->sent = true;
    if (strcmp(value, "late") == 0)
        cell->note = rw_ports_late;
    if (rw_text_starts(value, "error "))
        cell->note = connect_problem(value + 6);
    for (size_t i = 0; i < RW_COUNT(words); i++)
        if (strcmp(value, words[i].word) == 0)
            cell->result = words[i].result;
}

/* "tcp.12.9345": the cell, or NULL. */
static struct rw_ports_cell *cell_by_key(const struct rw_ports_matrix *matrix, size_t source,
                                         const char *key)
{
    char *words = rw_strdup(key);
    for (char *at = words; *at; at++)
        if (*at == '.')
            *at = ' ';
    const char *text = words;
    char protocol[4];
    int64_t target, number;
    const struct rw_port *port = NULL;
    if (next_word(&text, protocol, sizeof protocol) &&
        next_number(&text, (int64_t)matrix->host_count - 1, &target) &&
        next_number(&text, 65535, &number) && !*text)
        port = port_of(protocol, number);
    free(words);
    return port ? cell_of(matrix, (int)source, (size_t)target, port) : NULL;
}

void rw_ports_read_connect(struct rw_ports_matrix *matrix, size_t source,
                           const struct rw_reply *reply)
{
    for (size_t i = 0; i < reply->count; i++) {
        struct rw_ports_cell *cell = cell_by_key(matrix, source, reply->pairs[i].key);
        if (cell)
            read_result(matrix, cell, reply->pairs[i].value);
    }
    if (rw_reply_is(reply, "error", "bash"))
        rw_ports_untested(matrix, source, NULL, N_("bash is missing there"));
    else if (!rw_reply_is(reply, "done", "yes"))
        rw_ports_untested(matrix, source, NULL, N_("it could not test all ports in time"));
}

/* ---- ports-collect.sh ---- */

/* A datagram of `nonce` was for the host of that nonce, and came in here. */
static void read_datagram(struct rw_ports_matrix *matrix, size_t target, const char *text)
{
    char nonce[RW_SCRIPT_NONCE_SIZE];
    int64_t source, number;
    if (!next_word(&text, nonce, sizeof nonce) ||
        !next_number(&text, (int64_t)matrix->host_count - 1, &source) ||
        !next_number(&text, 65535, &number))
        return;
    int meant = host_by_nonce(matrix, nonce);
    const struct rw_port *port = rw_port_find(true, (int)number);
    struct rw_ports_cell *cell =
        meant >= 0 && port ? cell_of(matrix, (int)source, (size_t)meant, port) : NULL;
    if (!cell || rw_ports_state(matrix, (size_t)meant, port) != RW_PORTS_S_LISTENING)
        return;
    if ((size_t)meant == target) {
        cell->result = RW_PORTS_OPEN;
        cell->other = -1;
    } else if (cell->result != RW_PORTS_OPEN) {
        cell->result = RW_PORTS_WRONG_HOST;
        cell->other = (int)target;
    }
}

/* The listener was gone before its time: a refused connection may have come too late. */
static void doubt_refusals(struct rw_ports_matrix *matrix, size_t target)
{
    for (size_t i = 0; i < matrix->cell_count; i++) {
        struct rw_ports_cell *cell = &matrix->cells[i];
        if (cell->target != target || cell->result == RW_PORTS_OPEN ||
            cell->result == RW_PORTS_WRONG_HOST ||
            rw_ports_state(matrix, target, cell->port) != RW_PORTS_S_LISTENING)
            continue;
        cell->result = RW_PORTS_UNKNOWN;
        cell->note = N_("the listener there exited too early");
    }
}

void rw_ports_read_collect(struct rw_ports_matrix *matrix, size_t target,
                           const struct rw_reply *reply)
{
    if (rw_reply_is(reply, "collected", "no"))
        doubt_refusals(matrix, target);
    if (!rw_reply_is(reply, "collected", "yes"))
        return;
    for (size_t i = 0; i < matrix->cell_count; i++) {
        struct rw_ports_cell *cell = &matrix->cells[i];
        if (cell->target == target && cell->sent && cell->result == RW_PORTS_UNKNOWN)
            cell->result = RW_PORTS_FILTERED;
    }
    for (size_t i = 0; i < reply->count; i++)
        if (strcmp(reply->pairs[i].key, "got") == 0)
            read_datagram(matrix, target, reply->pairs[i].value);
    const char *zone = rw_reply_get(reply, "zone");
    if (zone && *zone)
        rw_strset(&matrix->hosts[target].zone, zone);
}
