"""python -m lessons: what it prints, what it exits with, and what it says when it cannot begin."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lab.server import PrivateServer
from lessons import __main__ as command_line
from lessons import curriculum
from lessons.author import content
from tests import toy_course

ROOT = Path(__file__).parents[2]
FOUR = ("cache_aside", "distributed_lock", "leaderboard", "geo_search")


def lessons(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "KEYSPACE_SERVER")
    }
    return subprocess.run(
        [sys.executable, "-m", "lessons", *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )


def document(ran: subprocess.CompletedProcess[str]) -> Any:
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_list_shows_every_lesson_in_order() -> None:
    ran = lessons("list")
    assert ran.returncode == 0
    assert ran.stdout.index("cache_aside") < ran.stdout.index("leaderboard") < ran.stdout.index("hot_keys")


def test_list_as_json_is_one_document() -> None:
    listed = document(lessons("list", "--json"))
    slugs = [lesson for chapter in listed["chapters"] for lesson in chapter["lessons"]]
    assert len(slugs) == 23
    written = {one["slug"]: one for one in slugs if one["state"] == "written"}
    assert set(FOUR) <= set(written)
    assert all(10 <= one["minutes"] <= 15 for one in written.values())
    assert listed["problems"] == {}


@pytest.mark.parametrize("slug", FOUR)
def test_run_shows_commands_sources_and_keyspace(slug: str) -> None:
    ran = document(lessons("run", slug, "--json"))
    assert ran["ok"] is True
    assert ran["backend"]["kind"] == "redis"
    (lesson,) = ran["lessons"]
    commands = [command for action in lesson["actions"] for command in action["commands"]]
    assert len(commands) > 20
    for command in commands:
        assert {"actor", "command", "reply", "ms", "source"} <= set(command)
        assert (ROOT / command["source"]["path"]).is_file()
    assert any(action["keyspace"] for action in lesson["actions"])
    assert all(action["says"] for action in lesson["actions"])
    assert any(fact["measured"] for fact in lesson["facts"])


def test_run_for_people_names_the_server_and_the_lines() -> None:
    ran = lessons("run", "leaderboard")
    assert ran.returncode == 0
    assert ran.stdout.startswith("On Redis ")
    assert "patterns/leaderboard/naive.py:" in ran.stdout
    assert "lost update" in ran.stdout
    assert "Source: Redis documentation: ZADD <https://redis.io/" in ran.stdout
    assert ran.stderr == ""


def test_an_unknown_lesson_is_named_with_the_nearest() -> None:
    ran = lessons("run", "leaderbord", "--json")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "There is no lesson called 'leaderbord'. Did you mean 'leaderboard'?\n"


def test_a_planned_lesson_is_listed_and_cannot_run_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = toy_course.copy_to(tmp_path / "lessons")
    for place in (command_line, content):
        monkeypatch.setattr(place, "LIBRARY", toy)
    monkeypatch.setattr(curriculum, "CHAPTERS", toy.chapters)
    assert command_line.main(["list"]) == 0
    assert "planned" in capsys.readouterr().out
    assert command_line.main(["run", "lock"]) == 2
    assert capsys.readouterr().err == "The lesson 'lock' is planned and not written yet.\n"


def test_no_verb_is_a_usage_error() -> None:
    ran = lessons()
    assert ran.returncode == 2
    assert "usage: python -m lessons" in ran.stderr


def test_a_redis_url_is_used(redis_server: PrivateServer) -> None:
    ran = document(lessons("run", "leaderboard", "--json", REDIS_URL=f"unix://{redis_server.socket}"))
    assert ran["ok"] is True
    assert ran["backend"]["origin"] == "REDIS_URL"
    keys = [change["key"] for action in ran["lessons"][0]["actions"] for change in action["keyspace"]]
    assert keys
    assert all(key.startswith("ks:") for key in keys)


def test_a_redis_url_that_cannot_be_used_is_one_sentence() -> None:
    ran = lessons("run", "leaderboard", "--json", REDIS_URL="redis://127.0.0.1:1")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert len(ran.stderr.strip().splitlines()) == 1
    assert "Traceback" not in ran.stderr


def test_on_fakeredis_it_says_where_that_is_not_redis() -> None:
    ran = document(lessons("run", "geo_search", "--json", KEYSPACE_SERVER="fakeredis"))
    assert ran["ok"] is True
    assert ran["backend"]["kind"] == "fakeredis"
    assert any("geohash" in sentence for sentence in ran["backend"]["unfaithful"])


def test_a_reader_that_has_seen_enough_gets_no_traceback() -> None:
    command = f"{sys.executable} -m lessons run leaderboard | head -1"
    ran = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ran.stdout.startswith("On ")
    assert ran.stderr == ""
