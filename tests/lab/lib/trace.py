#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what was run on a host with the plan for it.

Usage: trace.py PLAN.json HOST SSHD_PID TRACE

TRACE is the output of `strace -f -e trace=execve,clone,clone3,fork,vfork` on every process of the
host; SSHD_PID the listener. Every program that ran in an SSH session must only look, or belong to
a file or a command of the plan; and every file and command of the plan that had to be done must
have been.
"""
import json
import re
import sys

# Programs that change nothing, whatever their arguments.
LOOKS = {
    "sh", "bash", "sshd", "cat", "sed", "grep", "cut", "head", "tail", "date", "stat", "uname", "id",
    "sleep", "base64", "cmp", "sha256sum", "journalctl", "flock", "true", "sync", "awk", "env",
    "sftp-server", "locale-check", "python3", "python3.11", "python3.13", "tr", "basename",
    "getent", "ip", "df", "ls", "wc", "sort", "ss", "timeout", "timedatectl", "readlink", "hostname",
}
# What the checks do besides looking: listeners for some seconds, and some writes to a file that has
# no name.
CHECKS = re.compile("|".join((
    r"systemctl stop rke2-wizard-ports-\S+",
    r"systemd-run --unit=rke2-wizard-ports-[0-9a-f]+ --description=.*",
    r"rm -f /run/rke2-wizard-ports-[0-9a-f]+",
    r"dd if=/dev/zero bs=2300 count=\d+ conv=\S+",
    r"rm -f /var/\S*/\.rke2-wizard-sync-test /run/\.rke2-wizard-sync-test",
    r"modprobe -n .*",
)), re.DOTALL)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')

# The lock between consoles; it changes nothing of the host, and is gone at the end.
LOCK = "/run/rke2-wizard.lock"

def unescape(text):
    return text.encode().decode("unicode_escape")


def read_trace(path):
    """Gives the parent of each process, and the programs run: (process, [argument…])."""
    parents, runs = {}, []
    with open(path, errors="replace") as trace:
        for line in trace:
            match = re.match(r"(\d+) +(.*)", line)
            if not match:
                continue
            process, call = int(match.group(1)), match.group(2)
            fork = re.match(r"(?:<\.\.\. )?(?:clone3?|v?fork)\b.* = (\d+)(?: /\* (\d+) in strace)?", call)
            if fork:
                parents[int(fork.group(2) or fork.group(1))] = process
            elif call.startswith("execve(") and "ENOENT" not in call:
                arguments = re.match(r'execve\("[^"]*", \[(.*?)\](?:, |\)| <)', call)
                if arguments:
                    runs.append((process, [unescape(s) for s in STRING.findall(arguments.group(1))]))
    return parents, runs


def in_session(process, parents, listener):
    while process in parents:
        process = parents[process]
        if process == listener:
            return True
    return False


def is_look(words):
    name = words[0].rsplit("/", 1)[-1].lstrip("-")
    if name == "run-parts" or words[0].startswith("/etc/update-motd.d/"):
        return True  # the message of the day, by PAM
    if name == "systemctl":
        return words[1:2] in (["show"], ["is-active"], ["is-enabled"])
    if name == "kubectl":
        return "get" in words
    if name == "curl":
        if any(word.startswith(("-d", "-F", "-T", "-X", "-O", "--data", "--request")) for word in words):
            return False
        return "-o" not in words or words[words.index("-o") + 1] == "/dev/null"
    if name == "rke2":
        return words[1:] == ["--version"]
    return name in LOOKS


def main():
    plan_path, host, listener, trace_path = sys.argv[1:]
    with open(plan_path) as file:
        tasks = [t for t in json.load(file)["tasks"] if t["host"] == host]
    actions = [a for t in tasks for a in t["actions"]]
    files = {a["path"] for a in actions if a["kind"] == "file"}
    removes = {a["path"] for a in actions if a["kind"] == "remove"}
    commands = {a["command"] for a in actions if a["kind"] == "run"}
    due = {a["command"] for a in actions if a["kind"] == "run" and a["when"] not in ("stale", "leftover")}

    parents, runs = read_trace(trace_path)
    written, ran, problems, sessions = set(), set(), [], 0
    for process, words in runs:
        if not words or not in_session(process, parents, int(listener)):
            continue
        sessions += 1
        text = " ".join(words)
        name = words[0].rsplit("/", 1)[-1]
        if text in commands:
            ran.add(text)
        elif name == "mv" and words[-2] == words[-1] + ".rke2-wizard-new" and words[-1] in files:
            written.add(words[-1])
        elif name == "rm" and (words[-1] in removes or words[-1][:-len(".rke2-wizard-new")] in files):
            pass
        elif name == "chmod" and words[-1][:-len(".rke2-wizard-new")] in files:
            pass
        elif name == "mkdir" and words[1] == "-p" and any(f.startswith(words[-1] + "/") for f in files):
            pass
        elif name in ("mv", "rm") and words[-1] == LOCK:
            pass
        elif not is_look(words) and not CHECKS.fullmatch(text):
            problems.append(f"not in the plan: {text}")
    problems += [f"planned, not written: {p}" for p in sorted(files - written)]
    problems += [f"planned, not run: {c}" for c in sorted(due - ran)]
    if sessions < 20:
        problems.append(f"only {sessions} programs seen: the trace is not whole")
    print(f"{host}: {sessions} programs in SSH sessions, {len(ran)} commands, {len(written)} files")
    for problem in problems:
        print(f"{host}: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
