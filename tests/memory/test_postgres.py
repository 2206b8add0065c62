"""The server that the tests start is found or asked for: it is never left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.memory import postgres


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEYSPACE_POSTGRES", raising=False)
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("nowhere")
def test_a_machine_without_it_is_told_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="sudo apt-get install postgresql"):
        postgres.programs((f"{tmp_path}/*/bin",))


@pytest.mark.usefixtures("nowhere")
def test_the_newest_of_several_is_taken(tmp_path: Path) -> None:
    for version in ("9", "15", "16"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "postgres")[: 1 if version == "16" else 2]:
            (folder / name).touch(0o755)
    assert postgres.programs((f"{tmp_path}/*/bin",)) == tmp_path / "15" / "bin"


def test_the_server_is_real(postgres_server: postgres.Server, postgres_address: str) -> None:
    import psycopg

    with psycopg.connect(postgres_address) as connection:
        row = connection.execute("SELECT version()").fetchone()
    assert row is not None
    assert str(row[0]).startswith("PostgreSQL")
