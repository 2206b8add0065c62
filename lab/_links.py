"""The connections that pass through a `lab.proxy.Proxy`: two ends each, and what becomes of their bytes."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket
import struct
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lab.proxy import Proxy

__all__ = ["End", "Line", "Link", "Rule", "Then"]

Then = Literal["reset", "hang"]
"""What becomes of the connection on which something was lost: cut off at once, or silent for ever."""

MOST_HELD = 1 << 20  # bytes kept for one direction of one connection; then we stop reading and it waits there
OVERLAP = 512  # bytes of the last piece that are looked at again, since a request may come in two pieces
SLICES = 20  # pieces a second in which a slow line delivers


@dataclass(frozen=True, slots=True)
class Line:
    """How everything passes at the moment."""

    up: bool = True  # to the server
    down: bool = True  # to the client
    delay: float = 0.0
    jitter: float = 0.0
    rate: float = 0.0  # bytes a second to the client; 0 is no limit


@dataclass(slots=True)
class Rule:
    """Something to be done to one request."""

    what: Literal["drop_reply", "drop_request", "reset"]
    match: re.Pattern[bytes]
    left: int
    then: Then


class Link:
    """One client's connection and the one to the server behind it."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.client = End(self, to_server=True)
        self.server = End(self, to_server=False)
        self.client.peer, self.server.peer = self.server, self.client
        self.losing: Then | None = None  # the next bytes from the server are lost, and then this happens
        self.silent = False
        self.over = False  # cut: an end whose transport comes only now has come in vain
        self.connecting: asyncio.Task[None] | None = None
        proxy.links.add(self)

    def begin(self) -> None:
        self.connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop, target = asyncio.get_running_loop(), self.proxy.target
        try:
            if isinstance(target, str):
                await loop.create_unix_connection(lambda: self.server, target)
            else:
                await loop.create_connection(lambda: self.server, *target)
        except OSError:  # the server is gone: so are we, for this client
            self.cut()

    def cut(self) -> None:
        """End both connections at once; on TCP the client gets a reset."""
        self.over = True
        self.proxy.links.discard(self)
        if self.connecting and not self.connecting.done():
            self.connecting.cancel()
        for end in (self.client, self.server):
            end.held.clear()
            if end.transport is not None:
                door = end.transport.get_extra_info("socket")
                if door is not None and door.family != socket.AF_UNIX:
                    with contextlib.suppress(OSError):
                        door.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.transport.abort()


class End(asyncio.Protocol):
    """One end: it reads from its transport, and writes to its peer's what the proxy lets pass."""

    peer: End

    def __init__(self, link: Link, *, to_server: bool) -> None:
        self.link = link
        self.to_server = to_server
        self.transport: asyncio.Transport | None = None
        self.held: deque[bytes] = deque()
        self.size = 0
        self.ended = False
        self.peer_full = False
        self.paused = False
        self.later: asyncio.TimerHandle | None = None
        self.tail = b""

    # -- what asyncio calls --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.link.proxy.ends.add(self)
        if self.link.over:
            transport.abort()
        elif self.to_server:
            self.link.begin()
        else:
            self.peer.pump()

    def data_received(self, data: bytes) -> None:
        if self.link.silent:
            return
        if self.to_server:
            if self.link.proxy.rules:
                data = self._apply(data)
        elif self.link.losing:
            self.link.proxy.note_fired()
            self._lose(self.link.losing)
            return
        if data:
            self.held.append(data)
            self.size += len(data)
            self.pump()

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.ended = True
        self.link.proxy.ends.discard(self)
        self.peer.held.clear()  # nobody is left to read it
        self.peer.size = 0
        self.pump()

    def pause_writing(self) -> None:
        self.peer.peer_full = True
        self.peer.throttle()

    def resume_writing(self) -> None:
        self.peer.peer_full = False
        self.peer.throttle()

    # -- passing on ----------------------------------------------------------------------------------------

    def pump(self) -> None:
        """Write what may pass now. The end of a connection passes like its last byte."""
        line, out = self.link.proxy.line, self.peer.transport
        if self.later is None and out is not None and not self.link.silent:
            while self.held and (line.up if self.to_server else line.down):
                data = self.held.popleft()
                self.size -= len(data)
                pause = 0.0
                if self.to_server and (line.delay or line.jitter):
                    pause = line.delay + line.jitter * random.random()
                elif not self.to_server and line.rate:
                    most = max(1, int(line.rate / SLICES))
                    if len(data) > most:
                        self.held.appendleft(data[most:])
                        self.size += len(data) - most
                        data = data[:most]
                    pause = len(data) / line.rate
                if pause:
                    self.later = asyncio.get_running_loop().call_later(pause, self._write_late, data)
                    break
                out.write(data)
        self.throttle()
        passes = line.up if self.to_server else line.down
        if self.ended and passes and not self.held and self.later is None:
            self.link.proxy.links.discard(self.link)
            if self.peer.transport is not None:
                self.peer.transport.close()
            elif self.link.connecting and not self.link.connecting.done():
                self.link.connecting.cancel()

    def throttle(self) -> None:
        """Read no further while the peer cannot take it or too much is held."""
        full = self.peer_full or self.size > MOST_HELD
        if self.transport is not None and full != self.paused and not self.transport.is_closing():
            self.paused = full
            (self.transport.pause_reading if full else self.transport.resume_reading)()

    def _write_late(self, data: bytes) -> None:
        self.later = None
        if self.peer.transport is not None:
            self.peer.transport.write(data)
        self.pump()

    # -- losing things -------------------------------------------------------------------------------------

    def _apply(self, data: bytes) -> bytes:
        """What is left of the data to hand on once the rules have been obeyed."""
        seen = self.tail + data
        found = self.link.proxy.rule_for(seen, len(self.tail))
        begin = len(self.tail)
        self.tail = seen[-OVERLAP:]
        if found is None:
            return data
        rule, start = found
        if rule.what == "drop_reply":
            self.link.losing = rule.then
            return data
        if rule.what == "reset":
            if self.peer.transport is not None:
                self.peer.transport.write(b"".join(self.held) + data)
            self.held.clear()
            self.size = 0
            self.link.proxy.note_fired()
            # Not cut: the server is to read what we wrote before it hears of the end.
            if self.transport is not None:
                self.transport.abort()
            return b""
        before = data[: max(0, start - begin)]
        if before and self.peer.transport is not None:
            self.peer.transport.write(before)
        self.link.proxy.note_fired()
        self._lose(rule.then)
        return b""

    def _lose(self, then: Then) -> None:
        if then == "reset":
            self.link.cut()
        else:
            self.link.silent = True
