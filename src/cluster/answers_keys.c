#include "cluster/answers_keys.h"

#include <string.h>

#include "base/i18n.h"
#include "cluster/cni.h"
#include "cluster/jump.h"
#include "cluster/names.h"
#include "cluster/proxy.h"
#include "cluster/source.h"

#define CLUSTER(field) .owner = RW_ANSWERS_IN_CLUSTER, .offset = offsetof(struct rw_cluster, field)
#define NAMES(field)                                                                               \
    .kind = RW_ANSWERS_NAMES, CLUSTER(field),                                                      \
    .count_offset = offsetof(struct rw_cluster, field##_count)
#define HOST(field) .owner = RW_ANSWERS_IN_HOST, .offset = offsetof(struct rw_host, field)
#define LOGIN(field)                                                                               \
    .scopes = RW_ANSWERS_SSH | RW_ANSWERS_HOST, .owner = RW_ANSWERS_IN_LOGIN,                      \
    .offset = offsetof(struct rw_login, field)
#define REQUIRED .required = true

/* In the order in which the writer puts them. */
/* clang-format off */
const struct rw_answers_key rw_answers_keys[RW_ANSWERS_KEY_COUNT] = {
    {"version", RW_ANSWERS_TOP, REQUIRED, .kind = RW_ANSWERS_FORMAT,
     .expected = N_("the number 1, which names the format of this file")},
    {"cluster", RW_ANSWERS_TOP, REQUIRED, .kind = RW_ANSWERS_TEXT, CLUSTER(name),
     .check = rw_names_is_cluster,
     .expected = N_("a name of at most 63 lower-case letters, digits and hyphens that does not "
                    "begin with a hyphen")},
    {"registration-name", RW_ANSWERS_TOP, REQUIRED, .kind = RW_ANSWERS_TEXT,
     CLUSTER(registration_name), .check = rw_names_is_registration,
     .expected = N_("a DNS name such as rke2.example.com, not an address")},
    {"token", RW_ANSWERS_TOP, .kind = RW_ANSWERS_TOKEN, CLUSTER(token),
     .expected = N_("one secret text, best of 32 or more letters and digits")},
    {"token-file", RW_ANSWERS_TOP, .kind = RW_ANSWERS_PATH, CLUSTER(token_file),
     .check = rw_names_is_path,
     .expected = N_("the path of a file whose first line is the token")},
    {"tls-san", RW_ANSWERS_TOP, NAMES(tls_san),
     .check = rw_names_is_san,
     .expected = N_("a list of DNS names and addresses, without wildcards")},
    {"servers-run-workloads", RW_ANSWERS_TOP, .kind = RW_ANSWERS_FLAG,
     CLUSTER(servers_run_workloads),
     .expected = N_("true or false; other words such as yes, no, on and off are not accepted")},
    {"rke2", RW_ANSWERS_TOP, .kind = RW_ANSWERS_MAP, .inner = RW_ANSWERS_RKE2,
     .expected = N_("a mapping with channel or version")},
    {"version", RW_ANSWERS_RKE2, .kind = RW_ANSWERS_TEXT, CLUSTER(version), .alias = "rke2-version",
     .check = rw_names_is_version,
     .expected = N_("an exact version such as v1.26.12+rke2r1")},
    {"channel", RW_ANSWERS_RKE2, .kind = RW_ANSWERS_TEXT, CLUSTER(channel),
     .check = rw_names_is_channel,
     .expected = N_("stable, latest, testing or a minor version such as v1.34")},
    {"cni", RW_ANSWERS_TOP, .kind = RW_ANSWERS_TEXT, CLUSTER(cni), .check = rw_cni_is_name,
     .expected = N_("canal, calico, cilium, flannel or none")},
    {"source", RW_ANSWERS_TOP, .kind = RW_ANSWERS_TEXT, CLUSTER(source), .check = rw_source_is,
     .expected = N_("get.rke2.io, rancher-mirror.rancher.cn, or the full path of a folder that is on "
                    "each host")},
    {"proxy", RW_ANSWERS_TOP, .kind = RW_ANSWERS_MAP, .inner = RW_ANSWERS_PROXY, .alias = "",
     .expected = N_("a mapping with url, and perhaps password-file and no-proxy")},
    {"url", RW_ANSWERS_PROXY, REQUIRED, .kind = RW_ANSWERS_PROXY_URL, CLUSTER(proxy.url),
     .alias = "proxy", .check = rw_proxy_is_url,
     .expected = N_("an address such as http://proxy.example.com:3128, with user@ before the name if "
                    "the proxy wants one")},
    {"password-file", RW_ANSWERS_PROXY, .kind = RW_ANSWERS_PATH, CLUSTER(proxy.password_file),
     .alias = "proxy-password-file", .check = rw_names_is_path,
     .expected = N_("the path of a file whose first line is the password of the proxy")},
    {"no-proxy", RW_ANSWERS_PROXY, NAMES(proxy.bypass), .check = rw_proxy_is_bypass,
     .expected = N_("a list of DNS names, addresses and networks such as 10.0.0.0/8")},
    {"registry", RW_ANSWERS_TOP, .kind = RW_ANSWERS_MAP, .inner = RW_ANSWERS_REGISTRY, .alias = "",
     .expected = N_("a mapping with system-default-registry")},
    {"system-default-registry", RW_ANSWERS_REGISTRY, REQUIRED, .kind = RW_ANSWERS_TEXT,
     CLUSTER(registry), .check = rw_names_is_endpoint,
     .expected = N_("a name or an address, perhaps with a port, such as registry.example.com:5000")},
    {"ssh", RW_ANSWERS_TOP, .kind = RW_ANSWERS_MAP, .inner = RW_ANSWERS_SSH,
     .expected = N_("a mapping with the login that all hosts share")},
    {"hosts", RW_ANSWERS_TOP, REQUIRED, .kind = RW_ANSWERS_HOSTS, .inner = RW_ANSWERS_HOST,
     .expected = N_("a list of hosts, each with name, address and role")},
    {"name", RW_ANSWERS_HOST, REQUIRED, .kind = RW_ANSWERS_TEXT, HOST(name),
     .check = rw_names_is_node,
     .expected = N_("a name of lower-case letters, digits, hyphens and dots, at most 63 between "
                    "two dots and 253 in all, and not localhost")},
    {"address", RW_ANSWERS_HOST, REQUIRED, .kind = RW_ANSWERS_TEXT, HOST(address),
     .check = rw_names_is_address,
     .expected = N_("the IPv4 address, IPv6 address or DNS name of one machine")},
    {"role", RW_ANSWERS_HOST, REQUIRED, .kind = RW_ANSWERS_ROLE, HOST(role),
     .expected = N_("server or agent")},
    {"user", .kind = RW_ANSWERS_TEXT, LOGIN(user), .check = rw_names_is_user,
     .expected = N_("a login name such as root")},
    {"port", .kind = RW_ANSWERS_PORT, LOGIN(port),
     .expected = N_("a whole number from 1 to 65535, without quotes")},
    {"key", .kind = RW_ANSWERS_PATH, LOGIN(key), .check = rw_names_is_path,
     .expected = N_("the path of a private key file such as ~/.ssh/id_ed25519")},
    {"password-file", .kind = RW_ANSWERS_PATH, LOGIN(password_file), .check = rw_names_is_path,
     .expected = N_("the path of a file whose first line is the login password")},
    {"sudo-password-file", .kind = RW_ANSWERS_PATH, LOGIN(sudo_password_file),
     .check = rw_names_is_path,
     .expected = N_("the path of a file whose first line is the password for sudo")},
    {"jump", .kind = RW_ANSWERS_TEXT, LOGIN(jump), .check = rw_jump_is,
     .expected = N_("a jump host as user@address:port, or none; user and port may be left out")},
    {"jump-key", .kind = RW_ANSWERS_PATH, LOGIN(jump_key), .check = rw_names_is_path,
     .expected = N_("the path of the private key file for the jump host")},
};
/* clang-format on */

const struct rw_answers_key *rw_answers_key(const char *name, unsigned scopes)
{
    for (size_t i = 0; i < RW_ANSWERS_KEY_COUNT; i++)
        if ((rw_answers_keys[i].scopes & scopes) && strcmp(rw_answers_keys[i].name, name) == 0)
            return &rw_answers_keys[i];
    return NULL;
}

const struct rw_answers_key *rw_answers_key_of_cluster(const char *alias)
{
    for (size_t i = 0; i < RW_ANSWERS_KEY_COUNT; i++) {
        const struct rw_answers_key *key = &rw_answers_keys[i];
        const char *name = key->alias ? key->alias : key->name;
        if (!(key->scopes == RW_ANSWERS_HOST) && strcmp(name, alias) == 0)
            return key;
    }
    return NULL;
}

size_t *rw_answers_count(const struct rw_answers_key *key, struct rw_cluster *cluster)
{
    return (size_t *)((char *)cluster + key->count_offset);
}

void *rw_answers_field(const struct rw_answers_key *key, struct rw_cluster *cluster,
                       struct rw_host *host)
{
    char *object = (char *)cluster;
    if (key->owner == RW_ANSWERS_IN_HOST)
        object = (char *)host;
    else if (key->owner == RW_ANSWERS_IN_LOGIN)
        object = (char *)(host ? &host->login : &cluster->login);
    return object + key->offset;
}
