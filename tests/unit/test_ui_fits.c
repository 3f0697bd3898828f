/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is cut without a way to see it: on the smallest terminal, in both languages, in every
 * state. The canvas reports each text that it could not draw whole; it must stand in what `v` shows
 * of one of the widgets. Titles, labels, keys, hints, questions and help are in none of these: they
 * have to fit. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/table.h"
#include "unit/ui_states.h"

#define CUTS_MAX 200

struct cuts {
    char *texts[CUTS_MAX];
    size_t count;
};

static void on_cut(void *context, const char *text)
{
    struct cuts *cuts = context;
    if (cuts->count < CUTS_MAX)
        cuts->texts[cuts->count++] = rw_strdup(text);
}

static void cuts_done(struct cuts *cuts)
{
    for (size_t i = 0; i < cuts->count; i++)
        free(cuts->texts[i]);
    cuts->count = 0;
}

/* Without blanks, which are other ones where a text is wrapped. */
static void add_solid(struct rw_buf *out, const char *text)
{
    for (; *text; text++)
        if (!strchr(" \n", *text))
            rw_buf_addc(out, *text);
}

static void add_whole(struct rw_buf *out, const struct rw_item *item)
{
    scene_draw();
    char *text = item->class->whole(item->widget);
    if (text)
        add_solid(out, text);
    rw_buf_addc(out, '\n');
    free(text);
}

/* What `v` can show of the screen: of each widget that can have the focus, of a table each row. */
static char *all_wholes(const struct rw_screen *screen)
{
    struct rw_buf out = {0};
    /* The tables come last: what else is shown follows their rows. */
    for (size_t i = screen->item_count; i-- > 0;) {
        const struct rw_item *item = &screen->items[i];
        scene_draw(); /* which says what is hidden */
        if (item->hidden || !item->class->key || !item->class->whole)
            continue;
        add_whole(&out, item);
        if (item->class->draw != rw_table_class.draw)
            continue;
        struct rw_table *table = item->widget;
        size_t at = table->at, rows = table->source->count(table->context);
        for (table->at = 0; table->at < rows; table->at++)
            add_whole(&out, item);
        table->at = at;
    }
    return rw_buf_take(&out);
}

/* Draws, and expects that nothing is out of sight. */
static void expect_fit(const char *name, const char *language)
{
    struct cuts cuts = {0};
    scene.canvas.cut = on_cut;
    scene.canvas.cut_context = &cuts;
    scene_draw();
    scene.canvas.cut = NULL;
    char *wholes = cuts.count ? all_wholes(rw_ui_screen(&scene.ui)) : NULL;
    for (size_t i = 0; i < cuts.count; i++) {
        struct rw_buf solid = {0};
        add_solid(&solid, cuts.texts[i]);
        cr_expect(strstr(wholes, rw_buf_str(&solid)), "%s, %s: cut, and cannot be seen whole: %s",
                  name, language, cuts.texts[i]);
        rw_buf_done(&solid);
    }
    free(wholes);
    cuts_done(&cuts);
}

Test(ui_fits, nothing_is_cut_without_a_way_to_see_it, .timeout = 60)
{
    for (size_t i = 0; i < ui_state_count * rw_i18n_count; i++) {
        const struct ui_state *state = &ui_states[i / rw_i18n_count];
        const char *language = rw_i18n_languages[i % rw_i18n_count].code;
        ui_state_enter_in(state, i % rw_i18n_count);
        expect_fit(state->name, language);
        if (scene.ui.dialog_count == 0) {
            scene_press("\033OP");
            cr_expect_eq(scene.ui.dialog_count, 1);
            expect_fit(state->name, language);
        }
        ui_state_leave(state);
    }
}

/* The test can fail: a label that is too long, and a cell that no widget supplies. */
Test(ui_fits, a_cut_is_found)
{
    struct cuts cuts = {0};
    ui_state_enter(ui_state("hosts-connecting"));
    scene.canvas.cut = on_cut;
    scene.canvas.cut_context = &cuts;
    scene_draw();
    size_t before = cuts.count;
    rw_wizard_set(scene.wizard, 0, "address", "a-host-with-a-name-of-some-length.example.com");
    scene_draw();
    cr_expect_gt(cuts.count, before);
    char *wholes = all_wholes(rw_ui_screen(&scene.ui));
    cr_expect_not_null(strstr(wholes, "a-host-with-a-name-of-some-length.example.com"));
    free(wholes);
    cuts_done(&cuts);
    struct rw_area area = rw_area_all(&scene.canvas);
    rw_area_text(&area, 0, 70, RW_STYLE_NORMAL, "farther than the edge");
    cr_expect_eq(cuts.count, 1);
    cr_expect_str_eq(cuts.texts[0], "farther than the edge");
    cuts_done(&cuts);
    ui_state_leave(ui_state("hosts-connecting"));
}
