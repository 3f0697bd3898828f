/* The language of all texts, changed while the program runs. */
#ifndef RW_UI_LANGUAGE_H
#define RW_UI_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

struct rw_language {
    const char *code; /* for $LANGUAGE and --lang */
    const char *name; /* in the language itself */
};

/* In the order in which they are offered. */
extern const struct rw_language rw_languages[];
extern const size_t rw_language_count;

/* The index of the language in which _() answers now: $LANGUAGE, LC_ALL, LC_MESSAGES, LANG. */
size_t rw_language_current(void);
/* From now on _() answers in this language. What was drawn has to be drawn again. The codeset of
 * the terminal (LC_CTYPE) is left alone. False when no locale but C is there, in which gettext
 * does not translate. */
bool rw_language_set(size_t index);

#endif
