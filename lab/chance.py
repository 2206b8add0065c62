"""Chance with a seed: inside `seeded(7)` this thread draws the same tokens, jitters and ids every time.

`secrets`, `uuid.uuid4` and `random` all draw from the operating system or from one hidden generator. Here the
first two get a generator of the thread for as long as the block lasts; every other thread, and this one
afterwards, draws as before. Nothing that must be secret may be drawn inside.
"""

from __future__ import annotations

import contextlib
import os
import random
import threading
from collections.abc import Iterator

__all__ = ["seeded"]

_THREAD = threading.local()
_INSTALLED = threading.Lock()
_real_urandom = os.urandom
_is_installed = False


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """This thread draws from a generator with this seed until the block ends."""
    _install()
    before = getattr(_THREAD, "dice", None)
    state = random.getstate()
    _THREAD.dice = random.Random(seed)
    random.seed(seed)
    try:
        yield
    finally:
        _THREAD.dice = before
        random.setstate(state)


def _urandom(size: int, /) -> bytes:
    dice: random.Random | None = getattr(_THREAD, "dice", None)
    return _real_urandom(size) if dice is None else dice.randbytes(size)


def _install() -> None:
    """Once for the process: whoever asks the operating system for chance asks us first."""
    global _is_installed, _real_urandom
    with _INSTALLED:
        if not _is_installed:
            _real_urandom = os.urandom
            os.urandom = _urandom
            random._urandom = _urandom  # type: ignore[attr-defined]
            _is_installed = True
