/* SPDX-License-Identifier: Apache-2.0 */
/* Taking secrets out of text. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/redact.h"
#include "base/text.h"

#define TOKEN "my-shared-secret/of?32+letters=0"

static struct rw_redactor *knowing(const char *first, ...)
{
    struct rw_redactor *redactor = rw_redactor_new();
    va_list args;
    va_start(args, first);
    for (const char *secret = first; secret; secret = va_arg(args, const char *))
        rw_redactor_add(redactor, secret);
    va_end(args);
    return redactor;
}

static char *redacted(const struct rw_redactor *redactor, const char *text)
{
    struct rw_buf out = {0};
    rw_redact(redactor, text, strlen(text), &out);
    rw_buf_adds(&out, "");
    return rw_buf_take(&out);
}

static void expect_with(const struct rw_redactor *redactor, const char *text, const char *expected)
{
    char *got = redacted(redactor, text);
    cr_expect_str_eq(got, expected, "%s\ngives %s\nnot   %s", text, got, expected);
    free(got);
}

/* Without anything known. */
static void expect(const char *text, const char *expected)
{
    struct rw_redactor *redactor = rw_redactor_new();
    expect_with(redactor, text, expected);
    rw_redactor_free(redactor);
}

/* With TOKEN known. */
static void expect_token(const char *text, const char *expected)
{
    struct rw_redactor *redactor = knowing(TOKEN, NULL);
    expect_with(redactor, text, expected);
    rw_redactor_free(redactor);
}

/* ---- known ---- */

Test(redact, what_is_known_goes_wherever_it_stands)
{
    expect_token(TOKEN, "[redacted]");
    expect_token("a " TOKEN " b" TOKEN "c\n", "a [redacted] b[redacted]c\n");
    expect_token(TOKEN TOKEN, "[redacted]");
    expect_token("my-shared-secret/of?32+letters", "my-shared-secret/of?32+letters");
    expect_token("", "");
}

Test(redact, escapes_of_urls_json_shell_and_yaml_hide_nothing)
{
    struct rw_redactor *redactor = knowing("pa\"s's w/%rd\\x", NULL);
    expect_with(redactor, "x=pa%22s%27s%20w%2f%25rd%5Cx&", "x=[redacted]&");
    expect_with(redactor, "x=pa%22s's+w/%25rd%5cx&", "x=[redacted]&");
    expect_with(redactor, "{\"p\": \"pa\\\"s's w\\/%rd\\\\x\"}", "{\"p\": \"[redacted]\"}");
    expect_with(redactor, "pa\\u0022s\\x27s w/%rd\\134x", "[redacted]");
    expect_with(redactor, "'pa\"s'\\''s w/%rd\\x'", "'[redacted]'");
    expect_with(redactor, "'pa\"s''s w/%rd\\x'", "'[redacted]'");
    rw_redactor_free(redactor);
    redactor = knowing("密码密码", NULL);
    expect_with(redactor, "a \\u5bc6\\u7801\\u5bc6\\u7801 b %E5%AF%86%e7%a0%81密码",
                "a [redacted] b [redacted]");
    rw_redactor_free(redactor);
}

/* Base64 of the text, with line breaks after so many characters when width is not 0. */
static char *base64(const char *before, const char *secret, const char *after, size_t width)
{
    struct rw_buf encoded = {0}, out = {0};
    char *text = rw_asprintf("%s%s%s", before, secret, after);
    rw_text_base64(&encoded, text, strlen(text));
    for (size_t i = 0; i < encoded.len; i++) {
        if (width && i > 0 && i % width == 0)
            rw_buf_adds(&out, "\n  ");
        rw_buf_addc(&out, encoded.data[i]);
    }
    rw_buf_done(&encoded);
    free(text);
    return rw_buf_take(&out);
}

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text > ' ';
    return count;
}

Test(redact, base64_hides_nothing_at_any_place)
{
    static const char *const around[] = {"", "x", "xy", "xyz", "http://user:"};
    struct rw_redactor *redactor = knowing(TOKEN, NULL);
    for (size_t before = 0; before < RW_COUNT(around); before++) {
        for (size_t after = 0; after < RW_COUNT(around); after++) {
            for (size_t width = 0; width < 30; width += 10) {
                char *text = base64(around[before], TOKEN, around[after], width);
                char *got = redacted(redactor, text);
                char *rest = base64(around[before], around[after], "", 0);
                /* What is left stands for what was around it, but for less than a byte, and
                 * padding. */
                cr_expect(characters(got) <= strlen("[redacted]") + strlen(rest) + 4, "%s: %s",
                          text, got);
                cr_expect(strstr(got, "[redacted]"), "%s: %s", text, got);
                free(rest);
                free(text);
                free(got);
            }
        }
    }
    rw_redactor_free(redactor);
    redactor = knowing("?"
                       "?"
                       "?>>>",
                       NULL);
    expect_with(redactor, "a Pz8/Pj4+ b Pz8_Pj4- c Pz8%2FPj4%2B d",
                "a [redacted] b [redacted] c [redacted] d");
    rw_redactor_free(redactor);
}

Test(redact, hex_hides_nothing)
{
    struct rw_redactor *redactor = knowing("lab-ops", NULL);
    expect_with(redactor, "proctitle=6C61622D6F7073 6c61622d6f7073",
                "proctitle=[redacted] [redacted]");
    rw_redactor_free(redactor);
}

Test(redact, short_secrets_are_words)
{
    struct rw_redactor *redactor = knowing("abc", "1", NULL);
    expect_with(redactor, "abc abcd (abc) 1 10 x1",
                "[redacted] abcd ([redacted]) [redacted] 10 x1");
    rw_redactor_free(redactor);
}

Test(redact, secrets_that_overlap_go_as_a_whole)
{
    struct rw_redactor *redactor = knowing("abcdef", "defghi", NULL);
    expect_with(redactor, "xabcdefghiy", "x[redacted]y");
    rw_redactor_free(redactor);
}

Test(redact, what_stands_for_a_secret_holds_none)
{
    struct rw_redactor *redactor = knowing("redacted", NULL);
    expect_with(redactor, "a redacted b", "a [********] b");
    rw_redactor_free(redactor);
}

Test(redact, a_line_end_is_no_part_of_a_secret_and_nothing_is_none)
{
    struct rw_redactor *redactor = knowing("sesame1\r\n", "", NULL),
                       *other = knowing("open2", NULL);
    rw_redactor_add(redactor, NULL);
    rw_redactor_join(redactor, other);
    rw_redactor_free(other);
    expect_with(redactor, "sesame1 open2\n", "[redacted] [redacted]\n");
    rw_redactor_free(redactor);
    rw_redactor_free(NULL);
}

Test(redact, the_full_form_of_a_token_makes_its_secret_known)
{
    struct rw_redactor *redactor = knowing("K10abc::server:otherpart", NULL);
    expect_with(redactor, "with otherpart", "with [redacted]");
    rw_redactor_free(redactor);
}

/* ---- what looks like a secret ---- */

#define PEM                                                                                        \
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"

Test(redact, private_keys_go_as_a_whole)
{
    expect("a\n" PEM "b\n" PEM "c", "a\n[redacted]\nb\n[redacted]\nc");
    expect("key: -----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----\\n",
           "key: [redacted]\\n");
    expect("a\n-----BEGIN PRIVATE KEY-----\nMIIE\nMIIE", "a\n[redacted]");
    expect("MIIE\n-----END EC PRIVATE KEY-----\nb", "[redacted]\nb");
    expect("-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----",
           "[redacted]");
    expect("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
           "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    expect("the PRIVATE KEY is read", "the PRIVATE KEY is read");
}

Test(redact, private_keys_in_base64_go_as_a_whole)
{
    for (int before = 0; before < 4; before++) {
        char *text = base64(&"abc"[before], PEM, "", 0);
        char *line = rw_asprintf("data %s end", text);
        expect(line, "data [redacted] end");
        free(line);
        free(text);
    }
    char *certificate = base64("", "-----BEGIN CERTIFICATE-----\nMIIB\n", "", 0);
    expect(certificate, certificate);
    free(certificate);
}

Test(redact, tokens_are_known_by_their_form)
{
    expect(
        "is K10f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855::server:abc.def, "
        "ok",
        "is [redacted], ok");
    expect("K10s are nice", "K10s are nice");
    expect("join abcdef.0123456789abcdef now", "join [redacted] now");
    expect("at ha-m1.rke2.0123456789abcdef", "at ha-m1.rke2.0123456789abcdef");
    expect("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVz.c2ln-x_y z", "[redacted] z");
    expect("-H Authorization: Bearer abcdefghij0 x", "-H Authorization: [redacted] [redacted] x");
    expect("a basic test", "a basic test");
}

Test(redact, the_user_of_an_address_goes)
{
    expect("proxy http://user:pa:ss@10.0.0.1:3128/ used",
           "proxy http://[redacted]@10.0.0.1:3128/ used");
    expect("https://rke2.demo:9345/x?mail=a@b", "https://rke2.demo:9345/x?mail=a@b");
    expect("export HTTPS_PROXY=\"http://u:p/q@proxy:3128\"",
           "export HTTPS_PROXY=\"http://[redacted]@proxy:3128\"");
    expect("https_proxy=user:pass@proxy:3128", "https_proxy=[redacted]@proxy:3128");
    expect("https_proxy=proxy:3128\nNO_PROXY=10.0.0.0/8",
           "https_proxy=proxy:3128\nNO_PROXY=10.0.0.0/8");
}

Test(redact, values_of_secret_keys_go)
{
    expect("token: a b c\r\nserver: x\n", "token: [redacted]\r\nserver: x\n");
    expect("agent-token: 'it''s' # x", "agent-token: '[redacted]' # x");
    expect("RKE2_TOKEN=abc\nexport K3S_TOKEN=\"a b\"",
           "RKE2_TOKEN=[redacted]\nexport K3S_TOKEN=\"[redacted]\"");
    expect("{\"token\":\"a\\\"b\",\"n\":1,\"password\": \"c\"}",
           "{\"token\":\"[redacted]\",\"n\":1,\"password\": \"[redacted]\"}");
    expect("msg=\"{\\\"token\\\":\\\"abc\\\",\\\"n\\\":1}\"",
           "msg=\"{\\\"token\\\":\\\"[redacted]\\\",\\\"n\\\":1}\"");
    expect("level=info msg=\"x\" token=abc, next", "level=info msg=\"x\" token=[redacted], next");
    expect("run rke2 server --token abc --agent-token 'd e' --debug",
           "run rke2 server --token [redacted] --agent-token '[redacted]' --debug");
    expect("    auth:\n      username: me\n      password: x\n",
           "    auth:\n      username: me\n      password: [redacted]\n");
    expect("- password: |\n    line one\n\n    two\nnext: 1\n",
           "- password: |\n    [redacted]\n\n    [redacted]\nnext: 1\n");
    expect("token:\n  abc\n  def\nnext: 1", "token:\n  [redacted]\n  [redacted]\nnext: 1");
    expect("client-key-data: LS0tabc=\n", "client-key-data: [redacted]\n");
}

Test(redact, what_says_nothing_secret_stays)
{
    static const char *const texts[] = {
        "token-file: /root/token\n",
        "token: \"\"\n",
        "automountServiceAccountToken: false\n",
        "token CA hash does not match the Cluster CA certificate hash\n",
        "server: https://rke2.demo.kingsd.top:9345\n",
        "ssh: {user: root, key: ~/.ssh/id_ed25519, password-file: p}\n",
        "bypass: 3\n--tokens\n--token",
        "Nov 22 10:00:00 ha-m1 rke2[12]: Waiting for etcd server to become available\n",
    };
    for (size_t i = 0; i < RW_COUNT(texts); i++)
        expect(texts[i], texts[i]);
}

Test(redact, twice_is_once)
{
    static const char text[] =
        "token: a b\n{\"password\":\"x\"} K10 http://u:p@h --token x " TOKEN "\n" PEM;
    struct rw_redactor *redactor = knowing(TOKEN, NULL);
    char *once = redacted(redactor, text), *twice = redacted(redactor, once);
    cr_expect_str_eq(once, twice);
    free(once);
    free(twice);
    rw_redactor_free(redactor);
}

Test(redact, bytes_of_any_kind_are_taken)
{
    struct rw_redactor *redactor = knowing(TOKEN, NULL);
    struct rw_buf out = {0};
    rw_redact(redactor, "a\0token=\0%\\u'", 14, &out);
    cr_expect_eq(memcmp(rw_buf_str(&out), "a\0token=", 8), 0);
    rw_buf_done(&out);
    rw_redactor_free(redactor);
}

Test(redact, a_long_text_takes_no_long_time)
{
    struct rw_redactor *redactor = rw_redactor_new();
    struct rw_buf text = {0}, out = {0};
    for (int i = 0; i < 20; i++) {
        char *secret = rw_asprintf("secret-%d-%d", i, i * 7919);
        rw_redactor_add(redactor, secret);
        free(secret);
    }
    for (int i = 0; text.len < 1024 * 1024; i++)
        rw_buf_addf(&text,
                    "Nov 22 host rke2[%d]: level=info msg=\"it's 100%% of \\\"x\\\"\" token=%d\n",
                    i, i);
    static const char *const hard[] = {"token=",
                                       "eyJ",
                                       "--token x",
                                       "password: |\n ",
                                       "://a@",
                                       "UFJJVkFURSBLRVktLV",
                                       "-----END PRIVATE KEY",
                                       "K10",
                                       "secret-1"};
    for (size_t i = 0; i < RW_COUNT(hard); i++)
        for (size_t size = 0; size < 65536; size += strlen(hard[i]))
            rw_buf_adds(&text, hard[i]);
    clock_t begun = clock(); /* of the processor, which others use too */
    rw_redact(redactor, text.data, text.len, &out);
    double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    cr_expect(seconds < 8, "%.1f s", seconds);
    rw_buf_done(&text);
    rw_buf_done(&out);
    rw_redactor_free(redactor);
}

Test(redact, a_secret_of_an_address_is_known_as_what_it_means)
{
    struct rw_redactor *redactor = knowing("p%40ss+1", NULL);
    expect_with(redactor, "p%40ss+1 p@ss+1 p%40ss%2b1", "[redacted] [redacted] [redacted]");
    rw_redactor_free(redactor);
}
