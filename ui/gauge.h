/* SPDX-License-Identifier: Apache-2.0 */
/* Progress: a bar, and a mark that turns while there is work. */
#ifndef RW_UI_GAUGE_H
#define RW_UI_GAUGE_H

#include <stddef.h>

#include "ui/canvas.h"

/* Draws "[###.....]  38 %" into `cells`; permille: 0 to 1000. With UTF-8 the bar grows by eighths.
 */
void rw_gauge_draw(const struct rw_area *area, int row, int col, int cells, int permille);

/* How often the mark turns, in milliseconds. */
#define RW_SPINNER_MS 250
/* "[|]" and so on; `turn` counts up. Static. */
const char *rw_spinner(unsigned turn);

#endif
