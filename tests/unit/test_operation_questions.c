/* SPDX-License-Identifier: Apache-2.0 */
/* Questions of hosts: their text, who is asked, and which are not asked twice. And the passwords
 * that need no asking. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "contact/logins.h"
#include "operation/question.h"
#include "unit/helpers.h"

enum { CONTACT, QUERY };

/* What was handed over, a line each: "source id text". */
static struct rw_buf given, secrets;
static struct rw_questions questions;
static struct rw_cluster *cluster;

static void on_answer(void *context, unsigned source, unsigned id, const char *text)
{
    (void)context;
    rw_buf_addf(&given, "%u %u %s\n", source, id, text ? text : "(refused)");
}

static void on_secret(void *context, const char *text)
{
    rw_buf_addf(context, "%s\n", text);
}

static void begin(void)
{
    cluster = demo_cluster();
    questions =
        (struct rw_questions){.answer = on_answer, .secret = on_secret, .context = &secrets};
}

static void end(void)
{
    rw_questions_done(&questions);
    rw_cluster_free(cluster);
    rw_buf_done(&given);
    rw_buf_done(&secrets);
}

static const struct rw_ssh_hop hop = {.address = "192.0.2.1", .port = 22, .user = "gate"};

/* The questions of the table below, in short. */
static const struct rw_ssh_question
    key = {.kind = RW_SSH_ASK_HOST_KEY, .key_type = "ssh-ed25519", .fingerprint = "SHA256:abc"},
    passphrase = {.kind = RW_SSH_ASK_PASSPHRASE, .key_path = "/k", .attempt = 1},
    password = {.kind = RW_SSH_ASK_PASSWORD, .attempt = 1},
    wrong_password = {.kind = RW_SSH_ASK_PASSWORD, .attempt = 2},
    jump_password = {.kind = RW_SSH_ASK_PASSWORD, .attempt = 1, .jump = &hop},
    code = {.kind = RW_SSH_ASK_PROMPT, .prompt = "Code:", .attempt = 1};

static void ask(unsigned source, unsigned host, const struct rw_ssh_question *ssh)
{
    struct rw_remote_question asked = {.ssh = ssh, .attempt = 1};
    rw_questions_add(&questions, source, host, &cluster->hosts[host], &asked);
}

static unsigned serial_of(size_t index)
{
    return rw_questions_at(&questions, index)->serial;
}

Test(questions, refused_for_one_host_are_refused_for_all_until_they_are_asked_again, .init = begin,
     .fini = end)
{
    ask(CONTACT, 0, &password);
    ask(CONTACT, 1, &password);
    rw_questions_refuse(&questions, serial_of(0));
    rw_questions_settle(&questions);
    cr_expect_str_eq(rw_buf_str(&given), "0 0 (refused)\n0 1 (refused)\n");
    ask(CONTACT, 2, &password);
    cr_expect_eq(rw_questions_open(&questions), 0, "nobody has to see it");
    rw_questions_settle(&questions);
    ask(CONTACT, 0, &passphrase);
    cr_expect_eq(rw_questions_open(&questions), 1, "another question");
    rw_questions_ask_again(&questions);
    ask(CONTACT, 1, &password);
    cr_expect_eq(rw_questions_open(&questions), 2);
    rw_questions_answer(&questions, serial_of(1), "secret");
    ask(CONTACT, 2, &password);
    rw_questions_settle(&questions);
    cr_expect(strstr(rw_buf_str(&given), "0 2 secret\n"), "an answer serves all as before");
}

Test(questions, have_one_text_for_each_kind, .init = begin, .fini = end)
{
    static const struct {
        const struct rw_ssh_question *ssh;
        const char *text;
        bool echo;
    } cases[] = {
        {NULL, "sudo password of root on ha-m1", false},
        {&key, "The host key of ha-m1 (104.215.25.174) is unknown.\n  ssh-ed25519 SHA256:abc",
         true},
        {&passphrase, "Passphrase of /k", false},
        {&password, "Password of root on ha-m1", false},
        {&jump_password, "Password of gate on jump host 192.0.2.1", false},
        {&code, "ha-m1: Code:", false},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        rw_strset(&cluster->hosts[0].address, "104.215.25.174");
        ask(CONTACT, 0, cases[i].ssh);
        const struct rw_host_question *question = rw_questions_at(&questions, 0);
        char *text = rw_host_question_text(question);
        cr_expect_str_eq(text, cases[i].text);
        cr_expect_eq(question->echo, cases[i].echo, "%s", text);
        cr_expect_eq(rw_host_question_is_key(question), cases[i].ssh == &key, "%s", text);
        free(text);
        rw_questions_drop_all(&questions, CONTACT);
    }
}

Test(questions, are_asked_once_of_all_hosts_that_ask_the_same, .init = begin, .fini = end)
{
    ask(CONTACT, 0, &password);
    ask(CONTACT, 1, &password);
    ask(QUERY, 2, &password);
    ask(CONTACT, 3, &passphrase);
    rw_questions_answer(&questions, serial_of(0), "s3cret");
    cr_assert_str_eq(rw_buf_str(&given), "0 0 s3cret\n");
    cr_assert_eq(rw_questions_open(&questions), 1, "only the passphrase is left to a person");
    rw_questions_settle(&questions);
    cr_assert(strstr(rw_buf_str(&given), "0 1 s3cret\n"));
    cr_assert(strstr(rw_buf_str(&given), "1 2 s3cret\n"));
    cr_assert_not(strstr(rw_buf_str(&given), "0 3"));
    /* And of those that come later; the sudo password is tried as it is for logging in. */
    rw_buf_clear(&given);
    ask(CONTACT, 2, NULL);
    cr_assert_eq(rw_questions_open(&questions), 1);
    rw_questions_settle(&questions);
    cr_assert_str_eq(rw_buf_str(&given), "0 2 s3cret\n");
}

Test(questions, are_asked_again_when_the_answer_was_wrong, .init = begin, .fini = end)
{
    ask(CONTACT, 0, &password);
    rw_questions_answer(&questions, serial_of(0), "wrong");
    ask(CONTACT, 0, &wrong_password);
    ask(CONTACT, 1, &wrong_password);
    rw_questions_settle(&questions);
    cr_assert_eq(rw_questions_open(&questions), 2);
    cr_assert(rw_questions_at(&questions, 0)->again);
    /* One that was given since serves the other. */
    rw_questions_answer(&questions, serial_of(0), "right");
    cr_assert_eq(rw_questions_open(&questions), 0);
    rw_questions_settle(&questions);
    cr_assert_str_eq(rw_buf_str(&given), "0 0 wrong\n0 0 right\n0 1 right\n");
}

Test(questions, of_jump_hosts_and_of_hosts_have_answers_of_their_own, .init = begin, .fini = end)
{
    ask(CONTACT, 0, &jump_password);
    ask(CONTACT, 1, &jump_password);
    ask(CONTACT, 2, &password);
    rw_questions_answer(&questions, serial_of(0), "gate's");
    rw_questions_settle(&questions);
    cr_assert_str_eq(rw_buf_str(&given), "0 0 gate's\n0 1 gate's\n");
    cr_assert_eq(rw_questions_open(&questions), 1);
}

Test(questions, about_keys_and_codes_are_asked_of_each_host, .init = begin, .fini = end)
{
    ask(CONTACT, 0, &key);
    ask(CONTACT, 1, &key);
    ask(CONTACT, 0, &code);
    rw_questions_answer(&questions, serial_of(2), "123456");
    ask(CONTACT, 1, &code);
    rw_questions_answer(&questions, serial_of(0), NULL);
    rw_questions_settle(&questions);
    cr_assert_eq(rw_questions_open(&questions), 2);
    rw_questions_trust_all(&questions);
    cr_assert_str_eq(rw_buf_str(&given), "0 0 123456\n0 0 (refused)\n0 1 yes\n");
}

Test(questions, are_forgotten_with_those_who_ask, .init = begin, .fini = end)
{
    ask(CONTACT, 0, &password);
    ask(CONTACT, 1, &key);
    ask(QUERY, 0, &key);
    cr_assert(rw_questions_wait(&questions, CONTACT, 0));
    rw_questions_drop(&questions, CONTACT, 0);
    cr_assert_not(rw_questions_wait(&questions, CONTACT, 0));
    rw_questions_drop_all(&questions, CONTACT);
    cr_assert_eq(rw_questions_open(&questions), 1);
    rw_questions_answer(&questions, 1, "too late");
    cr_assert_str_eq(rw_buf_str(&given), "");
}

Test(questions, tell_which_answers_are_secret, .init = begin, .fini = end)
{
    struct rw_buf all = {0};
    ask(CONTACT, 0, &key);
    ask(CONTACT, 0, &code);
    ask(CONTACT, 1, &password);
    rw_questions_answer(&questions, serial_of(0), "yes");
    rw_questions_answer(&questions, serial_of(0), "123456");
    rw_questions_answer(&questions, serial_of(0), "s3cret");
    cr_assert_str_eq(rw_buf_str(&secrets), "123456\ns3cret\n");
    rw_questions_secrets(&questions, on_secret, &all);
    cr_assert_str_eq(rw_buf_str(&all), "123456\ns3cret\n");
    rw_buf_done(&all);
}

/* ---- passwords from files ---- */

Test(logins, are_the_first_lines_of_the_files_that_hosts_name)
{
    char *folder = folder_new();
    struct rw_logins logins = {0};
    struct rw_findings findings = {0};
    cluster = demo_cluster();
    write_text(in_folder(folder, "pw"), "s3 cret \nmore\n");
    cluster->hosts[0].login.password_file = rw_strdup(in_folder(folder, "pw"));
    cluster->hosts[2].login.sudo_password_file = rw_strdup(in_folder(folder, "pw"));
    cr_assert(rw_logins_read(&logins, cluster, &findings));
    cr_assert_str_eq(logins.passwords[0], "s3 cret ");
    cr_assert_str_eq(logins.sudo_passwords[2], "s3 cret ");
    cr_assert(!logins.sudo_passwords[0] && !logins.passwords[1] && !logins.passwords[2]);
    cr_assert_eq(findings.count, 0);
    rw_logins_done(&logins);
    rw_logins_done(&logins);
    rw_cluster_free(cluster);
    folder_remove(folder);
}

Test(logins, name_each_file_that_cannot_be_read)
{
    struct rw_logins logins = {0};
    struct rw_findings findings = {0};
    cluster = demo_cluster();
    cluster->hosts[0].login.password_file = rw_strdup("/nowhere/pw");
    cluster->hosts[1].login.sudo_password_file = rw_strdup("/nowhere/sudo");
    cr_assert_not(rw_logins_read(&logins, cluster, &findings));
    cr_assert_eq(findings.count, 2);
    cr_assert_eq(findings.items[0].id, RW_F_ANSWERS_PASSWORD_FILE);
    cr_assert_str_eq(findings.items[0].host, cluster->hosts[0].name);
    cr_assert_str_eq(rw_finding_get(&findings.items[1], "file"), "/nowhere/sudo");
    cr_assert_null(logins.passwords[0]);
    rw_logins_done(&logins);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
}

Test(logins, name_each_file_that_is_empty)
{
    char *folder = folder_new();
    struct rw_logins logins = {0};
    struct rw_findings findings = {0};
    cluster = demo_cluster();
    write_text(in_folder(folder, "pw"), "");
    cluster->hosts[0].login.password_file = rw_strdup(in_folder(folder, "pw"));
    cr_assert_not(rw_logins_read(&logins, cluster, &findings));
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(findings.items[0].id, RW_F_ANSWERS_PASSWORD_FILE);
    cr_assert(strstr(rw_finding_get(&findings.items[0], "reason"), "/pw: its first line is empty"));
    rw_logins_done(&logins);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
    folder_remove(folder);
}
