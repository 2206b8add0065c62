"""Rows with a meaning: a ledger, a comparison."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.pictures.words import Tone, listed, sentence, toned

__all__ = ["Table", "TableRow"]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One cell for each column."""

    cells: tuple[str, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; the first cell names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"{self.title}: the row {row.cells[:1]} has {len(row.cells)} cells "
                    f"for {len(self.columns)} columns"
                )

    @property
    def text(self) -> str:
        rows = (
            toned(
                listed(
                    (f"{name} {cell}" for name, cell in zip(self.columns, row.cells, strict=True)), "", ", "
                ),
                row.tone,
            )
            for row in self.rows
        )
        return sentence(f"{self.title}: {listed(rows, 'empty')}", self.note)
