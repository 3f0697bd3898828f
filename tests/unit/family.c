/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/family.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fourth field of /proc/PID/stat, behind the name in brackets. */
static pid_t parent_of(pid_t pid)
{
    char path[64], text[512];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end && sscanf(name_end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

bool family_has(const pid_t *family, size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (family[i] == pid)
            return true;
    return false;
}

size_t family_find(pid_t family[FAMILY_MAX], size_t count, bool deep)
{
    size_t parents = count, before;
    DIR *proc = opendir("/proc");
    if (!proc)
        return count;
    do {
        struct dirent *entry;
        before = count;
        rewinddir(proc);
        while ((entry = readdir(proc)) && count < FAMILY_MAX) {
            pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
            if (pid > 0 && !family_has(family, count, pid) &&
                family_has(family, deep ? count : parents, parent_of(pid)))
                family[count++] = pid;
        }
    } while (deep && count > before);
    closedir(proc);
    return count;
}
