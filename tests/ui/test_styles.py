"""The style sheets of components and charts keep what scrolls from lengthening the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "ui"
SHEETS = sorted([*UI.glob("components/*.css"), *UI.glob("charts/*.css")])
KIT = (UI / "components/kit.css").read_text(encoding="utf-8")
POSITIONED = re.compile(r"position:\s*(relative|absolute|fixed|sticky)")


def boxes(sheet: str) -> list[tuple[str, str]]:
    """(selector, rules) of everything that scrolls."""
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    found = re.findall(r"([^{}]+)\{([^{}]*)\}", plain)
    return [
        (one.strip(), rules) for one, rules in found if re.search(r"overflow(-[xy])?:\s*(auto|scroll)", rules)
    ]


def holds(selector: str, rules: str) -> bool:
    """Whether spoken words, which are placed absolutely, are placed within this box."""
    kept = any(f".ks {one}" in KIT and selector.endswith(one) for one in (".panel", ".scroll", ".list"))
    return kept or bool(POSITIONED.search(rules))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_box_that_scrolls_holds_what_is_spoken_in_it(sheet: Path) -> None:
    loose = [one for one, rules in boxes(sheet.read_text(encoding="utf-8")) if not holds(one, rules)]
    assert loose == []


def test_a_box_that_lets_words_out_is_noticed() -> None:
    assert boxes(".a { color: red; } .b { max-height: 3rem; overflow: auto; }") == [
        (".b", " max-height: 3rem; overflow: auto; ")
    ]
    assert not holds(".ks-b .rows", "overflow: auto;")
    assert holds(".ks-b .rows", "overflow: auto; position: relative;")


def test_the_kit_places_panels_scrolls_and_lists() -> None:
    assert re.search(r"\.ks \.panel, \.ks \.scroll, \.ks \.list \{ position: relative; \}", KIT)
