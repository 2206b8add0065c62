"""Documents of which the server changes the leaf, in one step, and notes the version that it made."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from typing import Any

from patterns.catalogue import lua
from patterns.json_document.document import (
    NEW,
    Conflict,
    DoesNotFit,
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

__all__ = ["Documents"]


class Documents:
    """Documents by their ids, each a JSON value of the server's module.

    A change with a `version` is made only to that version, and refused with a Conflict otherwise; NEW is the
    version of a document that does not exist. `attempts` is how often update() tries.
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
        self._save = redis.register_script(lua(__file__, "save"))
        self._change = redis.register_script(lua(__file__, "change"))

    def save(self, id: str, value: object, *, version: str | None = None) -> str:
        """Store a document, whatever was there or only over a `version`; the version that it has now."""
        key, now = self._key(id), secrets.token_hex(16)
        envelope = f'{{"version":"{now}","value":{whole_document(value)}}}'
        saved = self._save(keys=[key], args=[envelope, _expected(version), now, self.keep])
        if not saved:
            raise Conflict(f"document {id!r} does not have the version {version!r} any more")
        return now

    def load(self, id: str) -> Any:
        """The document, or None."""
        stored = self.read(id)
        return None if stored is None else stored.value

    def read(self, id: str) -> Stored | None:
        """The document and its version, or None."""
        send: Callable[..., Any] = self.redis.execute_command
        reply = send("JSON.GET", self._key(id), "$")
        if reply is None:
            return None
        (envelope,) = decoded(reply)
        return Stored(envelope["value"], envelope["version"])

    def increment(self, id: str, path: Path, by: float = 1, *, version: str | None = None) -> int | float:
        """Add to a number in the document; the new number."""
        (total,) = decoded(self._changed(id, "increment", place(path), str(amount(by)), version))
        return total  # type: ignore[no-any-return]  # the script has seen that it is a number

    def append(self, id: str, path: Path, value: object, *, version: str | None = None) -> int:
        """Add to the end of a list in the document; its new length."""
        return int(self._changed(id, "append", place(path), encoded(value), version))

    def set_path(self, id: str, path: Path, value: object, *, version: str | None = None) -> None:
        """Set a key of an object, new or old, or a position of a list that is there."""
        self._changed(id, "set", place(path), encoded(value), version)

    def update(self, id: str, change: Callable[[Any], Any]) -> Any:
        """Save what `change` makes of the whole document, unless another change came between; then once more.

        `change` may be called several times, so it should do nothing else. Conflict: it came too late each
        time; a document that is so busy is several documents.
        """
        return until_it_fits(self, id, change)

    def delete(self, id: str) -> bool:
        """Delete a document; say whether there was one."""
        return bool(self.redis.unlink(self._key(id)))

    def _changed(
        self, id: str, how: str, where: tuple[str | int, ...], word: str, version: str | None
    ) -> Any:
        kind = "key" if isinstance(where[-1], str) else "position"
        now = secrets.token_hex(16)
        outcome, answer = self._change(
            keys=[self._key(id)],
            args=[
                how,
                _json_path(where),
                _json_path(where[:-1]),
                kind,
                word,
                _expected(version),
                now,
                self.keep,
            ],
        )
        if text(outcome) == "no document":
            raise NoDocument(f"there is no document {id!r}")
        if text(outcome) == "conflict":
            raise Conflict(f"document {id!r} does not have the version {version!r} any more")
        if text(outcome) == "does not fit":
            raise DoesNotFit(f"document {id!r} has nothing at {where} with which {how} would be possible")
        return answer

    def _key(self, id: str) -> str:
        return f"{self.namespace}document:{{{tag('id', id)}}}"


def _expected(version: str | None) -> str:
    return "" if version is None else content("version", version) or NEW


def _json_path(where: tuple[str | int, ...]) -> str:
    """The place as a JSONPath. In quotes, and place() lets none into a key, it means nothing but itself."""
    steps = (f'"{step}"' if isinstance(step, str) else str(step) for step in where)
    return '$["value"]' + "".join(f"[{step}]" for step in steps)
