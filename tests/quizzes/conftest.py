"""A judge on the session's server, and copies of the banks to be spoilt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.backends import private_backend
from lab.bench import Bench
from lab.server import PrivateServer
from quizzes import bank
from quizzes.judge import Judge
from quizzes.model import Question
from quizzes.proof import prove
from quizzes.races import races_of

Spoil = Callable[[str, str, str, str], list[str]]


@pytest.fixture
def bench(redis_server: PrivateServer) -> Iterator[Bench]:
    made = Bench(private_backend(redis_server), redis_server.spec())
    made.reset()
    yield made
    made.reset()
    made.close()


@pytest.fixture
def judge(bench: Bench) -> Judge:
    return Judge(bench, races_of())


@pytest.fixture
def spoil(judge: Judge) -> Spoil:
    """spoil(bank, question, old, new): what is wrong with a bank in which one question reads otherwise.

    The seals are taken off, so that what is found is found by reading and running.
    """

    def spoilt(slug: str, id: str, old: str, new: str) -> list[str]:
        text = re.sub(r'^seal = "[^"]*"\n', "", (bank.BANKS / f"{slug}.toml").read_text(), flags=re.M)
        start = text.index(f'id = "{id}"')
        end = text.find("\n[[questions]]", start)
        end = len(text) if end < 0 else end
        part = text[start:end]
        assert part.count(old) >= 1, f"{old!r} is not in {id}"
        text = text[:start] + part.replace(old, new, 1) + text[end:]
        try:
            found = bank.read(text, f"{slug}.toml")
        except bank.BankError as error:
            return [str(flaw) for flaw in error.flaws]
        question = next(one for one in found.questions if one.id == id)
        return [str(flaw) for flaw in prove(found.file, question, judge).flaws]

    return spoilt


def toy(body: str, **fields: str) -> Question:
    """A question from a piece of TOML, with what every question needs."""
    usual = {
        "id": "toy-one",
        "topic": "races",
        "level": "2",
        "why": "Because it is so.",
        "prompt": "Two customers want the last pair of shoes, and both press the button in the same "
        "moment. What now?",
    } | fields
    head = "\n".join(f"{name} = {value if value.isdigit() else repr(value)}" for name, value in usual.items())
    (question,) = bank.read(f"[[questions]]\n{head}\n{body}", "toy.toml").questions
    return question


def copy_banks(folder: Path) -> Path:
    """The banks of the app in a folder of one's own."""
    folder.mkdir(exist_ok=True)
    for slug in bank.slugs():
        (folder / f"{slug}.toml").write_text((bank.BANKS / f"{slug}.toml").read_text())
    return folder
