/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/plain.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/session.h"
#include "install/run.h"
#include "rke2/rke2.h"

/* ---- what pages share ---- */

void rw_plain_head(struct rw_plain *plain, enum rw_wizard_step step)
{
    const char *name = rw_wizard_document(plain->wizard)->cluster->name;
    const char *title = _(rw_wizard_step_info(step)->title);
    char *head = name ? rw_asprintf(_("%s: %s"), title, name) : rw_strdup(title);
    printf("\n== %d/%d %s ==\n", (int)step + 1, RW_WIZARD_STEPS, head);
    free(head);
}

void rw_plain_findings(struct rw_plain *plain, enum rw_wizard_step step)
{
    struct rw_findings findings = {0};
    rw_wizard_findings(plain->wizard, step, &findings);
    rw_cli_print_findings(stdout, &findings);
    rw_findings_done(&findings);
}

bool rw_plain_is_unheard(void)
{
    return fflush(stdout) != 0 || ferror(stdout);
}

/* ---- life ---- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct rw_plain *plain = handle->data;
    (void)number;
    plain->stopped = true;
}

static void on_event(void *context, const struct rw_event *event)
{
    struct rw_plain *plain = context;
    if (plain->progress)
        rw_progress_event(plain->progress, event);
}

/* The loop turns while a question or a page waits; whatever changed is looked at then. */
static void on_changed(void *context)
{
    (void)context;
}

static bool begin(struct rw_plain *plain)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct rw_findings findings = {0};
    rw_requirements_init(&plain->requirements);
    bool good =
        !plain->options->requirements ||
        rw_requirements_load(&plain->requirements, plain->options->requirements, &findings) == 0;
    rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    uv_loop_init(&plain->loop);
    plain->input = rw_plain_input_new(&plain->loop);
    for (size_t i = 0; i < RW_COUNT(numbers); i++) {
        uv_signal_init(&plain->loop, &plain->signals[i]);
        plain->signals[i].data = plain;
        uv_signal_start(&plain->signals[i], on_signal, numbers[i]);
    }
    struct rw_wizard_options options = {
        .accept_new_host_keys = plain->options->accept_new_host_keys,
        .timeout_s = plain->options->timeout_s,
        .requirements = &plain->requirements,
        .name_servers =
            plain->options->name_servers.count ? plain->options->name_servers.items : NULL,
        .channels_url = RW_RKE2_CHANNELS_URL,
        .report = plain->options->report,
    };
    struct rw_wizard_listener listener = {on_changed, on_event, plain};
    plain->wizard = rw_wizard_new(&plain->loop, &options, &listener);
    return good;
}

static void end(struct rw_plain *plain)
{
    rw_wizard_free(plain->wizard, NULL, NULL);
    rw_progress_free(plain->progress);
    rw_plain_input_free(plain->input);
    for (size_t i = 0; i < RW_COUNT(plain->signals); i++)
        uv_close((uv_handle_t *)&plain->signals[i], NULL);
    uv_run(&plain->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&plain->loop) != 0) {
        fputs("rke2-wizard: handles left in the loop\n", stderr);
        abort();
    }
    rw_requirements_done(&plain->requirements);
}

/* Says how to come back. */
static void say_goodbye(struct rw_plain *plain)
{
    bool unsaved = rw_wizard_save_error(plain->wizard) != NULL;
    if (plain->finished)
        return;
    putchar('\n');
    if (!plain->stopped)
        puts(_("The input has ended."));
    if (unsaved)
        printf(_("Your entries could not be saved: %s\n"),
               rw_wizard_save_error(plain->wizard)->message);
    else if (plain->options->file)
        printf(_("Everything is saved. To continue: rke2-wizard --plain -f %s\n"),
               plain->options->file);
    else
        puts(_("Everything is saved. To continue: rke2-wizard --plain"));
}

/* ---- from page to page ---- */

static void say_blocked(struct rw_plain *plain, enum rw_wizard_step step)
{
    struct rw_wizard_gate gate = rw_wizard_gate(plain->wizard, step);
    char *why = rw_wizard_gate_text(&gate);
    printf(_("This page is not complete yet: %s.\n"), why ? why : _("not finished yet"));
    free(why);
}

/* False: it is time to leave. */
static bool turn_page(struct rw_plain *plain)
{
    static enum rw_plain_move (*const pages[RW_WIZARD_STEPS])(struct rw_plain *) = {
        [RW_WIZARD_WELCOME] = rw_plain_welcome,   [RW_WIZARD_HOSTS] = rw_plain_hosts,
        [RW_WIZARD_DNS] = rw_plain_checks,        [RW_WIZARD_REQUIREMENTS] = rw_plain_checks,
        [RW_WIZARD_SETTINGS] = rw_plain_settings, [RW_WIZARD_REVIEW] = rw_plain_review,
        [RW_WIZARD_INSTALL] = rw_plain_install,   [RW_WIZARD_DONE] = rw_plain_done,
    };
    enum rw_wizard_step step = rw_wizard_step(plain->wizard);
    switch (pages[step](plain)) {
    case RW_PLAIN_NEXT:
        if (rw_wizard_go(plain->wizard, (enum rw_wizard_step)(step + 1)) != 0)
            say_blocked(plain, step);
        return true;
    case RW_PLAIN_BACK:
        if (step > RW_WIZARD_WELCOME)
            rw_wizard_go(plain->wizard, (enum rw_wizard_step)(step - 1));
        return true;
    case RW_PLAIN_AGAIN:
        return true;
    case RW_PLAIN_LEAVE:
        break;
    }
    return false;
}

int rw_cmd_wizard(const struct rw_options *options)
{
    struct rw_plain plain = {.options = options, .exit_code = RW_OUTCOME_USAGE};
    if (begin(&plain)) {
        while (turn_page(&plain))
            ;
        say_goodbye(&plain);
    }
    /* The input of a terminal that is gone has ended too. */
    if (!plain.finished && (rw_plain_is_unheard() || plain.stopped))
        plain.exit_code = RW_OUTCOME_INTERRUPTED;
    end(&plain);
    return plain.exit_code;
}
