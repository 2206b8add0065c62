"""How the value of each type of key is read: in part for showing, as a whole for its digest.

A reader is a generator: it yields commands and is given their replies, so that many keys are read side by
side, one round trip a round. Nothing here writes.

The digest is made from the value itself where all of it was read anyway. For the rest the server reduces its
DUMP to the checksum at the end of it: 28 bytes travel instead of the value, and a hash of 10,000 fields takes
3 ms, where DEBUG DIGEST-VALUE takes 19 and needs a permission. Hashes and sets, which Redis may rearrange
without any change, are sorted first (23 ms for 10,000 fields) as long as they have up to 20,000 elements.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from lab.keys import Asked
from lab.reading import (
    CHECKSUM,
    PIECES,
    SORTED_HASH,
    SORTED_SET,
    Content,
    Gone,
    Key,
    Reading,
    Rows,
    by_server,
    digest_of,
    pairs_of,
    rows_of,
    sure,
    text_of,
)
from lab.show import binary_text, shown

__all__ = ["content"]

_WHOLE = 16_384  # strings up to this size are read as a whole: a HyperLogLog fits
_LONGEST = 64 * 1024 * 1024
_SORTED = 20_000
_DRAWN = 2_000  # nodes and edges: so many are read within 30 ms; of a larger graph only their numbers
_COUNTS = ("MATCH (n) RETURN count(n)", "MATCH ()-[e]->() RETURN count(e)")
_ELEMENTS = (
    "MATCH (n) WITH n, toJSON(properties(n)) AS has RETURN id(n), labels(n), size(has), left(has, 1000)",
    "MATCH (a)-[e]->(b) WITH a, e, b, toJSON(properties(e)) AS has "
    "RETURN id(a), type(e), id(b), size(has), left(has, 1000)",
)
_COMPACT = (b"listpack", b"ziplist")  # encodings without a TTL for fields


def content(kind: str, key: Key) -> Reading:
    """The reader for a type as the server names it."""
    if kind in _READERS:
        return _READERS[kind](key)
    return _module(key, *_MODULES.get(kind, (kind, None, None)))


def _string(key: Key) -> Reading:
    asked: list[Asked] = [("STRLEN", key.name), ("GETRANGE", key.name, 0, _WHOLE - 1)]
    size, head = sure((yield asked))
    if head[:4] == b"HYLL" and len(head) == size >= 16:
        return Content("hyperloglog", size, _sketch(head), 0, digest_of([head]))
    if len(head) >= size:
        digest = digest_of([head])
    else:
        digest = yield from by_server(Key(key.name, 0), PIECES, (head, size), size > _LONGEST)
    return Content("string", size, binary_text(head[:4_096], size, 1_000), 0, digest)


def _sketch(value: bytes) -> str:
    kind = "dense" if value[4] == 0 else "sparse"
    count = int.from_bytes(value[8:16], "little")
    known = "count not known until the next PFCOUNT" if count >> 63 else f"counted {count:,}"
    return f"{kind}, {known}"


def _hash(key: Key) -> Reading:
    size, page, encoding = yield from _sized(
        key, "HLEN", lambda some: [key.get("HSCAN", 0, "COUNT", some), ("OBJECT", "ENCODING", key.name)]
    )
    size, (cursor, flat) = sure([size, page])
    pairs = pairs_of(flat)
    if not pairs:
        raise Gone
    whole = int(cursor) == 0 and not key.large
    if whole:
        size = len(pairs)
    if whole and encoding not in (*_COMPACT, b"listpackex"):
        pairs.sort()
    shows = pairs[: key.limit]
    lives: tuple[tuple[str, int], ...] = ()
    if encoding not in _COMPACT:
        fields = [field for field, _ in shows if isinstance(field, bytes)]
        (ttls,) = yield [("HPTTL", key.name, "FIELDS", len(fields), *fields)]
        if isinstance(ttls, list):
            lives = tuple(
                (text_of(field, 500), int(ttl))
                for field, ttl in zip(fields, ttls, strict=False)
                if ttl is not None and int(ttl) >= 0
            )
    if whole:
        digest = digest_of(part for pair in sorted(pairs) for part in pair)
    else:
        digest = yield from by_server(key, SORTED_HASH if size <= _SORTED else CHECKSUM, (shows, size))
    return Content("hash", size, rows_of(shows), size - len(shows), digest, lives)


def _set(key: Key) -> Reading:
    replies = yield from _sized(key, "SCARD", lambda some: [key.get("SSCAN", 0, "COUNT", some)])
    size, (cursor, page) = sure(replies)
    if not page:
        raise Gone
    whole = int(cursor) == 0 and not key.large
    if whole:
        page = sorted(set(page))
        size = len(page)
    shows = page[: key.limit]
    if whole:
        digest = digest_of(page)
    else:
        digest = yield from by_server(key, SORTED_SET if size <= _SORTED else CHECKSUM, (shows, size))
    rows = tuple(sorted((text_of(member, 500), "") for member in shows))
    return Content("set", size, rows, size - len(shows), digest)


def _sorted_set(key: Key) -> Reading:
    replies = yield from _sized(key, "ZCARD", lambda some: [key.get("ZRANGE", 0, some - 1, "WITHSCORES")])
    size, flat = sure(replies)
    pairs = [(member, _score(score)) for member, score in pairs_of(flat)]
    digest = yield from _ordered(key, pairs, size, len(pairs))
    return Content("zset", size, rows_of(pairs), size - len(pairs), digest)


def _score(raw: Any) -> float | bytes:
    """A number; fakeredis keeps a geohash text as the score of a position."""
    try:
        return float(raw)
    except ValueError:
        return raw if isinstance(raw, bytes) else str(raw).encode()


def _list(key: Key) -> Reading:
    replies = yield from _sized(key, "LLEN", lambda some: [key.get("LRANGE", 0, some - 1)])
    size, items = sure(replies)
    digest = yield from _ordered(key, items, size, len(items))
    rows = tuple((str(index), text_of(item)) for index, item in enumerate(items))
    return Content("list", size, rows, size - len(items), digest)


def _stream(key: Key) -> Reading:
    """The newest entries, oldest of them first; then a row for each consumer group."""
    replies = yield from _sized(
        key,
        "XLEN",
        lambda some: [key.get("XREVRANGE", "+", "-", "COUNT", some), ("XINFO", "GROUPS", key.name)],
    )
    size, newest, groups = sure(replies)
    entries = [(identity, pairs_of(fields)) for identity, fields in reversed(newest)]
    found = [{_name(fact): value for fact, value in pairs_of(group)} for group in groups]
    consumers = yield [("XINFO", "CONSUMERS", key.name, group["name"]) for group in found]
    rows = [(text_of(identity), _fields(fields)) for identity, fields in entries]
    parts: list[object] = list(entries)
    for group, members in zip(found, consumers, strict=True):
        held = _held(members)
        parts.append((group["name"], group["pending"], group["last-delivered-id"], held))
        holders = ", ".join(f"{name} {count}" for name, count in held if count)
        pending = f"{group['pending']} pending{f' ({holders})' if holders else ''}"
        upto = text_of(group["last-delivered-id"])
        rows.append((f"group {text_of(group['name'])}", f"{pending}, read up to {upto}"))
    digest = yield from _ordered(key, parts, size, len(entries))
    return Content("stream", size, tuple(rows), size - len(entries), digest)


def _fields(pairs: list[tuple[Any, Any]]) -> str:
    text = ", ".join(f"{text_of(field)}: {text_of(value)}" for field, value in pairs[:20])
    return text if len(text) <= 400 and len(pairs) <= 20 else f"{text[:400]}… ({len(pairs)} fields)"


def _held(consumers: object) -> list[tuple[str, int]]:
    """How many entries each consumer of a group has pending."""
    if not isinstance(consumers, list):
        return []
    facts = [{_name(fact): value for fact, value in pairs_of(consumer)} for consumer in consumers]
    return sorted((text_of(fact["name"]), int(fact["pending"])) for fact in facts)


def _document(key: Key) -> Reading:
    if key.large:
        digest = yield from by_server(key, CHECKSUM, key.memory)
        return Content("json", key.memory or 0, f"a document of about {key.memory:,} bytes", 0, digest)
    (text,) = sure((yield [("JSON.GET", key.name, ".")]))
    if not isinstance(text, bytes):
        raise Gone
    return Content("json", len(text), binary_text(text[:4_096], len(text), 1_000), 0, digest_of([text]))


def _time_series(key: Key) -> Reading:
    """The newest samples, oldest of them first."""
    asked: list[Asked] = [
        ("TS.INFO", key.name),
        ("TS.REVRANGE", key.name, "-", "+", "COUNT", key.limit),
    ]
    about, samples = sure((yield asked))
    facts = {_name(fact): value for fact, value in pairs_of(about)}
    size = int(facts.get("totalSamples", len(samples)))
    pairs = [(int(when), float(value)) for when, value in reversed(samples)]
    settings = [facts.get(name) for name in ("retentionTime", "duplicatePolicy", "labels", "rules")]
    digest = yield from _ordered(key, [*pairs, settings], size, len(pairs))
    return Content("timeseries", size, rows_of(pairs), size - len(pairs), digest)


def _graph(key: Key) -> Reading:
    """A graph by its nodes and edges: its DUMP differs when another graph was dumped in between."""
    found = sure((yield [("GRAPH.RO_QUERY", key.name, ask) for ask in _COUNTS]))
    nodes, edges = (int(rows[0][0]) for _, rows, *_ in found)
    counts = (("nodes", f"{nodes}"), ("edges", f"{edges}"))
    drawn: list[Any] = []
    if nodes + edges <= _DRAWN:
        drawn = yield [("GRAPH.RO_QUERY", key.name, ask) for ask in _ELEMENTS]
    parts = [sorted(map(repr, reply[1])) for reply in drawn if isinstance(reply, list)]
    return Content("graph", nodes, counts, 0, digest_of([counts, *parts]))


def _module(key: Key, name: str, ask: str | None, size_is: str | None) -> Reading:
    """A type of a module: what its INFO command tells, and the digest of its DUMP."""
    (about,) = yield [(ask, key.name) if ask else ("TYPE", key.name)]
    rows: Rows = ()
    if ask and not isinstance(about, Exception):
        rows = tuple((_name(fact), shown(value)) for fact, value in pairs_of(about))
        if not rows:
            raise Gone
    size = int(dict(rows).get(size_is or "", key.memory or 0))
    digest = yield from by_server(key, CHECKSUM, rows)
    return Content(name, size, rows, 0, digest)


def _sized(
    key: Key, count: str, elements: Callable[[int], list[Asked]]
) -> Generator[list[Asked], list[Any], list[Any]]:
    """The number of elements, and some of them; fewer from a large value, once their number is known."""
    if not key.large:
        return (yield [(count, key.name), *elements(key.limit)])
    (size,) = sure((yield [(count, key.name)]))
    return [size, *(yield elements(key.some(size)))]


def _ordered(key: Key, parts: list[Any], size: int, read: int) -> Generator[list[Asked], list[Any], str]:
    """The digest of a value that Redis keeps in one order."""
    if not parts and size:
        raise Gone
    if read >= size and not key.large:
        return digest_of(parts)
    return (yield from by_server(key, CHECKSUM, (parts, size)))


def _name(raw: object) -> str:
    return raw.decode() if isinstance(raw, bytes) else str(raw)


_READERS: dict[str, Callable[[Key], Reading]] = {
    "string": _string,
    "hash": _hash,
    "set": _set,
    "zset": _sorted_set,
    "list": _list,
    "stream": _stream,
    "ReJSON-RL": _document,
    "TSDB-TYPE": _time_series,
    "graphdata": _graph,
}

# Type as the server names it -> our name, the command that tells about it, and what its size is called there.
_MODULES: dict[str, tuple[str, str | None, str | None]] = {
    "MBbloom--": ("bloom", "BF.INFO", "Number of items inserted"),
    "MBbloomCF": ("cuckoo", "CF.INFO", "Number of items inserted"),
    "CMSk-TYPE": ("count-min", "CMS.INFO", "count"),
    "TopK-TYPE": ("top-k", "TOPK.INFO", "k"),
    "TDIS-TYPE": ("t-digest", "TDIGEST.INFO", "Observations"),
    "vectorset": ("vectorset", "VINFO", "size"),
}
