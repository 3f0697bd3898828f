/* SPDX-License-Identifier: Apache-2.0 */
/* The folder on a host from which RKE2 is to come. Source: RKE2 documentation, "Air-Gap Install".
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "check/host_judge_parts.h"
#include "cluster/source.h"

static bool has(const struct rw_host_facts *facts, const char *name)
{
    size_t length = strlen(name);
    const char *list = facts->artifacts ? facts->artifacts : "";
    for (const char *at = list; (at = strstr(at, name)); at += length)
        if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ' '))
            return true;
    return false;
}

/* In either of the two ways in which archives of images are packed. */
static bool has_images(const struct rw_host_facts *facts, const char *kind)
{
    char *zst = rw_asprintf("rke2-images%s.linux-%s.tar.zst", kind, facts->artifact_arch);
    char *gz = rw_asprintf("rke2-images%s.linux-%s.tar.gz", kind, facts->artifact_arch);
    bool there = has(facts, zst) || has(facts, gz);
    free(zst);
    free(gz);
    return there;
}

static void need(struct rw_buf *missing, const struct rw_host_facts *facts, const char *name)
{
    if (!has(facts, name))
        rw_buf_addf(missing, "%s%s", missing->len ? ", " : "", name);
}

/* The archive of all images holds the network of RKE2's own choice; others have one of their own.
 */
static void need_images(struct rw_buf *missing, const struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    enum rw_cni cni = rw_cni_of(judge->cluster);
    bool all = has_images(facts, ""), core = all || has_images(facts, "-core");
    char *kind = rw_asprintf("-%s", rw_cni_name(cni));
    bool network = cni == RW_CNI_NONE || (all && cni == RW_CNI_CANAL) || has_images(facts, kind);
    if (!core)
        rw_buf_addf(missing, "%srke2-images.linux-%s.tar.zst", missing->len ? ", " : "",
                    facts->artifact_arch);
    if (!network && (core || cni != RW_CNI_CANAL))
        rw_buf_addf(missing, "%srke2-images%s.linux-%s.tar.zst", missing->len ? ", " : "", kind,
                    facts->artifact_arch);
    free(kind);
}

/* The problem of the files that are there, translatable; NULL when there is none. */
static const char *damage(const struct rw_host_facts *facts)
{
    if (facts->artifact_script == RW_KNOWN_NO)
        return N_("install.sh is not a shell script");
    if (facts->artifact_sum == RW_KNOWN_NO)
        return N_("the SHA-256 checksum of the tarball does not match the list");
    if (facts->artifact_version == RW_KNOWN_NO)
        return N_("the tarball contains another version");
    return NULL;
}

static void tell(struct host_judge *judge, enum rw_finding_id id, const char *missing,
                 const char *reason)
{
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_ARTIFACTS, HOST_BAD, judge->cluster->source,
                         missing ? missing : _(reason), NULL);
    if (!finding)
        return;
    finding->id = id;
    rw_finding_set(finding, "folder", judge->cluster->source);
    rw_finding_set(finding, "missing", missing ? missing : "");
    rw_finding_set(finding, "_reason", reason ? reason : "");
    rw_finding_set(finding, "version", judge->cluster->version ? judge->cluster->version : "-");
}

void host_judge_artifacts(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    if (rw_source_kind(judge->cluster->source) != RW_SOURCE_FOLDER)
        return;
    if (!facts->artifact_arch) {
        host_judge_state(judge, RW_CHECK_ARTIFACTS, HOST_UNKNOWN, judge->cluster->source, NULL,
                         NULL);
        return;
    }
    struct rw_buf missing = {0};
    char *list = rw_asprintf("sha256sum-%s.txt", facts->artifact_arch);
    char *tarball = rw_asprintf("rke2.linux-%s.tar.gz", facts->artifact_arch);
    need(&missing, facts, "install.sh");
    need(&missing, facts, list);
    need(&missing, facts, tarball);
    if (!judge->cluster->registry)
        need_images(&missing, judge);
    if (missing.len)
        tell(judge, RW_F_ARTIFACTS_MISSING, missing.data, NULL);
    else if (damage(facts))
        tell(judge, RW_F_ARTIFACTS_BROKEN, NULL, damage(facts));
    else
        host_judge_state(judge, RW_CHECK_ARTIFACTS, HOST_GOOD, judge->cluster->source,
                         _("complete"), NULL);
    free(list);
    free(tarball);
    rw_buf_done(&missing);
}
