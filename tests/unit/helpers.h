/* SPDX-License-Identifier: Apache-2.0 */
/* What several test files share: clusters from answers, a shell to run scripts in, a folder. */
#ifndef RW_TESTS_UNIT_HELPERS_H
#define RW_TESTS_UNIT_HELPERS_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"

/* Reads answers that must be good; hosts is what follows "hosts:\n". To rw_cluster_free(). */
struct rw_cluster *cluster_of(const char *settings, const char *hosts);
/* The four hosts of the document behind rke2.demo.kingsd.top, with the token my-shared-secret. */
struct rw_cluster *demo_cluster(void);

/* Runs argv[0] (found on PATH) with size bytes on a pipe as standard input. Gives its standard
 * output, to free(), and in *status the exit status, or 128 + the signal. Its standard error is
 * dropped. */
char *run_program(const char *const argv[], const char *input, size_t size, int *status);
/* The same with `shell -s`. */
char *run_shell(const char *shell, const char *script, int *status);
/* The shells that scripts have to work in; ended by NULL. Those that are not installed are left
 * out, but sh. */
extern const char *const shells[];
bool have_shell(const char *shell);

/* The value of a variable of the environment; NULL when it is unset or empty. Tests ask for one
 * here, so that none takes "(null)" for a path. */
const char *from_environment(const char *variable);

/* Where a test may put what is temporary: a folder of this run, which tests/unit/run removes. */
const char *temporary(void);
/* A new empty folder there, to folder_remove(), which also frees it. */
char *folder_new(void);
/* The same where syncing costs nothing, when there is such a place; nothing may run from it. */
char *folder_new_in_memory(void);
void folder_remove(char *folder);
/* Gives "folder/name" in a static buffer of 16 turns. */
const char *in_folder(const char *folder, const char *name);
/* The same below the sources (RW_SRCDIR), and below the build (RW_BUILDDIR). The test fails when
 * the variable is not set: tests/unit/run does it. */
const char *in_sources(const char *name);
const char *in_build(const char *name);
void write_text(const char *path, const char *text);
/* The content of a file, to free(), or NULL. */
char *read_text(const char *path);

#endif
