"""What a learner types is checked, and every fault is a sentence."""

from __future__ import annotations

import re

import pytest

from lessons.inputs import Choice, Input, InputErrors, Integer, Real, Text, Toggle, parse_all

NAME = Text("name", "Player", "ann")
POINTS = Integer("points", "Points", 10, 1, 100, "points")
RADIUS = Real("radius", "Radius", 1.5, 0.1, 50.0, "km")
CITY = Choice("city", "City", ("Lisbon", "Berlin"), "Lisbon")
LOUD = Toggle("loud", "Loud", False)
ALL: tuple[Input, ...] = (NAME, POINTS, RADIUS, CITY, LOUD)


def test_what_is_left_out_takes_its_default() -> None:
    assert parse_all(ALL, {}) == {"name": "ann", "points": 10, "radius": 1.5, "city": "Lisbon", "loud": False}


def test_what_is_typed_is_taken() -> None:
    raw = {"name": " ben ", "points": "7", "radius": "2.25", "city": "Berlin", "loud": True}
    assert parse_all(ALL, raw) == {"name": "ben", "points": 7, "radius": 2.25, "city": "Berlin", "loud": True}


@pytest.mark.parametrize(
    ("one", "raw", "says"),
    [
        (NAME, "  ", "Player is empty. Type something, for example ann."),
        (NAME, "x" * 65, "Player has 65 characters; 64 is the most."),
        (NAME, "a\x00b", "Player holds a control character. Use printable characters only."),
        (POINTS, "many", "Points is no whole number: 'many'."),
        (POINTS, "1.5", "Points is no whole number: '1.5'."),
        (POINTS, 0, "Points is 0 points. It must lie between 1 and 100 points."),
        (RADIUS, "wide", "Radius is no number: 'wide'."),
        (RADIUS, "nan", "Radius is nan. A finite number is needed."),
        (RADIUS, "inf", "Radius is inf. A finite number is needed."),
        (RADIUS, 51, "Radius is 51.0 km. It must lie between 0.1 and 50.0 km."),
        (CITY, "Rome", "City is 'Rome'. Choose one of: Lisbon, Berlin."),
        (LOUD, "yes", "Loud is neither on nor off: 'yes'."),
    ],
)
def test_what_cannot_be_used_is_told(one: Input, raw: object, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        one.parse(raw)
    assert str(caught.value) == says


def test_every_bad_input_is_named_at_once() -> None:
    with pytest.raises(InputErrors) as caught:
        parse_all(ALL, {"name": "", "points": -1, "colour": "red"})
    assert set(caught.value.messages) == {"name", "points", "colour"}
    assert caught.value.messages["colour"] == "There is no input called 'colour' here."
