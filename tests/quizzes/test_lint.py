"""Each house rule of the banks barks when it is broken, and the model banks keep them all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quizzes import bank, lint, shuffle
from quizzes.bank import Flaw
from quizzes.model import Bank
from quizzes.stats import stats

TEXT = (bank.BANKS / "leaderboard.toml").read_text()


def spoilt(old: str, new: str, count: int = 1) -> tuple[Bank, ...]:
    assert old in TEXT
    return (bank.read(TEXT.replace(old, new, count), "leaderboard.toml"),)


def cut(*topics: str) -> tuple[Bank, ...]:
    """The bank without its questions about these topics."""
    whole = bank.read(TEXT, "leaderboard.toml")
    kept = tuple(one for one in whole.questions if one.topic not in topics)
    return (Bank(whole.slug, whole.file, kept),)


def twice() -> tuple[Bank, ...]:
    whole = bank.read(TEXT, "leaderboard.toml")
    copy = whole.questions[0].model_copy(update={"id": "leaderboard-copy"})
    return (Bank(whole.slug, whole.file, (*whole.questions, copy)),)


def unlevelled() -> tuple[Bank, ...]:
    whole = bank.read(TEXT, "leaderboard.toml")
    return (
        Bank(whole.slug, whole.file, tuple(one.model_copy(update={"level": 3}) for one in whole.questions)),
    )


def unclaimed() -> tuple[Bank, ...]:
    whole = bank.read(TEXT, "leaderboard.toml")
    kept = tuple(
        one for one in whole.questions if one.kind == "free" or one.id == "leaderboard-everyone-looks"
    )
    return (Bank(whole.slug, whole.file, kept),)


def stretched(by: str) -> tuple[Bank, ...]:
    """Every right option with more words, or with next to none."""
    whole = bank.read(TEXT, "leaderboard.toml")
    questions = []
    for one in whole.questions:
        if one.kind == "single":
            options = tuple(
                option.model_copy(update={"text": option.text + by if by else "Yes."})
                if option.right
                else option
                for option in one.options
            )
            one = one.model_copy(update={"options": options})
        questions.append(one)
    return (Bank(whole.slug, whole.file, tuple(questions)),)


def ranked(place: int, slug: str = "hot_keys") -> Bank:
    """A bank whose right option is the longest (0) of every single choice, and so on to the shortest (3)."""
    whole = bank.load(slug)
    questions = []
    for one in whole.questions:
        if one.kind == "single":
            lengths = [10, 20, 30, 40]
            right = lengths.pop(-1 - place)
            options = tuple(
                option.model_copy(update={"text": "x" * (right if option.right else lengths.pop())})
                for option in one.options
            )
            one = one.model_copy(update={"options": options})
        questions.append(one)
    return Bank(whole.slug, whole.file, tuple(questions))


Rule = Callable[[tuple[Bank, ...]], object]


@pytest.mark.parametrize(
    ("rule", "banks", "says"),
    [
        (lint.too_few, cut("races"), "11 questions; a bank of a pattern has at least 12"),
        (lint.too_few, cut("cost", "choice"), "No question is about cost or choice"),
        (lint.too_few, unlevelled(), "The levels are 3"),
        (lint.the_longest, stretched(" " + "and so on " * 20), "The right option is the longest in 4 of 4"),
        (lint.the_longest, stretched(""), "The right option is the shortest in 4 of 4"),
        (lint.never_the_longest, (ranked(1),), "The right option is the longest in none of 6"),
        (lint.never_the_longest, (ranked(2),), "The right option is the shortest in none of 6"),
        (
            lint.all_of_the_above,
            spoilt('text = "Add `GT`', 'text = "All of the above. Add `GT`'),
            "is about options",
        ),
        (
            lint.nameless_misconceptions,
            spoilt('"A pipeline is atomic"', '"Wrong"'),
            "options[4].misconception: 'Wrong': name",
        ),
        (
            lint.nameless_misconceptions,
            spoilt('"A pipeline is atomic"', '"A total that never falls has lost nothing"'),
            "is there 2 times",
        ),
        (
            lint.nameless_misconceptions,
            spoilt('"Equal points have equal ranks"', '"No"'),
            "wrong[1].misconception: 'No'",
        ),
        (
            lint.same_options,
            spoilt(
                '"Keep the page for one second in every application server."',
                '"Add primaries to the cluster, so that each of them serves a share of the '
                "spectators' reads.\"",
            ),
            "is there 2 times",
        ),
        (
            lint.label_recall,
            spoilt("The final is on television.", "What is a hot key? The final is on television."),
            "asks for a label",
        ),
        (lint.twins, twice(), "It is 100% like leaderboard-two-servers"),
        (lint.unproved, unclaimed(), "Only 0% of its questions have a claim that is run"),
    ],
)
def test_the_rule_barks(rule: Callable[..., object], banks: tuple[Bank, ...], says: str) -> None:
    found = [str(flaw) for flaw in rule(banks)]  # type: ignore[attr-defined]
    assert any(says in flaw for flaw in found), found


@pytest.mark.parametrize("place", range(4))
def test_a_place_by_length_that_tells_is_told(place: int) -> None:
    names = [name for name, *_ in lint.BY_LENGTH]
    banks = tuple(ranked(place, slug) for slug in bank.slugs())
    found = [str(flaw) for flaw in lint.told_by_length(banks)]
    assert len(found) == 4
    for name, flaw in zip(names, found, strict=True):
        share = "100%" if name == names[place] else "0%"
        assert f"The right option is the {name} in {share} of" in flaw
    assert "20% to 30% is near enough to chance" in found[0]
    assert "15% to 35% is near enough to chance" in found[3]
    shown = stats(banks)["lint"]
    assert not any(shown[f"right_option_{name.replace(' ', '_')}"]["ok"] for name in names)


def test_a_few_questions_are_not_held_against_chance() -> None:
    few = tuple(ranked(2, slug) for slug in ("hot_keys", "leaderboard"))
    assert list(lint.told_by_length(few)) == []
    figure = stats(few)["lint"]["right_option_second_shortest"]
    assert figure == {"value": 1.0, "ok": True}


def test_a_small_bank_need_not_have_every_place_by_length() -> None:
    assert list(lint.never_the_longest((ranked(1, "leaderboard"), ranked(2, "pubsub")))) == []


def test_options_of_one_length_are_neither_longest_nor_shortest() -> None:
    whole = ranked(0)
    same = tuple(
        one.model_copy(
            update={"options": tuple(option.model_copy(update={"text": "x"}) for option in one.options)}
        )
        if one.kind == "single"
        else one
        for one in whole.questions
    )
    assert [place.share for place in lint.figures((Bank("a", "a.toml", same),)).by_length] == [0, 0, 0, 0]


def test_places_that_are_not_shuffled_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    banks = (bank.read(TEXT, "leaderboard.toml"),)
    assert list(lint.uneven_places(banks)) == []
    monkeypatch.setattr(lint, "order", lambda count, seed, name: tuple(range(count)))
    (flaw,) = lint.uneven_places(banks)
    assert "Is it shuffled at all?" in flaw.says


def test_a_chapter_may_have_ten_questions() -> None:
    whole = bank.read(TEXT, "leaderboard.toml")
    ten = Bank("races", "races.toml", whole.questions[:10])
    assert not any("at least" in flaw.says for flaw in lint.too_few((ten,)))
    nine = Bank("races", "races.toml", whole.questions[:9])
    assert any("a bank of a chapter has at least 10" in flaw.says for flaw in lint.too_few((nine,)))


def test_a_bank_that_keeps_every_rule_hears_nothing() -> None:
    assert list(lint.flaws((bank.read(TEXT, "leaderboard.toml"),))) == []


def test_the_figures_are_within_their_bounds() -> None:
    found = stats(bank.load_all())
    assert found["questions"] == sum(one["questions"] for one in found["banks"].values()) >= 24
    assert set(found["kinds"]) == set(bank.KINDS)
    figures = {name: figure for name, figure in found["lint"].items() if name != "breaches"}
    assert all(figure["ok"] for figure in figures.values()), figures
    assert found["lint"]["breaches"] == []


def test_a_flaw_reads_as_a_sentence_with_its_place() -> None:
    assert str(Flaw("a.toml", "a-1", "Wrong.")) == "a.toml, a-1: Wrong."
    assert str(Flaw("a.toml", "", "Wrong.")) == "a.toml: Wrong."


def test_the_same_seed_gives_the_same_order_and_another_seed_another() -> None:
    assert shuffle.order(5, 7, "a") == shuffle.order(5, 7, "a") == (2, 4, 0, 3, 1)
    assert len({shuffle.order(5, seed, "a") for seed in range(300)}) > 80
    assert shuffle.order(5, 7, "a") != shuffle.order(5, 7, "b")
    assert sorted(shuffle.shuffled("abcde", 7, "a")) == list("abcde")
