/* One question with a field to type into, on a screen of its own. Enter answers, Esc leaves it. */
#ifndef RW_UI_PROMPT_H
#define RW_UI_PROMPT_H

#include "ui/entry.h"
#include "ui/text_view.h"
#include "ui/ui.h"

/* What is asked; everything but the functions is borrowed until rw_prompt_open() has returned. */
struct rw_prompt_spec {
    const char *title; /* N_() */
    const char *text;  /* above the field, translated already */
    const char *label; /* N_() */
    const char *value; /* what stands in the field; NULL: nothing */
    /* As of struct rw_entry; may be NULL. What it refuses is not answered. */
    char *(*check)(void *context, const char *text);
    /* The screen below is shown again already. */
    void (*answered)(void *context, const char *text);
    void *context;
};

#define RW_PROMPT_MAX 1024 /* bytes of an answer */

/* `struct rw_prompt prompt = {0};` is ready; it must not move in memory. To rw_prompt_done(). */
struct rw_prompt {
    struct rw_screen_class class;
    struct rw_screen screen;
    struct rw_item items[2];
    struct rw_text_view text;
    struct rw_entry entry;
    void (*answered)(void *context, const char *text);
    void *context;
};

void rw_prompt_open(struct rw_prompt *prompt, struct rw_ui *ui, const struct rw_prompt_spec *spec);
void rw_prompt_done(struct rw_prompt *prompt);

#endif
