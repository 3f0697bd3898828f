#include "rke2/fixed.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

const struct rw_rke2_fixed rw_rke2_fixed[] = {
    {"cluster-cidr", "10.42.0.0/16", false},
    {"service-cidr", "10.43.0.0/16", false},
    {"cluster-dns", NULL, false},
    {"cluster-domain", "cluster.local", false},
    {"egress-selector-mode", "agent", false},
    {"disable-cloud-controller", "false", false},
    {"disable-kube-proxy", "false", false},
    {"data-dir", "/var/lib/rancher/rke2", false},
    {"node-name", "", true},
    {"node-label", "", true},
    {"node-taint", "", true},
    {0},
};

static void add_value(struct rw_buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\'' && text[i] != '"')
            rw_buf_addc(out, text[i]);
}

char *rw_rke2_config_value(const char *config, const char *key)
{
    struct rw_buf out = {0};
    bool found = false, inside = false;
    const char *cursor = config, *line;
    size_t length, width = strlen(key);
    while (rw_text_line(&cursor, &line, &length)) {
        size_t indent = 0;
        while (indent < length && line[indent] == ' ')
            indent++;
        if (inside && length > indent + 2 && strncmp(line + indent, "- ", 2) == 0) {
            if (out.len)
                rw_buf_addc(&out, ',');
            add_value(&out, line + indent + 2, length - indent - 2);
        } else if (indent == 0) {
            inside = length > width && strncmp(line, key, width) == 0 && line[width] == ':';
            found = found || inside;
            if (inside && length > width + 2)
                add_value(&out, line + width + 2, length - width - 2);
        }
    }
    if (found)
        return rw_buf_take(&out);
    rw_buf_done(&out);
    return NULL;
}
