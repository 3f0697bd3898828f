/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/port_matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/width.h"

#define MARGIN     3
#define GAP        2
#define NAME_CELLS 16 /* at most */

/* ---- signs ---- */

enum sign {
    SIGN_NONE,
    SIGN_OPEN,
    SIGN_FILTERED,
    SIGN_REJECTED,
    SIGN_PARTLY,
    SIGN_SAME,
    SIGN_UNKNOWN
};

static const struct {
    const char *drawn, *ascii;
    enum rw_style style;
    const char *meaning; /* N_(), or NULL: not in the legend */
} signs[] = {
    [SIGN_NONE] = {" ", " ", RW_STYLE_NORMAL, NULL},
    [SIGN_OPEN] = {"●", "o", RW_STYLE_OK, N_("open")},
    [SIGN_FILTERED] = {"✕", "x", RW_STYLE_FAIL, N_("no answer")},
    [SIGN_REJECTED] = {"!", "!", RW_STYLE_FAIL, N_("rejected")},
    [SIGN_PARTLY] = {"◐", "%", RW_STYLE_FAIL, N_("some of them")},
    [SIGN_SAME] = {"–", "-", RW_STYLE_DIM, N_("same host")},
    [SIGN_UNKNOWN] = {"?", "?", RW_STYLE_WARN, N_("unknown")},
};

static enum sign sign_of_result(enum rw_ports_result result)
{
    switch (result) {
    case RW_PORTS_OPEN:
    case RW_PORTS_RUNNING:
        return SIGN_OPEN;
    case RW_PORTS_FILTERED:
        return SIGN_FILTERED;
    case RW_PORTS_UNKNOWN:
        return SIGN_UNKNOWN;
    default:
        return SIGN_REJECTED;
    }
}

/* Ports that cannot be tested do not hide what is known of the others. */
static enum sign sign_of(const struct rw_ports_matrix *ports, int source, size_t target)
{
    size_t count;
    enum sign sign = SIGN_NONE;
    if (source == (int)target)
        return SIGN_SAME;
    const struct rw_ports_cell *cells = rw_ports_pair(ports, source, target, &count);
    for (size_t i = 0; i < count; i++) {
        enum sign now = sign_of_result(cells[i].result);
        if (sign == SIGN_NONE || (sign == SIGN_UNKNOWN && now != SIGN_OPEN))
            sign = now;
        else if (now != sign && now == SIGN_UNKNOWN)
            sign = sign == SIGN_OPEN ? SIGN_UNKNOWN : sign;
        else if (now != sign)
            sign = sign == SIGN_UNKNOWN ? SIGN_UNKNOWN : SIGN_PARTLY;
    }
    return sign;
}

static const char *text_of(enum sign sign, const struct rw_area *area)
{
    bool ascii = area->canvas->ascii_lines || area->canvas->ascii_only;
    return ascii ? signs[sign].ascii : signs[sign].drawn;
}

void rw_port_matrix_legend(const struct rw_area *area, int row)
{
    int col = MARGIN;
    for (size_t i = 0; i < RW_COUNT(signs); i++) {
        if (!signs[i].meaning)
            continue;
        col = rw_area_text(area, row, col, signs[i].style, text_of((enum sign)i, area)) + 1;
        col = rw_area_text(area, row, col, RW_STYLE_NORMAL, _(signs[i].meaning)) + GAP;
    }
}

/* ---- what is selected ---- */

static bool is_problem(enum sign sign)
{
    return sign == SIGN_FILTERED || sign == SIGN_REJECTED || sign == SIGN_PARTLY;
}

static void choose(struct rw_port_matrix *matrix)
{
    matrix->source = matrix->hosts > 1 ? 1 : RW_PORTS_CONSOLE;
    matrix->target = 0;
    matrix->chosen = true;
    for (int source = RW_PORTS_CONSOLE; source < (int)matrix->hosts; source++)
        for (size_t target = 0; target < matrix->hosts; target++)
            if (is_problem(sign_of(matrix->ports, source, target))) {
                matrix->source = source;
                matrix->target = target;
                return;
            }
}

void rw_port_matrix_set(struct rw_port_matrix *matrix, const struct rw_ports_matrix *ports,
                        const struct rw_cluster *cluster)
{
    matrix->ports = ports;
    matrix->cluster = cluster;
    matrix->hosts = ports ? ports->host_count : 0;
    if (!ports || matrix->target >= matrix->hosts || matrix->source >= (int)matrix->hosts)
        matrix->chosen = false;
    if (ports && !matrix->chosen)
        choose(matrix);
}

static const char *name_of(const struct rw_port_matrix *matrix, int host)
{
    return host == RW_PORTS_CONSOLE ? _("this machine") : matrix->cluster->hosts[host].name;
}

/* A line for the ports of a pair with that result: "ha-w1 -> ha-m1  no answer (filtered):
 * 9345/tcp". */
static void add_result(struct rw_text_view *out, const char *pair,
                       const struct rw_ports_cell *cells, size_t count, enum rw_ports_result result)
{
    struct rw_buf text = {0};
    const char *note = NULL;
    for (size_t i = 0; i < count; i++) {
        if (cells[i].result != result)
            continue;
        rw_buf_addf(&text, "%s%d/%s", text.len ? ", " : "", cells[i].port->number,
                    rw_port_protocol(cells[i].port));
        note = cells[i].note;
    }
    if (text.len > 0) {
        char *lead = rw_asprintf(_("%s  %s: "), pair, _(rw_ports_result_text(result)));
        if (result == RW_PORTS_UNKNOWN && note)
            rw_buf_addf(&text, " (%s)", _(note));
        rw_text_view_add(out, signs[sign_of_result(result)].style, lead, RW_STYLE_NORMAL,
                         rw_buf_str(&text));
        free(lead);
    }
    rw_buf_done(&text);
}

void rw_port_matrix_explain(const struct rw_port_matrix *matrix, struct rw_text_view *out)
{
    size_t count = 0;
    if (!matrix->ports)
        return;
    const struct rw_ports_cell *cells =
        matrix->source == (int)matrix->target
            ? NULL
            : rw_ports_pair(matrix->ports, matrix->source, matrix->target, &count);
    char *pair = rw_asprintf("%s -> %s", name_of(matrix, matrix->source),
                             name_of(matrix, (int)matrix->target));
    if (count == 0)
        rw_text_view_add(out, RW_STYLE_STRONG, "", RW_STYLE_STRONG, pair);
    /* What is wrong first. */
    static const enum rw_ports_result order[] = {
        RW_PORTS_FILTERED,   RW_PORTS_RESET,   RW_PORTS_ICMP,    RW_PORTS_REFUSED, RW_PORTS_IN_USE,
        RW_PORTS_WRONG_HOST, RW_PORTS_UNKNOWN, RW_PORTS_RUNNING, RW_PORTS_OPEN};
    for (size_t i = 0; i < RW_COUNT(order); i++)
        add_result(out, pair, cells, count, order[i]);
    free(pair);
}

/* Whether a list "a, b, c" holds the name. */
static bool lists(const char *list, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = list; at && (at = strstr(at, name)); at += size)
        if ((at == list || at[-1] == ' ') && (at[size] == ',' || at[size] == '\0'))
            return true;
    return false;
}

const struct rw_finding *rw_port_matrix_finding(const struct rw_port_matrix *matrix,
                                                const struct rw_findings *findings)
{
    const struct rw_finding *of_target = NULL;
    if (!matrix->ports || !is_problem(sign_of(matrix->ports, matrix->source, matrix->target)))
        return NULL;
    const char *target = matrix->cluster->hosts[matrix->target].name;
    const char *source =
        matrix->source < 0 ? "console" : matrix->cluster->hosts[matrix->source].name;
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        if (rw_finding_code(finding->id)[0] != 'P' || !rw_text_equal(finding->host, target))
            continue;
        if (lists(rw_finding_get(finding, "sources"), source) ||
            (matrix->source < 0 && finding->id == RW_F_PORTS_CONSOLE))
            return finding;
        if (finding->id == RW_F_PORTS_IN_USE || finding->id == RW_F_PORTS_IN_USE_KERNEL)
            of_target = finding;
    }
    return of_target;
}

/* ---- keys ---- */

static enum rw_handled move(struct rw_port_matrix *matrix, int down, int right)
{
    int source = matrix->source + down, target = (int)matrix->target + right;
    int hosts = (int)matrix->hosts;
    if (source < RW_PORTS_CONSOLE || source >= hosts || target < 0 || target >= hosts)
        return RW_IGNORED;
    matrix->source = source;
    matrix->target = (size_t)target;
    return RW_USED;
}

static enum rw_handled on_key(void *widget, const struct rw_key *key)
{
    struct rw_port_matrix *matrix = widget;
    switch (key->code) {
    case RW_KEY_UP:
        return move(matrix, -1, 0);
    case RW_KEY_DOWN:
        return move(matrix, 1, 0);
    case RW_KEY_LEFT:
        return move(matrix, 0, -1);
    case RW_KEY_RIGHT:
        return move(matrix, 0, 1);
    case RW_KEY_PAGE_UP:
        for (size_t i = 0; i < matrix->page && move(matrix, -1, 0) == RW_USED; i++) {
        }
        return RW_USED;
    case RW_KEY_PAGE_DOWN:
        for (size_t i = 0; i < matrix->page && move(matrix, 1, 0) == RW_USED; i++) {
        }
        return RW_USED;
    case RW_KEY_ENTER:
        return RW_ACTIVATED;
    default:
        return RW_IGNORED;
    }
}

/* ---- drawing ---- */

static int name_cells(const struct rw_port_matrix *matrix)
{
    int cells = rw_width(name_of(matrix, RW_PORTS_CONSOLE)), head = rw_width(_("from / to"));
    cells = head > cells ? head : cells;
    for (size_t i = 0; i < matrix->hosts; i++) {
        int width = rw_width(name_of(matrix, (int)i));
        cells = width > cells ? width : cells;
    }
    return cells < NAME_CELLS ? cells : NAME_CELLS;
}

/* So that what is selected is in sight. */
static size_t scrolled(size_t first, size_t at, size_t page, size_t count)
{
    if (at < first)
        first = at;
    if (page && at >= first + page)
        first = at - page + 1;
    return first + page > count ? count > page ? count - page : 0 : first;
}

static void draw_row(const struct rw_port_matrix *matrix, const struct rw_area *area, int row,
                     int source, int cells, bool focused)
{
    bool here = source == matrix->source;
    rw_area_text(area, row, 0, RW_STYLE_STRONG, here ? " > " : "");
    rw_area_cell(area, row, MARGIN, cells, RW_STYLE_NORMAL, name_of(matrix, source));
    for (size_t i = 0; i < matrix->wide && matrix->left + i < matrix->hosts; i++) {
        size_t target = matrix->left + i;
        int col = MARGIN + (cells + GAP) * ((int)i + 1), middle = col + cells / 2;
        enum sign sign = sign_of(matrix->ports, source, target);
        rw_area_text(area, row, middle, signs[sign].style, text_of(sign, area));
        if (!here || target != matrix->target)
            continue;
        if (focused) {
            rw_area_restyle(area, row, middle - 1, 3, RW_STYLE_FOCUS);
            rw_area_cursor(area, row, middle);
        } else {
            rw_area_text(area, row, middle - 1, RW_STYLE_STRONG, "[");
            rw_area_text(area, row, middle + 1, RW_STYLE_STRONG, "]");
        }
    }
}

static void draw(void *widget, const struct rw_area *area, bool focused)
{
    struct rw_port_matrix *matrix = widget;
    if (!matrix->ports) {
        struct rw_area text = rw_area_part(area, 0, MARGIN, area->rows, area->cols - MARGIN);
        rw_area_wrap(&text, focused ? RW_STYLE_FOCUS : RW_STYLE_DIM,
                     _("The ports have not been tested yet."));
        if (focused)
            rw_area_cursor(area, 0, 0);
        return;
    }
    int cells = name_cells(matrix);
    matrix->page = area->rows > 1 ? (size_t)area->rows - 1 : 0;
    matrix->wide = area->cols > MARGIN ? (size_t)((area->cols - MARGIN) / (cells + GAP)) : 0;
    matrix->wide -= matrix->wide > 0; /* the names of the sources */
    matrix->top =
        scrolled(matrix->top, (size_t)(matrix->source + 1), matrix->page, matrix->hosts + 1);
    matrix->left = scrolled(matrix->left, matrix->target, matrix->wide, matrix->hosts);
    rw_area_cell(area, 0, MARGIN, cells, RW_STYLE_HEAD, _("from / to"));
    for (size_t i = 0; i < matrix->wide && matrix->left + i < matrix->hosts; i++)
        rw_area_cell(area, 0, MARGIN + (cells + GAP) * ((int)i + 1), cells, RW_STYLE_HEAD,
                     name_of(matrix, (int)(matrix->left + i)));
    for (size_t i = 0; i < matrix->page && matrix->top + i <= matrix->hosts; i++)
        draw_row(matrix, area, (int)i + 1, (int)(matrix->top + i) + RW_PORTS_CONSOLE, cells,
                 focused);
}

/* All of it, in the letters of the command line. */
static char *whole(const void *widget)
{
    const struct rw_port_matrix *matrix = widget;
    struct rw_buf out = {0};
    bool all = matrix->wide >= matrix->hosts && matrix->page > matrix->hosts;
    if (!matrix->ports || all)
        return NULL;
    rw_ports_draw(&out, matrix->ports, matrix->cluster);
    return rw_buf_take(&out);
}

const struct rw_widget_class rw_port_matrix_class = {.key = on_key, .draw = draw, .whole = whole};
