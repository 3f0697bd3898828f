/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program of tests, each of which is a process that it starts. One that takes longer than
 * TEST-SECONDS is killed with all that it has started, all of them after SECONDS; at the end
 * nothing is left running. (The time limit of Criterion is one of CPU time: a test that waits for
 * ever never reaches it.)
 *
 *     unit-keeper SECONDS TEST-SECONDS PID-FILE COMMAND…
 *
 * Gives the command's exit status, 128 + its signal, or 124 when the time was over. PID-FILE gets
 * the number of the command's process. Linux only: it is the parent of all orphans below it. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit/family.h"

#define TIME_IS_UP  124
#define GIVE_UP     125
#define KILL_ROUNDS 100
#define TESTS_MAX   256 /* at once */

/* A test that runs, since when. */
struct test {
    pid_t pid;
    time_t since;
};

/* Kills all below a process; gives how many there were. */
static size_t kill_family(pid_t first)
{
    static pid_t family[FAMILY_MAX];
    family[0] = first;
    size_t count = family_find(family, 1, true);
    for (size_t i = 1; i < count; i++)
        kill(family[i], SIGKILL);
    return count - 1;
}

/* Kills the tests that have run for too long. */
static void end_slow_tests(pid_t command, long seconds, time_t now)
{
    static struct test tests[TESTS_MAX];
    static size_t count;
    static pid_t running[FAMILY_MAX];
    running[0] = command;
    size_t found = family_find(running, 1, false), kept = 0;
    for (size_t i = 0; i < count; i++)
        if (family_has(running + 1, found - 1, tests[i].pid))
            tests[kept++] = tests[i];
    count = kept;
    for (size_t i = 1; i < found; i++) {
        size_t known = 0;
        while (known < count && tests[known].pid != running[i])
            known++;
        if (known == count && count < TESTS_MAX)
            tests[count++] = (struct test){running[i], now};
        else if (known < count && now - tests[known].since >= seconds) {
            fprintf(stderr, "unit-keeper: a test is ended after %ld s\n", seconds);
            kill_family(running[i]);
            kill(running[i], SIGKILL);
        }
    }
}

static void end_all(void)
{
    const struct timespec moment = {.tv_nsec = 20 * 1000 * 1000};
    for (int round = 0; round < KILL_ROUNDS; round++) {
        size_t left = kill_family(getpid());
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        if (left == 0)
            return;
        nanosleep(&moment, NULL);
    }
}

static pid_t start(char **command, const sigset_t *before)
{
    pid_t keeper = getpid(), pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != keeper)
            _exit(GIVE_UP);
        sigprocmask(SIG_SETMASK, before, NULL);
        execvp(command[0], command);
        fprintf(stderr, "unit-keeper: %s: %s\n", command[0], strerror(errno));
        _exit(127);
    }
    return pid;
}

/* Waits for the command, or for the time to be up, or for a signal. */
static int keep(pid_t command, long seconds, long test_seconds, const sigset_t *signals)
{
    struct timespec now, end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += seconds;
    for (;;) {
        int status;
        pid_t pid;
        while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
            if (pid == command)
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec >= end.tv_sec)
            return TIME_IS_UP;
        end_slow_tests(command, test_seconds, now.tv_sec);
        int signal = sigtimedwait(signals, NULL, &(struct timespec){.tv_sec = 1});
        if (signal > 0 && signal != SIGCHLD)
            return 128 + signal;
    }
}

static bool note(const char *path, pid_t pid)
{
    FILE *file = fopen(path, "w");
    return file && fprintf(file, "%d\n", (int)pid) > 0 && fclose(file) == 0;
}

int main(int argc, char **argv)
{
    sigset_t signals, before;
    long seconds = argc > 4 ? strtol(argv[1], NULL, 10) : 0;
    long test_seconds = argc > 4 ? strtol(argv[2], NULL, 10) : 0;
    if (seconds <= 0 || test_seconds <= 0) {
        fprintf(stderr, "Usage: unit-keeper SECONDS TEST-SECONDS PID-FILE COMMAND...\n");
        return GIVE_UP;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, &before);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return GIVE_UP;
    pid_t command = start(argv + 4, &before);
    if (command < 0 || !note(argv[3], command))
        return GIVE_UP;
    int code = keep(command, seconds, test_seconds, &signals);
    end_all();
    return code;
}
