"""What fits is counted before anybody sees it, and leaves out what comes last."""

from __future__ import annotations

import pytest

from lessons.present.choices import Option, SingleChoice
from lessons.present.fit import BLOCKS, Block, choice_fits, scene_fits, that_fit
from lessons.present.scenes import Choose, Scene

BLOCK = Block(width=10.0, height=5.0, least=1.0, gap=0.5)


@pytest.mark.parametrize(
    ("texts", "count"),
    [([], 0), (["one"], 1), (["one"] * 4, 3), (["a long one " * 30], 0), (["one", "a long one " * 9], 1)],
)
def test_the_first_texts_that_share_the_height(texts: list[str], count: int) -> None:
    assert that_fit(BLOCK, texts) == count


def test_points_that_do_not_fit_are_told() -> None:
    scene = Scene("points", "Monitor", "In production", points=("A long point. " * 30,) * 9)
    assert scene_fits(scene) == [
        f"the points have room for {that_fit(BLOCKS['points'], scene.points)}, and there are 9."
    ]


def test_reasons_count_beside_their_options() -> None:
    short = tuple(Option(f"Option {letter}", "Because.", right=letter == "a") for letter in "abcd")
    assert choice_fits(SingleChoice("toy-short", 1, "What now?", short)) == ""
    long = tuple(Option(one.text, "A reason with many words. " * 12, one.right) for one in short)
    question = SingleChoice("toy-long", 1, "What now?", long)
    assert "with its options and why each is right or wrong" in choice_fits(question)
    assert scene_fits(Scene("choice", "Check yourself", "", Choose("Check yourself", question)))
