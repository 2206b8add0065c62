"""Rows against columns: who received what, which measure stops which failure."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.pictures.words import Tone, listed, sentence, toned

__all__ = ["Cell", "Matrix", "MatrixRow"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A short mark ("got", "missed", "2x", "yes") and what it means."""

    mark: str
    tone: Tone = "plain"
    note: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A name and one cell for each column."""

    name: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A grid of short marks. `corner` says what rows and columns are: "subscriber / message"."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    corner: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"{self.title}: the row {row.name!r} has {len(row.cells)} cells "
                    f"for {len(self.columns)} columns"
                )

    @property
    def text(self) -> str:
        rows = (self._row_in_words(row) for row in self.rows)
        return sentence(f"{self.title}: {listed(rows, 'nothing yet', '. ')}", self.note)

    def _row_in_words(self, row: MatrixRow) -> str:
        cells = (
            toned(f"{column}: {cell.mark or 'nothing'}", cell.tone, cell.note)
            for column, cell in zip(self.columns, row.cells, strict=True)
        )
        return f"{toned(row.name, 'plain', row.note)}: {listed(cells, 'nothing')}"
