/* SPDX-License-Identifier: Apache-2.0 */
/* The list of what hosts ask, and the memory of answers. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "operation/question.h"

struct rw_questions_item {
    unsigned source, id;
    struct rw_host_question shown; /* its strings are owned */
    char *key;                     /* under which the answer is remembered, or NULL */
    unsigned known;                /* generation of what was remembered when it was asked */
};

struct rw_questions_memory {
    char *key, *text; /* text NULL: refused, or forgotten */
    bool refused;
    unsigned generation; /* how often it was answered */
};

/* ---- memory ---- */

static const char *user_of(const struct rw_host *host)
{
    return host->login.user ? host->login.user : "root";
}

/* Under which an answer is remembered, to free(); NULL: it serves this question alone. The sudo
 * password is tried as it is for logging in, as everywhere; one for a jump host is not tried on the
 * hosts, nor theirs on it. */
static char *key_of(const struct rw_host *host, const struct rw_remote_question *question)
{
    const struct rw_ssh_hop *jump = question->ssh ? question->ssh->jump : NULL;
    if (jump && question->ssh->kind == RW_SSH_ASK_PASSWORD)
        return rw_asprintf("password %s @%s:%d", jump->user, jump->address, jump->port);
    if (!question->ssh || question->ssh->kind == RW_SSH_ASK_PASSWORD)
        return rw_asprintf("password %s", user_of(host));
    if (question->ssh->kind == RW_SSH_ASK_PASSPHRASE)
        return rw_asprintf("key %s", question->ssh->key_path);
    return NULL;
}

static struct rw_questions_memory *recall(const struct rw_questions *questions, const char *key)
{
    for (size_t i = 0; key && i < questions->memory_count; i++)
        if (strcmp(questions->memory[i].key, key) == 0)
            return &questions->memory[i];
    return NULL;
}

static void remember(struct rw_questions *questions, const char *key, const char *text)
{
    struct rw_questions_memory *answer = recall(questions, key);
    if (!answer) {
        answer = rw_array_add(questions->memory, questions->memory_count);
        answer->key = rw_strdup(key);
    }
    char *copy = rw_strdup(text);
    rw_secret_free(answer->text);
    answer->text = copy;
    answer->refused = !text;
    answer->generation++;
}

/* The answer that is known and was not rejected, or that it was refused; else NULL. */
static const struct rw_questions_memory *known_answer(const struct rw_questions *questions,
                                                      const struct rw_questions_item *item)
{
    const struct rw_questions_memory *answer = recall(questions, item->key);
    bool known = answer && answer->generation > item->known && (answer->text || answer->refused);
    return known ? answer : NULL;
}

/* ---- the list ---- */

static void free_item(struct rw_questions_item *item)
{
    free((char *)item->shown.host);
    free((char *)item->shown.address);
    free((char *)item->shown.user);
    free((char *)item->shown.prompt);
    free((char *)item->shown.key_path);
    free((char *)item->shown.key_type);
    free((char *)item->shown.fingerprint);
    free(item->key);
}

static void remove_at(struct rw_questions *questions, size_t index)
{
    free_item(&questions->items[index]);
    memmove(&questions->items[index], &questions->items[index + 1],
            (--questions->count - index) * sizeof *questions->items);
}

void rw_questions_add(struct rw_questions *questions, unsigned source, unsigned id,
                      const struct rw_host *host, const struct rw_remote_question *asked)
{
    const struct rw_ssh_question *ssh = asked->ssh;
    const struct rw_ssh_hop *jump = ssh ? ssh->jump : NULL;
    bool again = ssh ? ssh->attempt > 1 : asked->attempt > 1;
    struct rw_questions_item *item = rw_array_add(questions->items, questions->count);
    item->id = id;
    item->source = source;
    item->key = key_of(host, asked);
    const struct rw_questions_memory *answer = recall(questions, item->key);
    item->known = again && answer ? answer->generation : 0;
    item->shown = (struct rw_host_question){
        .serial = ++questions->last_serial,
        .host = rw_strdup(host->name),
        .jump = jump != NULL,
        .address = rw_strdup(jump ? jump->address : host->address),
        .user = rw_strdup(jump ? jump->user : user_of(host)),
        .sudo = !ssh,
        .ssh = ssh ? ssh->kind : RW_SSH_ASK_PASSWORD,
        .prompt = ssh ? rw_strdup(ssh->prompt) : NULL,
        .key_path = ssh ? rw_strdup(ssh->key_path) : NULL,
        .key_type = ssh ? rw_strdup(ssh->key_type) : NULL,
        .fingerprint = ssh ? rw_strdup(ssh->fingerprint) : NULL,
        .echo = ssh && (ssh->echo || ssh->kind == RW_SSH_ASK_HOST_KEY),
        .again = again,
    };
}

void rw_questions_drop(struct rw_questions *questions, unsigned source, unsigned id)
{
    for (size_t i = questions->count; i-- > 0;)
        if (questions->items[i].source == source && questions->items[i].id == id)
            remove_at(questions, i);
}

void rw_questions_drop_all(struct rw_questions *questions, unsigned source)
{
    for (size_t i = questions->count; i-- > 0;)
        if (questions->items[i].source == source)
            remove_at(questions, i);
}

bool rw_questions_wait(const struct rw_questions *questions, unsigned source, unsigned id)
{
    for (size_t i = 0; i < questions->count; i++)
        if (questions->items[i].source == source && questions->items[i].id == id)
            return true;
    return false;
}

void rw_questions_done(struct rw_questions *questions)
{
    for (size_t i = 0; i < questions->count; i++)
        free_item(&questions->items[i]);
    free(questions->items);
    for (size_t i = 0; i < questions->memory_count; i++) {
        free(questions->memory[i].key);
        rw_secret_free(questions->memory[i].text);
    }
    free(questions->memory);
    *questions = (struct rw_questions){0};
}

/* ---- answering ---- */

/* Takes the question off the list first: the receiver of the answer may ask again. */
static void hand_over(struct rw_questions *questions, size_t index, const char *text)
{
    unsigned source = questions->items[index].source, id = questions->items[index].id;
    char *copy = rw_strdup(text);
    remove_at(questions, index);
    questions->answer(questions->context, source, id, copy);
    rw_secret_free(copy);
}

void rw_questions_settle(struct rw_questions *questions)
{
    for (size_t i = questions->count; i-- > 0;) {
        const struct rw_questions_memory *answer =
            i < questions->count ? known_answer(questions, &questions->items[i]) : NULL;
        if (answer)
            hand_over(questions, i, answer->text);
    }
}

/* For other hosts that ask the same; and what is secret at all, so that it can be taken out of
 * texts. */
static void keep(struct rw_questions *questions, const struct rw_questions_item *item,
                 const char *text)
{
    char *alone = rw_asprintf("answer %u", item->shown.serial);
    if (!item->shown.echo && questions->secret)
        questions->secret(questions->context, text);
    if (item->key || !item->shown.echo)
        remember(questions, item->key ? item->key : alone, text);
    free(alone);
}

size_t rw_questions_open(const struct rw_questions *questions)
{
    size_t count = 0;
    for (size_t i = 0; i < questions->count; i++)
        count += known_answer(questions, &questions->items[i]) == NULL;
    return count;
}

const struct rw_host_question *rw_questions_at(const struct rw_questions *questions, size_t index)
{
    size_t i = 0;
    for (;; i++) {
        if (known_answer(questions, &questions->items[i]))
            continue;
        if (index-- == 0)
            return &questions->items[i].shown;
    }
}

void rw_questions_answer(struct rw_questions *questions, unsigned serial, const char *text)
{
    for (size_t i = 0; i < questions->count; i++) {
        if (questions->items[i].shown.serial != serial)
            continue;
        if (text)
            keep(questions, &questions->items[i], text);
        hand_over(questions, i, text);
        return;
    }
}

void rw_questions_refuse(struct rw_questions *questions, unsigned serial)
{
    for (size_t i = 0; i < questions->count; i++) {
        struct rw_questions_item *item = &questions->items[i];
        if (item->shown.serial != serial)
            continue;
        if (item->key)
            remember(questions, item->key, NULL);
        hand_over(questions, i, NULL);
        return;
    }
}

void rw_questions_ask_again(struct rw_questions *questions)
{
    for (size_t i = 0; i < questions->memory_count; i++)
        questions->memory[i].refused = false;
}

void rw_questions_trust_all(struct rw_questions *questions)
{
    for (size_t i = questions->count; i-- > 0;)
        if (i < questions->count && rw_host_question_is_key(&questions->items[i].shown))
            hand_over(questions, i, "yes");
}

void rw_questions_secrets(const struct rw_questions *questions,
                          void (*secret)(void *context, const char *text), void *context)
{
    for (size_t i = 0; i < questions->memory_count; i++)
        secret(context, questions->memory[i].text);
}
