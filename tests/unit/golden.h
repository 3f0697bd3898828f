/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of screens, and other results, kept in tests/golden/. RW_GOLDEN=write makes the tests
 * write them anew; look at what git says has changed before you believe it. */
#ifndef RW_TESTS_UNIT_GOLDEN_H
#define RW_TESTS_UNIT_GOLDEN_H

#include "ui/canvas.h"

/* The canvas is what tests/golden/<name>.txt holds: its text, its styles, its cursor. */
void golden_canvas(const char *name, const struct rw_canvas *canvas);
/* The text is what that file holds. */
void golden_text(const char *name, const char *text);

#endif
