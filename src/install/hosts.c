/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the facts of the hosts, over the connections that the run was given. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"
#include "rke2/proxy_file.h"
#include "rke2/rke2.h"

static void settled(struct run_host *host)
{
    struct rw_run *run = host->run;
    run->unanswered--;
    run_looked(run);
}

static void on_membership(void *context, const struct rw_remote_result *result)
{
    struct run_host *host = context;
    if (host->run->ended)
        return;
    if (result->rc == 0) {
        rw_membership_read(&host->membership, &result->reply);
        rw_strset(&host->boot, rw_reply_get(&result->reply, "boot"));
    } else {
        struct rw_findings one = {0};
        rw_contact_script_failed(&one, run_wanted(host), result);
        host->failed = true;
        run_find_all(host->run, &one);
    }
    settled(host);
}

static void read_membership(struct run_host *host)
{
    const struct rw_cluster *cluster = host->run->cluster;
    enum rw_role role = run_wanted(host)->role;
    struct rw_buf names = {0};
    for (size_t i = 0; role == RW_ROLE_SERVER && i < cluster->host_count; i++)
        rw_buf_addf(&names, "%s%s", i ? " " : "", cluster->hosts[i].name);
    char *proxy = rw_rke2_proxy_lines(cluster, cluster->proxy.password, false);
    const struct rw_script_var vars[] = {
        {"role", rw_role_name(role)},
        {"unit", rw_rke2_unit(role)},
        {"token", cluster->token ? cluster->token : ""},
        {"proxy", proxy},
        {"names", rw_buf_str(&names)},
    };
    struct rw_buf body = {0};
    rw_node_script_add(&body, "membership");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .timeout_ms = SCRIPT_TIMEOUT_MS,
        .done = on_membership,
        .context = host,
    };
    rw_remote_run(host->remote, &script);
    rw_buf_done(&body);
    rw_secret_free(proxy);
    rw_buf_done(&names);
}

/* An agent that stays has no part in a reset. */
static bool matters(const struct rw_run *run, size_t index)
{
    const struct rw_reset *reset = run->options.reset;
    return !reset || reset->wanted[index] || run->cluster->hosts[index].role == RW_ROLE_SERVER;
}

static void on_settled(void *context, size_t index)
{
    struct rw_run *run = context;
    struct run_host *host = &run->hosts[index];
    if (run->ended)
        return;
    host->remote = rw_contact_remote(run->options.contact, index);
    if (host->remote) {
        run_emit(run, (struct rw_event){.kind = RW_EVENT_HOST,
                                        .host = run_wanted(host)->name,
                                        .text = "connected"});
        read_membership(host);
    } else {
        struct rw_findings one = {0};
        rw_findings_copy(&one, rw_contact_failure(run->options.contact, index));
        host->failed = true;
        if (matters(run, index))
            run_find_all(run, &one);
        rw_findings_done(&one);
        settled(host);
    }
}

static void on_question(void *context, size_t index, const struct rw_remote_question *question)
{
    struct rw_run *run = context;
    if (run->ended)
        rw_contact_answer(run->options.contact, index, NULL);
    else
        run->listener.question(run->listener.context, index, question);
}

static void on_link(void *context, size_t index, bool down)
{
    struct rw_run *run = context;
    if (run->ended)
        return;
    if (down)
        away_down(&run->hosts[index]);
    else
        away_up(&run->hosts[index]);
}

void hosts_read(struct rw_run *run)
{
    struct rw_contact_user user = {on_settled, on_question, on_link, run};
    rw_contact_use(run->options.contact, &user);
    for (size_t i = 0; i < run->cluster->host_count && !run->ended; i++)
        if (rw_contact_state(run->options.contact, i) != RW_CONTACT_WAITING)
            on_settled(run, i);
}
