/* SPDX-License-Identifier: Apache-2.0 */
/* The release channels, as the channel server lists them. Pure; trusts nothing. Source: the answer
 * of https://update.rke2.io/v1-release/channels. */
#ifndef RW_RKE2_CHANNELS_H
#define RW_RKE2_CHANNELS_H

#include <stddef.h>

#define RW_CHANNELS_MAX 100 /* further ones are dropped */

struct rw_channel {
    char *name;    /* "stable", "v1.34" */
    char *version; /* the newest of it, "v1.34.1+rke2r1" */
};

/* `struct rw_channels channels = {0};` is empty. */
struct rw_channels {
    struct rw_channel *items;
    size_t count;
};

/* Reads the answer: stable and latest first, then minor releases, the newest first, then testing.
 * Entries that are no channel or no version are skipped. RW_ESYNTAX when nothing is left, with
 * *channels untouched. */
int rw_channels_parse(struct rw_channels *channels, const char *json, size_t size);
void rw_channels_done(struct rw_channels *channels);

#endif
