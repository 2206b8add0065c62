"""Limits for a process that runs a learner's code: memory, processes, files, network.

This protects against accidents on the learner's own machine. It is no wall against an attacker: Python has
none inside one process, which is why the page offers the editor to one person on their own machine only.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

__all__ = ["confine", "limit"]

_MEMORY = 2 << 30
_FORBIDDEN = (
    "socket.bind", "socket.sendto", "subprocess.Popen", "os.system", "os.exec", "os.fork",
    "os.posix_spawn", "os.forkpty", "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir",
    "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate", "shutil.", "ctypes.",
    "webbrowser.open", "os.listdir", "os.scandir", "glob.glob",
)  # fmt: skip
_confined: list[str] = []


def limit() -> None:
    """Memory and core files, where the system knows such limits."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def confine() -> None:
    """From now on no files but those of Python and of the packages, no network, no processes. For good."""
    if _confined:
        return
    _confined.extend(os.path.realpath(path) for path in (sys.prefix, sys.base_prefix, *sys.path) if path)
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        _open(*arguments[:3])
    elif event == "socket.connect":
        if not (isinstance(arguments[1], str | bytes) and _ours(arguments[1])):
            raise PermissionError("This code runs without a network; use the client that it is given.")
    elif event.startswith(_FORBIDDEN):
        raise PermissionError(f"This code runs without {event}.")


def _ours(path: str | bytes) -> bool:
    """The explorer's own server: the backend opens a connection for each schedule that it runs live."""
    return os.fsdecode(path) in _sockets


_sockets: set[str] = set()


def allow_socket(path: str) -> None:
    """The one server that confined code's explorer may still talk to."""
    _sockets.add(path)


def _open(path: Any, mode: Any, flags: Any) -> None:
    if isinstance(path, int):
        return
    writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (
        isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    )
    real = os.path.realpath(os.fsdecode(path))
    if writes or not real.startswith((*_confined, "/dev/null", "/dev/urandom", "/proc/self")):
        raise PermissionError(f"This code may not open {real}.")
