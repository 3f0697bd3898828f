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

static bool is_host_key(const struct rw_wizard_question *question)
{
    return !question->sudo && question->ssh == RW_SSH_ASK_HOST_KEY;
}

/* ---- host keys ---- */

static void add_key(struct rw_buf *out, const struct rw_wizard_question *question)
{
    rw_buf_addf(out, "%s (%s)\n  %s %s\n", question->host, question->address, question->key_type,
                question->fingerprint);
}

static void add_how_to_compare(struct rw_buf *out)
{
    rw_buf_addf(out, "\n%s\n  for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $f; done",
                _("Compare with what this prints on the console of the host:"));
}

static void on_one_key(void *context, size_t button)
{
    struct rw_host_questions *questions = context;
    questions->open = false;
    rw_wizard_answer(questions->wizard, questions->serial, button == 0 ? "yes" : NULL);
}

static void ask_one_key(struct rw_host_questions *questions,
                        const struct rw_wizard_question *question)
{
    struct rw_buf text = {0};
    rw_buf_addf(&text, "%s\n\n", _("The host key of this host is not known yet:"));
    add_key(&text, question);
    add_how_to_compare(&text);
    struct rw_dialog_spec spec = {
        .title = N_("New host key"),
        .text = text.data,
        .buttons = {N_("Trust it"), N_("Refuse")},
        .preselected = 1,
        .escape = 1,
        .answered = on_one_key,
        .context = questions,
    };
    rw_ui_dialog(questions->ui, &spec);
    rw_buf_done(&text);
}

static void refuse_all(struct rw_wizard *wizard)
{
    for (size_t i = 0; i < rw_wizard_question_count(wizard);) {
        struct rw_wizard_question question = rw_wizard_question(wizard, i);
        if (is_host_key(&question))
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

/* In the order of the hosts, not of their answers. */
static void add_keys_in_order(const struct rw_wizard *wizard, struct rw_buf *out)
{
    const struct rw_cluster *cluster = rw_wizard_document(wizard)->cluster;
    for (size_t host = 0; host < cluster->host_count; host++)
        for (size_t i = 0; i < rw_wizard_question_count(wizard); i++) {
            struct rw_wizard_question question = rw_wizard_question(wizard, i);
            if (is_host_key(&question) && rw_text_equal(question.host, cluster->hosts[host].name))
                add_key(out, &question);
        }
}

static void ask_all_keys(struct rw_host_questions *questions)
{
    struct rw_buf text = {0};
    rw_buf_addf(&text, "%s\n\n", _("The host keys of these hosts are not known yet:"));
    add_keys_in_order(questions->wizard, &text);
    add_how_to_compare(&text);
    struct rw_dialog_spec spec = {
        .title = N_("New host keys"),
        .text = text.data,
        .buttons = {N_("Trust all"), N_("One by one"), N_("Refuse all")},
        .preselected = 1,
        .escape = 2,
        .answered = on_all_keys,
        .context = questions,
    };
    rw_ui_dialog(questions->ui, &spec);
    rw_buf_done(&text);
}

/* ---- passwords ---- */

static void on_typed(void *context, size_t button, const char *text)
{
    struct rw_host_questions *questions = context;
    questions->open = false;
    rw_wizard_answer(questions->wizard, questions->serial, button == 0 ? text : NULL);
}

/* What is asked, to free(). */
static char *text_of(const struct rw_wizard_question *question)
{
    if (question->sudo)
        return rw_asprintf(_("sudo password of %s on %s"), question->user, question->host);
    switch (question->ssh) {
    case RW_SSH_ASK_PASSPHRASE:
        return rw_asprintf(_("Passphrase of %s"), question->key_path);
    case RW_SSH_ASK_PASSWORD:
        return rw_asprintf(_("Password of %s on %s"), question->user, question->host);
    default:
        return rw_asprintf("%s: %s", question->host, question->prompt);
    }
}

static void ask_text(struct rw_host_questions *questions, const struct rw_wizard_question *question)
{
    struct rw_buf text = {0};
    char *what = text_of(question);
    if (question->again)
        rw_buf_addf(&text, "%s\n", _("That was not right."));
    rw_buf_adds(&text, what);
    if (!question->echo)
        rw_buf_addf(&text, "\n\n%s",
                    _("It is kept in memory alone, and tried on all hosts that ask for the same. "
                      "^R shows what you type."));
    struct rw_dialog_spec spec = {
        .title = N_("A host asks"),
        .text = text.data,
        .buttons = {N_("Log in"), N_("Not now")},
        .escape = 1,
        .field = N_("Answer"),
        .masked = !question->echo,
        .typed = on_typed,
        .context = questions,
    };
    rw_ui_dialog(questions->ui, &spec);
    free(what);
    rw_buf_done(&text);
}

/* ---- when ---- */

/* On the first step it is still open which cluster is meant; letters are not to be taken from a
 * field, nor an Enter that was to lead on in a form. */
static bool is_unwelcome(const struct rw_ui *ui)
{
    const struct rw_screen *screen = rw_ui_screen(ui);
    const struct rw_item *item = screen ? rw_screen_item(screen) : NULL;
    return !screen || ui->depth > 1 || rw_ui_step(ui) == RW_WIZARD_WELCOME ||
           (item && item->class->takes_text && item->class->takes_text(item->widget));
}

static size_t keys_waiting(const struct rw_wizard *wizard)
{
    size_t count = 0;
    for (size_t i = 0; i < rw_wizard_question_count(wizard); i++) {
        struct rw_wizard_question question = rw_wizard_question(wizard, i);
        count += is_host_key(&question);
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

void rw_host_questions_look(struct rw_host_questions *questions)
{
    struct rw_wizard *wizard = questions->wizard;
    struct rw_ui *ui = questions->ui;
    int64_t now = rw_clock_ms();
    if (rw_wizard_question_count(wizard) == 0) {
        questions->since_ms = 0;
        questions->each = false;
        return;
    }
    /* Hosts that were typed meanwhile are waited for too. */
    if (questions->since_ms == 0 || is_unwelcome(ui))
        questions->since_ms = now;
    bool gathering = still_connecting(wizard) && now - questions->since_ms < GATHER_MS;
    if (questions->open || ui->dialog_count > 0 || gathering || is_unwelcome(ui))
        return;
    struct rw_wizard_question question = rw_wizard_question(wizard, 0);
    questions->open = true;
    questions->serial = question.serial;
    /* What was typed so far was meant for something else. */
    if (ui->host->flush_keys)
        ui->host->flush_keys(ui->context);
    if (!is_host_key(&question))
        ask_text(questions, &question);
    else if (questions->each || keys_waiting(wizard) == 1)
        ask_one_key(questions, &question);
    else
        ask_all_keys(questions);
}
