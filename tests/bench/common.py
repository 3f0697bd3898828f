# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks share: a lab of their own, and measuring a program in its console."""
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAB = os.path.join(TOP, "tests/lab/lab")

# Runs in the console: measures its child alone.
CHILD = """
import json, resource, subprocess, sys, time
out = open(sys.argv[1], "w")
begun = time.time()
status = subprocess.call(sys.argv[2:], stdout=out, stderr=subprocess.STDOUT)
wall = time.time() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": status, "begun": begun, "wall": wall,
                  "cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss / 1024}))
"""


def program():
    return os.environ.get("RW_WIZARD", os.path.join(TOP, "build/rke2-wizard"))


def add_lab_options(parser, runs):
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--agents", type=int, default=1)
    parser.add_argument("--base", default="debian12")
    parser.add_argument("--runs", type=int, default=runs)


def lab(name, *arguments, **options):
    return subprocess.run([LAB, "--name", name, *arguments], check=True, text=True,
                          stdout=subprocess.PIPE, **options).stdout


@contextlib.contextmanager
def lab_up(name, options):
    """A lab that is gone afterwards; gives a folder for files."""
    real = ["--real", options.real] if getattr(options, "real", None) else []
    lab(name, "up", "--base", options.base, "--servers", str(options.servers), "--agents",
        str(options.agents), *real, stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield folder
    finally:
        subprocess.run([LAB, "--name", name, "down"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)


def answers(name, folder):
    """The path of an answers file for the lab."""
    path = os.path.join(folder, "answers.yaml")
    with open(path, "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(lab(name, "answers"))
    return path


def past_checks():
    """Options with which scenarios override the findings of the checks."""
    with open(os.path.join(TOP, "tests/lab/lib/scenario.sh")) as file:
        codes = re.search(r"^for code in ((?:[^;]|\\\n)*);", file.read(), re.M).group(1)
    return [word for code in re.findall(r"[A-Z]-\d+", codes)
            for word in ("--override", f"{code}=a benchmark")]


def slow_disk(folder, ms):
    """What stands before a program so that each of its syncs takes so much longer (slow_disk.c)."""
    library = os.path.join(folder, "slow_disk.so")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library,
                    os.path.join(TOP, "tests/bench/slow_disk.c"), "-ldl"], check=True)
    return ["env", f"LD_PRELOAD={library}", f"RW_SLOW_DISK_MS={ms}",
            f"RW_SLOW_DISK_LOG={os.path.join(folder, 'turns')}"]


def measure(name, folder, *arguments, before=()):
    """Runs the wizard in the console. Gives status, begun, wall, cpu, rss, and its output; with
    slow_disk() before it also the longest turn of its loop, and syncs in all and on the loop."""
    output, turns = os.path.join(folder, "output"), os.path.join(folder, "turns")
    result = json.loads(lab(name, "console", "--", sys.executable, "-c", CHILD, output, *before,
                            program(), *arguments))
    with open(output) as file:
        result["output"] = file.read()
    if os.path.exists(turns):
        with open(turns) as file:
            result["turn"], result["syncs"], result["on_loop"] = file.read().split()
    return result
