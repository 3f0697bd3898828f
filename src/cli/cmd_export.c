/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/options.h"
#include "cli/session.h"
#include "install/journal.h"
#include "install/run.h"
#include "install/token.h"
#include "rke2/inventory.h"

#define MODE 0644 /* it holds no secret */

/* 0, or the exit code after a message. */
static int write_out(const struct rw_options *options, const char *inventory)
{
    struct rw_error err;
    const char *path = options->output;
    if (!path || strcmp(path, "-") == 0) {
        fputs(inventory, stdout);
        return fflush(stdout) == 0 ? RW_OUTCOME_DONE : RW_OUTCOME_FAILED;
    }
    if (!options->yes && access(path, F_OK) == 0) {
        fprintf(stderr, "rke2-wizard: ");
        fprintf(stderr, _("%s exists; add --yes to overwrite it\n"), path);
        return RW_OUTCOME_FAILED;
    }
    if (rw_file_write(path, inventory, strlen(inventory), MODE, &err) != 0) {
        fprintf(stderr, "rke2-wizard: %s\n", err.message);
        return RW_OUTCOME_FAILED;
    }
    printf(_("Written: %s\n"), path);
    return RW_OUTCOME_DONE;
}

int rw_cmd_export(const struct rw_options *options)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = rw_cli_load(options->file, true);
    if (!cluster)
        return RW_OUTCOME_USAGE;
    char *dir = rw_journal_dir(cluster->name), *token = rw_token_path(dir);
    char *inventory = rw_rke2_inventory(cluster, token, &findings);
    rw_cli_print_findings(stderr, &findings);
    int code = write_out(options, inventory);
    free(inventory);
    free(token);
    free(dir);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
    return code;
}
