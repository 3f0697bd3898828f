/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/settings.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/cni.h"
#include "cluster/jump.h"
#include "cluster/names.h"
#include "cluster/proxy.h"
#include "cluster/source.h"

#define CLUSTER(field) .owner = RW_SETTING_IN_CLUSTER, .offset = offsetof(struct rw_cluster, field)
#define NAMES(field)                                                                               \
    .kind = RW_SETTING_NAMES, CLUSTER(field),                                                      \
    .count_offset = offsetof(struct rw_cluster, field##_count)
#define HOST(field)                                                                                \
    .scopes = RW_SCOPE_HOST, .owner = RW_SETTING_IN_HOST, .offset = offsetof(struct rw_host, field)
#define LOGIN(field)                                                                               \
    .scopes = RW_SCOPE_SSH | RW_SCOPE_HOST, .owner = RW_SETTING_IN_LOGIN,                          \
    .offset = offsetof(struct rw_login, field)
#define CONFIG(name, how, nodes) .config = {.key = name, .form = RW_CONFIG_##how, .roles = nodes}

/* clang-format off */
const struct rw_setting rw_settings[] = {
    {.key = "version", .scopes = RW_SCOPE_TOP, .required = true, .kind = RW_SETTING_FORMAT,
     .expected = N_("the number 1, which names the format of this file"),
     .help = N_("The format of the file.")},
    {.key = "cluster", .scopes = RW_SCOPE_TOP, .required = true, .kind = RW_SETTING_TEXT,
     CLUSTER(name), .check = rw_names_is_cluster,
     .expected = N_("a name of at most 63 lower-case letters, digits and hyphens that does not "
                    "begin with a hyphen"),
     .label = N_("Cluster"),
     .help = N_("A short name for the cluster. Its journal is kept under this name.")},
    {.key = "registration-name", .scopes = RW_SCOPE_TOP, .required = true, .kind = RW_SETTING_TEXT,
     CLUSTER(registration_name), .check = rw_names_is_registration,
     .expected = N_("a DNS name such as rke2.example.com, not an address"),
     .group = RW_GROUP_NAME, .label = N_("Registration name"),
     .help = N_("The DNS name of all servers, with one A or AAAA record for each: nodes join and users connect through it. A round-robin name, not an address."),
     CONFIG("server", SCALAR, RW_ALL_NODES)},
    {.key = "token", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_SECRET, CLUSTER(token),
     .expected = N_("a secret text, preferably 32 or more letters and digits"),
     .group = RW_GROUP_MAIN, .label = N_("Token"),
     .help = N_("The secret with which nodes join; whoever has it administers the cluster. Without token and token-file, a token is generated and kept next to the journal, readable only by you."),
     .set = N_("saved on this machine"), .unset = N_("will be generated"),
     CONFIG("token", SCALAR, RW_ALL_NODES), .fixed = RW_FIXED_CLUSTER, .apart = true},
    {.key = "token-file", .scopes = RW_SCOPE_TOP, .unless = "token", .kind = RW_SETTING_PATH,
     CLUSTER(token_file), .check = rw_names_is_path,
     .expected = N_("the path of a file whose first line is the token"),
     .help = N_("A file that holds the token, instead of the key token. It must be readable only by you.")},
    {.key = "tls-san", .scopes = RW_SCOPE_TOP, NAMES(tls_san), .check = rw_names_is_san,
     .expected = N_("a list of DNS names and addresses, without wildcards"),
     .group = RW_GROUP_MAIN, .label = N_("Extra SANs (tls-san)"),
     .help = N_("DNS names and addresses to include in the certificates of the servers, separated by blanks. The registration name is always included."),
     CONFIG("tls-san", LIST, RW_SERVERS)},
    {.key = "servers-run-workloads", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_FLAG,
     CLUSTER(servers_run_workloads), .otherwise = "true",
     .expected = N_("true or false; other words such as yes, no, on and off are not accepted"),
     .group = RW_GROUP_MAIN, .label = N_("Workloads"), .option = N_("servers run workloads too"),
     .words = {N_("on agents only"), N_("on servers too")},
     .help = N_("If false, ordinary pods are kept off the servers (CriticalAddonsOnly=true:NoExecute)."),
     .config = {.key = "node-taint", .form = RW_CONFIG_ITEMS, .roles = RW_SERVERS,
                .text = "CriticalAddonsOnly=true:NoExecute"},
     .fixed = RW_FIXED_AT_JOIN},
    {.key = "rke2", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_MAP, .inner = RW_SCOPE_RKE2,
     .expected = N_("a mapping with channel or version"),
     .help = N_("The RKE2 to install: a version, or the newest of a channel.")},
    {.key = "version", .id = "rke2-version", .scopes = RW_SCOPE_RKE2, .kind = RW_SETTING_TEXT,
     CLUSTER(version), .check = rw_names_is_version,
     .expected = N_("an exact version such as v1.26.12+rke2r1"),
     .group = RW_GROUP_MAIN, .label = N_("RKE2 version"), .title = "RKE2", .unset = "",
     .help = N_("An exact version such as v1.26.12+rke2r1, or empty for the newest of a channel.")},
    {.key = "channel", .scopes = RW_SCOPE_RKE2, .unless = "rke2-version", .kind = RW_SETTING_TEXT,
     CLUSTER(channel), .check = rw_names_is_channel, .otherwise = "stable",
     .expected = N_("stable, latest, testing or a minor version such as v1.34"),
     .group = RW_GROUP_MAIN, .label = N_("Release channel"), .title = "RKE2",
     .set = N_("the newest of channel %s"),
     .help = N_("stable, latest, testing or a minor release such as v1.34. It is used when no version is set.")},
    {.key = "cni", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_TEXT, CLUSTER(cni),
     .choices = rw_cni_names, .otherwise = "canal",
     .expected = N_("canal, calico, cilium, flannel or none"),
     .group = RW_GROUP_ADVANCED, .label = N_("Pod network"), .brief = N_("network %s"),
     .help = N_("canal, calico, cilium, flannel, or none if you install a network yourself. It cannot be changed once the cluster exists."),
     CONFIG("cni", SCALAR, RW_SERVERS), .fixed = RW_FIXED_CLUSTER, .apart = true},
    {.key = "source", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_TEXT, CLUSTER(source),
     .check = rw_source_is, .otherwise = RW_SOURCE_DEFAULT,
     .expected = N_("get.rke2.io, rancher-mirror.rancher.cn, or the full path of a folder that is on "
                    "each host"),
     .group = RW_GROUP_ADVANCED, .label = N_("RKE2 source"), .brief = N_("from %s"),
     .help = N_("get.rke2.io; rancher-mirror.rancher.cn, the mirror in China; or the full path of a folder on each host, for hosts without Internet access. The example answers file lists the files it must contain.")},
    {.key = "proxy", .id = "", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_MAP,
     .inner = RW_SCOPE_PROXY,
     .expected = N_("a mapping with url and, optionally, password-file and no-proxy"),
     .help = N_("The proxy through which the hosts reach the Internet, for the download and for RKE2 itself. Without it, the download uses the proxy in /etc/environment of the host.")},
    {.key = "url", .id = "proxy", .scopes = RW_SCOPE_PROXY, .required = true,
     .kind = RW_SETTING_PROXY_URL, CLUSTER(proxy.url), .check = rw_proxy_is_url,
     .expected = N_("an address such as http://proxy.example.com:3128, with user@ before the name if the proxy needs one"),
     .group = RW_GROUP_ADVANCED, .label = N_("Proxy"), .brief = N_("proxy %s"),
     .help = N_("The address of the proxy through which the hosts reach the Internet, such as http://proxy.example.com:3128, or empty. With user:password@ before the name, the password is kept next to the journal, readable only by you, and not shown again.")},
    {.key = "password", .id = "proxy-password", .kind = RW_SETTING_SECRET, CLUSTER(proxy.password)},
    {.key = "password-file", .id = "proxy-password-file", .scopes = RW_SCOPE_PROXY, .with = "proxy",
     .kind = RW_SETTING_PATH, CLUSTER(proxy.password_file), .check = rw_names_is_path,
     .expected = N_("the path of a file whose first line is the password of the proxy"),
     .help = N_("A file that holds the password of the user in the address. It must be readable only by you.")},
    {.key = "no-proxy", .scopes = RW_SCOPE_PROXY, .with = "proxy", NAMES(proxy.bypass),
     .check = rw_proxy_is_bypass,
     .expected = N_("a list of DNS names, addresses and networks such as 10.0.0.0/8"),
     .group = RW_GROUP_ADVANCED, .label = N_("No proxy for"),
     .help = N_("Names, addresses and networks to reach without the proxy, separated by blanks. The hosts, their names, the registration name and the networks of the cluster are always included.")},
    {.key = "registry", .id = "", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_MAP,
     .inner = RW_SCOPE_REGISTRY, .expected = N_("a mapping with system-default-registry"),
     .help = N_("The source of the RKE2 images.")},
    {.key = "system-default-registry", .scopes = RW_SCOPE_REGISTRY, .required = true,
     .kind = RW_SETTING_TEXT, CLUSTER(registry), .check = rw_names_is_endpoint,
     .expected = N_("a name or an address, optionally with a port, such as registry.example.com:5000"),
     .group = RW_GROUP_ADVANCED, .label = N_("Image registry"), .brief = N_("images from %s"),
     .help = N_("A registry of your own from which the RKE2 images are pulled instead of docker.io, such as registry.example.com:5000, or empty."),
     CONFIG("system-default-registry", SCALAR, RW_SERVERS)},
    {.key = "join-together", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_NUMBER,
     CLUSTER(join_together), .min = 1, .max = 4, .otherwise = "2",
     .expected = N_("a whole number from 1 to 4, without quotes"),
     .help = N_("How many further servers start at the same time, 1 to 4. etcd adds them one by one; the rest of their starts overlaps. Releases before May 2023 join one server at a time.")},
    {.key = "ssh", .scopes = RW_SCOPE_TOP, .kind = RW_SETTING_MAP, .inner = RW_SCOPE_SSH,
     .expected = N_("a mapping with the default login of the hosts"),
     .help = N_("The login to the hosts. Each of its keys may also be set on a host, and then applies only to that host.")},
    {.key = "hosts", .scopes = RW_SCOPE_TOP, .required = true, .kind = RW_SETTING_HOSTS,
     .inner = RW_SCOPE_HOST,
     .expected = N_("a list of hosts, each with name, address and role"),
     .help = N_("The hosts, in the order in which servers start. The first server creates the cluster.")},
    {.key = "name", .required = true, .kind = RW_SETTING_TEXT, HOST(name),
     .check = rw_names_is_node,
     .expected = N_("a name of lower-case letters, digits, hyphens and dots, at most 63 between "
                    "two dots and 253 in all, and not localhost"),
     .label = N_("Name"),
     .help = N_("The name of the host, as printed by hostname: RKE2 uses it as the name of the node.")},
    {.key = "address", .required = true, .kind = RW_SETTING_TEXT, HOST(address),
     .check = rw_names_is_address,
     .expected = N_("the IPv4 address, IPv6 address or DNS name of one machine"),
     .label = N_("Address"),
     .help = N_("An IPv4 or IPv6 address, or a DNS name, under which this machine and the other hosts reach it.")},
    {.key = "role", .required = true, .kind = RW_SETTING_ROLE, HOST(role), .choices = rw_role_names,
     .expected = N_("server or agent"),
     .label = N_("Role"),
     .help = N_("Servers run the control plane and etcd: use one, three or five. Agents run workloads.")},
    {.key = "user", .kind = RW_SETTING_TEXT, LOGIN(user), .check = rw_names_is_user,
     .otherwise = "root",
     .expected = N_("a login name such as root"),
     .label = N_("Login user"), .help = N_("root, or a user who may become root with sudo.")},
    {.key = "port", .kind = RW_SETTING_NUMBER, LOGIN(port), .min = 1, .max = 65535,
     .otherwise = "22",
     .expected = N_("a whole number from 1 to 65535, without quotes"),
     .label = N_("SSH port"), .help = N_("The port on which sshd listens, usually 22.")},
    {.key = "key", .kind = RW_SETTING_PATH, LOGIN(key), .check = rw_names_is_path,
     .expected = N_("the path of a private key file such as ~/.ssh/id_ed25519"),
     .label = N_("Private key file"),
     .help = N_("Without one, the SSH agent and the usual files in ~/.ssh are tried; then the password is asked for.")},
    {.key = "password-file", .kind = RW_SETTING_PATH, LOGIN(password_file),
     .check = rw_names_is_path,
     .expected = N_("the path of a file whose first line is the login password"),
     .label = N_("Password file"),
     .help = N_("A file with the login password on its first line. Without one, the password is asked for when it is needed, and kept only in memory.")},
    {.key = "sudo-password-file", .kind = RW_SETTING_PATH, LOGIN(sudo_password_file),
     .check = rw_names_is_path,
     .expected = N_("the path of a file whose first line is the password for sudo"),
     .label = N_("sudo password file"),
     .help = N_("A file with the sudo password on its first line. Without one, the login password is tried, then the sudo password is asked for.")},
    {.key = "jump", .kind = RW_SETTING_TEXT, LOGIN(jump), .check = rw_jump_is,
     .expected = N_("a jump host as user@address:port, or none; user and port are optional"),
     .label = N_("Jump host"),
     .help = N_("user@address:port, as for ssh -J: the machine through which the hosts are reached. Empty: directly. none: this host directly, whatever the others do.")},
    {.key = "jump-key", .with = "jump", .kind = RW_SETTING_PATH, LOGIN(jump_key),
     .check = rw_names_is_path,
     .expected = N_("the path of the private key file for the jump host"),
     .label = N_("Jump host key"),
     .help = N_("A private key file. Without one, the key of the host is used, or else the SSH agent and the usual files.")},
};
/* clang-format on */
const size_t rw_setting_count = RW_COUNT(rw_settings);

const struct rw_setting *rw_setting_find(const char *key, unsigned scopes)
{
    for (size_t i = 0; i < rw_setting_count; i++)
        if ((rw_settings[i].scopes & scopes) && strcmp(rw_settings[i].key, key) == 0)
            return &rw_settings[i];
    return NULL;
}

const char *rw_setting_id(const struct rw_setting *setting)
{
    return setting->id ? setting->id : setting->key;
}

const struct rw_setting *rw_setting_of_cluster(const char *id)
{
    for (size_t i = 0; i < rw_setting_count; i++)
        if (rw_settings[i].owner != RW_SETTING_IN_HOST &&
            strcmp(rw_setting_id(&rw_settings[i]), id) == 0)
            return &rw_settings[i];
    return NULL;
}
