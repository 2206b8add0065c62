"""Two app processes on one database lose no answer, and neither does a server that goes away for a while."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from memory.scheduling import remember
from memory.store import Store
from memory.trouble import AGAIN_AFTER
from memory.values import Answer
from tests.memory.conftest import Time
from tests.memory.postgres import Server

ROOT = Path(__file__).parents[2]
ANSWERS = 40
PROCESS = """
import sys
from memory.store import Store
from memory.values import Answer

name, address, answers = sys.argv[1], sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
store = Store(url=address, patience=60)
for number in range(answers):
    for attempt in (name, "both"):
        at = 1_767_603_600.0 + number + (name == "b") / 2
        store.attempts.record("ann", Answer(
            attempt, f"q{number}", "leaderboard", "races", "choice", 1, name, True, 1.0, 80, 2.0, at))
    store.mark("lock", f"{name} {number}", "ann")
print(store.problem, flush=True)
"""


def answer(question: str, attempt: str = "one", at: float = 0.0) -> Answer:
    return Answer(attempt, question, "leaderboard", "races", "choice", 1, "x", True, 1.0, 80, 2.0, at)


def test_two_processes_on_one_database_lose_no_answer(address: str) -> None:
    # Both start on an empty database at the same moment, so they race for making it as well.
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, name, address, str(ANSWERS)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in "ab"
    ]  # fmt: skip
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=100)[0].strip() for process in running] == ["None", "None"]

    store = Store(url=address)
    questions = {f"q{number}" for number in range(ANSWERS)}
    for name in "ab":
        mine = store.attempts.answers("ann", name)
        assert {one.question for one in mine} == questions
        assert {one.given for one in mine} == {name}
    shared = store.attempts.answers("ann", "both")
    assert sorted(one.question for one in shared) == sorted(questions), (
        "the first of two answers counts, once"
    )
    assert len(store.done("ann")) == 2 * ANSWERS
    history = store.reviews.history("ann")
    assert len(history) == 2 * ANSWERS, "a review for each moment; the answers of 'both' share theirs"
    for card in store.reviews.cards("ann"):
        assert card == remember(card, [one for one in history if one.subject == card.subject])
    store.close()


def test_a_connection_that_was_cut_is_made_again(postgres_server: Server, postgres_address: str) -> None:
    store = Store(url=postgres_address, patience=30)
    store.mark("lock", "Run", "ann")
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'"
    postgres_server.tell(cut)
    store.mark("lock", "Ask", "ann")
    postgres_server.tell(cut)
    assert store.done("ann") == {("lock", "Run"), ("lock", "Ask")}
    assert store.problem is None
    store.close()


def test_a_server_that_is_gone_for_a_while_loses_nothing(
    postgres_server: Server, postgres_address: str
) -> None:
    before = Store(url=postgres_address)
    before.mark("lock", "Before", "ann")
    before.close()
    time = Time()
    store = Store(url=postgres_address, patience=30, monotonic=time)
    assert store.done("ann") == {("lock", "Before")}
    name = postgres_address.split("/")[3].split("?")[0]
    postgres_server.tell(
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    attempt = store.attempts.begin("ann", ["q1", "q2"], seed=1)
    store.attempts.record("ann", answer("q1", attempt.id))
    assert f"the PostgreSQL database {name}" in (store.problem or "")
    assert store.done("ann") == {("lock", "Before")}, "what was known stays known"
    assert [one.question for one in store.attempts.answers("ann", attempt.id)] == ["q1"]

    postgres_server.tell(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    time.now += AGAIN_AFTER
    assert store.attempts.record("ann", answer("q2", attempt.id)).question == "q2"
    assert store.problem is None
    other = Store(url=postgres_address)
    assert [one.question for one in other.attempts.answers("ann")] == ["q1", "q2"]
    assert len(other.reviews.history("ann")) == 2
    store.close()
    other.close()


def test_a_server_that_is_not_there_is_told_of_without_the_password(tmp_path: Path) -> None:
    store = Store(url=f"postgresql://ann:secret@/keyspace?host={tmp_path}")
    assert "does not answer" in (store.problem or "")
    assert "secret" not in (store.problem or "")
    store.mark("lock", "Run")
    assert store.done() == {("lock", "Run")}
    store.close()


def test_a_value_that_a_database_refuses_is_our_fault_and_no_trouble_of_the_database(
    postgres_address: str,
) -> None:
    store = Store(url=postgres_address)
    with pytest.raises(Exception, match="NUL"):
        store.mark("lock", "a\0b", "ann")
    assert store.problem is None
    store.mark("lock", "Run", "ann")
    assert ("lock", "Run") in store.done("ann")
    store.close()
