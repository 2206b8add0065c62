"""What questions are made of: claims that can be run, options, and wrong answers with their misconception."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)  # fmt: skip

from quizzes import transcript
from quizzes.replies import check_expectation

__all__ = [
    "POINTS", "TOPICS", "Address", "Case", "Check", "Claim", "Expected", "Option", "Part", "Point", "Says",
    "Slug", "Topic", "Transcript", "WeakAnswer", "Wrong", "WrongCommands", "WrongLine", "WrongNumber",
    "WrongOrder", "WrongReply", "WrongSchedule",
]  # fmt: skip

Topic = Literal["failures", "races", "hot keys", "cost", "choice"]
TOPICS: tuple[Topic, ...] = ("failures", "races", "hot keys", "cost", "choice")
PointName = Literal["invariant", "failure", "fix", "residual risk", "number"]
POINTS: tuple[PointName, ...] = ("invariant", "failure", "fix", "residual risk", "number")


def _transcript(text: str) -> str:
    if not transcript.read(text):
        raise ValueError("there is no command in it")
    return text


def _expected(text: str) -> str:
    check_expectation(text)
    return text


Says = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Words for the learner; Markdown."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(-[a-z0-9]+)*$")]
Transcript = Annotated[str, AfterValidator(_transcript)]
"""Commands, with or without expected replies (`quizzes.transcript`)."""
Expected = Annotated[str, AfterValidator(_expected)]
"""A reply in the language of `quizzes.replies`."""
Address = Annotated[str, StringConstraints(pattern=r"^(\d+[lqc]?|t\d*)(\.(\d+[lqc]?|t\d*))*$")]
"""A schedule as a text: `1.2.2l.t.1c`, as in the race lab."""


class Part(BaseModel):
    """Strict and frozen: what is not known is refused, what is read stays."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Check(Part):
    """A function of `quizzes/checks/` for what commands cannot say, and the value that it must give."""

    check: Annotated[str, StringConstraints(pattern=r"^[a-z_]+:[a-z_]+$")]
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")
    gives: Any = None


Refutation = Annotated[
    Annotated[Transcript, Tag("as-commands")] | Annotated[Check, Tag("as-check")],
    Discriminator(lambda given: "as-check" if isinstance(given, dict | Check) else "as-commands"),
]


class Claim(Part):
    """One sentence that a server can confirm: by a transcript (`run`) or by a check."""

    says: Says
    run: Transcript | None = None
    check: Annotated[str, StringConstraints(pattern=r"^[a-z_]+:[a-z_]+$")] | None = None
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")
    gives: Any = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        _one_of(self.run, self.check)
        if self.run is not None and all(line.expected is None for line in transcript.read(self.run)):
            raise ValueError(
                "run: no line has an arrow, so nothing is claimed. Write -> and the reply behind one"
            )
        if self.check is not None and self.gives is None:
            raise ValueError("gives: missing. Write the value that the check must give")
        return self

    def as_check(self) -> Check | None:
        """The check, where it is one."""
        if self.check is None:
            return None
        return Check.model_validate({"check": self.check, "with": self.arguments, "gives": self.gives})


class Wrong(Part):
    """A wrong answer that people give: the name of what they believe, and why it is not so."""

    misconception: Says
    why: Says


class Option(Part):
    """One option of a choice. A wrong one names its misconception, and where it can, is refuted by a run."""

    text: Says
    why: Says
    right: bool = False
    misconception: Says | None = None
    refute: Refutation | None = None
    """Commands (or a check) whose outcome shows that this option is wrong."""

    @model_validator(mode="after")
    def _taught(self) -> Self:
        if self.right and self.misconception is not None:
            raise ValueError("misconception: a right option has none")
        if self.right and self.refute is not None:
            raise ValueError("refute: a right option cannot be refuted; what supports it belongs in claims")
        if not self.right and self.misconception is None:
            raise ValueError(
                "misconception: missing, and right = true as well. A wrong option names what people believe"
            )
        if isinstance(self.refute, str) and all(
            line.expected is None for line in transcript.read(self.refute)
        ):
            raise ValueError("refute: no line has an arrow, so nothing is refuted")
        if isinstance(self.refute, Check) and self.refute.gives is None:
            raise ValueError("refute: gives is missing. Write the value that the check must give")
        return self


class WrongNumber(Wrong):
    """A number that people say."""

    value: float


class WrongReply(Wrong):
    """A reply that people predict."""

    answer: Expected


class WrongOrder(Wrong):
    """An order that people choose: [2, 1, 3] begins with the second of `commands`."""

    order: tuple[int, ...]


class WrongLine(Wrong):
    """A line that people mark: any piece of it that no other line has."""

    line: Says


class WrongCommands(Wrong):
    """What people type; it must fail at least one case."""

    commands: Transcript


class WrongSchedule(Wrong):
    """A schedule that people try, and which breaks nothing."""

    schedule: Address


class Case(Part):
    """One keyspace to begin with, and what must be true of it after the learner's commands."""

    setup: Transcript | None = None
    reply: Expected | None = None
    """What the learner's last command must reply."""
    then: Transcript | None = None
    """Sent afterwards, each line with the reply it must get."""

    @model_validator(mode="after")
    def _judges(self) -> Self:
        claimed = self.then is not None and any(
            line.expected is not None for line in transcript.read(self.then)
        )
        if self.reply is None and not claimed:
            raise ValueError("then: a case needs a line with an arrow here, or reply, or it judges nothing")
        return self


class Point(Part):
    """Something that must be mentioned, in any of `words`. `overwrit*` is any word that begins so, `# GB` any
    number of them."""

    point: PointName
    says: Says
    words: tuple[Says, ...] = Field(min_length=1)


class WeakAnswer(Wrong):
    """An answer that sounds good and misses exactly these points."""

    answer: Says
    misses: tuple[PointName, ...] = Field(min_length=1)


def _one_of(run: str | None, check: str | None) -> None:
    if (run is None) == (check is None):
        raise ValueError("run: write either run (commands) or check (a function), one of the two")
