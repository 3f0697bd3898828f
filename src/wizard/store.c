/* SPDX-License-Identifier: Apache-2.0 */
#include "wizard/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "cluster/names.h"
#include "install/journal.h"

#define NOTE_MAX 65536 /* bytes of draft.json and wizard.json */

void rw_draft_done(struct rw_draft *draft)
{
    free(draft->cluster);
    free(draft->step);
    free(draft->file);
    free(draft->sum);
    free(draft->name_servers);
    *draft = (struct rw_draft){0};
}

void rw_drafts_done(struct rw_drafts *drafts)
{
    for (size_t i = 0; i < drafts->count; i++)
        rw_draft_done(&drafts->items[i]);
    free(drafts->items);
    *drafts = (struct rw_drafts){0};
}

/* ---- paths ---- */

static char *path_in(const char *cluster, const char *name)
{
    char *dir = rw_journal_dir(cluster);
    char *path = rw_asprintf("%s/%s", dir, name);
    free(dir);
    return path;
}

static char *memory_path(void)
{
    char *root = rw_journal_root();
    char *path = rw_asprintf("%s/wizard.json", root);
    free(root);
    return path;
}

/* ---- notes: small JSON objects of strings ---- */

static json_t *read_note(const char *path)
{
    struct rw_buf text = {0};
    json_t *note = NULL;
    if (rw_file_read(path, NOTE_MAX, &text, NULL) == 0)
        note = json_loadb(rw_buf_str(&text), text.len, 0, NULL);
    rw_buf_done(&text);
    if (!json_is_object(note)) {
        json_decref(note);
        note = json_object();
    }
    return note;
}

static char *take_text(const json_t *note, const char *key)
{
    return rw_strdup(json_string_value(json_object_get(note, key)));
}

static void put_text(json_t *note, const char *key, const char *text)
{
    if (text)
        json_object_set_new(note, key, json_string(text));
}

/* Uses note up. */
static int write_note(const char *path, json_t *note, struct rw_error *err)
{
    char *text = json_dumps(note, JSON_INDENT(2) | JSON_SORT_KEYS);
    int rc = text ? rw_file_write(path, text, strlen(text), 0600, err)
                  : rw_error_set(err, RW_EINVAL, "%s: not UTF-8", path);
    free(text);
    json_decref(note);
    return rc;
}

/* ---- drafts ---- */

static void read_draft(struct rw_draft *draft, const char *cluster)
{
    char *path = path_in(cluster, "draft.json");
    json_t *note = read_note(path);
    *draft = (struct rw_draft){
        .cluster = rw_strdup(cluster),
        .step = take_text(note, "step"),
        .file = take_text(note, "file"),
        .sum = take_text(note, "sum"),
        .name_servers = take_text(note, "name-servers"),
        .saved = json_integer_value(json_object_get(note, "saved")),
    };
    json_decref(note);
    free(path);
}

bool rw_store_has(const char *cluster)
{
    char *path = path_in(cluster, "draft.yaml");
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

struct rw_cluster *rw_store_load(const char *name, struct rw_draft *draft,
                                 struct rw_findings *findings)
{
    struct rw_cluster *cluster = NULL;
    char *path = path_in(name, "draft.yaml");
    if (rw_store_has(name))
        cluster = rw_answers_load_draft(path, findings);
    free(path);
    if (cluster && draft)
        read_draft(draft, name);
    return cluster;
}

int rw_store_save(struct rw_draft *draft, const struct rw_cluster *cluster, struct rw_error *err)
{
    char *dir = rw_journal_dir(draft->cluster);
    char *yaml = path_in(draft->cluster, "draft.yaml");
    char *note_path = path_in(draft->cluster, "draft.json");
    char *text = rw_answers_write(cluster, false);
    int64_t now = rw_clock_wall_ms();
    int rc = rw_file_mkdirs(dir, 0700, err);
    if (rc == 0)
        rc = rw_file_write(yaml, text, strlen(text), 0600, err);
    if (rc == 0) {
        json_t *note = json_object();
        put_text(note, "step", draft->step);
        put_text(note, "file", draft->file);
        put_text(note, "sum", draft->sum);
        put_text(note, "name-servers", draft->name_servers);
        json_object_set_new(note, "saved", json_integer(now));
        rc = write_note(note_path, note, err);
    }
    if (rc == 0)
        draft->saved = now;
    free(text);
    free(note_path);
    free(yaml);
    free(dir);
    return rc;
}

bool rw_store_holds(const char *name, const struct rw_cluster *cluster)
{
    struct rw_buf text = {0};
    char *path = path_in(name, "draft.yaml"), *wanted = rw_answers_write(cluster, false);
    bool same = rw_file_read(path, RW_ANSWERS_MAX, &text, NULL) == 0 &&
                strcmp(rw_buf_str(&text), wanted) == 0;
    rw_buf_done(&text);
    free(wanted);
    free(path);
    return same;
}

static int move_file(const char *from_cluster, const char *to_cluster, const char *name,
                     struct rw_error *err)
{
    char *old_name = rw_asprintf("%s.old", name);
    char *from = path_in(from_cluster, name);
    char *to = to_cluster ? path_in(to_cluster, name) : path_in(from_cluster, old_name);
    int rc = 0;
    if (rename(from, to) != 0 && errno != ENOENT)
        rc = rw_error_set(err, RW_EIO, "%s: %s", to, strerror(errno));
    free(old_name);
    free(from);
    free(to);
    return rc;
}

int rw_store_move(const char *cluster, const char *to, struct rw_error *err)
{
    static const char *const names[] = {"draft.yaml", "draft.json", "token", "proxy-password"};
    int rc = 0;
    if (to) {
        char *dir = rw_journal_dir(to);
        rc = rw_file_mkdirs(dir, 0700, err);
        free(dir);
    }
    /* Secrets belong to what stands on hosts: they are never put out of the way. */
    for (size_t i = 0; i < RW_COUNT(names) - (to ? 0 : 2) && rc == 0; i++)
        rc = move_file(cluster, to, names[i], err);
    return rc;
}

int rw_store_lock(const char *cluster, long *pid, struct rw_error *err)
{
    char *dir = rw_journal_dir(cluster), *path = path_in(cluster, "draft.lock");
    char text[32] = "";
    int rc = rw_file_mkdirs(dir, 0700, err);
    int fd = rc == 0 ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    *pid = 0;
    if (rc != 0) {
        fd = rc;
    } else if (fd < 0) {
        fd = rw_error_set(err, RW_EIO, "%s: %s", path, strerror(errno));
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (pread(fd, text, sizeof text - 1, 0) > 0)
            *pid = strtol(text, NULL, 10);
        close(fd);
        fd = rw_error_set(err, RW_EBUSY, "%s: in use by process %ld", path, *pid);
    } else if (ftruncate(fd, 0) != 0 || dprintf(fd, "%ld\n", (long)getpid()) < 0) {
        close(fd);
        fd = rw_error_set(err, RW_EIO, "%s: %s", path, strerror(errno));
    }
    free(dir);
    free(path);
    return fd;
}

static int newest_first(const void *a, const void *b)
{
    const struct rw_draft *x = a, *y = b;
    return (x->saved < y->saved) - (x->saved > y->saved);
}

void rw_store_list(struct rw_drafts *drafts)
{
    char *root = rw_journal_root();
    DIR *dir = opendir(root);
    free(root);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (rw_names_is_cluster(entry->d_name) && rw_store_has(entry->d_name))
            read_draft(rw_array_add(drafts->items, drafts->count), entry->d_name);
    if (dir)
        closedir(dir);
    if (drafts->count > 1)
        qsort(drafts->items, drafts->count, sizeof *drafts->items, newest_first);
}

char *rw_store_sum(const char *path)
{
    struct rw_buf text = {0};
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (rw_file_read(path, RW_ANSWERS_MAX, &text, NULL) != 0)
        return NULL;
    EVP_Digest(rw_buf_str(&text), text.len, digest, &size, EVP_sha256(), NULL);
    rw_buf_wipe(&text);
    struct rw_buf hex = {0};
    for (unsigned i = 0; i < size; i++)
        rw_buf_addf(&hex, "%02x", digest[i]);
    return rw_buf_take(&hex);
}

/* ---- memory ---- */

void rw_store_recall(struct rw_store_memory *memory)
{
    char *path = memory_path();
    json_t *note = read_note(path);
    memory->language = take_text(note, "language");
    memory->last = take_text(note, "last");
    json_decref(note);
    free(path);
}

int rw_store_remember(const struct rw_store_memory *memory, struct rw_error *err)
{
    char *root = rw_journal_root(), *path = memory_path();
    int rc = rw_file_mkdirs(root, 0700, err);
    if (rc == 0) {
        json_t *note = json_object();
        put_text(note, "language", memory->language);
        put_text(note, "last", memory->last);
        rc = write_note(path, note, err);
    }
    free(root);
    free(path);
    return rc;
}

void rw_store_memory_done(struct rw_store_memory *memory)
{
    free(memory->language);
    free(memory->last);
    *memory = (struct rw_store_memory){0};
}
