"""Experiments are run as a page runs them: real servers, one workshop a trial, sentences for errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab.errors import LabError
from lab.server import PrivateServer
from lab.workshop import Progress, Stopped, Workshop
from lessons.__main__ import main
from lessons.experimenting import experiments_of, run_experiments, try_trial
from lessons.inputs import InputErrors, Integer
from lessons.library import LIBRARY, Loaded
from lessons.model import Count, Experiment, Fault, Lesson, Load, Shown, Trial
from lessons.pictures import Lane, Table, Timeline

ENDED: list[PrivateServer] = []


def works(workshop: Workshop, /, *, many: int) -> Shown:
    server = workshop.server()
    ENDED.append(server)
    workshop.progress(0.5, "halfway")
    with server.spec().client() as redis:
        redis.incrby("n", many)
        found = int(redis.get("n"))
    picture = Timeline("A picture", (Lane("ann"),), 1.0)
    return Shown(f"It is {found}.", "good", (Count("n", found),), picture, (Table("A table", ("a",)),))


def breaks(workshop: Workshop, /, *, many: int) -> Shown:
    raise LabError("no_server", "There is no server.")


def stops(workshop: Workshop, /, *, many: int) -> Shown:
    workshop.stop()
    workshop.check()
    raise AssertionError("it went on")


GOOD, WRONG, BROKEN = (
    Trial("good", works, "good"),
    Trial("wrong", works, "bad"),
    Trial("broken", breaks, "good"),
)
EXPERIMENT = Experiment(
    "It counts", "Watch for n.", (GOOD, WRONG, BROKEN), (Integer("many", "Many", 3, 1, 9),)
)
FAULTS, LOADS = Fault("Faults", (EXPERIMENT,)), Load("Loads", (EXPERIMENT,))


def loaded() -> Loaded:
    lesson = Lesson("Toy", "None.", 10, (FAULTS, LOADS))
    return Loaded(LIBRARY.load("leaderboard").entry, lesson, ())


def test_every_trial_of_faults_and_loads_is_run_with_the_defaults() -> None:
    assert [heading for heading, _ in experiments_of(loaded())] == ["Faults", "Loads"]
    tried = list(run_experiments(loaded()))
    assert [(one.heading, one.trial.label, one.ok) for one in tried] == [
        (heading, label, ok)
        for heading in ("Faults", "Loads")
        for label, ok in (("good", True), ("wrong", False), ("broken", False))
    ]
    assert tried[0].inputs == {"many": 3}
    assert ENDED[-1].process.ended is not None


def test_what_was_seen_as_plain_data() -> None:
    told: list[Progress] = []
    tried = try_trial("Faults", EXPERIMENT, GOOD, {"many": 5}, told.append)
    data: dict[str, Any] = tried.as_json()
    assert data.pop("ms") > 0
    assert data == {
        "step": "Faults", "experiment": "It counts", "action": "good", "inputs": {"many": 5}, "ok": True,
        "failure": None, "unavailable": False, "watch": "Watch for n.", "says": "It is 5.",
        "tone": "good", "expect": "good",
        "counts": [{"label": "n", "value": 5, "unit": "", "tone": "plain"}],
        "picture": "A picture: ann: nothing.", "more": ["A table: empty."], "commands": [], "keyspace": [],
    }  # fmt: skip
    assert told == [Progress(0.5, "halfway")]


def test_the_command_line_runs_experiments_with_what_was_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "distributed_lock", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    tried = [action for action in document["lessons"][0]["actions"] if "expect" in action]
    assert tried
    assert all(action["tone"] == action["expect"] and action["ok"] for action in tried)
    assert {"bad", "good"} <= {action["expect"] for action in tried}


def test_without_any_server_a_trial_is_not_run_and_that_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not try_trial("Faults", EXPERIMENT, BROKEN).unavailable
    monkeypatch.setenv("KEYSPACE_SERVER", "fakeredis")
    tried = try_trial("Faults", EXPERIMENT, BROKEN)
    assert (tried.unavailable, tried.ok) == (True, True)
    assert tried.failure is not None


def test_what_goes_wrong_is_a_sentence() -> None:
    data = try_trial("Faults", EXPERIMENT, BROKEN).as_json()
    assert (data["ok"], data["says"], data["tone"]) == (False, None, None)
    assert data["failure"] == {"kind": "LabError", "says": "There is no server."}


def test_a_stop_passes_and_bad_input_is_refused() -> None:
    with pytest.raises(Stopped):
        try_trial("Faults", EXPERIMENT, Trial("stops", stops, "good"))
    with pytest.raises(InputErrors):
        try_trial("Faults", EXPERIMENT, GOOD, {"many": 10})
