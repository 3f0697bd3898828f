/* SPDX-License-Identifier: Apache-2.0 */
/* Three screens that hold every widget once. Tests print them, and drive them on a terminal. */
#ifndef RW_TESTS_UI_DEMO_H
#define RW_TESTS_UI_DEMO_H

#include <stdbool.h>

#include "finding/finding.h"
#include "ui/choice.h"
#include "ui/entry.h"
#include "ui/finding_panel.h"
#include "ui/log_view.h"
#include "ui/table.h"
#include "ui/ui.h"

#define DEMO_STEPS 3
#define DEMO_HOSTS 8

struct demo {
    struct rw_screen fields, hosts, log;
    struct rw_screen *steps[DEMO_STEPS];

    struct rw_entry name, secret;
    struct rw_option languages[2], options[3];
    struct rw_choice language, checks;
    struct rw_item field_items[4];

    int host_count; /* of DEMO_HOSTS */
    struct rw_table table;
    struct rw_findings findings;
    struct rw_finding_panel panel;
    struct rw_item host_items[2];

    struct rw_log_view view;
    struct rw_item log_items[1];

    int changed, left, activated, added, deleted; /* what was called, how often */
    int pasted;                                   /* bytes */
};

/* It must not move in memory. To demo_done(). */
void demo_init(struct demo *demo);
void demo_done(struct demo *demo);

#endif
