/* SPDX-License-Identifier: Apache-2.0 */
/* data/answers.schema.json: takes what the program takes, by the words of JSON Schema that it uses.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "unit/helpers.h"

/* ---- YAML as JSON ---- */

static json_t *scalar_of(const yaml_node_t *node)
{
    const char *text = (const char *)node->data.scalar.value;
    char *end;
    if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return json_string(text);
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return json_boolean(*text == 't');
    long number = strtol(text, &end, 10);
    return *text && !*end ? json_integer(number) : json_string(text);
}

static json_t *json_of(yaml_document_t *document, int index)
{
    const yaml_node_t *node = yaml_document_get_node(document, index);
    if (node->type == YAML_SCALAR_NODE)
        return scalar_of(node);
    if (node->type == YAML_SEQUENCE_NODE) {
        json_t *list = json_array();
        for (const yaml_node_item_t *item = node->data.sequence.items.start;
             item < node->data.sequence.items.top; item++)
            json_array_append_new(list, json_of(document, *item));
        return list;
    }
    json_t *object = json_object();
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(document, pair->key);
        json_object_set_new(object, (const char *)key->data.scalar.value,
                            json_of(document, pair->value));
    }
    return object;
}

static json_t *json_of_text(const char *text)
{
    yaml_parser_t parser;
    yaml_document_t document;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    cr_assert(yaml_parser_load(&parser, &document), "%s", text);
    json_t *json = json_of(&document, 1);
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    return json;
}

/* ---- JSON Schema ---- */

static bool is_valid(const json_t *schema, const json_t *value);

static bool has_type(const char *type, const json_t *value)
{
    return strcmp(type, "object") == 0    ? json_is_object(value)
           : strcmp(type, "array") == 0   ? json_is_array(value)
           : strcmp(type, "integer") == 0 ? json_is_integer(value)
           : strcmp(type, "boolean") == 0 ? json_is_boolean(value)
                                          : json_is_string(value);
}

static bool fits_object(const json_t *schema, json_t *value)
{
    json_t *properties = json_object_get(schema, "properties"), *item;
    const char *key;
    size_t i;
    bool good = true;
    json_object_foreach(value, key, item)
    {
        json_t *property = json_object_get(properties, key);
        good = good && property && is_valid(property, item);
    }
    json_array_foreach(json_object_get(schema, "required"), i, item) good =
        good && json_object_get(value, json_string_value(item));
    return good;
}

/* Whether no object of "not: {required: […]}" has all that are named there. */
static bool fits_not(const json_t *schema, const json_t *value)
{
    size_t i, k;
    json_t *part, *key;
    json_array_foreach(json_object_get(schema, "allOf"), i, part)
    {
        bool all = true;
        json_array_foreach(json_object_get(json_object_get(part, "not"), "required"), k, key) all =
            all && json_object_get(value, json_string_value(key));
        if (all)
            return false;
    }
    return true;
}

static bool fits_array(const json_t *schema, const json_t *value)
{
    json_t *most = json_object_get(schema, "maxItems"),
           *least = json_object_get(schema, "minItems");
    json_t *item;
    size_t i, count = json_array_size(value);
    bool good = (!most || count <= (size_t)json_integer_value(most)) &&
                (!least || count >= (size_t)json_integer_value(least));
    json_array_foreach(value, i, item) good =
        good && is_valid(json_object_get(schema, "items"), item);
    return good;
}

static bool fits_number(const json_t *schema, const json_t *value)
{
    return json_integer_value(value) >= json_integer_value(json_object_get(schema, "minimum")) &&
           json_integer_value(value) <= json_integer_value(json_object_get(schema, "maximum"));
}

static bool is_among(const json_t *list, const json_t *value)
{
    bool found = !list;
    for (size_t i = 0; !found && i < json_array_size(list); i++)
        found = json_equal(json_array_get(list, i), value);
    return found;
}

static bool is_valid(const json_t *schema, const json_t *value)
{
    const json_t *wanted = json_object_get(schema, "const");
    if (wanted)
        return json_equal(wanted, value);
    const char *type = json_string_value(json_object_get(schema, "type"));
    cr_assert_not_null(type);
    if (!has_type(type, value))
        return false;
    if (json_is_object(value))
        return fits_object(schema, (json_t *)value) && fits_not(schema, value);
    if (json_is_array(value))
        return fits_array(schema, value);
    if (json_is_integer(value))
        return fits_number(schema, value);
    return is_among(json_object_get(schema, "enum"), value) &&
           (!json_is_string(value) || *json_string_value(value));
}

static bool fits(const char *text)
{
    json_error_t error;
    json_t *schema = json_load_file(in_sources("data/answers.schema.json"), 0, &error);
    cr_assert(schema, "%s", error.text);
    json_t *value = json_of_text(text);
    bool good = is_valid(schema, value);
    json_decref(value);
    json_decref(schema);
    return good;
}

/* ---- what fits ---- */

Test(settings_schema, takes_the_examples)
{
    glob_t found = {0};
    cr_assert_eq(glob(in_sources("data/examples/*.yaml"), 0, NULL, &found), 0);
    cr_assert_gt(found.gl_pathc, 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char *text = read_text(found.gl_pathv[i]);
        cr_expect(fits(text), "%s", found.gl_pathv[i]);
        free(text);
    }
    globfree(&found);
}

#define HEAD "version: 1\ncluster: a\nregistration-name: a.b\n"
#define HOST "hosts: [{name: m, address: 10.0.0.1, role: server}]\n"

static void expect_same(const char *settings)
{
    char *text = rw_asprintf(HEAD HOST "%s", settings);
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = rw_answers_parse(text, strlen(text), "a.yaml", "/", &findings);
    cr_expect_eq(fits(text), cluster != NULL, "%s", text);
    if (cluster) {
        char *written = rw_answers_write(cluster, true);
        cr_expect(fits(written), "%s", written);
        free(written);
    }
    rw_cluster_free(cluster);
    rw_findings_done(&findings);
    free(text);
}

Test(settings_schema, takes_and_refuses_what_the_program_does)
{
    static const char *const settings[] = {
        "",
        "token: abc\n",
        "token: abc\ntoken-file: ./t\n",
        "tls-san: [a.c, 10.0.0.9]\n",
        "tls-san: a.c\n",
        "servers-run-workloads: false\n",
        "servers-run-workloads: \"false\"\n",
        "servers-run-workloads: no\n",
        "rke2: {channel: latest}\n",
        "rke2: {release: latest}\n",
        "cni: cilium\n",
        "cni: weave\n",
        "proxy: {url: \"http://me@p:3128\", password-file: ./p, no-proxy: [.a, 10.0.0.0/8]}\n",
        "proxy: {no-proxy: [a]}\n",
        "registry: {system-default-registry: \"r:5000\"}\n",
        "registry: {}\n",
        "ssh: {user: ops, port: 2222, key: ~/k, sudo-password-file: ./s, jump: j, jump-key: ./j}\n",
        "ssh: {port: 0}\n",
        "ssh: {port: 65536}\n",
        "ssh: {port: \"22\"}\n",
        "nonsense: 1\n",
    };
    for (size_t i = 0; i < RW_COUNT(settings); i++)
        expect_same(settings[i]);
    cr_expect_not(fits(HEAD "hosts: []\n"));
    cr_expect_not(fits("cluster: a\nregistration-name: a.b\n" HOST));
    cr_expect_not(fits("version: 2\ncluster: a\nregistration-name: a.b\n" HOST));
    cr_expect_not(fits(HEAD "hosts: [{name: m, address: 10.0.0.1, role: master}]\n"));
    cr_expect_not(fits(HEAD "hosts: [{name: m, role: server}]\n"));
}
