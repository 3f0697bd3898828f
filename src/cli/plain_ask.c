/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cli/plain.h"

/* ---- lines ---- */

/* The next line, or NULL when there will be none: a signal, or the end of input. */
static char *next_line(struct rw_plain *plain, bool hidden)
{
    char *line = NULL;
    if (rw_plain_is_unheard())
        plain->stopped = true; /* the question cannot be seen */
    while (!plain->stopped && !(line = rw_plain_input_take(plain->input)) &&
           !rw_plain_input_ended(plain->input)) {
        rw_plain_input_want(plain->input, true, hidden);
        uv_run(&plain->loop, UV_RUN_ONCE);
    }
    rw_plain_input_want(plain->input, false, false);
    return line;
}

/* Typed text is on the terminal already, unless it was hidden. */
static void echo(struct rw_plain *plain, const char *line, bool hidden)
{
    bool terminal = rw_plain_input_is_terminal(plain->input);
    if (terminal && !hidden && line)
        return;
    char *shown = hidden || !line || terminal ? NULL : rw_text_printable(line, strlen(line), 200);
    puts(shown ? shown : "");
    free(shown);
}

static enum rw_plain_move ask_line(struct rw_plain *plain, const struct rw_plain_field *field,
                                   char **text)
{
    for (;;) {
        /* The echo is off before anybody can begin to type. */
        rw_plain_input_want(plain->input, true, field->secret);
        if (field->value && *field->value)
            printf(_("%s [%s]: "), field->prompt, field->value);
        else
            printf(_("%s: "), field->prompt);
        char *line = next_line(plain, field->secret);
        echo(plain, line, field->secret);
        if (!line)
            return RW_PLAIN_LEAVE;
        if (!field->whole && strcmp(line, "?") == 0) {
            puts(field->help ? field->help : _("There is no further help on this."));
            puts(_("Enter accepts the value in brackets, - clears it, < goes back, ^C quits; "
                   "everything is saved."));
            free(line);
            continue;
        }
        if (!field->whole && strcmp(line, "<") == 0) {
            free(line);
            return RW_PLAIN_BACK;
        }
        if (!*line && field->value)
            rw_strset(&line, field->value);
        else if (!field->whole && !field->dash && strcmp(line, "-") == 0)
            *line = '\0';
        *text = line;
        return RW_PLAIN_NEXT;
    }
}

enum rw_plain_move rw_plain_ask(struct rw_plain *plain, const struct rw_plain_field *field,
                                char **text)
{
    if (!plain->uninterrupted && rw_plain_questions(plain) == RW_PLAIN_LEAVE)
        return RW_PLAIN_LEAVE;
    return ask_line(plain, field, text);
}

enum rw_plain_move rw_plain_ask_yes(struct rw_plain *plain, const char *prompt, bool yes)
{
    struct rw_plain_field field = {.prompt = prompt, .value = yes ? "yes" : "no"};
    for (;;) {
        char *text = NULL;
        enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
        if (move != RW_PLAIN_NEXT)
            return move;
        bool is_yes = strcasecmp(text, "y") == 0 || strcasecmp(text, "yes") == 0;
        bool is_no = strcasecmp(text, "n") == 0 || strcasecmp(text, "no") == 0;
        free(text);
        if (is_yes || is_no)
            return is_yes ? RW_PLAIN_NEXT : RW_PLAIN_BACK;
        puts(_("Type yes or no."));
    }
}

char *rw_plain_prompt(const struct rw_setting *setting)
{
    /* A key that only its mapping needs may be left out with it. */
    bool needed = setting->otherwise || (setting->required && setting->scopes == RW_SCOPE_TOP);
    const char *label = _(setting->label);
    if (setting->kind == RW_SETTING_FLAG)
        return rw_asprintf(_("%s: %s, true or false"), label, _(setting->option));
    if (setting->choices)
        return rw_asprintf(_("%s: %s"), label, _(setting->expected));
    if (setting->kind == RW_SETTING_NAMES)
        return rw_asprintf(_("%s, separated by blanks"), label);
    if (setting->group != RW_GROUP_NONE && !needed)
        return rw_asprintf(_("%s, or empty"), label);
    return rw_strdup(label);
}

static bool ask_once(struct rw_plain *plain, int host, const struct rw_setting *setting,
                     const char *prompt, enum rw_plain_move *move)
{
    const char *key = host == RW_DOCUMENT_CLUSTER ? rw_setting_id(setting) : setting->key;
    char *value = rw_document_get(rw_wizard_document(plain->wizard), host, key), *text = NULL;
    struct rw_plain_field field = {.prompt = prompt, .value = value, .help = _(setting->help)};
    *move = rw_plain_ask(plain, &field, &text);
    bool typed = *move == RW_PLAIN_NEXT;
    bool good = typed && rw_wizard_set(plain->wizard, host, key, text);
    bool same = typed && *text && strcmp(text, value) == 0;
    free(text);
    free(value);
    if (typed && !good)
        printf(_("This must be %s.\n"), _(setting->expected));
    return !typed || good || same; /* it stays as it is, and is reported again later */
}

enum rw_plain_move rw_plain_ask_setting(struct rw_plain *plain, int host,
                                        const struct rw_setting *setting)
{
    enum rw_plain_move move;
    char *prompt = rw_plain_prompt(setting);
    while (!ask_once(plain, host, setting, prompt, &move))
        continue;
    free(prompt);
    return move;
}

char rw_plain_command(const char *line, size_t *number)
{
    int64_t value = 0;
    line += strspn(line, " \t");
    size_t length = *line ? 1 : 0;
    const char *rest = line + length + strspn(line + length, " \t");
    bool good = !*rest || rw_text_number(rest, 1, INT32_MAX, &value) == 0;
    *number = (size_t)value;
    return good ? (char)tolower((unsigned char)*line) : '?';
}

/* ---- what hosts ask ---- */

/* The prompt of a question, to free(). */
static char *prompt_of(const struct rw_host_question *question)
{
    char *text = rw_host_question_text(question);
    if (!rw_host_question_is_key(question))
        return text;
    char *prompt =
        rw_asprintf("%s\n%s", text, _("Trust it and save it? yes, no, or all that are waiting"));
    free(text);
    return prompt;
}

static enum rw_plain_move ask_for_host(struct rw_plain *plain)
{
    struct rw_host_question question = rw_wizard_question(plain->wizard, 0);
    bool host_key = rw_host_question_is_key(&question);
    unsigned serial = question.serial;
    char *text = NULL, *prompt = prompt_of(&question);
    if (question.again)
        puts(_("Incorrect. Try again."));
    struct rw_plain_field field = {.prompt = prompt, .secret = !question.echo, .whole = !host_key};
    enum rw_plain_move move = ask_line(plain, &field, &text);
    free(prompt);
    if (move == RW_PLAIN_NEXT && host_key && strcasecmp(text, "all") == 0)
        rw_wizard_trust_all(plain->wizard);
    else
        rw_wizard_answer(plain->wizard, serial, move == RW_PLAIN_NEXT ? text : NULL);
    rw_secret_free(text);
    return move == RW_PLAIN_LEAVE ? RW_PLAIN_LEAVE : RW_PLAIN_NEXT;
}

enum rw_plain_move rw_plain_questions(struct rw_plain *plain)
{
    while (rw_wizard_question_count(plain->wizard) > 0)
        if (ask_for_host(plain) == RW_PLAIN_LEAVE)
            return RW_PLAIN_LEAVE;
    return RW_PLAIN_NEXT;
}

enum rw_plain_move rw_plain_wait(struct rw_plain *plain, bool (*over)(struct rw_plain *plain))
{
    if (rw_plain_is_unheard())
        plain->stopped = true;
    while (!over(plain)) {
        if (plain->stopped || rw_plain_questions(plain) == RW_PLAIN_LEAVE)
            return RW_PLAIN_LEAVE;
        if (!over(plain))
            uv_run(&plain->loop, UV_RUN_ONCE);
    }
    return RW_PLAIN_NEXT;
}
