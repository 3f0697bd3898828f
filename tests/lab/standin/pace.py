# SPDX-License-Identifier: Apache-2.0
"""How long the phases of a start take: the seconds that the real RKE2 v1.34.9 took for them (three
servers and an agent, two cores), all with one factor. So what overlaps with what in a lab does so
with the real one."""
import time

import faults

BEGUN = time.monotonic()

# Seconds from the start of a server.
LISTENS = 4          # the supervisor, with 503 as its answer
KUBELET = 10         # containerd and the kubelet run
ETCD = 22            # the images are imported, and etcd runs in its pod
FOUNDER = 28         # the only member of a new cluster answers
AGAIN_ETCD = 4       # with the data of an earlier start
AGAIN_API = 60

# Seconds after something else.
LEARNER = 5          # from the addition to a running etcd, when the images are there
API = 15             # from the first answer of etcd as a voter to an API server that is ready
UP = 3               # from there to "up and running"
NODE = 2             # from the Node object, which comes with the API server, to a Ready one: the first server
JOINED_NODE = 9      # and those that joined (0 to 18)
AGENT_KUBELET = 5    # of an agent, from the first answer of a server
AGENT_NODE = 2       # from its Node object to a Ready one
AGENT_IMPORT = 15    # from its kubelet to all images being imported: only then its unit is up
RETRY = 8            # between two questions of an agent for its configuration (6 to 10)
ASK = 3              # between two questions of a joiner whether it may be a member
PROMOTION = 15       # how often the leader looks at its learner
CONDITION = 20       # and writes the condition EtcdIsVoter of all


def scaled(seconds):
    return seconds * faults.seconds("pace")


def sleep(seconds):
    time.sleep(scaled(seconds))


def at_least(fault, seconds):
    """A time that the lab can make longer."""
    return max(faults.seconds(fault), scaled(seconds))


def until(seconds, begun=BEGUN):
    """Sleeps until so many seconds after a moment, the start of the process; not at all when they are over."""
    time.sleep(max(0.0, begun + scaled(seconds) - time.monotonic()))
