"""The race lab: the learner is the scheduler. The address holds the setting and the whole schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lab.snapshot import difference
from lessons import code as sources
from lessons import curriculum, library
from ui import frame, places, session
from ui.components import keyspace
from ui.components.code import coloured
from ui.components.stepper import draw_stepper
from ui.race_explorer import Explorer, explorers, own_text, schedule_of, snapshot_of
from ui.race_own import OWN, draw_own, text_of, why_not
from ui.race_source import FAULTS, Offer, Setting, offers, setting_of
from ui.race_words import judged, reasons, test_of
from ui.theme import actor_styles

__all__ = ["draw"]

_ASKED = ("race", "n", "v", "clients", *FAULTS, "show", "at")


@st.fragment
def draw() -> None:
    with frame.guard():
        slug = st.query_params.get("race", "")
        known = offers(slug)
        if not known:
            _no_race(slug)
            return
        number = st.query_params.get("n", "1")
        position = min(int(number), len(known)) if number.isdigit() and int(number[:4]) > 0 else 1
        _draw(known, known[max(position, 1) - 1])


def _no_race(slug: str) -> None:
    st.title("That race is not here", anchor=False)
    entry = curriculum.entry(slug, library.chapters())
    if entry is None:
        st.error(f"There is no pattern {slug[:60]!r} to race.")
    else:
        st.error(f"{entry.title} has no race yet.")
    st.button("The path", shortcut="p", on_click=places.go_home)


def _draw(known: tuple[Offer, ...], offer: Offer) -> None:
    own_is_off = why_not()
    own = text_of(offer) if st.query_params.get("v") == OWN and not own_is_off else ""
    setting = setting_of(offer, st.query_params.to_dict(), own)
    explorer = explorers().of(session.learner())
    verdict = explorer.verdict(setting, offer.bounds)
    entry = curriculum.entry(offer.slug, library.chapters())
    wrong = (verdict.get("counterexample") or {}).get("wrong") or ""
    data: dict[str, Any] = {
        "title": entry.title if entry else offer.title,
        "slug": offer.slug,
        "race": offer.title,
        "races": [{"number": one.number, "title": one.title} for one in known],
        "number": offer.number,
        "invariant": offer.invariant,
        "anomaly": offer.anomaly,
        "twin": offer.twin,
        "beyond": offer.beyond,
        "version": OWN if own else setting.version,
        "own_is_off": own_is_off,
        "settings": _settings(offer, setting),
        "backend": session.backend().title,
        "verdict": judged(verdict, offer.bounds),
        "show": st.query_params.get("show", ""),
        "plan": (verdict.get("counterexample") or {}).get("address", ""),
    }
    if not verdict.get("states"):
        draw_stepper({**data, "run": None}, go=_go)
        _own(offer, own, own_is_off, data["verdict"], wrong)
        return
    address, problem = _possible(explorer, setting, st.query_params.get("at", ""))
    told = explorer.schedule(setting, address)
    draw_stepper({**data, "run": {**_run(explorer, setting, told), "problem": problem}}, go=_go)
    _own(offer, own, own_is_off, data["verdict"], wrong)
    _to_copy(setting, told)


def _own(offer: Offer, own: str, own_is_off: str, verdict: Mapping[str, Any], wrong: str) -> None:
    if own:
        draw_own(offer, verdict, wrong)
    elif own_is_off and st.query_params.get("v") == OWN:
        st.info(own_is_off)


def _go(changed: Mapping[str, Any]) -> None:
    """To another place: only what is named changes. Another setting begins at the beginning."""
    asked = {name: value for name, value in st.query_params.to_dict().items() if name in _ASKED}
    asked |= {name: str(value)[:2000] for name, value in changed.items() if name in _ASKED}
    st.query_params.from_dict({name: value for name, value in asked.items() if value})


def _settings(offer: Offer, setting: Setting) -> list[dict[str, Any]]:
    words = {
        "crashes": "Crashes", "lost_replies": "Lost replies", "lost_requests": "Lost requests",
        "time_jumps": "Time jumps",
    }  # fmt: skip
    least = offer.clients
    found = [
        {
            "name": "clients",
            "label": "Clients",
            "value": setting.clients,
            "least": least,
            "most": offer.most_clients,
        }
    ]
    for name, value in setting.faults:
        most = getattr(offer.most_faults, name)
        found.append({"name": name, "label": words[name], "value": value, "least": 0, "most": most})
    return found


def _possible(explorer: Explorer, setting: Setting, address: str) -> tuple[str, str]:
    """The longest beginning of an address that can be walked, and a sentence if that is not all of it."""
    codes = [code for code in address.split(".") if code]
    for number, code in enumerate(codes):
        beginning = ".".join(codes[: number + 1])
        try:
            if number == 0:
                explorer.schedule(setting, address)
                return address, ""
        except ValueError:
            pass
        try:
            explorer.schedule(setting, beginning)
        except ValueError:
            return ".".join(codes[:number]), (
                f"Event {number + 1} of the address, {code[:12]!r}, is not possible there. "
                "The run is shown up to that event."
            )
    return ".".join(codes), ""


def _run(explorer: Explorer, setting: Setting, told: dict[str, Any]) -> dict[str, Any]:
    """Where everybody stands after these events."""
    steps = told["steps"]
    state = steps[-1]["state_after"] if steps else 0
    here = explorer.at(setting, state)
    before = explorer.at(setting, steps[-1]["state_before"]) if steps else here
    now = snapshot_of(here["keyspace"])
    changes = difference(snapshot_of(before["keyspace"]), now)
    names = [one["name"] for one in here["clients"]]
    styles = actor_styles(names)
    start = explorer.at(setting, 0)
    clients = []
    for number, one in enumerate(here["clients"], 1):
        place = one["places"][0] if one["places"] else None
        last = next(
            (step["place"] for step in reversed(steps) if step["actor"] == one["name"] and step["place"]),
            None,
        )
        if place is None:
            first = start["clients"][number - 1]["places"]
            last = last or (first[0] if first else None)
        clients.append(
            {
                "number": number, "name": one["name"], "status": one["status"], "next": one["next_command"],
                "result": one["result"], "code": _code(place or last, setting),
                "line": place["line"] if place else 0,
                "can": reasons(number, one, here["enabled"], steps, dict(setting.faults)),
                **styles[one["name"]].data(),
            }
        )  # fmt: skip
    schedule = schedule_of(told)
    plain = {"place": 0, "shape": "shield", "letters": "T", "time": True}
    return {
        "at": told["address"],
        "clients": clients,
        "jumps": [
            {"code": one["code"], "says": f"Time jump {one['code'][1:]}".strip()}
            for one in here["enabled"] if one["event"] == "time jump"
        ],
        "no_jump": _no_jump(steps, dict(setting.faults)),
        "keys": keyspace.data(now, changes, now.at, "Keys")["rows"],
        "clock_ms": here["clock_ms"],
        "strip": [
            {
                "code": one.code, "actor": one.actor, "event": one.event, "says": one.says,
                **(styles[one.actor].data() if one.actor in styles else plain),
            }
            for one in schedule.steps
        ],
        "wrong": told["wrong"] or here["wrong"],
        "over": not here["enabled"],
        "ending": _ending(here["clients"]) if not here["enabled"] else "",
    }  # fmt: skip


def _ending(clients: list[dict[str, Any]]) -> str:
    """What a run that can go no further says when not everybody has finished; empty if everybody has."""
    waiting = " and ".join(one["name"] for one in clients if one["status"] == "blocked")
    held = " and ".join(one["name"] for one in clients if one["status"] == "held")
    if waiting:
        return f"This run ends in a deadlock: {waiting} would wait for ever."
    if held:
        return (
            f"The search stopped here, at its limit of steps: {held} would go on. Nothing is shown by that."
        )
    return ""


def _no_jump(steps: list[dict[str, Any]], faults: dict[str, int]) -> str:
    used = sum(one["event"] == "time jump" for one in steps)
    if used >= faults["time_jumps"]:
        return f"All time jumps of this setting are used: {used} of {faults['time_jumps']}."
    return "Time has nothing to jump to: no key has a deadline ahead and nobody waits."


def _code(place: dict[str, Any] | None, setting: Setting) -> dict[str, Any]:
    found = None
    if place and (own := own_text(setting)) and (text := own.get(place["path"].strip("<>"))):
        shown = sources.named(offers(setting.slug)[setting.number - 1].file)
        found = sources.in_text(text, shown, place["line"])
    elif place:
        found = sources.at_line(place["path"], place["line"])
    if found is None:
        return {"path": place["path"] if place else "", "name": "", "first": 1, "lines": []}
    return {
        "path": found.path, "name": found.name, "first": found.first_line,
        "lines": coloured(found.text, found.path),
    }  # fmt: skip


def _to_copy(setting: Setting, told: dict[str, Any]) -> None:
    if not told["steps"]:
        return
    schedule = schedule_of(told)
    with st.expander("This run as a diagram and to copy"):
        diagram, story, mermaid, test = st.tabs(["Diagram", "Story", "Mermaid", "pytest"])
        with diagram:
            draw_sequence(schedule)
        story.code(schedule.story(), language=None, wrap_lines=True)
        mermaid.code(schedule.to_mermaid(), language=None, wrap_lines=True)
        test.code(test_of(setting, schedule), language="python", wrap_lines=True)


def draw_sequence(schedule: Any) -> None:
    from ui.components.sequence import draw_sequence as draw_it

    draw_it(schedule, key="sequence")
