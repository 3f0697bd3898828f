# SPDX-License-Identifier: Apache-2.0
"""What RKE2 writes where releases differ: until 1.32 the HTTP status, later the message in it."""
import web

NEW = 33  # minor release; 1.33.6 and 1.34.9 are known to write so

# Too many requests are turned down before RKE2's own handlers, which give no message then.
MESSAGES = {401: "not authorized", 403: "forbidden", 503: "runtime core not ready"}

# The places in RKE2's structures that "critical configuration mismatched" names.
PLACES = {
    "cluster-cidr": ("ClusterIPRange.IP.slice[13]", "ClusterIPRanges.slice[0].IP.slice[13]"),
    "service-cidr": ("ServiceIPRange.IP.slice[13]", "ServiceIPRanges.slice[0].IP.slice[13]"),
    "cluster-dns": ("ClusterDNSs.slice[0].slice[13]", "ClusterDNS.slice[13]"),
    "cluster-domain": ("ClusterDomain",),
    "egress-selector-mode": ("EgressSelectorMode",),
}


def is_new(version):
    return int(version.split(".")[1]) >= NEW


# From these patches on a joiner waits for the one before it instead of ending (May 2023).
QUEUE = {24: 14, 25: 10, 26: 5, 27: 2}


def queues_learners(version):
    minor, patch = (int(n) for n in version.split("+")[0].split("-")[0].split(".")[1:3])
    return minor > 27 or patch >= QUEUE.get(minor, 1000)


def preparing(version):
    return "Error: preparing server: " if is_new(version) else "starting kubernetes: preparing server: "


def refused(version, url, status):
    """Why a request was turned down that got this status."""
    if is_new(version) and status in MESSAGES:
        return MESSAGES[status]
    return f"{url}: {status} {web.REASONS.get(status, '')}".rstrip()


def places(key):
    return PLACES.get(key, (key,))
