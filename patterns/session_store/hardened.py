"""A session store in which signing out is final, whatever is still on its way."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any

from patterns.catalogue import lua
from patterns.session_store.fields import ENDS_AT, USER_ID, checked
from patterns.wire import Client, Clock, milliseconds, name, tag, text, whole

__all__ = ["Sessions"]

SESSION_ID = re.compile(r"(?P<owner>[0-9a-f]{32})\.(?P<token>[A-Za-z0-9_-]{43})")


class Sessions:
    """Who is signed in: until they sign out, are idle for `ttl` seconds, or `absolute_ttl` seconds are over.

    A session id is a digest of the user id, a dot, and 256 random bits. The digest is the hash tag of the
    session and of the list of the user's sessions: one script can reach both, and a session is valid only
    while it is on the list. Every create() gives a new id, so nobody can plant one on a user beforehand.
    """

    def __init__(
        self,
        redis: Client,
        ttl: int = 1_800,
        *,
        absolute_ttl: int = 86_400,
        namespace: str = "",
        now: Clock | None = None,
    ) -> None:
        self.redis = redis
        self.ttl = whole("ttl", ttl, 1, 10**8)
        self.absolute_ttl = whole("absolute_ttl", absolute_ttl, self.ttl, 10**8)
        self.namespace = namespace
        self._now = now
        self._create = redis.register_script(lua(__file__, "create"))
        self._use = redis.register_script(lua(__file__, "use"))
        self._destroy = redis.register_script(lua(__file__, "destroy"))
        self._destroy_all = redis.register_script(lua(__file__, "destroy_all"))
        self._list = redis.register_script(lua(__file__, "list"))

    def create(self, user_id: str, data: Mapping[str, str]) -> str:
        """Sign a user in and return the id of the new session."""
        session = {USER_ID: name("user_id", user_id), **checked("data", data)}
        owner, token = _owner(user_id), secrets.token_urlsafe(32)
        self._create(
            keys=self._keys(owner, token),
            args=[token, self.ttl * 1000, self.absolute_ttl * 1000, milliseconds(self._now), *_flat(session)],
        )
        return f"{owner}.{token}"

    def get(self, session_id: str) -> dict[str, str] | None:
        """What the session holds, its user_id among it; None if there is no such session (any more)."""
        return self._used(session_id, {})

    def update(self, session_id: str, changes: Mapping[str, str]) -> bool:
        """Set some fields and leave the others; False if there is no such session (any more)."""
        return self._used(session_id, checked("changes", changes)) is not None

    def destroy(self, session_id: str) -> bool:
        """Sign out; False if there is no such session (any more)."""
        if (parts := _parts(session_id)) is None:
            return False
        return bool(self._destroy(keys=self._keys(*parts), args=[parts[1], milliseconds(self._now)]))

    def destroy_all(self, user_id: str) -> int:
        """Sign the user out everywhere, and return of how many sessions."""
        return int(self._destroy_all(keys=[self._index(_owner(user_id))], args=[milliseconds(self._now)]))

    def list_sessions(self, user_id: str) -> list[str]:
        """The ids of the user's sessions, the one that ends first in front."""
        owner = _owner(user_id)
        tokens = self._list(keys=[self._index(owner)], args=[milliseconds(self._now)])
        return [f"{owner}.{text(token)}" for token in tokens]

    def _used(self, session_id: str, changes: dict[str, str]) -> dict[str, str] | None:
        """Read or change a session. Either puts its end off, once half of `ttl` is over."""
        if (parts := _parts(session_id)) is None:
            return None
        held = self._use(
            keys=self._keys(*parts),
            args=[parts[1], self.ttl * 1000, milliseconds(self._now), *_flat(changes)],
        )
        if held is None:
            return None
        session = {text(field): text(value) for field, value in zip(held[::2], held[1::2], strict=True)}
        del session[ENDS_AT]
        return session

    def _index(self, owner: str) -> str:
        return f"{self.namespace}sessions:{{{owner}}}"

    def _keys(self, owner: str, token: str) -> list[str]:
        return [f"{self.namespace}session:{{{owner}}}:{token}", self._index(owner)]


def _owner(user_id: str) -> str:
    return hashlib.blake2b(name("user_id", user_id).encode(), digest_size=16).hexdigest()


def _parts(session_id: str) -> tuple[str, str] | None:
    """Owner and token. A text of another form is nobody's session: cookies come from anywhere.

    A text that cannot be in a key (empty, longer than a name, with braces) is a ValueError: that, too, is
    somebody who is not signed in.
    """
    match = SESSION_ID.fullmatch(tag("session_id", session_id))
    return None if match is None else (match["owner"], match["token"])


def _flat(fields: Mapping[str, str]) -> list[Any]:
    return [part for pair in fields.items() for part in pair]
