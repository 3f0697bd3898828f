/* SPDX-License-Identifier: Apache-2.0 */
/* Page 2: the hosts, their roles, and what they say to being logged in to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/plain.h"
#include "cli/session.h"
#include "cluster/answers.h"
#include "cluster/settings.h"
#include "wizard/import.h"

/* ---- the table ---- */

static const struct rw_cluster *cluster_of(const struct rw_plain *plain)
{
    return rw_wizard_document(plain->wizard)->cluster;
}

static int wider(int width, const char *text)
{
    int length = text ? (int)strlen(text) : 0;
    return length > width ? length : width;
}

/* To free(). */
static char *state_text(const struct rw_wizard_host *host)
{
    static const char *const texts[] = {
        [RW_WIZARD_HOST_UNKNOWN] = N_("incomplete"),
        [RW_WIZARD_HOST_CONNECTING] = N_("connecting"),
        [RW_WIZARD_HOST_ASKING] = N_("waiting for an answer"),
        [RW_WIZARD_HOST_OPEN] = N_("logged in"),
        [RW_WIZARD_HOST_FAILED] = N_("FAILED"),
    };
    char *os = rw_text_printable(host->os, strlen(host->os), 60);
    const char *state = _(texts[host->state]);
    char *text = *os ? rw_asprintf(_("%s; %s"), state, os) : rw_strdup(state);
    free(os);
    return text;
}

void rw_plain_host_table(struct rw_plain *plain)
{
    const struct rw_cluster *cluster = cluster_of(plain);
    int name = wider(0, "NAME"), address = wider(0, "ADDRESS"), user = wider(0, "LOGIN");
    for (size_t i = 0; i < cluster->host_count; i++) {
        name = wider(name, cluster->hosts[i].name);
        address = wider(address, cluster->hosts[i].address);
        user = wider(user, cluster->hosts[i].login.user);
    }
    printf("   #  %-*s  %-*s  ROLE     %-*s  STATE\n", name, "NAME", address, "ADDRESS", user,
           "LOGIN");
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        struct rw_wizard_host view = rw_wizard_host(plain->wizard, i);
        bool first = (int)i == rw_cluster_first_server(cluster);
        char *state = state_text(&view);
        printf("%4zu  %-*s  %-*s  %s%-*s  %-*s  %s\n", i + 1, name, host->name ? host->name : "-",
               address, host->address ? host->address : "-", rw_role_name(host->role),
               7 - (int)strlen(rw_role_name(host->role)), first ? "*" : "", user,
               host->login.user ? host->login.user : "-", state);
        free(state);
    }
    size_t servers = rw_cluster_servers(cluster);
    printf(_("Servers: %zu (may fail: %zu), agents: %zu.  * first server\n"), servers,
           servers ? (servers - 1) / 2 : 0, cluster->host_count - servers);
}

/* ---- adding and changing ---- */

/* A key for the jump host means nothing without one, or with "none". */
static bool is_asked(const struct rw_plain *plain, int host, const struct rw_setting *setting)
{
    if (!setting->with || strcmp(setting->with, "jump") != 0)
        return true;
    char *jump = rw_document_get(rw_wizard_document(plain->wizard), host, "jump");
    bool asked = *jump && strcmp(jump, "none") != 0;
    free(jump);
    return asked;
}

/* The next setting of these scopes from i on, or before it; rw_setting_count: there is none. */
static size_t step_in(const struct rw_plain *plain, int host, unsigned scopes, size_t i, bool back)
{
    for (; i < rw_setting_count; i += back ? (size_t)-1 : 1)
        if ((rw_settings[i].scopes & scopes) && is_asked(plain, host, &rw_settings[i]))
            return i;
    return rw_setting_count;
}

/* The settings from the one of this key up to the other one, NULL: the last; "<" goes back by one,
 * from the first one BACK. */
static enum rw_plain_move ask_fields(struct rw_plain *plain, int host, const char *first,
                                     const char *last)
{
    unsigned scopes = host == RW_DOCUMENT_CLUSTER ? RW_SCOPE_SSH : RW_SCOPE_HOST;
    size_t begin = (size_t)(rw_setting_find(first, scopes) - rw_settings), i = begin;
    size_t end = last ? (size_t)(rw_setting_find(last, scopes) - rw_settings) : rw_setting_count;
    while (i < rw_setting_count && i <= end) {
        enum rw_plain_move move = rw_plain_ask_setting(plain, host, &rw_settings[i]);
        bool back = move == RW_PLAIN_BACK;
        if (move == RW_PLAIN_LEAVE || (back && i == begin))
            return move;
        i = step_in(plain, host, scopes, back ? i - 1 : i + 1, back);
    }
    return RW_PLAIN_NEXT;
}

/* The host is new; BACK at its first field takes it away again. */
static enum rw_plain_move add_host(struct rw_plain *plain, const char *name)
{
    int host = (int)rw_wizard_add_host(plain->wizard);
    enum rw_plain_move move = RW_PLAIN_NEXT;
    plain->uninterrupted = true;
    if (!rw_wizard_set(plain->wizard, host, "name", name)) {
        printf(_("This must be %s.\n"), _(rw_document_expected(host, "name")));
        move = ask_fields(plain, host, "name", "name");
    }
    if (move == RW_PLAIN_NEXT)
        move = ask_fields(plain, host, "address", "user");
    plain->uninterrupted = false;
    if (move == RW_PLAIN_BACK)
        rw_wizard_remove_host(plain->wizard, (size_t)host);
    return move;
}

/* Hosts one after the other, until an empty name. */
static enum rw_plain_move add_hosts(struct rw_plain *plain)
{
    puts(_("Enter one host after the other; an empty name ends the list."));
    for (;;) {
        char *name = NULL;
        const struct rw_setting *setting = rw_setting_find("name", RW_SCOPE_HOST);
        struct rw_plain_field field = {
            .prompt = _(setting->label), .value = "", .help = _(setting->help)};
        enum rw_plain_move move = rw_plain_ask(plain, &field, &name);
        bool end = move != RW_PLAIN_NEXT || !*name;
        if (!end)
            move = add_host(plain, name);
        free(name);
        if (end || move == RW_PLAIN_LEAVE)
            return move;
    }
}

/* ---- lists ---- */

static enum rw_plain_move read_pasted(struct rw_plain *plain, struct rw_buf *text)
{
    puts(_("One host per line: name address role [user], in any order; an address alone is enough. "
           "CSV, inventories of Ansible, k0sctl, KubeKey and RKE1, an ssh_config and an answers "
           "file are accepted too. A line with only a dot ends the list; @PATH reads a file."));
    for (;;) {
        char *line = NULL;
        struct rw_plain_field field = {.prompt = ">", .whole = true};
        if (rw_plain_ask(plain, &field, &line) == RW_PLAIN_LEAVE)
            return RW_PLAIN_LEAVE;
        bool end = strcmp(line, ".") == 0, file = text->len == 0 && *line == '@';
        if (file) {
            struct rw_error err;
            char *path = rw_file_expand(line + 1, NULL);
            if (rw_file_read(path, RW_ANSWERS_MAX, text, &err) != 0)
                puts(err.message);
            free(path);
        } else if (!end) {
            rw_buf_addf(text, "%s\n", line);
        }
        free(line);
        if (end || file)
            return RW_PLAIN_NEXT;
    }
}

/* Shows what would be imported, and asks whether it is right, before anything changes. */
static enum rw_plain_move confirm_import(struct rw_plain *plain, const struct rw_import *import)
{
    struct rw_buf preview = {0};
    rw_import_write(import, &preview);
    fputs(rw_buf_str(&preview), stdout);
    rw_buf_done(&preview);
    if (!rw_import_is_possible(import))
        return RW_PLAIN_BACK;
    return rw_plain_ask_yes(plain, _("Import these hosts?"), rw_import_is_clear(import));
}

static enum rw_plain_move paste(struct rw_plain *plain)
{
    struct rw_buf text = {0};
    enum rw_plain_move move = read_pasted(plain, &text);
    if (text.len > 0 && move == RW_PLAIN_NEXT) {
        struct rw_import import;
        rw_import_read(&import, rw_wizard_document(plain->wizard), text.data, text.len);
        plain->uninterrupted = true; /* the hosts that the preview compares with stay as they are */
        move = confirm_import(plain, &import);
        plain->uninterrupted = false;
        if (move == RW_PLAIN_NEXT) {
            size_t count = rw_wizard_add_list(plain->wizard, &import.list);
            printf(ngettext("%zu host imported.\n", "%zu hosts imported.\n", (unsigned long)count),
                   count);
        }
        rw_import_done(&import);
    }
    rw_buf_wipe(&text);
    return move == RW_PLAIN_LEAVE ? RW_PLAIN_LEAVE : RW_PLAIN_NEXT;
}

/* ---- the page ---- */

static bool hosts_settled(struct rw_plain *plain)
{
    struct rw_wizard_gate gate = rw_wizard_gate(plain->wizard, RW_WIZARD_HOSTS);
    return gate.waiting == 0;
}

enum rw_plain_move rw_plain_login(struct rw_plain *plain)
{
    if (!hosts_settled(plain))
        puts(_("Logging in to the hosts …"));
    return rw_plain_wait(plain, hosts_settled);
}

static void print_menu(void)
{
    puts(_(
        "a add  e N edit  d N delete  p paste a list  f N first server  l default login  r retry"));
}

/* The login that all hosts share. */
static enum rw_plain_move ask_common_login(struct rw_plain *plain)
{
    puts(_("The login of all hosts without login settings of their own."));
    return ask_fields(plain, RW_DOCUMENT_CLUSTER, "user", NULL);
}

/* Carries one command of the list out. */
static enum rw_plain_move command(struct rw_plain *plain, char letter, size_t number)
{
    bool there = number >= 1 && number <= cluster_of(plain)->host_count;
    if (strchr("edf", letter) && !there) {
        puts(_("Add the number of a host, such as: e 2"));
        return RW_PLAIN_NEXT;
    }
    switch (letter) {
    case 'a':
        return add_hosts(plain);
    case 'p':
        return paste(plain);
    case 'l':
        return ask_common_login(plain);
    case 'e':
        return ask_fields(plain, (int)number - 1, "name", NULL);
    case 'd':
        rw_wizard_remove_host(plain->wizard, number - 1);
        return RW_PLAIN_NEXT;
    case 'f':
        rw_wizard_first_server(plain->wizard, number - 1);
        return RW_PLAIN_NEXT;
    case 'r':
        rw_wizard_reconnect(plain->wizard);
        return rw_plain_login(plain);
    default:
        puts(_("Unknown command."));
        return RW_PLAIN_NEXT;
    }
}

static enum rw_plain_move show_list(struct rw_plain *plain)
{
    if (rw_plain_login(plain) == RW_PLAIN_LEAVE)
        return RW_PLAIN_LEAVE;
    rw_plain_host_table(plain);
    rw_plain_findings(plain, RW_WIZARD_HOSTS);
    print_menu();
    return RW_PLAIN_NEXT;
}

enum rw_plain_move rw_plain_hosts(struct rw_plain *plain)
{
    size_t number;
    char *text = NULL;
    rw_plain_head(plain, RW_WIZARD_HOSTS);
    if (cluster_of(plain)->host_count == 0) {
        enum rw_plain_move move = add_hosts(plain);
        if (move != RW_PLAIN_NEXT)
            return move;
    }
    if (show_list(plain) == RW_PLAIN_LEAVE)
        return RW_PLAIN_LEAVE;
    struct rw_plain_field field = {
        .prompt = _("Command, or Enter to continue"),
        .value = "",
        .help = _("The commands are listed above; N is the number of a host. The first server "
                  "creates the cluster. r connects again to hosts that have failed."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    char letter = move == RW_PLAIN_NEXT ? rw_plain_command(text, &number) : '\0';
    free(text);
    if (move != RW_PLAIN_NEXT || !letter)
        return move;
    return command(plain, letter, number) == RW_PLAIN_LEAVE ? RW_PLAIN_LEAVE : RW_PLAIN_AGAIN;
}
