/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/host_questions.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

/* How long hosts that are still being connected to are waited for, so that their keys stand in one
 * list. */
#define GATHER_MS 1500

/* ---- host keys ---- */

static void add_key(struct rw_buf *out, const struct rw_host_question *question)
{
    char *asker = rw_host_question_asker(question);
    rw_buf_addf(out, "%s (%s)\n  %s %s\n", asker, question->address, question->key_type,
                question->fingerprint);
    free(asker);
}

static void add_how_to_compare(struct rw_buf *out)
{
    rw_buf_addf(out, "\n%s\n  for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $f; done",
                _("Compare with the output of this command on the console of the host:"));
}

static void on_one_key(void *context, size_t button)
{
    struct rw_host_questions *questions = context;
    questions->open = false;
    rw_wizard_answer(questions->wizard, questions->serial, button == 0 ? "yes" : NULL);
}

/* The question in the dialog that stands there; false when it is gone. */
static bool find_question(const struct rw_host_questions *questions,
                          struct rw_host_question *question)
{
    for (size_t i = 0; i < rw_wizard_question_count(questions->wizard); i++) {
        *question = rw_wizard_question(questions->wizard, i);
        if (question->serial == questions->serial)
            return true;
    }
    return false;
}

static void write_one_key(void *subject, struct rw_buf *out)
{
    struct rw_host_question question;
    if (!find_question(subject, &question))
        return;
    rw_buf_addf(out, "%s\n\n", _("The host key of this host is not known yet:"));
    add_key(out, &question);
    add_how_to_compare(out);
}

static void ask_one_key(struct rw_host_questions *questions)
{
    struct rw_dialog_spec spec = {
        .title = N_("New host key"),
        .write = write_one_key,
        .buttons = {N_("Trust it"), N_("Refuse")},
        .preselected = 1,
        .escape = 1,
        .answered = on_one_key,
        .context = questions,
    };
    rw_ui_dialog(questions->ui, &spec);
}

static void refuse_all(struct rw_wizard *wizard)
{
    for (size_t i = 0; i < rw_wizard_question_count(wizard);) {
        struct rw_host_question question = rw_wizard_question(wizard, i);
        if (rw_host_question_is_key(&question))
            rw_wizard_answer(wizard, question.serial, NULL);
        else
            i++;
    }
}

static void on_all_keys(void *context, size_t button)
{
    struct rw_host_questions *questions = context;
    questions->open = false;
    if (button == 0)
        rw_wizard_trust_all(questions->wizard);
    else if (button == 1)
        questions->each = true;
    else
        refuse_all(questions->wizard);
}

/* In the order of the hosts, not of their answers; jump hosts first. */
static void add_keys_in_order(const struct rw_wizard *wizard, struct rw_buf *out)
{
    const struct rw_cluster *cluster = rw_wizard_document(wizard)->cluster;
    for (size_t i = 0; i < rw_wizard_question_count(wizard); i++) {
        struct rw_host_question question = rw_wizard_question(wizard, i);
        if (rw_host_question_is_key(&question) && question.jump)
            add_key(out, &question);
    }
    for (size_t host = 0; host < cluster->host_count; host++)
        for (size_t i = 0; i < rw_wizard_question_count(wizard); i++) {
            struct rw_host_question question = rw_wizard_question(wizard, i);
            if (rw_host_question_is_key(&question) && !question.jump &&
                rw_text_equal(question.host, cluster->hosts[host].name))
                add_key(out, &question);
        }
}

static void write_all_keys(void *subject, struct rw_buf *out)
{
    const struct rw_host_questions *questions = subject;
    struct rw_buf keys = {0};
    add_keys_in_order(questions->wizard, &keys);
    if (keys.len > 0) {
        rw_buf_addf(out, "%s\n\n%s", _("The host keys of these hosts are not known yet:"),
                    keys.data);
        add_how_to_compare(out);
    }
    rw_buf_done(&keys);
}

static void ask_all_keys(struct rw_host_questions *questions)
{
    struct rw_dialog_spec spec = {
        .title = N_("New host keys"),
        .write = write_all_keys,
        .buttons = {N_("Trust all"), N_("One by one"), N_("Refuse all")},
        .preselected = 1,
        .escape = 2,
        .answered = on_all_keys,
        .context = questions,
    };
    rw_ui_dialog(questions->ui, &spec);
}

/* ---- passwords ---- */

static void on_typed(void *context, size_t button, const char *text)
{
    struct rw_host_questions *questions = context;
    questions->open = false;
    if (button == 0)
        rw_wizard_answer(questions->wizard, questions->serial, text);
    else
        rw_wizard_not_now(questions->wizard, questions->serial);
}

static void write_question(void *subject, struct rw_buf *out)
{
    struct rw_host_question question;
    if (!find_question(subject, &question))
        return;
    char *what = rw_host_question_text(&question);
    if (question.again)
        rw_buf_addf(out, "%s\n", _("Incorrect. Try again."));
    rw_buf_adds(out, what);
    if (!question.echo)
        rw_buf_addf(out, "\n\n%s",
                    _("It is kept only in memory, and tried on all hosts that ask for the same. ^R "
                      "shows your input."));
    free(what);
}

static void ask_text(struct rw_host_questions *questions, const struct rw_host_question *question)
{
    struct rw_dialog_spec spec = {
        .title = N_("A host asks"),
        .write = write_question,
        .buttons = {N_("Log in"), N_("Not now")},
        .escape = 1,
        .field = N_("Answer"),
        .masked = !question->echo,
        .typed = on_typed,
        .context = questions,
    };
    rw_ui_dialog(questions->ui, &spec);
}

/* ---- when ---- */

/* On the first step it is still open which cluster is meant; letters are not to be taken from a
 * field, nor an Enter that was to lead on in a form. */
static bool is_unwelcome(const struct rw_ui *ui)
{
    const struct rw_screen *screen = rw_ui_screen(ui);
    return !screen || ui->depth > 1 || rw_ui_step(ui) == RW_WIZARD_WELCOME ||
           rw_screen_typing(screen);
}

static size_t keys_waiting(const struct rw_wizard *wizard)
{
    size_t count = 0;
    for (size_t i = 0; i < rw_wizard_question_count(wizard); i++) {
        struct rw_host_question question = rw_wizard_question(wizard, i);
        count += rw_host_question_is_key(&question);
    }
    return count;
}

static bool still_connecting(const struct rw_wizard *wizard)
{
    for (size_t i = 0; i < rw_wizard_document(wizard)->cluster->host_count; i++)
        if (rw_wizard_host(wizard, i).state == RW_WIZARD_HOST_CONNECTING)
            return true;
    return false;
}

static bool is_gathering(const struct rw_host_questions *questions)
{
    return questions->since_ms != 0 && rw_clock_ms() - questions->since_ms < GATHER_MS &&
           still_connecting(questions->wizard);
}

bool rw_host_questions_wait(const struct rw_host_questions *questions)
{
    return !questions->open && is_gathering(questions);
}

void rw_host_questions_look(struct rw_host_questions *questions)
{
    struct rw_wizard *wizard = questions->wizard;
    struct rw_ui *ui = questions->ui;
    if (rw_wizard_question_count(wizard) == 0) {
        questions->since_ms = 0;
        questions->each = false;
        return;
    }
    /* Hosts that were typed meanwhile are waited for too. */
    if (questions->since_ms == 0 || is_unwelcome(ui))
        questions->since_ms = rw_clock_ms();
    if (questions->open || ui->dialog_count > 0 || is_gathering(questions) || is_unwelcome(ui))
        return;
    struct rw_host_question question = rw_wizard_question(wizard, 0);
    questions->open = true;
    questions->serial = question.serial;
    /* Keys typed so far were meant for something else. */
    if (ui->host->flush_keys)
        ui->host->flush_keys(ui->context);
    if (!rw_host_question_is_key(&question))
        ask_text(questions, &question);
    else if (questions->each || keys_waiting(wizard) == 1)
        ask_one_key(questions);
    else
        ask_all_keys(questions);
}
