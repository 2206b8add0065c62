"""The catalogue finds every folder, holds each to the rules, and names the one that breaks them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from patterns import catalogue
from patterns.catalogue import BrokenPattern, Card, Pattern

ROOT = Path(__file__).parents[2]
CARD = '''"""Stock: sell what you have.

Guarantee  Never more sold
           than stocked.
Breaks     - by looking first
           - by hoping
Keys       - stock:{sku}
Cost       One round trip.
Cluster    One slot.
"""
'''
PATTERN = """
from patterns.catalogue import Anomaly, Pattern
class Naive:
    def take(self): ...
class Hardened:
    def take(self): ...
PATTERN = Pattern("Stock", Naive, Hardened, (Anomaly("oversold", "Two buyers, one pair."),))
"""
SCRIPT = "-- take(keys=[stock], args=[]) -> 1 taken, 0 sold out\n-- One script, because.\nreturn 1\n"
Toy = Callable[..., str]


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """Writes a package of one pattern, with some of its files replaced, and gives its name."""

    def write(**files: str) -> str:
        package = tmp_path / f"toy{len(list(tmp_path.iterdir()))}"
        folder = package / "stock"
        folder.mkdir(parents=True)
        (package / "__init__.py").touch()
        (folder / "__init__.py").write_text(files.get("init", CARD + PATTERN))
        (folder / "take.lua").write_text(files.get("script", SCRIPT))
        return package.name

    monkeypatch.syspath_prepend(tmp_path)
    yield write
    for name in [name for name in sys.modules if name.startswith("toy")]:
        del sys.modules[name]
    catalogue.patterns.cache_clear()
    catalogue.scripts.cache_clear()


def test_every_folder_is_found_under_its_name() -> None:
    folders = {path.parent.name for path in ROOT.glob("patterns/*/__init__.py")}
    assert folders
    assert set(catalogue.patterns()) == folders
    for slug, found in catalogue.patterns().items():
        assert found.slug == slug
        assert found.naive.__module__ == f"patterns.{slug}.naive"
        assert found.hardened.__module__ == f"patterns.{slug}.hardened"


def test_a_pattern_is_had_by_its_slug_and_a_wrong_slug_is_told_the_right_ones() -> None:
    assert catalogue.pattern("leaderboard").title == "Leaderboard"
    with pytest.raises(KeyError, match=r"no pattern 'leaderbord'; there are .*leaderboard"):
        catalogue.pattern("leaderbord")


def test_every_card_says_what_is_lost_when_a_primary_dies() -> None:
    for found in catalogue.patterns().values():
        assert "primary" in found.card.cluster
        assert "round trip" in found.card.cost


def test_every_script_is_known_by_the_hash_that_redis_gives_it(redis: Redis) -> None:
    on_disk = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("patterns/*/*.lua")}
    assert on_disk
    assert {script.path for script in catalogue.scripts().values()} == on_disk
    for sha, script in catalogue.scripts().items():
        assert redis.script_load(script.text) == sha


def test_naive_fits_on_a_screen_and_hardened_on_two() -> None:
    for slug in catalogue.patterns():
        assert (ROOT / "patterns" / slug / "naive.py").read_text().count("\n") <= 60
        assert (ROOT / "patterns" / slug / "hardened.py").read_text().count("\n") <= 180


def test_each_named_anomaly_is_marked_in_the_naive_version_once() -> None:
    for slug, found in catalogue.patterns().items():
        source = (ROOT / "patterns" / slug / "naive.py").read_text()
        for anomaly in found.anomalies:
            assert source.count(f"# Bug on purpose ({anomaly.name}): ") == 1, (slug, anomaly.name)
        assert source.count("# Bug on purpose") == len(found.anomalies)


def test_the_toy_is_whole(toy: Toy) -> None:
    package = toy()
    (stock,) = catalogue.patterns(package).values()
    assert isinstance(stock, Pattern)
    assert stock.card == Card(
        summary="Stock: sell what you have.",
        guarantee="Never more sold than stocked.",
        breaks="- by looking first\n- by hoping",
        keys="- stock:{sku}",
        cost="One round trip.",
        cluster="One slot.",
    )
    (script,) = catalogue.scripts(package).values()
    assert script.path == f"{package}/stock/take.lua"
    assert script.signature == "take(keys=[stock], args=[]) -> 1 taken, 0 sold out"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"init": "import nowhere"}, r"/stock: cannot be imported: ModuleNotFoundError"),
        ({"init": CARD}, r"/stock: __init__.py must define PATTERN"),
        ({"init": PATTERN}, r"/stock: the card needs the headings Guarantee, Breaks, Keys, Cost, Cluster"),
        ({"init": CARD.replace("Cost ", "Price") + PATTERN}, r"/stock: the card needs the headings"),
        ({"init": CARD.replace("One slot.", "") + PATTERN}, r"/stock: the card needs the headings"),
        (
            {"init": CARD + PATTERN.replace('(Anomaly("oversold", "Two buyers, one pair."),)', "()")},
            r"/stock: the naive version needs at least one named anomaly",
        ),
        (
            {"init": CARD + PATTERN.replace("Hardened:", "Hardened(Naive):")},
            r"/stock: naive and hardened must not inherit",
        ),
        (
            {"init": CARD + PATTERN.replace("take(self): ...\nPATTERN", "give(self): ...\nPATTERN")},
            r"/stock: hardened has no take, which naive has",
        ),
        (
            {"init": CARD + PATTERN.replace("def take(self)", "def take(self, sku)", 1)},
            r"/stock: take of hardened does not take sku",
        ),
        (
            {"init": CARD + PATTERN.replace("def take", "def __init__(self, redis): ...\n    def take", 1)},
            r"/stock: __init__ of hardened does not take redis",
        ),
        (
            {"init": CARD + PATTERN.replace('pair."),))', 'pair."),), core=type("Core", (), {}))')},
            r"/stock: core has no take, which naive has",
        ),
        ({"script": "return 1\n"}, r"/stock/take.lua: line 1 must read -- take\(keys"),
        ({"script": SCRIPT.replace("take(", "give(")}, r"/stock/take.lua: line 1 must read -- take\(keys"),
        (
            {"script": SCRIPT.replace("-- One script, because.\n", "")},
            r"/stock/take.lua: line 2 must be a comment",
        ),
    ],
)
def test_a_broken_folder_is_named(broken: dict[str, str], says: str, toy: Toy) -> None:
    package = toy(**broken)
    with pytest.raises(BrokenPattern, match=package + says):
        catalogue.patterns(package)
