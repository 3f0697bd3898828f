/* SPDX-License-Identifier: Apache-2.0 */
/* Step 4: what the hosts have, and which ports are open between them. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/finding_panel.h"
#include "finding/group.h"
#include "ui/gauge.h"
#include "ui/port_matrix.h"
#include "ui/repairs.h"
#include "ui/screen_parts.h"
#include "ui/screens.h"
#include "ui/table.h"
#include "ui/text_view.h"

enum mode { PROBLEMS, ALL, BY_HOST, PORTS, MODES };

static const char *const mode_names[MODES] = {N_("problems"), N_("all"), N_("by host"),
                                              N_("port matrix")};

enum item { TABLE, MATRIX, PANEL, ROW, ITEMS };

enum kind {
    KIND_CHECK,   /* something looked at on a host */
    KIND_FINDING, /* one that no such row is about: ports, hosts together */
    KIND_PASSED,  /* how many passed; Enter shows them */
    KIND_HOST,    /* a host in the list by host; Enter unfolds it */
};

/* A row of the table, as it was when it was drawn last. */
struct row {
    enum kind kind;
    enum rw_severity severity;
    size_t host; /* KIND_HOST; else SIZE_MAX when it is about none */
    char *name;  /* of the host, or "" */
    char *what, *found, *needed, *source;
    struct rw_findings finding; /* one or none */
    bool of_ports;              /* KIND_FINDING: reported by the check of the ports */
};

struct requirements {
    struct rw_wizard *wizard; /* first: screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_table table;
    struct rw_port_matrix matrix;
    struct rw_finding_panel panel;
    struct rw_text_view about; /* a row without finding */
    enum mode mode;
    bool *unfolded; /* by host */
    size_t unfolded_count;
    struct row *rows;
    size_t row_count;
    size_t counts[RW_SEVERITY_FAIL + 1];
    struct rw_step_override override;
    struct rw_step_report report;
    struct rw_repairs repairs;
};

/* ---- rows ---- */

static void forget_rows(struct requirements *r)
{
    for (size_t i = 0; i < r->row_count; i++) {
        free(r->rows[i].name);
        free(r->rows[i].what);
        free(r->rows[i].found);
        free(r->rows[i].needed);
        free(r->rows[i].source);
        rw_findings_done(&r->rows[i].finding);
    }
    free(r->rows);
    r->rows = NULL;
    r->row_count = 0;
}

static struct row *add_row(struct requirements *r, enum kind kind, enum rw_severity severity)
{
    struct row *row = rw_array_add(r->rows, r->row_count);
    row->kind = kind;
    row->severity = severity;
    row->host = SIZE_MAX;
    return row;
}

static void add_check(struct requirements *r, const struct rw_wizard_check *check,
                      const struct rw_host_row *from)
{
    struct row *row = add_row(r, KIND_CHECK, from->severity);
    row->host = from->host;
    row->name = rw_strdup(check->cluster->hosts[from->host].name);
    row->what = from->item ? rw_asprintf("%s %s", rw_host_row_label(from), from->item)
                           : rw_strdup(rw_host_row_label(from));
    row->found = rw_strdup(from->found);
    row->needed = rw_strdup(from->needed);
    row->source = rw_strdup(from->source);
    if (from->finding != RW_HOST_NO_FINDING)
        rw_findings_copy(&row->finding, &check->result->hosts->findings.items[from->finding]);
}

static void add_finding(struct requirements *r, const struct rw_wizard_check *check,
                        const struct rw_finding *finding)
{
    struct row *row = add_row(r, KIND_FINDING, finding->severity);
    row->name = rw_strdup(finding->host ? finding->host : "");
    row->what = rw_strdup(rw_finding_code(finding->id));
    /* The numbers of ports first: the rest of the fact stands below the table. */
    const char *ports = rw_finding_get(finding, "ports"),
               *from = rw_finding_get(finding, "sources");
    row->found = ports && from ? rw_asprintf(_("%s, from %s"), ports, from)
                               : rw_finding_text(finding, RW_FINDING_FACT);
    row->needed = ports && from ? rw_strdup(_("open")) : NULL;
    row->of_ports = !rw_check_is_of_hosts(check->result, finding);
    rw_findings_copy(&row->finding, finding);
    for (size_t i = 0; finding->host && i < check->cluster->host_count; i++)
        if (rw_text_equal(check->cluster->hosts[i].name, finding->host))
            row->host = i;
}

/* Whether a row about a host shows the finding already. */
static bool has_row(const struct rw_check_result *result, const struct rw_finding *finding)
{
    const struct rw_host_verdicts *hosts = result->hosts;
    for (size_t i = 0; hosts && i < hosts->row_count; i++)
        if (hosts->rows[i].finding != RW_HOST_NO_FINDING &&
            rw_finding_equal(&hosts->findings.items[hosts->rows[i].finding], finding))
            return true;
    return false;
}

/* Rows of one severity; of one host, or of all (SIZE_MAX), those about none included. */
static void add_rows(struct requirements *r, const struct rw_wizard_check *check, int severity,
                     size_t host)
{
    const struct rw_check_result *result = check->result;
    for (size_t i = 0; result->hosts && i < result->hosts->row_count; i++) {
        const struct rw_host_row *from = &result->hosts->rows[i];
        if ((int)from->severity == severity && (host == SIZE_MAX || host == from->host))
            add_check(r, check, from);
    }
    for (size_t i = result->login_count; i < result->findings.count; i++) {
        const struct rw_finding *finding = &result->findings.items[i];
        bool here =
            host == SIZE_MAX || rw_text_equal(finding->host, check->cluster->hosts[host].name);
        if ((int)finding->severity == severity && here && !has_row(result, finding))
            add_finding(r, check, finding);
    }
}

static void count(struct requirements *r)
{
    memset(r->counts, 0, sizeof r->counts);
    for (size_t i = 0; i < r->row_count; i++)
        r->counts[r->rows[i].severity]++;
}

static void add_passed(struct requirements *r, size_t passed)
{
    if (passed == 0)
        return;
    struct row *row = add_row(r, KIND_PASSED, RW_SEVERITY_OK);
    row->what = rw_asprintf(ngettext("%zu passed", "%zu passed", (unsigned long)passed), passed);
    row->found = rw_strdup(_("Enter to expand"));
}

/* A row for the host; below it, when it is unfolded, what was looked at on it. */
static void add_host(struct requirements *r, const struct rw_wizard_check *check, size_t host)
{
    size_t at = r->row_count, counts[RW_SEVERITY_FAIL + 1] = {0};
    struct row *head = add_row(r, KIND_HOST, RW_SEVERITY_OK);
    head->host = host;
    head->name = rw_strdup(check->cluster->hosts[host].name);
    head->what = rw_strdup(rw_role_name(check->cluster->hosts[host].role));
    for (int severity = RW_SEVERITY_FAIL; severity >= RW_SEVERITY_OK; severity--)
        add_rows(r, check, severity, host);
    for (size_t i = at + 1; i < r->row_count; i++) {
        counts[r->rows[i].severity]++;
        if (r->rows[i].severity > r->rows[at].severity)
            r->rows[at].severity = r->rows[i].severity;
    }
    r->rows[at].found =
        rw_asprintf("FAIL %zu  WARN %zu  ?? %zu  OK %zu", counts[RW_SEVERITY_FAIL],
                    counts[RW_SEVERITY_WARN], counts[RW_SEVERITY_UNKNOWN], counts[RW_SEVERITY_OK]);
    bool unfolded = host < r->unfolded_count && r->unfolded[host];
    struct row *rest = r->rows;
    size_t end = r->row_count;
    if (!unfolded) { /* only the head stays */
        struct requirements folded = {.rows = NULL};
        for (size_t i = at + 1; i < end; i++)
            *rw_array_add(folded.rows, folded.row_count) = rest[i];
        r->row_count = at + 1;
        forget_rows(&folded);
    }
}

/* ---- what several hosts have in common ---- */

static bool same_texts(const struct row *a, const struct row *b)
{
    return a->kind == b->kind && a->severity == b->severity && rw_text_equal(a->what, b->what) &&
           rw_text_equal(a->found, b->found) && rw_text_equal(a->needed, b->needed);
}

static void add_name(struct row *row, const char *name)
{
    char *names = rw_asprintf("%s%s%s", row->name, *row->name && *name ? ", " : "", name);
    rw_strset(&row->name, names);
    free(names);
}

/* Rows that say the same become one with all their hosts: those with a finding as the command line
 * groups them (finding/group.h), the others by what stands in them. */
static void group_rows(struct requirements *r)
{
    struct requirements rest = {.rows = r->rows, .row_count = r->row_count};
    struct rw_findings list = {0};
    struct rw_finding_groups groups = {0};
    size_t *row_of = NULL, count = 0;
    for (size_t i = 0; i < rest.row_count; i++)
        if (rest.rows[i].finding.count) {
            rw_findings_copy(&list, &rest.rows[i].finding.items[0]);
            *rw_array_add(row_of, count) = i;
        }
    rw_finding_groups(&groups, &list);
    r->rows = NULL;
    r->row_count = 0;
    for (int severity = RW_SEVERITY_FAIL; severity > RW_SEVERITY_OK; severity--) {
        for (size_t i = 0; i < groups.count; i++) {
            struct row *from = &rest.rows[row_of[groups.items[i].finding - list.items]];
            if ((int)from->severity != severity)
                continue;
            struct row *row = rw_array_add(r->rows, r->row_count);
            *row = *from;
            *from = (struct row){.kind = KIND_PASSED};
            free(row->name);
            row->name = rw_finding_group_hosts(&groups.items[i]);
        }
        for (size_t i = 0; i < rest.row_count; i++) {
            struct row *from = &rest.rows[i], *same = NULL;
            if (from->kind == KIND_PASSED || from->finding.count || (int)from->severity != severity)
                continue;
            for (size_t k = 0; k < r->row_count && !same; k++)
                same =
                    !r->rows[k].finding.count && same_texts(&r->rows[k], from) ? &r->rows[k] : NULL;
            if (same) {
                add_name(same, from->name);
                continue;
            }
            *rw_array_add(r->rows, r->row_count) = *from;
            *from = (struct row){.kind = KIND_PASSED};
        }
    }
    rw_finding_groups_done(&groups);
    rw_findings_done(&list);
    free(row_of);
    forget_rows(&rest);
}

static void read_rows(struct requirements *r)
{
    struct rw_wizard_check check = rw_wizard_check(r->wizard, RW_WIZARD_REQUIREMENTS);
    forget_rows(r);
    memset(r->counts, 0, sizeof r->counts);
    if (!check.result)
        return;
    for (int severity = RW_SEVERITY_FAIL; severity >= RW_SEVERITY_OK; severity--)
        add_rows(r, &check, severity, SIZE_MAX);
    count(r);
    if (r->mode == PROBLEMS) {
        size_t problems = r->row_count - r->counts[RW_SEVERITY_OK];
        struct requirements passed = {.rows = NULL};
        for (size_t i = problems; i < r->row_count; i++)
            *rw_array_add(passed.rows, passed.row_count) = r->rows[i];
        r->row_count = problems;
        forget_rows(&passed);
        group_rows(r);
        add_passed(r, r->counts[RW_SEVERITY_OK]);
    } else if (r->mode == BY_HOST) {
        forget_rows(r);
        for (size_t i = 0; i < check.cluster->host_count; i++)
            add_host(r, &check, i);
        /* Those about no single host. */
        for (size_t i = check.result->login_count; i < check.result->findings.count; i++)
            if (!check.result->findings.items[i].host)
                add_finding(r, &check, &check.result->findings.items[i]);
    }
}

static void read_matrix(struct requirements *r)
{
    struct rw_wizard_check check = rw_wizard_check(r->wizard, RW_WIZARD_REQUIREMENTS);
    rw_port_matrix_set(&r->matrix, check.result ? check.result->ports : NULL, check.cluster);
}

static const struct row *selected(const struct requirements *r)
{
    return r->mode != PORTS && r->table.at < r->row_count ? &r->rows[r->table.at] : NULL;
}

static const struct rw_finding *selected_finding(const struct requirements *r)
{
    const struct row *row = selected(r);
    return row && row->finding.count ? &row->finding.items[0] : NULL;
}

/* The reason that overrides the selected finding, or NULL. */
static const char *reason_of(const struct requirements *r)
{
    const struct rw_finding *finding = selected_finding(r);
    return finding && rw_finding_blocks(finding) ? rw_wizard_override_reason(r->wizard, finding->id)
                                                 : NULL;
}

/* ---- the table ---- */

static const struct rw_column columns[] = {
    {"", 6, false},           {N_("Check"), 12, false},
    {N_("Found"), 14, false}, {N_("Needed"), 10, false},
    {N_("Host"), 6, false},
};

static size_t row_count(void *context)
{
    return ((struct requirements *)context)->row_count;
}

static void cell(void *context, size_t index, size_t column, struct rw_buf *out,
                 enum rw_style *style)
{
    const struct requirements *r = context;
    const struct row *row = &r->rows[index];
    bool head = row->kind == KIND_HOST;
    const char *texts[] = {rw_severity_tag(row->severity), head ? row->name : row->what, row->found,
                           row->needed, head ? row->what : row->name};
    bool nested = r->mode == BY_HOST && !head && row->host != SIZE_MAX;
    if (column == 0)
        *style = rw_severity_style(row->severity);
    if (head && column > 0)
        *style = RW_STYLE_STRONG;
    if (nested && column == 4)
        return;
    if (nested && column == 1)
        rw_buf_adds(out, "  ");
    if (column == 2 && row->finding.count && rw_finding_blocks(&row->finding.items[0]) &&
        rw_wizard_override_reason(r->wizard, row->finding.items[0].id))
        rw_buf_addf(out, "(%s) ", _("overridden"));
    if (texts[column])
        rw_buf_adds(out, texts[column]);
}

static const struct rw_table_source source = {row_count, cell};

/* ---- drawing ---- */

static void status(const struct rw_screen *screen, struct rw_buf *out)
{
    const struct requirements *r = screen->state;
    struct rw_wizard_check check = rw_wizard_check(r->wizard, RW_WIZARD_REQUIREMENTS);
    size_t done, total;
    const char *turning = rw_spinner((unsigned)(rw_clock_ms() / RW_SPINNER_MS));
    if (rw_wizard_fixing(r->wizard, &done, &total))
        rw_buf_addf(out, _("repairing %zu/%zu  %s"), done, total, turning);
    else if (check.running && check.total > 0)
        rw_buf_addf(out, _("running %zu/%zu  %s"), check.done, check.total, turning);
    else if (check.running)
        rw_buf_addf(out, _("running  %s"), turning);
}

static bool moves(const struct rw_screen *screen)
{
    const struct requirements *r = screen->state;
    size_t done, total;
    return rw_wizard_fixing(r->wizard, &done, &total) ||
           rw_wizard_check(r->wizard, RW_WIZARD_REQUIREMENTS).running;
}

static void draw_modes(const struct requirements *r, const struct rw_area *body)
{
    int col = rw_area_text(body, 0, 1, RW_STYLE_NORMAL, _("Show (m): "));
    for (int i = 0; i < MODES; i++) {
        if (i > 0)
            col = rw_area_text(body, 0, col, RW_STYLE_DIM, " | ");
        char *name =
            (int)r->mode == i ? rw_asprintf("<%s>", _(mode_names[i])) : rw_strdup(_(mode_names[i]));
        col =
            rw_area_text(body, 0, col, (int)r->mode == i ? RW_STYLE_STRONG : RW_STYLE_NORMAL, name);
        free(name);
    }
}

static void add_about(struct requirements *r, const char *lead, const char *text)
{
    if (text && *text)
        rw_text_view_add(&r->about, RW_STYLE_STRONG, lead, RW_STYLE_NORMAL, text);
}

/* The pair of hosts that is selected: its ports, and how to open them. */
static void read_pair(struct requirements *r)
{
    struct rw_wizard_check check = rw_wizard_check(r->wizard, RW_WIZARD_REQUIREMENTS);
    const struct rw_finding *finding =
        check.result ? rw_port_matrix_finding(&r->matrix, &check.result->findings) : NULL;
    rw_port_matrix_explain(&r->matrix, &r->about);
    if (finding)
        rw_finding_view_add(&r->about, finding, rw_wizard_override_reason(r->wizard, finding->id));
}

/* Details of a row without finding. */
static void read_about(struct requirements *r)
{
    const struct row *row = selected(r);
    rw_text_view_clear(&r->about);
    if (r->mode == PORTS)
        read_pair(r);
    if (!row || row->finding.count > 0 || row->kind != KIND_CHECK)
        return;
    add_about(r, _("Host: "), row->name);
    add_about(r, _("Check: "), row->what);
    add_about(r, _("Found: "), row->found);
    add_about(r, _("Needed: "), row->needed);
    add_about(r, _("Source: "), row->source);
}

/* The finding of the row, with all hosts that the row stands for. */
static void show_finding(struct requirements *r)
{
    const struct rw_finding *finding = selected_finding(r);
    struct rw_findings shown = {0};
    if (finding)
        rw_findings_copy(&shown, finding);
    if (finding && finding->host && *selected(r)->name)
        rw_strset(&shown.items[0].host, selected(r)->name);
    rw_finding_panel_set(&r->panel, finding ? &shown.items[0] : NULL);
    rw_findings_done(&shown);
}

static int panel_rows(int rows)
{
    return rows > 30 ? 9 : 6;
}

static void hide_items(struct requirements *r)
{
    r->items[TABLE].hidden = r->mode == PORTS;
    r->items[MATRIX].hidden = r->mode != PORTS;
    r->items[PANEL].hidden = !selected_finding(r);
    r->items[ROW].hidden = r->about.count == 0;
    if (r->screen.focus < ITEMS && r->items[r->screen.focus].hidden)
        r->screen.focus = r->mode == PORTS ? MATRIX : TABLE;
}

static void place_items(struct requirements *r, int rows, int cols)
{
    int panel = panel_rows(rows), table = rows - 1 - 1 - panel;
    rw_screens_place(&r->items[TABLE], 1, 0, table, cols);
    rw_screens_place(&r->items[MATRIX], 1, 0, table - 1, cols); /* the legend is below it */
    rw_screens_place(&r->items[PANEL], rows - panel, 1, panel, cols - 2);
    rw_screens_place(&r->items[ROW], rows - panel, 1, panel, cols - 2);
    hide_items(r);
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct requirements *r = screen->state;
    read_rows(r);
    if (r->mode == PORTS)
        read_matrix(r);
    rw_table_row(&r->table, &r->table.at);
    show_finding(r);
    rw_finding_panel_ignored(&r->panel, reason_of(r));
    read_about(r);
    place_items(r, rows, cols);
}

/* The line over the finding: how many there are. */
static void draw_line(const struct requirements *r, const struct rw_area *body, int row)
{
    struct rw_buf text = {0};
    rw_buf_addf(&text, "FAIL %zu  WARN %zu  ?? %zu  OK %zu", r->counts[RW_SEVERITY_FAIL],
                r->counts[RW_SEVERITY_WARN], r->counts[RW_SEVERITY_UNKNOWN],
                r->counts[RW_SEVERITY_OK]);
    rw_area_line(body, row, r->row_count ? rw_buf_str(&text) : "");
    rw_buf_done(&text);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct requirements *r = screen->state;
    int panel = panel_rows(body->rows);
    const struct row *row = selected(r);
    draw_modes(r, body);
    if (r->mode == PORTS) {
        rw_port_matrix_legend(body, body->rows - panel - 2);
        rw_area_line(body, body->rows - panel - 1, "");
        return;
    }
    draw_line(r, body, body->rows - panel - 1);
    struct rw_area place = rw_area_part(body, body->rows - panel, 1, panel, body->cols - 2);
    if (row && row->kind == KIND_PASSED && r->row_count == 1)
        rw_area_wrap(&place, RW_STYLE_OK, _("All checks passed."));
}

/* ---- keys ---- */

static void set_mode(struct requirements *r, enum mode mode)
{
    r->mode = mode;
    r->table.at = r->table.top = 0;
    r->screen.focus = mode == PORTS ? MATRIX : TABLE;
    read_rows(r);
    read_matrix(r);
    read_about(r);
    hide_items(r); /* the next key may come before the next drawing */
}

static void next_mode(struct rw_screen *screen)
{
    struct requirements *r = screen->state;
    set_mode(r, (enum mode)((r->mode + 1) % MODES));
}

static void former_mode(struct rw_screen *screen)
{
    struct requirements *r = screen->state;
    set_mode(r, (enum mode)((r->mode + MODES - 1) % MODES));
}

static void fold(struct requirements *r, size_t host)
{
    while (r->unfolded_count <= host)
        *rw_array_add(r->unfolded, r->unfolded_count) = false;
    r->unfolded[host] = !r->unfolded[host];
}

static void activated(struct rw_screen *screen, size_t item)
{
    struct requirements *r = screen->state;
    const struct row *row = item == TABLE ? selected(r) : NULL;
    if (row && row->kind == KIND_PASSED && r->row_count > 1) {
        set_mode(r, ALL);
    } else if (row && row->kind == KIND_HOST) {
        fold(r, row->host);
    } else {
        rw_step_onward(screen);
    }
}

static const char *why_busy(const struct rw_screen *screen)
{
    const struct requirements *r = screen->state;
    size_t done, total;
    return rw_wizard_check(r->wizard, RW_WIZARD_REQUIREMENTS).running ||
                   rw_wizard_fixing(r->wizard, &done, &total)
               ? N_("This is possible when the check has finished.")
               : NULL;
}

/* The hosts are looked at in one go, and so are the ports: the row's part of it. */
static void recheck_row(struct rw_screen *screen)
{
    struct requirements *r = screen->state;
    const struct row *row = selected(r);
    bool ports = r->mode == PORTS || (row && row->kind == KIND_FINDING && row->of_ports);
    rw_wizard_recheck_part(r->wizard, ports ? RW_CHECK_PORTS : RW_CHECK_HOSTS);
}

static void recheck_all(struct rw_screen *screen)
{
    struct requirements *r = screen->state;
    rw_wizard_recheck(r->wizard, RW_WIZARD_REQUIREMENTS);
}

static void fix(struct rw_screen *screen)
{
    struct requirements *r = screen->state;
    rw_repairs_open(&r->repairs, screen->ui, r->wizard, selected_finding(r));
}

static void save_report(struct rw_screen *screen)
{
    struct requirements *r = screen->state;
    rw_step_report_ask(&r->report, screen->ui);
}

static const char *why_not_override(const struct rw_screen *screen)
{
    const struct rw_finding *finding = selected_finding(screen->state);
    return finding && rw_finding_blocks(finding)
               ? NULL
               : N_("The selected row does not block the install.");
}

static void override(struct rw_screen *screen)
{
    struct requirements *r = screen->state;
    rw_step_override_ask(&r->override, screen->ui, selected_finding(r)->id, NULL);
}

/* The finding about what is selected, or NULL. */
static const struct rw_finding *finding_here(const struct requirements *r)
{
    struct rw_wizard_check check = rw_wizard_check(r->wizard, RW_WIZARD_REQUIREMENTS);
    if (r->mode != PORTS)
        return selected_finding(r);
    return check.result ? rw_port_matrix_finding(&r->matrix, &check.result->findings) : NULL;
}

/* The command of the selected finding. */
static char *copy(const struct rw_screen *screen)
{
    const struct rw_finding *finding = finding_here(screen->state);
    return finding && screen->focus < PANEL ? rw_finding_copy(finding) : NULL;
}

static const struct rw_screen_action actions[] = {
    {.letter = 'r',
     .label = N_("Re-check"),
     .what = N_("Check again the part of the row: hosts or ports"),
     .act = recheck_row,
     .why_not = why_busy},
    {.letter = 'R',
     .label = N_("All"),
     .what = N_("Check everything again"),
     .act = recheck_all,
     .why_not = why_busy},
    {.letter = 'x', .label = N_("Repair"), .act = fix, .why_not = why_busy},
    {.letter = 'o', .label = N_("Override"), .act = override, .why_not = why_not_override},
    {.letter = 'm',
     .label = N_("Show"),
     .what = N_("Change the view; Left and Right too"),
     .act = next_mode},
    {.letter = 'w', .label = N_("Report"), .what = N_("Save report"), .act = save_report},
    {.code = RW_KEY_RIGHT, .act = next_mode},
    {.code = RW_KEY_LEFT, .act = former_mode},
};

/* ---- life ---- */

static void shown(struct rw_screen *screen)
{
    struct requirements *r = screen->state;
    if (screen->focus < screen->item_count)
        screen->focus = r->mode == PORTS ? MATRIX : TABLE;
}

static const struct rw_screen_class class = {
    .step = RW_WIZARD_REQUIREMENTS + 1,
    .title = N_("Requirements"),
    .help = N_("The state of each host, and the open ports between them, tested with a temporary "
               "listener. FAIL blocks the install, WARN does not; ?? could not be determined."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .layout = layout,
    .draw = draw,
    .status = status,
    .moves = moves,
    .activated = activated,
    .copy = copy,
    .blocked = rw_screens_blocked,
    .next = rw_screens_next,
    .back = rw_screens_back,
};

struct rw_screen *rw_screen_requirements_new(struct rw_wizard *wizard)
{
    struct requirements *r = rw_calloc(1, sizeof *r);
    r->wizard = wizard;
    r->override.wizard = wizard;
    r->report = (struct rw_step_report){.wizard = wizard, .step = RW_WIZARD_REQUIREMENTS};
    r->table = (struct rw_table){
        .columns = columns,
        .column_count = RW_COUNT(columns),
        .source = &source,
        .context = r,
        .empty = N_("The hosts are being checked and the ports between them tested."),
    };
    r->items[TABLE] = (struct rw_item){.class = &rw_table_class, .widget = &r->table};
    r->items[MATRIX] =
        (struct rw_item){.class = &rw_port_matrix_class, .widget = &r->matrix, .hidden = true};
    r->items[PANEL] = (struct rw_item){.class = &rw_finding_panel_class, .widget = &r->panel};
    r->items[ROW] =
        (struct rw_item){.class = &rw_text_view_class, .widget = &r->about, .hidden = true};
    r->screen = (struct rw_screen){&class, r, r->items, ITEMS, NULL, TABLE};
    return &r->screen;
}

void rw_screen_requirements_free(struct rw_screen *screen)
{
    if (!screen)
        return;
    struct requirements *r = screen->state;
    rw_table_done(&r->table);
    forget_rows(r);
    rw_text_view_done(&r->about);
    rw_finding_panel_done(&r->panel);
    rw_repairs_done(&r->repairs);
    free(r->unfolded);
    free(r);
}
