"""Remedies for a hot read and for a hot write, as small as they are. Each is a client thread's own.

The key of a piece of news holds its version, so a reader can tell whether what it got is old.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from lab.routing import Router

__all__ = ["Batched", "Copies", "Direct", "LocalCopy", "OneKey", "Replicas", "SubKeys"]


class Direct:
    """No remedy: every read goes to the primary that has the key."""

    def __init__(self, router: Router) -> None:
        self.router = router

    def read(self, key: str) -> int:
        return int(self.router.primary(key).get(key) or 0)

    def write(self, key: str, version: int) -> None:
        self.router.primary(key).set(key, version)


class LocalCopy(Direct):
    """A copy in the process for `ttl` seconds: old by as much at most, and nobody tells it so."""

    def __init__(self, router: Router, ttl: float, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(router)
        self.ttl = ttl
        self.now = now
        self.copies: dict[str, tuple[int, float]] = {}

    def read(self, key: str) -> int:
        version, until = self.copies.get(key, (0, 0.0))
        if self.now() < until:
            return version
        asked = self.now()  # before the answer: a copy is as old as the question
        version = super().read(key)
        self.copies[key] = version, asked + self.ttl
        return version

    def write(self, key: str, version: int) -> None:
        super().write(key, version)
        self.copies.pop(key, None)


class Replicas(Direct):
    """Reads go to the primary and its replicas in turn. A replica may not have the last write yet."""

    def read(self, key: str) -> int:
        return int(self.router.any_copy(key).get(key) or 0)


class Copies(Direct):
    """The hot key alone is kept under several names on all nodes; a name is chosen for each read.

    A write goes to every copy, and for a moment they differ.
    """

    def __init__(self, router: Router, names: Mapping[str, Sequence[str]], rng: random.Random) -> None:
        super().__init__(router)
        self.names = names
        self.rng = rng

    def read(self, key: str) -> int:
        return super().read(self.rng.choice(self.names[key]) if key in self.names else key)

    def write(self, key: str, version: int) -> None:
        for name in self.names.get(key, (key,)):
            super().write(name, version)


class OneKey:
    """A counter in one key: exact, and all of it on one node."""

    def __init__(self, router: Router, key: str) -> None:
        self.router = router
        self.key = key

    def add(self) -> None:
        self.router.primary(self.key).incrby(self.key, 1)

    def total(self) -> int:
        return int(self.router.primary(self.key).get(self.key) or 0)

    def close(self) -> None:
        """Nothing is held back."""


class SubKeys(OneKey):
    """A counter in several keys: a key is chosen for each write, and a reader adds them all up."""

    def __init__(self, router: Router, keys: Sequence[str], rng: random.Random) -> None:
        super().__init__(router, keys[0])
        self.keys = keys
        self.rng = rng

    def add(self) -> None:
        key = self.rng.choice(self.keys)
        self.router.primary(key).incrby(key, 1)

    def total(self) -> int:
        return sum(int(self.router.primary(key).get(key) or 0) for key in self.keys)


class Batched(OneKey):
    """Counted in the process, and sent as one INCRBY for every `size` of them. What is held dies with it."""

    def __init__(self, router: Router, key: str, size: int) -> None:
        super().__init__(router, key)
        self.size = size
        self.held = 0
        self.most_held = 0

    def add(self) -> None:
        self.held += 1
        self.most_held = max(self.most_held, self.held)
        if self.held == self.size:
            self.close()

    def close(self) -> None:
        if self.held:
            self.router.primary(self.key).incrby(self.key, self.held)
            self.held = 0


def every(share_of_100: int, rng: random.Random) -> Iterator[bool]:
    """True for so many of 100 in the long run, the same for the same generator."""
    return (rng.random() * 100 < share_of_100 for _ in itertools.count())
