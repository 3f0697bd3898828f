#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "cluster/answers_keys.h"
#include "cluster/proxy.h"
#include "cluster/source.h"

struct writer {
    yaml_emitter_t emitter;
    struct rw_cluster *cluster; /* read only */
    bool with_token;
    struct rw_buf out;
};

static int append(void *data, unsigned char *bytes, size_t size)
{
    rw_buf_add(data, bytes, size);
    return 1;
}

/* The emitter takes the event over, whatever happens. It cannot fail: the events are in order and
 * their texts are UTF-8; what remains is lack of memory. */
static void emit(struct writer *writer, yaml_event_t *event, int initialized)
{
    if (!initialized || !yaml_emitter_emit(&writer->emitter, event))
        abort();
}

/* Whether every YAML reader takes the bare word for a text: a number, a date, true, ~ and the like
 * are not. */
static bool is_safe_bare(const char *text)
{
    static const char *const words[] = {"true", "false", "yes", "no", "on",
                                        "off",  "null",  "y",   "n"};
    for (size_t i = 0; i < RW_COUNT(words); i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    struct in_addr v4;
    bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
    if (!letter && *text != '/' && inet_pton(AF_INET, text, &v4) != 1)
        return false;
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                        "/._+@-") == strlen(text);
}

static void put_scalar(struct writer *writer, const char *text, yaml_scalar_style_t style)
{
    char *utf8 = rw_text_printable(text, strlen(text), strlen(text));
    yaml_event_t event;
    emit(writer, &event,
         yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)utf8, (int)strlen(utf8), 1,
                                      1, style));
    rw_secret_free(utf8);
}

static void put_bare(struct writer *writer, const char *text)
{
    put_scalar(writer, text, YAML_PLAIN_SCALAR_STYLE);
}

static void put_text(struct writer *writer, const char *text)
{
    put_scalar(writer, text,
               is_safe_bare(text) ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

static void open_mapping(struct writer *writer, yaml_mapping_style_t style)
{
    yaml_event_t event;
    emit(writer, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style));
}

static void close_mapping(struct writer *writer)
{
    yaml_event_t event;
    emit(writer, &event, yaml_mapping_end_event_initialize(&event));
}

static void open_list(struct writer *writer, yaml_sequence_style_t style)
{
    yaml_event_t event;
    emit(writer, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style));
}

static void close_list(struct writer *writer)
{
    yaml_event_t event;
    emit(writer, &event, yaml_sequence_end_event_initialize(&event));
}

static bool is_text(const struct rw_answers_key *key)
{
    return key->kind == RW_ANSWERS_TEXT || key->kind == RW_ANSWERS_PROXY_URL ||
           key->kind == RW_ANSWERS_PATH || key->kind == RW_ANSWERS_TOKEN;
}

/* Whether a host's login key says no more than the cluster's default. */
static bool is_default(struct writer *writer, const struct rw_answers_key *key,
                       const struct rw_host *host)
{
    const void *mine = rw_answers_field(key, writer->cluster, (struct rw_host *)host);
    const void *common = rw_answers_field(key, writer->cluster, NULL);
    if (is_text(key))
        return rw_text_equal(*(char *const *)mine, *(char *const *)common);
    return *(const int *)mine == *(const int *)common;
}

static bool is_left_out(struct writer *writer, const struct rw_answers_key *key,
                        struct rw_host *host);

/* Whether nothing in a mapping is set. */
static bool is_empty(struct writer *writer, enum rw_answers_scope scope)
{
    for (size_t i = 0; i < RW_ANSWERS_KEY_COUNT; i++)
        if ((rw_answers_keys[i].scopes & scope) && !is_left_out(writer, &rw_answers_keys[i], NULL))
            return false;
    return true;
}

/* Whether a key is left out: it is not set, or reading the file gives its value anyway. */
static bool is_left_out(struct writer *writer, const struct rw_answers_key *key,
                        struct rw_host *host)
{
    const struct rw_cluster *cluster = writer->cluster;
    const void *field = rw_answers_field(key, writer->cluster, host);
    bool token = writer->with_token && cluster->token;
    if (host && key->owner == RW_ANSWERS_IN_LOGIN && is_default(writer, key, host))
        return true;
    if (key->kind == RW_ANSWERS_TOKEN)
        return !token;
    if (field == &cluster->token_file && token)
        return true;
    if (field == &cluster->channel && cluster->version && rw_text_equal(cluster->channel, "stable"))
        return true;
    if (field == &cluster->cni)
        return rw_text_equal(cluster->cni, rw_cni_name(RW_CNI_CANAL));
    if (field == &cluster->source)
        return rw_text_equal(cluster->source, RW_SOURCE_DEFAULT);
    if (key->kind == RW_ANSWERS_MAP)
        return is_empty(writer, key->inner);
    if (key->kind == RW_ANSWERS_NAMES)
        return *rw_answers_count(key, writer->cluster) == 0;
    if (key->kind == RW_ANSWERS_PORT)
        return *(const int *)field == 0;
    return is_text(key) && !*(char *const *)field;
}

static void write_mapping(struct writer *writer, enum rw_answers_scope scope, struct rw_host *host);

static void write_hosts(struct writer *writer)
{
    open_list(writer, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t i = 0; i < writer->cluster->host_count; i++)
        write_mapping(writer, RW_ANSWERS_HOST, &writer->cluster->hosts[i]);
    close_list(writer);
}

static void write_names(struct writer *writer, const struct rw_answers_key *key, char *const *names)
{
    open_list(writer, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t i = 0; i < *rw_answers_count(key, writer->cluster); i++)
        put_text(writer, names[i]);
    close_list(writer);
}

static void write_proxy(struct writer *writer)
{
    const struct rw_proxy *proxy = &writer->cluster->proxy;
    bool secret = writer->with_token && !proxy->password_file;
    char *address = rw_proxy_address(proxy, secret ? proxy->password : NULL, false);
    put_text(writer, address);
    rw_secret_free(address);
}

static void write_number(struct writer *writer, int number)
{
    char *text = rw_asprintf("%d", number);
    put_bare(writer, text);
    free(text);
}

static void write_value(struct writer *writer, const struct rw_answers_key *key,
                        struct rw_host *host)
{
    const void *field = rw_answers_field(key, writer->cluster, host);
    switch (key->kind) {
    case RW_ANSWERS_FORMAT:
        put_bare(writer, "1");
        break;
    case RW_ANSWERS_TEXT:
    case RW_ANSWERS_PATH:
        put_text(writer, *(char *const *)field);
        break;
    case RW_ANSWERS_TOKEN:
        put_scalar(writer, *(char *const *)field, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
        break;
    case RW_ANSWERS_PORT:
        write_number(writer, *(const int *)field);
        break;
    case RW_ANSWERS_FLAG:
        put_bare(writer, *(const bool *)field ? "true" : "false");
        break;
    case RW_ANSWERS_ROLE:
        put_bare(writer, rw_role_name(*(const enum rw_role *)field));
        break;
    case RW_ANSWERS_PROXY_URL:
        write_proxy(writer);
        break;
    case RW_ANSWERS_NAMES:
        write_names(writer, key, *(char **const *)field);
        break;
    case RW_ANSWERS_MAP:
        write_mapping(writer, key->inner, host);
        break;
    case RW_ANSWERS_HOSTS:
        write_hosts(writer);
        break;
    }
}

static void write_mapping(struct writer *writer, enum rw_answers_scope scope, struct rw_host *host)
{
    open_mapping(writer,
                 scope == RW_ANSWERS_TOP ? YAML_BLOCK_MAPPING_STYLE : YAML_FLOW_MAPPING_STYLE);
    for (size_t i = 0; i < RW_ANSWERS_KEY_COUNT; i++) {
        const struct rw_answers_key *key = &rw_answers_keys[i];
        if (!(key->scopes & scope) || is_left_out(writer, key, host))
            continue;
        put_bare(writer, key->name);
        write_value(writer, key, host);
    }
    close_mapping(writer);
}

char *rw_answers_write(const struct rw_cluster *cluster, bool with_token)
{
    struct writer writer = {.cluster = (struct rw_cluster *)cluster, .with_token = with_token};
    yaml_event_t event;
    if (!yaml_emitter_initialize(&writer.emitter))
        abort();
    yaml_emitter_set_output(&writer.emitter, append, &writer.out);
    yaml_emitter_set_unicode(&writer.emitter, 1);
    yaml_emitter_set_width(&writer.emitter, -1);
    emit(&writer, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(&writer, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
    write_mapping(&writer, RW_ANSWERS_TOP, NULL);
    emit(&writer, &event, yaml_document_end_event_initialize(&event, 1));
    emit(&writer, &event, yaml_stream_end_event_initialize(&event));
    yaml_emitter_delete(&writer.emitter);
    return rw_buf_take(&writer.out);
}
