/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/answers.h"
#include "cluster/names.h"
#include "cluster/proxy.h"

static void warn_if_readable(const char *path, struct rw_findings *findings)
{
    struct stat info;
    if (!path || stat(path, &info) != 0 || (info.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return;
    struct rw_findings one = {0};
    rw_findings_add(&one, RW_F_ANSWERS_SECRET_MODE, NULL, "file", path, NULL);
    bool known = false;
    for (size_t i = 0; i < findings->count; i++)
        known = known || rw_finding_equal(&findings->items[i], &one.items[0]);
    if (!known)
        rw_findings_copy(findings, &one.items[0]);
    rw_findings_done(&one);
}

static void warn_about_login(const struct rw_login *login, struct rw_findings *findings)
{
    warn_if_readable(login->key, findings);
    warn_if_readable(login->jump_key, findings);
    warn_if_readable(login->password_file, findings);
    warn_if_readable(login->sudo_password_file, findings);
}

static void warn_about_modes(const struct rw_cluster *cluster, const char *path,
                             struct rw_findings *findings)
{
    const struct rw_proxy *proxy = &cluster->proxy;
    warn_if_readable(cluster->token_file, findings);
    warn_if_readable(proxy->password_file, findings);
    if ((cluster->token && !cluster->token_file) || (proxy->password && !proxy->password_file))
        warn_if_readable(path, findings);
    warn_about_login(&cluster->login, findings);
    for (size_t i = 0; i < cluster->host_count; i++)
        warn_about_login(&cluster->hosts[i].login, findings);
}

/* The secret in a file, without white space at its end, to rw_secret_free(); NULL with *err. */
static char *read_secret(const char *path, struct rw_error *err)
{
    char *secret = rw_secret_read(path, err);
    for (size_t length = secret ? strlen(secret) : 0;
         length && strchr(" \t\v\f", secret[length - 1]);)
        secret[--length] = '\0';
    return secret;
}

bool rw_answers_read_token(struct rw_cluster *cluster, struct rw_findings *findings)
{
    const char *path = cluster->token_file, *reason;
    struct rw_error err = {0};
    char *token = read_secret(path, &err);
    if (!token) {
        rw_findings_add(findings, RW_F_ANSWERS_TOKEN_FILE, NULL, "file", path, "reason",
                        err.message, NULL);
        return false;
    }
    rw_secret_free(cluster->token);
    cluster->token = token;
    bool known = rw_names_token_is_known(token, cluster->registration_name);
    if (!known && rw_answers_check_token(token, &reason) == 0)
        return true;
    char *where = rw_asprintf("%s:1:1", path);
    if (known)
        rw_findings_add(findings, RW_F_ANSWERS_KNOWN_TOKEN, NULL, "where", where, NULL);
    else
        rw_findings_add(findings, RW_F_ANSWERS_BAD_TOKEN, NULL, "where", where, "_reason", reason,
                        NULL);
    free(where);
    return false;
}

bool rw_answers_read_proxy_password(struct rw_cluster *cluster, struct rw_findings *findings)
{
    const char *path = cluster->proxy.password_file;
    struct rw_error err = {0};
    char *password = read_secret(path, &err);
    bool good = password && rw_proxy_is_password(password);
    if (good) {
        rw_secret_free(cluster->proxy.password);
        cluster->proxy.password = password;
        return true;
    }
    rw_findings_add(findings, RW_F_ANSWERS_PROXY_FILE, NULL, "file", path, "_reason",
                    password ? N_("its first line is not a password") : err.message, NULL);
    rw_secret_free(password);
    return false;
}

/* Reads the file into *text; false after a finding. */
static bool read_file(const char *path, struct rw_buf *text, struct rw_findings *findings)
{
    struct rw_error err = {0};
    if (rw_file_read(path, RW_ANSWERS_MAX, text, &err) == 0)
        return true;
    rw_findings_add(findings, RW_F_ANSWERS_UNREADABLE, NULL, "file", path, "reason", err.message,
                    NULL);
    return false;
}

/* The absolute folder of a file, so that the paths in the cluster stay true in any working
 * directory. To free(). */
static char *folder_of(const char *path)
{
    char *parent = rw_file_dirname(path);
    char *dir = realpath(parent, NULL);
    if (!dir)
        return parent;
    free(parent);
    return dir;
}

struct rw_cluster *rw_answers_load(const char *path, struct rw_findings *findings)
{
    struct rw_buf text = {0};
    struct rw_cluster *cluster = NULL;
    if (!read_file(path, &text, findings))
        goto out;
    char *dir = folder_of(path);
    cluster = rw_answers_parse(rw_buf_str(&text), text.len, path, dir, findings);
    free(dir);
    bool good = true;
    if (cluster && cluster->token_file)
        good = rw_answers_read_token(cluster, findings);
    if (cluster && cluster->proxy.password_file)
        good = rw_answers_read_proxy_password(cluster, findings) && good;
    if (!good) {
        rw_cluster_free(cluster);
        cluster = NULL;
    }
    if (cluster)
        warn_about_modes(cluster, path, findings);
out:
    rw_buf_wipe(&text);
    return cluster;
}

struct rw_cluster *rw_answers_load_draft(const char *path, struct rw_findings *findings)
{
    struct rw_buf text = {0};
    struct rw_cluster *cluster = NULL;
    if (read_file(path, &text, findings)) {
        char *dir = folder_of(path);
        cluster = rw_answers_parse_draft(rw_buf_str(&text), text.len, path, dir, findings);
        free(dir);
    }
    rw_buf_wipe(&text);
    return cluster;
}
