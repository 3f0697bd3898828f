/* SPDX-License-Identifier: Apache-2.0 */
/* RKE2 release tags and channels; cluster/names.h defines their syntax. Pure. */
#ifndef RW_RKE2_VERSION_H
#define RW_RKE2_VERSION_H

/* The channel server answers with a redirection to …/releases/tag/<tag>: gives the tag of that
 * address (percent-decoded), to free(), or NULL when it leads to no release. */
char *rw_rke2_version_from_location(const char *location);

/* Gives the channel of the minor release, "v1.26" for "v1.26.12+rke2r1", to free(). An rpm install
 * needs a channel that carries the version. */
char *rw_rke2_version_channel(const char *tag);

#endif
