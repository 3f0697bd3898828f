/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of findings: FINDING(NAME, code, severity, fact, why, fix, same as).
 *
 * Included several times with different meanings of FINDING; no include guard. docs/messages.md is
 * generated from it. {name} is filled from the finding's parameters. The first letter of a code
 * tells the area: A answers file, C changes since an earlier run, D DNS, H host and login, I install,
 * J journal, K kubeconfig and nodes, L lock of the hosts, P ports between hosts, R requirements of
 * hosts, U reset. A code is never given to another problem.
 */

/* ---- A: the answers file ---- */

FINDING(ANSWERS_UNREADABLE, "A-01", FAIL, N_("The answers file cannot be read: {reason}."), "",
        N_("Name a readable file after -f; data/examples/ha-demo.yaml shows how one looks."),
        "ls -l {file}")
FINDING(ANSWERS_SYNTAX, "A-02", FAIL, N_("{where}: this is not valid YAML: {reason}."),
        N_("The rest of the file cannot be read before this is right."),
        N_("Correct the line. Common causes: a tab instead of spaces, a missing space after a "
           "colon, an unclosed bracket or quote."),
        "")
FINDING(ANSWERS_UNKNOWN_KEY, "A-03", FAIL, N_("{where}: unknown key “{key}”."),
        N_("A key with a typing error would be ignored without a word."),
        N_("Allowed here: {allowed}."), "")
FINDING(ANSWERS_MISSING_KEY, "A-04", FAIL, N_("{where}: “{key}” is missing."), "",
        N_("Add “{key}: …”: {_expected}."), "")
FINDING(ANSWERS_WRONG_TYPE, "A-05", FAIL,
        N_("{where}: “{key}” has the wrong type: here is {_found}."), "",
        N_("“{key}” must be {_expected}."), "")
FINDING(ANSWERS_BAD_VALUE, "A-06", FAIL, N_("{where}: “{value}” is not possible for “{key}”."), "",
        N_("“{key}” must be {_expected}."), "")
FINDING(ANSWERS_DUPLICATE_KEY, "A-07", FAIL, N_("{where}: “{key}” stands here twice."),
        N_("Only one of the two would count, without a word."), N_("Remove one of them."), "")
FINDING(ANSWERS_DUPLICATE_NAME, "A-08", FAIL,
        N_("{where}: the host name “{value}” is already used in line {other}."),
        N_("RKE2 knows a node by its name alone; a second one with the same name is refused."),
        N_("Give each host a name of its own."), "")
FINDING(ANSWERS_DUPLICATE_ADDRESS, "A-09", FAIL,
        N_("{where}: the address “{value}” is already used in line {other}."),
        N_("Two entries would install the same machine twice."),
        N_("Give each host its own address."), "")
FINDING(ANSWERS_NO_SERVER, "A-10", FAIL, N_("{where}: no host has the role server."),
        N_("A cluster needs at least one server; three are recommended."),
        N_("Set “role: server” on one, three or five hosts."), "")
FINDING(ANSWERS_EVEN_SERVERS, "A-11", WARN, N_("{where}: the number of servers, {count}, is even."),
        N_("etcd needs a majority. The number of servers that may fail is {survive}, no more than "
           "with one server fewer."),
        N_("Use one, three or five servers."), "")
FINDING(ANSWERS_BAD_TOKEN, "A-12", FAIL, N_("{where}: the token cannot be used: {_reason}."),
        N_("RKE2 would read it as something else, or refuse it on the first server."),
        N_("Use 32 or more letters and digits, or leave the token out: then one is generated."),
        "openssl rand -hex 16")
FINDING(ANSWERS_TOKEN_FILE, "A-13", FAIL, N_("The token file cannot be read: {reason}."), "",
        N_("Create it, readable by you alone, or remove “token-file”: then a token is generated."),
        "ls -l {file}")
FINDING(ANSWERS_TOKEN_BOTH, "A-14", FAIL, N_("{where}: both “token” and “token-file” are set."),
        N_("It is not clear which of the two counts."), N_("Keep one of them."), "")
FINDING(ANSWERS_SECRET_MODE, "A-15", WARN, N_("{file} holds a secret and others can read it."),
        N_("Whoever reads it can take over the cluster or its hosts."),
        N_("Run “chmod 600” on the file."), "ls -l {file}")
FINDING(ANSWERS_PASSWORD_FILE, "A-26", FAIL,
        N_("The password file of {host} cannot be read: {reason}."), "",
        N_("Create it, readable by you alone, or remove its line from the answers: then the "
           "password is asked for."),
        "ls -l {file}")
FINDING(ANSWERS_VERSION_AND_CHANNEL, "A-16", WARN,
        N_("{where}: with “version” set, “channel” has no effect for a tar install."), "",
        N_("Remove “channel” unless the hosts install by rpm and the version is not in the stable "
           "channel."),
        "")
FINDING(ANSWERS_YAML_FEATURE, "A-17", FAIL,
        N_("{where}: here is {_feature}, which an answers file cannot have."),
        N_("The file must show at a glance what each host gets."),
        N_("Write the values out in full, in one document, without anchors and tags."), "")
FINDING(ANSWERS_NO_KEYS, "A-18", FAIL, N_("{where}: the answers file has no keys and values."), "",
        N_("Begin with a copy of data/examples/ha-demo.yaml, which explains each key."), "")
FINDING(ANSWERS_LIST_TOO_LONG, "A-19", FAIL,
        N_("{where}: “{key}” has too many entries: {count}. The limit is {max}."), "",
        N_("Remove entries."), "")
FINDING(ANSWERS_MORE_PROBLEMS, "A-20", FAIL,
        N_("{file}: more problems were found; not shown here: {count}."), "",
        N_("Correct those above first."), "")

FINDING(ANSWERS_CNI_VERSION, "A-23", FAIL,
        N_("{where}: RKE2 {version} does not bring {cni}."),
        N_("Flannel alone came with v1.26.14, v1.27.11, v1.28.7 and v1.29.2. An older RKE2 ends at "
           "its start, again and again."),
        N_("Use a newer version, or another network: canal, calico or cilium."), "")
FINDING(ANSWERS_PROXY_FILE, "A-24", FAIL,
        N_("The password of the proxy cannot be read from its file: {_reason}."), "",
        N_("Create the file, readable by you alone, with the password as its first line."),
        "ls -l {file}")
FINDING(ANSWERS_SOURCE_VERSION, "A-25", FAIL,
        N_("{where}: RKE2 is to come from the folder {folder}, and no version is given."),
        N_("Hosts without a way out cannot ask what the newest of a channel is, and the folder "
           "holds one version alone."),
        N_("Set the version that lies in the folder: “version: v1.…” under rke2."), "")

FINDING(HOST_LIST_LINE, "A-21", FAIL, N_("{where}: this line is not understood: “{line}”."), "",
        N_("Write one host per line: name, address, role and, if you like, user, with blanks or "
           "commas between. In an Ansible inventory write each host out, without ranges."),
        "")
FINDING(HOST_LIST_EMPTY, "A-22", FAIL, N_("{where}: there is no host in this list."), "",
        N_("Write one host per line: name address role [user]."), "")

/* ---- C: what is not as it was in an earlier run ---- */

FINDING(NODE_NOT_IN_ANSWERS, "C-01", WARN,
        N_("The cluster has a node {host}, which the answers file does not name."),
        N_("It keeps running as it is; nothing is done to it, and nothing of it is looked at."),
        N_("To take it out of the cluster and RKE2 off it, run the reset below; else name it in "
           "the answers file again."),
        "rke2-wizard reset -f {file} --host {host}")
FINDING(HOST_REPLACED, "C-02", FAIL,
        N_("The cluster knows a node {host}, but this host has nothing of it: it was replaced or "
           "installed anew."),
        N_("The cluster keeps the password of the old node, and of a server the etcd member: it "
           "would refuse this host under the same name."),
        N_("Run the reset below: it takes the old node out of the cluster. Then run this again, "
           "and the host joins as a new one. By hand on a server that runs: “kubectl delete node "
           "{host}”, which also removes the secret {host}.node-password.rke2 and the etcd member."),
        "rke2-wizard reset -f {file} --host {host}")
FINDING(SETTING_FIXED, "C-03", FAIL,
        N_("“{key}” is “{_found}” on this host, and cannot become “{_wanted}” any more."),
        N_("RKE2 fixes it when the cluster is founded; servers with another value are refused, or "
           "the network breaks."),
        N_("Write the old value into the answers file. Another value needs a new cluster: "
           "“rke2-wizard reset” takes this one down."),
        "ssh -p {port} {user}@{address} sudo grep -e {key} /etc/rancher/rke2/config.yaml")
FINDING(SETTING_AT_JOIN, "C-04", FAIL,
        N_("“{key}” is “{_found}” on this host, and RKE2 would not make it “{_wanted}”."),
        N_("It counts only at the moment in which a node joins; later it would be written, and "
           "have no effect."),
        N_("Write the old value into the answers file and change the node by kubectl, or take it "
           "out by “rke2-wizard reset --host {host}” and install again."),
        "ssh -p {port} {user}@{address} sudo grep -e {key} /etc/rancher/rke2/config.yaml")

/* ---- D: what the registration name leads to ---- */

FINDING(DNS_NXDOMAIN, "D-01", FAIL, N_("The name {name} does not exist."),
        N_("Told by: {askers}. Nodes join and users come in by this name."),
        N_("Create one record for each server: {create}"), "dig {name} {type} @{server}")
FINDING(DNS_MISS, "D-02", FAIL, N_("The name {name} does not lead to this server ({address})."),
        N_("Nobody is led to it, so it does not help when other servers are down."),
        N_("Create the record: {create}"), "dig +short {name} {type} @{server}")
FINDING(DNS_AGENT, "D-03", FAIL, N_("The name {name} leads to {address}, which is an agent."),
        N_("An agent does not serve 9345 and 6443: whoever is led there fails."),
        N_("Delete the record: {delete}"), "dig +short {name} {type} @{server}")
FINDING(DNS_AGENT_FOR_SERVER, "D-04", FAIL,
        N_("The name {name} leads to the agent {agent} ({wrong}) instead of this server "
           "({address})."),
        N_("An agent does not serve 9345 and 6443: whoever is led there fails."),
        N_("Delete the record: {delete}; create the record: {create}"),
        "dig +short {name} {type} @{server}")
FINDING(DNS_EXTRA, "D-05", FAIL,
        N_("The name {name} leads to {address}, which is none of the hosts."),
        N_("Whoever is led there does not reach this cluster."),
        N_("If it is a server, add it to the answers file; else delete the record: {delete}"),
        "dig +short {name} {type} @{server}")
FINDING(DNS_SPLIT, "D-06", FAIL, N_("Not everybody gets the same answer for {name}."),
        N_("The answers: {views}."),
        N_("Give all name servers the same records, and wait until old answers have run out. Hosts "
           "with another name server: look at /etc/resolv.conf there."),
        "dig +short {name} {type} @{server}")
FINDING(DNS_ONE, "D-07", WARN, N_("Each answer for {name} holds one server alone."),
        N_("While that server is down, whoever got this answer fails until it asks again."),
        N_("If the name server allows it, let it answer with all records each time."),
        "dig +short {name} {type} @{server}")
FINDING(DNS_PART, "D-08", WARN, N_("The answers for {name} hold now these servers, now others."),
        N_("Which servers a node can choose from depends on when it asks."),
        N_("If the name server allows it, let it answer with all records each time."),
        "dig +short {name} {type} @{server}")
FINDING(DNS_STALE, "D-09", FAIL, N_("/etc/hosts on this host answers for {name}: {addresses}."),
        N_("The name servers are not asked there, so a change of the records does not arrive."),
        N_("Remove {name} from /etc/hosts on the host."),
        "ssh -p {port} {user}@{address} getent ahosts {name}")
FINDING(DNS_REFUSED, "D-10", FAIL, N_("The name server {server} refuses to answer for {name}."),
        N_("{bad} of {asked} questions from this machine were refused. It does not serve this "
           "zone, or not for us."),
        N_("Let it answer this machine, or take it out of /etc/resolv.conf."),
        "dig {name} {type} @{server}")
FINDING(DNS_TIMEOUT, "D-11", FAIL, N_("The name server {server} does not answer."),
        N_("{bad} of {asked} questions for {name} from this machine got no answer in time."),
        N_("Check that it runs and that 53/udp and 53/tcp to it are open."),
        "dig {name} {type} @{server}")
FINDING(DNS_BROKEN, "D-12", FAIL,
        N_("The name server {server} gives no usable answer for {name}: {_reason}."),
        N_("{bad} of {asked} questions from this machine ended like this."),
        N_("Look at the log of the name server, and at the zone."), "dig {name} {type} @{server}")
FINDING(DNS_UNRESOLVED, "D-13", FAIL, N_("This host cannot resolve {name}."),
        N_("Its own resolver gave no address. Its name servers: {server}."),
        N_("Correct /etc/resolv.conf on the host, so that it asks a name server that knows the "
           "name."),
        "ssh -p {port} {user}@{address} getent ahosts {name}")
FINDING(DNS_TTL, "D-14", WARN,
        N_("Answers for {name} may be kept for {ttl} seconds (TTL); at most {most} are advised."),
        N_("So long an old answer leads to a server that is down or was moved."),
        N_("Lower the TTL of the records: {create}"), "dig +noall +answer {name} {type} @{server}")
FINDING(DNS_HOST_UNKNOWN, "D-15", UNKNOWN,
        N_("What {name} leads to on this host could not be determined: {reason}."),
        N_("Each host has a resolver of its own, which may say something else."),
        N_("Remove the cause and check again."),
        "ssh -p {port} {user}@{address} getent ahosts {name}")
FINDING(DNS_NODATA, "D-16", FAIL, N_("The name {name} exists and has no address."),
        N_("Told by: {askers}. Nodes join and users come in by this name."),
        N_("Create one record for each server: {create}"), "dig {name} {type} @{server}")
FINDING(DNS_MISS_UNKNOWN, "D-17", UNKNOWN,
        N_("Whether the name {name} leads to this server ({address}) could not be determined."),
        N_("Each answer holds a part of all, and this server was in none of those that came."),
        N_("Check again after a minute. If it stays, create the record: {create}"),
        "dig +short {name} {type} @{server}")
FINDING(DNS_UNKNOWN, "D-18", UNKNOWN,
        N_("What {name} leads to could not be determined: nobody could be asked."), "",
        N_("Set a name server in /etc/resolv.conf of this machine, or make the hosts reachable."),
        "cat /etc/resolv.conf")
FINDING(DNS_CONSOLE, "D-19", WARN,
        N_("The name servers of this machine say something else about {name} than the hosts."),
        N_("The answers: {views}. The hosts are behind a jump host and use their own name servers, "
           "so the install does not need those of this machine; kubectl here would."),
        N_("Use kubectl behind the jump host, or let the name servers of this machine know the "
           "records too."),
        "dig +short {name} {type} @{server}")

/* ---- H: hosts and logging in ---- */

FINDING(HOST_UNREACHABLE, "H-01", FAIL, N_("{address} port {port} cannot be reached: {reason}."),
        N_("Everything is done over SSH."),
        N_("Check that the machine is on, that sshd listens on this port, and that no firewall is "
           "in between; then run this again."),
        "ssh -p {port} {user}@{address} true")
FINDING(HOST_LOGIN, "H-02", FAIL, N_("The host refused to log in {user}. Tried: {tried}."),
        N_("The host offers these ways to log in: {methods}."),
        N_("Let the key in: ssh-copy-id {through}-p {port} {user}@{address}; or name the right key, "
           "user or password-file in the answers file."),
        "ssh -p {port} -o BatchMode=yes {user}@{address} true")
FINDING(HOST_NO_ROOT, "H-03", FAIL, N_("{user} cannot become root: {reason}."),
        N_("Installing RKE2 needs root."),
        N_("Log in as root, or allow it: add “{user} ALL=(ALL) NOPASSWD: ALL” with visudo, or name "
           "a sudo-password-file in the answers file."),
        "ssh -t -p {port} {user}@{address} sudo true")
FINDING(HOST_KEY_CHANGED, "H-04", FAIL,
        N_("The host key has changed: {address} now shows {fingerprint} ({type})."),
        N_("{file} line {line} knows another key. The machine was installed anew, or another "
           "machine answers at this address."),
        N_("Find out which. If it was installed anew: ssh-keygen -R {pattern} -f {file}; then run "
           "this again and confirm the new key."),
        "ssh-keygen -F {pattern} -f {file}")
FINDING(HOST_KEY_UNKNOWN, "H-05", FAIL,
        N_("The host key is not known: {address} shows {fingerprint} ({type})."),
        N_("Without a known key nobody can tell whether this is the right machine."),
        N_("Compare with ssh-keygen -lf on the machine itself, then run this in a terminal and "
           "answer yes; for scripts there is --accept-new-host-keys."),
        "ssh-keyscan -p {port} {address}")
FINDING(HOST_SSH_PROTOCOL, "H-06", FAIL, N_("The SSH connection could not be set up: {reason}."),
        N_("The two sides found no common way to talk, or something that is not sshd answers."),
        N_("Look at what the server allows: sshd -T on the host shows it."),
        "ssh -v -p {port} {user}@{address} true")
FINDING(HOST_NAME_DIFFERS, "H-07", FAIL,
        N_("The answers file calls this host {host}, but its own name is {found}."),
        N_("RKE2 takes the name of the machine for the name of the node."),
        N_("On the host: hostnamectl set-hostname {host}; or write name: {found} in the answers "
           "file."),
        "ssh -p {port} {user}@{address} hostname")
FINDING(HOST_NO_SYSTEMD, "H-08", FAIL, N_("systemd does not run on this host."),
        N_("RKE2 is a systemd service."), N_("Use a distribution with systemd."), "")
FINDING(HOST_TOOL_MISSING, "H-09", FAIL, N_("These programs are missing on the host: {tools}."),
        N_("The RKE2 installer needs them."),
        N_("Install them with the host's package manager (apt-get, dnf or zypper install …)."), "")
FINDING(HOST_ARCH, "H-10", FAIL, N_("RKE2 is not built for {found} processors."), "",
        N_("Use a machine with x86_64 (amd64) or aarch64 (arm64)."),
        "ssh -p {port} {user}@{address} uname -m")
FINDING(HOST_OTHER_CLUSTER, "H-11", FAIL, N_("This host already belongs to another cluster."),
        N_("It holds RKE2 data that do not fit this cluster (its own configuration: {_server}). "
           "Nothing was touched on it."),
        N_("Take it out of the answers file; or, if the old data may be lost for ever, run "
           "rke2-uninstall.sh on the host and start again."),
        "ssh -p {port} {user}@{address} ls /var/lib/rancher/rke2/server/db /etc/rancher/rke2")
FINDING(HOST_TOKEN_DIFFERS, "H-12", FAIL,
        N_("The token in the answers file is not the one this host already has."),
        N_("A cluster's token cannot be changed by writing another one: the server would refuse to "
           "start. Nothing was touched on it."),
        N_("Put the cluster's token into the answers file; on a server it is what follows the last "
           "colon in /var/lib/rancher/rke2/server/token."),
        "")
FINDING(HOST_ROLE_CONFLICT, "H-13", FAIL,
        N_("The answers file makes this host {wanted}, but it already runs as {found}."),
        N_("A node cannot change its role by a new configuration."),
        N_("Correct the role in the answers file, or take RKE2 off the host first "
           "(rke2-uninstall.sh)."),
        "ssh -p {port} {user}@{address} systemctl status rke2-server rke2-agent")
FINDING(HOST_LOST, "H-14", FAIL, N_("The connection to the host did not come back: {reason}."),
        N_("Work that had begun on the host goes on there by itself."),
        N_("Bring the host back on the network and run this again: it goes on where it was."),
        "ping -c 3 {address}")
FINDING(HOST_COMMAND, "H-15", FAIL, N_("“{command}” failed with status {status}: {line}"),
        N_("A step on the host could not be done."),
        N_("Remove the cause that the message names and run this again."), "")
FINDING(HOST_OTHER_VERSION, "H-16", FAIL,
        N_("RKE2 {found} already runs on this host, and {wanted} is wanted."),
        N_("Another version would be an upgrade, which has to go server by server. This program "
           "installs, it does not upgrade."),
        N_("Set “version: {found}” under rke2 in the answers file; or upgrade by the RKE2 manual."),
        "ssh -p {port} {user}@{address} rke2 --version")
FINDING(HOST_SCRIPT, "H-17", FAIL, N_("The host did not run a script to its end: {reason}."),
        N_("Without its answer it is not known what was done."),
        N_("Look at the host (disk, memory, login shell) and run this again."), "")

FINDING(HOST_FOREIGN_CONFIG, "H-18", FAIL,
        N_("RKE2 is set up here with settings that this program would take away: {keys}."),
        N_("config.yaml is written anew from the answers file, and a node that loses settings such "
           "as data-dir or cni is lost. Nothing was touched on it."),
        N_("On the host, move these lines to a file of your own in "
           "/etc/rancher/rke2/config.yaml.d/, which is kept; then run this again."),
        "ssh -p {port} {user}@{address} ls -l /etc/rancher/rke2 /etc/rancher/rke2/config.yaml.d")

FINDING(JUMP_UNREACHABLE, "H-19", FAIL,
        N_("The jump host {jump_address} port {jump_port} cannot be used: {cause}."),
        N_("This machine reaches the host through it alone."),
        N_("Check that it is on, that sshd listens on this port, and that no firewall is in "
           "between; then run this again. A host that is reached without it gets “jump: none”."),
        "ssh -p {jump_port} {jump_user}@{jump_address} true")
FINDING(JUMP_LOGIN, "H-20", FAIL,
        N_("The jump host {jump_address} refused to log in {jump_user}. Tried: {tried}."),
        N_("It offers these ways to log in: {methods}."),
        N_("Let the key in: ssh-copy-id -p {jump_port} {jump_user}@{jump_address}; or name the "
           "right user in “jump”, or the right key in “jump-key”."),
        "ssh -p {jump_port} -o BatchMode=yes {jump_user}@{jump_address} true")
FINDING(JUMP_KEY_CHANGED, "H-21", FAIL,
        N_("The host key of the jump host has changed: {jump_address} now shows {fingerprint} "
           "({type})."),
        N_("{file} line {line} knows another key. The machine was installed anew, or another "
           "machine answers at this address, which would see and change what goes through it."),
        N_("Find out which. If it was installed anew: ssh-keygen -R {pattern} -f {file}; then run "
           "this again and confirm the new key."),
        "ssh-keygen -F {pattern} -f {file}")
FINDING(JUMP_KEY_UNKNOWN, "H-22", FAIL,
        N_("The host key of the jump host is not known: {jump_address} shows {fingerprint} "
           "({type})."),
        N_("Without a known key nobody can tell whether this is the right machine."),
        N_("Compare with ssh-keygen -lf on the machine itself, then run this in a terminal and "
           "answer yes; for scripts there is --accept-new-host-keys."),
        "ssh-keyscan -p {jump_port} {jump_address}")
FINDING(JUMP_FORBIDS, "H-23", FAIL,
        N_("The jump host {jump_address} does not allow to go on to {address} port {port}."),
        N_("Its sshd forbids forwarding (AllowTcpForwarding, DisableForwarding), or allows it to "
           "other places only (PermitOpen)."),
        N_("On the jump host, set “AllowTcpForwarding local” in /etc/ssh/sshd_config for "
           "{jump_user} and reload sshd; or use another jump host."),
        "ssh -p {port} {user}@{address} true")
FINDING(JUMP_NO_WAY, "H-24", FAIL,
        N_("The jump host {jump_address} does not reach {address} port {port}."),
        N_("The address is one as the jump host sees it, which connects to the host for us."),
        N_("Check that the machine is on, that sshd listens on this port, and that no firewall is "
           "between the two; then run this again."),
        "ssh -p {port} {user}@{address} true")
FINDING(HOST_OTHER_CNI, "H-25", FAIL,
        N_("The pods of this cluster are connected by {found}, and the answers say {wanted}."),
        N_("What connects the pods is chosen when a cluster is founded and cannot be changed after "
           "that. Nothing was touched."),
        N_("Set “cni: {found}” in the answers file. Another network needs a new cluster."),
        "ssh -p {port} {user}@{address} grep -r cni /etc/rancher/rke2")

/* ---- I: the install ---- */

FINDING(CHANNEL_UNREACHABLE, "I-01", FAIL,
        N_("The version of channel {channel} could not be found out: {_reason}."),
        N_("Neither this machine nor the first server got an answer from {url}."),
        N_("Allow one of them out (a proxy in https_proxy counts here), or set “version: v1.…” "
           "under rke2 in the answers file: then nobody has to ask."),
        "curl -sI {url}/{channel}")
FINDING(CHANNEL_UNKNOWN, "I-02", FAIL, N_("There is no release channel {channel}."), "",
        N_("Use stable, latest, testing or a minor release such as v1.33."), "curl -s {url}")
FINDING(SERVERS_MISSING, "I-03", FAIL,
        N_("Without {servers} nobody can tell whether the cluster exists already."),
        N_("A server that cannot be looked at may have founded it. If another one founded a cluster "
           "in its place, there would be two. Nothing was done on any host."),
        N_("Bring {servers} back and run this again: it goes on where it was. Only if the data there "
           "is lost for good: take the server out of the answers file, or give its name to a new "
           "machine."),
        "")
FINDING(GOES_ON_WITHOUT, "I-04", WARN,
        N_("{servers} cannot be reached. The cluster exists; the install goes on with {via}."),
        N_("etcd takes no further server while one of its members is away."),
        N_("Bring {servers} back and run this again: what is left to do there is done then."), "")
FINDING(INSTALLER_FETCH, "I-10", FAIL, N_("The RKE2 installer could not be downloaded: {line}"),
        N_("The host fetches it from {url}."),
        N_("Check the host's way out: DNS, firewall, proxy. Then run this again."),
        "ssh -p {port} {user}@{address} curl -fLo /dev/null {url}")
FINDING(INSTALLER_EMPTY, "I-11", FAIL, N_("The downloaded RKE2 installer is empty."),
        N_("Something between the host and {url} swallows the answer."),
        N_("Check proxy and filter, then run this again."),
        "ssh -p {port} {user}@{address} curl -fL {url}")
FINDING(INSTALLER_NO_SCRIPT, "I-12", FAIL,
        N_("What {url} sent is not the RKE2 installer but something else."),
        N_("Often a login page or a notice of a proxy. It was not run."),
        N_("Look at what comes, allow the address in the proxy, then run this again."),
        "ssh -p {port} {user}@{address} curl -fL {url}")
FINDING(INSTALLER_NO_DOWNLOADER, "I-13", FAIL, N_("The host has neither curl nor wget."),
        N_("One of them fetches RKE2."), N_("Install curl on the host and run this again."), "")
FINDING(INSTALLER_CHECKSUM, "I-14", FAIL, N_("The RKE2 download is damaged: {line}"),
        N_("Its SHA-256 differs from the published one; it was not installed."),
        N_("Run this again; if it stays so, a proxy or mirror delivers a wrong file."), "")
FINDING(INSTALLER_DISK_FULL, "I-15", FAIL, N_("The disk of the host is full: {line}"),
        N_("RKE2 unpacks to /usr/local or /opt/rke2, by way of /tmp, and runs in /var/lib."),
        N_("Make room (df -h on the host shows where) and run this again."),
        "ssh -p {port} {user}@{address} df -h /usr/local /opt /tmp /var/lib")
FINDING(INSTALLER_DOWNLOAD, "I-16", FAIL, N_("The installer could not download RKE2: {line}"),
        N_("The release comes from {from}; curl ended with status {status}."),
        N_("Check the host's way out to {from} and that this version exists, then run this again."),
        "ssh -p {port} {user}@{address} curl -fLI https://{from}/")
FINDING(INSTALLER_METHOD, "I-17", FAIL, N_("RKE2 is already installed here in another way: {line}"),
        "", N_("Run rke2-uninstall.sh on the host, then run this again."), "")
FINDING(INSTALLER_ARCH, "I-18", FAIL, N_("There is no RKE2 for the processor of this host."), "",
        N_("Use a machine with x86_64 or aarch64."), "ssh -p {port} {user}@{address} uname -m")
FINDING(INSTALLER_FAPOLICY, "I-19", FAIL,
        N_("fapolicyd on the host refused the rules for RKE2: {line}"), "",
        N_("Correct the rules in /etc/fapolicyd/rules.d and run this again."),
        "ssh -p {port} {user}@{address} fagenrules --check")
FINDING(INSTALLER_FAILED, "I-20", FAIL,
        N_("The RKE2 installer failed with status {status}: {line}"), "",
        N_("Remove the cause that the message names and run this again. The whole output is in "
           "/var/lib/rke2-wizard/stage.log on the host."),
        "")
FINDING(INSTALLER_INTERRUPTED, "I-21", FAIL,
        N_("The RKE2 installer was interrupted on the host, again and again."),
        N_("The host restarted, or somebody stopped the unit rke2-wizard-stage."),
        N_("Let the host rest and run this again."),
        "ssh -p {port} {user}@{address} journalctl -u rke2-wizard-stage")
FINDING(INSTALLER_VERSION, "I-22", FAIL,
        N_("After the install the host has RKE2 {found}, not {wanted}."),
        N_("Another binary stands before it, or a mirror delivers another release."),
        N_("Remove the other binary or correct the mirror, then run this again."),
        "ssh -p {port} {user}@{address} ls -l /usr/local/bin/rke2 /opt/rke2/bin/rke2 /usr/bin/rke2")
FINDING(INSTALLER_DEADLINE, "I-23", FAIL,
        N_("The RKE2 installer has not ended within {minutes} minutes."),
        N_("It goes on by itself on the host; a slow network is the usual reason."),
        N_("Run this again: it waits for the installer that runs, and begins no second one."),
        "ssh -p {port} {user}@{address} tail /var/lib/rke2-wizard/stage.log")
FINDING(INSTALLER_FOLDER, "I-24", FAIL,
        N_("RKE2 could not be taken from the folder {folder}: {line}"),
        N_("Its files were there when they were checked."),
        N_("Look at the folder and at the room in /var/lib on the host, then run this again."),
        "ssh -p {port} {user}@{address} ls -l {folder} /var/lib/rancher/rke2/agent/images")
FINDING(
    START_NO_SERVER, "I-30", WARN, N_("No server answers yet: {line}"),
    N_("The node asks https://{name}:9345 for the cluster's certificates. Port 9345 is blocked, "
       "the name leads elsewhere, or the server is not up."),
    N_("Open 9345/tcp to the servers and check the name on this host."),
    "ssh -p {port} {user}@{address} curl -vk https://{name}:9345/ping")
FINDING(
    START_SAN, "I-31", FAIL, N_("The certificate does not hold the name: {line}"),
    N_("A server accepts only names that stand in its tls-san."),
    N_("The registration name is always in; another name goes into tls-san in the answers file. "
       "Then run this again: the servers' certificates are extended, nothing is installed "
       "anew."),
    "openssl s_client -connect {name}:9345 </dev/null | openssl x509 -noout -ext subjectAltName")
FINDING(START_CLOCK, "I-32", FAIL, N_("A certificate is not valid at this time: {line}"),
        N_("The clock of this host or of a server is wrong."),
        N_("Set the time on all hosts (timedatectl set-ntp true) and run this again."),
        "ssh -p {port} {user}@{address} date -u")
FINDING(START_CA_HASH, "I-33", FAIL, N_("The token belongs to another cluster: {line}"),
        N_("The token holds the fingerprint of a CA that is not the one of this cluster."),
        N_("Use the token of this cluster, or clean the host of an older install "
           "(rke2-uninstall.sh)."),
        "")
FINDING(
    START_TOKEN, "I-34", FAIL, N_("The server refuses the token: {line}"),
    N_("The token of this host is not the token of the cluster."),
    N_("Put the cluster's token into the answers file (on a server: what follows the last colon "
       "in /var/lib/rancher/rke2/server/token) and run this again."),
    "")
FINDING(START_TOKEN_FORM, "I-35", FAIL, N_("RKE2 cannot read the token: {line}"), "",
        N_("Use 32 or more letters and digits as token."), "openssl rand -hex 16")
FINDING(
    START_NODE_PASSWORD, "I-36", FAIL, N_("The node name {host} is already taken: {line}"),
    N_("The cluster knows a node of this name with another password: this machine was installed "
       "anew, or another machine has the same name."),
    N_("If the old node is gone for good, on a server: kubectl delete node {host}; then run this "
       "again. Else give this host another name."),
    "kubectl get node {host} -o wide")
FINDING(START_DUPLICATE_NAME, "I-37", FAIL, N_("The node name {host} is already taken: {line}"),
        N_("An etcd member carries this name: this machine was wiped without removing it from the "
           "cluster, or another machine has the same name."),
        N_("If the old node is gone for good, on another server: kubectl delete node {host}; then "
           "run this again. Else give this host another name."),
        "kubectl get node {host} -o wide")
FINDING(START_DATA_TOKEN, "I-38", FAIL,
        N_("The token does not fit the data on this server: {line}"),
        N_("The server was set up with another token; its data are encrypted with it."),
        N_("Put the old token back into the answers file and run this again."), "")
FINDING(START_CRITICAL, "I-39", FAIL, N_("A setting differs between the servers: {line}"),
        N_("CIDRs, cluster DNS and domain, agent token and egress mode must be equal on all."),
        N_("Compare /etc/rancher/rke2 on all servers, also config.yaml.d."),
        "ssh -p {port} {user}@{address} ls -l /etc/rancher/rke2 /etc/rancher/rke2/config.yaml.d")
FINDING(START_CERT_NEWER, "I-40", FAIL,
        N_("Certificate files on this host are newer than those of the cluster: {line}"),
        N_("The clock was wrong when they were made, or they were copied."),
        N_("Set the time, remove the files that the message names, and run this again."),
        "ssh -p {port} {user}@{address} date -u")
FINDING(START_NO_MEMBER, "I-41", FAIL, N_("This server was removed from the cluster: {line}"),
        N_("It still holds the data of a member that no longer is one."),
        N_("Remove /var/lib/rancher/rke2/server/db on this host, then run this again."), "")
FINDING(START_AGENT_TOKEN, "I-42", FAIL, N_("The token is one for agents: {line}"),
        N_("A server needs the server token."),
        N_("Put the server token into the answers file and run this again."), "")
FINDING(START_SERVER_URL, "I-43", FAIL,
        N_("The server address in the configuration is wrong: {line}"), "",
        N_("Look for another “server:” in /etc/rancher/rke2/config.yaml.d."),
        "ssh -p {port} {user}@{address} ls -l /etc/rancher/rke2 /etc/rancher/rke2/config.yaml.d")
FINDING(START_CGROUP, "I-44", FAIL, N_("The kernel lacks a cgroup controller: {line}"), "",
        N_("Switch the cpu, cpuset and memory controllers on (kernel command line) and restart the "
           "host."),
        "ssh -p {port} {user}@{address} cat /sys/fs/cgroup/cgroup.controllers")
FINDING(START_NOEXEC, "I-45", FAIL, N_("Programs under /var/lib cannot be run: {line}"),
        N_("/var or /var/lib is mounted with noexec."),
        N_("mount -o remount,exec on that file system, and correct /etc/fstab."),
        "ssh -p {port} {user}@{address} findmnt -no OPTIONS -T /var/lib")
FINDING(START_CIS, "I-46", FAIL, N_("The host is not prepared for the CIS profile: {line}"), "",
        N_("Create user and group etcd, and load rke2-cis-sysctl.conf, as the RKE2 hardening guide "
           "says."),
        "")
FINDING(START_IP_FAMILY, "I-47", FAIL, N_("IPv4 and IPv6 are mixed: {line}"), "",
        N_("Use one family for node addresses and CIDRs, or both in all of them."), "")
FINDING(START_IMAGE, "I-49", WARN, N_("A container image cannot be fetched: {line}"),
        N_("The registry cannot be reached or refuses."),
        N_("Check the host's way out to index.docker.io, a proxy or a registry mirror."),
        "ssh -p {port} {user}@{address} curl -sI https://index.docker.io/v2/")
FINDING(START_LEARNER, "I-50", WARN, N_("Waiting: another server is joining etcd. {line}"),
        N_("etcd takes one new member at a time; a dead one blocks all others."),
        N_("Usually wait. If it stays: look for a half-joined server with etcdctl member list."),
        "")
FINDING(START_UNHEALTHY, "I-51", WARN, N_("etcd is not healthy: {line}"),
        N_("A member is down, or port 2380 between the servers is blocked."),
        N_("Check that all servers run and that 2379-2380/tcp is open between them."), "")
FINDING(START_CRASH_LOOP, "I-52", FAIL, N_("The service {unit} ends again and again: {line}"),
        N_("systemd has started it {restarts} times."),
        N_("Remove the cause that the message names and run this again."),
        "ssh -p {port} {user}@{address} journalctl -u {unit} -n 100 --no-pager")
FINDING(START_DEADLINE, "I-53", FAIL, N_("The node was not ready after {minutes}: {_state}."),
        N_("Last line of the journal: {line}"),
        N_("Look at the journal of {unit}. If the host is only slow, run this again with a longer "
           "--timeout: it goes on where it is."),
        "ssh -p {port} {user}@{address} journalctl -u {unit} -n 100 --no-pager")
FINDING(VERIFY_API, "I-60", FAIL,
        N_("The API of server {address} does not answer under the name {name}: {_reason}."),
        N_("Users and nodes that the name leads there would fail."),
        N_("Check 6443/tcp on that server, and that tls-san holds the name."),
        "curl -vk --resolve {name}:6443:{address} https://{name}:6443/readyz")
FINDING(VERIFY_NODE, "I-61", FAIL, N_("The node is not Ready any more: {_reason}."),
        N_("It was Ready before in this install."),
        N_("Look at the node and run this again."), "kubectl describe node {host}")
FINDING(TASK_BLOCKED, "I-62", FAIL,
        N_("Not begun, because {other} did not get through this step: {_step}."), "",
        N_("Solve that problem first, then run this again."), "")

FINDING(VERIFY_NO_NETWORK, "I-63", WARN,
        N_("No network connects the pods yet: the nodes have joined and are not Ready."),
        N_("The answers say “cni: none”, so RKE2 brings none."),
        N_("Install a network plugin, with kubectl apply or helm; then the nodes become Ready by "
           "themselves."),
        "kubectl get nodes")

/* ---- J: the journal on the console ---- */

FINDING(JOURNAL_UNUSABLE, "J-01", FAIL, N_("The journal cannot be used: {reason}."),
        N_("Without it an interrupted install could not be taken up again. Nothing was done on any "
           "host."),
        N_("Make {file} writable, or move it aside."), "ls -l {file}")
FINDING(JOURNAL_LOCKED, "J-02", FAIL,
        N_("Another rke2-wizard is at work on this cluster (process {pid})."),
        N_("Two at once would get in each other's way."),
        N_("Wait for it, or watch it with: rke2-wizard status --watch."), "ps -fp {pid}")
FINDING(TOKEN_UNUSABLE, "J-03", FAIL, N_("The generated token cannot be kept: {reason}."),
        N_("Without it no further node could ever join. Nothing was done on any host."),
        N_("Make {file} readable and writable for you alone."), "ls -l {file}")
FINDING(JOURNAL_BROKEN, "J-04", FAIL, N_("The journal cannot be written any more: {reason}."),
        N_("Without it an interrupted install could not be taken up again, so nothing further was "
           "begun. What had begun on hosts goes on there by itself."),
        N_("Make room for {file}, or make it writable, and run this again: it goes on where it "
           "was."),
        "df -h {file}")
FINDING(JOURNAL_DAMAGED, "J-05", WARN,
        N_("The journal was damaged. It was moved to {file}, and a new one was begun."),
        N_("What was done is read from the hosts. The record of earlier runs is in the old file."),
        N_("Look at the disk of this machine; otherwise there is nothing to do."),
        "sqlite3 {file} .recover")

FINDING(PROXY_PASSWORD_UNUSABLE, "J-06", FAIL,
        N_("The password of the proxy cannot be kept: {reason}."),
        N_("Whoever goes on with this install would not have it. Nothing was done on any host."),
        N_("Make {file} readable and writable for you alone."), "ls -l {file}")

FINDING(REPORT_UNWRITABLE, "J-07", FAIL, N_("The report cannot be written: {reason}."), "",
        N_("Name a file that can be written, in a folder with room for it."), "ls -ld {file}")

/* ---- K: nodes and kubeconfig ---- */

FINDING(NODES_NO_SERVER, "K-01", FAIL, N_("No server could tell about the nodes. Last: {_reason}."),
        N_("Asked: {asked}."), N_("Look with rke2-wizard status what was done so far."), "")
FINDING(KUBECONFIG_WRITE, "K-02", FAIL, N_("The kubeconfig cannot be written: {reason}."), "",
        N_("Name another file, in a folder that is there and that you may write to."),
        "ls -l {file}")
FINDING(KUBECONFIG_UNREACHABLE, "K-03", WARN,
        N_("The kubeconfig is written, but this machine does not reach the API: {reason}."),
        N_("A firewall between this machine and the servers, or a name server that does not know "
           "the name. The nodes reach it: the install has looked."),
        N_("Open 6443/tcp from here to the servers, or use the file on a machine that reaches "
           "them."),
        "curl -vk {server}/readyz")
FINDING(KUBECONFIG_UNTRUSTED, "K-04", FAIL,
        N_("The kubeconfig is written, but what answers at {server} is not this cluster: "
           "{reason}."),
        N_("The certificate there is not of this cluster's CA, or does not hold the name. kubectl "
           "will refuse it too."),
        N_("Look where the name leads from this machine (/etc/hosts, proxy, load balancer), and "
           "that tls-san holds it: rke2-wizard check --only dns."),
        "curl -vk {server}/version")
FINDING(KUBECONFIG_REFUSED, "K-05", FAIL,
        N_("The kubeconfig is written, but the API at {server} did not list the nodes: {reason}."),
        N_("The server that answered is not ready, or does not take the certificate in the file."),
        N_("Try the command below again in a minute; rke2-wizard status tells how the nodes are."),
        "kubectl --kubeconfig {file} get nodes")

/* ---- B: the support bundle ---- */

FINDING(BUNDLE_WRITE, "B-01", FAIL, N_("The bundle cannot be written: {reason}."), "",
        N_("Name another place with -o, or make room there."), "ls -ld {file}")
FINDING(BUNDLE_HOST, "B-02", WARN,
        N_("The bundle lacks what this host has to tell, or a part of it: {reason}."),
        N_("The connection was lost, or the host did not answer in time."),
        N_("Make the bundle again when the host answers."),
        "ssh -p {port} {user}@{address} true")

/* ---- L: the lock of the hosts ---- */

FINDING(LOCK_HELD, "L-01", FAIL,
        N_("{owner} (process {pid}) is at work on this host since {since}; last heard of {age} s "
           "ago."),
        N_("Two programs that change the same hosts would spoil each other's work."),
        N_("Wait until it has ended. If it is dead, its lock ends by itself {left} s from now; "
           "“--take-over” takes it at once."),
        "")
FINDING(LOCK_TAKEN, "L-02", FAIL,
        N_("{owner} (process {pid}) has taken this host over at {since}. Nothing more is done from "
           "here."),
        N_("This program was told to give way, or was not heard of for {life} s."),
        N_("Let the other one finish, then run this again: it looks at what is done already."), "")

/* ---- P: ports between the hosts ---- */

FINDING(PORTS_BLOCKED, "P-01", FAIL, N_("{_how} Ports: {ports}. From: {sources}."),
        N_("RKE2 nodes need these ports of this host, and a firewall on the host or on the way to "
           "it keeps them closed."),
        N_("Open them: in the nftables or iptables rules of this host, in a firewall on the way, "
           "in the security group of a cloud. On this host no firewalld or ufw is active."),
        "ssh -p {port} {user}@{address} nft list ruleset")
FINDING(PORTS_BLOCKED_MANAGED, "P-02", FAIL, N_("{_how} Ports: {ports}. From: {sources}."),
        N_("RKE2 nodes need these ports of this host, and {manager} is active on it."),
        N_("Open all missing ports on this host, as root: {commands}"),
        "ssh -p {port} {user}@{address} nft list ruleset")
FINDING(PORTS_IN_USE, "P-03", FAIL, N_("{ports} is taken by {process} (pid {pid}, {unit})."),
        N_("RKE2 needs this port on this host."),
        N_("Stop {process} for good, or move it to another port; then check again."),
        "ssh -p {port} {user}@{address} ss -ltnup")
FINDING(PORTS_IN_USE_KERNEL, "P-04", FAIL,
        N_("{ports} is taken, and no process is seen that holds it."),
        N_("RKE2 needs this port on this host. A VXLAN interface left over from an earlier cluster "
           "holds its port like this."),
        N_("Look for such an interface and remove it (ip link delete), or restart the host; then "
           "check again."),
        "ssh -p {port} {user}@{address} ip -d link show type vxlan")
FINDING(PORTS_OTHER_HOST, "P-05", FAIL,
        N_("At {address} not this host answers but {other}. Ports: {ports}. From: {sources}."),
        N_("Nodes that mean this host would talk to the other one."),
        N_("Look for two machines with the same address, and for a port forwarding or a NAT rule "
           "on the way."),
        "ssh -p {port} {user}@{address} ip addr")
FINDING(PORTS_STRANGER, "P-06", FAIL,
        N_("At {address} something answers that is not this host. Ports: {ports}. From: "
           "{sources}."),
        N_("It may be another machine with the same address, a proxy, or a port forwarding."),
        N_("Find out who answers, and make the address lead to this host."),
        "ssh -p {port} {user}@{address} ip addr")
FINDING(PORTS_CONSOLE, "P-07", WARN, N_("From this machine: {_how} Ports: {ports}."),
        N_("The install does not need them from here; kubectl on this machine would need 6443."),
        N_("Let this machine in, or use kubectl elsewhere."), "curl -vk https://{address}:6443/")
FINDING(PORTS_HOST_UNKNOWN, "P-08", UNKNOWN,
        N_("No port could be tested to this host or from it: {_reason}."), "",
        N_("Remove the cause and check again."), "ssh -p {port} {user}@{address} true")
FINDING(PORTS_TARGET_UNKNOWN, "P-09", UNKNOWN,
        N_("These ports of this host could not be tested: {ports}. Reason: {_reason}."),
        N_("The test needs a listener on the host for some seconds; systemd starts it."),
        N_("Remove the cause and check again, or test by hand."),
        "ssh -p {port} {user}@{address} journalctl -n 20 --no-pager")
FINDING(PORTS_SOURCE_UNKNOWN, "P-10", UNKNOWN,
        N_("From this host no port of the others could be tested: {_reason}."),
        N_("The test connects with bash on the host."), N_("Remove the cause and check again."),
        "ssh -p {port} {user}@{address} bash --version")
FINDING(PORTS_PAIR_UNKNOWN, "P-11", UNKNOWN,
        N_("These ports of this host could not be tested: {ports}. From: {sources}. Reason: "
           "{_reason}."),
        "", N_("Remove the cause and check again."), "ssh -p {port} {user}@{address} ss -ltnup")
FINDING(PORTS_CONSOLE_JUMP, "P-12", WARN,
        N_("From this machine directly, without the jump host: {_how} Ports: {ports}."),
        N_("The install does not need them from here: it goes through {jump_address}. kubectl on "
           "this machine would need 6443."),
        N_("Use kubectl behind the jump host; or through the tunnel that this command opens, with "
           "--server https://127.0.0.1:6443."),
        "ssh -N -L 6443:{address}:6443 -p {jump_port} {jump_user}@{jump_address}")
/* ---- R: what a host must have ---- */

FINDING(HOST_NOT_CHECKED, "R-01", UNKNOWN, N_("What this host has could not be read: {reason}."),
        N_("Nobody knows whether RKE2 would run on it."),
        N_("Make the host answer (its other finding says why it does not) and check again."),
        "ssh -p {port} {user}@{address} true")
FINDING(CHECK_UNKNOWN, "R-02", UNKNOWN, N_("This could not be determined: {_check}."),
        N_("The host did not tell, or a program that could tell is missing on it."),
        N_("Look at it on the host. If you know that it is in order, give a requirements file in "
           "which the severity of “{name}” is off."),
        "ssh -p {port} {user}@{address}")
FINDING(REQUIREMENTS_UNREADABLE, "R-03", FAIL,
        N_("The requirements file cannot be read: {reason}."), "",
        N_("Name a readable file after --requirements; data/requirements.yaml shows how one "
           "looks."),
        "ls -l {file}")
FINDING(REQUIREMENTS_SYNTAX, "R-04", FAIL,
        N_("{where}: this is no list of requirements: {reason}."),
        N_("The rest of the file cannot be read before this is right."),
        N_("Correct the line; data/requirements.yaml shows how the file looks."), "")
FINDING(REQUIREMENTS_KEY, "R-05", FAIL,
        N_("{where}: the key “{key}” is unknown, or stands here twice."),
        N_("A key with a typing error would be ignored without a word."),
        N_("Allowed here, once each: {allowed}."), "")
FINDING(REQUIREMENTS_VALUE, "R-06", FAIL, N_("{where}: “{value}” is not possible for “{key}”."), "",
        N_("“{key}” must be {_expected}."), "")
FINDING(REQUIREMENTS_MISSING, "R-07", FAIL, N_("{where}: “{key}” is missing."), "",
        N_("Add “{key}: …”; data/requirements.yaml shows how."), "")
FINDING(CPU_MINIMUM, "R-10", FAIL,
        N_("The number of processors is {found}; at least {needed} are needed."),
        N_("That is RKE2's own minimum. With fewer its parts wait for each other until they give "
           "up."),
        N_("Give the machine more processors."), "ssh -p {port} {user}@{address} nproc")
FINDING(CPU_PRODUCTION, "R-11", WARN,
        N_("The number of processors is {found}; at least {needed} are advised for production."),
        N_("RKE2 runs with fewer, but a busy cluster becomes slow."),
        N_("Give the machine more processors, or go on for a test."),
        "ssh -p {port} {user}@{address} nproc")
FINDING(MEMORY_MINIMUM, "R-12", FAIL,
        N_("The host has {found} of memory; at least {needed} are needed."),
        N_("That is RKE2's own minimum. With less the kubelet does not let all of RKE2's pods "
           "start."),
        N_("Give the machine more memory."), "ssh -p {port} {user}@{address} free -m")
FINDING(MEMORY_PRODUCTION, "R-13", WARN,
        N_("The host has {found} of memory; at least {needed} are advised for production."),
        N_("RKE2 runs with less, but little is left for workloads."),
        N_("Give the machine more memory, or go on for a test."),
        "ssh -p {port} {user}@{address} free -m")
FINDING(DISK_FREE, "R-14", FAIL, N_("In {path} {found} are free; at least {needed} are needed."),
        N_("RKE2 keeps container images, its database and logs there. When the disk is full, the "
           "node evicts its pods and etcd stops."),
        N_("Make room, enlarge the file system, or mount a larger disk at /var/lib/rancher."),
        "ssh -p {port} {user}@{address} df -h {path}")
FINDING(DISK_PRODUCTION, "R-15", WARN,
        N_("The file system of {path} has {found}; at least {needed} are advised for production."),
        N_("Images and data grow, and a full disk stops the node."),
        N_("Enlarge the file system, or go on for a test."),
        "ssh -p {port} {user}@{address} df -h {path}")
FINDING(DISK_ROTATES, "R-16", WARN, N_("The disk under {path} calls itself a rotating one (HDD)."),
        N_("An SSD is advised; etcd waits for the disk at each write. Virtual disks often say so "
           "without being one: what was measured on servers counts more."),
        N_("Put /var/lib/rancher on an SSD."),
        "ssh -p {port} {user}@{address} lsblk -o NAME,ROTA,TYPE,MOUNTPOINT")
FINDING(DISK_SLOW, "R-17", WARN,
        N_("The disk under {path} is slow: 99 of 100 writes took up to {found} (fdatasync); at "
           "most {needed} are advised for etcd."),
        N_("Measured with {count} writes of 2300 bytes; half of them took up to {median}. etcd "
           "loses its leader when writes take too long."),
        N_("Put /var/lib/rancher on a faster disk that nobody else uses."),
        "ssh -p {port} {user}@{address} dd if=/dev/zero of={path}/dd.test bs=2300 count=100 "
        "oflag=dsync '&&' rm {path}/dd.test")
FINDING(DISK_NOEXEC, "R-18", FAIL,
        N_("{path} is mounted so that no program in it can be run: {found}."),
        N_("RKE2 keeps the programs that it runs under /var/lib/rancher."),
        N_("mount -o remount,exec {path}; and take noexec out of /etc/fstab."),
        "ssh -p {port} {user}@{address} findmnt -no OPTIONS -T {path}")
FINDING(TMP_FULL, "R-19", FAIL, N_("In {path} {found} are free; at least {needed} are needed."),
        N_("The RKE2 installer downloads to this folder."),
        N_("Make room there, or enlarge it: mount -o remount,size=1G {path} where it lies in "
           "memory."),
        "ssh -p {port} {user}@{address} df -h {path}")
FINDING(PROGRAM_FULL, "R-20", FAIL, N_("In {path} {found} are free; at least {needed} are needed."),
        N_("The RKE2 installer unpacks its program there."), N_("Make room there."),
        "ssh -p {port} {user}@{address} df -h {path}")
FINDING(PORT_TAKEN, "R-21", FAIL, N_("{taken}/tcp is taken by {process} (pid {pid}, {unit})."),
        N_("RKE2 needs this port on the host itself, for {_use}."),
        N_("Stop {process}, or let it listen on another port."),
        "ssh -p {port} {user}@{address} ss -ltnp sport = :{taken}")
FINDING(CLOCK_OFFSET, "R-22", FAIL,
        N_("The clock of this host differs from that of the others by {found}; at most {needed} "
           "are allowed."),
        N_("Certificates made on one host are not valid yet on another, and servers refuse each "
           "other's data."),
        N_("Set the time and let it be kept: timedatectl set-ntp true."),
        "ssh -p {port} {user}@{address} date -u")
FINDING(NO_TIME_SERVICE, "R-23", WARN,
        N_("Nothing keeps the clock of this host right (time service: {service})."),
        N_("Clocks that drift apart make certificates invalid and etcd unstable."),
        N_("timedatectl set-ntp true; or install chrony and start it."),
        "ssh -p {port} {user}@{address} timedatectl")
FINDING(SAME_NAME, "R-24", FAIL, N_("The host's own name {found} is also that of {others}."),
        N_("RKE2 knows a node by its name alone; the second one with the same name is refused."),
        N_("Give each host a name of its own: hostnamectl set-hostname {host}."),
        "ssh -p {port} {user}@{address} hostname")
FINDING(SAME_MACHINE_ID, "R-25", WARN, N_("The machine id {found} is also that of {others}."),
        N_("Copied machines have it. They get the same address by DHCP, and Kubernetes and some "
           "networks take them for one."),
        N_("On all but one of them: rm /etc/machine-id; systemd-machine-id-setup; restart."),
        "ssh -p {port} {user}@{address} cat /etc/machine-id")
FINDING(NO_MACHINE_ID, "R-26", WARN, N_("The host has no machine id: {found}."),
        N_("systemd and Kubernetes tell machines apart by it."),
        N_("systemd-machine-id-setup, then restart the host."),
        "ssh -p {port} {user}@{address} cat /etc/machine-id")
FINDING(
    NO_DEFAULT_ROUTE, "R-27", FAIL, N_("The host has no default route."),
    N_("RKE2 takes the address of the node from the interface of the default route, and does "
       "not start without one."),
    N_("Set a gateway. Where there is none, a default route over a dummy interface is enough, as "
       "the RKE2 documentation on air gaps shows."),
    "ssh -p {port} {user}@{address} ip route show default")
FINDING(NETWORK_OVERLAP, "R-28", FAIL,
        N_("The network {found} ({where}) overlaps with {cidr}, which the cluster uses for "
           "{_use}."),
        N_("What lies in that network cannot be reached from pods, or pods cannot be reached."),
        N_("Move the other network, or set other values for cluster-cidr and service-cidr in "
           "/etc/rancher/rke2/config.yaml.d/ on all servers before the first start."),
        "ssh -p {port} {user}@{address} ip route")
FINDING(NODE_ADDRESS, "R-29", WARN,
        N_("RKE2 will take another address for this node than {address}: {found}."),
        N_("It takes that of the interface with the default route. Nodes and etcd talk to each "
           "other by it."),
        N_("Use that address in the answers file, or set node-ip in "
           "/etc/rancher/rke2/config.yaml.d/ on the host."),
        "ssh -p {port} {user}@{address} ip addr")
FINDING(WAY_OUT, "R-30", FAIL, N_("The host cannot reach {url}: {_reason}."),
        N_("It fetches RKE2 and its images from there. Proxy of the host: {proxy}."),
        N_("Check its name servers, its firewall and its proxy (/etc/environment)."),
        "ssh -p {port} {user}@{address} curl -sSIo /dev/null {url}")
FINDING(OLD_RKE2, "R-31", FAIL, N_("An earlier RKE2 of another cluster is on this host: {found}."),
        N_("Its data and its token do not fit this cluster. Nothing was touched."),
        N_("If its data may be lost for ever: {uninstall}. Else take the host out of the answers "
           "file."),
        "ssh -p {port} {user}@{address} ls -l /etc/rancher /var/lib/rancher")
FINDING(OTHER_KUBERNETES, "R-32", FAIL, N_("Another Kubernetes runs on this host: {found}."),
        N_("Two of them fight for ports, containers and network rules."),
        N_("Take it off the host: {uninstall}."),
        "ssh -p {port} {user}@{address} systemctl status {found}")
FINDING(LEFTOVERS, "R-33", WARN, N_("An earlier Kubernetes left something behind: {found}."),
        N_("Old network settings and node passwords confuse a new node."),
        N_("If nothing of it is needed any more: rm -rf {paths}; then restart the host."),
        "ssh -p {port} {user}@{address} ls -ld {paths}")
FINDING(DOCKER_RUNS, "R-34", WARN, N_("Docker runs on this host."),
        N_("RKE2 brings its own containerd and does not need Docker. Docker's network rules drop "
           "packets between pods."),
        N_("If nothing needs it: systemctl disable --now docker.service docker.socket."),
        "ssh -p {port} {user}@{address} systemctl status docker")
FINDING(FIREWALL_ON, "R-35", WARN, N_("The firewall {manager} is active on this host."),
        N_("Its rules drop packets between pods and conflict with those of the network (Canal), "
           "even when the ports of RKE2 are open."),
        N_("Switch it off and protect the host by a firewall in front of it: {off}."),
        "ssh -p {port} {user}@{address} systemctl status {manager}")
FINDING(NM_MANAGES, "R-36", WARN, N_("NetworkManager would manage the network interfaces of pods."),
        N_("It changes routes that belong to the network of the cluster (Canal)."),
        N_("Write unmanaged-devices for cali* and flannel* to "
           "/etc/NetworkManager/conf.d/rke2-canal.conf, then systemctl reload NetworkManager."),
        "ssh -p {port} {user}@{address} ls /etc/NetworkManager/conf.d")
FINDING(NM_CLOUD_SETUP, "R-37", FAIL, N_("nm-cloud-setup is switched on ({found})."),
        N_("Its routing rules break the network of pods, and older releases of RKE2 refuse to "
           "start with it."),
        N_("systemctl disable --now nm-cloud-setup.service nm-cloud-setup.timer; then restart the "
           "host."),
        "ssh -p {port} {user}@{address} systemctl is-enabled nm-cloud-setup.service "
        "nm-cloud-setup.timer")
FINDING(WICKED_FORWARDING, "R-38", WARN, N_("wicked would switch forwarding off again."),
        N_("RKE2 switches the forwarding of packets on; wicked sets what stands in /etc/sysctl.d "
           "whenever it changes an interface."),
        N_("Write net.ipv4.conf.all.forwarding=1 to /etc/sysctl.d/90-rke2.conf, then sysctl "
           "--system."),
        "ssh -p {port} {user}@{address} sysctl net.ipv4.conf.all.forwarding")
FINDING(SWAP_ON, "R-39", WARN, N_("Swap is on: {found} ({devices})."),
        N_("RKE2 starts with it, but the memory limits of pods then mean little, and a node that "
           "swaps is slow."),
        N_("swapoff -a; and take the swap lines out of /etc/fstab."),
        "ssh -p {port} {user}@{address} swapon --show")
FINDING(CGROUP_MISSING, "R-40", FAIL,
        N_("The kernel lacks control group controllers: {missing} (found: {found})."),
        N_("RKE2 limits the processor and memory of containers with them and does not start "
           "without."),
        N_("Switch them on by the kernel command line (systemd.unified_cgroup_hierarchy=1, or "
           "cgroup_enable=memory) and restart the host."),
        "ssh -p {port} {user}@{address} cat /sys/fs/cgroup/cgroup.controllers /proc/cgroups")
FINDING(MODULE_MISSING, "R-41", FAIL, N_("The kernel has no module for: {missing}."),
        N_("The network of pods is made with them."),
        N_("Install the kernel's further modules (on Enterprise Linux 10 dnf install "
           "kernel-modules-extra) and restart the host."),
        "ssh -p {port} {user}@{address} modprobe -n -v -a {missing}")
FINDING(APPARMOR_PARSER, "R-42", FAIL,
        N_("AppArmor is on, but apparmor_parser is missing on the host."),
        N_("No container can start without it."),
        N_("Install the package apparmor (Debian, Ubuntu) or apparmor-parser (SUSE)."),
        "ssh -p {port} {user}@{address} command -v apparmor_parser")
FINDING(SELINUX_POLICY, "R-43", WARN,
        N_("SELinux is enforcing, and the policy of RKE2 is not installed."),
        N_("Containers may be refused what they need. Where RKE2 is installed by yum, the policy "
           "comes with it; here it does not."),
        N_("Install container-selinux and rke2-selinux, and set selinux: true in "
           "/etc/rancher/rke2/config.yaml.d/."),
        "ssh -p {port} {user}@{address} getenforce")
FINDING(NO_IPTABLES, "R-44", WARN, N_("iptables is missing on the host."),
        N_("Host ports of pods need it, and without it addresses of pods are not given back."),
        N_("Install the package iptables."), "ssh -p {port} {user}@{address} command -v iptables")
FINDING(NO_RESOLVER, "R-45", WARN, N_("The host has no name server that pods could ask: {found}."),
        N_("A loopback address leads nowhere inside a pod; RKE2 then gives pods 8.8.8.8."),
        N_("Write a name server of the network to /etc/resolv.conf, or to a file of your own "
           "named by resolv-conf in /etc/rancher/rke2/config.yaml.d/."),
        "ssh -p {port} {user}@{address} cat /etc/resolv.conf")

FINDING(ARTIFACTS_MISSING, "R-46", FAIL, N_("In the folder {folder} is missing: {missing}."),
        N_("RKE2 {version} is to come from this folder on the host, without the net."),
        N_("Copy the files of this release to the folder on each host; install.sh is what "
           "https://get.rke2.io gives. Images may come from a registry of your own instead "
           "(system-default-registry)."),
        "ssh -p {port} {user}@{address} ls -l {folder}")
FINDING(ARTIFACTS_BROKEN, "R-47", FAIL, N_("The files in the folder {folder} do not fit: {_reason}."),
        N_("RKE2 {version} is to come from this folder on the host."),
        N_("Copy all files of this one release to the folder again."),
        "ssh -p {port} {user}@{address} 'cd {folder} && sha256sum -c --ignore-missing "
        "sha256sum-*.txt'")
/* ---- U: reset ---- */

FINDING(RESET_QUORUM, "U-01", FAIL,
        N_("Without this server etcd would lose its majority: of {members} members {alive} would "
           "be up."),
        N_("Without a majority the cluster can neither be changed nor be read."),
        N_("First bring the other servers up, or take those out that are gone: “reset --host” with "
           "their names. --force takes RKE2 off all the same; the cluster then still knows this "
           "server, and stands still until enough others are up."),
        "")
FINDING(RESET_NO_API, "U-02", FAIL,
        N_("No server that stays can take the node out of the cluster: {_reason}."),
        N_("The cluster would keep the node, and etcd the member, and refuse the host later."),
        N_("Bring the servers up that stay. --force takes RKE2 off all the same; run the reset of "
           "this host once more when they are up."),
        "")
FINDING(RESET_LAST_SERVER, "U-03", FAIL,
        N_("No server would be left, but the other hosts would keep RKE2."),
        N_("Agents without a server are of no use, and with the last server the cluster is gone."),
        N_("Leave --host out: then all hosts are reset. --force does what was asked for."), "")
FINDING(RESET_FOREIGN, "U-04", FAIL, N_("RKE2 on this host belongs to another cluster."),
        N_("A reset would take a node away from a cluster that these answers do not describe."),
        N_("Check name and address of the host. --force takes RKE2 off all the same."),
        "ssh -p {port} {user}@{address} sudo cat /etc/rancher/rke2/config.yaml")
FINDING(RESET_HOST_UNKNOWN, "U-05", FAIL,
        N_("There is no host {name}, neither in the answers file nor in an earlier run."), "",
        N_("Name one of these: {known}."), "")
FINDING(UNINSTALL_FAILED, "U-06", FAIL,
        N_("RKE2 could not be taken off; the script ended with status {status}: {line}"), "",
        N_("Solve what the line names and run this again. The whole output is on the host in "
           "/var/lib/rke2-wizard/reset.log."),
        "ssh -p {port} {user}@{address} sudo cat /var/lib/rke2-wizard/reset.log")
FINDING(UNINSTALL_INTERRUPTED, "U-07", FAIL,
        N_("The uninstall was interrupted again and again, and is not complete."),
        N_("Its unit ended without a result, as it does when a host restarts."),
        N_("See to it that the host stays up, and run this again."),
        "ssh -p {port} {user}@{address} sudo journalctl -u rke2-wizard-reset")
FINDING(MEMBER_STAYS, "U-08", FAIL,
        N_("etcd still has {member} as a member, or tells nothing any more."),
        N_("RKE2 removes the member of a node that is deleted, as long as etcd has a majority."),
        N_("Check that the servers that stay are up, and run this again."),
        "ssh -p {port} {user}@{address} sudo journalctl -u rke2-server -n 50")

/* ---- W: the wizard ---- */

FINDING(DRAFT_UNSAVED, "W-01", FAIL, N_("What was typed cannot be saved: {reason}."),
        N_("When the program ends now, it is lost."),
        N_("Make {file} writable for you, or make room on the disk; the next change is saved "
           "again."),
        "ls -ld {file}")
FINDING(DRAFT_NAME, "W-02", FAIL, N_("“{name}” cannot be the name of a cluster."),
        N_("It names the folder in which answers and journal are kept."),
        N_("Use at most 63 lower-case letters, digits and hyphens; a hyphen not at the beginning."),
        "")
FINDING(DRAFT_NAME_TAKEN, "W-03", FAIL, N_("There is a cluster {name} on this machine already."),
        N_("Its answers, its journal and its token stand under this name; two clusters must not "
           "get mixed."),
        N_("Choose another name; or open {name} and go on with it."), "")
FINDING(DRAFT_NAME_FIXED, "W-04", FAIL, N_("The cluster {name} keeps its name."),
        N_("An install of it was begun; its journal and its token stand under this name."),
        N_("To describe another cluster, begin a new one."), "")
