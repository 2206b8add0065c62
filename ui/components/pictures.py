"""Mounts the picture of a run: one component for each kind of `lessons.pictures`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lessons.pictures import (
    Bars,
    Bits,
    Board,
    GeoMap,
    Matrix,
    Network,
    Picture,
    Ranking,
    Series,
    Slots,
    Table,
    Timeline,
    Tree,
)
from ui.charts import (
    bars,
    bits,
    board,
    geomap,
    matrix,
    network,
    ranking,
    series,
    slots,
    table,
    timeline,
    tree,
)
from ui.components import component
from ui.theme import ActorStyle

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

__all__ = ["draw_picture"]

_RANKING = component(ranking.__file__)
_TIMELINE = component(timeline.__file__)
_MAP = component(geomap.__file__)


def draw_picture(picture: Picture, key: str, styles: Mapping[str, ActorStyle] | None = None) -> None:
    """Rows that stay glide and maps keep their place only if a later picture comes under the same key."""
    match picture:
        case Ranking():
            _RANKING(key=f"{key}-ranking", data=ranking.data(picture))
        case Timeline():
            _TIMELINE(key=f"{key}-timeline", data=timeline.data(picture, styles))
        case GeoMap():
            _MAP(key=f"{key}-map", data=geomap.data(picture))
        case Series():
            _mount(series.__file__, key, series.data(picture))
        case Bars():
            _mount(bars.__file__, key, bars.data(picture))
        case Board():
            _mount(board.__file__, key, board.data(picture))
        case Matrix():
            _mount(matrix.__file__, key, matrix.data(picture))
        case Tree():
            _mount(tree.__file__, key, tree.data(picture))
        case Network():
            _mount(network.__file__, key, network.data(picture))
        case Bits():
            _mount(bits.__file__, key, bits.data(picture))
        case Slots():
            _mount(slots.__file__, key, slots.data(picture))
        case Table():
            _mount(table.__file__, key, table.data(picture))


def _mount(file: str, key: str, data: dict[str, Any]) -> None:
    _chart(file)(key=f"{key}-{Path(file).stem}", data=data)


@cache
def _chart(file: str) -> ComponentRenderer:
    """Read when a page first draws one, so that no page pays for the kinds that it does not show."""
    return component(file, shared="chart")
