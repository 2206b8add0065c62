"""The cheat sheet has all twenty, every cell, and a file that needs nothing but itself."""

from __future__ import annotations

import re

from lessons.cheatsheet import COLUMNS, COMMANDS, printable, rows
from patterns import catalogue

ROWS = rows()


def test_every_pattern_has_a_row_with_every_cell() -> None:
    assert {row.slug for row in ROWS} == set(catalogue.patterns()) == set(COMMANDS)
    for row in ROWS:
        assert len(row.cells) == len(COLUMNS)
        assert all(row.cells), row
        assert row.sources, row.slug


def test_what_a_failover_takes_is_told_without_the_heading() -> None:
    board = next(row for row in ROWS if row.slug == "leaderboard")
    assert board.failure.startswith("The points of the last moments go")
    lock = next(row for row in ROWS if row.slug == "distributed_lock")
    assert lock.failure.startswith("When the primary dies before its replica has heard")


def test_no_link_or_mark_up_is_left_in_a_cell() -> None:
    for row in ROWS:
        assert not re.search(r"\]\(|\*\*|`", " ".join(row.cells)), row.slug


def test_the_file_holds_everything_and_asks_for_nothing() -> None:
    page = printable(ROWS)
    assert page.count("<tr>") == len(ROWS) + 1
    assert "size: A4 landscape" in page
    assert not re.search(r"<(?:script|link|img|iframe)|url\(|@import|src=", page)
    assert all(row.title.replace("&", "&amp;") in page for row in ROWS)


def test_what_is_written_in_a_cell_cannot_become_mark_up() -> None:
    from dataclasses import replace

    assert "<b>" not in printable([replace(ROWS[0], invariant="<b>bold</b>")])
