"""Answers the shorts of random networks with a MaxSAT solver (python-sat's RC2), by layers of reachability instead of cuts or states.

Reads one JSON document on standard input: a list of cases, each a network and, by pair of rails, the least actuated that brute
force found. Prints one line; ends with 1 at the first difference.
"""

import itertools
import json
import sys

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF


class Network:
    def __init__(self, case):
        self.case = case
        above = list(range(case["nodes"]))

        def find(node):
            while above[node] != node:
                node = above[node]
            return node

        for a, b in case["conductors"] + [contact["ends"] for contact in case["contacts"] if not contact["literals"]]:
            above[find(a)] = find(b)
        self.net = [find(node) for node in range(case["nodes"])]
        self.edges = [
            (self.net[contact["ends"][0]], self.net[contact["ends"][1]], contact["literals"])
            for contact in case["contacts"]
            if contact["literals"] and self.net[contact["ends"][0]] != self.net[contact["ends"][1]]
        ]
        self.at_home = [self.net[rail["node"]] == self.net[case["references"][rail["reference"]]] for rail in case["rails"]]

    def near(self, start):
        """Nets that all contacts, closed at once, join to one: no way is longer than their number."""
        near = {start}
        while True:
            more = {end for x, y, _ in self.edges for end in (x, y) if x in near or y in near} - near
            if not more:
                return near
            near |= more

    def conflict(self, i, j):
        """None, "hard" or the two nodes that must be joined as well."""
        a, b = self.case["rails"][i], self.case["rails"][j]
        if a["mains"] != b["mains"]:
            return "hard"
        if a["reference"] == b["reference"]:
            return "hard" if a["level"] != b["level"] or (a["gives"] and b["gives"]) else None
        owned = [
            any(home and rail["reference"] == of["reference"] for home, rail in zip(self.at_home, self.case["rails"]))
            for of in (a, b)
        ]
        if (self.at_home[i] and owned[1]) or (self.at_home[j] and owned[0]):
            return None
        references = [self.case["references"][rail["reference"]] for rail in (a, b)]
        return "hard" if self.net[references[0]] == self.net[references[1]] else references


class Question:
    """Clauses over the network's variables, 1 to n, and whatever it takes above them."""

    def __init__(self, network):
        self.network = network
        self.formula = WCNF()
        self.last = len(network.case["variables"])
        for at, variable in enumerate(network.case["variables"], 1):
            if variable["weight"]:
                self.formula.append([at if variable["rest"] else -at], weight=variable["weight"])
        for clause in network.case["clauses"]:
            self.formula.append(clause)
        self.closed = []
        for _, _, literals in network.edges:
            closed = literals[0] if len(literals) == 1 else self.new()
            if len(literals) > 1:
                for literal in literals:
                    self.formula.append([-closed, literal])
            self.closed.append(closed)
        for supply in network.case["supplies"]:
            ways = []
            for pairs in supply["any_of"]:
                way = self.new()
                ways.append(way)
                for a, b in pairs:
                    self.formula.append([-way, self.joined(a, b)])
            self.formula.append([-supply["when"]] + ways)

    def new(self):
        self.last += 1
        return self.last

    def joined(self, a, b):
        """A literal that is true only in states that join two nodes."""
        start, goal = self.network.net[a], self.network.net[b]
        true = self.new()
        self.formula.append([true])
        if start == goal:
            return true
        near = self.network.near(start)
        if goal not in near:
            return -true
        edges = [(edge, closed) for edge, closed in zip(self.network.edges, self.closed) if edge[0] in near]
        layer = {start: true}
        for _ in range(len(near) - 1):
            above = {}
            for net in near:
                if net == start:
                    above[net] = true
                    continue
                because = [layer[net]] if net in layer else []
                for (x, y, _), closed in edges:
                    other = y if x == net else x if y == net else None
                    if other in layer:
                        step = self.new()
                        self.formula.append([-step, layer[other]])
                        self.formula.append([-step, closed])
                        because.append(step)
                if because:
                    above[net] = self.new()
                    self.formula.append([-above[net]] + because)
            layer = above
        return layer[goal]

    def least(self, pairs):
        """The least weight of what differs from rest in an admissible state that joins all pairs; None if none does."""
        for a, b in pairs:
            joined = self.joined(a, b)
            if joined < 0:
                return None
            self.formula.append([joined])
        with RC2(self.formula) as solver:
            return solver.cost if solver.compute() else None


def main():
    pairs = joinable = 0
    for case in json.load(sys.stdin):
        network = Network(case)
        told = {(i, j): actuated for i, j, actuated in case["least"]}
        for i, j in itertools.combinations(range(len(case["rails"])), 2):
            a, b = (case["rails"][rail]["node"] for rail in (i, j))
            conflict = network.conflict(i, j)
            if conflict is None or network.net[a] == network.net[b]:
                continue
            wanted = [(a, b)] + ([] if conflict == "hard" else [conflict])
            apart = any(network.net[y] not in network.near(network.net[x]) for x, y in wanted)
            least = None if apart else Question(network).least(wanted)
            pairs += 1
            joinable += least is not None
            if least != told.pop((i, j), None):
                print(f"{case['name']}: rails {i} and {j}: {least} here, and brute force says {case['least']}")
                return 1
        if told:
            print(f"{case['name']}: brute force also joins {told}")
            return 1
    print(f"{pairs} pairs of rails, {joinable} of them joinable: no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
