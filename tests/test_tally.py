"""Every pattern is held to its contract on every backend, and the tally of that can be trusted."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import tally

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def collected() -> tally.Tally:
    """What a run of all tests of the patterns would count if every test passed."""
    program = (
        "import pytest, sys\n"
        "from tests import tally\n"
        "class Listen:\n"
        "    def pytest_collection_finish(self, session):\n"
        "        for item in session.items:\n"
        "            for _, value in item.user_properties:\n"
        "                print('COUNTED', value)\n"
        "options = ['--collect-only', '-qq', '-p', 'no:cacheprovider', 'tests/patterns']\n"
        "sys.exit(pytest.main(options, [Listen()]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = [
        line.removeprefix("COUNTED ") for line in done.stdout.splitlines() if line.startswith("COUNTED ")
    ]
    return tally.count([[(tally.PROPERTY, line)] for line in lines])


def test_every_pattern_is_held_to_its_contract_on_every_backend(collected: tally.Tally) -> None:
    assert tally.missing(collected, ROOT) == []


def test_a_pattern_without_a_test_on_a_backend_is_named(collected: tally.Tally) -> None:
    del collected["leaderboard", "cluster"]
    assert "leaderboard on cluster" in tally.missing(collected, ROOT)


def test_the_table_counts_what_passed() -> None:
    lines = tally.table(Counter({("geo", "redis"): 3, ("lock", "redis"): 2, ("lock", "cluster"): 1}))
    assert [line.split() for line in lines[1:]] == [
        ["geo", "3", "0", "0"],
        ["lock", "2", "0", "1"],
        ["2", "patterns", "5", "0", "1"],
    ]


@pytest.mark.parametrize(
    ("module", "slug"),
    [
        ("test_graph", "graph"),
        ("test_graph_edges", "graph"),
        ("test_graph_search", "graph_search"),
        ("test_graph_search_index", "graph_search"),
        ("test_graphs", None),
        ("test_wire", None),
    ],
)
def test_a_module_counts_for_the_pattern_that_its_name_begins_with(module: str, slug: str | None) -> None:
    assert tally.pattern_of(module, ["graph", "graph_search"]) == slug
