/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl's multi_socket interface on libuv: curl names the sockets to watch and the timeout, and
 * receives the events. Results are handed out after each call into curl, never inside one. */
#include "net/http.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/life.h"
#include "base/mem.h"

#define TIMEOUT_MS 20000
#define BODY_MAX   (1024u * 1024)

struct rw_http_request {
    struct rw_http *http;
    struct rw_http_request *next;
    CURL *easy;
    char *url;
    int redirects, timeout_ms;
    bool canceled, unusable; /* unusable: its identity */
    bool too_large;          /* the body */
    char curl_message[CURL_ERROR_SIZE];
    struct rw_http_result result;
    void (*done)(void *context, const struct rw_http_result *result);
    void *context;
};

struct rw_http {
    struct rw_life life; /* held by each socket */
    uv_loop_t *loop;
    CURLM *multi;
    uv_timer_t timer; /* curl's */
    struct rw_http_request *requests;
};

struct http_socket {
    uv_poll_t poll;
    struct rw_http *http;
    curl_socket_t fd;
};

static uv_once_t init_once = UV_ONCE_INIT;

static void init_library(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* ---- results ---- */

static int map_error(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return 0;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return RW_ERESOLVE;
    case CURLE_COULDNT_CONNECT:
        return RW_ECONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return RW_ETIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
        return RW_ETRUST;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return RW_EINVAL;
    default:
        return RW_EPROTO;
    }
}

static void unlink_request(struct rw_http_request *request)
{
    struct rw_http_request **at = &request->http->requests;
    while (*at != request)
        at = &(*at)->next;
    *at = request->next;
}

/* Hands the result out and frees the request. */
static void finish(struct rw_http_request *request, int rc, const char *why)
{
    struct rw_http_result *result = &request->result;
    char *location = NULL, *url = NULL;
    curl_multi_remove_handle(request->http->multi, request->easy);
    unlink_request(request);
    curl_easy_getinfo(request->easy, CURLINFO_EFFECTIVE_URL, &url);
    result->url = url ? url : request->url;
    result->location = "";
    result->rc = rc;
    if (rc) {
        rw_error_set(&result->error, rc, "%s: %s", request->url, why);
    } else {
        curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &result->status);
        curl_easy_getinfo(request->easy, CURLINFO_REDIRECT_URL, &location);
        result->location = location ? location : "";
    }
    request->done(request->context, result);
    curl_easy_cleanup(request->easy);
    rw_buf_done(&result->body);
    free(request->url);
    free(request);
}

static void hand_out(struct rw_http *http)
{
    CURLMsg *message;
    int left;
    while (!http->life.ending && (message = curl_multi_info_read(http->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        char *private = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        struct rw_http_request *request = (struct rw_http_request *)(void *)private;
        /* One redirection too many is an answer, not a failure. */
        if (code == CURLE_TOO_MANY_REDIRECTS)
            code = CURLE_OK;
        const char *why = *request->curl_message ? request->curl_message : curl_easy_strerror(code);
        if (request->too_large)
            finish(request, RW_ELIMIT, "the answer is too large");
        else
            finish(request, map_error(code), why);
    }
}

/* ---- curl's wishes ---- */

static void on_socket_closed(uv_handle_t *handle)
{
    struct http_socket *socket = handle->data;
    rw_life_drop(&socket->http->life);
    free(socket);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct http_socket *socket = poll->data;
    struct rw_http *http = socket->http;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    int running;
    flags |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
    flags |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
    curl_multi_socket_action(http->multi, socket->fd, flags, &running);
    hand_out(http);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
    struct rw_http *http = context;
    struct http_socket *socket = socket_context;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (socket) {
            curl_multi_assign(http->multi, fd, NULL);
            uv_close((uv_handle_t *)&socket->poll, on_socket_closed);
        }
        return 0;
    }
    if (!socket) {
        socket = rw_calloc(1, sizeof *socket);
        socket->http = http;
        socket->fd = fd;
        socket->poll.data = socket;
        if (uv_poll_init_socket(http->loop, &socket->poll, fd) < 0) {
            free(socket);
            return -1;
        }
        rw_life_hold(&http->life);
        curl_multi_assign(http->multi, fd, socket);
    }
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    uv_poll_start(&socket->poll, events, on_poll);
    return 0;
}

static void on_timer(uv_timer_t *timer)
{
    struct rw_http *http = timer->data;
    int running;
    curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    hand_out(http);
}

static int on_timeout_wish(CURLM *multi, long timeout_ms, void *context)
{
    struct rw_http *http = context;
    (void)multi;
    if (http->life.ending || timeout_ms < 0)
        uv_timer_stop(&http->timer);
    else
        uv_timer_start(&http->timer, on_timer, (uint64_t)timeout_ms, 0);
    return 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct rw_http_request *request = context;
    request->too_large = rw_buf_put(&request->result.body, data, size * count) != 0;
    return request->too_large ? 0 : size * count; /* 0 ends it */
}

/* ---- life ---- */

static void end_canceled(void *object)
{
    struct rw_http *http = object;
    for (struct rw_http_request *request = http->requests; request;) {
        if (request->canceled) {
            finish(request, request->unusable ? RW_EINVAL : RW_ECANCELED,
                   request->unusable ? "this libcurl takes no certificates from memory"
                                     : "canceled");
            /* done() may have changed the list. */
            request = http->requests;
        } else {
            request = request->next;
        }
    }
}

static void tear_down(void *object)
{
    struct rw_http *http = object;
    while (http->requests)
        finish(http->requests, RW_ECANCELED, "canceled");
    /* Closes the cached connections, which takes their sockets off the loop. */
    curl_multi_cleanup(http->multi);
    rw_life_close(&http->life, (uv_handle_t *)&http->timer);
}

struct rw_http *rw_http_new(uv_loop_t *loop)
{
    uv_once(&init_once, init_library);
    struct rw_http *http = rw_calloc(1, sizeof *http);
    http->loop = loop;
    rw_life_init(&http->life, loop, http, free);
    uv_timer_init(loop, &http->timer);
    http->timer.data = http;
    http->multi = curl_multi_init();
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wish);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    return http;
}

void rw_http_free(struct rw_http *http, void (*closed)(void *context), void *context)
{
    if (http)
        rw_life_end(&http->life, tear_down, closed, context);
}

/* ---- requests ---- */

static void set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static bool set_blob(CURL *easy, CURLoption option, const char *pem)
{
    struct curl_blob blob = {.data = (void *)(uintptr_t)pem, .flags = CURL_BLOB_NOCOPY};
    blob.len = pem ? strlen(pem) : 0;
    return !pem || curl_easy_setopt(easy, option, &blob) == CURLE_OK;
}

static bool set_identity(CURL *easy, const struct rw_http_identity *identity)
{
    if (identity->ca)
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    return set_blob(easy, CURLOPT_CAINFO_BLOB, identity->ca) &&
           set_blob(easy, CURLOPT_SSLCERT_BLOB, identity->cert) &&
           set_blob(easy, CURLOPT_SSLKEY_BLOB, identity->key);
}

struct rw_http_request *
rw_http_get(struct rw_http *http, const struct rw_http_options *options,
            void (*done)(void *context, const struct rw_http_result *result), void *context)
{
    struct rw_http_request *request = rw_calloc(1, sizeof *request);
    request->http = http;
    request->url = rw_strdup(options->url);
    request->redirects = options->redirects;
    request->timeout_ms = options->timeout_ms ? options->timeout_ms : TIMEOUT_MS;
    request->done = done;
    request->context = context;
    rw_buf_init(&request->result.body, options->body_max ? options->body_max : BODY_MAX);
    request->next = http->requests;
    http->requests = request;

    CURL *easy = request->easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *)request);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->curl_message);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "rke2-wizard");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request->redirects > 0 ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)request->redirects);
    set_protocols(easy);
    request->unusable = options->identity && !set_identity(easy, options->identity);
    if (http->life.ending || request->unusable ||
        curl_multi_add_handle(http->multi, easy) != CURLM_OK)
        rw_http_cancel(request);
    return request;
}

void rw_http_cancel(struct rw_http_request *request)
{
    request->canceled = true;
    rw_life_later(&request->http->life, end_canceled);
}
