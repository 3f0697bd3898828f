#include "unit/ui_scene.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

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

static const struct rw_ui_host host = {.quit = on_quit};
static const struct rw_abilities can = {.colour = true, .utf8 = true, .chinese = true};

static void bind_texts(void)
{
#if defined(ENABLE_NLS) && ENABLE_NLS
    char *texts = rw_asprintf("%s/locale", getenv("RW_BUILDDIR"));
    bindtextdomain(PACKAGE, texts);
    bind_textdomain_codeset(PACKAGE, "UTF-8");
    textdomain(PACKAGE);
    free(texts);
#endif
}

void scene_start(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("LANGUAGE", "en", 1);
    setenv("TZ", "UTC", 1);
    scene = (struct scene){.folder = folder_new()};
    setenv("XDG_STATE_HOME", scene.folder, 1);
    setenv("HOME", scene.folder, 1);
    unsetenv("SSH_AUTH_SOCK");
    bind_texts();
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

/* What turns stands still in a picture. */
static void stop_turning(struct rw_canvas *canvas)
{
    for (int row = 0; row < canvas->rows; row++) {
        for (int col = 0; col + 5 < canvas->cols; col++) {
            struct rw_cell *cells =
                &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
            if (cells[0].text[0] == '[' && cells[1].text[0] == ' ' && cells[3].text[0] == ' ' &&
                cells[4].text[0] == ' ' && cells[5].text[0] == ']' &&
                strchr("|/-\\", (int)cells[2].text[0]))
                cells[2].text[0] = '|';
        }
    }
}

void scene_draw(void)
{
    rw_canvas_clear(&scene.canvas);
    rw_ui_draw(&scene.ui, &scene.canvas);
    stop_turning(&scene.canvas);
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
    } sizes[] = {{24, 80, ""}, {40, 120, "-large"}};
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
