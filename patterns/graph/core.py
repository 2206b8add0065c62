"""The same graph on core types: all edges in one sorted set, walked by a script.

A member is three names, so that the edges of one skill stand together and are read as a range of the
alphabet, and one ZADD writes both directions. It is one key for all, because a script should be told its
keys beforehand (Redis promises nothing for others), and a walk cannot know where it will come to.
"""

from __future__ import annotations

from typing import Any

from patterns.catalogue import lua
from patterns.graph.edges import (
    MOST_EDGES,
    Circle,
    Edge,
    TooLarge,
    UnknownSkill,
    learning_order,
    route,
    skill_name,
)
from patterns.wire import Client, tag, text

__all__ = ["CoreSkillGraph"]


class CoreSkillGraph:
    """Skills, what each needs and what each opens."""

    def __init__(self, redis: Client, name: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.base = f"{namespace}graph:{{{tag('name', name)}}}"
        self.skills, self.edges = f"{self.base}:skills", f"{self.base}:edges"
        self._require = redis.register_script(lua(__file__, "require"))
        self._walk_from = redis.register_script(lua(__file__, "walk"))

    def add_skill(self, skill: str) -> bool:
        """Add a skill; say whether it is new."""
        return bool(self.redis.sadd(self.skills, skill_name(skill)))

    def require(self, skill: str, prerequisite: str) -> None:
        """Say that `prerequisite` must be learned before `skill`."""
        args: list[str | int] = [skill_name(skill), skill_name(prerequisite), MOST_EDGES]
        outcome = text(self._require(keys=[self.skills, self.edges], args=args))
        if outcome == "unknown":
            raise UnknownSkill(f"{skill!r} and {prerequisite!r} must both be skills")
        if outcome == "circle":
            raise Circle(f"{prerequisite!r} needs {skill!r} already")
        if outcome == "too large":
            raise TooLarge(f"more than {MOST_EDGES:,} edges can be reached from {prerequisite!r}")

    def prerequisites(self, skill: str) -> list[str]:
        """All that must be learned before, directly and indirectly, in an order in which that is possible."""
        return learning_order(self._walk("needs", skill), skill)

    def unlocked_by(self, skill: str) -> list[str]:
        """The skills that need this one directly, by the alphabet."""
        return sorted(other for _, other in self._walk("opens", skill, steps=1))

    def path(self, known: str, goal: str) -> list[str] | None:
        """A shortest way from a skill one has to a skill one wants, both included; None if there is none."""
        skill_name(goal)
        return route(self._walk("opens", known), known, goal)

    def _walk(self, direction: str, start: str, steps: int = MOST_EDGES + 1) -> list[Edge]:
        """The edges within so many steps, breadth first; a deeper way has more edges than are allowed."""
        found: Any = self._walk_from(
            keys=[self.edges], args=[direction, skill_name(start), MOST_EDGES, steps]
        )
        if found is None:
            raise TooLarge(f"more than {MOST_EDGES:,} edges can be reached from {start!r}")
        return [(text(one), text(other)) for one, other in zip(found[::2], found[1::2], strict=True)]
