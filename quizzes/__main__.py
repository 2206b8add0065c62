"""python -m quizzes check [BANK ...] [--folder DIR]   validates banks and runs every claim on a real Redis
python -m quizzes stats [BANK ...] [--json]         questions by bank, kind, level and topic; the lint figures
python -m quizzes seal [BANK ...]                   checks, and seals every question that is proved

--folder DIR reads the banks of another folder than quizzes/banks. Exit status: 0 when everything is in order,
1 when something in a bank is wrong (each with file, question and reason), 2 when it could not begin.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lab.backends import private_backend
from lab.bench import Bench
from lab.errors import LabError
from lab.server import start_private_server
from quizzes import lint, seal
from quizzes.bank import BANKS, BankError, Flaw, load, slugs
from quizzes.judge import Judge
from quizzes.model import Bank
from quizzes.proof import Proved, prove_all
from quizzes.races import COURSE, races_of
from quizzes.stats import stats


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the result is the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m quizzes", description="The questions, without a browser."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, what in (
        ("check", "validate banks and run every claim"),
        ("stats", "count questions and show the lint figures"),
        ("seal", "check, and write the seal of every question"),
    ):
        one = verbs.add_parser(verb, help=what)
        one.add_argument("banks", nargs="*", metavar="BANK", help="leaderboard, ...; all if none is named")
        one.add_argument("--folder", type=Path, default=BANKS, help="where the banks are")
        one.add_argument(
            "--races", default=COURSE, help="module:function that makes races (default: %(default)s)"
        )
        one.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args(arguments)
    logging.getLogger("patterns").addHandler(logging.NullHandler())
    try:
        names = _names(asked.banks, asked.folder)
        if asked.verb == "stats":
            return show_stats(names, asked.folder, as_json=asked.json)
        return check(names, asked.folder, asked.races, as_json=asked.json, sealing=asked.verb == "seal")
    except LabError as error:
        print(error.says, file=sys.stderr)
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
    return 2


def check(names: Sequence[str], folder: Path, races: str, *, as_json: bool, sealing: bool = False) -> int:
    """Validate, run, lint; with `sealing`, seal the banks in which nothing is wrong but the seals."""
    began = time.perf_counter()
    banks, flaws = _loaded(names, folder)
    with start_private_server() as server:
        backend = private_backend(server)
        bench = Bench(backend, server.spec())
        proved = list(prove_all(banks, Judge(bench, races_of(races))))
        bench.close()
    flaws += [flaw for one in proved for flaw in one.flaws]
    flaws += lint.flaws(banks)
    if sealing:
        done = [bank for bank in banks if all(flaw.file != bank.file for flaw in flaws)]
        for bank in done:
            path = folder / bank.file
            path.write_text(seal.sealed(path.read_text(encoding="utf-8"), bank.questions), encoding="utf-8")
        print(f"Sealed: {', '.join(bank.slug for bank in done) or 'none'}.", file=sys.stderr)
    else:
        flaws += _unsealed(banks, must=folder == BANKS)
    _report(banks, flaws, proved, backend.title, time.perf_counter() - began, as_json=as_json)
    return 1 if flaws else 0


def show_stats(names: Sequence[str], folder: Path, *, as_json: bool) -> int:
    """The counts. A bank that cannot be read, or a breach of the lint, makes the status 1."""
    banks, flaws = _loaded(names, folder)
    found = stats(banks)
    found["problems"] = [str(flaw) for flaw in flaws]
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print(f"{found['questions']} questions in {len(banks)} banks.")
        for slug, one in found["banks"].items():
            print(
                f"  {slug:<20} {one['questions']:>3}  levels {_listed(one['levels'])}; "
                f"{_listed(one['topics'])}"
            )
        for name in ("kinds", "levels", "topics"):
            print(f"{name}: {_listed(found[name])}")
        for name, figure in found["lint"].items():
            if name != "breaches":
                bounds = [
                    f"{word} {figure[key]:.0%}"
                    for word, key in (("at least", "at_least"), ("at most", "at_most"))
                    if key in figure
                ]
                kept = "" if figure["ok"] else ", NOT KEPT"
                said = " and ".join(bounds) or "too few questions for a bound"
                print(f"{name.replace('_', ' ')}: {figure['value']:.1%}, {said}{kept}")
        for problem in [*found["lint"]["breaches"], *found["problems"]]:
            print(problem, file=sys.stderr)
    return 1 if flaws or found["lint"]["breaches"] else 0


def _names(asked: Sequence[str], folder: Path) -> tuple[str, ...]:
    """The banks asked for. LookupError: the folder or one of them is not there."""
    if not folder.is_dir():
        raise LookupError(f"There is no folder {folder}.")
    there = slugs(folder)
    if not there:
        raise LookupError(f"There is no bank in {folder}. A bank is a file such as leaderboard.toml.")
    for name in asked:
        if name not in there:
            try:
                load(name, folder)
            except BankError as error:
                raise LookupError(error.flaws[0].says) from None
    return tuple(asked) or there


def _loaded(names: Sequence[str], folder: Path) -> tuple[tuple[Bank, ...], list[Flaw]]:
    """The banks that can be read, and what is wrong with the others."""
    banks: list[Bank] = []
    flaws: list[Flaw] = []
    for name in names:
        try:
            banks.append(load(name, folder))
        except BankError as error:
            flaws += error.flaws
    homes: dict[str, str] = {}
    for bank in banks:
        for question in bank.questions:
            if (first := homes.setdefault(question.id, bank.file)) != bank.file:
                flaws.append(Flaw(bank.file, question.id, f"id: {first} has it too. Give one another id."))
    return tuple(banks), flaws


def _unsealed(banks: Sequence[Bank], *, must: bool) -> list[Flaw]:
    """Questions that have changed since they were sealed; where every one must be, those without one too."""
    found = []
    for bank in banks:
        cure = f"If that is meant: python -m quizzes seal {bank.slug}"
        for question in bank.questions:
            if changed := seal.broken(question):
                says = f"seal: its {' and '.join(changed)} changed since it was proved and read over. {cure}"
                found.append(Flaw(bank.file, question.id, says))
        bare = [question.id for question in bank.questions if not question.seal]
        if must and bare:
            found.append(Flaw(bank.file, bare[0], f"seal: {len(bare)} questions have none yet. {cure}"))
    return found


def _report(
    banks: Sequence[Bank],
    flaws: Sequence[Flaw],
    proved: Sequence[Proved],
    server: str,
    seconds: float,
    *,
    as_json: bool,
) -> None:
    questions, runs = len(proved), sum(one.runs for one in proved)
    with_runs = sum(lint.runnable(one.question) for one in proved)
    if as_json:
        document = {
            "ok": not flaws, "banks": [bank.slug for bank in banks], "questions": questions,
            "claims_run": runs, "questions_with_claims": with_runs, "server": server,
            "seconds": round(seconds, 3),
            "flaws": [flaw._asdict() for flaw in flaws],
        }  # fmt: skip
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return
    for flaw in flaws:
        print(flaw)
    share = f"{with_runs / questions:.0%}" if questions else "none"
    print(
        f"{questions} questions in {len(banks)} bank{'' if len(banks) == 1 else 's'}. {runs:,} claims and "
        f"answers were run on {server}, of {with_runs} questions ({share}), in {seconds:.1f} s."
    )
    print("Everything is as it says." if not flaws else f"{len(flaws)} to be mended.")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader, `head` for instance, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
