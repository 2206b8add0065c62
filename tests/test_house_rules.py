"""The repository keeps its own rules, and each rule barks when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import house

ROOT = Path(__file__).parents[1]
RULES = (
    house.incomplete_patterns,
    house.unsigned_scripts,
    house.unused_scripts,
    house.foreign_imports,
    house.long_modules,
    house.broken_links,
    house.untested_modules,
)
Rule = Callable[[Path], Iterator[str]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_repository_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(ROOT)) == []


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A small tree that keeps every rule."""
    for folder in ("patterns/stock", "lab", "lessons/stock", "ui", "tests/patterns", "tests/lab"):
        (tmp_path / folder).mkdir(parents=True)
    card = "\n".join(f"{heading}  something." for heading in house.CARD)
    (tmp_path / "patterns/stock/__init__.py").write_text(f'"""Stock.\n\n{card}\n"""\n')
    (tmp_path / "patterns/stock/naive.py").write_text("import json\n")
    (tmp_path / "patterns/stock/hardened.py").write_text(
        'from redis import Redis\nTAKE = lua(__file__, "take")\n'
    )
    (tmp_path / "patterns/stock/take.lua").write_text(
        "-- take(keys=[stock], args=[]) -> 1 taken, 0 sold out\n"
    )
    (tmp_path / "lessons/stock/lesson.py").touch()
    (tmp_path / "tests/patterns/test_stock.py").touch()
    (tmp_path / "lab/clock.py").touch()
    (tmp_path / "tests/lab/test_clock.py").touch()
    (tmp_path / "README.md").write_text("See [the clock](lab/clock.py).\n")
    return tmp_path


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_tree_that_keeps_the_rule_hears_nothing(rule: Rule, toy: Path) -> None:
    assert list(rule(toy)) == []


@pytest.mark.parametrize(
    ("rule", "file", "text", "bark"),
    [
        (house.incomplete_patterns, "patterns/stock/__init__.py", '"""Guarantee: none."""', "'Cluster'"),
        (house.incomplete_patterns, "tests/patterns/test_stock.py", None, "write its contract"),
        (house.incomplete_patterns, "patterns/stock/naive.py", None, "naive.py is missing"),
        (house.incomplete_patterns, "lessons/stock/lesson.py", None, "no lesson runs it"),
        (house.unsigned_scripts, "patterns/stock/take.lua", "return 1\n", "must be its signature"),
        (house.unsigned_scripts, "patterns/stock/take.lua", "-- give(keys=[], args=[]) -> 1\n", "take(keys"),
        (house.unused_scripts, "patterns/stock/hardened.py", "", "nothing beside it loads it"),
        (house.foreign_imports, "patterns/stock/naive.py", "import requests\n", "imports requests"),
        (
            house.foreign_imports,
            "patterns/stock/naive.py",
            "from lab.clock import Clock\n",
            "imports lab.clock",
        ),
        (
            house.foreign_imports,
            "patterns/stock/naive.py",
            "from patterns.geo import X\n",
            "imports patterns.geo",
        ),
        (house.long_modules, "lab/clock.py", "x = 1\n" * 401, "401 lines"),
        (house.broken_links, "README.md", "[gone](lab/gone.py)", "lab/gone.py leads nowhere"),
        (house.untested_modules, "tests/lab/test_clock.py", None, "write tests/lab/test_clock.py"),
    ],
)
def test_the_rule_barks(rule: Rule, file: str, text: str | None, bark: str, toy: Path) -> None:
    if text is None:
        (toy / file).unlink()
    else:
        (toy / file).write_text(text)
    assert any(bark in breach for breach in rule(toy))


def test_a_check_over_no_patterns_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no pattern at all"):
        list(house.incomplete_patterns(tmp_path))
