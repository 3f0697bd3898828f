/* SPDX-License-Identifier: Apache-2.0 */
/* A finding: the one shape in which every problem reaches the user, whether it was met in the
 * answers file, in a check or during the install.
 *
 * A finding holds its id and its parameters, not its text: the text is drawn from the catalogue in
 * the language of the moment, so a finding that was stored in the journal reads well in both. */
#ifndef RW_FINDING_FINDING_H
#define RW_FINDING_FINDING_H

#include <stdbool.h>
#include <stddef.h>

struct rw_buf;

/* From harmless to blocking; `unknown` means "could not be determined" and is never a pass. */
enum rw_severity {
    RW_SEVERITY_OK,
    RW_SEVERITY_UNKNOWN,
    RW_SEVERITY_WARN,
    RW_SEVERITY_FAIL,
};

/* RW_F_<NAME> for each entry of catalogue.h. */
enum rw_finding_id {
#define FINDING(name, id, severity, fact, why, fix, same_as) RW_F_##name,
#include "finding/catalogue.h"
#undef FINDING
    RW_FINDING_COUNT
};

struct rw_finding_param {
    char *name;
    char *value;
};

struct rw_finding {
    enum rw_finding_id id;
    enum rw_severity severity;
    char *host; /* name of the host concerned, or NULL */
    struct rw_finding_param *params;
    size_t param_count;
};

/* A list; `struct rw_findings list = {0};` is empty. */
struct rw_findings {
    struct rw_finding *items;
    size_t count;
};

/* Adds a finding with the catalogue's severity. The variable part is pairs of strings, name and
 * value, ended by NULL; everything is copied. Each {name} in the catalogue's texts is replaced by
 * the value. A name that begins with '_' marks a value that is itself a translatable text. A NULL
 * value shows as "?". {through} is the option that leads ssh-copy-id through the "jump" host that
 * the finding has, with a blank after it, and nothing when it has none. */
struct rw_finding *rw_findings_add(struct rw_findings *list, enum rw_finding_id id,
                                   const char *host, ...) __attribute__((sentinel));
/* Adds a copy of one finding. */
void rw_findings_copy(struct rw_findings *list, const struct rw_finding *finding);
/* Adds or replaces one parameter. */
void rw_finding_set(struct rw_finding *finding, const char *name, const char *value);
/* The same for a value that somebody has typed: printable, and cut to a bearable length. */
void rw_finding_show(struct rw_finding *finding, const char *name, const char *value);
/* The value of a parameter, or NULL; borrowed. */
const char *rw_finding_get(const struct rw_finding *finding, const char *name);
/* Frees everything in the list and empties it. */
void rw_findings_done(struct rw_findings *list);
/* Whether both say the same about the same host. */
bool rw_finding_equal(const struct rw_finding *a, const struct rw_finding *b);
/* Whether it blocks what depends on it, until there is a reason to override it: it fails, or an
 * essential of a host could not be determined. The latter does not count on a host that nobody is
 * logged in to ("away"): its login has a finding of its own. */
bool rw_finding_blocks(const struct rw_finding *finding);
/* The number of findings of at least this severity. */
size_t rw_findings_at_least(const struct rw_findings *list, enum rw_severity severity);

/* The stable id for people and programs, such as "H-02"; static. */
const char *rw_finding_code(enum rw_finding_id id);
/* Finds the id by its code, or RW_FINDING_COUNT. */
enum rw_finding_id rw_finding_by_code(const char *code);
/* "ok", "unknown", "warn", "fail"; static. */
const char *rw_severity_name(enum rw_severity severity);
/* "[ OK ]", "[ ?? ]", "[WARN]", "[FAIL]", for people, in every language; static. */
const char *rw_severity_tag(enum rw_severity severity);

enum rw_finding_part {
    RW_FINDING_FACT,
    RW_FINDING_WHY,
    RW_FINDING_FIX,
    RW_FINDING_SAME_AS, /* a command to paste; never translated, no secrets; may be "" */
};
/* One text in the current language with the parameters filled in, to free(). Values are made safe
 * for a terminal. In SAME_AS they are quoted for a shell, and where the finding has {jump}, the
 * jump host of its host, the command goes through it: ssh by -J, what else asks {address} from
 * there. */
char *rw_finding_text(const struct rw_finding *finding, enum rw_finding_part part);

/* Appends the finding as lines of plain text: "[FAIL] H-02 ha-m3: …" with Why, Fix and Same as
 * below it, each line ended by "\n". */
void rw_finding_print(struct rw_buf *out, const struct rw_finding *finding);
/* The same, under other names than that of its own host; hosts may be "" or NULL. */
void rw_finding_print_for(struct rw_buf *out, const struct rw_finding *finding, const char *hosts);

/* The parameters as a JSON object, to free(), and the way back: replaces the parameters of
 * *finding; RW_ESYNTAX when json is no object of strings. */
char *rw_finding_params_json(const struct rw_finding *finding);
int rw_finding_params_parse(struct rw_finding *finding, const char *json);

#endif
