/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of every state of every screen and dialog: in both languages, small and large, and with
 * lines of ASCII. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "unit/ui_states.h"

Test(ui_pictures, every_state_is_as_it_was_drawn_before, .timeout = 60)
{
    for (size_t i = 0; i < ui_state_count; i++) {
        ui_state_enter(&ui_states[i]);
        scene_golden(ui_states[i].name);
        ui_state_leave(&ui_states[i]);
    }
}

/* Without styles: the focus may stand on the language itself. */
static char *picture(void)
{
    struct rw_buf out = {0};
    scene_draw();
    rw_canvas_print(&out, &scene.canvas);
    return rw_buf_take(&out);
}

/* Dialogs, and messages below fields, were made in the language before. */
Test(ui_pictures, what_stands_there_follows_the_language, .timeout = 60)
{
    for (size_t i = 0; i < ui_state_count; i++) {
        if (ui_states[i].base == UI_DEMO) /* what the C library says stays in its language */
            continue;
        ui_state_enter_in(&ui_states[i], 1);
        char *expected = picture();
        ui_state_leave(&ui_states[i]);
        ui_state_enter(&ui_states[i]);
        char *before = picture();
        scene_press(CTRL('g'));
        char *now = picture();
        cr_expect_str_neq(before, now, "%s", ui_states[i].name);
        cr_expect_str_eq(now, expected, "%s:\n%s\ninstead of\n%s", ui_states[i].name, now,
                         expected);
        ui_state_leave(&ui_states[i]);
        free(before);
        free(now);
        free(expected);
    }
}

/* With lines of ASCII nothing is different but the lines and marks, whatever the language. */
static uint32_t plain(uint32_t c)
{
    static const struct {
        uint32_t drawn;
        char plain;
    } table[] = {{0x2500, '-'}, {0x2502, '|'}, {0x250C, '+'}, {0x2510, '+'}, {0x2514, '+'},
                 {0x2518, '+'}, {0x2026, '~'}, {0x2191, '^'}, {0x2193, 'v'}, {0x25CF, 'o'},
                 {0x2715, 'x'}, {0x25D0, '%'}, {0x2013, '-'}, {0x2713, '+'}, {0x00B7, '.'},
                 {0x2588, '#'}, {0x2589, '.'}, {0x258A, '.'}, {0x258B, '.'}, {0x258C, '.'},
                 {0x258D, '.'}, {0x258E, '.'}, {0x258F, '.'}};
    for (size_t i = 0; i < RW_COUNT(table); i++)
        if (table[i].drawn == c)
            return (unsigned char)table[i].plain;
    return c;
}

Test(ui_pictures, lines_of_ascii_are_the_same_picture, .timeout = 60)
{
    for (size_t i = 0; i < ui_state_count * rw_i18n_count; i++) {
        const struct ui_state *state = &ui_states[i / rw_i18n_count];
        ui_state_enter_in(state, i % rw_i18n_count);
        size_t cells = (size_t)scene.canvas.rows * (size_t)scene.canvas.cols, different = 0;
        struct rw_cell *drawn = rw_memdup(scene.canvas.cells, cells * sizeof *drawn);
        scene.canvas.ascii_lines = true;
        scene_draw();
        for (size_t k = 0; k < cells; k++)
            different += plain(drawn[k].text[0]) != plain(scene.canvas.cells[k].text[0]) ||
                         scene.canvas.cells[k].text[0] == 0x2500 ||
                         drawn[k].style != scene.canvas.cells[k].style;
        cr_expect_eq(different, 0, "%s", state->name);
        free(drawn);
        ui_state_leave(state);
    }
}

/* A terminal without UTF-8 shows no more question marks than there are. */
Test(ui_pictures, without_utf8_nothing_is_lost, .timeout = 60)
{
    for (size_t i = 0; i < ui_state_count; i++) {
        int questions[2] = {0};
        for (size_t ascii = 0; ascii < 2; ascii++) {
            ui_state_enter(&ui_states[i]);
            scene.ui.can.display.console = true;
            scene.canvas.ascii_only = ascii;
            scene_draw();
            size_t cells = (size_t)scene.canvas.rows * (size_t)scene.canvas.cols;
            for (size_t k = 0; k < cells; k++)
                questions[ascii] += scene.canvas.cells[k].text[0] == '?';
            ui_state_leave(&ui_states[i]);
        }
        cr_expect_eq(questions[0], questions[1], "%s", ui_states[i].name);
    }
}
