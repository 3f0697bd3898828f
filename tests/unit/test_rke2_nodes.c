/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes as kubectl lists them: one object, and a stream of them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "rke2/nodes.h"

#define CONDITION(type, status) "{\"type\":\"" type "\",\"status\":\"" status "\"}"
#define READY                                                                                      \
    "{\"type\":\"Ready\",\"status\":\"True\",\"reason\":\"KubeletReady\",\"message\":\"posting\"}"
#define NODE(name, labels, conditions)                                                             \
    "{\"kind\":\"Node\",\"metadata\":{\"name\":\"" name "\",\"labels\":{" labels                   \
    "}},\"status\":{\"nodeInfo\":{\"kubeletVersion\":\"v1.26.12+rke2r1\"},\"conditions\":"         \
    "[" conditions "]}}"
#define EVENT(type, node) "{\"type\":\"" type "\",\"object\":" node "}"
#define LIST(items)       "{\"kind\":\"List\",\"items\":[" items "]}"
#define SERVER_LABELS                                                                              \
    "\"node-role.kubernetes.io/control-plane\":\"true\",\"node-role.kubernetes.io/etcd\":\"true\""
#define SERVER(name) NODE(name, SERVER_LABELS, READY "," CONDITION("EtcdIsVoter", "True"))
#define AGENT(name)  NODE(name, "", READY)

static int apply(struct rw_nodes *nodes, const char *json)
{
    return rw_nodes_apply(nodes, json, strlen(json));
}

/* Gives "name:ready:voter " for each node, as letters, in a static buffer. */
static const char *said(const struct rw_nodes *nodes)
{
    static char text[1024];
    struct rw_buf out = {0};
    for (size_t i = 0; i < nodes->count; i++) {
        const struct rw_node *n = &nodes->items[i];
        rw_buf_addf(&out, "%s%s:%c%c", i ? " " : "", n->name, n->ready ? 'R' : '-',
                    n->voter ? 'V' : '-');
        cr_assert(n->reason && n->message);
    }
    snprintf(text, sizeof text, "%s", rw_buf_str(&out));
    rw_buf_done(&out);
    return text;
}

static void expect_node(const char *json, const char *expected)
{
    struct rw_nodes nodes = {0};
    cr_expect_eq(apply(&nodes, json), 0, "%s", json);
    cr_expect_str_eq(said(&nodes), expected, "%s: %s", json, said(&nodes));
    rw_nodes_done(&nodes);
}

/* ---- one object ---- */

Test(rke2_nodes, tell_when_the_kubelet_was_last_heard)
{
    struct rw_nodes nodes = {0};
    cr_assert_eq(apply(&nodes, NODE("a", "",
                                    "{\"type\":\"MemoryPressure\",\"status\":\"False\","
                                    "\"lastHeartbeatTime\":\"2026-01-01T00:00:00Z\"},"
                                    "{\"type\":\"Ready\",\"status\":\"True\","
                                    "\"lastHeartbeatTime\":\"2026-11-22T14:02:11Z\"}")),
                 0);
    cr_assert_str_eq(nodes.items[0].heartbeat, "2026-11-22T14:02:11Z");
    cr_assert_eq(apply(&nodes, AGENT("a")), 0);
    cr_assert_str_eq(nodes.items[0].heartbeat, "");
    rw_nodes_done(&nodes);
}

Test(rke2_nodes, reads_a_list)
{
    expect_node(LIST(SERVER("ha-m1") "," AGENT("ha-w1")), "ha-m1:RV ha-w1:R-");
    expect_node(LIST(""), "");
}

Test(rke2_nodes, reads_a_single_node_with_all_it_tells)
{
    struct rw_nodes nodes = {0};
    cr_assert_eq(apply(&nodes, SERVER("ha-m1")), 0);
    const struct rw_node *node = rw_nodes_find(&nodes, "ha-m1");
    cr_assert_not_null(node);
    cr_assert_str_eq(node->reason, "KubeletReady");
    cr_assert_str_eq(node->message, "posting");
    cr_assert_null(rw_nodes_find(&nodes, "ha-m"));
    cr_assert_null(rw_nodes_find(&nodes, "ha-m11"));
    rw_nodes_done(&nodes);
    cr_assert_eq(nodes.count, 0);
    rw_nodes_done(&nodes);
}

Test(rke2_nodes, follows_the_events_of_a_watch)
{
    struct rw_nodes nodes = {0};
    cr_assert_eq(apply(&nodes, EVENT("ADDED", NODE("m1", SERVER_LABELS, ""))), 0);
    cr_assert_eq(apply(&nodes, EVENT("ADDED", AGENT("w1"))), 0);
    cr_expect_str_eq(said(&nodes), "m1:-- w1:R-");
    cr_assert_eq(apply(&nodes, EVENT("MODIFIED", SERVER("m1"))), 0);
    cr_expect_str_eq(said(&nodes), "m1:RV w1:R-");
    cr_assert_eq(apply(&nodes, EVENT("DELETED", SERVER("m1"))), 0);
    cr_expect_str_eq(said(&nodes), "w1:R-");
    cr_assert_eq(apply(&nodes, EVENT("DELETED", SERVER("m9"))), 0, "was not known anyway");
    cr_expect_str_eq(said(&nodes), "w1:R-");
    cr_assert_eq(apply(&nodes, EVENT("DELETED", AGENT("w1"))), 0);
    cr_assert_eq(nodes.count, 0);
    rw_nodes_done(&nodes);
}

Test(rke2_nodes, forgets_what_a_node_no_longer_tells)
{
    struct rw_nodes nodes = {0};
    apply(&nodes, SERVER("m1"));
    apply(&nodes, NODE("m1", "", ""));
    cr_expect_str_eq(said(&nodes), "m1:--");
    cr_expect_str_eq(nodes.items[0].reason, "");
    rw_nodes_done(&nodes);
}

Test(rke2_nodes, holds_a_condition_true_only_when_it_says_true)
{
    static const char *const not_true[] = {"False", "Unknown", "true", "TRUE", ""};
    for (size_t i = 0; i < RW_COUNT(not_true); i++) {
        char *json = rw_asprintf(NODE("m1", "",
                                      CONDITION("Ready", "%s") "," //
                                      CONDITION("EtcdIsVoter", "%s")),
                                 not_true[i], not_true[i]);
        expect_node(json, "m1:--");
        free(json);
    }
    expect_node(NODE("m1", "", "{\"type\":\"Ready\",\"status\":true}"), "m1:--");
    expect_node(NODE("m1", "", CONDITION("NotReady", "True")), "m1:--");
    expect_node(NODE("m1", "", CONDITION("EtcdIsVoter", "True")), "m1:-V");
}

Test(rke2_nodes, knows_roles_by_their_labels_alone)
{
    expect_node(NODE("m1", "\"node-role.kubernetes.io/etcd\":\"true\"", ""), "m1:--");
    expect_node(NODE("m1", "\"node-role.kubernetes.io/control-plane\":\"true\"", ""), "m1:--");
    expect_node(NODE("m1", "\"node-role.kubernetes.io/control-plane\":\"false\"", ""), "m1:--");
    expect_node(NODE("m1", "\"node-role.kubernetes.io/control-plane\":true", ""), "m1:--");
    expect_node(NODE("m1", "\"node-role.kubernetes.io/master\":\"true\"", ""), "m1:--");
    expect_node(NODE("control-plane", "\"role\":\"etcd\"", ""), "control-plane:--");
}

Test(rke2_nodes, takes_missing_parts_and_wrong_types_for_not_told)
{
    static const char *const rows[] = {
        "{\"metadata\":{\"name\":\"m1\"}}",
        "{\"metadata\":{\"name\":\"m1\"},\"status\":{}}",
        "{\"metadata\":{\"name\":\"m1\"},\"status\":null}",
        "{\"metadata\":{\"name\":\"m1\"},\"status\":[1]}",
        "{\"metadata\":{\"name\":\"m1\"},\"status\":{\"conditions\":{}}}",
        "{\"metadata\":{\"name\":\"m1\"},\"status\":{\"conditions\":\"Ready\"}}",
        "{\"metadata\":{\"name\":\"m1\"},\"status\":{\"conditions\":[1,null,[],\"Ready\",{}]}}",
        "{\"metadata\":{\"name\":\"m1\"},\"status\":{\"conditions\":[{\"type\":7}]}}",
        "{\"metadata\":{\"name\":\"m1\",\"labels\":[\"etcd\"]},\"status\":{\"nodeInfo\":3}}",
        "{\"metadata\":{\"name\":\"m1\"},\"status\":{\"nodeInfo\":{\"kubeletVersion\":26}}}",
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++)
        expect_node(rows[i], "m1:--");
}

Test(rke2_nodes, refuses_what_is_no_node)
{
    static const char *const rows[] = {
        "",
        " ",
        "null",
        "1",
        "\"m1\"",
        "[]",
        "{}",
        "{",
        "{\"metadata\":{}}",
        "{\"metadata\":{\"name\":\"\"}}",
        "{\"metadata\":{\"name\":7}}",
        "{\"metadata\":\"m1\"}",
        "{\"items\":{}}",
        "{\"items\":\"m1\"}",
        "{\"type\":\"ADDED\",\"object\":7}",
        /* what a watch that has expired ends with */
        EVENT("ERROR", "{\"kind\":\"Status\",\"metadata\":{},\"code\":410}"),
        EVENT("BOOKMARK", "{\"kind\":\"Node\",\"metadata\":{\"resourceVersion\":\"7\"}}"),
        SERVER("m1") "x",
        "No resources found",
        "{\"metadata\":{\"name\":\"a\\u0000b\"}}",
        "{\"metadata\":{\"name\":\"\xff\"}}",
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_nodes nodes = {0};
        cr_expect_eq(apply(&nodes, rows[i]), RW_ESYNTAX, "%s", rows[i]);
        cr_expect_eq(nodes.count, 0, "%s", rows[i]);
        rw_nodes_done(&nodes);
    }
}

Test(rke2_nodes, refuses_a_key_given_twice)
{
    struct rw_nodes nodes = {0};
    cr_assert_eq(apply(&nodes, "{\"metadata\":{\"name\":\"m1\",\"name\":\"m2\"}}"), RW_ESYNTAX);
    cr_assert_eq(nodes.count, 0);
    rw_nodes_done(&nodes);
}

Test(rke2_nodes, takes_the_good_nodes_of_a_list_and_tells_of_bad_ones)
{
    struct rw_nodes nodes = {0};
    cr_assert_eq(apply(&nodes, LIST(AGENT("w1") ",7,{}," AGENT("w2"))), RW_ESYNTAX);
    cr_expect_str_eq(said(&nodes), "w1:R- w2:R-");
    rw_nodes_done(&nodes);
}

Test(rke2_nodes, gives_up_on_deep_nesting)
{
    static const struct {
        const char *open, *close;
    } kinds[] = {{"{\"object\":", "}"}, {"{\"items\":[", "]}"}, {"[", "]"}, {"{\"a\":", "}"}};
    for (size_t k = 0; k < RW_COUNT(kinds); k++) {
        struct rw_buf json = {0};
        for (int i = 0; i < 100000; i++)
            rw_buf_adds(&json, kinds[k].open);
        rw_buf_adds(&json, AGENT("w1"));
        for (int i = 0; i < 100000; i++)
            rw_buf_adds(&json, kinds[k].close);
        struct rw_nodes nodes = {0};
        cr_expect_eq(rw_nodes_apply(&nodes, json.data, json.len), RW_ESYNTAX);
        cr_expect_eq(nodes.count, 0);
        rw_nodes_done(&nodes);
        rw_buf_done(&json);
    }
}

Test(rke2_nodes, makes_texts_safe_for_a_terminal)
{
    struct rw_nodes nodes = {0};
    apply(&nodes, NODE("m1", "",
                       "{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"a\\u001b[2Jb\","
                       "\"message\":\"cni plugin\\nnot initialized é\"}"));
    cr_expect_str_eq(nodes.items[0].reason, "a?[2Jb");
    cr_expect_str_eq(nodes.items[0].message, "cni plugin?not initialized é");
    rw_nodes_done(&nodes);
}

Test(rke2_nodes, knows_a_node_again_whatever_its_name)
{
    struct rw_nodes nodes = {0};
    apply(&nodes, AGENT("w\\u001b1"));
    apply(&nodes, NODE("w\\u001b1", "", ""));
    cr_expect_str_eq(said(&nodes), "w?1:--");
    rw_nodes_done(&nodes);
}

Test(rke2_nodes, counts_the_last_of_two_equal_conditions)
{
    expect_node(NODE("m1", "", READY "," CONDITION("Ready", "False")), "m1:--");
}

Test(rke2_nodes, keeps_no_more_nodes_than_the_maximum)
{
    struct rw_nodes nodes = {0};
    for (int i = 0; i < RW_NODES_MAX + 10; i++) {
        char *json = rw_asprintf("{\"metadata\":{\"name\":\"w%d\"}}", i);
        cr_assert_eq(apply(&nodes, json), 0);
        free(json);
    }
    cr_assert_eq(nodes.count, RW_NODES_MAX);
    cr_assert_eq(apply(&nodes, EVENT("DELETED", AGENT("w7"))), 0);
    cr_assert_eq(apply(&nodes, AGENT("new")), 0);
    cr_assert_not_null(rw_nodes_find(&nodes, "new"));
    rw_nodes_done(&nodes);
}

/* ---- a stream ---- */

/* Feeds text in pieces of this size (0: whole); asserts what the nodes are then. */
static size_t stream(const char *text, size_t piece, const char *expected)
{
    struct rw_nodes nodes = {0};
    struct rw_nodes_stream stream = {0};
    rw_nodes_stream_init(&stream);
    size_t applied = 0, size = strlen(text);
    for (size_t at = 0; at < size;) {
        size_t some = piece && piece < size - at ? piece : size - at;
        char *copy = rw_malloc(some); /* so that reading beyond it is found */
        memcpy(copy, text + at, some);
        applied += rw_nodes_stream_add(&stream, &nodes, copy, some);
        free(copy);
        at += some;
    }
    cr_expect_str_eq(said(&nodes), expected, "pieces of %zu: %s", piece, said(&nodes));
    rw_nodes_stream_done(&stream);
    rw_nodes_done(&nodes);
    return applied;
}

#define COMPACT EVENT("ADDED", SERVER("m1")) "\n" EVENT("ADDED", AGENT("w1")) "\n"
#define INDENTED                                                                                   \
    "{\n    \"type\": \"ADDED\",\n    \"object\": {\n        \"metadata\": {\n"                    \
    "            \"name\": \"m1\"\n        }\n    }\n}\n"                                          \
    "{\n    \"type\": \"ADDED\",\n    \"object\": {\"metadata\": {\"name\": \"w1\"}}\n}\n"
#define BRACES                                                                                     \
    NODE("m1", "\"a\":\"}}{\",\"b\":\"\\\"}{\\\\\"", "") NODE("w1", "\"c\":\"\\\\\\\"{\"", "")

Test(rke2_nodes_stream, reads_objects_compact_or_indented)
{
    cr_assert_eq(stream(COMPACT, 0, "m1:RV w1:R-"), 2);
    cr_assert_eq(stream(INDENTED, 0, "m1:-- w1:--"), 2);
}

Test(rke2_nodes_stream, does_not_count_braces_in_strings)
{
    cr_assert_eq(stream(BRACES, 0, "m1:-- w1:--"), 2);
}

Test(rke2_nodes_stream, reads_the_same_in_pieces_of_any_size)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {{COMPACT, "m1:RV w1:R-"}, {INDENTED, "m1:-- w1:--"}, {BRACES, "m1:-- w1:--"}};
    for (size_t i = 0; i < RW_COUNT(rows); i++)
        for (size_t piece = 1; piece <= strlen(rows[i].text); piece++)
            cr_assert_eq(stream(rows[i].text, piece, rows[i].expected), 2);
}

Test(rke2_nodes_stream, passes_over_what_lies_between_objects)
{
    cr_assert_eq(stream("warning: \"{ is no object\n"
                        "} ] , [" AGENT("w1") ", " AGENT("w2") "]\r\n\n \"}\" " AGENT("w3"),
                        0, "w1:R- w2:R- w3:R-"),
                 3);
    cr_assert_eq(stream("\"\" }}} \n" AGENT("w1") "] x " AGENT("w2"), 3, "w1:R- w2:R-"), 2);
}

Test(rke2_nodes_stream, goes_on_after_an_object_that_is_no_node)
{
    cr_assert_eq(
        stream("{\"kind\":\"Status\"}{bad}" AGENT("w1") "{}" AGENT("w2"), 0, "w1:R- w2:R-"), 2);
}

Test(rke2_nodes_stream, applies_nothing_of_an_object_that_is_cut_off)
{
    const char *text = AGENT("w1");
    for (size_t size = 0; size < strlen(text); size++) {
        char *part = rw_strndup(text, size);
        cr_assert_eq(stream(part, 0, ""), 0);
        free(part);
    }
}

Test(rke2_nodes_stream, passes_over_an_object_that_is_too_large)
{
    struct rw_buf text = {0};
    char *filling = rw_malloc(RW_NODES_OBJECT_MAX);
    memset(filling, 'x', RW_NODES_OBJECT_MAX);
    rw_buf_adds(&text, AGENT("w1") "{\"metadata\":{\"name\":\"large\"},\"a\":\"");
    rw_buf_add(&text, filling, RW_NODES_OBJECT_MAX);
    rw_buf_adds(&text, "\"}" AGENT("w2"));
    cr_assert_eq(stream(text.data, 0, "w1:R- w2:R-"), 2);
    cr_assert_eq(stream(text.data, 65536, "w1:R- w2:R-"), 2);
    free(filling);
    rw_buf_done(&text);
}

Test(rke2_nodes_stream, begins_anew_after_init)
{
    struct rw_nodes nodes = {0};
    struct rw_nodes_stream stream = {0};
    rw_nodes_stream_init(&stream);
    rw_nodes_stream_add(&stream, &nodes, "{\"a\":\"", 6);
    rw_nodes_stream_init(&stream);
    cr_assert_eq(rw_nodes_stream_add(&stream, &nodes, AGENT("w1"), strlen(AGENT("w1"))), 1);
    rw_nodes_stream_done(&stream);
    rw_nodes_stream_done(&stream);
    rw_nodes_done(&nodes);
}
