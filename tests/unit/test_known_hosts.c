/* SPDX-License-Identifier: Apache-2.0 */
/* The known_hosts file: names, hashes, patterns, markers, rubbish. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/known_hosts.h"
#include "net/ssh_wire.h"
#include "unit/helpers.h"

/* Well-formed public keys without a private half. */
#define ED_A                                                                                       \
    "AAAAC3NzaC1lZDI1NTE5AAAAI"                                                                    \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ED_B                                                                                       \
    "AAAAC3NzaC1lZDI1NTE5AAAAI"                                                                    \
    "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
/* "ssh-rsa", e = 65537, n = 15: a type and no real key. */
#define RSA_A "AAAAB3NzaC1yc2EAAAADAQABAAAAAQ8="

static struct rw_buf blob(const char *base64)
{
    struct rw_buf out = {0};
    cr_assert(rw_wire_base64(base64, strlen(base64), &out), "%s", base64);
    return out;
}

static enum rw_known_host check(const char *text, const char *host, int port, const char *key,
                                int *line)
{
    struct rw_buf bytes = blob(key);
    struct rw_known_hosts *known = rw_known_hosts_new();
    struct rw_known_hosts_place place;
    rw_known_hosts_parse(known, "known_hosts", text, strlen(text));
    enum rw_known_host verdict =
        rw_known_hosts_check(known, host, port, bytes.data, bytes.len, &place);
    if (line)
        *line = place.line;
    cr_assert_eq(place.file != NULL, place.line > 0);
    rw_known_hosts_free(known);
    rw_buf_done(&bytes);
    return verdict;
}

#define expect(verdict, text, host, port, key)                                                     \
    cr_assert_eq(check(text, host, port, key, NULL), verdict)

Test(known_hosts, finds_a_plain_name_whatever_its_case)
{
    expect(RW_KNOWN_HOST_MATCH, "node1,10.0.0.1 ssh-ed25519 " ED_A "\n", "NODE1", 22, ED_A);
    expect(RW_KNOWN_HOST_MATCH, "node1,10.0.0.1 ssh-ed25519 " ED_A " comment", "10.0.0.1", 0, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, "node1 ssh-ed25519 " ED_A "\n", "node11", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, "", "node1", 22, ED_A);
}

Test(known_hosts, finds_a_name_with_its_port)
{
    expect(RW_KNOWN_HOST_MATCH, "[node1]:2222 ssh-ed25519 " ED_A "\n", "node1", 2222, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, "[node1]:2222 ssh-ed25519 " ED_A "\n", "node1", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, "node1 ssh-ed25519 " ED_A "\n", "node1", 2222, ED_A);
    expect(RW_KNOWN_HOST_MATCH, "[2001:db8::1]:2222 ssh-ed25519 " ED_A, "2001:DB8::1", 2222, ED_A);
}

/* Hashed by "ssh-keygen -H". */
Test(known_hosts, finds_a_hashed_name)
{
    const char *text =
        "|1|mgDi90cqDLUYzv+lRau5iZ57SQM=|X5n+QRwVTpHsL5KmfMT5TXgOhHc= ssh-ed25519 " ED_A "\n"
        "|1|KCVNgcZQDkFT41Q14zTOmkkReT0=|QXqKn+mbqkCVuhkMaFGx3uqeaSg= ssh-ed25519 " ED_B "\n";
    expect(RW_KNOWN_HOST_MATCH, text, "node1", 22, ED_A);
    expect(RW_KNOWN_HOST_MATCH, text, "NODE2", 2222, ED_B);
    expect(RW_KNOWN_HOST_CHANGED, text, "node2", 2222, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, text, "node3", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, "|= ssh-ed25519 " ED_A, "node1", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, "|1|bad|bad ssh-ed25519 " ED_A, "node1", 22, ED_A);
}

Test(known_hosts, understands_wildcards_and_negation)
{
    const char *text = "*.lab.example,!bad.lab.example,10.0.?.1 ssh-ed25519 " ED_A "\n";
    expect(RW_KNOWN_HOST_MATCH, text, "a.lab.example", 22, ED_A);
    expect(RW_KNOWN_HOST_MATCH, text, "10.0.7.1", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, text, "10.0.77.1", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, text, "bad.lab.example", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, text, "lab.example", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, "!node1 ssh-ed25519 " ED_A, "node2", 22, ED_A);
}

Test(known_hosts, matches_a_wicked_pattern_in_reasonable_time)
{
    char text[4200], name[600];
    size_t at = 0;
    for (; at < 2000; at += 2)
        memcpy(text + at, "*a", 2);
    snprintf(text + at, sizeof text - at, "b ssh-ed25519 %s\n", ED_A);
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    expect(RW_KNOWN_HOST_UNKNOWN, text, name, 22, ED_A);
}

Test(known_hosts, tells_a_changed_key_from_one_of_another_type)
{
    int line = 0;
    const char *text = "# comment\n\nnode1 ssh-ed25519 " ED_A "\n";
    cr_assert_eq(check(text, "node1", 22, ED_B, &line), RW_KNOWN_HOST_CHANGED);
    cr_assert_eq(line, 3);
    cr_assert_eq(check(text, "node1", 22, RSA_A, &line), RW_KNOWN_HOST_OTHER_TYPE);
    cr_assert_eq(line, 3);
    cr_assert_eq(check(text, "node2", 22, ED_B, &line), RW_KNOWN_HOST_UNKNOWN);
    cr_assert_eq(line, 0);
}

Test(known_hosts, is_content_with_any_of_several_keys)
{
    int line = 0;
    const char *text =
        "node1 ssh-ed25519 " ED_A "\nnode1 ssh-rsa " RSA_A "\nnode1 ssh-ed25519 " ED_B;
    cr_assert_eq(check(text, "node1", 22, ED_B, &line), RW_KNOWN_HOST_MATCH);
    cr_assert_eq(line, 3);
    cr_assert_eq(check(text, "node1", 22, RSA_A, &line), RW_KNOWN_HOST_MATCH);
    cr_assert_eq(line, 2);
}

Test(known_hosts, a_revoked_key_stays_revoked)
{
    int line = 0;
    const char *text = "node1 ssh-ed25519 " ED_A "\n@revoked * ssh-ed25519 " ED_A "\n";
    cr_assert_eq(check(text, "node1", 22, ED_A, &line), RW_KNOWN_HOST_REVOKED);
    cr_assert_eq(line, 2);
    expect(RW_KNOWN_HOST_UNKNOWN, "@revoked * ssh-ed25519 " ED_A, "node1", 22, ED_B);
}

Test(known_hosts, does_not_take_an_authority_for_a_host)
{
    expect(RW_KNOWN_HOST_UNKNOWN, "@cert-authority * ssh-ed25519 " ED_A, "node1", 22, ED_A);
    expect(RW_KNOWN_HOST_UNKNOWN, "@cert-authority * ssh-ed25519 " ED_A, "node1", 22, ED_B);
}

Test(known_hosts, skips_and_counts_bad_lines)
{
    static const char text[] = "node1\n"
                               "node1 ssh-ed25519\n"
                               "node1 ssh-ed25519 !!!!\n"
                               "node1 ssh-rsa " ED_A "\n"
                               "@strange node1 ssh-ed25519 " ED_A "\n"
                               "node1 1024 35 123456789\n"
                               "nul\0byte ssh-ed25519 " ED_A "\n"
                               "   # a comment\r\n"
                               "\r\n"
                               "node1 ssh-ed25519 " ED_A "\r\n";
    struct rw_buf key = blob(ED_A);
    struct rw_known_hosts *known = rw_known_hosts_new();
    struct rw_known_hosts_place place;
    rw_known_hosts_parse(known, "known_hosts", text, sizeof text - 1);
    cr_assert_eq(rw_known_hosts_check(known, "node1", 22, key.data, key.len, &place),
                 RW_KNOWN_HOST_MATCH);
    cr_assert_eq(place.line, 10);
    rw_known_hosts_free(known);
    rw_buf_done(&key);
}

Test(known_hosts, skips_a_line_without_end)
{
    size_t size = 1024 * 1024;
    char *text = rw_malloc(size + 100);
    memset(text, 'a', size);
    memcpy(text + size, "\nnode1 ssh-ed25519 " ED_A, 19 + strlen(ED_A) + 1);
    expect(RW_KNOWN_HOST_MATCH, text, "node1", 22, ED_A);
    free(text);
}

Test(known_hosts, lists_the_types_it_can_verify)
{
    const char *text = "node1 ssh-rsa " RSA_A "\nnode* ssh-ed25519 " ED_A
                       "\nnode1 ssh-ed25519 " ED_B "\n@revoked node2 ssh-rsa " RSA_A "\n";
    struct rw_known_hosts *known = rw_known_hosts_new();
    rw_known_hosts_parse(known, "known_hosts", text, strlen(text));
    char *one = rw_known_hosts_types(known, "node1", 22);
    char *two = rw_known_hosts_types(known, "node2", 22);
    char *none = rw_known_hosts_types(known, "other", 22);
    cr_assert_str_eq(one, "ssh-rsa,ssh-ed25519");
    cr_assert_str_eq(two, "ssh-ed25519");
    cr_assert_str_eq(none, "");
    free(one);
    free(two);
    free(none);
    rw_known_hosts_free(known);
}

Test(known_hosts, takes_a_missing_file_for_an_empty_one)
{
    struct rw_error err = {0};
    struct rw_known_hosts *known = rw_known_hosts_new();
    cr_assert_eq(rw_known_hosts_load(known, "/nonexistent/known_hosts", &err), 0);
    cr_assert_eq(rw_known_hosts_load(known, "/", &err), RW_EIO);
    cr_assert_eq(err.code, RW_EIO);
    rw_known_hosts_free(known);
}

Test(known_hosts, of_several_files_count_together_and_are_named)
{
    static const char own[] = "node1 ssh-ed25519 " ED_A "\nnode2 ssh-ed25519 " ED_A "\n";
    static const char shared[] =
        "# of this machine\nnode1 ssh-ed25519 " ED_B "\n@revoked node2 ssh-ed25519 " ED_A "\n";
    struct rw_known_hosts *known = rw_known_hosts_new();
    struct rw_known_hosts_place place;
    struct rw_buf key = blob(ED_B), revoked = blob(ED_A);
    rw_known_hosts_parse(known, "own", own, sizeof own - 1);
    rw_known_hosts_parse(known, "shared", shared, sizeof shared - 1);
    cr_expect_eq(rw_known_hosts_check(known, "node1", 22, key.data, key.len, &place),
                 RW_KNOWN_HOST_MATCH);
    cr_expect_str_eq(place.file, "shared");
    cr_expect_eq(place.line, 2);
    cr_expect_eq(rw_known_hosts_check(known, "node2", 22, revoked.data, revoked.len, &place),
                 RW_KNOWN_HOST_REVOKED, "whatever another file says");
    cr_expect_eq(place.line, 3);
    rw_buf_done(&key);
    rw_buf_done(&revoked);
    rw_known_hosts_free(known);
}

/* ---- writing ---- */

Test(known_hosts, appends_a_line_that_reads_back)
{
    char dir[256], path[sizeof dir + 32], folder[sizeof dir + 16];
    snprintf(dir, sizeof dir, "%s/rw-known-hosts-XXXXXX", temporary());
    cr_assert_not_null(mkdtemp(dir));
    snprintf(folder, sizeof folder, "%s/.ssh", dir);
    snprintf(path, sizeof path, "%s/known_hosts", folder);
    struct rw_buf a = blob(ED_A), b = blob(ED_B);
    struct rw_error err = {0};
    cr_assert_eq(rw_known_hosts_append(path, "Node1", 22, a.data, a.len, &err), 0, "%s",
                 err.message);

    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600);
    cr_assert_eq(stat(folder, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0700);

    /* Somebody's editor left the last line without its end. */
    cr_assert_eq(truncate(path, (off_t)strlen("node1 ssh-ed25519 " ED_A)), 0);
    cr_assert_eq(rw_known_hosts_append(path, "10.0.0.2", 2222, b.data, b.len, &err), 0);
    struct rw_buf text = {0};
    cr_assert_eq(rw_file_read(path, 65536, &text, NULL), 0);
    cr_assert_str_eq(text.data,
                     "node1 ssh-ed25519 " ED_A "\n[10.0.0.2]:2222 ssh-ed25519 " ED_B "\n");
    rw_buf_done(&text);
    rw_buf_done(&a);
    rw_buf_done(&b);
    unlink(path);
    rmdir(folder);
    rmdir(dir);
}

Test(known_hosts, does_not_write_what_would_read_back_as_something_else)
{
    static const char *const names[] = {"",   "a b", "a,b", "*",    "a?",   "#a",
                                        "@a", "|1|", "!a",  "a\nb", "a\tb", "\x1b[0m"};
    struct rw_buf key = blob(ED_A);
    for (size_t i = 0; i < RW_COUNT(names); i++)
        cr_assert_eq(rw_known_hosts_append("/nonexistent/f", names[i], 22, key.data, key.len, NULL),
                     RW_EINVAL, "%zu", i);
    cr_assert_eq(rw_known_hosts_append("/nonexistent/f", "node1", 22, "rubbish", 7, NULL),
                 RW_EINVAL);
    rw_buf_done(&key);
}
