/* SPDX-License-Identifier: Apache-2.0 */
/* Step 2: the hosts and their roles, and what they say to being logged in to. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/finding_panel.h"
#include "ui/host_form.h"
#include "ui/host_paste.h"
#include "ui/screen_parts.h"
#include "ui/screens.h"
#include "ui/table.h"

#define PANEL_ROWS 6
/* From so many columns on the operating system is shown too. */
#define WIDE 94

enum { TABLE, PANEL, ITEMS };

struct hosts {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_table table;
    struct rw_finding_panel panel;
    struct rw_host_form *form;
    struct rw_host_paste *paste;
};

static struct hosts *hosts_of(const struct rw_screen *screen)
{
    return screen->state;
}

static const struct rw_cluster *cluster_of(const struct hosts *hosts)
{
    return rw_wizard_document(hosts->wizard)->cluster;
}

/* ---- the table ---- */

enum column { NAME, ADDRESS, ROLE, LOGIN, SSH, KEY, SYSTEM };

static const struct rw_column columns[] = {
    [NAME] = {N_("Name"), 6, false},     [ADDRESS] = {N_("Address"), 15, false},
    [ROLE] = {N_("Role"), 7, false},     [LOGIN] = {N_("Login"), 4, false},
    [SSH] = {N_("SSH"), 6, false},       [KEY] = {N_("Host key"), 12, false},
    [SYSTEM] = {N_("System"), 8, false},
};

static size_t count_hosts(void *context)
{
    return cluster_of(context)->host_count;
}

static bool asks_for_key(const struct hosts *hosts, const struct rw_host *host)
{
    for (size_t i = 0; i < rw_wizard_question_count(hosts->wizard); i++) {
        struct rw_host_question question = rw_wizard_question(hosts->wizard, i);
        if (!question.sudo && !question.jump && question.ssh == RW_SSH_ASK_HOST_KEY &&
            rw_text_equal(question.host, rw_wizard_host_name(host)))
            return true;
    }
    return false;
}

/* That of a key that waits to be trusted is in the question alone. "" when there is none. */
static const char *fingerprint_of(const struct hosts *hosts, const struct rw_host *host,
                                  struct rw_wizard_host view)
{
    for (size_t i = 0; !*view.fingerprint && i < rw_wizard_question_count(hosts->wizard); i++) {
        struct rw_host_question question = rw_wizard_question(hosts->wizard, i);
        if (question.fingerprint && !question.jump &&
            rw_text_equal(question.host, rw_wizard_host_name(host)))
            return question.fingerprint;
    }
    return view.fingerprint;
}

static void add_key(const struct hosts *hosts, const struct rw_host *host,
                    const struct rw_wizard_host *view, struct rw_buf *out, enum rw_style *style)
{
    if (asks_for_key(hosts, host)) {
        *style = RW_STYLE_WARN;
        rw_buf_addf(out, "%s ", _("NEW"));
    }
    rw_buf_adds(out, fingerprint_of(hosts, host, *view));
    if (out->len == 0)
        rw_buf_addc(out, '-');
}

static const struct {
    const char *text;
    enum rw_style style;
} states[] = {
    [RW_WIZARD_HOST_UNKNOWN] = {"-", RW_STYLE_DIM},
    [RW_WIZARD_HOST_CONNECTING] = {"[ .. ]", RW_STYLE_DIM},
    [RW_WIZARD_HOST_ASKING] = {"[ ?? ]", RW_STYLE_WARN},
    [RW_WIZARD_HOST_OPEN] = {"[ OK ]", RW_STYLE_OK},
    [RW_WIZARD_HOST_FAILED] = {"[FAIL]", RW_STYLE_FAIL},
};

static void add_or_dash(struct rw_buf *out, const char *text)
{
    rw_buf_adds(out, text && *text ? text : "-");
}

static void host_cell(void *context, size_t row, size_t column, struct rw_buf *out,
                      enum rw_style *style)
{
    struct hosts *hosts = context;
    const struct rw_cluster *cluster = cluster_of(hosts);
    const struct rw_host *host = &cluster->hosts[row];
    struct rw_wizard_host view = rw_wizard_host(hosts->wizard, row);
    switch ((enum column)column) {
    case NAME:
        add_or_dash(out, host->name);
        break;
    case ADDRESS:
        add_or_dash(out, host->address);
        break;
    case ROLE:
        rw_buf_adds(out, rw_role_name(host->role));
        if ((int)row == rw_cluster_first_server(cluster))
            rw_buf_addc(out, '*');
        break;
    case LOGIN:
        add_or_dash(out, host->login.user);
        break;
    case SSH:
        *style = states[view.state].style;
        rw_buf_adds(out, states[view.state].text);
        break;
    case KEY:
        add_key(hosts, host, &view, out, style);
        break;
    case SYSTEM:
        add_or_dash(out, view.os);
        break;
    }
}

static const struct rw_table_source source = {count_hosts, host_cell};

/* ---- what is wrong ---- */

/* How much a finding has to be shown now: worse ones first, of those the selected host's own, then
 * those of no single host. */
static int weight(const struct rw_finding *finding, bool own, bool general)
{
    return (own ? 100 : general ? 50 : 0) + (int)finding->severity * 10;
}

/* A copy of the finding that matters most for the selected row, to rw_findings_done(). */
static void choose_finding(const struct hosts *hosts, struct rw_findings *chosen)
{
    const struct rw_cluster *cluster = cluster_of(hosts);
    size_t row;
    const char *name =
        rw_table_row(&hosts->table, &row) ? rw_wizard_host_name(&cluster->hosts[row]) : NULL;
    struct rw_document_problems problems = {0};
    struct rw_findings findings = {0};
    const struct rw_finding *best = NULL;
    int best_weight = -1;
    rw_document_check(rw_wizard_document(hosts->wizard), &problems);
    rw_wizard_findings(hosts->wizard, RW_WIZARD_HOSTS, &findings);
    for (size_t i = 0; i < problems.findings.count; i++) {
        bool own =
            problems.items[i].host == (int)row && !(rw_text_equal(problems.items[i].key, "name") &&
                                                    rw_wizard_host_is_asked(hosts->wizard, row));
        int now = weight(&problems.findings.items[i], own, false);
        if (own && now > best_weight) {
            best = &problems.findings.items[i];
            best_weight = now;
        }
    }
    for (size_t i = 0; i < findings.count; i++) {
        const struct rw_finding *finding = &findings.items[i];
        int now =
            weight(finding, finding->host && rw_text_equal(finding->host, name), !finding->host);
        if (now > best_weight) {
            best = finding;
            best_weight = now;
        }
    }
    if (best)
        rw_findings_copy(chosen, best);
    rw_findings_done(&findings);
    rw_document_problems_done(&problems);
}

/* ---- drawing ---- */

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct hosts *hosts = hosts_of(screen);
    int panel = rows > 30 ? PANEL_ROWS + 4 : PANEL_ROWS;
    hosts->table.column_count = cols >= WIDE ? SYSTEM + 1 : SYSTEM;
    rw_screens_place(&hosts->items[TABLE], 0, 0, rows - panel - 2, cols);
    rw_screens_place(&hosts->items[PANEL], rows - panel, 0, panel, cols);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct hosts *hosts = hosts_of(screen);
    const struct rw_cluster *cluster = cluster_of(hosts);
    size_t servers = rw_cluster_servers(cluster);
    int row = hosts->items[PANEL].row - 2;
    if (cluster->host_count > 0) {
        char *text =
            rw_asprintf(_("Servers: %zu (may fail: %zu), agents: %zu.   * first server"), servers,
                        servers ? (servers - 1) / 2 : 0, cluster->host_count - servers);
        rw_area_cell(body, row, 1, body->cols - 2, RW_STYLE_NORMAL, text);
        free(text);
    }
    rw_area_line(body, row + 1, "");
    struct rw_findings chosen = {0};
    if (cluster->host_count > 0)
        choose_finding(hosts, &chosen);
    rw_finding_panel_set(&hosts->panel, chosen.count ? &chosen.items[0] : NULL);
    rw_findings_done(&chosen);
}

/* ---- keys ---- */

static const char *why_no_host(const struct rw_screen *screen)
{
    return cluster_of(hosts_of(screen))->host_count ? NULL : N_("There is no host yet.");
}

static void add_host(struct rw_screen *screen)
{
    struct hosts *hosts = hosts_of(screen);
    rw_host_form_add(hosts->form, screen->ui);
    hosts->table.at = cluster_of(hosts)->host_count - 1;
}

static void edit_host(struct rw_screen *screen)
{
    struct hosts *hosts = hosts_of(screen);
    size_t row;
    if (rw_table_row(&hosts->table, &row))
        rw_host_form_open(hosts->form, screen->ui, row);
    else
        add_host(screen);
}

static void on_delete(void *context, size_t button)
{
    struct hosts *hosts = context;
    size_t row;
    if (button != 0 || !rw_table_row(&hosts->table, &row))
        return;
    rw_wizard_mark(hosts->wizard, N_("Delete"));
    rw_wizard_remove_host(hosts->wizard, row);
}

static void write_delete(void *subject, struct rw_buf *out)
{
    const struct hosts *hosts = subject;
    size_t row;
    if (!rw_table_row(&hosts->table, &row))
        return;
    const struct rw_host *host = &cluster_of(hosts)->hosts[row];
    rw_buf_addf(out, _("%s is removed from the list. The host itself is not changed."),
                host->name && *host->name ? host->name : "-");
}

static void delete_host(struct rw_screen *screen)
{
    struct rw_dialog_spec spec = {
        .title = N_("Delete"),
        .write = write_delete,
        .buttons = {N_("Delete"), N_("Keep it")},
        .escape = 1,
        .answered = on_delete,
        .context = hosts_of(screen),
    };
    rw_ui_dialog(screen->ui, &spec);
}

static void paste_list(struct rw_screen *screen)
{
    rw_host_paste_open(hosts_of(screen)->paste, screen->ui);
}

static const char *why_not_first(const struct rw_screen *screen)
{
    const struct hosts *hosts = hosts_of(screen);
    size_t row;
    bool is_first =
        rw_table_row(&hosts->table, &row) && (int)row == rw_cluster_first_server(cluster_of(hosts));
    return is_first ? N_("The selected host is already the first server.") : why_no_host(screen);
}

static void make_first(struct hosts *hosts)
{
    size_t row;
    if (!rw_table_row(&hosts->table, &row))
        return;
    rw_wizard_mark(hosts->wizard, N_("First server"));
    rw_wizard_first_server(hosts->wizard, row);
    int first = rw_cluster_first_server(cluster_of(hosts));
    hosts->table.at = first < 0 ? 0 : (size_t)first;
}

static void on_first(void *context, size_t button)
{
    if (button == 0)
        make_first(context);
}

static void write_first(void *subject, struct rw_buf *out)
{
    const struct hosts *hosts = subject;
    size_t row;
    if (rw_table_row(&hosts->table, &row))
        rw_host_role_text(hosts->wizard, row, RW_ROLE_SERVER, out);
}

/* An agent would become a server. */
static void first_server(struct rw_screen *screen)
{
    struct hosts *hosts = hosts_of(screen);
    struct rw_dialog_spec spec = {
        .title = N_("First server"),
        .write = write_first,
        .buttons = {N_("Make it a server"), N_("Cancel")},
        .preselected = 1,
        .escape = 1,
        .answered = on_first,
        .context = hosts,
    };
    size_t row;
    if (rw_table_row(&hosts->table, &row) && cluster_of(hosts)->hosts[row].role == RW_ROLE_AGENT)
        rw_ui_dialog(screen->ui, &spec);
    else
        make_first(hosts);
}

static void common_login(struct rw_screen *screen)
{
    rw_host_form_open_common(hosts_of(screen)->form, screen->ui);
}

static void reconnect(struct rw_screen *screen)
{
    rw_wizard_reconnect(rw_screens_wizard(screen));
    rw_ui_notice(screen->ui, N_("Reconnecting to the hosts."));
}

static const struct rw_screen_action actions[] = {
    {.letter = 'a', .label = N_("Add"), .act = add_host},
    {.letter = 'e', .label = N_("Edit"), .act = edit_host, .why_not = why_no_host},
    {.letter = 'd', .label = N_("Delete"), .act = delete_host, .why_not = why_no_host},
    {.letter = 'p', .label = N_("Paste"), .what = N_("Paste list"), .act = paste_list},
    {.letter = 'f',
     .label = N_("First"),
     .what = N_("First server"),
     .act = first_server,
     .why_not = why_not_first},
    {.letter = 'r', .label = N_("Re-check"), .act = reconnect, .why_not = why_no_host},
    {.letter = 'l', .label = N_("Login"), .what = N_("Default login"), .act = common_login},
    {.letter = 'u', .label = N_("Undo"), .act = rw_step_undo, .why_not = rw_step_why_no_undo},
};

static void activated(struct rw_screen *screen, size_t item)
{
    if (item == TABLE)
        edit_host(screen);
    else
        rw_screen_move_focus(screen, true);
}

static void pasted(struct rw_screen *screen, const char *text, size_t size)
{
    rw_host_paste_take(rw_screens_wizard(screen), screen->ui, text, size);
}

/* The fingerprint of the selected host's key; its row until there is one. */
static char *copy(const struct rw_screen *screen)
{
    const struct hosts *hosts = hosts_of(screen);
    size_t row;
    if (screen->focus == PANEL || !rw_table_row(&hosts->table, &row))
        return NULL;
    const struct rw_host *host = &cluster_of(hosts)->hosts[row];
    const char *fingerprint = fingerprint_of(hosts, host, rw_wizard_host(hosts->wizard, row));
    return *fingerprint ? rw_strdup(fingerprint) : NULL;
}

static void find(struct rw_screen *screen, int host, const char *key)
{
    struct hosts *hosts = hosts_of(screen);
    (void)key;
    screen->focus = TABLE;
    if (host >= 0 && (size_t)host < cluster_of(hosts)->host_count)
        hosts->table.at = (size_t)host;
}

/* An empty page invites; nothing is wrong with it. */
static void blocked(const struct rw_screen *screen, struct rw_buf *out)
{
    if (cluster_of(hosts_of(screen))->host_count == 0)
        rw_buf_adds(out, _("no host yet"));
    else
        rw_screens_blocked(screen, out);
}

static const struct rw_screen_class hosts_class = {
    .step = RW_WIZARD_HOSTS + 1,
    .title = N_("Hosts and roles"),
    .help = N_(
        "The hosts of the cluster. Each is logged in to once its address is set; without a name it "
        "gets the one it has itself. [ ?? "
        "] waits for your answer, [ .. ] for the host. The first server creates the cluster."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .layout = layout,
    .draw = draw,
    .activated = activated,
    .pasted = pasted,
    .copy = copy,
    .blocked = blocked,
    .next = rw_screens_next,
    .back = rw_screens_back,
    .find = find,
};

/* ---- life ---- */

struct rw_screen *rw_screen_hosts_new(struct rw_wizard *wizard)
{
    struct hosts *hosts = rw_calloc(1, sizeof *hosts);
    hosts->wizard = wizard;
    hosts->form = rw_host_form_new(wizard);
    hosts->paste = rw_host_paste_new(wizard);
    hosts->table = (struct rw_table){
        .columns = columns,
        .column_count = RW_COUNT(columns),
        .source = &source,
        .context = hosts,
        .empty =
            N_("There is no host yet. Press a to add one, or paste a list right here: one host "
               "per line, or an Ansible inventory. p reads such a list from a file."),
    };
    hosts->items[TABLE] = (struct rw_item){.class = &rw_table_class, .widget = &hosts->table};
    hosts->items[PANEL] =
        (struct rw_item){.class = &rw_finding_panel_class, .widget = &hosts->panel};
    hosts->screen = (struct rw_screen){
        .class = &hosts_class, .state = hosts, .items = hosts->items, .item_count = ITEMS};
    return &hosts->screen;
}

void rw_screen_hosts_free(struct rw_screen *screen)
{
    struct hosts *hosts = screen ? hosts_of(screen) : NULL;
    if (!hosts)
        return;
    rw_host_form_free(hosts->form);
    rw_host_paste_free(hosts->paste);
    rw_table_done(&hosts->table);
    rw_finding_panel_done(&hosts->panel);
    free(hosts);
}
