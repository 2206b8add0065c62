"""Two primaries at once, a failover by Sentinel, and a cluster that moves: what clients meet on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lab.faults import cluster as clusters
from lab.faults import failover as failovers
from lab.faults import split_brain as splits
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Lane, Mark, Table, TableRow, Timeline, Tone
from lessons.staging import plural, times
from lessons.when_redis_fails.drawing import ledger_table, timeline

if TYPE_CHECKING:
    from lab.faults.cluster import Said
    from lab.faults.split_brain import SplitBrain
    from lab.workshop import Workshop

__all__ = ["TWO_PRIMARIES"]

WRITES = Integer(
    "writes",
    "Writes to the old primary",
    300,
    20,
    2_000,
    help="At most 100 a second, until some are refused.",
)
DOWN_AFTER = Integer(
    "down_after_ms", "Down after", 500, 200, 2_000, "ms", "How long Sentinel waits for an answer."
)


def _split(result: SplitBrain) -> Shown:
    gone = result.comparison.gone
    if result.refused:
        says = (
            f"The old primary acknowledged {plural(result.acknowledged, 'write')} before it noticed, and "
            f"then refused with NOREPLICAS. "
            f"{plural(gone, 'write is', 'writes are')} gone: the loss is bounded, and Ann was told."
        )
    else:
        says = (
            f"The old primary acknowledged {plural(result.acknowledged, 'write')} after the new one had been "
            f"promoted. Now {gone:,} are gone, and no client has seen an error."
        )
    tone: Tone = "bad" if not result.refused and gone else "warn"
    return Shown(
        says,
        tone,
        (
            Count("Acknowledged by the old primary", result.acknowledged, "writes"),
            Count("Of those gone", gone, "writes", "bad" if gone else "good"),
            Count("Refused", result.refused, "writes", "warn" if result.refused else "plain"),
        ),
        timeline("Two primaries", result.entries, result.moments, result.comparison),
        (ledger_table(result.entries, result.comparison),),
    )


def as_shipped(workshop: Workshop, /, *, writes: int) -> Shown:
    """min-replicas-to-write 0, as Redis comes."""
    return _split(splits.split_brain(workshop, writes=writes))


def with_min_replicas(workshop: Workshop, /, *, writes: int) -> Shown:
    """min-replicas-to-write 1, min-replicas-max-lag 1."""
    return _split(splits.split_brain(workshop, min_replicas=True, writes=writes))


def paused_as_shipped(workshop: Workshop, /, *, down_after_ms: int) -> Shown:
    """The primary stands still for as long as the failover takes, then goes on."""
    workshop.progress(0.1, "the primary stands still; waiting for Sentinel")
    return _split(splits.paused_primary(workshop, down_after_ms=down_after_ms))


def paused_with_min_replicas(workshop: Workshop, /, *, down_after_ms: int) -> Shown:
    """The same, with min-replicas-to-write 1."""
    workshop.progress(0.1, "the primary stands still; waiting for Sentinel")
    return _split(splits.paused_primary(workshop, min_replicas=True, down_after_ms=down_after_ms))


def cut_off(workshop: Workshop, cut: Literal["both ways", "one way"], writes: int) -> Shown:
    result = splits.no_replicas(workshop, cut=cut, writes=writes)
    if result.refused:
        says = (
            f"{plural(result.slipped, 'write')} slipped in that no replica has; then the primary refused "
            "with NOREPLICAS."
        )
    else:
        says = (
            f"All {plural(result.slipped, 'write')} were acknowledged and no replica has one of them. The "
            f"primary counts {plural(result.counted, 'good replica')}: it answers, its offset stands still."
        )
    return Shown(
        says,
        "warn" if result.refused else "bad",
        (
            Count("Acknowledged by one server alone", result.slipped, "writes", "bad"),
            Count("Good replicas, as the primary counts", result.counted),
            Count("Refused", result.refused, "writes", "warn" if result.refused else "plain"),
        ),
        timeline("A primary alone", result.entries, result.moments),
    )


def cut_both_ways(workshop: Workshop, /, *, writes: int) -> Shown:
    """Neither hears the other."""
    return cut_off(workshop, "both ways", writes)


def cut_one_way(workshop: Workshop, /, *, writes: int) -> Shown:
    """The primary hears the replica, the replica hears nothing."""
    return cut_off(workshop, "one way", writes)


def by_sentinel(workshop: Workshop, sentinels: int, down_after_ms: int) -> Shown:
    result = failovers.sentinel_failover(workshop, sentinels=sentinels, down_after_ms=down_after_ms)
    errors = ", ".join(f"{name} {times(count)}" for name, count in result.errors.items())
    says = (
        f"Ann could not write for {result.outage:.1f} s. She saw {errors}. Of "
        f"{plural(result.comparison.acknowledged, 'acknowledged write')}, "
        f"{plural(result.comparison.gone, 'is', 'are')} gone: on one machine the replica is hardly ever "
        "behind, so that is luck, not a promise."
        if result.writable
        else f"Ann could not write again within this run. She saw {errors}."
    )
    return Shown(
        says,
        "warn" if result.writable else "bad",
        (
            Count("Outage", round(result.outage, 2), "s", "warn"),
            Count("Errors", sum(result.errors.values()), "", "warn"),
            Count(
                "Acknowledged and gone",
                result.comparison.gone,
                "",
                "bad" if result.comparison.gone else "good",
            ),
        ),
        timeline("Through a failover", result.entries, result.moments, result.comparison),
        (ledger_table(result.entries, result.comparison),),
    )


def one_sentinel(workshop: Workshop, /, *, down_after_ms: int) -> Shown:
    """One sentinel, which is its own majority. For a laptop only: it fails with its machine."""
    return by_sentinel(workshop, 1, down_after_ms)


def three_sentinels(workshop: Workshop, /, *, down_after_ms: int) -> Shown:
    """Three sentinels, of which two must agree that it is down, and elect who leads."""
    return by_sentinel(workshop, 3, down_after_ms)


def cluster_loses(workshop: Workshop, full_coverage: bool) -> Shown:
    result = clusters.cluster_failover(workshop, full_coverage=full_coverage)
    other = "were written all the time" if result.elsewhere else "were refused too"
    errors = ", ".join(result.errors)
    return Shown(
        f"Writes to the lost slots were acknowledged again after {result.outage:.1f} s; until then Ann's "
        f"client raised {errors}. The slots of the other nodes {other}.",
        "warn" if result.writable else "bad",
        (
            Count("Outage of a third of the slots", round(result.outage, 2), "s", "warn"),
            Count("The other slots", "written" if result.elsewhere else "refused", "",
                  "good" if result.elsewhere else "warn"),
        ),
        timeline("A cluster loses a primary", result.entries, result.moments, result.comparison),
        (_said("What another node said to a plain client", result.said),
         ledger_table(result.entries, result.comparison)),
    )  # fmt: skip


def full_coverage(workshop: Workshop, /) -> Shown:
    """cluster-require-full-coverage yes, as Redis comes."""
    return cluster_loses(workshop, full_coverage=True)


def partial_coverage(workshop: Workshop, /) -> Shown:
    """cluster-require-full-coverage no."""
    return cluster_loses(workshop, full_coverage=False)


def slot_moves(workshop: Workshop, /) -> Shown:
    """A slot with two keys moves from node 1 to node 2, key by key."""
    result = clusters.moving_slot(workshop)
    words = [kind for kind in dict.fromkeys(result.kinds) if kind != "reply"]
    zero = min([one.at for one in result.said] + [moment.at for moment in result.moments])
    nodes = dict.fromkeys(one.node for one in result.said)
    lanes = [
        Lane(
            node,
            marks=tuple(
                Mark(one.at - zero, f"{one.command} → {one.kind if one.kind != 'reply' else one.reply}",
                     _tone(one))
                for one in result.said
                if one.node == node
            ),
        )
        for node in nodes
    ]  # fmt: skip
    slot = Lane(
        "slot", marks=tuple(Mark(moment.at - zero, moment.what, "plain") for moment in result.moments)
    )
    return Shown(
        f"Slot {result.slot:,} moved while it was read. The nodes said {', '.join(words)}; the cluster "
        f"client followed and raised nothing. Node 1 is {result.source}, node 2 is {result.target}.",
        "good",
        (),
        Timeline(f"Slot {result.slot:,} moves", (*lanes, slot), result.said[-1].at - zero + 0.001),
        (_said("Word for word", result.said),),
    )


def _tone(said: Said) -> Tone:
    return "plain" if said.kind == "reply" else "warn"


def _said(title: str, said: tuple[Said, ...]) -> Table:
    return Table(
        title,
        ("Who", "Asked", "Said"),
        tuple(TableRow((one.node, one.command, one.reply), _tone(one)) for one in said),
    )


TWO_PRIMARIES: tuple[Experiment, ...] = (
    Experiment(
        "Split brain by a partition",
        "Watch for how long the old primary says OK, and for what is left of that when the network heals.",
        (
            Trial("As Redis comes", as_shipped, "bad", (splits.split_brain,)),
            Trial("min-replicas-to-write 1", with_min_replicas, "warn"),
        ),
        (WRITES,),
        4.0,
    ),
    Experiment(
        "Split brain by a pause",
        "Watch for a primary that slept through its replacement, and for Ann, who kept her connection.",
        (
            Trial("As Redis comes", paused_as_shipped, "bad", (splits.paused_primary,)),
            Trial("min-replicas-to-write 1", paused_with_min_replicas, "warn"),
        ),
        (DOWN_AFTER,),
        3.0,
    ),
    Experiment(
        "min-replicas-to-write counts who answers",
        "Watch for the replica that answers every second and has heard nothing for as long.",
        (
            Trial("Cut both ways", cut_both_ways, "warn", (splits.no_replicas,)),
            Trial("Cut one way", cut_one_way, "bad"),
        ),
        (WRITES,),
        4.0,
    ),
    Experiment(
        "Sentinel fails over",
        "Watch for the errors on the way, and for how long Ann cannot write.",
        (
            Trial("One sentinel", one_sentinel, "warn", (failovers.sentinel_failover,)),
            Trial("Three sentinels", three_sentinels, "warn"),
        ),
        (DOWN_AFTER,),
        4.0,
    ),
    Experiment(
        "A cluster loses a primary",
        "Watch for the slots that are gone, for those that are not, and for what a node that lives says.",
        (
            Trial("With full coverage required", full_coverage, "warn", (clusters.cluster_failover,)),
            Trial("Without", partial_coverage, "warn"),
        ),
        seconds=5.0,
    ),
    Experiment(
        "MOVED and ASK",
        "Watch for which node says ASK and which says MOVED while the slot is half here and half there.",
        (Trial("A slot moves", slot_moves, "good", (clusters.moving_slot,)),),
        seconds=2.5,
    ),
)
