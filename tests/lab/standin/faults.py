# SPDX-License-Identifier: Apache-2.0
"""What the lab ordered for this host: /etc/rke2-standin/faults, lines `name value`.

The file is read at every question, so that a change acts at once where that is sensible.
"""
FILE = "/etc/rke2-standin/faults"
TIMES = {
    "pace": 0.05,            # the factor of the times in pace.py: an install of 188 s takes 9
    # At least so long:
    "start-delay": 0.0,      # every start, before the API is up, or the agent registers
    "join-delay": 0.0,       # until a learner has caught up
    "ready-delay": 0.0,      # from registration to node Ready
    "promotion-tick": 0.0,   # between two looks of the etcd leader at its learner
    "report-delay": 0.0,     # an agent's unit is active before its kubelet's first report
    "learner-eviction": 300.0,
    "chatter": 1.0,          # between two lines without a meaning; none when not ordered
}


def read():
    found = {}
    try:
        with open(FILE, encoding="utf-8") as lines:
            for line in lines:
                name, _, value = line.strip().partition(" ")
                if name:
                    found[name] = value
    except OSError:
        pass
    return found


def is_on(name):
    return name in read()


def value(name):
    return read().get(name, "")


def seconds(name):
    try:
        return float(read().get(name, TIMES[name]))
    except ValueError:
        return TIMES[name]
