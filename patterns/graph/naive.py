"""The graph most of us draw first: two sets for each skill, and an edge is a member in both."""

from __future__ import annotations

from redis import Redis

from patterns.graph.edges import Circle, Edge, UnknownSkill, learning_order, route, skill_name
from patterns.wire import tag, text

__all__ = ["NaiveSkillGraph"]


class NaiveSkillGraph:
    """Skills, what each needs and what each opens."""

    def __init__(self, redis: Redis, name: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.base = f"{namespace}graph:{{{tag('name', name)}}}"

    def add_skill(self, skill: str) -> bool:
        """Add a skill; say whether it is new."""
        return bool(self.redis.sadd(f"{self.base}:skills", skill_name(skill)))

    def require(self, skill: str, prerequisite: str) -> None:
        """Say that `prerequisite` must be learned before `skill`."""
        both = [skill_name(skill), skill_name(prerequisite)]
        if not all(self.redis.smismember(f"{self.base}:skills", both)):
            raise UnknownSkill(f"{skill!r} and {prerequisite!r} must both be skills")
        if skill == prerequisite or skill in self.prerequisites(prerequisite):
            raise Circle(f"{prerequisite!r} needs {skill!r} already")
        # Bug on purpose (circle): by now somebody may have drawn the edge that closes it.
        self.redis.sadd(f"{self.base}:needs:{skill}", prerequisite)
        # Bug on purpose (half edge): whoever dies here leaves an edge that can be walked one way only.
        self.redis.sadd(f"{self.base}:opens:{prerequisite}", skill)

    def prerequisites(self, skill: str) -> list[str]:
        """All that must be learned before, directly and indirectly, in an order in which that is possible."""
        return learning_order(self._walk("needs", skill), skill)

    def unlocked_by(self, skill: str) -> list[str]:
        """The skills that need this one directly, by the alphabet."""
        return sorted(map(text, self.redis.smembers(f"{self.base}:opens:{skill_name(skill)}")))

    def path(self, known: str, goal: str) -> list[str] | None:
        """A shortest way from a skill one has to a skill one wants, both included; None if there is none."""
        return route(self._walk("opens", known), known, skill_name(goal))

    def _walk(self, direction: str, start: str) -> list[Edge]:
        edges, seen, waiting = [], {skill_name(start)}, [start]
        while waiting:
            one = waiting.pop()
            for other in map(text, self.redis.smembers(f"{self.base}:{direction}:{one}")):
                edges.append((one, other))
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return edges
