/* SPDX-License-Identifier: Apache-2.0 */
/* Page 4: repairs. The very commands are shown, asked about, run, and everything is checked anew.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/plain.h"
#include "cli/session.h"

static bool fix_over(struct rw_plain *plain)
{
    size_t done, total;
    return !rw_wizard_fixing(plain->wizard, &done, &total);
}

static void on_repaired(void *context, const struct rw_wizard_repair *done, size_t count)
{
    (void)context;
    for (size_t i = 0; i < count; i++) {
        printf(_("%s %s: %s\n"), done[i].failure ? "[FAIL]" : "[ OK ]", done[i].host,
               _(done[i].title));
        if (done[i].failure)
            printf("       %s\n", done[i].failure);
    }
    puts(_("Everything is checked again now."));
}

/* Asks about each; LEAVE, NEXT when any is chosen, or BACK. */
static enum rw_plain_move choose(struct rw_plain *plain, const struct rw_fixes *fixes, bool *chosen)
{
    bool any = false;
    for (size_t i = 0; i < fixes->count; i++) {
        struct rw_buf text = {0};
        rw_fix_print(&text, &fixes->items[i]);
        fputs(text.data, stdout);
        rw_buf_done(&text);
        char *prompt = rw_asprintf(_("Run this as root on %s now?"), fixes->items[i].host);
        enum rw_plain_move move = rw_plain_ask_yes(plain, prompt, false);
        free(prompt);
        if (move == RW_PLAIN_LEAVE)
            return move;
        chosen[i] = move == RW_PLAIN_NEXT;
        any = any || chosen[i];
    }
    return any ? RW_PLAIN_NEXT : RW_PLAIN_BACK;
}

enum rw_plain_move rw_plain_fix(struct rw_plain *plain)
{
    struct rw_fixes fixes = {0};
    rw_wizard_fixes(plain->wizard, &fixes);
    if (fixes.count == 0) {
        puts(_("None of this can be repaired automatically."));
        return RW_PLAIN_NEXT;
    }
    bool *chosen = rw_calloc(fixes.count, sizeof *chosen);
    enum rw_plain_move move = choose(plain, &fixes, chosen);
    if (move == RW_PLAIN_NEXT) {
        struct rw_findings findings = {0};
        if (rw_wizard_fix(plain->wizard, &fixes, chosen, on_repaired, plain, &findings) == 0)
            move = rw_plain_wait(plain, fix_over);
        else if (findings.count == 0)
            puts(_("This is possible when the check has finished."));
        rw_cli_print_findings(stdout, &findings);
        rw_findings_done(&findings);
    }
    rw_fixes_done(&fixes);
    free(chosen);
    return move == RW_PLAIN_LEAVE ? RW_PLAIN_LEAVE : RW_PLAIN_NEXT;
}
