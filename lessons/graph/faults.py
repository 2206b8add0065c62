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
    opened = graph.unlocked_by(ROOT)
    rows, half = [], 0
    for skill in skills:
        forwards, backwards = ROOT in graph.prerequisites(skill), skill in opened
        half += forwards != backwards
        tone: Tone = "good" if forwards == backwards else "bad"
        rows.append(TableRow((f"{skill} needs {ROOT}", _word(forwards), _word(backwards)), tone))
    tone = "bad" if half else "good"
    return Shown(
        f"{plural(min(deaths, edges), 'teacher')} died while drawing. "
        f"{plural(half, 'edge')} can be walked one way only.",
        tone,
        (Count("Half edges", half, "", tone),),
        Table("Each edge", ("Edge", "What it needs", "What it opens"), tuple(rows)),
    )


def _word(there: bool) -> str:
    return "there" if there else "missing"


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
