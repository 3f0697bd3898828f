/* SPDX-License-Identifier: Apache-2.0 */
/* Lanes: the connections to one host. One does for most; an sshd that allows few sessions on a
 * connection (MaxSessions) is given more of them, since what follows a journal would hold up all
 * that comes after it. */
#include <stdlib.h>

#include "base/mem.h"
#include "remote/remote_private.h"

/* Beyond the first, and one for what is urgent. */
#define LANES_MAX 5
/* A script that finds no session free waits so long for one before a lane is opened for it. */
#define CROWDED_MS 1000
/* No lane could be opened so often in a row: the host has to do with those that there are. */
#define FAILURES_MAX 3

static bool has_room(const struct rw_remote_lane *lane, bool urgent)
{
    size_t sessions = lane->remote->sessions;
    return lane->up && !lane->full && (!sessions || lane->jobs < sessions) &&
           (urgent || !lane->reserved);
}

struct rw_remote_lane *rw_remote_lane_with_room(struct rw_remote *remote, bool urgent)
{
    if (has_room(&remote->first, urgent))
        return &remote->first;
    struct rw_remote_lane *lane = remote->lanes;
    while (lane && !has_room(lane, urgent))
        lane = lane->next;
    return lane;
}

/* ---- the end ---- */

static void on_gone(void *context)
{
    struct rw_remote_lane *lane = context, **at = &lane->remote->lanes;
    struct rw_remote *remote = lane->remote;
    while (*at != lane)
        at = &(*at)->next;
    *at = lane->next;
    free(lane);
    rw_life_drop(&remote->life);
}

static void close_lane(struct rw_remote_lane *lane)
{
    lane->up = false;
    if (lane->closing)
        return;
    lane->closing = true;
    rw_life_hold(&lane->remote->life);
    lane->remote->transport->close(lane->ssh, on_gone, lane);
}

void rw_remote_lanes_close(struct rw_remote *remote)
{
    uv_timer_stop(&remote->crowded);
    remote->lane_failures = 0;
    for (struct rw_remote_lane *lane = remote->lanes; lane; lane = lane->next)
        close_lane(lane);
}

/* ---- opening ---- */

static void on_opened(void *context, int rc, const struct rw_error *err)
{
    struct rw_remote_lane *lane = context;
    struct rw_remote *remote = lane->remote;
    (void)err;
    if (lane->closing)
        return;
    lane->opening = false;
    if (rc == 0) {
        lane->up = true;
        remote->lane_failures = 0;
        rw_remote_start_jobs(remote);
        return;
    }
    /* A text that the user typed at the first login may be valid only once. */
    bool never = rc == RW_EAUTH || rc == RW_EHOSTKEY;
    remote->lane_failures = never ? FAILURES_MAX : remote->lane_failures + 1;
    close_lane(lane);
}

static void on_question(void *context, const struct rw_ssh_question *question)
{
    struct rw_remote_lane *lane = context;
    (void)question;
    lane->remote->transport->answer(lane->ssh, NULL);
}

static void on_lost(void *context, const struct rw_error *err)
{
    struct rw_remote_lane *lane = context;
    (void)err;
    close_lane(lane);
    rw_remote_start_jobs(lane->remote);
}

static void open_lane(struct rw_remote *remote, bool urgent)
{
    static const struct rw_ssh_handler handler = {on_opened, on_question, on_lost};
    size_t count = 0;
    bool reserved = false;
    for (const struct rw_remote_lane *lane = remote->lanes; lane; lane = lane->next) {
        if (lane->opening)
            return; /* one after the other: sshd counts those that are not logged in */
        count += !lane->closing && !lane->reserved;
        reserved = reserved || (!lane->closing && lane->reserved);
    }
    bool full = count >= LANES_MAX;
    if (remote->lane_failures >= FAILURES_MAX || (full && (!urgent || reserved)))
        return;
    struct rw_remote_lane *lane = rw_calloc(1, sizeof *lane);
    struct rw_ssh_options options = rw_remote_login(remote);
    /* All that could be asked was answered for the first. */
    options.accept_new_host_key = false;
    options.ask = false;
    lane->remote = remote;
    lane->opening = true;
    lane->reserved = full;
    lane->next = remote->lanes;
    remote->lanes = lane;
    lane->ssh = remote->transport->open(remote->loop, &options, &handler, lane);
}

/* ---- too few sessions ---- */

static void on_crowded(uv_timer_t *timer)
{
    struct rw_remote *remote = timer->data;
    if (remote->state != REMOTE_UP)
        return;
    /* The host may have noticed meanwhile that a command was given up. */
    if (remote->first.jobs == 0)
        remote->first.full = false;
    remote->crowd_waited = true;
    rw_remote_start_jobs(remote);
    remote->crowd_waited = false;
}

void rw_remote_lane_wanted(struct rw_remote *remote, bool now, bool urgent)
{
    bool waited = remote->crowd_waited;
    remote->crowd_waited = false;
    if (!remote->first.up)
        return; /* it is being lost */
    if (waited && remote->lane_failures >= FAILURES_MAX)
        rw_remote_end_stream(remote);
    else if (now || waited)
        open_lane(remote, urgent);
    if (remote->state == REMOTE_UP && !uv_is_active((uv_handle_t *)&remote->crowded))
        uv_timer_start(&remote->crowded, on_crowded, CROWDED_MS, 0);
}

bool rw_remote_lane_refused(struct rw_remote_lane *lane)
{
    struct rw_remote *remote = lane->remote;
    bool first = lane == &remote->first;
    if (lane->jobs > 0) {
        if (!remote->sessions || lane->jobs < remote->sessions)
            remote->sessions = lane->jobs;
        return true;
    }
    lane->full = lane->served;
    if (first)
        return lane->served;
    if (!lane->served)
        remote->lane_failures++;
    close_lane(lane);
    return true;
}

void rw_remote_lane_left(struct rw_remote_lane *lane, const struct rw_ssh_result *result)
{
    lane->jobs--;
    if (result->rc == RW_EBUSY)
        return;
    lane->full = false;
    lane->served = true;
    /* Lost; its end is reported after that of all commands. */
    if (result->rc == RW_ECLOSED || result->rc == RW_ETIMEOUT)
        lane->up = false;
    /* A command that was given up continues for a while on the host, and counts there until the
     * connection ends. */
    lane->soiled = lane->soiled || result->rc == RW_ECANCELED;
    if (lane != &lane->remote->first && lane->soiled && lane->jobs == 0)
        close_lane(lane);
}
