"""A false key cannot pass: one answer, option or rubric changed, and file, question and reason are named.

The seals are off in all of these but the last: what is found here is found by running.
"""

from __future__ import annotations

import re

import pytest

from quizzes import bank, seal
from quizzes.judge import Judge
from quizzes.proof import prove
from quizzes.races import races_of
from tests.quizzes.conftest import Spoil, toy

L, D = "leaderboard", "distributed_lock"

SPOILT = [
    # single: the key moves to another option, a refutation refutes nothing, a claim is false
    (
        L,
        "leaderboard-two-servers",
        "right = true",
        'misconception = "It is not that"',
        "options: 0 are marked right",
    ),
    (
        L,
        "leaderboard-two-servers",
        'misconception = "A pipeline is atomic"',
        "right = true",
        "options: 2 are marked right",
    ),
    (
        L,
        "leaderboard-two-servers",
        "Ann: EXEC                      -> [0]\nZSCORE board dara              -> 50",
        "Ann: EXEC                      -> [0]\nZSCORE board dara              -> 60",
        "options[2].refute: ZSCORE board dara replied 50, not 60",
    ),
    (
        L,
        "leaderboard-two-servers",
        "Ben: ZINCRBY board 10 dara     -> 60",
        "Ben: ZINCRBY board 10 dara     -> 50",
        "claims[2]: Ben: ZINCRBY board 10 dara replied 60, not 50",
    ),
    (L, "leaderboard-eight-parts", "gives = 1", "gives = 8", "claims[1]: slots:distinct gave 1, not 8"),
    (
        L,
        "leaderboard-eight-parts",
        "gives = 4 }",
        "gives = 3 }",
        "options[2].refute: slots:distinct gave 4, not 3",
    ),
    (
        L,
        "leaderboard-eight-parts",
        'check = "slots:distinct"',
        'check = "slots:distnct"',
        "claims[1].check: quizzes/checks/slots.py has no 'distnct'",
    ),
    (L, "leaderboard-eight-parts", "keys = [", "names = [", "claims[1].check: slots:distinct takes keys"),
    # several
    (
        L,
        "leaderboard-after-failover",
        "right = true",
        'misconception = "It is not that"',
        "options: 1 of 4 are right",
    ),
    (
        D,
        "distributed_lock-redlock",
        'misconception = "Redlock needs synchronised clocks"\n',
        "",
        "options[3]: misconception: missing",
    ),
    # number: key, tolerance, wrong answer
    (
        L,
        "leaderboard-first-to-reach",
        "answer = 900719",
        "answer = 907019",
        "answer: the run gives 900,719.925474099, and the key says 907,019",
    ),
    (
        L,
        "leaderboard-first-to-reach",
        "tolerance = 1000\n",
        "tolerance = 900000000\n",
        "wrong[2].value: 9,007,199 is within the tolerance",
    ),
    (
        D,
        "distributed_lock-ceiling",
        "value = 75",
        "value = 25",
        "wrong[2].value: 25 is within the tolerance of 25",
    ),
    (L, "leaderboard-memory", "answer = 104", "answer = 21", "answer: the run gives"),
    # predict
    (
        L,
        "leaderboard-equal-points",
        'answer = "[carol, bob, alice]"',
        'answer = "[alice, bob, carol]"',
        "replies [carol, bob, alice], and the key says [alice, bob, carol]",
    ),
    (
        L,
        "leaderboard-equal-points",
        'answer = "[carol, alice, bob]"',
        'answer = "[carol, bob, alice]"',
        "wrong[1].answer: [carol, bob, alice] is what it replies",
    ),
    (
        D,
        "distributed_lock-no-ttl",
        "SETNX lock ann",
        "SET lock ann PX 10",
        "answer: Ben: SET lock ben NX PX 5000 replies OK, and the key says nil",
    ),
    (
        D,
        "distributed_lock-no-ttl",
        "Ben: SET lock ben NX PX 5000",
        "Ben: SET lock ben NX PX 5000 -> nil",
        "gives the answer away",
    ),
    # order
    (
        L,
        "leaderboard-rebuild",
        "also = [[1, 3, 2, 4]]",
        "also = [[1, 2, 4, 3]]",
        "also: the order [1, 2, 4, 3] does not hold",
    ),
    (L, "leaderboard-rebuild", "also = [[1, 3, 2, 4]]", "", "the order [1, 3, 2, 4] holds too"),
    (
        L,
        "leaderboard-rebuild",
        'commands = [\n    "DEL board:new",\n    "ZADD board:new 50 ana",',
        'commands = [\n    "ZADD board:new 50 ana",\n    "DEL board:new",',
        "commands: the order [1, 2, 3, 4] does not hold",
    ),
    (
        L,
        "leaderboard-rebuild",
        "order = [2, 3, 4, 1]",
        "order = [1, 2, 3, 4]",
        "wrong[1].order: [1, 2, 3, 4] is a right one",
    ),
    (
        L,
        "leaderboard-rebuild",
        "order = [2, 3, 4, 1]",
        "order = [2, 3, 4, 4]",
        "wrong: [2, 3, 4, 4] is not an order of",
    ),
    # spot
    (
        L,
        "leaderboard-torn-page",
        'line = "self._page(max(0, rank - radius)"',
        'line = "rank = self.rank(player)"',
        "line: the torn page of NaiveLeaderboard.around is in",
    ),
    (
        L,
        "leaderboard-torn-page",
        'anomaly = "torn page"',
        'anomaly = "lost update"',
        "has no 'lost update'; its code names torn page",
    ),
    (
        L,
        "leaderboard-torn-page",
        'line = "rank = self.rank(player)"',
        'line = "rank = self.ranked"',
        "wrong[1].line: no line has",
    ),
    (
        D,
        "distributed_lock-renewal",
        'NaiveLock"',
        'NaiveLok"',
        "code: patterns.distributed_lock.naive has no NaiveLok",
    ),
    (
        D,
        "distributed_lock-renewal",
        'line = "self.redis.set(self.key"',
        'line = "self.redis.pexpire("',
        "wrong[1].line: that line is a right one",
    ),
    # write
    (
        L,
        "leaderboard-keep-the-best",
        'answer = "ZADD board GT 55 ana"',
        'answer = "ZADD board 55 ana"',
        "answer: With other data to begin with: ZSCORE board ana replied 55, not 70",
    ),
    (
        L,
        "leaderboard-keep-the-best",
        'commands = "ZADD board 55 ana"',
        'commands = "ZADD board GT CH 55 ana"',
        "wrong[1].commands: they pass every case",
    ),
    (
        L,
        "leaderboard-keep-the-best",
        'then = "ZSCORE board ana -> 70"',
        'then = "ZSCORE board ana -> 55"',
        "answer: With other data",
    ),
    (
        L,
        "leaderboard-shared-rank",
        'reply = "2"',
        'reply = "3"',
        "answer: ZCOUNT board (40 +inf replied 2, not 3",
    ),
    (D, "distributed_lock-let-go", "ARGV[1] then", "ARGV[2] then", "answer: EXISTS lock replied 1, not 0"),
    # schedule
    (
        L,
        "leaderboard-break-it",
        'answer = "1.2.1.2"',
        'answer = "1.1.2.2"',
        "answer: 1.1.2.2 is no lost update",
    ),
    (
        L,
        "leaderboard-break-it",
        'anomaly = "lost update"',
        'anomaly = "torn page"',
        "answer: 1.2.1.2 is no torn page: Lost update",
    ),
    (
        L,
        "leaderboard-break-it",
        'schedule = "1.1.2.2"',
        'schedule = "1.2.2.1"',
        "wrong[1].schedule: 1.2.2.1 breaks it as well",
    ),
    (
        L,
        "leaderboard-break-it",
        'schedule = "1.1.2.2"',
        'schedule = "1.1.1.2"',
        "wrong[1].schedule: '1' is not possible here",
    ),
    (
        L,
        "leaderboard-break-it",
        "two-events-one-player",
        "two-events",
        "race: The lesson 'leaderboard' has no race 'two-events'",
    ),
    (
        D,
        "distributed_lock-late-write",
        'answer = "1.1.t.2.2.2.1"',
        'answer = "1.1.t.2.2.1.2"',
        "is no stale writer",
    ),
    # free: the rubric, the model answer, a weak answer
    (
        L,
        "leaderboard-sixty-seconds",
        '"exactly once", "counts once", "count once", "counted once", "no event is lost", "no point is lost"',
        '"at least once"',
        "rubric, invariant: the model answer has none of at least once",
    ),
    (
        L,
        "leaderboard-sixty-seconds",
        "Invariant: every event counts exactly once, and the",
        "The",
        "rubric, invariant: the model answer has none of",
    ),
    (
        L,
        "leaderboard-sixty-seconds",
        'misses = ["residual risk", "number"]',
        'misses = ["number"]',
        "weak[2]: it is said to miss number, and misses number, residual risk",
    ),
    (
        D,
        "distributed_lock-sixty-seconds",
        'point = "number"',
        'point = "invariant"',
        "rubric: it must have each of",
    ),
]


@pytest.mark.parametrize(
    ("slug", "id", "old", "new", "says"), SPOILT, ids=[f"{one[1]}-{n}" for n, one in enumerate(SPOILT)]
)
def test_a_false_key_cannot_pass(slug: str, id: str, old: str, new: str, says: str, spoil: Spoil) -> None:
    flaws = spoil(slug, id, old, new)
    assert flaws, "nothing was found"
    assert all(flaw.startswith(f"{slug}.toml, {id}: ") for flaw in flaws)
    assert any(says in flaw for flaw in flaws), flaws


def test_every_kind_is_spoilt_above() -> None:
    kinds = {one.id: one.kind for found in bank.load_all() for one in found.questions}
    assert {kinds[one[1]] for one in SPOILT} == set(kinds.values())


def test_a_predict_question_must_end_with_a_command(judge: Judge) -> None:
    question = toy("""
kind = "predict"
run = "SET a 1 -> 2\\n+ 1 s"
answer = "1"
wrong = [
    { answer = "2", misconception = "It is two", why = "x" },
    { answer = "3", misconception = "It is three", why = "x" },
]
""")
    says = [flaw.says for flaw in prove("toy.toml", question, judge).flaws]
    assert "run: SET a 1 replied OK, not 2." in says
    assert any("must end with a command" in one for one in says)


def test_a_number_that_is_none_is_told(judge: Judge) -> None:
    question = toy("""
kind = "number"
run = "SET a b\\nGET a"
answer = 1
wrong = [{ value = 2, misconception = "It is two", why = "x" }]
""")
    assert [flaw.says for flaw in prove("toy.toml", question, judge).flaws] == [
        "run: it gives b, which is no number."
    ]


def test_races_come_from_wherever_one_says() -> None:
    with pytest.raises(LookupError, match="to take races from"):
        races_of("lessons.nowhere:scenario")


@pytest.mark.parametrize("part", ["answer", "options", "words"])
def test_a_seal_tells_which_part_has_changed(part: str) -> None:
    text = (bank.BANKS / "leaderboard.toml").read_text()
    old, new = {
        "answer": ("answer = 900719", "answer = 900720"),
        "options": (
            'misconception = "A score is a 64-bit whole number"',
            'misconception = "A score is an integer"',
        ),
        "words": ("To let the first to reach", "To let the last to reach"),
    }[part]
    assert old in text
    changed = bank.read(text.replace(old, new, 1), "leaderboard.toml")
    assert {one.id: seal.broken(one) for one in changed.questions if seal.broken(one)} == {
        "leaderboard-first-to-reach": (part,)
    }


def test_the_words_of_any_option_are_under_seal() -> None:
    """No run refutes a slip in prose, so the seal does."""
    for slug in (L, D):
        text = (bank.BANKS / f"{slug}.toml").read_text()
        for match in re.finditer(r'^text = "(?P<words>.+)"$', text, re.M):
            changed = text[: match.start("words")] + "Never: " + text[match.start("words") :]
            assert sum(map(bool, map(seal.broken, bank.read(changed, f"{slug}.toml").questions))) == 1


def test_a_bank_is_sealed_below_each_id() -> None:
    text = re.sub(r'^seal = "[^"]*"\n', "", (bank.BANKS / "leaderboard.toml").read_text(), flags=re.M)
    found = bank.read(text, "leaderboard.toml")
    assert not any(one.seal for one in found.questions)
    sealed = seal.sealed(text, found.questions)
    again = bank.read(sealed, "leaderboard.toml")
    assert all(one.seal and not seal.broken(one) for one in again.questions)
    assert seal.sealed(sealed, again.questions) == sealed
