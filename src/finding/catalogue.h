/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of findings: FINDING(NAME, code, severity, fact, why, fix, same as).
 *
 * Included several times with different meanings of FINDING; no include guard. docs/messages.md is
 * generated from it. {name} is filled from the finding's parameters. The first letter of a code
 * names the area: A answers file, C changes since an earlier run, D DNS, H host and login, I
 * install, J journal, K kubeconfig and nodes, L lock of the hosts, P ports between hosts, R
 * requirements of hosts, U reset. A code is never given to another problem.
 */

/* ---- A: the answers file ---- */

FINDING(ANSWERS_UNREADABLE, "A-01", FAIL, N_("The answers file cannot be read: {reason}."), "",
        N_("Pass a readable file with -f; data/examples/ha-demo.yaml is an example."),
        "ls -l {file}")
FINDING(ANSWERS_SYNTAX, "A-02", FAIL, N_("{where}: invalid YAML: {reason}."),
        N_("The rest of the file cannot be read until this is corrected."),
        N_("Correct the line. Common causes: a tab instead of spaces, a missing space after a "
           "colon, an unclosed bracket or quote."),
        "")
FINDING(ANSWERS_UNKNOWN_KEY, "A-03", FAIL, N_("{where}: unknown key “{key}”."),
        N_("A mistyped key would otherwise be ignored silently."), N_("Allowed here: {allowed}."),
        "")
FINDING(ANSWERS_MISSING_KEY, "A-04", FAIL, N_("{where}: “{key}” is missing."), "",
        N_("Add “{key}: …”: {_expected}."), "")
FINDING(ANSWERS_WRONG_TYPE, "A-05", FAIL,
        N_("{where}: “{key}” has the wrong type: found {_found}."), "",
        N_("“{key}” must be {_expected}."), "")
FINDING(ANSWERS_BAD_VALUE, "A-06", FAIL, N_("{where}: “{value}” is not a valid value for “{key}”."),
        "", N_("“{key}” must be {_expected}."), "")
FINDING(ANSWERS_DUPLICATE_KEY, "A-07", FAIL, N_("{where}: “{key}” is set twice."),
        N_("Only one of the two values would take effect."), N_("Remove one of them."), "")
FINDING(
    ANSWERS_DUPLICATE_NAME, "A-08", FAIL,
    N_("{where}: the host name “{value}” is already used on line {other}."),
    N_("RKE2 identifies a node by its name alone and rejects a second node with the same name."),
    N_("Give each host a unique name."), "")
FINDING(ANSWERS_DUPLICATE_ADDRESS, "A-09", FAIL,
        N_("{where}: the address “{value}” is already used on line {other}."),
        N_("Two entries would install the same machine twice."),
        N_("Give each host its own address."), "")
FINDING(ANSWERS_NO_SERVER, "A-10", FAIL, N_("{where}: no host has the role server."),
        N_("A cluster needs at least one server; three are recommended."),
        N_("Give one, three or five hosts the role server."), "")
FINDING(ANSWERS_EVEN_SERVERS, "A-11", WARN, N_("{where}: the number of servers, {count}, is even."),
        N_("etcd needs a majority. With {count} servers, {survive} may fail: no more than with one "
           "server fewer."),
        N_("Use one, three or five servers."), "")
FINDING(ANSWERS_BAD_TOKEN, "A-12", FAIL, N_("{where}: the token is not valid: {_reason}."),
        N_("RKE2 would misread it, or reject it on the first server."),
        N_("Use 32 or more letters and digits, or leave out the token to have one generated."),
        "openssl rand -hex 16")
FINDING(ANSWERS_KNOWN_TOKEN, "A-27", FAIL, N_("{where}: the token is that of the example."),
        N_("Everybody can read it there, and who knows the token can join the cluster as a server."),
        N_("Leave out the token to have one generated, or use 32 or more letters and digits."),
        "openssl rand -hex 16")
FINDING(
    ANSWERS_TOKEN_FILE, "A-13", FAIL, N_("The token file cannot be read: {reason}."), "",
    N_("Create the file, readable only by you, or remove “token-file” to have a token generated."),
    "ls -l {file}")
FINDING(ANSWERS_TOKEN_BOTH, "A-14", FAIL, N_("{where}: both “token” and “token-file” are set."),
        N_("Only one of the two can apply."), N_("Keep one of them."), "")
FINDING(ANSWERS_SECRET_MODE, "A-15", WARN, N_("{file} holds a secret and is readable by others."),
        N_("Anyone who reads it can take over the cluster or its hosts."),
        N_("Run “chmod 600” on the file."), "ls -l {file}")
FINDING(ANSWERS_PASSWORD_FILE, "A-26", FAIL,
        N_("The password file of {host} cannot be read: {reason}."), "",
        N_("Create it, readable only by you, or remove its line from the answers file to be asked "
           "for the password."),
        "ls -l {file}")
FINDING(ANSWERS_VERSION_AND_CHANNEL, "A-16", WARN,
        N_("{where}: “channel” has no effect on a tar install when “version” is set."), "",
        N_("Remove “channel” unless the hosts install from RPM packages and the version is not in "
           "the stable channel."),
        "")
FINDING(ANSWERS_YAML_FEATURE, "A-17", FAIL,
        N_("{where}: found {_feature}, which is not allowed in an answers file."),
        N_("The file must show at a glance how each host is set up."),
        N_("Write the values out in full, in one document, without anchors and tags."), "")
FINDING(ANSWERS_NO_KEYS, "A-18", FAIL,
        N_("{where}: the answers file is not a mapping of keys to values."), "",
        N_("Start from a copy of data/examples/ha-demo.yaml, which explains each key."), "")
FINDING(ANSWERS_LIST_TOO_LONG, "A-19", FAIL,
        N_("{where}: “{key}” has too many entries: {count}. The limit is {max}."), "",
        N_("Remove entries."), "")
FINDING(ANSWERS_MORE_PROBLEMS, "A-20", FAIL, N_("{file}: further problems not shown: {count}."), "",
        N_("Correct the problems above first."), "")

FINDING(ANSWERS_CNI_VERSION, "A-23", FAIL, N_("{where}: RKE2 {version} does not include {cni}."),
        N_("Flannel on its own is available from v1.26.14, v1.27.11, v1.28.7 and v1.29.2. An older "
           "RKE2 keeps exiting at startup."),
        N_("Use a newer version, or another network: canal, calico or cilium."), "")
FINDING(ANSWERS_PROXY_FILE, "A-24", FAIL, N_("The proxy password file cannot be read: {_reason}."),
        "", N_("Create the file, readable only by you, with the password on its first line."),
        "ls -l {file}")
FINDING(ANSWERS_SOURCE_VERSION, "A-25", FAIL,
        N_("{where}: RKE2 is installed from the folder {folder}, but no version is set."),
        N_("Hosts without Internet access cannot look up the newest version of a channel, and the "
           "folder holds a single version."),
        N_("Set the RKE2 version to the one that is in the folder."), "")

FINDING(HOST_LIST_LINE, "A-21", FAIL, N_("{where}: this line cannot be read: “{line}”."),
        N_("A list is imported as a whole or not at all."),
        N_("Write one host per line: name, address, role and, optionally, user and port, in any "
           "order. Correct or remove the line, then import the list again."),
        "")
FINDING(HOST_LIST_EMPTY, "A-22", FAIL, N_("{where}: the list contains no hosts."), "",
        N_("Write one host per line: name, address, role and, optionally, user."), "")
FINDING(HOST_LIST_NOT_TEXT, "A-30", FAIL, N_("{where}: the list is not plain text."),
        N_("It contains zero bytes, as UTF-16 and office documents do."),
        N_("Save the list as plain text in UTF-8, or paste it."), "")
FINDING(HOST_LIST_FOREIGN, "A-31", FAIL,
        N_("{where}: YAML or JSON of an unknown kind, with the keys {keys}."),
        N_("Nothing in it is known to be a list of hosts."),
        N_("Use an answers file, an Ansible inventory, a configuration of k0sctl, KubeKey or RKE1, "
           "or a plain list: one host per line with name, address and role."),
        "")
FINDING(HOST_LIST_PASSWORD, "A-32", WARN, N_("{where}: passwords and tokens are not imported: {what}."),
        N_("Answers never hold a password; it would be readable in the file."),
        N_("Enter the password when it is asked for, or put it in a file that only you can read, "
           "and set “password-file” or “sudo-password-file”."),
        "")
FINDING(HOST_LIST_WAY, "A-33", WARN,
        N_("{where}: the way to the hosts is not imported: {what}."),
        N_("Without it, the hosts may not be reachable. A single jump host is supported, not a "
           "chain or another command."),
        N_("Set the jump host in the login of the hosts, if they need one."), "")
FINDING(HOST_LIST_OTHER_HOSTS, "A-34", WARN,
        N_("{where}: hosts that are not imported: {what}."),
        N_("They belong to no group that names a role, or serve another purpose: jump host, "
           "etcd alone, localhost."),
        N_("To import one of them, name its role: in an inventory by a group such as rke2_servers "
           "or rke2_agents."),
        "")
FINDING(HOST_LIST_LEFT, "A-35", WARN, N_("{where}: not imported: {what}."),
        N_("A list only provides names, addresses, roles and logins."),
        N_("Set what the cluster needs of it in the settings."), "")
FINDING(HOST_LIST_BOTH_ROLES, "A-36", WARN,
        N_("{where}: {hosts}: in “{servers}”, which names servers, and in “{agents}”, which names "
           "agents."),
        N_("A node has one role. A server of RKE2 also runs workloads, unless the settings keep "
           "them off."),
        N_("The role {role} is imported. If that is wrong, take the hosts out of one of the two "
           "and import the list again."),
        "")

FINDING(EXPORT_SECRET, "A-37", WARN, N_("The inventory does not contain the secret of “{key}”."),
        N_("It is in the answers file itself, and an inventory is shared and kept in git."),
        N_("Set the environment variable {variable} when you run ansible-playbook, or put the "
           "secret in a file that the answers name."),
        "")
FINDING(EXPORT_VERSION, "A-38", WARN,
        N_("The answers name no version of RKE2: Ansible installs the newest of channel {channel}."),
        N_("Nodes that are added later may get another version than the first ones."),
        N_("Set “version” under rke2, then export again."), "")

/* ---- C: differences from an earlier run ---- */

FINDING(NODE_NOT_IN_ANSWERS, "C-01", WARN,
        N_("The cluster has a node {host} that is not in the answers file."),
        N_("It keeps running; it is neither changed nor checked."),
        N_("To remove it from the cluster and uninstall RKE2, run the reset below; otherwise add "
           "it to the answers file again."),
        "rke2-wizard reset -f {file} --host {host}")
FINDING(
    HOST_REPLACED, "C-02", FAIL,
    N_("The cluster has a node {host}, but this host has no trace of it: the machine was replaced "
       "or reinstalled."),
    N_("The cluster keeps the password of the old node and, for a server, its etcd member, and "
       "would reject this host under the same name."),
    N_("Run the reset below to remove the old node from the cluster, then run this again: the host "
       "joins as a new node. To do it by hand, run “kubectl delete node {host}” on a running "
       "server, which also removes the secret {host}.node-password.rke2 and the etcd member."),
    "rke2-wizard reset -f {file} --host {host}")
FINDING(SETTING_FIXED, "C-03", FAIL,
        N_("“{key}” is “{_found}” on this server, but “{_wanted}” in the cluster."),
        N_("RKE2 fixes it when the cluster is created, and rejects a server with another value."),
        N_("Set the same value on all servers. It is set in {where}. Another value needs a new "
           "cluster: “rke2-wizard reset” removes this one."),
        "ssh -p {port} {user}@{address} sudo grep -re {key} /etc/rancher/rke2")
FINDING(SETTING_AT_JOIN, "C-04", FAIL,
        N_("“{key}” is “{_found}” on this host, and RKE2 would not change it to “{_wanted}”."),
        N_("It takes effect only when a node joins; a later change is written but has no effect."),
        N_("Restore the old value in the answers file and change the node with kubectl, or remove "
           "the node with “rke2-wizard reset --host {host}” and install it again."),
        "ssh -p {port} {user}@{address} sudo grep -e {key} /etc/rancher/rke2/config.yaml")

FINDING(RESTART, "C-05", FAIL,
        N_("RKE2 runs on this host and has to be restarted for new settings: {_what}."),
        N_("They take effect only with a restart. Nodes are restarted one after the other; pods keep "
           "running, but the API of a server is away for about a minute."),
        N_("Add --allow-restart to restart nodes that run. “rke2-wizard install --dry-run” shows "
           "what would be done."),
        "ssh -p {port} {user}@{address} sudo systemctl status rke2-server rke2-agent")

FINDING(NODE_DELETED, "C-06", WARN,
        N_("RKE2 runs on this host, but the cluster has no node {host} any more: it was deleted."),
        N_("A kubelet registers its node only when it starts, so that it would be waited for in "
           "vain."),
        N_("Nothing to do: RKE2 is restarted there, and the node joins again."),
        "kubectl get node {host}")

/* ---- D: how the registration name resolves ---- */

FINDING(DNS_NXDOMAIN, "D-01", FAIL, N_("The name {name} does not exist."),
        N_("Reported by: {askers}. Nodes join and users connect through this name."),
        N_("Create one record for each server: {create}"), "dig {name} {type} @{server}")
FINDING(DNS_MISS, "D-02", FAIL, N_("The name {name} does not resolve to this server ({address})."),
        N_("No client is sent to it, so it is of no help when other servers are down."),
        N_("Create the record: {create}"), "dig +short {name} {type} @{server}")
FINDING(DNS_AGENT, "D-03", FAIL, N_("The name {name} resolves to {address}, which is an agent."),
        N_("An agent does not serve ports 9345 and 6443: clients that are sent there fail."),
        N_("Delete the record: {delete}"), "dig +short {name} {type} @{server}")
FINDING(DNS_AGENT_FOR_SERVER, "D-04", FAIL,
        N_("The name {name} resolves to the agent {agent} ({wrong}) instead of this server "
           "({address})."),
        N_("An agent does not serve ports 9345 and 6443: clients that are sent there fail."),
        N_("Delete the record: {delete}; create the record: {create}"),
        "dig +short {name} {type} @{server}")
FINDING(DNS_EXTRA, "D-05", FAIL,
        N_("The name {name} resolves to {address}, which is not one of the hosts."),
        N_("Clients that are sent there do not reach this cluster."),
        N_("If it is a server, add it to the hosts of the cluster; otherwise delete the record: {delete}"),
        "dig +short {name} {type} @{server}")
FINDING(DNS_SPLIT, "D-06", FAIL,
        N_("The name {name} does not resolve to the same addresses everywhere."),
        N_("Answers: {views}."),
        N_("Give all name servers the same records and wait until cached answers have expired. On "
           "hosts that use another name server, check /etc/resolv.conf."),
        "dig +short {name} {type} @{server}")
FINDING(DNS_ONE, "D-07", WARN, N_("Each answer for {name} contains only one server."),
        N_("While that server is down, clients with this answer fail until they ask again."),
        N_("If the name server supports it, make it return all records in each answer."),
        "dig +short {name} {type} @{server}")
FINDING(DNS_PART, "D-08", WARN, N_("The answers for {name} contain different servers each time."),
        N_("The servers that a node can choose from depend on when it asks."),
        N_("If the name server supports it, make it return all records in each answer."),
        "dig +short {name} {type} @{server}")
FINDING(
    DNS_STALE, "D-09", FAIL, N_("/etc/hosts on this host has an entry for {name}: {addresses}."),
    N_("The host does not ask the name servers, so changes to the records have no effect on it."),
    N_("Remove {name} from /etc/hosts on the host."),
    "ssh -p {port} {user}@{address} getent ahosts {name}")
FINDING(DNS_REFUSED, "D-10", FAIL, N_("The name server {server} refuses queries for {name}."),
        N_("{bad} of {asked} queries from this machine were refused. The name server does not "
           "serve this zone, or not to this machine."),
        N_("Allow queries from this machine, or remove the name server from /etc/resolv.conf."),
        "dig {name} {type} @{server}")
FINDING(DNS_TIMEOUT, "D-11", FAIL, N_("The name server {server} does not answer."),
        N_("{bad} of {asked} queries for {name} from this machine timed out."),
        N_("Check that it is running and that 53/udp and 53/tcp to it are open."),
        "dig {name} {type} @{server}")
FINDING(DNS_BROKEN, "D-12", FAIL,
        N_("The name server {server} gives no usable answer for {name}: {_reason}."),
        N_("{bad} of {asked} queries from this machine ended like this."),
        N_("Check the log and the zone of the name server."), "dig {name} {type} @{server}")
FINDING(
    DNS_UNRESOLVED, "D-13", FAIL, N_("This host cannot resolve {name}."),
    N_("Its resolver returned no address. Its name servers: {server}."),
    N_("Correct /etc/resolv.conf on the host, so that it lists a name server that knows the name."),
    "ssh -p {port} {user}@{address} getent ahosts {name}")
FINDING(
    DNS_TTL, "D-14", WARN,
    N_("Answers for {name} may be cached for {ttl} seconds (TTL); at most {most} are recommended."),
    N_("Until a cached answer expires, it leads to a server that is down or has moved."),
    N_("Lower the TTL of the records: {create}"), "dig +noall +answer {name} {type} @{server}")
FINDING(DNS_HOST_UNKNOWN, "D-15", UNKNOWN,
        N_("Could not determine how this host resolves {name}: {reason}."),
        N_("Each host has its own resolver, which may give a different answer."),
        N_("Remove the cause and check again."),
        "ssh -p {port} {user}@{address} getent ahosts {name}")
FINDING(DNS_NODATA, "D-16", FAIL, N_("The name {name} exists but has no address."),
        N_("Reported by: {askers}. Nodes join and users connect through this name."),
        N_("Create one record for each server: {create}"), "dig {name} {type} @{server}")
FINDING(DNS_MISS_UNKNOWN, "D-17", UNKNOWN,
        N_("Could not determine whether the name {name} resolves to this server ({address})."),
        N_("Each answer contains only a part of the records, and no answer so far contained this "
           "server."),
        N_("Check again in a minute. If the problem remains, create the record: {create}"),
        "dig +short {name} {type} @{server}")
FINDING(DNS_UNKNOWN, "D-18", UNKNOWN,
        N_("Could not determine what {name} resolves to: no name server or host could be queried."), "",
        N_("Set a name server in /etc/resolv.conf of this machine, or make the hosts reachable."),
        "cat /etc/resolv.conf")
FINDING(
    DNS_CONSOLE, "D-19", WARN,
    N_("The name servers of this machine and the hosts give different answers for {name}."),
    N_("Answers: {views}. The hosts are behind a jump host and use their own name servers, so the "
       "install does not need those of this machine, but kubectl here would."),
    N_("Use kubectl behind the jump host, or add the records to the name servers of this machine."),
    "dig +short {name} {type} @{server}")

/* ---- H: hosts and logging in ---- */

FINDING(HOST_UNREACHABLE, "H-01", FAIL, N_("{address} port {port} cannot be reached: {reason}."),
        N_("All work is done over SSH."),
        N_("Check that the machine is running, that sshd listens on this port, and that no "
           "firewall is in between; then run this again."),
        "ssh -p {port} {user}@{address} true")
FINDING(HOST_LOGIN, "H-02", FAIL, N_("The host rejected the login of {user}. Tried: {_tried}."),
        N_("The host offers these authentication methods: {methods}."),
        N_("Install the key: ssh-copy-id {through}-p {port} {user}@{address}; or set the right "
           "key, user or password-file in the answers file."),
        "ssh -p {port} -o BatchMode=yes {user}@{address} true")
FINDING(HOST_NO_ROOT, "H-03", FAIL, N_("{user} cannot become root: {reason}."),
        N_("Installing RKE2 requires root."),
        N_("Log in as root, or allow sudo: add “{user} ALL=(ALL) NOPASSWD: ALL” with visudo, or "
           "set sudo-password-file in the answers file."),
        "ssh -t -p {port} {user}@{address} sudo true")
FINDING(HOST_KEY_CHANGED, "H-04", FAIL,
        N_("The host key has changed: {address} now presents {fingerprint} ({type})."),
        N_("{file} line {line} has another key. The machine was reinstalled, or another machine "
           "answers at this address."),
        N_("Find out which. If it was reinstalled: ssh-keygen -R {pattern} -f {file}; then run "
           "this again and confirm the new key."),
        "ssh-keygen -F {pattern} -f {file}")
FINDING(HOST_KEY_UNKNOWN, "H-05", FAIL,
        N_("The host key is unknown: {address} presents {fingerprint} ({type})."),
        N_("Without a known key, nothing proves that this is the right machine."),
        N_("Compare it with ssh-keygen -lf on the machine itself, then run this in a terminal and "
           "answer yes; in scripts, use --accept-new-host-keys."),
        "ssh-keyscan -p {port} {address}")
FINDING(HOST_SSH_PROTOCOL, "H-06", FAIL,
        N_("The SSH connection could not be established: {reason}."),
        N_("What answers there is no SSH server, or does not keep to the protocol."),
        N_("Check address and port in the answers file, and what listens on the host: ss -ltnp"),
        "ssh -v -p {port} {user}@{address} true")
FINDING(
    HOST_NAME_DIFFERS, "H-07", FAIL,
    N_("The answers file calls this host {host}, but its host name is {found}."),
    N_("RKE2 uses the host name as the name of the node."),
    N_("On the host: hostnamectl set-hostname {host}; or set name: {found} in the answers file."),
    "ssh -p {port} {user}@{address} hostname")
FINDING(HOST_NO_SYSTEMD, "H-08", FAIL, N_("systemd is not running on this host."),
        N_("RKE2 runs as a systemd service."), N_("Use a distribution with systemd."), "")
FINDING(HOST_TOOL_MISSING, "H-09", FAIL, N_("These programs are missing on the host: {tools}."),
        N_("The RKE2 installer needs them."),
        N_("Install them with the host's package manager (apt-get, dnf or zypper install …)."), "")
FINDING(HOST_ARCH, "H-10", FAIL, N_("RKE2 is not built for {found} processors."), "",
        N_("Use a machine with x86_64 (amd64) or aarch64 (arm64)."),
        "ssh -p {port} {user}@{address} uname -m")
FINDING(HOST_OTHER_CLUSTER, "H-11", FAIL, N_("This host already belongs to another cluster."),
        N_("It holds RKE2 data that does not match this cluster (its own configuration: "
           "{_server}). The host was not changed."),
        N_("Remove it from the answers file; or, if the old data can be discarded for good, run "
           "rke2-uninstall.sh on the host and start again."),
        "ssh -p {port} {user}@{address} ls /var/lib/rancher/rke2/server/db /etc/rancher/rke2")
FINDING(HOST_TOKEN_DIFFERS, "H-12", FAIL,
        N_("The token in the answers file differs from the token of this host."),
        N_("The token of a cluster cannot be changed by editing the configuration: the server "
           "would refuse to start. The host was not changed."),
        N_("Put the token of the cluster into the answers file; on a server, it is the part after "
           "the last colon in /var/lib/rancher/rke2/server/token."),
        "")
FINDING(HOST_ROLE_CONFLICT, "H-13", FAIL,
        N_("The answers file gives this host the role {wanted}, but it already runs as {found}."),
        N_("A new configuration cannot change the role of a node."),
        N_("Correct the role in the answers file, or uninstall RKE2 from the host first "
           "(rke2-uninstall.sh)."),
        "ssh -p {port} {user}@{address} systemctl status rke2-server rke2-agent")
FINDING(HOST_LOST, "H-14", FAIL, N_("The connection to the host could not be restored: {reason}."),
        N_("Work that has begun on the host continues there."),
        N_("Bring the host back on the network and run this again: it continues where it stopped."),
        "ping -c 3 {address}")
FINDING(HOST_COMMAND, "H-15", FAIL, N_("“{command}” failed with status {status}: {line}"),
        N_("A step failed on the host."),
        N_("Fix the cause named in the message and run this again."), "")
FINDING(HOST_OTHER_VERSION, "H-16", FAIL,
        N_("This host already runs RKE2 {found}, but the answers file asks for {wanted}."),
        N_("Another version would be an upgrade, which has to proceed server by server. This "
           "program installs; it does not upgrade."),
        N_("Set “version: {found}” under rke2 in the answers file, or upgrade as the RKE2 "
           "documentation describes."),
        "ssh -p {port} {user}@{address} rke2 --version")
FINDING(HOST_SCRIPT, "H-17", FAIL, N_("A script did not finish on the host: {reason}."),
        N_("Without its result, it is unknown what was done."),
        N_("Check the host (disk, memory, login shell) and run this again."), "")

FINDING(HOST_FOREIGN_CONFIG, "H-18", FAIL,
        N_("RKE2 on this host has settings that this program would remove: {keys}."),
        N_("config.yaml is rewritten from the answers file, and a node that loses settings such as "
           "data-dir or cni cannot be recovered. The host was not changed."),
        N_("On the host, move these lines to a file of your own in "
           "/etc/rancher/rke2/config.yaml.d/, which is kept; then run this again."),
        "ssh -p {port} {user}@{address} ls -l /etc/rancher/rke2 /etc/rancher/rke2/config.yaml.d")

FINDING(HOST_NO_SESSION, "H-26", FAIL,
        N_("The SSH server of the host accepts the login, but runs no commands: {reason}."),
        N_("Everything on the host is done by commands over SSH."),
        N_("In /etc/ssh/sshd_config, set MaxSessions to 1 or more (the default is 10), reload sshd, "
           "and run this again."),
        "ssh -p {port} {user}@{address} true")
FINDING(JUMP_UNREACHABLE, "H-19", FAIL,
        N_("The jump host {jump_address} port {jump_port} cannot be used: {cause}."),
        N_("This machine reaches the host only through it."),
        N_("Check that it is running, that sshd listens on this port, and that no firewall is in "
           "between; then run this again. For a host that can be reached without it, set “jump: "
           "none”."),
        "ssh -p {jump_port} {jump_user}@{jump_address} true")
FINDING(JUMP_LOGIN, "H-20", FAIL,
        N_("The jump host {jump_address} rejected the login of {jump_user}. Tried: {_tried}."),
        N_("It offers these authentication methods: {methods}."),
        N_("Install the key: ssh-copy-id -p {jump_port} {jump_user}@{jump_address}; or set the "
           "right user in “jump”, or the right key in “jump-key”."),
        "ssh -p {jump_port} -o BatchMode=yes {jump_user}@{jump_address} true")
FINDING(JUMP_KEY_CHANGED, "H-21", FAIL,
        N_("The host key of the jump host has changed: {jump_address} now presents {fingerprint} "
           "({type})."),
        N_("{file} line {line} has another key. The machine was reinstalled, or another machine "
           "answers at this address; it could read and change everything that passes through it."),
        N_("Find out which. If it was reinstalled: ssh-keygen -R {pattern} -f {file}; then run "
           "this again and confirm the new key."),
        "ssh-keygen -F {pattern} -f {file}")
FINDING(
    JUMP_KEY_UNKNOWN, "H-22", FAIL,
    N_("The host key of the jump host is unknown: {jump_address} presents {fingerprint} ({type})."),
    N_("Without a known key, nothing proves that this is the right machine."),
    N_("Compare it with ssh-keygen -lf on the machine itself, then run this in a terminal and "
       "answer yes; in scripts, use --accept-new-host-keys."),
    "ssh-keyscan -p {jump_port} {jump_address}")
FINDING(JUMP_FORBIDS, "H-23", FAIL,
        N_("The jump host {jump_address} does not allow connections to {address} port {port}."),
        N_("Its sshd forbids forwarding (AllowTcpForwarding, DisableForwarding), or allows it only "
           "to other destinations (PermitOpen)."),
        N_("On the jump host, set “AllowTcpForwarding local” in /etc/ssh/sshd_config for "
           "{jump_user} and reload sshd; or use another jump host."),
        "ssh -p {port} {user}@{address} true")
FINDING(
    JUMP_NO_WAY, "H-24", FAIL,
    N_("The jump host {jump_address} cannot reach {address} port {port}."),
    N_("The jump host makes the connection, so the address must be the one that is valid there."),
    N_("Check that the machine is running, that sshd listens on this port, and that no firewall is "
       "between the two; then run this again."),
    "ssh -p {port} {user}@{address} true")
FINDING(HOST_OTHER_CNI, "H-25", FAIL,
        N_("The pod network of this cluster is {found}, but the answers file asks for {wanted}."),
        N_("The pod network is chosen when a cluster is created and cannot be changed afterwards. "
           "The host was not changed."),
        N_("Set “cni: {found}” in the answers file. Another network needs a new cluster."),
        "ssh -p {port} {user}@{address} grep -r cni /etc/rancher/rke2")

/* A login that succeeded, and nothing that runs (src/remote/refusal.c). */

FINDING(LOGIN_OTHER_USER, "H-30", FAIL,
        N_("The host accepts the key of {user}, but asks for another user: {_said}"),
        N_("The images of most clouds run this message instead of any command when root logs in; "
           "the user that it names may use sudo."),
        N_("Set “user: {wanted}” under ssh in the answers file."),
        "ssh -p {port} {wanted}@{address} sudo true")
FINDING(LOGIN_EXPIRED, "H-31", FAIL, N_("The password or the account of {user} has expired: {_said}"),
        N_("Until it is renewed, the host runs no command for {user}, even after a login by key."),
        N_("On the host, as root: “passwd {user}” sets a new password, “chage -M -1 -E -1 {user}” "
           "lets neither expire again."),
        "ssh -p {port} {user}@{address} true")
FINDING(LOGIN_NO_SHELL, "H-32", FAIL,
        N_("The login shell of {user} runs no commands ({how}): {_said}"),
        N_("Accounts with /usr/sbin/nologin or /bin/false as their shell are closed for logins."),
        N_("On the host, as root: “usermod -s /bin/bash {user}”; or set another user in the "
           "answers file."),
        "ssh -p {port} {user}@{address} true")
FINDING(LOGIN_START_FILE, "H-33", FAIL,
        N_("A start file of the login shell of {user} reads from standard input or ends the shell "
           "({how}): {_said}"),
        N_("Scripts come on standard input. One that lost its beginning is not run."),
        N_("On the host, look for “read”, “cat”, “exit” or “exec” in ~/.bashrc, ~/.profile, "
           "~/.ssh/rc and /etc/profile.d, and run them only when “$-” contains i."),
        "ssh -p {port} {user}@{address} true </dev/null")
FINDING(LOGIN_NO_SCRIPT, "H-34", FAIL,
        N_("The host accepts the login of {user}, but runs something else than the script ({how}): "
           "{_said}"),
        N_("ForceCommand in sshd_config, “command=” in authorized_keys, a start file or a special "
           "login shell can take the place of every command."),
        N_("Remove that for {user}, or set another user in the answers file."),
        "echo id -u | ssh -p {port} {user}@{address} sh -s")
FINDING(SUDO_MISSING, "H-35", FAIL, N_("{user} is not root, and the host has no sudo."),
        N_("Installing RKE2 requires root. doas and su are not used."),
        N_("As root, install sudo and allow it with visudo: “{user} ALL=(ALL) NOPASSWD: ALL”; or "
           "set “user: root” in the answers file."),
        "ssh -p {port} {user}@{address} command -v sudo")
FINDING(SUDO_TTY, "H-36", FAIL, N_("sudo works for {user} only on a terminal: {_said}"),
        N_("“requiretty” is set. Scripts run without a terminal."),
        N_("Add with visudo: “Defaults:{user} !requiretty”."),
        "ssh -p {port} {user}@{address} sudo -n true")
FINDING(SUDO_NO_SHELL, "H-37", FAIL, N_("sudo does not allow {user} to run a shell: {_said}"),
        N_("The rules allow single commands, or exclude shells. Scripts run in a shell as root."),
        N_("With visudo, allow all commands: “{user} ALL=(ALL) NOPASSWD: ALL”, without “!/bin/sh”. "
           "The last rule that matches counts."),
        "ssh -t -p {port} {user}@{address} sudo -l")
FINDING(SUDO_NOEXEC, "H-38", FAIL,
        N_("sudo lets {user} start a shell, but the shell may not run programs: {_said}"),
        N_("“noexec” is set in the sudo rules, or a security module denies it."),
        N_("With visudo, remove “noexec” and “NOEXEC:” for {user}, or add "
           "“Defaults:{user} !noexec”."),
        "ssh -p {port} {user}@{address} sudo -n sh -c id")
FINDING(SUDO_NOPASSWD_UNUSED, "H-39", FAIL,
        N_("sudo asks {user} for a password, although a rule has NOPASSWD: {_said}"),
        N_("NOPASSWD is set for other commands, or a later rule overrides it: the last rule that "
           "matches counts, and /etc/sudoers.d is read in the order of its names."),
        N_("With visudo, put “{user} ALL=(ALL) NOPASSWD: ALL” last; or set sudo-password-file in "
           "the answers file."),
        "ssh -t -p {port} {user}@{address} sudo -l")

/* A login that did not come to its end (enum rw_ssh_problem). */

FINDING(LOGIN_NOLOGIN, "H-40", FAIL,
        N_("The host lets nobody but root log in at the moment: {_said}"),
        N_("/run/nologin or /etc/nologin exists: the host is starting, shutting down, or closed for "
           "maintenance."),
        N_("Wait until the host is up. If the file was left behind, remove it as root: "
           "rm -f /run/nologin /etc/nologin"),
        "ssh -p {port} {user}@{address} true")
FINDING(LOGIN_CLOSED, "H-41", FAIL,
        N_("The host closed the connection while {user} logged in: {_said}"),
        N_("The key or the password was not refused. The account is closed, or a rule of PAM denies "
           "it (pam_access, pam_time, a directory service)."),
        N_("On the host, as root, the log of sshd has the reason: journalctl -n 20 -u ssh -u sshd"),
        "ssh -p {port} {user}@{address} true")
FINDING(LOGIN_SLOW, "H-42", FAIL,
        N_("The host did not finish the login of {user} within {seconds} seconds."),
        N_("The SSH server answers, but waits for something: a directory service (LDAP, SSSD), a "
           "module of PAM, name lookups (UseDNS), or a busy machine."),
        N_("On the host, look for what is slow, and run this again: time getent passwd {user}"),
        "time ssh -p {port} {user}@{address} true")
FINDING(LOGIN_TOO_MANY, "H-43", FAIL,
        N_("The host refused the first {attempts} keys and passwords for {user}; the others were not "
           "tried. Tried: {_tried}."),
        N_("sshd allows a limited number of attempts on a connection (MaxAuthTries), and every key "
           "counts, also one of the agent."),
        N_("Set the right key in the answers file (“key” under ssh): it is tried first."),
        "ssh -p {port} -o IdentitiesOnly=yes {user}@{address} true")
FINDING(LOGIN_FACTOR, "H-44", FAIL,
        N_("The host accepts what it was given for {user}, and wants more: {methods}."),
        N_("AuthenticationMethods in /etc/ssh/sshd_config demands more than one proof. Tried: "
           "{_tried}."),
        N_("Run this in a terminal, where the questions of the host can be answered. If the other "
           "proof is the password, set password-file in the answers file. Or exempt {user} on the "
           "host with “Match User {user}” and “AuthenticationMethods publickey”."),
        "ssh -p {port} {user}@{address} true")
FINDING(SSH_TURNED_AWAY, "H-45", FAIL,
        N_("The SSH server at {address} port {port} takes no connection from this machine at the "
           "moment: {reason}"),
        N_("sshd turns a machine away for some minutes after logins that failed "
           "(PerSourcePenalties), and while too many logins are under way (MaxStartups)."),
        N_("Wait ten minutes, set the right key in the answers file, and run this again. On the "
           "host, PerSourcePenaltyExemptList in /etc/ssh/sshd_config exempts this machine."),
        "ssh -p {port} {user}@{address} true")
FINDING(SSH_ENDED, "H-46", FAIL,
        N_("The SSH server at {address} port {port} ended the connection before the login: "
           "{reason}."),
        N_("Something answers on the port, so the network is not the cause. sshd or a firewall hung "
           "up (MaxStartups, fail2ban, hosts.deny), or the machine is too busy."),
        N_("On the host, as root, the log of sshd has the reason: journalctl -n 20 -u ssh -u sshd"),
        "ssh -v -p {port} {user}@{address} true")
FINDING(SSH_LIBRARY_OLD, "H-47", FAIL,
        N_("The SSH library of this program is too old for the host: libssh2 {library} has no {list} "
           "algorithm in common with it."),
        N_("The host offers {offered}. libssh2 1.11 and newer have one of these."),
        N_("Use the released program, which has a newer libssh2. Or let the host offer {wanted} as "
           "well: add it to the line “{keyword}” in /etc/ssh/sshd_config and reload sshd."),
        "ssh -p {port} {user}@{address} sudo sshd -T")
FINDING(SSH_ALGORITHM, "H-48", FAIL,
        N_("The SSH library of this program, libssh2 {library}, has no {list} algorithm in common "
           "with the host."),
        N_("The host offers {offered}. No release of libssh2 has one of these."),
        N_("Let the host offer {wanted} as well: add it to the line “{keyword}” in "
           "/etc/ssh/sshd_config and reload sshd."),
        "ssh -p {port} {user}@{address} sudo sshd -T")
FINDING(KNOWN_HOSTS_UNUSABLE, "H-49", FAIL, N_("The file of known host keys cannot be used: {reason}."),
        N_("Host keys are looked up and remembered in {file}. Without it, nothing proves that a host "
           "is the right machine."),
        N_("Make it a regular file that you may read and write, then run this again."),
        "ls -ld {file}")
FINDING(CONSOLE_FILES, "H-50", FAIL,
        N_("This machine lets the program open only {limit} files, which is too few for all "
           "connections."),
        N_("Each connection to a host is an open file. The hosts themselves are not the cause."),
        N_("Raise the limit in this shell, then run this again: ulimit -n 4096"), "ulimit -n -H")
FINDING(HOST_KEY_REVOKED, "H-51", FAIL,
        N_("The host key of {address} is marked as revoked: {fingerprint} ({type})."),
        N_("{file} line {line} says so with @revoked: somebody else may have this key and pretend "
           "to be the host."),
        N_("On the host, as root, make new host keys, reload sshd, and run this again: rm "
           "/etc/ssh/ssh_host_*; ssh-keygen -A"),
        "ssh-keygen -F {pattern} -f {file}")
FINDING(HOST_KEY_AUTHORITY, "H-52", FAIL,
        N_("{address} presents the host key {fingerprint} ({type}), for which only a certificate "
           "authority is known."),
        N_("{file} line {line} trusts the authority (@cert-authority), but the SSH library of this "
           "program checks no certificates."),
        N_("Compare it with ssh-keygen -lf on the machine itself, then run this in a terminal and "
           "answer yes; in scripts, use --accept-new-host-keys."),
        "ssh-keyscan -p {port} {address}")

/* ---- I: the install ---- */

FINDING(CHANNEL_UNREACHABLE, "I-01", FAIL,
        N_("The version of channel {channel} could not be determined: {_reason}."),
        N_("Neither this machine nor the first server got an answer from {url}."),
        N_("Give one of them access to it (https_proxy is honoured here), or set “version: v1.…” "
           "under rke2 in the answers file, which needs no lookup."),
        "curl -sI {url}/{channel}")
FINDING(CHANNEL_UNKNOWN, "I-02", FAIL, N_("There is no release channel {channel}."), "",
        N_("Use stable, latest, testing or a minor release such as v1.33."), "curl -s {url}")
FINDING(SERVERS_MISSING, "I-03", FAIL,
        N_("Without {servers}, it is unknown whether the cluster already exists."),
        N_("A server that cannot be checked may have created it. If another server created a "
           "cluster in its place, there would be two. No host was changed."),
        N_("Bring {servers} back and run this again: it continues where it stopped. Only if the "
           "data there is lost for good, remove the server from the answers file, or give its name "
           "to a new machine."),
        "")
FINDING(GOES_ON_WITHOUT, "I-04", WARN,
        N_("{servers} cannot be reached. The cluster exists; the install continues through {via}."),
        N_("etcd accepts no new server while one of its members is down."),
        N_("Bring {servers} back and run this again to complete the remaining work there."), "")
FINDING(INSTALLER_FETCH, "I-10", FAIL, N_("The RKE2 installer could not be downloaded: {line}"),
        N_("The host downloads it from {url}."),
        N_("Check the outbound access of the host: DNS, firewall, proxy. Then run this again."),
        "ssh -p {port} {user}@{address} curl -fLo /dev/null {url}")
FINDING(INSTALLER_EMPTY, "I-11", FAIL, N_("The downloaded RKE2 installer is empty."),
        N_("Something between the host and {url} drops the response."),
        N_("Check the proxy and any content filter, then run this again."),
        "ssh -p {port} {user}@{address} curl -fL {url}")
FINDING(INSTALLER_NO_SCRIPT, "I-12", FAIL, N_("The response from {url} is not the RKE2 installer."),
        N_("It is often a login page or a notice from a proxy. It was not executed."),
        N_("Check the response, allow the address in the proxy, then run this again."),
        "ssh -p {port} {user}@{address} curl -fL {url}")
FINDING(INSTALLER_NO_DOWNLOADER, "I-13", FAIL, N_("The host has neither curl nor wget."),
        N_("One of them is needed to download RKE2."),
        N_("Install curl on the host and run this again."), "")
FINDING(INSTALLER_CHECKSUM, "I-14", FAIL, N_("The RKE2 download is damaged: {line}"),
        N_("Its SHA-256 checksum differs from the published one; it was not installed."),
        N_("Run this again; if the problem remains, a proxy or mirror delivers a wrong file."), "")
FINDING(INSTALLER_DISK_FULL, "I-15", FAIL, N_("The disk of the host is full: {line}"),
        N_("RKE2 is unpacked to /usr/local or /opt/rke2 through /tmp, and runs in /var/lib."),
        N_("Free up space (df -h on the host shows where) and run this again."),
        "ssh -p {port} {user}@{address} df -h /usr/local /opt /tmp /var/lib")
FINDING(
    INSTALLER_DOWNLOAD, "I-16", FAIL, N_("The installer could not download RKE2: {line}"),
    N_("The release comes from {from}; curl exited with status {status}."),
    N_("Check that the host can reach {from} and that this version exists, then run this again."),
    "ssh -p {port} {user}@{address} curl -fLI https://{from}/")
FINDING(INSTALLER_METHOD, "I-17", FAIL,
        N_("RKE2 is already installed on this host by another method: {line}"), "",
        N_("Run rke2-uninstall.sh on the host, then run this again."), "")
FINDING(INSTALLER_ARCH, "I-18", FAIL, N_("RKE2 is not available for the processor of this host."),
        "", N_("Use a machine with x86_64 or aarch64."), "ssh -p {port} {user}@{address} uname -m")
FINDING(INSTALLER_FAPOLICY, "I-19", FAIL,
        N_("fapolicyd on the host rejected the rules for RKE2: {line}"), "",
        N_("Correct the rules in /etc/fapolicyd/rules.d and run this again."),
        "ssh -p {port} {user}@{address} fagenrules --check")
FINDING(INSTALLER_FAILED, "I-20", FAIL,
        N_("The RKE2 installer failed with status {status}: {line}"), "",
        N_("Fix the cause named in the message and run this again. The full output is in "
           "/var/lib/rke2-wizard/stage.log on the host."),
        "")
FINDING(INSTALLER_INTERRUPTED, "I-21", FAIL,
        N_("The RKE2 installer was interrupted repeatedly on the host."),
        N_("The host restarted, or someone stopped the unit rke2-wizard-stage."),
        N_("Make sure that the host stays up, then run this again."),
        "ssh -p {port} {user}@{address} journalctl -u rke2-wizard-stage")
FINDING(INSTALLER_VERSION, "I-22", FAIL,
        N_("After the install the host has RKE2 {found}, not {wanted}."),
        N_("Another binary comes first in PATH, or a mirror delivers another release."),
        N_("Remove the other binary or correct the mirror, then run this again."),
        "ssh -p {port} {user}@{address} ls -l /usr/local/bin/rke2 /opt/rke2/bin/rke2 /usr/bin/rke2")
FINDING(INSTALLER_DEADLINE, "I-23", FAIL,
        N_("The RKE2 installer did not finish within {minutes} minutes."),
        N_("It continues on the host; a slow network is the usual cause."),
        N_("Run this again: it waits for the running installer and does not start a second one."),
        "ssh -p {port} {user}@{address} tail /var/lib/rke2-wizard/stage.log")
FINDING(INSTALLER_FOLDER, "I-24", FAIL,
        N_("RKE2 could not be installed from the folder {folder}: {line}"),
        N_("Its files were complete when they were checked."),
        N_("Check the folder and the free space in /var/lib on the host, then run this again."),
        "ssh -p {port} {user}@{address} ls -l {folder} /var/lib/rancher/rke2/agent/images")
FINDING(START_NO_SERVER, "I-30", WARN, N_("No server answers yet: {line}"),
        N_("The node requests the certificates of the cluster from https://{name}:9345. Port 9345 "
           "is blocked, the name resolves to another machine, or the server is not up."),
        N_("Open 9345/tcp to the servers and check how the name resolves on this host. The name "
           "comes from {_where}."),
        "ssh -p {port} {user}@{address} curl -vk https://{name}:9345/ping")
FINDING(
    START_SAN, "I-31", FAIL, N_("The certificate does not include the name: {line}"),
    N_("A server accepts only the names in its tls-san."),
    N_("The registration name is always included; add other names to tls-san in the answers file. "
       "Then run this again: the certificates of the servers are extended, nothing is "
       "reinstalled."),
    "openssl s_client -connect {name}:9345 </dev/null | openssl x509 -noout -ext subjectAltName")
FINDING(START_CLOCK, "I-32", FAIL, N_("A certificate is not valid at this time: {line}"),
        N_("The clock of this host or of a server is wrong."),
        N_("Set the time on all hosts (timedatectl set-ntp true) and run this again."),
        "ssh -p {port} {user}@{address} date -u")
FINDING(START_CA_HASH, "I-33", FAIL, N_("The token belongs to another cluster: {line}"),
        N_("The token contains the fingerprint of a CA other than that of this cluster."),
        N_("Put the token of this cluster into {_where}, or remove the old install from the host "
           "(rke2-uninstall.sh)."),
        "")
FINDING(START_TOKEN, "I-34", FAIL, N_("The server rejects the token: {line}"),
        N_("The token of this host differs from the token of the cluster."),
        N_("The token comes from {_where}. Put that of the cluster there (on a server: the part "
           "after the last colon in /var/lib/rancher/rke2/server/token) and run this again."),
        "")
FINDING(START_TOKEN_FORM, "I-35", FAIL, N_("RKE2 cannot read the token: {line}"), "",
        N_("The token comes from {_where}. Use 32 or more letters and digits."),
        "openssl rand -hex 16")
FINDING(
    START_NODE_PASSWORD, "I-36", FAIL, N_("The node name {node} is already taken: {line}"),
    N_("The cluster has a node of this name with another password: this machine was "
       "reinstalled, or another machine has the same name."),
    N_("If the old node is gone for good, run “kubectl delete node {node}” on a server; where the "
       "cluster has no such node, “rke2-wizard reset --host {node}” removes the password that it "
       "left. Then run this again. Otherwise give this host another host name."),
    "kubectl get node {node} -o wide")
FINDING(START_DUPLICATE_NAME, "I-37", FAIL, N_("The node name {node} is already taken: {line}"),
        N_("An etcd member has this name: this machine was wiped without being removed from the "
           "cluster, or another machine has the same name."),
        N_("If the old node is gone for good, run on another server: kubectl delete node {node}; "
           "then run this again. Otherwise give this host another host name."),
        "kubectl get node {node} -o wide")
FINDING(START_DATA_TOKEN, "I-38", FAIL,
        N_("The token does not match the data on this server: {line}"),
        N_("The server was set up with another token; its data is encrypted with it."),
        N_("Put the old token back into the answers file and run this again."), "")
FINDING(START_CRITICAL, "I-39", FAIL, N_("A setting differs between the servers: {setting}"),
        N_("It must be the same on all servers: {_values}."),
        N_("Make the values alike. Those of a running cluster cannot be changed any more."),
        "ssh -p {port} {user}@{address} grep -rn {grep} /etc/rancher/rke2")
FINDING(START_CERT_NEWER, "I-40", FAIL,
        N_("Certificate files on this host are newer than those of the cluster: {line}"),
        N_("The clock was wrong when they were created, or they were copied."),
        N_("Set the time, remove the files named in the message, and run this again."),
        "ssh -p {port} {user}@{address} date -u")
FINDING(START_NO_MEMBER, "I-41", FAIL, N_("This server was removed from the cluster: {line}"),
        N_("It still holds the data of a member that has been removed."),
        N_("Remove /var/lib/rancher/rke2/server/db on this host, then run this again."), "")
FINDING(START_AGENT_TOKEN, "I-42", FAIL, N_("The cluster rejects this server: {line}"),
        N_("The token is for agents only. Some releases have rejected a correct token as well."),
        N_("The token comes from {_where}. If it is not the server token, put that there. Run this "
           "again."),
        "")
FINDING(START_SERVER_URL, "I-43", FAIL,
        N_("The server address in the configuration is wrong: {line}"), "",
        N_("Check for another “server:” in /etc/rancher/rke2/config.yaml.d."),
        "ssh -p {port} {user}@{address} ls -l /etc/rancher/rke2 /etc/rancher/rke2/config.yaml.d")
FINDING(
    START_CGROUP, "I-44", FAIL, N_("The kernel lacks a cgroup controller: {line}"), "",
    N_("Enable the cpu, cpuset and memory controllers (kernel command line) and restart the host."),
    "ssh -p {port} {user}@{address} cat /sys/fs/cgroup/cgroup.controllers")
FINDING(START_NOEXEC, "I-45", FAIL, N_("Programs under /var/lib cannot be run: {line}"),
        N_("/var or /var/lib is mounted with noexec."),
        N_("Run mount -o remount,exec on that file system, and correct /etc/fstab."),
        "ssh -p {port} {user}@{address} findmnt -no OPTIONS -T /var/lib")
FINDING(START_CIS, "I-46", FAIL, N_("The host is not prepared for the CIS profile: {line}"), "",
        N_("Create the user and group etcd and load rke2-cis-sysctl.conf, as the RKE2 hardening "
           "guide describes."),
        "")
FINDING(START_IP_FAMILY, "I-47", FAIL, N_("IPv4 and IPv6 are mixed: {line}"), "",
        N_("Use one address family for node addresses and CIDRs, or both in all of them."), "")
FINDING(START_IMAGE, "I-49", WARN, N_("A container image cannot be pulled: {line}"),
        N_("The registry cannot be reached, or rejects the request."),
        N_("Check the access of the host to index.docker.io, a proxy or a registry mirror."),
        "ssh -p {port} {user}@{address} curl -sI https://index.docker.io/v2/")
FINDING(START_LEARNER, "I-50", WARN, N_("Waiting: another server is joining etcd. {line}"),
        N_("etcd accepts one new member at a time; a dead one blocks all others."),
        N_("Usually, wait. If the problem remains, use etcdctl member list to find a server that "
           "joined only halfway."),
        "")
FINDING(START_UNHEALTHY, "I-51", WARN, N_("etcd is not healthy: {line}"),
        N_("A member is down, or port 2380 between the servers is blocked."),
        N_("Check that all servers are running and that 2379-2380/tcp is open between them."), "")
FINDING(START_CRASH_LOOP, "I-52", FAIL, N_("The service {unit} keeps exiting: {line}"),
        N_("systemd has started it {restarts} times; the process last exited with {exit}."),
        N_("Fix the cause named in the message and run this again."),
        "ssh -p {port} {user}@{address} journalctl -u {unit} -n 100 --no-pager")
FINDING(START_DEADLINE, "I-53", FAIL, N_("The node was not Ready after {minutes}: {_state}."),
        N_("Last line of the journal: {line}"),
        N_("Check the journal of {unit}. If the host is only slow, run this again with a longer "
           "--timeout: it continues where it stopped."),
        "ssh -p {port} {user}@{address} journalctl -u {unit} -n 100 --no-pager")
FINDING(START_REGISTRY_CERT, "I-54", FAIL,
        N_("RKE2 rejects the certificate of the image registry: {line}"),
        N_("The registry, or a proxy before it, has a certificate of a CA that this host does not "
           "trust, for another name, or not valid at the time of this host."),
        N_("Check the time of the host. Name the CA under “tls” in "
           "/etc/rancher/rke2/registries.yaml, or add it to the CAs that the host trusts."),
        "ssh -p {port} {user}@{address} date -u")
FINDING(START_FOREIGN_TLS, "I-55", FAIL,
        N_("Something that is not RKE2 answers on port 9345: {line}"),
        N_("A load balancer or proxy before the servers uses a certificate of its own."),
        N_("Make it forward TCP on 9345 unchanged (no TLS of its own)."),
        "openssl s_client -connect {name}:9345 </dev/null | openssl x509 -noout -issuer -subject")
FINDING(
    START_KUBELET, "I-56", FAIL, N_("The kubelet keeps exiting: {line}"),
    N_("An argument (kubelet-arg), a node label or the cgroup version of the host is not accepted. "
       "The kubelet gives the reason in its own log, not in that of {unit}."),
    N_("Read the last lines of /var/lib/rancher/rke2/agent/logs/kubelet.log, correct "
       "/etc/rancher/rke2/config.yaml.d and run this again."),
    "ssh -p {port} {user}@{address} tail -n 20 /var/lib/rancher/rke2/agent/logs/kubelet.log")
FINDING(START_PODS, "I-57", FAIL, N_("etcd or the API server does not start: {line}"),
        N_("Their static pods did not become ready in the time that RKE2 gives them."),
        N_("Read what the pods say in /var/log/pods, and containerd in "
           "/var/lib/rancher/rke2/agent/containerd/containerd.log."),
        "ssh -p {port} {user}@{address} tail -n 20 "
        "/var/lib/rancher/rke2/agent/containerd/containerd.log")
FINDING(START_DATA_DAMAGED, "I-58", FAIL,
        N_("RKE2 cannot read the etcd data of this server: {line}"),
        N_("The data is damaged, for example by a full disk or a power failure."),
        N_("If other servers run, remove this one from the cluster and install it again. If it is "
           "the only one, restore a snapshot."),
        "ssh -p {port} {user}@{address} ls -l /var/lib/rancher/rke2/server/db/snapshots")
FINDING(START_DISK_FULL, "I-59", FAIL, N_("The disk of the host is full: {line}"),
        N_("RKE2 and its images need space under /var/lib/rancher."),
        N_("Free space there and run this again."),
        "ssh -p {port} {user}@{address} df -h /var/lib/rancher")
FINDING(VERIFY_API, "I-60", FAIL,
        N_("The API of server {address} does not answer under the name {name}: {_reason}."),
        N_("Users and nodes that the name sends to this server would fail."),
        N_("Check 6443/tcp on that server, and that tls-san includes the name."),
        "curl -vk --resolve {name}:6443:{address} https://{name}:6443/readyz")
FINDING(VERIFY_NODE, "I-61", FAIL, N_("The node is no longer Ready: {_reason}."),
        N_("It was Ready earlier in this install."), N_("Check the node and run this again."),
        "kubectl describe node {host}")
FINDING(TASK_BLOCKED, "I-62", FAIL,
        N_("Not started, because {other} did not complete this step: {_step}."), "",
        N_("Solve that problem first, then run this again."), "")

FINDING(VERIFY_NO_NETWORK, "I-63", WARN,
        N_("There is no pod network yet: the nodes have joined but are not Ready."),
        N_("The answers file sets “cni: none”, so RKE2 installs no network."),
        N_("Install a network plugin with kubectl apply or helm; the nodes then become Ready by "
           "themselves."),
        "kubectl get nodes")
FINDING(START_ARCHIVE, "I-65", WARN, N_("An image archive on the host cannot be used: {line}"),
        N_("It is damaged, or belongs to another version of RKE2. Images are then pulled from the "
           "registry, if the host reaches one."),
        N_("Copy the archive of this version to /var/lib/rancher/rke2/agent/images again and "
           "compare its checksum."),
        "ssh -p {port} {user}@{address} ls -l /var/lib/rancher/rke2/agent/images")
FINDING(START_REGISTRIES, "I-66", FAIL, N_("RKE2 cannot read registries.yaml: {line}"), "",
        N_("Correct /etc/rancher/rke2/registries.yaml on this host and run this again."), "")
FINDING(START_ADDRESS, "I-67", FAIL, N_("RKE2 cannot find an address for the node: {line}"),
        N_("The host has no default route, or “node-ip” is not one of its addresses."),
        N_("Add a default route, or set “node-ip” to an address of the host in "
           "/etc/rancher/rke2/config.yaml.d."),
        "ssh -p {port} {user}@{address} ip route")
FINDING(START_PORT_USED, "I-68", FAIL, N_("A port that RKE2 needs is in use: {line}"),
        N_("Another program, or an earlier RKE2 that did not end, has it."),
        N_("Stop that program, or restart the host, then run this again."),
        "ssh -p {port} {user}@{address} ss -ltnp")
FINDING(START_BOTH_ROLES, "I-69", FAIL, N_("The host already runs RKE2 in the other role: {line}"),
        N_("A host is a server or an agent; its other service is still running."),
        N_("Stop and disable the other service, or reset this host, then run this again."),
        "ssh -p {port} {user}@{address} systemctl status rke2-server rke2-agent")
FINDING(START_SNAPSHOTTER, "I-70", FAIL,
        N_("The file system of /var/lib/rancher does not support containers: {line}"),
        N_("overlayfs does not work on NFS, on another overlay, or on xfs without ftype=1."),
        N_("Use ext4, or xfs made with ftype=1, for /var/lib/rancher."),
        "ssh -p {port} {user}@{address} findmnt -T /var/lib/rancher")
FINDING(START_RUNTIME, "I-71", FAIL, N_("The container runtime does not start: {line}"), "",
        N_("Read the last lines of /var/lib/rancher/rke2/agent/containerd/containerd.log."),
        "ssh -p {port} {user}@{address} tail -n 20 "
        "/var/lib/rancher/rke2/agent/containerd/containerd.log")
FINDING(
    START_VALUE, "I-72", FAIL, N_("RKE2 rejects the value of a setting: {line}"), "",
    N_("Correct it in the answers file, or in /etc/rancher/rke2/config.yaml.d where it is set."),
    "ssh -p {port} {user}@{address} ls -l /etc/rancher/rke2 /etc/rancher/rke2/config.yaml.d")
FINDING(START_UNKNOWN_KEY, "I-73", WARN, N_("RKE2 does not know the key “{key}” and ignores it."),
        N_("It is misspelled, or this version does not have it."),
        N_("Correct the key in /etc/rancher/rke2/config.yaml.d, or remove it."),
        "ssh -p {port} {user}@{address} grep -rn {key} /etc/rancher/rke2")
FINDING(START_RESOLVER, "I-74", WARN,
        N_("The pods will not use the name servers of this host: {line}"),
        N_("/etc/resolv.conf of the host names only itself as a name server; RKE2 gives the pods "
           "8.8.8.8 in its place, which a host without outbound access does not reach."),
        N_("Set “kubelet-arg: resolv-conf=FILE” in /etc/rancher/rke2/config.yaml.d, with a file "
           "that names "
           "servers that pods reach."),
        "ssh -p {port} {user}@{address} cat /etc/resolv.conf")
FINDING(START_SERVER_BUSY, "I-75", WARN, N_("The server is not ready for this one yet: {line}"),
        N_("It is starting, or has too many requests. This server tries again by itself."),
        N_("Usually, wait."), "")
FINDING(
    START_ETCD_PORT, "I-76", WARN, N_("etcd of the other servers does not answer: {line}"),
    N_("Port 2379 or 2380 between the servers is blocked, or a server has just been restarted."),
    N_("Check that all servers are running and that 2379-2380/tcp is open between them."), "")

FINDING(START_KUBELET_FLAG, "I-80", FAIL, N_("The kubelet rejects an argument: {line}"),
        N_("RKE2 starts it again and again, and it exits at once. The argument comes from "
           "“kubelet-arg” or “node-label”, or this version no longer has it."),
        N_("Correct it in /etc/rancher/rke2/config.yaml.d, or in the answers file where it is set, "
           "and run this again."),
        "ssh -p {port} {user}@{address} grep -rn -A 5 -e kubelet-arg -e node-label "
        "/etc/rancher/rke2")
FINDING(START_KUBELET_CGROUP, "I-81", FAIL,
        N_("The kubelet does not run on a host with cgroup v1: {line}"),
        N_("RKE2 1.35 and later need cgroup v2."),
        N_("Start the host with cgroup v2 (systemd.unified_cgroup_hierarchy=1 on the kernel "
           "command line), or install an earlier version. As a stopgap, set “kubelet-arg: "
           "[fail-cgroupv1=false]” in a file in /etc/rancher/rke2/config.yaml.d."),
        "ssh -p {port} {user}@{address} stat -fc %T /sys/fs/cgroup")
FINDING(START_IMAGE_DENIED, "I-82", FAIL, N_("The image registry rejects the request: {line}"),
        N_("It wants credentials that the host does not have, or has no such repository."),
        N_("Check the name of the image, and the credentials in "
           "/etc/rancher/rke2/registries.yaml."),
        "ssh -p {port} {user}@{address} grep -e denied -e authorization {file}")
FINDING(START_IMAGE_ABSENT, "I-83", FAIL, N_("The registry does not have an image: {line}"),
        N_("The name or the tag is wrong, or the mirror does not hold this version."),
        N_("Correct the image in /etc/rancher/rke2 (“pause-image”, “system-default-registry” …), "
           "or copy it to the registry."),
        "ssh -p {port} {user}@{address} grep -rn -e image -e registry /etc/rancher/rke2")
FINDING(START_OCI, "I-84", FAIL, N_("Containers cannot be started on this host: {line}"),
        N_("runc, which starts them, fails. The kernel, a security module or a container around "
           "this host does not allow what it needs."),
        N_("Read the message. Check that the host has all cgroup controllers and capabilities, and "
           "that SELinux or AppArmor do not block runc."),
        "ssh -p {port} {user}@{address} tail -n 20 {file}")
FINDING(START_SANDBOX, "I-85", WARN, N_("A pod does not start: {line}"),
        N_("containerd could not create its container. It tries again by itself."),
        N_("If it does not pass, fix the cause named in the message."),
        "ssh -p {port} {user}@{address} tail -n 20 {file}")
FINDING(START_CONTAINER, "I-86", WARN, N_("A container keeps exiting: {line}"),
        N_("The kubelet starts it again, each time after a longer pause."),
        N_("If it does not pass, read its last lines and fix the cause named there."),
        "ssh -p {port} {user}@{address} tail -n 20 {file}")

FINDING(START_NAME_SET, "I-91", FAIL,
        N_("The node name {node}, which {file} sets, is already taken: {line}"),
        N_("Another machine of the cluster has this name."),
        N_("Give this host another “node-name” in {file}, or remove it there, then run this again. "
           "The node that has the name is not at fault."),
        "kubectl get node {node} -o wide")
FINDING(VERIFY_POD, "I-87", FAIL, N_("The pod {pod} of kube-system does not run: {line}"),
        N_("It is part of the cluster itself, and has been restarted {restarts} times."),
        N_("Fix the cause named in its last words, then run this again."),
        "kubectl -n kube-system logs {pod} --previous --tail=20")
FINDING(VERIFY_TAINT, "I-88", FAIL,
        N_("No cloud controller has taken the node over; no workload starts on it."),
        N_("The node has the taint node.cloudprovider.kubernetes.io/uninitialized, which "
           "cloud-controller-manager removes."),
        N_("Check the pods of cloud-controller-manager on the servers. With a cloud controller of "
           "your own, install it now."),
        "kubectl -n kube-system get pods -o wide")
FINDING(VERIFY_PODS_LATE, "I-89", WARN, N_("Pods of kube-system are not ready yet: {pods}."),
        N_("They are still starting, for example because their images are being pulled."),
        N_("Usually, wait a few minutes, then look again."),
        "kubectl -n kube-system get pods -o wide")
FINDING(VERIFY_PODS_UNKNOWN, "I-90", UNKNOWN,
        N_("The pods of kube-system could not be listed: {reason}"), "",
        N_("Check them, or run this again."), "kubectl -n kube-system get pods -o wide")

/* ---- J: the journal on the console ---- */

FINDING(JOURNAL_UNUSABLE, "J-01", FAIL, N_("The journal cannot be used: {reason}."),
        N_("Without it, an interrupted install could not be resumed. No host was changed."),
        N_("Make {file} writable, or move it aside."), "ls -l {file}")
FINDING(JOURNAL_LOCKED, "J-02", FAIL,
        N_("Another rke2-wizard is working on this cluster (process {pid})."),
        N_("Two at the same time would interfere with each other."),
        N_("Wait until it has finished, or watch it with: rke2-wizard status --watch"),
        "ps -fp {pid}")
FINDING(TOKEN_UNUSABLE, "J-03", FAIL, N_("The generated token cannot be saved: {reason}."),
        N_("Without it, no further node could ever join. No host was changed."),
        N_("Make {file} readable and writable only by you."), "ls -l {file}")
FINDING(JOURNAL_BROKEN, "J-04", FAIL, N_("The journal can no longer be written: {reason}."),
        N_("Without it, an interrupted install could not be resumed, so nothing more was started. "
           "Work that has begun on hosts continues there."),
        N_("Free up space for {file}, or make it writable, and run this again: it continues where "
           "it stopped."),
        "df -h {file}")
FINDING(JOURNAL_DAMAGED, "J-05", WARN,
        N_("The journal was damaged. It was moved to {file}, and a new one was created."),
        N_("The state is read from the hosts. The record of earlier runs is in the old file."),
        N_("Check the disk of this machine; nothing else needs to be done."),
        "sqlite3 {file} .recover")

FINDING(PROXY_PASSWORD_UNUSABLE, "J-06", FAIL, N_("The proxy password cannot be saved: {reason}."),
        N_("Without it, this install could not be resumed later. No host was changed."),
        N_("Make {file} readable and writable only by you."), "ls -l {file}")

FINDING(REPORT_UNWRITABLE, "J-07", FAIL, N_("The report cannot be written: {reason}."), "",
        N_("Name a file that can be written, in a folder with room for it."), "ls -ld {file}")

/* ---- K: nodes and kubeconfig ---- */

FINDING(NODES_NO_SERVER, "K-01", FAIL, N_("No server could list the nodes. Last error: {_reason}."),
        N_("Asked: {asked}."), N_("Run rke2-wizard status to see what was done so far."), "")
FINDING(KUBECONFIG_WRITE, "K-02", FAIL, N_("The kubeconfig cannot be written: {reason}."), "",
        N_("Choose another file, in an existing folder that you may write to."), "ls -l {file}")
FINDING(KUBECONFIG_UNREACHABLE, "K-03", WARN,
        N_("The kubeconfig was written, but this machine cannot reach the API: {reason}."),
        N_("A firewall blocks the way from this machine to the servers, or a name server does not "
           "know the name. The nodes can reach the API: the install checked it."),
        N_("Open 6443/tcp from this machine to the servers, or use the file on a machine that can "
           "reach them."),
        "curl -vk {server}/readyz")
FINDING(KUBECONFIG_UNTRUSTED, "K-04", FAIL,
        N_("The kubeconfig was written, but the server at {server} is not part of this cluster: "
           "{reason}."),
        N_("Its certificate was not issued by the CA of this cluster, or does not include the "
           "name. kubectl will reject it too."),
        N_("Check what the name resolves to on this machine (/etc/hosts, proxy, load balancer), "
           "and that tls-san includes it: rke2-wizard check --only dns"),
        "curl -vk {server}/version")
FINDING(
    KUBECONFIG_REFUSED, "K-05", FAIL,
    N_("The kubeconfig was written, but the API at {server} did not list the nodes: {reason}."),
    N_("The server that answered is not ready, or does not accept the certificate in the file."),
    N_("Run the command below again in a minute; rke2-wizard status shows the state of the nodes."),
    "kubectl --kubeconfig {file} get nodes")

/* ---- B: the support bundle ---- */

FINDING(BUNDLE_WRITE, "B-01", FAIL, N_("The support bundle cannot be written: {reason}."), "",
        N_("Choose another place with -o, or free up space there."), "ls -ld {file}")
FINDING(BUNDLE_HOST, "B-02", WARN,
        N_("The support bundle lacks some or all of the information from this host: {reason}."),
        N_("The connection was lost, or the host did not answer in time."),
        N_("Create the support bundle again when the host answers."),
        "ssh -p {port} {user}@{address} true")

/* ---- L: the lock of the hosts ---- */

FINDING(LOCK_HELD, "L-01", FAIL,
        N_("{owner} (process {pid}) has been working on this host since {since}; last activity "
           "{age} s ago."),
        N_("Two programs that change the same hosts would spoil each other's work."),
        N_("Wait until it has finished. If it is dead, its lock expires in {left} s; “--take-over” "
           "takes it at once."),
        "")
FINDING(LOCK_TAKEN, "L-02", FAIL,
        N_("{owner} (process {pid}) took over this host at {since}. This program makes no further "
           "changes."),
        N_("This program was asked to give way, or showed no activity for {life} s."),
        N_("Let the other program finish, then run this again: it checks what has been done."), "")
FINDING(LOCK_SILENT, "L-03", WARN,
        N_("The lock on this host could not be renewed for {life} s."),
        N_("It has expired: another console may take over the host, and then nothing more is "
           "changed from here."),
        N_("Check the connection to the host, and make sure that nobody else works on it."),
        "ssh -p {port} {user}@{address} true")

/* ---- P: ports between the hosts ---- */

FINDING(
    PORTS_BLOCKED, "P-01", FAIL, N_("{_how} Ports: {ports}. From: {sources}."),
    N_("RKE2 nodes need these ports of this host, but a firewall on the host or on the way to it "
       "blocks them."),
    N_("Open them: in the nftables or iptables rules of this host, in a firewall on the way, or in "
       "the security group of the cloud. Neither firewalld nor ufw is active on this host."),
    "ssh -p {port} {user}@{address} nft list ruleset")
FINDING(PORTS_BLOCKED_MANAGED, "P-02", FAIL, N_("{_how} Ports: {ports}. From: {sources}."),
        N_("RKE2 nodes need these ports of this host, and {manager} is active on it."),
        N_("Open all missing ports on this host, as root: {commands}"),
        "ssh -p {port} {user}@{address} nft list ruleset")
FINDING(PORTS_IN_USE, "P-03", FAIL, N_("{ports} is in use by {process} (pid {pid}, {unit})."),
        N_("RKE2 needs this port on this host."),
        N_("Stop {process} permanently, or move it to another port; then check again."),
        "ssh -p {port} {user}@{address} ss -ltnup")
FINDING(PORTS_IN_USE_KERNEL, "P-04", FAIL,
        N_("{ports} is in use, but no process can be seen that holds it."),
        N_("RKE2 needs this port on this host. A VXLAN interface left by an earlier cluster holds "
           "its port like this."),
        N_("Find such an interface and remove it (ip link delete), or restart the host; then check "
           "again."),
        "ssh -p {port} {user}@{address} ip -d link show type vxlan")
FINDING(PORTS_OTHER_HOST, "P-05", FAIL,
        N_("{address} is answered by {other}, not by this host. Ports: {ports}. From: {sources}."),
        N_("Nodes that connect to this host would reach the other one."),
        N_("Check for two machines with the same address, and for port forwarding or a NAT rule on "
           "the way."),
        "ssh -p {port} {user}@{address} ip addr")
FINDING(
    PORTS_STRANGER, "P-06", FAIL,
    N_("{address} is answered by something other than this host. Ports: {ports}. From: {sources}."),
    N_("It may be another machine with the same address, a proxy, or a port forwarding."),
    N_("Find out what answers, and make the address lead to this host."),
    "ssh -p {port} {user}@{address} ip addr")
FINDING(PORTS_CONSOLE, "P-07", WARN, N_("From this machine: {_how} Ports: {ports}."),
        N_("The install does not need these ports from this machine, but kubectl here would need "
           "6443."),
        N_("Allow this machine, or use kubectl elsewhere."), "curl -vk https://{address}:6443/")
FINDING(PORTS_HOST_UNKNOWN, "P-08", UNKNOWN,
        N_("No port could be tested to or from this host: {_reason}."), "",
        N_("Remove the cause and check again."), "ssh -p {port} {user}@{address} true")
FINDING(PORTS_TARGET_UNKNOWN, "P-09", UNKNOWN,
        N_("These ports of this host could not be tested: {ports}. Reason: {_reason}."),
        N_("The test needs a listener on the host for a few seconds; systemd starts it."),
        N_("Remove the cause and check again, or test by hand."),
        "ssh -p {port} {user}@{address} journalctl -n 20 --no-pager")
FINDING(PORTS_SOURCE_UNKNOWN, "P-10", UNKNOWN,
        N_("This host could not test any port of the others: {_reason}."),
        N_("The test connects with bash on the host."), N_("Remove the cause and check again."),
        "ssh -p {port} {user}@{address} bash --version")
FINDING(PORTS_PAIR_UNKNOWN, "P-11", UNKNOWN,
        N_("These ports of this host could not be tested: {ports}. From: {sources}. Reason: "
           "{_reason}."),
        "", N_("Remove the cause and check again."), "ssh -p {port} {user}@{address} ss -ltnup")
FINDING(PORTS_CONSOLE_JUMP, "P-12", WARN,
        N_("Directly from this machine, without the jump host: {_how} Ports: {ports}."),
        N_("The install does not need these ports from this machine: it goes through "
           "{jump_address}. kubectl here would need 6443."),
        N_("Use kubectl behind the jump host, or through the tunnel that this command opens, with "
           "“--server https://127.0.0.1:6443”."),
        "ssh -N -L 6443:{address}:6443 -p {jump_port} {jump_user}@{jump_address}")
/* ---- R: requirements of a host ---- */

FINDING(HOST_NOT_CHECKED, "R-01", UNKNOWN, N_("This host could not be inspected: {reason}."),
        N_("It is unknown whether RKE2 would run on it."),
        N_("Make the host answer (another finding says why it does not) and check again."),
        "ssh -p {port} {user}@{address} true")
FINDING(CHECK_UNKNOWN, "R-02", UNKNOWN, N_("Could not determine: {_check}."),
        N_("The host did not report it, or lacks the program that could."),
        N_("Check it on the host. If it is in order, pass a requirements file that sets the "
           "severity of “{name}” to off."),
        "ssh -p {port} {user}@{address}")
FINDING(REQUIREMENTS_UNREADABLE, "R-03", FAIL,
        N_("The requirements file cannot be read: {reason}."), "",
        N_("Pass a readable file with --requirements; data/requirements.yaml is an example."),
        "ls -l {file}")
FINDING(REQUIREMENTS_SYNTAX, "R-04", FAIL,
        N_("{where}: this is not a list of requirements: {reason}."),
        N_("The rest of the file cannot be read until this is corrected."),
        N_("Correct the line; data/requirements.yaml is an example."), "")
FINDING(REQUIREMENTS_KEY, "R-05", FAIL, N_("{where}: the key “{key}” is unknown or set twice."),
        N_("A mistyped key would otherwise be ignored silently."),
        N_("Allowed here, once each: {allowed}."), "")
FINDING(REQUIREMENTS_VALUE, "R-06", FAIL,
        N_("{where}: “{value}” is not a valid value for “{key}”."), "",
        N_("“{key}” must be {_expected}."), "")
FINDING(REQUIREMENTS_MISSING, "R-07", FAIL, N_("{where}: “{key}” is missing."), "",
        N_("Add “{key}: …”; data/requirements.yaml is an example."), "")
FINDING(CPU_MINIMUM, "R-10", FAIL,
        N_("The number of processors is {found}; at least {needed} are required."),
        N_("This is the minimum of RKE2. With fewer processors its components wait for each other "
           "until they time out."),
        N_("Give the machine more processors."), "ssh -p {port} {user}@{address} nproc")
FINDING(
    CPU_PRODUCTION, "R-11", WARN,
    N_("The number of processors is {found}; at least {needed} are recommended for production."),
    N_("RKE2 runs with fewer, but a busy cluster becomes slow."),
    N_("Give the machine more processors, or continue if this is a test."),
    "ssh -p {port} {user}@{address} nproc")
FINDING(MEMORY_MINIMUM, "R-12", FAIL,
        N_("The host has {found} of memory; at least {needed} is required."),
        N_("This is the minimum of RKE2. With less memory, the kubelet does not start all pods of "
           "RKE2."),
        N_("Give the machine more memory."), "ssh -p {port} {user}@{address} free -m")
FINDING(MEMORY_PRODUCTION, "R-13", WARN,
        N_("The host has {found} of memory; at least {needed} is recommended for production."),
        N_("RKE2 runs with less, but little is left for workloads."),
        N_("Give the machine more memory, or continue if this is a test."),
        "ssh -p {port} {user}@{address} free -m")
FINDING(DISK_FREE, "R-14", FAIL, N_("{path} has {found} free; at least {needed} is required."),
        N_("RKE2 keeps container images, its database and logs there. When the disk is full, the "
           "node evicts its pods and etcd stops."),
        N_("Free up space, enlarge the file system, or mount a larger disk at /var/lib/rancher."),
        "ssh -p {port} {user}@{address} df -h {path}")
FINDING(
    DISK_PRODUCTION, "R-15", WARN,
    N_("The file system of {path} has {found}; at least {needed} is recommended for production."),
    N_("Images and data grow, and a full disk stops the node."),
    N_("Enlarge the file system, or continue if this is a test."),
    "ssh -p {port} {user}@{address} df -h {path}")
FINDING(DISK_ROTATES, "R-16", WARN, N_("The disk under {path} reports itself as rotational (HDD)."),
        N_("An SSD is recommended: etcd waits for the disk at each write. Virtual disks often "
           "report this wrongly; the latency measured on servers counts more."),
        N_("Put /var/lib/rancher on an SSD."),
        "ssh -p {port} {user}@{address} lsblk -o NAME,ROTA,TYPE,MOUNTPOINT")
FINDING(DISK_SLOW, "R-17", WARN,
        N_("The disk under {path} is slow: 99 of 100 writes took up to {found} (fdatasync); at "
           "most {needed} is recommended for etcd."),
        N_("Measured with {count} writes of 2300 bytes; half of them took up to {median}. etcd "
           "loses its leader when writes take too long."),
        N_("Put /var/lib/rancher on a faster, dedicated disk."),
        "ssh -p {port} {user}@{address} dd if=/dev/zero of={path}/dd.test bs=2300 count=100 "
        "oflag=dsync '&&' rm {path}/dd.test")
FINDING(DISK_NOEXEC, "R-18", FAIL,
        N_("{path} is mounted so that programs in it cannot be run: {found}."),
        N_("RKE2 keeps its programs under /var/lib/rancher."),
        N_("Run mount -o remount,exec {path}, and remove noexec from /etc/fstab."),
        "ssh -p {port} {user}@{address} findmnt -no OPTIONS -T {path}")
FINDING(
    TMP_FULL, "R-19", FAIL, N_("{path} has {found} free; at least {needed} is required."),
    N_("The RKE2 installer downloads to this folder."),
    N_("Free up space there or, if it is in memory, enlarge it: mount -o remount,size=1G {path}"),
    "ssh -p {port} {user}@{address} df -h {path}")
FINDING(PROGRAM_FULL, "R-20", FAIL, N_("{path} has {found} free; at least {needed} is required."),
        N_("The RKE2 installer unpacks RKE2 there."), N_("Free up space there."),
        "ssh -p {port} {user}@{address} df -h {path}")
FINDING(PORT_TAKEN, "R-21", FAIL, N_("{taken}/tcp is in use by {process} (pid {pid}, {unit})."),
        N_("RKE2 needs this port on the host itself, for {_use}."),
        N_("Stop {process}, or make it listen on another port."),
        "ssh -p {port} {user}@{address} ss -ltnp sport = :{taken}")
FINDING(
    CLOCK_OFFSET, "R-22", FAIL,
    N_("The clock of this host differs from the others by {found}; at most {needed} is allowed."),
    N_("Certificates issued on one host are not yet valid on another, and servers reject each "
       "other's data."),
    N_("Set the time and enable time synchronization: timedatectl set-ntp true"),
    "ssh -p {port} {user}@{address} date -u")
FINDING(NO_TIME_SERVICE, "R-23", WARN,
        N_("The clock of this host is not synchronized (time service: {service})."),
        N_("Clocks that drift make certificates invalid and etcd unstable."),
        N_("Run timedatectl set-ntp true, or install and start chrony."),
        "ssh -p {port} {user}@{address} timedatectl")
FINDING(
    SAME_NAME, "R-24", FAIL, N_("The host name {found} is also used by {others}."),
    N_("RKE2 identifies a node by its name alone and rejects a second node with the same name."),
    N_("Give each host a unique name: hostnamectl set-hostname {host}"),
    "ssh -p {port} {user}@{address} hostname")
FINDING(SAME_MACHINE_ID, "R-25", WARN, N_("The machine id {found} is also used by {others}."),
        N_("Cloned machines share it. They get the same address by DHCP, and Kubernetes and some "
           "networks take them for one machine."),
        N_("On all but one of them, make a new one and restart the host: rm /etc/machine-id; "
           "systemd-machine-id-setup"),
        "ssh -p {port} {user}@{address} cat /etc/machine-id")
FINDING(NO_MACHINE_ID, "R-26", WARN, N_("The host has no valid machine id: {found}."),
        N_("systemd and Kubernetes identify machines by it."),
        N_("Run systemd-machine-id-setup, then restart the host."),
        "ssh -p {port} {user}@{address} cat /etc/machine-id")
FINDING(NO_DEFAULT_ROUTE, "R-27", FAIL, N_("The host has no default route."),
        N_("RKE2 takes the address of the node from the interface of the default route, and does "
           "not start without one."),
        N_("Set a gateway. Without a gateway, a default route over a dummy interface is enough, as "
           "the RKE2 documentation on air-gapped installs describes."),
        "ssh -p {port} {user}@{address} ip route show default")
FINDING(NETWORK_OVERLAP, "R-28", FAIL,
        N_("The network {found} ({where}) overlaps with {cidr}, which the cluster uses for "
           "{_use}."),
        N_("Pods cannot reach addresses in that network, or cannot be reached from there."),
        N_("Change the other network, or set other values for cluster-cidr and service-cidr in "
           "/etc/rancher/rke2/config.yaml.d/ on all servers before the first start."),
        "ssh -p {port} {user}@{address} ip route")
FINDING(NODE_ADDRESS, "R-29", WARN,
        N_("RKE2 will use {found} as the address of this node, not {address}."),
        N_("RKE2 uses the address of the interface with the default route. Nodes and etcd "
           "communicate over it."),
        N_("Use that address in the answers file, or set node-ip in "
           "/etc/rancher/rke2/config.yaml.d/ on the host."),
        "ssh -p {port} {user}@{address} ip addr")
FINDING(WAY_OUT, "R-30", FAIL, N_("The host cannot reach {url}: {_reason}."),
        N_("The host downloads RKE2 and its images from there. Proxy of the host: {proxy}."),
        N_("Check the name servers, the firewall and the proxy of the host (/etc/environment)."),
        "ssh -p {port} {user}@{address} curl -sSIo /dev/null {url}")
FINDING(OLD_RKE2, "R-31", FAIL, N_("This host holds an earlier RKE2 of another cluster: {found}."),
        N_("Its data and token do not match this cluster. The host was not changed."),
        N_("If the data can be discarded for good: {uninstall}. Otherwise remove the host from the "
           "answers file."),
        "ssh -p {port} {user}@{address} ls -l /etc/rancher /var/lib/rancher")
FINDING(OTHER_KUBERNETES, "R-32", FAIL, N_("Another Kubernetes runs on this host: {found}."),
        N_("Two of them compete for ports, containers and network rules."),
        N_("Uninstall it from the host: {uninstall}."),
        "ssh -p {port} {user}@{address} systemctl status {found}")
FINDING(LEFTOVERS, "R-33", WARN, N_("An earlier Kubernetes left traces: {found}."),
        N_("Old network settings and node passwords interfere with a new node."),
        N_("If none of it is needed any more: rm -rf {paths}; then restart the host."),
        "ssh -p {port} {user}@{address} ls -ld {paths}")
FINDING(DOCKER_RUNS, "R-34", WARN, N_("Docker is running on this host."),
        N_("RKE2 includes its own containerd and does not need Docker. The network rules of Docker "
           "drop packets between pods."),
        N_("If nothing needs it: systemctl disable --now docker.service docker.socket"),
        "ssh -p {port} {user}@{address} systemctl status docker")
FINDING(FIREWALL_ON, "R-35", WARN, N_("The firewall {manager} is active on this host."),
        N_("Its rules drop packets between pods and conflict with those of the pod network "
           "(Canal), even when the ports of RKE2 are open."),
        N_("Disable it and protect the host with an external firewall: {off}."),
        "ssh -p {port} {user}@{address} systemctl status {manager}")
FINDING(NM_MANAGES, "R-36", WARN, N_("NetworkManager would manage the network interfaces of pods."),
        N_("It changes routes of the pod network (Canal)."),
        N_("Set unmanaged-devices for cali* and flannel* in "
           "/etc/NetworkManager/conf.d/rke2-canal.conf, then run systemctl reload NetworkManager."),
        "ssh -p {port} {user}@{address} ls /etc/NetworkManager/conf.d")
FINDING(NM_CLOUD_SETUP, "R-37", FAIL, N_("nm-cloud-setup is enabled ({found})."),
        N_("Its routing rules break the pod network, and RKE2 up to v1.32.10, v1.33.6 and v1.34.2 "
           "refuses to start with it."),
        N_("Run systemctl disable --now nm-cloud-setup.service nm-cloud-setup.timer; then restart "
           "the host."),
        "ssh -p {port} {user}@{address} systemctl is-enabled nm-cloud-setup.service "
        "nm-cloud-setup.timer")
FINDING(WICKED_FORWARDING, "R-38", WARN, N_("wicked would disable packet forwarding again."),
        N_("RKE2 enables packet forwarding; wicked applies the settings in /etc/sysctl.d whenever "
           "it changes an interface."),
        N_("Write net.ipv4.conf.all.forwarding=1 to /etc/sysctl.d/90-rke2.conf, then load it: "
           "sysctl --system"),
        "ssh -p {port} {user}@{address} sysctl net.ipv4.conf.all.forwarding")
FINDING(SWAP_ON, "R-39", WARN, N_("Swap is on: {found} ({devices})."),
        N_("RKE2 starts with swap, but memory limits of pods lose their meaning, and a node that "
           "swaps is slow."),
        N_("Run swapoff -a, and remove the swap lines from /etc/fstab."),
        "ssh -p {port} {user}@{address} swapon --show")
FINDING(
    CGROUP_MISSING, "R-40", FAIL,
    N_("The kernel lacks cgroup controllers: {missing} (found: {found})."),
    N_("RKE2 limits the CPU and memory of containers with them, and does not start without them."),
    N_("Enable them on the kernel command line (systemd.unified_cgroup_hierarchy=1, or "
       "cgroup_enable=memory) and restart the host."),
    "ssh -p {port} {user}@{address} cat /sys/fs/cgroup/cgroup.controllers /proc/cgroups")
FINDING(CGROUP_V1, "R-48", FAIL, N_("The host uses cgroup v1, on which this version does not run."),
        N_("From RKE2 1.35 on the kubelet exits on such a host at once."),
        N_("Start the host with cgroup v2 (systemd.unified_cgroup_hierarchy=1 on the kernel command "
           "line), or install an earlier version."),
        "ssh -p {port} {user}@{address} stat -fc %T /sys/fs/cgroup")
FINDING(MODULE_MISSING, "R-41", FAIL, N_("Kernel modules are missing: {missing}."),
        N_("The pod network depends on them."),
        N_("Install the additional kernel modules (on Enterprise Linux 10: dnf install "
           "kernel-modules-extra) and restart the host."),
        "ssh -p {port} {user}@{address} modprobe -n -v -a {missing}")
FINDING(APPARMOR_PARSER, "R-42", FAIL,
        N_("AppArmor is enabled, but apparmor_parser is missing on the host."),
        N_("No container can start without it."),
        N_("Install the package apparmor (Debian, Ubuntu) or apparmor-parser (SUSE)."),
        "ssh -p {port} {user}@{address} command -v apparmor_parser")
FINDING(SELINUX_POLICY, "R-43", WARN,
        N_("SELinux is enforcing, but the RKE2 policy is not installed."),
        N_("Containers may be denied access that they need. An RPM install of RKE2 includes the "
           "policy; this install does not."),
        N_("Install container-selinux and rke2-selinux, and set selinux: true in "
           "/etc/rancher/rke2/config.yaml.d/."),
        "ssh -p {port} {user}@{address} getenforce")
FINDING(NO_IPTABLES, "R-44", WARN, N_("iptables is missing on the host."),
        N_("Host ports of pods need it, and without it the addresses of pods are not released."),
        N_("Install the package iptables."), "ssh -p {port} {user}@{address} command -v iptables")
FINDING(OWN_FILES, "R-49", FAIL,
        N_("{file} sets “{key}”, which has to be: {_wanted}."),
        N_("RKE2 reads this file too, so that the node would get another name, cluster or network "
           "than the one that is waited for."),
        N_("Take “{key}” out of {file}, or correct it."),
        "ssh -p {port} {user}@{address} sudo grep -n {key} {file}")
FINDING(CONFIG_UNREADABLE, "R-51", FAIL, N_("{file} cannot be read: {reason}."),
        N_("RKE2 reads this file beside config.yaml, and does not start with one that is wrong."),
        N_("Correct or remove {file}."), "ssh -p {port} {user}@{address} sudo cat {file}")
FINDING(PREPARED, "R-50", FAIL,
        N_("A prepared config.yaml is on this host, and the install would replace it: {keys}."),
        N_("Settings that the answers file does not have would be lost. The file is kept beside the "
           "new one, where RKE2 does not read it."),
        N_("To keep these keys, move their lines to a file in /etc/rancher/rke2/config.yaml.d/. To "
           "give them up, override this finding."),
        "ssh -p {port} {user}@{address} sudo ls -l /etc/rancher/rke2")
FINDING(NO_RESOLVER, "R-45", WARN, N_("The host has no name server that pods could use: {found}."),
        N_("A loopback address does not work inside a pod; RKE2 then gives pods 8.8.8.8."),
        N_("Write a name server of the network to /etc/resolv.conf, or to a file of your own that "
           "resolv-conf in /etc/rancher/rke2/config.yaml.d/ names."),
        "ssh -p {port} {user}@{address} cat /etc/resolv.conf")

FINDING(ARTIFACTS_MISSING, "R-46", FAIL, N_("Files are missing in the folder {folder}: {missing}."),
        N_("RKE2 {version} is installed from this folder on the host, without network access."),
        N_("Copy the files of this release to the folder on each host; install.sh comes from "
           "https://get.rke2.io. Images may also come from a registry of your own "
           "(system-default-registry)."),
        "ssh -p {port} {user}@{address} ls -l {folder}")
FINDING(ARTIFACTS_BROKEN, "R-47", FAIL,
        N_("The files in the folder {folder} do not match: {_reason}."),
        N_("RKE2 {version} is installed from this folder on the host."),
        N_("Copy all files of this release to the folder again."),
        "ssh -p {port} {user}@{address} 'cd {folder} && sha256sum -c --ignore-missing "
        "sha256sum-*.txt'")
/* ---- U: reset ---- */

FINDING(RESET_QUORUM, "U-01", FAIL,
        N_("Without this server etcd would lose its majority: only {alive} of {members} members "
           "would be up."),
        N_("Without a majority the cluster can be neither changed nor read."),
        N_("First bring the other servers up, or remove those that are gone: “reset --host” with "
           "their names. --force uninstalls RKE2 anyway; the cluster then still counts this "
           "server, and stops until enough others are up."),
        "")
FINDING(RESET_NO_API, "U-02", FAIL,
        N_("None of the remaining servers can remove the node from the cluster: {_reason}."),
        N_("The cluster would keep the node, and etcd the member, and later reject the host."),
        N_("Bring up the remaining servers. --force uninstalls RKE2 anyway; then reset this host "
           "once more when they are up."),
        "")
FINDING(RESET_LAST_SERVER, "U-03", FAIL,
        N_("No server would remain, but the other hosts would keep RKE2."),
        N_("Agents cannot work without a server, and the cluster ends with its last server."),
        N_("Leave out --host to reset all hosts. --force resets only the hosts given."), "")
FINDING(RESET_FOREIGN, "U-04", FAIL, N_("RKE2 on this host belongs to another cluster."),
        N_("A reset would remove a node from a cluster that this answers file does not describe."),
        N_("Check the name and address of the host. --force uninstalls RKE2 anyway."),
        "ssh -p {port} {user}@{address} sudo cat /etc/rancher/rke2/config.yaml")
FINDING(RESET_HOST_UNKNOWN, "U-05", FAIL,
        N_("There is no host {name} in the answers file or in an earlier run."), "",
        N_("Use one of these names: {known}."), "")
FINDING(UNINSTALL_FAILED, "U-06", FAIL,
        N_("RKE2 could not be uninstalled; the script exited with status {status}: {line}"), "",
        N_("Fix the cause named in the message and run this again. The full output is in "
           "/var/lib/rke2-wizard/reset.log on the host."),
        "ssh -p {port} {user}@{address} sudo cat /var/lib/rke2-wizard/reset.log")
FINDING(UNINSTALL_INTERRUPTED, "U-07", FAIL,
        N_("The uninstall was interrupted repeatedly and is not complete."),
        N_("Its unit ended without a result, as happens when a host restarts."),
        N_("Make sure that the host stays up, then run this again."),
        "ssh -p {port} {user}@{address} sudo journalctl -u rke2-wizard-reset")
FINDING(MEMBER_STAYS, "U-08", FAIL, N_("etcd still has the member {member}, or no longer answers."),
        N_("RKE2 removes the etcd member of a deleted node as long as etcd has a majority."),
        N_("Check that the remaining servers are up, and run this again."),
        "ssh -p {port} {user}@{address} sudo journalctl -u rke2-server -n 50")

/* ---- W: the wizard ---- */

FINDING(DRAFT_UNSAVED, "W-01", FAIL, N_("Your entries cannot be saved: {reason}."),
        N_("They are lost if the program ends now."),
        N_("Make {file} writable, or free up disk space; the next change is saved again."),
        "ls -ld {file}")
FINDING(DRAFT_NAME, "W-02", FAIL, N_("“{name}” cannot be used as the name of a cluster."),
        N_("It names the folder that holds the draft and the journal."),
        N_("Use at most 63 lower-case letters, digits and hyphens, not beginning with a hyphen."),
        "")
FINDING(
    DRAFT_NAME_TAKEN, "W-03", FAIL, N_("A cluster named {name} already exists on this machine."),
    N_("Its draft, journal and token are kept under this name; two clusters must not be mixed up."),
    N_("Choose another name, or open {name} and continue with it."), "")
FINDING(DRAFT_NAME_FIXED, "W-04", FAIL, N_("The cluster {name} cannot be renamed."),
        N_("Its install has begun; its journal and token are kept under this name."),
        N_("For another cluster, create a new one."), "")
FINDING(FIELD_EMPTY, "W-05", FAIL, N_("{where}: the field “{_field}” is empty."), "",
        N_("Enter {_expected}."), "")
FINDING(FIELD_VALUE, "W-06", FAIL, N_("{where}: “{value}” is not valid in the field “{_field}”."), "",
        N_("Enter {_expected}."), "")
FINDING(FIELD_SAME_NAME, "W-07", FAIL,
        N_("{where}: the name “{value}” is already used by host {other} of the list."),
        N_("RKE2 identifies a node by its name alone and rejects a second node with the same name."),
        N_("Give each host a unique name."), "")
FINDING(FIELD_SAME_ADDRESS, "W-08", FAIL,
        N_("{where}: the address “{value}” is already used by host {other} of the list."),
        N_("Two entries would install the same machine twice."),
        N_("Give each host its own address."), "")
