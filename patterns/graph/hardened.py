"""A graph in the server's module: an edge is one thing, and nobody comes between the look and the write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis.exceptions import ResponseError

from patterns.graph.cypher import parameters
from patterns.graph.edges import MOST_EDGES, Circle, TooLarge, UnknownSkill, learning_order, skill_name
from patterns.wire import Client, tag, text

__all__ = ["SkillGraph"]

ADD = "MERGE (s:Skill {name: $skill})"

# The module runs one writing query after the other, each as a whole, if each is a command of its own. In
# MULTI or in a script it runs beside that queue, and two of them can close a circle. shortestPath visits
# every skill once at most; the pattern (p)-[:NEEDS*]->(s) would try every way there is, and there can be
# very many.
REQUIRE = """
MATCH (s:Skill {name: $skill}), (p:Skill {name: $prerequisite})
WITH s, p, s = p OR shortestPath((p)-[:NEEDS*1..]->(s)) IS NOT NULL AS circle
FOREACH (_ IN CASE WHEN circle THEN [] ELSE [1] END | MERGE (s)-[:NEEDS]->(p))
RETURN circle
"""
# Each row of an answer says how many rows there are: where RESULTSET_SIZE is set, the server leaves rows out
# and does not say so.
PREREQUISITES = f"""
MATCH (s:Skill {{name: $skill}})
CALL algo.BFS(s, -1, 'NEEDS') YIELD nodes
UNWIND nodes + [s] AS one
MATCH (one)-[:NEEDS]->(needed)
WITH one, needed LIMIT {MOST_EDGES + 1}
WITH collect([one.name, needed.name]) AS found
UNWIND found AS edge
RETURN size(found), edge[0], edge[1]
"""
UNLOCKED_BY = f"""
MATCH (s:Skill)-[:NEEDS]->(:Skill {{name: $skill}})
WITH s LIMIT {MOST_EDGES + 1}
WITH collect(s.name) AS found
UNWIND found AS one
RETURN size(found), one
"""
PATH = f"""
MATCH (goal:Skill {{name: $goal}}), (known:Skill {{name: $known}})
WITH nodes(shortestPath((goal)-[:NEEDS*1..]->(known))) AS way
UNWIND way AS one
RETURN size(way), one.name LIMIT {MOST_EDGES + 1}
"""


class SkillGraph:
    """Skills, what each needs and what each opens."""

    def __init__(self, redis: Client, name: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.key = f"{namespace}graph:{{{tag('name', name)}}}"

    def make_index(self) -> bool:
        """Let skills be found by name without a look at each of them; False if that is so already.

        Call it when you set a graph up. Without it all is right, and slow from some ten thousand skills on.
        """
        try:
            self._ask("GRAPH.QUERY", "CREATE INDEX FOR (s:Skill) ON (s.name)")
        except ResponseError as error:
            if "already indexed" in str(error):
                return False
            raise
        return True

    def add_skill(self, skill: str) -> bool:
        """Add a skill; say whether it is new."""
        *_, statistics = self._ask("GRAPH.QUERY", ADD, skill=skill_name(skill))
        return any(text(line).startswith("Nodes created") for line in statistics)

    def require(self, skill: str, prerequisite: str) -> None:
        """Say that `prerequisite` must be learned before `skill`.

        Refused as the first thing that a graph is asked, it leaves an empty graph behind.
        """
        names = {"skill": skill_name(skill), "prerequisite": skill_name(prerequisite)}
        _, rows, _ = self._ask("GRAPH.QUERY", REQUIRE, **names)
        if not rows:
            raise UnknownSkill(f"{skill!r} and {prerequisite!r} must both be skills")
        if text(rows[0][0]) == "true":
            raise Circle(f"{prerequisite!r} needs {skill!r} already")

    def prerequisites(self, skill: str) -> list[str]:
        """All that must be learned before, directly and indirectly, in an order in which that is possible."""
        edges = self._rows(PREREQUISITES, skill=skill_name(skill))
        return learning_order([(one, needed) for one, needed in edges], skill)

    def unlocked_by(self, skill: str) -> list[str]:
        """The skills that need this one directly, by the alphabet."""
        return sorted(one for (one,) in self._rows(UNLOCKED_BY, skill=skill_name(skill)))

    def path(self, known: str, goal: str) -> list[str] | None:
        """A shortest way from a skill one has to a skill one wants, both included; None if there is none."""
        ends = {"known": skill_name(known), "goal": skill_name(goal)}
        if known == goal:
            return [goal]
        way = [one for (one,) in self._rows(PATH, **ends)]
        return way[::-1] or None

    def _rows(self, query: str, **values: str) -> list[list[str]]:
        """What a reading query returns; nothing for a graph that nobody has begun."""
        try:
            _, rows, _ = self._ask("GRAPH.RO_QUERY", query, **values)
        except ResponseError as error:
            if "empty key" in str(error):
                return []
            raise
        if len(rows) > MOST_EDGES:
            raise TooLarge(f"more than {MOST_EDGES:,} edges can be reached from here")
        if rows and int(rows[0][0]) > len(rows):
            raise TooLarge(
                f"the server's RESULTSET_SIZE lets {len(rows):,} of {int(rows[0][0]):,} rows through"
            )
        return [[text(value) for value in row] for _, *row in rows]

    def _ask(self, command: str, query: str, **values: str) -> Any:
        send: Callable[..., Any] = self.redis.execute_command
        return send(command, self.key, parameters(values) + query if values else query)
