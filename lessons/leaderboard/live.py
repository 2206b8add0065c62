"""The live board: points come in, ties form, a day's board passes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Shown
from lessons.pictures import Picture, Ranking, RankRow
from lessons.staging import load_scripts, plural
from patterns.leaderboard import ALL_TIME, Entry, Leaderboard, Period, daily

if TYPE_CHECKING:
    from lab.bench import Bench

BOARD = "weekly"
SHOWN = 20
SEED = {"ana": 120, "bo": 95, "chen": 95, "dara": 80, "eli": 60, "femi": 45, "gus": 30, "hana": 10}

PLAYER = Text("player", "Player", "dara")
POINTS = Integer("points", "Points", 20, 1, 100_000, "points")


def board(bench: Bench, *, seen: bool = True, period: Period = ALL_TIME) -> Leaderboard:
    """The learner's board; unseen for what the page only looks up."""
    load_scripts(bench, "leaderboard")
    redis = bench.client("game server") if seen else bench.quiet()
    return Leaderboard(redis, BOARD, namespace=bench.namespace, period=period)


def rows(entries: list[Entry]) -> tuple[RankRow, ...]:
    return tuple(RankRow(entry.player, entry.points, entry.rank) for entry in entries)


def standing(bench: Bench, *highlight: str) -> Ranking:
    """The board as it is now, unseen."""
    look = board(bench, seen=False)
    page = look.top(SHOWN)
    more = int(bench.quiet().zcard(look.key)) - len(page)
    return Ranking(
        f"The first {SHOWN} of the board now" if more > 0 else "The board now",
        rows(page),
        highlight=frozenset(highlight),
    )


def picture(bench: Bench) -> Picture:
    return standing(bench)


def fill(bench: Bench, /) -> Shown:
    """Eight players score. The ids of these events are fixed, so a second press adds nothing."""
    live = board(bench)
    before = sum(entry.points for entry in board(bench, seen=False).top(1_000))
    for player, points in SEED.items():
        live.add_points(player, points, f"first game of {player}")
    earned = sum(entry.points for entry in board(bench, seen=False).top(1_000)) - before
    says = (
        f"Eight events were sent, and {plural(earned, 'point was', 'points were')} added."
        if earned
        else "Eight events were sent, and nothing was added: their ids have been counted before."
    )
    return Shown(says, "good", picture=standing(bench))


def score(bench: Bench, /, *, player: str, points: int) -> Shown:
    """A game ends. Its id is new, so its points count."""
    look = board(bench, seen=False)
    was = look.rank(player)
    total = board(bench).add_points(player, points, f"game-{secrets.token_hex(4)}")
    now = look.rank(player) or 0
    moved = "new on the board" if was is None else "as before" if was == now else f"was {was + 1}"
    return Shown(
        f"{player} has {plural(total, 'point')} now: rank {now + 1} ({moved}).",
        "good",
        (Count("Rank", now + 1), Count("Total", total, "points")),
        standing(bench, player),
    )


def send_again(bench: Bench, /, *, player: str, points: int, event: str) -> Shown:
    """Send one event by its id. Press twice: the second time it has been counted."""
    before = board(bench, seen=False).score(player)
    total = board(bench).add_points(player, points, event)
    if total != (before or 0):
        return Shown(
            f"{event} is counted: {player} has {plural(total, 'point')}. Send it again.",
            "good",
            picture=standing(bench, player),
        )
    stays = (
        f"{player} was taken off since, and stays off"
        if before is None
        else f"{player} stays at {plural(total, 'point')}"
    )
    return Shown(f"{event} was counted before. {stays}.", "warn", picture=standing(bench, player))


def tie(bench: Bench, /, *, player: str, rival: str) -> Shown:
    """Bring a player to exactly the total of another."""
    live, look = board(bench), board(bench, seen=False)
    goal, mine = look.score(rival), look.score(player) or 0
    if goal is None:
        return Shown(f"{rival} is not on the board. Name a player who is.", "warn", picture=standing(bench))
    if goal <= mine:
        has = f"{player} has {plural(mine, 'point')}" + ("" if player == rival else f" and {rival} {goal:,}")
        return Shown(
            f"{has}: name a rival who is ahead.",
            "warn",
            picture=standing(bench, player, rival),
        )
    live.add_points(player, goal - mine, f"catch-up-{secrets.token_hex(4)}")
    above, below = sorted((look.rank(one) or 0, one) for one in (player, rival))
    return Shown(
        f"Both have {plural(goal, 'point')}. {above[1]} is rank {above[0] + 1} and {below[1]} "
        f"rank {below[0] + 1}: {rival} reached this total first.",
        "good",
        picture=standing(bench, player, rival),
    )


def around(bench: Bench, /, *, player: str, radius: int) -> Shown:
    """The page that most players ever look at: their own."""
    found = board(bench).around(player, radius)
    if not found:
        return Shown(f"{player} is not on the board.", "warn", picture=standing(bench))
    me = next(entry for entry in found if entry.player == player)
    return Shown(
        f"{player} is rank {me.rank + 1}. One script read rank and page, so both are of one moment.",
        "good",
        picture=Ranking(f"Around {player}", rows(found), highlight=frozenset({player})),
    )


def today(bench: Bench, /, *, player: str, points: int) -> Shown:
    """The same event on the board of this day, which goes by itself a week after its last point."""
    period = daily(bench.clock())
    live = board(bench, period=period)
    total = live.add_points(player, points, f"game-{secrets.token_hex(4)}")
    return Shown(
        f"On the board of {period.name} {player} has {plural(total, 'point')}. Move time on by eight days "
        "and look at the keyspace.",
        "good",
        (Count("Kept after the last point", (period.keep or 0) // 86_400, "days"),),
        Ranking(
            f"The board of {period.name}",
            rows(board(bench, seen=False, period=period).top(SHOWN)),
            highlight=frozenset({player}),
        ),
    )


def leave(bench: Bench, /, *, player: str) -> Shown:
    """Take a player off the board."""
    gone = board(bench).remove(player)
    return Shown(
        f"{player} is off the board." if gone else f"{player} was not on the board.",
        "good" if gone else "warn",
        picture=standing(bench),
    )


ACTIONS = (
    Action("Let eight players score", fill, shows=(Leaderboard.add_points,)),
    Action("Score", score, (PLAYER, POINTS), (Leaderboard.add_points,)),
    Action(
        "Send an event by its id",
        send_again,
        (
            PLAYER,
            POINTS,
            Text("event", "Event id", "game-77", "Press twice. The id decides, not the press."),
        ),
        (Leaderboard.add_points,),
    ),
    Action(
        "Draw level with a rival",
        tie,
        (Text("player", "Player", "hana"), Text("rival", "Rival", "ana")),
        (Leaderboard.add_points,),
    ),
    Action(
        "Look around a player",
        around,
        (PLAYER, Integer("radius", "Neighbours on each side", 2, 0, 50)),
        (Leaderboard.around,),
    ),
    Action("Score on today's board", today, (PLAYER, POINTS), (Leaderboard.add_points, daily)),
    Action("Take a player off", leave, (Text("player", "Player", "gus"),), (Leaderboard.remove,)),
)
