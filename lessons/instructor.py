"""The instructor's verbs of `python -m lessons`: rehearse, check, new, handout."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lessons import library
from lessons.author.check import check_folder
from lessons.author.new import FolderIsTaken, write_template
from lessons.present import decks
from lessons.present.command import rehearse_decks
from lessons.present.handout import handout
from lessons.present.rehearse import PATIENCE

__all__ = ["VERBS", "add_verbs", "do"]

PORT = 8501
"""Where `./run` puts the app if nobody says otherwise."""

VERBS = ("rehearse", "check", "new", "handout")


def add_verbs(verbs: argparse._SubParsersAction[Any]) -> None:
    """Make them known to the command line."""
    rehearsing = verbs.add_parser(
        "rehearse", help="run every scene here and say what would fail in this room"
    )
    rehearsing.add_argument("slug", help="a lesson's slug, leaderboard:races, a scene list's name, or all")
    rehearsing.add_argument(
        "--port", type=int, default=PORT, help="the app's (default: %(default)s; 0: none)"
    )
    rehearsing.add_argument(
        "--patience", type=float, default=PATIENCE, help="seconds a room waits at most (default: %(default)g)"
    )
    rehearsing.add_argument("--twice", action="store_true", help="run twice, and compare the command logs")
    checking = verbs.add_parser("check", help="say what is wrong with a content folder, and where")
    checking.add_argument("folder", type=Path)
    checking.add_argument("--read-only", action="store_true", help="read the files, run nothing")
    making = verbs.add_parser("new", help="write a content folder to begin with")
    making.add_argument("folder", type=Path)
    printing = verbs.add_parser("handout", help="a lesson as one HTML file to print")
    printing.add_argument("slug")
    printing.add_argument("--out", type=Path, help="the file to write (default: standard output)")
    for one in (rehearsing, checking):
        one.add_argument("--json", action="store_true", help="print one JSON document")
    for one in (rehearsing, printing):
        one.add_argument("--content", type=Path, help="a folder of lessons beside the course")


def do(asked: argparse.Namespace, say: Callable[[str], None]) -> int:
    """The exit status: 0, or 1 where something is wrong. LessonError and LabError: it could not begin."""
    match asked.verb:
        case "rehearse":
            names = decks.names() if asked.slug == "all" else (asked.slug,)
            return rehearse_decks(
                names,
                port=asked.port,
                patience=asked.patience,
                twice=asked.twice,
                as_json=asked.json,
                say=say,
            )
        case "check":
            return _check(asked.folder, runs=not asked.read_only, as_json=asked.json, say=say)
        case "new":
            return _new(asked.folder, say)
    return _handout(asked.slug, asked.out, say)


def _check(folder: Path, *, runs: bool, as_json: bool, say: Callable[[str], None]) -> int:
    flaws = list(check_folder(folder, runs=runs))
    if as_json:
        say(json.dumps({"ok": not flaws, "flaws": flaws}, indent=2, ensure_ascii=False))
    else:
        for flaw in flaws:
            say(flaw)
        say(
            f"{len(flaws)} to be mended."
            if flaws
            else f"{folder}: nothing is wrong. ./run --content {folder}"
        )
    return 1 if flaws else 0


def _new(folder: Path, say: Callable[[str], None]) -> int:
    try:
        written = write_template(folder)
    except FolderIsTaken as error:
        say(str(error))
        return 1
    for file in written:
        say(f"wrote {file}")
    say(f"Next: python -m lessons check {folder}, then ./run --content {folder}")
    return 0


def _handout(slug: str, out: Path | None, say: Callable[[str], None]) -> int:
    text = handout(library.load(slug))
    if out is None:
        say(text)
        return 0
    out.write_text(text, encoding="utf-8")
    say(f"wrote {out}")
    return 0
