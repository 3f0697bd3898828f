/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/gauge.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/width.h"

void rw_gauge_draw(const struct rw_area *area, int row, int col, int cells, int permille)
{
    static const char *const parts[] = {".", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    bool ascii = area->canvas->ascii_lines || area->canvas->ascii_only;
    char *text = rw_asprintf(" %3d %%", permille / 10);
    int bar = cells - rw_width(text) - 2, eighths = bar * 8 * permille / 1000;
    col = rw_area_text(area, row, col, RW_STYLE_NORMAL, "[");
    for (int i = 0; i < bar; i++) {
        int part = eighths - 8 * i;
        part = part < 0 ? 0 : part > 8 ? 8 : part;
        const char *mark = !ascii ? parts[part] : part == 8 ? "#" : ".";
        col = rw_area_text(area, row, col, part > 0 ? RW_STYLE_OK : RW_STYLE_DIM, mark);
    }
    col = rw_area_text(area, row, col, RW_STYLE_NORMAL, "]");
    rw_area_text(area, row, col, RW_STYLE_NORMAL, text);
    free(text);
}

const char *rw_spinner(unsigned turn)
{
    static const char *const marks[] = {"[|]", "[/]", "[-]", "[\\]"};
    return marks[turn % RW_COUNT(marks)];
}
