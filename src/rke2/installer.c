/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/installer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/source.h"
#include "rke2/rke2.h"

#define LINE_MAX_BYTES 400

/* Looked up in this order; status -1 means any. */
static const struct rule {
    int status;
    const char *text; /* must occur in the log; NULL: need not */
    enum rw_finding_id finding;
} rules[] = {
    {-1, "No space left on device", RW_F_INSTALLER_DISK_FULL},
    /* "Failed writing body", "Failure writing output to destination": the words differ. */
    {-1, "curl: (23) ", RW_F_INSTALLER_DISK_FULL},
    {RW_STAGE_NO_FOLDER, NULL, RW_F_INSTALLER_FAILED},
    {RW_STAGE_FETCH, NULL, RW_F_INSTALLER_FETCH},
    {RW_STAGE_FOLDER, NULL, RW_F_INSTALLER_FOLDER},
    {RW_STAGE_EMPTY, NULL, RW_F_INSTALLER_EMPTY},
    {RW_STAGE_NO_SCRIPT, NULL, RW_F_INSTALLER_NO_SCRIPT},
    {RW_STAGE_NO_DOWNLOADER, NULL, RW_F_INSTALLER_NO_DOWNLOADER},
    {-1, "can not find curl or wget", RW_F_INSTALLER_NO_DOWNLOADER},
    {-1, "download sha256 does not match", RW_F_INSTALLER_CHECKSUM},
    {-1, "Cannot perform tar install on host with existing RKE2 RPMs", RW_F_INSTALLER_METHOD},
    {-1, "existing tarball installation", RW_F_INSTALLER_METHOD},
    {-1, "unsupported architecture", RW_F_INSTALLER_ARCH},
    {-1, "failed to load rke2 fapolicyd rules", RW_F_INSTALLER_FAPOLICY},
    {6, NULL, RW_F_INSTALLER_DOWNLOAD},
    {7, NULL, RW_F_INSTALLER_DOWNLOAD},
    {18, NULL, RW_F_INSTALLER_DOWNLOAD},
    {22, NULL, RW_F_INSTALLER_DOWNLOAD},
    {28, NULL, RW_F_INSTALLER_DOWNLOAD},
    {35, NULL, RW_F_INSTALLER_DOWNLOAD},
    {52, NULL, RW_F_INSTALLER_DOWNLOAD},
    {56, NULL, RW_F_INSTALLER_DOWNLOAD},
    {60, NULL, RW_F_INSTALLER_DOWNLOAD},
    {-1, NULL, RW_F_INSTALLER_FAILED},
};

/* How much a line explains. Progress shows at least how far the installer got; our own lines repeat
 * the finding. */
static int worth(const char *line, size_t length)
{
    static const struct {
        const char *begin;
        int worth;
    } kinds[] = {{"rke2-wizard: ", 1}, {"[ALT]", 1}, {"[INFO]", 2}};
    if (length == 0)
        return 0;
    for (size_t i = 0; i < RW_COUNT(kinds); i++)
        if (rw_text_starts(line, kinds[i].begin))
            return kinds[i].worth;
    return 3;
}

/* The last line that holds text, which may be NULL; else the last of those that explain most. To
 * free(). */
static char *telling_line(const char *log, const char *text)
{
    const char *cursor = log, *line, *best = "";
    size_t length, best_length = 0;
    int most = 1;
    while (rw_text_line(&cursor, &line, &length)) {
        bool cause = text && memmem(line, length, text, strlen(text));
        int here = cause ? 4 : worth(line, length);
        if (here >= most) {
            most = here;
            best = line;
            best_length = length;
        }
    }
    return rw_text_printable(best, best_length, LINE_MAX_BYTES);
}

void rw_installer_judge(struct rw_findings *findings, const char *host, const char *source,
                        int status, const char *log)
{
    const struct rule *rule = rules;
    while ((rule->status != -1 && rule->status != status) ||
           (rule->text && !strstr(log, rule->text)))
        rule++;
    char *line = telling_line(log, rule->text);
    char number[16];
    snprintf(number, sizeof number, "%d", status);
    rw_findings_add(findings, rule->finding, host, "status", number, "line", line, "url",
                    rw_rke2_installer_url(source), "folder", source, "from",
                    rw_source_kind(source) == RW_SOURCE_NET ? "github.com" : source, NULL);
    free(line);
}
