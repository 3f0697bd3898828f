/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to each host of a cluster, made once and shared by all who work on the hosts: the
 * checks first, then the install. Findings say why a host cannot be used. */
#ifndef RW_CONTACT_CONTACT_H
#define RW_CONTACT_CONTACT_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "cluster/cluster.h"
#include "cluster/jump.h"
#include "finding/finding.h"
#include "remote/remote.h"

struct rw_contact;

enum rw_contact_state {
    RW_CONTACT_WAITING, /* not begun, or being logged in to */
    RW_CONTACT_OPEN,    /* logged in, with root rights; the connection may be down for the moment */
    RW_CONTACT_FAILED,  /* never logged in; rw_contact_failure() says why */
};

/* Everything is borrowed for as long as there are connections. */
struct rw_contact_options {
    const struct rw_cluster *cluster;
    bool ask; /* questions can be answered */
    bool accept_new_host_keys;
    char *const *passwords, *const *sudo_passwords; /* by host; NULL: none */
    struct rw_ssh_keys *keys;                       /* or NULL */
    struct rw_ssh_jumps *jumps;           /* or NULL: no two hosts share the way to a jump host */
    const struct rw_transport *transport; /* or NULL: SSH */
};

/* Who works on the hosts at the moment. settled() comes once for each host, from the loop; a user
 * that comes later asks rw_contact_state() about those that were settled before. All but settled
 * may be NULL; a question without a listener is answered with NULL. */
struct rw_contact_user {
    void (*settled)(void *context, size_t host);
    void (*question)(void *context, size_t host, const struct rw_remote_question *question);
    void (*link)(void *context, size_t host, bool down); /* lost (true), or back */
    void *context;
};

/* Begins to connect, 64 hosts at once; the cluster may be without hosts. */
struct rw_contact *rw_contact_new(uv_loop_t *loop, const struct rw_contact_options *options);
/* The cluster, or what else the options say, has changed: a host with the same address, port, user,
 * key and jump host as one before keeps its connection, or its failure, under its new index; other
 * connections end (their jobs with RW_ECANCELED), new hosts are connected to, for which settled()
 * comes. The former options are not borrowed any longer. No work may be under way on hosts that are
 * removed. */
void rw_contact_sync(struct rw_contact *contact, const struct rw_contact_options *options);
/* Calls this user from now on; NULL: none. Copied. */
void rw_contact_use(struct rw_contact *contact, const struct rw_contact_user *user);
/* Tries the hosts that have failed once more; settled() comes for each of them. */
void rw_contact_retry(struct rw_contact *contact);
void rw_contact_answer(struct rw_contact *contact, size_t host, const char *answer);
enum rw_contact_state rw_contact_state(const struct rw_contact *contact, size_t host);
/* The host to run scripts on, or NULL when it is not RW_CONTACT_OPEN; borrowed. */
struct rw_remote *rw_contact_remote(const struct rw_contact *contact, size_t host);
/* Why a host has failed: one finding, H-01 to H-06, H-17, H-19 to H-24, H-26 or H-30 to H-52;
 * NULL when it has not. Borrowed. */
const struct rw_finding *rw_contact_failure(const struct rw_contact *contact, size_t host);
/* The {reason} in that finding, untranslated; NULL when it has none. Borrowed. */
const char *rw_contact_reason(const struct rw_contact *contact, size_t host);
/* More about the connection: host key, ways to log in. Borrowed until control returns to the
 * loop. */
struct rw_ssh_info rw_contact_info(const struct rw_contact *contact, size_t host);
/* Ends all jobs (RW_ECANCELED) and closes; closed() (may be NULL) comes from the loop. */
void rw_contact_free(struct rw_contact *contact, void (*closed)(void *context), void *context);

/* How to log in to one host, for rw_remote_open(). *jump holds what it borrows, to
 * rw_jump_done(). */
struct rw_remote_options rw_contact_login(const struct rw_contact_options *options, size_t host,
                                          struct rw_jump *jump);

/* Sets {address}, {port} and {user}, for the command to paste; behind a jump host also {jump}, by
 * which the command goes through it (finding.h), and its parts {jump_address}, {jump_port} and
 * {jump_user}. */
void rw_contact_set_login(struct rw_finding *finding, const struct rw_host *host);
/* Adds a finding about a host with {address}, {port} and {user} filled in. */
struct rw_finding *rw_contact_finding(struct rw_findings *list, enum rw_finding_id id,
                                      const struct rw_host *host);
/* Adds the finding for a script that did not run to its end (result->rc is not 0): H-04, H-14 or
 * H-17. */
void rw_contact_script_failed(struct rw_findings *list, const struct rw_host *host,
                              const struct rw_remote_result *result);

#endif
