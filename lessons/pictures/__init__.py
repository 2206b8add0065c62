"""What a page can draw of a run, as plain values. `ui/charts` turns each into a picture; nothing here draws.

Every picture can say in words what it shows (`text`): that is its text alternative. One module a kind.
"""

from __future__ import annotations

from lessons.pictures.bars import Bar, Bars
from lessons.pictures.bits import BitItem, Bits
from lessons.pictures.board import Board, Card, Column
from lessons.pictures.geomap import GeoMap, Place
from lessons.pictures.matrix import Cell, Matrix, MatrixRow
from lessons.pictures.network import Edge, Network, Node
from lessons.pictures.ranking import Ranking, RankRow
from lessons.pictures.series import Limit, Line, LineStyle, Point, Series
from lessons.pictures.slots import SLOTS, SlotKey, SlotRange, Slots
from lessons.pictures.table import Table, TableRow
from lessons.pictures.timeline import Lane, Mark, Span, Timeline
from lessons.pictures.tree import ABSENT, PathChange, Tree, changes_between
from lessons.pictures.words import Tone

__all__ = [
    "ABSENT", "SLOTS", "Bar", "Bars", "BitItem", "Bits", "Board", "Card", "Cell", "Column", "Edge",
    "GeoMap", "Lane", "Limit", "Line", "LineStyle", "Mark", "Matrix", "MatrixRow", "Network", "Node",
    "PathChange", "Picture", "Place", "Point", "RankRow", "Ranking", "Series", "SlotKey", "SlotRange",
    "Slots", "Span", "Table", "TableRow", "Timeline", "Tone", "Tree", "changes_between",
]  # fmt: skip

Picture = Ranking | GeoMap | Timeline | Series | Bars | Board | Matrix | Tree | Network | Bits | Slots | Table
