#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""PowerDNS pipe backend of the lab: answers from the zone file, bent by the mode.

Protocol: PowerDNS docs, "Pipe backend", ABI version 1. The folder given as the
argument holds `zone` (lines: host|server|agent NAME ADDRESS) and `mode`.
"""
import sys

TTL = 60
SOA = "ns.lab. hostmaster.lab. 1 3600 600 86400 60"


def read_zone(folder):
    hosts, servers, agents, name = {}, [], [], ""
    with open(folder + "/zone") as lines:
        for line in lines:
            kind, owner, address = line.split()
            if kind == "host":
                hosts[owner.lower()] = address
            else:
                name = owner.lower()
                (servers if kind == "server" else agents).append(address)
    return hosts, servers, agents, name


class Backend:
    def __init__(self, folder):
        self.folder = folder
        self.hosts, self.servers, self.agents, self.name = read_zone(folder)
        self.turn = 0

    def mode(self):
        with open(self.folder + "/mode") as file:
            return file.read().split() or ["all"]

    def registration(self, mode, asker):
        """Addresses of the registration name; None means the name is not known."""
        kind, arguments = mode[0], mode[1:]
        if kind == "nxdomain":
            return None
        if kind == "missing":
            return [a for a in self.servers if a not in arguments]
        if kind == "extra":
            return self.servers + arguments
        if kind == "agent":
            return (self.servers + self.agents)[1:len(self.servers) + 1]
        if kind == "split" and asker == arguments[0]:
            return arguments[1:]
        return self.servers

    def answer(self, name, qtype, asker):
        mode = self.mode()
        ttl = int(mode[1]) if mode[0] == "ttl" else TTL
        if name == self.name:
            addresses = self.registration(mode, asker)
            if addresses is None:
                return
            if qtype in ("A", "ANY") and mode[0] != "aaaa":
                # PowerDNS asks ANY and then shuffles: rotation happens here.
                if mode[0] == "one" and addresses:
                    self.turn += 1
                    addresses = [addresses[self.turn % len(addresses)]]
                for address in addresses:
                    yield "A", ttl, address
            if qtype in ("AAAA", "ANY") and mode[0] == "aaaa":
                for address in addresses:
                    yield "AAAA", ttl, "fd00:205::" + address.rsplit(".", 1)[1]
        elif name in self.hosts and qtype in ("A", "ANY"):
            yield "A", ttl, self.hosts[name]

    def zone_of(self, name):
        """Each known name is a zone of its own; `lab` holds everything else."""
        if name == self.name or name in self.hosts:
            return name
        return ""

    def run(self):
        hello = sys.stdin.readline().split()
        if hello[:1] != ["HELO"]:
            print("FAIL", flush=True)
            return
        print("OK\tlab", flush=True)
        for line in sys.stdin:
            fields = line.rstrip("\n").split("\t")
            if fields[0] == "Q":
                self.question(*fields[1:6])
            print("END", flush=True)

    def question(self, qname, _qclass, qtype, _number, asker):
        name = qname.lower().rstrip(".")
        kind = self.mode()[0]
        refused = kind == "refused" and name == self.name
        if qtype in ("SOA", "ANY") and not refused:
            # The root zone makes unknown names NXDOMAIN instead of REFUSED.
            if name == "" and kind != "refused":
                print(f"DATA\t{qname}\tIN\tSOA\t{TTL}\t1\t{SOA}")
            elif self.zone_of(name) and not (kind == "nxdomain" and name == self.name):
                print(f"DATA\t{qname}\tIN\tSOA\t{TTL}\t1\t{SOA}")
        if qtype != "SOA" and not refused:
            for record, ttl, content in self.answer(name, qtype, asker):
                print(f"DATA\t{qname}\tIN\t{record}\t{ttl}\t1\t{content}")


if __name__ == "__main__":
    Backend(sys.argv[1]).run()
