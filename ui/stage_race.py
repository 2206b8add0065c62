"""A race in front of a room: every key is somebody's shout. The race lab's own graph, in fewer words."""

from __future__ import annotations

from typing import Any

from lab.snapshot import difference
from lessons import code as sources
from lessons import racing
from lessons.present.scenes import Duel
from ui import session
from ui.components import keyspace
from ui.components.code import coloured
from ui.race_explorer import Explorer, explorers, schedule_of, snapshot_of
from ui.race_source import Offer, Setting, offers, setting_of
from ui.race_words import judged, reasons
from ui.theme import actor_styles

__all__ = ["plan", "press", "race_data"]

AROUND = 4
"""Lines of code above and below the one where a client stands."""


def race_data(slug: str, cue: Duel, address: str, *, revealed: bool) -> dict[str, Any]:
    """Where everybody stands after these events, and the verdict once it is revealed."""
    offer, setting, explorer = _at_hand(slug, cue)
    verdict = explorer.verdict(setting, offer.bounds)
    told_verdict = judged(verdict, offer.bounds)
    shown = told_verdict if revealed else None
    if not verdict.get("states"):
        return {"run": None, "verdict": told_verdict}
    told = explorer.schedule(setting, address)
    steps = told["steps"]
    here = explorer.at(setting, steps[-1]["state_after"] if steps else 0)
    before = explorer.at(setting, steps[-1]["state_before"]) if steps else here
    now = snapshot_of(here["keyspace"])
    styles = actor_styles([one["name"] for one in here["clients"]])
    start = explorer.at(setting, 0)
    clients = []
    for number, one in enumerate(here["clients"], 1):
        place = one["places"][0] if one["places"] else None
        seen = [step["place"] for step in steps if step["actor"] == one["name"] and step["place"]]
        first = start["clients"][number - 1]["places"]
        clients.append(
            {
                "number": number, "name": one["name"], "status": one["status"], "next": one["next_command"],
                "result": one["result"], "code": _code(place or (seen or first or [None])[-1], bool(place)),
                **styles[one["name"]].data(),
            }
        )  # fmt: skip
    plain = {"place": 0, "shape": "shield", "letters": "T", "time": True}
    return {
        "verdict": shown,
        "run": {
            "clients": clients,
            "keys": keyspace.data(now, difference(snapshot_of(before["keyspace"]), now), now.at)["rows"],
            "strip": [
                {
                    "actor": one.actor, "event": one.event, "says": one.says,
                    **(styles[one.actor].data() if one.actor in styles else plain),
                }
                for one in schedule_of(told).steps
            ],
            "wrong": told["wrong"] or here["wrong"] or "",
            "over": not here["enabled"],
        },
    }  # fmt: skip


def press(slug: str, cue: Duel, address: str, code: str, chosen: int) -> tuple[str, str]:
    """The address after a key (1 to 9, c, l, q, t, u), and why nothing happened where nothing did."""
    offer, setting, explorer = _at_hand(slug, cue)
    if not explorer.verdict(setting, offer.bounds).get("states"):
        return address, "This race cannot be explored here."
    events = [one for one in address.split(".") if one]
    if code == "u":
        return ".".join(events[:-1]), "" if events else "This is the beginning: there is nothing to undo."
    told = explorer.schedule(setting, address)
    steps = told["steps"]
    here = explorer.at(setting, steps[-1]["state_after"] if steps else 0)
    possible = [one["code"] for one in here["enabled"]]
    if code == "t":
        jump = next((one["code"] for one in here["enabled"] if one["event"] == "time jump"), "")
        return (".".join([*events, jump]), "") if jump else (address, "No time jump is possible here.")
    number = int(code) if code.isdigit() else chosen
    letter = "" if code.isdigit() else code
    if not 1 <= number <= len(here["clients"]):
        return address, f"There is no client {number} in this race."
    if f"{number}{letter}" in possible:
        return ".".join([*events, f"{number}{letter}"]), ""
    one = here["clients"][number - 1]
    why = reasons(number, one, here["enabled"], steps, dict(setting.faults))
    return address, why.get(letter or "run") or f"{one['name']} cannot do that here."


def plan(slug: str, cue: Duel) -> tuple[str, str]:
    """The address of the shortest counterexample, if there is one, and the verdict's word."""
    offer, setting, explorer = _at_hand(slug, cue)
    verdict = explorer.verdict(setting, offer.bounds)
    return (verdict.get("counterexample") or {}).get("address", ""), verdict["status"]


def _at_hand(slug: str, cue: Duel) -> tuple[Offer, Setting, Explorer]:
    known = offers(slug)
    offer = next(one for one in known if one.title == _title(slug, cue))
    return offer, setting_of(offer, {"v": cue.version}), explorers().of(session.learner())


def _title(slug: str, cue: Duel) -> str:
    return racing.named(slug, cue.race).heading


def _code(place: dict[str, Any] | None, stands: bool) -> dict[str, Any]:
    """The lines around the one where the client stands."""
    found = sources.at_line(place["path"], place["line"]) if place else None
    if found is None or place is None:
        return {"path": "", "lines": [], "line": 0}
    lines = coloured(found.text, found.path)
    at = place["line"] - found.first_line
    begin = min(max(at - AROUND, 0), max(len(lines) - 2 * AROUND - 1, 0))
    return {
        "path": found.path.rsplit("/", 1)[-1],
        "lines": lines[begin : begin + 2 * AROUND + 1],
        "line": at - begin if stands else -1,
        "more": len(lines) - len(lines[begin : begin + 2 * AROUND + 1]),
    }
