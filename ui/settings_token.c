/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/settings_token.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/names.h"
#include "ui/screens.h"
#include "ui/width.h"

#define REVEAL_MS 10000

/* ---- what is done with it ---- */

/* Why a token cannot be used. */
struct refusal {
    const char *reason;  /* N_(), or NULL */
    struct rw_error err; /* else */
    int bad;             /* the index of the first byte that cannot be in one, or -1 */
};

static void write_refusal(void *subject, struct rw_buf *out)
{
    const struct refusal *refusal = subject;
    rw_buf_addf(out, _("The token is not valid: %s."),
                refusal->reason ? _(refusal->reason) : refusal->err.message);
    if (refusal->reason && refusal->bad >= 0)
        rw_buf_addf(out, _("\nIt is character %d of the token."), refusal->bad + 1);
}

/* Keeps a token, "" for a new one; false after a message. */
static bool keep(struct rw_settings_token *token, const char *text)
{
    struct refusal refusal = {.bad = rw_names_token_bad_byte(text)};
    if (rw_wizard_set_token(rw_screens_wizard(token->screen), text, &refusal.reason,
                            &refusal.err) == 0)
        return true;
    struct refusal *told = rw_calloc(1, sizeof *told);
    *told = refusal;
    rw_ui_tell(token->screen->ui, N_("Token"), write_refusal, told, free);
    return false;
}

static void on_generate(void *context, size_t button)
{
    struct rw_settings_token *token = context;
    token->revealed_ms = 0;
    if (button == 0 && keep(token, ""))
        rw_ui_notice(token->screen->ui, N_("A new token is generated when the install starts."));
}

/* A cluster that exists knows the old one. */
void rw_settings_token_generate(struct rw_settings_token *token)
{
    char *kept = rw_wizard_token(rw_screens_wizard(token->screen));
    struct rw_dialog_spec spec = {
        .title = N_("Generate a token"),
        .text = N_("The saved token is discarded. The nodes of an existing cluster use it: keep it "
                   "in that case. Of a cluster that exists, the file token.old keeps it."),
        .buttons = {N_("Discard"), N_("Keep it")},
        .preselected = 1,
        .escape = 1,
        .answered = on_generate,
        .context = token,
    };
    if (kept)
        rw_ui_dialog(token->screen->ui, &spec);
    else
        on_generate(token, 0);
    rw_secret_free(kept);
}

static void on_replace(void *context, size_t button)
{
    struct rw_settings_token *token = context;
    if (button == 0)
        keep(token, token->typed);
    rw_secret_free(token->typed);
    token->typed = NULL;
}

/* The nodes would be refused with another one than they joined with. */
static void ask_replace(struct rw_settings_token *token, const char *text)
{
    struct rw_dialog_spec spec = {
        .title = N_("Another token"),
        .text = N_("This cluster exists, and its nodes use the token that is saved. With another "
                   "one, nodes that are added are refused, unless the token of the cluster itself "
                   "was changed to it. The saved one stays next to the journal as token.old."),
        .buttons = {N_("Use the new one"), N_("Keep the saved one")},
        .preselected = 1,
        .escape = 1,
        .answered = on_replace,
        .context = token,
    };
    rw_secret_free(token->typed);
    token->typed = rw_strdup(text);
    rw_ui_dialog(token->screen->ui, &spec);
}

static void on_typed(void *context, size_t button, const char *text)
{
    struct rw_settings_token *token = context;
    struct rw_wizard *wizard = rw_screens_wizard(token->screen);
    if (button != 0 || !*text)
        return;
    char *kept = rw_wizard_token(wizard);
    if (kept && strcmp(kept, text) != 0 && rw_names_token_bad_byte(text) < 0 &&
        rw_wizard_exists(wizard))
        ask_replace(token, text);
    else
        keep(token, text);
    rw_secret_free(kept);
}

void rw_settings_token_done(struct rw_settings_token *token)
{
    rw_secret_free(token->typed);
    token->typed = NULL;
}

void rw_settings_token_type(struct rw_settings_token *token)
{
    token->revealed_ms = 0;
    struct rw_dialog_spec spec = {
        .title = N_("Token"),
        .text = N_("Type or paste the secret with which nodes join. It is kept next to the "
                   "journal, readable only by you. ^R shows your input."),
        .buttons = {N_("Keep it"), N_("Leave it unchanged")},
        .escape = 1,
        .field = N_("Token"),
        .masked = true,
        .typed = on_typed,
        .context = token,
    };
    rw_ui_dialog(token->screen->ui, &spec);
}

void rw_settings_token_reveal(struct rw_settings_token *token)
{
    token->revealed_ms = token->revealed_ms ? 0 : rw_clock_ms();
}

void rw_settings_token_press(struct rw_settings_token *token)
{
    static void (*const acts[])(struct rw_settings_token *) = {
        rw_settings_token_generate, rw_settings_token_type, rw_settings_token_reveal};
    acts[token->buttons.at](token);
}

void rw_settings_token_hide(struct rw_settings_token *token)
{
    token->revealed_ms = 0;
}

/* ---- what is seen of it ---- */

bool rw_settings_token_moves(const struct rw_settings_token *token)
{
    return token->revealed_ms != 0;
}

const char *rw_settings_token_why_not(const struct rw_settings_token *token)
{
    char *kept = rw_wizard_token(rw_screens_wizard(token->screen));
    bool there = kept != NULL;
    rw_secret_free(kept);
    return there ? NULL : N_("There is no token yet.");
}

/* How long the token is still shown; it is hidden when there is nothing left. */
static int64_t reveal_left(struct rw_settings_token *token)
{
    int64_t left = token->revealed_ms ? token->revealed_ms + REVEAL_MS - rw_clock_ms() : 0;
    if (left <= 0)
        token->revealed_ms = 0;
    return left;
}

void rw_settings_token_measure(struct rw_settings_token *token, int cells)
{
    bool shown = reveal_left(token) > 0;
    char *kept = shown ? rw_wizard_token(rw_screens_wizard(token->screen)) : NULL;
    int rows = kept ? (rw_width(kept) + cells - 1) / cells : 1;
    rw_secret_free(kept);
    token->rows = rows > 1 ? rows : 1;
}

void rw_settings_token_draw(struct rw_settings_token *token, const struct rw_area *body, int row,
                            int col)
{
    char *kept = rw_wizard_token(rw_screens_wizard(token->screen));
    int64_t left = reveal_left(token);
    if (!kept) {
        rw_area_text(body, row, col, RW_STYLE_NORMAL, _("generated when the install starts"));
    } else if (token->revealed_ms) {
        struct rw_area place = rw_area_part(body, row, col, token->rows, body->cols - col - 1);
        rw_area_wrap(&place, RW_STYLE_STRONG, kept);
        char *text = rw_asprintf(_("hidden again in %d s"), (int)(left + 999) / 1000);
        rw_area_right(body, row + token->rows, 0, body->cols - 1, RW_STYLE_DIM, text);
        free(text);
    } else {
        char *text = rw_asprintf(ngettext("saved on this machine, %zu character",
                                          "saved on this machine, %zu characters",
                                          (unsigned long)strlen(kept)),
                                 strlen(kept));
        rw_area_text(body, row, col, RW_STYLE_NORMAL, text);
        free(text);
    }
    rw_secret_free(kept);
}

void rw_settings_token_init(struct rw_settings_token *token, struct rw_screen *screen)
{
    *token = (struct rw_settings_token){
        .screen = screen,
        .buttons = {.count = 3,
                    .items = {{N_("Generate"), false}, {N_("Type"), false}, {N_("Show"), false}}},
    };
}
