/* SPDX-License-Identifier: Apache-2.0 */
#include "sshd.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit/family.h"
#include "unit/helpers.h"

#define SSHD_PROGRAM "/usr/sbin/sshd"
#define START_TRIES  500

const char *sshd_path(const struct sshd *sshd, const char *name)
{
    static char paths[64][256];
    static unsigned turn;
    char *path = paths[turn++ % 64];
    snprintf(path, sizeof paths[0], "%s/%s", sshd->dir, name);
    return path;
}

/* Puts shadow in the place of /etc/shadow, for this process and its children alone. */
static bool replace_shadow(const char *shadow)
{
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount(shadow, "/etc/shadow", NULL, MS_BIND, NULL) == 0;
}

/* shadow and output (a file for standard output) may be NULL. */
static pid_t spawn_with(const char *const argv[], const char *shadow, const char *output)
{
    pid_t pid = fork();
    if (pid == 0) {
        /* A test that crashes cleans nothing up. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; fd++)
            dup2(null, fd);
        if (output)
            dup2(open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
        if (shadow && !replace_shadow(shadow))
            _exit(126);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    cr_assert_gt(pid, 0);
    return pid;
}

static pid_t spawn(const char *const argv[])
{
    return spawn_with(argv, NULL, NULL);
}

static bool ends_well(pid_t pid)
{
    int status = -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool sshd_run(const char *const argv[])
{
    return ends_well(spawn(argv));
}

void sshd_write(const char *path, const char *mode, const char *text)
{
    FILE *file = fopen(path, mode);
    cr_assert_not_null(file, "%s", path);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

static bool copy_file(const char *from, const char *to)
{
    const char *const argv[] = {"cp", "-p", from, to, NULL};
    return sshd_run(argv);
}

/* An RSA key takes as long to make as all the rest of a test: one of each name is kept for the
 * whole run, in the folder of tests/unit/run, when there is one. */
static bool take_kept_rsa(const char *path, const char *passphrase)
{
    const char *build = from_environment("RW_BUILDDIR");
    char kept[256], made[300], public[320], kept_public[320], own_public[320];
    snprintf(kept, sizeof kept, "%s/unit-tests.d/%s", build ? build : "", strrchr(path, '/') + 1);
    snprintf(kept_public, sizeof kept_public, "%s.pub", kept);
    snprintf(made, sizeof made, "%s.%d", kept, (int)getpid());
    snprintf(public, sizeof public, "%s.pub", made);
    snprintf(own_public, sizeof own_public, "%s.pub", path);
    if (access(kept, R_OK) != 0) {
        const char *const argv[] = {"ssh-keygen", "-q", "-t", "rsa", "-b", "2048",
                                    "-N",         "",   "-f", made,  NULL};
        if (!build || !sshd_run(argv))
            return false;
        /* The private key last: when it is there, both are. The first of several counts. */
        if (link(public, kept_public) == 0)
            rename(made, kept);
        unlink(made);
        unlink(public);
    }
    const char *const lock[] = {"ssh-keygen", "-q",       "-p", "-P", "",
                                "-N",         passphrase, "-f", path, NULL};
    return copy_file(kept, path) && copy_file(kept_public, own_public) &&
           (!*passphrase || sshd_run(lock));
}

static void keygen(const char *path, const char *type, const char *passphrase)
{
    if (strcmp(type, "rsa") == 0 && take_kept_rsa(path, passphrase))
        return;
    const char *const argv[] = {"ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", path, NULL};
    const char *const rsa[] = {"ssh-keygen", "-q",       "-t", "rsa", "-b", "2048",
                               "-N",         passphrase, "-f", path,  NULL};
    cr_assert(sshd_run(strcmp(type, "rsa") == 0 ? rsa : argv), "ssh-keygen %s", type);
}

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static bool answers(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool fine = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return fine;
}

/* Start files of the machine's root account stay out of it: they may be slow, and may mind being
 * killed. */
static void write_config(struct sshd *sshd, const char *config)
{
    char text[2048];
    snprintf(text, sizeof text,
             "%s\nPort %d\nListenAddress 127.0.0.1\nHostKey %s/host_ed25519\n"
             "HostKey %s/host_ecdsa\nHostKey %s/host_rsa\nAuthorizedKeysFile %s/authorized_keys\n"
             "PidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\n"
             "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
             "SetEnv HOME=%s SHLVL=1\n",
             config ? config : "", sshd->port, sshd->dir, sshd->dir, sshd->dir, sshd->dir,
             sshd->dir);
    sshd_write(sshd_path(sshd, "sshd_config"), "w", text);
}

static void prepare(struct sshd *sshd)
{
    if (geteuid() != 0 || access(SSHD_PROGRAM, X_OK) != 0)
        cr_skip_test("needs root and %s", SSHD_PROGRAM);
    memset(sshd, 0, sizeof *sshd);
    snprintf(sshd->dir, sizeof sshd->dir, "%s/rw-sshd-XXXXXX", temporary());
    cr_assert_not_null(mkdtemp(sshd->dir));
    setenv("HOME", sshd->dir, 1);
    unsetenv("SSH_AUTH_SOCK");
    mkdir("/run/sshd", 0755);
    keygen(sshd_path(sshd, "host_ed25519"), "ed25519", "");
    keygen(sshd_path(sshd, "host_ecdsa"), "ecdsa", "");
    keygen(sshd_path(sshd, "host_rsa"), "rsa", "");
    sshd_write(sshd_path(sshd, "authorized_keys"), "w", "");
}

/* Gives how sshd ended if it did not start, else 0. */
static int launch(struct sshd *sshd, const char *config, const char *shadow)
{
    int status = 0;
    /* Somebody else may take the port between finding and using it: then sshd ends at once. */
    for (int attempt = 0; attempt < 5; attempt++) {
        sshd->port = free_port();
        write_config(sshd, config);
        const char *const argv[] = {SSHD_PROGRAM, "-D", "-e", "-f", sshd_path(sshd, "sshd_config"),
                                    NULL};
        sshd->pid = spawn_with(argv, shadow, NULL);
        for (int i = 0; i < START_TRIES && waitpid(sshd->pid, &status, WNOHANG) == 0; i++) {
            if (answers(sshd->port))
                return 0;
            nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
        }
        sshd->pid = 0;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

void sshd_start(struct sshd *sshd, const char *config)
{
    prepare(sshd);
    int status = launch(sshd, config, NULL);
    cr_assert_eq(status, 0, "sshd ended with %d", status);
}

static void start_with_shadow(struct sshd *sshd, const char *password, const char *expires,
                              const char *config)
{
    char hash[256] = "", line[300];
    prepare(sshd);
    const char *path = sshd_path(sshd, "hash");
    const char *const argv[] = {"openssl", "passwd", "-6", "-salt", "salt", password, NULL};
    FILE *file = ends_well(spawn_with(argv, NULL, path)) ? fopen(path, "r") : NULL;
    if (!file || !fgets(hash, sizeof hash, file))
        cr_skip_test("needs openssl");
    fclose(file);
    hash[strcspn(hash, "\n")] = '\0';
    snprintf(line, sizeof line, "root:%s:19000:0:99999:7::%s:\n", hash, expires);
    sshd_write(sshd_path(sshd, "shadow"), "w", line);
    int status = launch(sshd, config, sshd_path(sshd, "shadow"));
    if (status == 126)
        cr_skip_test("needs the right to mount");
    cr_assert_eq(status, 0, "sshd ended with %d", status);
}

void sshd_start_with_password(struct sshd *sshd, const char *password, const char *config)
{
    start_with_shadow(sshd, password, "", config);
}

void sshd_start_expired(struct sshd *sshd)
{
    start_with_shadow(sshd, "any", "1", "UsePAM yes");
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void sshd_stop(struct sshd *sshd)
{
    if (sshd->pid) {
        sshd_signal_connections(sshd, SIGKILL);
        kill(sshd->pid, SIGKILL);
        waitpid(sshd->pid, NULL, 0);
    }
    if (sshd->agent) {
        kill(sshd->agent, SIGKILL);
        waitpid(sshd->agent, NULL, 0);
    }
    if (*sshd->dir)
        nftw(sshd->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void sshd_authorize(struct sshd *sshd, const char *name)
{
    char file[128], line[4096] = "";
    snprintf(file, sizeof file, "%s.pub", name);
    FILE *key = fopen(sshd_path(sshd, file), "r");
    cr_assert_not_null(key);
    cr_assert_not_null(fgets(line, sizeof line, key));
    fclose(key);
    sshd_write(sshd_path(sshd, "authorized_keys"), "a", line);
}

void sshd_make_key(struct sshd *sshd, const char *name, const char *type, const char *passphrase)
{
    keygen(sshd_path(sshd, name), type, passphrase);
    sshd_authorize(sshd, name);
}

void sshd_start_agent(struct sshd *sshd)
{
    const char *path = sshd_path(sshd, "agent");
    const char *const argv[] = {"ssh-agent", "-D", "-a", path, NULL};
    sshd->agent = spawn(argv);
    setenv("SSH_AUTH_SOCK", path, 1);
    for (int i = 0; i < START_TRIES && access(path, F_OK) != 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
}

void sshd_trust(const struct sshd *sshd, const char *type)
{
    sshd_trust_as(sshd, type, sshd->port, sshd_path(sshd, "known_hosts"));
}

void sshd_trust_as(const struct sshd *sshd, const char *type, int port, const char *known_hosts)
{
    char name[64], key[4096] = "", line[4200];
    snprintf(name, sizeof name, "host_%s.pub", type);
    FILE *file = fopen(sshd_path(sshd, name), "r");
    cr_assert_not_null(file);
    cr_assert_not_null(fgets(key, sizeof key, file));
    fclose(file);
    snprintf(line, sizeof line, "[127.0.0.1]:%d %s", port, key);
    sshd_write(known_hosts, "a", line);
}

void sshd_signal_connections(const struct sshd *sshd, int signal)
{
    pid_t family[FAMILY_MAX] = {sshd->pid};
    size_t count = 1, before;
    /* Held first: a process that has just logged in starts another one, which would be missed. */
    do {
        before = count;
        count = family_find(family, count, true);
        for (size_t i = before; i < count; i++)
            kill(family[i], SIGSTOP);
    } while (count > before);
    for (size_t i = 1; i < count; i++) {
        kill(family[i], signal);
        if (signal != SIGSTOP)
            kill(family[i], SIGCONT);
    }
}

size_t sshd_connections(const struct sshd *sshd)
{
    pid_t family[FAMILY_MAX] = {sshd->pid};
    return family_find(family, 1, false) - 1;
}

bool sshd_idle(const struct sshd *sshd)
{
    for (int i = 0; i < START_TRIES; i++) {
        if (sshd_connections(sshd) == 0)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
    }
    return false;
}
