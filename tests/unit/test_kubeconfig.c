/* SPDX-License-Identifier: Apache-2.0 */
/* The kubeconfig as a server has it, made fit for use from elsewhere, and read again. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secret.h"
#include "install/kubeconfig.h"

/* "ca\n", "cert\n" and "key\n" in base64. */
#define ANSWER                                                                                     \
    "line=apiVersion: v1\nline=clusters:\nline=- cluster:\n"                                       \
    "line=    certificate-authority-data: Y2EK\nline=    server: https://127.0.0.1:6443\n"         \
    "line=  name: default\nline=users:\nline=- name: default\nline=  user:\n"                      \
    "line=    client-certificate-data: Y2VydAo=\nline=    client-key-data: a2V5Cg==\n"

static char *kubeconfig_for(const char *answer, const char *name)
{
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, answer, strlen(answer));
    char *text = rw_kubeconfig_for(&reply, name);
    rw_reply_done(&reply);
    return text;
}

Test(kubeconfig, points_to_the_registration_name_instead_of_the_server_itself)
{
    char *text = kubeconfig_for("motd=hello\n" ANSWER, "rke2.demo.kingsd.top");
    cr_expect(strstr(text, "apiVersion: v1\nclusters:\n- cluster:\n") == text, "%s", text);
    cr_expect(strstr(text, "\n    server: https://rke2.demo.kingsd.top:6443\n") != NULL, "%s",
              text);
    cr_expect(strstr(text, "127.0.0.1") == NULL && strstr(text, "hello") == NULL, "%s", text);
    rw_secret_free(text);
}

Test(kubeconfig, gives_what_a_request_with_it_needs)
{
    struct rw_kubeconfig kubeconfig;
    char *text = kubeconfig_for(ANSWER, "rke2.demo.kingsd.top");
    cr_assert_eq(rw_kubeconfig_read(&kubeconfig, text), 0);
    cr_expect_str_eq(kubeconfig.server, "https://rke2.demo.kingsd.top:6443");
    cr_expect_str_eq(kubeconfig.ca, "ca\n");
    cr_expect_str_eq(kubeconfig.cert, "cert\n");
    cr_expect_str_eq(kubeconfig.key, "key\n");
    rw_kubeconfig_done(&kubeconfig);
    cr_expect_null(kubeconfig.key);
    rw_secret_free(text);
}

Test(kubeconfig, reads_values_in_quotes)
{
    struct rw_kubeconfig kubeconfig;
    cr_assert_eq(rw_kubeconfig_read(&kubeconfig, "- server: \"https://x:6443\"\r\n"
                                                 "certificate-authority-data: 'Y2EK'\n"
                                                 "client-certificate-data: Y2VydAo=\n"
                                                 "client-key-data: a2V5Cg==\n"),
                 0);
    cr_expect_str_eq(kubeconfig.server, "https://x:6443");
    cr_expect_str_eq(kubeconfig.ca, "ca\n");
    rw_kubeconfig_done(&kubeconfig);
}

Test(kubeconfig, is_refused_where_something_is_missing_or_no_certificate)
{
    static const char *const texts[] = {
        "",
        "server: https://x:6443\n",
        /* no base64; a NUL in it; nothing behind the key */
        "server: https://x:6443\ncertificate-authority-data: !\nclient-certificate-data: Y2EK\n"
        "client-key-data: Y2EK\n",
        "server: https://x:6443\ncertificate-authority-data: YQBi\nclient-certificate-data: Y2EK\n"
        "client-key-data: Y2EK\n",
        "server: https://x:6443\ncertificate-authority-data: Y2EK\nclient-certificate-data: Y2EK\n"
        "client-key-data:\n",
    };
    for (size_t i = 0; i < RW_COUNT(texts); i++) {
        struct rw_kubeconfig kubeconfig;
        cr_expect_eq(rw_kubeconfig_read(&kubeconfig, texts[i]), RW_ESYNTAX, "%s", texts[i]);
        cr_expect_null(kubeconfig.server);
        cr_expect_null(kubeconfig.key);
    }
}
