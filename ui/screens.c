/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screens.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

static const struct {
    struct rw_screen *(*create)(struct rw_wizard *wizard);
    void (*free)(struct rw_screen *screen);
} classes[RW_WIZARD_STEPS] = {
    [RW_WIZARD_WELCOME] = {rw_screen_welcome_new, rw_screen_welcome_free},
    [RW_WIZARD_HOSTS] = {rw_screen_hosts_new, rw_screen_hosts_free},
    [RW_WIZARD_DNS] = {rw_screen_dns_new, rw_screen_dns_free},
    [RW_WIZARD_REQUIREMENTS] = {rw_screen_requirements_new, rw_screen_requirements_free},
    [RW_WIZARD_SETTINGS] = {rw_screen_settings_new, rw_screen_settings_free},
    [RW_WIZARD_REVIEW] = {rw_screen_review_new, rw_screen_review_free},
    [RW_WIZARD_INSTALL] = {rw_screen_install_new, rw_screen_install_free},
    [RW_WIZARD_DONE] = {rw_screen_done_new, rw_screen_done_free},
};

void rw_screens_init(struct rw_screens *screens, struct rw_wizard *wizard)
{
    for (size_t i = 0; i < RW_WIZARD_STEPS; i++)
        screens->items[i] = classes[i].create(wizard);
}

void rw_screens_done(struct rw_screens *screens)
{
    for (size_t i = 0; i < RW_WIZARD_STEPS; i++) {
        classes[i].free(screens->items[i]);
        screens->items[i] = NULL;
    }
}

struct rw_wizard *rw_screens_wizard(const struct rw_screen *screen)
{
    return *(struct rw_wizard *const *)screen->state;
}

static enum rw_wizard_step step_of(const struct rw_screen *screen)
{
    return (enum rw_wizard_step)(screen->class->step - 1);
}

void rw_screens_follow(struct rw_screen *screen)
{
    rw_ui_go(screen->ui, (size_t)rw_wizard_step(rw_screens_wizard(screen)));
}

/* The first gate that is closed on the way to a step, as text to free(). */
static char *gate_before(const struct rw_wizard *wizard, enum rw_wizard_step step)
{
    char *why = NULL;
    for (enum rw_wizard_step s = rw_wizard_step(wizard); s < step && !why; s++) {
        struct rw_wizard_gate gate = rw_wizard_gate(wizard, s);
        why = rw_wizard_gate_text(&gate);
    }
    return why;
}

/* The way to a step, and why it is not open. */
struct way {
    const struct rw_wizard *wizard;
    enum rw_wizard_step step;
};

static void write_why_not(void *subject, struct rw_buf *out)
{
    const struct way *way = subject;
    char *why = gate_before(way->wizard, way->step);
    rw_buf_adds(out, why ? why : _("An install is running."));
    free(why);
}

void rw_screens_go(struct rw_screen *screen, enum rw_wizard_step step)
{
    struct rw_wizard *wizard = rw_screens_wizard(screen);
    if (rw_wizard_go(wizard, step) == 0) {
        rw_screens_follow(screen);
        return;
    }
    struct way *way = rw_calloc(1, sizeof *way);
    *way = (struct way){wizard, step};
    rw_ui_remark(screen->ui, write_why_not, way, free);
}

void rw_screens_visit(struct rw_screen *screen, enum rw_wizard_step step, int host, const char *key)
{
    struct rw_ui *ui = screen->ui;
    rw_screens_go(screen, step);
    struct rw_screen *there = rw_ui_screen(ui);
    if (there == screen)
        return;
    ui->visiting = true;
    if (key && there->class->find)
        there->class->find(there, host, key);
}

void rw_screens_next(struct rw_screen *screen)
{
    screen->ui->visiting = false;
    rw_screens_go(screen, (enum rw_wizard_step)(step_of(screen) + 1));
}

void rw_screens_back(struct rw_screen *screen)
{
    struct rw_ui *ui = screen->ui;
    if (ui->visiting) {
        rw_screens_go(screen, RW_WIZARD_REVIEW);
        ui->visiting = rw_ui_screen(ui) == screen;
        return;
    }
    rw_screens_go(screen, (enum rw_wizard_step)(step_of(screen) - 1));
}

void rw_screens_blocked(const struct rw_screen *screen, struct rw_buf *out)
{
    struct rw_wizard_gate gate = rw_wizard_gate(rw_screens_wizard(screen), step_of(screen));
    char *why = rw_wizard_gate_text(&gate);
    if (why)
        rw_buf_adds(out, why);
    free(why);
}

void rw_screens_leave(struct rw_screen *screen)
{
    struct rw_ui *ui = screen->ui;
    if (ui->host->quit)
        ui->host->quit(ui->context);
}

static void write_findings(void *subject, struct rw_buf *out)
{
    const struct rw_findings *findings = subject;
    for (size_t i = 0; i < findings->count; i++) {
        if (i > 0)
            rw_buf_addc(out, '\n');
        rw_finding_print(out, &findings->items[i]);
    }
}

static void drop_findings(void *subject)
{
    rw_findings_done(subject);
    free(subject);
}

void rw_screens_tell(struct rw_ui *ui, const char *title, const struct rw_findings *findings)
{
    if (findings->count == 0)
        return;
    struct rw_findings *copy = rw_calloc(1, sizeof *copy);
    for (size_t i = 0; i < findings->count; i++)
        rw_findings_copy(copy, &findings->items[i]);
    rw_ui_tell(ui, title, write_findings, copy, drop_findings);
}

/* What became of a file. */
struct writing {
    char *path, *failure;
};

static void write_written(void *subject, struct rw_buf *out)
{
    const struct writing *writing = subject;
    if (writing->failure)
        rw_buf_addf(out, _("Not written: %s"), writing->failure);
    else
        rw_buf_addf(out, _("Written: %s"), writing->path);
}

static void drop_writing(void *subject)
{
    struct writing *writing = subject;
    free(writing->path);
    free(writing->failure);
    free(writing);
}

void rw_screens_written(struct rw_ui *ui, const char *path, const char *failure)
{
    struct writing *writing = rw_calloc(1, sizeof *writing);
    *writing = (struct writing){rw_strdup(path), rw_strdup(failure)};
    rw_ui_remark(ui, write_written, writing, drop_writing);
}

void rw_screens_place(struct rw_item *item, int row, int col, int rows, int cols)
{
    item->row = row;
    item->col = col;
    item->rows = rows;
    item->cols = cols;
}
