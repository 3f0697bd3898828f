/* SPDX-License-Identifier: Apache-2.0 */
/* No timer of 0 ms: libuv before 1.45 runs one that is started inside of the callback of another
 * (or its own) at once, again and again, without a look at the sockets. Idle handles have one turn
 * each, but those that were started last come first; the prepare handles that they start, in the
 * same turn, come in the reverse of that. */
#include "base/life.h"

#include <stdlib.h>

static void on_closed(uv_handle_t *handle)
{
    struct rw_life *life = handle->data;
    if (--life->handles > 0)
        return;
    void (*closed)(void *) = life->closed;
    void *context = life->closed_context;
    if (life->release)
        life->release(life->object);
    if (closed)
        closed(context);
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct rw_life *life = prepare->data;
    void (*call)(void *) = life->call;
    bool last = life->ending;
    life->call = NULL;
    uv_prepare_stop(prepare);
    if (call)
        call(life->object);
    if (last)
        rw_life_drop(life);
}

static void on_idle(uv_idle_t *idle)
{
    struct rw_life *life = idle->data;
    uv_idle_stop(idle);
    uv_prepare_start(&life->prepare, on_prepare);
}

static void put_off(struct rw_life *life, void (*call)(void *object))
{
    life->call = call;
    if (!uv_is_active((uv_handle_t *)&life->prepare)) /* else it comes in this turn */
        uv_idle_start(&life->idle, on_idle);
}

void rw_life_init(struct rw_life *life, uv_loop_t *loop, void *object,
                  void (*release)(void *object))
{
    *life = (struct rw_life){.object = object, .release = release, .held = 1, .handles = 2};
    uv_idle_init(loop, &life->idle);
    uv_prepare_init(loop, &life->prepare);
    life->idle.data = life->prepare.data = life;
}

void rw_life_later(struct rw_life *life, void (*call)(void *object))
{
    if (life->ending)
        return;
    put_off(life, call);
}

void *rw_life_hold(struct rw_life *life)
{
    /* A life without holders is about to end: a new holder would be left without its object. */
    if (life->held == 0)
        abort();
    life->held++;
    return life;
}

void rw_life_drop(void *context)
{
    struct rw_life *life = context;
    if (life->held == 0)
        abort();
    if (--life->held > 0)
        return;
    uv_close((uv_handle_t *)&life->idle, on_closed);
    uv_close((uv_handle_t *)&life->prepare, on_closed);
}

static void on_handle_closed(uv_handle_t *handle)
{
    rw_life_drop(handle->data);
}

void rw_life_close(struct rw_life *life, uv_handle_t *handle)
{
    handle->data = rw_life_hold(life);
    uv_close(handle, on_handle_closed);
}

bool rw_life_end(struct rw_life *life, void (*last)(void *object), void (*closed)(void *context),
                 void *context)
{
    if (life->ending)
        return false;
    life->ending = true;
    life->closed = closed;
    life->closed_context = context;
    put_off(life, last);
    return true;
}
