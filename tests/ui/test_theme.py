"""Every colour can be read, also by colour-blind eyes, and Streamlit is told the same colours."""

from __future__ import annotations

import itertools
import math
import tomllib
from pathlib import Path

import pytest

from ui import theme
from ui.theme import (
    ACTORS,
    CAST,
    FRAME,
    PAPER,
    SHAPES,
    SYNTAX,
    TONE_TINTS,
    TONES,
    VERDICTS,
    Pair,
    actor_styles,
)

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())

# Machado, Oliveira and Fernandes (2009): how colours look to eyes that lack one kind of cone.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881),
    ),
}  # fmt: skip
Rgb = tuple[float, float, float]


def linear(colour: str) -> Rgb:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    dark, light = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (linear(one), linear(other))
    )
    return (light + 0.05) / (dark + 0.05)


def oklab(colour: str, eyes: str) -> Rgb:
    seen = [
        max(0.0, sum(weight * part for weight, part in zip(row, linear(colour), strict=True)))
        for row in EYES[eyes]
    ]
    red, green, blue = seen
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    )


def sides(pair: Pair, ground: Pair) -> list[tuple[str, str]]:
    return [(pair.light, ground.light), (pair.dark, ground.dark)]


@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_all_text_is_readable(ground: str) -> None:
    texts = [
        FRAME["ink"],
        FRAME["quiet"],
        FRAME["link"],
        *TONES.values(),
        *SYNTAX.values(),
        *VERDICTS.values(),
    ]
    assert min(contrast(*side) for text in texts for side in sides(text, FRAME[ground])) >= 4.5


def test_words_on_a_tint_are_readable() -> None:
    for tone, tint in TONE_TINTS.items():
        assert min(contrast(*side) for side in sides(TONES[tone], tint)) >= 4.5
        assert min(contrast(*side) for side in sides(FRAME["ink"], tint)) >= 4.5


def test_an_actors_letters_are_readable_on_the_actors_colour() -> None:
    assert min(contrast(*side) for actor in ACTORS for side in sides(actor, PAPER)) >= 4.5


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("side", ["light", "dark"])
def test_actors_differ_to_all_eyes(eyes: str, side: str) -> None:
    colours = [oklab(getattr(actor, side), eyes) for actor in ACTORS]
    nearest = min(math.dist(one, other) for one, other in itertools.combinations(colours, 2))
    assert nearest > 0.07


def test_verdicts_have_colours_of_their_own() -> None:
    used = {
        colour for pair in (*FRAME.values(), *TONES.values(), *ACTORS) for colour in (pair.light, pair.dark)
    }
    assert not used & {colour for pair in VERDICTS.values() for colour in (pair.light, pair.dark)}


@pytest.mark.parametrize(
    ("option", "pair"),
    [
        ("primaryColor", FRAME["ink"]),
        ("backgroundColor", PAPER),
        ("secondaryBackgroundColor", FRAME["panel"]),
        ("textColor", FRAME["ink"]),
        ("linkColor", FRAME["link"]),
        ("borderColor", FRAME["line"]),
        ("codeBackgroundColor", FRAME["panel"]),
        ("redColor", TONES["bad"]),
        ("greenColor", TONES["good"]),
        ("orangeColor", TONES["warn"]),
        ("grayColor", FRAME["quiet"]),
        ("grayTextColor", FRAME["quiet"]),
        ("blueColor", FRAME["focus"]),
    ],
)
def test_streamlit_is_told_the_same_colours(option: str, pair: Pair) -> None:
    theme_of = SETTINGS["theme"]
    assert (theme_of["light"][option], theme_of["dark"][option]) == (pair.light, pair.dark)


def test_no_usage_statistics_leave_the_machine() -> None:
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorLinks"] is False


def test_every_font_is_shipped_with_its_licence() -> None:
    for face in SETTINGS["theme"]["fontFaces"]:
        assert (ROOT / face["url"].removeprefix("app/")).is_file()
    assert len(list((ROOT / "static/fonts").glob("OFL-*.txt"))) == 2


def test_the_cast_keeps_its_places() -> None:
    assert actor_styles(["Ben", "Ann"]) == {**actor_styles(["Ann"]), **actor_styles(["Ben"])}
    assert [style.place for style in actor_styles(CAST).values()] == [0, 1, 2, 3, 4]


def test_numbered_clients_have_the_same_look_whoever_comes_first() -> None:
    assert actor_styles(["server 1", "server 2"]) == actor_styles(["server 2", "server 1"])
    assert actor_styles(["client 12"])["client 12"].letters == "12"


def test_more_actors_than_colours_still_look_different() -> None:
    styles = actor_styles(f"client {number}" for number in range(len(ACTORS) * len(SHAPES)))
    assert len({(style.place, style.shape) for style in styles.values()}) == len(ACTORS) * len(SHAPES)


def test_the_style_sheet_has_every_colour_in_both_themes() -> None:
    sheet = theme.css_variables()
    assert "--ks-ink: light-dark(#15202b, #edf2f5);" in sheet
    assert all(f"--ks-actor-{place}:" in sheet for place in range(len(ACTORS)))
    assert all(f"--ks-verdict-{verdict}:" in sheet for verdict in ("proved", "violated", "bounded"))
