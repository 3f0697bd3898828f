/* SPDX-License-Identifier: Apache-2.0 */
/* Keys at random: whatever is typed, in whatever size, nothing breaks, and no character is halved.
 *
 *     RW_SEED=N       the real screens are played from another seed than 1
 *     RW_STATE=NAME   and from one state only
 *     RW_BURSTS=N     and with so many bursts of keys from each (12) */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "unit/helpers.h"
#include "ui/demo.h"
#include "ui/width.h"
#include "unit/random_keys.h"
#include "unit/sandbox.h"
#include "unit/ui_keys.h"
#include "unit/ui_states.h"

#define SEEDS  12
#define KEYS   1500
#define BURSTS 12
#define BURST  24 /* keys at once, at most */

static void check_cells(const struct rw_canvas *canvas)
{
    for (int row = 0; row < canvas->rows; row++) {
        for (int col = 0; col < canvas->cols; col++) {
            const struct rw_cell *cell = rw_canvas_cell(canvas, row, col);
            cr_assert(cell->text[0] >= 0x20 && cell->text[0] != 0x7F, "a control character");
            cr_assert_lt(cell->style, RW_STYLE_COUNT);
            bool left = col > 0 && rw_canvas_cell(canvas, row, col - 1)->width == 2;
            cr_assert_eq(cell->width == 0, left, "row %d, column %d: half a character", row, col);
            cr_assert(cell->width != 2 || col + 1 < canvas->cols, "half a character at the edge");
        }
    }
    cr_assert(canvas->cursor_row < canvas->rows && canvas->cursor_col < canvas->cols);
}

static void sink(void *context, const struct rw_key *key)
{
    rw_ui_key(context, key);
}

static void play(uint32_t seed)
{
    static const struct rw_ui_host host = {.quit = NULL};
    static const struct rw_abilities can = {.colour = true,
                                            .display = {.utf8 = true, .console = true}};
    struct demo demo;
    struct rw_ui ui;
    struct rw_canvas canvas;
    struct rw_key_parser parser = {0};
    struct random_keys random = random_from(seed);
    demo_init(&demo);
    rw_ui_init(&ui, &host, NULL, &can);
    rw_ui_set_steps(&ui, demo.steps, DEMO_STEPS);
    rw_canvas_init(&canvas, 24, 80);
    for (int i = 0; i < KEYS; i++) {
        const char *key = random_key(&random);
        rw_keys_feed(&parser, key, strlen(key), sink, &ui);
        if (random_once_in(&random, 4))
            rw_keys_flush(&parser, sink, &ui);
        if (parser.pasting && random_once_in(&random, 3))
            rw_keys_feed(&parser, "\033[201~", 6, sink, &ui);
        if (random_once_in(&random, 20))
            rw_log_view_add(&demo.view, "more 中\xE4\xB8\n中", random_below(&random, 14));
        if (random_once_in(&random, 10))
            rw_canvas_resize(&canvas, (int)random_below(&random, 40),
                             (int)random_below(&random, 120));
        rw_canvas_clear(&canvas);
        canvas.ascii_lines = random_below(&random, 2);
        canvas.ascii_only = random_once_in(&random, 5);
        rw_ui_draw(&ui, &canvas);
        check_cells(&canvas);
        cr_assert_leq(demo.name.size, demo.name.max);
        cr_assert_eq(strlen(demo.name.text), demo.name.size);
        cr_assert_leq(demo.name.cursor, demo.name.size);
    }
    rw_keys_reset(&parser);
    rw_ui_done(&ui);
    demo_done(&demo);
    rw_canvas_done(&canvas);
}

Test(ui_random, nothing_breaks)
{
    for (uint32_t seed = 1; seed <= SEEDS; seed++)
        play(seed);
}

/* ---- the real screens ---- */

/* As they come over a slow line: several keys are taken before anything is drawn. */
static void type_burst(struct random_keys *random, struct rw_key_parser *parser)
{
    for (uint32_t i = 1 + random_below(random, BURST); i > 0; i--) {
        const char *key = random_key(random);
        rw_keys_feed(parser, key, strlen(key), sink, &scene.ui);
    }
    if (parser->pasting && random_once_in(random, 2))
        rw_keys_feed(parser, "\033[201~", 6, sink, &scene.ui);
    rw_keys_flush(parser, sink, &scene.ui);
}

static void play_state(const struct ui_state *state, uint32_t seed, unsigned bursts)
{
    struct rw_key_parser parser = {0};
    struct random_keys random = random_from(seed);
    ui_state_enter_in(state, seed % rw_i18n_count);
    for (unsigned i = 0; i < bursts; i++) {
        if (random_once_in(&random, 6))
            rw_canvas_resize(&scene.canvas, (int)random_below(&random, 60),
                             (int)random_below(&random, 160));
        type_burst(&random, &parser);
        rw_canvas_clear(&scene.canvas);
        rw_ui_draw(&scene.ui, &scene.canvas);
        check_cells(&scene.canvas);
    }
    rw_keys_reset(&parser);
    ui_state_leave(state);
}

/* From every state of every screen, in a network in which nothing answers. */
Test(ui_random, the_screens_take_many_keys_before_they_are_drawn, .timeout = 300)
{
    const char *only = from_environment("RW_STATE"), *const writable[] = {NULL};
    unsigned seed = random_setting("RW_SEED", 1), bursts = random_setting("RW_BURSTS", BURSTS);
    if (!sandbox_enter(writable))
        cr_skip_test("no namespaces can be made here: %s", strerror(errno));
    for (size_t i = 0; i < ui_state_count; i++)
        if (!only || strcmp(only, ui_states[i].name) == 0)
            play_state(&ui_states[i], seed * 1000 + (uint32_t)i, bursts);
}

/* Two hundred keys in the time between a page's coming and its drawing: none acts. */
Test(ui_random, keys_before_the_first_drawing_never_act, .timeout = 60)
{
    for (size_t i = 0; i < ui_state_count; i++) {
        struct rw_key_parser parser = {0};
        struct random_keys random = random_from((uint32_t)i + 1);
        ui_state_enter(&ui_states[i]);
        const struct rw_document *document = rw_wizard_document(scene.wizard);
        rw_ui_go(&scene.ui, rw_ui_step(&scene.ui));
        unsigned revision = document->revision;
        size_t focus = rw_ui_screen(&scene.ui)->focus, dialogs = scene.ui.dialog_count;
        for (int k = 0; k < 200; k++) {
            const char *key = random_key(&random);
            if (*key != 3) /* ^C is heard at any time */
                rw_keys_feed(&parser, key, strlen(key), sink, &scene.ui);
        }
        cr_expect_eq(rw_wizard_document(scene.wizard), document);
        cr_expect_eq(document->revision, revision, "%s", ui_states[i].name);
        cr_expect_eq(rw_ui_screen(&scene.ui)->focus, focus, "%s", ui_states[i].name);
        cr_expect_eq(scene.ui.dialog_count, dialogs, "%s", ui_states[i].name);
        rw_keys_reset(&parser);
        ui_state_leave(&ui_states[i]);
    }
}

/* ---- widgets ---- */

/* Each widget alone, in areas of any size. */
Test(ui_random, no_widget_breaks_alone)
{
    struct demo demo;
    demo_init(&demo);
    const struct rw_item items[] = {demo.field_items[0], demo.field_items[1], demo.field_items[2],
                                    demo.field_items[3], demo.host_items[0],  demo.host_items[1],
                                    demo.log_items[0]};
    rw_finding_panel_set(&demo.panel, &demo.findings.items[1]);
    struct random_keys random = random_from(7);
    for (int i = 0; i < 20000; i++) {
        const struct rw_item *item = &items[random_below(&random, RW_COUNT(items))];
        press(item->class, item->widget, random_key(&random));
        struct rw_canvas canvas;
        char *text = draw_widget(item->class, item->widget, (int)random_below(&random, 9),
                                 (int)random_below(&random, 30), random_below(&random, 2), &canvas);
        check_cells(&canvas);
        free(text);
        rw_canvas_done(&canvas);
        if (item->class->whole)
            free(item->class->whole(item->widget));
    }
    demo_done(&demo);
}
