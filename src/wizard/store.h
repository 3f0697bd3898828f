/* SPDX-License-Identifier: Apache-2.0 */
/* Where the wizard keeps what is typed, so that the user returns to the same place:
 *
 *     ${XDG_STATE_HOME:-~/.local/state}/rke2-wizard/
 *         wizard.json              language, and the cluster that was open last
 *         <cluster>/draft.yaml     the answers so far; no secrets
 *         <cluster>/draft.json     the step, the file of -f that they came from, name servers
 *         <cluster>/draft.lock     held while a wizard has the cluster open
 *         <cluster>/token          the token, when one was typed (0600)
 *         <cluster>/token.old-N    the one before it, of a cluster that exists; N: seconds of 1970
 *         <cluster>/proxy-password the password of the proxy, when one was typed (0600)
 *
 * One folder for each cluster, the one its journal is in: two clusters do not get mixed. The file
 * of -f is read, and written only when the user says so; while it is unchanged, its draft
 * continues, else the file counts. All files are 0600 and replaced as a whole. */
#ifndef RW_WIZARD_STORE_H
#define RW_WIZARD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cluster/cluster.h"
#include "finding/finding.h"

/* The data beside the answers of a draft. Strings are owned; NULL: not known. */
struct rw_draft {
    char *cluster;      /* the folder */
    char *step;         /* id of the step that was open */
    char *file;         /* of -f, absolute */
    char *sum;          /* SHA-256 of that file when it was read or written last */
    char *name_servers; /* typed for the DNS check, separated by blanks */
    int64_t saved;      /* wall milliseconds */
};
void rw_draft_done(struct rw_draft *draft);

struct rw_drafts {
    struct rw_draft *items;
    size_t count;
};
/* All drafts, the one saved last first. */
void rw_store_list(struct rw_drafts *drafts);
void rw_drafts_done(struct rw_drafts *drafts);

bool rw_store_has(const char *cluster); /* a draft of this cluster */
/* Reads a draft; NULL when there is none, or a finding says why it cannot be read. *draft may be
 * NULL. */
struct rw_cluster *rw_store_load(const char *cluster, struct rw_draft *draft,
                                 struct rw_findings *findings);
/* Writes both files; sets draft->saved. */
int rw_store_save(struct rw_draft *draft, const struct rw_cluster *cluster, struct rw_error *err);
/* Whether the draft of that name says what the cluster says; the token does not count. */
bool rw_store_holds(const char *name, const struct rw_cluster *cluster);
/* Moves the files of a draft to another cluster's folder; or, to NULL, out of the way
 * (draft.yaml.old). */
int rw_store_move(const char *cluster, const char *to, struct rw_error *err);
/* Takes the lock: a descriptor to close, or RW_EBUSY with *pid, or RW_EIO. */
int rw_store_lock(const char *cluster, long *pid, struct rw_error *err);

/* The SHA-256 of a file in hex, to free(), or NULL when it cannot be read. */
char *rw_store_sum(const char *path);

/* The memory for all clusters; NULL: not known. */
struct rw_store_memory {
    char *language; /* "en", "zh_CN" */
    char *last;     /* cluster */
};
void rw_store_recall(struct rw_store_memory *memory);
int rw_store_remember(const struct rw_store_memory *memory, struct rw_error *err);
void rw_store_memory_done(struct rw_store_memory *memory);

#endif
