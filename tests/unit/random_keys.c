/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/random_keys.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "unit/helpers.h"
#include "unit/ui_keys.h"

unsigned random_setting(const char *name, unsigned usual)
{
    const char *text = from_environment(name);
    return text ? (unsigned)strtoul(text, NULL, 10) : usual;
}

uint32_t random_seed(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint32_t seed = random_setting("RW_SEED", (uint32_t)now.tv_nsec ^ (uint32_t)now.tv_sec);
    return seed ? seed : 1;
}

struct random_keys random_from(uint32_t seed)
{
    uint32_t state = seed * 2654435761u + 1;
    return (struct random_keys){state ? state : 1};
}

/* xorshift */
uint32_t random_below(struct random_keys *random, uint32_t below)
{
    random->state ^= random->state << 13;
    random->state ^= random->state >> 17;
    random->state ^= random->state << 5;
    return random->state % below;
}

bool random_once_in(struct random_keys *random, uint32_t times)
{
    return random_below(random, times) == 0;
}

static const char *const steps[] = {ENTER, ENTER, ENTER, TAB,  TAB,    BACK_TAB, " ",
                                    DOWN,  UP,    RIGHT, LEFT, ESC "", "y",      "\033[6~"};

/* All letters that any screen knows, in either case. */
static const char *const letters[] = {
    "a", "b", "c", "d", "e", "f",  "g", "h", "i",  "k", "l", "m", "n", "o", "p", "r", "s", "t",
    "u", "v", "w", "x", "y", "z",  "A", "N", "P",  "R", "X", "?", "/", " ", "1", "2", "0", "-",
    ".", ":", "@", "=", "'", "\"", "$", "`", "\\", "~", "#", "{", "}", "[", "]", "&", "|", "%s%n"};

/* Also what opens questions that want a word. */
static const char *const words[] = {
    "ha-m1",  "ha-demo",     "install",  "127.0.0.1", "::1",  "agent",           "root",
    "server", "my-password", "10.1.2.3", "debian",    "D-03", "/nonexistent/key"};

static const char *const others[] = {
    "中",
    "文",
    "节点",
    "e\xCC\x81",
    "😀",
    "\u202E",
    "\u200B",
    "\xFF",
    "\xE4",
    "\xE4\xB8",
    "\xC0\xAF",
    "\xF4\x90\x80\x80",
    "\xED\xA0\x80",
    "\033[15~",
    "\033OP",
    "\033b",
    "\033d",
    "\033[99~",
    "\033[1;5",
    "\033[",
    "\033O",
    "\033[M !!",
    "\033[<0;10;10M",
    "\033]0;title\a",
    "\033P1$r\033\\",
    "\033[?1;2c",
    "\033[24;80R",
    "\033[99999999999999999999m",
    PASTE("paste\r\n中文\t\033[31m"),
    PASTE(""),
    PASTE("ha-m1 127.0.0.1 server root\nha-m2 127.0.0.2 agent\nbad line\n\n"),
    PASTE("hosts:\n  - {name: x, address: 127.0.0.9}\n"),
    PASTE("\xFF\xFE\x01\x02\x7F\xE4\xB8"),
    PASTE("$(reboot) `id` ; rm -rf / \033]52;c;aGk=\a"),
    PASTE("\033[200~\033[201"),
    "\033[200~never ended",
    "\033[201~",
};

static const char *const controls[] = {
    UP,     DOWN,   LEFT,     RIGHT,     HOME,       END,    PAGE_UP, PAGE_DOWN, DELETE, BACKSPACE,
    ENTER,  TAB,    BACK_TAB, CTRL_LEFT, CTRL_RIGHT, ESC,    "\001",  "\002",    "\004", "\005",
    "\006", "\b",   "\013",   "\016",    "\017",     "\020", "\021",  "\022",    "\023", "\025",
    "\026", "\027", "\030",   "\031",    "\034",     "\035", "\036",  "\037"};

#define PICK(list) (list)[random_below(random, RW_COUNT(list))]

const char *random_step(struct random_keys *random)
{
    return PICK(steps);
}

const char *random_key(struct random_keys *random)
{
    static const char *const common[] = {"\a",   "\a", "\a", "\024", "\024",
                                         "\024", "\f", "\f", "\003", "\032"};
    uint32_t which = random_below(random, 100);
    if (which < 30)
        return random_step(random);
    if (which < 58)
        return PICK(letters);
    if (which < 64)
        return PICK(words);
    if (which < 80)
        return PICK(controls);
    if (which < 97)
        return PICK(others);
    return PICK(common);
}
