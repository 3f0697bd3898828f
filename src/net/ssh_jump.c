/* SPDX-License-Identifier: Apache-2.0 */
/* Jump hosts: one connection to each, and those who wait for a tunnel through it.
 *
 * libssh2 asks for one tunnel at a time, and a jump host answers only when it has reached the host
 * or given up, which takes two minutes where packets vanish. Then a further connection to the jump
 * host ("lane") serves those who wait; the tunnels that are open stay where they are. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/ssh_private.h"

/* Hosts that may be silent at once until others have to wait. */
#define LANES_MAX 8

struct lane {
    struct lane *next;
    struct rw_ssh_jump *jump;
    struct rw_ssh *ssh;   /* closing: it counts no more */
    bool open;            /* logged in */
    struct rw_life *last; /* of those who went through it: stays until the lane is gone */
};

struct rw_ssh_jump {
    struct rw_ssh_jump *next;
    char *address, *user, *key, *name;
    int port;
    struct lane *lanes;
    size_t users;            /* connections that go, or want to go, through it */
    struct rw_ssh **waiting; /* of these, those without a tunnel, in order */
    size_t waiting_count;
    struct lane *asking;  /* whose question was put, */
    struct rw_ssh *asked; /* and by whom */
};

struct rw_ssh_jumps {
    struct rw_ssh_jump *first;
};

/* ---- the register ---- */

struct rw_ssh_jumps *rw_ssh_jumps_new(void)
{
    return rw_calloc(1, sizeof(struct rw_ssh_jumps));
}

void rw_ssh_jumps_free(struct rw_ssh_jumps *jumps)
{
    while (jumps && jumps->first) {
        struct rw_ssh_jump *jump = jumps->first;
        jumps->first = jump->next;
        free(jump->address);
        free(jump->user);
        free(jump->key);
        free(jump->name);
        free(jump->waiting);
        free(jump);
    }
    free(jumps);
}

struct rw_ssh_jump *rw_ssh_jump_get(struct rw_ssh_jumps *jumps, const struct rw_ssh_hop *hop)
{
    int port = hop->port ? hop->port : 22;
    struct rw_ssh_jump *jump = jumps->first;
    while (jump && !(jump->port == port && rw_text_equal(jump->address, hop->address) &&
                     rw_text_equal(jump->user, hop->user) && rw_text_equal(jump->key, hop->key)))
        jump = jump->next;
    if (jump)
        return jump;
    jump = rw_calloc(1, sizeof *jump);
    jump->address = rw_strdup(hop->address);
    jump->user = rw_strdup(hop->user);
    jump->key = rw_strdup(hop->key);
    jump->port = port;
    jump->name = port == 22 ? rw_strdup(hop->address) : rw_asprintf("[%s]:%d", hop->address, port);
    jump->next = jumps->first;
    jumps->first = jump;
    return jump;
}

const char *rw_ssh_jump_name(const struct rw_ssh_jump *jump)
{
    return jump->name;
}

/* ---- who waits ---- */

static void stop_waiting(struct rw_ssh_jump *jump, const struct rw_ssh *ssh)
{
    size_t kept = 0;
    for (size_t i = 0; i < jump->waiting_count; i++)
        if (jump->waiting[i] != ssh)
            jump->waiting[kept++] = jump->waiting[i];
    jump->waiting_count = kept;
}

/* What there is to say about a login that failed is said by those who waited for it. */
static void copy_info(struct rw_ssh *ssh, const struct rw_ssh *from)
{
    rw_strset(&ssh->methods, from->methods);
    rw_strset(&ssh->tried, from->tried);
    rw_strset(&ssh->host_key_type, from->host_key_type);
    rw_strset(&ssh->fingerprint, from->fingerprint);
    rw_strset(&ssh->algorithms, from->algorithms);
    rw_strset(&ssh->banner, from->banner);
    ssh->known_hosts_line = from->known_hosts_line;
    ssh->host_key_changed = from->host_key_changed;
    ssh->jump_problem = RW_SSH_JUMP_FAILED;
}

static void fail_waiting(struct rw_ssh_jump *jump, const struct rw_ssh *lane, int rc,
                         const struct rw_error *err)
{
    struct rw_ssh **failed = jump->waiting;
    size_t count = jump->waiting_count;
    jump->waiting = NULL;
    jump->waiting_count = 0;
    for (size_t i = 0; i < count; i++) {
        copy_info(failed[i], lane);
        rw_ssh_fail(failed[i], rc, "the jump host %s: %s", jump->name, err->message);
    }
    free(failed);
}

/* ---- lanes ---- */

static bool is_closing(const struct lane *lane)
{
    return lane->ssh->life.ending;
}

static void on_lane_closed(void *context)
{
    struct lane *lane = context, **at;
    for (at = &lane->jump->lanes; *at != lane; at = &(*at)->next)
        continue;
    *at = lane->next;
    if (lane->last)
        rw_life_drop(lane->last);
    free(lane);
}

static void close_lane(struct lane *lane)
{
    if (is_closing(lane))
        return;
    if (lane->jump->asking == lane) {
        lane->jump->asking = NULL;
        if (lane->jump->asked)
            lane->jump->asked->jump_asks = false;
        lane->jump->asked = NULL;
    }
    rw_ssh_close(lane->ssh, on_lane_closed, lane);
}

static size_t count_lanes(const struct rw_ssh_jump *jump, bool open)
{
    size_t count = 0;
    for (const struct lane *lane = jump->lanes; lane; lane = lane->next)
        count += !is_closing(lane) && lane->open == open;
    return count;
}

static void on_opened(void *context, int rc, const struct rw_error *err)
{
    struct lane *lane = context;
    struct rw_ssh_jump *jump = lane->jump;
    if (is_closing(lane))
        return;
    lane->open = rc == 0;
    if (rc == 0) {
        rw_ssh_jump_serve(jump);
        return;
    }
    close_lane(lane);
    /* Where one lane is open, the waiting connections keep waiting for it. */
    if (count_lanes(jump, true) == 0)
        fail_waiting(jump, lane->ssh, rc, err);
}

static void on_lost(void *context, const struct rw_error *err)
{
    struct lane *lane = context;
    (void)err;
    close_lane(lane);
    rw_ssh_jump_serve(lane->jump);
}

static void on_question(void *context, const struct rw_ssh_question *question)
{
    struct lane *lane = context;
    struct rw_ssh_jump *jump = lane->jump;
    struct rw_ssh_hop hop = {jump->address, jump->port, jump->user, jump->key};
    struct rw_ssh_question asked = *question;
    if (is_closing(lane))
        return;
    if (jump->waiting_count == 0) {
        rw_ssh_answer(lane->ssh, NULL);
        return;
    }
    asked.jump = &hop;
    jump->asking = lane;
    jump->asked = jump->waiting[0];
    jump->asked->jump_asks = true;
    jump->asked->handler.question(jump->asked->context, &asked);
}

void rw_ssh_jump_answer(struct rw_ssh *ssh, const char *answer)
{
    struct rw_ssh_jump *jump = ssh->jump;
    struct lane *lane = jump->asking;
    ssh->jump_asks = false;
    jump->asking = NULL;
    jump->asked = NULL;
    rw_ssh_answer(lane->ssh, answer);
}

static void open_lane(struct rw_ssh_jump *jump)
{
    static const struct rw_ssh_handler handler = {on_opened, on_question, on_lost};
    const struct rw_ssh *first = jump->waiting[0];
    struct lane *lane = rw_calloc(1, sizeof *lane);
    struct rw_ssh_options options = {
        .address = jump->address,
        .port = jump->port,
        .user = jump->user,
        .key = jump->key,
        .keys = first->own_keys ? NULL : first->keys,
        .key_only = first->key_only,
        .known_hosts = first->known_hosts_path,
        .accept_new_host_key = first->accept_new_host_key,
        .ask = first->ask,
        .connect_timeout_ms = first->connect_timeout_ms,
        .keepalive_ms = first->keepalive_ms,
    };
    lane->jump = jump;
    lane->next = jump->lanes;
    jump->lanes = lane;
    lane->ssh = rw_ssh_open(first->loop, &options, &handler, lane);
    lane->ssh->carries = jump;
    lane->ssh->spare_refused = true; /* nothing is run there */
}

/* ---- serving ---- */

static struct lane *idle_lane(const struct rw_ssh_jump *jump)
{
    struct lane *lane = jump->lanes;
    while (lane && (is_closing(lane) || lane->ssh->state != RW_SSH_READY ||
                    rw_ssh_tunnel_opening(lane->ssh)))
        lane = lane->next;
    return lane;
}

/* Whether all lanes have been asking for a tunnel for too long. */
static bool all_late(const struct rw_ssh_jump *jump)
{
    int64_t now = rw_clock_ms();
    for (const struct lane *lane = jump->lanes; lane; lane = lane->next)
        if (!is_closing(lane) && now - rw_ssh_tunnel_opening(lane->ssh) < RW_SSH_TUNNEL_LATE_MS)
            return false;
    return true;
}

/* A host that was asked for before, and has not answered since, is not asked for twice. */
static bool adopt(struct rw_ssh_jump *jump, struct rw_ssh *ssh)
{
    for (struct lane *lane = jump->lanes; lane; lane = lane->next)
        if (!is_closing(lane) && lane->ssh->state == RW_SSH_READY &&
            rw_ssh_tunnel_adopt(lane->ssh, ssh))
            return true;
    return false;
}

void rw_ssh_jump_serve(struct rw_ssh_jump *jump)
{
    for (size_t i = 0; i < jump->waiting_count;) {
        struct rw_ssh *ssh = jump->waiting[i];
        if (ssh->jump_asks) { /* one question at a time */
            i++;
            continue;
        }
        struct lane *lane = idle_lane(jump);
        bool adopted = adopt(jump, ssh);
        if (!adopted && lane)
            rw_ssh_tunnel_new(lane->ssh, ssh);
        if (adopted || lane)
            stop_waiting(jump, ssh);
        else
            i++;
    }
    size_t open = count_lanes(jump, true);
    if (jump->waiting_count && count_lanes(jump, false) == 0 && open < LANES_MAX && all_late(jump))
        open_lane(jump);
}

void rw_ssh_jump_enter(struct rw_ssh *ssh)
{
    ssh->jump->users++;
    ssh->on_jump = true;
    rw_ssh_jump_again(ssh);
}

void rw_ssh_jump_again(struct rw_ssh *ssh)
{
    struct rw_ssh_jump *jump = ssh->jump;
    *rw_array_add(jump->waiting, jump->waiting_count) = ssh;
    rw_ssh_jump_serve(jump);
}

/* Its memory stays until the lanes are closed, which use what it lent. */
static void close_all(struct rw_ssh_jump *jump, struct rw_ssh *last)
{
    for (struct lane *lane = jump->lanes; lane; lane = lane->next) {
        if (!lane->last)
            lane->last = rw_life_hold(&last->life);
        close_lane(lane);
    }
}

void rw_ssh_jump_leave(struct rw_ssh *ssh)
{
    struct rw_ssh_jump *jump = ssh->jump;
    if (!ssh->on_jump)
        return;
    ssh->on_jump = false;
    ssh->jump_asks = false;
    stop_waiting(jump, ssh);
    jump->users--;
    if (jump->asked == ssh) {
        /* Another one has to be asked. */
        jump->asked = NULL;
        close_lane(jump->asking);
    }
    if (jump->users == 0)
        close_all(jump, ssh);
    else
        rw_ssh_jump_serve(jump);
}
