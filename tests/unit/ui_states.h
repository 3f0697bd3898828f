/* SPDX-License-Identifier: Apache-2.0 */
/* The states of every screen and dialog that are looked at: their pictures (test_ui_pictures.c),
 * that nothing is cut, and that every key does what is said of it (test_ui_keys.c). A new screen or
 * dialog gets a line in the table of ui_states.c. */
#ifndef RW_TESTS_UNIT_UI_STATES_H
#define RW_TESTS_UNIT_UI_STATES_H

#include <stdbool.h>
#include <stddef.h>

#include "unit/ui_scene.h"

/* What the model holds before. */
enum ui_base {
    UI_BARE,  /* nothing */
    UI_NAMED, /* a cluster without hosts */
    UI_DEMO,  /* four hosts, closed ports of this machine */
    UI_GIVEN, /* four hosts that are not connected to: ui_given.h */
};

struct ui_state {
    const char *name;
    enum ui_base base;
    enum rw_wizard_step step;
    void (*give)(void); /* what the model is given beyond; or NULL */
    const char *keys;   /* that lead there, or NULL */
    bool clock;         /* the time of day stands in it */
};

extern const struct ui_state ui_states[];
extern const size_t ui_state_count;

/* Starts a scene in that state, drawn in English, or in another language from the start on;
 * ui_state_leave() ends it. */
void ui_state_enter(const struct ui_state *state);
void ui_state_enter_in(const struct ui_state *state, size_t language);
void ui_state_leave(const struct ui_state *state);
/* By its name. */
const struct ui_state *ui_state(const char *name);

/* Four hosts that do not listen. */
void ui_open_demo(void);
/* Turns the loop until it holds. */
void ui_wait_until(bool (*holds)(void));
/* Every host was tried, in vain. */
bool ui_all_failed(void);

#endif
