"""What a lesson is made of: values only. The words are in `lesson.md`, one `##` heading a step.

A demo is a plain function of a `lab.bench.Bench` and the learner's inputs that runs the real pattern code
and returns a `Shown`. The page, the command line and the tests all call it in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lab.scenario import Bounds, Faults, Scenario
from lessons.dial import Dial, Way
from lessons.estimates import Estimate, Sample
from lessons.inputs import Input
from lessons.pictures import Picture, Tone
from lessons.pictures.words import unit_of
from lessons.slots import Keys
from lessons.sources import Citation, resolve

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = [
    "Action", "Ask", "Burst", "Check", "Compare", "Cost", "Count", "Demo", "Dial", "Estimate", "Experiment",
    "Fact", "Fault", "Keys", "Lesson", "Load", "Numbers", "Pair", "Production", "Prove", "Race", "Read",
    "Run", "Sample", "Scale", "ScenarioFactory", "Shown", "Step", "Trial", "Version", "Way",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """A number that a run produced, with the words to read it by."""

    label: str
    value: int | float | str
    unit: str = ""
    tone: Tone = "plain"

    @property
    def counted(self) -> str:
        """The unit as it goes with the value: 1 request, 2 requests."""
        return unit_of(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a demo has to show: one sentence built from what happened, numbers, and perhaps a picture."""

    says: str
    tone: Tone = "plain"
    counts: tuple[Count, ...] = ()
    picture: Picture | None = None
    more: tuple[Picture, ...] = ()
    """Further pictures, drawn below the first: a ledger below a timeline, for instance."""


Demo = Callable[..., Shown]
"""demo(bench, /, **inputs): runs pattern code on the bench; the keywords are the inputs of its action."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its label, what it runs, what the learner may set, and the code to show before it has run."""

    label: str
    demo: Demo
    inputs: tuple[Input, ...] = ()
    shows: tuple[Callable[..., Any], ...] = ()
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """Words only."""

    heading: str


@dataclass(frozen=True, slots=True)
class Run:
    """A live console: actions on one keyspace that stays between runs; `picture` draws it as it is now."""

    heading: str
    actions: tuple[Action, ...]
    picture: Callable[[Bench], Picture] | None = None
    fast_forward: tuple[int, ...] = ()
    """Seconds by which the learner may move time on, a button each."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Many real clients at once, on the naive and on the hardened version, with the damage counted."""

    heading: str
    naive: Action
    hardened: Action


@dataclass(frozen=True, slots=True)
class Pair:
    """The same job in both versions, to be read side by side; `left` and `right` say which stands where."""

    title: str
    naive: Callable[..., Any]
    hardened: Callable[..., Any]
    left: str = "Naive"
    right: str = "Hardened"


@dataclass(frozen=True, slots=True)
class Compare:
    """Naive beside hardened with their difference marked."""

    heading: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A number worth saying in the interview: measured now on the learner's server, or with its source.

    `source` holds codes of `lessons.sources` ("cmd:zadd, lock"); it is empty only where `measure` proves it.
    `measure` returns a sentence, or a `lessons.measure.NotHere` where the server cannot show it.
    """

    says: str
    source: str = ""
    measure: Callable[[Bench], str] | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Titles and addresses of the sources, for the learner to follow."""
        return resolve(self.source)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of the pattern."""

    heading: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What the interviewer asks next. The questions are the `###` headings below the step's heading,
    `### [failures] What if ...?`, the answer is the text under each, hidden until asked for."""

    heading: str


Version = Literal["naive", "hardened"]

ScenarioFactory = Callable[[Version, int, Faults], Scenario]
"""A plain function (version, clients, faults) -> Scenario. The clients are functions of a module's top level,
perhaps in a `functools.partial`, so that their source can be shown."""


@dataclass(frozen=True, slots=True)
class Race:
    """The same clients on either version, in every order and with every fault: the naive one breaks with its
    anomaly, the hardened one is proved. Found by slug in `lessons.racing`."""

    heading: str
    invariant: str
    """What must hold, in a line above the lab."""
    look: str
    """What to look for."""
    anomaly: str
    """The name of an anomaly of the pattern: with it and a colon begins what the naive version is told."""
    scenario: ScenarioFactory
    naive: tuple[Callable[..., Any], ...]
    """The pattern's code to show."""
    hardened: tuple[Callable[..., Any], ...]
    clients: int = 2
    most_clients: int = 2
    """The learner may take more, up to this."""
    faults: Faults = field(default_factory=Faults)
    most_faults: Faults = field(default_factory=Faults)
    """How far the learner may turn each. What is 0 here is beyond the promise, and `beyond` says why."""
    beyond: str = ""
    bounds: Bounds = field(default_factory=lambda: Bounds(steps_per_client=60, states=200_000, seconds=10.0))
    needs: tuple[str, ...] = ()
    """Capabilities of the server (`lab.backend`)."""
    twin: str = ""
    """What is explored in the place of the hardened version, and why."""

    @property
    def slug(self) -> str:
        """The heading, as it stands in an address."""
        return "-".join(re.findall(r"[a-z0-9]+", self.heading.lower()))


@dataclass(frozen=True, slots=True)
class Trial:
    """One version under an experiment: `run(workshop, /, **inputs)` returns a `Shown` of tone `expect`."""

    label: str
    run: Callable[..., Shown]
    expect: Tone
    """How it comes out with the default inputs; tests hold it to that."""
    shows: tuple[Callable[..., Any], ...] = ()
    """The code to show beside it."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """Something broken or overloaded on purpose, on real servers of its own (`lab.workshop`).

    Every trial gets the same inputs, so that naive and hardened meet the same trouble.
    """

    title: str
    watch: str
    """One line before it is run: "Watch for ..."."""
    trials: tuple[Trial, ...]
    inputs: tuple[Input, ...] = ()
    seconds: float = 2.0
    """About how long a trial takes, so that the page can say what it waits for."""

    @property
    def slug(self) -> str:
        """The title, as it stands in an address."""
        return "-".join(re.findall(r"[a-z0-9]+", self.title.lower()))


@dataclass(frozen=True, slots=True)
class Fault:
    """Servers, connections and replies that fail: naive and hardened under the same fault."""

    heading: str
    experiments: tuple[Experiment, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """Traffic that is too much for one key or one server, and what helps."""

    heading: str
    experiments: tuple[Experiment, ...]


@dataclass(frozen=True, slots=True)
class Prove:
    """A race of the lesson inside the page: the naive version broken by the shortest schedule there is, the
    hardened one proved or not. The race is that of `races.py` at this position, from 0 on."""

    heading: str
    race: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """Memory and round trips, measured here and multiplied by the interviewer's numbers, to be said aloud."""

    heading: str
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The keys of the pattern on the slots of a cluster: which must meet, which must spread."""

    heading: str
    keys: tuple[Keys, ...]


@dataclass(frozen=True, slots=True)
class Production:
    """What to watch, what to do at three in the morning, when not to use Redis; what each version offers."""

    heading: str
    dial: Dial


@dataclass(frozen=True, slots=True)
class Check:
    """Where the quiz of the lesson belongs; its questions are found by the lesson's slug."""

    heading: str


Step = Read | Run | Burst | Compare | Numbers | Ask | Fault | Load | Prove | Cost | Scale | Production | Check


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson about one pattern (or a chapter across them). Its slug is the name of its folder."""

    title: str
    promise: str
    minutes: int
    steps: tuple[Step, ...]
    pattern: str | None = None
    needs: tuple[str, ...] = ()
    """Capabilities of the server (`lab.backend`) without which the lesson cannot run."""
