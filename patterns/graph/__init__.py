"""A graph of skills in which every edge can be walked both ways, and no skill ever needs itself.

Guarantee  An edge is there in both directions or not at all. Nobody can close a circle, however many draw
           edges at once, so there is always an order in which to learn. An answer is the graph of one moment.
           Every write may be sent again.
Breaks     When the two directions are two commands: after a crash in between a skill has a prerequisite that
           does not know it. When the circle is looked for before the edge is drawn: two edges that are fine
           alone close it together, and from then on nobody can learn either skill. So do two edges in the
           module when one is drawn in MULTI or in a script: there it does not queue behind other writers.
Keys       - graph:{name}, the graph, in the module's own type (hardened.py).
           - graph:{name}:skills, a set, and graph:{name}:edges, a sorted set with two members for an edge:
             a skill and its prerequisite in either order (core.py).
           - No TTL: it is what somebody has drawn.
Cost       One round trip for every method; in core.py the first call of a script on a server takes two more
           to load it. A walk is O(edges that can be reached). In core.py it is refused above 10,000; in the
           module that bounds the answer, and only its TIMEOUT_MAX the walk. An edge takes 200 to 300 bytes
           in core.py, by the length of its names; in the module it takes 90, and a skill 320.
Cluster    The tag {name} keeps a graph in one slot, so on one primary: a walk over several would be a round
           trip for each step, and of no moment. Graphs of different names spread. A skill with more
           than 10,000 neighbours is refused: keep such a list in a set of its own, in pages. When the
           primary dies, the last edges go, each of them whole.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.graph.core import CoreSkillGraph
from patterns.graph.edges import Circle, TooLarge, UnknownSkill
from patterns.graph.hardened import SkillGraph
from patterns.graph.naive import NaiveSkillGraph

__all__ = ["PATTERN", "Circle", "CoreSkillGraph", "NaiveSkillGraph", "SkillGraph", "TooLarge", "UnknownSkill"]

PATTERN = Pattern(
    title="Graph",
    naive=NaiveSkillGraph,
    hardened=SkillGraph,
    core=CoreSkillGraph,
    needs=frozenset({"graph"}),
    anomalies=(
        Anomaly("half edge", "The client dies between two commands, and an edge exists in one direction."),
        Anomaly("circle", "Two edges are drawn at once, and each skill needs the other for ever."),
    ),
)
