"""Finding the hot key: what a node says of itself, and five ways to a name, each with its cost."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from lab.hotkeys import (
    Finding,
    by_clients,
    by_command,
    by_frequency,
    by_monitor,
    by_slot_stats,
    prepare,
)
from lab.load import Load, Operation
from lab.routing import Router
from lab.slots import slot_of
from lab.workshop import Workshop
from lessons.hot_keys.remedies import Direct
from lessons.hot_keys.stage import HOT, Stage, bars, hundred, is_hot, news, open_stage, strip
from lessons.inputs import Integer, Real
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Table, TableRow, Tone

__all__ = ["FIND", "five_ways", "of_itself"]

TURNS = 3


def of_itself(workshop: Workshop, /, *, clients: int, each: int, exponent: float) -> Shown:
    """INFO commandstats of every node: it has names of commands, and none of keys."""
    stage = open_stage(workshop)
    load = _reads(stage, "Reads", clients, each, exponent, (0.5, 1.0))
    said = []
    for shard in stage.slots.shards:
        router = Router(stage.slots)
        stats = router.primary(stage.slots.names_on(shard, "probe:", 1)[0]).info("commandstats")
        router.close()
        said.append((shard.name, stats["cmdstat_get"]))
    named = any(HOT in str(stats) for _, stats in said)
    return Shown(
        f"{load.busiest.name} executed {hundred(load.bottleneck)} of 100 reads, so it is the busy one. Its "
        f"statistics say GET, how often and for how long, and {'name the key' if named else 'name no key'}.",
        "good" if named else "warn",
        tuple(Count(f"GET on {name}", stats["calls"]) for name, stats in said),
        bars("What each node executes", (load,), load.bottleneck, lambda _: False),
    )


def five_ways(workshop: Workshop, /, *, clients: int, each: int, exponent: float) -> Shown:
    """The same reads watched in five ways. MONITOR's cost is measured by runs with it and without, by turns.

    The first run is none of them, since it finds everything cold.
    """
    stage = open_stage(workshop)
    prepare(stage.slots)

    def reads(watcher: str, begin: float, end: float) -> Load:
        return _reads(stage, f"Reads, {watcher} watches", clients, each, exponent, (begin, end))

    load = reads("nobody", 0.3, 0.4)
    after = [by_frequency(stage.slots), by_slot_stats(stage.slots), by_clients(load)]
    alone, watched, part = [], [], 0.2 / TURNS
    for turn in range(TURNS):
        begin = 0.4 + 2 * part * turn
        alone.append(reads("nobody", begin, begin + part))
        monitor, seen = by_monitor(stage.slots, partial(reads, "MONITOR", begin + part, begin + 2 * part))
        watched.append(seen)
    command = by_command(stage.slots, partial(reads, "HOTKEYS", 0.8, 1.0))
    findings = [*after, monitor, command]
    able = [one for one in findings if not one.missing]
    agree = [one for one in able if one.top == HOT]
    hot = is_hot(load)
    tone: Tone = "plain" if not hot else "good" if len(agree) == len(able) else "warn"
    missing = "".join(f" {one.way} found nothing. {one.missing}" for one in findings if one.missing)
    return Shown(
        f"{len(agree)} of {len(able)} ways name {HOT} (slot {slot_of(HOT):,}). MONITOR copied "
        f"{monitor.copied:,} lines out for {seen.operations:,} operations; {_fastest(alone):,.0f} "
        f"operations a second without it, {_fastest(watched):,.0f} with it (the fastest of {TURNS} runs "
        f"each), on cores that the clients share.{missing}"
        + ("" if hot else " No key stands out, so there is none to name: raise the exponent."),
        tone,
        (
            Count("Ways that name it", len(agree), f"of {len(able)}", tone),
            Count("Commands of OBJECT FREQ", after[0].commands),
            Count("Commands of CLUSTER SLOT-STATS", after[1].commands),
            Count("Lines that MONITOR copied", monitor.copied, tone="warn"),
        ),
        Table(
            "Five ways to the name",
            ("Way", "Hottest first", "Unit", "What it costs"),
            tuple(_row(one) for one in findings),
            "lfu-log-factor is 1 here, where 10 is the default: a second of reads would hardly show on it.",
        ),
        (strip("The slots, and the keys that got most", stage.slots, load),),
    )


def _fastest(loads: Iterable[Load]) -> float:
    """Operations a second in the run that the rest of the machine disturbed least."""
    return max(load.throughput for load in loads)


def _reads(
    stage: Stage, label: str, clients: int, each: int, exponent: float, progress: tuple[float, float]
) -> Load:
    """Reads without server time: what is looked for is a name, and many reads find it better."""

    def make(router: Router) -> Operation:
        return Direct(router).read

    return stage.load(
        label, make, news(exponent), clients=clients, each=each, progress=progress, server_ms=0.0
    )


def _row(finding: Finding) -> TableRow:
    if finding.missing:
        return TableRow((finding.way, "-", finding.unit, finding.missing), "warn")
    names = ", ".join(f"{one.key}\u00a0{one.heat:,.0f}" for one in finding.ranking[:3])
    cost: Tone = "good" if finding.top == HOT and not finding.copied else "warn"
    return TableRow((finding.way, names, finding.unit, finding.cost), cost)


FIND = Experiment(
    "Find it",
    "Watch for what each way costs the servers, and whether all of them name the same key.",
    (
        Trial("What a node says of itself", of_itself, "warn", (Direct.read,)),
        Trial(
            "Five ways to the name",
            five_ways,
            "good",
            (by_frequency, by_slot_stats, by_monitor, by_command, by_clients),
        ),
    ),
    (
        Integer("clients", "Clients", 8, 2, 32, help="Threads, each with its own connections."),
        Integer("each", "Reads of each client", 250, 50, 1_000),
        Real("exponent", "Zipf exponent", 1.6, 0.0, 2.0, help="0: all keys are wanted alike."),
    ),
    seconds=5.0,
)
