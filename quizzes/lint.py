"""The house rules of the banks, as functions: each yields what breaks it, with the cure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from quizzes.bank import Flaw
from quizzes.model import Bank, Base, Question, Several, Single
from quizzes.parts import TOPICS
from quizzes.shuffle import order

__all__ = [
    "BY_LENGTH", "CHAPTERS", "ENOUGH", "LONGEST_SHARE", "RULES", "Figures", "Place", "figures", "flaws",
    "likeness", "runnable",
]  # fmt: skip

CHAPTERS = ("when_redis_fails", "races", "hot_keys")
"""Banks about what goes through all patterns; any other is of one pattern."""

FEWEST = {"pattern": 12, "chapter": 10}
LONGEST_SHARE = 0.35
"""In so many single choices of a bank the right option may be the longest (or the shortest)."""
BY_LENGTH = (
    ("longest", 1, 0, 0.05), ("second longest", 1, 1, 0.10), ("second shortest", -1, 1, 0.10),
    ("shortest", -1, 0, 0.10),
)  # fmt: skip
"""Places by length: the name, from which end, how many wrong options stand before it, and how far from chance
the share of the right options may be over all banks. Of four options, chance gives each one in four."""
ENOUGH = 40
"""From so many single choices on, a share is no accident: then it is held against chance."""
ONE_AT_LEAST = 6
"""With so many single choices in a bank, the right option is the longest at least once, the shortest too."""
UNIFORM_WITHIN = 0.15
"""So far a place's share of the right options may be from its due, over many seeds."""
SEEDS = 400
ALIKE = 0.72
"""Two prompts that share more than this of their words ask the same."""
RUN_SHARE = 0.5
"""Of all questions, so many at least have a claim that is run."""

_ALL_OF = re.compile(r"\b(all|none|both|neither|any) of (the|these|those) (above|others?|options?)\b", re.I)
_RECALL = re.compile(
    r"^\s*(what (is|are|does) (an? |the )?[\w\s`-]{1,40}( stand for)?\?|define\b|which command (is|does)\b"
    r"|what is the (name|definition|meaning)\b|true or false)",
    re.I,
)
_WORD = re.compile(r"[a-z0-9_]+")
_COMMON = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from", "has", "have",
    "how", "if", "in", "into", "is", "it", "its", "no", "not", "of", "on", "one", "or", "so", "that", "the",
    "their", "then", "there", "they", "this", "to", "two", "up", "was", "were", "what", "when", "which",
    "who", "why", "will", "with", "you",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """How often the right option has this place when the options are sorted by length."""

    name: str
    share: float
    least: float | None
    """The bounds, around chance; none where there are too few questions to tell."""
    most: float | None

    @property
    def kept(self) -> bool:
        return self.least is None or self.most is None or self.least <= self.share <= self.most


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of the lint, with their bounds."""

    questions: int
    choices: int
    by_length: tuple[Place, ...]
    """In which share of the single choices the right option is the longest, and so on to the shortest."""
    worst_position: float
    """The largest distance from uniform, over all numbers of options and all places."""
    with_runs: float
    """Share of questions with at least one thing that is run."""
    most_alike: float
    most_alike_pair: tuple[str, str]


def runnable(question: Base) -> bool:
    """Whether something in this question is executed by the proof."""
    if question.claims:
        return True
    if isinstance(question, Single | Several):
        return any(option.refute is not None for option in question.options)
    return getattr(question, "kind", "") != "free"


def figures(banks: Sequence[Bank]) -> Figures:
    """The figures of these banks together."""
    questions = _all(banks)
    singles = [one for one in questions if isinstance(one, Single)]
    pair, alike = ("", ""), 0.0
    for left, right, same in _pairs(questions):
        if same > alike:
            pair, alike = (left.id, right.id), same
    return Figures(
        len(questions),
        sum(isinstance(one, Single | Several) for one in questions),
        _by_length(singles),
        _worst_position(singles),
        sum(map(runnable, questions)) / len(questions) if questions else 0.0,
        alike,
        pair,
    )


def too_few(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """At least twelve questions for a pattern and ten for a chapter, over all topics, levels spread."""
    for bank in banks:
        kind = "chapter" if bank.slug in CHAPTERS else "pattern"
        if len(bank.questions) < FEWEST[kind]:
            yield Flaw(
                bank.file,
                "",
                f"{len(bank.questions)} questions; a bank of a {kind} has at least {FEWEST[kind]}.",
            )
        topics = Counter(one.topic for one in bank.questions)
        if missing := [topic for topic in TOPICS if not topics[topic]]:
            yield Flaw(bank.file, "", f"No question is about {' or '.join(missing)}.")
        levels = {one.level for one in bank.questions}
        if len(levels) < 4 or not levels & {4, 5} or not levels & {1, 2}:
            yield Flaw(
                bank.file, "", f"The levels are {', '.join(map(str, sorted(levels)))}: use at least four "
                "of the five, from 1 or 2 up to 4 or 5.",
            )  # fmt: skip


def the_longest(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """Whoever always takes the longest option, or the shortest, must not do well in any bank."""
    for bank in banks:
        singles = [one for one in bank.questions if isinstance(one, Single)]
        for word, by, cure in (("longest", 1, "Shorten it"), ("shortest", -1, "Shorten a wrong one")):
            telling = [one.id for one in singles if _before(one, by) == 0]
            if len(telling) > max(1, LONGEST_SHARE * len(singles)):
                yield Flaw(
                    bank.file, telling[0],
                    f"The right option is the {word} in {len(telling)} of {len(singles)} choice questions "
                    f"({', '.join(telling)}); {LONGEST_SHARE:.0%} is the most. {cure}.",
                )  # fmt: skip


def never_the_longest(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """Whoever crosses out the longest option, or the shortest, must be wrong now and then."""
    for bank in banks:
        singles = [one for one in bank.questions if isinstance(one, Single)]
        for word, by, cure in (
            ("longest", 1, "Say in one of them what makes it true, and shorten what is wrong"),
            ("shortest", -1, "Shorten one of them"),
        ):
            if len(singles) >= ONE_AT_LEAST and not any(_before(one, by) == 0 for one in singles):
                yield Flaw(
                    bank.file, singles[0].id,
                    f"The right option is the {word} in none of {len(singles)} choice questions, so whoever "
                    f"crosses out the {word} is never wrong. {cure}.",
                )  # fmt: skip


def told_by_length(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """Over all banks, the place that the right option has by length is left to chance."""
    singles = [one for one in _all(banks) if isinstance(one, Single)]
    for place in _by_length(singles):
        if place.kept:
            continue
        yield Flaw(
            "all banks", "",
            f"The right option is the {place.name} in {place.share:.0%} of {len(singles)} choice questions; "
            f"{place.least:.0%} to {place.most:.0%} is near enough to chance. Do not pad: say what makes a "
            "right option true, tighten a wrong one, or let it give its reason.",
        )  # fmt: skip


def uneven_places(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """After the shuffle the right option is in every place about equally often."""
    for bank in banks:
        singles = [one for one in bank.questions if isinstance(one, Single)]
        worst = _worst_position(singles)
        if worst > UNIFORM_WITHIN:
            yield Flaw(
                bank.file,
                "",
                f"After the shuffle a place is {worst:.0%} from uniform. Is it shuffled at all?",
            )


def all_of_the_above(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """Options are shuffled, and an option about other options teaches nothing."""
    for bank in banks:
        for question in bank.questions:
            if isinstance(question, Single | Several):
                for number, option in enumerate(question.options, 1):
                    if _ALL_OF.search(option.text):
                        yield Flaw(
                            bank.file,
                            question.id,
                            f"options[{number}].text: {option.text!r} is about options.",
                        )


def nameless_misconceptions(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """A misconception is a belief in a few words, and within a question each is another one."""
    for bank in banks:
        for question in bank.questions:
            named = _misconceptions(question)
            for field, text in named:
                if len(text.split()) < 3 or len(text) > 120:
                    yield Flaw(
                        bank.file,
                        question.id,
                        f"{field}: {text!r}: name the belief in three words to a line.",
                    )
            for text, count in Counter(text.lower() for _, text in named).items():
                if count > 1:
                    yield Flaw(bank.file, question.id, f"misconception: {text!r} is there {count} times.")


def same_options(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """No two options of a question say the same."""
    for bank in banks:
        for question in bank.questions:
            if isinstance(question, Single | Several):
                texts = Counter(" ".join(option.text.lower().split()) for option in question.options)
                for text, count in texts.items():
                    if count > 1:
                        yield Flaw(bank.file, question.id, f"options: {text!r} is there {count} times.")


def label_recall(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """A question is a scenario: somebody does something and something happens."""
    for bank in banks:
        for question in bank.questions:
            if _RECALL.search(question.prompt) or len(question.prompt.split()) < 12:
                yield Flaw(
                    bank.file, question.id,
                    "prompt: this asks for a label. Tell what somebody does and sees (in twelve words or "
                    "more), then ask.",
                )  # fmt: skip


def twins(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """No two questions ask the same."""
    homes = {question.id: bank.file for bank in banks for question in bank.questions}
    for left, right, same in _pairs(_all(banks)):
        if same > ALIKE:
            yield Flaw(
                homes[right.id],
                right.id,
                f"It is {same:.0%} like {left.id} ({homes[left.id]}). Ask something else.",
            )


def unproved(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """At least half of a bank's questions have something that is run."""
    for bank in banks:
        share = sum(map(runnable, bank.questions)) / max(1, len(bank.questions))
        if share < RUN_SHARE:
            yield Flaw(
                bank.file,
                "",
                f"Only {share:.0%} of its questions have a claim that is run; {RUN_SHARE:.0%} is the least.",
            )


Rule = Callable[[Sequence[Bank]], Iterator[Flaw]]
RULES: tuple[Rule, ...] = (
    too_few, the_longest, never_the_longest, told_by_length, uneven_places, all_of_the_above,
    nameless_misconceptions, same_options, label_recall, twins, unproved,
)  # fmt: skip


def flaws(banks: Sequence[Bank]) -> Iterator[Flaw]:
    """What breaks any rule."""
    for rule in RULES:
        yield from rule(banks)


def likeness(left: Base, right: Base) -> float:
    """How much of their words two questions share, from 0 to 1: prompts, and options where there are any."""
    return _shared(_words(left), _words(right))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _pairs(questions: Sequence[Question]) -> Iterator[tuple[Question, Question, float]]:
    """Every two questions and how alike they are."""
    with_words = [(question, _words(question)) for question in questions]
    for (left, one), (right, other) in combinations(with_words, 2):
        yield left, right, _shared(one, other)


def _words(question: Base) -> frozenset[str]:
    text = question.prompt
    if isinstance(question, Single | Several):
        text += " " + " ".join(option.text for option in question.options)
    text += " " + str(getattr(question, "run", "") or "")
    return frozenset(_WORD.findall(text.lower())) - _COMMON


def _all(banks: Sequence[Bank]) -> list[Question]:
    return [question for bank in banks for question in bank.questions]


def _before(question: Single, by: int) -> int:
    """How many wrong options are as long as the right one or longer (1), or as short or shorter (-1)."""
    right = next(len(option.text) for option in question.options if option.right)
    return sum(by * len(option.text) >= by * right for option in question.options if not option.right)


def _by_length(singles: Sequence[Single]) -> tuple[Place, ...]:
    """The share of each place by length; with its bounds, if there are enough questions."""
    count = max(1, len(singles))
    chance = sum(1 / len(one.options) for one in singles) / count
    places = []
    for name, by, before, off in BY_LENGTH:
        share = sum(_before(one, by) == before for one in singles) / count
        bounds = (round(chance - off, 4), round(chance + off, 4)) if count >= ENOUGH else (None, None)
        places.append(Place(name, share, *bounds))
    return tuple(places)


def _worst_position(singles: Sequence[Single]) -> float:
    """Over many seeds: how far the share of a place is from one in as many as there are options."""
    worst = 0.0
    for size in {len(one.options) for one in singles}:
        mine = [one for one in singles if len(one.options) == size]
        places: Counter[int] = Counter()
        for seed in range(SEEDS):
            for one in mine:
                right = next(place for place, option in enumerate(one.options) if option.right)
                places[order(size, seed, one.id).index(right)] += 1
        total = SEEDS * len(mine)
        worst = max(worst, *(abs(places[place] / total - 1 / size) for place in range(size)))
    return worst


def _misconceptions(question: Question) -> list[tuple[str, str]]:
    """(field, misconception) of all that is wrong in a question."""
    if isinstance(question, Single | Several):
        return [
            (f"options[{number}].misconception", option.misconception)
            for number, option in enumerate(question.options, 1)
            if option.misconception is not None
        ]
    field = "weak" if question.kind == "free" else "wrong"
    return [
        (f"{field}[{number}].misconception", one.misconception)
        for number, one in enumerate(getattr(question, field), 1)
    ]
