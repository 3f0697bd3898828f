/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: from the bytes of a terminal to events, without a terminal library, so that it can be
 * tested and fuzzed. UTF-8 is put together, a paste is one event, and a timeout distinguishes a
 * lone Escape from the start of a sequence. */
#ifndef RW_UI_KEY_H
#define RW_UI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum rw_key_code {
    RW_KEY_NONE,
    RW_KEY_CHAR,  /* `text` holds one character and what came with it */
    RW_KEY_CTRL,  /* with the letter `letter` ('a' to 'z') */
    RW_KEY_PASTE, /* `text` is what was pasted, as it came */
    RW_KEY_ENTER,
    RW_KEY_ESC,
    RW_KEY_TAB,
    RW_KEY_BACK_TAB,
    RW_KEY_BACKSPACE,
    RW_KEY_INSERT,
    RW_KEY_DELETE,
    RW_KEY_UP,
    RW_KEY_DOWN,
    RW_KEY_LEFT,
    RW_KEY_RIGHT,
    RW_KEY_HOME,
    RW_KEY_END,
    RW_KEY_PAGE_UP,
    RW_KEY_PAGE_DOWN,
    RW_KEY_WHEEL_UP, /* of a mouse */
    RW_KEY_WHEEL_DOWN,
    RW_KEY_F1,
    RW_KEY_F12 = RW_KEY_F1 + 11,
};

/* One event. Ctrl-H, Ctrl-I, Ctrl-J and Ctrl-M are Backspace, Tab and Enter; Ctrl-[ is Esc. */
struct rw_key {
    enum rw_key_code code;
    char letter;      /* of RW_KEY_CTRL; of RW_KEY_CHAR in ASCII, else 0 */
    bool ctrl, alt;   /* held with another key: Ctrl-Left, Alt-b */
    const char *text; /* of RW_KEY_CHAR and RW_KEY_PASTE, ended by NUL; borrowed for the call */
    size_t size;      /* of text, without the NUL */
};

/* How long bytes after an Escape may take to belong to it, in milliseconds. */
#define RW_KEY_ESCAPE_MS 50
/* A paste keeps this many bytes; the rest is dropped. */
#define RW_KEY_PASTE_MAX    ((size_t)256 * 1024)
#define RW_KEY_SEQUENCE_MAX 32

/* The state between bytes; `struct rw_key_parser parser = {0};` is a fresh one. */
struct rw_key_parser {
    char pending[RW_KEY_SEQUENCE_MAX]; /* the start of a sequence or character */
    size_t pending_size;
    bool pasting, dropped;
    struct rw_buf paste;
};

typedef void rw_key_sink(void *context, const struct rw_key *key);

/* Takes bytes and passes each event to the sink. Unknown sequences are dropped whole. */
void rw_keys_feed(struct rw_key_parser *parser, const char *bytes, size_t size, rw_key_sink *sink,
                  void *context);
/* Whether an Escape waits for what follows: call rw_keys_flush() after RW_KEY_ESCAPE_MS. */
bool rw_keys_waiting(const struct rw_key_parser *parser);
/* Nothing followed: passes on the incomplete sequence as it is. */
void rw_keys_flush(struct rw_key_parser *parser, rw_key_sink *sink, void *context);
/* Drops an incomplete sequence, and wipes a paste. From within the sink: also the events not yet
 * passed on. */
void rw_keys_reset(struct rw_key_parser *parser);

/* Whether the key is this letter or character of ASCII without Ctrl or Alt, or this Ctrl letter. */
bool rw_key_is(const struct rw_key *key, char letter);
bool rw_key_is_ctrl(const struct rw_key *key, char letter);

/* The name for the footer and the help, such as "PgUp"; static, the same in all languages. ""
 * for characters, Ctrl and paste. */
const char *rw_key_name(enum rw_key_code code);

#endif
