"""Nodes in layers with their edges; drawn from left to right, or downwards where the page is narrow."""

from __future__ import annotations

from typing import Any

from lessons.pictures import Edge, Network
from ui.charts.layers import Layout, layout
from ui.charts.tones import bounded, legend, not_drawn

__all__ = ["MOST", "data"]

MOST = 40


def data(picture: Network) -> dict[str, Any]:
    nodes, out = bounded(picture.nodes, MOST)
    names = [node.name for node in nodes]
    edges = [edge for edge in picture.edges if edge.source in names and edge.target in names]
    placed = layout(names, [(edge.source, edge.target) for edge in edges])
    steps = {name: at for at, name in enumerate(picture.path, 1)}
    tones = [node.tone for node in nodes] + [edge.tone for edge in edges]
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "out": not_drawn(out, "node"),
        "legend": legend(tones),
        "layers": placed.layers,
        "breadth": placed.breadth,
        "path": bool(picture.path),
        "nodes": [
            {
                "name": node.name,
                "label": node.label or node.name,
                "state": node.state,
                "tone": node.tone,
                "layer": placed.spots[node.name][0],
                "at": placed.spots[node.name][1],
                "step": steps.get(node.name, 0),
                "current": node.name == picture.current,
            }
            for node in nodes
        ],
        "edges": [_edge(edge, edges, placed, picture) for edge in edges],
    }


def _edge(edge: Edge, edges: list[Edge], placed: Layout, picture: Network) -> dict[str, Any]:
    """`bow` keeps edges between the same two nodes apart: each bends to its own left."""
    pair = {edge.source, edge.target}
    fellows = [one for one in edges if {one.source, one.target} == pair]
    same = [one for one in fellows if one.source == edge.source]
    bow = 0.0 if len(fellows) == 1 else 1.0 + same.index(edge)
    return {
        "source": edge.source,
        "target": edge.target,
        "label": edge.label,
        "tone": edge.tone,
        "marked": (edge.source, edge.target) in picture.on_path,
        "loop": edge.source == edge.target,
        "bow": bow,
        "route": [list(spot) for spot in placed.routes.get((edge.source, edge.target), ())],
    }
