/* SPDX-License-Identifier: Apache-2.0 */
/* Step 3: what the registration name leads to. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/names.h"
#include "ui/entry.h"
#include "ui/finding_panel.h"
#include "ui/screen_parts.h"
#include "ui/screens.h"
#include "ui/table.h"
#include "ui/viewer.h"

#define NAME_MAX_BYTES 512

enum item { NAME, TABLE, PANEL, ITEMS };

/* A row of the table, as it was when it was drawn last. */
struct row {
    char *address, *host;
    int role; /* enum rw_role, or -1: of none */
    enum rw_dns_verdict verdict;
    size_t seen, asked;
    int ttl;
};

struct dns {
    struct rw_wizard *wizard; /* first: screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_entry name;
    struct rw_table table;
    struct rw_finding_panel panel;
    struct row *rows;
    size_t row_count;
    size_t last_row;             /* whose finding was looked for last; row_count: none */
    struct rw_findings findings; /* those that fail first */
    size_t finding;              /* that is shown */
    bool asked_cut;              /* there is no room to list all that were asked */
    struct rw_step_override override;
    struct rw_step_report report;
    struct rw_viewer records;
};

/* ---- from the model ---- */

static void forget_rows(struct dns *dns)
{
    for (size_t i = 0; i < dns->row_count; i++) {
        free(dns->rows[i].address);
        free(dns->rows[i].host);
    }
    free(dns->rows);
    dns->rows = NULL;
    dns->row_count = 0;
}

static void read_rows(struct dns *dns, const struct rw_wizard_check *check)
{
    const struct rw_dns_verdicts *verdicts = check->result ? check->result->dns : NULL;
    forget_rows(dns);
    for (size_t i = 0; verdicts && i < verdicts->row_count; i++) {
        const struct rw_dns_row *from = &verdicts->rows[i];
        const struct rw_host *host = from->host >= 0 ? &check->cluster->hosts[from->host] : NULL;
        *rw_array_add(dns->rows, dns->row_count) = (struct row){
            .address = rw_strdup(from->address),
            .host = rw_strdup(host ? host->name : "-"),
            .role = host ? (int)host->role : -1,
            .verdict = from->verdict,
            .seen = from->seen,
            .asked = from->asked,
            .ttl = from->ttl,
        };
    }
}

static void read_findings(struct dns *dns)
{
    struct rw_findings all = {0};
    rw_findings_done(&dns->findings);
    rw_wizard_findings(dns->wizard, RW_WIZARD_DNS, &all);
    for (int severity = RW_SEVERITY_FAIL; severity >= RW_SEVERITY_OK; severity--)
        for (size_t i = 0; i < all.count; i++)
            if ((int)all.items[i].severity == severity)
                rw_findings_copy(&dns->findings, &all.items[i]);
    rw_findings_done(&all);
    if (dns->finding >= dns->findings.count)
        dns->finding = 0;
}

static bool is_about(const struct rw_finding *finding, const struct row *row)
{
    return rw_text_equal(rw_finding_get(finding, "address"), row->address) ||
           rw_text_equal(rw_finding_get(finding, "wrong"), row->address);
}

/* Another row was chosen: the finding about it, when there is one. */
static void follow_row(struct dns *dns)
{
    if (dns->table.at == dns->last_row || dns->table.at >= dns->row_count)
        return;
    dns->last_row = dns->table.at;
    for (size_t i = 0; i < dns->findings.count; i++) {
        if (is_about(&dns->findings.items[i], &dns->rows[dns->table.at])) {
            dns->finding = i;
            return;
        }
    }
}

/* ---- the table ---- */

static const struct rw_column columns[] = {
    {N_("Address"), 15, false}, {N_("Your host"), 8, false}, {N_("Role"), 0, false},
    {N_("Verdict"), 13, false}, {N_("Seen by"), 0, false},   {"TTL", 0, true},
};

static size_t row_count(void *context)
{
    return ((struct dns *)context)->row_count;
}

static void add_cell(const struct row *row, size_t column, struct rw_buf *out, enum rw_style *style)
{
    enum rw_severity severity = rw_dns_verdict_severity(row->verdict);
    switch (column) {
    case 0:
        rw_buf_adds(out, row->address);
        break;
    case 1:
        rw_buf_adds(out, row->host);
        break;
    case 2:
        rw_buf_adds(out, row->role < 0 ? "-" : rw_role_name((enum rw_role)row->role));
        break;
    case 3:
        if (row->verdict == RW_DNS_V_OK)
            rw_buf_adds(out, rw_severity_tag(severity));
        else
            rw_buf_addf(out, "%s %s", rw_severity_tag(severity), rw_dns_verdict_name(row->verdict));
        *style = rw_severity_style(severity);
        break;
    case 4:
        rw_buf_addf(out, _("%zu of %zu"), row->seen, row->asked);
        break;
    default:
        if (row->ttl >= 0)
            rw_buf_addf(out, "%d", row->ttl);
        else
            rw_buf_adds(out, "-");
    }
}

static void cell(void *context, size_t row, size_t column, struct rw_buf *out, enum rw_style *style)
{
    const struct dns *dns = context;
    add_cell(&dns->rows[row], column, out, style);
}

static const struct rw_table_source source = {row_count, cell};

/* ---- drawing ---- */

static void status(const struct rw_screen *screen, struct rw_buf *out)
{
    const struct dns *dns = screen->state;
    struct rw_wizard_check check = rw_wizard_check(dns->wizard, RW_WIZARD_DNS);
    if (check.running && check.total > 0)
        rw_buf_addf(out, _("checking %zu/%zu"), check.done, check.total);
    else if (check.running)
        rw_buf_adds(out, _("checking"));
    else if (check.next_ms >= 0)
        rw_buf_addf(out, _("again in %d s"), (int)((check.next_ms + 999) / 1000));
}

static bool moves(const struct rw_screen *screen)
{
    const struct dns *dns = screen->state;
    return rw_wizard_check(dns->wizard, RW_WIZARD_DNS).next_ms >= 0;
}

/* Who was asked, and how answers are made, to free(). */
static char *asked_text(const struct rw_wizard_check *check)
{
    static const char *const kinds[] = {
        [RW_DNS_KIND_UNKNOWN] = N_("could not be determined"),
        [RW_DNS_KIND_ALL] = N_("each contains all addresses"),
        [RW_DNS_KIND_ONE] = N_("each contains only one address"),
        [RW_DNS_KIND_PART] = N_("each contains only a part of the addresses"),
    };
    struct rw_buf servers = {0}, hosts = {0};
    const struct rw_dns_evidence *asked = check->result->asked;
    for (size_t i = 0; i < asked->asker_count; i++) {
        const struct rw_dns_asker *asker = &asked->askers[i];
        struct rw_buf *list = asker->host < 0 ? &servers : &hosts;
        if (!asker->not_asked)
            rw_buf_addf(list, "%s%s", list->len ? ", " : "",
                        asker->host < 0 ? asker->server : check->cluster->hosts[asker->host].name);
    }
    char *text = rw_asprintf(_("Queried: name servers %s; hosts %s. Answers: %s."),
                             servers.len ? servers.data : "-", hosts.len ? hosts.data : "-",
                             _(kinds[check->result->dns->kind]));
    rw_buf_done(&servers);
    rw_buf_done(&hosts);
    return text;
}

static void draw_asked(struct dns *dns, const struct rw_area *area,
                       const struct rw_wizard_check *check)
{
    char *text = asked_text(check);
    dns->asked_cut = rw_area_wrap(area, RW_STYLE_NORMAL, text) > area->rows;
    free(text);
}

/* The row, and below it who was asked. */
static char *whole(const void *widget)
{
    const struct rw_table *table = widget;
    const struct dns *dns = table->context;
    struct rw_wizard_check check = rw_wizard_check(dns->wizard, RW_WIZARD_DNS);
    if (!dns->asked_cut || !check.result || !check.result->asked)
        return rw_table_whole(widget);
    char *row = rw_table_row_text(table), *asked = asked_text(&check);
    char *text = rw_asprintf("%s\n%s", row ? row : "", asked);
    free(row);
    free(asked);
    return text;
}

static const struct rw_widget_class table_class = {.key = rw_table_key,
                                                   .draw = rw_table_draw,
                                                   .takes_text = rw_table_takes_text,
                                                   .leave = rw_table_leave,
                                                   .whole = whole,
                                                   .copy = rw_table_row_text};

/* The reason that overrides the shown finding, or NULL. */
static const char *reason_of(const struct dns *dns)
{
    const struct rw_finding *finding =
        dns->findings.count ? &dns->findings.items[dns->finding] : NULL;
    return finding && rw_finding_blocks(finding)
               ? rw_wizard_override_reason(dns->wizard, finding->id)
               : NULL;
}

/* The line over the finding: which one it is. */
static void draw_finding_line(const struct dns *dns, const struct rw_area *body, int row)
{
    char *text = dns->findings.count > 1
                     ? rw_asprintf(_("%zu of %zu (f: next)"), dns->finding + 1, dns->findings.count)
                     : rw_strdup("");
    rw_area_line(body, row, text);
    free(text);
}

static void refresh(struct dns *dns)
{
    struct rw_wizard_check check = rw_wizard_check(dns->wizard, RW_WIZARD_DNS);
    read_rows(dns, &check);
    read_findings(dns);
    follow_row(dns);
    rw_finding_panel_set(&dns->panel,
                         dns->findings.count ? &dns->findings.items[dns->finding] : NULL);
    rw_finding_panel_ignored(&dns->panel, reason_of(dns));
}

#define NAME_ROWS  2
#define ASKED_ROWS 2

static int panel_rows(int rows)
{
    return rows > 30 ? 9 : 6;
}

/* An empty page invites; nothing is wrong with it. */
static bool is_unnamed(const struct dns *dns)
{
    const struct rw_cluster *cluster = rw_wizard_document(dns->wizard)->cluster;
    return !cluster->registration_name || !*cluster->registration_name;
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct dns *dns = screen->state;
    int panel = panel_rows(rows), table = rows - NAME_ROWS - ASKED_ROWS - 1 - panel;
    refresh(dns);
    rw_screens_place(&dns->items[NAME], 0, 1, NAME_ROWS, cols - 2);
    rw_screens_place(&dns->items[TABLE], NAME_ROWS, 0, table, cols);
    rw_screens_place(&dns->items[PANEL], rows - panel, 1, panel, cols - 2);
    dns->items[PANEL].hidden = dns->findings.count == 0 || is_unnamed(dns);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct dns *dns = screen->state;
    int panel = panel_rows(body->rows);
    struct rw_wizard_check check = rw_wizard_check(dns->wizard, RW_WIZARD_DNS);
    struct rw_area asked =
        rw_area_part(body, body->rows - panel - 1 - ASKED_ROWS, 1, ASKED_ROWS, body->cols - 2);
    if (check.result && check.result->dns && check.result->asked)
        draw_asked(dns, &asked, &check);
    draw_finding_line(dns, body, body->rows - panel - 1);
    struct rw_area place = rw_area_part(body, body->rows - panel, 1, panel, body->cols - 2);
    if (is_unnamed(dns))
        rw_area_wrap(
            &place, RW_STYLE_NORMAL,
            _("Enter the DNS name that leads to all servers, such as rke2.example.com. Nodes "
              "join and users connect through it. Its records may still be missing: they "
              "are shown here to be created."));
    else if (dns->findings.count == 0 && check.result)
        rw_area_wrap(&place, RW_STYLE_OK, _("[ OK ] The name resolves to all servers."));
}

/* ---- the name ---- */

static char *check_name(void *context, const char *text)
{
    (void)context;
    if (!*text || rw_names_is_registration(text))
        return NULL;
    return rw_asprintf(_("This must be %s."),
                       _(rw_document_expected(RW_DOCUMENT_CLUSTER, "registration-name")));
}

static void take_name(struct dns *dns)
{
    char *before =
        rw_document_get(rw_wizard_document(dns->wizard), RW_DOCUMENT_CLUSTER, "registration-name");
    if (strcmp(before, dns->name.text) != 0)
        rw_wizard_set(dns->wizard, RW_DOCUMENT_CLUSTER, "registration-name", dns->name.text);
    free(before);
}

static void item_left(struct rw_screen *screen, size_t item)
{
    if (item == NAME)
        take_name(screen->state);
}

static void activated(struct rw_screen *screen, size_t item)
{
    if (item == NAME)
        rw_screen_move_focus(screen, true);
    else
        rw_step_onward(screen);
}

static void blocked(const struct rw_screen *screen, struct rw_buf *out)
{
    if (is_unnamed(screen->state))
        rw_buf_adds(out, _("no name yet"));
    else
        rw_screens_blocked(screen, out);
}

static void shown(struct rw_screen *screen)
{
    struct dns *dns = screen->state;
    char *name =
        rw_document_get(rw_wizard_document(dns->wizard), RW_DOCUMENT_CLUSTER, "registration-name");
    if (strcmp(name, dns->name.text) != 0)
        rw_entry_set(&dns->name, name);
    if (screen->focus < screen->item_count)
        screen->focus = *name ? TABLE : NAME;
    free(name);
}

/* ---- keys ---- */

static void recheck(struct rw_screen *screen)
{
    struct dns *dns = screen->state;
    rw_wizard_recheck(dns->wizard, RW_WIZARD_DNS);
}

static const char *why_busy(const struct rw_screen *screen)
{
    const struct dns *dns = screen->state;
    return rw_wizard_check(dns->wizard, RW_WIZARD_DNS).running
               ? N_("This is possible when the check has finished.")
               : NULL;
}

static void next_finding(struct rw_screen *screen)
{
    struct dns *dns = screen->state;
    if (dns->findings.count > 0)
        dns->finding = (dns->finding + 1) % dns->findings.count;
}

static void write_records(void *context, struct rw_buf *out)
{
    const struct dns *dns = context;
    struct rw_wizard_check check = rw_wizard_check(dns->wizard, RW_WIZARD_DNS);
    rw_buf_addf(out, "%s\n\n", _("Records that the name should have:"));
    if (check.result && check.result->asked)
        rw_dns_zone_lines(out, check.cluster, check.result->asked);
    else
        rw_buf_adds(out, _("Nothing has been checked yet."));
}

static void show_records(struct rw_screen *screen)
{
    struct dns *dns = screen->state;
    struct rw_wizard_check check = rw_wizard_check(dns->wizard, RW_WIZARD_DNS);
    if (check.result && check.result->asked)
        rw_viewer_open(&dns->records, screen->ui, N_("Records to create"), write_records, dns);
    else
        rw_ui_notice(screen->ui, N_("Nothing has been checked yet."));
}

static const char *why_no_host(const struct rw_screen *screen)
{
    const struct dns *dns = screen->state;
    bool nobodys = dns->table.at < dns->row_count && dns->rows[dns->table.at].role < 0;
    return nobodys ? NULL : N_("The selected address already belongs to a host.");
}

/* The rest of it is typed at step 2. */
static void add_host(struct rw_screen *screen)
{
    struct dns *dns = screen->state;
    char *address = rw_strdup(dns->rows[dns->table.at].address);
    size_t host = rw_wizard_add_host(dns->wizard);
    rw_wizard_set(dns->wizard, (int)host, "address", address);
    free(address);
    rw_screens_go(screen, RW_WIZARD_HOSTS);
}

static const char *why_not_ignore(const struct rw_screen *screen)
{
    const struct dns *dns = screen->state;
    bool blocks = dns->findings.count > 0 && rw_finding_blocks(&dns->findings.items[dns->finding]);
    return blocks ? NULL : N_("No finding here blocks the next step.");
}

static void ignore(struct rw_screen *screen)
{
    struct dns *dns = screen->state;
    rw_step_override_ask(&dns->override, screen->ui, dns->findings.items[dns->finding].id,
                         rw_wizard_document(dns->wizard)->cluster->registration_name);
}

static void save_report(struct rw_screen *screen)
{
    struct dns *dns = screen->state;
    rw_step_report_ask(&dns->report, screen->ui);
}

/* ---- name servers ---- */

static void ask_name_servers(struct dns *dns, const char *value);

static void write_wrong_server(void *subject, struct rw_buf *out)
{
    rw_buf_addf(out, _("%s is not an IP address."), (const char *)subject);
}

/* The typed text stays below the message, to be corrected. */
static void on_name_servers(void *context, size_t button, const char *text)
{
    struct dns *dns = context;
    char *wrong = NULL;
    if (button != 0 || rw_wizard_set_name_servers(dns->wizard, text, &wrong) == 0)
        return;
    ask_name_servers(dns, text);
    rw_ui_tell(dns->screen.ui, N_("Name servers"), write_wrong_server, wrong, free);
}

static void ask_name_servers(struct dns *dns, const char *value)
{
    struct rw_dialog_spec spec = {
        .title = N_("Name servers"),
        .text = N_("Addresses of the name servers that this machine queries, separated by blanks. "
                   "Empty: its own settings. The hosts always query their own name servers."),
        .buttons = {N_("Use these"), N_("Cancel")},
        .escape = 1,
        .field = N_("Addresses"),
        .value = value,
        .typed = on_name_servers,
        .context = dns,
    };
    rw_ui_dialog(dns->screen.ui, &spec);
}

static void name_servers(struct rw_screen *screen)
{
    struct dns *dns = screen->state;
    ask_name_servers(dns, rw_wizard_name_servers(dns->wizard));
}

static const char *why_no_next(const struct rw_screen *screen)
{
    const struct dns *dns = screen->state;
    return dns->findings.count > 1 ? NULL : N_("There is no other finding.");
}

static const struct rw_screen_action actions[] = {
    {.letter = 'r', .label = N_("Re-check"), .act = recheck, .why_not = why_busy},
    {.letter = 'f',
     .label = N_("Next"),
     .what = N_("Next finding"),
     .act = next_finding,
     .why_not = why_no_next},
    {.letter = 'a',
     .label = N_("Add host"),
     .what = N_("Add the selected address as a host"),
     .act = add_host,
     .why_not = why_no_host},
    {.letter = 'n',
     .label = N_("Servers"),
     .what = N_("Name servers that this machine queries"),
     .act = name_servers},
    {.letter = 'o', .label = N_("Override"), .act = ignore, .why_not = why_not_ignore},
    {.letter = 'w', .label = N_("Report"), .what = N_("Save report"), .act = save_report},
};

static void find(struct rw_screen *screen, int host, const char *key)
{
    (void)host;
    if (strcmp(key, "registration-name") == 0)
        screen->focus = NAME;
}

/* ---- life ---- */

static const struct rw_screen_class class = {
    .step = RW_WIZARD_DNS + 1,
    .title = N_("DNS check"),
    .help = N_(
        "The registration name is the DNS name of all servers: nodes join and users connect "
        "through it. It is queried here and on every host, repeatedly while this screen is open."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .layout = layout,
    .draw = draw,
    .status = status,
    .moves = moves,
    .item_left = item_left,
    .activated = activated,
    .blocked = blocked,
    .next = rw_screens_next,
    .back = rw_screens_back,
    .find = find,
    .extra = N_("Show records to create"),
    .extra_act = show_records,
};

struct rw_screen *rw_screen_dns_new(struct rw_wizard *wizard)
{
    struct dns *dns = rw_calloc(1, sizeof *dns);
    dns->wizard = wizard;
    dns->last_row = SIZE_MAX;
    dns->override.wizard = wizard;
    dns->report = (struct rw_step_report){.wizard = wizard, .step = RW_WIZARD_DNS};
    rw_entry_init(&dns->name, NAME_MAX_BYTES);
    dns->name.label = N_("Registration name");
    dns->name.field_cells = 44;
    dns->name.check = check_name;
    dns->table = (struct rw_table){
        .columns = columns,
        .column_count = RW_COUNT(columns),
        .source = &source,
        .context = dns,
        .empty = N_("No results yet. The check starts when the hosts are connected and the name is "
                    "entered."),
    };
    dns->items[NAME] = (struct rw_item){
        .class = &rw_entry_class,
        .widget = &dns->name,
        .help = N_("A DNS name such as rke2.example.com, with an A or AAAA record for each server "
                   "and no other. It is written to the certificates and to the configuration of "
                   "each node, and cannot be changed later.")};
    dns->items[TABLE] = (struct rw_item){.class = &table_class, .widget = &dns->table};
    dns->items[PANEL] = (struct rw_item){.class = &rw_finding_panel_class, .widget = &dns->panel};
    dns->screen = (struct rw_screen){&class, dns, dns->items, ITEMS, NULL, TABLE};
    return &dns->screen;
}

void rw_screen_dns_free(struct rw_screen *screen)
{
    if (!screen)
        return;
    struct dns *dns = screen->state;
    rw_entry_done(&dns->name);
    rw_table_done(&dns->table);
    rw_finding_panel_done(&dns->panel);
    rw_findings_done(&dns->findings);
    rw_viewer_done(&dns->records);
    forget_rows(dns);
    free(dns);
}
