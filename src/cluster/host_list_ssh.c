/* SPDX-License-Identifier: Apache-2.0 */
/* Options of ssh, as they stand on a command line, in ansible_ssh_common_args and in an ssh_config.
 * Those that say how to get to a host are taken over; others are named. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"
#include "cluster/jump.h"

/* Flags without an argument that change nothing of the way to a host. */
#define HARMLESS_FLAGS "46AaCfgKkMNnqsTtVvXxYy"

/* ---- jump hosts ---- */

/* "user@address:port" as the setting has it; false when it is none, or a chain. */
static bool take_jump(struct host_list_words *words, const char *text, const char *key)
{
    if (rw_text_starts(text, "ssh://"))
        text += strlen("ssh://");
    bool none = strcasecmp(text, RW_JUMP_NONE) == 0;
    if (!none && !rw_jump_is(text))
        return false;
    host_list_set(words, HOST_LIST_JUMP, none ? RW_JUMP_NONE : text);
    host_list_set(words, HOST_LIST_JUMP_KEY, key);
    return true;
}

struct command {
    char *user, *port, *key, *target;
    bool forwards; /* -W %h:%p, or nc %h %p at the end */
    bool strange;
};

/* The argument of an option: behind its letter, or the next word. To free(); NULL: none. */
static char *argument_of(const char *word, const char *text, size_t length, size_t *at)
{
    return word[2] ? rw_strdup(word + 2) : host_list_shell_word(text, length, at);
}

static void read_proxy_option(struct command *command, const char *word, const char *text,
                              size_t length, size_t *at)
{
    char letter = word[1];
    if (strspn(word + 1, HARMLESS_FLAGS) == strlen(word + 1))
        return;
    char *value = argument_of(word, text, length, at);
    if (letter == 'W' && value && strchr(value, '%'))
        command->forwards = true;
    else if (letter == 'p' && value)
        rw_strset(&command->port, value);
    else if (letter == 'l' && value)
        rw_strset(&command->user, value);
    else if (letter == 'i' && value)
        rw_strset(&command->key, value);
    else if (letter != 'o' || !value || strncasecmp(value, "Proxy", strlen("Proxy")) == 0)
        command->strange = true;
    free(value);
}

/* Reads "ssh [options] -W %h:%p [user@]bastion", or with "nc %h %p" at its end. */
static void read_proxy_command(struct command *command, const char *text)
{
    size_t at = 0, length = strlen(text), count = 0;
    for (char *word; (word = host_list_shell_word(text, length, &at)); count++) {
        if (count == 0)
            command->strange = strcmp(word, "ssh") != 0 && !rw_text_ends(word, "/ssh");
        else if (*word == '-' && !command->target)
            read_proxy_option(command, word, text, length, &at);
        else if (!command->target)
            command->target = rw_strdup(word);
        else if (strcmp(word, "nc") == 0 || strcmp(word, "netcat") == 0)
            command->forwards = true;
        free(word);
    }
}

static bool take_proxy_command(struct host_list_words *words, const char *text)
{
    struct command command = {0};
    if (strcasecmp(text, RW_JUMP_NONE) == 0)
        return take_jump(words, text, NULL);
    read_proxy_command(&command, text);
    const char *target = command.target;
    bool user = target && !strchr(target, '@') && command.user;
    char *jump = target
                     ? rw_asprintf("%s%s%s%s%s", user ? command.user : "", user ? "@" : "", target,
                                   command.port ? ":" : "", command.port ? command.port : "")
                     : NULL;
    bool good = jump && command.forwards && !command.strange && take_jump(words, jump, command.key);
    free(jump);
    free(command.user);
    free(command.port);
    free(command.key);
    free(command.target);
    return good;
}

/* ---- keywords ---- */

bool host_list_take_keyword(struct host_list_reader *reader, struct host_list_words *words,
                            const char *keyword, const char *value, int line)
{
    static const struct host_list_key keys[] = {
        {"HostName", HOST_LIST_ADDRESS},
        {"User", HOST_LIST_USER},
        {"Port", HOST_LIST_PORT},
        {"IdentityFile", HOST_LIST_KEY},
    };
    for (size_t i = 0; i < RW_COUNT(keys); i++)
        if (strcasecmp(keys[i].key, keyword) == 0) {
            host_list_set(words, keys[i].field, value);
            return true;
        }
    bool command = strcasecmp(keyword, "ProxyCommand") == 0;
    if (!command && strcasecmp(keyword, "ProxyJump") != 0)
        return false;
    if (!words->text[HOST_LIST_JUMP] &&
        !(command ? take_proxy_command(words, value) : take_jump(words, value, NULL))) {
        char *what = rw_asprintf("%s %s", command ? "ProxyCommand" : "ProxyJump", value);
        host_list_leave(reader, HOST_LIST_LEFT_WAY, what, line);
        words->way_left = true;
        free(what);
    }
    return true;
}

/* "Keyword=value" or "Keyword value" behind -o. */
static void take_setting(struct host_list_reader *reader, struct host_list_words *words,
                         const char *text, int line)
{
    size_t length = strcspn(text, "= \t");
    char *keyword = rw_strndup(text, length);
    const char *value = text + length + strspn(text + length, "= \t");
    if (!host_list_take_keyword(reader, words, keyword, value, line))
        host_list_leave(reader, HOST_LIST_LEFT_OTHER, keyword, line);
    free(keyword);
}

/* ---- options ---- */

static void take_option(struct host_list_reader *reader, struct host_list_words *words,
                        const char *word, const char *value, int line)
{
    switch (word[1]) {
    case 'p':
        host_list_set(words, HOST_LIST_PORT, value);
        break;
    case 'l':
        host_list_set(words, HOST_LIST_USER, value);
        break;
    case 'i':
        host_list_set(words, HOST_LIST_KEY, value);
        break;
    case 'J':
        host_list_take_keyword(reader, words, "ProxyJump", value, line);
        break;
    case 'o':
        take_setting(reader, words, value, line);
        break;
    default: {
        char *what = rw_asprintf("ssh %.2s %s", word, value);
        host_list_leave(reader, HOST_LIST_LEFT_WAY, what, line);
        free(what);
    }
    }
}

void host_list_take_options(struct host_list_reader *reader, struct host_list_words *words,
                            const char *text, size_t *at, int line)
{
    size_t length = strlen(text), begin = *at;
    for (char *word; (word = host_list_shell_word(text, length, at)); begin = *at) {
        bool option = *word == '-' && word[1];
        if (option && strspn(word + 1, HARMLESS_FLAGS) != strlen(word + 1)) {
            char *value = argument_of(word, text, length, at);
            take_option(reader, words, word, value ? value : "", line);
            free(value);
        }
        free(word);
        if (!option) {
            *at = begin;
            break;
        }
    }
}
