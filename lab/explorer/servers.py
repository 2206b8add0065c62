"""The explorer's own servers, started when they are first needed and kept until the process ends."""

from __future__ import annotations

import atexit
import contextlib
import threading

from lab.explorer.affinity import beside
from lab.explorer.backend import Backend, RedisBackend
from lab.explorer.confine import allow_socket
from lab.server import start_private_server

__all__ = ["backend_named"]

_started: dict[str, Backend] = {}
_lock = threading.Lock()
_stack = contextlib.ExitStack()
atexit.register(_stack.close)


def backend_named(name: str) -> Backend:
    """ "redis" is a private server process, "fakeredis" runs in this process."""
    with _lock:
        known = _started.get(name)
        if known is None or known.gone:
            if known is not None:
                _stack.close()
            known = _started[name] = _start(name)
        return known


def _start(name: str) -> Backend:
    if name == "redis":
        # No time-out: the one connection may be idle for longer than any learner thinks.
        server = _stack.enter_context(start_private_server(timeout="0"))
        allow_socket(server.socket)
        beside(server.pid)
        return RedisBackend(server.socket)
    if name == "fakeredis":
        from lab.explorer.fake import FakeBackend

        return FakeBackend()
    raise ValueError(f"The backend is 'redis' or 'fakeredis', not {name!r}.")
