# SPDX-License-Identifier: Apache-2.0
"""What happens to an install, by a seed: up to three events, each at a moment, in seconds from its
start; now and then one is counted from when a server has become a learner of etcd, or a voter, since
that is the moment in which it can take the others along. The same seed and number give the same events on every machine."""
import random
from dataclasses import dataclass

HOSTS = ("ha-m1", "ha-m2", "ha-m3", "ha-w1")
SPAN = 13.0  # an undisturbed install takes about so long


@dataclass(frozen=True)
class Event:
    at: float
    kind: str      # kill, cable, reboot, power, sshd, disk
    host: str = ""
    lasts: float = 0.0  # cable, disk: until it is put back; kill: until the program is started again
    since: str = ""     # "learner", "voter": from when the host is one; else from the start

    def __str__(self):
        text = (f"{self.host} {self.since} +" if self.since else "") + f"{self.at:.2f} {self.kind}"
        if self.host:
            text += f" {self.host}"
        return text + (f" for {self.lasts:.2f}" if self.lasts else "")


KINDS = ("kill", "kill", "cable", "cable", "reboot", "power", "sshd", "disk")
MOMENTS = ("learner", "voter")
AT_MOMENT = ("kill", "cable", "reboot", "power", "power")
LASTS = {"kill": (0.0, 2.0), "cable": (0.3, 12.0), "disk": (0.5, 6.0)}


def draw_moment(dice):
    """One that strikes a server in the middle of its join, or just after it."""
    kind = dice.choice(AT_MOMENT)
    lasts = round(dice.uniform(*LASTS[kind]), 2) if kind in LASTS else 0.0
    return Event(round(dice.uniform(0.0, 0.8), 2), kind, dice.choice(("ha-m2", "ha-m3")), lasts, dice.choice(MOMENTS))


def draw(seed, number):
    """The events of run number, by time."""
    dice = random.Random(f"{seed}/{number}")
    events = []
    for _ in range(dice.randint(1, 3)):
        kind = dice.choice(KINDS)
        host = dice.choice(HOSTS) if kind in ("cable", "reboot", "power", "sshd") else ""
        lasts = round(dice.uniform(*LASTS[kind]), 2) if kind in LASTS else 0.0
        events.append(Event(round(dice.uniform(0.0, SPAN), 2), kind, host, lasts))
    if dice.random() < 0.4:
        events[-1] = draw_moment(dice)
    return sorted(events, key=lambda event: event.at)
