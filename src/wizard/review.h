/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of the review about the settings, for the screens and line by line. */
#ifndef RW_WIZARD_REVIEW_H
#define RW_WIZARD_REVIEW_H

#include <stddef.h>

#include "cluster/settings.h"
#include "wizard/wizard.h"

struct rw_review_line {
    const struct rw_setting *setting;
    enum rw_wizard_step step; /* where it is typed */
    const char *title;        /* translated */
    char *text;               /* translated */
};

/* `struct rw_review review = {0};` is empty. */
struct rw_review {
    struct rw_review_line *items;
    size_t count;
};

/* The settings for which people are asked, in their order; of the advanced ones those that are not
 * as in most clusters. A secret is not in it. To rw_review_done(). */
void rw_review_settings(const struct rw_wizard *wizard, struct rw_review *review);
void rw_review_done(struct rw_review *review);

/* The advanced settings in a line, translated, to free(): those that have a default, and those that
 * are set. */
char *rw_review_brief(const struct rw_cluster *cluster);

#endif
