/* Step 5: the token, names of the API, workloads on servers, and which RKE2; folded away, what most
 * clusters leave as it is: the network of the pods, where RKE2 comes from, proxy and registry. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/names.h"
#include "ui/buttons.h"
#include "ui/choice.h"
#include "ui/field.h"
#include "ui/finding_panel.h"
#include "ui/screens.h"
#include "ui/versions.h"
#include "ui/width.h"

#define REVEAL_MS 10000

static const struct {
    const char *key, *label, *help;
} fields[] = {
    {"tls-san", N_("More names of the API"),
     N_("DNS names and addresses that the servers' certificates are to hold, separated by blanks. "
        "The registration name is always in.")},
    {"rke2-version", N_("RKE2 version"),
     N_("An exact version such as v1.26.12+rke2r1, or nothing for the newest of a channel.")},
    {"channel", N_("Release channel"),
     N_("stable, latest, testing or a minor release such as v1.34. It counts when no version is "
        "given.")},
    {"cni", N_("Pod network"),
     N_("canal, calico, cilium, flannel, or none when you install a network yourself. It cannot be "
        "changed once the cluster exists.")},
    {"source", N_("RKE2 comes from"),
     N_("get.rke2.io; rancher-mirror.rancher.cn, the mirror in China; or the full path of a folder "
        "that lies on each host, for hosts without a way out. The example of an answers file says "
        "what has to be in it.")},
    {"proxy", N_("Proxy"),
     N_("The address of the proxy by which the hosts reach the net, such as "
        "http://proxy.example.com:3128, or nothing. With user:password@ before the name the "
        "password is kept beside the journal, readable by you alone, and is not shown again.")},
    {"no-proxy", N_("Without the proxy"),
     N_("Names, addresses and networks that are reached without the proxy, separated by blanks. "
        "The hosts, their names, the registration name and the networks of the cluster are always "
        "in.")},
    {"system-default-registry", N_("Image registry"),
     N_("A registry of your own from which RKE2's images come instead of docker.io, such as "
        "registry.example.com:5000, or nothing.")},
};

enum { SANS, RELEASE, CHANNEL, CNI, SOURCE, PROXY, BYPASS, REGISTRY, FIELDS };
enum {
    TOKEN,
    SAN_ITEM,
    WORKLOADS,
    VERSION_ITEM,
    CHANNEL_ITEM,
    FOLD, /* opens and closes what stands behind it */
    CNI_ITEM,
    SOURCE_ITEM,
    PROXY_ITEM,
    BYPASS_ITEM,
    REGISTRY_ITEM,
    PANEL,
    ITEMS
};
static const size_t item_of[FIELDS] = {SAN_ITEM,    VERSION_ITEM, CHANNEL_ITEM, CNI_ITEM,
                                       SOURCE_ITEM, PROXY_ITEM,   BYPASS_ITEM,  REGISTRY_ITEM};

struct settings {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    struct rw_item items[ITEMS];
    struct rw_field fields[FIELDS];
    struct rw_buttons token;
    struct rw_option workload[1];
    struct rw_choice workloads;
    struct rw_finding_panel panel;
    struct rw_buttons fold;
    int hint_row;
    bool advanced; /* it is open, in the place of the others */
    struct rw_versions versions;
    int64_t revealed_ms; /* rw_clock_ms() when the token was shown; 0: it is not */
};

static struct settings *settings_of(const struct rw_screen *screen)
{
    return screen->state;
}

/* ---- the token ---- */

/* Keeps a token, "" for a new one; false after a message. */
static bool keep_token(struct settings *settings, const char *token)
{
    const char *reason = NULL;
    struct rw_error err = {0};
    if (rw_wizard_set_token(settings->wizard, token, &reason, &err) == 0)
        return true;
    struct rw_buf text = {0};
    rw_buf_addf(&text, _("The token cannot be used: %s."), reason ? _(reason) : err.message);
    int bad = rw_names_token_bad_byte(token);
    if (reason && bad >= 0)
        rw_buf_addf(&text, _("\nIt is character %d of the token."), bad + 1);
    rw_ui_message(settings->screen.ui, N_("Token"), text.data);
    rw_buf_done(&text);
    return false;
}

static void on_generate(void *context, size_t button)
{
    struct settings *settings = context;
    settings->revealed_ms = 0;
    if (button == 0 && keep_token(settings, ""))
        rw_ui_notice(settings->screen.ui, _("A new token is made when the install begins."));
}

/* A cluster that exists knows the old one. */
static void generate(struct rw_screen *screen)
{
    struct settings *settings = settings_of(screen);
    char *token = rw_wizard_token(settings->wizard);
    struct rw_dialog_spec spec = {
        .title = N_("Generate a token"),
        .text = _("The token that is kept is thrown away. Nodes of a cluster that exists already "
                  "know it: keep it then."),
        .buttons = {N_("Throw it away"), N_("Keep it")},
        .preselected = 1,
        .escape = 1,
        .answered = on_generate,
        .context = settings,
    };
    if (token)
        rw_ui_dialog(screen->ui, &spec);
    else
        on_generate(settings, 0);
    rw_secret_free(token);
}

static void on_typed(void *context, size_t button, const char *text)
{
    struct settings *settings = context;
    if (button == 0 && *text)
        keep_token(settings, text);
}

static void type_token(struct rw_screen *screen)
{
    struct settings *settings = settings_of(screen);
    settings->revealed_ms = 0;
    struct rw_dialog_spec spec = {
        .title = N_("Token"),
        .text = _("Type or paste the secret by which nodes join. It is kept beside the journal, "
                  "readable by you alone. ^R shows what you type."),
        .buttons = {N_("Keep it"), N_("Leave it as it was")},
        .escape = 1,
        .field = N_("Token"),
        .masked = true,
        .typed = on_typed,
        .context = settings,
    };
    rw_ui_dialog(screen->ui, &spec);
}

static void reveal(struct rw_screen *screen)
{
    struct settings *settings = settings_of(screen);
    settings->revealed_ms = settings->revealed_ms ? 0 : rw_clock_ms();
}

static bool moves(const struct rw_screen *screen)
{
    return settings_of(screen)->revealed_ms != 0;
}

static void (*const token_acts[])(struct rw_screen *screen) = {generate, type_token, reveal};

static void draw_token(struct settings *settings, const struct rw_area *body, int row, int col)
{
    char *token = rw_wizard_token(settings->wizard);
    int64_t left = settings->revealed_ms + REVEAL_MS - rw_clock_ms();
    if (left <= 0)
        settings->revealed_ms = 0;
    if (!token) {
        rw_area_text(body, row, col, RW_STYLE_NORMAL, _("is made when the install begins"));
    } else if (settings->revealed_ms) {
        struct rw_area place = rw_area_part(body, row, col, 1, body->cols - col - 1);
        rw_area_cell(&place, 0, 0, place.cols, RW_STYLE_STRONG, token);
        char *text = rw_asprintf(_("hidden again in %d s"), (int)(left + 999) / 1000);
        rw_area_right(body, row + 1, 0, body->cols - 1, RW_STYLE_DIM, text);
        free(text);
    } else {
        char *text = rw_asprintf(ngettext("kept on this machine, %zu character",
                                          "kept on this machine, %zu characters",
                                          (unsigned long)strlen(token)),
                                 strlen(token));
        rw_area_text(body, row, col, RW_STYLE_NORMAL, text);
        free(text);
    }
    rw_secret_free(token);
}

/* ---- the screen ---- */

static int label_cells(void)
{
    static const char *const others[] = {N_("Cluster"), N_("Registration name"), N_("Token"),
                                         N_("Workloads")};
    int cells = 0;
    for (size_t i = 0; i < RW_COUNT(others); i++)
        cells = rw_width(_(others[i])) > cells ? rw_width(_(others[i])) : cells;
    for (size_t i = 0; i < FIELDS; i++)
        cells = rw_width(_(fields[i].label)) > cells ? rw_width(_(fields[i].label)) : cells;
    return cells + 2;
}

/* A version that is given makes the channel mean nothing. */
static bool has_version(const struct settings *settings)
{
    const char *version = rw_wizard_document(settings->wizard)->cluster->version;
    return version && *version;
}

static int place_field(struct settings *settings, size_t field, int row, int cols)
{
    settings->fields[field].entry.label_cells = label_cells();
    int rows = rw_field_rows(&settings->fields[field], cols - 2);
    rw_screens_place(&settings->items[item_of[field]], row, 1, rows, cols - 2);
    return row + rows + 1;
}

static void hide(struct settings *settings)
{
    for (size_t i = 0; i < PANEL; i++)
        settings->items[i].hidden = i != FOLD && (i > FOLD) != settings->advanced;
    settings->fold.items[0].label = settings->advanced ? N_("Less") : N_("Advanced");
    settings->items[CHANNEL_ITEM].hidden = settings->advanced || has_version(settings);
}

static void layout_advanced(struct settings *settings, int rows, int cols)
{
    rw_screens_place(&settings->items[FOLD], 0, 1, 1, cols - 2);
    int row = 2;
    for (size_t i = CNI; i <= REGISTRY; i++)
        if (!settings->items[item_of[i]].hidden)
            row = place_field(settings, i, row, cols);
    settings->items[PANEL].hidden = settings->panel.finding.count == 0 || rows - row < 2;
    rw_screens_place(&settings->items[PANEL], row, 0, rows - row, cols);
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct settings *settings = settings_of(screen);
    int label = label_cells();
    hide(settings);
    if (settings->advanced) {
        layout_advanced(settings, rows, cols);
        return;
    }
    rw_screens_place(&settings->items[TOKEN], 4, 1 + label, 1, cols - 2 - label);
    int row = place_field(settings, SANS, 6, cols);
    rw_screens_place(&settings->items[WORKLOADS], row, 1 + label, 1, cols - 2 - label);
    row = place_field(settings, RELEASE, row + 2, cols) - 1;
    if (!settings->items[CHANNEL_ITEM].hidden)
        row = place_field(settings, CHANNEL, row, cols) - 1;
    settings->hint_row = row;
    rw_screens_place(&settings->items[FOLD], row + 1, 1, 1, label - 1);
    row += 3;
    settings->items[PANEL].hidden = settings->panel.finding.count == 0 || rows - row < 2;
    rw_screens_place(&settings->items[PANEL], row, 0, rows - row, cols);
}

static void show_problem(struct settings *settings)
{
    struct rw_findings findings = {0};
    rw_wizard_findings(settings->wizard, RW_WIZARD_SETTINGS, &findings);
    rw_finding_panel_set(&settings->panel, findings.count ? &findings.items[0] : NULL);
    rw_findings_done(&findings);
}

/* What is folded away, in a line. */
static void draw_folded(struct settings *settings, const struct rw_area *body, int col)
{
    const struct rw_cluster *cluster = rw_wizard_document(settings->wizard)->cluster;
    struct rw_buf text = {0}, hint = {0};
    rw_buf_addf(&text, _("network %s, from %s"), cluster->cni, cluster->source);
    if (cluster->proxy.url)
        rw_buf_addf(&text, _(", proxy %s"), cluster->proxy.url);
    if (cluster->registry)
        rw_buf_addf(&text, _(", images from %s"), cluster->registry);
    rw_area_cell(body, settings->items[FOLD].row, col, body->cols - col - 1, RW_STYLE_NORMAL,
                 text.data);
    rw_versions_hint(settings->wizard, &hint);
    rw_area_cell(body, settings->hint_row, col, body->cols - col - 1, RW_STYLE_DIM,
                 rw_buf_str(&hint));
    rw_buf_done(&text);
    rw_buf_done(&hint);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    struct settings *settings = settings_of(screen);
    const struct rw_cluster *cluster = rw_wizard_document(settings->wizard)->cluster;
    int col = 1 + label_cells();
    show_problem(settings);
    if (settings->advanced) {
        const char *kept = cluster->proxy.password ? _("its password is kept on this machine") : "";
        rw_area_text(body, settings->items[PROXY_ITEM].row + settings->items[PROXY_ITEM].rows, col,
                     RW_STYLE_DIM, kept);
        return;
    }
    draw_folded(settings, body, col);
    bool at_token = screen->focus == TOKEN, at_workloads = screen->focus == WORKLOADS;
    rw_area_text(body, 0, 1, RW_STYLE_NORMAL, _("Cluster"));
    rw_area_text(body, 0, col, RW_STYLE_NORMAL, cluster->name ? cluster->name : "-");
    rw_area_text(body, 1, 1, RW_STYLE_NORMAL, _("Registration name"));
    rw_area_text(body, 1, col, RW_STYLE_NORMAL,
                 cluster->registration_name ? cluster->registration_name : "-");
    rw_area_text(body, 3, 1, at_token ? RW_STYLE_STRONG : RW_STYLE_NORMAL, _("Token"));
    draw_token(settings, body, 3, col);
    rw_area_text(body, settings->items[WORKLOADS].row, 1,
                 at_workloads ? RW_STYLE_STRONG : RW_STYLE_NORMAL, _("Workloads"));
}

static void shown(struct rw_screen *screen)
{
    struct settings *settings = settings_of(screen);
    settings->revealed_ms = 0;
    settings->workload[0].chosen =
        rw_wizard_document(settings->wizard)->cluster->servers_run_workloads;
    for (size_t i = 0; i < FIELDS; i++)
        rw_field_show(&settings->fields[i], 0);
}

static void left(struct rw_screen *screen)
{
    settings_of(screen)->revealed_ms = 0;
}

static void changed(struct rw_screen *screen, size_t item)
{
    struct settings *settings = settings_of(screen);
    if (item == WORKLOADS)
        rw_wizard_set(settings->wizard, RW_DOCUMENT_CLUSTER, "servers-run-workloads",
                      settings->workload[0].chosen ? "true" : "false");
}

/* What was typed there may hold a password, which the model has taken out of it. */
static void item_left(struct rw_screen *screen, size_t item)
{
    struct settings *settings = settings_of(screen);
    if (item != PROXY_ITEM)
        return;
    rw_field_show(&settings->fields[PROXY], 0);
    rw_entry_check(&settings->fields[PROXY].entry);
}

static void fold(struct rw_screen *screen)
{
    struct settings *settings = settings_of(screen);
    settings->revealed_ms = 0;
    settings->advanced = !settings->advanced;
    hide(settings);
    rw_screen_set_focus(screen, FOLD);
}

static void list_versions(struct rw_screen *screen)
{
    rw_ui_push(screen->ui, &settings_of(screen)->versions.screen);
}

static void activated(struct rw_screen *screen, size_t item)
{
    if (item == FOLD)
        fold(screen);
    else if (item == TOKEN)
        token_acts[settings_of(screen)->token.at](screen);
    else
        rw_screen_move_focus(screen, true);
}

static const char *why_no_token(const struct rw_screen *screen)
{
    char *token = rw_wizard_token(rw_screens_wizard(screen));
    bool there = token != NULL;
    rw_secret_free(token);
    return there ? NULL : N_("There is no token yet.");
}

static const struct rw_screen_action actions[] = {
    {.letter = 'g', .label = N_("Generate"), .act = generate},
    {.letter = 't', .label = N_("Type token"), .act = type_token},
    {.letter = 's', .label = N_("Show for 10 s"), .act = reveal, .why_not = why_no_token},
    {.letter = 'l', .label = N_("Releases"), .act = list_versions},
    {.letter = 'a', .label = N_("Advanced"), .act = fold},
};

static const struct rw_screen_class settings_class = {
    .step = RW_WIZARD_SETTINGS + 1,
    .title = N_("Cluster settings"),
    .help = N_("The token is the secret by which nodes join. It is kept beside the journal, "
               "readable by you alone; nobody needs to see it."),
    .actions = actions,
    .action_count = RW_COUNT(actions),
    .shown = shown,
    .left = left,
    .layout = layout,
    .draw = draw,
    .moves = moves,
    .changed = changed,
    .item_left = item_left,
    .activated = activated,
    .blocked = rw_screens_blocked,
    .next = rw_screens_next,
    .back = rw_screens_back,
};

/* ---- life ---- */

struct rw_screen *rw_screen_settings_new(struct rw_wizard *wizard)
{
    struct settings *settings = rw_calloc(1, sizeof *settings);
    settings->wizard = wizard;
    for (size_t i = 0; i < FIELDS; i++)
        rw_field_init(&settings->fields[i], wizard, fields[i].key, fields[i].label,
                      &settings->items[item_of[i]], fields[i].help);
    settings->token = (struct rw_buttons){
        .count = 3, .items = {{N_("Generate"), false}, {N_("Type"), false}, {N_("Show"), false}}};
    settings->items[TOKEN] =
        (struct rw_item){.class = &rw_buttons_class, .widget = &settings->token};
    rw_versions_init(&settings->versions, wizard);
    settings->fold = (struct rw_buttons){.count = 1, .items = {{N_("Advanced"), false}}};
    settings->items[FOLD] = (struct rw_item){
        .class = &rw_buttons_class,
        .widget = &settings->fold,
        .help = N_("What most clusters leave as it is: the network of the pods, where RKE2 comes "
                   "from, a proxy, and a registry for images."),
    };
    settings->workload[0].label = N_("servers run workloads too");
    settings->workloads =
        (struct rw_choice){.options = settings->workload, .count = 1, .many = true};
    settings->items[WORKLOADS] = (struct rw_item){
        .class = &rw_choice_class,
        .widget = &settings->workloads,
        .help = N_("Without it, ordinary pods are kept off the servers "
                   "(CriticalAddonsOnly=true:NoExecute). The space bar turns it."),
    };
    settings->items[PANEL] =
        (struct rw_item){.class = &rw_finding_panel_class, .widget = &settings->panel};
    settings->screen = (struct rw_screen){
        .class = &settings_class, .state = settings, .items = settings->items, .item_count = ITEMS};
    return &settings->screen;
}

void rw_screen_settings_free(struct rw_screen *screen)
{
    struct settings *settings = screen ? settings_of(screen) : NULL;
    if (!settings)
        return;
    for (size_t i = 0; i < FIELDS; i++)
        rw_field_done(&settings->fields[i]);
    rw_finding_panel_done(&settings->panel);
    free(settings);
}
