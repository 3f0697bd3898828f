/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an object that the loop works for: calls that are put off, and one way to end.
 *
 * Nothing comes from inside of the call that caused it, and memory goes when the loop knows nothing
 * of it any more. An object embeds a life and
 *
 * - puts off what must not happen now (rw_life_later);
 * - holds itself for each thing that has to end first (rw_life_hold): a request of the loop, a job
 *   on a host, an object of its own that is being closed;
 * - ends once (rw_life_end). Its memory is released, and its owner hears closed(), from the loop,
 *   when nothing holds it any more. */
#ifndef RW_BASE_LIFE_H
#define RW_BASE_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/* Read `ending`; leave the rest alone. */
struct rw_life {
    bool ending; /* rw_life_end() was called */
    void *object;
    void (*release)(void *object);
    void (*call)(void *object); /* that was put off, or NULL */
    size_t held;
    int handles;
    void (*closed)(void *context);
    void *closed_context;
    uv_idle_t idle;
    uv_prepare_t prepare;
};

/* release() frees the object, the life in it included; it may be NULL for one that is part of
 * another. It comes from the loop, after rw_life_end(), which is the only way out from here. */
void rw_life_init(struct rw_life *life, uv_loop_t *loop, void *object,
                  void (*release)(void *object));

/* call(object) comes once, from the loop, in its next turn, after those of others that were put off
 * before: sockets and timers have theirs in between, also when a call asks for itself again. The
 * last call that was asked for counts. Does nothing when the end has begun. */
void rw_life_later(struct rw_life *life, void (*call)(void *object));

/* The object stays for one thing more, until rw_life_drop(). Gives life, so that both are written
 * where a child is closed:
 *     rw_http_free(run->http, rw_life_drop, rw_life_hold(&run->life)); */
void *rw_life_hold(struct rw_life *life);
void rw_life_drop(void *life);

/* Closes a handle that lies in the object, which stays until that has happened. The handle's data
 * belongs to the life from now on. */
void rw_life_close(struct rw_life *life, uv_handle_t *handle);

/* Begins the end; false, and nothing happens, when it has begun before. A call that was put off
 * does not come any more. last(object) comes from the loop, for an end that has to call others;
 * then the object is released, and closed(context) called, as soon as nothing holds it. Both may be
 * NULL. */
bool rw_life_end(struct rw_life *life, void (*last)(void *object), void (*closed)(void *context),
                 void *context);

#endif
