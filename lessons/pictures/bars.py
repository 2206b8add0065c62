"""Amounts beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from lessons.pictures.words import Tone, amount, listed, sentence, toned

__all__ = ["Bar", "Bars"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One amount. Bars that follow each other with the same `group` stand under one heading."""

    name: str
    value: float
    tone: Tone = "plain"
    note: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Labelled bars from zero, in the order given. With `total` each also says which share of it it is;
    `limit` draws one line across all bars. Values are 0 or more. The axis goes at least to `until`: give
    pictures that are compared the same."""

    title: str
    bars: tuple[Bar, ...]
    unit: str = ""
    total: float | None = None
    limit: float | None = None
    limit_label: str = ""
    note: str = ""
    until: float = 0.0

    def share(self, bar: Bar) -> str:
        """ "25 %", or nothing where there is no total."""
        if not self.total:
            return ""
        percent = 100 * bar.value / self.total
        return "<1 %" if 0 < percent < 0.5 else f"{percent:.0f} %"

    @property
    def text(self) -> str:
        groups = []
        for heading, bars in groupby(self.bars, key=lambda bar: bar.group):
            words = listed((self._in_words(bar) for bar in bars), "")
            groups.append(f"{heading}: {words}" if heading else words)
        limit = (
            "" if self.limit is None else f"{self.limit_label or 'Limit'}: {amount(self.limit, self.unit)}"
        )
        return sentence(f"{self.title}: {listed(groups, 'nothing yet', '. ')}", limit, self.note)

    def _in_words(self, bar: Bar) -> str:
        share = self.share(bar)
        return toned(f"{bar.name} {amount(bar.value, self.unit)}", bar.tone, share, bar.note)
