# SPDX-License-Identifier: Apache-2.0
"""A lab of four hosts, from outside: its hosts, its console, and the program under test in it."""
import os
import sqlite3
import subprocess
import threading
import time

LAB = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", "lab"))
ROOM = os.environ.get("RW_LAB_DIR", "/var/lib/rke2-wizard-lab")
CLUSTER = "ha-demo"
DISK = 16  # MiB for the state of the program


class Failure(Exception):
    """What a run had to be and is not."""


def wait_until(seconds, condition, what, every=0.2):
    """The first true value of condition(), or Failure."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(every)


class Lab:
    def __init__(self, name, program, logs):
        self.name, self.program, self.logs = name, program, logs
        self.home = f"{ROOM}/labs/{name}/console"
        self.state = f"{self.home}/.local/state"
        self.folder = f"{self.state}/rke2-wizard/{CLUSTER}"
        self.answers = f"{self.home}/answers.yaml"
        self.hosts = {}  # name: (address, role)

    # The lab itself

    def command(self, *words, **options):
        return subprocess.run([LAB, "--name", self.name, *words], text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)

    def must(self, *words):
        done = self.command(*words)
        if done.returncode != 0:
            raise Failure(f"lab {' '.join(words)}: {done.stdout.strip()[-500:]}")
        return done.stdout

    def up(self):
        self.must("up", "--base", "mixed")
        for line in self.must("hosts").splitlines():
            name, address, role = line.split()
            self.hosts[name] = (address, role)
        # Without a token: the program makes one, which must outlive everything that happens to it.
        text = "".join(line for line in self.must("answers").splitlines(True) if not line.startswith("token:"))
        with open(self.answers, "w", encoding="utf-8") as file:
            file.write(text)
        os.makedirs(self.state)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=700", "campaign", self.state], check=True)

    def down(self):
        self.command("down")

    def fresh(self):
        """Everything as after up; the state of the program is gone too."""
        self.fill(False)
        self.forget()
        self.must("fresh")

    def forget(self):
        """The state of the program is gone."""
        subprocess.run(["rm", "-rf", f"{self.state}/rke2-wizard"], check=True)

    def on(self, host, script):
        """What script, for the shell of root, prints on that host."""
        return self.must("exec", host, "--", "sh", "-c", script)

    def etcd(self, host):
        """"learner" or "voter", as etcd says of itself there; "" while it does not run."""
        script = ("exec 3<>/dev/tcp/127.0.0.1/2381 && printf 'GET /metrics HTTP/1.1\\r\\nHost: x\\r\\n"
                  "Connection: close\\r\\n\\r\\n' >&3 && sed -n 's/^etcd_server_is_learner //p' <&3")
        said = self.command("exec", host, "--", "bash", "-c", script).stdout.strip()
        return {"1": "learner", "0": "voter"}.get(said, "")

    def is_up(self, host):
        return self.command("exec", host, "--", "true").returncode == 0

    # The console

    def fill(self, full):
        """Fills the disk of the journal, or frees it again."""
        path = f"{self.state}/filling"
        if not full:
            if os.path.exists(path):
                os.unlink(path)
            return
        with open(path, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError:
                return

    def journal(self, query):
        """Rows of the program's journal; none when there is no journal."""
        path = f"{self.folder}/journal.db"
        if not os.path.exists(path):
            return []
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as database:
            rows = database.execute(query).fetchall()
        database.close()
        return rows

    def token(self):
        with open(f"{self.folder}/token", encoding="utf-8") as file:
            return file.read().strip()


class Wizard:
    """One life of the program under test in the console."""

    def __init__(self, lab, log, arguments=None, environment=None):
        self.log = log
        self.began = time.monotonic()
        self.ended = None
        words = arguments or ["install", "-f", lab.answers, "--yes"]
        with open(log, "wb") as file:
            self.process = subprocess.Popen(
                [LAB, "--name", lab.name, "console", "--", lab.program, *words], stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
        # The moment of its end counts, not the one in which somebody asks.
        self.waiter = threading.Thread(target=self.wait, daemon=True)
        self.waiter.start()

    def wait(self):
        self.process.wait()
        self.ended = time.monotonic()

    def running(self):
        return self.waiter.is_alive()

    def until(self, moment):
        """Waits for its end, at most until that moment; whether it has ended."""
        self.waiter.join(max(0, moment - time.monotonic()))
        return not self.running()

    def kill(self):
        self.process.kill()
        self.waiter.join()

    def status(self):
        return self.process.returncode

    def seconds(self):
        return (self.ended or time.monotonic()) - self.began

    def said(self, text):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return text in file.read()
