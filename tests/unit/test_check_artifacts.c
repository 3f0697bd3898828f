/* SPDX-License-Identifier: Apache-2.0 */
/* The folder on a host from which RKE2 is to come: what the script reports about it, and what is
 * made of that. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/host_judge.h"
#include "plan/node_scripts.h"
#include "rke2/rke2.h"
#include "unit/helpers.h"

#define SCRIPT   "artifact=install.sh\n"
#define BASIC    "artifact_arch=amd64\n" SCRIPT "artifact=sha256sum-amd64.txt\n" TARBALL SUM
#define TARBALL  "artifact=rke2.linux-amd64.tar.gz\n"
#define SUM      "artifact_sum=yes\nartifact_version=yes\n"
#define IMAGES   "artifact=rke2-images.linux-amd64.tar.zst\n"
#define CORE     "artifact=rke2-images-core.linux-amd64.tar.gz\n"
#define OF(name) "artifact=rke2-images-" name ".linux-amd64.tar.zst\n"

static struct rw_cluster *cluster_with(const char *settings)
{
    char *text = rw_asprintf("registration-name: a.b\nsource: /opt/rke2\n"
                             "rke2: {version: v1.34.1+rke2r1}\n%s",
                             settings);
    struct rw_cluster *cluster =
        cluster_of(text, "- {name: m1, address: 10.0.0.1, role: server}\n");
    free(text);
    return cluster;
}

/* The report about the folder, as "R-46: fact", or the state of the row. */
static void expect_judged(const char *settings, const char *told, const char *expected)
{
    struct rw_cluster *cluster = cluster_with(settings);
    struct rw_requirements requirements = {0};
    struct rw_host_facts facts = {0};
    struct rw_host_verdicts verdicts = {0};
    struct rw_reply reply = {0};
    struct rw_buf out = {0};
    char *text = rw_asprintf("hostname=m1\n%sclock_end=1700000000390000000\n", told);
    rw_reply_parse(&reply, text, strlen(text));
    rw_host_facts_read(&facts, &reply);
    rw_requirements_init(&requirements);
    rw_hosts_judge(&verdicts, cluster, &requirements, &facts);
    for (size_t i = 0; i < verdicts.row_count; i++) {
        const struct rw_host_row *row = &verdicts.rows[i];
        if (row->check != RW_CHECK_ARTIFACTS)
            continue;
        char *fact = row->finding >= 0
                         ? rw_finding_text(&verdicts.findings.items[row->finding], RW_FINDING_FACT)
                         : rw_strdup(row->found);
        rw_buf_addf(&out, "%s: %s",
                    row->finding >= 0 ? rw_finding_code(verdicts.findings.items[row->finding].id)
                                      : rw_severity_name(row->severity),
                    fact);
        free(fact);
    }
    cr_expect_str_eq(rw_buf_str(&out), expected, "%s%s: %s", settings, told, rw_buf_str(&out));
    rw_buf_done(&out);
    free(text);
    rw_reply_done(&reply);
    rw_host_verdicts_done(&verdicts);
    rw_requirements_done(&requirements);
    rw_host_facts_done(&facts);
    rw_cluster_free(cluster);
}

Test(check_artifacts, are_complete_with_images_or_a_registry)
{
    expect_judged("", BASIC IMAGES, "ok: complete");
    expect_judged("", BASIC CORE OF("canal"), "ok: complete");
    expect_judged("cni: cilium\n", BASIC IMAGES OF("cilium"), "ok: complete");
    expect_judged("cni: none\n", BASIC CORE, "ok: complete");
    expect_judged("registry: {system-default-registry: r}\n", BASIC, "ok: complete");
}

Test(check_artifacts, that_are_missing_are_named)
{
    expect_judged("", "artifact_arch=arm64\n",
                  "R-46: Files are missing in the folder /opt/rke2: install.sh, "
                  "sha256sum-arm64.txt, rke2.linux-arm64.tar.gz, rke2-images.linux-arm64.tar.zst.");
    expect_judged(
        "", BASIC,
        "R-46: Files are missing in the folder /opt/rke2: rke2-images.linux-amd64.tar.zst.");
    expect_judged(
        "", BASIC CORE,
        "R-46: Files are missing in the folder /opt/rke2: rke2-images-canal.linux-amd64.tar.zst.");
    expect_judged(
        "cni: calico\n", BASIC IMAGES,
        "R-46: Files are missing in the folder /opt/rke2: rke2-images-calico.linux-amd64.tar.zst.");
    /* A name that only begins alike is another file. */
    expect_judged("registry: {system-default-registry: r}\n",
                  "artifact_arch=amd64\nartifact=install.sh.old\n"
                  "artifact=sha256sum-amd64.txt\n" TARBALL,
                  "R-46: Files are missing in the folder /opt/rke2: install.sh.");
}

Test(check_artifacts, that_do_not_fit_are_told)
{
    static const char registry[] = "registry: {system-default-registry: r}\n";
    expect_judged(
        registry, BASIC "artifact_script=no\n",
        "R-47: The files in the folder /opt/rke2 do not match: install.sh is not a shell script.");
    expect_judged(registry, BASIC "artifact_sum=no\n",
                  "R-47: The files in the folder /opt/rke2 do not match: the SHA-256 checksum of "
                  "the tarball does not match the list.");
    expect_judged(registry, BASIC "artifact_version=no\n",
                  "R-47: The files in the folder /opt/rke2 do not match: the tarball contains "
                  "another version.");
    expect_judged(registry, "", "R-02: Could not determine: RKE2 folder.");
}

/* ---- the way out that is left ---- */

static void expect_way(const char *settings, const char *expected)
{
    struct rw_cluster *cluster = cluster_of(settings, "- {name: m1, address: a.b, role: server}\n");
    char *urls = rw_rke2_way_out(cluster);
    cr_expect_str_eq(urls, expected, "%s", settings);
    free(urls);
    rw_cluster_free(cluster);
}

#define NAME "registration-name: a.b\n"

Test(check_artifacts, leave_only_the_way_out_that_is_needed)
{
    expect_way(NAME, "https://get.rke2.io https://github.com https://index.docker.io/v2/");
    expect_way(NAME "source: rancher-mirror.rancher.cn\n",
               "https://rancher-mirror.rancher.cn/rke2/install.sh https://index.docker.io/v2/");
    expect_way(NAME "source: rancher-mirror.rancher.cn\n"
                    "registry: {system-default-registry: \"r.cn:5000\"}\n",
               "https://rancher-mirror.rancher.cn/rke2/install.sh https://r.cn:5000/v2/");
    expect_way(NAME "source: /opt/rke2\nrke2: {version: v1.34.1+rke2r1}\n", "");
    expect_way(NAME "source: /opt/rke2\nrke2: {version: v1.34.1+rke2r1}\n"
                    "registry: {system-default-registry: r}\n",
               "https://r/v2/");
}

/* ---- the script ---- */

static char *look(const char *folder, const char *version)
{
    struct rw_buf script = {0};
    rw_buf_addf(&script,
                "rw_main() {\nrole=server\nname=x\nurls=\nports=\netcd_test=no\n"
                "given_proxy=\ngiven_bypass=\nartifacts='%s'\nversion='%s'\n",
                folder, version);
    rw_node_script_add(&script, "host-facts");
    rw_buf_adds(&script, "\n}\n( rw_main ) </dev/null\n");
    int status;
    char *output = run_shell("sh", rw_buf_str(&script), &status);
    rw_buf_done(&script);
    cr_assert_eq(status, 0);
    return output;
}

Test(check_artifacts, are_looked_at_by_the_script)
{
    char *folder = folder_new();
    const char *arch = "amd64";
    struct utsname system;
    if (uname(&system) == 0 && strcmp(system.machine, "aarch64") == 0)
        arch = "arm64";
    char *build = rw_asprintf("cd '%s' && mkdir bin && printf 'x v1.34.1+rke2r1 y' >bin/rke2 && "
                              "tar czf rke2.linux-%s.tar.gz bin && rm -r bin && "
                              "sha256sum rke2.linux-%s.tar.gz >sha256sum-%s.txt && "
                              "echo '#!/bin/sh' >install.sh && "
                              "echo x >rke2-images-core.linux-%s.tar.zst && "
                              "echo x >rke2-images.linux-s390x.tar.zst\n",
                              folder, arch, arch, arch, arch);
    int status;
    free(run_shell("sh", build, &status));
    cr_assert_eq(status, 0);
    char *told = look(folder, "v1.34.1+rke2r1");
    char *images = rw_asprintf("\nartifact=rke2-images-core.linux-%s.tar.zst\n", arch);
    cr_expect(strstr(told, "\nartifact=install.sh\n"), "%s", told);
    cr_expect(strstr(told, images), "%s", told);
    cr_expect(strstr(told, "artifact_sum=yes\n"), "%s", told);
    cr_expect(strstr(told, "artifact_version=yes\n"), "%s", told);
    cr_expect_null(strstr(told, "s390x"));
    cr_expect_null(strstr(told, "artifact_script"));
    free(told);
    told = look(folder, "v1.34.2+rke2r1");
    cr_expect(strstr(told, "artifact_version=no\n"), "%s", told);
    free(told);
    write_text(in_folder(folder, "install.sh"), "<html>\n");
    char *list = rw_asprintf("sha256sum-%s.txt", arch);
    write_text(in_folder(folder, list), "nothing\n");
    told = look(folder, "v1.34.1+rke2r1");
    cr_expect(strstr(told, "artifact_script=no\n"), "%s", told);
    cr_expect(strstr(told, "artifact_sum=no\n"), "%s", told);
    free(told);
    free(list);
    free(images);
    free(build);
    folder_remove(folder);
}
