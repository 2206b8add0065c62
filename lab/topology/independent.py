"""Servers that know nothing of each other: what Redlock asks a majority of."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from lab.topology.tcp import TcpServer, start_tcp

__all__ = ["start_independent"]


@contextlib.contextmanager
def start_independent(
    primaries: int = 5, *, options: Mapping[str, str] | None = None
) -> Iterator[tuple[TcpServer, ...]]:
    """So many primaries without a replica for the length of a block; LabError if no server is found."""
    with contextlib.ExitStack() as ending:
        servers = []
        for _ in range(primaries):
            server = start_tcp(options)
            ending.callback(server.kill)
            servers.append(server)
        yield tuple(servers)
