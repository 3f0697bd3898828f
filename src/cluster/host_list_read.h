/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the host list. Inside this folder only.
 *
 *     host_list.c       forms, lines, and what all of them share
 *     host_list_csv.c   cells with a head line or without
 *     host_list_ini.c   groups of an Ansible inventory */
#ifndef RW_CLUSTER_HOST_LIST_READ_H
#define RW_CLUSTER_HOST_LIST_READ_H

#include "cluster/host_list.h"

struct host_list_reader {
    struct rw_host_list *list;
    size_t begun; /* hosts that were in the list before */
    const char *name;
    struct rw_findings *findings;
    size_t left_out; /* hosts beyond the limit */
    size_t problems;
    struct rw_findings spare; /* takes what goes beyond RW_ANSWERS_PROBLEM_MAX */
};

enum host_list_field {
    HOST_LIST_NAME,
    HOST_LIST_ADDRESS,
    HOST_LIST_ROLE,
    HOST_LIST_USER,
    HOST_LIST_PORT,
    HOST_LIST_KEY,
    HOST_LIST_FIELDS,
};

/* The words of one line about a host; NULL: none. Owned by its maker. */
struct host_list_words {
    char *text[HOST_LIST_FIELDS];
};
void host_list_words_done(struct host_list_words *words);

/* Adds the host, with findings about what is wrong with it; words are used up. */
void host_list_add(struct host_list_reader *reader, struct host_list_words *words, int line);
/* Adds a finding about a line with {where} set. Borrowed until the next one. */
struct rw_finding *host_list_problem(struct host_list_reader *reader, enum rw_finding_id id,
                                     int line);
/* Sets a parameter to what stands in the text, cut to an acceptable length. */
void host_list_show(struct rw_finding *finding, const char *param, const char *text, size_t length);

void host_list_read_csv(struct host_list_reader *reader, const char *text);
void host_list_read_ini(struct host_list_reader *reader, const char *text);

#endif
