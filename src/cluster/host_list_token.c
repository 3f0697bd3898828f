/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a plain line. */
#include <string.h>

#include "base/mem.h"
#include "cluster/host_list_read.h"

/* What people type who write Chinese, and web pages put between words: as they stand in ASCII. */
static const struct {
    const char *from, *to;
} plain_forms[] = {
    {"，", ","}, {"、", ","},     {"；", ";"},           {"：", ":"},
    {"　", " "}, {"\u00a0", " "}, {"\xE2\x80\x8B", " "}, {"｜", "|"},
};

char *host_list_plain_forms(const char *text, size_t length)
{
    struct rw_buf out = {0};
    for (size_t at = 0; at < length;) {
        size_t step = 0;
        for (size_t i = 0; i < RW_COUNT(plain_forms) && step == 0; i++) {
            size_t size = strlen(plain_forms[i].from);
            if (size <= length - at && memcmp(text + at, plain_forms[i].from, size) == 0) {
                rw_buf_adds(&out, plain_forms[i].to);
                step = size;
            }
        }
        if (step == 0)
            rw_buf_addc(&out, text[at]);
        at += step ? step : 1;
    }
    char *plain = rw_strdup(rw_buf_str(&out));
    rw_buf_done(&out);
    return plain;
}

char *host_list_next_word(const char **cursor, bool *open)
{
    const char *at = *cursor;
    at += strspn(at, HOST_LIST_BLANKS ",;|");
    *cursor = at;
    if (!*at || *at == '#')
        return NULL;
    char *word = rw_calloc(strlen(at) + 1, 1);
    size_t used = 0;
    char quote = '\0';
    for (; *at && (quote || !strchr(HOST_LIST_BLANKS ",;|", *at)); at++) {
        if (quote ? *at == quote : strchr("\"'", *at) != NULL)
            quote = quote ? '\0' : *at;
        else
            word[used++] = *at;
    }
    *open = quote != '\0';
    *cursor = at;
    return word;
}

bool host_list_is_ornament(const char *word)
{
    static const char *const ornaments[] = {"-", "*", "•", "=", "->", "=>", ":", "·"};
    size_t digits = strspn(word, "0123456789");
    bool found = digits > 0 && (strcmp(word + digits, ".") == 0 || strcmp(word + digits, ")") == 0);
    for (size_t i = 0; i < RW_COUNT(ornaments) && !found; i++)
        found = strcmp(ornaments[i], word) == 0;
    return found || !*word;
}

bool host_list_is_user(const char *word)
{
    static const char *const users[] = {"root",    "ubuntu", "debian",    "admin",      "centos",
                                        "rocky",   "fedora", "almalinux", "ec2-user",   "opc",
                                        "vagrant", "core",   "ops",       "cloud-user", "sles"};
    for (size_t i = 0; i < RW_COUNT(users); i++)
        if (strcmp(users[i], word) == 0)
            return true;
    return false;
}
