/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/viewer.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct rw_viewer *viewer = screen->state;
    struct rw_buf text = {0};
    viewer->write(viewer->context, &text);
    rw_text_view_clear(&viewer->text);
    rw_text_view_add(&viewer->text, RW_STYLE_NORMAL, "", RW_STYLE_NORMAL, rw_buf_str(&text));
    rw_buf_done(&text);
    rw_screens_place(&screen->items[0], 0, 0, rows, cols);
}

static void back(struct rw_screen *screen)
{
    rw_ui_pop(screen->ui);
}

static const struct rw_screen_action actions[] = {
    {.code = RW_KEY_ESC, .label = N_("Back"), .act = back}};

void rw_viewer_open(struct rw_viewer *viewer, struct rw_ui *ui, const char *title,
                    void (*write)(void *context, struct rw_buf *out), void *context)
{
    rw_viewer_done(viewer);
    viewer->write = write;
    viewer->context = context;
    viewer->class = (struct rw_screen_class){
        .title = title,
        .help = N_("Arrows and PgUp, PgDn move, Esc goes back."),
        .plain = true,
        .actions = actions,
        .action_count = RW_COUNT(actions),
        .layout = layout,
    };
    viewer->item = (struct rw_item){.class = &rw_text_view_class, .widget = &viewer->text};
    viewer->screen = (struct rw_screen){&viewer->class, viewer, &viewer->item, 1, NULL, 0};
    rw_ui_push(ui, &viewer->screen);
}

void rw_viewer_done(struct rw_viewer *viewer)
{
    if (!viewer)
        return;
    rw_text_view_done(&viewer->text);
    viewer->text = (struct rw_text_view){0};
}
