/* SPDX-License-Identifier: Apache-2.0 */
#include "net/known_hosts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/ssh_wire.h"

/* The longest real lines hold a 16384-bit RSA key and a handful of names. */
#define LINE_MAX_SIZE (16u * 1024)
#define FILE_MAX_SIZE (8u * 1024 * 1024)
#define SHA1_SIZE     20
#define NAME_MAX_SIZE 512

enum marker {
    MARKER_NONE,
    MARKER_REVOKED,
    MARKER_AUTHORITY,
};

struct entry {
    size_t file;
    int line;
    enum marker marker;
    char *names;
    char type[RW_WIRE_TYPE_SIZE];
    struct rw_buf blob;
};

struct rw_known_hosts {
    struct entry *entries;
    size_t count;
    char **files;
    size_t file_count;
};

/* ---- reading ---- */

struct word {
    const char *text;
    size_t size;
};

static bool next_word(const char **cursor, const char *end, struct word *word)
{
    const char *p = *cursor;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    word->text = p;
    while (p < end && *p != ' ' && *p != '\t')
        p++;
    word->size = (size_t)(p - word->text);
    *cursor = p;
    return word->size > 0;
}

static bool word_is(const struct word *word, const char *text)
{
    return word->size == strlen(text) && memcmp(word->text, text, word->size) == 0;
}

static bool parse_entry(const char *line, size_t size, struct entry *entry)
{
    const char *end = line + size;
    struct word names, type, key;
    if (size > LINE_MAX_SIZE || memchr(line, '\0', size) || !next_word(&line, end, &names))
        return false;
    if (names.text[0] == '@') {
        if (word_is(&names, "@revoked"))
            entry->marker = MARKER_REVOKED;
        else if (word_is(&names, "@cert-authority"))
            entry->marker = MARKER_AUTHORITY;
        else
            return false;
        if (!next_word(&line, end, &names))
            return false;
    }
    if (!next_word(&line, end, &type) || !next_word(&line, end, &key))
        return false;
    if (!rw_wire_base64(key.text, key.size, &entry->blob) ||
        !rw_wire_key_type(entry->blob.data, entry->blob.len, entry->type) ||
        !word_is(&type, entry->type)) {
        rw_buf_done(&entry->blob);
        return false;
    }
    entry->names = rw_strndup(names.text, names.size);
    return true;
}

struct rw_known_hosts *rw_known_hosts_new(void)
{
    return rw_calloc(1, sizeof(struct rw_known_hosts));
}

void rw_known_hosts_parse(struct rw_known_hosts *known, const char *file, const char *text,
                          size_t size)
{
    *rw_array_add(known->files, known->file_count) = rw_strdup(file);
    const char *end = text + size;
    for (int number = 1; text < end; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;
        size_t length = (size_t)(stop - text);
        if (length && text[length - 1] == '\r')
            length--;
        size_t blank = 0;
        while (blank < length && (text[blank] == ' ' || text[blank] == '\t'))
            blank++;
        if (blank < length && text[blank] != '#') {
            struct entry entry = {.file = known->file_count - 1, .line = number};
            if (parse_entry(text, length, &entry))
                *rw_array_add(known->entries, known->count) = entry;
        }
        text = newline ? newline + 1 : end;
    }
}

int rw_known_hosts_load(struct rw_known_hosts *known, const char *path, struct rw_error *err)
{
    struct rw_buf text = {0};
    int rc = rw_file_read(path, FILE_MAX_SIZE, &text, err);
    if (rc == 0)
        rw_known_hosts_parse(known, path, rw_buf_str(&text), text.len);
    rw_buf_done(&text);
    return rc == RW_ENOTFOUND ? 0 : rc;
}

void rw_known_hosts_free(struct rw_known_hosts *known)
{
    if (!known)
        return;
    for (size_t i = 0; i < known->count; i++) {
        free(known->entries[i].names);
        rw_buf_done(&known->entries[i].blob);
    }
    free(known->entries);
    for (size_t i = 0; i < known->file_count; i++)
        free(known->files[i]);
    free(known->files);
    free(known);
}

/* ---- matching names ---- */

/* Goes back only to the last star, so the time is bounded by pattern × name. */
static bool match_pattern(const char *pattern, size_t size, const char *name)
{
    const char *end = pattern + size, *star = NULL, *retry = NULL;
    while (*name) {
        if (pattern < end && *pattern == '*') {
            star = pattern++;
            retry = name;
        } else if (pattern < end && (*pattern == '?' || tolower((unsigned char)*pattern) ==
                                                            tolower((unsigned char)*name))) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (pattern < end && *pattern == '*')
        pattern++;
    return pattern == end;
}

/* "|1|salt|hash": HMAC-SHA1 of the name, keyed with the salt. */
static bool match_hashed(const char *names, const char *name)
{
    if (!rw_text_starts(names, "|1|"))
        return false;
    const char *salt = names + 3;
    const char *bar = strchr(salt, '|');
    if (!bar)
        return false;
    struct rw_buf key = {0}, want = {0};
    bool match = false;
    if (rw_wire_base64(salt, (size_t)(bar - salt), &key) && key.len == SHA1_SIZE &&
        rw_wire_base64(bar + 1, strlen(bar + 1), &want) && want.len == SHA1_SIZE) {
        unsigned char hash[EVP_MAX_MD_SIZE];
        unsigned int size = 0;
        match = HMAC(EVP_sha1(), key.data, (int)key.len, (const unsigned char *)name, strlen(name),
                     hash, &size) &&
                size == SHA1_SIZE && memcmp(hash, want.data, size) == 0;
    }
    rw_buf_done(&key);
    rw_buf_done(&want);
    return match;
}

static bool match_names(const char *names, const char *name)
{
    if (names[0] == '|')
        return match_hashed(names, name);
    bool match = false;
    for (const char *p = names; *p;) {
        size_t size = strcspn(p, ",");
        bool negated = size && *p == '!';
        if (match_pattern(p + negated, size - negated, name)) {
            /* A negated name takes the host out of the line, whatever else stands there. */
            if (negated)
                return false;
            match = true;
        }
        p += size;
        if (*p == ',')
            p++;
    }
    return match;
}

/* The name as OpenSSH looks it up: lower case, and "[host]:port" unless the port is 22. */
static char *lookup_name(const char *host, int port)
{
    char *name = port && port != 22 ? rw_asprintf("[%s]:%d", host, port) : rw_strdup(host);
    for (char *p = name; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return name;
}

/* ---- questions ---- */

static bool same_blob(const struct entry *entry, const void *blob, size_t size)
{
    return entry->blob.len == size && memcmp(entry->blob.data, blob, size) == 0;
}

enum rw_known_host rw_known_hosts_check(const struct rw_known_hosts *known, const char *host,
                                        int port, const void *blob, size_t size,
                                        struct rw_known_hosts_place *place)
{
    enum rw_known_host verdict = RW_KNOWN_HOST_UNKNOWN;
    const struct entry *decided = NULL;
    char type[RW_WIRE_TYPE_SIZE] = "";
    bool valid = rw_wire_key_type(blob, size, type);
    char *name = lookup_name(host, port);
    for (size_t i = 0; i < known->count && valid; i++) {
        const struct entry *entry = &known->entries[i];
        bool same = same_blob(entry, blob, size);
        if (entry->marker == MARKER_AUTHORITY || (entry->marker == MARKER_REVOKED && !same) ||
            !match_names(entry->names, name))
            continue;
        if (entry->marker == MARKER_REVOKED) {
            verdict = RW_KNOWN_HOST_REVOKED;
            decided = entry;
            break;
        }
        if (verdict == RW_KNOWN_HOST_MATCH)
            continue;
        enum rw_known_host here = same                             ? RW_KNOWN_HOST_MATCH
                                  : strcmp(type, entry->type) == 0 ? RW_KNOWN_HOST_CHANGED
                                                                   : RW_KNOWN_HOST_OTHER_TYPE;
        bool stronger = here == RW_KNOWN_HOST_MATCH || verdict == RW_KNOWN_HOST_UNKNOWN ||
                        (here == RW_KNOWN_HOST_CHANGED && verdict == RW_KNOWN_HOST_OTHER_TYPE);
        if (stronger) {
            verdict = here;
            decided = entry;
        }
    }
    free(name);
    *place = (struct rw_known_hosts_place){0};
    if (decided)
        *place = (struct rw_known_hosts_place){known->files[decided->file], decided->line};
    return verdict;
}

bool rw_known_hosts_authority(const struct rw_known_hosts *known, const char *host, int port,
                              struct rw_known_hosts_place *place)
{
    char *name = lookup_name(host, port);
    size_t i = 0;
    while (i < known->count && !(known->entries[i].marker == MARKER_AUTHORITY &&
                                 match_names(known->entries[i].names, name)))
        i++;
    free(name);
    if (i == known->count)
        return false;
    *place =
        (struct rw_known_hosts_place){known->files[known->entries[i].file], known->entries[i].line};
    return true;
}

static bool listed(const char *list, const char *type)
{
    size_t size = strlen(type);
    for (const char *p = list; *p;) {
        size_t here = strcspn(p, ",");
        if (here == size && memcmp(p, type, size) == 0)
            return true;
        p += here;
        if (*p == ',')
            p++;
    }
    return false;
}

char *rw_known_hosts_types(const struct rw_known_hosts *known, const char *host, int port)
{
    struct rw_buf types = {0};
    char *name = lookup_name(host, port);
    for (size_t i = 0; i < known->count; i++) {
        const struct entry *entry = &known->entries[i];
        if (entry->marker != MARKER_NONE || listed(rw_buf_str(&types), entry->type) ||
            !match_names(entry->names, name))
            continue;
        if (types.len)
            rw_buf_addc(&types, ',');
        rw_buf_adds(&types, entry->type);
    }
    free(name);
    return rw_buf_take(&types);
}

/* ---- writing ---- */

/* A name that would read back as a pattern, a marker, a comment or two words is refused. */
static bool writable_name(const char *host)
{
    if (!*host || strlen(host) > NAME_MAX_SIZE || strchr("#@|!", *host))
        return false;
    for (const char *p = host; *p; p++) {
        if (*p <= ' ' || *p > '~' || strchr(",*?", *p))
            return false;
    }
    return true;
}

static int append_text(const char *path, const struct rw_buf *line, struct rw_error *err)
{
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return rw_error_set(err, RW_EIO, "%s: %s", path, strerror(errno));
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(fd);
        return rw_error_set(err, RW_EIO, "%s: not a regular file, nothing is remembered there",
                            path);
    }
    struct rw_buf text = {0};
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';
    if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n')
        rw_buf_addc(&text, '\n');
    rw_buf_add(&text, line->data, line->len);
    /* One write: lines of two processes never mix. */
    ssize_t n = write(fd, text.data, text.len);
    bool whole = n == (ssize_t)text.len;
    int rc = 0;
    if (!whole || fsync(fd) != 0)
        rc = rw_error_set(err, RW_EIO, "%s: %s", path,
                          n < 0 || whole ? strerror(errno) : "short write");
    close(fd);
    rw_buf_done(&text);
    return rc;
}

int rw_known_hosts_append(const char *path, const char *host, int port, const void *blob,
                          size_t size, struct rw_error *err)
{
    char type[RW_WIRE_TYPE_SIZE];
    if (!writable_name(host))
        return rw_error_set(err, RW_EINVAL, "not a host name for %s", path);
    if (!rw_wire_key_type(blob, size, type))
        return rw_error_set(err, RW_EINVAL, "%s: not a public key", host);

    char *folder = rw_file_dirname(path);
    char *name = lookup_name(host, port);
    struct rw_buf line = {0};
    rw_buf_addf(&line, "%s %s ", name, type);
    rw_text_base64(&line, blob, size);
    rw_buf_addc(&line, '\n');
    int rc = rw_file_mkdirs(folder, 0700, err);
    if (rc == 0)
        rc = append_text(path, &line, err);
    rw_buf_done(&line);
    free(name);
    free(folder);
    return rc;
}
