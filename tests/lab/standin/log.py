# SPDX-License-Identifier: Apache-2.0
"""Journal lines as logrus writes them: time="…" level=info msg="…"."""
import os
import sys
import time

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/@^+")


def quote(text):
    if text and PLAIN.issuperset(text):
        return text
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + text + '"'


def line(level, text):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    os.write(2, f'time="{now}" level={level} msg={quote(text)}\n'.encode())


def info(text):
    line("info", text)


def warning(text):
    line("warning", text)


def error(text):
    line("error", text)


def fatal(text):
    """A fatal line ends the process, whichever thread wrote it."""
    line("fatal", text)
    sys.stdout.flush()
    os._exit(1)


def kubelet_ready():
    """The kubelet's own log has a line of klog's form, with microseconds, when the node becomes Ready."""
    import paths
    now = time.time()
    stamp = time.strftime("%m%d %H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06d}"
    with open(paths.data("agent/logs/kubelet.log"), "a", encoding="utf-8") as kubelet:
        kubelet.write(f'I{stamp} {os.getpid():7d} kubelet_node_status.go:497] '
                      '"Fast updating node status as it just became ready"\n')
