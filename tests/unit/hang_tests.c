/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that must not be tests: they hang, and leave things behind. tests/check/runner looks how
 * tests/unit/run gets along with them. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A process that ends by nothing but SIGKILL, and holds all that is open. */
static void leave_child(void)
{
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid > 0)
        return;
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    setsid();
    for (;;)
        pause();
}

Test(hang, is_well)
{
    cr_assert(true);
}

Test(hang, never_ends)
{
    for (;;)
        pause();
}

Test(hang, fails_and_leaves_a_child_that_holds_every_pipe)
{
    leave_child();
    cr_assert_fail("as it should");
}

Test(left, a_child)
{
    leave_child();
}

Test(left, a_folder)
{
    char path[] = "left-here-XXXXXX";
    const char *folder = getenv("TMPDIR");
    cr_assert(folder && chdir(folder) == 0);
    cr_assert_not_null(mkdtemp(path));
}
