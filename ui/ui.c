/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/width.h"

/* ---- state ---- */

void rw_ui_init(struct rw_ui *ui, const struct rw_ui_host *host, void *context,
                const struct rw_abilities *can)
{
    memset(ui, 0, sizeof *ui);
    ui->host = host;
    ui->context = context;
    ui->can = *can;
    ui->theme = rw_theme_first(can);
    ui->rows = RW_SCREEN_ROWS;
    ui->cols = RW_SCREEN_COLS;
}

void rw_ui_done(struct rw_ui *ui)
{
    if (!ui)
        return;
    while (ui->dialog_count > 0)
        rw_dialog_free(ui->dialogs[--ui->dialog_count]);
    rw_strset(&ui->notice, NULL);
}

static void tell_host(const struct rw_ui *ui, void (*function)(void *context))
{
    if (function)
        function(ui->context);
}

void rw_ui_redraw(struct rw_ui *ui)
{
    tell_host(ui, ui->host->redraw);
}

struct rw_screen *rw_ui_screen(const struct rw_ui *ui)
{
    return ui->depth ? ui->stack[ui->depth - 1] : NULL;
}

bool rw_ui_moves(const struct rw_ui *ui)
{
    const struct rw_screen *screen = rw_ui_screen(ui);
    return screen && screen->class->moves && screen->class->moves(screen);
}

/* ---- which screen ---- */

static void leave(struct rw_ui *ui)
{
    struct rw_screen *screen = rw_ui_screen(ui);
    struct rw_item *item = screen ? rw_screen_item(screen) : NULL;
    if (item && item->class->leave)
        item->class->leave(item->widget);
    if (item && screen->class->item_left)
        screen->class->item_left(screen, screen->focus);
    if (screen && screen->class->left)
        screen->class->left(screen);
}

static void show(struct rw_ui *ui)
{
    struct rw_screen *screen = rw_ui_screen(ui);
    rw_ui_redraw(ui);
    if (!screen)
        return;
    screen->ui = ui;
    ui->undrawn = true;
    rw_screen_check_focus(screen);
    if (screen->class->shown)
        screen->class->shown(screen);
}

void rw_ui_go(struct rw_ui *ui, size_t step)
{
    leave(ui);
    ui->depth = 1;
    ui->stack[0] = ui->steps[step];
    ui->stack[0]->ui = ui;
    rw_screen_enter(ui->stack[0]);
    show(ui);
}

void rw_ui_set_steps(struct rw_ui *ui, struct rw_screen *const *steps, size_t count)
{
    ui->steps = steps;
    ui->step_count = count;
    rw_ui_go(ui, 0);
}

void rw_ui_push(struct rw_ui *ui, struct rw_screen *screen)
{
    if (ui->depth == RW_UI_DEPTH)
        return;
    leave(ui);
    ui->stack[ui->depth++] = screen;
    show(ui);
}

void rw_ui_pop(struct rw_ui *ui)
{
    if (ui->depth < 2)
        return;
    leave(ui);
    ui->depth--;
    show(ui);
}

size_t rw_ui_step(const struct rw_ui *ui)
{
    size_t step = 0;
    while (step < ui->step_count && ui->steps[step] != ui->stack[0])
        step++;
    return step;
}

/* ---- notices ---- */

void rw_ui_remark(struct rw_ui *ui, void (*write)(void *subject, struct rw_buf *out), void *subject,
                  void (*drop)(void *subject))
{
    struct rw_buf text = {0};
    write(subject, &text);
    if (rw_width(rw_buf_str(&text)) > ui->cols - 2 || strchr(rw_buf_str(&text), '\n')) {
        rw_ui_tell(ui, NULL, write, subject, drop);
    } else {
        rw_strset(&ui->notice, rw_buf_str(&text));
        if (drop)
            drop(subject);
        rw_ui_redraw(ui);
    }
    rw_buf_done(&text);
}

static void write_fixed(void *subject, struct rw_buf *out)
{
    rw_buf_adds(out, _((const char *)subject));
}

void rw_ui_notice(struct rw_ui *ui, const char *text)
{
    rw_ui_remark(ui, write_fixed, (void *)text, NULL);
}

/* What is copied; how much of it is shown. */
#define COPIED_CELLS 24
#define COPIED_BYTES 4096

static void write_copied(void *subject, struct rw_buf *out)
{
    const char *text = subject;
    size_t line = strcspn(text, "\n"), next;
    size_t size = line;
    if (rw_width_n(text, line) > COPIED_CELLS)
        size = rw_wrap(text, line, COPIED_CELLS, &next);
    rw_buf_addf(out, _("Copied by way of the terminal (OSC 52): %.*s%s"), (int)size, text,
                text[size] ? "…" : "");
}

void rw_ui_copy(struct rw_ui *ui, const char *text)
{
    if (ui->host->copy)
        ui->host->copy(ui->context, text);
    char *tame = rw_text_tame(text, strcspn(text, "\n"), COPIED_BYTES);
    char *lines = rw_asprintf("%s%s", tame, strchr(text, '\n') ? "\n" : "");
    rw_ui_remark(ui, write_copied, lines, free);
    free(tame);
}

void rw_ui_saved(struct rw_ui *ui, int64_t wall_ms)
{
    ui->saved_ms = wall_ms;
    rw_ui_redraw(ui);
}

void rw_ui_dialog(struct rw_ui *ui, const struct rw_dialog_spec *spec)
{
    struct rw_dialog *dialog = rw_dialog_open(spec);
    if (ui->dialog_count == RW_UI_DEPTH) {
        rw_dialog_tell(dialog, dialog->escape);
        rw_dialog_free(dialog);
        return;
    }
    if (spec->word || spec->masked)
        tell_host(ui, ui->host->flush_keys);
    ui->dialogs[ui->dialog_count++] = dialog;
    ui->undrawn = true;
    rw_ui_redraw(ui);
}

void rw_ui_message(struct rw_ui *ui, const char *title, const char *text)
{
    struct rw_dialog_spec spec = {.title = title, .text = text};
    rw_ui_dialog(ui, &spec);
}

void rw_ui_tell(struct rw_ui *ui, const char *title,
                void (*write)(void *subject, struct rw_buf *out), void *subject,
                void (*drop)(void *subject))
{
    struct rw_dialog_spec spec = {.title = title, .write = write, .subject = subject, .drop = drop};
    rw_ui_dialog(ui, &spec);
}

/* ---- drawing ---- */

static char *saved_text(const struct rw_ui *ui)
{
    if (!ui->saved_ms)
        return rw_strdup("");
    time_t seconds = (time_t)(ui->saved_ms / 1000);
    struct tm local;
    localtime_r(&seconds, &local);
    return rw_asprintf(_("saved %02d:%02d:%02d"), local.tm_hour, local.tm_min, local.tm_sec);
}

void rw_ui_draw(struct rw_ui *ui, struct rw_canvas *canvas)
{
    struct rw_screen *screen = rw_ui_screen(ui);
    ui->rows = canvas->rows;
    ui->cols = canvas->cols;
    if (!screen)
        return;
    if (ui->undrawn)
        tell_host(ui, ui->host->drop_typed);
    ui->undrawn = false;
    char *saved = saved_text(ui);
    size_t language = rw_i18n_current();
    const char *lacks = rw_display_lacks(&ui->can.display, language);
    struct rw_frame frame = {
        .step_count = ui->step_count,
        .steps = ui->steps,
        .saved = saved,
        .language = rw_i18n_languages[lacks ? 0 : language].name,
        .back = ui->visiting && ui->depth == 1 ? N_("< Review") : N_("< Back"),
        .notice = ui->notice,
        .focused = ui->dialog_count == 0,
    };
    struct rw_area area = rw_area_all(canvas);
    rw_screen_draw(screen, &frame, &area);
    free(saved);
    if (!rw_screen_fits(screen, canvas->rows, canvas->cols))
        return;
    for (size_t i = 0; i < ui->dialog_count; i++) {
        canvas->cursor_row = canvas->cursor_col = -1;
        rw_dialog_draw(ui->dialogs[i], &area);
    }
    if (ui->dialog_count > 0 && ui->notice) {
        struct rw_area last = rw_area_part(&area, area.rows - 1, 0, 1, area.cols);
        rw_area_fill(&last, RW_STYLE_NORMAL);
        rw_area_cell(&last, 0, 1, area.cols - 1, RW_STYLE_WARN, ui->notice);
    }
}
