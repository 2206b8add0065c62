"""A seal: proof that a question still reads as it did when it was proved and read over.

What a run can refute is refuted by a run. The words of an option are not run: a slip of the keyboard in one
would stand there for ever. So each question carries a short digest of its answer, of what else is offered,
and of its words, and `check` says which of the three has changed. `python -m quizzes seal` writes it, but
only into a bank in which everything is proved.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from quizzes.model import Question

__all__ = ["PARTS", "broken", "seal_of", "sealed"]

PARTS = ("answer", "options", "words")
_ANSWER = ("answer", "tolerance", "unit", "enough", "commands", "also", "line", "anomaly", "rubric", "cases")
_OPTIONS = ("options", "wrong", "weak")


def seal_of(question: Question) -> str:
    """Three times four digits, for answer, options and words."""
    data = question.model_dump(mode="json", by_alias=True, exclude={"seal"})
    answer = {name: data.pop(name) for name in _ANSWER if name in data}
    options = {name: data.pop(name) for name in _OPTIONS if name in data}
    answer["right"] = [option["text"] for option in options.get("options", ()) if option["right"]]
    return ".".join(map(_digest, (answer, options, data)))


def broken(question: Question) -> tuple[str, ...]:
    """Which of the parts have changed since it was sealed; none where there is no seal."""
    if not question.seal:
        return ()
    now, then = seal_of(question).split("."), question.seal.split(".")
    if len(then) != len(PARTS):
        return PARTS
    return tuple(part for part, new, old in zip(PARTS, now, then, strict=True) if new != old)


def sealed(text: str, questions: tuple[Question, ...]) -> str:
    """The text of a bank with the seal of each question below its id."""
    for question in questions:
        line = f'seal = "{seal_of(question)}"\n'
        head = rf'^(id\s*=\s*"{re.escape(question.id)}"[^\n]*\n)(?:seal\s*=\s*"[^"]*"[^\n]*\n)?'
        text = re.sub(head, rf"\g<1>{line}", text, count=1, flags=re.MULTILINE)
    return text


def _digest(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:4]
