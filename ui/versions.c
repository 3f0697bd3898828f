/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/versions.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

static struct rw_versions *versions_of(const struct rw_screen *screen)
{
    return screen->state;
}

static const struct rw_channel *channel_at(const struct rw_versions *versions, size_t row)
{
    const struct rw_channels *channels = rw_wizard_releases(versions->wizard).channels;
    return row < channels->count ? &channels->items[row] : NULL;
}

/* ---- what is known ---- */

static const char *newest_of(const struct rw_channels *channels, const char *name)
{
    for (size_t i = 0; name && i < channels->count; i++)
        if (strcmp(channels->items[i].name, name) == 0)
            return channels->items[i].version;
    return NULL;
}

void rw_versions_hint(struct rw_wizard *wizard, struct rw_buf *out)
{
    struct rw_wizard_releases releases = rw_wizard_releases(wizard);
    const char *channel = rw_wizard_document(wizard)->cluster->channel;
    const char *newest = newest_of(releases.channels, channel);
    if (releases.state == RW_WIZARD_RELEASES_ASKED)
        rw_buf_adds(out, _("looking up the releases …"));
    else if (releases.state == RW_WIZARD_RELEASES_FAILED)
        rw_buf_addf(out, _("no list of releases: %s"), _(releases.reason));
    else if (newest)
        rw_buf_addf(out, _("%s is %s today; l lists all"), channel, newest);
    else if (releases.state == RW_WIZARD_RELEASES_KNOWN)
        rw_buf_adds(out, _("l lists the releases"));
}

/* ---- the table ---- */

static const struct rw_column columns[] = {{N_("Channel"), 10, false},
                                           {N_("Newest version"), 20, false}};

static size_t count_rows(void *context)
{
    const struct rw_versions *versions = context;
    return rw_wizard_releases(versions->wizard).channels->count;
}

static void cell(void *context, size_t row, size_t column, struct rw_buf *out, enum rw_style *style)
{
    const struct rw_channel *channel = channel_at(context, row);
    (void)style;
    if (channel)
        rw_buf_adds(out, column == 0 ? channel->name : channel->version);
}

static const struct rw_table_source source = {count_rows, cell};

/* ---- the screen ---- */

static void layout(struct rw_screen *screen, int rows, int cols)
{
    rw_screens_place(&screen->items[0], 2, 1, rows - 2, cols - 2);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct rw_wizard_releases releases = rw_wizard_releases(versions_of(screen)->wizard);
    struct rw_buf text = {0};
    if (releases.state == RW_WIZARD_RELEASES_KNOWN)
        rw_buf_adds(&text,
                    _("Enter selects the version, c the channel, which follows new releases."));
    else
        rw_versions_hint(versions_of(screen)->wizard, &text);
    rw_area_text(body, 0, 1, RW_STYLE_NORMAL, rw_buf_str(&text));
    rw_buf_done(&text);
}

static void take(struct rw_screen *screen, bool version)
{
    struct rw_versions *versions = versions_of(screen);
    const struct rw_channel *channel = channel_at(versions, versions->table.at);
    if (!channel)
        return;
    struct rw_ui *ui = screen->ui;
    if (!version)
        rw_wizard_set(versions->wizard, RW_DOCUMENT_CLUSTER, "channel", channel->name);
    rw_wizard_set(versions->wizard, RW_DOCUMENT_CLUSTER, "rke2-version",
                  version ? channel->version : "");
    rw_ui_pop(ui);
}

static void activated(struct rw_screen *screen, size_t item)
{
    (void)item;
    take(screen, true);
}

static void take_channel(struct rw_screen *screen)
{
    take(screen, false);
}

static void again(struct rw_screen *screen)
{
    rw_wizard_ask_releases(versions_of(screen)->wizard);
}

static const char *why_no_channel(const struct rw_screen *screen)
{
    return channel_at(versions_of(screen), 0) ? NULL : N_("There is no list of releases.");
}

static const struct rw_screen_action actions[] = {
    {.letter = 'c', .label = N_("Channel"), .act = take_channel, .why_not = why_no_channel},
    {.letter = 'r', .label = N_("Look up again"), .act = again},
};

static const struct rw_screen_class versions_class = {
    .title = N_("Releases of RKE2"),
    .help = N_("The releases that the RKE2 channel server lists. Enter selects the version of the "
               "row; c selects the channel, of which the newest version is installed. Other "
               "versions can be typed in the settings. Esc goes back."),
    .plain = true,
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .layout = layout,
    .draw = draw,
    .activated = activated,
};

void rw_versions_done(struct rw_versions *versions)
{
    rw_table_done(&versions->table);
}

void rw_versions_init(struct rw_versions *versions, struct rw_wizard *wizard)
{
    versions->wizard = wizard;
    versions->table = (struct rw_table){.columns = columns,
                                        .column_count = RW_COUNT(columns),
                                        .source = &source,
                                        .context = versions};
    versions->items[0] = (struct rw_item){.class = &rw_table_class, .widget = &versions->table};
    versions->screen = (struct rw_screen){
        .class = &versions_class, .state = versions, .items = versions->items, .item_count = 1};
}
