/* SPDX-License-Identifier: Apache-2.0 */
#include "wizard/import.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/jump.h"

#define TEXT_MAX     60         /* bytes of one text in a line */
#define NAME_OF_LIST N_("list") /* in findings, where it is translated as they are drawn */

void rw_import_read(struct rw_import *import, const struct rw_document *document, const char *text,
                    size_t size)
{
    const struct rw_cluster *cluster = document->cluster;
    size_t hosts = cluster->host_count, servers = rw_cluster_servers(cluster);
    *import = (struct rw_import){0};
    rw_host_list_read(&import->list, text, size, NAME_OF_LIST, &import->findings);
    import->known = rw_calloc(import->list.count + 1, sizeof *import->known);
    for (size_t i = 0; i < import->list.count; i++) {
        int known = rw_document_host_like(document, &import->list.hosts[i]);
        import->known[i] = known >= 0;
        hosts -= known >= 0;
        servers -= known >= 0 && cluster->hosts[known].role == RW_ROLE_SERVER;
    }
    rw_host_list_propose(&import->list, hosts, servers);
}

void rw_import_done(struct rw_import *import)
{
    rw_host_list_done(&import->list);
    rw_findings_done(&import->findings);
    free(import->known);
    *import = (struct rw_import){0};
}

bool rw_import_is_possible(const struct rw_import *import)
{
    return !import->list.refused && import->list.count > 0;
}

bool rw_import_is_clear(const struct rw_import *import)
{
    for (size_t i = 0; i < import->findings.count; i++)
        if (import->findings.items[i].id == RW_F_HOST_LIST_BOTH_ROLES)
            return false;
    return true;
}

/* ---- the preview ---- */

/* "ops:2222 < bastion", or "-"; to free(). */
static char *login_text(const struct rw_login *login)
{
    struct rw_buf out = {0};
    rw_buf_adds(&out, login->user ? login->user : "");
    if (login->port && login->port != 22)
        rw_buf_addf(&out, ":%d", login->port);
    if (login->jump && strcmp(login->jump, RW_JUMP_NONE) != 0)
        rw_buf_addf(&out, "%s%s", out.len ? " < " : "< ", login->jump);
    if (out.len == 0)
        rw_buf_addc(&out, '-');
    char *text = rw_text_printable(out.data, out.len, TEXT_MAX);
    rw_buf_done(&out);
    return text;
}

/* The cells of a line; to free(). */
enum { NAME, ADDRESS, LOGIN, CELLS };

static void fill_cells(const struct rw_host *host, char *cells[CELLS])
{
    const char *name = host->name ? host->name : "-", *address = host->address;
    address = address ? address : "-";
    cells[NAME] = rw_text_printable(name, strlen(name), TEXT_MAX);
    cells[ADDRESS] = rw_text_printable(address, strlen(address), TEXT_MAX);
    cells[LOGIN] = login_text(&host->login);
}

static void free_cells(char *cells[CELLS])
{
    for (size_t i = 0; i < CELLS; i++)
        free(cells[i]);
}

/* What is said of a host behind its role: where that comes from, and codes of problems. */
static void add_remarks(const struct rw_import *import, size_t index, struct rw_buf *out)
{
    const struct rw_host_list *list = &import->list;
    const char *from = list->roles_from[index];
    char *where = rw_asprintf(NAME_OF_LIST ":%d", list->hosts[index].line);
    if (from && strcasecmp(from, rw_role_name(list->hosts[index].role)) != 0) {
        char *shown = rw_text_printable(from, strlen(from), TEXT_MAX);
        rw_buf_addf(out, _(" (%s)"), shown);
        free(shown);
    } else if (list->proposed) {
        rw_buf_addf(out, _(" (%s)"), _("proposed"));
    }
    if (!list->hosts[index].name)
        rw_buf_addf(out, _("; %s"), _("the host will be asked for its name"));
    if (import->known[index])
        rw_buf_addf(out, _("; %s"), _("replaces an existing entry"));
    for (size_t i = 0; i < import->findings.count; i++)
        if (import->findings.items[i].severity == RW_SEVERITY_FAIL &&
            rw_text_equal(rw_finding_get(&import->findings.items[i], "where"), where))
            rw_buf_addf(out, "  [FAIL] %s", rw_finding_code(import->findings.items[i].id));
    free(where);
}

static void write_hosts(const struct rw_import *import, struct rw_buf *out)
{
    const struct rw_host_list *list = &import->list;
    int widths[CELLS] = {0};
    char *cells[CELLS];
    for (size_t i = 0; i < list->count; i++) {
        fill_cells(&list->hosts[i], cells);
        for (size_t c = 0; c < CELLS; c++)
            if ((int)strlen(cells[c]) > widths[c])
                widths[c] = (int)strlen(cells[c]);
        free_cells(cells);
    }
    for (size_t i = 0; i < list->count; i++) {
        fill_cells(&list->hosts[i], cells);
        bool role = list->roles_from[i] || list->proposed;
        rw_buf_addf(out, "%-*s  %-*s  %-*s  %s", widths[NAME], cells[NAME], widths[ADDRESS],
                    cells[ADDRESS], widths[LOGIN], cells[LOGIN],
                    role ? rw_role_name(list->hosts[i].role) : "-");
        add_remarks(import, i, out);
        rw_buf_addc(out, '\n');
        free_cells(cells);
    }
}

/* With the name of the list in the language of the moment. */
static void write_finding(const struct rw_finding *finding, struct rw_buf *out)
{
    struct rw_findings copy = {0};
    const char *where = rw_finding_get(finding, "where");
    const char *line = where ? strchr(where, ':') : NULL;
    char *shown = line ? rw_asprintf(_("list:%s"), line + 1) : rw_strdup(_(NAME_OF_LIST));
    rw_findings_copy(&copy, finding);
    rw_finding_set(&copy.items[0], "where", shown);
    rw_finding_set(&copy.items[0], "file", shown);
    rw_buf_addc(out, '\n');
    rw_finding_print(out, &copy.items[0]);
    rw_findings_done(&copy);
    free(shown);
}

/* Those that refuse the list, or the others. */
static void write_findings(const struct rw_import *import, bool refusing, struct rw_buf *out)
{
    for (size_t i = 0; i < import->findings.count; i++)
        if ((import->findings.items[i].severity == RW_SEVERITY_FAIL) == refusing)
            write_finding(&import->findings.items[i], out);
}

void rw_import_write(const struct rw_import *import, struct rw_buf *out)
{
    const struct rw_host_list *list = &import->list;
    size_t servers = 0;
    for (size_t i = 0; i < list->count; i++)
        servers += list->hosts[i].role == RW_ROLE_SERVER;
    if (list->format)
        rw_buf_addf(out, _("Read as: %s."), _(list->format));
    if (list->format)
        rw_buf_addc(out, '\n');
    if (list->refused) {
        rw_buf_adds(out,
                    _("Nothing is imported. Solve these problems, then import the list again."));
        rw_buf_addc(out, '\n');
        write_findings(import, true, out);
    }
    rw_buf_addc(out, '\n');
    write_hosts(import, out);
    if (!list->refused && list->count > 0) {
        rw_buf_addf(out, _("Servers: %zu, agents: %zu."), servers, list->count - servers);
        rw_buf_addc(out, '\n');
    }
    if (!list->refused && list->proposed) {
        rw_buf_adds(out, _("The list names no roles: those above are a proposal. They can be "
                           "changed after the import."));
        rw_buf_addc(out, '\n');
    }
    write_findings(import, false, out);
}
