/* SPDX-License-Identifier: Apache-2.0 */
/* The lock and the installation as they happen on a host: the scripts, run for real in a folder
 * that is the root of its file system. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "plan/node_scripts.h"
#include "remote/reply.h"
#include "unit/helpers.h"

static char *root; /* of the host */

static const char *at(const char *path)
{
    return in_folder(root, path + 1);
}

static void make_folders(void)
{
    static const char *const folders[] = {
        "/run", "/bin", "/etc", "/var", "/var/lib", "/var/lib/rke2-wizard", "/srv", "/srv/rke2"};
    root = folder_new();
    for (size_t i = 0; i < RW_COUNT(folders); i++)
        cr_assert_eq(mkdir(at(folders[i]), 0755), 0);
}

/* The script as it would be on a host whose root is the folder: programs of the test come first. */
static void add_moved(struct rw_buf *out, const char *text)
{
    static const char *const paths[] = {
        "/run", "/var/lib", "/var/log", "/etc/environment", "/etc/default", "/etc/rancher"};
    for (char before = '\0'; *text; before = *text++) {
        if (rw_text_starts(text, "PATH=/usr/local/sbin:")) {
            rw_buf_addf(out, "PATH=%s/bin:/usr/local/sbin:", root);
            text += strlen("PATH=/usr/local/sbin:") - 1;
            continue;
        }
        for (size_t i = 0; i < RW_COUNT(paths); i++)
            if (rw_text_starts(text, paths[i]) &&
                (before == ' ' || before == '=' || before == '<' || before == '"'))
                rw_buf_adds(out, root);
        rw_buf_addc(out, *text);
    }
}

/* Runs head, lib.sh and the script (or NULL) in every shell's stead, sh; gives its reply. */
static struct rw_reply run_script(const char *head, const char *script, const char *tail)
{
    struct rw_buf text = {0};
    struct rw_reply reply = {0};
    int status;
    rw_buf_adds(&text, head);
    add_moved(&text, rw_node_script("lib"));
    if (script)
        add_moved(&text, rw_node_script(script));
    rw_buf_adds(&text, tail);
    char *answer = run_shell("sh", rw_buf_str(&text), &status);
    rw_reply_parse(&reply, answer, strlen(answer));
    free(answer);
    rw_buf_done(&text);
    return reply;
}

static void write_program(const char *path, const char *text)
{
    write_text(at(path), text);
    cr_assert_eq(chmod(at(path), 0755), 0);
}

static void expect_file(const char *path, const char *content)
{
    char *text = read_text(at(path));
    cr_expect_str_eq(text ? text : "(none)", content, "%s: %s", path, text);
    free(text);
}

/* ---- the lock ---- */

#define LOCK  "/run/rke2-wizard.lock"
#define OURS  "lock=r1\nconsole=c1\ncluster=demo\nowner=me@here\npid=1\nlife=60\n"
#define TAKE  OURS "action=take\ntake_over=no\nboot=\n"
#define LEAVE OURS "action=leave\ntake_over=no\nboot=\n"

/* Somebody's lock, last heard of so many seconds ago. */
static void write_lock(const char *run, const char *console, const char *cluster, long age)
{
    double up = 0;
    FILE *file = fopen("/proc/uptime", "r");
    cr_assert(file && fscanf(file, "%lf", &up) == 1);
    fclose(file);
    char *text = rw_asprintf("run=%s\nconsole=%s\ncluster=%s\nowner=eve@desk\npid=7\n"
                             "since=2026-01-01T00:00:00Z\nbeat=%ld\n",
                             run, console, cluster, (long)up - age);
    write_text(at(LOCK), text);
    free(text);
}

static bool lock_is_of(const char *run)
{
    char *text = read_text(at(LOCK)), *line = rw_asprintf("run=%s\n", run);
    bool found = text && rw_text_starts(text, line);
    free(text);
    free(line);
    return found;
}

/* held: by whom it says it is held, or NULL; then: whose the lock is afterwards. */
static void expect_lock(const char *head, const char *held, const char *then)
{
    struct rw_reply reply = run_script(head, "lock", "");
    const char *told = rw_reply_get(&reply, "held");
    cr_expect_str_eq(told ? told : "nobody", held ? held : "nobody");
    if (held) {
        cr_expect(rw_reply_is(&reply, "pid", "7"));
        cr_expect(rw_reply_is(&reply, "since", "2026-01-01T00:00:00Z"));
    }
    cr_expect(lock_is_of(then), "it is not of %s", then);
    rw_reply_done(&reply);
}

Test(lock_script, takes_a_lock_that_nobody_has)
{
    make_folders();
    struct rw_reply reply = run_script(TAKE, "lock", "");
    cr_expect_not_null(rw_reply_get(&reply, "boot"));
    cr_expect_null(rw_reply_get(&reply, "held"));
    cr_expect(lock_is_of("r1"));
    rw_reply_done(&reply);
    folder_remove(root);
}

Test(lock_script, leaves_a_living_lock_to_whoever_has_it)
{
    make_folders();
    write_lock("r9", "c9", "demo", 10);
    expect_lock(TAKE, "eve@desk", "r9");
    write_lock("r9", "c9", "demo", 58);
    expect_lock(TAKE, "eve@desk", "r9");
    /* The same console at work on another cluster is another one. */
    write_lock("r9", "c1", "other", 10);
    expect_lock(TAKE, "eve@desk", "r9");
    folder_remove(root);
}

Test(lock_script, takes_a_lock_of_which_nothing_was_heard_for_a_minute)
{
    make_folders();
    write_lock("r9", "c9", "demo", 61);
    expect_lock(TAKE, NULL, "r1");
    folder_remove(root);
}

Test(lock_script, takes_what_an_earlier_run_of_this_console_left)
{
    make_folders();
    write_lock("r9", "c1", "demo", 1);
    expect_lock(TAKE, NULL, "r1");
    folder_remove(root);
}

Test(lock_script, takes_a_living_lock_over_when_it_is_told_to)
{
    make_folders();
    write_lock("r9", "c9", "demo", 1);
    expect_lock(OURS "action=take\ntake_over=yes\nboot=\n", NULL, "r1");
    folder_remove(root);
}

Test(lock_script, a_beat_keeps_its_own_lock_alone)
{
    make_folders();
    write_lock("r1", "c1", "demo", 50);
    expect_lock(OURS "action=beat\ntake_over=no\nboot=b0\n", NULL, "r1");
    struct rw_reply reply = run_script(OURS, NULL, "read_lock && echo age=$l_age\n");
    cr_expect_lt(rw_reply_number(&reply, "age", 99), 10);
    rw_reply_done(&reply);
    write_lock("r9", "c9", "demo", 1);
    expect_lock(OURS "action=beat\ntake_over=no\nboot=b0\n", "eve@desk", "r9");
    folder_remove(root);
}

Test(lock_script, a_beat_takes_anew_what_went_with_a_restart_and_nothing_else)
{
    make_folders();
    struct rw_reply reply = run_script(OURS "action=beat\ntake_over=no\nboot=b0\n", "lock", "");
    cr_expect(lock_is_of("r1"));
    char *same =
        rw_asprintf(OURS "action=beat\ntake_over=no\nboot=%s\n", rw_reply_get(&reply, "boot"));
    rw_reply_done(&reply);
    cr_assert_eq(unlink(at(LOCK)), 0);
    reply = run_script(same, "lock", "");
    cr_expect_not_null(rw_reply_get(&reply, "held"), "somebody has taken it and left");
    cr_expect_neq(access(at(LOCK), F_OK), 0);
    rw_reply_done(&reply);
    free(same);
    folder_remove(root);
}

Test(lock_script, gives_back_its_own_lock_alone)
{
    make_folders();
    write_lock("r9", "c1", "demo", 1);
    expect_lock(LEAVE, NULL, "r9");
    write_lock("r1", "c1", "demo", 1);
    struct rw_reply reply = run_script(LEAVE, "lock", "");
    cr_expect_neq(access(at(LOCK), F_OK), 0);
    rw_reply_done(&reply);
    folder_remove(root);
}

/* What changes a host compares the lock first. */
static void expect_fenced(const char *fence, const char *boot, bool stopped)
{
    char *head = rw_asprintf("fence=%s\nfence_boot=%s\n", fence, boot);
    struct rw_reply reply = run_script(head, NULL, "echo went=on\n");
    cr_expect_eq(rw_reply_is(&reply, "went", "on"), !stopped, "%s", head);
    cr_expect_eq(rw_reply_get(&reply, "taken") != NULL, stopped, "%s", head);
    rw_reply_done(&reply);
    free(head);
}

Test(lock_script, nothing_is_changed_under_the_lock_of_somebody_else)
{
    make_folders();
    struct rw_reply reply = run_script(TAKE, "lock", "");
    char *boot = rw_strdup(rw_reply_get(&reply, "boot"));
    rw_reply_done(&reply);
    expect_fenced("r1", boot, false);
    expect_fenced("''", "''", false);
    write_lock("r9", "c9", "demo", 1);
    expect_fenced("r1", boot, true);
    expect_fenced("r1", "b0", true);
    /* However old it is: its holder may still be working. */
    write_lock("r9", "c9", "demo", 1000);
    expect_fenced("r1", boot, true);
    cr_assert_eq(unlink(at(LOCK)), 0);
    expect_fenced("r1", boot, true);
    expect_fenced("r1", "b0", false);
    free(boot);
    folder_remove(root);
}

/* ---- the installer ---- */

#define WORK   "/var/lib/rke2-wizard"
#define IMAGES "/var/lib/rancher/rke2/agent/images"
#define INSTALLER                                                                                  \
    "#!/bin/sh\necho \"$INSTALL_RKE2_VERSION $INSTALL_RKE2_TYPE $HTTPS_PROXY\" >proof\n"

static const char *arch(void)
{
    static struct utsname name;
    uname(&name);
    return strcmp(name.machine, "x86_64") == 0    ? "amd64"
           : strcmp(name.machine, "aarch64") == 0 ? "arm64"
                                                  : name.machine;
}

/* Runs stage.sh with these parameters, and asserts what it writes as its result. */
static void expect_stage(const char *url, const char *folder, int result)
{
    struct rw_buf text = {0};
    char *line = rw_asprintf("%d\n", result);
    int status;
    rw_buf_addf(&text,
                "url=%s\nversion=v1.26.12+rke2r1\nchannel=v1.26\ntype=server\nmirror=\nfolder=%s\n"
                "way=host\n",
                url, folder);
    add_moved(&text, rw_node_script("stage"));
    free(run_shell("sh", rw_buf_str(&text), &status));
    expect_file(WORK "/result", line);
    cr_expect_eq(status, result);
    free(line);
    rw_buf_done(&text);
}

static bool log_has(const char *text)
{
    char *log = read_text(at(WORK "/stage.log"));
    bool found = log && strstr(log, text);
    if (!found)
        cr_log_info("%s", log);
    free(log);
    return found;
}

/* curl and sleep of the test: the first gives /srv/install.sh, whatever it is asked for, and
 * refuses before as often as there are lines. */
static void refuse_times(const char *lines)
{
    write_text(at("/bin/refusals"), lines);
    char *curl = rw_asprintf("#!/bin/sh\ncd %s/bin\nif [ -s refusals ]; then\n"
                             "sed -i 1d refusals\nexit 7\nfi\n"
                             "cp ../srv/install.sh ../var/lib/rke2-wizard/install.sh\n",
                             root);
    char *sleep = rw_asprintf("#!/bin/sh\necho \"$1\" >>%s/bin/slept\n", root);
    write_program("/bin/curl", curl);
    write_program("/bin/sleep", sleep);
    free(curl);
    free(sleep);
}

/* A folder of artifacts with the sum of "images\n" and this in place of it; gives its path. */
static const char *artifacts(const char *content)
{
    char name[160];
    write_text(at("/srv/rke2/install.sh"), INSTALLER);
    snprintf(name, sizeof name, "/srv/rke2/rke2.linux-%s.tar.gz", arch());
    write_text(at(name), "tarball\n");
    snprintf(name, sizeof name, "/srv/rke2/rke2-images.linux-%s.tar.zst", arch());
    write_text(at(name), "images\n");
    char *script =
        rw_asprintf("cd %s/srv/rke2 && sha256sum rke2-images.* >sha256sum-%s.txt\n", root, arch());
    int status;
    free(run_shell("sh", script, &status));
    cr_assert_eq(status, 0);
    free(script);
    write_text(at(name), content);
    return in_folder(root, "srv/rke2");
}

static char *image_path(const char *start, const char *end)
{
    return rw_asprintf("%s/%srke2-images.linux-%s.tar.zst%s", IMAGES, start, arch(), end);
}

Test(stage_script, runs_the_installer_in_a_clean_environment)
{
    make_folders();
    refuse_times("");
    write_text(at("/srv/install.sh"), INSTALLER);
    write_text(at("/etc/environment"), "export HTTPS_PROXY=\"http://proxy:3128\"\n");
    setenv("HTTPS_PROXY", "http://of.the.test", 1);
    expect_stage("https://x", "", 0);
    expect_file(WORK "/proof", "v1.26.12+rke2r1 server http://proxy:3128\n");
    folder_remove(root);
}

Test(stage_script, runs_nothing_that_is_no_installer)
{
    make_folders();
    refuse_times("");
    write_text(at("/srv/install.sh"), "<html>Please log in</html>\n");
    expect_stage("https://x", "", 82);
    write_text(at("/srv/install.sh"), "");
    expect_stage("https://x", "", 81);
    cr_assert_eq(unlink(at("/srv/install.sh")), 0);
    expect_stage("https://x", "", 80);
    cr_expect_neq(access(at(WORK "/proof"), F_OK), 0);
    folder_remove(root);
}

Test(stage_script, gives_the_status_of_the_installer)
{
    make_folders();
    refuse_times("");
    write_text(at("/srv/install.sh"), "#!/bin/sh\necho '[ERROR]  no'\nexit 22\n");
    expect_stage("https://x", "", 22);
    cr_expect(log_has("[ERROR]  no"));
    folder_remove(root);
}

Test(stage_script, begins_a_download_again_that_found_no_way)
{
    make_folders();
    write_text(at("/srv/install.sh"), INSTALLER);
    refuse_times("1\n2\n");
    expect_stage("https://x", "", 0);
    expect_file("/bin/slept", "4\n8\n");
    refuse_times("1\n2\n3\n");
    expect_stage("https://x", "", 80);
    folder_remove(root);
}

Test(stage_script, places_the_images_of_a_folder)
{
    make_folders();
    char *image = image_path("", "");
    expect_stage("", artifacts("images\n"), 0);
    expect_file(image, "images\n");
    expect_file(WORK "/proof", "v1.26.12+rke2r1 server \n");
    free(image);
    folder_remove(root);
}

Test(stage_script, places_no_image_whose_sum_is_wrong)
{
    make_folders();
    char *image = image_path("", ""), *part = image_path(".", ".part");
    expect_stage("", artifacts("something else\n"), 1);
    cr_expect_neq(access(at(image), F_OK), 0, "it was placed");
    cr_expect_neq(access(at(part), F_OK), 0, "a part of it is left");
    cr_expect_neq(access(at(WORK "/proof"), F_OK), 0, "the installer ran all the same");
    cr_expect(log_has("download sha256 does not match"));
    free(part);
    free(image);
    folder_remove(root);
}

Test(stage_script, needs_an_installer_in_the_folder)
{
    make_folders();
    const char *folder = artifacts("images\n");
    cr_assert_eq(unlink(at("/srv/rke2/install.sh")), 0);
    expect_stage("", folder, 84);
    folder_remove(root);
}

/* ---- the ways out, and names ---- */

#define FACTS                                                                                      \
    "measure=yes\nurls='https://a/ https://b/ https://c/'\netcd_test=no\nrole=agent\nname=\n"      \
    "ports=\nprograms=\nmodules=\ngiven_proxy=\nartifacts=\nversion=\nstagger=0\n"

/* The values of the url lines, in any order. */
static size_t urls(const struct rw_reply *reply, const char *start)
{
    size_t count = 0;
    for (size_t i = 0; i < reply->count; i++)
        count +=
            strcmp(reply->pairs[i].key, "url") == 0 && rw_text_starts(reply->pairs[i].value, start);
    return count;
}

Test(facts_script, tries_a_way_out_again_alone_before_it_gives_it_up)
{
    make_folders();
    /* It drops all but one of those that come at once, as a busy name server does. */
    char *curl = rw_asprintf("#!/bin/sh\nmkdir %s/busy 2>/dev/null || exit 6\n"
                             "/bin/sleep 0.3\nrmdir %s/busy\nprintf '200 0.1'\n",
                             root, root);
    write_program("/bin/curl", curl);
    write_program("/bin/sleep", "#!/bin/sh\n");
    struct rw_reply reply = run_script(FACTS, "host-facts", "");
    cr_expect_eq(urls(&reply, "yes curl 200 https://"), 3);
    cr_expect_eq(urls(&reply, ""), 3, "each once");
    rw_reply_done(&reply);
    free(curl);
    folder_remove(root);
}

Test(facts_script, tells_a_name_that_is_not_there_from_name_servers_that_are_silent)
{
    make_folders();
    write_program("/bin/sleep", "#!/bin/sh\n");
    write_program("/bin/curl", "#!/bin/sh\nfor url; do :; done\ncase $url in\n"
                               "*a/) printf '000 0.012' && exit 6 ;;\n"
                               "*b/) printf '000 5.004' && exit 6 ;;\n"
                               "*) printf '000 2.1' && exit 7 ;;\nesac\n");
    struct rw_reply reply = run_script(FACTS, "host-facts", "");
    cr_expect_eq(urls(&reply, "no curl 6 https://a/"), 1);
    cr_expect_eq(urls(&reply, "no curl 106 https://b/"), 1);
    cr_expect_eq(urls(&reply, "no curl 7 https://c/"), 1);
    cr_expect_eq(urls(&reply, ""), 3, "each once");
    rw_reply_done(&reply);
    folder_remove(root);
}

Test(resolve_script, asks_once_more_before_a_name_is_not_there)
{
    make_folders();
    char *getent = rw_asprintf("#!/bin/sh\n[ -e %s/asked ] || { : >%s/asked; exit 2; }\n"
                               "echo '192.0.2.1 STREAM name'\n",
                               root, root);
    write_program("/bin/getent", getent);
    write_program("/bin/sleep", "#!/bin/sh\n");
    struct rw_reply reply = run_script("name=name\nrounds=2\nstagger=0\n", "resolve-name", "");
    cr_expect(rw_reply_is(&reply, "answer", "192.0.2.1"));
    cr_expect_null(rw_reply_get(&reply, "status"));
    rw_reply_done(&reply);
    free(getent);
    folder_remove(root);
}

/* ---- how a server is ---- */

#define SERVER   "unit=rke2-server.service\nrole=server\ntoken=secret\n"
#define METRICS  "etcd_server_has_leader 1\netcd_server_is_leader 0\netcd_server_is_learner 1\n"
#define KUBECTL  "/var/lib/rancher/rke2/bin/kubectl"
#define NO_TOOLS "command() { case $2 in curl | wget) return 1 ;; esac }\n"

static void expect_learner(const char *head)
{
    struct rw_reply reply = run_script(head, "ready", "");
    cr_expect(rw_reply_is(&reply, "active", "activating"));
    cr_expect(rw_reply_is(&reply, "learner", "1"), "learner=%s", rw_reply_get(&reply, "learner"));
    rw_reply_done(&reply);
}

static void begin_server(void)
{
    make_folders();
    write_program("/bin/systemctl", "#!/bin/sh\necho ActiveState=activating\n");
}

Test(ready_script, asks_etcd_itself_whether_it_is_a_learner)
{
    begin_server();
    write_program("/bin/curl", "#!/bin/sh\ncase \"$*\" in\n*:2381/metrics) printf '" METRICS
                               "' ;;\n*) printf 503 ;;\nesac\n");
    expect_learner(SERVER);
    folder_remove(root);
}

Test(ready_script, asks_it_by_what_rke2_brings_where_the_host_has_nothing)
{
    static const char *const folders[] = {"/var/lib/rancher", "/var/lib/rancher/rke2",
                                          "/var/lib/rancher/rke2/bin"};
    begin_server();
    for (size_t i = 0; i < RW_COUNT(folders); i++)
        cr_assert_eq(mkdir(at(folders[i]), 0755), 0);
    write_program(KUBECTL,
                  "#!/bin/sh\n[ \"$1 $3 $4\" = '--server=http://127.0.0.1:2381 get --raw' ] "
                  "&& printf '" METRICS "'\n");
    expect_learner(NO_TOOLS SERVER);
    folder_remove(root);
}

/* ---- a start that gets no further ---- */

#define AGENT      "/var/lib/rancher/rke2/agent"
#define KUBELET    AGENT "/logs/kubelet.log"
#define CONTAINERD AGENT "/containerd/containerd.log"
#define ETCD       "/var/log/pods/kube-system_etcd-ha-m1_4711/etcd"

/* A time so many seconds ago, as a log has it. */
static const char *ago(char *out, size_t size, const char *form, long seconds)
{
    time_t then = time(NULL) - seconds;
    struct tm parts;
    strftime(out, size, form, localtime_r(&then, &parts));
    return out;
}

static void write_logs(long seconds)
{
    char klog[32], iso[32];
    ago(klog, sizeof klog, "%m%d %H:%M:%S", seconds);
    ago(iso, sizeof iso, "%Y-%m-%dT%H:%M:%S%z", seconds);
    char *kubelet = rw_asprintf("I%s.1 1 server.go:1] \"Kubelet version\"\n"
                                "E%s.2 1 run.go:72] \"command failed\" err=\"unknown flag: --x\"\n",
                                klog, klog);
    char *containerd =
        rw_asprintf("time=\"%s\" level=info msg=\"starting containerd\"\n"
                    "time=\"%s\" level=error msg=\"RunPodSandbox failed, error\" error=\"x\"\n"
                    "time=\"%s\" level=info msg=\"fetch failed\" error=\"EOF\"\n",
                    iso, iso, iso);
    write_text(at(KUBELET), kubelet);
    write_text(at(CONTAINERD), containerd);
    free(kubelet);
    free(containerd);
}

static size_t count_of(const struct rw_reply *reply, const char *key)
{
    size_t count = 0;
    for (size_t i = 0; i < reply->count; i++)
        count += strcmp(reply->pairs[i].key, key) == 0;
    return count;
}

static void make_stalled_host(void)
{
    make_folders();
    char *script = rw_asprintf("cd %s && mkdir -p ." AGENT "/logs ." AGENT "/containerd "
                               "./var/lib/rancher/rke2/bin ." ETCD,
                               root);
    int status;
    free(run_shell("sh", script, &status));
    free(script);
    cr_assert_eq(status, 0);
    write_program("/bin/systemctl", "#!/bin/sh\n");
    write_program(
        "/var/lib/rancher/rke2/bin/crictl",
        "#!/bin/sh\n[ -n \"$CRI_CONFIG_FILE\" ] && [ \"$1 $2\" = 'ps -a' ] || exit 1\n"
        "cat <<END\n"
        "CONTAINER       IMAGE         CREATED          STATE     NAME     ATTEMPT   POD ID"
        "   POD            NAMESPACE\n"
        "1               2             19 seconds ago   Exited    etcd     3         4"
        "        etcd-ha-m1     kube-system\n"
        "2               2             2 minutes ago    Exited    etcd     2         4"
        "        etcd-ha-m1     kube-system\n"
        "3               2             1 second ago     Running   api      4         5"
        "        api-ha-m1      kube-system\n"
        "4               2             2 minutes ago    Exited    api      3         5"
        "        api-ha-m1      kube-system\n"
        "5               2             9 seconds ago    Exited    helm     0         6"
        "        helm-install   kube-system\n"
        "END\n");
    write_text(at(ETCD "/2.log"), "2026-11-30T05:38:33.1Z stderr F an earlier one\n");
    write_text(at(ETCD "/3.log"), "2026-11-30T05:38:33.1Z stderr F first words\n"
                                  "2026-11-30T05:38:34.1Z stderr F last words\n");
}

Test(stalled_script, the_logs_of_a_start_that_gets_no_further_are_read_for_their_errors)
{
    make_stalled_host();
    write_logs(5);
    struct rw_reply reply = run_script("unit=rke2-server.service\n", "stalled", "");
    cr_expect_eq(count_of(&reply, "kubelet"), 1);
    cr_expect_eq(count_of(&reply, "containerd"), 2);
    cr_expect_eq(count_of(&reply, "ended"), 1);
    const char *kubelet = rw_reply_get(&reply, "kubelet");
    cr_expect(kubelet && strstr(kubelet, "unknown flag: --x"), "%s", kubelet);
    char *ended = rw_asprintf("etcd-ha-m1 %s/3.log 3 last words", at(ETCD));
    cr_expect_str_eq(rw_reply_get(&reply, "ended"), ended);
    free(ended);
    rw_reply_done(&reply);
    folder_remove(root);
}

Test(stalled_script, errors_of_an_earlier_start_are_not_read)
{
    make_stalled_host();
    write_logs(600);
    struct rw_reply reply = run_script("unit=rke2-server.service\n", "stalled", "");
    cr_expect_eq(count_of(&reply, "kubelet"), 0);
    cr_expect_eq(count_of(&reply, "containerd"), 0);
    rw_reply_done(&reply);
    folder_remove(root);
}

/* ---- what the cluster keeps of a node ---- */

/* node, secret: what kubectl prints when it is asked for them; NULL: it fails. */
static void expect_kept(const char *probe, const char *node, const char *secret, const char *state)
{
    make_folders();
    char *script =
        rw_asprintf("cd %s && mkdir -p ./var/lib/rancher/rke2/bin ./etc/rancher/rke2", root);
    int status;
    free(run_shell("sh", script, &status));
    free(script);
    char *kubectl = rw_asprintf(
        "#!/bin/sh\ncase $* in\n*'get node w '*) %s ;;\n"
        "*'get secret w.node-password.rke2 -n kube-system '*) %s ;;\n*) exit 9 ;;\nesac\n",
        node ? node : "exit 1", secret ? secret : "exit 1");
    write_program(KUBECTL, kubectl);
    write_text(at("/etc/rancher/rke2/rke2.yaml"), "x\n");
    struct rw_reply reply = run_script("node=w\n", probe, "echo \"state=$state\"\n");
    cr_expect(rw_reply_is(&reply, "state", state), "%s: %s %s", probe, node, secret);
    rw_reply_done(&reply);
    free(kubectl);
    folder_remove(root);
}

#define NOTHING "true"
#define NODE    "echo node/w"
#define PASSWD  "echo secret/w.node-password.rke2"

Test(probe_node, finds_the_node_or_the_password_that_it_left)
{
    expect_kept("probe-node", NODE, PASSWD, "there");
    expect_kept("probe-node", NOTHING, PASSWD, "there");
    expect_kept("probe-node", NOTHING, NOTHING, "done");
    /* What is not known is not gone. */
    expect_kept("probe-node", NULL, NOTHING, "there");
    expect_kept("probe-node", NOTHING, NULL, "there");
}

Test(probe_password, finds_only_the_password_of_a_node_that_is_surely_none)
{
    expect_kept("probe-password", NOTHING, PASSWD, "there");
    expect_kept("probe-password", NODE, PASSWD, "done");
    expect_kept("probe-password", NULL, PASSWD, "done");
    expect_kept("probe-password", NOTHING, NOTHING, "done");
    expect_kept("probe-password", NOTHING, NULL, "done");
}

/* ---- the support bundle ---- */

Test(bundle_script, has_the_logs_of_the_pods_now_and_before_and_what_crictl_lists)
{
    static const char *const quiet[] = {"timedatectl", "journalctl", "ss", "ip"};
    make_stalled_host();
    write_logs(5);
    for (size_t i = 0; i < RW_COUNT(quiet); i++) {
        char *path = rw_asprintf("/bin/%s", quiet[i]);
        write_program(path, "#!/bin/sh\n");
        free(path);
    }
    write_text(at(ETCD "/1.log"), "2026-11-30T05:38:33.1Z stderr F the oldest one\n");
    struct rw_reply reply = run_script("lines=50\nbytes=20000\n", "bundle", "");
    struct rw_buf pods = {0};
    const char *file = "";
    for (size_t i = 0; i < reply.count; i++) {
        if (strcmp(reply.pairs[i].key, "file") == 0)
            file = reply.pairs[i].value;
        else if (strcmp(file, "pods") == 0)
            rw_buf_addf(&pods, "%s\n", reply.pairs[i].value);
    }
    const char *text = rw_buf_str(&pods);
    cr_expect(strstr(text, "an earlier one") && strstr(text, "last words"), "%s", text);
    cr_expect(strstr(text, "POD ID") && !strstr(text, "the oldest one"), "%s", text);
    rw_buf_done(&pods);
    rw_reply_done(&reply);
    folder_remove(root);
}

/* ---- the pods of a cluster that is up ---- */

/* kubectl as the folder's files answer, and a clock that goes on by ten seconds with each look. */
static struct rw_reply verify(const char *pods, const char *later, const char *taints)
{
    make_folders();
    char *script = rw_asprintf("cd %s && mkdir -p ./var/lib/rancher/rke2/bin", root);
    int status;
    free(run_shell("sh", script, &status));
    free(script);
    write_text(at("/pods"), pods);
    write_text(at("/later"), later ? later : pods);
    write_text(at("/taints"), taints);
    write_text(at("/now"), "1000\n");
    write_program("/bin/sleep", "#!/bin/sh\n");
    char *date = rw_asprintf("#!/bin/sh\nread -r now <%s\necho $((now + 10)) >%s\necho $now\n",
                             at("/now"), at("/now"));
    write_program("/bin/date", date);
    char *kubectl =
        rw_asprintf("#!/bin/sh\ncd %s\ncase $* in\n*' logs '*--previous=true*) echo last words ;;\n"
                    "*'get pods'*) cat pods; cp later pods ;;\n*taints*) cat taints ;;\n"
                    "*'get nodes'*) echo 'node=ha-m1 True' ;;\nesac\n",
                    root);
    write_program("/var/lib/rancher/rke2/bin/kubectl", kubectl);
    struct rw_reply reply = run_script("name=x\naddresses=\nours='ha-m1 ha-w1'\n", "verify", "");
    free(date);
    free(kubectl);
    return reply;
}

static void verified(struct rw_reply *reply, const char *key, const char *value)
{
    const char *found = rw_reply_get(reply, key);
    cr_expect_str_eq(found ? found : "(none)", value, "%s: %s", key, found);
}

#define GOOD                                                                                       \
    "ha-m1 etcd-ha-m1 Running Node/ etcd:true:::0\n"                                               \
    "ha-m1 helm-install-x Succeeded Job/ helm:false::Completed:0\n"                                \
    "ha-m1 evicted Failed ReplicaSet/ a:false::Error:0\n"                                          \
    " pending Pending ReplicaSet/\n"                                                               \
    "other etcd-other Running Node/ etcd:false:CrashLoopBackOff::9\n"
#define CRASHES "ha-m1 ccm-ha-m1 Running Node/ ccm:false:CrashLoopBackOff::6\n"
#define LATE    "ha-w1 canal-x Pending DaemonSet/ init:true::Completed:0 a:false:PodInitializing::0\n"

Test(verify_script, pods_that_run_or_are_not_of_these_nodes_are_no_reason_to_wait)
{
    struct rw_reply reply = verify(GOOD, NULL, "ha-m1 a.example.com/x b\nha-w1 \n");
    verified(&reply, "node", "ha-m1 True");
    verified(&reply, "pod", "(none)");
    verified(&reply, "late", "(none)");
    verified(&reply, "taint", "(none)");
    char *now = read_text(at("/now"));
    cr_expect_str_eq(now, "1010\n", "looked again until %s", now);
    free(now);
    rw_reply_done(&reply);
    folder_remove(root);
}

Test(verify_script, a_pod_that_crashes_is_given_time_and_then_told_with_its_last_words)
{
    struct rw_reply reply = verify(GOOD CRASHES, NULL, "ha-m1 \n");
    verified(&reply, "pod", "ha-m1 ccm-ha-m1 6 CrashLoopBackOff: last words");
    rw_reply_done(&reply);
    folder_remove(root);
    reply = verify(GOOD CRASHES, GOOD, "ha-m1 \n");
    verified(&reply, "pod", "(none)");
    rw_reply_done(&reply);
    folder_remove(root);
}

Test(verify_script, a_pod_that_is_slow_is_late_and_a_node_without_a_cloud_controller_told)
{
    struct rw_reply reply =
        verify(GOOD LATE, NULL, "ha-w1 b node.cloudprovider.kubernetes.io/uninitialized\n");
    verified(&reply, "late", "ha-w1 canal-x PodInitializing");
    verified(&reply, "taint", "ha-w1");
    verified(&reply, "controller", "no");
    rw_reply_done(&reply);
    folder_remove(root);
}
