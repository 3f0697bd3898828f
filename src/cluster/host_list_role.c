/* SPDX-License-Identifier: Apache-2.0 */
/* The role that the name of a group names, by its words. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "cluster/host_list_read.h"

#define WORDS_MAX 16
#define WORD_MAX  32

/* What a word in the name of a group means. */
enum meaning {
    FOREIGN, /* linux, zabbix, prod, … */
    NEUTRAL, /* says nothing: host, new, a number */
    PRODUCT, /* a Kubernetes */
    MASTER,  /* a server of a Kubernetes */
    SERVER,  /* a server of anything */
    WORKER,  /* an agent of a Kubernetes */
    AGENT,   /* an agent of anything */
    NODE,
    MEANINGS,
};

static const struct {
    const char *word; /* without an "s" at its end */
    enum meaning meaning;
} words[] = {
    {"rke", PRODUCT},         {"rke2", PRODUCT},      {"k3", PRODUCT},
    {"k8", PRODUCT},          {"k0", PRODUCT},        {"kube", PRODUCT},
    {"kubernete", PRODUCT},   {"rancher", PRODUCT},   {"master", MASTER},
    {"controlplane", MASTER}, {"controller", MASTER}, {"server", SERVER},
    {"worker", WORKER},       {"agent", AGENT},       {"node", NODE},
    {"host", NEUTRAL},        {"cluster", NEUTRAL},   {"group", NEUTRAL},
    {"vm", NEUTRAL},          {"machine", NEUTRAL},   {"new", NEUTRAL},
    {"ha", NEUTRAL},          {"all", NEUTRAL},       {"the", NEUTRAL},
    {"first", NEUTRAL},       {"other", NEUTRAL},     {"initial", NEUTRAL},
    {"additional", NEUTRAL},  {"primary", NEUTRAL},   {"secondary", NEUTRAL},
    {"join", NEUTRAL},        {"init", NEUTRAL},      {"bootstrap", NEUTRAL},
};

static enum meaning meaning_of(const char *word)
{
    size_t length = strlen(word), letters = length;
    for (size_t pass = 0; pass < 2; pass++) {
        /* "masters", then "master1": k8s and rke2 are words themselves. */
        size_t kept = pass == 0 ? length : letters;
        if (kept > 1 && word[kept - 1] == 's')
            kept--;
        for (size_t i = 0; i < RW_COUNT(words); i++)
            if (strlen(words[i].word) == kept && strncmp(words[i].word, word, kept) == 0)
                return words[i].meaning;
        while (letters > 0 && isdigit((unsigned char)word[letters - 1]))
            letters--;
        if (letters == 0)
            return NEUTRAL;
    }
    return FOREIGN;
}

/* Counts the words by their meaning. */
static void count_words(const char *name, size_t counts[MEANINGS])
{
    bool control = false;
    for (const char *at = name; *at;) {
        char word[WORD_MAX + 1];
        size_t used = 0;
        while (*at && !isalnum((unsigned char)*at))
            at++;
        for (; isalnum((unsigned char)*at); at++)
            if (used < WORD_MAX)
                word[used++] = (char)tolower((unsigned char)*at);
        word[used] = '\0';
        if (used == 0)
            break;
        bool plane = control && (strcmp(word, "plane") == 0 || strcmp(word, "planes") == 0);
        counts[FOREIGN] -= plane; /* "control" before it was none */
        counts[plane ? MASTER : meaning_of(word)]++;
        control = strcmp(word, "control") == 0;
    }
}

struct host_list_group_role host_list_group_role(const char *name)
{
    size_t counts[MEANINGS] = {0};
    count_words(name, counts);
    bool kubernetes = counts[MASTER] || counts[WORKER], product = counts[PRODUCT];
    bool agent = counts[WORKER] || counts[AGENT], plain = counts[SERVER] || counts[AGENT];
    /* "worker_servers" are workers. */
    struct host_list_group_role role = {.server = counts[MASTER] || (counts[SERVER] && !agent)};
    if (kubernetes || plain)
        role.rank = product || (kubernetes && !counts[FOREIGN]) ? HOST_LIST_RANK_STRONG
                    : kubernetes || !counts[FOREIGN]            ? HOST_LIST_RANK_PLAIN
                                                                : HOST_LIST_RANK_WEAK;
    else if (counts[NODE] && (product || !counts[FOREIGN])) /* no "node_exporter" */
        role.rank = product && !counts[FOREIGN] ? HOST_LIST_RANK_STRONG : HOST_LIST_RANK_NODE;
    return role;
}
