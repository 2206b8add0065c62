"""What a leaderboard costs for the interviewer's numbers, where its keys lie, and what each Redis offers."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.leaderboard import Leaderboard, weekly

if TYPE_CHECKING:
    from lab.bench import Bench

PLAYERS, EVENTS, PARTS = 10_000, 10_000, 8
KEYS = "leaderboard:{measured}*"


def fresh(bench: Bench) -> Leaderboard:
    clear(bench, KEYS)
    load_scripts(bench, "leaderboard")
    return Leaderboard(bench.client("game server"), "measured", namespace=bench.namespace)


def players(bench: Bench, /) -> Sample:
    """Ten thousand players with names of 13 bytes; an operation is a look at one's own page."""
    board = fresh(bench)

    def fill() -> list[str]:
        bench.quiet().zadd(board.key, {f"player-{number:06}": number * 2**26 for number in range(PLAYERS)})
        return [board.key]

    return sample_of(bench, fill, PLAYERS, lambda: board.around("player-005000"), KEYS)


def markers(bench: Bench, /) -> Sample:
    """Events of one player with a UUID for an id, sent as a game server sends them."""
    board = fresh(bench)
    unseen = Leaderboard(bench.quiet(), "measured", namespace=bench.namespace)
    ids = [str(uuid.UUID(int=number)) for number in range(EVENTS)]

    def fill() -> list[str]:
        for event in ids:
            unseen.add_points("player-000001", 10, event)
        return [f"{board.key}:seen:{event}" for event in ids]

    return sample_of(bench, fill, EVENTS, lambda: board.add_points("player-000001", 10, "one more"), KEYS)


def of_one_board(redis: Redis) -> Sequence[str]:
    board = Leaderboard(redis, "weekly")
    week = Leaderboard(redis, "weekly", period=weekly(time.time()))
    return board.key, week.key, f"{board.key}:seen:event-1", f"{board.base}::scratch"


def of_the_parts(redis: Redis) -> Sequence[str]:
    return [Leaderboard(redis, f"weekly-{part}").key for part in range(PARTS)]


COST = Cost(
    "The sum for 25 million players",
    (
        Estimate(
            "player on the board", "players", players, 25_000_000, "one slot", "look", 5_000,
            why="The names measured have 13 bytes. Longer names cost their length more.",
        ),
        Estimate(
            "event that is remembered", "events", markers, 259_200_000, "one slot", "event", 3_000,
            why="3,000 events a second, each remembered for a day, are 259.2 million markers.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "The board on a cluster",
    (
        Keys(
            "One board and what belongs to it", "meet", of_one_board,
            "Points and marker are written by one script, and several weeks are merged by another.",
        ),
        Keys(
            "One board in eight parts", "spread", of_the_parts,
            "Each player belongs to one part, by a hash of the name; a read of the top asks all eight.",
        ),
    ),
)  # fmt: skip

BOTH = "return {redis.call('ZREVRANK', KEYS[1], ARGV[1]), redis.call('ZSCORE', KEYS[1], ARGV[1])}"

PRODUCTION = Production(
    "In production",
    Dial(
        "A player's rank and score, both of one moment",
        (
            Way(
                "6.2", "A script of ZREVRANK and ZSCORE",
                "Two commands from the client are two moments. A script is one, and one round trip.",
                "cmd:zrevrank, scripting",
                call=("EVAL", BOTH, "1", "{key}", "ana"),
                seed=(("ZADD", "{key}", "120", "ana", "95", "bo"),),
            ),
            Way(
                "7.4", "ZREVRANK with WITHSCORE",
                "One command answers both. It came with 7.2, so every later version has it.",
                "cmd:zrevrank",
                call=("ZREVRANK", "{key}", "ana", "WITHSCORE"),
                seed=(("ZADD", "{key}", "120", "ana", "95", "bo"),),
            ),
        ),
    ),
)  # fmt: skip
