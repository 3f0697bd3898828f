/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/host_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* ---- the formats ---- */

struct RW_ROW format {
    const char *name; /* N_() */
    bool (*is)(const struct host_list_text *text);
    void (*read)(struct host_list_reader *reader, const struct host_list_text *text);
};

/* The first that a text is in counts; the last takes every text. To read another format: a row
 * here, and a file with its two functions. */
static const struct format formats[] = {
    {.name = N_("an answers file"), .is = host_list_is_answers, .read = host_list_read_answers},
    {.name = N_("a k0sctl configuration"),
     .is = host_list_is_k0sctl,
     .read = host_list_read_k0sctl},
    {.name = N_("a KubeKey configuration"),
     .is = host_list_is_kubekey,
     .read = host_list_read_kubekey},
    {.name = N_("an RKE1 cluster.yml"), .is = host_list_is_rke1, .read = host_list_read_rke1},
    {.name = N_("an Ansible inventory (YAML)"),
     .is = host_list_is_ansible,
     .read = host_list_read_ansible},
    {.name = N_("a list in YAML or JSON"),
     .is = host_list_is_records,
     .read = host_list_read_records},
    {.name = N_("YAML or JSON of an unknown kind"),
     .is = host_list_is_foreign,
     .read = host_list_read_foreign},
    {.name = N_("an Ansible inventory (INI)"), .is = host_list_is_ini, .read = host_list_read_ini},
    {.name = N_("an ssh_config"), .is = host_list_is_config, .read = host_list_read_config},
    {.name = N_("a table"), .is = host_list_is_table, .read = host_list_read_table},
    {.name = N_("plain lines"), .is = host_list_is_lines, .read = host_list_read_lines},
};

static void read_text(struct host_list_reader *reader)
{
    yaml_document_t document;
    char *plain = host_list_plain_forms(reader->text, strlen(reader->text));
    struct host_list_text text = {.text = reader->text, .plain = plain};
    bool yaml = host_list_is_yaml(reader->text);
    bool loaded = yaml && host_list_load(reader, reader->text, &document);
    if (loaded) {
        text.document = &document;
        text.root = yaml_document_get_root_node(&document);
    }
    for (size_t i = 0; i < RW_COUNT(formats) && yaml == loaded; i++) {
        if (!formats[i].is(&text))
            continue;
        reader->list->format = formats[i].name;
        formats[i].read(reader, &text);
        break;
    }
    if (loaded)
        yaml_document_delete(&document);
    free(plain);
}

/* ---- line ends ---- */

/* A copy with "\n" alone at the ends of lines: files of Windows end them with CR LF, a paste into a
 * terminal with CR. To free(). */
static char *with_plain_ends(const char *text, size_t size)
{
    char *plain = rw_malloc(size + 1);
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\r' && i + 1 < size && text[i + 1] == '\n')
            continue;
        plain[used++] = text[i] == '\r' ? '\n' : text[i];
    }
    plain[used] = '\0';
    return plain;
}

/* ---- interface ---- */

void rw_host_list_read(struct rw_host_list *list, const char *text, size_t size, const char *name,
                       struct rw_findings *findings)
{
    struct host_list_reader reader = {.list = list, .name = name, .findings = findings};
    if (size >= strlen(BYTE_ORDER_MARK) &&
        memcmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) {
        text += strlen(BYTE_ORDER_MARK);
        size -= strlen(BYTE_ORDER_MARK);
    }
    char *plain = with_plain_ends(text, size);
    reader.text = plain;
    if (memchr(text, '\0', size))
        host_list_problem(&reader, RW_F_HOST_LIST_NOT_TEXT, 1);
    else
        read_text(&reader);
    host_list_finish(&reader);
    list->refused = reader.problems > 0;
    free(plain);
}

void rw_host_list_propose(struct rw_host_list *list, size_t hosts, size_t servers)
{
    size_t all = hosts + list->count;
    size_t wanted = all < RW_HOST_LIST_SERVERS ? 1 : RW_HOST_LIST_SERVERS;
    for (size_t i = 0; list->proposed && i < list->count; i++) {
        list->hosts[i].role = servers < wanted ? RW_ROLE_SERVER : RW_ROLE_AGENT;
        servers += list->hosts[i].role == RW_ROLE_SERVER;
    }
}

void rw_host_list_done(struct rw_host_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        rw_host_done(&list->hosts[i]);
        free(list->roles_from[i]);
    }
    free(list->hosts);
    free(list->roles_from);
    *list = (struct rw_host_list){0};
}
