"""What the stage component draws, as plain data: one function of a room. No keys and no widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from lessons.library import Loaded
from lessons.measure import told
from lessons.model import Fact, Pair, Shown
from lessons.present.cues import action_of, answer_of, experiment_of, fact_of, keys_of, pair_of, way_of
from lessons.present.derive import answer_line
from lessons.present.moments import from_now
from lessons.present.scale import slots_picture
from lessons.present.scenes import (
    Answer,
    Choose,
    Duel,
    Locate,
    Look,
    Measure,
    Play,
    Reckon,
    Scene,
    Try,
    Turn,
)  # fmt: skip
from lessons.slots import place
from lessons.staging import plural
from ui.charts.counts import number
from ui.components.code import coloured, pieces, scripts_called, source_of
from ui.components.code import data as code_data
from ui.stage_room import StageRoom
from ui.stage_work import choice_data, cost_data, points_data, slots_data, version_data
from ui.theme import ActorStyle, actor_styles

if TYPE_CHECKING:
    from lab.bench import Outcome
    from lessons.code import Code
    from lessons.pictures import Picture

__all__ = ["outcome_word", "pictures_of", "scene_data"]

MOST = 60
"""Commands that are sent to the page; no screen shows as many in this size."""

CROWD = "The order of the clients is up to the machine; what is counted is not."


def scene_data(room: StageRoom, loaded: Loaded) -> dict[str, Any]:
    """Everything that the room sees of the scene that it is at, except its picture."""
    position, scene = room.position, room.deck.scenes[room.position]
    result, outcome = room.results.get(position), room.outcome(position)
    data: dict[str, Any] = {
        "kind": scene.kind, "title": scene.title, "line": scene.line,
        "cue": _cue(scene, loaded, again=position in room.revealed), "typed": _typed(scene),
        "hands": _hands(room, scene), "revealed": position in room.revealed, "says": room.says,
        "result": None, "answer": "", "code": [], "log": [], "log_total": 0,
        "note": CROWD if isinstance(scene.cue, Play) and scene.cue.crowd else "",
    }  # fmt: skip
    match scene.cue:
        case Play() as cue:
            data |= _ran(outcome, action_of(loaded, cue).shows)
        case Try() as cue:
            _, trial = experiment_of(loaded, cue)
            failure = getattr(result, "failure", None)
            shown = getattr(result, "shown", None)
            data |= {"result": _result(shown, failure, "") if result else None, **_code(trial.shows)}
        case Measure() as cue:
            data |= _measured(outcome, fact_of(loaded, cue))
        case Look() as cue:
            pair = pair_of(loaded, cue)
            data["pair"] = _side_by_side(pair)
        case Answer() as cue if position in room.revealed:
            data["answer"] = answer_line(answer_of(loaded, cue))
        case Reckon() as cue:
            data |= cost_data(loaded, cue, outcome)
        case Locate() as cue:
            data |= slots_data(loaded, cue, revealed=position in room.revealed)
        case Turn() as cue:
            data |= version_data(room, loaded, cue, outcome)
            data |= _code([code]) if (code := way_of(loaded, cue).trial) else {}
        case Choose() as cue:
            data["choice"] = choice_data(cue.question, data["hands"], revealed=position in room.revealed)
        case _:
            pass
    return data | points_data(scene.points)


def pictures_of(room: StageRoom, loaded: Loaded) -> tuple[tuple[Picture, ...], dict[str, ActorStyle]]:
    """The pictures of what was run or computed, with the looks of their actors."""
    result, cue = room.results.get(room.position), room.deck.scenes[room.position].cue
    if isinstance(cue, Locate) and room.position in room.revealed:
        return (slots_picture(place(keys_of(loaded, cue))),), {}
    shown = getattr(result, "value", None) or getattr(result, "shown", None)
    if not isinstance(shown, Shown) or shown.picture is None:
        return (), {}
    styles = actor_styles(command.actor for command in getattr(result, "commands", ()))
    return (shown.picture, *shown.more), styles


def outcome_word(result: Any) -> str:
    """What hands are judged by: the tone of what was shown; empty where it failed."""
    shown = getattr(result, "value", None) or getattr(result, "shown", None)
    return shown.tone if isinstance(shown, Shown) else ""


def _cue(scene: Scene, loaded: Loaded, *, again: bool) -> str:
    """What Enter does here."""
    match scene.cue:
        case Play() | Try():
            return "run it again" if again else "run it"
        case Duel():
            return "show the verdict"
        case Measure() as cue if fact_of(loaded, cue).measure:
            return "measure again" if again else "measure it here"
        case Reckon():
            return "measure again" if again else "measure and multiply"
        case Turn():
            return "try again" if again else "try it here"
        case Locate() if not again:
            return "compute the slots"
        case Answer() | Choose() if not again:
            return "show the answer"
    return ""


def _typed(scene: Scene) -> str:
    if not isinstance(scene.cue, Play | Try) or not scene.cue.inputs:
        return ""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in scene.cue.inputs)


def _hands(room: StageRoom, scene: Scene) -> list[dict[str, Any]]:
    counts = room.hands.get(room.position, [0] * len(scene.hands))
    word = room.deck.scenes[room.position].hands and _word(room)
    return [
        {
            "key": "abcdef"[number],
            "label": hand.label,
            "count": counts[number],
            "right": word in hand.means if word else None,
        }
        for number, hand in enumerate(scene.hands)
    ]


def _word(room: StageRoom) -> str:
    if room.position not in room.revealed:
        return ""
    return room.verdicts.get(room.position) or outcome_word(room.results.get(room.position))


def _ran(outcome: Outcome[Shown] | None, shows: Sequence[Any]) -> dict[str, Any]:
    if outcome is None:
        return _code(shows)
    styles = actor_styles(command.actor for command in outcome.commands)
    start = outcome.before.at
    total = len(outcome.commands) + outcome.dropped
    cost = f"{plural(total, 'command')}, {plural(outcome.round_trips, 'round trip')}"
    return {
        "result": _result(outcome.value, outcome.failure, cost),
        "code": _brief(code_data(pieces(outcome.commands, shows), outcome.commands, styles)["pieces"]),
        "log_total": total,
        "log": [
            {
                "actor": command.actor, **styles[command.actor].data(), "name": command.name,
                "text": _shorter(from_now(command.text, start), command.script),
                "reply": from_now(command.error or command.reply, start), "bad": bool(command.error),
            }
            for command in outcome.commands[:MOST]
        ],
    }  # fmt: skip


def _shorter(text: str, script: str | None) -> str:
    return text.replace(script, f"{script[:6]}…", 1) if script else text


def _result(shown: Shown | None, failure: Any, cost: str) -> dict[str, Any]:
    if failure or shown is None:
        return {"says": failure.says if failure else "", "tone": "bad", "counts": [], "cost": cost}
    counts = [
        {"label": one.label, "value": number(one.value), "unit": one.counted, "tone": one.tone}
        for one in shown.counts
    ]
    return {"says": shown.says, "tone": shown.tone, "counts": counts, "cost": cost}


def _measured(outcome: Outcome[str] | None, fact: Fact) -> dict[str, Any]:
    said = {"answer": ", ".join(one.title for one in fact.citations)}
    if outcome is None:
        return said
    found = told(outcome.value or "")
    says = outcome.failure.says if outcome.failure else f"{found.label}: {found.says}"
    tone = "bad" if outcome.failure else "good" if found.here else "plain"
    return {**said, "result": {"says": says, "tone": tone, "counts": [], "cost": ""}}


def _code(shows: Sequence[Any]) -> dict[str, Any]:
    found: list[Code] = pieces((), shows)
    scripts = [script for thing in shows[:1] for script in _scripts(thing)]
    return {"code": _brief(code_data([*found[:1], *scripts[:1], *found[1:]], (), {})["pieces"])}


def _brief(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two pieces at most, with the lines that go first where there is no room: docstrings, remarks on top."""
    for piece in shown[:2]:
        lines = ["".join(part for _, part in line) for line in piece["lines"]]
        piece["talk"] = _talk(lines)
    return shown[:2]


def _talk(lines: list[str]) -> list[int]:
    """Which lines are a docstring, or comments above the first statement of a script."""
    marks = [at for at, line in enumerate(lines) if '"""' in line]
    if marks and marks[0] < 8:
        closes = marks[0] if lines[marks[0]].count('"""') == 2 else next(iter(marks[1:2]), marks[0])
        return list(range(marks[0], closes + 1))
    remarks = [at for at, line in enumerate(lines[1:], 1) if line.startswith("--")]
    return [at for place, at in enumerate(remarks, 1) if at == place]


def _scripts(thing: Any) -> list[Code]:
    try:
        return scripts_called(thing)
    except LookupError:
        return []


def _side_by_side(pair: Pair) -> list[dict[str, Any]]:
    """Both texts, their lines marked where the other has none like them."""
    texts = [source_of(pair.naive), source_of(pair.hardened)]
    rows = [one.text.rstrip("\n").splitlines() for one in texts]
    same: tuple[set[int], set[int]] = (set(), set())
    for block in SequenceMatcher(a=rows[0], b=rows[1], autojunk=False).get_matching_blocks():
        same[0].update(range(block.a, block.a + block.size))
        same[1].update(range(block.b, block.b + block.size))
    return [
        {
            "title": title,
            "path": code.path,
            "lines": coloured(code.text, code.path),
            "changed": sorted(set(range(len(lines))) - here),
        }
        for title, code, lines, here in zip((pair.left, pair.right), texts, rows, same, strict=True)
    ]
