/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes as kubectl prints them: columns and rows as they come, whatever they are. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/mem.h"
#include "rke2/node_table.h"

static void take(struct rw_node_table *table, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rw_node_table_line(table, lines[i]);
}

Test(node_table, columns_and_rows_are_those_that_come)
{
    static const char *const lines[] = {
        "NAME    STATUS                        ROLES                AGE     VERSION",
        "ha-m1   Ready                         control-plane,etcd   2m1s    v1.34.9+rke2r1",
        "ha-w1   NotReady,SchedulingDisabled   <none>               5s      v1.34.9+rke2r1",
    };
    struct rw_node_table table = {0};
    take(&table, lines, RW_COUNT(lines));
    cr_assert_eq(table.column_count, 5);
    cr_assert_eq(table.row_count, 2);
    cr_expect_str_eq(table.titles[3], "AGE");
    cr_expect_str_eq(rw_node_table_cell(&table, 0, 2), "control-plane,etcd");
    cr_expect_str_eq(rw_node_table_cell(&table, 1, 1), "NotReady,SchedulingDisabled");
    cr_expect_str_eq(rw_node_table_cell(&table, 1, 4), "v1.34.9+rke2r1");
    cr_expect_str_eq(rw_node_table_cell(&table, 2, 0), "");
    rw_node_table_done(&table);
}

Test(node_table, rows_that_are_short_or_no_table_are_harmless)
{
    static const char *const lines[] = {"A  B", "x", "", "\x1b[31mred   y"};
    struct rw_node_table table = {0};
    take(&table, lines, RW_COUNT(lines));
    cr_expect_eq(table.row_count, 3);
    cr_expect_str_eq(rw_node_table_cell(&table, 0, 1), "");
    cr_expect_null(strchr(rw_node_table_cell(&table, 2, 0), '\x1b'));
    rw_node_table_done(&table);
    rw_node_table_line(&table, "");
    rw_node_table_line(&table, "x");
    cr_expect_eq(table.row_count, 0);
    rw_node_table_done(&table);
}

Test(node_table, a_copy_is_the_same_and_another_age_is_not)
{
    static const char *const lines[] = {"NAME AGE", "a    1s"}, *const later[] = {"NAME AGE",
                                                                                  "a    2s"};
    struct rw_node_table table = {0}, copy = {0}, other = {0};
    take(&table, lines, 2);
    take(&other, later, 2);
    rw_node_table_copy(&copy, &table);
    cr_expect(rw_node_table_equal(&copy, &table));
    cr_expect_not(rw_node_table_equal(&copy, &other));
    rw_node_table_take(&table, &other);
    cr_expect_str_eq(rw_node_table_cell(&table, 0, 1), "2s");
    rw_node_table_done(&table);
    rw_node_table_done(&copy);
    rw_node_table_done(&other);
}
