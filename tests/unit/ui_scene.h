/* SPDX-License-Identifier: Apache-2.0 */
/* The screens of the wizard without a terminal and without network: a model in a folder of its own,
 * the shell, and a canvas. One at a time. */
#ifndef RW_TESTS_UNIT_UI_SCENE_H
#define RW_TESTS_UNIT_UI_SCENE_H

#include <uv.h>

#include "ui/screens.h"
#include "wizard/wizard.h"
#undef CTRL /* that of the terminal headers */
#include "unit/ui_keys.h"

#define CLEAR "\025" /* ^U: the field is empty then */

struct scene {
    char *folder; /* home, and where drafts and journals are */
    uv_loop_t loop;
    struct rw_requirements requirements;
    struct rw_wizard *wizard;
    struct rw_ui ui;
    struct rw_canvas canvas; /* 24 rows, 80 columns */
    struct rw_screens screens;
    int told;          /* how often the terminal was asked to draw anew, or to stop */
    bool clock_stands; /* any time of day is drawn as 14:02 */
    int quits;         /* how often the user wanted to leave */
};

extern struct scene scene;

/* English, no cluster open, no screen shown yet. */
void scene_start(void);
/* Ends it, and sees that no handle is left in the loop. */
void scene_stop(void);

/* Shows a step, whatever the gates say, and draws it. */
void scene_show(enum rw_wizard_step step);
/* Gives keys to the shell. */
void scene_press(const char *keys);
void scene_draw(void);
/* Draws, and looks whether the text stands there. */
bool scene_shows(const char *text);
/* The screen as it is now in both languages, small, large and huge:
 * screen-<name>-<language>[-large]. */
void scene_golden(const char *name);
/* The cluster that is typed. */
const struct rw_cluster *scene_answers(void);

#endif
