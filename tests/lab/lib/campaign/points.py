# SPDX-License-Identifier: Apache-2.0
"""Dies at every exact place: a program built with --enable-failpoints, see src/base/failpoint.h."""
import os

from . import picture
from .lab import Failure, Wizard, wait_until
from .run import DONE, Run

DIED = 86  # RW_FAILPOINT_STATUS
TALK = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "converse.py")
SECONDS = 60


class Points:
    """The places that one undisturbed use of the program passes, in order; a place that is passed again
    has its turn in its name."""

    def __init__(self, path):
        self.path = path
        if os.path.exists(path):
            os.unlink(path)

    def environment(self):
        return {"RW_FAILPOINT_LOG": self.path}

    def names(self):
        if not os.path.exists(self.path):
            raise Failure("no place was passed: the program is built without --enable-failpoints")
        with open(self.path, encoding="utf-8") as file:
            passed = file.read().split()
        seen = {}
        for name in passed:
            seen[name] = seen.get(name, 0) + 1
            yield f"{name}:{seen[name]}"


def run_once(lab, log, arguments, environment):
    """The status of the program."""
    wizard = Wizard(lab, log, arguments, environment)
    wait_until(SECONDS, lambda: not wizard.running(), f"the end of {' '.join(arguments)}")
    return wizard.status()


# ---- the install ----

def die_in_install(lab, folder, name, wanted):
    """Dies at that place, is started again, and the cluster is the wanted one."""
    run = Run(lab, folder, [])
    try:
        status = run.go({"RW_FAILPOINT": name})
        if status != DIED:
            raise Failure(f"it does not die at {name}: status {status}")
        run.resume()
        picture.judge(lab, wanted, {})
    except Failure as why:
        run.keep(why)
        raise
    return run.wizard.seconds()


# ---- the kubeconfig: on the cluster that is there ----

def kubeconfig(lab):
    return ["kubeconfig", "-f", lab.answers, "-o", f"{lab.home}/kube/config", "--yes"]


def die_in_kubeconfig(lab, folder, name):
    """The old file or a new one stands there; the next time it is whole, and nothing else is left."""
    place = f"{lab.home}/kube"
    if "rke2.yaml" not in lab.on("ha-m1", "ls /etc/rancher/rke2 || true"):
        Run(lab, folder, []).go()
    os.makedirs(place, exist_ok=True)
    with open(f"{place}/config", "w", encoding="utf-8") as file:
        file.write("old\n")
    if run_once(lab, f"{folder}/kubeconfig.log", kubeconfig(lab), {"RW_FAILPOINT": name}) != DIED:
        raise Failure(f"it does not die at {name}")
    with open(f"{place}/config", encoding="utf-8") as file:
        text = file.read()
    if text != "old\n" and not text.endswith("\n"):
        raise Failure("half a kubeconfig")
    if run_once(lab, f"{folder}/kubeconfig.log", kubeconfig(lab), {}) != DONE:
        raise Failure("the second time it fails")
    if os.listdir(place) != ["config"] or os.stat(f"{place}/config").st_mode & 0o777 != 0o600:
        raise Failure(f"left: {os.listdir(place)}")


# ---- the draft of the wizard ----

TYPED = """\
Command, or Enter to continue:  => a
Name:  => ha-w9
Address:  => 192.168.205.199
Role: server or agent [agent]:  =>
Login user [root]:  =>
Name:  => ^C
"""
LOOKED = "Command, or Enter to continue:  => ^C\n"
LEFT = 130


def converse(lab, folder, script, environment):
    """The wizard, line by line, with what is said and typed in script; its status."""
    path = f"{folder}/conversation"
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    program, lab.program = lab.program, TALK
    try:
        return run_once(lab, f"{folder}/draft.log",
                        [path, program, "--plain", "--lang", "en", "-f", lab.answers], environment)
    finally:
        lab.program = program


def die_in_draft(lab, folder, name):
    """The wizard opens with what was typed before or after that place, and leaves nothing else."""
    lab.forget()
    if converse(lab, folder, TYPED, {"RW_FAILPOINT": name, "PTY": "1"}) != DIED:
        raise Failure(f"it does not die at {name}")
    if converse(lab, folder, LOOKED, {"PTY": "1"}) != LEFT:
        raise Failure("the wizard does not open again")
    with open(f"{folder}/draft.log", encoding="utf-8", errors="replace") as file:
        # From W-05 on the findings are about fields: an unfinished host has some.
        shown = file.read()
        if any(f"[FAIL] W-0{number}" in shown for number in range(1, 5)):
            raise Failure("the draft cannot be read")
    known = {"draft.yaml", "draft.json", "draft.lock", "journal.db", "lock", "token", "wizard.json", "wizard.lock"}
    for root, _, files in os.walk(f"{lab.state}/rke2-wizard"):
        extra = set(files) - known
        if extra:
            raise Failure(f"left in {root}: {extra}")
