/* SPDX-License-Identifier: Apache-2.0 */
/* What drives an SSH connection: the clock and the state machine. */
#include "base/clock.h"
#include "net/known_hosts.h"
#include "net/ssh_private.h"

#define UNANSWERED_MAX 3

/* ---- time ---- */

static void keepalive(struct rw_ssh *ssh, int64_t now)
{
    if (ssh->state != RW_SSH_READY || now < ssh->next_tick)
        return;
    ssh->next_tick = now + ssh->keepalive_ms;
    if (ssh->received != ssh->received_before) {
        ssh->received_before = ssh->received;
        ssh->unanswered = 0;
        return;
    }
    if (ssh->unanswered >= UNANSWERED_MAX) {
        rw_ssh_fail(ssh, RW_ETIMEOUT, "%s port %d: the host does not answer any more", ssh->address,
                    ssh->port);
        return;
    }
    /* libssh2 sends at most one every two seconds: only those that went out count. */
    uint64_t sent = ssh->sent;
    int next;
    libssh2_keepalive_send(ssh->session, &next);
    if (ssh->sent != sent)
        ssh->unanswered++;
}

static void on_timer(uv_timer_t *timer)
{
    struct rw_ssh *ssh = timer->data;
    int64_t now = rw_clock_ms();
    if (ssh->life.ending || ssh->state == RW_SSH_ENDED)
        return;
    if (ssh->deadline && now >= ssh->deadline) {
        if (ssh->state <= RW_SSH_CONNECTING)
            rw_ssh_connect_timeout(ssh);
        else if (ssh->state == RW_SSH_LOGIN)
            rw_ssh_fail_with(ssh, RW_SSH_SLOW, RW_ETIMEOUT,
                             "%s port %d: no login within %d seconds", ssh->address, ssh->port,
                             (ssh->login_timeout_ms + 999) / 1000);
        else if (!rw_ssh_stranger(ssh))
            rw_ssh_fail_with(ssh, RW_SSH_ENDED_EARLY, RW_ETIMEOUT,
                             "%s port %d: no key exchange within %d seconds", ssh->address,
                             ssh->port, (ssh->connect_timeout_ms + 999) / 1000);
        return;
    }
    keepalive(ssh, now);
    rw_ssh_pump(ssh);
}

void rw_ssh_arm(struct rw_ssh *ssh)
{
    int64_t due = ssh->deadline;
    if (ssh->state == RW_SSH_READY) {
        int64_t exec = rw_ssh_exec_deadline(ssh);
        int64_t late = rw_ssh_tunnel_deadline(ssh);
        due = exec && exec < ssh->next_tick ? exec : ssh->next_tick;
        due = late && late < due ? late : due;
    }
    if (!due || ssh->life.ending || ssh->state == RW_SSH_ENDED) {
        uv_timer_stop(&ssh->timer);
        return;
    }
    int64_t delay = due - rw_clock_ms();
    uv_timer_start(&ssh->timer, on_timer, delay > 0 ? (uint64_t)delay : 0, 0);
}

/* ---- the pump ---- */

static void enter_ready(struct rw_ssh *ssh)
{
    rw_ssh_auth_free(ssh);
    rw_known_hosts_free(ssh->known);
    ssh->known = NULL;
    ssh->state = RW_SSH_READY;
    ssh->deadline = 0;
    ssh->next_tick = rw_clock_ms() + ssh->keepalive_ms;
    ssh->received_before = ssh->received;
    libssh2_keepalive_config(ssh->session, 1, 2);
    ssh->opened = true;
    struct rw_error none = {0};
    ssh->handler.opened(ssh->context, 0, &none);
}

/* Runs one step; true when the next state can be tried at once. */
static bool step(struct rw_ssh *ssh)
{
    switch (ssh->state) {
    case RW_SSH_RESOLVING:
        if (!ssh->started) {
            ssh->started = true;
            rw_ssh_connect_start(ssh);
        }
        return false;
    case RW_SSH_HANDSHAKE:
        if (rw_ssh_handshake_step(ssh) != RW_SSH_DONE)
            return false;
        ssh->state = RW_SSH_HOST_KEY;
        return true;
    case RW_SSH_HOST_KEY:
        if (rw_ssh_host_key_step(ssh) != RW_SSH_DONE)
            return false;
        ssh->state = RW_SSH_LOGIN;
        ssh->deadline = rw_clock_ms() + ssh->login_timeout_ms;
        rw_ssh_auth_start(ssh);
        return true;
    case RW_SSH_LOGIN:
        if (rw_ssh_auth_step(ssh) != RW_SSH_DONE)
            return false;
        enter_ready(ssh);
        return true;
    case RW_SSH_READY:
        rw_ssh_exec_pump(ssh);
        if (ssh->carries && ssh->state == RW_SSH_READY && !ssh->life.ending)
            rw_ssh_tunnel_pump(ssh);
        if (ssh->state == RW_SSH_READY && ssh->eof && !ssh->more && !ssh->life.ending)
            rw_ssh_session_fail(ssh, "a quiet time");
        return false;
    case RW_SSH_CONNECTING:
        return ssh->tunnel && rw_ssh_tunnel_is_open(ssh->tunnel) && rw_ssh_connect_tunneled(ssh);
    case RW_SSH_ENDED:
        break;
    }
    return false;
}

void rw_ssh_pump(struct rw_ssh *ssh)
{
    rw_ssh_transport_turn(ssh);
    while (!ssh->life.ending && step(ssh))
        continue;
    if (ssh->life.ending || ssh->state == RW_SSH_ENDED)
        return;
    if (ssh->more)
        rw_ssh_kick(ssh);
    rw_ssh_transport_watch(ssh);
    rw_ssh_arm(ssh);
}
