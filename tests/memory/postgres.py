"""A real PostgreSQL for the tests: private socket, temporary folder, gone when the session ends."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.waiting import wait_until

PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian and Ubuntu keep them off the PATH
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
MISSING = (
    "The tests need PostgreSQL's initdb and postgres, and found none. Debian and Ubuntu: "
    "sudo apt-get install postgresql. macOS: brew install postgresql. "
    "Elsewhere: KEYSPACE_POSTGRES=/folder/of/initdb"
)
_numbers = count(1)


def programs(places: tuple[str, ...] = PLACES) -> Path:
    """The folder of `initdb` and `postgres`: the newest. None is a failure, never a skip."""
    named = os.environ.get("KEYSPACE_POSTGRES")
    on_path = shutil.which("initdb")
    found = [Path(named)] if named else [Path(on_path).resolve().parent] if on_path else []
    for place in places if not found else ():
        found += sorted(Path("/").glob(place[1:]), key=_version, reverse=True)
    for folder in found:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise AssertionError(MISSING)


def _version(folder: Path) -> int:
    return int("".join(re.findall(r"\d+", str(folder))) or 0)


@dataclass(frozen=True)
class Server:
    """A running server."""

    folder: Path

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://keyspace@/{database}?host={quote(str(self.folder), safe='')}"

    def tell(self, *statements: str) -> None:
        """Run statements of an administrator."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a new database, until the block ends."""
        name = f"test_{next(_numbers)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE template0")
        yield self.address(name)
        self.tell(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def started() -> Iterator[Server]:
    """A server on a private socket, until the block ends. It refuses to run as root: root gives it a user."""
    bin_folder = programs()
    folder = Path(tempfile.mkdtemp(prefix="ks-pg-"))
    data = folder / "data"
    user = _user()
    if user is not None:
        os.chown(folder, user, -1)
    try:
        made = subprocess.run(
            [bin_folder / "initdb", "--pgdata", data, "--username=keyspace", "--auth=trust", "--no-sync",
             "--encoding=UTF8", "--locale=C"],
            user=user, cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
        with (folder / "log").open("wb") as log:
            options = (
                "listen_addresses=",
                "fsync=off",
                "full_page_writes=off",
                "autovacuum=off",
                "shared_buffers=16MB",
            )
            arguments = [part for option in options for part in ("-c", option)]
            process = subprocess.Popen(
                [bin_folder / "postgres", "-D", data, "-k", folder, *arguments],
                user=user,
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        server = Server(folder)
        try:
            wait_until(lambda: _answers(server, process), f"PostgreSQL answers; {folder}/log", seconds=60)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # ends every session, then itself
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(server: Server, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, (server.folder / "log").read_text()
    try:
        server.tell("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _user() -> int | None:
    """Whom the server runs as: ourselves, or where we are root one who may do nothing else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise AssertionError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")
