"""A small tree of skills: an edge drawn, and all that a skill needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import Place

SKILLS = 31
EDGES = [(f"skill-{n}", f"skill-{2 * n + side}") for n in range(SKILLS // 2) for side in (1, 2)]
ROOT, FIRST = EDGES[0]
DRAW = "MATCH (s:Skill {name: 'skill-0'}), (p:Skill {name: 'skill-1'}) MERGE (s)-[:NEEDS]->(p)"
NEEDED = "MATCH (s:Skill {name: 'skill-0'})-[:NEEDS*1..]->(p) RETURN DISTINCT p.name"


def graph(kind: str, place: Place) -> Any:
    from patterns import graph as package

    made = getattr(package, kind)(place.client(), "ours")
    for number in range(SKILLS):
        made.add_skill(f"skill-{number}")
    for skill, prerequisite in EDGES:
        made.require(skill, prerequisite)
    return made


def draw(kind: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        made = graph(kind, place)

        def once() -> object:
            made.require(ROOT, FIRST)
            return True

        return repeat(once)

    return start


def needed(kind: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        made = graph(kind, place)
        return repeat(lambda: len(made.prerequisites(ROOT)) == SKILLS - 1)

    return start


def fill_module(place: Place, key: str) -> Any:
    redis = place.client()
    for skill, prerequisite in EDGES:
        both = f"MERGE (s:Skill {{name: '{skill}'}}) MERGE (p:Skill {{name: '{prerequisite}'}})"
        redis.execute_command("GRAPH.QUERY", key, f"{both} MERGE (s)-[:NEEDS]->(p)")
    return redis


def draw_raw(place: Place) -> Batch:
    redis = fill_module(place, "floor")
    return repeat(lambda: redis.execute_command("GRAPH.QUERY", "floor", DRAW))


def needed_raw(place: Place) -> Batch:
    redis = fill_module(place, "floor")
    return repeat(lambda: len(redis.execute_command("GRAPH.RO_QUERY", "floor", NEEDED)[1]) == SKILLS - 1)


def draw_falkordb(place: Place) -> Batch:
    graph = falkordb(place)
    return repeat(lambda: graph.query(DRAW))


def needed_falkordb(place: Place) -> Batch:
    graph = falkordb(place)
    return repeat(lambda: len(graph.ro_query(NEEDED).result_set) == SKILLS - 1)


def falkordb(place: Place) -> Any:
    from falkordb import FalkorDB

    fill_module(place, "falkordb")
    made = FalkorDB(host=place.host, port=place.port, socket_timeout=5)
    place.at_end(made.connection.close)
    return made.select_graph("falkordb")


def draw_sets(place: Place) -> Batch:
    redis = place.client()

    def once() -> object:
        redis.sadd(f"floor:needs:{ROOT}", FIRST)
        redis.sadd(f"floor:opens:{FIRST}", ROOT)
        return True

    return repeat(once)


def needed_sets(place: Place) -> Batch:
    redis = place.client()
    for skill, prerequisite in EDGES:
        redis.sadd(f"floor:needs:{skill}", prerequisite)
    return repeat(lambda: len(walked(lambda one: redis.smembers(f"floor:needs:{one}"))) == SKILLS)


def walrus(place: Place) -> Any:
    from walrus import Database

    graph = place.client(Database, decode_responses=False).graph("walrus")
    for skill, prerequisite in EDGES:
        graph.store(skill, "needs", prerequisite)
    return graph


def draw_walrus(place: Place) -> Batch:
    graph = walrus(place)

    def once() -> object:
        graph.store(ROOT, "needs", FIRST)
        return True

    return repeat(once)


def needed_walrus(place: Place) -> Batch:
    graph = walrus(place)
    return repeat(lambda: len(walked(lambda one: [row["o"] for row in graph.query(one, "needs")])) == SKILLS)


def walked(after: Callable[[str], Any]) -> set[str]:
    """Everything that can be reached, by a question for each skill."""
    seen, waiting = {ROOT}, [ROOT]
    while waiting:
        new = set(after(waiting.pop())) - seen
        seen |= new
        waiting += new
    return seen


EDGE = "In both directions or not at all; nobody closes a circle, however many draw at once."
ONE_MOMENT = "The graph of one moment, in an order in which it can be learned."
ANY = "Both directions at once. Two who draw at once close a circle."
MOVING = "A trip for each skill, while the graph moves. In no order."

CONTESTS = (
    Contest(
        "graph",
        "draw an edge",
        Contestant("GRAPH.QUERY MERGE", ANY, draw_raw),
        Contestant("SkillGraph", EDGE, draw("SkillGraph")),
        (
            Peer(
                "falkordb client",
                ANY,
                draw_falkordb,
                "falkordb",
                "weaker",
                "It sends the floor's query, which looks for no circle.",
            ),
        ),
        needs="graph",
    ),
    Contest(
        "graph",
        "all that a skill needs",
        Contestant("GRAPH.RO_QUERY", "The graph of one moment, in no order.", needed_raw),
        Contestant("SkillGraph", ONE_MOMENT, needed("SkillGraph")),
        (
            Peer(
                "falkordb client",
                "The graph of one moment, in no order.",
                needed_falkordb,
                "falkordb",
                "weaker",
                "It fetches names; ours fetches the edges between them too, and puts them in order.",
            ),
        ),
        needs="graph",
    ),
    Contest(
        "graph",
        "draw an edge, without the module",
        Contestant(
            "SADD, SADD",
            "A crash between the two leaves half an edge. Circles are not looked for.",
            draw_sets,
        ),
        Contestant("CoreSkillGraph", EDGE, draw("CoreSkillGraph")),
        (
            Peer(
                "walrus Graph",
                "A crash between its three commands leaves half an edge. Circles are not looked for.",
                draw_walrus,
                "walrus",
                "weaker",
                "It looks for no circle; ours walks all that the prerequisite needs.",
            ),
        ),
    ),
    Contest(
        "graph",
        "all that a skill needs, without the module",
        Contestant("SMEMBERS for each", MOVING, needed_sets),
        Contestant("CoreSkillGraph", ONE_MOMENT, needed("CoreSkillGraph")),
        (Peer("walrus Graph", MOVING, needed_walrus, "walrus", "weaker"),),
    ),
)
