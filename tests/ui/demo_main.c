/* SPDX-License-Identifier: Apache-2.0 */
/* The demonstration screens on a real terminal, for the test that drives it and for people. What
 * happens besides is printed on the normal screen afterwards.
 *
 *     ui-demo [WORD]   crash, abort, exit: what F2 does */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <uv.h>

#include "base/error.h"
#include "base/i18n.h"
#include "ui/demo.h"
#include "ui/ui_term.h"

static struct rw_ui_term shell;
static struct demo demo;
static uv_loop_t loop;
static int ended_by = -1;

static void on_ended(void *context, int number)
{
    (void)context;
    ended_by = number;
    rw_ui_term_close(&shell);
}

static void die(struct rw_screen *screen)
{
    const char *how = screen->class->help;
    if (strcmp(how, "crash") == 0)
        *(volatile char *)mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) = 1;
    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "exit") == 0)
        exit(3);
}

static const struct rw_screen_action actions[] = {
    {.code = RW_KEY_F1 + 1, .label = "Die", .act = die}};

int main(int argc, char **argv)
{
    struct rw_error err;
    rw_i18n_begin(NULL);
    uv_loop_init(&loop);
    demo_init(&demo);
    struct rw_screen_class class = *demo.fields.class;
    if (argc > 1) {
        class.help = argv[1];
        class.actions = actions;
        class.action_count = 1;
    }
    demo.fields.class = &class;
    if (rw_ui_term_open(&shell, &loop, on_ended, NULL, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    rw_ui_set_steps(&shell.ui, demo.steps, DEMO_STEPS);
    uv_run(&loop, UV_RUN_DEFAULT);
    printf("ended by %d, name \"%s\"\n", ended_by, demo.name.text);
    demo_done(&demo);
    return uv_loop_close(&loop) == 0 ? 0 : 2;
}
