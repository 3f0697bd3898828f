/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what people and editors read of the table of settings; script/settings keeps both files.
 *
 *     settings-doc page     docs/answers.md, in every language
 *     settings-doc schema   data/answers.schema.json
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "cluster/settings.h"

/* ---- the schema ---- */

static json_t *object_of(enum rw_setting_scope scope);

/* A setting for which there is one of another key of the same mapping: never both. */
static bool excludes(const struct rw_setting *setting, const struct rw_setting *other)
{
    return setting->unless && strcmp(setting->unless, rw_setting_id(other)) == 0 &&
           other->kind == RW_SETTING_SECRET;
}

static json_t *choices_of(const struct rw_setting *setting)
{
    json_t *list = json_array();
    for (size_t i = 0; setting->choices[i]; i++)
        json_array_append_new(list, json_string(setting->choices[i]));
    return list;
}

static json_t *default_of(const struct rw_setting *setting)
{
    if (setting->kind == RW_SETTING_NUMBER)
        return json_integer(atol(setting->otherwise));
    if (setting->kind == RW_SETTING_FLAG)
        return json_boolean(strcmp(setting->otherwise, "true") == 0);
    return json_string(setting->otherwise);
}

static json_t *type_of(const struct rw_setting *setting)
{
    switch (setting->kind) {
    case RW_SETTING_FORMAT:
        return json_pack("{s:i}", "const", 1);
    case RW_SETTING_NUMBER:
        return json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", setting->min, "maximum",
                         setting->max);
    case RW_SETTING_FLAG:
        return json_pack("{s:s}", "type", "boolean");
    case RW_SETTING_NAMES:
        return json_pack("{s:s, s:{s:s}, s:i}", "type", "array", "items", "type", "string",
                         "maxItems", (int)RW_ANSWERS_LIST_MAX);
    case RW_SETTING_MAP:
        return object_of(setting->inner);
    case RW_SETTING_HOSTS:
        return json_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items",
                         object_of(setting->inner), "minItems", 1, "maxItems",
                         (int)RW_ANSWERS_LIST_MAX);
    case RW_SETTING_TEXT:
    case RW_SETTING_PATH:
    case RW_SETTING_SECRET:
    case RW_SETTING_ROLE:
    case RW_SETTING_PROXY_URL:
        break;
    }
    json_t *type = json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
    if (setting->choices)
        json_object_set_new(type, "enum", choices_of(setting));
    return type;
}

static json_t *property_of(const struct rw_setting *setting)
{
    json_t *property = type_of(setting);
    char *text = rw_asprintf("%s Must be %s.", setting->help, setting->expected);
    json_object_set_new(property, "description", json_string(text));
    if (setting->otherwise)
        json_object_set_new(property, "default", default_of(setting));
    free(text);
    return property;
}

static json_t *object_of(enum rw_setting_scope scope)
{
    json_t *object = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 0);
    json_t *properties = json_object(), *required = json_array(), *both = json_array();
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *setting = &rw_settings[i];
        if (!(setting->scopes & scope))
            continue;
        json_object_set_new(properties, setting->key, property_of(setting));
        if (setting->required)
            json_array_append_new(required, json_string(setting->key));
        for (size_t k = 0; k < rw_setting_count; k++)
            if ((rw_settings[k].scopes & scope) && excludes(setting, &rw_settings[k]))
                json_array_append_new(both, json_pack("{s:{s:[s, s]}}", "not", "required",
                                                      rw_settings[k].key, setting->key));
    }
    json_object_set_new(object, "properties", properties);
    if (json_array_size(required) > 0)
        json_object_set(object, "required", required);
    if (json_array_size(both) > 0)
        json_object_set(object, "allOf", both);
    json_decref(required);
    json_decref(both);
    return object;
}

static void print_schema(void)
{
    json_t *schema = object_of(RW_SCOPE_TOP);
    json_t *head = json_pack("{s:s, s:s, s:s}", "$schema",
                             "http://json-schema.org/draft-07/schema#", "$comment",
                             "Written by script/settings from src/cluster/settings.c. Do not edit.",
                             "title", "Answers file of rke2-wizard");
    json_object_update(head, schema);
    json_dumpf(head, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(schema);
    json_decref(head);
}

/* ---- the page ---- */

/* A text in every language, each in a paragraph or after a slash. */
static void print_all(const char *text, const char *between)
{
    for (size_t i = 0; i < rw_i18n_count; i++)
        printf("%s%s", i ? between : "", rw_i18n_text_in(i, text));
}

static void print_fact(const char *name, const char *value)
{
    printf("- ");
    print_all(name, " / ");
    printf(": %s\n", value);
}

static void print_config(const struct rw_setting *setting)
{
    const char *nodes = setting->config.roles == RW_ALL_NODES ? N_("servers and agents")
                        : setting->config.roles == RW_SERVERS ? N_("servers")
                                                              : N_("agents");
    printf("- config.yaml: `%s`", setting->config.key);
    if (setting->config.text)
        printf(" (`%s`)", setting->config.text);
    printf("; ");
    print_all(nodes, " / ");
    putchar('\n');
}

static void print_facts(const struct rw_setting *setting)
{
    static const char *const fixed[] = {
        [RW_FIXED_AT_JOIN] = N_("Cannot be changed for a node that has joined."),
        [RW_FIXED_CLUSTER] = N_("Cannot be changed once the cluster exists."),
    };
    print_fact(N_("Allowed"), setting->expected);
    for (size_t i = 1; i < rw_i18n_count; i++)
        printf("  - %s\n", rw_i18n_text_in(i, setting->expected));
    if (setting->otherwise) {
        char *text = rw_asprintf("`%s`", setting->otherwise);
        print_fact(N_("Default"), text);
        free(text);
    }
    if (setting->required) {
        printf("- ");
        print_all(N_("Required."), " / ");
        putchar('\n');
    }
    if (setting->config.key)
        print_config(setting);
    if (setting->fixed) {
        printf("- ");
        print_all(fixed[setting->fixed], " / ");
        putchar('\n');
    }
    if (setting->kind == RW_SETTING_SECRET) {
        printf("- ");
        print_all(N_("Secret: it is never shown, nor written to a draft."), " / ");
        putchar('\n');
    }
}

static void print_mapping(enum rw_setting_scope scope, const char *path, int depth)
{
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *setting = &rw_settings[i];
        /* What hosts share with the login of all stands there alone. */
        if (!(setting->scopes & scope) || (scope == RW_SCOPE_HOST && setting->scopes != scope))
            continue;
        bool list = setting->kind == RW_SETTING_HOSTS;
        char *name = rw_asprintf("%s%s%s", path, setting->key, list ? "[]" : "");
        printf("\n%.*s `%s`\n\n", depth, "######", name);
        print_all(setting->help, "\n\n");
        printf("\n\n");
        print_facts(setting);
        if (setting->inner) {
            char *inside = rw_asprintf("%s.", name);
            print_mapping(setting->inner, inside, depth + 1);
            free(inside);
        }
        free(name);
    }
}

static void print_page(void)
{
    printf("# Answers file\n\n"
           "<!-- Written by script/settings from src/cluster/settings.c and po/. Do not edit. "
           "-->\n\n");
    print_all(
        N_("An answers file is YAML; data/examples/ha-demo.yaml is a commented example. Editors "
           "complete and check it with the JSON Schema data/answers.schema.json: make `# "
           "yaml-language-server: $schema=PATH` its first line. Omitted keys have their defaults."),
        "\n\n");
    putchar('\n');
    print_mapping(RW_SCOPE_TOP, "", 2);
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "page") == 0)
        print_page();
    else if (strcmp(what, "schema") == 0)
        print_schema();
    else
        return fprintf(stderr, "Usage: settings-doc page|schema\n"), 2;
    return 0;
}
