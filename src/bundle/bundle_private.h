/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of src/bundle only.
 *
 *     archive.c       the file
 *     bundle.c        the two rounds
 *     console.c       what this machine has to say: versions, answers, journal */
#ifndef RW_BUNDLE_BUNDLE_PRIVATE_H
#define RW_BUNDLE_BUNDLE_PRIVATE_H

#include <stdint.h>

#include "base/buf.h"
#include "bundle/bundle.h"

/* Each appends one file of the bundle, as it is, with secrets if there are any. */
void console_versions(struct rw_buf *out);
void console_answers(struct rw_buf *out, const struct rw_cluster *cluster);
/* The journal of a cluster: every run, for people and for programs. A missing journal is
 * reported. */
void console_journal(struct rw_buf *out, const char *cluster);
void console_journal_json(struct rw_buf *out, const char *cluster);
void console_findings(struct rw_buf *out, const struct rw_findings *findings);

/* Adds the secrets that this machine has for a cluster: the token beside the journal, passwords in
 * files, proxies in the environment. */
void console_secrets(struct rw_redactor *redactor, const struct rw_cluster *cluster);

#endif
