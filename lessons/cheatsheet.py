"""The cheat sheet: a row for each pattern, taken from its card and its questions; also for paper.

Only the command with its complexity is written here: everything else would be a second home.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lessons.library import LIBRARY, Loaded
from lessons.sources import Citation, resolve
from patterns import catalogue

__all__ = ["COLUMNS", "COMMANDS", "Row", "printable", "rows"]

COMMANDS: dict[str, tuple[str, str, str]] = {
    "cache_aside": ("GET; SET key value PX ttl", "O(1)", "cmd:get, cmd:set"),
    "session_store": ("HSET, EXPIRE, HGETALL", "O(1); O(fields) to read all", "cmd:hset, cmd:hgetall"),
    "shopping_cart": ("HINCRBY, EXPIRE", "O(1)", "cmd:hincrby"),
    "json_document": (
        "JSON.SET, JSON.NUMINCRBY",
        "O(old + new value); O(1) to add",
        "cmd:json.set, cmd:json.numincrby",
    ),
    "distributed_lock": ("SET key token NX PX ttl", "O(1)", "cmd:set, lock"),
    "idempotency_key": ("SET key record NX GET PX lease", "O(1)", "cmd:set"),
    "request_throttle": ("HSET with TIME in one script", "O(1)", "cmd:hset, scripting"),
    "rate_limiter": ("ZREMRANGEBYSCORE, ZCARD, ZADD", "O(log N + removed)", "cmd:zremrangebyscore, cmd:zadd"),
    "leaderboard": ("ZINCRBY, ZREVRANK, ZRANGE REV", "O(log N); + M for a page", "cmd:zincrby, cmd:zrange"),
    "distributed_counter": ("INCRBY on N sub-keys", "O(1); O(N) to read", "cmd:incrby"),
    "unique_visitors": ("PFADD, PFCOUNT, PFMERGE", "O(1); O(N) for N keys", "cmd:pfadd, cmd:pfcount"),
    "bloom_filter": ("BF.RESERVE, BF.ADD, BF.EXISTS", "O(k) for k hashes", "cmd:bf.add"),
    "time_series": (
        "TS.ADD, TS.RANGE",
        "O(1), O(M) with M rules; O(samples) to read",
        "cmd:ts.add, cmd:ts.range",
    ),
    "stream_queue": ("XADD, XREADGROUP, XACK, XAUTOCLAIM", "O(1) for an entry", "cmd:xadd, cmd:xack"),
    "pubsub": ("PUBLISH, SUBSCRIBE; XADD to catch up", "O(subscribers + patterns)", "cmd:publish"),
    "job_scheduler": ("ZADD, ZRANGE BYSCORE, ZREM", "O(log N + M)", "cmd:zrange, cmd:zadd"),
    "social_timeline": ("ZADD, ZRANGE REV BYLEX", "O(log N + M)", "cmd:zadd, cmd:zrange"),
    "geo_search": ("GEOADD, GEOSEARCH", "O(N + log M)", "cmd:geosearch"),
    "full_text_search": ("FT.CREATE, FT.SEARCH", "O(N) in the results", "cmd:ft.search"),
    "graph": (
        "GRAPH.QUERY; SADD, SSCAN",
        "O(1) for SADD; O(edges) for a walk",
        "falkordb, cmd:sadd, cmd:sscan",
    ),
}
"""By slug: the commands to name, what they cost, and where that stands."""

COLUMNS = ("Pattern", "Invariant", "Command", "Complexity", "Breaks as", "When the primary dies", "Hot key")

_LINK = re.compile(r"\s*\(?\[([^\]]*)\]\([^)]*\)\)?")
_DIES = re.compile(r"^When (?:the|a) primary dies,? (?!before)")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z“])")


@dataclass(frozen=True, slots=True)
class Row:
    """One pattern in a line."""

    slug: str
    title: str
    invariant: str
    command: str
    complexity: str
    anomalies: str
    failure: str
    hot_key: str
    sources: tuple[Citation, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of COLUMNS."""
        return (
            self.title, self.invariant, self.command, self.complexity, self.anomalies, self.failure,
            self.hot_key,
        )  # fmt: skip


def rows() -> tuple[Row, ...]:
    """The twenty, in the order of the course."""
    return tuple(_rows(LIBRARY.all()))


def _rows(lessons: Sequence[Loaded]) -> Iterator[Row]:
    for loaded in lessons:
        if loaded.lesson.pattern is None:
            continue
        pattern = catalogue.pattern(loaded.lesson.pattern)
        command, complexity, source = COMMANDS[loaded.slug]
        yield Row(
            loaded.slug,
            loaded.lesson.title,
            _sentences(pattern.card.guarantee)[0],
            command,
            complexity,
            ", ".join(one.name for one in pattern.anomalies),
            _failure(pattern.card.cluster),
            _hot_key(loaded),
            resolve(source),
        )


def _hot_key(loaded: Loaded) -> str:
    """The beginning of the answer to the lesson's first question about hot keys."""
    answers = [one.answer for part in loaded.parts for one in part.questions if one.topic == "hot keys"]
    if not answers:
        return ""
    head = _LINK.sub("", answers[0].partition("\n- **")[0]).replace("*", "").replace("`", "")
    return " ".join(_sentences(head)[:2])


def _sentences(text: str) -> list[str]:
    return _SENTENCE.split(" ".join(text.replace("`", "").split()))


def _failure(cluster: str) -> str:
    """What the card says of a primary that dies, without the words that head the column."""
    told = next((one for one in _sentences(cluster) if " primary dies" in one), "")
    rest = _DIES.sub("", told)
    return rest[:1].upper() + rest[1:]


def printable(found: Sequence[Row]) -> str:
    """One HTML file with everything in it, for paper: landscape, a table that repeats its head."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in COLUMNS)
    body = "".join(
        f"<tr>{''.join(_cell(place, cell) for place, cell in enumerate(row.cells))}</tr>" for row in found
    )
    links = {citation.url: citation.title for row in found for citation in row.sources}
    sources = "".join(f"<li>{html.escape(title)}: {html.escape(url)}</li>" for url, title in links.items())
    return _PAGE.replace("HEAD", head).replace("BODY", body).replace("SOURCES", sources)


def _cell(place: int, text: str) -> str:
    tag = "th" if place == 0 else "td"
    inside = f"<code>{html.escape(text)}</code>" if place == 2 else html.escape(text)
    return f"<{tag}{' scope=row' if place == 0 else ''}>{inside}</{tag}>"


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyspace: twenty Redis patterns on a sheet</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.4 system-ui, sans-serif; margin: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 0.8rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #888; padding: 0.35rem 0.5rem; text-align: left; vertical-align: top; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; }
ol { columns: 2; font-size: 0.8rem; overflow-wrap: anywhere; }
@page { size: A4 landscape; margin: 9mm; }
@media print {
  body { margin: 0; font-size: 7.6pt; line-height: 1.25; color: #000; background: #fff; }
  h1 { font-size: 12pt; }
  th, td { padding: 1.2mm 1.5mm; }
  ol { font-size: 6pt; }
}
</style>
<h1>Twenty Redis patterns on a sheet</h1>
<table><thead><tr>HEAD</tr></thead><tbody>BODY</tbody></table>
<h2>Where the commands and complexities stand</h2>
<ol>SOURCES</ol>
</html>
"""
