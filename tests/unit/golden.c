/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/golden.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "unit/helpers.h"

void golden_text(const char *name, const char *text)
{
    char *path = rw_asprintf("%s/%s.txt", in_sources("tests/golden"), name);
    const char *mode = from_environment("RW_GOLDEN");
    if (mode && strcmp(mode, "write") == 0)
        write_text(path, text);
    char *expected = read_text(path);
    cr_assert_not_null(expected, "%s is missing: RW_GOLDEN=write makes it", path);
    cr_expect_str_eq(text, expected, "%s:\n%s", path, text);
    free(expected);
    free(path);
}

void golden_canvas(const char *name, const struct rw_canvas *canvas)
{
    struct rw_buf out = {0};
    rw_canvas_print(&out, canvas);
    rw_buf_adds(&out, "---- styles ----\n");
    rw_canvas_print_styles(&out, canvas);
    golden_text(name, rw_buf_str(&out));
    rw_buf_done(&out);
}
