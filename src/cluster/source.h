/* SPDX-License-Identifier: Apache-2.0 */
/* Where RKE2 comes from. Pure. */
#ifndef RW_CLUSTER_SOURCE_H
#define RW_CLUSTER_SOURCE_H

#include <stdbool.h>

/* The two that are fetched from the net, as they are written in the answers file. */
#define RW_SOURCE_DEFAULT "get.rke2.io"
#define RW_SOURCE_CHINA   "rancher-mirror.rancher.cn"

enum rw_source {
    RW_SOURCE_NET,
    RW_SOURCE_MIRROR, /* in China */
    RW_SOURCE_FOLDER, /* on each host, for hosts without a way out */
};

/* Any text that is none of the two is a folder. */
enum rw_source rw_source_kind(const char *source);
/* Whether it is one of the two, or an absolute path of letters, digits and "/._-+@" without "..",
 * which is not / itself. */
bool rw_source_is(const char *text);

#endif
