/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/ui_scene.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "unit/golden.h"
#include "unit/helpers.h"

struct scene scene;

static void on_quit(void *context)
{
    (void)context;
    scene.quits++;
}

static void on_told(void *context)
{
    (void)context;
    scene.told++;
}

static const struct rw_ui_host host = {.quit = on_quit, .repaint = on_told, .suspend = on_told};
static const struct rw_abilities can = {.colour = true, .display = {.utf8 = true}};

void scene_start(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    rw_i18n_use(0);
    setenv("TZ", "UTC", 1);
    scene = (struct scene){.folder = folder_new_in_memory()};
    setenv("XDG_STATE_HOME", scene.folder, 1);
    setenv("HOME", scene.folder, 1);
    cr_assert_eq(chdir(scene.folder), 0); /* where files without a folder are written */
    unsetenv("SSH_AUTH_SOCK");
    uv_loop_init(&scene.loop);
    rw_requirements_init(&scene.requirements);
    struct rw_wizard_options options = {.requirements = &scene.requirements};
    struct rw_wizard_listener listener = {0};
    scene.wizard = rw_wizard_new(&scene.loop, &options, &listener);
    rw_screens_init(&scene.screens, scene.wizard);
    rw_ui_init(&scene.ui, &host, NULL, &can);
    rw_canvas_init(&scene.canvas, 24, 80);
}

void scene_stop(void)
{
    rw_ui_done(&scene.ui);
    rw_screens_done(&scene.screens);
    rw_wizard_free(scene.wizard, NULL, NULL);
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    cr_expect_eq(uv_loop_close(&scene.loop), 0);
    rw_requirements_done(&scene.requirements);
    rw_canvas_done(&scene.canvas);
    folder_remove(scene.folder);
}

void scene_show(enum rw_wizard_step step)
{
    if (!scene.ui.step_count)
        rw_ui_set_steps(&scene.ui, scene.screens.items, RW_WIZARD_STEPS);
    rw_ui_go(&scene.ui, step);
    scene_draw();
}

void scene_press(const char *keys)
{
    press_ui(&scene.ui, keys);
}

static bool turns(const struct rw_cell *cell)
{
    return cell->text[0] < 0x7F && strchr("|/-\\", (int)cell->text[0]);
}

/* What turns stands still in a picture: "[ |  ]" and "[|]". */
static void stop_turning(struct rw_canvas *canvas)
{
    for (size_t i = 0; i + 5 < (size_t)canvas->rows * (size_t)canvas->cols; i++) {
        struct rw_cell *cells = &canvas->cells[i];
        if (cells[0].text[0] != '[')
            continue;
        if (turns(&cells[1]) && cells[2].text[0] == ']')
            cells[1].text[0] = '|';
        if (cells[1].text[0] == ' ' && turns(&cells[2]) && cells[3].text[0] == ' ' &&
            cells[4].text[0] == ' ' && cells[5].text[0] == ']')
            cells[2].text[0] = '|';
    }
}

/* "14:02" wherever a time of day stands. */
static void stop_clock(struct rw_canvas *canvas)
{
    static const char time[] = "14:02";
    for (int row = 0; row < canvas->rows; row++) {
        for (int col = 0; col + 4 < canvas->cols; col++) {
            struct rw_cell *cells =
                &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
            bool is_time = cells[2].text[0] == ':';
            for (int i = 0; i < 5; i++)
                is_time =
                    is_time && (i == 2 || (cells[i].text[0] >= '0' && cells[i].text[0] <= '9'));
            for (int i = 0; is_time && i < 5; i++)
                cells[i].text[0] = (unsigned char)time[i];
        }
    }
}

void scene_draw(void)
{
    rw_canvas_clear(&scene.canvas);
    rw_ui_draw(&scene.ui, &scene.canvas);
    stop_turning(&scene.canvas);
    if (scene.clock_stands)
        stop_clock(&scene.canvas);
}

bool scene_shows(const char *text)
{
    struct rw_buf out = {0};
    scene_draw();
    rw_canvas_print(&out, &scene.canvas);
    bool found = strstr(rw_buf_str(&out), text);
    rw_buf_done(&out);
    return found;
}

void scene_golden(const char *name)
{
    static const struct {
        int rows, cols;
        const char *suffix;
    } sizes[] = {{24, 80, ""}, {40, 120, "-large"}, {60, 200, "-huge"}};
    for (size_t i = 0; i < RW_COUNT(sizes) * 2; i++) {
        char *file = rw_asprintf("screen-%s-%s%s", name, i % 2 ? "zh" : "en", sizes[i / 2].suffix);
        rw_i18n_use(i % 2);
        rw_canvas_resize(&scene.canvas, sizes[i / 2].rows, sizes[i / 2].cols);
        scene_draw();
        golden_canvas(file, &scene.canvas);
        free(file);
    }
    rw_i18n_use(0);
    rw_canvas_resize(&scene.canvas, 24, 80);
    scene_draw();
}

const struct rw_cluster *scene_answers(void)
{
    return rw_wizard_document(scene.wizard)->cluster;
}
