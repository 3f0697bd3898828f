/* SPDX-License-Identifier: Apache-2.0 */
/* Which releases there are, asked of the channel server by the console while the settings are
 * entered. Nothing waits for it: a version can always be typed. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "wizard/wizard_private.h"

#define ASK_MS 10000

/* The address stands before what the library says; the reason has to be in sight. */
static void fail(struct rw_wizard *wizard, const char *reason)
{
    struct wizard_releases *releases = &wizard->releases;
    const char *url = wizard->options.channels_url;
    if (rw_text_starts(reason, url) && rw_text_starts(reason + strlen(url), ": "))
        reason += strlen(url) + 2;
    releases->state = RW_WIZARD_RELEASES_FAILED;
    rw_strset(&releases->reason, reason);
}

static void on_answer(void *context, const struct rw_http_result *result)
{
    struct rw_wizard *wizard = context;
    struct wizard_releases *releases = &wizard->releases;
    if (wizard->life.ending)
        return;
    char *status = rw_asprintf("HTTP %ld", result->status);
    if (result->rc != 0)
        fail(wizard, result->error.message);
    else if (result->status != 200)
        fail(wizard, status);
    else if (rw_channels_parse(&releases->channels, rw_buf_str(&result->body), result->body.len))
        fail(wizard, N_("the answer contains no releases"));
    else
        releases->state = RW_WIZARD_RELEASES_KNOWN;
    free(status);
    wizard_soon(wizard);
}

void rw_wizard_ask_releases(struct rw_wizard *wizard)
{
    struct wizard_releases *releases = &wizard->releases;
    if (!wizard->options.channels_url || releases->state == RW_WIZARD_RELEASES_ASKED ||
        wizard->life.ending)
        return;
    struct rw_http_options options = {
        .url = wizard->options.channels_url, .timeout_ms = ASK_MS, .redirects = 3};
    if (!releases->http)
        releases->http = rw_http_new(wizard->loop);
    releases->state = RW_WIZARD_RELEASES_ASKED;
    rw_http_get(releases->http, &options, on_answer, wizard);
}

void releases_enter(struct rw_wizard *wizard)
{
    if (wizard->step == RW_WIZARD_SETTINGS && wizard->releases.state != RW_WIZARD_RELEASES_KNOWN)
        rw_wizard_ask_releases(wizard);
}

struct rw_wizard_releases rw_wizard_releases(const struct rw_wizard *wizard)
{
    const struct wizard_releases *releases = &wizard->releases;
    return (struct rw_wizard_releases){
        .state = releases->state,
        .channels = &releases->channels,
        .reason = releases->reason ? releases->reason : "",
    };
}

void releases_done(struct wizard_releases *releases)
{
    rw_channels_done(&releases->channels);
    free(releases->reason);
}
