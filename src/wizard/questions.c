/* What the hosts ask. One answer about a key, or about the password of a user, serves all hosts. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "wizard/wizard_private.h"

/* ---- memory ---- */

/* Under which an answer is remembered, to free(); NULL: it serves this question alone. The sudo
 * password is tried as it is for logging in, as everywhere. */
static char *key_of(const struct rw_host *host, const struct rw_remote_question *question)
{
    const struct rw_ssh_hop *jump = question->ssh ? question->ssh->jump : NULL;
    const char *user = host->login.user ? host->login.user : "root";
    if (jump && question->ssh->kind == RW_SSH_ASK_PASSWORD)
        return rw_asprintf("password %s @%s:%d", jump->user, jump->address, jump->port);
    if (!question->ssh || question->ssh->kind == RW_SSH_ASK_PASSWORD)
        return rw_asprintf("password %s", user);
    if (question->ssh->kind == RW_SSH_ASK_PASSPHRASE)
        return rw_asprintf("key %s", question->ssh->key_path);
    return NULL;
}

static struct remembered_answer *recall(const struct wizard_questions *questions, const char *key)
{
    for (size_t i = 0; key && i < questions->memory_count; i++)
        if (strcmp(questions->memory[i].key, key) == 0)
            return &questions->memory[i];
    return NULL;
}

static void remember(struct wizard_questions *questions, const char *key, const char *text)
{
    struct remembered_answer *answer = recall(questions, key);
    if (!answer) {
        answer = rw_array_add(questions->memory, questions->memory_count);
        answer->key = rw_strdup(key);
    }
    rw_secret_free(answer->text);
    answer->text = rw_strdup(text);
    answer->generation++;
}

/* What is known and was not told to be wrong. */
static const char *known_answer(const struct wizard_questions *questions,
                                const struct pending_question *question)
{
    const struct remembered_answer *answer = recall(questions, question->key);
    return answer && answer->generation > question->known ? answer->text : NULL;
}

/* ---- the list ---- */

static void free_question(struct pending_question *question)
{
    free((char *)question->shown.host);
    free((char *)question->shown.address);
    free((char *)question->shown.user);
    free((char *)question->shown.prompt);
    free((char *)question->shown.key_path);
    free((char *)question->shown.key_type);
    free((char *)question->shown.fingerprint);
    free(question->key);
}

static void remove_at(struct wizard_questions *questions, size_t index)
{
    free_question(&questions->items[index]);
    memmove(&questions->items[index], &questions->items[index + 1],
            (--questions->count - index) * sizeof *questions->items);
}

void question_add(struct rw_wizard *wizard, enum question_source source, unsigned id,
                  const struct rw_host *host, const struct rw_remote_question *asked)
{
    struct wizard_questions *questions = &wizard->questions;
    const struct rw_ssh_question *ssh = asked->ssh;
    const struct rw_ssh_hop *jump = ssh ? ssh->jump : NULL;
    bool again = ssh ? ssh->attempt > 1 : asked->attempt > 1;
    struct pending_question *question = rw_array_add(questions->items, questions->count);
    question->serial = ++questions->last_serial;
    question->id = id;
    question->source = source;
    question->key = key_of(host, asked);
    const struct remembered_answer *answer = recall(questions, question->key);
    question->known = again && answer ? answer->generation : 0;
    question->shown = (struct rw_wizard_question){
        .serial = question->serial,
        .host = rw_strdup(host->name),
        .jump = jump != NULL,
        .address = rw_strdup(jump ? jump->address : host->address),
        .user = rw_strdup(jump               ? jump->user
                          : host->login.user ? host->login.user
                                             : "root"),
        .sudo = !ssh,
        .ssh = ssh ? ssh->kind : RW_SSH_ASK_PASSWORD,
        .prompt = ssh ? rw_strdup(ssh->prompt) : NULL,
        .key_path = ssh ? rw_strdup(ssh->key_path) : NULL,
        .key_type = ssh ? rw_strdup(ssh->key_type) : NULL,
        .fingerprint = ssh ? rw_strdup(ssh->fingerprint) : NULL,
        .echo = ssh && (ssh->echo || ssh->kind == RW_SSH_ASK_HOST_KEY),
        .again = again,
    };
    wizard_soon(wizard);
}

void questions_drop(struct rw_wizard *wizard, enum question_source source, unsigned id)
{
    struct wizard_questions *questions = &wizard->questions;
    for (size_t i = questions->count; i-- > 0;)
        if (questions->items[i].source == source && questions->items[i].id == id)
            remove_at(questions, i);
}

void questions_drop_all(struct rw_wizard *wizard, enum question_source source)
{
    struct wizard_questions *questions = &wizard->questions;
    for (size_t i = questions->count; i-- > 0;)
        if (questions->items[i].source == source)
            remove_at(questions, i);
}

bool question_waits(const struct rw_wizard *wizard, unsigned id)
{
    const struct wizard_questions *questions = &wizard->questions;
    for (size_t i = 0; i < questions->count; i++)
        if (questions->items[i].source == FROM_CONTACT && questions->items[i].id == id)
            return true;
    return false;
}

void questions_done(struct wizard_questions *questions)
{
    for (size_t i = 0; i < questions->count; i++)
        free_question(&questions->items[i]);
    free(questions->items);
    for (size_t i = 0; i < questions->memory_count; i++) {
        free(questions->memory[i].key);
        rw_secret_free(questions->memory[i].text);
    }
    free(questions->memory);
}

/* ---- answering ---- */

static void hand_over(struct rw_wizard *wizard, size_t index, const char *text)
{
    struct pending_question question = wizard->questions.items[index];
    int host = question.source == FROM_CONTACT ? live_index(&wizard->live, question.id) : -1;
    if (question.source == FROM_QUERY)
        result_answer(wizard, question.id, text);
    else if (host >= 0 && wizard->live.contact)
        rw_contact_answer(wizard->live.contact, (size_t)host, text);
    remove_at(&wizard->questions, index);
}

void questions_settle(struct rw_wizard *wizard)
{
    struct wizard_questions *questions = &wizard->questions;
    for (size_t i = questions->count; i-- > 0;) {
        const char *text = known_answer(questions, &questions->items[i]);
        if (text)
            hand_over(wizard, i, text);
    }
}

/* For other hosts that ask the same; and what is secret at all, so that it can be taken out of
 * texts. */
static void keep(struct rw_wizard *wizard, const struct pending_question *question,
                 const char *text)
{
    char *alone = rw_asprintf("answer %u", question->serial);
    if (!question->shown.echo)
        bundle_know(wizard, text);
    if (question->key || !question->shown.echo)
        remember(&wizard->questions, question->key ? question->key : alone, text);
    free(alone);
}

/* ---- interface ---- */

size_t rw_wizard_question_count(const struct rw_wizard *wizard)
{
    const struct wizard_questions *questions = &wizard->questions;
    size_t count = 0;
    for (size_t i = 0; i < questions->count; i++)
        count += known_answer(questions, &questions->items[i]) == NULL;
    return count;
}

struct rw_wizard_question rw_wizard_question(const struct rw_wizard *wizard, size_t index)
{
    const struct wizard_questions *questions = &wizard->questions;
    size_t i = 0;
    for (;; i++) {
        if (known_answer(questions, &questions->items[i]))
            continue;
        if (index-- == 0)
            return questions->items[i].shown;
    }
}

char *rw_wizard_question_asker(const struct rw_wizard_question *question)
{
    return question->jump ? rw_asprintf(_("jump host %s"), question->address)
                          : rw_strdup(question->host);
}

void rw_wizard_answer(struct rw_wizard *wizard, unsigned serial, const char *text)
{
    struct wizard_questions *questions = &wizard->questions;
    for (size_t i = 0; i < questions->count; i++) {
        if (questions->items[i].serial != serial)
            continue;
        if (text)
            keep(wizard, &questions->items[i], text);
        hand_over(wizard, i, text);
        break;
    }
    wizard_soon(wizard);
}

void rw_wizard_trust_all(struct rw_wizard *wizard)
{
    struct wizard_questions *questions = &wizard->questions;
    for (size_t i = questions->count; i-- > 0;)
        if (!questions->items[i].shown.sudo && questions->items[i].shown.ssh == RW_SSH_ASK_HOST_KEY)
            hand_over(wizard, i, "yes");
    wizard_soon(wizard);
}
