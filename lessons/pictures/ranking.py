"""A leaderboard."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RankRow", "Ranking"]


@dataclass(frozen=True, slots=True)
class RankRow:
    """One member of a ranking; rank 0 is the best."""

    name: str
    points: float
    rank: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A leaderboard, best first. Rows keep their identity by name, so that they can glide to a new rank."""

    title: str
    rows: tuple[RankRow, ...]
    unit: str = "points"
    highlight: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        rows = ", ".join(f"{row.rank + 1}. {row.name} {row.points:g} {self.unit}" for row in self.rows)
        return f"{self.title}: {rows or 'empty'}."
