/* One connection per host, and what the host says of itself. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"

/* Connections that are made at the same time. */
#define CONNECTING_MAX 64

struct rw_finding *host_finding(struct rw_findings *list, enum rw_finding_id id,
                                const struct run_host *host)
{
    const struct rw_host *wanted = &host->run->cluster->hosts[host->index];
    char *port = rw_asprintf("%d", wanted->login.port);
    struct rw_finding *finding =
        rw_findings_add(list, id, wanted->name, "address", wanted->address, "port", port, "user",
                        wanted->login.user ? wanted->login.user : "root", NULL);
    free(port);
    return finding;
}

void host_script_failed(struct rw_findings *list, const struct run_host *host,
                        const struct rw_remote_result *result)
{
    bool lost = result->rc == RW_ECLOSED || result->rc == RW_ETIMEOUT;
    enum rw_finding_id id = result->rc == RW_EHOSTKEY ? RW_F_HOST_KEY_CHANGED
                            : lost                    ? RW_F_HOST_LOST
                                                      : RW_F_HOST_SCRIPT;
    struct rw_finding *finding = host_finding(list, id, host);
    rw_finding_set(finding, "reason", result->error.message);
}

static enum rw_finding_id open_finding(int rc, const struct rw_ssh_info *info)
{
    switch (rc) {
    case RW_EAUTH:
        return RW_F_HOST_LOGIN;
    case RW_EHOSTKEY:
        return info->host_key_changed ? RW_F_HOST_KEY_CHANGED : RW_F_HOST_KEY_UNKNOWN;
    case RW_EPRIVILEGE:
        return RW_F_HOST_NO_ROOT;
    case RW_EPROTO:
        return RW_F_HOST_SSH_PROTOCOL;
    case RW_EREMOTE:
        return RW_F_HOST_SCRIPT;
    default:
        return RW_F_HOST_UNREACHABLE;
    }
}

static void settled(struct run_host *host)
{
    struct rw_run *run = host->run;
    run->unanswered--;
    run_looked(run);
}

/* The findings name the address themselves. */
static const char *without_address(const char *message, const struct rw_host *host)
{
    char *starts[] = {rw_asprintf("%s port %d: ", host->address, host->login.port),
                      rw_asprintf("%s: ", host->address)};
    const char *reason = message;
    for (size_t i = 0; i < RW_COUNT(starts); i++) {
        if (reason == message && rw_text_starts(message, starts[i]))
            reason = message + strlen(starts[i]);
        free(starts[i]);
    }
    return reason;
}

static void failed(struct run_host *host, int rc, const struct rw_error *err)
{
    const struct rw_host *wanted = &host->run->cluster->hosts[host->index];
    struct rw_ssh_info info = rw_remote_info(host->remote);
    struct rw_findings one = {0};
    struct rw_finding *finding = host_finding(&one, open_finding(rc, &info), host);
    char *line = rw_asprintf("%d", info.known_hosts_line);
    char *pattern = wanted->login.port == 22
                        ? rw_strdup(wanted->address)
                        : rw_asprintf("[%s]:%d", wanted->address, wanted->login.port);
    rw_finding_set(finding, "reason", without_address(err->message, wanted));
    rw_finding_set(finding, "methods", *info.methods ? info.methods : "?");
    rw_finding_set(finding, "tried", *info.tried ? info.tried : "?");
    rw_finding_set(finding, "fingerprint", info.fingerprint);
    rw_finding_set(finding, "type", info.host_key_type);
    rw_finding_set(finding, "file", info.known_hosts);
    rw_finding_set(finding, "line", line);
    rw_finding_set(finding, "pattern", pattern);
    free(line);
    free(pattern);
    host->failed = true;
    run_find_all(host->run, &one);
}

static void on_facts(void *context, const struct rw_remote_result *result)
{
    struct run_host *host = context;
    if (host->run->ended)
        return;
    if (result->rc == 0) {
        rw_facts_read(&host->facts, &result->reply);
    } else {
        struct rw_findings one = {0};
        host_script_failed(&one, host, result);
        host->failed = true;
        run_find_all(host->run, &one);
    }
    settled(host);
}

static void read_facts(struct run_host *host)
{
    const struct rw_host *wanted = &host->run->cluster->hosts[host->index];
    struct rw_script_var vars[] = {
        {"role", rw_role_name(wanted->role)},
        {"token", host->run->cluster->token},
    };
    struct rw_buf body = {0};
    rw_node_script_add(&body, "facts");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .timeout_ms = SCRIPT_TIMEOUT_MS,
        .done = on_facts,
        .context = host,
    };
    rw_remote_run(host->remote, &script);
    rw_buf_done(&body);
}

static void on_opened(void *context, struct rw_remote *remote, int rc, const struct rw_error *err)
{
    struct run_host *host = context;
    struct rw_run *run = host->run;
    host->remote = remote;
    if (run->ended)
        return;
    run->active--;
    if (rc == 0) {
        host->opened = true;
        run_emit(run, (struct rw_event){.kind = RW_EVENT_HOST,
                                        .host = run->cluster->hosts[host->index].name,
                                        .text = "connected"});
        read_facts(host);
    } else {
        failed(host, rc, err);
        settled(host);
    }
    if (!run->ended)
        hosts_connect(run);
}

static void on_question(void *context, struct rw_remote *remote,
                        const struct rw_remote_question *question)
{
    struct run_host *host = context;
    if (host->run->ended)
        rw_remote_answer(remote, NULL);
    else
        host->run->listener.question(host->run->listener.context, host->index, question);
}

static void on_link(void *context, struct rw_remote *remote, bool down)
{
    struct run_host *host = context;
    (void)remote;
    if (!host->run->ended)
        run_emit(host->run, (struct rw_event){.kind = RW_EVENT_HOST,
                                              .host = host->run->cluster->hosts[host->index].name,
                                              .text = down ? "lost" : "back"});
}

void hosts_connect(struct rw_run *run)
{
    static const struct rw_remote_handler handler = {on_opened, on_question, on_link};
    while (run->connecting < run->cluster->host_count && run->active < CONNECTING_MAX) {
        size_t index = run->connecting++;
        const struct rw_host *wanted = &run->cluster->hosts[index];
        const struct rw_run_options *o = &run->options;
        struct rw_remote_options options = {
            .name = wanted->name,
            .address = wanted->address,
            .port = wanted->login.port,
            .user = wanted->login.user,
            .key = wanted->login.key,
            .password = o->passwords ? o->passwords[index] : NULL,
            .sudo_password = o->sudo_passwords ? o->sudo_passwords[index] : NULL,
            .accept_new_host_key = o->accept_new_host_keys,
            .ask = o->ask,
            .keys = o->keys,
        };
        run->active++;
        run->hosts[index].remote =
            rw_remote_open(run->loop, &options, &handler, &run->hosts[index]);
    }
}

/* ---- closing ---- */

struct closing {
    size_t left;
    void (*closed)(void *context);
    void *context;
};

static void on_closed(void *context)
{
    struct closing *closing = context;
    if (--closing->left > 0)
        return;
    closing->closed(closing->context);
    free(closing);
}

void hosts_close(struct rw_run *run, void (*closed)(void *context), void *context)
{
    struct closing *closing = rw_calloc(1, sizeof *closing);
    closing->left = 1;
    closing->closed = closed;
    closing->context = context;
    for (size_t i = 0; i < run->cluster->host_count; i++) {
        if (!run->hosts[i].remote)
            continue;
        closing->left++;
        rw_remote_close(run->hosts[i].remote, on_closed, closing);
    }
    on_closed(closing);
}
