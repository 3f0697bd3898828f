/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/logins.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secret.h"

static bool read_one(char **password, const char *path, const struct rw_host *host,
                     struct rw_findings *findings)
{
    struct rw_error err;
    if (!path || (*password = rw_secret_read(path, &err)))
        return true;
    if (findings)
        rw_findings_add(findings, RW_F_ANSWERS_PASSWORD_FILE, host->name, "file", path, "reason",
                        err.message, NULL);
    return false;
}

bool rw_logins_read(struct rw_logins *logins, const struct rw_cluster *cluster,
                    struct rw_findings *findings)
{
    bool good = true;
    logins->count = cluster->host_count;
    logins->passwords = rw_calloc(logins->count, sizeof(char *));
    logins->sudo_passwords = rw_calloc(logins->count, sizeof(char *));
    for (size_t i = 0; i < logins->count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        good &= read_one(&logins->passwords[i], host->login.password_file, host, findings);
        good &=
            read_one(&logins->sudo_passwords[i], host->login.sudo_password_file, host, findings);
    }
    return good;
}

static void free_list(char **passwords, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rw_secret_free(passwords[i]);
    free(passwords);
}

void rw_logins_done(struct rw_logins *logins)
{
    free_list(logins->passwords, logins->count);
    free_list(logins->sudo_passwords, logins->count);
    *logins = (struct rw_logins){0};
}
