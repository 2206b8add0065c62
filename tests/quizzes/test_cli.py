"""`python -m quizzes`: exit status, sentences, JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from quizzes import bank
from quizzes.__main__ import main
from tests.quizzes.conftest import copy_banks

ROOT = Path(__file__).parents[2]


def test_check_runs_every_claim_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "leaderboard"]) == 0
    out = capsys.readouterr().out
    assert "15 questions in 1 bank." in out
    assert "claims and answers were run on" in out
    assert "a server of your own" in out
    assert "Everything is as it says." in out


def test_check_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "distributed_lock", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"]
    assert found["claims_run"] >= found["questions_with_claims"] >= found["questions"] / 2
    assert found["flaws"] == []


def test_a_false_key_in_a_copy_makes_it_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copy_banks(tmp_path / "banks")
    assert main(["check", "leaderboard", "--folder", str(folder)]) == 0
    file = folder / "leaderboard.toml"
    file.write_text(file.read_text().replace('answer = "1.2.1.2"', 'answer = "1.1.2.2"'))
    assert main(["check", "leaderboard", "--folder", str(folder)]) == 1
    out = capsys.readouterr().out
    assert (
        "leaderboard.toml, leaderboard-break-it: answer: 1.1.2.2 is no lost update: Nothing is broken" in out
    )
    assert "leaderboard.toml, leaderboard-break-it: seal: its answer changed since" in out
    assert "2 to be mended." in out


def test_one_broken_bank_does_not_hide_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copy_banks(tmp_path / "banks")
    (folder / "geo_search.toml").write_text("[[questions]]\nid = 1")
    assert main(["check", "--folder", str(folder), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert "leaderboard" in found["banks"]
    assert {flaw["file"] for flaw in found["flaws"]} == {"geo_search.toml"}


def test_what_cannot_begin_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "leaderbord"]) == 2
    assert main(["check", "--folder", str(tmp_path / "none")]) == 2
    assert main(["stats", "--folder", str(tmp_path)]) == 2
    assert main(["check", "leaderboard", "--races", "lessons.nowhere:x"]) == 2
    said = capsys.readouterr().err
    assert "Did you mean 'leaderboard'?" in said
    assert "There is no folder" in said
    assert "There is no bank in" in said
    assert "There is no 'lessons.nowhere:x' to take races from" in said


def test_seal_seals_only_what_is_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copy_banks(tmp_path / "banks")
    lock = folder / "distributed_lock.toml"
    lock.write_text(lock.read_text().replace("Twenty workers", "Thirty workers"))
    board = folder / "leaderboard.toml"
    false = board.read_text().replace("answer = 900719", "answer = 907019")
    board.write_text(false)
    assert main(["seal", "leaderboard", "distributed_lock", "--folder", str(folder)]) == 1
    assert "Sealed: distributed_lock." in capsys.readouterr().err
    assert board.read_text() == false
    assert main(["check", "distributed_lock", "--folder", str(folder)]) == 0


def test_stats_counts_and_shows_the_lint(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["banks"]) == set(bank.slugs())
    assert set(found["topics"]) == {"failures", "races", "hot keys", "cost", "choice"}
    longest, shortest = (found["lint"][f"right_option_{name}"] for name in ("longest", "shortest"))
    assert (longest["at_least"], longest["at_most"]) == (0.2, 0.3)
    assert (shortest["at_least"], shortest["at_most"]) == (0.15, 0.35)
    assert main(["stats"]) == 0
    assert "%, at least 20% and at most 30%\n" in capsys.readouterr().out
    assert main(["stats", "races"]) == 0
    assert "right option longest: 50.0%, too few questions for a bound\n" in capsys.readouterr().out


def test_it_is_a_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "quizzes", "stats", "leaderboard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert "15 questions in 1 banks." in ran.stdout
