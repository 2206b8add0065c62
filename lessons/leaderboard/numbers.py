"""The numbers of a leaderboard, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.crc import key_slot

from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.leaderboard import Leaderboard, NaiveLeaderboard

if TYPE_CHECKING:
    from lab.bench import Bench

MEMBERS = 10_000
EXACT = 2**53


def bytes_per_player(bench: Bench, /) -> str:
    """A board of 10,000 players with names of 13 bytes."""
    key = f"{bench.namespace}leaderboard:{{measured}}"
    clear(bench, "leaderboard:{measured}*")
    quiet = bench.quiet()
    quiet.zadd(key, {f"player-{number:06}": number for number in range(MEMBERS)})
    found = bytes_of(bench, key)
    clear(bench, "leaderboard:{measured}*")
    if isinstance(found, NotHere):
        return found
    each = found / MEMBERS
    return (
        f"{found:,} bytes for {MEMBERS:,} players: {each:.0f} each. "
        f"25 million players: {each * 25e6 / 1e9:.1f} GB on one server."
    )


def bytes_per_event(bench: Bench, /) -> str:
    """The marker by which one event is known for a day."""
    load_scripts(bench, "leaderboard")
    clear(bench, "leaderboard:{measured}*")
    board = Leaderboard(bench.quiet(), "measured", namespace=bench.namespace)
    event = "5f0c1b9e-1d1a-4c62-8c0e-0a4d5e6f7a8b"
    board.add_points("player-000001", 10, event)
    found = bytes_of(bench, f"{board.key}:seen:{event}")
    clear(bench, "leaderboard:{measured}*")
    if isinstance(found, NotHere):
        return found
    return (
        f"{found} bytes for an event with a UUID as its id. A hundred events a second for a day: "
        f"{found * 100 * 86_400 / 1e9:.1f} GB. Remember ids only as long as callers retry."
    )


def round_trips(bench: Bench, /) -> str:
    """What one event costs on the wire in each version."""
    load_scripts(bench, "leaderboard")
    clear(bench, "leaderboard:{measured}*")
    redis = bench.client("game server")
    naive = NaiveLeaderboard(redis, "measured", namespace=bench.namespace)
    first = round_trips_of(bench, lambda: naive.add_points("ana", 10, "event-a"))
    clear(bench, "leaderboard:{measured}*")
    hardened = Leaderboard(redis, "measured", namespace=bench.namespace)
    second = round_trips_of(bench, lambda: hardened.add_points("ana", 10, "event-a"))
    clear(bench, "leaderboard:{measured}*")
    return f"Naive: {first} for one event. Hardened: {second}."


def exact_to(bench: Bench, /) -> str:
    """Two scores that are one apart and become one."""
    key = f"{bench.namespace}leaderboard:{{measured}}"
    quiet = bench.quiet()
    quiet.zadd(key, {"a": EXACT})
    quiet.execute_command("ZADD", key, str(EXACT + 1), "b")
    same = quiet.zscore(key, "a") == quiet.zscore(key, "b")
    clear(bench, "leaderboard:{measured}*")
    return f"{EXACT:,} and {EXACT + 1:,} were stored, and are {'the same score' if same else 'two scores'}."


def tie_order(bench: Bench, /) -> str:
    """Three members with one score, best first."""
    key = f"{bench.namespace}leaderboard:{{measured}}"
    quiet = bench.quiet()
    quiet.zadd(key, {"alice": 1, "bob": 1, "carol": 1})
    order = quiet.zrange(key, 0, -1, desc=True)
    clear(bench, "leaderboard:{measured}*")
    return f"Three players with one point each come back as {', '.join(map(str, order))}."


def slots(bench: Bench, /) -> str:
    """Where the keys of a board live in a cluster."""
    board = Leaderboard(bench.quiet(), "weekly", namespace=bench.namespace)
    keys = (board.key, f"{board.key}:2026-W48", f"{board.key}:seen:event-a")
    found = {key_slot(key.encode()) for key in keys}
    return f"The board, a week of it and a marker: {len(found)} slot of 16,384, number {found.pop():,}."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Add points", NaiveLeaderboard.add_points, Leaderboard.add_points),
        Pair("The page around a player", NaiveLeaderboard.around, Leaderboard.around),
        Pair("The top of the board", NaiveLeaderboard.top, Leaderboard.top),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact(
            "Adding points and asking a rank are O(log N); reading M lines of the board is O(log N + M).",
            "cmd:zincrby, cmd:zrevrank, cmd:zrange",
        ),
        Fact("Memory for a player with a name of 13 bytes.", "cmd:memory-usage", bytes_per_player),
        Fact("Memory for an event that must not count twice.", "cmd:memory-usage", bytes_per_event),
        Fact(
            "Round trips. Hardened pays two more once, when the server does not know the script yet.",
            "scripting",
            round_trips,
        ),
        Fact(
            "A score is a double: whole numbers are exact up to 2^53. The hardened board spends 27 bits on "
            "points and 26 on the order of arrival, so a total ends at 134,217,727.",
            "cmd:zadd",
            exact_to,
        ),
        Fact(
            "Equal scores are in the byte order of their members, and REV turns that round.",
            "cmd:zadd",
            tie_order,
        ),
        Fact("One board is one key, one slot, one primary. More shards do nothing for it.", "cluster", slots),
        Fact("Merging boards with ZUNIONSTORE is O(N) + O(M log M) on the main thread.", "cmd:zunionstore"),
        Fact(
            "ZREVRANGE and ZRANGEBYSCORE are deprecated since 6.2 in favour of ZRANGE with REV and BYSCORE. "
            "ZREVRANK is not.",
            "cmd:zrevrange, cmd:zrangebyscore, cmd:zrevrank",
        ),
    ),
)
