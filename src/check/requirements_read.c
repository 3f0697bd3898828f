/* SPDX-License-Identifier: Apache-2.0 */
/* From a YAML file to requirements. The file is a mapping with a list of mappings of scalars, so it
 * is read event by event: what is nested deeper, or is no plain YAML, ends the reading. */
#include "check/requirements_read.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define SOURCE_MAX 80 /* bytes of the words for a source */
#define DEPTH_MAX  8  /* of what is skipped */

struct reader {
    const char *name;
    yaml_parser_t parser;
    yaml_event_t event; /* the one that is looked at */
    bool have_event;
    bool ended; /* no event follows: the end, or an error that was reported */
    struct rw_requirements list;
    struct rw_findings *findings;
    size_t problems;
};

/* ---- reporting ---- */

/* Owned by the list; until the next one is added. NULL when enough was reported. */
static struct rw_finding *problem(struct reader *reader, enum rw_finding_id id, yaml_mark_t mark)
{
    if (++reader->problems > RW_REQUIREMENTS_PROBLEM_MAX) {
        reader->ended = true;
        return NULL;
    }
    char *where = rw_asprintf("%s:%zu:%zu", reader->name, mark.line + 1, mark.column + 1);
    struct rw_finding *finding = rw_findings_add(reader->findings, id, NULL, "where", where, NULL);
    free(where);
    return finding;
}

static void set(struct rw_finding *finding, const char *name, const char *value)
{
    if (finding)
        rw_finding_show(finding, name, value);
}

static void syntax(struct reader *reader, yaml_mark_t mark, const char *reason)
{
    struct rw_finding *finding = problem(reader, RW_F_REQUIREMENTS_SYNTAX, mark);
    set(finding, "reason", reason);
    reader->ended = true;
}

static void bad_value(struct reader *reader, yaml_mark_t mark, const char *key, const char *value,
                      const char *expected)
{
    struct rw_finding *finding = problem(reader, RW_F_REQUIREMENTS_VALUE, mark);
    set(finding, "key", key);
    set(finding, "value", value);
    if (finding)
        rw_finding_set(finding, "_expected", expected);
}

/* ---- events ---- */

static void drop_event(struct reader *reader)
{
    if (reader->have_event)
        yaml_event_delete(&reader->event);
    reader->have_event = false;
}

/* Goes to the next event; false when there is none. */
static bool next(struct reader *reader)
{
    drop_event(reader);
    if (reader->ended)
        return false;
    if (!yaml_parser_parse(&reader->parser, &reader->event)) {
        const yaml_parser_t *parser = &reader->parser;
        syntax(reader, parser->problem_mark, parser->problem ? parser->problem : "unknown error");
        return false;
    }
    reader->have_event = true;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        reader->ended = true;
    return true;
}

static bool is(const struct reader *reader, yaml_event_type_t type)
{
    return reader->have_event && reader->event.type == type;
}

/* The text of a scalar event; borrowed. A NUL inside ends it, and then it is none of ours. */
static const char *scalar(const struct reader *reader)
{
    return is(reader, YAML_SCALAR_EVENT) ? (const char *)reader->event.data.scalar.value : NULL;
}

/* From the first event of a value to its last. */
static void skip(struct reader *reader)
{
    size_t depth = 0;
    while (reader->have_event) {
        yaml_event_type_t type = reader->event.type;
        if (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT)
            depth++;
        else if (type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT)
            depth--;
        if (depth == 0)
            return;
        if (depth > DEPTH_MAX) {
            syntax(reader, reader->event.start_mark, "nested too deep");
            return;
        }
        if (!next(reader))
            return;
    }
}

/* ---- values ---- */

struct unit {
    const char *name;
    int64_t factor;
};

/* "4 GiB", "150GiB", "10 ms": a whole number and a unit. */
static bool parse_amount(const char *text, const struct unit *units, size_t count, int64_t *amount)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 7)
        return false;
    char *number = rw_strndup(text, digits);
    int64_t value = 0;
    bool good = rw_text_number(number, 0, 9999999, &value) == 0;
    free(number);
    const char *unit = text + digits + strspn(text + digits, " ");
    for (size_t i = 0; good && i < count; i++) {
        if (strcmp(unit, units[i].name) == 0) {
            *amount = value * units[i].factor;
            return true;
        }
    }
    return false;
}

static bool parse_needs(enum rw_requirement_unit unit, const char *text, int64_t *needs)
{
    static const struct unit sizes[] = {
        {"MiB", 1 << 10}, {"GiB", 1 << 20}, {"TiB", 1 << 30}, {"KiB", 1}};
    static const struct unit times[] = {{"ms", 1000}, {"s", 1000000}};
    static const struct unit counts[] = {{"", 1}};
    switch (unit) {
    case RW_UNIT_SIZE:
        return parse_amount(text, sizes, RW_COUNT(sizes), needs);
    case RW_UNIT_TIME:
        return parse_amount(text, times, RW_COUNT(times), needs);
    default:
        return parse_amount(text, counts, RW_COUNT(counts), needs);
    }
}

static const char *expected_needs(enum rw_requirement_unit unit)
{
    switch (unit) {
    case RW_UNIT_SIZE:
        return N_("a whole number with MiB, GiB or TiB, such as 4 GiB");
    case RW_UNIT_TIME:
        return N_("a whole number with ms or s, such as 10 ms");
    default:
        return N_("a whole number");
    }
}

/* ---- one requirement ---- */

enum key { CHECK, HOSTS, NEEDS, TOLERANCE, SEVERITY, FINDING_CODE, SOURCE, KEY_COUNT };

static const char *const key_names[KEY_COUNT] = {
    "check", "hosts", "needs", "tolerance", "severity", "finding", "source",
};

/* The values of one line as they stand there. */
struct line {
    char *text[KEY_COUNT]; /* NULL: not given */
    yaml_mark_t mark[KEY_COUNT], start;
};

static void line_done(struct line *line)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        free(line->text[i]);
}

static bool missing(struct reader *reader, const struct line *line, enum key key)
{
    if (line->text[key])
        return false;
    set(problem(reader, RW_F_REQUIREMENTS_MISSING, line->start), "key", key_names[key]);
    return true;
}

static bool read_check(struct reader *reader, const struct line *line, enum rw_check_id *check)
{
    for (int i = 0; i < RW_CHECK_COUNT; i++) {
        *check = (enum rw_check_id)i;
        if (strcmp(line->text[CHECK], rw_check_name(*check)) == 0)
            return true;
    }
    bad_value(reader, line->mark[CHECK], "check", line->text[CHECK],
              N_("one of the checks in data/requirements.yaml, such as memory"));
    return false;
}

static bool read_hosts(struct reader *reader, const struct line *line, unsigned *hosts)
{
    static const struct {
        const char *word;
        unsigned hosts;
    } words[] = {
        {"all", RW_ON_SERVER_ONLY | RW_ON_SERVER_WITH_WORKLOADS | RW_ON_AGENT},
        {"server", RW_ON_SERVER_ONLY | RW_ON_SERVER_WITH_WORKLOADS},
        {"server-only", RW_ON_SERVER_ONLY},
        {"server-with-workloads", RW_ON_SERVER_WITH_WORKLOADS},
        {"agent", RW_ON_AGENT},
    };
    for (size_t i = 0; i < RW_COUNT(words); i++) {
        if (strcmp(line->text[HOSTS], words[i].word) == 0) {
            *hosts = words[i].hosts;
            return true;
        }
    }
    bad_value(reader, line->mark[HOSTS], "hosts", line->text[HOSTS],
              N_("all, server, agent, server-only or server-with-workloads"));
    return false;
}

static bool read_severity(struct reader *reader, const struct line *line,
                          enum rw_severity *severity)
{
    static const struct {
        const char *word;
        enum rw_severity severity;
    } words[] = {{"fail", RW_SEVERITY_FAIL}, {"warn", RW_SEVERITY_WARN}, {"off", RW_SEVERITY_OK}};
    for (size_t i = 0; i < RW_COUNT(words); i++) {
        if (strcmp(line->text[SEVERITY], words[i].word) == 0) {
            *severity = words[i].severity;
            return true;
        }
    }
    bad_value(reader, line->mark[SEVERITY], "severity", line->text[SEVERITY],
              N_("fail, warn or off"));
    return false;
}

/* Only the texts that are made for this check have all that they need. */
static bool read_finding(struct reader *reader, const struct line *line, enum rw_check_id check,
                         enum rw_finding_id *id)
{
    const char *code = line->text[FINDING_CODE], *at = rw_check_findings(check);
    *id = rw_finding_by_code(code);
    while (*at && *id != RW_FINDING_COUNT) {
        size_t length = strcspn(at, " ");
        if (length == strlen(code) && strncmp(at, code, length) == 0)
            return true;
        at += length + (at[length] == ' ');
    }
    bad_value(reader, line->mark[FINDING_CODE], "finding", code,
              N_("the finding code of this check in data/requirements.yaml"));
    return false;
}

static bool read_limit(struct reader *reader, const struct line *line,
                       struct rw_requirement *requirement)
{
    static const struct unit percent[] = {{"%", 1}};
    enum rw_requirement_unit unit = rw_check_unit(requirement->check);
    int64_t tolerance = 0;
    if (unit == RW_UNIT_NONE) {
        enum key key = line->text[NEEDS] ? NEEDS : TOLERANCE;
        if (!line->text[key])
            return true;
        bad_value(reader, line->mark[key], key_names[key], line->text[key],
                  N_("omitted: this check has no limit"));
        return false;
    }
    if (missing(reader, line, NEEDS))
        return false;
    if (!parse_needs(unit, line->text[NEEDS], &requirement->needs)) {
        bad_value(reader, line->mark[NEEDS], "needs", line->text[NEEDS], expected_needs(unit));
        return false;
    }
    if (line->text[TOLERANCE] &&
        (!parse_amount(line->text[TOLERANCE], percent, 1, &tolerance) || tolerance > 50)) {
        bad_value(reader, line->mark[TOLERANCE], "tolerance", line->text[TOLERANCE],
                  N_("a percentage from 0% to 50%"));
        return false;
    }
    requirement->tolerance = (int)tolerance;
    return true;
}

static void add_requirement(struct reader *reader, struct line *line)
{
    static const enum key always[] = {CHECK, HOSTS, SEVERITY, FINDING_CODE, SOURCE};
    struct rw_requirement requirement = {0};
    bool good = true;
    for (size_t i = 0; i < RW_COUNT(always); i++)
        good = !missing(reader, line, always[i]) && good;
    good = good && read_check(reader, line, &requirement.check);
    if (!good)
        return;
    good = read_hosts(reader, line, &requirement.hosts);
    good = read_severity(reader, line, &requirement.severity) && good;
    good = read_finding(reader, line, requirement.check, &requirement.finding) && good;
    good = read_limit(reader, line, &requirement) && good;
    if (!good)
        return;
    requirement.source =
        rw_text_printable(line->text[SOURCE], strlen(line->text[SOURCE]), SOURCE_MAX);
    *rw_array_add(reader->list.items, reader->list.count) = requirement;
}

static void unknown_key(struct reader *reader, const char *allowed)
{
    const char *key = scalar(reader);
    struct rw_finding *finding = problem(reader, RW_F_REQUIREMENTS_KEY, reader->event.start_mark);
    set(finding, "key", key ? key : "{…}");
    if (finding)
        rw_finding_set(finding, "allowed", allowed);
}

/* At the key of a pair; leaves at its value's end. */
static void read_pair(struct reader *reader, struct line *line)
{
    const char *name = scalar(reader);
    size_t key = 0;
    while (name && key < KEY_COUNT && strcmp(name, key_names[key]) != 0)
        key++;
    if (!name || key == KEY_COUNT || line->text[key]) {
        unknown_key(reader, "check, hosts, needs, tolerance, severity, finding, source");
        skip(reader);
        if (next(reader))
            skip(reader);
        return;
    }
    if (!next(reader))
        return;
    if (scalar(reader)) {
        line->text[key] = rw_strdup(scalar(reader));
        line->mark[key] = reader->event.start_mark;
    } else {
        bad_value(reader, reader->event.start_mark, key_names[key], "{…}", N_("a single value"));
        line->text[key] = rw_strdup("");
        skip(reader);
    }
}

static void read_list(struct reader *reader)
{
    if (!is(reader, YAML_SEQUENCE_START_EVENT)) {
        bad_value(reader, reader->event.start_mark, "requirements", "…", N_("a list of mappings"));
        skip(reader);
        return;
    }
    while (next(reader) && !is(reader, YAML_SEQUENCE_END_EVENT)) {
        if (!is(reader, YAML_MAPPING_START_EVENT)) {
            bad_value(reader, reader->event.start_mark, "requirements", "…",
                      N_("a list of mappings"));
            skip(reader);
            continue;
        }
        if (reader->list.count >= RW_REQUIREMENTS_LIST_MAX) {
            syntax(reader, reader->event.start_mark, "too many requirements");
            return;
        }
        struct line line = {.start = reader->event.start_mark};
        while (next(reader) && !is(reader, YAML_MAPPING_END_EVENT))
            read_pair(reader, &line);
        if (!reader->ended)
            add_requirement(reader, &line);
        line_done(&line);
    }
}

static void read_version(struct reader *reader)
{
    const char *version = scalar(reader);
    if (!version || strcmp(version, "1") != 0)
        bad_value(reader, reader->event.start_mark, "version", version ? version : "{…}",
                  N_("1, the format of this file"));
    skip(reader);
}

static void read_document(struct reader *reader)
{
    yaml_mark_t start = reader->event.start_mark;
    bool version = false;
    if (!is(reader, YAML_MAPPING_START_EVENT)) {
        syntax(reader, start, "the file is not a mapping of keys");
        return;
    }
    while (next(reader) && !is(reader, YAML_MAPPING_END_EVENT)) {
        const char *key = scalar(reader);
        bool is_version = key && strcmp(key, "version") == 0;
        bool is_list = key && strcmp(key, "requirements") == 0;
        if (!is_version && !is_list) {
            unknown_key(reader, "version, requirements");
            skip(reader);
        }
        if (!next(reader))
            return;
        version = version || is_version;
        if (is_version)
            read_version(reader);
        else if (is_list)
            read_list(reader);
        else
            skip(reader);
    }
    if (!version && !reader->ended)
        set(problem(reader, RW_F_REQUIREMENTS_MISSING, start), "key", "version");
}

/* ---- the whole file ---- */

static void read_stream(struct reader *reader)
{
    /* The begin of the stream and of the document. An empty file has none. */
    if (!next(reader) || !next(reader))
        return;
    if (!is(reader, YAML_DOCUMENT_START_EVENT)) {
        syntax(reader, reader->event.start_mark, "the file is empty");
        return;
    }
    if (!next(reader))
        return;
    read_document(reader);
    if (next(reader) && next(reader) && !is(reader, YAML_STREAM_END_EVENT))
        syntax(reader, reader->event.start_mark, "a second document");
}

int rw_requirements_parse(struct rw_requirements *list, const char *text, size_t size,
                          const char *name, struct rw_findings *findings)
{
    struct reader reader = {.name = name, .findings = findings};
    if (!yaml_parser_initialize(&reader.parser))
        abort();
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, size);
    read_stream(&reader);
    drop_event(&reader);
    yaml_parser_delete(&reader.parser);
    if (reader.problems > 0) {
        rw_requirements_done(&reader.list);
        return RW_ESYNTAX;
    }
    rw_requirements_replace(list, &reader.list);
    return 0;
}

int rw_requirements_load(struct rw_requirements *list, const char *path,
                         struct rw_findings *findings)
{
    struct rw_buf text = {0};
    struct rw_error err = {0};
    int rc = rw_file_read(path, RW_REQUIREMENTS_MAX, &text, &err);
    if (rc != 0)
        rw_findings_add(findings, RW_F_REQUIREMENTS_UNREADABLE, NULL, "file", path, "reason",
                        err.message, NULL);
    else
        rc = rw_requirements_parse(list, rw_buf_str(&text), text.len, path, findings);
    rw_buf_done(&text);
    return rc;
}
