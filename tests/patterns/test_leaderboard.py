"""One contract for both leaderboards, how the naive one goes wrong, what the hardened one promises."""

from __future__ import annotations

import math

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.leaderboard import (
    LARGEST_TOTAL,
    Entry,
    Leaderboard,
    NaiveLeaderboard,
    Period,
    daily,
    weekly,
)
from patterns.leaderboard.hardened import PLACES
from tests.patterns.bench import Meanwhile, keyspace, round_trips, together

BOTH = pytest.mark.parametrize("version", [NaiveLeaderboard, Leaderboard])
KEY = "leaderboard:{weekly}"
Version = type[NaiveLeaderboard] | type[Leaderboard]


def play(board: NaiveLeaderboard | Leaderboard, **points: int) -> None:
    """Every player scores once."""
    for player, won in points.items():
        board.add_points(player, won, f"first of {player}")


# The contract


@BOTH
def test_points_add_up(version: Version, client: Redis) -> None:
    board = version(client)
    assert board.add_points("ann", 10, "e1") == 10
    assert board.add_points("ann", 15, "e2") == 25
    assert board.score("ann") == 25


@BOTH
def test_points_can_be_taken_back(version: Version, client: Redis) -> None:
    board = version(client)
    board.add_points("ann", 10, "e1")
    assert board.add_points("ann", -10, "e2") == 0
    assert board.score("ann") == 0


@BOTH
def test_no_points_put_a_newcomer_on_the_board(version: Version, client: Redis) -> None:
    board = version(client)
    assert board.add_points("ann", 0, "e1") == 0
    assert board.rank("ann") == 0


@BOTH
def test_a_stranger_has_no_score_no_rank_and_no_neighbours(version: Version, client: Redis) -> None:
    board = version(client)
    play(board, ann=10)
    assert (board.score("zoe"), board.rank("zoe"), board.around("zoe")) == (None, None, [])


@BOTH
def test_the_best_come_first(version: Version, client: Redis) -> None:
    board = version(client)
    play(board, ann=10, ben=30, cleo=20)
    assert board.top() == [Entry("ben", 30, 0), Entry("cleo", 20, 1), Entry("ann", 10, 2)]
    assert board.top(2) == board.top()[:2]
    assert [board.rank(player) for player in ("ben", "cleo", "ann")] == [0, 1, 2]


@BOTH
def test_an_empty_board_has_no_top(version: Version, client: Redis) -> None:
    assert version(client).top() == []


@BOTH
def test_around_shows_a_player_among_neighbours(version: Version, client: Redis) -> None:
    board = version(client)
    play(board, a=50, b=40, c=30, d=20, e=10)
    assert board.around("c", 1) == [Entry("b", 40, 1), Entry("c", 30, 2), Entry("d", 20, 3)]
    assert [entry.player for entry in board.around("a", 2)] == ["a", "b", "c"]
    assert [entry.player for entry in board.around("e", 1)] == ["d", "e"]
    assert board.around("c", 0) == [Entry("c", 30, 2)]
    assert len(board.around("c", 500)) == 5


@BOTH
def test_names_may_be_any_text(version: Version, client: Redis) -> None:
    board = version(client)
    play(board, **{"Žofie 🎉": 5, "a b\n{c}": 3})
    assert [entry.player for entry in board.top()] == ["Žofie 🎉", "a b\n{c}"]


@BOTH
def test_boards_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    play(version(client, "chess"), ann=1)
    play(version(client, "chess", namespace="other:"), ann=2)
    assert version(client, "go").score("ann") is None
    assert version(client, "chess").score("ann") == 1
    assert version(client, "chess", namespace="other:").score("ann") == 2


@pytest.mark.parametrize(
    ("version", "left"),
    [
        (NaiveLeaderboard, {KEY: ("zset", None)}),
        (Leaderboard, {KEY: ("zset", None), f"{KEY}:seen:e1": ("string", 86_400)}),
    ],
)
def test_the_keys_left_behind_are_those_of_the_card(version: Version, left: object, client: Redis) -> None:
    version(client).add_points("ann", 10, "e1")
    assert keyspace(client) == left


@BOTH
@pytest.mark.parametrize("points", [math.nan, math.inf, 1.0, 1.5, "7", None, True, 2**53 + 1])
def test_points_that_are_no_whole_number_never_leave(version: Version, points: int, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="points must be"):
        version(nowhere).add_points("ann", points, "e1")


@BOTH
@pytest.mark.parametrize(
    ("player", "says"),
    [
        ("", "player must not be empty"),
        (b"ann", "player must be text, not bytes"),
        (None, "player must be text, not NoneType"),
        ("\ud800", "player holds characters that UTF-8 cannot carry"),
        ("x" * 257, "player must have at most 256 bytes, not 257"),
    ],
)
def test_a_bad_name_never_leaves(version: Version, player: str, says: str, nowhere: Redis) -> None:
    board = version(nowhere)
    for ask in (
        lambda: board.add_points(player, 1, "e1"),
        lambda: board.score(player),
        lambda: board.rank(player),
        lambda: board.around(player),
    ):
        with pytest.raises(ValueError, match=says):
            ask()


@BOTH
def test_a_bad_event_id_page_or_board_never_leaves(version: Version, nowhere: Redis) -> None:
    board = version(nowhere)
    with pytest.raises(ValueError, match="event_id must not be empty"):
        board.add_points("ann", 1, "")
    with pytest.raises(ValueError, match="count must be between 1 and 1,000, not 0"):
        board.top(0)
    with pytest.raises(ValueError, match="radius must be between 0 and 500, not -1"):
        board.around("ann", -1)
    with pytest.raises(ValueError, match="board must not contain braces: 'a}b'"):
        version(nowhere, "a}b")


@BOTH
def test_a_total_below_zero_is_refused_and_nothing_is_written(version: Version, client: Redis) -> None:
    board = version(client)
    board.add_points("ann", 10, "e1")
    before = keyspace(client)
    with pytest.raises(ValueError, match="ann"):
        board.add_points("ann", -11, "e2")
    assert board.score("ann") == 10
    assert keyspace(client) == before


@BOTH
def test_a_key_of_another_type_is_reported_and_kept(version: Version, client: Redis) -> None:
    client.set(KEY, "mine")
    board = version(client)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        board.add_points("ann", 1, "e1")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        board.top()
    assert keyspace(client) == {KEY: ("string", None)}


# How the naive one goes wrong


def test_naive_lost_update(redis: Redis) -> None:
    board = NaiveLeaderboard(redis)
    board.add_points("ann", 10, "e1")
    slow = NaiveLeaderboard(Meanwhile(redis, "zscore", lambda: board.add_points("ann", 5, "e2")))
    assert slow.add_points("ann", 7, "e3") == 17
    assert board.score("ann") == 17  # and not 22


def test_naive_double_points(redis: Redis) -> None:
    board = NaiveLeaderboard(redis)
    board.add_points("ann", 10, "e1")
    assert board.add_points("ann", 10, "e1") == 20


def test_naive_torn_page(redis: Redis) -> None:
    board = NaiveLeaderboard(redis)
    play(board, ann=50, ben=40, cleo=30, dora=20)
    slow = NaiveLeaderboard(Meanwhile(redis, "zrevrank", lambda: board.add_points("dora", 60, "e2")))
    assert slow.around("dora", 0) == [Entry("cleo", 30, 3)]  # and not dora, who leads with 80


def test_naive_unfair_tie(redis: Redis) -> None:
    board = NaiveLeaderboard(redis)
    play(board, ann=10, ben=10)
    assert board.top() == [Entry("ben", 10, 0), Entry("ann", 10, 1)]  # and not ann, who was first


# What the hardened one promises


def test_no_update_is_lost_between_threads(redis: Redis) -> None:
    board = Leaderboard(redis)
    together(*(lambda i=i: [board.add_points("ann", 1, f"{i}-{j}") for j in range(25)] for i in range(8)))
    assert board.score("ann") == 200


def test_an_event_counts_once(anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    assert board.add_points("ann", 10, "e1") == 10
    assert board.add_points("ann", 5, "e2") == 15
    assert board.add_points("ann", 10, "e1") == 15


def test_an_event_sent_by_many_threads_counts_once(redis: Redis) -> None:
    board = Leaderboard(redis)
    assert together(*[lambda: board.add_points("ann", 10, "e1")] * 8) == [10] * 8


@pytest.mark.parametrize(("player", "points"), [("ben", 10), ("ann", 11)])
def test_an_event_id_cannot_be_used_for_something_else(player: str, points: int, anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    board.add_points("ann", 10, "e1")
    with pytest.raises(ValueError, match="event 'e1' has been counted for another player or other points"):
        board.add_points(player, points, "e1")
    assert board.top() == [Entry("ann", 10, 0)]


def test_an_event_is_remembered_as_long_as_told(anywhere: Redis) -> None:
    board = Leaderboard(anywhere, remember=60)
    board.add_points("ann", 10, "e1")
    assert keyspace(anywhere)[f"{KEY}:seen:e1"] == ("string", 60)
    anywhere.delete(f"{KEY}:seen:e1")  # the minute is over
    assert board.add_points("ann", 10, "e1") == 20


def test_whoever_reaches_a_total_first_stands_above(anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    play(board, zoe=10, ann=10, ben=4)
    board.add_points("ben", 6, "e2")
    assert board.top() == [Entry("zoe", 10, 0), Entry("ann", 10, 1), Entry("ben", 10, 2)]


def test_leaving_a_total_and_coming_back_gives_the_place_away(anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    play(board, ann=10, ben=10)
    board.add_points("ann", 5, "e2")
    board.add_points("ann", -5, "e3")
    assert [entry.player for entry in board.top()] == ["ben", "ann"]


def test_no_points_do_not_cost_the_place(anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    play(board, ann=10, ben=10)
    board.add_points("ann", 0, "e2")
    assert [entry.player for entry in board.top()] == ["ann", "ben"]


def test_when_a_total_has_no_place_left_its_points_still_count(anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    anywhere.zadd(KEY, {"last": 10 * PLACES})
    play(board, ann=10, ben=10, cleo=11)
    assert {entry.points for entry in board.top()[1:]} == {10}
    assert board.top(1) == [Entry("cleo", 11, 0)]


def test_the_largest_total_fits_and_one_more_does_not(anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    play(board, ann=LARGEST_TOTAL, ben=LARGEST_TOTAL)
    assert board.top() == [Entry("ann", LARGEST_TOTAL, 0), Entry("ben", LARGEST_TOTAL, 1)]
    assert anywhere.zscore(KEY, "ann") == 2**53 - 1
    before = keyspace(anywhere)
    with pytest.raises(ValueError, match=r"ann has 134,217,727 points; \+1 would pass 134,217,727"):
        board.add_points("ann", 1, "e2")
    assert keyspace(anywhere) == before


def test_a_refused_event_can_be_sent_again_when_it_fits(anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    with pytest.raises(ValueError, match="ann has 0 points; -5 would leave less than none"):
        board.add_points("ann", -5, "e1")
    board.add_points("ann", 10, "e2")
    assert board.add_points("ann", -5, "e1") == 5


def test_a_page_around_a_player_is_one_moment(redis: Redis) -> None:
    board = Leaderboard(redis)
    play(board, ann=50, ben=40, cleo=30, dora=20)
    slow = Leaderboard(Meanwhile(redis, "zrevrank", lambda: board.add_points("dora", 60, "e2")))
    assert slow.around("dora", 0) == [Entry("dora", 20, 3)]


def test_a_week_has_its_own_board_that_goes(anywhere: Redis) -> None:
    monday = 1_774_224_000  # 2026-03-23
    this_week, next_week = weekly(monday), weekly(monday + 7 * 86_400)
    assert (this_week.name, next_week.name, daily(monday).name) == ("2026-W13", "2026-W14", "2026-03-23")
    Leaderboard(anywhere, period=this_week).add_points("ann", 10, "e1")
    assert Leaderboard(anywhere, period=next_week).score("ann") is None
    assert keyspace(anywhere) == {
        f"{KEY}:2026-W13": ("zset", 35 * 86_400),
        f"{KEY}:2026-W13:seen:e1": ("string", 86_400),
    }


def test_the_same_event_counts_on_the_board_of_its_day_and_of_its_week(anywhere: Redis) -> None:
    for period in (daily(0), weekly(0)):
        for _retry in range(2):
            assert Leaderboard(anywhere, period=period).add_points("ann", 10, "e1") == 10


def test_best_of_several_periods_keeps_each_players_best(anywhere: Redis) -> None:
    weeks = [Period("w1", 60), Period("w2", 60), Period("nobody played", 60)]
    play(Leaderboard(anywhere, period=weeks[0]), ann=10, ben=40)
    play(Leaderboard(anywhere, period=weeks[1]), ann=30, cleo=20)
    before = keyspace(anywhere)
    best = Leaderboard(anywhere).best_of(weeks)
    assert best == [Entry("ben", 40, 0), Entry("ann", 30, 1), Entry("cleo", 20, 2)]
    assert Leaderboard(anywhere).best_of(weeks, 1) == best[:1]
    assert keyspace(anywhere) == before
    with pytest.raises(ValueError, match="the number of periods must be between 1 and 100, not 0"):
        Leaderboard(anywhere).best_of([])


def test_a_removed_player_is_a_stranger_again(anywhere: Redis) -> None:
    board = Leaderboard(anywhere)
    play(board, ann=10)
    assert (board.remove("ann"), board.remove("ann")) == (True, False)
    assert (board.score("ann"), board.rank("ann")) == (None, None)


def test_every_method_takes_one_round_trip(redis: Redis) -> None:
    board = Leaderboard(redis)
    play(board, ann=10)
    board.around("ann")
    board.best_of([weekly(0)])
    for method in (
        lambda: board.add_points("ann", 1, "e2"),
        lambda: board.score("ann"),
        lambda: board.rank("ann"),
        board.top,
        lambda: board.around("ann"),
        lambda: board.best_of([weekly(0)]),
        lambda: board.remove("ann"),
    ):
        with round_trips(redis) as count:
            method()
        assert count.number == 1


@pytest.mark.parametrize("name", ["a:b", ":scratch", "seen", "a{b", "x" * 257])
def test_a_period_whose_name_could_be_another_key_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="the name of a period must"):
        Period(name, 60)


@pytest.mark.parametrize("keep", [0, -1, 1.5, True])
def test_a_period_is_kept_for_whole_seconds(keep: int) -> None:
    with pytest.raises(ValueError, match="keep must be"):
        Period("w1", keep)


def test_a_period_of_any_name_survives_a_merge(anywhere: Redis) -> None:
    scratch = Period("scratch", 60)
    Leaderboard(anywhere, period=scratch).add_points("ann", 1, "e1")
    assert Leaderboard(anywhere).best_of([Period("w1", 60)]) == []
    assert Leaderboard(anywhere, period=scratch).score("ann") == 1
