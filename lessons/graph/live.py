"""The live skill tree: draw edges, and ask it in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessons.inputs import Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Edge, Network, Node, Picture, Tone
from lessons.staging import load_scripts, plural
from patterns.graph import Circle, CoreSkillGraph, SkillGraph, UnknownSkill

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

NAME = "redis"
TREE = (
    ("sets", "keys"),
    ("hashes", "keys"),
    ("expiry", "keys"),
    ("lua", "sets"),
    ("lua", "hashes"),
    ("locks", "lua"),
    ("locks", "expiry"),
)
SKILL = Text("skill", "Skill", "locks", "", 60)
PREREQUISITE = Text("prerequisite", "Needs", "streams", "", 60)


def hardened(bench: Bench) -> type[SkillGraph] | type[CoreSkillGraph]:
    """The module's graph where the server has the module, and the one on core types elsewhere."""
    return SkillGraph if bench.backend.can("graph") else CoreSkillGraph


def on(bench: Bench, redis: Redis) -> SkillGraph | CoreSkillGraph:
    return hardened(bench)(redis, NAME, namespace=bench.namespace)


def graph(bench: Bench) -> SkillGraph | CoreSkillGraph:
    """The learner's graph, as an app sees it that has been up for a minute."""
    load_scripts(bench, "graph")
    return on(bench, bench.client("app"))


def goal(bench: Bench) -> list[str]:
    """What the picture leads to: the skill that was asked about last."""
    return note(bench, "goal", lambda: ["locks"])


def drawn(bench: Bench) -> list[str]:
    """The skills that were drawn here, in the order in which they came."""
    return note(bench, "skills", list)


def met(bench: Bench, *skills: str) -> None:
    drawn(bench)[:] = dict.fromkeys([*drawn(bench), *skills])


def way(bench: Bench) -> list[list[str]]:
    """The path that was found last, if one was asked for."""
    return note(bench, "way", lambda: [[]])


def picture(bench: Bench) -> Picture:
    """All skills and what they open, the goal, and the way that was found or else an order in which to learn.

    Never both, which would be two numberings in one picture.
    """
    load_scripts(bench, "graph")
    unseen, (wanted,), (found,) = on(bench, bench.quiet()), goal(bench), way(bench)
    skills = drawn(bench)
    edges = [(skill, opened) for skill in skills for opened in unseen.unlocked_by(skill)]
    skills = [*dict.fromkeys([*skills, *(opened for _, opened in edges)])]
    path = tuple(found) if set(found) <= set(skills) else ()
    before = unseen.prerequisites(wanted) if wanted in skills and not path else []
    nodes = tuple(
        Node(
            skill,
            state="the goal"
            if skill == wanted
            else f"number {before.index(skill) + 1}"
            if skill in before
            else "",
            tone="good" if skill == wanted else "plain",
        )
        for skill in skills
    )
    return Network(
        f"Skills, and the way to {wanted}" if wanted in skills else "Skills",
        nodes,
        tuple(Edge(*edge) for edge in edges),
        path,
        note="An arrow leads from a skill to one that it opens. "
        + ("Bold, with badges: the shortest way." if path else "Numbers: an order in which to learn."),
    )


def shown(bench: Bench, says: str, tone: Tone = "good", *counts: Count) -> Shown:
    return Shown(says, tone, counts, picture(bench))


def fill(bench: Bench, /) -> Shown:
    """A small tree of skills."""
    app, begin = graph(bench), bench.log.mark()
    new = sum(app.add_skill(skill) for skill in sorted({skill for edge in TREE for skill in edge}))
    for skill, prerequisite in TREE:
        app.require(skill, prerequisite)
    met(bench, *(skill for edge in TREE for skill in reversed(edge)))
    kept = (
        "in the graph module" if bench.backend.can("graph") else "on core types, as this server has no module"
    )
    return shown(
        bench,
        f"{plural(new, 'new skill')} and {plural(len(TREE), 'edge')}, kept {kept}.",
        "good",
        Count("Round trips", bench.log.since(begin).round_trips),
    )


def add(bench: Bench, /, *, skill: str) -> Shown:
    """A skill without edges. Any name will do: it is sent beside the query and never within it."""
    new = graph(bench).add_skill(skill)
    met(bench, skill)
    if new:
        return shown(bench, f"{skill} is a skill now. Nothing needs it, and it needs nothing.")
    return shown(bench, f"{skill} was a skill already.", "warn")


def require(bench: Bench, /, *, skill: str, prerequisite: str) -> Shown:
    """An edge, unless it would close a circle."""
    app, begin = graph(bench), bench.log.mark()
    try:
        app.require(skill, prerequisite)
    except UnknownSkill:
        return shown(
            bench, f"Not drawn: {skill} and {prerequisite} must both be skills. Add them first.", "warn"
        )
    except Circle:
        why = "no skill can need itself" if skill == prerequisite else f"{prerequisite} needs {skill} already"
        return shown(bench, f"Not drawn: {why}, so nobody could begin.", "warn")
    trips = bench.log.since(begin).round_trips
    goal(bench)[0], way(bench)[0] = skill, []
    return shown(bench, f"{skill} needs {prerequisite} now.", "good", Count("Round trips", trips))


def nothing(bench: Bench, skill: str, says: str) -> str:
    """An answer without a skill in it: because there is none, or because there is no such skill."""
    return says if skill in drawn(bench) else f"There is no skill {skill} here. Add it first."


def prerequisites(bench: Bench, /, *, skill: str) -> Shown:
    """All that must be learned before, in an order in which that is possible."""
    goal(bench)[0], way(bench)[0] = skill, []
    app, begin = graph(bench), bench.log.mark()
    before = app.prerequisites(skill)
    trips = bench.log.since(begin).round_trips
    if not before:
        return shown(bench, nothing(bench, skill, f"{skill} needs nothing."), "warn")
    return shown(
        bench,
        f"Before {skill}: {', then '.join(before)}.",
        "good",
        Count("Skills before it", len(before)),
        Count("Round trips", trips),
    )


def unlocked(bench: Bench, /, *, skill: str) -> Shown:
    """The same edges, walked in the other direction."""
    opens = graph(bench).unlocked_by(skill)
    if not opens:
        return shown(bench, nothing(bench, skill, f"{skill} opens nothing."), "warn")
    return shown(bench, f"{skill} opens {', '.join(opens)}.", "good", Count("Opens", len(opens), "skills"))


def path(bench: Bench, /, *, known: str, skill: str) -> Shown:
    """A shortest way from what one knows to what one wants."""
    goal(bench)[0] = skill
    found = graph(bench).path(known, skill)
    way(bench)[0] = found or []
    if found is None:
        return shown(bench, f"No way leads from {known} to {skill}.", "warn")
    return shown(
        bench,
        f"{found[0]} opens {', which opens '.join(found[1:])}."
        if len(found) > 1
        else f"You know {skill} already.",
        "good",
        Count("Steps", len(found) - 1),
    )


LIVE = Run(
    "Draw a tree and ask it both ways",
    (
        Action("Draw a small tree", fill, (), (SkillGraph.require,)),
        Action(
            "Add a skill",
            add,
            (Text("skill", "Skill", "streams", 'Try one with quotes: O"Neill.', 60),),
            (SkillGraph.add_skill,),
        ),
        Action("Let it need another", require, (SKILL, PREREQUISITE), (SkillGraph.require,)),
        Action("What must I learn first?", prerequisites, (SKILL,), (SkillGraph.prerequisites,)),
        Action(
            "What does it open?",
            unlocked,
            (Text("skill", "Skill", "keys", "", 60),),
            (SkillGraph.unlocked_by,),
        ),
        Action(
            "The shortest way",
            path,
            (Text("known", "I know", "keys", "", 60), Text("skill", "I want", "locks", "", 60)),
            (SkillGraph.path,),
        ),
    ),
    picture,
)
