/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/finding.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define VALUE_MAX 4096

#define SHOWN_MAX 80 /* bytes of a typed value */

static const struct message {
    const char *code;
    enum rw_severity severity;
    const char *text[4]; /* by enum rw_finding_part */
} messages[RW_FINDING_COUNT] = {
#define FINDING(name, id, severity, fact, why, fix, same_as)                                       \
    [RW_F_##name] = {id, RW_SEVERITY_##severity, {fact, why, fix, same_as}},
#include "finding/catalogue.h"
#undef FINDING
};

void rw_finding_set(struct rw_finding *finding, const char *name, const char *value)
{
    for (size_t i = 0; i < finding->param_count; i++) {
        if (strcmp(finding->params[i].name, name) == 0) {
            rw_strset(&finding->params[i].value, value ? value : "?");
            return;
        }
    }
    struct rw_finding_param *param = rw_array_add(finding->params, finding->param_count);
    param->name = rw_strdup(name);
    param->value = rw_strdup(value ? value : "?");
}

void rw_finding_show(struct rw_finding *finding, const char *name, const char *value)
{
    size_t length = strlen(value);
    char *shown = rw_text_printable(value, length, SHOWN_MAX);
    char *cut = rw_asprintf("%s%s", shown, length > SHOWN_MAX ? "…" : "");
    rw_finding_set(finding, name, cut);
    free(cut);
    free(shown);
}

const char *rw_finding_get(const struct rw_finding *finding, const char *name)
{
    for (size_t i = 0; i < finding->param_count; i++)
        if (strcmp(finding->params[i].name, name) == 0)
            return finding->params[i].value;
    return NULL;
}

struct rw_finding *rw_findings_add(struct rw_findings *list, enum rw_finding_id id,
                                   const char *host, ...)
{
    struct rw_finding *finding = rw_array_add(list->items, list->count);
    finding->id = id;
    finding->severity = messages[id].severity;
    finding->host = rw_strdup(host);
    va_list args;
    va_start(args, host);
    for (const char *name; (name = va_arg(args, const char *));)
        rw_finding_set(finding, name, va_arg(args, const char *));
    va_end(args);
    return finding;
}

void rw_findings_copy(struct rw_findings *list, const struct rw_finding *source)
{
    struct rw_finding original = *source; /* which may be in the list that now moves */
    struct rw_finding *finding = rw_array_add(list->items, list->count);
    finding->id = original.id;
    finding->severity = original.severity;
    finding->host = rw_strdup(original.host);
    for (size_t i = 0; i < original.param_count; i++)
        rw_finding_set(finding, original.params[i].name, original.params[i].value);
}

static void clear_params(struct rw_finding *finding)
{
    for (size_t i = 0; i < finding->param_count; i++) {
        free(finding->params[i].name);
        free(finding->params[i].value);
    }
    free(finding->params);
    finding->params = NULL;
    finding->param_count = 0;
}

void rw_findings_done(struct rw_findings *list)
{
    for (size_t i = 0; i < list->count; i++) {
        clear_params(&list->items[i]);
        free(list->items[i].host);
    }
    free(list->items);
    list->items = NULL;
    list->count = 0;
}

bool rw_finding_equal(const struct rw_finding *a, const struct rw_finding *b)
{
    if (a->id != b->id || !rw_text_equal(a->host, b->host) || a->param_count != b->param_count)
        return false;
    for (size_t i = 0; i < a->param_count; i++)
        if (!rw_text_equal(a->params[i].value, rw_finding_get(b, a->params[i].name)))
            return false;
    return true;
}

bool rw_finding_blocks(const struct rw_finding *finding)
{
    bool essential = finding->id == RW_F_HOST_NOT_CHECKED || finding->id == RW_F_CHECK_UNKNOWN;
    return finding->severity == RW_SEVERITY_FAIL || (finding->severity == RW_SEVERITY_UNKNOWN &&
                                                     essential && !rw_finding_get(finding, "away"));
}

size_t rw_findings_at_least(const struct rw_findings *list, enum rw_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->items[i].severity >= severity;
    return count;
}

const char *rw_finding_code(enum rw_finding_id id)
{
    return messages[id].code;
}

enum rw_finding_id rw_finding_by_code(const char *code)
{
    for (int id = 0; id < RW_FINDING_COUNT; id++)
        if (strcmp(messages[id].code, code) == 0)
            return (enum rw_finding_id)id;
    return RW_FINDING_COUNT;
}

const char *rw_severity_name(enum rw_severity severity)
{
    static const char *const names[] = {"ok", "unknown", "warn", "fail"};
    return names[severity];
}

static void add_value(struct rw_buf *out, const struct rw_finding *finding, const char *name,
                      size_t length, bool shell)
{
    char *key = rw_strndup(name, length);
    const char *value = rw_finding_get(finding, key);
    if (!value && strcmp(key, "host") == 0)
        value = finding->host;
    if (!value)
        value = "?";
    if (key[0] == '_' && *value)
        value = _(value);
    char *safe = rw_text_printable(value, strlen(value), VALUE_MAX);
    if (shell)
        rw_text_shell_quote(out, safe);
    else
        rw_buf_adds(out, safe);
    free(safe);
    free(key);
}

/* {through}: for a command within a sentence. */
static void add_through(struct rw_buf *out, const struct rw_finding *finding)
{
    if (!rw_finding_get(finding, "jump"))
        return;
    rw_buf_adds(out, "-o ProxyJump=");
    add_value(out, finding, "jump", strlen("jump"), true);
    rw_buf_addc(out, ' ');
}

/* Begins a command that has to reach a host behind a jump host; gives what is left of it. */
static const char *go_through_jump(struct rw_buf *out, const struct rw_finding *finding,
                                   const char *command)
{
    if (!rw_finding_get(finding, "jump") || strstr(command, "{jump"))
        return command;
    if (rw_text_starts(command, "ssh ")) {
        rw_buf_adds(out, "ssh -J ");
        add_value(out, finding, "jump", strlen("jump"), true);
        return command + strlen("ssh");
    }
    if (strstr(command, "{address}")) {
        rw_buf_adds(out, "ssh -p ");
        add_value(out, finding, "jump_port", strlen("jump_port"), true);
        rw_buf_addc(out, ' ');
        add_value(out, finding, "jump_user", strlen("jump_user"), true);
        rw_buf_addc(out, '@');
        add_value(out, finding, "jump_address", strlen("jump_address"), true);
        rw_buf_addc(out, ' ');
    }
    return command;
}

char *rw_finding_text(const struct rw_finding *finding, enum rw_finding_part part)
{
    const char *text = messages[finding->id].text[part];
    bool shell = part == RW_FINDING_SAME_AS;
    if (*text && !shell)
        text = _(text);
    struct rw_buf out = {0};
    if (shell)
        text = go_through_jump(&out, finding, text);
    while (*text) {
        size_t plain = strcspn(text, "{");
        rw_buf_add(&out, text, plain);
        text += plain;
        if (!*text)
            break;
        size_t length = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_");
        if (length == 0 || text[1 + length] != '}') {
            rw_buf_addc(&out, *text++);
            continue;
        }
        if (rw_text_starts(text, "{through}"))
            add_through(&out, finding);
        else
            add_value(&out, finding, text + 1, length, shell);
        text += length + 2;
    }
    return rw_buf_take(&out);
}

static void print_part(struct rw_buf *out, const struct rw_finding *finding,
                       enum rw_finding_part part, const char *label)
{
    char *text = rw_finding_text(finding, part);
    const char *cursor = text, *line;
    size_t length;
    bool first = true;
    while (rw_text_line(&cursor, &line, &length)) {
        rw_buf_addf(out, "       %s%.*s\n", first ? label : "  ", (int)length, line);
        first = false;
    }
    free(text);
}

const char *rw_severity_tag(enum rw_severity severity)
{
    static const char *const tags[] = {"[ OK ]", "[ ?? ]", "[WARN]", "[FAIL]"};
    return tags[severity];
}

void rw_finding_print_for(struct rw_buf *out, const struct rw_finding *finding, const char *hosts)
{
    char *fact = rw_finding_text(finding, RW_FINDING_FACT);
    rw_buf_addf(out, "%s %s ", rw_severity_tag(finding->severity), rw_finding_code(finding->id));
    if (hosts && *hosts)
        rw_buf_addf(out, _("%s: "), hosts);
    rw_buf_addf(out, "%s\n", fact);
    free(fact);
    print_part(out, finding, RW_FINDING_WHY, _("Why: "));
    print_part(out, finding, RW_FINDING_FIX, _("Fix: "));
    print_part(out, finding, RW_FINDING_SAME_AS, _("Same as: "));
}

void rw_finding_print(struct rw_buf *out, const struct rw_finding *finding)
{
    char *host =
        finding->host ? rw_text_printable(finding->host, strlen(finding->host), VALUE_MAX) : NULL;
    rw_finding_print_for(out, finding, host);
    free(host);
}

char *rw_finding_params_json(const struct rw_finding *finding)
{
    json_t *object = json_object();
    for (size_t i = 0; i < finding->param_count; i++) {
        const char *value = finding->params[i].value;
        char *safe = rw_text_printable(value, strlen(value), VALUE_MAX);
        json_object_set_new(object, finding->params[i].name, json_string(safe));
        free(safe);
    }
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text ? text : rw_strdup("{}");
}

int rw_finding_params_parse(struct rw_finding *finding, const char *json)
{
    json_t *object = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    const char *name;
    json_t *value;
    bool good = json_is_object(object);
    json_object_foreach(object, name, value) good = good && json_is_string(value);
    if (good) {
        clear_params(finding);
        json_object_foreach(object, name, value)
            rw_finding_set(finding, name, json_string_value(value));
    }
    json_decref(object);
    return good ? 0 : RW_ESYNTAX;
}
