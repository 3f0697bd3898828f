/* SPDX-License-Identifier: Apache-2.0 */
/* Page 1: the language, and which cluster. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/display.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/plain.h"
#include "cli/session.h"
#include "cli/words.h"
#include "wizard/store.h"

/* ---- language ---- */

static void use_language(struct rw_plain *plain, size_t index)
{
    const char *language = rw_i18n_languages[index].code;
    rw_i18n_use(index);
    if (!rw_text_equal(rw_wizard_language(plain->wizard), language))
        rw_wizard_set_language(plain->wizard, language);
}

/* Offers the languages; one that cannot be shown here is named in English, with the way to it. */
static void print_languages(const struct rw_display *display)
{
    for (size_t i = 0; i < rw_i18n_count; i++) {
        const struct rw_i18n_language *language = &rw_i18n_languages[i];
        const char *lacks = rw_display_lacks(display, i);
        if (lacks)
            printf("  %zu %s: not here, %s. Log in by SSH and start again with --lang %s; "
                   "everything is saved.\n",
                   i + 1, language->english, lacks, language->code);
        else
            printf("  %zu %s\n", i + 1, language->name);
    }
}

static enum rw_plain_move ask_language(struct rw_plain *plain)
{
    struct rw_display display = rw_display_look(STDOUT_FILENO);
    char *text = NULL, *prompt = rw_words_languages(&display);
    size_t now = rw_i18n_current();
    char *value = rw_asprintf("%zu", rw_display_lacks(&display, now) ? 1 : now + 1);
    print_languages(&display);
    const struct rw_plain_field field = {.prompt = prompt, .value = value};
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT) {
        int64_t chosen;
        bool good = rw_text_number(text, 1, (int64_t)rw_i18n_count, &chosen) == 0 &&
                    !rw_display_lacks(&display, (size_t)chosen - 1);
        use_language(plain, good ? (size_t)chosen - 1 : 0);
    }
    free(value);
    free(prompt);
    free(text);
    return move;
}

/* ---- which cluster ---- */

enum choice_kind {
    CHOICE_GO_ON, /* with the answers that are open */
    CHOICE_RESUME,
    CHOICE_LOOK,
    CHOICE_START_OVER,
    CHOICE_DRAFT,
    CHOICE_NEW,
};

struct choice {
    enum choice_kind kind;
    char *cluster;
};

struct choices {
    struct choice *items;
    size_t count;
};

static void add(struct choices *choices, enum choice_kind kind, const char *cluster)
{
    struct choice *choice = rw_array_add(choices->items, choices->count);
    *choice = (struct choice){kind, rw_strdup(cluster)};
    printf("  %zu ", choices->count);
}

static void choices_done(struct choices *choices)
{
    for (size_t i = 0; i < choices->count; i++)
        free(choices->items[i].cluster);
    free(choices->items);
}

/* "14:02", or "2026-11-20 14:02" on another day, in the time of this machine; to free(). */
static char *time_text(int64_t wall_ms)
{
    time_t then = (time_t)(wall_ms / 1000), now = time(NULL);
    struct tm then_tm, now_tm;
    char text[32] = "";
    localtime_r(&then, &then_tm);
    localtime_r(&now, &now_tm);
    bool today = then_tm.tm_year == now_tm.tm_year && then_tm.tm_yday == now_tm.tm_yday;
    strftime(text, sizeof text, today ? "%H:%M" : "%Y-%m-%d %H:%M", &then_tm);
    return rw_strdup(text);
}

static void offer_unfinished(struct choices *choices, const struct rw_wizard_unfinished *run)
{
    char *when = time_text(run->started);
    printf(_("Unfinished install of %s from %s: %zu of %zu nodes done.\n"), run->cluster, when,
           run->nodes_done, run->nodes);
    free(when);
    if (run->running) {
        puts(_("Another rke2-wizard is working on it."));
    } else {
        add(choices, CHOICE_RESUME, run->cluster);
        puts(_("resume it; completed steps are not repeated"));
    }
    add(choices, CHOICE_LOOK, run->cluster);
    puts(_("show the completed steps"));
    add(choices, CHOICE_START_OVER, run->cluster);
    puts(_("start over with an empty draft"));
}

static void offer_drafts(struct choices *choices, const char *last)
{
    struct rw_drafts drafts = {0};
    rw_store_list(&drafts);
    for (int turn = 0; turn < 2; turn++) { /* the last one first */
        for (size_t i = 0; i < drafts.count; i++) {
            if (rw_text_equal(drafts.items[i].cluster, last) != (turn == 0))
                continue;
            char *when = time_text(drafts.items[i].saved);
            add(choices, CHOICE_DRAFT, drafts.items[i].cluster);
            printf(_("continue with %s, saved %s\n"), drafts.items[i].cluster, when);
            free(when);
        }
    }
    rw_drafts_done(&drafts);
}

/* Prints what can be chosen; nothing when there is nothing to choose. */
static void offer(struct rw_plain *plain, struct choices *choices)
{
    struct rw_wizard_unfinished_list unfinished = {0};
    const char *open = rw_wizard_document(plain->wizard)->cluster->name;
    rw_wizard_find_unfinished(&unfinished);
    for (size_t i = 0; i < unfinished.count; i++)
        if (!plain->options->file || rw_text_equal(unfinished.items[i].cluster, open))
            offer_unfinished(choices, &unfinished.items[i]);
    rw_wizard_unfinished_done(&unfinished);
    if (plain->options->file) {
        if (choices->count > 0) {
            add(choices, CHOICE_GO_ON, open);
            puts(_("continue with the draft"));
        }
        return;
    }
    offer_drafts(choices, rw_wizard_last(plain->wizard));
    if (choices->count > 0) {
        add(choices, CHOICE_NEW, NULL);
        puts(_("create another cluster"));
    }
}

/* For a new cluster, or for what came from a file without a name. */
static enum rw_plain_move ask_name(struct rw_plain *plain, bool new_cluster)
{
    for (;;) {
        const struct rw_cluster *cluster = rw_wizard_document(plain->wizard)->cluster;
        struct rw_findings findings = {0};
        char *text = NULL;
        char *suggested = new_cluster || !cluster->registration_name
                              ? rw_strdup("rke2")
                              : rw_document_suggest_name(cluster->registration_name);
        struct rw_plain_field field = {
            .prompt = _("Name of the cluster"),
            .value = suggested,
            .help = _("The name is for you: the draft and the journal are kept under it. "
                      "Lower-case letters, digits and hyphens."),
        };
        enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
        int rc = 0;
        if (move == RW_PLAIN_NEXT)
            rc = new_cluster ? rw_wizard_begin(plain->wizard, text, &findings)
                             : rw_wizard_name(plain->wizard, text, &findings);
        rw_cli_print_findings(stdout, &findings);
        rw_findings_done(&findings);
        free(suggested);
        free(text);
        if (rc == 0)
            return move;
    }
}

static enum rw_plain_move start_over(struct rw_plain *plain, const char *cluster)
{
    struct rw_findings findings = {0};
    char *text = NULL, *prompt = rw_asprintf(_("Type %s to discard its draft"), cluster);
    struct rw_plain_field field = {
        .prompt = prompt,
        .help = _("The draft is moved to draft.yaml.old. Changes on hosts, the journal and the "
                  "token are kept."),
    };
    enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
    if (move == RW_PLAIN_NEXT && strcmp(text, cluster) != 0) {
        puts(_("The name does not match. Nothing was discarded."));
        move = RW_PLAIN_BACK;
    } else if (move == RW_PLAIN_NEXT) {
        rw_wizard_start_over(plain->wizard, cluster, &findings);
    }
    rw_cli_print_findings(stdout, &findings);
    rw_findings_done(&findings);
    free(prompt);
    free(text);
    return move;
}

static enum rw_plain_move open_cluster(struct rw_plain *plain, const char *cluster)
{
    struct rw_findings findings = {0};
    int rc = rw_wizard_open(plain->wizard, cluster, &findings);
    rw_cli_print_findings(stdout, &findings);
    rw_findings_done(&findings);
    return rc == 0 ? RW_PLAIN_NEXT : RW_PLAIN_BACK;
}

/* BACK: the list is to be shown again. */
static enum rw_plain_move take(struct rw_plain *plain, const struct choice *choice)
{
    struct rw_findings findings = {0};
    enum rw_plain_move move = RW_PLAIN_NEXT;
    switch (choice->kind) {
    case CHOICE_GO_ON:
        break;
    case CHOICE_RESUME:
        if (!plain->options->file)
            move = open_cluster(plain, choice->cluster);
        if (move == RW_PLAIN_NEXT && rw_wizard_install(plain->wizard, &findings) != 0)
            move = RW_PLAIN_BACK;
        rw_cli_print_findings(stdout, &findings);
        rw_findings_done(&findings);
        break;
    case CHOICE_LOOK:
        rw_cli_show_status(stdout, stderr, choice->cluster, false);
        return RW_PLAIN_BACK;
    case CHOICE_START_OVER:
        return start_over(plain, choice->cluster);
    case CHOICE_DRAFT:
        return open_cluster(plain, choice->cluster);
    case CHOICE_NEW:
        return ask_name(plain, true);
    }
    return move;
}

static enum rw_plain_move choose(struct rw_plain *plain)
{
    for (;;) {
        struct choices choices = {0};
        char *text = NULL;
        size_t number = 0;
        offer(plain, &choices);
        if (choices.count == 0)
            return plain->options->file ? RW_PLAIN_NEXT : ask_name(plain, true);
        struct rw_plain_field field = {
            .prompt = _("Choice"), .value = "1", .help = _("Type the number of a line.")};
        enum rw_plain_move move = rw_plain_ask(plain, &field, &text);
        if (move == RW_PLAIN_NEXT) {
            int64_t value = 0;
            bool good = rw_text_number(text, 1, (int64_t)choices.count, &value) == 0;
            number = good ? (size_t)value : 0;
            move = good ? take(plain, &choices.items[number - 1]) : RW_PLAIN_BACK;
        }
        free(text);
        choices_done(&choices);
        if (move != RW_PLAIN_BACK)
            return move;
    }
}

/* ---- the page ---- */

static enum rw_plain_move open_file(struct rw_plain *plain)
{
    struct rw_findings findings = {0};
    int rc = rw_wizard_open_file(plain->wizard, plain->options->file, &findings);
    rw_cli_print_findings(rc == 0 ? stdout : stderr, &findings);
    rw_findings_done(&findings);
    if (rc != 0) {
        plain->finished = true; /* there is nothing to come back to */
        return RW_PLAIN_LEAVE;
    }
    return RW_PLAIN_NEXT;
}

enum rw_plain_move rw_plain_welcome(struct rw_plain *plain)
{
    const char *remembered = rw_wizard_language(plain->wizard);
    size_t wanted = rw_i18n_find(plain->options->lang ? plain->options->lang : remembered);
    bool open = rw_wizard_document(plain->wizard)->cluster->name != NULL;
    bool known = wanted < rw_i18n_count;
    struct rw_display display = rw_display_look(STDOUT_FILENO);
    if (known && !open && rw_display_lacks(&display, wanted))
        rw_i18n_use(0); /* what was chosen stays, for another terminal */
    else if (known && !open)
        use_language(plain, wanted);
    rw_plain_head(plain, RW_WIZARD_WELCOME);
    puts(_("Turns bare Linux hosts into an RKE2 cluster behind a DNS name, over SSH. No host is "
           "changed before the install step."));
    puts(_("? explains a question, < goes back, ^C quits; all input is saved at once."));
    if (!known || open)
        if (ask_language(plain) == RW_PLAIN_LEAVE)
            return RW_PLAIN_LEAVE;
    enum rw_plain_move move = RW_PLAIN_NEXT;
    if (plain->options->file && !open)
        move = open_file(plain);
    if (move == RW_PLAIN_NEXT)
        move = choose(plain);
    struct rw_wizard_gate gate = rw_wizard_gate(plain->wizard, RW_WIZARD_WELCOME);
    if (move == RW_PLAIN_NEXT && !rw_wizard_gate_open(&gate))
        move = ask_name(plain, false);
    if (move == RW_PLAIN_NEXT && rw_wizard_step(plain->wizard) != RW_WIZARD_WELCOME)
        return RW_PLAIN_AGAIN;
    return move;
}
