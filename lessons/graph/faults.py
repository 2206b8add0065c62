"""The fault that matters for a graph: whoever draws an edge dies between its two directions."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as RedisConnectionError

from lessons.breaking import Lossy
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.graph import CoreSkillGraph, NaiveSkillGraph, SkillGraph

if TYPE_CHECKING:
    from lab.workshop import Workshop

ROOT = "redis"
EDGES = Integer("edges", "Edges drawn", 6, 1, 30, help="Each skill needs the same first one.")
DEATHS = Integer("deaths", "Teachers who die", 3, 0, 30, help="While drawing the first edges, one each.")

Kind = type[NaiveSkillGraph] | type[CoreSkillGraph] | type[SkillGraph]


def teachers_die(workshop: Workshop, kind: Kind, command: str, nth: int, *, edges: int, deaths: int) -> Shown:
    """Edges are drawn; some teachers lose their connection in the middle, and never come back.

    Of every two who die, the command of one never reaches the server, and that of the other is executed and
    its reply is lost.
    """
    workshop.progress(0.1, "A server, and a tree without edges")
    lossy = Lossy(workshop, "graph")
    graph = kind(lossy.direct, "skills")
    skills = [f"skill-{number}" for number in range(1, edges + 1)]
    for skill in (ROOT, *skills):
        graph.add_skill(skill)
    for number, skill in enumerate(skills):
        workshop.progress(0.2 + 0.6 * number / edges, f"Edge {number + 1} of {edges}")
        if number < deaths:
            lose = lossy.proxy.drop_reply if number % 2 else lossy.proxy.drop_request
            lose(command, nth)
        with contextlib.suppress(RedisConnectionError):
            kind(lossy.client(retries=0), "skills").require(skill, ROOT)
    workshop.progress(0.9, "Every edge is walked both ways")
    teachers = {skill: _fate(number, deaths, nth) for number, skill in enumerate(skills)}
    opened = graph.unlocked_by(ROOT)
    rows, half = [], 0
    for skill in skills:
        forwards, backwards = ROOT in graph.prerequisites(skill), skill in opened
        half += forwards != backwards
        rows.append(_row(f"{skill} needs {ROOT}", teachers[skill], forwards, backwards))
    tone: Tone = "bad" if half else "good"
    return Shown(
        f"{plural(min(deaths, edges), 'teacher')} died while drawing. "
        f"{plural(half, 'edge') if half else 'No edge'} can be walked one way only.",
        tone,
        (Count("Half edges", half, "", tone),),
        Table("Each edge", ("Edge", "Its teacher", "What it needs", "What it opens"), tuple(rows)),
    )


def _fate(number: int, deaths: int, nth: int) -> str:
    """What became of the teacher of this edge; the server heard all but the `nth` command."""
    if number >= deaths:
        return "lived"
    if number % 2:
        return "died after"
    return "died before the server heard" + (" the other half" if nth > 1 else "")


def _row(edge: str, teacher: str, forwards: bool, backwards: bool) -> TableRow:
    """An edge that was never drawn is no fault, and nothing to be proud of."""
    if not (forwards or backwards):
        return TableRow((edge, teacher, "not drawn", "not drawn"))
    ends = ("there" if there else "missing" for there in (forwards, backwards))
    return TableRow((edge, teacher, *ends), "good" if forwards == backwards else "bad")


def naive(workshop: Workshop, /, *, edges: int, deaths: int) -> Shown:
    return teachers_die(workshop, NaiveSkillGraph, "SADD", 2, edges=edges, deaths=deaths)


def core(workshop: Workshop, /, *, edges: int, deaths: int) -> Shown:
    return teachers_die(workshop, CoreSkillGraph, "EVALSHA", 1, edges=edges, deaths=deaths)


def module(workshop: Workshop, /, *, edges: int, deaths: int) -> Shown:
    return teachers_die(workshop, SkillGraph, "GRAPH.QUERY", 1, edges=edges, deaths=deaths)


FAULTS = (
    Experiment(
        "A teacher dies in the middle",
        watch="Watch for edges that only one of their two ends knows. Nobody will ever mend them.",
        trials=(
            Trial("Naive: two commands", naive, "bad", (NaiveSkillGraph.require,)),
            Trial("Hardened: an edge is one thing", module, "good", (SkillGraph.require,)),
            Trial("On core types: one script", core, "good", (CoreSkillGraph.require,)),
        ),
        inputs=(EDGES, DEATHS),
        seconds=1.0,
    ),
)

FAULT = Fault("A teacher dies in the middle", FAULTS)
