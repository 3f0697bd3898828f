/* SPDX-License-Identifier: Apache-2.0 */
#include "wizard/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"

/* format, with the value in the place of its %s; to free(). */
static char *filled(const char *format, const char *value)
{
    const char *hole = strstr(format, "%s");
    if (!hole)
        return rw_strdup(format);
    return rw_asprintf("%.*s%s%s", (int)(hole - format), format, value, hole + strlen("%s"));
}

static char *text_of(const struct rw_wizard *wizard, const struct rw_setting *setting)
{
    const struct rw_cluster *cluster = rw_wizard_document(wizard)->cluster;
    char *value = NULL;
    if (setting->kind == RW_SETTING_FLAG)
        return rw_strdup(_(setting->words[*(bool *)rw_setting_field(setting, cluster, NULL)]));
    if (rw_setting_field(setting, cluster, NULL) == (void *)&cluster->token)
        value = rw_wizard_token(wizard); /* it is not in the document */
    else if (rw_setting_is_set(setting, cluster, NULL))
        value = rw_setting_text(setting, cluster, NULL);
    const char *unset = setting->unset ? setting->unset : "-";
    char *text = value && !setting->set ? rw_strdup(value)
                 : value                ? filled(_(setting->set), value)
                                        : rw_strdup(*unset ? _(unset) : "");
    rw_secret_free(value);
    return text;
}

static bool is_told(const struct rw_setting *setting, const struct rw_cluster *cluster)
{
    if (setting->group == RW_GROUP_NONE || !rw_setting_counts(setting, cluster, NULL))
        return false;
    return setting->group != RW_GROUP_ADVANCED || !rw_setting_is_default(setting, cluster, NULL);
}

void rw_review_settings(const struct rw_wizard *wizard, struct rw_review *review)
{
    const struct rw_cluster *cluster = rw_wizard_document(wizard)->cluster;
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *setting = &rw_settings[i];
        char *text = is_told(setting, cluster) ? text_of(wizard, setting) : NULL;
        if (!text || !*text) {
            free(text);
            continue;
        }
        *rw_array_add(review->items, review->count) = (struct rw_review_line){
            .setting = setting,
            .step = setting->group == RW_GROUP_NAME ? RW_WIZARD_DNS : RW_WIZARD_SETTINGS,
            .title = _(setting->title ? setting->title : setting->label),
            .text = text,
        };
    }
}

void rw_review_done(struct rw_review *review)
{
    for (size_t i = 0; i < review->count; i++)
        free(review->items[i].text);
    free(review->items);
    *review = (struct rw_review){0};
}

char *rw_review_brief(const struct rw_cluster *cluster)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *setting = &rw_settings[i];
        if (setting->group != RW_GROUP_ADVANCED || !setting->brief ||
            !rw_setting_is_set(setting, cluster, NULL))
            continue;
        char *value = rw_setting_text(setting, cluster, NULL);
        char *part = filled(_(setting->brief), value);
        rw_buf_addf(&out, "%s%s", out.len ? _(", ") : "", part);
        free(part);
        free(value);
    }
    return out.data ? rw_buf_take(&out) : rw_strdup("");
}
