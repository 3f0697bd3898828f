/* SPDX-License-Identifier: Apache-2.0 */
/* Lines about a host each, their words in any order and with any separator: names, addresses,
 * "user@host:port", a role, a port, a key; lines of a hosts file; command lines of ssh. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"
#include "cluster/names.h"

#define WORDS_MAX 32

/* A line as it is read. */
struct line {
    struct host_list_reader *reader;
    int number;
    bool single; /* the list has no other line */
    struct host_list_words words;
    char *plain[WORDS_MAX]; /* neither an address nor anything else that is known by its form */
    size_t plain_count;
    char *addresses[WORDS_MAX]; /* behind the first one, with what stands beside them */
    size_t address_count;
    bool address_first; /* as in a hosts file */
    bool bad;
};

/* ---- words ---- */

static bool is_number(const char *word)
{
    return *word && strspn(word, "0123456789") == strlen(word);
}

/* Whether somebody meant an IPv4 address, possible or not. */
static bool is_like_address(const char *word)
{
    return strchr(word, '.') && strspn(word, "0123456789.") == strlen(word);
}

static void take_role(struct line *line, const char *word)
{
    const char *before = line->words.text[HOST_LIST_ROLE];
    if (before && !rw_text_equal(host_list_role(before), host_list_role(word)))
        line->bad = true; /* a server and an agent */
    host_list_set(&line->words, HOST_LIST_ROLE, word);
}

/* The first address is that of the host; a further one may be another host. */
static void take_address(struct line *line, const char *word, const struct host_list_words *words)
{
    const char *address = words->text[HOST_LIST_ADDRESS];
    bool name = !rw_names_is_ip(address) && !is_like_address(address);
    if (name) {
        if (line->plain_count < WORDS_MAX)
            line->plain[line->plain_count++] = rw_strdup(address);
    } else if (!line->words.text[HOST_LIST_ADDRESS]) {
        host_list_set(&line->words, HOST_LIST_ADDRESS, address);
        line->address_first = line->plain_count == 0;
    } else if (strcmp(line->words.text[HOST_LIST_ADDRESS], address) != 0) {
        if (line->address_count < WORDS_MAX)
            line->addresses[line->address_count++] = rw_strdup(word);
        return;
    }
    host_list_set(&line->words, HOST_LIST_USER, words->text[HOST_LIST_USER]);
    host_list_set(&line->words, HOST_LIST_PORT, words->text[HOST_LIST_PORT]);
}

/* "role=server". */
static bool take_pair(struct line *line, const char *word)
{
    const char *equals = strchr(word, '=');
    if (!equals || equals == word)
        return false;
    char *key = rw_strndup(word, (size_t)(equals - word));
    enum host_list_field field = host_list_column(key);
    if (host_list_is_password(key))
        host_list_leave(line->reader, HOST_LIST_LEFT_PASSWORD, key, line->number);
    else if (field < HOST_LIST_FIELDS)
        host_list_set(&line->words, field, equals + 1);
    else
        host_list_leave(line->reader, HOST_LIST_LEFT_OTHER, key, line->number);
    free(key);
    return true;
}

static void take_word(struct line *line, const char *word)
{
    struct host_list_words words = {0};
    bool range = *word != '[' && strchr(word, '[');
    bool endpoint = !range && !rw_names_is_ip(word) && strpbrk(word, "@:");
    if (host_list_role(word))
        take_role(line, word);
    else if (is_number(word))
        host_list_set(&line->words, HOST_LIST_PORT, word);
    else if (strchr("/~", *word))
        host_list_set(&line->words, HOST_LIST_KEY, word);
    else if (take_pair(line, word))
        ;
    else if (endpoint && host_list_take_endpoint(&words, word, false))
        take_address(line, word, &words);
    else if (endpoint)
        line->bad = true;
    else if (is_like_address(word) || rw_names_is_ip(word)) {
        words.text[HOST_LIST_ADDRESS] = rw_strdup(word);
        take_address(line, word, &words);
    } else if (line->plain_count < WORDS_MAX)
        line->plain[line->plain_count++] = rw_strdup(word);
    else
        line->bad = true;
    host_list_words_done(&words);
}

/* ---- what the words are together ---- */

/* Lines of a hosts file that every machine has: "127.0.0.1 localhost", "ff02::1 ip6-allnodes". */
static bool is_of_every_machine(const struct line *line)
{
    const char *address = line->words.text[HOST_LIST_ADDRESS];
    if (!line->address_first || line->words.text[HOST_LIST_ROLE] || line->plain_count == 0)
        return false;
    return rw_text_starts(address, "127.") || strcmp(address, "::1") == 0 ||
           strcasecmp(line->plain[0], "broadcasthost") == 0 ||
           rw_text_starts(line->plain[0], "ip6-") || !rw_names_is_address(address);
}

/* Names and a user behind an address: "IP name alias…" without a role is a line of a hosts file. */
static void take_names(struct line *line)
{
    struct host_list_words *words = &line->words;
    bool hosts_file = line->address_first && !words->text[HOST_LIST_ROLE];
    host_list_set(words, HOST_LIST_NAME, line->plain[0]);
    for (size_t i = 1; i < line->plain_count; i++) {
        if (!words->text[HOST_LIST_USER] && (!hosts_file || host_list_is_user(line->plain[i])))
            host_list_set(words, HOST_LIST_USER, line->plain[i]);
        else if (hosts_file)
            host_list_leave(line->reader, HOST_LIST_LEFT_OTHER, line->plain[i], line->number);
        else
            line->bad = true;
    }
}

/* Without an IP address: "name", "name address", "name address user". */
static void take_plain(struct line *line)
{
    struct host_list_words *words = &line->words;
    size_t count = line->plain_count;
    if (count > 1 && !words->text[HOST_LIST_USER] &&
        (count > 2 || host_list_is_user(line->plain[count - 1])))
        host_list_set(words, HOST_LIST_USER, line->plain[--count]);
    line->bad = line->bad || count == 0 || count > 2;
    if (line->bad)
        return;
    host_list_set(words, HOST_LIST_NAME, line->plain[0]);
    host_list_set(words, HOST_LIST_ADDRESS, line->plain[count - 1]);
}

/* A host that is nothing but an address or a name. */
static void add_bare(void *context, const char *word)
{
    struct line *line = context;
    struct host_list_words words = {0};
    if (host_list_take_endpoint(&words, word, true))
        host_list_add(line->reader, &words, line->number, NULL);
    else
        line->bad = true;
    host_list_words_done(&words);
}

static void add_ranges(void *context, const char *name)
{
    struct line *line = context;
    struct host_list_words words = {0};
    for (size_t i = 0; i < HOST_LIST_FIELDS; i++)
        host_list_set(&words, i, line->words.text[i]);
    rw_strset(&words.text[HOST_LIST_NAME], name);
    rw_strset(&words.text[HOST_LIST_ADDRESS], name);
    host_list_add(line->reader, &words, line->number, NULL);
}

/* One line with several addresses, or the only line with several names, is a host for each. */
static bool add_many(struct line *line)
{
    const struct host_list_words *words = &line->words;
    bool alone = !words->text[HOST_LIST_ROLE] && !words->text[HOST_LIST_KEY] &&
                 !words->text[HOST_LIST_NAME] && !line->bad;
    if (alone && line->address_count > 0 && line->plain_count == 0) {
        struct host_list_words first = {0};
        for (size_t i = 0; i < HOST_LIST_FIELDS; i++)
            host_list_set(&first, i, words->text[i]);
        host_list_add(line->reader, &first, line->number, NULL);
        for (size_t i = 0; i < line->address_count; i++)
            add_bare(line, line->addresses[i]);
        return true;
    }
    if (alone && line->single && !words->text[HOST_LIST_ADDRESS] && !words->text[HOST_LIST_USER] &&
        line->plain_count > 1) {
        for (size_t i = 0; i < line->plain_count; i++)
            add_bare(line, line->plain[i]);
        return true;
    }
    return false;
}

static void add_line(struct line *line)
{
    struct host_list_words *words = &line->words;
    if (line->plain_count == 1 && !words->text[HOST_LIST_ADDRESS] && strchr(line->plain[0], '[')) {
        line->bad = !host_list_expand(line->plain[0], add_ranges, line) || line->bad;
        return;
    }
    if (add_many(line))
        return;
    line->bad = line->bad || line->address_count > 0;
    if (words->text[HOST_LIST_ADDRESS] && !line->bad && is_of_every_machine(line)) {
        host_list_leave(line->reader, HOST_LIST_LEFT_HOST, line->plain[0], line->number);
        return;
    }
    if (words->text[HOST_LIST_ADDRESS])
        take_names(line);
    else if (!words->text[HOST_LIST_NAME] || line->plain_count > 0)
        take_plain(line);
    if (!line->bad)
        host_list_add(line->reader, words, line->number, NULL);
}

/* "ssh -p 2222 ops@10.0.0.1" as it is typed. */
static const char *take_command(struct line *line, const char *text)
{
    size_t at = strspn(text, HOST_LIST_BLANKS);
    if (!rw_text_starts(text + at, "ssh ") && !rw_text_starts(text + at, "ssh\t"))
        return text;
    at += strlen("ssh ");
    host_list_take_options(line->reader, &line->words, text, &at, line->number);
    return text + at;
}

static void read_line(struct host_list_reader *reader, const char *text, size_t length, int number,
                      bool single)
{
    struct line line = {.reader = reader, .number = number, .single = single};
    char *plain = rw_strndup(text, length);
    const char *cursor = take_command(&line, plain);
    bool open = false, any = cursor != plain;
    for (char *word; !open && (word = host_list_next_word(&cursor, &open));) {
        size_t size = strlen(word);
        if (size > 1 && word[size - 1] == ':' && !rw_names_is_ip(word))
            word[size - 1] = '\0';
        if (!host_list_is_ornament(word)) {
            take_word(&line, word);
            any = true;
        }
        free(word);
    }
    line.bad = line.bad || open;
    if (any && !line.bad)
        add_line(&line);
    if (line.bad)
        host_list_bad_line(reader, number);
    for (size_t i = 0; i < line.plain_count; i++)
        free(line.plain[i]);
    for (size_t i = 0; i < line.address_count; i++)
        free(line.addresses[i]);
    host_list_words_done(&line.words);
    free(plain);
}

/* ---- interface ---- */

bool host_list_is_lines(const struct host_list_text *text)
{
    (void)text;
    return true;
}

void host_list_read_lines(struct host_list_reader *reader, const struct host_list_text *text)
{
    const char *cursor = text->plain, *line;
    size_t length, lines = 0;
    while (rw_text_line(&cursor, &line, &length)) {
        size_t blanks = strspn(line, HOST_LIST_BLANKS);
        lines += blanks < length && line[blanks] != '#';
    }
    cursor = text->plain;
    for (int number = 1; rw_text_line(&cursor, &line, &length); number++)
        read_line(reader, line, length, number, lines == 1);
}
