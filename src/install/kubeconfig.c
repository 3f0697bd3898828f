/* SPDX-License-Identifier: Apache-2.0 */
#include "install/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "net/ssh_wire.h"
#include "rke2/config_file.h"
#include "rke2/rke2.h"

char *rw_kubeconfig_for(const struct rw_reply *reply, const char *registration_name)
{
    struct rw_buf out = {0};
    char *url = rw_rke2_url(registration_name, RW_RKE2_API_PORT);
    for (size_t i = 0; i < reply->count; i++) {
        if (strcmp(reply->pairs[i].key, "line") != 0)
            continue;
        const char *line = reply->pairs[i].value;
        size_t indent = strspn(line, " ");
        if (strncmp(line + indent, "server: ", 8) == 0)
            rw_buf_addf(&out, "%.*sserver: %s\n", (int)indent, line, url);
        else
            rw_buf_addf(&out, "%s\n", line);
    }
    free(url);
    return rw_buf_take(&out);
}

/* ---- reading ---- */

/* The value of the first line with this key, unquoted; false when there is none. */
static bool find_value(const char *text, const char *key, const char **value, size_t *size)
{
    const char *line;
    size_t length, key_size = strlen(key);
    while (rw_text_line(&text, &line, &length)) {
        size_t lead = strspn(line, " -");
        if (lead + key_size >= length || strncmp(line + lead, key, key_size) != 0 ||
            line[lead + key_size] != ':')
            continue;
        const char *from = line + lead + key_size + 1, *to = line + length;
        while (from < to && strchr(" \"'", *from))
            from++;
        while (to > from && strchr(" \"'\r", to[-1]))
            to--;
        *value = from;
        *size = (size_t)(to - from);
        return to > from;
    }
    return false;
}

static char *take_text(const char *text, const char *key)
{
    const char *value;
    size_t size;
    return find_value(text, key, &value, &size) ? rw_strndup(value, size) : NULL;
}

/* PEM in base64. */
static char *take_pem(const char *text, const char *key)
{
    const char *value;
    size_t size;
    struct rw_buf pem = {0};
    if (!find_value(text, key, &value, &size))
        return NULL;
    if (rw_wire_base64(value, size, &pem) && strlen(rw_buf_str(&pem)) == pem.len)
        return rw_buf_take(&pem);
    rw_buf_wipe(&pem);
    return NULL;
}

int rw_kubeconfig_read(struct rw_kubeconfig *kubeconfig, const char *text)
{
    *kubeconfig = (struct rw_kubeconfig){
        .server = take_text(text, "server"),
        .ca = take_pem(text, "certificate-authority-data"),
        .cert = take_pem(text, "client-certificate-data"),
        .key = take_pem(text, "client-key-data"),
    };
    if (kubeconfig->server && kubeconfig->ca && kubeconfig->cert && kubeconfig->key)
        return 0;
    rw_kubeconfig_done(kubeconfig);
    return RW_ESYNTAX;
}

void rw_kubeconfig_done(struct rw_kubeconfig *kubeconfig)
{
    free(kubeconfig->server);
    free(kubeconfig->ca);
    free(kubeconfig->cert);
    rw_secret_free(kubeconfig->key);
    *kubeconfig = (struct rw_kubeconfig){0};
}
