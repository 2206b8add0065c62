"""What the race lab says: verdicts, why an event is not possible, the test to copy. No Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab.explorer import Schedule
from lab.scenario import Bounds
from ui.race_source import Setting

__all__ = ["judged", "reasons", "test_of"]

_SPENT = {
    "c": ("crash", "crashes", "A crash"),
    "l": ("lost reply", "lost_replies", "A lost reply"),
    "q": ("lost request", "lost_requests", "A lost request"),
}


def judged(verdict: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """The verdict in its own word, a sentence that says exactly what it covers, and the numbers."""
    status = verdict["status"]
    schedules, violating = verdict.get("schedules", 0), verdict.get("violating_schedules", 0)
    stopped = verdict.get("stopped", "")
    sentence = {
        "proved": f"Every one of the {schedules:,} schedules within these faults keeps the promise.",
        "violated": (
            f"A schedule breaks the promise. The search stopped at {stopped}: there are more than it has "
            "seen, and a shorter one may break it too."
        )
        if stopped
        else f"{violating:,} of {schedules:,} schedules break the promise.",
        "bounded": (
            "A limit stopped the search. No violation so far, and that is not a proof. The limits are "
            f"{bounds.states:,} states, {bounds.seconds:g} seconds, {bounds.steps_per_client} steps a client."
        ),
    }.get(status, "This cannot be explored.")
    if status not in ("proved", "violated", "bounded") and verdict.get("says"):
        sentence = f"{sentence} {verdict['says']}"
    numbers = (
        ("schedules covered", f"{schedules:,}"),
        ("violations", f"{violating:,}"),
        ("states", f"{verdict.get('states', 0):,}"),
        ("commands sent by the search", f"{verdict.get('commands_sent', 0):,}"),
        ("seconds", f"{verdict.get('seconds', 0.0):.2f}"),
        ("live re-runs, drawn at random", f"{verdict.get('validated_live', 0):,}"),
    )
    return {
        "status": status, "says": sentence, "backend": verdict.get("backend", ""),
        "numbers": [{"label": label, "value": value} for label, value in numbers],
    }  # fmt: skip


def reasons(
    number: int,
    client: Mapping[str, Any],
    enabled: Sequence[Mapping[str, Any]],
    steps: Sequence[Mapping[str, Any]],
    faults: Mapping[str, int],
) -> dict[str, str]:
    """For "" (the next command), c, l and q: nothing if it is possible, else why it is not."""
    codes = {one["code"] for one in enabled}
    found = {}
    for letter in ("", "c", "l", "q"):
        found[letter or "run"] = (
            "" if f"{number}{letter}" in codes else _why(letter, client, bool(enabled), steps, faults)
        )
    return found


def _why(
    letter: str,
    client: Mapping[str, Any],
    any_left: bool,
    steps: Sequence[Mapping[str, Any]],
    faults: Mapping[str, int],
) -> str:
    name = client["name"]
    if client["status"] == "done":
        return f"{name} is done."
    if client["status"] == "raised":
        return f"{name} has ended with an error."
    if client["status"] == "crashed":
        return f"{name} has crashed."
    if not any_left:
        return "The run ends here."
    if letter:
        event, setting, word = _SPENT[letter]
        used = sum(one["event"] == event for one in steps)
        if used >= faults[setting]:
            return f"{word} is not left: {used} of {faults[setting]} used. The settings allow more or fewer."
        if client["status"] == "blocked":
            return f"{name} waits for another client."
        return f"{word} changes nothing here: {client['next_command'] or 'the next step'} goes to no server."
    if client["status"] == "blocked":
        return f"{name} waits for another client: {client['next_command']}."
    return f"{name} is at the limit of its steps."


def test_of(setting: Setting, schedule: Schedule) -> str:
    """A test that replays this schedule."""
    given = setting.arguments()
    note = "    # With your own text in the place of the naive version.\n" if setting.own else ""
    told = "".join(f"    # {line}\n" for line in schedule.story().splitlines())
    return (
        "from lab.explorer import replay\nfrom ui.race_source import scenario\n\n\n"
        f"def test_this_schedule_keeps_the_promise():\n{note}{told}"
        f"    race = scenario({given['slug']!r}, {given['number']}, {given['version']!r}, "
        f"{given['clients']}, {given['faults']!r})\n"
        f'    assert replay(race, "{schedule.address}").wrong is None\n'
    )
