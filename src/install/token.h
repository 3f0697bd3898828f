/* SPDX-License-Identifier: Apache-2.0 */
/* The token of a cluster whose answers name none: generated once and kept beside the journal. */
#ifndef RW_INSTALL_TOKEN_H
#define RW_INSTALL_TOKEN_H

#include "base/error.h"

/* Gives the token kept in dir, to rw_secret_free(); makes one (32 hex digits, from the kernel's
 * random numbers) and keeps it in dir/token, mode 0600, when there is none. NULL with *err. */
char *rw_token_keep(const char *dir, struct rw_error *err);

/* The token kept in dir, to rw_secret_free(), or NULL. */
char *rw_token_kept(const char *dir);

/* The path of that file, to free(). */
char *rw_token_path(const char *dir);

#endif
