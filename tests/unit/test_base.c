/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "unit/helpers.h"

/* ---- buf ---- */

Test(base, buf_grows_and_stays_a_string)
{
    struct rw_buf buf = {0};
    cr_assert_str_eq(rw_buf_str(&buf), "");
    for (int i = 0; i < 1000; i++)
        rw_buf_adds(&buf, "0123456789");
    rw_buf_addc(&buf, '!');
    rw_buf_addf(&buf, "%d-%s", 7, "x");
    cr_assert_eq(buf.len, 10004);
    cr_assert_eq(strlen(rw_buf_str(&buf)), 10004);
    cr_assert(rw_text_ends(rw_buf_str(&buf), "9!7-x"));
    rw_buf_done(&buf);
    rw_buf_done(&buf);
    rw_buf_done(NULL);
}

Test(base, buf_refuses_or_cuts_what_does_not_fit_under_its_maximum)
{
    struct rw_buf buf;
    rw_buf_init(&buf, 5);
    cr_assert_eq(rw_buf_put(&buf, "abc", 3), 0);
    cr_assert_eq(rw_buf_put(&buf, "def", 3), RW_ELIMIT);
    cr_assert_str_eq(rw_buf_str(&buf), "abc", "nothing of it was added");
    rw_buf_fill(&buf, "defg", 4);
    cr_assert_str_eq(rw_buf_str(&buf), "abcde");
    rw_buf_fill(&buf, "h", 1);
    cr_assert_eq(rw_buf_put(&buf, "h", 1), RW_ELIMIT);
    cr_assert_eq(rw_buf_put(&buf, "", 0), 0);
    cr_assert_eq(buf.len, 5);
    rw_buf_clear(&buf);
    cr_assert_str_eq(rw_buf_str(&buf), "");
    rw_buf_wipe(&buf);
    cr_assert_eq(buf.max, 5, "the maximum outlives the content");
    struct rw_buf usual = {.len = RW_BUF_DEFAULT_MAX};
    cr_assert_eq(rw_buf_put(&usual, "h", 1), RW_ELIMIT);
}

Test(base, a_text_of_the_program_itself_never_loses_anything, .signal = SIGABRT)
{
    struct rw_buf buf;
    rw_buf_init(&buf, 5);
    rw_buf_addf(&buf, "%d", 12345);
    cr_assert_str_eq(rw_buf_str(&buf), "12345");
    rw_buf_addc(&buf, '6');
}

Test(base, buf_shifts_what_was_read_away)
{
    struct rw_buf buf = {0};
    rw_buf_shift(&buf, 3);
    rw_buf_adds(&buf, "abcdef");
    rw_buf_shift(&buf, 2);
    cr_assert_str_eq(rw_buf_str(&buf), "cdef");
    rw_buf_shift(&buf, 100);
    cr_assert_str_eq(rw_buf_str(&buf), "");
    rw_buf_done(&buf);
}

Test(base, buf_hands_its_content_over)
{
    struct rw_buf buf = {0};
    char *empty = rw_buf_take(&buf);
    cr_assert_str_eq(empty, "");
    rw_buf_add(&buf, "a\0b", 3);
    char *bytes = rw_buf_take(&buf);
    cr_assert_arr_eq(bytes, "a\0b", 4);
    cr_assert_eq(buf.len, 0);
    cr_assert_null(buf.data);
    free(empty);
    free(bytes);
}

/* ---- mem ---- */

Test(base, arrays_grow_and_new_elements_are_zero)
{
    struct pair {
        int a;
        char *b;
    } *pairs = NULL;
    size_t count = 0;
    for (int i = 0; i < 1000; i++) {
        struct pair *pair = rw_array_add(pairs, count);
        cr_assert(pair->a == 0 && pair->b == NULL);
        pair->a = i;
    }
    cr_assert_eq(count, 1000);
    for (int i = 0; i < 1000; i++)
        cr_assert_eq(pairs[i].a, i);
    free(pairs);
}

Test(base, copies_of_nothing_are_nothing)
{
    cr_assert_null(rw_strdup(NULL));
    cr_assert_null(rw_strndup(NULL, 3));
    cr_assert_null(rw_memdup(NULL, 3));
    char *text = NULL;
    rw_strset(&text, "a");
    rw_strset(&text, text);
    cr_assert_str_eq(text, "a");
    rw_strset(&text, NULL);
    cr_assert_null(text);
}

Test(base, memory_of_size_zero_is_memory)
{
    void *none = rw_malloc(0), *zero = rw_calloc(0, 8), *empty = rw_memdup("", 0);
    cr_assert(none && zero && empty);
    free(none);
    free(zero);
    free(empty);
}

/* ---- secret ---- */

Test(base, a_secret_is_the_first_line_of_its_file)
{
    static const struct {
        const char *text, *secret;
    } cases[] = {{"s3cret", "s3cret"}, {"s3 cret \r\nmore\n", "s3 cret "},
                 {"s\n\n", "s"},       {"", NULL},
                 {"\n", NULL},         {"\r\nmore\n", NULL}};
    char *folder = folder_new();
    const char *path = in_folder(folder, "secret");
    struct rw_error err;
    cr_expect_null(rw_secret_read(path, &err));
    cr_expect_eq(err.code, RW_ENOTFOUND);
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        write_text(path, cases[i].text);
        char *secret = rw_secret_read(path, &err);
        if (cases[i].secret) {
            cr_expect_str_eq(secret, cases[i].secret);
        } else {
            cr_expect_null(secret);
            cr_expect_eq(err.code, RW_EIO);
            cr_expect(strstr(err.message, path) && strstr(err.message, "is empty"), "%s",
                      err.message);
            cr_expect_null(rw_secret_read(path, NULL));
        }
        rw_secret_free(secret);
    }
    folder_remove(folder);
}

Test(base, a_process_that_holds_secrets_leaves_no_core_file)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit limit = {1, 1};
        char filter[16] = "";
        int fd = open("/proc/self/coredump_filter", O_RDONLY);
        rw_secret_no_core();
        getrlimit(RLIMIT_CORE, &limit);
        if (fd >= 0 && (pread(fd, filter, sizeof filter - 1, 0) < 0 || strtol(filter, NULL, 16)))
            _exit(2);
#if defined(__SANITIZE_ADDRESS__)
        bool hidden = true;
#else
        bool hidden = prctl(PR_GET_DUMPABLE) == 0;
#endif
        _exit(limit.rlim_cur == 0 && limit.rlim_max == 0 && hidden ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    cr_expect_eq(status, 0);
}

Test(base, secrets_are_wiped)
{
    char secret[] = "swordfish";
    rw_secret_wipe(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++)
        cr_assert_eq(secret[i], 0);
    rw_secret_free(rw_strdup("swordfish"));
    rw_secret_free(NULL);
}

/* ---- text ---- */

Test(base, compares_beginnings_and_ends)
{
    cr_assert(rw_text_starts("K10abc", "K10"));
    cr_assert_not(rw_text_starts("K1", "K10"));
    cr_assert(rw_text_ends("a.yaml", ".yaml"));
    cr_assert_not(rw_text_ends("yaml", ".yaml"));
    cr_assert(rw_text_equal(NULL, NULL));
    cr_assert_not(rw_text_equal(NULL, ""));
    cr_assert_not(rw_text_equal("", NULL));
    cr_assert(rw_text_equal("a", "a"));
}

Test(base, quotes_shell_words)
{
    static const char *const cases[][2] = {
        {"plain-word_1./:=@%+,", "plain-word_1./:=@%+,"},
        {"", "''"},
        {"a b", "'a b'"},
        {"it's", "'it'\\''s'"},
        {"$(rm -rf /)", "'$(rm -rf /)'"},
        {"a\nb", "'a\nb'"},
        {"~", "'~'"},
        {"密", "'密'"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        struct rw_buf out = {0};
        rw_text_shell_quote(&out, cases[i][0]);
        cr_expect_str_eq(rw_buf_str(&out), cases[i][1]);
        rw_buf_done(&out);
    }
}

Test(base, encodes_base64_as_in_rfc_4648)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfb", "//77"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        struct rw_buf out = {0};
        rw_text_base64(&out, cases[i][0], strlen(cases[i][0]));
        cr_expect_str_eq(rw_buf_str(&out), cases[i][1]);
        rw_buf_done(&out);
    }
}

Test(base, reads_numbers_or_leaves_the_value_alone)
{
    int64_t value = 77;
    static const char *const bad[] = {"",  " 1", "1 ",  "1x", "0x1", "1.0", "--1",
                                      "+", "1+", "101", "-1", "e",   "\t1", "99999999999999999999"};
    for (size_t i = 0; i < RW_COUNT(bad); i++)
        cr_expect_eq(rw_text_number(bad[i], 0, 100, &value), RW_EINVAL, "%s", bad[i]);
    cr_expect_eq(rw_text_number(NULL, 0, 100, &value), RW_EINVAL);
    cr_assert_eq(value, 77);
    cr_assert_eq(rw_text_number("100", 0, 100, &value), 0);
    cr_assert_eq(value, 100);
    cr_assert_eq(rw_text_number("-9223372036854775808", INT64_MIN, INT64_MAX, &value), 0);
    cr_assert_eq(value, INT64_MIN);
}

Test(base, makes_any_bytes_printable)
{
    static const char *const cases[][2] = {
        {"plain\ttab", "plain\ttab"},
        {"\x1b[2J\x07\x7f\r\n", "?[2J????"},
        {"\xc2\x9b"
         "31m",
         "?31m"}, /* C1 control sequence introducer */
        {"密钥 é 😀", "密钥 é 😀"},
        {"\xff\xfe", "??"},
        {"a\xc3", "a?"},    /* cut short */
        {"\xc0\xaf", "??"}, /* overlong "/" */
        {"\xe0\x80\xaf", "???"},
        {"\xed\xa0\x80", "???"},      /* a surrogate */
        {"\xf4\x90\x80\x80", "????"}, /* beyond Unicode */
        {"\xf0\x9f\x98", "???"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        char *printable = rw_text_printable(cases[i][0], strlen(cases[i][0]), 1000);
        cr_expect_str_eq(printable, cases[i][1]);
        free(printable);
    }
    char *nul = rw_text_printable("a\0b", 3, 10);
    cr_assert_str_eq(nul, "a?b");
    free(nul);
}

Test(base, cuts_printable_text_between_characters)
{
    static const char *const expected[] = {"",    "a",   "a",     "a",    "a密",
                                           "a密", "a密", "a密钥", "a密钥"};
    for (size_t max = 0; max < RW_COUNT(expected); max++) {
        char *printable = rw_text_printable("a密钥", strlen("a密钥"), max);
        cr_expect_str_eq(printable, expected[max], "%zu", max);
        free(printable);
    }
}

Test(base, walks_lines_with_any_line_end)
{
    static const char *const expected[] = {"one", "", "three\r", "four"};
    const char *cursor = "one\n\r\nthree\r\r\nfour", *line;
    size_t length, count = 0;
    while (rw_text_line(&cursor, &line, &length)) {
        cr_assert_lt(count, RW_COUNT(expected));
        cr_expect_eq(length, strlen(expected[count]));
        cr_expect(strncmp(line, expected[count], length) == 0);
        count++;
    }
    cr_assert_eq(count, RW_COUNT(expected));
    cursor = "";
    cr_assert_not(rw_text_line(&cursor, &line, &length));
}

/* ---- error ---- */

Test(base, errors_carry_code_and_message)
{
    struct rw_error err = {0};
    cr_assert_eq(rw_error_set(&err, RW_EIO, "%s: %d", "disk", 5), RW_EIO);
    cr_assert_eq(err.code, RW_EIO);
    cr_assert_str_eq(err.message, "disk: 5");
    cr_assert_eq(rw_error_set(NULL, RW_EAUTH, "unheard"), RW_EAUTH);
    cr_assert_str_eq(rw_error_text(RW_ETIMEOUT), "timed out");
    cr_assert_str_eq(rw_error_text(0), "success");
    cr_assert_str_eq(rw_error_text(-9999), "unknown error");
}

Test(base, long_error_messages_are_cut_between_characters)
{
    struct rw_error err;
    for (int shift = 0; shift < 4; shift++) {
        char text[RW_ERROR_MESSAGE_MAX * 2];
        memset(text, 'x', sizeof text);
        for (size_t i = (size_t)shift; i + 4 < sizeof text; i += 3)
            memcpy(text + i, "密", 3);
        text[sizeof text - 1] = '\0';
        rw_error_set(&err, RW_EIO, "%s", text);
        char *printable = rw_text_printable(err.message, strlen(err.message), sizeof err.message);
        cr_assert_str_eq(printable, err.message, "nothing in it is half a character");
        cr_assert_geq(strlen(err.message), RW_ERROR_MESSAGE_MAX - 1 - 4);
        free(printable);
    }
}

/* ---- clock ---- */

Test(base, writes_times_and_durations)
{
    char text[RW_CLOCK_UTC_SIZE];
    rw_clock_utc(0, text, sizeof text);
    cr_assert_str_eq(text, "1970-01-01T00:00:00Z");
    rw_clock_utc(1795356131999, text, sizeof text);
    cr_assert_str_eq(text, "2026-11-22T14:02:11Z");
    rw_clock_utc(INT64_MAX, text, sizeof text);
    cr_assert_leq(strlen(text), sizeof text - 1, "a time beyond the calendar is still a text");

    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "00:00"},       {999, "00:00"},       {-5000, "00:00"},     {192000, "03:12"},
        {3599999, "59:59"}, {3600000, "1:00:00"}, {3792000, "1:03:12"}, {360000000, "100:00:00"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        char duration[RW_CLOCK_DURATION_SIZE];
        rw_clock_duration(cases[i].ms, duration, sizeof duration);
        cr_expect_str_eq(duration, cases[i].text);
    }
}

Test(base, clocks_move_forward)
{
    int64_t before = rw_clock_ms();
    cr_assert_geq(rw_clock_ms(), before);
    cr_assert_gt(rw_clock_wall_ms(), INT64_C(1700000000000));
}

/* ---- file ---- */

static char *make_folder(void)
{
    char *path = rw_asprintf("%s/rw-base-XXXXXX", temporary());
    cr_assert(mkdtemp(path));
    return path;
}

Test(base, files_are_written_whole_with_their_mode)
{
    char *folder = make_folder(), *path = rw_asprintf("%s/file", folder);
    struct rw_error err;
    umask(0);
    cr_assert_eq(rw_file_write(path, "one", 3, 0644, &err), 0);
    cr_assert_eq(rw_file_write(path, "two\0!", 5, 0600, &err), 0);
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600);
    struct rw_buf out = {0};
    rw_buf_adds(&out, "> ");
    cr_assert_eq(rw_file_read(path, 100, &out, &err), 0);
    cr_assert_eq(out.len, 7);
    cr_assert_arr_eq(out.data, "> two\0!", 7);
    rw_buf_done(&out);
    unlink(path);
    cr_assert_eq(rmdir(folder), 0, "no temporary file is left");
    free(path);
    free(folder);
}

Test(base, what_a_process_that_died_has_left_of_a_file_is_removed_by_the_next_writer)
{
    char *folder = make_folder(), *path = rw_asprintf("%s/file", folder);
    char *left = rw_asprintf("%s.rke2-wizard-a1b2c3", path),
         *busy = rw_asprintf("%s.rke2-wizard-d4e5f6", path);
    int fd = open(left, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    close(fd);
    fd = open(busy, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    cr_assert_eq(flock(fd, LOCK_EX), 0, "it is still written");
    struct rw_error err;
    cr_assert_eq(rw_file_write(path, "x", 1, 0600, &err), 0);
    cr_expect_neq(access(left, F_OK), 0);
    cr_expect_eq(access(busy, F_OK), 0);
    close(fd);
    cr_assert_eq(rw_file_write(path, "x", 1, 0600, &err), 0);
    cr_expect_neq(access(busy, F_OK), 0);
    unlink(path);
    cr_assert_eq(rmdir(folder), 0, "no temporary file is left");
    free(left);
    free(busy);
    free(path);
    free(folder);
}

Test(base, a_write_that_fails_leaves_nothing_behind)
{
    char *folder = make_folder(), *path = rw_asprintf("%s/sub", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    struct rw_error err;
    cr_assert_eq(rw_file_write(path, "x", 1, 0600, &err), RW_EIO, "it is a folder");
    cr_assert(strstr(err.message, path));
    cr_assert_eq(rw_file_write("/nowhere/at/all", "x", 1, 0600, &err), RW_ENOTFOUND);
    rmdir(path);
    cr_assert_eq(rmdir(folder), 0, "no temporary file is left");
    free(path);
    free(folder);
}

Test(base, reading_fails_without_touching_the_buffer)
{
    char *folder = make_folder(), *path = rw_asprintf("%s/file", folder);
    cr_assert_eq(rw_file_write(path, "0123456789", 10, 0600, NULL), 0);
    struct rw_error err;
    struct rw_buf out = {0};
    rw_buf_adds(&out, "kept");
    cr_assert_eq(rw_file_read(path, 9, &out, &err), RW_ELIMIT);
    cr_assert_eq(rw_file_read(folder, 100, &out, &err), RW_EIO);
    cr_assert_eq(rw_file_read("/dev/zero", 100, &out, &err), RW_EIO);
    cr_assert_eq(rw_file_read("/nowhere", 100, &out, &err), RW_ENOTFOUND);
    cr_assert_str_eq(err.message, "/nowhere: No such file or directory");
    cr_assert_str_eq(rw_buf_str(&out), "kept");
    out.max = 8;
    cr_assert_eq(rw_file_read(path, 100, &out, &err), RW_ELIMIT, "a part is no success");
    cr_assert_str_eq(rw_buf_str(&out), "kept");
    rw_buf_done(&out);
    unlink(path);
    rmdir(folder);
    free(path);
    free(folder);
}

Test(base, folders_are_made_with_their_parents)
{
    char *folder = make_folder(), *deep = rw_asprintf("%s/a//b/c/", folder);
    struct rw_error err;
    umask(0);
    cr_assert_eq(rw_file_mkdirs(deep, 0700, &err), 0);
    cr_assert_eq(rw_file_mkdirs(deep, 0700, &err), 0, "again is fine");
    struct stat info;
    cr_assert_eq(stat(deep, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0700);
    cr_assert_eq(rw_file_mkdirs("", 0700, &err), RW_EINVAL);
    cr_assert_eq(rw_file_mkdirs("/", 0700, &err), 0);
    char *file = rw_asprintf("%s/a/file", folder), *below = rw_asprintf("%s/x", file);
    cr_assert_eq(rw_file_write(file, "", 0, 0600, NULL), 0);
    cr_assert_eq(rw_file_mkdirs(file, 0700, &err), RW_EIO, "a file is no folder");
    cr_assert_eq(rw_file_mkdirs(below, 0700, &err), RW_EIO);
    unlink(file);
    rmdir(deep);
    for (int i = 0; i < 2; i++) {
        static const char *const parents[] = {"a/b", "a"};
        char *parent = rw_asprintf("%s/%s", folder, parents[i]);
        rmdir(parent);
        free(parent);
    }
    cr_assert_eq(rmdir(folder), 0);
    free(file);
    free(below);
    free(deep);
    free(folder);
}

Test(base, paths_are_expanded)
{
    static const struct {
        const char *path, *base, *expected;
    } cases[] = {
        {"~/.ssh/id", "/etc", "/home/me/.ssh/id"},
        {"~/x", NULL, "/home/me/x"},
        {"/abs", "/etc", "/abs"},
        {"rel", "/etc", "/etc/rel"},
        {"./rel", "/etc", "/etc/./rel"},
        {"rel", NULL, "rel"},
        {"~other/x", "/etc", "/etc/~other/x"},
    };
    setenv("HOME", "/home/me", 1);
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        char *path = rw_file_expand(cases[i].path, cases[i].base);
        cr_expect_str_eq(path, cases[i].expected);
        free(path);
    }
}

Test(base, paths_have_a_folder)
{
    static const char *const cases[][2] = {{"/a/b", "/a"},   {"/a", "/"}, {"a", "."},
                                           {"a/b/c", "a/b"}, {"", "."},   {"./a", "."}};
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        char *folder = rw_file_dirname(cases[i][0]);
        cr_expect_str_eq(folder, cases[i][1]);
        free(folder);
    }
}
