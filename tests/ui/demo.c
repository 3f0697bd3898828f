/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/demo.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/gauge.h"

/* ---- fields ---- */

static char *check_name(void *context, const char *text)
{
    (void)context;
    return strchr(text, ' ') ? rw_strdup("A name has no blanks: the one you typed has one, and "
                                         "that does not go on a command line.")
                             : NULL;
}

static void count_changed(struct rw_screen *screen, size_t item)
{
    (void)item;
    ((struct demo *)screen->state)->changed++;
}

static void count_left(struct rw_screen *screen, size_t item)
{
    (void)item;
    ((struct demo *)screen->state)->left++;
}

static void place(struct rw_item *item, int row, int col, int rows, int cols)
{
    item->row = row;
    item->col = col;
    item->rows = rows;
    item->cols = cols;
}

static void layout_fields(struct rw_screen *screen, int rows, int cols)
{
    (void)rows;
    place(&screen->items[0], 0, 1, 3, cols - 2);
    place(&screen->items[1], 3, 1, 1, cols - 2);
    place(&screen->items[2], 5, 1, 2, cols - 2);
    place(&screen->items[3], 8, 1, 3, cols - 2);
}

static void draw_fields(struct rw_screen *screen, const struct rw_area *body)
{
    (void)screen;
    rw_area_text(body, 4, 1, RW_STYLE_NORMAL, "Language");
    rw_area_text(body, 7, 1, RW_STYLE_NORMAL, "Options");
}

static const struct rw_screen_class fields_class = {
    .step = 1,
    .title = "Fields",
    .help = "This screen holds fields.",
    .layout = layout_fields,
    .draw = draw_fields,
    .changed = count_changed,
    .item_left = count_left,
};

static void init_fields(struct demo *demo)
{
    rw_entry_init(&demo->name, 40);
    demo->name.label = "Name";
    demo->name.label_cells = 10;
    demo->name.field_cells = 24;
    demo->name.check = check_name;
    rw_entry_init(&demo->secret, 40);
    demo->secret.label = "Password";
    demo->secret.label_cells = 10;
    demo->secret.masked = true;
    demo->languages[0] = (struct rw_option){"English", NULL, true};
    demo->languages[1] = (struct rw_option){"中文", NULL, false};
    demo->language = (struct rw_choice){.options = demo->languages, .count = 2};
    demo->options[0] = (struct rw_option){"Servers take workloads", NULL, true};
    demo->options[1] = (struct rw_option){"IPv6", "no host has an address for it", false};
    demo->options[2] = (struct rw_option){"Proxy", NULL, false};
    demo->checks = (struct rw_choice){.options = demo->options, .count = 3, .many = true};
    demo->field_items[0] =
        (struct rw_item){.class = &rw_entry_class, .widget = &demo->name, .help = "About names."};
    demo->field_items[1] = (struct rw_item){.class = &rw_entry_class, .widget = &demo->secret};
    demo->field_items[2] = (struct rw_item){.class = &rw_choice_class, .widget = &demo->language};
    demo->field_items[3] = (struct rw_item){.class = &rw_choice_class, .widget = &demo->checks};
    demo->fields = (struct rw_screen){&fields_class, demo, demo->field_items, 4, NULL, 0};
}

/* ---- hosts ---- */

static const char *const hosts[DEMO_HOSTS][4] = {
    {"ha-m1", "192.168.205.85", "server*", "SHA256:q3Fk8yVbTz0mJ5nWcXeRuPgLhSd1a7oKiQ2v4B6s9wE"},
    {"ha-m2", "192.168.205.86", "server", "SHA256:9aLmN0pQ2rStUvWxYz3456789abcdefghijklmnopqrs"},
    {"中文主机", "192.168.205.87", "server", "-"},
    {"ha-w1", "fd00:1234:5678:9abc:def0:1234:5678:9abc", "agent", "\033[31mred\033[0m"},
    {"ha-w2", "192.168.205.89", "agent", "-"},
    {"ha-w3", "192.168.205.90", "agent", "-"},
    {"ha-w4", "192.168.205.91", "agent", "-"},
    {"ha-w5", "192.168.205.92", "agent", "-"},
};

static size_t host_count(void *context)
{
    return (size_t)((struct demo *)context)->host_count;
}

static void host_cell(void *context, size_t row, size_t column, struct rw_buf *out,
                      enum rw_style *style)
{
    (void)context;
    rw_buf_adds(out, hosts[row][column]);
    if (column == 2 && strcmp(hosts[row][column], "agent") == 0)
        *style = RW_STYLE_WARN;
}

static const struct rw_column host_columns[] = {
    {"Name", 6, false}, {"Address", 15, false}, {"Role", 0, false}, {"Host key", 12, true}};
static const struct rw_table_source host_source = {host_count, host_cell};

static void on_deleted(void *context, size_t button)
{
    struct demo *demo = context;
    if (button == 0 && demo->host_count > 0) {
        demo->host_count--;
        demo->deleted++;
    }
}

static void delete_host(struct rw_screen *screen)
{
    struct demo *demo = screen->state;
    struct rw_dialog_spec spec = {
        .title = "Delete",
        .text = "The host is taken out of the list. Nothing is changed on it.\nType its name to "
                "go on.",
        .buttons = {"Delete", "Keep it"},
        .escape = 1,
        .word = hosts[demo->table.at][0],
        .answered = on_deleted,
        .context = demo,
    };
    rw_ui_dialog(screen->ui, &spec);
}

static void add_host(struct rw_screen *screen)
{
    struct demo *demo = screen->state;
    demo->host_count++;
    demo->added++;
}

static const char *why_no_more(const struct rw_screen *screen)
{
    const struct demo *demo = screen->state;
    return demo->host_count == DEMO_HOSTS ? "There are no more hosts." : NULL;
}

static const char *why_none(const struct rw_screen *screen)
{
    return ((const struct demo *)screen->state)->host_count == 0 ? "There is no host." : NULL;
}

static const struct rw_screen_action host_actions[] = {
    {.letter = 'a', .label = "Add", .act = add_host, .why_not = why_no_more},
    {.letter = 'd', .label = "Delete", .act = delete_host, .why_not = why_none},
};

static void layout_hosts(struct rw_screen *screen, int rows, int cols)
{
    place(&screen->items[0], 0, 0, rows - 7, cols);
    place(&screen->items[1], rows - 6, 0, 6, cols);
}

static void draw_hosts(struct rw_screen *screen, const struct rw_area *body)
{
    struct demo *demo = screen->state;
    rw_area_line(body, body->rows - 7, "Finding");
    bool first = demo->table.at == 0 || demo->host_count == 0;
    rw_finding_panel_set(&demo->panel, &demo->findings.items[first ? 0 : 1]);
}

static void hosts_blocked(const struct rw_screen *screen, struct rw_buf *out)
{
    if (((const struct demo *)screen->state)->host_count < DEMO_HOSTS)
        rw_buf_adds(out, "hosts are missing");
}

static void host_activated(struct rw_screen *screen, size_t item)
{
    (void)item;
    ((struct demo *)screen->state)->activated++;
}

static void host_pasted(struct rw_screen *screen, const char *text, size_t size)
{
    (void)text;
    ((struct demo *)screen->state)->pasted += (int)size;
}

static const struct rw_screen_class hosts_class = {
    .step = 2,
    .title = "Hosts",
    .actions = host_actions,
    .action_count = RW_COUNT(host_actions),
    .layout = layout_hosts,
    .draw = draw_hosts,
    .blocked = hosts_blocked,
    .activated = host_activated,
    .pasted = host_pasted,
    .extra = "Show records",
};

static void init_hosts(struct demo *demo)
{
    demo->host_count = 4;
    demo->table = (struct rw_table){.columns = host_columns,
                                    .column_count = RW_COUNT(host_columns),
                                    .source = &host_source,
                                    .context = demo,
                                    .empty = "There is no host yet. Press a to add one."};
    rw_findings_add(&demo->findings, RW_F_DNS_MISS, "ha-m1", "name", "rke2.demo.kingsd.top",
                    "address", "192.168.205.85", "create",
                    "rke2.demo.kingsd.top. 60 IN A 192.168.205.85", "server", "192.168.205.2",
                    "type", "A", NULL);
    rw_findings_add(&demo->findings, RW_F_DNS_NXDOMAIN, NULL, "name", "rke2.demo.kingsd.top",
                    "askers", "192.168.205.2, ha-m1, ha-m2, ha-m3, ha-w1", "create",
                    "rke2.demo.kingsd.top. 60 IN A 192.168.205.85, rke2.demo.kingsd.top. 60 IN A "
                    "192.168.205.86, rke2.demo.kingsd.top. 60 IN A 192.168.205.87, "
                    "rke2.demo.kingsd.top. 60 IN AAAA fd00:1234:5678:9abc:def0:1234:5678:9abc",
                    "server", "192.168.205.2", "type", "A", NULL);
    demo->host_items[0] = (struct rw_item){.class = &rw_table_class, .widget = &demo->table};
    demo->host_items[1] =
        (struct rw_item){.class = &rw_finding_panel_class, .widget = &demo->panel};
    demo->hosts = (struct rw_screen){&hosts_class, demo, demo->host_items, 2, NULL, 0};
}

/* ---- log ---- */

static void layout_log(struct rw_screen *screen, int rows, int cols)
{
    place(&screen->items[0], 2, 1, rows - 2, cols - 2);
}

static void draw_log(struct rw_screen *screen, const struct rw_area *body)
{
    (void)screen;
    rw_gauge_draw(body, 0, 1, 40, 730);
    rw_area_text(body, 0, 43, RW_STYLE_NORMAL, rw_spinner(1));
    rw_area_line(body, 1, "Log");
}

static void log_status(const struct rw_screen *screen, struct rw_buf *out)
{
    (void)screen;
    rw_buf_adds(out, "00:06:41");
}

static const struct rw_screen_class log_class = {
    .step = 3,
    .title = "Log",
    .plain = true,
    .layout = layout_log,
    .draw = draw_log,
    .status = log_status,
};

static void init_log(struct demo *demo)
{
    rw_log_view_init(&demo->view, 100);
    for (int i = 1; i <= 150; i++) {
        char *line = rw_asprintf("line %d: 正在安装 %s\n", i,
                                 i % 40 ? "rke2"
                                        : "\033[1mvery long, so that it goes on beyond "
                                          "the right edge of the screen, and on\033[0m");
        rw_log_view_add(&demo->view, line, strlen(line));
        free(line);
    }
    demo->log_items[0] = (struct rw_item){.class = &rw_log_view_class, .widget = &demo->view};
    demo->log = (struct rw_screen){&log_class, demo, demo->log_items, 1, NULL, 0};
}

/* ---- all ---- */

void demo_init(struct demo *demo)
{
    memset(demo, 0, sizeof *demo);
    init_fields(demo);
    init_hosts(demo);
    init_log(demo);
    demo->steps[0] = &demo->fields;
    demo->steps[1] = &demo->hosts;
    demo->steps[2] = &demo->log;
}

void demo_done(struct demo *demo)
{
    rw_entry_done(&demo->name);
    rw_table_done(&demo->table);
    rw_entry_done(&demo->secret);
    rw_findings_done(&demo->findings);
    rw_finding_panel_done(&demo->panel);
    rw_log_view_done(&demo->view);
}
