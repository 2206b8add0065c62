"""Edges that point one way, and circles that nobody drew alone, under both versions."""

from __future__ import annotations

from collections.abc import Callable
from graphlib import CycleError
from typing import TYPE_CHECKING

from lab.hold import Gate, after_reply
from lessons.graph.live import hardened
from lessons.inputs import Input, Integer
from lessons.lost import killed_after_reply
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.graph import Circle, CoreSkillGraph, NaiveSkillGraph, SkillGraph

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

AnyGraph = NaiveSkillGraph | SkillGraph | CoreSkillGraph
LOOKED = 2
"""Replies after which a naive writer has asked whether both skills exist, and looked one skill far."""

CROWD: tuple[Input, ...] = (
    Integer("teachers", "Teachers", 8, 2, 40, help="Each is a real thread with a connection of its own."),
)


def on(bench: Bench, naive: bool, redis: Redis, stage: str) -> AnyGraph:
    version = NaiveSkillGraph if naive else hardened(bench)
    return version(redis, stage, namespace=bench.namespace)


def fresh(bench: Bench, naive: bool, name: str, skills: list[str]) -> str:
    """The name of a graph of these skills, without an edge; the server knows the scripts."""
    stage = f"{name}-{'naive' if naive else 'hardened'}"
    clear(bench, f"graph:{{{stage}}}*")
    load_scripts(bench, "graph")
    graph = on(bench, naive, bench.quiet(), stage)
    for skill in skills:
        graph.add_skill(skill)
    return stage


def numbered(number: int) -> list[str]:
    return [f"skill-{place:02}" for place in range(1, number + 1)]


def drawn(graph: AnyGraph, skill: str, prerequisite: str) -> bool:
    """Whether the edge could be drawn."""
    try:
        graph.require(skill, prerequisite)
    except Circle:
        return False
    return True


def in_a_circle(graph: AnyGraph, skills: list[str]) -> int:
    """How many of the skills have no order in which they can be learned."""
    stuck = 0
    for skill in skills:
        try:
            graph.prerequisites(skill)
        except CycleError:
            stuck += 1
    return stuck


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    match command.name:
        case "SMEMBERS":
            return "sees no circle", "plain"
        case "SADD":
            return "writes a direction", "warn"
        case "EVALSHA":
            return ("draws", "good") if command.reply == "required" else ("is refused", "plain")
        case "GRAPH.QUERY":
            return ("is refused", "plain") if "true" in command.reply else ("draws", "good")
    return None


def burst(naive: bool, bench: Bench, *, teachers: int) -> Shown:
    """A ring of skills, an edge for each teacher; each is held after its look until all have looked."""
    skills = numbered(teachers)
    stage, begin, gate = fresh(bench, naive, "ring", skills), bench.log.mark(), Gate(teachers)

    def job(place: int) -> Callable[[Redis], bool]:
        def draw(redis: Redis) -> bool:
            with gate.holds(redis, LOOKED):
                return drawn(on(bench, naive, redis, stage), skills[place], skills[(place + 1) % teachers])

        return draw

    told = values(bench.together({f"teacher {place + 1:02}": job(place) for place in range(teachers)}))
    edges, stuck = sum(told.values()), in_a_circle(on(bench, naive, bench.quiet(), stage), skills)
    tone: Tone = "bad" if stuck else "good"
    return Shown(
        f"{plural(teachers, 'teacher')} tried to draw one edge each, and {edges} went in. "
        + (
            f"{plural(stuck, 'skill')} can never be learned: circle."
            if stuck
            else "Every skill can be learned."
        ),
        tone,
        (
            Count("Edges drawn", edges, f"of {teachers}"),
            Count("Refused", teachers - edges, "edges"),
            Count("Never to be learned", stuck, "skills", tone),
        ),
        timeline_of("What each teacher did", lanes_of(bench.log.since(begin).commands, in_words)),
    )


def naive_burst(bench: Bench, /, *, teachers: int) -> Shown:
    return burst(True, bench, teachers=teachers)


def hardened_burst(bench: Bench, /, *, teachers: int) -> Shown:
    return burst(False, bench, teachers=teachers)


BURST = Burst(
    "Everybody draws a harmless edge",
    naive=Action("Naive: all draw at once", naive_burst, CROWD, (NaiveSkillGraph.require,)),
    hardened=Action("Hardened: all draw at once", hardened_burst, CROWD, (SkillGraph.require,)),
)


class Steps:
    """Three small stories for one version. Each begins with a graph of its own."""

    def __init__(self, *, naive: bool) -> None:
        self.naive = naive
        self.require = NaiveSkillGraph.require if naive else SkillGraph.require

    def half(self, bench: Bench, /) -> Shown:
        """The teacher's process dies when the first direction is written."""
        stage = fresh(bench, self.naive, "half", ["keys", "sets"])
        app = bench.client("teacher")
        with killed_after_reply(app, LOOKED + 1 if self.naive else 1):
            on(bench, self.naive, app, stage).require("sets", "keys")
        graph = on(bench, self.naive, bench.client("learner"), stage)
        needs, opens = graph.prerequisites("sets"), graph.unlocked_by("keys")
        half = bool(needs) != bool(opens)
        return Shown(
            f"The teacher died. sets needs {', '.join(needs) or 'nothing'}; keys opens "
            f"{', '.join(opens) or 'nothing'}" + (": half edge." if half else "."),
            "bad" if half else "good",
            (
                Count(
                    "Directions that are there", bool(needs) + bool(opens), "of 2", "bad" if half else "good"
                ),
            ),
        )

    def circle(self, bench: Bench, /, *, skills: int) -> Shown:
        """A chain with one gap. One teacher closes the gap, the other ties the ends, both have looked."""
        names, gap = numbered(skills), skills // 2
        stage = fresh(bench, self.naive, "circle", names)
        seed = on(bench, self.naive, bench.quiet(), stage)
        for place in range(skills - 1):
            if place != gap - 1:
                seed.require(names[place], names[place + 1])
        other = on(bench, self.naive, bench.client("other teacher"), stage)
        told: list[bool] = []
        app = bench.client("teacher")
        # Naive: whether both exist, then one reply for each skill from the first to the gap.
        with after_reply(
            app,
            lambda: told.append(drawn(other, names[gap - 1], names[gap])),
            1 + gap if self.naive else 1,
        ):
            told.append(drawn(on(bench, self.naive, app, stage), names[-1], names[0]))
        stuck = in_a_circle(seed, names)
        return Shown(
            f"Two teachers tried to draw two edges at once, and {sum(told)} went in. "
            + (
                f"{plural(stuck, 'skill')} can never be learned: circle."
                if stuck
                else "Every skill can be learned."
            ),
            "bad" if stuck else "good",
            (Count("Never to be learned", stuck, f"of {skills}", "bad" if stuck else "good"),),
        )

    def moment(self, bench: Bench, /) -> Shown:
        """A learner walks while a teacher draws two edges, first to expiry and then to scripts."""
        stage = fresh(bench, self.naive, "moment", ["locks", "lua", "expiry", "scripts"])
        teacher = on(bench, self.naive, bench.quiet(), stage)
        teacher.require("locks", "lua")

        def draw() -> None:
            teacher.require("locks", "expiry")
            teacher.require("lua", "scripts")

        app = bench.client("learner")
        with after_reply(app, draw):
            found = on(bench, self.naive, app, stage).prerequisites("locks")
        never = "scripts" in found and "expiry" not in found
        return Shown(
            f"The learner sees: {', '.join(found)}. "
            + (
                "The second edge and not the first: a graph that never was."
                if never
                else "That was the whole graph at one moment."
            ),
            "warn" if never else "good",
            (Count("Seen", len(found), "skills"),),
        )

    def step(self, heading: str) -> Run:
        walk = NaiveSkillGraph.prerequisites if self.naive else SkillGraph.prerequisites
        return Run(
            heading,
            (
                Action("The teacher dies on the way", self.half, (), (self.require,)),
                Action(
                    "Two teachers close a circle",
                    self.circle,
                    (Integer("skills", "Skills in the circle", 4, 2, 30),),
                    (self.require,),
                ),
                Action("A learner looks meanwhile", self.moment, (), (walk,)),
            ),
        )


BY_HAND = Steps(naive=True).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(naive=False).step("The same stories, hardened")
