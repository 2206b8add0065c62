"""An idempotency key that knows who works, on what, until when, and what the answer was."""

from __future__ import annotations

import contextlib
import secrets

from patterns.catalogue import lua
from patterns.idempotency_key.response import (
    Claim,
    InProgress,
    LeaseLost,
    Mismatch,
    Response,
    Work,
    checked,
)
from patterns.wire import FAILED, Client, Clock, milliseconds, name, tag, text, whole

__all__ = ["Idempotency"]


class Idempotency:
    """Requests that are sent again do not happen again, and get the first answer.

    Put the user and the route into `scope`: within one, whoever knows a key reads its answer. A request has
    `lease_ms` for its work and may renew; its answer is kept for `keep_s`, longer than any client goes on
    retrying, but a body of more than `largest` bytes is not.
    """

    def __init__(
        self,
        redis: Client,
        scope: str,
        lease_ms: int = 30_000,
        *,
        namespace: str = "",
        keep_s: int = 86_400,
        largest: int = 65_536,
        now: Clock | None = None,
    ) -> None:
        self.redis = redis
        self.lease_ms = whole("lease_ms", lease_ms, 1, 86_400_000)
        self.keep_ms = 1_000 * whole("keep_s", keep_s, -(-self.lease_ms // 1_000), 366 * 86_400)
        self.largest = whole("largest", largest, 0, 2**20)
        self._now = now
        self.base = f"{namespace}idempotency:{{{tag('scope', scope)}}}"
        self._begin = redis.register_script(lua(__file__, "begin"))
        self._complete = redis.register_script(lua(__file__, "complete"))
        self._renew = redis.register_script(lua(__file__, "renew"))
        self._abandon = redis.register_script(lua(__file__, "abandon"))

    def run(self, key: str, fingerprint: str, work: Work) -> Response:
        """Do the work of a request and keep its answer, or give the answer that is kept.

        Raises InProgress while another does the work, Mismatch if the key stands for another request, and
        LeaseLost if another took it over meanwhile.
        """
        claim = self.begin(key, fingerprint)
        if isinstance(claim, Response):
            return claim
        try:
            response = work()
        except Exception:
            with contextlib.suppress(*FAILED):  # then the end of the lease frees the key
                self.abandon(claim)
            raise
        if not self.complete(claim, response):
            raise LeaseLost(key)
        return response

    def begin(self, key: str, fingerprint: str) -> Claim | Response:
        """Take the work of a key, or get its answer. Raises InProgress and Mismatch."""
        claim = Claim(name("key", key), secrets.token_hex(16))
        args = [self._time(), claim.owner, name("fingerprint", fingerprint), self.lease_ms, self.keep_ms]
        outcome, *details = self._begin(keys=[self._record(claim)], args=args)
        match text(outcome):
            case "mismatch":
                raise Mismatch(key)
            case "running":
                raise InProgress(key, int(details[0]) / 1_000)
            case "done":
                status, body = details
                return Response(int(status), None if body is None else text(body), replayed=True)
        return claim

    def complete(self, claim: Claim, response: Response) -> bool:
        """Record the answer, with its effect if there is one. False: the key is not ours any more.

        Sent again after a lost reply, it is True again and brings no second effect.
        """
        body = checked(response).body or ""
        kept = (1, body) if len(body.encode()) <= self.largest else (0, "")
        keys = [self._record(claim)]
        args: list[str | int] = [claim.owner, self.keep_ms, response.status, *kept]
        if response.effect is not None:
            keys.append(response.effect.key)
            args += response.effect.words(keys[0])
        return bool(self._complete(keys=keys, args=args))

    def renew(self, claim: Claim) -> bool:
        """Start the lease again. False: the key is not ours any more; stop, before any effect."""
        args = [self._time(), claim.owner, self.lease_ms, self.keep_ms]
        return bool(self._renew(keys=[self._record(claim)], args=args))

    def abandon(self, claim: Claim) -> bool:
        """Free the key: nothing has happened. False: it is not ours any more, or answered."""
        return bool(self._abandon(keys=[self._record(claim)], args=[claim.owner]))

    def _record(self, claim: Claim) -> str:
        return f"{self.base}:{claim.key}"

    def _time(self) -> int | str:
        return milliseconds(self._now)
