/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/host_paste.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "ui/entry.h"
#include "ui/screens.h"
#include "wizard/import.h"

#define PATH_BYTES 1024

/* ---- taking over ---- */

/* A list whose preview is shown. */
struct preview {
    struct rw_wizard *wizard;
    struct rw_ui *ui;
    struct rw_import import;
};

static void write_preview(void *subject, struct rw_buf *out)
{
    rw_import_write(&((struct preview *)subject)->import, out);
}

static void drop_preview(void *subject)
{
    struct preview *preview = subject;
    rw_import_done(&preview->import);
    free(preview);
}

static void write_imported(void *subject, struct rw_buf *out)
{
    size_t count = *(size_t *)subject;
    rw_buf_addf(out, ngettext("%zu host imported.", "%zu hosts imported.", (unsigned long)count),
                count);
}

static void on_confirmed(void *context, size_t button)
{
    struct preview *preview = context;
    if (button != 0)
        return;
    rw_wizard_mark(preview->wizard, N_("Import list"));
    size_t count = rw_wizard_add_list(preview->wizard, &preview->import.list);
    rw_ui_remark(preview->ui, write_imported, rw_memdup(&count, sizeof count), free);
}

void rw_host_paste_take(struct rw_wizard *wizard, struct rw_ui *ui, const char *text, size_t size)
{
    struct preview *preview = rw_calloc(1, sizeof *preview);
    *preview = (struct preview){.wizard = wizard, .ui = ui};
    rw_import_read(&preview->import, rw_wizard_document(wizard), text, size);
    if (!rw_import_is_possible(&preview->import)) {
        rw_ui_tell(ui, N_("Import list"), write_preview, preview, drop_preview);
        return;
    }
    struct rw_dialog_spec spec = {
        .title = N_("Import list"),
        .write = write_preview,
        .subject = preview,
        .drop = drop_preview,
        .buttons = {N_("Import"), N_("Cancel")},
        .preselected = rw_import_is_clear(&preview->import) ? 0 : 1,
        .escape = 1,
        .answered = on_confirmed,
        .context = preview,
    };
    rw_ui_dialog(ui, &spec);
}

/* ---- the screen ---- */

/* A field for a path; a paste of several lines is the list itself. */
struct rw_host_paste {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    struct rw_item items[1];
    struct rw_entry path;
    struct rw_buf pasted;
};

static enum rw_handled box_key(void *widget, const struct rw_key *key)
{
    struct rw_host_paste *paste = widget;
    bool list = key->code == RW_KEY_PASTE && strpbrk(key->text, "\r\n\t ");
    if (!list)
        return rw_entry_class.key(&paste->path, key);
    rw_buf_clear(&paste->pasted);
    rw_buf_add(&paste->pasted, key->text, key->size);
    return RW_ACTIVATED;
}

static void box_draw(void *widget, const struct rw_area *area, bool focused)
{
    rw_entry_class.draw(&((struct rw_host_paste *)widget)->path, area, focused);
}

static bool box_takes_text(const void *widget)
{
    (void)widget;
    return true;
}

static const struct rw_widget_class box_class = {
    .key = box_key, .draw = box_draw, .takes_text = box_takes_text};

static void layout(struct rw_screen *screen, int rows, int cols)
{
    rw_screens_place(&screen->items[0], rows - 4, 1, 3, cols - 2);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    (void)screen;
    struct rw_area text = rw_area_part(body, 1, 1, body->rows - 6, body->cols - 2);
    struct rw_buf out = {0};
    rw_buf_adds(&out, _("Paste the list now: one host per line, name address role [user], in "
                        "any order; an address alone is enough."));
    rw_buf_adds(&out, "\n\n  ha-m1  192.168.205.85  server\n  ha-m2  192.168.205.86  server\n"
                      "  ha-m3  192.168.205.87  server\n  ha-w1  192.168.205.88  agent  ops\n\n");
    rw_buf_adds(&out,
                _("CSV, inventories of Ansible, k0sctl, KubeKey and RKE1, an ssh_config and an "
                  "answers file are accepted too. Or type the path of such a file and press "
                  "Enter. A preview is shown before anything changes."));
    rw_area_wrap(&text, RW_STYLE_NORMAL, out.data);
    rw_buf_done(&out);
}

/* Reads the file at the path typed; false with a message below the field. */
static bool read_file(struct rw_host_paste *paste)
{
    struct rw_error err;
    char *path = rw_file_expand(paste->path.text, NULL);
    int rc = rw_file_read(path, RW_ANSWERS_MAX, &paste->pasted, &err);
    free(path);
    if (rc != 0)
        rw_strset(&paste->path.message, err.message);
    return rc == 0;
}

static void activated(struct rw_screen *screen, size_t item)
{
    struct rw_host_paste *paste = screen->state;
    struct rw_ui *ui = screen->ui;
    (void)item;
    if (paste->pasted.len == 0 && *paste->path.text && !read_file(paste))
        return;
    rw_ui_pop(ui);
    if (paste->pasted.len > 0)
        rw_host_paste_take(paste->wizard, ui, paste->pasted.data, paste->pasted.len);
    rw_buf_clear(&paste->pasted);
}

static const struct rw_screen_class paste_class = {
    .title = N_("Paste list"),
    .form = true,
    .help = N_(
        "The hosts of the list are added to the existing ones. Esc goes back without adding any."),
    .plain = true,
    .layout = layout,
    .draw = draw,
    .activated = activated,
};

struct rw_host_paste *rw_host_paste_new(struct rw_wizard *wizard)
{
    struct rw_host_paste *paste = rw_calloc(1, sizeof *paste);
    paste->wizard = wizard;
    rw_entry_init(&paste->path, PATH_BYTES);
    paste->path.label = N_("File");
    paste->items[0] = (struct rw_item){.class = &box_class, .widget = paste};
    paste->screen = (struct rw_screen){
        .class = &paste_class, .state = paste, .items = paste->items, .item_count = 1};
    return paste;
}

void rw_host_paste_free(struct rw_host_paste *paste)
{
    if (!paste)
        return;
    rw_entry_done(&paste->path);
    rw_buf_done(&paste->pasted);
    free(paste);
}

void rw_host_paste_open(struct rw_host_paste *paste, struct rw_ui *ui)
{
    rw_entry_set(&paste->path, NULL);
    rw_buf_clear(&paste->pasted);
    rw_ui_push(ui, &paste->screen);
}
