/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sandbox.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

static bool write_id_map(const char *path, unsigned id)
{
    char text[64];
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int size = snprintf(text, sizeof text, "0 %u 1", id);
    bool good = fd >= 0 && write(fd, text, (size_t)size) == size;
    close(fd);
    return good;
}

/* As root, or as root of a namespace of users. */
static bool leave_network(void)
{
    unsigned user = getuid(), group = getgid();
    if (unshare(CLONE_NEWNET) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
            return false;
        int fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
        bool denied = fd >= 0 && write(fd, "deny", 4) == 4;
        close(fd);
        if (!denied || !write_id_map("/proc/self/uid_map", user) ||
            !write_id_map("/proc/self/gid_map", group))
            return false;
    }
    struct ifreq loopback = {.ifr_name = "lo"};
    loopback.ifr_flags = IFF_UP | IFF_RUNNING;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &loopback) == 0;
    close(fd);
    return up;
}

static bool set_read_only(const char *folder, bool on)
{
    struct mount_attr change = {0};
    *(on ? &change.attr_set : &change.attr_clr) = MOUNT_ATTR_RDONLY;
    return mount_setattr(AT_FDCWD, folder, AT_RECURSIVE, &change, sizeof change) == 0;
}

/* Also what is mounted elsewhere, such as a home, is read-only. */
static bool protect_files(const char *const *writable)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    for (size_t i = 0; writable[i]; i++)
        if (mount(writable[i], writable[i], NULL, MS_BIND | MS_REC, NULL) != 0)
            return false;
    if (!set_read_only("/", true))
        return false;
    for (size_t i = 0; writable[i]; i++)
        if (!set_read_only(writable[i], false))
            return false;
    return true;
}

const char *sandbox_enter(const char *const *writable)
{
    static const char *const places[] = {"/dev/shm", "/tmp"};
    if (!leave_network() || !protect_files(writable))
        return NULL;
    for (size_t i = 0; i < RW_COUNT(places); i++) {
        if (mount("tmpfs", places[i], "tmpfs", MS_NOSUID | MS_NODEV, NULL) != 0)
            continue;
        setenv("TMPDIR", places[i], 1);
        setenv("RW_TEST_MEMORY", places[i], 1);
        return chdir(places[i]) == 0 ? places[i] : NULL;
    }
    return NULL;
}
