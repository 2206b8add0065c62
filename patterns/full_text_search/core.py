"""Full-text search on core data types: an inverted index that changes in the same step as the document."""

from __future__ import annotations

import json
from collections.abc import Iterable

from patterns.catalogue import lua
from patterns.full_text_search.document import Found, Hit, checked, page, snippet, tag_name, weights
from patterns.wire import Client, name, tag, text

__all__ = ["CoreSearch"]


class CoreSearch:
    """Documents found by their words, ranked by BM25 without the length of the document.

    A sorted set for each word holds its documents with their weights. A word that more than 10,000 have,
    and no rarer one beside it, is too common to search for: ValueError.
    """

    def __init__(self, redis: Client, index: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.base = f"{namespace}search:{{{tag('index', index)}}}"
        self._put = redis.register_script(lua(__file__, "put"))
        self._find = redis.register_script(lua(__file__, "find"))

    def put(self, doc_id: str, title: str, body: str, tags: Iterable[str] = ()) -> None:
        """Add a document, or replace the one of that id."""
        title, body, listed = checked(title, body, tags)
        weighed = weights(title, body)
        # The script needs the words again when the document changes, so they are stored with it.
        index = json.dumps({"words": weighed, "tags": listed})
        pairs = [part for pair in weighed.items() for part in pair]
        self._put(keys=self._keys(doc_id), args=[doc_id, index, title, body, len(pairs), *pairs, *listed])

    def delete(self, doc_id: str) -> bool:
        """Take a document away; say whether there was one."""
        return bool(self._put(keys=self._keys(doc_id), args=[doc_id, ""]))

    def find(self, query: str, count: int = 10, offset: int = 0, tag: str | None = None) -> Found:
        """The documents that have every word of the query, and the tag if one is given, best first."""
        wanted = page(query, count, offset)
        keys = [f"{self.base}:docs", *(f"{self.base}:word:{word}" for word in wanted)]
        if tag is not None:
            keys.append(f"{self.base}:tag:{tag_name(tag)}")
        reply = self._find(keys=keys, args=[f"{self.base}:doc:", len(wanted), offset, count])
        if reply is None:
            raise ValueError(f"every word of {query[:40]!r} is too common; add a rarer one")
        total, *rows = reply
        hits = [(text(doc), float(score), text(title), text(body)) for doc, score, title, body in rows]
        return Found(int(total), tuple(Hit(d, s, title, snippet(body, wanted)) for d, s, title, body in hits))

    def _keys(self, doc_id: str) -> list[str]:
        return [f"{self.base}:doc:{name('doc_id', doc_id)}", f"{self.base}:docs", self.base]
