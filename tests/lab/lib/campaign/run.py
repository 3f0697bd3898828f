# SPDX-License-Identifier: Apache-2.0
"""One run: fresh hosts, an install, what happens to it, and its end."""
import heapq
import itertools
import os
import subprocess
import time

from . import picture
from .lab import LAB, Failure, Wizard, wait_until

END = 300      # s: a program that has not ended by then hangs
TOO_LONG = 60  # s: for a host to be back
LOOK = 0.1     # s: between two looks at whether a server has become a member
RECONNECTS = 5 # s: the longest wait between tries, less the time that a release of the lock waits
DONE, INTERRUPTED = 0, 130


class Run:
    """Installs in a lab while events happen, then once more without, if anything was left to do."""

    def __init__(self, lab, folder, events):
        self.lab, self.folder, self.events = lab, folder, events
        self.lives = []        # the program, each time that it was started
        self.background = {}   # host: the lab's command that restarts it
        self.interrupted = {}  # host: how often an installer there may have been interrupted
        self.restart_at = None
        self.due, self.watched = [], []  # events by their moment; those whose moment is to come
        self.order = itertools.count()
        self.cut_until = 0.0   # the moment in which the last cable is back
        self.had = []          # what did happen, with times
        self.excused = False   # an end without success is no surprise
        os.makedirs(folder, exist_ok=True)

    def note(self, text):
        self.had.append(f"{time.monotonic() - self.began:7.2f}  {text}")

    # The program

    def start(self, environment=None):
        log = f"{self.folder}/wizard-{len(self.lives) + 1}.log"
        self.lives.append(Wizard(self.lab, log, environment=environment))
        self.note(f"started, {os.path.basename(log)}")

    @property
    def wizard(self):
        return self.lives[-1]

    # What happens

    def plan(self, event, since):
        """It, and the end of what lasts, from that moment on."""
        moment = since + event.at
        heapq.heappush(self.due, (moment, next(self.order), getattr(self, event.kind), event))
        if event.kind == "cable":
            self.cut_until = max(self.cut_until, moment + event.lasts)
        if event.kind in ("cable", "disk"):
            heapq.heappush(self.due, (moment + event.lasts, next(self.order), getattr(self, event.kind + "_over"), event))

    def look(self):
        """Whether the moment of one that is watched for has come. A voter was a learner, if only for a
        moment that nobody saw."""
        for event in list(self.watched):
            if self.lab.etcd(event.host) in (event.since, "voter"):
                self.note(f"{event.host}: is a {event.since}")
                self.watched.remove(event)
                self.plan(event, time.monotonic())

    def live(self):
        """Until all has happened. A program that was killed is started again in between when that is due."""
        while self.due or self.watched or self.restart_at is not None:
            over = not self.wizard.running() and self.restart_at is None
            if self.watched and (over or time.monotonic() > self.began + END):
                self.watched = []  # that moment does not come any more
                continue
            moments = [self.due[0][0]] if self.due else []
            moments += [self.restart_at] if self.restart_at is not None else []
            if moments and min(moments) <= time.monotonic():
                self.happen(min(moments))
            elif self.watched:
                self.look()
                time.sleep(LOOK)
            else:
                time.sleep(max(0, min(moments) - time.monotonic()))

    def happen(self, moment):
        if moment == self.restart_at:
            self.restart_at = None
            self.start()
            return
        _, _, function, event = heapq.heappop(self.due)
        function(event)

    def kill(self, event):
        self.excused = True
        if not self.wizard.running():
            self.note("not killed: it does not run")
            return
        self.wizard.kill()
        self.note("killed")
        self.restart_at = time.monotonic() + event.lasts

    def cable(self, event):
        self.lab.must("cut", event.host)
        self.disturb(event.host)
        self.note(f"{event.host}: cable pulled")

    def cable_over(self, event):
        self.lab.must("plug", event.host)
        self.note(f"{event.host}: cable put back")

    def disk(self, _event):
        self.lab.fill(True)
        self.excused = True
        self.note("disk full")

    def disk_over(self, _event):
        self.lab.fill(False)
        self.note("disk free")

    def sshd(self, event):
        done = self.lab.command("exec", event.host, "--", "systemctl", "restart", "ssh")
        self.note(f"{event.host}: sshd restarted" if done.returncode == 0 else f"{event.host}: is off")

    def reboot(self, event):
        self.in_background(event.host, "reboots", f'"{LAB}" --name "$0" reboot "$1"')

    def power(self, event):
        self.in_background(event.host, "loses power",
                           f'"{LAB}" --name "$0" power-off "$1" && "{LAB}" --name "$0" power-on "$1"')

    def in_background(self, host, what, script):
        if host in self.background and self.background[host].poll() is None:
            self.note(f"{host}: is on its way already")
            return
        self.disturb(host)
        self.note(f"{host}: {what}")
        with open(f"{self.folder}/lab.log", "ab") as log:
            self.background[host] = subprocess.Popen(["bash", "-c", script, self.lab.name, host],
                                                     stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def disturb(self, host):
        """An installer there may break off. Before the first task nothing has to survive this."""
        self.interrupted[host] = self.interrupted.get(host, 0) + 1
        if not self.wizard.said(": started"):
            self.excused = True

    # From the start to the end

    def settle(self):
        """Nothing is in the way any more, and all hosts are there."""
        for host, process in self.background.items():
            process.wait(TOO_LONG)
            self.note(f"{host}: is back")
        for host, (address, _) in self.lab.hosts.items():
            wait_until(TOO_LONG, lambda host=host: self.lab.is_up(host), f"{host} is up")

    def end_of_life(self, what):
        if not self.wizard.until(time.monotonic() + END):
            self.wizard.kill()
            raise Failure(f"{what} hangs: no end within {END} s")
        self.note(f"{what} ended with {self.wizard.status()} after {self.wizard.seconds():.1f} s")

    def go(self, environment=None):
        """Fresh hosts, the install, the events, and the end of the program; its status."""
        self.lab.fresh()
        self.began = time.monotonic()
        self.start(environment)
        for event in self.events:
            if event.since:
                self.watched.append(event)
            else:
                self.plan(event, self.began)
        self.live()
        self.settle()
        self.end_of_life("the install")
        return self.wizard.status()

    def resume(self):
        """Once more, without interference: it has to be done then. Its seconds."""
        self.start()
        self.end_of_life("the resumed install")
        if self.wizard.status() != DONE:
            raise Failure(f"resumed, it ends with {self.wizard.status()}")
        return self.wizard.seconds()

    def ended_cut_off(self):
        """Whether a cable was out as the program ended, or so short a time before that the host was not
        yet connected to again. It cannot take its lock off that host then, where it expires; who comes
        next takes it off."""
        return self.cut_until > 0 and self.cut_until + RECONNECTS > self.wizard.ended

    def whole(self, wanted):
        """All of it, judged."""
        status = self.go()
        if status != DONE and not self.excused:
            raise Failure(f"not killed, with room on its disk, it ends with {status}")
        if status != DONE or self.ended_cut_off():
            self.resume()
        picture.judge(self.lab, wanted, self.interrupted)

    def keep(self, why):
        """What somebody wants to know about a run that failed."""
        with open(f"{self.folder}/events", "w", encoding="utf-8") as file:
            file.write("\n".join(self.had + [f"FAILED: {why}", ""]))
        for host in self.lab.hosts:
            done = self.lab.command("exec", host, "--", "journalctl", "-o", "short-iso-precise", "--no-pager")
            with open(f"{self.folder}/{host}.journal", "w", encoding="utf-8") as file:
                file.write(done.stdout)
        subprocess.run(["cp", "-r", self.lab.folder, f"{self.folder}/state"], check=False)
        for name in ("token",):
            path = f"{self.folder}/state/{name}"
            if os.path.exists(path):
                os.unlink(path)
