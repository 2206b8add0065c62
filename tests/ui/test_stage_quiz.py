"""The stage gets its questions from the banks as they are: every one of one right option, and no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lessons.author.content import VARIABLE
from lessons.author.new import write_template
from lessons.present.choices import NoQuestions, from_home
from quizzes import bank
from quizzes.model import Single
from ui.stage_quiz import questions_of

ROOT = Path(__file__).parents[2]
BANK = "stock_counter"


def test_they_are_those_of_the_bank() -> None:
    known = [one for one in bank.load("leaderboard").questions if isinstance(one, Single)]
    found = questions_of("leaderboard")
    assert [one.id for one in found] == [one.id for one in known]
    for was, now in zip(known, found, strict=True):
        assert (now.prompt, now.why, now.level) == (was.prompt, was.why, was.level)
        assert [(one.text, one.why, one.right) for one in now.options] == [
            (one.text, one.why, one.right) for one in was.options
        ]
        assert [one.belief for one in now.options if not one.right] == [
            one.misconception for one in was.options if not one.right
        ]
    assert from_home("leaderboard") == found
    assert questions_of("no_such_lesson") == ()


def test_those_of_an_instructors_folder_are_found_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_template(tmp_path / "mine")
    monkeypatch.delenv(VARIABLE, raising=False)
    assert questions_of(BANK) == ()
    beside = questions_of(BANK, tmp_path / "mine" / "banks")
    assert all(one.id.startswith(BANK) for one in beside)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    assert questions_of(BANK) == beside


def test_a_broken_bank_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / f"{BANK}.toml").write_text("[[questions]]\nid = 1\n")
    with pytest.raises(NoQuestions, match=f"{BANK}.toml, 1: kind: missing"):
        questions_of(BANK, tmp_path)


def test_a_command_line_gets_them_without_streamlit() -> None:
    program = (
        "import sys; from lessons.present import decks; decks.find('leaderboard'); "
        "sys.exit('streamlit' in sys.modules or 'ui.stage_quiz' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
