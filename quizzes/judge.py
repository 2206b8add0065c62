"""Judges what only a run can judge: commands by the state they leave, a schedule by what it breaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lab.bench import Bench
from lab.scenario import Scenario
from quizzes.model import Order, Schedule, Write
from quizzes.running import Ran, let_go, run_lines
from quizzes.transcript import BadTranscript, Line, read

__all__ = ["Judge", "Judged", "Races", "arranged"]

Races = Callable[[str, str], Scenario]
"""The scenario of (lesson, race) with its own settings, on the naive version. LookupError: there is none."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a run."""

    right: bool
    says: str
    ran: Ran | None = None
    story: str = ""


class Judge:
    """Runs answers on a bench (an empty keyspace each time) and in the race explorer."""

    def __init__(self, bench: Bench, races: Races, *, explorer: str = "redis") -> None:
        self.bench = bench
        self._races = races
        self._explorer = explorer

    def write(self, question: Write, commands: str) -> Judged:
        """Whether these commands leave what is wanted, in every case."""
        try:
            lines = read(commands)
        except BadTranscript as error:
            return Judged(False, f"That cannot be sent: {error}.")
        if not lines:
            return Judged(False, "There is no command.")
        if len(lines) > question.most:
            allowed = "one command" if question.most == 1 else f"{question.most} commands"
            return Judged(False, f"{len(lines)} commands, and {allowed} was asked for.")
        first: Ran | None = None
        plain = tuple(replace(line, expected=None) for line in lines)
        for number, case in enumerate(question.cases, 1):
            asked = (*plain[:-1], replace(plain[-1], expected=case.reply))
            ran = self._on_empty((*read(case.setup or ""), *asked, *read(case.then or "")))
            first = first or ran
            if (wrong := ran.wrong) is not None:
                place = "" if number == 1 else "With other data to begin with: "
                return Judged(False, f"{place}{wrong.says}.", ran)
        return Judged(
            True, "It leaves what was wanted" + (" in every case." if len(question.cases) > 1 else "."), first
        )

    def order(self, question: Order, order: Sequence[int]) -> Judged:
        """Whether the commands in this order (1 is the first one) keep `always` and end in `then`."""
        lines: list[Line] = list(read(question.setup or ""))
        always = read(question.always or "")
        for command in arranged(question, order):
            lines += [*read(command), *always]
        ran = self._on_empty((*lines, *read(question.then)))
        return Judged(ran.fine, "It holds." if ran.wrong is None else f"{ran.wrong.says}.", ran)

    def schedule(self, question: Schedule, address: str) -> Judged:
        """Whether this order of events breaks the naive code with the anomaly asked for."""
        from lab.explorer import replay

        lesson, _, race = question.race.partition("/")
        scenario = self._races(lesson, race)
        try:
            schedule = replay(
                scenario, address, backend="fakeredis" if self._explorer == "fakeredis" else "redis"
            )
        except ValueError as error:
            return Judged(False, str(error))
        except Exception as error:  # noqa: BLE001  a race may be anybody's, and its invariant may raise
            return Judged(False, f"The race cannot be run: {type(error).__name__}: {error}.")
        wrong = schedule.wrong
        if wrong is None:
            return Judged(False, "Nothing is broken at the end of it.", story=schedule.story())
        right = wrong.startswith(f"{question.anomaly}: ")
        return Judged(right, wrong[0].upper() + wrong[1:] + ".", story=schedule.story())

    def _on_empty(self, lines: tuple[Line, ...]) -> Ran:
        self.bench.reset()
        try:
            return run_lines(self.bench, lines)
        finally:
            let_go(self.bench, lines)


def arranged(question: Order, order: Sequence[int]) -> tuple[str, ...]:
    """The commands in this order."""
    return tuple(question.commands[place - 1] for place in order)
