/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/start_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "rke2/rke2.h"

void rw_start_reader_begin(struct rw_start_reader *reader, int64_t now_ms, enum rw_role role,
                           const char *host, const char *name)
{
    *reader = (struct rw_start_reader){
        .role = role,
        .host = host,
        .name = name,
        .moved_ms = now_ms,
        .looked_ms = now_ms,
        .cause = RW_FINDING_COUNT,
        .waits = RW_FINDING_COUNT,
        .said = rw_strdup("-"),
        .settings = rw_strdup(""),
        .noted = rw_strdup(","),
    };
}

void rw_start_reader_done(struct rw_start_reader *reader)
{
    free(reader->node);
    free(reader->kubelet);
    free(reader->said);
    free(reader->words);
    free(reader->exit);
    free(reader->settings);
    free(reader->noted);
    rw_findings_done(&reader->last);
    rw_findings_done(&reader->now);
}

const struct rw_finding *rw_start_reason(const struct rw_start_reader *reader)
{
    return reader->last.count ? &reader->last.items[0] : NULL;
}

const char *rw_start_last_words(const struct rw_start_reader *reader)
{
    return reader->words ? reader->words : reader->said;
}

/* ---- reporting ---- */

static void tell(struct rw_start_reader *reader, const struct rw_finding *finding,
                 enum rw_severity severity, struct rw_start_reading *reading)
{
    rw_findings_done(&reader->now);
    rw_findings_copy(&reader->now, finding);
    reader->now.items[0].severity = severity;
    reading->finding = &reader->now.items[0];
    reading->failed = severity == RW_SEVERITY_FAIL;
}

static void tell_crash_loop(struct rw_start_reader *reader, enum rw_severity severity,
                            struct rw_start_reading *reading)
{
    char restarts[24];
    struct rw_findings one = {0};
    snprintf(restarts, sizeof restarts, "%ld", reader->restarts);
    rw_findings_add(&one, RW_F_START_CRASH_LOOP, reader->host, "unit", rw_rke2_unit(reader->role),
                    "line", rw_start_last_words(reader), "restarts", restarts, "exit",
                    reader->exit ? reader->exit : "?", NULL);
    tell(reader, &one.items[0], severity, reading);
    rw_findings_done(&one);
}

/* ---- where it is ---- */

/* Whatever was complained of has passed. */
static void forget(struct rw_start_reader *reader)
{
    reader->stuck = false;
    reader->stuck_at = 0;
    reader->restarts = 0;
    reader->cause = reader->waits = RW_FINDING_COUNT;
    reader->causes = 0;
    rw_findings_done(&reader->last);
    free(reader->words);
    reader->words = NULL;
}

static void hold(struct rw_start_reader *reader)
{
    reader->stuck = true;
    if (reader->step > reader->stuck_at)
        reader->stuck_at = reader->step;
}

static void take_step(struct rw_start_reader *reader, const struct rw_line_meaning *meaning,
                      int64_t now_ms, struct rw_start_reading *reading)
{
    if (!reader->seen[meaning->step])
        reader->moved_ms = now_ms;
    if (!reader->seen[meaning->step] && reader->progress != meaning->progress)
        reading->progress = reader->progress = meaning->progress;
    reader->seen[meaning->step] = true;
    if (meaning->step > reader->step)
        reader->step = meaning->step;
    if (reader->stuck && meaning->step > reader->stuck_at)
        forget(reader);
}

/* ---- why it does not get on ---- */

static void take_setting(struct rw_start_reader *reader, const char *text)
{
    char *key = rw_journal_setting(text);
    if (*key && !strstr(reader->settings, key)) {
        char *more = rw_asprintf("%s%s%s", reader->settings, *reader->settings ? ", " : "", key);
        free(reader->settings);
        reader->settings = more;
    }
    free(key);
}

static void take_note(struct rw_start_reader *reader, enum rw_finding_id id, const char *text,
                      struct rw_start_reading *reading)
{
    char *key = rw_journal_setting(text);
    char *mark = rw_asprintf("%s=%s,", rw_finding_code(id), key);
    if (!strstr(reader->noted, mark)) {
        struct rw_findings one = {0};
        rw_findings_add(&one, id, reader->host, "line", text, "key", key, NULL);
        tell(reader, &one.items[0], RW_SEVERITY_WARN, reading);
        rw_findings_done(&one);
        char *more = rw_asprintf("%s%s", reader->noted, mark);
        free(reader->noted);
        reader->noted = more;
    }
    free(mark);
    free(key);
}

/* The settings as options of grep, for a command to paste; the shell of the host splits them. */
static char *greps(const char *settings)
{
    struct rw_buf out = {0};
    rw_buf_adds(&out, "-e ");
    for (const char *at = *settings ? settings : "cidr, cluster-"; *at; at++) {
        if (*at == ',')
            rw_buf_adds(&out, " -e");
        else
            rw_buf_addc(&out, *at);
    }
    char *text = rw_strdup(rw_buf_str(&out));
    rw_buf_done(&out);
    return text;
}

/* log: where the text was found, when not in the journal; else NULL. */
static void set_last(struct rw_start_reader *reader, enum rw_finding_id id, const char *text,
                     const struct rw_log_reason *log)
{
    char *asked = rw_journal_asked(text), *grep = greps(reader->settings);
    struct rw_log_reason kubelet = {0};
    if (id == RW_F_START_KUBELET && reader->kubelet && !log)
        rw_log_reason_add(&kubelet, "kubelet", reader->kubelet);
    if (kubelet.words) {
        log = &kubelet;
        id = kubelet.finding;
        text = kubelet.words;
    }
    rw_findings_done(&reader->last);
    struct rw_finding *last = rw_findings_add(&reader->last, id, reader->host, "line", text, "name",
                                              asked ? asked : reader->name, "node",
                                              reader->node ? reader->node : reader->host, "setting",
                                              *reader->settings ? reader->settings : text, "grep",
                                              grep, "unit", rw_rke2_unit(reader->role), NULL);
    if (log) {
        rw_finding_set(last, "pod", log->pod);
        rw_finding_set(last, "file", log->file);
    }
    rw_log_reason_done(&kubelet);
    free(grep);
    free(asked);
}

/* For how long this life has waited for it, in ms. */
static int64_t waited(struct rw_start_reader *reader, const struct rw_line_meaning *meaning,
                      int64_t now_ms)
{
    if (reader->waits != meaning->finding) {
        reader->waits = meaning->finding;
        reader->waits_since = now_ms;
    }
    return now_ms - reader->waits_since;
}

/* Whether it waits for what others do, too, and not for longer than is usual. */
static bool is_usual(struct rw_start_reader *reader, const struct rw_line_meaning *meaning,
                     int64_t now_ms, struct rw_start_reading *reading)
{
    if (!meaning->grace_s || waited(reader, meaning, now_ms) >= meaning->grace_s * 1000LL)
        return false;
    if (reader->progress != meaning->progress)
        reading->progress = reader->progress = meaning->progress;
    return true;
}

/* Whether the reason has been named often enough, or has lasted long enough. */
static bool counts_out(struct rw_start_reader *reader, const struct rw_line_meaning *meaning,
                       int64_t now_ms)
{
    if (meaning->kind == RW_LINE_CAUSE) {
        reader->causes = reader->cause == meaning->finding ? reader->causes + 1 : 1;
        reader->cause = meaning->finding;
        return meaning->sure || reader->causes >= RW_READER_CAUSES_MAX;
    }
    return meaning->patience_s && waited(reader, meaning, now_ms) >= meaning->patience_s * 1000LL;
}

/* The kubelet gives its reason in a log of its own, which is read every few seconds: the first time
 * it exits, that may be yet to come. */
static bool words_will_come(const struct rw_start_reader *reader)
{
    const struct rw_finding *last = &reader->last.items[0];
    return last->id == RW_F_START_KUBELET && reader->causes == 1 && !rw_finding_get(last, "file");
}

static void take_reason(struct rw_start_reader *reader, const struct rw_line_meaning *meaning,
                        int64_t now_ms, bool excused, const char *text,
                        const struct rw_log_reason *log, struct rw_start_reading *reading)
{
    hold(reader);
    set_last(reader, meaning->finding, text, log);
    reader->hidden = log != NULL;
    if (excused)
        reader->waits = RW_FINDING_COUNT;
    bool fails = !excused && counts_out(reader, meaning, now_ms);
    if (!fails && (reader->told[meaning->finding] || words_will_come(reader)))
        return;
    tell(reader, &reader->last.items[0], fails ? RW_SEVERITY_FAIL : RW_SEVERITY_WARN, reading);
    reader->told[meaning->finding] = true;
}

/* ---- what only the logs of the host say ---- */

int64_t rw_start_look_due(const struct rw_start_reader *reader, int64_t now_ms)
{
    if (reader->last.count && !reader->hidden)
        return -1;
    int64_t since = reader->moved_ms > reader->looked_ms ? reader->moved_ms : reader->looked_ms;
    int64_t left = since + RW_READER_STALL_S * 1000LL - now_ms;
    return left > 0 ? left : 0;
}

void rw_start_looking(struct rw_start_reader *reader, int64_t now_ms)
{
    reader->looked_ms = now_ms;
}

struct rw_start_reading rw_start_hidden(struct rw_start_reader *reader, int64_t now_ms,
                                        bool excused, const struct rw_log_reason *reason)
{
    struct rw_start_reading reading = {0};
    /* Whoever got on meanwhile has no use for it. */
    if (!reason->words || now_ms - reader->moved_ms < RW_READER_STALL_S * 1000LL)
        return reading;
    struct rw_line_meaning meaning = {.kind = reason->kind, .finding = reason->finding};
    take_reason(reader, &meaning, now_ms, excused, reason->words, reason, &reading);
    return reading;
}

/* ---- from one life of the service to the next ---- */

static void take_end(struct rw_start_reader *reader, const char *text)
{
    free(reader->exit);
    reader->exit = rw_journal_exit(text);
    free(reader->words);
    reader->words = rw_strdup(reader->said);
    reader->ended = true;
}

/* systemd starts the service anew: what is fatal may pass, but the user wants to know early. An end
 * that waiting explains, a server that is away or a registry that is busy, is no reason to give up.
 */
static void count_restart(struct rw_start_reader *reader, struct rw_start_reading *reading)
{
    bool named = reader->ends_by == RW_LINE_CAUSE && reader->last.count;
    reader->restarts++;
    if (reader->restarts >= RW_READER_RESTARTS_MAX && named)
        tell(reader, &reader->last.items[0], RW_SEVERITY_FAIL, reading);
    else if (reader->restarts >= RW_READER_RESTARTS_MAX)
        tell_crash_loop(reader, RW_SEVERITY_FAIL, reading);
    else if (reader->restarts == RW_READER_RESTARTS_TOLD && !named)
        tell_crash_loop(reader, RW_SEVERITY_WARN, reading);
}

static void take_restart(struct rw_start_reader *reader, bool excused,
                         struct rw_start_reading *reading)
{
    hold(reader);
    if (!excused && reader->ends_by != RW_LINE_WAIT)
        count_restart(reader, reading);
    memset(reader->seen, 0, sizeof reader->seen);
    reader->step = 0;
    reader->ends_by = RW_LINE_NOTHING;
    reader->ended = reader->fatal = false;
    free(reader->settings);
    reader->settings = rw_strdup("");
}

static void take_words(struct rw_start_reader *reader, const char *text, bool fatal)
{
    if (reader->ended || (reader->fatal && !fatal))
        return;
    free(reader->said);
    reader->said = rw_strdup(text);
    reader->fatal = fatal;
}

struct rw_start_reading rw_start_read(struct rw_start_reader *reader, int64_t now_ms, bool excused,
                                      const char *line, size_t length)
{
    struct rw_start_reading reading = {0};
    struct rw_line_meaning meaning = rw_journal_line(reader->role, line, length);
    char *text = rw_journal_message(line, length);
    bool fatal = rw_journal_fatal(line, length);
    if (fatal)
        reader->ends_by = meaning.kind;
    if (!rw_journal_systemd(line, length))
        take_words(reader, text, fatal);
    switch (meaning.kind) {
    case RW_LINE_PROGRESS:
        take_step(reader, &meaning, now_ms, &reading);
        break;
    case RW_LINE_NOTE:
        take_note(reader, meaning.finding, text, &reading);
        break;
    case RW_LINE_WAIT:
    case RW_LINE_CAUSE:
        if (!fatal && is_usual(reader, &meaning, now_ms, &reading))
            break;
        take_reason(reader, &meaning, now_ms, excused, text, NULL, &reading);
        break;
    case RW_LINE_SETTING:
        take_setting(reader, text);
        break;
    case RW_LINE_ENDED:
        take_end(reader, text);
        break;
    case RW_LINE_RESTART:
        take_restart(reader, excused, &reading);
        break;
    case RW_LINE_UP:
        reader->moved_ms = now_ms;
        forget(reader);
        reading.up = true;
        break;
    case RW_LINE_NOTHING:
        break;
    }
    free(text);
    return reading;
}
