/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that are put off, and the one way to end, on a loop of its own. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/life.h"
#include "base/mem.h"

static uv_loop_t loop;
static struct rw_buf told; /* who spoke, in order, each followed by a space */

struct thing {
    const char *name;
    struct rw_life life;
    uv_timer_t timer;
    struct thing *child;
    int again; /* times that it still puts itself off */
};

static void tell(const char *name, const char *what)
{
    rw_buf_addf(&told, "%s:%s ", name, what);
}

static void release(void *object)
{
    struct thing *thing = object;
    tell(thing->name, "released");
    free(thing);
}

static void on_closed(void *context)
{
    tell(context, "closed");
}

static char *name_of(const char *name)
{
    return (char *)(uintptr_t)name;
}

static struct thing *thing_new(const char *name)
{
    struct thing *thing = rw_calloc(1, sizeof *thing);
    thing->name = name;
    rw_life_init(&thing->life, &loop, thing, release);
    uv_timer_init(&loop, &thing->timer);
    return thing;
}

static void last(void *object)
{
    tell(((struct thing *)object)->name, "last");
}

static bool end(struct thing *thing, void (*say)(void *object))
{
    if (!rw_life_end(&thing->life, say, on_closed, name_of(thing->name)))
        return false;
    rw_life_close(&thing->life, (uv_handle_t *)&thing->timer);
    return true;
}

static void set_up(void)
{
    uv_loop_init(&loop);
    rw_buf_init(&told, 4096);
}

/* What is left on the loop would be a leak, or a callback into freed memory. */
static void tear_down(void)
{
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(uv_loop_close(&loop), 0);
    rw_buf_done(&told);
}

static void expect_told(const char *what)
{
    cr_expect_str_eq(rw_buf_str(&told), what);
    rw_buf_clear(&told);
}

TestSuite(life, .init = set_up, .fini = tear_down, .timeout = 20);

static void say(void *object)
{
    tell(((struct thing *)object)->name, "called");
}

static void say_other(void *object)
{
    tell(((struct thing *)object)->name, "other");
}

/* ---- calls that are put off ---- */

Test(life, a_call_that_is_put_off_comes_from_the_loop_and_once)
{
    struct thing *thing = thing_new("a");
    rw_life_later(&thing->life, say);
    rw_life_later(&thing->life, say);
    expect_told("");
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:called ");
    end(thing, NULL);
}

Test(life, of_two_calls_that_are_put_off_the_last_counts)
{
    struct thing *thing = thing_new("a");
    rw_life_later(&thing->life, say);
    rw_life_later(&thing->life, say_other);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:other ");
    end(thing, NULL);
}

Test(life, calls_that_are_put_off_come_in_the_order_in_which_they_were)
{
    struct thing *things[] = {thing_new("a"), thing_new("b"), thing_new("c")};
    rw_life_later(&things[1]->life, say);
    rw_life_later(&things[2]->life, say);
    rw_life_later(&things[0]->life, say);
    rw_life_later(&things[1]->life, say_other);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("b:other c:called a:called ");
    for (size_t i = 0; i < RW_COUNT(things); i++)
        end(things[i], NULL);
}

static void say_again(void *object)
{
    struct thing *thing = object;
    tell(thing->name, "called");
    if (--thing->again > 0)
        rw_life_later(&thing->life, say_again);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    cr_assert_eq(status, 0);
    cr_assert_eq(events, UV_READABLE);
    tell("socket", "read");
    uv_close((uv_handle_t *)poll, NULL);
}

Test(life, a_call_that_puts_itself_off_leaves_the_others_their_turn)
{
    struct thing *thing = thing_new("a");
    uv_poll_t poll;
    int ends[2];
    cr_assert_eq(uv_pipe(ends, 0, 0), 0);
    cr_assert_eq(uv_poll_init(&loop, &poll, ends[0]), 0);
    cr_assert_eq(write(ends[1], "x", 1), 1);
    uv_poll_start(&poll, UV_READABLE, on_readable);
    thing->again = 3;
    rw_life_later(&thing->life, say_again);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:called socket:read a:called a:called ");
    close(ends[0]);
    close(ends[1]);
    end(thing, NULL);
}

Test(life, one_that_waits_for_nothing_does_not_keep_the_loop_going)
{
    struct thing *thing = thing_new("a");
    cr_expect_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
    end(thing, NULL);
}

/* ---- the end ---- */

Test(life, the_end_comes_from_the_loop_and_memory_goes_before_the_owner_hears_of_it)
{
    end(thing_new("a"), last);
    expect_told("");
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:last a:released a:closed ");
}

Test(life, a_second_end_changes_nothing)
{
    struct thing *thing = thing_new("a");
    cr_expect(end(thing, last));
    cr_expect_not(end(thing, say));
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:last a:released a:closed ");
}

Test(life, a_call_that_was_put_off_does_not_come_after_the_end_has_begun)
{
    struct thing *thing = thing_new("a");
    rw_life_later(&thing->life, say);
    end(thing, NULL);
    rw_life_later(&thing->life, say);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:released a:closed ");
}

static void end_self(void *object)
{
    struct thing *thing = object;
    end(thing, last);
    tell(thing->name, "ended"); /* still there */
}

Test(life, one_may_end_in_a_call_that_was_put_off)
{
    struct thing *thing = thing_new("a");
    rw_life_later(&thing->life, end_self);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:ended a:last a:released a:closed ");
}

static void on_timer_end(uv_timer_t *timer)
{
    end_self(timer->data);
}

Test(life, one_may_end_in_the_callback_of_its_own_handle)
{
    struct thing *thing = thing_new("a");
    thing->timer.data = thing;
    uv_timer_start(&thing->timer, on_timer_end, 1, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:ended a:last a:released a:closed ");
}

/* ---- what has to end before ---- */

Test(life, a_child_that_is_still_open_keeps_its_owner)
{
    struct thing *owner = thing_new("owner"), *child = thing_new("child");
    struct rw_life *life = rw_life_hold(&owner->life);
    end(owner, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("");
    rw_life_end(&child->life, NULL, rw_life_drop, life);
    rw_life_close(&child->life, (uv_handle_t *)&child->timer);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("child:released owner:released owner:closed ");
}

static void close_child(void *object)
{
    struct thing *owner = object, *child = owner->child;
    tell(owner->name, "last");
    rw_life_end(&child->life, last, rw_life_drop, rw_life_hold(&owner->life));
    rw_life_close(&child->life, (uv_handle_t *)&child->timer);
}

Test(life, children_that_are_closed_at_the_end_go_first)
{
    struct thing *owner = thing_new("owner");
    owner->child = thing_new("child");
    end(owner, close_child);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("owner:last child:last child:released owner:released owner:closed ");
}

Test(life, what_is_dropped_from_inside_of_the_end_does_not_bring_it_about_there)
{
    struct thing *thing = thing_new("a");
    rw_life_hold(&thing->life);
    end(thing, NULL);
    rw_life_drop(&thing->life);
    expect_told("");
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("a:released a:closed ");
}

static void free_context(void *context)
{
    tell(context, "closed");
    free(context);
}

Test(life, a_part_of_another_is_freed_by_whoever_hears_that_it_is_closed)
{
    struct part {
        char name[8];
        struct rw_life life;
    } *part = rw_calloc(1, sizeof *part);
    memcpy(part->name, "part", 5);
    rw_life_init(&part->life, &loop, part, NULL);
    rw_life_end(&part->life, NULL, free_context, part);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_told("part:closed ");
}
