"""The session store most of us write first: a JSON text that is read, changed and written back whole."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from redis import Redis

from patterns.session_store.fields import USER_ID, checked
from patterns.wire import name, tag, whole

__all__ = ["NaiveSessions"]


class NaiveSessions:
    """Who is signed in, for `ttl` seconds."""

    def __init__(self, redis: Redis, ttl: int = 1_800, *, namespace: str = "") -> None:
        self.redis = redis
        self.ttl = whole("ttl", ttl, 1, 10**8)
        self.base = f"{namespace}session"

    def create(self, user_id: str, data: Mapping[str, str]) -> str:
        """Sign a user in and return the id of the new session."""
        session = {USER_ID: name("user_id", user_id), **checked("data", data)}
        session_id = secrets.token_urlsafe(32)
        self.redis.set(self._key(session_id), json.dumps(session), ex=self.ttl)
        return session_id

    def get(self, session_id: str) -> dict[str, str] | None:
        """What the session holds, its user_id among it; None if there is no such session."""
        session = self.redis.get(self._key(session_id))
        return None if session is None else dict(json.loads(session))

    def update(self, session_id: str, changes: Mapping[str, str]) -> bool:
        """Set some fields and leave the others; False if there is no such session."""
        checked("changes", changes)
        session = self.get(session_id)
        if session is None:
            return False
        # Bug on purpose (lost update): another tab may have saved its changes by now; this text is without.
        text = json.dumps({**session, **changes})
        # Bug on purpose (revived session): the user may have signed out by now, and this signs them in again.
        # Bug on purpose (dropped TTL): SET takes the TTL away, and the session never ends.
        self.redis.set(self._key(session_id), text)
        return True

    def destroy(self, session_id: str) -> bool:
        """Sign out; False if there is no such session."""
        return bool(self.redis.delete(self._key(session_id)))

    def _key(self, session_id: str) -> str:
        return f"{self.base}:{{{tag('session_id', session_id)}}}"
