"""A graph in layers: edges lead on from layer to layer as far as they can, with few crossings.

The steps are those of Sugiyama's method: turn round the edges that close a cycle, give each node the layer of
its longest way from a beginning, break long edges into steps of one layer, order each layer by the middle of
its neighbours, then move nodes towards their neighbours. The same graph always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Layout", "Spot", "layout"]

Spot = tuple[int, float]
"""A layer, and a position in it; neighbours in a layer are at least 1 apart."""

Pair = tuple[str, str]
Via = tuple[str, ...]
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is; the smallest position is 0. A route runs from source to target, layer by layer."""

    layers: int
    breadth: float
    spots: Mapping[str, Spot]
    routes: Mapping[Pair, tuple[Spot, ...]]


def layout(nodes: Sequence[str], edges: Iterable[Pair]) -> Layout:
    """Nodes in the order in which they are preferred; edges from a node to itself take no part."""
    pairs = [pair for pair in dict.fromkeys(edges) if pair[0] != pair[1]]
    if not nodes:
        return Layout(0, 0.0, {}, {})
    turned = _closing(nodes, pairs)
    forward = list(dict.fromkeys((b, a) if (a, b) in turned else (a, b) for a, b in pairs))
    layer = _layers(nodes, forward)
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for node in nodes:
        rows[layer[node]].append(node)
    chains: dict[Pair, Via] = {}
    for source, target in forward:
        between = tuple(f"{source}\0{target}\0{at}" for at in range(layer[source] + 1, layer[target]))
        for at, name in enumerate(between, layer[source] + 1):
            rows[at].append(name)
        chains[source, target] = (source, *between, target)
    above, below = _neighbours(chains.values())
    rows = _ordered(rows, above, below)
    position = _positions(rows, above, below)
    spots = {name: (at, position[name]) for at, row in enumerate(rows) for name in row}
    routes = {}
    for source, target in pairs:
        back = (source, target) in turned
        via = tuple(reversed(chains[target, source])) if back else chains[source, target]
        routes[source, target] = tuple(spots[name] for name in via)
    breadth = max(position.values(), default=0.0) + 1
    return Layout(len(rows), breadth, {node: spots[node] for node in nodes}, routes)


def _closing(nodes: Sequence[str], pairs: Sequence[Pair]) -> set[Pair]:
    """The edges that lead back to a node that is still being walked through."""
    targets: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in pairs:
        targets[source].append(target)
    entered = {target for _, target in pairs}
    found: set[Pair] = set()
    done: set[str] = set()
    for start in sorted(nodes, key=lambda node: node in entered):
        if start in done:
            continue
        path, ways = [start], [iter(targets[start])]
        while path:
            following = next(ways[-1], None)
            if following is None:
                done.add(path.pop())
                ways.pop()
            elif following in path:
                found.add((path[-1], following))
            elif following not in done:
                path.append(following)
                ways.append(iter(targets[following]))
    return found


def _layers(nodes: Sequence[str], forward: Sequence[Pair]) -> dict[str, int]:
    """The number of steps of the longest way to each node; there are no cycles any more."""
    layer = dict.fromkeys(nodes, 0)
    for _ in nodes:
        moved = False
        for source, target in forward:
            if layer[target] <= layer[source]:
                layer[target] = layer[source] + 1
                moved = True
        if not moved:
            break
    return layer


def _neighbours(chains: Iterable[Via]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for chain in chains:
        for one, following in pairwise(chain):
            below.setdefault(one, []).append(following)
            above.setdefault(following, []).append(one)
    return above, below


def _ordered(
    rows: list[list[str]], above: Mapping[str, list[str]], below: Mapping[str, list[str]]
) -> list[list[str]]:
    """The order with the fewest crossings that a few sweeps down and up find."""
    best, fewest = rows, _crossings(rows, below)
    current = [list(row) for row in rows]
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        numbers = range(1, len(current)) if down else range(len(current) - 2, -1, -1)
        for number in numbers:
            fixed = {name: at for at, name in enumerate(current[number - 1 if down else number + 1])}
            near = above if down else below
            old = {name: float(at) for at, name in enumerate(current[number])}
            middles = {
                name: _mean([fixed[one] for one in near.get(name, ())], old[name]) for name in current[number]
            }
            current[number] = sorted(current[number], key=lambda name: (middles[name], old[name]))
        count = _crossings(current, below)
        if count < fewest:
            best, fewest = [list(row) for row in current], count
    return best


def _crossings(rows: Sequence[Sequence[str]], below: Mapping[str, list[str]]) -> int:
    total = 0
    for row, following in pairwise(rows):
        place = {name: at for at, name in enumerate(following)}
        ends = [
            place[target] for name in row for target in sorted(below.get(name, ()), key=place.__getitem__)
        ]
        total += sum(1 for at, end in enumerate(ends) for other in ends[at + 1 :] if other < end)
    return total


def _positions(
    rows: Sequence[Sequence[str]], above: Mapping[str, list[str]], below: Mapping[str, list[str]]
) -> dict[str, float]:
    """Each node near the middle of its neighbours, in order and at least 1 apart."""
    position = {name: at - (len(row) - 1) / 2 for row in rows for at, name in enumerate(row)}
    for _ in range(_SWEEPS):
        for row in rows:
            wished = [
                _mean([position[one] for one in (*above.get(name, ()), *below.get(name, ()))], position[name])
                for name in row
            ]
            for name, place in zip(row, _apart(wished), strict=True):
                position[name] = place
    least = min(position.values())
    return {name: round(place - least, 3) for name, place in position.items()}


def _apart(wished: Sequence[float]) -> list[float]:
    """The nearest places (least squares) to the wished ones that keep their order and are 1 apart."""
    blocks: list[tuple[float, int]] = []  # the mean of (wish - index), and how many share it
    for index, wish in enumerate(wished):
        mean, size = wish - index, 1
        while blocks and blocks[-1][0] > mean:
            other, others = blocks.pop()
            mean, size = (mean * size + other * others) / (size + others), size + others
        blocks.append((mean, size))
    offsets = [mean for mean, size in blocks for _ in range(size)]
    return [offset + index for index, offset in enumerate(offsets)]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
