"""What the lab says when it cannot give a learner a server."""

from __future__ import annotations

__all__ = ["LabError"]


class LabError(Exception):
    """One clear sentence for the page and the terminal, and a word to tell the cases apart.

    Kinds: bad_url, refused, host, timeout, tls, auth, permission, too_old, not_redis, loading, read_only,
    cluster, full, unusable (a Redis that refuses to work for us), no_server (of our own), no_name (that lies
    in the slots asked for).
    """

    def __init__(self, kind: str, says: str) -> None:
        super().__init__(says)
        self.kind = kind
        self.says = says
