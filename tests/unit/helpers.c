/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/helpers.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "cluster/answers.h"

#define OUTPUT_MAX (16u << 20)

struct rw_cluster *cluster_of(const char *settings, const char *hosts)
{
    struct rw_findings findings = {0};
    char *text = rw_asprintf("version: 1\ncluster: demo\n%shosts:\n%s", settings, hosts);
    struct rw_cluster *cluster =
        rw_answers_parse(text, strlen(text), "demo.yaml", "/etc/demo", &findings);
    cr_assert_not_null(cluster, "%s", text);
    rw_findings_done(&findings);
    free(text);
    return cluster;
}

struct rw_cluster *demo_cluster(void)
{
    return cluster_of("registration-name: rke2.demo.kingsd.top\n"
                      "token: my-shared-secret\n"
                      "rke2: {version: v1.26.12+rke2r1}\n",
                      "- {name: ha-m1, address: 192.168.205.85, role: server}\n"
                      "- {name: ha-m2, address: 192.168.205.86, role: server}\n"
                      "- {name: ha-m3, address: 192.168.205.87, role: server}\n"
                      "- {name: ha-w1, address: 192.168.205.88, role: agent}\n");
}

/* ---- running ---- */

const char *const shells[] = {"sh", "dash", "bash", NULL};

extern char **environ;

static pid_t start(const char *const argv[], int input, int output)
{
    pid_t pid = -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int rc = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    cr_assert_eq(rc, 0, "%s: %s", argv[0], strerror(rc));
    return pid;
}

char *run_program(const char *const argv[], const char *input, size_t size, int *status)
{
    int ends[2], output = memfd_create("output", MFD_CLOEXEC), code = 0;
    cr_assert(output >= 0 && pipe2(ends, O_CLOEXEC) == 0);
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = start(argv, ends[0], output);
    close(ends[0]);
    while (size) {
        ssize_t written = write(ends[1], input, size);
        if (written < 0)
            break; /* it needs no more */
        input += written;
        size -= (size_t)written;
    }
    close(ends[1]);
    while (waitpid(pid, &code, 0) < 0)
        cr_assert_eq(errno, EINTR);
    *status = WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code);
    struct rw_buf text = {0};
    char chunk[4096];
    lseek(output, 0, SEEK_SET);
    for (ssize_t got; (got = read(output, chunk, sizeof chunk)) > 0;)
        rw_buf_add(&text, chunk, (size_t)got);
    close(output);
    return rw_buf_take(&text);
}

char *run_shell(const char *shell, const char *script, int *status)
{
    const char *argv[] = {shell, "-s", NULL};
    return run_program(argv, script, strlen(script), status);
}

bool have_shell(const char *shell)
{
    char *path = rw_asprintf("/bin/%s", shell);
    bool found = access(path, X_OK) == 0;
    free(path);
    return found;
}

/* ---- files ---- */

const char *from_environment(const char *variable)
{
    const char *value = getenv(variable);
    return value && *value ? value : NULL;
}

const char *temporary(void)
{
    const char *folder = from_environment("TMPDIR");
    return folder ? folder : "/tmp";
}

static char *folder_in(const char *parent)
{
    char *folder = rw_asprintf("%s/rw-XXXXXX", parent);
    if (mkdtemp(folder))
        return folder;
    free(folder);
    return NULL;
}

char *folder_new(void)
{
    char *folder = folder_in(temporary());
    cr_assert_not_null(folder);
    return folder;
}

char *folder_new_in_memory(void)
{
    const char *memory = from_environment("RW_TEST_MEMORY");
    char *folder = folder_in(memory ? memory : "/dev/shm");
    return folder ? folder : folder_new();
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void folder_remove(char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

const char *in_folder(const char *folder, const char *name)
{
    static char paths[16][4096];
    static size_t turn;
    char *path = paths[turn++ % RW_COUNT(paths)];
    int length = snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    cr_assert_lt((size_t)length, sizeof paths[0], "%s is too long", folder);
    return path;
}

static const char *given_folder(const char *variable)
{
    const char *folder = from_environment(variable);
    cr_assert(folder, "%s is not set: start the tests by tests/unit/run", variable);
    return folder;
}

const char *in_sources(const char *name)
{
    return in_folder(given_folder("RW_SRCDIR"), name);
}

const char *in_build(const char *name)
{
    return in_folder(given_folder("RW_BUILDDIR"), name);
}

void write_text(const char *path, const char *text)
{
    struct rw_error err;
    cr_assert_eq(rw_file_write(path, text, strlen(text), 0600, &err), 0, "%s", path);
}

char *read_text(const char *path)
{
    struct rw_buf text = {0};
    struct rw_error err;
    if (rw_file_read(path, OUTPUT_MAX, &text, &err) == 0)
        return rw_buf_take(&text);
    rw_buf_done(&text);
    return NULL;
}
