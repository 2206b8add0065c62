"""How many contract tests ran for each pattern on each backend: printed at the end of every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BACKENDS = {"redis": "redis", "raw_redis": "redis", "fake": "fakeredis", "cluster_redis": "cluster"}
COLUMNS = ("redis", "fakeredis", "cluster")
PROPERTY = "contract"

Tally = Counter[tuple[str, str]]


def note(items: Iterable[pytest.Item]) -> None:
    """Write on each test of a pattern which pattern and which backend it is about."""
    slugs = _slugs(ROOT)
    for item in items:
        if item.path.parent.name == "patterns" and (slug := pattern_of(item.path.stem, slugs)):
            for backend in sorted(_backends(item)):
                item.user_properties.append((PROPERTY, f"{slug} {backend}"))


def pattern_of(module: str, slugs: Iterable[str]) -> str | None:
    """The pattern that a module of tests is about: `test_<slug>`, or `test_<slug>_<what it holds>`."""
    name = module.removeprefix("test_")
    return max((slug for slug in slugs if f"{name}_".startswith(f"{slug}_")), key=len, default=None)


def _slugs(root: Path) -> list[str]:
    return sorted(path.parent.name for path in (root / "patterns").glob("*/__init__.py"))


def _backends(item: pytest.Item) -> set[str]:
    """The backends whose fixtures a test asks for, by itself or as a parameter."""
    spec = getattr(item, "callspec", None)
    params = (spec.params if spec else {}).values()
    # A parameter may be a version and the client that it runs on.
    parts = [part for value in params for part in (value if isinstance(value, tuple) else (value,))]
    chosen = [part for part in parts if isinstance(part, str)]
    # A parametrised client asks for its fixture by name when it runs.
    asked = [*chosen, *item.fixturenames] if spec else list(item.fixturenames)
    return {BACKENDS[name] for name in asked if name in BACKENDS}


def count(properties: Iterable[Iterable[tuple[str, object]]]) -> Tally:
    """The tests that passed, by pattern and backend."""
    tally: Tally = Counter()
    for one in properties:
        for name, value in one:
            if name == PROPERTY:
                slug, backend = str(value).split()
                tally[slug, backend] += 1
    return tally


def table(tally: Tally) -> list[str]:
    """A line for each pattern, and the sum."""
    slugs = sorted({slug for slug, _ in tally})
    lines = [f"{'contract tests passed':<24}" + "".join(f"{column:>12}" for column in COLUMNS)]
    for slug in slugs:
        lines.append(f"{slug:<24}" + "".join(f"{tally[slug, column]:>12}" for column in COLUMNS))
    sums = (sum(tally[slug, column] for slug in slugs) for column in COLUMNS)
    return [*lines, f"{f'{len(slugs)} patterns':<24}" + "".join(f"{number:>12}" for number in sums)]


def missing(tally: Tally, root: Path) -> list[str]:
    """Patterns that no test holds to their contract on a backend."""
    return [f"{slug} on {column}" for slug in _slugs(root) for column in COLUMNS if not tally[slug, column]]
