# SPDX-License-Identifier: Apache-2.0
"""What a cluster is, as far as it must be the same however the install came about."""
import json
import os
import re

from .lab import Failure, wait_until

# Each answer of a host is a line "key=value"; keys may come more than once.
LOOK = r"""
echo "boot=$(cat /proc/sys/kernel/random/boot_id)"
sed 's/^/config=/' /etc/rancher/rke2/config.yaml 2>/dev/null
find /etc/rancher /etc/systemd/system /usr/local/bin /usr/local/lib/systemd /tmp /var/tmp /var/lib/rke2-wizard \
  /run /root /var/lib -maxdepth 3 \( -path '/tmp/systemd-private*' -o -path '/var/tmp/systemd-private*' \
  -o -path '/run/systemd' -o -path '/run/log' -o -path '/run/user' -o -path '/var/lib/systemd' -o -path '/run/host' \
  -o -path '/run/dbus' -o -path '/run/credentials' -o -path '/run/mount' -o -path '/run/lock' -o -path '/var/lib/apt' \
  -o -path '/var/lib/dpkg' \) -prune -o \( -type f -o -type l \) -printf 'file=%p %m\n' 2>/dev/null
ss -Hlntu 2>/dev/null | awk '{ print "listens=" $1 " " $5 }'
systemctl list-units --all --plain --no-legend 'rke2*' | awk '{ print "unit=" $1 " " $2 " " $3 " " $4 }'
for unit in rke2-server rke2-agent; do echo "enabled=$unit $(systemctl is-enabled $unit 2>/dev/null)"; done
for ca in /var/lib/rancher/rke2/server/tls/server-ca.crt /var/lib/rancher/rke2/agent/server-ca.crt; do
  [ -s $ca ] && echo "ca=$(sha256sum <$ca | cut -d' ' -f1)"
done
echo "installed=$(/usr/local/bin/rke2 --version 2>/dev/null | head -n 1)"
journalctl -u rke2-server -o cat --no-pager 2>/dev/null | grep -q 'Managed etcd cluster initializing' && echo founded=yes
journalctl -u rke2-wizard-stage -o cat --no-pager 2>/dev/null | sed -n \
  -e 's/^rke2-wizard: running the installer/installer=runs/p' \
  -e 's/^rke2-wizard: the installer ended with status /installer=/p'
for link in /proc/[0-9]*/cmdline; do
  line=$(tr '\0' ' ' <"$link" 2>/dev/null)
  case $line in
  'sh -s '* | 'journalctl -u rke2'* | '/var/lib/rancher/rke2/bin/kubectl '*'--watch'*) echo "process=$line" ;;
  esac
done
[ -r /var/lib/rancher/rke2/server/db/etcd/member/standin.json ] &&
  echo "etcd=$(cat /var/lib/rancher/rke2/server/db/etcd/member/standin.json)"
[ -x /var/lib/rancher/rke2/bin/kubectl ] && [ -s /etc/rancher/rke2/rke2.yaml ] &&
  /var/lib/rancher/rke2/bin/kubectl --kubeconfig /etc/rancher/rke2/rke2.yaml --request-timeout=5s get nodes \
    --no-headers 2>&1 | awk '{ print "node=" $1 " " $2 " " $3 " " $5 }'
true
"""
# Paths that the host's own services make and take away, or that hold random names by themselves.
PASSING = ("/run/rke2-standin", "/run/ssh", "/run/agetty", "/run/k3s", "/run/motd", "/run/utmp", "/run/sudo",
           "/var/lib/rancher", "/var/lib/ucf", "/run/initctl", "/run/nologin", "/run/sshd", "/run/flannel",
           "/run/crond", "/run/resolvconf", "/run/shm", "/run/systemd", "/run/dmeventd", "/var/lib/polkit",
           "/var/lib/dbus", "/var/lib/private")


def answers(text):
    found = {}
    for line in text.splitlines():
        key, _, value = line.partition("=")
        found.setdefault(key, []).append(value)
    return found


def look_at(lab, host):
    """The picture of one host, and what is of interest for this run alone."""
    found = answers(lab.on(host, LOOK))
    token = lab.token()
    picture = {
        # Each install makes a token of its own; whether it needs quotes depends on its digits.
        "config": [re.sub("K10[0-9a-f]{64}::", "K10<hash>::", line.replace(f"'{token}'", token)).replace(token, "<token>")
                   for line in found.get("config", [])],
        "files": sorted(f for f in found.get("file", []) if not f.startswith(PASSING)),
        "listens": sorted(set(found.get("listens", []))),
        "units": sorted(found.get("unit", [])),
        "enabled": found["enabled"],
        "installed": found["installed"],
        "processes": found.get("process", []),
        "nodes": sorted(found.get("node", [])),
        "etcd": sorted(members(found)),
    }
    return picture, found


def members(found):
    """Members of etcd as this server has them, "name voter" or "name learner"."""
    if "etcd" not in found:
        return []
    entries = json.loads(found["etcd"][0])["entries"]
    return [f"{key.partition('/')[2]} {'learner' if entry['d']['learner'] else 'voter'}"
            for key, entry in entries.items() if key.startswith("member/") and entry["d"]]


def take(lab):
    """The pictures of all hosts by name, and the rest."""
    pictures, rest = {}, {}
    for host in lab.hosts:
        pictures[host], rest[host] = look_at(lab, host)
    return pictures, rest


def quiet(lab):
    """The pictures of all hosts as soon as nothing of ours runs there any more."""
    return wait_until(30, lambda: ended(take(lab)[0]), "no process of ours is left on any host", every=1)


def ended(pictures):
    return None if any(picture["processes"] for picture in pictures.values()) else pictures


def differences(wanted, found):
    """Lines for people; none when it is the same cluster."""
    lines = []
    for host, picture in wanted.items():
        for key, value in picture.items():
            other = found[host][key]
            if value == other:
                continue
            missing = [v for v in value if v not in other]
            extra = [v for v in other if v not in value]
            lines.append(f"{host} {key}: missing {missing}, extra {extra}")
    return lines


def judge_one_cluster(rest):
    """One CA, one founder."""
    authorities = {ca for found in rest.values() for ca in found.get("ca", [])}
    if len(authorities) != 1:
        raise Failure(f"{len(authorities)} certificate authorities: "
                      f"{ {h: sorted(set(f.get('ca', []))) for h, f in rest.items()} }")
    founders = [host for host, found in rest.items() if "founded" in found]
    if len(founders) != 1:
        raise Failure(f"founded by {founders}")


def judge_installers(rest, interrupted):
    """Once per host, and once more for each time that it failed or was interrupted from outside."""
    for host, found in rest.items():
        runs = found.get("installer", [])
        failed = sum(1 for word in runs if word not in ("runs", "0"))
        allowed = 1 + failed + interrupted.get(host, 0)
        if runs.count("runs") > allowed or runs.count("0") > 1:
            raise Failure(f"{host}: the installer ran {runs.count('runs')} times, {allowed} allowed: {runs}")


def judge_console(lab):
    """The journal says done, and nothing but what belongs there stands beside it."""
    rows = lab.journal("SELECT outcome FROM run ORDER BY id DESC LIMIT 1")
    if rows != [("done",)]:
        raise Failure(f"the last run in the journal: {rows}")
    undone = lab.journal("SELECT id, state FROM task WHERE run = (SELECT max(id) FROM run)"
                         " AND state NOT IN ('done', 'unchanged')")
    if undone:
        raise Failure(f"the journal says: {undone}")
    extra = sorted(set(os.listdir(lab.folder)) -
                   {"journal.db", "journal.db-wal", "journal.db-shm", "lock", "token", "console"})
    if extra:
        raise Failure(f"left on the console: {extra}")


def judge(lab, wanted, interrupted):
    """Failure unless the lab holds the wanted cluster; it may take a moment until all is quiet."""
    last = []

    def same():
        nonlocal last
        found, rest = take(lab)
        last = [differences(wanted, found), rest]
        return not last[0]

    try:
        wait_until(30, same, "the same cluster", every=1)
    except Failure:
        raise Failure("; ".join(last[0])) from None
    judge_one_cluster(last[1])
    judge_installers(last[1], interrupted)
    judge_console(lab)
