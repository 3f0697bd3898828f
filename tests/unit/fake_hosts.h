/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that are a table of replies, below src/remote: everything above the transport runs as in
 * the program. Time passes at once: when nothing is left to do now, the clock jumps to the next
 * timer. One world for each test, which is a process. */
#ifndef RW_TESTS_UNIT_FAKE_HOSTS_H
#define RW_TESTS_UNIT_FAKE_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "remote/transport.h"

enum fake_end {
    FAKE_ENDS,    /* with the status */
    FAKE_HOLDS,   /* runs until it is canceled or cut; fake_say() gives it more lines */
    FAKE_CUTS,    /* the connection is lost */
    FAKE_DIES,    /* the shell ends silently, by a signal */
    FAKE_REFUSES, /* something else than the shell runs: the lines and the status, no markers */
};

/* The answers of a host. The first row that fits and is not used up counts; tables that were added
 * later come first. */
struct fake_reply {
    const char *host;   /* its address; NULL: any */
    const char *script; /* name of a script in data/node that is part of what was sent; NULL: any */
    const char *with;   /* a text that is part of it (command line, parameters, script), or NULL */
    const char *lines;  /* "key=value\n…"; %h is the address of the host */
    const char *err;    /* standard error */
    int status;
    int after_ms; /* from being asked to the answer */
    enum fake_end end;
    int times;                      /* how often it serves; 0: for ever */
    void (*then)(const char *host); /* called just before the answer; or NULL */
};

/* Part of the script that looks for the way to root after each login; only rows that have a `with`
 * answer it. Without one, every login is root. */
#define FAKE_PROBE "rw_uid=$uid"

extern const struct rw_transport fake_transport;

/* Begins: a loop, no host knows an answer. */
void fake_begin(void);
uv_loop_t *fake_loop(void);
/* The rows are borrowed. */
void fake_add(const struct fake_reply *rows, size_t count);
#define FAKE_ADD(...)                                                                              \
    do {                                                                                           \
        static const struct fake_reply fake_rows[] = {__VA_ARGS__};                                \
        fake_add(fake_rows, sizeof fake_rows / sizeof *fake_rows);                                 \
    } while (0)
/* Turns the loop until *flag; fails the test when nothing can happen any more, or not within a day.
 */
void fake_wait(const bool *flag);
/* Lets time pass. */
void fake_pass(int64_t ms);
/* Turns the loop to its end, and closes it: every handle has to be closed by then. */
void fake_finish(void);

/* The next connections to this host (times; -1: all) end with rc instead. */
void fake_refuse(const char *host, int rc, int times);
/* All connections end with rc instead, and have this problem. */
void fake_problem(const char *host, int rc, enum rw_ssh_problem problem, const char *said);
/* The next connection asks whether the host key may be trusted. */
void fake_ask(const char *host);
/* It allows so many commands at once on a connection; 0: any number; FAKE_NO_SESSION: none. */
#define FAKE_NO_SESSION SIZE_MAX
void fake_sessions(const char *host, size_t count);
/* How many connections it has, with those being made. */
size_t fake_links(const char *host);
/* Its connections are lost now. */
void fake_cut(const char *host);
/* How often it was connected to, and when (ms, by the loop; of the first 64). */
size_t fake_connects(const char *host);
int64_t fake_connected_at(const char *host, size_t index);

/* How many commands of this kind were asked so far; all may be NULL. */
size_t fake_count(const char *host, const char *script, const char *with);
/* The most commands of this kind that ran at once, from fake_count_peak() on. */
void fake_count_peak(const char *script, const char *with);
size_t fake_peak(void);
/* The last input of this kind: the command line, a line end, standard input. Borrowed; NULL:
 * nothing. */
const char *fake_sent(const char *host, const char *script, const char *with);
/* Gives a command that holds one more line; false when none does. */
bool fake_say(const char *host, const char *script, const char *line);
/* How many commands of this kind run now. */
size_t fake_running(const char *host, const char *script, const char *with);

#endif
