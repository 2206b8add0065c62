"""What the fault experiments start does what it says, and ends with the workshop."""

from __future__ import annotations

from lab.workshop import Workshop
from lessons.breaking import Lossy, Pair
from patterns import catalogue


def test_a_lost_reply_is_a_command_that_ran_and_is_sent_again() -> None:
    with Workshop() as workshop:
        lossy = Lossy(workshop)
        lossy.proxy.drop_reply("INCRBY")
        assert lossy.client().incrby("n", 1) == 2
        assert lossy.direct.get("n") == "2"


def test_the_server_knows_the_scripts_of_the_pattern() -> None:
    with Workshop() as workshop:
        known = Lossy(workshop, "leaderboard").direct
        own = [one for one in catalogue.scripts().items() if "/leaderboard/" in one[1].path]
        assert own
        assert all(known.script_exists(*[sha for sha, _ in own]))


def test_what_a_stalled_replica_never_heard_is_gone_after_the_failover() -> None:
    with Workshop() as workshop:
        pair = Pair(workshop)
        pair.primary.set("early", 1)
        assert pair.caught_up()
        pair.stall()
        assert pair.primary.set("late", 1)
        assert pair.primary.wait(1, 50) == 0
        promoted = pair.fail_over()
        assert promoted.get("early") == "1"
        assert promoted.get("late") is None
        assert promoted.set("new", 1)
