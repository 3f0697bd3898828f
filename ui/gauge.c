/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/gauge.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/width.h"

void rw_gauge_draw(const struct rw_area *area, int row, int col, int cells, size_t done,
                   size_t total)
{
    if (done > total)
        done = total;
    char *count = rw_asprintf(" %zu/%zu", done, total);
    int bar = cells - rw_width(count) - 2;
    /* Full means done: the last cell waits for the last one. */
    int full = total && bar > 0 ? (int)((size_t)bar * done / total) : 0;
    if (bar > 0) {
        col = rw_area_text(area, row, col, RW_STYLE_NORMAL, "[");
        for (int i = 0; i < bar; i++)
            col = rw_area_text(area, row, col, i < full ? RW_STYLE_OK : RW_STYLE_DIM,
                               i < full ? "#" : ".");
        col = rw_area_text(area, row, col, RW_STYLE_NORMAL, "]");
        rw_area_text(area, row, col, RW_STYLE_NORMAL, count);
    } else {
        rw_area_cell(area, row, col, cells, RW_STYLE_NORMAL, count + 1);
    }
    free(count);
}

const char *rw_spinner(unsigned turn)
{
    static const char *const marks[] = {"[|]", "[/]", "[-]", "[\\]"};
    return marks[turn % RW_COUNT(marks)];
}
