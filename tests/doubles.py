"""Servers that tests talk to over TCP: real ones with options of their own, and some that only pretend."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.chain import find_server
from lab.guardian import Process, guardian
from lab.server import MEMORY

CERTIFICATES = Path(__file__).parent / "lab" / "certificates"
AUTHORITY = CERTIFICATES / "ca.pem"

__all__ = [
    "AUTHORITY",
    "CERTIFICATES",
    "TcpRedis",
    "bulk",
    "closed_port",
    "pretender",
    "redis_over_tcp",
    "speaks",
    "tls_front",
]


@dataclass(frozen=True)
class TcpRedis:
    """A real server that listens on 127.0.0.1."""

    port: int
    process: Process

    @property
    def where(self) -> str:
        return f"127.0.0.1:{self.port}"


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


@contextlib.contextmanager
def redis_over_tcp(program: str = "", port: int = 0, **options: str) -> Iterator[TcpRedis]:
    """A server process with these options (underscores for dashes), of the embedded program or another."""
    if not program:
        found = find_server()
        assert found is not None, "no server program works on this machine"
        program = found.path
    port = port or closed_port()
    words = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", *value.split()]
    process = guardian().start(lambda folder: [program, "--dir", str(folder), *words], memory=MEMORY)
    try:
        yield TcpRedis(port, process)
    finally:
        process.kill()


@contextlib.contextmanager
def pretender(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A TCP server that hands every connection to `serve` in a thread of its own; yields the port."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def handle(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            serve(connection)

    def accept() -> None:
        while not over.is_set():
            with contextlib.suppress(TimeoutError, OSError):
                connection, _ = door.accept()
                connection.settimeout(5)
                threads.append(threading.Thread(target=handle, args=(connection,), daemon=True))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.05)
        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield door.getsockname()[1]
        finally:
            over.set()
            acceptor.join()
            for thread in threads:
                thread.join(5)


def commands(connection: socket.socket) -> Iterator[list[str]]:
    """The commands that a client sends, as words."""
    stream = connection.makefile("rb")
    while line := stream.readline():
        words = []
        for _ in range(int(line[1:])):
            length = int(stream.readline()[1:])
            words.append(stream.read(length + 2)[:-2].decode())
        yield words


def speaks(answers: Callable[[list[str]], str]) -> Callable[[socket.socket], None]:
    """A server that speaks RESP: what it answers to a command, as it goes over the wire."""

    def serve(connection: socket.socket) -> None:
        for words in commands(connection):
            connection.sendall(answers(words).encode())

    return serve


def bulk(text: str) -> str:
    return f"${len(text.encode())}\r\n{text}\r\n"


@contextlib.contextmanager
def tls_front(port: int, *, wants_certificate: bool = False) -> Iterator[int]:
    """TLS in front of a server that has none; yields the port for rediss://."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")
    if wants_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(AUTHORITY)

    def serve(connection: socket.socket) -> None:
        with (
            context.wrap_socket(connection, server_side=True) as outside,
            socket.create_connection(("127.0.0.1", port)) as inside,
        ):
            while True:
                readable = [outside] if outside.pending() else select.select([outside, inside], [], [], 5)[0]
                for source in readable:
                    data = source.recv(65536)
                    if not data:
                        return
                    (inside if source is outside else outside).sendall(data)

    with pretender(serve) as front:
        yield front
