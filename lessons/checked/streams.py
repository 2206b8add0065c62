"""Streams, their groups and what is pending; publish and subscribe."""

from __future__ import annotations

from typing import Any

from lessons.checked.ground import Ground, Seen

GROUP = "group"


def _filled(at: Ground, count: int, start: str = "0") -> list[str]:
    """A stream with so many entries and a group that begins at `start`; the ids."""
    if start == "0":
        at.redis.xgroup_create(at.key(), GROUP, "0", mkstream=True)
    ids = [str(at.redis.xadd(at.key(), {"n": number})) for number in range(count)]
    if start != "0":
        at.redis.xgroup_create(at.key(), GROUP, start)
    return ids


def _pending(at: Ground) -> int:
    return int(at.redis.xpending(at.key(), GROUP)["pending"])


def _deliveries(at: Ground) -> list[int]:
    found = at.redis.xpending_range(at.key(), GROUP, "-", "+", 10)
    return [int(one["times_delivered"]) for one in found]


def trimming_is_rough(at: Ground) -> Seen:
    for number in range(160):
        at.redis.xadd(at.key(), {"n": number}, maxlen=50, approximate=True)
    rough = int(at.redis.xlen(at.key()))
    at.redis.xtrim(at.key(), maxlen=50, approximate=False)
    exact = at.redis.xlen(at.key())
    return Seen(f"After 160 XADD with MAXLEN ~ 50: {rough} entries; without ~: {exact}.", rough > 50 == exact)


def group_from_the_end(at: Ground) -> Seen:
    _filled(at, 3, "$")
    nothing: Any = at.redis.xreadgroup(GROUP, "one", {at.key(): ">"})
    at.redis.xgroup_create(at.key(), "from 0", "0")
    everything: Any = at.redis.xreadgroup("from 0", "one", {at.key(): ">"})
    seen = [sum(len(entries) for _, entries in _streams(one)) for one in (nothing, everything)]
    return Seen(f"Of 3 entries a group at $ saw {seen[0]}, a group at 0 saw {seen[1]}.", seen == [0, 3])


def xread_leaves_nothing_pending(at: Ground) -> Seen:
    _filled(at, 2)
    at.redis.xread({at.key(): "0"})
    after_xread = _pending(at)
    at.redis.xreadgroup(GROUP, "one", {at.key(): ">"}, noack=True)
    after_noack = _pending(at)
    at.redis.xadd(at.key(), {"n": 3})
    at.redis.xreadgroup(GROUP, "one", {at.key(): ">"})
    after = _pending(at)
    says = f"Pending after XREAD {after_xread}, after NOACK {after_noack}, after XREADGROUP {after}."
    return Seen(says, (after_xread, after_noack, after) == (0, 0, 1))


def xack_keeps_the_entry(at: Ground) -> Seen:
    (first,) = _filled(at, 1)
    at.redis.xreadgroup(GROUP, "one", {at.key(): ">"})
    at.redis.xack(at.key(), GROUP, first)
    left = at.redis.xlen(at.key())
    says = f"After XACK {_pending(at)} are pending and {left} is in the stream."
    return Seen(says, left == 1 and not _pending(at))


def autoclaim_takes_a_hundred(at: Ground) -> Seen:
    _filled(at, 150)
    at.redis.xreadgroup(GROUP, "one", {at.key(): ">"}, count=150)
    reply = at.raw("XAUTOCLAIM", at.key(), GROUP, "two", 0, "0")
    claimed = len(reply[1])
    return Seen(f"Of 150 pending entries XAUTOCLAIM without COUNT claimed {claimed}.", claimed == 100)


def autoclaim_tells_of_deleted(at: Ground) -> Seen:
    first, *_ = _filled(at, 2)
    at.redis.xreadgroup(GROUP, "one", {at.key(): ">"})
    at.redis.xdel(at.key(), first)
    reply = at.raw("XAUTOCLAIM", at.key(), GROUP, "two", 0, "0")
    says = f"It claimed {len(reply[1])}, named {len(reply[2])} as deleted, and {_pending(at)} is pending."
    return Seen(says, (len(reply[1]), len(reply[2]), _pending(at)) == (1, 1, 1))


def reading_again_counts(at: Ground) -> Seen:
    _filled(at, 1)
    at.redis.xreadgroup(GROUP, "one", {at.key(): ">"})
    for _ in range(2):
        at.redis.xreadgroup(GROUP, "one", {at.key(): "0"})
    at.raw("XAUTOCLAIM", at.key(), GROUP, "two", 0, "0")
    counts = _deliveries(at)
    return Seen(f"Read once, read again twice, claimed once: delivery count {counts}.", counts == [4])


def justid_does_not_count(at: Ground) -> Seen:
    (first,) = _filled(at, 1)
    at.redis.xreadgroup(GROUP, "one", {at.key(): ">"})
    at.redis.xclaim(at.key(), GROUP, "one", 0, [first], justid=True)
    counts = _deliveries(at)
    return Seen(f"After XCLAIM ... JUSTID the delivery count is {counts}.", counts == [1])


def delconsumer_forgets_pending(at: Ground) -> Seen:
    _filled(at, 2)
    at.redis.xreadgroup(GROUP, "one", {at.key(): ">"})
    dropped = at.redis.xgroup_delconsumer(at.key(), GROUP, "one")
    again: Any = at.redis.xreadgroup(GROUP, "two", {at.key(): ">"})
    says = f"DELCONSUMER dropped {dropped} pending entries; {_pending(at)} are pending, and > gives none."
    return Seen(says, dropped == 2 and not _pending(at) and not _streams(again))


def nobody_listens(at: Ground) -> Seen:
    heard = at.redis.publish(at.key("news"), "gone")
    return Seen(f"PUBLISH to nobody answers {heard}.", heard == 0)


def heard_twice(at: Ground) -> Seen:
    with at.redis.pubsub() as ear:
        ear.subscribe(at.key("news"))
        ear.psubscribe(at.key("new*"))
        at.until(lambda: at.redis.publish(at.key("other"), "") == 0 and _listening(at, ear) == 2)
        receivers = at.redis.publish(at.key("news"), "one")
        kinds = [_next(at, ear) for _ in range(2)]
    says = f"One client, a channel and a pattern: PUBLISH answers {receivers}, it hears {', '.join(kinds)}."
    return Seen(says, receivers == 2 and sorted(kinds) == ["message", "pmessage"])


def _listening(at: Ground, ear: Any) -> int:
    """Reads the confirmations; how many have come."""
    count = 0
    while count < 2 and (told := ear.get_message(timeout=1)):
        count += told["type"] in ("subscribe", "psubscribe")
    return count


def _next(at: Ground, ear: Any) -> str:
    told = ear.get_message(ignore_subscribe_messages=True, timeout=2)
    return str(told["type"]) if told else "nothing"


def _streams(reply: Any) -> list[tuple[str, list[Any]]]:
    """[(stream, entries)], however redis-py and the protocol have shaped it."""
    if isinstance(reply, dict):
        return [(name, entries[0] if entries else []) for name, entries in reply.items()]
    return [(name, entries) for name, entries in reply or []]
