/* SPDX-License-Identifier: Apache-2.0 */
#include "check/host_facts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

#define WORDS_MAX 8
#define TEXT_MAX  2048 /* bytes of a joined text */

/* ---- words of a value ---- */

struct words {
    char *text[WORDS_MAX]; /* owned; the last takes the rest of the line */
    size_t count;
};

static struct words split(const char *value, size_t most)
{
    struct words words = {0};
    while (*value && words.count < most) {
        size_t length = words.count + 1 == most ? strlen(value) : strcspn(value, " ");
        words.text[words.count++] = rw_strndup(value, length);
        value += length;
        value += strspn(value, " ");
    }
    return words;
}

static void words_done(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->text[i]);
}

static char *take(struct words *words, size_t index)
{
    char *text = words->text[index];
    words->text[index] = NULL;
    return text;
}

static int64_t number_of(const char *text)
{
    int64_t number = RW_UNKNOWN_NUMBER;
    rw_text_number(text, 0, INT64_MAX / 2048, &number);
    return number;
}

/* The eight hex digits of /proc/net/route: the address as the processor keeps it in memory, and the
 * processors that RKE2 is built for are little-endian. */
static bool hex_address(const char *text, uint32_t *address)
{
    uint32_t value = 0;
    if (strlen(text) != 8 || strspn(text, "0123456789abcdefABCDEF") != 8)
        return false;
    for (size_t i = 0; i < 8; i++) {
        char c = text[i];
        uint32_t digit = (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        value = value << 4 | digit;
    }
    *address = value << 24 | (value & 0xff00u) << 8 | (value >> 8 & 0xff00u) | value >> 24;
    return true;
}

static void join(char **list, const char *separator, const char *value)
{
    if (*list && strlen(*list) + strlen(value) > TEXT_MAX)
        return;
    char *joined = *list ? rw_asprintf("%s%s%s", *list, separator, value) : rw_strdup(value);
    free(*list);
    *list = joined;
}

static void add_text(char ***list, size_t *count, const char *value)
{
    if (*count < RW_HOST_LIST_MAX)
        *rw_array_add(*list, *count) = rw_strdup(value);
}

/* ---- one key each ---- */

typedef void reader(struct rw_host_facts *facts, const char *key, const char *value);

static void read_mount(struct rw_host_facts *facts, const char *key, const char *value)
{
    struct rw_mount_facts *mount = strcmp(key, "mount.data") == 0      ? &facts->data_mount
                                   : strcmp(key, "mount.kubelet") == 0 ? &facts->kubelet_mount
                                   : strcmp(key, "mount.program") == 0 ? &facts->program_mount
                                                                       : NULL;
    struct words words = split(value, 3);
    if (mount && words.count == 3 && !mount->point) {
        mount->point = take(&words, 0);
        mount->type = take(&words, 1);
        mount->options = take(&words, 2);
    }
    words_done(&words);
}

static void read_folder(struct rw_host_facts *facts, const char *key, const char *value)
{
    (void)key;
    if (facts->space_count >= RW_HOST_LIST_MAX)
        return;
    struct rw_space_facts *space = rw_array_add(facts->spaces, facts->space_count);
    space->folder = rw_strdup(value);
    space->total_kib = space->free_kib = RW_UNKNOWN_NUMBER;
    if (!facts->data_path)
        facts->data_path = rw_strdup(value);
}

/* The lines of df have the order of the folders. */
static void read_space(struct rw_host_facts *facts, const char *key, const char *value)
{
    (void)key;
    struct words words = split(value, 2);
    for (size_t i = 0; words.count == 2 && i < facts->space_count; i++) {
        struct rw_space_facts *space = &facts->spaces[i];
        if (space->total_kib != RW_UNKNOWN_NUMBER)
            continue;
        space->total_kib = number_of(words.text[0]);
        space->free_kib = number_of(words.text[1]);
        break;
    }
    words_done(&words);
}

static void read_route(struct rw_host_facts *facts, const char *key, const char *value)
{
    enum { UP = 1, REJECT = 0x200 };
    (void)key;
    struct words words = split(value, 4);
    uint32_t network, mask;
    long flags = words.count == 4 ? strtol(words.text[2], NULL, 16) : 0;
    if (words.count == 4 && hex_address(words.text[0], &network) &&
        hex_address(words.text[1], &mask) && (flags & UP) && !(flags & REJECT)) {
        if (mask == 0) {
            if (!facts->default_route)
                rw_strset(&facts->default_interface, words.text[3]);
            facts->default_route = true;
        } else if (facts->route_count < RW_HOST_LIST_MAX) {
            struct rw_route_facts *route = rw_array_add(facts->routes, facts->route_count);
            *route = (struct rw_route_facts){network, mask, take(&words, 3)};
        }
    }
    words_done(&words);
}

/* After those of IPv4: an interface known from there stays. */
static void read_route6(struct rw_host_facts *facts, const char *key, const char *value)
{
    (void)key;
    if (!facts->default_route)
        rw_strset(&facts->default_interface, value);
    facts->default_route = true;
}

static void read_listener(struct rw_host_facts *facts, const char *key, const char *value)
{
    (void)key;
    struct words words = split(value, 5);
    int64_t port;
    if (words.count == 5 && facts->listener_count < RW_HOST_LIST_MAX &&
        rw_text_number(words.text[0], 1, 65535, &port) == 0) {
        struct rw_listener_facts *listener = rw_array_add(facts->listeners, facts->listener_count);
        *listener = (struct rw_listener_facts){(int)port, take(&words, 1), take(&words, 2),
                                               take(&words, 3), take(&words, 4)};
    }
    words_done(&words);
}

static void read_url(struct rw_host_facts *facts, const char *key, const char *value)
{
    (void)key;
    struct words words = split(value, 4);
    int64_t status;
    if (words.count == 4 && facts->url_count < RW_HOST_LIST_MAX &&
        rw_text_number(words.text[2], 0, 999, &status) == 0) {
        bool yes = strcmp(words.text[0], "yes") == 0;
        if (yes || strcmp(words.text[0], "no") == 0) {
            struct rw_url_facts *url = rw_array_add(facts->urls, facts->url_count);
            *url = (struct rw_url_facts){take(&words, 3), yes, strcmp(words.text[1], "curl") == 0,
                                         (int)status};
        }
    }
    words_done(&words);
}

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

/* "unit.firewalld.service=active enabled" */
static void read_unit(struct rw_host_facts *facts, const char *key, const char *value)
{
    static const char *const active[] = {"active", "activating", "reloading"};
    static const char *const enabled[] = {"enabled", "enabled-runtime"};
    if (facts->unit_count >= RW_HOST_LIST_MAX)
        return;
    struct words words = split(value, 2);
    struct rw_unit_facts *unit = rw_array_add(facts->units, facts->unit_count);
    unit->name = rw_strdup(key + strlen("unit."));
    unit->active = words.count > 0 && is_one_of(words.text[0], active, RW_COUNT(active));
    unit->masked = words.count > 1 && rw_text_starts(words.text[1], "masked");
    unit->enabled = words.count > 1 && is_one_of(words.text[1], enabled, RW_COUNT(enabled));
    words_done(&words);
}

static void read_tool(struct rw_host_facts *facts, const char *key, const char *value)
{
    if (strcmp(value, "yes") == 0)
        add_text(&facts->tools, &facts->tool_count, key + strlen("tool."));
}

static void read_resolver(struct rw_host_facts *facts, const char *key, const char *value)
{
    (void)key;
    add_text(&facts->resolvers, &facts->resolver_count, value);
}

static void read_own(struct rw_host_facts *facts, const char *key, const char *value)
{
    (void)key;
    struct words words = split(value, 2);
    if (words.count == 2 && facts->own_count < RW_HOST_LIST_MAX) {
        struct rw_own_facts *own = rw_array_add(facts->own, facts->own_count);
        *own = (struct rw_own_facts){take(&words, 0), take(&words, 1)};
    }
    words_done(&words);
}

static void read_joined(struct rw_host_facts *facts, const char *key, const char *value)
{
    if (strcmp(key, "swap") == 0)
        join(&facts->swaps, " ", value);
    else if (strcmp(key, "no_module") == 0)
        join(&facts->missing_modules, " ", value);
    else if (strcmp(key, "rke2") == 0)
        join(&facts->rke2, ", ", value);
    else if (strcmp(key, "artifact") == 0)
        join(&facts->artifacts, " ", value);
    else
        join(&facts->left, ", ", value);
}

/* ---- all keys ---- */

enum kind {
    TEXT,   /* char *; the last counts */
    NUMBER, /* int64_t */
    FLAG,   /* bool: "yes" or "read" */
    KNOWN,  /* enum rw_known: yes, no, 1, 0, Y, N */
    NANO,   /* int64_t, nanoseconds to milliseconds */
    READ,   /* a function */
};

static const struct RW_ROW key {
    const char *name; /* one that ends with '.' is a beginning */
    enum kind kind;
    size_t offset;
    reader *read;
} keys[] = {
#define AT(field) .offset = offsetof(struct rw_host_facts, field)
    {.name = "clock_begin", .kind = NANO, AT(clock_begin_ms)},
    {.name = "clock_end", .kind = NANO, AT(clock_end_ms)},
    {.name = "hostname", .kind = TEXT, AT(hostname)},
    {.name = "machine_id", .kind = TEXT, AT(machine_id)},
    {.name = "kernel", .kind = TEXT, AT(kernel)},
    {.name = "arch", .kind = TEXT, AT(arch)},
    {.name = "os", .kind = TEXT, AT(os)},
    {.name = "os_id", .kind = TEXT, AT(os_id)},
    {.name = "packager", .kind = TEXT, AT(packager)},
    {.name = "proxy", .kind = TEXT, AT(proxy)},
    {.name = "systemd", .kind = FLAG, AT(systemd)},
    {.name = "yum", .kind = FLAG, AT(yum)},
    {.name = "tools", .kind = FLAG, AT(tools_read)},
    {.name = "tool.", .kind = READ, .read = read_tool},
    {.name = "cpus", .kind = NUMBER, AT(cpus)},
    {.name = "memory_kib", .kind = NUMBER, AT(memory_kib)},
    {.name = "swap_kib", .kind = NUMBER, AT(swap_kib)},
    {.name = "swap", .kind = READ, .read = read_joined},
    {.name = "mount.", .kind = READ, .read = read_mount},
    {.name = "folder", .kind = READ, .read = read_folder},
    {.name = "space", .kind = READ, .read = read_space},
    {.name = "rotational", .kind = KNOWN, AT(rotational)},
    {.name = "sync_writes", .kind = NUMBER, AT(sync_writes)},
    {.name = "sync_p99_us", .kind = NUMBER, AT(sync_p99_us)},
    {.name = "sync_median_us", .kind = NUMBER, AT(sync_median_us)},
    {.name = "cgroup_v1", .kind = TEXT, AT(cgroup_v1)},
    {.name = "cgroup_v1_allowed", .kind = FLAG, AT(cgroup_v1_allowed)},
    {.name = "cgroup_v2", .kind = TEXT, AT(cgroup_v2)},
    {.name = "modules", .kind = FLAG, AT(modules_read)},
    {.name = "no_module", .kind = READ, .read = read_joined},
    {.name = "selinux", .kind = TEXT, AT(selinux)},
    {.name = "selinux_policy", .kind = FLAG, AT(selinux_policy)},
    {.name = "apparmor", .kind = KNOWN, AT(apparmor)},
    {.name = "units", .kind = FLAG, AT(units_read)},
    {.name = "unit.", .kind = READ, .read = read_unit},
    {.name = "ufw", .kind = FLAG, AT(ufw_enabled)},
    {.name = "nm_dropin", .kind = FLAG, AT(nm_dropin)},
    {.name = "forwarding", .kind = FLAG, AT(forwarding)},
    {.name = "time_synced", .kind = KNOWN, AT(time_synced)},
    {.name = "routes", .kind = FLAG, AT(routes_read)},
    {.name = "route", .kind = READ, .read = read_route},
    {.name = "route6", .kind = READ, .read = read_route6},
    {.name = "own", .kind = READ, .read = read_own},
    {.name = "resolvers", .kind = FLAG, AT(resolvers_read)},
    {.name = "resolver", .kind = READ, .read = read_resolver},
    {.name = "listeners", .kind = FLAG, AT(listeners_read)},
    {.name = "listen", .kind = READ, .read = read_listener},
    {.name = "url", .kind = READ, .read = read_url},
    {.name = "artifact_arch", .kind = TEXT, AT(artifact_arch)},
    {.name = "artifact_script", .kind = KNOWN, AT(artifact_script)},
    {.name = "artifact_sum", .kind = KNOWN, AT(artifact_sum)},
    {.name = "artifact_version", .kind = KNOWN, AT(artifact_version)},
    {.name = "artifact", .kind = READ, .read = read_joined},
    {.name = "traces", .kind = FLAG, AT(traces_read)},
    {.name = "ours", .kind = FLAG, AT(ours)},
    {.name = "rke2", .kind = READ, .read = read_joined},
    {.name = "left", .kind = READ, .read = read_joined},
    {.name = "uninstall", .kind = TEXT, AT(uninstall)},
#undef AT
};

static enum rw_known known_of(const char *value)
{
    static const char *const yes[] = {"yes", "1", "Y"}, *const no[] = {"no", "0", "N"};
    return is_one_of(value, yes, RW_COUNT(yes)) ? RW_KNOWN_YES
           : is_one_of(value, no, RW_COUNT(no)) ? RW_KNOWN_NO
                                                : RW_KNOWN_NOT;
}

static int64_t nano_of(const char *value)
{
    int64_t number = 0;
    if (rw_text_number(value, 0, INT64_MAX, &number) != 0)
        return RW_UNKNOWN_NUMBER;
    return number / 1000000;
}

static void read_pair(struct rw_host_facts *facts, const struct key *key, const char *name,
                      const char *value)
{
    static const char *const set[] = {"yes", "read", "enabled"};
    void *field = (char *)facts + key->offset;
    switch (key->kind) {
    case TEXT:
        rw_strset(field, value);
        break;
    case NUMBER:
        *(int64_t *)field = number_of(value);
        break;
    case FLAG:
        *(bool *)field = is_one_of(value, set, RW_COUNT(set));
        break;
    case KNOWN:
        *(enum rw_known *)field = known_of(value);
        break;
    case NANO:
        *(int64_t *)field = nano_of(value);
        break;
    case READ:
        key->read(facts, name, value);
        break;
    }
}

static bool matches(const struct key *key, const char *name)
{
    return rw_text_ends(key->name, ".") ? rw_text_starts(name, key->name)
                                        : strcmp(name, key->name) == 0;
}

void rw_host_facts_read(struct rw_host_facts *facts, const struct rw_reply *reply)
{
    int64_t sent = facts->sent_ms, arrived = facts->arrived_ms;
    rw_host_facts_done(facts);
    facts->read = true;
    facts->sent_ms = sent;
    facts->arrived_ms = arrived;
    facts->clock_begin_ms = facts->clock_end_ms = RW_UNKNOWN_NUMBER;
    facts->cpus = facts->memory_kib = facts->swap_kib = RW_UNKNOWN_NUMBER;
    facts->sync_writes = facts->sync_p99_us = facts->sync_median_us = RW_UNKNOWN_NUMBER;
    for (size_t i = 0; i < reply->count; i++)
        for (size_t k = 0; k < RW_COUNT(keys); k++)
            if (matches(&keys[k], reply->pairs[i].key))
                read_pair(facts, &keys[k], reply->pairs[i].key, reply->pairs[i].value);
    rw_host_config_read(&facts->config, reply);
}

/* ---- freeing ---- */

static void free_texts(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

static void free_mount(struct rw_mount_facts *mount)
{
    free(mount->point);
    free(mount->type);
    free(mount->options);
}

static void free_lists(struct rw_host_facts *facts)
{
    free_texts(facts->tools, facts->tool_count);
    free_texts(facts->resolvers, facts->resolver_count);
    for (size_t i = 0; i < facts->space_count; i++)
        free(facts->spaces[i].folder);
    free(facts->spaces);
    for (size_t i = 0; i < facts->unit_count; i++)
        free(facts->units[i].name);
    free(facts->units);
    for (size_t i = 0; i < facts->route_count; i++)
        free(facts->routes[i].interface);
    free(facts->routes);
    for (size_t i = 0; i < facts->own_count; i++) {
        free(facts->own[i].address);
        free(facts->own[i].interface);
    }
    free(facts->own);
    for (size_t i = 0; i < facts->listener_count; i++) {
        free(facts->listeners[i].address);
        free(facts->listeners[i].pid);
        free(facts->listeners[i].unit);
        free(facts->listeners[i].process);
    }
    free(facts->listeners);
    for (size_t i = 0; i < facts->url_count; i++)
        free(facts->urls[i].url);
    free(facts->urls);
}

void rw_host_facts_done(struct rw_host_facts *facts)
{
    for (size_t i = 0; i < RW_COUNT(keys); i++)
        if (keys[i].kind == TEXT)
            free(*(char **)((char *)facts + keys[i].offset));
    free(facts->reason);
    free(facts->swaps);
    free(facts->data_path);
    free(facts->missing_modules);
    free(facts->default_interface);
    free(facts->rke2);
    free(facts->artifacts);
    free(facts->left);
    rw_host_config_done(&facts->config);
    free_mount(&facts->data_mount);
    free_mount(&facts->kubelet_mount);
    free_mount(&facts->program_mount);
    free_lists(facts);
    memset(facts, 0, sizeof *facts);
}

/* ---- asking ---- */

bool rw_host_facts_whole(const struct rw_host_facts *facts)
{
    return facts->read && facts->clock_end_ms >= 0;
}

bool rw_host_facts_tool(const struct rw_host_facts *facts, const char *tool)
{
    for (size_t i = 0; i < facts->tool_count; i++)
        if (strcmp(facts->tools[i], tool) == 0)
            return true;
    return false;
}

const struct rw_unit_facts *rw_host_facts_unit(const struct rw_host_facts *facts, const char *name)
{
    /* Keys of a reply are in lower case. */
    for (size_t i = 0; i < facts->unit_count; i++)
        if (strcasecmp(facts->units[i].name, name) == 0)
            return &facts->units[i];
    return NULL;
}

bool rw_host_facts_active(const struct rw_host_facts *facts, const char *unit)
{
    const struct rw_unit_facts *found = rw_host_facts_unit(facts, unit);
    return found && found->active;
}

const struct rw_space_facts *rw_host_facts_space(const struct rw_host_facts *facts,
                                                 const char *folder)
{
    for (size_t i = 0; i < facts->space_count; i++)
        if (strcmp(facts->spaces[i].folder, folder) == 0)
            return &facts->spaces[i];
    return NULL;
}
