from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.explorer import Isolated
from lab.scenario import Bounds

RACES = "tests.lab.explorer.races"
LEARNERS = "tests.lab.explorer.learners"
PATIENT = Bounds(seconds=60)  # this machine may be busy


@pytest.fixture(scope="module")
def isolated() -> Iterator[Isolated]:
    isolated = Isolated()
    yield isolated
    isolated.close()


def test_a_scenario_is_found_by_its_name_and_explored_elsewhere(isolated: Isolated) -> None:
    verdict = isolated.explore(f"{RACES}:COUNTER", bounds=PATIENT)
    assert (verdict["status"], verdict["schedules"], verdict["violating_schedules"]) == ("violated", 6, 4)
    assert verdict["counterexample"]["address"] == "1.2.2.1"


def test_its_graph_is_stepped_from_here(isolated: Isolated) -> None:
    isolated.explore(f"{RACES}:COUNTER", bounds=PATIENT)
    start = isolated.at(0)
    assert [choice["code"] for choice in start["enabled"]] == ["1", "2"]
    assert start["clients"][0]["next_command"] == "GET n"
    assert start["clients"][0]["places"][0]["function"] == "count_badly"
    after = isolated.at(start["enabled"][0]["target"])
    assert after["keyspace"]["keys"] == []
    told = isolated.schedule("1.2.2.1")
    assert "lost update" in told["wrong"]


def test_a_schedule_in_an_address_is_replayed_without_a_search(isolated: Isolated) -> None:
    assert "lost update" in isolated.replay(f"{RACES}:COUNTER", "1.2.2.1")["wrong"]
    assert isolated.replay(f"{RACES}:COUNTER", "1.1.2.2")["wrong"] is None
    with pytest.raises(ValueError, match="not possible here"):
        isolated.replay(f"{RACES}:COUNTER", "1.1.1")


def test_the_learner_sets_clients_and_faults(isolated: Isolated) -> None:
    verdict = isolated.explore(f"{RACES}:many", arguments={"clients": 3, "crashes": 1}, bounds=PATIENT)
    assert (verdict["schedules"], len(verdict["counterexample"]["clients"])) == (450, 3)


def test_the_learners_own_text_is_explored_in_the_place_of_the_module(isolated: Isolated) -> None:
    right = "def count(r):\n    r.incr('n')\n    return True\n"
    mended = isolated.explore(f"{RACES}:learners_own", replace={LEARNERS: right}, bounds=PATIENT)
    assert mended["status"] == "proved"
    assert isolated.explore(f"{RACES}:learners_own", bounds=PATIENT)["status"] == "violated"


def test_a_mistake_in_it_names_the_line(isolated: Isolated) -> None:
    text = "def count(r):\n    return (\n"
    broken = isolated.explore(f"{RACES}:learners_own", replace={LEARNERS: text}, bounds=PATIENT)
    assert broken["status"] == "unsupported"
    assert "line 2: SyntaxError" in broken["says"]
    text = "x = 1\ny = x / 0\n"
    raising = isolated.explore(f"{RACES}:learners_own", replace={LEARNERS: text}, bounds=PATIENT)
    assert "line 2: ZeroDivisionError" in raising["says"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("open('/etc/passwd')", "may not open"),
        ("open('mine.txt', 'w')", "may not open"),
        ("__import__('os').system('true')", "without os.system"),
        ("__import__('subprocess').run(['true'])", "without"),
        ("__import__('os').remove('x')", "without os.remove"),
    ],
)
def test_it_cannot_reach_files_or_processes(isolated: Isolated, body: str, told: str) -> None:
    text = f"def count(r):\n    r.get('n')\n    {body}\n"
    verdict = isolated.explore(f"{RACES}:learners_own", replace={LEARNERS: text}, bounds=PATIENT)
    assert verdict["status"] == "violated"
    assert "PermissionError" in verdict["says"]
    assert told in verdict["says"]
    assert not Path("mine.txt").exists()


def test_an_endless_loop_is_told(isolated: Isolated) -> None:
    text = "def count(r):\n    while True:\n        pass\n"
    verdict = isolated.explore(f"{RACES}:learners_own", replace={LEARNERS: text}, bounds=Bounds(seconds=0.5))
    assert verdict["status"] == "unsupported"
    # The watchdog in the process tells the line; on a machine too busy for that, the process is ended.
    assert "endless loop" in verdict["says"] or "compute for ever" in verdict["says"]


def test_a_process_that_does_not_answer_is_killed_and_replaced(isolated: Isolated) -> None:
    verdict = isolated.explore(f"{RACES}:stuck", bounds=Bounds(seconds=0.2))
    assert verdict["status"] == "unsupported"
    assert isolated.explore(f"{RACES}:COUNTER", bounds=PATIENT)["status"] == "violated"
