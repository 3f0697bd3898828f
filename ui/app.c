/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/requirements.h"
#include "cli/session.h"
#include "install/run.h"
#include "ui/bundle.h"
#include "rke2/rke2.h"
#include "ui/host_questions.h"
#include "ui/run_questions.h"
#include "ui/screens.h"
#include "ui/ui_term.h"

/* How often spinners and counters on the screens advance, while there are some. */
#define TICK_MS 250

struct app {
    uv_loop_t loop;
    uv_prepare_t turn; /* each turn of the loop, before it sleeps */
    uv_timer_t tick;
    const struct rw_options *options;
    struct rw_requirements requirements;
    struct rw_wizard *wizard;
    struct rw_ui_term shell;
    struct rw_screens screens;
    struct rw_host_questions questions;
    struct rw_bundle_watch bundle;
    struct rw_run_questions questions_of_run;
    size_t language; /* that was kept last, or found at the start */
    bool ended;
    int ended_by; /* signal, or 0 */
};

/* ---- what comes from the loop ---- */

/* ^G turns the language anywhere; the next start is to begin with it. */
static void keep_language(struct app *app)
{
    size_t now = rw_i18n_current();
    if (now == app->language)
        return;
    app->language = now;
    rw_wizard_set_language(app->wizard, rw_i18n_languages[now].code);
}

static void redraw(struct app *app)
{
    if (app->shell.term)
        rw_ui_redraw(&app->shell.ui);
}

static void on_tick(uv_timer_t *timer)
{
    redraw(timer->data);
}

static void on_changed(void *context)
{
    redraw(context);
}

/* Applies the effects of the latest events. The timer runs only while time alone changes something,
 * so that an idle program sleeps. */
static void on_turn(uv_prepare_t *turn)
{
    struct app *app = turn->data;
    struct rw_ui *ui = &app->shell.ui;
    if (app->ended)
        return;
    keep_language(app);
    if (ui->saved_ms != rw_wizard_saved(app->wizard))
        rw_ui_saved(ui, rw_wizard_saved(app->wizard));
    rw_host_questions_look(&app->questions);
    rw_bundle_look(&app->bundle);
    rw_run_questions_look(&app->questions_of_run);
    if (!rw_ui_moves(ui) && !rw_host_questions_wait(&app->questions))
        uv_timer_stop(&app->tick);
    else if (!uv_is_active((uv_handle_t *)&app->tick))
        uv_timer_start(&app->tick, on_tick, TICK_MS, TICK_MS);
}

static void on_ended(void *context, int number)
{
    struct app *app = context;
    app->ended = true;
    app->ended_by = number;
}

/* ---- life ---- */

static void begin(struct app *app, const struct rw_options *options)
{
    app->options = options;
    rw_requirements_init(&app->requirements);
    uv_loop_init(&app->loop);
    uv_timer_init(&app->loop, &app->tick);
    uv_prepare_init(&app->loop, &app->turn);
    app->tick.data = app->turn.data = app;
    struct rw_wizard_options wizard = {
        .accept_new_host_keys = options->accept_new_host_keys,
        .timeout_s = options->timeout_s,
        .requirements = &app->requirements,
        .name_servers = options->name_servers.count ? options->name_servers.items : NULL,
        .channels_url = RW_RKE2_CHANNELS_URL,
        .report = options->report,
    };
    struct rw_wizard_listener listener = {on_changed, NULL, app};
    app->wizard = rw_wizard_new(&app->loop, &wizard, &listener);
}

static void end(struct app *app)
{
    rw_wizard_free(app->wizard, NULL, NULL);
    uv_close((uv_handle_t *)&app->tick, NULL);
    uv_close((uv_handle_t *)&app->turn, NULL);
    uv_run(&app->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&app->loop) != 0) {
        fputs("rke2-wizard: handles left in the loop\n", stderr);
        abort();
    }
    rw_requirements_done(&app->requirements);
}

/* The language of --lang, or the one that was chosen last. */
static void choose_language(const struct app *app)
{
    size_t kept = rw_i18n_find(rw_wizard_language(app->wizard));
    if (!app->options->lang && kept < rw_i18n_count)
        rw_i18n_use(kept);
}

/* Opens the files of the command line; findings report problems. False: the program ends. */
static bool open_files(struct app *app, struct rw_findings *findings)
{
    const struct rw_options *options = app->options;
    if (options->requirements &&
        rw_requirements_load(&app->requirements, options->requirements, findings) != 0)
        return false;
    return !options->file || rw_wizard_open_file(app->wizard, options->file, findings) == 0;
}

static bool open_terminal(struct app *app)
{
    struct rw_error err;
    if (rw_ui_term_open(&app->shell, &app->loop, on_ended, app, &err) == 0) {
        if (app->options->mouse)
            rw_ui_term_use_mouse(&app->shell);
        return true;
    }
    fprintf(stderr, _("The full-screen wizard cannot run here: %s. Continuing line by line.\n"),
            err.message);
    return false;
}

static void show(struct app *app, const struct rw_findings *findings)
{
    app->language = rw_i18n_current();
    if (app->options->lang)
        rw_wizard_set_language(app->wizard, rw_i18n_languages[app->language].code);
    app->questions = (struct rw_host_questions){.wizard = app->wizard, .ui = &app->shell.ui};
    app->questions_of_run = (struct rw_run_questions){.wizard = app->wizard, .ui = &app->shell.ui};
    app->bundle = (struct rw_bundle_watch){.wizard = app->wizard, .ui = &app->shell.ui};
    rw_screens_init(&app->screens, app->wizard);
    rw_ui_set_steps(&app->shell.ui, app->screens.items, RW_WIZARD_STEPS);
    rw_screens_tell(&app->shell.ui, N_("Answers file"), findings);
    uv_prepare_start(&app->turn, on_turn);
    while (!app->ended)
        uv_run(&app->loop, UV_RUN_ONCE);
    uv_prepare_stop(&app->turn);
    uv_timer_stop(&app->tick);
    rw_ui_term_close(&app->shell);
    rw_screens_done(&app->screens);
}

/* ---- afterwards ---- */

static void say_how_to_go_on(const struct app *app)
{
    struct rw_buf command = {0};
    rw_buf_adds(&command, "rke2-wizard");
    if (app->options->file) {
        rw_buf_adds(&command, " -f ");
        rw_text_shell_quote(&command, app->options->file);
    }
    printf(_("Everything is saved. To continue: %s\n"), command.data);
    rw_buf_done(&command);
}

/* On the normal screen; gives the exit code. */
static int say_goodbye(const struct app *app)
{
    const struct rw_error *unsaved = rw_wizard_save_error(app->wizard);
    struct rw_wizard_run run = rw_wizard_run(app->wizard);
    if (unsaved)
        printf(_("Your entries could not be saved: %s\n"), unsaved->message);
    if (run.ended)
        rw_cli_print_findings(stdout, run.findings);
    if (run.ended && run.outcome == RW_OUTCOME_DONE) {
        puts(_("The cluster is up."));
        return RW_OUTCOME_DONE;
    }
    if (run.ended && run.outcome == RW_OUTCOME_AGENTS_MISSING)
        puts(_("The servers are up. Missing agents join when you run this again."));
    else if (run.running)
        puts(_("Work that has begun on hosts continues there."));
    if (!unsaved)
        say_how_to_go_on(app);
    return run.ended ? (int)run.outcome : RW_OUTCOME_INTERRUPTED;
}

bool rw_app_run(const struct rw_options *options, int *exit_code)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return false;
    struct app app = {0};
    struct rw_findings findings = {0};
    begin(&app, options);
    choose_language(&app);
    bool shown = true;
    if (!open_files(&app, &findings)) {
        rw_cli_print_findings(stderr, &findings);
        *exit_code = RW_OUTCOME_USAGE;
    } else if ((shown = open_terminal(&app))) {
        show(&app, &findings);
        *exit_code = say_goodbye(&app);
    }
    rw_findings_done(&findings);
    end(&app);
    return shown;
}
