"""What a subscriber is given, counted on a real connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lab.bench import Bench

__all__ = ["deliveries"]

PATIENCE = 2.0  # seconds for a message that is on its way


def deliveries(bench: Bench, channel: str, channels: Sequence[str] = (), patterns: Sequence[str] = ()) -> int:
    """How often one client with these subscriptions is given one message on `channel`."""
    pubsub: Any = bench.quiet().pubsub()
    try:
        for subscribe, names in ((pubsub.subscribe, channels), (pubsub.psubscribe, patterns)):
            if names:
                subscribe(*(bench.namespace + name for name in names))
        _take(pubsub, ("subscribe", "psubscribe"), lambda got: got < len(channels) + len(patterns))
        bench.quiet().publish(bench.namespace + channel, "moved")
        # A mark of its own comes behind whatever the message led to, so nothing has to be waited for in vain.
        pubsub.subscribe(f"{bench.namespace}mark")
        return _take(pubsub, ("message", "pmessage"), lambda _: True)
    finally:
        pubsub.close()


def _take(pubsub: Any, kinds: tuple[str, ...], goes_on: Callable[[int], bool]) -> int:
    """How many of these kinds come while it goes on, until another kind comes or nothing any more."""
    got = 0
    while goes_on(got):
        found = pubsub.get_message(timeout=PATIENCE)
        if found is None or found["type"] not in kinds:
            break
        got += 1
    return got
