#include "ui/prompt.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screen_parts.h"

enum item { TEXT, ENTRY, ITEMS };

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct rw_prompt *prompt = screen->state;
    int need = rw_text_view_rows(&prompt->text, cols - 2);
    need = need > rows - 5 ? rows - 5 : need;
    rw_item_place(&screen->items[TEXT], 1, 1, need, cols - 2);
    rw_item_place(&screen->items[ENTRY], need + 2, 1, 2, cols - 2);
}

static void activated(struct rw_screen *screen, size_t item)
{
    struct rw_prompt *prompt = screen->state;
    if (item != ENTRY || !rw_entry_check(&prompt->entry))
        return;
    char *text = rw_strdup(prompt->entry.text);
    rw_ui_pop(screen->ui);
    prompt->answered(prompt->context, text);
    free(text);
}

void rw_prompt_open(struct rw_prompt *prompt, struct rw_ui *ui, const struct rw_prompt_spec *spec)
{
    rw_prompt_done(prompt);
    rw_text_view_add(&prompt->text, RW_STYLE_NORMAL, "", RW_STYLE_NORMAL, spec->text);
    rw_entry_init(&prompt->entry, RW_PROMPT_MAX);
    prompt->entry.label = spec->label;
    prompt->entry.check = spec->check;
    prompt->entry.context = spec->context;
    rw_entry_set(&prompt->entry, spec->value);
    prompt->answered = spec->answered;
    prompt->context = spec->context;
    prompt->class = (struct rw_screen_class){
        .title = spec->title,
        .help = N_("Enter takes what is typed, Esc goes back without it."),
        .plain = true,
        .layout = layout,
        .activated = activated,
    };
    prompt->items[TEXT] = (struct rw_item){.class = &rw_text_view_class, .widget = &prompt->text};
    prompt->items[ENTRY] = (struct rw_item){.class = &rw_entry_class, .widget = &prompt->entry};
    prompt->screen =
        (struct rw_screen){&prompt->class, prompt, prompt->items, ITEMS, NULL, ENTRY};
    rw_ui_push(ui, &prompt->screen);
}

void rw_prompt_done(struct rw_prompt *prompt)
{
    if (!prompt)
        return;
    rw_text_view_done(&prompt->text);
    prompt->text = (struct rw_text_view){0};
    rw_entry_done(&prompt->entry);
}
