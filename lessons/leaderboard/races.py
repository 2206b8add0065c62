"""The races of the leaderboard: two events at once, a reply that is lost, a page while others pass."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew, insist
from lessons.model import Race, Version
from patterns.leaderboard import Leaderboard, NaiveLeaderboard

Board = type[NaiveLeaderboard] | type[Leaderboard]

BOARDS: dict[Version, Board] = {"naive": NaiveLeaderboard, "hardened": Leaderboard}
PLAYERS = ("ana", "bo", "chen", "dara")


def score(redis: Redis, board: Board, name: str) -> int:
    """A server hears of an event and adds its ten points."""
    return board(redis, "sprint").add_points("dara", 10, f"{name}'s event")


def score_surely(redis: Redis, board: Board, name: str) -> int:
    """The same, and once more if no reply came."""
    return insist(lambda: score(redis, board, name))


def look_around(redis: Redis, board: Board) -> list[str]:
    """bo asks for the page around bo."""
    return [entry.player for entry in board(redis, "sprint").around("bo", 1)]


def pass_by(redis: Redis, board: Board) -> None:
    """Two players overtake the others."""
    for player in ("chen", "dara"):
        board(redis, "sprint").add_points(player, 100, f"{player} again")


def ranked(redis: Redis, board: Board) -> None:
    for place, player in enumerate(PLAYERS):
        board(redis, "sprint").add_points(player, 40 - 10 * place, player)


def nothing_lost(redis: Redis, results: Mapping[str, Any], *, board: Board) -> str | None:
    done = len(answered(results))
    total = board(redis, "sprint").score("dara") or 0
    return (
        f"lost update: {done} events were counted, and dara has {total} points" if total < 10 * done else None
    )


def nothing_doubled(redis: Redis, results: Mapping[str, Any], *, board: Board, events: int) -> str | None:
    total = board(redis, "sprint").score("dara") or 0
    return f"double points: dara earned {10 * events} and has {total}" if total > 10 * events else None


def is_on_it(redis: Redis, results: Mapping[str, Any]) -> str | None:
    page = answered(results).get("bo")
    if page is None or "bo" in page:
        return None
    return f"torn page: bo asked for the page around bo and got {', '.join(page) or 'nothing'}"


def two_events(version: Version, clients: int, faults: Faults) -> Scenario:
    board = BOARDS[version]
    return Scenario(
        crew(clients, score_surely, board=board), partial(nothing_lost, board=board), faults=faults
    )


def sent_again(version: Version, clients: int, faults: Faults) -> Scenario:
    board = BOARDS[version]
    return Scenario(
        crew(clients, score_surely, board=board),
        partial(nothing_doubled, board=board, events=clients),
        faults=faults,
    )


def a_page(version: Version, clients: int, faults: Faults) -> Scenario:
    board = BOARDS[version]
    return Scenario(
        {"bo": partial(look_around, board=board), "others": partial(pass_by, board=board)},
        is_on_it,
        partial(ranked, board=board),
        faults=faults,
    )


RACES = (
    Race(
        "Two events, one player",
        invariant="dara has at least ten points for every event that was counted.",
        look="Both servers read the total before either writes: the later ZADD writes over the earlier.",
        anomaly="lost update",
        scenario=two_events,
        naive=(NaiveLeaderboard.add_points,),
        hardened=(Leaderboard.add_points,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2, time_jumps=2),
    ),
    Race(
        "The reply is lost, the event is sent again",
        invariant="dara has at most ten points for every event.",
        look="ZADD has happened, its reply has not. Nothing tells the second sending from a second event.",
        anomaly="double points",
        scenario=sent_again,
        naive=(NaiveLeaderboard.add_points,),
        hardened=(Leaderboard.add_points,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
        beyond="An event id is remembered for a day. Whoever sends it again after that counts it again.",
    ),
    Race(
        "A page while others pass",
        invariant="The page around bo has bo on it.",
        look="ZREVRANK tells where bo is, others pass, and ZREVRANGE shows who is there now.",
        anomaly="torn page",
        scenario=a_page,
        naive=(NaiveLeaderboard.around,),
        hardened=(Leaderboard.around,),
        faults=Faults(crashes=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1, time_jumps=1),
    ),
)
