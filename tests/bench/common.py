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
    lab(name, "up", "--base", options.base, "--servers", str(options.servers), "--agents",
        str(options.agents), stderr=subprocess.DEVNULL)
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


def measure(name, folder, *arguments):
    """Runs the wizard in the console. Gives status, begun, wall, cpu, rss, and its output."""
    output = os.path.join(folder, "output")
    result = json.loads(lab(name, "console", "--", sys.executable, "-c", CHILD, output, program(),
                            *arguments))
    with open(output) as file:
        result["output"] = file.read()
    return result
