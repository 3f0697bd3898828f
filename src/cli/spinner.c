/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/spinner.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define SPIN_MS 250

struct rw_spinner {
    const struct rw_ask *ask;
    uv_timer_t timer;
    bool shown, drawn;
    int64_t begun;
    unsigned turn;
    char *text;
};

void rw_spinner_erase(struct rw_spinner *spinner)
{
    if (spinner->drawn)
        fputs("\r\033[K", stdout);
    spinner->drawn = false;
}

static void on_spin(uv_timer_t *timer)
{
    struct rw_spinner *spinner = timer->data;
    char elapsed[RW_CLOCK_DURATION_SIZE];
    if (rw_ask_busy(spinner->ask)) {
        spinner->drawn = false;
        return;
    }
    rw_clock_duration(rw_clock_ms() - spinner->begun, elapsed, sizeof elapsed);
    rw_spinner_erase(spinner);
    printf("%c %s  %s", "|/-\\"[spinner->turn++ % 4], elapsed, spinner -> text);
    fflush(stdout);
    spinner->drawn = true;
}

struct rw_spinner *rw_spinner_new(uv_loop_t *loop, const struct rw_ask *ask, bool quiet)
{
    struct rw_spinner *spinner = rw_calloc(1, sizeof *spinner);
    spinner->ask = ask;
    spinner->begun = rw_clock_ms();
    spinner->text = rw_strdup("");
    spinner->shown = !quiet && isatty(STDOUT_FILENO);
    spinner->timer.data = spinner;
    uv_timer_init(loop, &spinner->timer);
    if (spinner->shown)
        uv_timer_start(&spinner->timer, on_spin, SPIN_MS, SPIN_MS);
    return spinner;
}

void rw_spinner_say(struct rw_spinner *spinner, char *text)
{
    free(spinner->text);
    spinner->text = text;
}

static void free_spinner(uv_handle_t *handle)
{
    struct rw_spinner *spinner = handle->data;
    free(spinner->text);
    free(spinner);
}

void rw_spinner_free(struct rw_spinner *spinner)
{
    if (!spinner)
        return;
    rw_spinner_erase(spinner);
    fflush(stdout);
    uv_close((uv_handle_t *)&spinner->timer, free_spinner);
}
