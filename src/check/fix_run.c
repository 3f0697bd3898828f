/* SPDX-License-Identifier: Apache-2.0 */
#include "check/fix_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/life.h"
#include "base/mem.h"

/* Packages may have to be fetched over a slow line. */
#define FIX_MS (10 * 60 * 1000)

/* The repairs of one host. */
struct lane {
    struct rw_fix_run *run;
    size_t host;
    size_t next; /* index of the fix that runs, or comes next */
};

struct rw_fix_run {
    struct rw_life life; /* held by each lane that has not ended */
    struct rw_fix_run_options options;
    struct rw_fix_run_listener listener;
    struct lane *lanes;
};

static void lane_next(struct lane *lane);

static const struct rw_fix *fix_of(const struct lane *lane)
{
    return &lane->run->options.fixes->items[lane->next];
}

/* What ran, and the line that failed, out of the answer. */
static void read_reply(const struct rw_reply *reply, struct rw_buf *lines, struct rw_buf *failure)
{
    const char *failed = rw_reply_get(reply, "failed");
    for (size_t i = 0; i < reply->count; i++)
        if (strcmp(reply->pairs[i].key, "run") == 0)
            rw_buf_addf(lines, "%s\n", reply->pairs[i].value);
    if (failed)
        rw_buf_addf(failure, "%s: status %s", failed,
                    rw_reply_get(reply, "failed_status") ? rw_reply_get(reply, "failed_status")
                                                         : "?");
}

static void on_reply(void *context, const struct rw_remote_result *result)
{
    struct lane *lane = context;
    struct rw_fix_run *run = lane->run;
    struct rw_buf lines = {0}, failure = {0};
    read_reply(&result->reply, &lines, &failure);
    if (result->rc != 0)
        rw_buf_adds(&failure, result->error.message);
    else if (result->status != 0 && failure.len == 0)
        rw_buf_addf(&failure, "status %d", result->status);
    if (failure.len > 0 && result->err && *result->err)
        rw_buf_addf(&failure, ": %s", result->err);
    run->listener.ended(run->listener.context, fix_of(lane), rw_buf_str(&lines),
                        failure.len > 0 ? failure.data : NULL);
    rw_buf_done(&lines);
    rw_buf_done(&failure);
    lane->next++;
    if (result->rc == RW_ECANCELED)
        rw_life_drop(&run->life);
    else
        lane_next(lane);
}

static void carry_out(struct lane *lane, struct rw_remote *remote)
{
    struct rw_buf body = {0};
    rw_fix_script(&body, fix_of(lane));
    struct rw_remote_script script = {
        .body = body.data, .timeout_ms = FIX_MS, .done = on_reply, .context = lane};
    rw_remote_run(remote, &script);
    rw_buf_done(&body);
}

static bool is_mine(const struct lane *lane)
{
    const struct rw_fix_run_options *o = &lane->run->options;
    return o->chosen[lane->next] &&
           strcmp(fix_of(lane)->host, o->cluster->hosts[lane->host].name) == 0;
}

static void over(void *object)
{
    struct rw_fix_run *run = object;
    struct rw_fix_run_listener listener = run->listener;
    free(run->lanes);
    free(run);
    listener.done(listener.context);
}

static void lane_next(struct lane *lane)
{
    struct rw_fix_run *run = lane->run;
    while (lane->next < run->options.fixes->count && !is_mine(lane))
        lane->next++;
    /* The repair follows from a report of the host, so it is logged in to. */
    struct rw_remote *remote = rw_contact_remote(run->options.contact, lane->host);
    if (lane->next < run->options.fixes->count && remote)
        carry_out(lane, remote);
    else
        rw_life_drop(&run->life);
}

void rw_fix_run_start(uv_loop_t *loop, const struct rw_fix_run_options *options,
                      const struct rw_fix_run_listener *listener)
{
    struct rw_fix_run *run = rw_calloc(1, sizeof *run);
    size_t hosts = options->cluster->host_count;
    run->options = *options;
    run->listener = *listener;
    run->lanes = rw_calloc(hosts, sizeof *run->lanes);
    rw_life_init(&run->life, loop, run, over);
    for (size_t i = 0; i < hosts; i++)
        run->lanes[i] = (struct lane){.run = run, .host = i};
    for (size_t i = 0; i < hosts; i++) {
        rw_life_hold(&run->life);
        lane_next(&run->lanes[i]);
    }
    rw_life_end(&run->life, NULL, NULL, NULL);
}
