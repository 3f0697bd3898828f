/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/script.h"

#define SHELL      (1u << RW_REFUSAL_SHELL)
#define ASKED      (1u << RW_REFUSAL_SUDO | 1u << RW_REFUSAL_PASSWORD)
#define SUDO       (ASKED | 1u << RW_REFUSAL_ROOT)
#define CLOSED     (1u << RW_REFUSAL_CLOSED)
#define ANY        (-2)
#define ANYTHING   ""
#define OTHER_USER "as the user "
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* The first row that fits counts. */
static const struct rule {
    unsigned at;
    int status;       /* or ANY */
    const char *said; /* a part of it, in any case; NULL: nothing was said */
    enum rw_finding_id id;
    bool password; /* sudo may do it with a (better) password */
} rules[] = {
    {CLOSED, ANY, "expired", RW_F_LOGIN_EXPIRED, false},
    {CLOSED, ANY, "not permitted to log in", RW_F_LOGIN_NOLOGIN, false},
    {CLOSED, ANY, "booting up", RW_F_LOGIN_NOLOGIN, false},
    {CLOSED, ANY, "going down", RW_F_LOGIN_NOLOGIN, false},
    {CLOSED, ANY, ANYTHING, RW_F_LOGIN_CLOSED, false},
    {SHELL, ANY, OTHER_USER, RW_F_LOGIN_OTHER_USER, false},
    {SHELL, ANY, "password has expired", RW_F_LOGIN_EXPIRED, false},
    {SHELL, ANY, "password change required", RW_F_LOGIN_EXPIRED, false},
    {SHELL, ANY, "required to change your password", RW_F_LOGIN_EXPIRED, false},
    {SHELL, ANY, "account has expired", RW_F_LOGIN_EXPIRED, false},
    {SHELL, ANY, RW_SCRIPT_CUT, RW_F_LOGIN_START_FILE, false},
    {SHELL, ANY, "currently not available", RW_F_LOGIN_NO_SHELL, false},
    {SHELL, 1, NULL, RW_F_LOGIN_NO_SHELL, false},   /* /bin/false */
    {SHELL, 0, NULL, RW_F_LOGIN_START_FILE, false}, /* it has `exit` */
    {SHELL, ANY, ANYTHING, RW_F_LOGIN_NO_SCRIPT, false},
    {SUDO, ANY, "must have a tty", RW_F_SUDO_TTY, false},
    {SUDO, ANY, "not in the sudoers", RW_F_HOST_NO_ROOT, false},
    {SUDO, ANY, "may not run sudo", RW_F_HOST_NO_ROOT, false},
    {SUDO, ANY, "not allowed to run sudo", RW_F_HOST_NO_ROOT, false},
    {SUDO, ANY, "not allowed", RW_F_SUDO_NO_SHELL, false},
    {SUDO, ANY, "permission denied", RW_F_SUDO_NOEXEC, false},
    {SUDO, ANY, "expired", RW_F_LOGIN_EXPIRED, false},
    {ASKED, ANY, ANYTHING, RW_F_HOST_NO_ROOT, true},
    {SUDO, ANY, ANYTHING, RW_F_HOST_NO_ROOT, false},
};

/* The user that a cloud image names instead, to free(), or NULL. */
static char *other_user(const char *said)
{
    const char *name = strcasestr(said, OTHER_USER);
    if (!name)
        return NULL;
    name += strlen(OTHER_USER);
    name += strspn(name, "\"'`");
    size_t length = strspn(name, NAME_CHARS);
    while (length && name[length - 1] == '.')
        length--;
    return length ? rw_strndup(name, length) : NULL;
}

static bool fits(const struct rule *rule, const struct rw_refusal *refusal)
{
    if (!(rule->at & 1u << refusal->at) || (rule->status != ANY && rule->status != refusal->status))
        return false;
    if (!rule->said)
        return !*refusal->said;
    if (!strcasestr(refusal->said, rule->said))
        return false;
    char *name = rule->id == RW_F_LOGIN_OTHER_USER ? other_user(refusal->said) : NULL;
    bool named = name || rule->id != RW_F_LOGIN_OTHER_USER;
    free(name);
    return named;
}

static const struct rule *rule_of(const struct rw_refusal *refusal)
{
    const struct rule *rule = rules;
    while (rule < rules + RW_COUNT(rules) - 1 && !fits(rule, refusal))
        rule++;
    return rule;
}

enum rw_finding_id rw_refusal_finding(const struct rw_refusal *refusal)
{
    if (refusal->at == RW_REFUSAL_NO_SUDO)
        return RW_F_SUDO_MISSING;
    enum rw_finding_id id = rule_of(refusal)->id;
    bool unexpected = id == RW_F_HOST_NO_ROOT && refusal->password && refusal->nopasswd;
    return unexpected ? RW_F_SUDO_NOPASSWD_UNUSED : id;
}

bool rw_refusal_wants_password(const struct rw_refusal *refusal)
{
    return rule_of(refusal)->password;
}

void rw_refusal_tell(struct rw_finding *finding, const struct rw_refusal *refusal)
{
    char *wanted = other_user(refusal->said);
    rw_finding_set(finding, "how", refusal->how);
    rw_finding_set(finding, "_said", *refusal->said ? refusal->said : N_("(no output)"));
    rw_finding_set(finding, "wanted", wanted ? wanted : "");
    free(wanted);
}
