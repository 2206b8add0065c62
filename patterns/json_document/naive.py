"""The documents most of us store first: get, change, set the whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from redis import Redis

from patterns.json_document import document
from patterns.json_document.document import NoDocument, Path, amount, decoded, encoded, place, whole_document
from patterns.wire import tag, whole

__all__ = ["NaiveDocuments"]


class NaiveDocuments:
    """Documents by their ids, each a string of JSON."""

    def __init__(self, redis: Redis, *, namespace: str = "", keep: int = 30 * 86_400) -> None:
        self.redis, self.namespace = redis, namespace
        self.keep = whole("keep", keep, 1, 10**9)

    def save(self, id: str, value: object) -> None:
        """Store a document, whatever was there."""
        self.redis.set(self._key(id), whole_document(value), ex=self.keep)

    def load(self, id: str) -> Any:
        """The document, or None."""
        return decoded(self.redis.get(self._key(id)))

    def increment(self, id: str, path: Path, by: float = 1) -> int | float:
        """Add to a number in the document; the new number."""
        return self._changed(id, partial(document.increment, path=place(path), by=amount(by)))  # type: ignore[no-any-return]

    def append(self, id: str, path: Path, value: object) -> int:
        """Add to the end of a list in the document; its new length."""
        encoded(value)
        return self._changed(id, partial(document.append, path=place(path), value=value))  # type: ignore[no-any-return]

    def set_path(self, id: str, path: Path, value: object) -> None:
        """Set a key of an object, new or old, or a position of a list that is there."""
        encoded(value)
        self._changed(id, partial(document.replace, path=place(path), value=value))

    def delete(self, id: str) -> bool:
        """Delete a document; say whether there was one."""
        return bool(self.redis.unlink(self._key(id)))

    def _changed(self, id: str, change: Callable[[Any], Any]) -> Any:
        value = self.load(id)
        if value is None:
            raise NoDocument(f"there is no document {id!r}")
        answer = change(value)
        self.save(id, value)  # Bug on purpose (lost update): what others have changed since, this undoes.
        return answer

    def _key(self, id: str) -> str:
        return f"{self.namespace}document:{{{tag('id', id)}}}"
