/* SPDX-License-Identifier: Apache-2.0 */
#include "operation/kinds.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "install/begin.h"
#include "install/repair_log.h"

/* Whether every file with a secret that the answers name can be read; all that cannot are
 * reported. */
static bool read_secrets(const struct rw_operation_options *options, bool token,
                         struct rw_findings *findings)
{
    struct rw_cluster *cluster = options->cluster;
    struct rw_logins logins = {0};
    bool good = true;
    if (token && !cluster->token && cluster->token_file)
        good = rw_answers_read_token(cluster, findings) && good;
    if (token && cluster->proxy.password_file)
        good = rw_answers_read_proxy_password(cluster, findings) && good;
    if (!options->logins) {
        good = rw_logins_read(&logins, cluster, findings) && good;
        rw_logins_done(&logins);
    }
    return good;
}

static int begin_install(const struct rw_operation_options *options, struct rw_journal **journal,
                         struct rw_findings *findings)
{
    if (!read_secrets(options, true, findings))
        return RW_EIO;
    return rw_install_begin(options->cluster, "install", journal, findings);
}

static int begin_reset(const struct rw_operation_options *options, struct rw_journal **journal,
                       struct rw_findings *findings)
{
    if (!read_secrets(options, false, findings))
        return RW_EIO;
    return rw_reset_begin(options->cluster, journal, findings);
}

static int begin_repair(const struct rw_operation_options *options, struct rw_journal **journal,
                        struct rw_findings *findings)
{
    return rw_repair_log_begin(options->cluster, options->fixes, options->chosen, journal,
                               findings);
}

static const struct rw_operation_row rows[RW_OPERATION_KINDS] = {
    [RW_OPERATION_INSTALL] =
        {
            .name = "install",
            .opening = N_("checking all hosts"),
            .phases = {RW_STATE_LOCKING, RW_STATE_CHECKING, RW_STATE_LOOKING},
            .phase_count = 3,
            .forgets_reasons = true,
            .begin = begin_install,
        },
    [RW_OPERATION_RESET] =
        {
            .name = "reset",
            .phases = {RW_STATE_LOCKING, RW_STATE_LOOKING},
            .phase_count = 2,
            .begin = begin_reset,
        },
    [RW_OPERATION_REPAIR] =
        {
            .name = "repair",
            .phases = {RW_STATE_WORKING},
            .phase_count = 1,
            .begin = begin_repair,
        },
};

const struct rw_operation_row *rw_operation_row(enum rw_operation_kind kind)
{
    return &rows[kind];
}

enum rw_operation_state rw_operation_phase(enum rw_operation_kind kind,
                                           enum rw_operation_state state)
{
    const struct rw_operation_row *row = &rows[kind];
    /* States stand in the order of phases. */
    for (size_t i = 0; i < row->phase_count; i++)
        if (row->phases[i] > state)
            return row->phases[i];
    return RW_STATE_CLOSING;
}
