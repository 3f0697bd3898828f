/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix as plain text. */
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "check/ports.h"

#define WIDTH    80
#define NAME_MAX 30 /* cells for the name of a row; a longer one pushes its row to the right */

static const struct {
    char letter;
    const char *meaning;
} legend[] = {
    [RW_PORTS_UNKNOWN] = {'?', N_("could not be tested")},
    [RW_PORTS_OPEN] = {'.', N_("open")},
    [RW_PORTS_RUNNING] = {'=', N_("RKE2 runs there, not tested")},
    [RW_PORTS_FILTERED] = {'F', N_("no answer (filtered)")},
    [RW_PORTS_RESET] = {'R', N_("refused with a TCP reset")},
    [RW_PORTS_ICMP] = {'I', N_("refused with an ICMP message")},
    [RW_PORTS_REFUSED] = {'r', N_("refused")},
    [RW_PORTS_IN_USE] = {'U', N_("in use on the target")},
    [RW_PORTS_WRONG_HOST] = {'W', N_("another machine answered")},
};

const char *rw_ports_result_text(enum rw_ports_result result)
{
    return legend[result].meaning;
}

/* Ports that the same hosts need. */
struct port_group {
    const struct rw_port *ports[RW_PORTS_MAX];
    size_t count;
};

struct drawing {
    struct rw_buf *out;
    const struct rw_ports_matrix *matrix;
    const struct rw_cluster *cluster;
    struct port_group group;
    unsigned used; /* bit 1u << enum rw_ports_result */
};

/* ---- cells ---- */

/* Writes the letters of one pair; false when it has none of these ports. */
static bool letters(struct drawing *drawing, int source, size_t target, char text[RW_PORTS_MAX + 1],
                    bool *problem)
{
    size_t count, length = 0;
    const struct rw_ports_cell *cells = rw_ports_pair(drawing->matrix, source, target, &count);
    *problem = false;
    for (size_t i = 0; i < drawing->group.count; i++) {
        for (size_t k = 0; k < count; k++) {
            enum rw_ports_result result = cells[k].result;
            if (cells[k].port != drawing->group.ports[i])
                continue;
            text[length++] = legend[result].letter;
            drawing->used |= 1u << result;
            *problem = *problem || (result != RW_PORTS_OPEN && result != RW_PORTS_RUNNING);
        }
    }
    text[length] = '\0';
    return length > 0;
}

static bool is_row(struct drawing *drawing, int source)
{
    char text[RW_PORTS_MAX + 1];
    bool problem, any = false;
    for (size_t target = 0; target < drawing->matrix->host_count; target++)
        any = letters(drawing, source, target, text, &problem) || any;
    return any;
}

static bool is_column(const struct drawing *drawing, size_t target)
{
    const struct rw_ports_host *host = &drawing->matrix->hosts[target];
    for (size_t i = 0; i < host->door_count; i++)
        if (host->doors[i].port == drawing->group.ports[0])
            return true;
    return false;
}

static const char *row_name(const struct drawing *drawing, int source)
{
    return source == RW_PORTS_CONSOLE ? "console" : drawing->cluster->hosts[source].name;
}

/* ---- as a table ---- */

static int name_width(const struct drawing *drawing)
{
    size_t width = 8;
    for (size_t i = 0; i < drawing->matrix->host_count; i++) {
        size_t length = strlen(drawing->cluster->hosts[i].name);
        width = length > width ? length : width;
    }
    return (int)(width < NAME_MAX ? width : NAME_MAX);
}

static int column_width(const struct drawing *drawing)
{
    return drawing->group.count < 2 ? 3 : (int)drawing->group.count + 1;
}

static void add_row(struct drawing *drawing, int source)
{
    int width = column_width(drawing);
    if (source == RW_PORTS_CONSOLE)
        rw_buf_adds(drawing->out, "    -");
    else
        rw_buf_addf(drawing->out, "  %3d", source + 1);
    rw_buf_addf(drawing->out, "  %-*s", name_width(drawing), row_name(drawing, source));
    for (size_t target = 0; target < drawing->matrix->host_count; target++) {
        char text[RW_PORTS_MAX + 1];
        bool problem;
        if (!is_column(drawing, target))
            continue;
        bool any = letters(drawing, source, target, text, &problem);
        rw_buf_addf(drawing->out, " %*s", width, any ? text : "-");
    }
    rw_buf_addc(drawing->out, '\n');
}

static void add_table(struct drawing *drawing)
{
    rw_buf_addf(drawing->out, "  %3s  %-*s", "", name_width(drawing), "");
    for (size_t target = 0; target < drawing->matrix->host_count; target++)
        if (is_column(drawing, target))
            rw_buf_addf(drawing->out, " %*zu", column_width(drawing), target + 1);
    rw_buf_addc(drawing->out, '\n');
    for (int source = RW_PORTS_CONSOLE; source < (int)drawing->matrix->host_count; source++)
        if (is_row(drawing, source))
            add_row(drawing, source);
}

static bool fits(const struct drawing *drawing)
{
    size_t columns = 0;
    for (size_t target = 0; target < drawing->matrix->host_count; target++)
        columns += is_column(drawing, target);
    return 7 + (size_t)name_width(drawing) + columns * ((size_t)column_width(drawing) + 1) <= WIDTH;
}

/* ---- as lists ---- */

/* "  ha-w3 -> ha-m1 F., ha-m2 F.", in as many lines as it takes; false when all is well. */
static bool add_list(struct drawing *drawing, int source)
{
    size_t column = 0;
    for (size_t target = 0; target < drawing->matrix->host_count; target++) {
        char text[RW_PORTS_MAX + 1];
        bool problem;
        if (!letters(drawing, source, target, text, &problem) || !problem)
            continue;
        const char *name = drawing->cluster->hosts[target].name;
        size_t width = strlen(name) + strlen(text) + 3;
        if (column == 0 || column + width > WIDTH) {
            rw_buf_adds(drawing->out, column ? "\n" : "");
            size_t start = drawing->out->len;
            rw_buf_addf(drawing->out, "  %s ->", row_name(drawing, source));
            column = drawing->out->len - start;
        }
        rw_buf_addf(drawing->out, "  %s %s", name, text);
        column += width;
    }
    if (column)
        rw_buf_addc(drawing->out, '\n');
    return column > 0;
}

static void add_lists(struct drawing *drawing)
{
    size_t rows = 0, bad = 0;
    for (int source = RW_PORTS_CONSOLE; source < (int)drawing->matrix->host_count; source++) {
        if (!is_row(drawing, source))
            continue;
        rows++;
        bad += add_list(drawing, source);
    }
    rw_buf_addf(drawing->out, "  %s %zu/%zu\n", _("Sources without a problem:"), rows - bad, rows);
}

/* ---- all of it ---- */

static bool alike(const struct rw_port *a, const struct rw_port *b)
{
    return a->from == b->from && a->to == b->to && a->console == b->console;
}

static bool is_there(const struct rw_ports_matrix *matrix, const struct rw_port *port)
{
    for (size_t i = 0; i < matrix->host_count; i++)
        for (size_t k = 0; k < matrix->hosts[i].door_count; k++)
            if (matrix->hosts[i].doors[k].port == port)
                return true;
    return false;
}

/* The ports that go with ports[index], when it is the first of them. */
static bool make_group(struct drawing *drawing, const struct rw_port *ports, size_t count,
                       size_t index)
{
    drawing->group.count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!alike(&ports[i], &ports[index]) || !is_there(drawing->matrix, &ports[i]))
            continue;
        if (i < index)
            return false;
        drawing->group.ports[drawing->group.count++] = &ports[i];
    }
    return drawing->group.count > 0 && drawing->group.ports[0] == &ports[index];
}

static void add_legend(struct drawing *drawing)
{
    for (size_t i = 0; i < RW_COUNT(legend); i++)
        if (drawing->used & 1u << i)
            rw_buf_addf(drawing->out, "  %c %s\n", legend[i].letter, _(legend[i].meaning));
}

void rw_ports_draw(struct rw_buf *out, const struct rw_ports_matrix *matrix,
                   const struct rw_cluster *cluster)
{
    struct drawing drawing = {.out = out, .matrix = matrix, .cluster = cluster};
    size_t count;
    const struct rw_port *ports = rw_ports(&count);
    for (size_t i = 0; i < count; i++) {
        if (!make_group(&drawing, ports, count, i))
            continue;
        for (size_t k = 0; k < drawing.group.count; k++)
            rw_buf_addf(out, "%d/%s  %s\n", drawing.group.ports[k]->number,
                        rw_port_protocol(drawing.group.ports[k]), _(drawing.group.ports[k]->use));
        if (fits(&drawing))
            add_table(&drawing);
        else
            add_lists(&drawing);
    }
    add_legend(&drawing);
}
