/* SPDX-License-Identifier: Apache-2.0 */
/* An ssh_config: blocks for hosts by name or pattern; the first value that a host gets counts. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"
#include "cluster/jump.h"
#include "cluster/names.h"

#define SETTINGS_MAX (4 * RW_HOST_LIST_LIMIT)
#define HOSTS_MAX    (RW_HOST_LIST_LIMIT + 1)

/* One line; the patterns of its block are those of the last Host line before it. */
struct setting {
    char *patterns; /* NULL: of all hosts */
    char *keyword, *value;
    int line;
};

/* A name without a wildcard, behind Host. */
struct host {
    char *name;
    size_t block; /* the Host line it stands in, counted */
    int line;
    bool jump;  /* others are reached through it */
    bool alias; /* of the name before it */
    struct host_list_words words;
};

struct config {
    struct host_list_reader *reader;
    struct setting *settings;
    size_t setting_count;
    struct host *hosts;
    size_t host_count;
};

/* ---- lines ---- */

/* "Keyword value", "Keyword=value" or "Keyword = value"; both to free(). */
static bool split(const char *line, size_t length, char **keyword, char **value)
{
    size_t at = 0, word;
    while (at < length && strchr(HOST_LIST_BLANKS, line[at]))
        at++;
    if (at >= length || line[at] == '#')
        return false;
    for (word = at; at < length && !strchr(HOST_LIST_BLANKS "=", line[at]); at++)
        continue;
    *keyword = rw_strndup(line + word, at - word);
    while (at < length && strchr(HOST_LIST_BLANKS "=", line[at]))
        at++;
    while (length > at && strchr(HOST_LIST_BLANKS, line[length - 1]))
        length--;
    bool quoted = length > at + 1 && line[at] == '"' && line[length - 1] == '"';
    *value = rw_strndup(line + at + quoted, length - at - 2 * (size_t)quoted);
    return true;
}

static void add_hosts(struct config *config, const char *patterns, size_t block, int line)
{
    size_t at = 0, length = strlen(patterns);
    for (char *name; (name = host_list_shell_word(patterns, length, &at));) {
        if (strpbrk(name, "*?!"))
            free(name);
        else if (config->host_count < HOSTS_MAX)
            *rw_array_add(config->hosts, config->host_count) =
                (struct host){.name = name, .block = block, .line = line};
        else {
            config->reader->beyond++;
            free(name);
        }
    }
}

static void read_lines(struct config *config, const char *text)
{
    const char *line;
    size_t length, block = 0;
    char *patterns = NULL, *keyword, *value;
    bool skip = false; /* in a Match block */
    for (int number = 1; rw_text_line(&text, &line, &length); number++) {
        if (!split(line, length, &keyword, &value))
            continue;
        bool host = strcasecmp(keyword, "Host") == 0, match = strcasecmp(keyword, "Match") == 0;
        if (host || match) {
            skip = match;
            rw_strset(&patterns, value);
            if (host)
                add_hosts(config, value, ++block, number);
        }
        if (match || strcasecmp(keyword, "Include") == 0) {
            char *what = rw_asprintf("%s %s", keyword, value);
            host_list_leave(config->reader, HOST_LIST_LEFT_WAY, what, number);
            free(what);
        } else if (!host && !skip && config->setting_count < SETTINGS_MAX) {
            *rw_array_add(config->settings, config->setting_count) =
                (struct setting){rw_strdup(patterns), rw_strdup(keyword), rw_strdup(value), number};
        } else if (!host && !skip) {
            config->reader->beyond++;
        }
        free(keyword);
        free(value);
    }
    free(patterns);
}

/* ---- what is so for a host ---- */

static bool matches(const char *patterns, const char *name)
{
    size_t at = 0, length = patterns ? strlen(patterns) : 0;
    bool found = !patterns, never = false;
    for (char *pattern; (pattern = host_list_shell_word(patterns, length, &at)); free(pattern)) {
        bool not = *pattern == '!';
        bool same = fnmatch(pattern + not, name, 0) == 0;
        never = never || (not&&same);
        found = found || (!not&&same);
    }
    return found && !never;
}

static void apply(struct config *config, struct host *host)
{
    for (size_t i = 0; i < config->setting_count; i++) {
        const struct setting *setting = &config->settings[i];
        if (!matches(setting->patterns, host->name))
            continue;
        if (strcasecmp(setting->keyword, "HostName") == 0 && strstr(setting->value, "%h")) {
            const char *percent = strstr(setting->value, "%h");
            char *name = rw_asprintf("%.*s%s%s", (int)(percent - setting->value), setting->value,
                                     host->name, percent + 2);
            host_list_set(&host->words, HOST_LIST_ADDRESS, name);
            free(name);
        } else if (!host_list_take_keyword(config->reader, &host->words, setting->keyword,
                                           setting->value, setting->line)) {
            host_list_leave(config->reader, HOST_LIST_LEFT_OTHER, setting->keyword, setting->line);
        }
    }
}

/* ---- jump hosts ---- */

static struct host *find(struct config *config, const char *name)
{
    for (size_t i = 0; name && i < config->host_count; i++)
        if (strcmp(config->hosts[i].name, name) == 0)
            return &config->hosts[i];
    return NULL;
}

/* A jump host that is a name of this file: what the file says of it. */
static void resolve_jump(struct config *config, struct host *host)
{
    char *text = host->words.text[HOST_LIST_JUMP];
    const char *at = text ? strrchr(text, '@') : NULL;
    char *name = rw_strndup(at ? at + 1 : text, text ? strcspn(at ? at + 1 : text, ":") : 0);
    struct host *jump = find(config, name);
    if (jump && jump != host) {
        char *const *own = jump->words.text;
        bool chain = own[HOST_LIST_JUMP] != NULL;
        jump->jump = true;
        char *user = at ? rw_strndup(text, (size_t)(at - text)) : rw_strdup(own[HOST_LIST_USER]);
        const char *port = strrchr(at ? at : text, ':');
        port = port ? port + 1 : own[HOST_LIST_PORT];
        char *whole = rw_asprintf("%s%s%s%s%s", user ? user : "", user ? "@" : "",
                                  own[HOST_LIST_ADDRESS] ? own[HOST_LIST_ADDRESS] : jump->name,
                                  port ? ":" : "", port ? port : "");
        if (chain)
            host_list_leave(config->reader, HOST_LIST_LEFT_WAY, text, host->line);
        rw_strset(&host->words.text[HOST_LIST_JUMP], chain ? NULL : whole);
        host_list_set(&host->words, HOST_LIST_JUMP_KEY, chain ? NULL : own[HOST_LIST_KEY]);
        free(user);
        free(whole);
    }
    free(name);
}

/* ---- taking over ---- */

/* Further names of the same block and address are aliases. */
static void find_aliases(struct config *config)
{
    for (size_t i = 1; i < config->host_count; i++) {
        const struct host *before = &config->hosts[i - 1];
        struct host *host = &config->hosts[i];
        const char *address = host->words.text[HOST_LIST_ADDRESS];
        host->alias = address && before->block == host->block &&
                      rw_text_equal(before->words.text[HOST_LIST_ADDRESS], address);
    }
}

static void take_host(struct config *config, struct host *host)
{
    if (host->jump || host->alias) {
        host_list_leave(config->reader, host->jump ? HOST_LIST_LEFT_HOST : HOST_LIST_LEFT_OTHER,
                        host->name, host->line);
        return;
    }
    bool other = host->words.text[HOST_LIST_ADDRESS] != NULL;
    host_list_set(&host->words, HOST_LIST_ADDRESS, host->name);
    if (other && !rw_names_is_node(host->name))
        host_list_leave(config->reader, HOST_LIST_LEFT_OTHER, host->name, host->line);
    else if (!rw_names_is_ip(host->name))
        host_list_set(&host->words, HOST_LIST_NAME, host->name);
    host_list_add(config->reader, &host->words, host->line, NULL);
}

/* ---- interface ---- */

bool host_list_is_config(const struct host_list_text *text)
{
    static const char *const keywords[] = {
        "HostName", "User", "Port", "IdentityFile", "ProxyJump", "ProxyCommand", "ForwardAgent"};
    const char *cursor = text->text, *line;
    size_t length;
    bool host = false, setting = false;
    char *keyword, *value;
    while (rw_text_line(&cursor, &line, &length)) {
        if (!split(line, length, &keyword, &value))
            continue;
        bool first = strcasecmp(keyword, "Host") == 0;
        for (size_t i = 0; i < RW_COUNT(keywords); i++)
            setting = setting || (host && strcasecmp(keywords[i], keyword) == 0 && *value &&
                                  !strpbrk(value, ",;|"));
        host = host || (first && *value && !strpbrk(value, ",;|"));
        free(keyword);
        free(value);
    }
    return host && setting;
}

void host_list_read_config(struct host_list_reader *reader, const struct host_list_text *text)
{
    struct config config = {.reader = reader};
    read_lines(&config, text->text);
    for (size_t i = 0; i < config.host_count; i++)
        apply(&config, &config.hosts[i]);
    for (size_t i = 0; i < config.host_count; i++)
        resolve_jump(&config, &config.hosts[i]);
    find_aliases(&config);
    for (size_t i = 0; i < config.host_count; i++)
        take_host(&config, &config.hosts[i]);
    for (size_t i = 0; i < config.host_count; i++) {
        host_list_words_done(&config.hosts[i].words);
        free(config.hosts[i].name);
    }
    for (size_t i = 0; i < config.setting_count; i++) {
        free(config.settings[i].patterns);
        free(config.settings[i].keyword);
        free(config.settings[i].value);
    }
    free(config.hosts);
    free(config.settings);
}
