"""The naive board in trouble, in a crowd and one step at a time; the hardened one under the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import Gate, after_reply
from lessons.inputs import Input, Integer, Text
from lessons.leaderboard.live import rows
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Ranking, Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from patterns.leaderboard import Leaderboard, NaiveLeaderboard

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Board = NaiveLeaderboard | Leaderboard
Version = type[NaiveLeaderboard] | type[Leaderboard]

CROWD: tuple[Input, ...] = (
    Integer("clients", "Clients", 20, 2, 50, help="Each is a real thread with a connection of its own."),
    Integer("points", "Points for each", 10, 1, 1_000, "points"),
    Text("player", "Player", "dara"),
)


def on(bench: Bench, version: Version, redis: Redis, board: str) -> Board:
    return version(redis, board, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The name of an empty board of this version; the server knows the scripts."""
    board = f"{name}-{'naive' if version is NaiveLeaderboard else 'hardened'}"
    clear(bench, f"leaderboard:{{{board}}}*")
    load_scripts(bench, "leaderboard")
    return board


def burst(version: Version, bench: Bench, *, clients: int, points: int, player: str) -> Shown:
    """Every client adds points for one player, with an event id of its own. Nobody may lose a point."""
    board = fresh(bench, version, "sprint")
    gate, begin = Gate(clients), bench.log.mark()

    def job(number: int) -> Callable[[Redis], float]:
        def add(redis: Redis) -> float:
            with gate.holds(redis):
                return on(bench, version, redis, board).add_points(player, points, f"event-{number}")

        return add

    told = values(bench.together({f"client {number + 1:02}": job(number) for number in range(clients)}))
    stored = on(bench, version, bench.quiet(), board).score(player) or 0
    earned = clients * points
    lost = earned - stored
    return Shown(
        f"{plural(clients, 'client')} added {plural(points, 'point')} each. "
        f"The board holds {stored:,} of {earned:,}: "
        + (
            f"{plural(lost, 'point')} lost, and every client was told that it worked."
            if lost
            else "none is lost."
        ),
        "bad" if lost else "good",
        (
            Count("Earned", earned, "points"),
            Count("On the board", stored, "points"),
            Count("Lost", lost, "points", "bad" if lost else "good"),
            Count("Different totals that clients were told", len(set(told.values()))),
        ),
        timeline_of(
            "Who read and wrote what",
            lanes_of(bench.log.since(begin).commands, in_words),
            "Each client waits with its first reply in hand until all have theirs.",
        ),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "ZSCORE":
            return f"read {'nothing' if command.reply == '(nil)' else command.reply}", "warn"
        case "ZADD":
            return f"wrote {command.args[1]}", "bad"
        case "EVALSHA":
            return f"total {command.reply.strip('[]').split(', ')[-1]}", "good"
    return None


def naive_burst(bench: Bench, /, *, clients: int, points: int, player: str) -> Shown:
    return burst(NaiveLeaderboard, bench, clients=clients, points=points, player=player)


def hardened_burst(bench: Bench, /, *, clients: int, points: int, player: str) -> Shown:
    return burst(Leaderboard, bench, clients=clients, points=points, player=player)


BURST = Burst(
    "A crowd of clients, one player",
    naive=Action("Naive: everyone at once", naive_burst, CROWD, (NaiveLeaderboard.add_points,)),
    hardened=Action("Hardened: everyone at once", hardened_burst, CROWD, (Leaderboard.add_points,)),
)


def interleaved(version: Version, bench: Bench, first: int, second: int) -> Shown:
    """The second server's whole event goes between the first one's first reply and whatever it does next."""
    board = fresh(bench, version, "duel")
    one = on(bench, version, bench.client("server 1"), board)
    two = on(bench, version, bench.client("server 2"), board)
    begin = bench.log.mark()
    with after_reply(bench.client("server 1"), lambda: two.add_points("dara", second, "event-b")):
        one.add_points("dara", first, "event-a")
    total = on(bench, version, bench.quiet(), board).score("dara") or 0
    lost = first + second - total
    return Shown(
        f"dara earned {first:,} + {second:,} and has {total:,}. "
        + (
            f"{plural(lost, 'point')} of server 2 {'is' if lost == 1 else 'are'} gone: lost update."
            if lost
            else "Neither event is lost."
        ),
        "bad" if lost else "good",
        (Count("Lost", lost, "points", "bad" if lost else "good"),),
        timeline_of("Two servers, one player", lanes_of(bench.log.since(begin).commands, in_words)),
    )


def retried(version: Version, bench: Bench, points: int) -> Shown:
    """The event arrives, its reply does not, so the caller sends it once more under the same id."""
    board = fresh(bench, version, "duel")
    server = on(bench, version, bench.client("server 1"), board)
    for _ in range(2):
        total = server.add_points("dara", points, "event-a")
    extra = total - points
    return Shown(
        f"One event of {plural(points, 'point')} was sent twice. dara has {total:,.0f}: "
        + ("double points." if extra else "it counted once."),
        "bad" if extra else "good",
        (Count("Points too many", extra, "points", "bad" if extra else "good"),),
    )


def tied(version: Version, bench: Bench, first: str, second: str) -> Shown:
    """Two players reach 40 points, one after the other."""
    board = fresh(bench, version, "duel")
    if first == second:
        return Shown("A tie takes two players: name another one.", "warn")
    server = on(bench, version, bench.client("server 1"), board)
    server.add_points(first, 40, "event-a")
    server.add_points(second, 40, "event-b")
    best, *_ = page = server.top(2)
    fair = best.player == first
    if version is NaiveLeaderboard:
        why = ", because equal scores are ordered by name, the last name first" + (
            ": swap the two to see the unfair tie." if fair else ": unfair tie."
        )
    else:
        why = ": the score holds who came first, below the points."
    return Shown(
        f"{first} reached 40 before {second}. The board puts {best.player} first{why}",
        "good" if fair else "bad",
        picture=Ranking("Equal totals", rows(page), highlight=frozenset({first})),
    )


def torn(version: Version, bench: Bench) -> Shown:
    """Between a player's rank and their page, five others pass them."""
    board = fresh(bench, version, "duel")
    setting = on(bench, version, bench.quiet(), board)
    for number, player in enumerate(("ana", "bo", "chen", "dara", "eli", "femi", "gus", "hana")):
        setting.add_points(player, 80 - 10 * number, f"first-{player}")
    passing = on(bench, version, bench.client("server 2"), board)

    def pass_by() -> None:
        for player in ("dara", "eli", "femi", "gus", "hana"):
            passing.add_points(player, 100, f"second-{player}")

    with after_reply(bench.client("server 1"), pass_by):
        page = on(bench, version, bench.client("server 1"), board).around("bo", 1)
    there = any(entry.player == "bo" for entry in page)
    return Shown(
        "bo asked for the page around bo while five players passed by. "
        + (
            "bo is on it."
            if there
            else f"It shows {', '.join(one.player for one in page)}, and no bo: torn page."
        ),
        "good" if there else "bad",
        picture=Ranking("The page around bo", rows(page), highlight=frozenset({"bo"})),
    )


FIRST = Integer("first", "Points of server 1", 10, 1, 1_000)
SECOND = Integer("second", "Points of server 2", 30, 1, 1_000)
RESENT = Integer("points", "Points", 25, 1, 1_000)
NAMES: tuple[Input, ...] = (
    Text("first", "Reaches 40 first", "ana"),
    Text("second", "Reaches 40 second", "zoe"),
)


def steps(version: Version, heading: str) -> Run:
    """The same four events for either version."""

    def lose(bench: Bench, /, *, first: int, second: int) -> Shown:
        return interleaved(version, bench, first, second)

    def retry(bench: Bench, /, *, points: int) -> Shown:
        return retried(version, bench, points)

    def draw(bench: Bench, /, *, first: str, second: str) -> Shown:
        return tied(version, bench, first, second)

    def tear(bench: Bench, /) -> Shown:
        return torn(version, bench)

    add, page = (version.add_points,), (version.around,)
    return Run(
        heading,
        (
            Action("Two servers read before either writes", lose, (FIRST, SECOND), add),
            Action("The reply is lost, the event is sent again", retry, (RESENT,), add),
            Action("Two players reach the same total", draw, NAMES, (version.top,)),
            Action("Others pass while a page is read", tear, (), page),
        ),
    )


BY_HAND = steps(NaiveLeaderboard, "Break it, one step at a time")
BY_HAND_HARDENED = steps(Leaderboard, "The same steps against the hardened board")
