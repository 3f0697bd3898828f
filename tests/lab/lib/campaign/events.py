# SPDX-License-Identifier: Apache-2.0
"""What happens to an install, by a seed: up to three events, each at a moment, in seconds from its
start. The same seed and number give the same events on every machine."""
import random
from dataclasses import dataclass

HOSTS = ("ha-m1", "ha-m2", "ha-m3", "ha-w1")
SPAN = 17.0  # an undisturbed install takes about so long


@dataclass(frozen=True)
class Event:
    at: float
    kind: str      # kill, cable, reboot, power, sshd, disk
    host: str = ""
    lasts: float = 0.0  # cable, disk: until it is put back; kill: until the program is started again

    def __str__(self):
        text = f"{self.at:.2f} {self.kind}"
        if self.host:
            text += f" {self.host}"
        return text + (f" for {self.lasts:.2f}" if self.lasts else "")


KINDS = ("kill", "kill", "cable", "cable", "reboot", "power", "sshd", "disk")
LASTS = {"kill": (0.0, 2.0), "cable": (0.3, 12.0), "disk": (0.5, 6.0)}


def draw(seed, number):
    """The events of run number, by time."""
    dice = random.Random(f"{seed}/{number}")
    events = []
    for _ in range(dice.randint(1, 3)):
        kind = dice.choice(KINDS)
        host = dice.choice(HOSTS) if kind in ("cable", "reboot", "power", "sshd") else ""
        lasts = round(dice.uniform(*LASTS[kind]), 2) if kind in LASTS else 0.0
        events.append(Event(round(dice.uniform(0.0, SPAN), 2), kind, host, lasts))
    return sorted(events, key=lambda event: event.at)
