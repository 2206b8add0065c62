"""The search most of us write first: a set of documents for every word, kept by hand."""

from __future__ import annotations

from collections.abc import Iterable

from redis import Redis

from patterns.full_text_search.document import Found, Hit, checked, page, snippet, tag_name, weights
from patterns.wire import name, tag, text

__all__ = ["NaiveSearch"]


class NaiveSearch:
    """Documents found by their words."""

    def __init__(self, redis: Redis, index: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.base = f"{namespace}search:{{{tag('index', index)}}}"

    def put(self, doc_id: str, title: str, body: str, tags: Iterable[str] = ()) -> None:
        """Add a document, or replace the one of that id."""
        title, body, listed = checked(title, body, tags)
        self.delete(doc_id)
        # Bug on purpose (missing document): from here to the last SADD it is stored, but not found.
        self.redis.hset(self._doc(doc_id), mapping={"title": title, "body": body, "tags": ",".join(listed)})
        for key in self._keys(title, body, listed):
            self.redis.sadd(key, doc_id)

    def delete(self, doc_id: str) -> bool:
        """Take a document away; say whether there was one."""
        parts = self.redis.hmget(self._doc(doc_id), "title", "body", "tags")
        title, body, tags = (text(part or "") for part in parts)
        gone = bool(self.redis.delete(self._doc(doc_id)))
        # Bug on purpose (ghost hit): from here to the last SREM it is found, but no longer there.
        for key in self._keys(title, body, tags.split(",") if tags else []):
            self.redis.srem(key, doc_id)
        return gone

    def find(self, query: str, count: int = 10, offset: int = 0, tag: str | None = None) -> Found:
        """The documents that have every word of the query, and the tag if one is given, best first."""
        wanted = page(query, count, offset)
        keys = [f"{self.base}:word:{word}" for word in wanted]
        keys += [f"{self.base}:tag:{tag_name(tag)}"] if tag is not None else []
        hits = [self._hit(text(doc_id), wanted) for doc_id in self.redis.sinter(keys)]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return Found(len(hits), tuple(hits[offset : offset + count]))

    def _hit(self, doc_id: str, wanted: list[str]) -> Hit:
        title, body = (text(part or "") for part in self.redis.hmget(self._doc(doc_id), "title", "body"))
        weight = weights(title, body)
        return Hit(doc_id, sum(weight.get(word, 0) for word in wanted), title, snippet(body, wanted))

    def _doc(self, doc_id: str) -> str:
        return f"{self.base}:doc:{name('doc_id', doc_id)}"

    def _keys(self, title: str, body: str, tags: list[str]) -> list[str]:
        words = [f"{self.base}:word:{word}" for word in weights(title, body)]
        return words + [f"{self.base}:tag:{one}" for one in tags]
