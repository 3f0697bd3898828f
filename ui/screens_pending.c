/* Screens that are still to come: a title, and Back and Next. */
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

struct pending {
    struct rw_wizard *wizard;
    struct rw_screen screen;
};

#define PENDING(name, number, words)                                                               \
    static const struct rw_screen_class name##_class = {                                           \
        .step = (number),                                                                          \
        .title = (words),                                                                          \
        .blocked = rw_screens_blocked,                                                             \
        .next = rw_screens_next,                                                                   \
        .back = rw_screens_back,                                                                   \
    };                                                                                             \
    struct rw_screen *rw_screen_##name##_new(struct rw_wizard *wizard)                             \
    {                                                                                              \
        struct pending *pending = rw_calloc(1, sizeof *pending);                                   \
        pending->wizard = wizard;                                                                  \
        pending->screen = (struct rw_screen){.class = &name##_class, .state = pending};            \
        return &pending->screen;                                                                   \
    }                                                                                              \
    void rw_screen_##name##_free(struct rw_screen *screen)                                         \
    {                                                                                              \
        if (screen)                                                                                \
            free(screen->state);                                                                   \
    }

PENDING(dns, 3, N_("DNS check"))
PENDING(requirements, 4, N_("Requirements"))
PENDING(install, 7, N_("Install"))
PENDING(done, 8, N_("Done"))

void rw_screen_install_event(struct rw_screen *screen, const struct rw_event *event)
{
    (void)screen;
    (void)event;
}
