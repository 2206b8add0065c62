"""What the search module answers, in either version of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redis.exceptions import ResponseError

from patterns.full_text_search.document import Found, Hit
from patterns.wire import text

__all__ = ["found_in", "mapping", "unknown"]


def unknown(error: ResponseError) -> bool:
    """Whether the module says that there is no such index: its commands say so in two ways."""
    said = str(error).lower()
    return "no such index" in said or "unknown index" in said


def mapping(reply: Any) -> dict[str, Any]:
    """A reply of names and values: a map under RESP3, a flat list under RESP2."""
    pairs = reply.items() if isinstance(reply, Mapping) else zip(reply[::2], reply[1::2], strict=True)
    return {text(name): value for name, value in pairs}


def found_in(reply: Any, prefix: int) -> Found:
    """The documents in a reply of FT.SEARCH. An id is a key without its first `prefix` characters."""
    if isinstance(reply, Mapping):
        whole = mapping(reply)
        rows = [mapping(row) for row in whole["results"]]
        found = [(row["id"], row["score"], mapping(row["extra_attributes"])) for row in rows]
        total = whole["total_results"]
    else:
        total = reply[0]
        found = [(reply[i], reply[i + 1], mapping(reply[i + 2])) for i in range(1, len(reply), 3)]
    hits = [
        Hit(
            text(key)[prefix:],
            float(score),
            text(fields.get("title", "")),
            text(fields.get("body", "")).strip(),
        )
        for key, score, fields in found
    ]
    return Found(int(total), tuple(hits))
