/* SPDX-License-Identifier: Apache-2.0 */
/* Pages 7 and 8: the install, and what is there afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/plain.h"
#include "cli/session.h"
#include "cli/words.h"

/* ---- the install ---- */

static bool install_over(struct rw_plain *plain)
{
    return !rw_wizard_run(plain->wizard).running;
}

static bool install_pauses(struct rw_plain *plain)
{
    struct rw_wizard_run run = rw_wizard_run(plain->wizard);
    return !run.running || run.locked || run.restarts;
}

/* Another console holds the lock. Who does not answer leaves it alone. */
static enum rw_plain_move ask_take_over(struct rw_plain *plain)
{
    char *text = rw_lock_question_text(rw_wizard_run(plain->wizard).locked);
    puts(text);
    free(text);
    enum rw_plain_move move = rw_plain_ask_yes(plain, _("Take the hosts over"), false);
    if (plain->stopped)
        return RW_PLAIN_LEAVE;
    rw_wizard_take_over(plain->wizard, move == RW_PLAIN_NEXT);
    return RW_PLAIN_NEXT;
}

static enum rw_plain_move ask_restart(struct rw_plain *plain)
{
    char *text = rw_restart_question_text(rw_wizard_run(plain->wizard).restarts);
    puts(text);
    free(text);
    enum rw_plain_move move = rw_plain_ask_yes(plain, _("Restart these nodes"), false);
    if (plain->stopped)
        return RW_PLAIN_LEAVE;
    rw_wizard_restart(plain->wizard, move == RW_PLAIN_NEXT);
    return RW_PLAIN_NEXT;
}

/* Stops watching at a signal; work that has begun on hosts continues there. */
static void watch(struct rw_plain *plain)
{
    enum rw_plain_move move = RW_PLAIN_NEXT;
    while (move != RW_PLAIN_LEAVE && !install_over(plain)) {
        move = rw_plain_wait(plain, install_pauses);
        if (move != RW_PLAIN_LEAVE && rw_wizard_run(plain->wizard).locked)
            move = ask_take_over(plain);
        else if (move != RW_PLAIN_LEAVE && rw_wizard_run(plain->wizard).restarts)
            move = ask_restart(plain);
    }
    if (move == RW_PLAIN_LEAVE)
        rw_wizard_stop(plain->wizard);
    while (!install_over(plain))
        uv_run(&plain->loop, UV_RUN_ONCE);
}

/* ---- the support bundle ---- */

static bool bundle_over(struct rw_plain *plain)
{
    return !rw_wizard_bundle(plain->wizard).running;
}

static enum rw_plain_move make_bundle(struct rw_plain *plain)
{
    struct rw_findings findings = {0};
    enum rw_plain_move move = RW_PLAIN_NEXT;
    if (rw_wizard_make_bundle(plain->wizard, &findings) == 0) {
        puts(_("Collecting from the hosts …"));
        move = rw_plain_wait(plain, bundle_over);
        struct rw_wizard_bundle bundle = rw_wizard_bundle(plain->wizard);
        rw_cli_print_findings(stdout, bundle.findings);
        if (bundle.written)
            printf(_("Written: %s. Review it before you share it.\n"), bundle.path);
    }
    rw_cli_print_findings(stdout, &findings);
    rw_findings_done(&findings);
    return move;
}

/* ---- afterwards ---- */

static enum rw_plain_move take(struct rw_plain *plain, const char *word, bool agents_missing)
{
    struct rw_findings findings = {0};
    enum rw_plain_move move = RW_PLAIN_AGAIN;
    if (strcmp(word, "r") == 0) {
        rw_wizard_install(plain->wizard, &findings);
        rw_cli_print_findings(stdout, &findings);
        rw_findings_done(&findings);
    } else if (strcmp(word, "s") == 0 && agents_missing) {
        rw_wizard_skip_agents(plain->wizard);
        move = RW_PLAIN_NEXT;
    } else if (strcmp(word, "b") == 0) {
        make_bundle(plain);
    } else if (strcmp(word, "e") == 0) {
        rw_wizard_go(plain->wizard, RW_WIZARD_HOSTS);
    } else {
        puts(_("Unknown command."));
    }
    return move;
}

/* It has not ended well: what now? */
static enum rw_plain_move ask_what_now(struct rw_plain *plain, const struct rw_wizard_run *run)
{
    bool agents_missing = run->outcome == RW_OUTCOME_AGENTS_MISSING;
    char *text = NULL;
    plain->exit_code = (int)run->outcome;
    plain->finished = true;
    puts(agents_missing ? _("r try again  s skip these agents  e change the answers  b support "
                            "bundle")
                        : _("r try again  e change the answers  b support bundle"));
    struct rw_plain_field field = {
        .prompt = _("Command"),
        .help = _("Completed steps are not repeated. ^C quits; rke2-wizard resumes from here."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT) {
        plain->finished = false;
        move = take(plain, text, agents_missing);
    }
    free(text);
    return move;
}

enum rw_plain_move rw_plain_install(struct rw_plain *plain)
{
    rw_plain_head(plain, RW_WIZARD_INSTALL);
    if (!plain->progress)
        plain->progress = rw_progress_new(&plain->loop, rw_wizard_document(plain->wizard)->cluster,
                                          false, true, NULL);
    if (rw_wizard_run(plain->wizard).running)
        watch(plain);
    struct rw_wizard_run run = rw_wizard_run(plain->wizard);
    if (plain->stopped) {
        plain->exit_code = RW_OUTCOME_INTERRUPTED;
        return RW_PLAIN_LEAVE;
    }
    struct rw_wizard_gate gate = rw_wizard_gate(plain->wizard, RW_WIZARD_INSTALL);
    if (rw_wizard_gate_open(&gate))
        return RW_PLAIN_NEXT;
    return run.ended ? ask_what_now(plain, &run) : RW_PLAIN_BACK;
}

/* ---- done ---- */

static void on_kubeconfig(void *context, const struct rw_wizard_kubeconfig *result)
{
    *(bool *)context = true;
    if (result->failure) {
        rw_cli_print_findings(stdout, result->failure);
        return;
    }
    printf(_("Written: %s. Try: kubectl --kubeconfig %s get nodes\n"), result->path, result->path);
    if (result->proven->works) {
        char *text = rw_words_proven(result->proven);
        puts(text);
        free(text);
    }
    rw_cli_print_findings(stdout, &result->proven->findings);
}

static void fetch_kubeconfig(struct rw_plain *plain, const char *path)
{
    bool ended = false;
    if (rw_wizard_kubeconfig(plain->wizard, path, on_kubeconfig, &ended) != 0)
        return;
    while (!ended && !plain->stopped) {
        if (rw_plain_questions(plain) == RW_PLAIN_LEAVE)
            break;
        if (!ended)
            uv_run(&plain->loop, UV_RUN_ONCE);
    }
}

static void print_result(struct rw_plain *plain)
{
    struct rw_wizard_run run = rw_wizard_run(plain->wizard);
    puts(run.outcome == RW_OUTCOME_DONE
             ? _("The cluster is up.")
             : _("The servers are up. Missing agents join when you run this again."));
}

enum rw_plain_move rw_plain_done(struct rw_plain *plain)
{
    const struct rw_cluster *cluster = rw_wizard_document(plain->wizard)->cluster;
    char *path = rw_asprintf("%s.kubeconfig", cluster->name), *text = NULL;
    rw_plain_head(plain, RW_WIZARD_DONE);
    print_result(plain);
    plain->finished = true;
    plain->exit_code = (int)rw_wizard_run(plain->wizard).outcome;
    struct rw_plain_field field = {
        .prompt = _("Write the administrator's kubeconfig to"),
        .value = path,
        .help = _("Its server address is the registration name; the file is readable only by you. "
                  "- writes none."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT && *text)
        fetch_kubeconfig(plain, text);
    if (move == RW_PLAIN_NEXT &&
        rw_plain_ask_yes(plain, _("Make a support bundle"), false) == RW_PLAIN_NEXT)
        make_bundle(plain);
    if (move == RW_PLAIN_NEXT)
        puts(_("Later: rke2-wizard status, rke2-wizard nodes, rke2-wizard kubeconfig."));
    free(text);
    free(path);
    return RW_PLAIN_LEAVE;
}
