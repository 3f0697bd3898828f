/* SPDX-License-Identifier: Apache-2.0 */
/* The checks before an install: DNS, hosts, ports. Looks, and changes nothing that outlives it. */
#ifndef RW_CHECK_CHECK_H
#define RW_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "check/dns_verdict.h"
#include "check/host_judge.h"
#include "check/ports.h"
#include "contact/contact.h"
#include "finding/finding.h"

enum rw_check_part {
    RW_CHECK_DNS = 1 << 0,
    RW_CHECK_HOSTS = 1 << 1,
    RW_CHECK_PORTS = 1 << 2,
    RW_CHECK_ALL = RW_CHECK_DNS | RW_CHECK_HOSTS | RW_CHECK_PORTS,
};
/* "dns", "hosts", "ports": by their place from 0, NULL after the last; static. */
const char *rw_check_part_name(size_t place);
/* The title of a part, in the current language; part 0: logging in. */
const char *rw_check_part_title(enum rw_check_part part);
/* Reads "dns,ports" into a set of parts; 0 when there is an unknown name, or none. */
unsigned rw_check_parts(const char *list);

struct rw_check;

/* Everything is borrowed until the check is freed. */
struct rw_check_options {
    const struct rw_cluster *cluster;
    struct rw_contact *contact;
    unsigned parts;                             /* enum rw_check_part */
    const struct rw_requirements *requirements; /* needed for the hosts part */
    const char *const *name_servers;            /* ended by NULL; NULL: those of this machine */
};

/* The results. All of it belongs to the check. */
struct rw_check_result {
    unsigned parts;                       /* that were done */
    const struct rw_dns_verdicts *dns;    /* or NULL */
    const struct rw_dns_evidence *asked;  /* or NULL */
    const struct rw_host_verdicts *hosts; /* or NULL */
    const struct rw_ports_matrix *ports;  /* or NULL */
    struct rw_findings findings;          /* of logging in, then of all parts */
    size_t login_count;                   /* those of logging in */
};

struct rw_check_listener {
    /* Answer by rw_contact_answer(). */
    void (*question)(void *context, size_t host, const struct rw_remote_question *question);
    /* How far it is; may be NULL. part is 0 while hosts are being logged in to. */
    void (*progress)(void *context, enum rw_check_part part, size_t done, size_t total);
    /* Once, from the loop; the result is borrowed until the check is freed. */
    void (*done)(void *context, const struct rw_check_result *result);
    void *context;
};

/* Becomes the user of the contact, until done. */
struct rw_check *rw_check_start(uv_loop_t *loop, const struct rw_check_options *options,
                                const struct rw_check_listener *listener);
/* At any time; done() does not come after it. Ends what was begun on hosts. closed() (may be NULL)
 * comes from the loop; the contact is needed until then. */
void rw_check_free(struct rw_check *check, void (*closed)(void *context), void *context);

/* Whether the install is blocked: a finding fails, or a requirement of a host without which nothing
 * can be installed could not be determined (rw_finding_blocks). Other unknown results do not pass,
 * but do not block. */
bool rw_check_blocks(const struct rw_check_result *result);

/* Whether the finding is one of looking at the hosts: not of logging in, of DNS or of the ports. */
bool rw_check_is_of_hosts(const struct rw_check_result *result, const struct rw_finding *finding);

#endif
