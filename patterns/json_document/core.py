"""The same documents without the module: the client changes the whole, and saves it over what it has read.

WATCH would do the same with a connection of its own and one more round trip. Changing the JSON in a script
would not: what Redis' cjson reads and writes again has objects for empty lists, and shorter numbers.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from patterns.catalogue import lua
from patterns.json_document import document
from patterns.json_document.document import (
    NEW,
    Conflict,
    NoDocument,
    Path,
    Stored,
    amount,
    decoded,
    encoded,
    place,
    whole_document,
)
from patterns.json_document.retry import until_it_fits
from patterns.wire import Client, Sleep, content, pause, tag, text, whole

__all__ = ["CoreDocuments"]


class CoreDocuments:
    """Documents by their ids, each a hash of its JSON and its version.

    A change with a `version` is made only to that version, and refused with a Conflict otherwise; NEW is the
    version of a document that does not exist. `attempts` is how often a change without one is tried.
    """

    def __init__(
        self,
        redis: Client,
        *,
        namespace: str = "",
        keep: int = 30 * 86_400,
        attempts: int = 50,
        sleep: Sleep = pause,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.redis, self.namespace = redis, namespace
        self.keep = whole("keep", keep, 1, 10**9)
        self.attempts = whole("attempts", attempts, 1, 1_000)
        self.sleep, self.random = sleep, random
        self._save = redis.register_script(lua(__file__, "hash_save"))

    def save(self, id: str, value: object, *, version: str | None = None) -> str:
        """Store a document, whatever was there or only over a `version`; the version that it has now."""
        key, now = self._key(id), secrets.token_hex(16)
        expected = "" if version is None else content("version", version) or NEW
        if not self._save(keys=[key], args=[whole_document(value), expected, now, self.keep]):
            raise Conflict(f"document {id!r} does not have the version {version!r} any more")
        return now

    def load(self, id: str) -> Any:
        """The document, or None."""
        stored = self.read(id)
        return None if stored is None else stored.value

    def read(self, id: str) -> Stored | None:
        """The document and its version, or None."""
        version, found = self.redis.hmget(self._key(id), "version", "json")
        return None if found is None else Stored(decoded(found), text(version))

    def increment(self, id: str, path: Path, by: float = 1, *, version: str | None = None) -> int | float:
        """Add to a number in the document; the new number."""
        change = partial(document.increment, path=place(path), by=amount(by))
        return self._changed(id, change, version)  # type: ignore[no-any-return]  # what `change` returns

    def append(self, id: str, path: Path, value: object, *, version: str | None = None) -> int:
        """Add to the end of a list in the document; its new length."""
        encoded(value)
        change = partial(document.append, path=place(path), value=value)
        return self._changed(id, change, version)  # type: ignore[no-any-return]  # what `change` returns

    def set_path(self, id: str, path: Path, value: object, *, version: str | None = None) -> None:
        """Set a key of an object, new or old, or a position of a list that is there."""
        encoded(value)
        self._changed(id, partial(document.replace, path=place(path), value=value), version)

    def update(self, id: str, change: Callable[[Any], Any]) -> Any:
        """Save what `change` makes of the whole document, unless another change came between; then once more.

        `change` may be called several times, so it should do nothing else. Conflict: it came too late each
        time; a document that is so busy is several documents.
        """
        return until_it_fits(self, id, change)

    def delete(self, id: str) -> bool:
        """Delete a document; say whether there was one."""
        return bool(self.redis.unlink(self._key(id)))

    def _changed(self, id: str, change: Callable[[Any], Any], version: str | None) -> Any:
        """Make a change that happens in place, and return its answer."""
        answer: Any = None

        def changed(value: Any) -> Any:
            nonlocal answer
            answer = change(value)
            return value

        if version is None:
            until_it_fits(self, id, changed)
            return answer
        stored = self.read(id)
        if stored is None:
            raise NoDocument(f"there is no document {id!r}")
        if stored.version != version:
            raise Conflict(f"document {id!r} does not have the version {version!r} any more")
        self.save(id, changed(stored.value), version=version)
        return answer

    def _key(self, id: str) -> str:
        return f"{self.namespace}document:{{{tag('id', id)}}}"
