/* SPDX-License-Identifier: Apache-2.0 */
/* A real sshd on 127.0.0.1 with keys and configuration of its own, for the length of one test. */
#ifndef RW_TESTS_UNIT_SSHD_H
#define RW_TESTS_UNIT_SSHD_H

#include <stdbool.h>
#include <sys/types.h>

struct sshd {
    char dir[128]; /* temporary; also $HOME of the test */
    int port;
    pid_t pid;
    pid_t agent;
};

/* Skips the test loudly when there is no sshd here or the test is not run by root. Starts sshd
 * with these lines (or NULL) in front of its configuration. $HOME is moved into dir, and
 * SSH_AUTH_SOCK unset. */
void sshd_start(struct sshd *sshd, const char *config);
/* The same, and root has this password there: sshd sees another /etc/shadow than everyone else.
 * Skips the test where that cannot be arranged. */
void sshd_start_with_password(struct sshd *sshd, const char *password, const char *config);
/* The same, and the account of root has expired there. */
void sshd_start_expired(struct sshd *sshd);
/* Ends sshd and the agent, and removes dir. */
void sshd_stop(struct sshd *sshd);

/* Gives "dir/name", in a static buffer of 64 turns. */
const char *sshd_path(const struct sshd *sshd, const char *name);
/* Runs a program and waits; true when it ends with 0. */
bool sshd_run(const char *const argv[]);
/* Makes a user key dir/name (passphrase "" for none) and lets it log in. */
void sshd_make_key(struct sshd *sshd, const char *name, const char *type, const char *passphrase);
void sshd_authorize(struct sshd *sshd, const char *name);
/* Starts an ssh-agent and sets SSH_AUTH_SOCK. */
void sshd_start_agent(struct sshd *sshd);
/* Writes the host key of this type into known_hosts at dir/known_hosts. */
void sshd_trust(const struct sshd *sshd, const char *type);
/* The same in a file, as if it were the key of the sshd at another port. */
void sshd_trust_as(const struct sshd *sshd, const char *type, int port, const char *known_hosts);
/* How many connections it has at the moment; and whether there is none within some seconds. */
size_t sshd_connections(const struct sshd *sshd);
bool sshd_idle(const struct sshd *sshd);
/* Sends a signal to all processes of its connections, however deep: since OpenSSH 9.8 sshd starts
 * another program for a connection, which starts more. */
void sshd_signal_connections(const struct sshd *sshd, int signal);
void sshd_write(const char *path, const char *mode, const char *text);

#endif
