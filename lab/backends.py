"""The backends of this machine: what a private server is and can do, and fakeredis where none runs."""

from __future__ import annotations

import threading

from lab.backend import UNFAITHFUL_FAKE, Backend, ConnectionSpec
from lab.chain import Candidate
from lab.probe import capabilities, identify
from lab.server import PrivateServer

__all__ = ["fake_backend", "fake_server", "private_backend"]

FAKE_VERSION = (8, 0)  # the Redis that fakeredis is told to imitate
MODULE_OF = {
    "search": "search",
    "json": "ReJSON",
    "bloom": "bf",
    "timeseries": "timeseries",
    "graph": "graph",
}

_lock = threading.Lock()
_private: dict[Candidate, Backend] = {}
_fake: list[Backend] = []


def private_backend(server: PrivateServer) -> Backend:
    """What a private server is. The same program with the same modules is asked only once."""
    with _lock:
        if server.candidate not in _private:
            _private[server.candidate] = _look_at(server)
        return _private[server.candidate]


def _look_at(server: PrivateServer) -> Backend:
    candidate, spec = server.candidate, server.spec()
    client = spec.client()
    try:
        identity = identify(client)
    finally:
        client.close()
    missing = {module.name: module.reason for module in candidate.modules if not module.loads}
    reasons = {
        name: f"The {module} module does not load into this server: {missing[module]}."
        for name, module in MODULE_OF.items()
        if module in missing
    }
    return Backend(
        kind=identity.kind,
        version=identity.version,
        origin=candidate.origin,
        program=candidate.program,
        modules=identity.modules,
        capabilities=capabilities(spec, server=candidate.name, reasons=reasons),
    )


def fake_server() -> ConnectionSpec:
    """A new and empty fakeredis."""
    from fakeredis import FakeRedisConnection, FakeServer  # half a second that most never need

    return ConnectionSpec(
        FakeRedisConnection,
        {"server": FakeServer(version=FAKE_VERSION), "version": FAKE_VERSION, "db": 0},
    )


def fake_backend() -> Backend:
    """What fakeredis is, and where it is not like Redis."""
    with _lock:
        if not _fake:
            import fakeredis

            _fake.append(
                Backend(
                    kind="fakeredis",
                    version=fakeredis.__version__,
                    origin="in-process",
                    program=f"fakeredis {fakeredis.__version__}",
                    capabilities=capabilities(fake_server(), server="fakeredis"),
                    unfaithful=UNFAITHFUL_FAKE,
                )
            )
        return _fake[0]
