"""Nodes and directed edges: skills and what they need, the states of a record."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from lessons.pictures.words import Tone, listed, sentence, toned

__all__ = ["Edge", "Network", "Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """`name` is its identity, and its label where there is no other. `state` is a word below it."""

    name: str
    label: str = ""
    state: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Edge:
    """From one node to another, or back to itself."""

    source: str
    target: str
    label: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Network:
    """A graph. `path` is a way through it, node by node, drawn strongly; `current` is where something is now.

    Edges name nodes that are given; `ValueError` otherwise.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    path: tuple[str, ...] = ()
    current: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        known = {node.name for node in self.nodes}
        named = {name for edge in self.edges for name in (edge.source, edge.target)} | set(self.path)
        unknown = sorted(named - known | ({self.current} - known if self.current else set()))
        if unknown:
            raise ValueError(f"{self.title}: these are not among the nodes: {', '.join(unknown)}")

    @property
    def on_path(self) -> frozenset[tuple[str, str]]:
        """The steps of the path as (source, target)."""
        return frozenset(pairwise(self.path))

    @property
    def text(self) -> str:
        labels = {node.name: node.label or node.name for node in self.nodes}
        nodes = (toned(labels[node.name], node.tone, node.state) for node in self.nodes)
        edges = (
            toned(f"{labels[edge.source]} to {labels[edge.target]}", edge.tone, edge.label)
            for edge in self.edges
        )
        return sentence(
            f"{self.title}: {listed(nodes, 'nothing yet')}",
            f"Edges: {listed(edges, '')}" if self.edges else "",
            f"Path: {', then '.join(labels[name] for name in self.path)}" if self.path else "",
            f"Now: {labels[self.current]}" if self.current else "",
            self.note,
        )
