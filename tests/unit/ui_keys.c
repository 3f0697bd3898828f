/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/ui_keys.h"

#include <string.h>

#include "base/buf.h"

struct target {
    const struct rw_widget_class *class;
    void *widget;
    enum rw_handled handled;
};

static void to_widget(void *context, const struct rw_key *key)
{
    struct target *target = context;
    target->handled = target->class->key(target->widget, key);
}

/* As a person types: each key after its screen was drawn. */
static void to_ui(void *context, const struct rw_key *key)
{
    struct rw_ui *ui = context;
    struct rw_canvas canvas;
    rw_canvas_init(&canvas, ui->rows, ui->cols);
    rw_ui_draw(ui, &canvas);
    rw_canvas_done(&canvas);
    rw_ui_key(ui, key);
}

static void feed(const char *keys, rw_key_sink *sink, void *context)
{
    struct rw_key_parser parser = {0};
    rw_keys_feed(&parser, keys, strlen(keys), sink, context);
    rw_keys_flush(&parser, sink, context);
    rw_keys_reset(&parser);
}

enum rw_handled press(const struct rw_widget_class *class, void *widget, const char *keys)
{
    struct target target = {class, widget, RW_IGNORED};
    feed(keys, to_widget, &target);
    return target.handled;
}

void press_ui(struct rw_ui *ui, const char *keys)
{
    feed(keys, to_ui, ui);
}

char *draw_widget(const struct rw_widget_class *class, void *widget, int rows, int cols,
                  bool focused, struct rw_canvas *canvas)
{
    struct rw_canvas own;
    struct rw_buf out = {0};
    rw_canvas_init(canvas ? canvas : &own, rows, cols);
    struct rw_area area = rw_area_all(canvas ? canvas : &own);
    class->draw(widget, &area, focused);
    rw_canvas_print(&out, area.canvas);
    if (!canvas)
        rw_canvas_done(&own);
    return rw_buf_take(&out);
}
